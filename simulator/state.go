package simulator

import (
	"context"
	"fmt"
	"io"
	"maps"
	"time"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// Open makes a world on the state that [seatbook.Engine.Export] wrote, be it that of
// an engine in production or of another world.
//
// The clock shows the instant of the export, or Start where that is set and not
// before it. What the config leaves out is that of the export: the zone, the
// catalogue, and the policy where it is nil. Payment methods are those of the export
// and answer that they are paid until [SetPaymentOutcome] says otherwise; what the
// real provider had not answered yet, this one does. Secrets come from the seed and
// the export together, so that none is made twice.
//
// It refuses what [seatbook.OpenExport] and [seatbook.Import] refuse.
func Open(ctx context.Context, r io.Reader, config Config) (*World, error) {
	x, err := seatbook.OpenExport(r)
	if err != nil {
		return nil, err
	}
	if err := begins(x.Manifest(), &config.Start); err != nil {
		return nil, err
	}
	if config, err = complete(x, config); err != nil {
		return nil, err
	}
	s, err := readState(ctx, x, config)
	if err != nil {
		return nil, err
	}
	return s.world(ctx, config)
}

// begins finds the instant at which a world begins on an export.
func begins(m seatbook.Manifest, start *time.Time) error {
	if start.IsZero() {
		*start = m.At
	}
	if start.Before(m.At) {
		return fmt.Errorf("simulator: %s is before the instant of the export, which is %s", rule.Show(*start), rule.Show(m.At))
	}
	return nil
}

// complete takes from an export what a config leaves out.
func complete(x *seatbook.Export, config Config) (Config, error) {
	m := x.Manifest()
	config.Policy = maps.Clone(config.Policy)
	if config.Policy == nil {
		config.Policy = m.Policy
	}
	if config.Catalog == nil {
		config.Catalog = x.Catalog()
	}
	if config.Zone == nil {
		zone, err := period.LoadZone(m.Zone)
		if err != nil {
			return config, fmt.Errorf("simulator: the export has no zone that is known here: %w", err)
		}
		config.Zone = zone
	}
	return config, nil
}

// state is an export in a store. It is never changed: worlds begin on forks of it.
type state struct {
	store *memstore.Store
	// sum identifies it, and policy is what its queue goes by.
	sum    string
	policy map[string]string
	// heard is the place of the last event in it.
	heard seatbook.Cursor
}

// readState reads the records of an export under a config that is complete.
func readState(ctx context.Context, x *seatbook.Export, config Config) (*state, error) {
	s := &state{store: memstore.New(), policy: config.Policy}
	engine, err := x.Import(ctx, s.store, seatbook.Config{
		Policy: config.Policy, Catalog: config.Catalog, Zone: config.Zone, Modules: append([]rule.Module{Module()}, config.Modules...),
	})
	if err != nil {
		return nil, err
	}
	s.sum = x.Sum()
	s.heard, err = engine.Latest(ctx)
	return s, err
}

// world makes a world that begins on the state. Its timelines tell of what happens
// from there on.
func (s *state) world(ctx context.Context, config Config) (*World, error) {
	config.heard = s.heard
	ground := Ground(inMemory{s.store.Fork()})
	if config.Ground != nil {
		var err error
		if ground, err = config.Ground(); err != nil {
			return nil, err
		}
	}
	w, err := newWorld(config, ground, config.Start, newSecrets(config.Seed, s.sum), nil)
	if err == nil && config.Ground != nil {
		err = copyRows(ctx, s.store, ground) // The engine has told the ground its codecs by now.
	}
	if err == nil && !maps.Equal(s.policy, config.Policy) {
		err = w.engine.Requeue(ctx)
	}
	return w, err
}
