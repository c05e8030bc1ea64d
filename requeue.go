package seatbook

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Requeue brings what is due to the rules of this engine, as if they had been in
// force since each team and each person last changed. What was decided stays. A host
// calls it once after it changed its policy or its catalogue over a store that holds
// something; [Import] does it by itself.
func (e *Engine) Requeue(ctx context.Context) error {
	return e.store.Update(ctx, func(tx store.Tx) error { return e.requeue(ctx, tx) })
}

// requeue brings the queue to what the records say must be done under the rules of
// this engine, as if they had been in force since each stream last changed.
func (e *Engine) requeue(ctx context.Context, tx store.Tx) error {
	expected := map[string]queued{}
	var streams []rule.Stream
	for h, err := range allHeads(tx) {
		if err = cmp.Or(err, ctx.Err()); err != nil {
			return err
		}
		streams = append(streams, h.Stream)
		if err := e.expect(tx, h, func(q queued) { expected[q.row()] = q }); err != nil {
			return err
		}
	}
	s := e.session(tx, time.Time{})
	for _, stream := range streams {
		for q, err := range queue.Scan(tx, string(stream), store.Part{}) {
			if err != nil {
				return err
			}
			if _, stays := expected[q.row()]; stays {
				delete(expected, q.row())
				continue
			}
			if err := s.requeues(stream); err != nil {
				return err
			}
			if err := queue.Delete(tx, string(stream), itemKey(q.Item)); err != nil {
				return err
			}
		}
	}
	for _, row := range slices.Sorted(maps.Keys(expected)) {
		if err := s.requeues(expected[row].Stream); err != nil {
			return err
		}
		if err := queue.Put(tx, expected[row]); err != nil {
			return err
		}
	}
	return s.keepHeads()
}

// requeues notes that the queue of a stream changes.
func (s *session) requeues(stream rule.Stream) error {
	l, err := s.lane(stream)
	if err == nil {
		l.rewake = true
	}
	return err
}

// row identifies a queued item in the queue of its stream.
func (q queued) row() string { return string(store.String(q.Stream) + itemKey(q.Item)) }

// expect hands out what the records of a stream say must be done, once for each
// queue that it stands in.
func (e *Engine) expect(tx store.Tx, h Head, each func(queued)) error {
	view := rule.NewView(e.ground, tx, h.Last, rule.Operator, nil)
	for _, m := range e.modules {
		if m.Expect == nil {
			continue
		}
		items, err := m.Expect(view, h.Stream)
		if err != nil {
			return err
		}
		for _, item := range items {
			for _, stream := range item.Streams {
				each(queued{Stream: stream, Item: item})
			}
		}
	}
	return nil
}
