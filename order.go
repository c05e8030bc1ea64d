package seatbook

import (
	"context"
	"slices"
	"sync/atomic"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Every transaction tells the host what happened under an ordinal, and ordinals
// order the whole store: they are the host's one cursor, and the order of replay.
//
// In a store whose updates run one after another the next ordinal is given at
// once. In any other store it would be the one row over which the transactions of
// all teams quarrel. There a transaction writes down what it tells as unnumbered,
// under an order that is later than that of whatever it has seen, and whoever
// reads the feed next numbers it first. What was numbered before is never moved:
// a transaction that commits late is numbered late, and no cursor skips it.

// unnumbered is what one transaction told the host, before it has an ordinal.
type unnumbered struct {
	// Order is later than that of everything that the transaction has seen.
	Order int64
	// Stream is the first of those that it touched: two transactions of two
	// processes may come to the same order, but not over one stream.
	Stream rule.Stream
	Events []Event
}

var unnumberedTable = store.NewTable("seatbook.told", func(u *unnumbered) (string, store.Key) {
	return toldStream, store.Int(u.Order) + store.String(u.Stream)
})

// ticks is the last order that this process gave. It is safe for concurrent use.
type ticks struct{ last atomic.Int64 }

// next returns an order that is later than all that were given, and at least so late.
func (t *ticks) next(least int64) int64 {
	for {
		last := t.last.Load()
		next := max(last+1, least)
		if t.last.CompareAndSwap(last, next) {
			return next
		}
	}
}

// rank gives the session its place behind whatever touched one of its streams
// before, and before whatever will: each of them notes it.
func (s *session) rank() {
	if len(s.events) == 0 || s.engine.sequential {
		return
	}
	least := s.recorded.UnixNano()
	for _, l := range s.lanes {
		least = max(least, l.Told+1)
	}
	s.order = s.engine.ticks.next(least)
	for _, l := range s.lanes {
		l.Told, l.changed = s.order, true
	}
}

// publish writes what the session tells the host.
func (s *session) publish() error {
	if len(s.events) == 0 {
		return nil
	}
	if s.engine.sequential {
		last, err := lastBatch(s.tx)
		if err != nil {
			return err
		}
		return enter(s.tx, last.Ordinal+1, s.events)
	}
	return unnumberedTable.Put(s.tx, unnumbered{Order: s.order, Stream: s.least(), Events: s.events})
}

// enter puts events into the feed under an ordinal.
func enter(tx store.Tx, ordinal int64, events []Event) error {
	numbered := slices.Clone(events)
	for i := range numbered {
		numbered[i].Cursor = Cursor{Ordinal: ordinal, Index: i + 1}
	}
	return feed.Put(tx, batch{Ordinal: ordinal, Events: numbered})
}

// numberedAtOnce is how many transactions are given ordinals in one go.
const numberedAtOnce = 256

// number gives ordinals to what has none, in its order.
func (e *Engine) number(ctx context.Context) error {
	for {
		some := false
		err := e.store.View(ctx, func(tx store.Tx) error {
			some = false
			for _, err := range unnumberedTable.Scan(tx, toldStream, store.Part{Limit: 1}) {
				some = err == nil
				return err
			}
			return nil
		})
		if err != nil || !some {
			return err
		}
		if err := e.store.Update(ctx, numberSome); err != nil {
			return err
		}
	}
}

func numberSome(tx store.Tx) error {
	last, err := lastBatch(tx)
	if err != nil {
		return err
	}
	ordinal := last.Ordinal
	for u, err := range unnumberedTable.Scan(tx, toldStream, store.Part{Limit: numberedAtOnce}) {
		if err != nil {
			return err
		}
		ordinal++
		if err := enter(tx, ordinal, u.Events); err != nil {
			return err
		}
		if err := unnumberedTable.Delete(tx, toldStream, store.Int(u.Order)+store.String(u.Stream)); err != nil {
			return err
		}
	}
	return nil
}
