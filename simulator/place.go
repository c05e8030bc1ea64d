package simulator

import (
	"fmt"
	"time"

	"github.com/seatbook/seatbook/period"
)

// Place is where a timeline can go back to or branch off: a mark, or an instant
// that it has passed. The zero Place is the present.
type Place struct {
	mark   string
	marked bool
	at     time.Time
	ago    period.Span
}

// Marked is the moment that was marked with a name.
func Marked(name string) Place { return Place{mark: name, marked: true} }

// At is an instant, with everything that was done at it.
func At(instant time.Time) Place { return Place{at: instant} }

// Ago is the instant that lies a span before the present; its years, months and
// days are those of the world's zone.
func Ago(span period.Span) Place { return Place{ago: span} }

// String says which place it is.
func (p Place) String() string {
	switch {
	case p.marked:
		return "mark " + quote(p.mark)
	case !p.at.IsZero():
		return p.at.Format(time.RFC3339Nano)
	case !p.ago.IsZero():
		return fmt.Sprintf("%s ago", p.ago)
	default:
		return "the present"
	}
}

// instant returns the instant of a place that is none of the marks.
func (p Place) instant(now time.Time, zone *time.Location) time.Time {
	if !p.at.IsZero() {
		return p.at
	}
	return p.ago.Before(now, zone)
}
