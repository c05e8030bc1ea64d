package seatbook

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// maxAtOnce bounds how much may be due in one stream at one instant, so that
// work that queues itself again at its own instant ends in an error.
const maxAtOnce = 100_000

// errPaused says that settling stopped before its end: something due may ask
// the outside for money, or was just promised.
var errPaused = errors.New("seatbook: settling waits for an answer from outside")

// settling is how far settle goes.
type settling struct {
	// until is the instant up to which everything due is done, itself included.
	until time.Time
	// asking is set for queries, which never lead to a charge: they stop before
	// due work that may.
	asking bool
	// same counts what was done at the instant at.
	same int
	at   time.Time
}

// settle does everything due for the streams, merged by instant, rank and key,
// each thing at its own instant. Work that concerns further streams waits until
// those are as far. It returns errPaused where an answer from outside must come
// in between.
func (s *session) settle(streams []rule.Stream, how settling) error {
	streams = slices.Clone(streams)
	for {
		if slices.ContainsFunc(streams, func(stream rule.Stream) bool { l := s.lanes[stream]; return l != nil && l.paused }) {
			return errPaused
		}
		item, err := s.earliest(streams, how.until)
		if err != nil || item == nil {
			return err
		}
		if missing := without(item.Streams, streams); len(missing) > 0 {
			streams = append(streams, missing...)
			continue
		}
		work := s.engine.due[item.Kind.Name]
		if work.Do == nil {
			return fmt.Errorf("seatbook: no module does the due work %q", item.Kind.Name)
		}
		if how.asking && work.Charges {
			return errPaused
		}
		if err := how.count(*item); err != nil {
			return err
		}
		before := len(s.promised)
		if err := s.perform(work, *item); err != nil {
			return err
		}
		if len(s.promised) > before {
			for _, stream := range item.Streams {
				s.lanes[stream].paused = true
			}
		}
	}
}

// count ends work that comes back at its own instant for ever.
func (h *settling) count(item rule.Item) error {
	if !item.At.Equal(h.at) {
		h.at, h.same = item.At, 0
	}
	if h.same++; h.same > maxAtOnce {
		return fmt.Errorf("seatbook: more than %d pieces of work are due at %s, the last being %s", maxAtOnce, rule.Show(item.At), item.Kind.Name)
	}
	return nil
}

// earliest returns what is due first in any of the streams by an instant, or nil.
func (s *session) earliest(streams []rule.Stream, until time.Time) (*rule.Item, error) {
	var best *rule.Item
	for _, stream := range streams {
		l, err := s.lane(stream)
		if err != nil {
			return nil, err
		}
		if !l.rewake && (l.Wake.IsZero() || l.Wake.After(until)) {
			continue
		}
		item, err := s.first(l)
		if err != nil {
			return nil, err
		}
		if item == nil || item.At.After(until) {
			continue
		}
		if best == nil || itemKey(*item) < itemKey(*best) {
			best = item
		}
	}
	return best, nil
}

// perform takes the item out of the queue and does it at its own instant. What
// a rule refuses is undone and over: the item does not come back.
func (s *session) perform(work rule.DueWork, item rule.Item) error {
	run := func(do func(*rule.Scope) error) error {
		trail := &rule.Trail{Full: true}
		_, err := s.operate(work.Kind.Name, item.At, item.Streams, func(op *operation, tx store.Tx) error {
			scope := op.scope(tx, rule.Operator, trail)
			if err := s.pop(tx, item); err != nil {
				return err
			}
			op.told = append(op.told, Event{})
			if err := do(scope); err != nil {
				return err
			}
			op.told[0] = workEvent(item, trail)
			return nil
		})
		if err == nil {
			s.popped(item)
		}
		return err
	}
	err := run(func(scope *rule.Scope) error { return work.Do(scope, item) })
	if refusal := rule.AsRefusal(err); refusal != nil {
		if err := s.countRefusal(refusal); err != nil {
			return err
		}
		return run(func(*rule.Scope) error { return nil })
	}
	return err
}

// without returns the streams that are not among the others.
func without(list, others []rule.Stream) []rule.Stream {
	var rest []rule.Stream
	for _, stream := range list {
		if !slices.Contains(others, stream) {
			rest = append(rest, stream)
		}
	}
	return rest
}
