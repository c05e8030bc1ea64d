package seatbook

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// RunDue does everything that is due by now, in every stream, each thing at its
// own instant, and asks the outside again for what it has not answered. It may
// run late, twice, or in several processes: the outcome is the same. Processes
// that run at once share the work better by [Engine.Work].
func (e *Engine) RunDue(ctx context.Context) error {
	now := e.now()
	if err := e.KeepPromises(ctx); err != nil {
		return err
	}
	for idle := 0; ; {
		streams, err := e.waiting(ctx, now, streamsAtOnce)
		if err != nil || len(streams) == 0 {
			return err
		}
		idle++
		for some := range slices.Chunk(streams, e.together()) {
			did, asked, err := e.settleAll(ctx, some, now, nil)
			if err != nil {
				return err
			}
			if err := e.answer(ctx, asked, nil); err != nil {
				return err
			}
			if did {
				idle = 0
			}
		}
		if idle > mostIdle {
			return endless(streams[0])
		}
	}
}

// endless is the error of a stream that says that it has something due, and has not.
func endless(stream rule.Stream) error {
	return fmt.Errorf("seatbook: what is due in %s does not get done", stream)
}

// mostIdle is how often streams may be said to have something due, and nothing be
// found: another process may have been there first, but not that often.
const mostIdle = 100

// streamsAtOnce is how many streams are looked for at a time.
const streamsAtOnce = 64

// together is how many streams are settled in one transaction. Where transactions
// run side by side, a small one is seldom in the way of another.
func (e *Engine) together() int {
	if e.sequential {
		return streamsAtOnce
	}
	return 8
}

// waiting returns the streams that have something due, the longest waiting
// first, at most so many.
func (e *Engine) waiting(ctx context.Context, now time.Time, limit int) (streams []rule.Stream, err error) {
	err = e.store.View(ctx, func(tx store.Tx) error {
		streams = nil
		for w, err := range wakes.Scan(tx, wakeStream, store.Part{Limit: limit}) {
			if err != nil {
				return err
			}
			if w.At.After(now) {
				break
			}
			streams = append(streams, w.Stream)
		}
		return nil
	})
	return streams, err
}

// settleAll does in one transaction what is due in some streams, in which a claim on
// them ends too. It reports whether anything was due, and returns what the outside is
// to be asked.
func (e *Engine) settleAll(ctx context.Context, streams []rule.Stream, now time.Time, by *worker) (did bool, asked []string, err error) {
	streams = slices.Sorted(slices.Values(streams))
	err = e.store.Update(ctx, func(tx store.Tx) error {
		s := e.session(tx, now)
		for _, stream := range streams {
			err := s.settle([]rule.Stream{stream}, settling{until: now})
			if err != nil && !errors.Is(err, errPaused) {
				return err
			}
		}
		asked, did = s.promised, len(s.busy()) > 0
		if err := s.flush(); err != nil {
			return err
		}
		return by.release(tx, streams)
	})
	return did, asked, err
}

// NextDue returns the instant at which something is due next, and false where
// nothing is. It may lie in the past.
func (e *Engine) NextDue(ctx context.Context) (at time.Time, ok bool, err error) {
	err = e.store.View(ctx, func(tx store.Tx) error {
		for w, err := range wakes.Scan(tx, wakeStream, store.Part{Limit: 1}) {
			at, ok = w.At, err == nil
			return err
		}
		return nil
	})
	return at, ok, err
}

// maxSleep is how long Work sleeps at most, so that what other processes queue
// is not overslept.
const maxSleep = time.Minute

// Work runs what is due, again and again, until the context is done, whose
// error it returns. A host runs it in a goroutine, in as many processes as it
// likes: each stream's due work is claimed before it is done, and what a process
// has claimed that dies is taken over by another within a minute.
//
// An error of the store, such as a lost connection, leaves nothing half done. Work
// tries again a second later, then after two and so on twice as long each time, and
// returns the error that comes six times in a row.
func (e *Engine) Work(ctx context.Context) error {
	w := &worker{engine: e, name: rand.Text()}
	for failed := 0; ; {
		sleep, err := w.turn(ctx)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err == nil:
			failed = 0
		case failed == patience:
			return err
		default:
			sleep = time.Second << failed
			failed++
		}
		timer := e.clock.Timer(sleep)
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		}
	}
}

// patience is how often Work tries again where the store fails.
const patience = 5

// turn comes round once, and says how long to sleep until the next time.
func (w *worker) turn(ctx context.Context) (sleep time.Duration, err error) {
	did, err := w.round(ctx)
	if err != nil {
		return 0, err
	}
	next, ok, err := w.engine.NextDue(ctx)
	return pause(did, ok, next.Sub(w.engine.now())), err
}

// claimedSleep is how long a worker sleeps at least that found only what others had
// claimed.
const claimedSleep = 200 * time.Millisecond

// pause is how long a worker sleeps that did something or not, before what is due
// next, if anything is.
func pause(did, ok bool, wait time.Duration) time.Duration {
	least := time.Millisecond
	if !did {
		least = claimedSleep
	}
	if !ok || wait > maxSleep {
		return maxSleep
	}
	if wait > 0 {
		return wait
	}
	return least
}
