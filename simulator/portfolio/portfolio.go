package portfolio

import (
	"context"
	"fmt"
	"maps"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/simulator"
	"github.com/seatbook/seatbook/store"
)

// The bounds of a portfolio.
const (
	MaxTeams   = 1_000_000
	MaxYears   = 20
	MaxWorkers = 1024
)

// Config says which portfolio is run. Everything but Workers and Around
// determines the results.
type Config struct {
	// Seed determines every team, together with its number.
	Seed int64
	// Teams is how many there are in the whole portfolio: 1 to [MaxTeams].
	Teams int
	// Years is how long each lives: 1 to [MaxYears].
	Years int
	// Start is the first day on which a team can be founded; zero is 2026-01-05.
	Start period.Date
	// Shard is the part of the teams that is run; zero is all.
	Shard Shard
	// Policy sets parameters of rules by name.
	Policy map[string]string
	// Catalog is what is sold, after its Check found nothing. Nil is the built-in sample.
	Catalog *licensing.Catalog
	// Workload is how teams live. Nil is [DefaultWorkload].
	Workload *Workload
	// Workers is how many teams live at the same time; 0 is one for each processor.
	Workers int
	// Around stands between each team's engine and its store, as to see what is asked
	// of it, and between the store and the engine that all begin with, before anything
	// has happened. Nil is nothing in between. It determines nothing.
	Around func(store.Store) store.Store
}

// Portfolio is a part of a portfolio that can be run. It is never changed, and is
// safe for concurrent use.
type Portfolio struct {
	header  Header
	catalog *licensing.Catalog
	offers  offers
	workers int
	// empty is a world in which nothing has happened; every team's is a fork of it.
	empty *simulator.World
}

// New prepares a portfolio. It refuses what is out of bounds, a policy that names an
// unknown parameter, and a workload that cannot be.
func New(config Config) (*Portfolio, error) {
	p := &Portfolio{catalog: config.Catalog, workers: config.Workers, header: Header{
		Format: Format, Version: Version, Build: build(), Seed: config.Seed, Teams: config.Teams, Years: config.Years,
		Start: config.Start, Shard: config.Shard, Policy: maps.Clone(config.Policy), Workload: DefaultWorkload(),
	}}
	h := &p.header
	if h.Start == (period.Date{}) {
		h.Start = period.Date{Year: 2026, Month: time.January, Day: 5}
	}
	if h.Shard == (Shard{}) {
		h.Shard = Whole
	}
	if h.Policy == nil {
		h.Policy = map[string]string{}
	}
	if config.Workload != nil {
		h.Workload = *config.Workload
	}
	if p.catalog == nil {
		p.catalog = licensing.Sample()
	}
	switch {
	case h.Teams < 1 || h.Teams > MaxTeams:
		return nil, fmt.Errorf("there can be 1 to %d teams, and not %d", MaxTeams, h.Teams)
	case h.Years < 1 || h.Years > MaxYears:
		return nil, fmt.Errorf("they can live 1 to %d years, and not %d", MaxYears, h.Years)
	case p.workers < 0 || p.workers > MaxWorkers:
		return nil, fmt.Errorf("there can be up to %d workers, and not %d", MaxWorkers, p.workers)
	case h.Start.Year < 1970 || h.Start.Year > 2200:
		return nil, fmt.Errorf("teams can be founded from 1970 to 2200, and not %s", h.Start)
	}
	if p.workers == 0 {
		p.workers = runtime.GOMAXPROCS(0)
	}
	if err := h.Shard.check(); err != nil {
		return nil, err
	}
	return p, p.prepare(config.Around)
}

// prepare finds out what the results follow from.
func (p *Portfolio) prepare(around func(store.Store) store.Store) error {
	var texts []string
	for _, slip := range p.header.Workload.Check(p.catalog) {
		path := strings.Trim(strings.ReplaceAll(fmt.Sprint(slip.Path), " ", "."), "[]")
		texts = append(texts, path+": "+slip.Text)
	}
	if len(texts) > 0 {
		return fmt.Errorf("the workload cannot be: %s", strings.Join(texts, "; "))
	}
	var err error
	p.empty, err = simulator.NewWorld(simulator.Config{
		Policy: p.header.Policy, Catalog: p.catalog, Seed: p.header.Seed, Around: around,
		Ground: func() (simulator.Ground, error) { return simulator.Scratch(), nil },
	})
	if err != nil {
		return err
	}
	p.header.Rules = p.empty.Engine().Book().Digest()
	p.header.Catalog, err = digestOf(p.catalog)
	p.offers = offersOf(p.catalog, p.header.Workload.Seats.Products)
	if err != nil {
		return err
	}
	line, err := p.header.line()
	if len(line) > MaxLine {
		return fmt.Errorf("the policy and the workload take %d bytes in the results, and %d can be", len(line), MaxLine)
	}
	return err
}

// Header returns what the file of the results begins with.
func (p *Portfolio) Header() Header { return p.header }

// Team lets one team of the portfolio live, and returns what it came to. It is the
// same whatever shard the portfolio is of.
func (p *Portfolio) Team(ctx context.Context, number int) (t Team, err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			err = fmt.Errorf("it panicked: %v", panicked)
		}
		if err != nil {
			err = fmt.Errorf("team %d: %w", number, err)
		}
	}()
	l := p.begin(ctx, number)
	if err := l.live(); err != nil {
		return t, err
	}
	if t, err = l.sum(); err == nil {
		err = t.check()
	}
	return t, err
}

// Run lets the shard's teams live, from a number on, as many at a time as there are
// workers. Each is handed to keep in the order of the numbers, by one goroutine. It
// ends at the first error, in that order, and where the context is done.
func (p *Portfolio) Run(ctx context.Context, from int, keep func(*Team) error) error {
	ctx, stop := context.WithCancel(ctx)
	first, count := p.header.Shard.Range(p.header.Teams)
	type lived struct {
		team Team
		err  error
	}
	type task struct {
		number int
		done   chan lived
	}
	// What is queued bounds how far one worker gets ahead of another.
	tasks, queue := make(chan task), make(chan task, 2*p.workers)
	var group sync.WaitGroup
	defer group.Wait()
	defer stop()
	group.Go(func() {
		defer close(queue)
		defer close(tasks)
		for n := max(first, from); n < first+count; n++ {
			one := task{n, make(chan lived, 1)}
			select {
			case tasks <- one:
			case <-ctx.Done():
				return
			}
			queue <- one
		}
	})
	for range p.workers {
		group.Go(func() {
			for one := range tasks {
				team, err := p.Team(ctx, one.number)
				one.done <- lived{team, err}
			}
		})
	}
	var failed error
	next := max(first, from)
	for one := range queue {
		result := <-one.done
		if failed == nil {
			failed = result.err
		}
		if failed == nil {
			failed = keep(&result.team)
		}
		if failed != nil {
			stop()
		} else {
			next++
		}
	}
	if failed == nil && next < first+count {
		failed = ctx.Err()
	}
	return failed
}
