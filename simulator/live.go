package simulator

import (
	"context"
	"errors"
	"maps"
)

// witness looks on while a scenario runs.
type witness struct {
	// brief leaves out what nobody will look at: the rules behind each step, and
	// the digest of the final state.
	brief bool
	// saw, where there is one, is told of each step and ends the run with true.
	saw func(*Record) (enough bool)
	// books, where there are some, count what each line comes to.
	books *books
}

// run runs the scenario once, without what it is to prove.
func (s *Scenario) run(ctx context.Context, options RunOptions, w *witness) (*Result, error) {
	result, _, err := s.live(ctx, options, manner{}, w)
	return result, err
}

// live runs the scenario once in some manner, while a witness looks on. It returns
// what happened, and the main line at its end.
func (s *Scenario) live(ctx context.Context, options RunOptions, how manner, w *witness) (*Result, *Timeline, error) {
	world, err := NewWorld(Config{
		Start: s.Start, Zone: s.Zone, Policy: s.Policy, Catalog: s.Catalog, Seed: s.Seed, Modules: options.Modules, Ground: options.Ground, breaker: how.breaker,
	})
	if err != nil {
		return nil, nil, err
	}
	result := &Result{
		File: s.File, Name: s.Name, Zone: s.Zone.String(), Seed: s.Seed, Policy: maps.Clone(s.Policy),
		Start: local(s.Start, s.Zone), End: local(s.Start, s.Zone), Steps: countSteps(s.Steps), Records: []Record{},
	}
	r := &runner{scenario: s, options: options, result: result, witness: w, how: how}
	line := &line{runner: r, timeline: NewTimeline(world), count: w.books.open(s.Start), audited: s.Start}
	err = line.run(ctx, s.Steps)
	if err == nil && how.work != prompt {
		// What a worker of another kind has left is done before states are compared.
		err = world.engine.RunDue(ctx)
	}
	if err != nil && !errors.Is(err, errStopped) {
		return nil, nil, err
	}
	if err := w.books.close(ctx, line); err != nil {
		return nil, nil, err
	}
	if w.brief {
		return result, line.timeline, nil
	}
	if result.Digest, err = line.timeline.Digest(ctx); err != nil {
		// A state that cannot be written down, such as one that reaches beyond the
		// year 9999, is the scenario's trouble and no reason to keep silent.
		result.Digest, result.Trouble = "", "the final state has no digest: "+err.Error()
	}
	if options.Books {
		if result.Books, err = line.books(ctx); err != nil {
			return nil, nil, err
		}
	}
	result.Rules = cited(world.engine.Book(), result.Records)
	return result, line.timeline, nil
}

func countSteps(steps []Step) int {
	n := len(steps)
	for _, s := range steps {
		n += countSteps(s.Steps)
	}
	return n
}
