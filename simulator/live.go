package simulator

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
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
	// album, where there is one, shows each line day by day.
	album *album
}

// Run runs the scenario in a world of its own and tells what happened. Steps
// that come out otherwise than written are in the result, and so is the first of
// its proofs that fails; an error means that the scenario could not be run at
// all, or the context was done.
func (s *Scenario) Run(ctx context.Context, options RunOptions) (*Result, error) {
	w := &witness{album: s.newAlbum(options.Album)}
	return s.perform(ctx, options, func(how manner) (*Result, *Timeline, error) {
		as := w
		w = &witness{} // the runs after the first are for its proofs, and not looked at
		return s.live(ctx, options, how, as)
	})
}

// perform runs the scenario, and again in other manners as far as it wants proofs.
func (s *Scenario) perform(ctx context.Context, options RunOptions, live func(manner) (*Result, *Timeline, error)) (*Result, error) {
	var plain manner
	if slices.Contains(s.Prove, AuditProof) {
		plain.audit = cmp.Or(options.AuditEvery, aDay)
	}
	result, end, err := live(plain)
	if err != nil || result.Trouble != "" || result.Broken() != nil {
		return result, err
	}
	result.Trouble, err = s.prove(ctx, result, end, live)
	return result, err
}

// Live runs the scenario like [Scenario.Run], but for its proofs, and returns the
// main line too, at the end of its last step: to look around there, to go on, or to
// go back to a mark.
func (s *Scenario) Live(ctx context.Context, options RunOptions) (*Result, *Timeline, error) {
	return s.live(ctx, options, manner{}, &witness{album: s.newAlbum(options.Album)})
}

// run runs the scenario once, without what it is to prove.
func (s *Scenario) run(ctx context.Context, options RunOptions, w *witness) (*Result, error) {
	result, _, err := s.live(ctx, options, manner{}, w)
	return result, err
}

// live runs the scenario once in some manner, while a witness looks on. It returns
// what happened, and the main line at its end.
func (s *Scenario) live(ctx context.Context, options RunOptions, how manner, w *witness) (*Result, *Timeline, error) {
	l, err := s.open(ctx, options, how, w)
	if err != nil {
		return nil, nil, err
	}
	return l.live(ctx, s.Steps)
}

// begin makes the world that the scenario begins in.
func (s *Scenario) begin(ctx context.Context, config Config) (*World, error) {
	if s.state == nil {
		return NewWorld(config)
	}
	return s.state.world(ctx, config)
}

// open returns the main line before its first step.
func (s *Scenario) open(ctx context.Context, options RunOptions, how manner, w *witness) (*line, error) {
	ground := options.Ground
	if how.listed {
		ground = func() (Ground, error) { return ordered(), nil }
	}
	world, err := s.begin(ctx, Config{
		Start: s.Start, Zone: s.Zone, Policy: s.Policy, Catalog: s.Catalog, Seed: s.Seed, Modules: options.Modules, Ground: ground, breaker: how.breaker,
	})
	if err != nil {
		return nil, err
	}
	result := &Result{
		File: s.File, Name: s.Name, From: s.From, Zone: s.Zone.String(), Seed: s.Seed, Policy: maps.Clone(s.Policy),
		Start: local(s.Start, s.Zone), End: local(s.Start, s.Zone), Steps: countSteps(s.Steps), Records: []Record{},
	}
	r := &runner{scenario: s, options: options, result: result, witness: w, how: how}
	l := &line{runner: r, timeline: NewTimeline(world), count: w.books.open(s.Start), reel: w.album.begin(s.Start, s.Zone), audited: s.Start}
	return l, l.meet(ctx)
}

// live runs the steps that are left, and sums up.
func (l *line) live(ctx context.Context, steps []Step) (*Result, *Timeline, error) {
	result, w := l.result, l.witness
	err := l.run(ctx, steps)
	if err == nil && l.how.work != prompt {
		// What a worker of another kind has left is done before states are compared.
		err = l.timeline.world.engine.RunDue(ctx)
	}
	if err != nil && !errors.Is(err, errStopped) {
		return nil, nil, err
	}
	if err := w.books.close(ctx, l); err != nil {
		return nil, nil, err
	}
	if err := w.album.develop(ctx, l); err != nil {
		return nil, nil, err
	}
	if w.brief {
		return result, l.timeline, nil
	}
	if result.Digest, err = l.timeline.Digest(ctx); err != nil {
		// A state that cannot be written down, such as one that reaches beyond the
		// year 9999, is the scenario's trouble and no reason to keep silent.
		result.Digest, result.Trouble = "", "the final state has no digest: "+err.Error()
	}
	if l.options.Books {
		if result.Books, err = l.books(ctx); err != nil {
			return nil, nil, err
		}
	}
	result.Album = w.album.result()
	result.Rules = cited(l.timeline.world.engine.Book(), result.Records)
	return result, l.timeline, nil
}

func countSteps(steps []Step) int {
	n := len(steps)
	for _, s := range steps {
		n += countSteps(s.Steps)
	}
	return n
}
