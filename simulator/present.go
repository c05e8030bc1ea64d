package simulator

import (
	"slices"

	"github.com/seatbook/seatbook"
)

// present is a timeline at one moment, with all that it keeps of its past. It never
// changes.
type present struct {
	moment *moment
	past   past
	kept   seatbook.Cursor
}

// present returns what restore goes back to. It costs the same however much there is.
func (t *Timeline) present() present {
	return present{
		moment: t.moment(""), kept: t.kept,
		past: past{kept: slices.Clip(t.past.kept), known: slices.Clip(t.past.known)},
	}
}

// restore makes the timeline what it was.
func (t *Timeline) restore(to present) {
	t.world = to.moment.world(t.world.config)
	t.memory, t.heard, t.past, t.kept = to.moment.memory, to.moment.heard, to.past, to.kept
}
