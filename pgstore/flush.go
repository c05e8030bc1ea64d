package pgstore

import (
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/seatbook/seatbook/store"
)

// changes are rows to be written, in the order of their keys.
type changes struct {
	store *Store
	runs  []*run
	// rows counts them.
	rows int
}

// run is some rows that one statement writes, or deletes.
type run struct {
	gone                   bool
	streams, keys, targets [][]byte
	kinds, texts           []string
	versions               []int32
}

// maxRuns is how many statements keep to the order of the keys at most.
const maxRuns = 32

// add takes one row up.
func (c *changes) add(key string, w *written) error {
	stream, rest := divide(key)
	into := c.runFor(w.gone)
	into.streams, into.keys = append(into.streams, []byte(stream)), append(into.keys, []byte(rest))
	c.rows++
	if w.gone {
		return nil
	}
	r, err := c.store.encode(key, w.value)
	if err != nil {
		return err
	}
	into.kinds, into.versions = append(into.kinds, r.kind), append(into.versions, r.version)
	into.texts, into.targets = append(into.texts, string(r.value)), append(into.targets, r.target)
	return nil
}

// runFor returns the run that the next row belongs to. Two transactions that lock
// what they write in the order of its keys wait for each other at worst; one that
// deleted first and wrote then would lock in another order than its neighbour, and
// both would wait until the server finds out. Only where that would take very many
// statements the order is given up, which costs time and nothing else.
func (c *changes) runFor(gone bool) *run {
	n := len(c.runs)
	if n > 0 && c.runs[n-1].gone == gone {
		return c.runs[n-1]
	}
	if n >= maxRuns {
		return c.runs[n-2]
	}
	r := &run{gone: gone}
	c.runs = append(c.runs, r)
	return r
}

// queue adds the statements to a batch.
func (c *changes) queue(b *pgx.Batch) {
	for _, r := range c.runs {
		if r.gone {
			b.Queue(remove, r.streams, r.keys)
		} else {
			b.Queue(upsert, r.streams, r.keys, r.kinds, r.versions, r.texts, r.targets)
		}
	}
}

// unsent collects what was written after another state of the overlay.
func (t *tx) unsent(now, before overlay) (*changes, error) {
	c := &changes{store: t.store}
	err := now.since(before, c.add)
	return c, err
}

// spill sends what was written so far, with a savepoint before the writes of each
// Try that is under way.
func (t *tx) spill() error {
	var steps []func(*pgx.Batch)
	before := newOverlay()
	add := func(now overlay) error {
		c, err := t.unsent(now, before)
		before = now
		steps = append(steps, c.queue)
		return err
	}
	for i := range t.levels {
		l := &t.levels[i]
		if l.savepoint {
			continue
		}
		if err := add(l.start); err != nil {
			return t.fail(err)
		}
		name := savepoint(i)
		steps = append(steps, func(b *pgx.Batch) { b.Queue("savepoint " + name) })
		l.start, l.savepoint = newOverlay(), true
	}
	if err := add(t.overlay); err != nil {
		return t.fail(err)
	}
	t.overlay, t.sent = newOverlay(), true
	t.forget()
	return t.send(t.ctx, func(b *pgx.Batch) {
		for _, step := range steps {
			step(b)
		}
	})
}

// savepoint names that of a Try by how deep it is.
func savepoint(depth int) string { return fmt.Sprintf("seatbook_%d", depth) }

// Try keeps the overlay that it began with. Only where something was sent meanwhile
// the server has to undo it too, which goes with the next statement.
func (t *tx) Try(fn func(store.Tx) error) error {
	if t.over {
		return store.ErrClosed
	}
	t.levels = append(t.levels, level{start: t.overlay})
	kept := false
	defer func() { t.leave(kept) }()
	if err := fn(t); err != nil {
		return err
	}
	kept = true
	return nil
}

// leave ends the innermost Try.
func (t *tx) leave(kept bool) {
	depth := len(t.levels) - 1
	l := t.levels[depth]
	t.levels = t.levels[:depth]
	if l.savepoint && !t.over {
		if kept {
			t.pending = append(t.pending, "release savepoint "+savepoint(depth))
		} else {
			t.pending = append(t.pending, "rollback to savepoint "+savepoint(depth), "release savepoint "+savepoint(depth))
			t.forget()
		}
	}
	if !kept {
		t.overlay = l.start
	}
}
