package seatbook

import (
	"context"
	"slices"
	"time"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// claimLife is for how long a claim holds. A worker that lives is done long
// before; what one has claimed that died is free again then.
const claimLife = time.Minute

// claim says that a worker is about to do what is due in a stream, or to ask the
// outside a question. It saves work and decides nothing: what is done twice is
// done once, whoever does it.
type claim struct {
	What  string
	By    string
	Until time.Time
}

var claims = store.NewTable("seatbook.claim", func(c *claim) (string, store.Key) { return claimStream, store.String(c.What) })

// worker is one of those that share the work over a store.
type worker struct {
	engine *Engine
	name   string
}

// round does what is due and is claimed by no other worker. It reports whether
// there was anything.
func (w *worker) round(ctx context.Context) (did bool, err error) {
	e := w.engine
	if e.sequential {
		return true, e.RunDue(ctx)
	}
	now := e.now()
	questions, err := e.outstanding(ctx)
	if err != nil {
		return false, err
	}
	for len(questions) > 0 {
		mine, err := w.claim(ctx, questions, now)
		if err != nil || len(mine) == 0 {
			return did, err
		}
		did = true
		if err := e.answer(ctx, mine, nil); err != nil {
			return did, err
		}
		if err := e.store.Update(ctx, func(tx store.Tx) error { return w.release(tx, streamsOf(mine)) }); err != nil {
			return did, err
		}
		questions = slices.DeleteFunc(questions, func(id string) bool { return slices.Contains(mine, id) })
	}
	for {
		streams, err := e.waiting(ctx, now, candidates)
		if err != nil || len(streams) == 0 {
			return did, err
		}
		mine, err := w.claim(ctx, names(streams), now)
		if err != nil || len(mine) == 0 {
			return did, err
		}
		did = true
		for some := range slices.Chunk(streamsOf(mine), e.together()) {
			if _, err := e.settleAll(ctx, some, now, w); err != nil {
				return did, err
			}
		}
	}
}

// A worker looks among so many streams for some that are free, and claims so
// many of them at once.
const (
	candidates    = 512
	claimedAtOnce = 64
)

// claim takes some of what is to be done and is free, from a place of its own on,
// so that workers seldom want the same.
func (w *worker) claim(ctx context.Context, wanted []string, now time.Time) (mine []string, err error) {
	if len(wanted) == 0 {
		return nil, nil
	}
	from := spread(w.name, len(wanted))
	err = w.engine.store.Update(ctx, func(tx store.Tx) error {
		mine = nil
		taken := map[string]bool{}
		for c, err := range claims.Scan(tx, claimStream, store.Part{}) {
			if err != nil {
				return err
			}
			taken[c.What] = c.By != w.name && c.Until.After(now)
		}
		for i := range wanted {
			what := wanted[(from+i)%len(wanted)]
			if taken[what] || len(mine) >= claimedAtOnce {
				continue
			}
			mine = append(mine, what)
			if err := claims.Put(tx, claim{What: what, By: w.name, Until: now.Add(claimLife)}); err != nil {
				return err
			}
		}
		return nil
	})
	return mine, err
}

// release gives back what the worker has claimed.
func (w *worker) release(tx store.Tx, streams []rule.Stream) error {
	if w == nil {
		return nil
	}
	for _, stream := range streams {
		if err := claims.Delete(tx, claimStream, store.String(stream)); err != nil {
			return err
		}
	}
	return nil
}

func names(streams []rule.Stream) []string {
	list := make([]string, len(streams))
	for i, stream := range streams {
		list[i] = string(stream)
	}
	return list
}

func streamsOf(names []string) []rule.Stream {
	list := make([]rule.Stream, len(names))
	for i, name := range names {
		list[i] = rule.Stream(name)
	}
	return list
}
