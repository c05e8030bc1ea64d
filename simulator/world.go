package simulator

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"time"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Config is what a world is made with. The zero Config is usable.
type Config struct {
	// Start is the instant that the clock shows first.
	Start time.Time
	// Zone is the zone of teams that name none. Nil is UTC.
	Zone *time.Location
	// Policy sets parameters of rules by name.
	Policy map[string]string
	// Catalog is what is sold, after its Check found nothing. Nil is the built-in sample.
	Catalog *licensing.Catalog
	// Seed determines every secret. The same seed makes the same ones.
	Seed int64
	// Modules are added to those of every engine and the simulator's own.
	Modules []rule.Module
	// Around stands between the engine and its store, as to see what is asked of it.
	// Nil is nothing in between.
	Around func(store.Store) store.Store

	// Ground makes the empty store that the world stands on. Nil is [Memory].
	Ground func() (Ground, error)

	// breaker breaks the store; nil is a sound one.
	breaker *breaker
	// heard is the place of the last event before the world began.
	heard seatbook.Cursor
}

// World is an engine with everything around it made up: a store, in memory where
// nothing else is said, a clock that stands still until it is set, and a payment
// provider that answers as it was told to.
type World struct {
	config  Config
	store   Ground
	clock   *Clock
	secrets *secrets
	engine  *seatbook.Engine
	// mould is an engine over nothing, from which those of all forks are made.
	mould *seatbook.Engine
}

// NewWorld makes a world. It refuses what [seatbook.New] refuses.
func NewWorld(config Config) (*World, error) {
	config.Policy = maps.Clone(config.Policy)
	ground := Memory()
	if config.Ground != nil {
		var err error
		if ground, err = config.Ground(); err != nil {
			return nil, err
		}
	}
	return newWorld(config, ground, config.Start, newSecrets(config.Seed, ""), nil)
}

// newWorld makes a world over a ground. Its rules are those of a mould that the same
// config made, where there is one already.
func newWorld(config Config, kept Ground, now time.Time, secrets *secrets, mould *seatbook.Engine) (*World, error) {
	w := &World{config: config, store: kept, clock: NewClock(now), secrets: secrets, mould: mould}
	around := config.breaker.around(kept)
	if config.Around != nil {
		around = config.Around(around)
	}
	var err error
	if w.mould == nil {
		w.mould, err = seatbook.New(memstore.New(), seatbook.Config{
			Policy: config.Policy, Catalog: config.Catalog, Zone: config.Zone, Modules: append([]rule.Module{Module()}, config.Modules...),
		})
	}
	if err == nil {
		w.engine, err = w.mould.Over(around, w.clock, &provider{kept}, secrets)
	}
	if err != nil {
		return nil, err
	}
	return w, nil
}

// Engine returns the world's engine. It reads the world's clock and never sets it.
func (w *World) Engine() *seatbook.Engine { return w.engine }

// Clock returns the world's clock.
func (w *World) Clock() *Clock { return w.clock }

// Zone returns the zone of teams that name none.
func (w *World) Zone() *time.Location {
	if w.config.Zone == nil {
		return time.UTC
	}
	return w.config.Zone
}

// Advance goes to an instant that is not before the present, and does what is due by
// then, each thing at its own instant. Nothing of the past is kept: who wants to go
// back walks a [Timeline].
func (w *World) Advance(ctx context.Context, to time.Time) error {
	if now := w.clock.Now(); to.Before(now) {
		return fmt.Errorf("%w: %s is before %s", errBackwards, rule.Show(to), rule.Show(now))
	}
	for {
		due, ok, err := w.engine.NextDue(ctx)
		if err != nil {
			return err
		}
		if !ok || due.After(to) {
			w.clock.Set(to)
			return nil
		}
		if err := w.work(ctx, due.In(to.Location())); err != nil {
			return err
		}
	}
}

// work does what is due at an instant, or before.
func (w *World) work(ctx context.Context, due time.Time) error {
	if due.After(w.clock.Now()) {
		w.clock.Set(due)
	}
	if err := w.engine.RunDue(ctx); err != nil {
		return err
	}
	next, ok, err := w.engine.NextDue(ctx)
	if err == nil && ok && !next.After(due) {
		return fmt.Errorf("simulator: what is due at %s does not get done", rule.Show(next))
	}
	return err
}

// Fork returns a second world that begins as this one is now: what is kept, the
// instant and the secrets to come. From then on neither sees what the other
// does. It costs the same however much is kept.
func (w *World) Fork() *World { return w.snapshot().world(w.config) }

// snapshot is a world at one moment. It is never changed.
type snapshot struct {
	store  Ground
	now    time.Time
	stream rand.ChaCha8
	mould  *seatbook.Engine
}

func (w *World) snapshot() snapshot {
	// What was told is given its ordinals before: so a replay onto the snapshot
	// knows where to go on. Where the store fails, whoever uses it next hears of it.
	w.engine.Latest(context.Background()) //nolint:errcheck // as said
	return snapshot{store: w.store.Fork(), now: w.clock.Now(), stream: w.secrets.state(), mould: w.mould}
}

// world makes a world that goes on from the snapshot. The config says nothing of rules
// that is not in that of the world whose snapshot it is.
func (s snapshot) world(config Config) *World {
	w, err := newWorld(config, s.store.Fork(), s.now, &secrets{stream: s.stream}, s.mould)
	if err != nil {
		panic(fmt.Sprintf("simulator: what made a world does not make it again: %v", err))
	}
	return w
}
