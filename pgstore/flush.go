package pgstore

import (
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/seatbook/seatbook/store"
)

// changes are rows to be written by two statements, whatever their number. They are
// in the order of their keys, so that two writers lock in the same order.
type changes struct {
	streams, keys, values, targets [][]byte
	kinds                          []string
	versions                       []int32
	goneStreams, goneKeys          [][]byte
}

// add takes one row up.
func (c *changes) add(s *Store, key string, w *written) error {
	stream, rest := divide(key)
	if w.gone {
		c.goneStreams, c.goneKeys = append(c.goneStreams, []byte(stream)), append(c.goneKeys, []byte(rest))
		return nil
	}
	r, err := s.encode(key, w.value)
	if err != nil {
		return err
	}
	c.streams, c.keys = append(c.streams, []byte(stream)), append(c.keys, []byte(rest))
	c.kinds, c.versions = append(c.kinds, r.kind), append(c.versions, r.version)
	c.values, c.targets = append(c.values, r.value), append(c.targets, r.target)
	return nil
}

// queue adds the statements to a batch.
func (c *changes) queue(b *pgx.Batch) {
	if len(c.goneKeys) > 0 {
		b.Queue(remove, c.goneStreams, c.goneKeys)
	}
	if len(c.keys) > 0 {
		texts := make([]string, len(c.values))
		for i, v := range c.values {
			texts[i] = string(v)
		}
		b.Queue(upsert, c.streams, c.keys, c.kinds, c.versions, texts, c.targets)
	}
}

// unsent collects what was written after another state of the overlay.
func (t *tx) unsent(now, before overlay) (*changes, error) {
	c := &changes{}
	err := now.since(before, func(key string, w *written) error { return c.add(t.store, key, w) })
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
