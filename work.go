package seatbook

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// streamsAtOnce is how many streams RunDue settles in one transaction.
const streamsAtOnce = 64

// RunDue does everything that is due by now, in every stream, each thing at its
// own instant, and asks the outside again for what it has not answered. It may
// run late, twice, or in several processes: the outcome is the same.
func (e *Engine) RunDue(ctx context.Context) error {
	now := e.now()
	waiting, err := e.outstanding(ctx)
	if err != nil {
		return err
	}
	if err := e.answer(ctx, waiting, nil); err != nil {
		return err
	}
	for {
		var done bool
		var asked []string
		err := e.store.Update(ctx, func(tx store.Tx) (err error) {
			done, asked, err = e.runSome(e.session(tx, now), now)
			return err
		})
		if err != nil {
			return err
		}
		if err := e.answer(ctx, asked, nil); err != nil {
			return err
		}
		if done {
			return nil
		}
	}
}

// runSome settles the streams that have waited longest. It reports done where
// nothing is left, and which charges were promised.
func (e *Engine) runSome(s *session, now time.Time) (done bool, asked []string, err error) {
	streams, err := s.waiting(now)
	if err != nil || len(streams) == 0 {
		return true, nil, err
	}
	for _, stream := range streams {
		err := s.settle([]rule.Stream{stream}, settling{until: now})
		if err != nil && !errors.Is(err, errPaused) {
			return false, nil, err
		}
	}
	return false, s.promised, s.flush()
}

// waiting returns the streams that have something due, the longest waiting first.
func (s *session) waiting(now time.Time) ([]rule.Stream, error) {
	var streams []rule.Stream
	for w, err := range wakes.Scan(s.tx, wakeStream, store.Part{Limit: streamsAtOnce}) {
		if err != nil {
			return nil, err
		}
		if w.At.After(now) {
			break
		}
		streams = append(streams, w.Stream)
	}
	slices.Sort(streams)
	return streams, nil
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
// likes.
func (e *Engine) Work(ctx context.Context) error {
	for {
		if err := e.RunDue(ctx); err != nil {
			return err
		}
		next, ok, err := e.NextDue(ctx)
		if err != nil {
			return err
		}
		sleep := maxSleep
		if wait := next.Sub(e.now()); ok && wait < sleep {
			sleep = max(wait, time.Millisecond)
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
