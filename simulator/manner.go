package simulator

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/seatbook/seatbook/store"
)

// manner is how a scenario is lived through. The zero manner is the plain one: a
// prompt worker, a sound store, no going astray. Whatever the manner, a run comes
// to the same.
type manner struct {
	work worker
	// again is the plain manner a second time, listed the plain one on another store.
	again, listed bool
	// astray goes astray at times: it forks, runs ahead, rewinds.
	astray bool
	// breaker breaks the store; nil is a sound one.
	breaker *breaker
	// audit is how much time lies between two audits; 0 is none at all.
	audit time.Duration
}

// worker says how what is due between two steps is done.
type worker int

const (
	// prompt does everything at its own instant.
	prompt worker = iota
	// late does nothing: what a step looks at is settled by the step.
	late
	// atOnce does everything at the instant of the next step, and then once more.
	atOnce
	// dayByDay comes round once a day, and does what was due by then.
	dayByDay
)

// String says what is particular about a manner.
func (m manner) String() string {
	switch {
	case m.breaker != nil:
		return "a store that breaks"
	case m.listed:
		return "another store"
	case m.again:
		return "the same seed"
	case m.astray:
		return "branches and rewinds"
	case m.work == late:
		return "a late worker"
	case m.work == atOnce:
		return "a worker that does all at once"
	case m.work == dayByDay:
		return "a worker that comes once a day"
	default:
		return "a prompt worker"
	}
}

// key tells manners apart.
func (m manner) key() string { return m.String() + " " + m.audit.String() }

// advance goes to an instant in this manner.
func (m manner) advance(ctx context.Context, t *Timeline, to time.Time) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the engine panicked: %v", p)
		}
	}()
	if m.work == prompt && m.breaker == nil {
		return t.Advance(ctx, to)
	}
	if to.Before(t.Now()) {
		return errBackwards
	}
	switch m.work {
	case late:
		t.world.clock.Set(to)
		return nil
	case atOnce:
		t.world.clock.Set(to)
		return errors.Join(t.world.engine.RunDue(ctx), t.world.engine.RunDue(ctx))
	case dayByDay:
		for day := t.Now().Add(aDay); day.Before(to); day = day.Add(aDay) {
			t.world.clock.Set(day)
			if err := t.world.engine.RunDue(ctx); err != nil {
				return err
			}
		}
		t.world.clock.Set(to)
		return nil
	case prompt:
	}
	return m.breaker.twice(func() error { return t.Advance(ctx, to) })
}

// errBroken is what a store that breaks answers.
var errBroken = errors.New("simulator: the store broke, as it was told to")

// breaker makes stores break at a write. It is used by one goroutine at a time.
type breaker struct {
	// turn counts how often something was tried, so that every try breaks at
	// another write than the one before.
	turn int
	// armed is set until the next transaction has ended; left is how many of its
	// writes still work.
	armed bool
	left  int
}

// mostWrites is at which write a transaction breaks at the latest. Most have fewer.
const mostWrites = 31

// twice tries something while the store breaks, and again once it is sound. What
// does not get as far as the write that breaks is not tried again.
func (b *breaker) twice(do func() error) error {
	if b == nil {
		return do()
	}
	b.turn++
	b.armed, b.left = true, b.turn*11%mostWrites
	err := do()
	b.armed = false
	if errors.Is(err, errBroken) {
		return do()
	}
	return err
}

// around is a store that breaks when the breaker is armed.
func (b *breaker) around(s store.Store) store.Store {
	if b == nil {
		return s
	}
	return &breaking{s, b}
}

type breaking struct {
	store.Store
	breaker *breaker
}

// Update breaks in the first transaction alone: what a command promised to the
// outside stays promised, however the second ends.
func (s *breaking) Update(ctx context.Context, fn func(store.Tx) error) error {
	if !s.breaker.armed {
		return s.Store.Update(ctx, fn)
	}
	defer func() { s.breaker.armed = false }()
	return s.Store.Update(ctx, func(tx store.Tx) error { return fn(&brittle{tx, s.breaker}) })
}

type brittle struct {
	store.Tx
	breaker *breaker
}

func (t *brittle) spend() error {
	if t.breaker.left == 0 {
		return errBroken
	}
	t.breaker.left--
	return nil
}

// Put writes while the store works.
func (t *brittle) Put(key string, value any) error {
	if err := t.spend(); err != nil {
		return err
	}
	return t.Tx.Put(key, value)
}

// Delete deletes while the store works.
func (t *brittle) Delete(key string) error {
	if err := t.spend(); err != nil {
		return err
	}
	return t.Tx.Delete(key)
}

// Try runs a part that breaks like the whole.
func (t *brittle) Try(fn func(store.Tx) error) error {
	return t.Tx.Try(func(tx store.Tx) error { return fn(&brittle{tx, t.breaker}) })
}
