package seatbook

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Audit checks the whole store: the invariants of every module, that the queue
// holds what the records say must be done and nothing else, and that every
// journal is gapless and its chain unbroken. It returns the first fault.
func (e *Engine) Audit(ctx context.Context) error {
	return e.store.View(ctx, func(tx store.Tx) error { return e.audit(ctx, tx) })
}

func (e *Engine) audit(ctx context.Context, tx store.Tx) error {
	expected := map[string]bool{}
	var streams []rule.Stream
	for h, err := range allHeads(tx) {
		if err = cmp.Or(err, ctx.Err()); err != nil {
			return err
		}
		streams = append(streams, h.Stream)
		if err := e.auditStream(tx, h, expected); err != nil {
			return err
		}
		if err := auditWake(tx, h); err != nil {
			return err
		}
	}
	for _, stream := range streams {
		if err := auditQueue(tx, stream, expected); err != nil {
			return err
		}
	}
	if len(expected) > 0 {
		return fmt.Errorf("seatbook: the queue lacks %q", slices.Min(slices.Collect(maps.Keys(expected))))
	}
	return auditWakes(tx)
}

// auditWake checks that a stream wakes when the first of what it has queued is due.
func auditWake(tx store.Tx, h Head) error {
	var due time.Time
	for q, err := range queue.Scan(tx, string(h.Stream), store.Part{Limit: 1}) {
		if err != nil {
			return err
		}
		due = q.Item.At
	}
	if !due.Equal(h.Wake) {
		return fmt.Errorf("seatbook: %s wakes at %s, and something is due at %s", h.Stream, rule.Show(h.Wake), rule.Show(due))
	}
	if due.IsZero() {
		return nil
	}
	_, found, err := wakes.Get(tx, wakeStream, store.Time(due)+store.String(h.Stream))
	if err == nil && !found {
		err = fmt.Errorf("seatbook: nothing wakes %s at %s", h.Stream, rule.Show(due))
	}
	return err
}

// auditWakes checks that no stream is woken that has nothing to do then.
func auditWakes(tx store.Tx) error {
	for w, err := range wakes.Scan(tx, wakeStream, store.Part{}) {
		if err != nil {
			return err
		}
		h, _, err := heads.Get(tx, string(w.Stream), "")
		if err != nil {
			return err
		}
		if !h.Wake.Equal(w.At) {
			return fmt.Errorf("seatbook: %s is woken at %s for nothing", w.Stream, rule.Show(w.At))
		}
	}
	return nil
}

// allHeads goes through the heads of all streams. They stand among the other
// rows, as every key begins with its stream.
func allHeads(tx store.Tx) func(yield func(Head, error) bool) {
	return func(yield func(Head, error) bool) {
		from := ""
		for {
			stream, found := "", false
			for row, err := range tx.Scan(store.Range{From: from, Limit: 1}) {
				if err != nil {
					yield(Head{}, err)
					return
				}
				stream, found = store.StreamOf(row.Key), true
			}
			if !found {
				return
			}
			h, known, err := heads.Get(tx, stream, "")
			if err != nil || known {
				if !yield(h, err) || err != nil {
					return
				}
			}
			if from = store.Prefix(string(store.String(stream))).To; from == "" {
				return
			}
		}
	}
}

func (e *Engine) auditStream(tx store.Tx, h Head, expected map[string]bool) error {
	view := rule.NewView(e.ground, tx, h.Last, rule.Operator, nil)
	for _, m := range e.modules {
		if m.Audit != nil {
			if err := m.Audit(view, h.Stream); err != nil {
				return err
			}
		}
	}
	if err := e.expect(tx, h, func(q queued) { expected[q.row()] = true }); err != nil {
		return err
	}
	return auditJournal(tx, h)
}

// auditQueue takes what is queued off what is expected.
func auditQueue(tx store.Tx, stream rule.Stream, expected map[string]bool) error {
	for q, err := range queue.Scan(tx, string(stream), store.Part{}) {
		if err != nil {
			return err
		}
		if !expected[q.row()] {
			return fmt.Errorf("seatbook: %s is queued for %s at %s and no record says so", q.Item.Kind.Name, stream, rule.Show(q.Item.At))
		}
		delete(expected, q.row())
	}
	return nil
}

func auditJournal(tx store.Tx, h Head) error {
	last := Entry{}
	for entry, err := range journal.Scan(tx, string(h.Stream), store.Part{}) {
		if err != nil {
			return err
		}
		if entry.Sequence != last.Sequence+1 || entry.Previous != last.Hash || !entry.whole() {
			return fmt.Errorf("seatbook: the journal of %s is broken at %d", h.Stream, entry.Sequence)
		}
		if entry.At.Before(last.At) {
			return fmt.Errorf("seatbook: the journal of %s goes back in time at %d", h.Stream, entry.Sequence)
		}
		last = entry
	}
	if last.Sequence != h.Sequence || last.Hash != h.Hash {
		return fmt.Errorf("seatbook: the journal of %s ends at %d and its head says %d", h.Stream, last.Sequence, h.Sequence)
	}
	return nil
}
