package simulator

import (
	"context"
	"reflect"
	"slices"
	"time"
)

// Rehearsal runs scenarios that are much alike one after another, such as those
// through which a history that fails is made smaller. What each has in common with
// the one that was kept is not run again: it goes on from the nearest snapshot
// before the first step that differs. It comes to the same as [Scenario.Run].
//
// A rehearsal is used by one goroutine at a time.
type Rehearsal struct {
	options RunOptions
	// kept is what the next scenario can go on from, last what was run last.
	kept, last *rehearsed
}

// rehearsed are the snapshots of the runs of one scenario, by their manner.
type rehearsed struct {
	scenario *Scenario
	takes    map[string][]*take
}

// take is a run before one of its steps.
type take struct {
	// step is how many steps were done.
	step    int
	moment  *moment
	config  Config
	result  Result
	audited time.Time
	// turn is where the breaker of the store was.
	turn int
}

// mostTakes is of how many steps of a run there is a snapshot at most.
const mostTakes = 1000

// NewRehearsal returns a rehearsal that has nothing to go on from yet.
func NewRehearsal(options RunOptions) *Rehearsal { return &Rehearsal{options: options} }

// Keep lets the scenarios to come go on from the one that was run last.
func (r *Rehearsal) Keep() { r.kept = r.last }

// Run runs a scenario like [Scenario.Run].
func (r *Rehearsal) Run(ctx context.Context, s *Scenario) (*Result, error) {
	now := &rehearsed{scenario: s, takes: map[string][]*take{}}
	same := r.kept.shared(s)
	result, err := s.perform(ctx, r.options, func(how manner) (*Result, *Timeline, error) {
		l, from, err := r.open(ctx, s, how, same)
		if err != nil {
			return nil, nil, err
		}
		if !how.astray {
			// Where a run goes astray depends on how many steps there are: so it has
			// nothing in common with another, and always begins at the start.
			l.takes = &takes{every: 1 + len(s.Steps)/mostTakes, begun: from}
			if r.kept != nil {
				for _, t := range r.kept.takes[how.key()] {
					if t.step <= from {
						l.takes.list = append(l.takes.list, t)
					}
				}
			}
		}
		result, end, err := l.live(ctx, s.Steps[from:])
		if l.takes != nil {
			now.takes[how.key()] = l.takes.list
		}
		return result, end, err
	})
	r.last = now
	return result, err
}

// open returns a line that begins at the last snapshot which has no more than the
// steps in common, and how many it has done by then.
func (r *Rehearsal) open(ctx context.Context, s *Scenario, how manner, same int) (*line, int, error) {
	var from *take
	if r.kept != nil {
		for _, t := range r.kept.takes[how.key()] {
			if t.step <= same {
				from = t
			}
		}
	}
	l, err := s.open(ctx, r.options, how, &witness{})
	if err != nil || from == nil {
		return l, 0, err
	}
	return from.resume(l), from.step, nil
}

// takes collects the snapshots of a run.
type takes struct {
	list  []*take
	every int
	// begun is how many steps were done when the run began.
	begun int
}

// take keeps the run as it is before a step.
func (t *takes) take(l *line, i int) {
	if t == nil || len(l.branch) > 0 || i == 0 || (i+t.begun)%t.every != 0 {
		return
	}
	k := &take{step: i + t.begun, moment: l.timeline.moment(""), config: l.timeline.world.config, result: *l.result, audited: l.audited}
	k.result.Records = slices.Clip(k.result.Records)
	if l.how.breaker != nil {
		k.turn = l.how.breaker.turn
	}
	t.list = append(t.list, k)
}

// resume lets a line that was just opened go on from here.
func (k *take) resume(l *line) *line {
	result := k.result
	result.File, result.Name, result.Steps = l.result.File, l.result.Name, l.result.Steps
	*l.result = result
	config := k.config
	if config.breaker = l.how.breaker; config.breaker != nil {
		config.breaker.turn = k.turn
	}
	l.audited = k.audited
	l.timeline = NewTimeline(k.moment.world(config))
	l.timeline.memory, l.timeline.heard = k.moment.memory, k.moment.heard
	return l
}

// shared is how many steps at the beginning of a scenario are those of the one
// that was rehearsed.
func (r *rehearsed) shared(s *Scenario) int {
	if r == nil || !s.alike(r.scenario) {
		return 0
	}
	n := 0
	for n < min(len(s.Steps), len(r.scenario.Steps)) && s.Steps[n].alike(&r.scenario.Steps[n]) {
		n++
	}
	return n
}

// alike reports whether two scenarios begin in the same way.
func (s *Scenario) alike(o *Scenario) bool {
	return s.Start.Equal(o.Start) && s.Zone.String() == o.Zone.String() && s.Seed == o.Seed && reflect.DeepEqual(s.Policy, o.Policy) && reflect.DeepEqual(s.Catalog, o.Catalog)
}

// alike reports whether a step does what another does, and saves nothing that the
// other does not save. Those with steps of their own are never alike.
func (s *Step) alike(o *Step) bool {
	saved := func(one saving) bool {
		return slices.ContainsFunc(o.saves, func(other saving) bool { return reflect.DeepEqual(one, other) })
	}
	return s.Number == o.Number && s.Verb == o.Verb && s.Name == o.Name && s.At.Equal(o.At) && s.By == o.By && s.by == o.by && s.Fails == o.Fails &&
		s.Verb != ForkStep && s.want == nil && o.want == nil && reflect.DeepEqual(s.with, o.with) &&
		!slices.ContainsFunc(s.saves, func(one saving) bool { return !saved(one) }) && (s.Verb != AskStep || len(s.saves) == len(o.saves))
}
