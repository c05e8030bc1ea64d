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

// claim says that a worker is about to do what is due in a stream, or that the
// outside is being asked a question. It saves work and decides nothing: what is done
// twice is done once, whoever does it, and what is asked twice is asked under one key.
//
// A question is claimed in the transaction that promises it, by whoever promises it,
// and the claim goes with the answer. Where no answer came it is asked again once the
// claim is over, and so not at every turn.
type claim struct {
	What string
	// By is the worker; empty for a command, and for what a worker asks.
	By    string
	Until time.Time
}

var claims = store.NewTable("seatbook.claim", func(c *claim) (string, store.Key) { return claimStream, store.String(c.What) })

// holds reports whether the claim keeps somebody away.
func (c claim) holds(by string, now time.Time) bool {
	return (c.By == "" || c.By != by) && c.Until.After(now)
}

// claimPromises lets nobody else ask what was promised, for as long as who promised
// it may take to ask.
func (s *session) claimPromises() error {
	if s.engine.sequential {
		return nil
	}
	for _, id := range s.promised {
		if err := claims.Put(s.tx, claim{What: id, Until: s.recorded.Add(claimLife)}); err != nil {
			return err
		}
	}
	return nil
}

// worker is one of those that share the work over a store.
type worker struct {
	engine *Engine
	name   string
}

// round does what is due, and asks what is outstanding, where no other worker is
// about to. It reports whether there was anything.
func (w *worker) round(ctx context.Context) (did bool, err error) {
	e := w.engine
	if e.sequential {
		return true, e.RunDue(ctx)
	}
	if err := e.number(ctx); err != nil { // so that the feed never falls behind, also where nobody reads it
		return false, err
	}
	asked, err := w.ask(ctx)
	if err != nil {
		return asked, err
	}
	settled, err := w.settle(ctx)
	return asked || settled, err
}

// ask asks the outside what nobody else is asking.
func (w *worker) ask(ctx context.Context) (did bool, err error) {
	questions, err := w.engine.outstanding(ctx)
	for err == nil && len(questions) > 0 {
		var mine []string
		if mine, err = w.claim(ctx, "", questions); err != nil || len(mine) == 0 {
			return did, err
		}
		did = true
		err = w.engine.answer(ctx, mine, nil)
		questions = slices.DeleteFunc(questions, func(id string) bool { return slices.Contains(mine, id) })
	}
	return did, err
}

// settle does what is due by now in the streams that it can claim.
func (w *worker) settle(ctx context.Context) (did bool, err error) {
	e := w.engine
	until := e.now()
	for idle := 0; ; idle++ {
		streams, err := e.waiting(ctx, until, candidates)
		if err != nil || len(streams) == 0 {
			return did, err
		}
		mine, err := w.claim(ctx, w.name, names(streams))
		if err != nil || len(mine) == 0 {
			return did, err
		}
		did = true
		done, err := w.settleClaimed(ctx, mine, until)
		switch {
		case err != nil:
			return did, err
		case done:
			idle = 0
		case idle == mostIdle:
			return did, endless(streams[0])
		}
	}
}

// settleClaimed does what is due in streams that the worker has claimed, and asks
// what came of it. Where answers take long the claims are renewed in between, so that
// no other worker comes for what this one is about to do. It reports whether anything
// was due.
func (w *worker) settleClaimed(ctx context.Context, mine []string, until time.Time) (done bool, err error) {
	e := w.engine
	claimed := e.now()
	for len(mine) > 0 {
		some := mine[:min(len(mine), e.together())]
		mine = mine[len(some):]
		did, asked, err := e.settleAll(ctx, streamsOf(some), until, w)
		if err != nil {
			return done, err
		}
		done = done || did
		for i := range asked {
			if now := e.now(); now.Sub(claimed) >= claimLife/2 {
				claimed = now
				if err := w.renew(ctx, mine, asked[i:]); err != nil {
					return done, err
				}
			}
			if err := e.answer(ctx, asked[i:i+1], nil); err != nil {
				return done, err
			}
		}
	}
	return done, nil
}

// renew lets the claims on streams and on questions last from now.
func (w *worker) renew(ctx context.Context, streams, questions []string) error {
	until := w.engine.now().Add(claimLife)
	return w.engine.store.Update(ctx, func(tx store.Tx) error {
		for _, stream := range streams {
			if err := claims.Put(tx, claim{What: stream, By: w.name, Until: until}); err != nil {
				return err
			}
		}
		for _, id := range questions {
			if err := claims.Put(tx, claim{What: id, Until: until}); err != nil {
				return err
			}
		}
		return nil
	})
}

// A worker looks among so many streams for some that are free, and claims so
// many of them at once.
const (
	candidates    = 512
	claimedAtOnce = 64
)

// claim takes some of what is to be done and is free, in a name, from a place of the
// worker's own on, so that workers seldom want the same.
func (w *worker) claim(ctx context.Context, by string, wanted []string) (mine []string, err error) {
	if len(wanted) == 0 {
		return nil, nil
	}
	from, now := spread(w.name, len(wanted)), w.engine.now()
	err = w.engine.store.Update(ctx, func(tx store.Tx) error {
		mine = nil
		taken := map[string]bool{}
		for c, err := range claims.Scan(tx, claimStream, store.Part{}) {
			if err != nil {
				return err
			}
			taken[c.What] = c.holds(by, now)
		}
		for i := range wanted {
			what := wanted[(from+i)%len(wanted)]
			if taken[what] || len(mine) >= claimedAtOnce {
				continue
			}
			mine = append(mine, what)
			if err := claims.Put(tx, claim{What: what, By: by, Until: now.Add(claimLife)}); err != nil {
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
