package history

import (
	"context"
	"maps"
	"slices"
	"sort"
	"strconv"
	"time"

	"github.com/seatbook/seatbook/simulator"
)

// mostTries is how many smaller histories are run at most.
const mostTries = 4000

// shrinking makes one history smaller.
type shrinking struct {
	run    *run
	ctx    context.Context //nolint:containedctx // it lives as long as one call of shrink
	best   *story
	class  class
	proofs []simulator.Proof
	tries  int
	// rehearsal runs what is smaller from where it differs from the best.
	rehearsal *simulator.Rehearsal
	// outcome is what the best came to.
	outcome *simulator.Result
}

// shrink makes a history that fails as small as it can, and writes it down.
func (r *run) shrink(ctx context.Context, found *lived) (*Failure, error) {
	s := &shrinking{run: r, ctx: ctx, best: found.story, class: found.class, outcome: found.result, rehearsal: simulator.NewRehearsal(simulator.RunOptions{Modules: r.config.Modules})}
	if found.class.proof != "" {
		s.proofs = []simulator.Proof{found.class.proof}
	}
	from := found.story.size()
	// The whole of it comes first: what does not fail again is not made smaller, and
	// what does is what all smaller ones go on from.
	if s.accept(s.best) {
		s.cut()
		for before := -1; before != s.size() && !s.over(); {
			before = s.size()
			s.blocks()
			s.spans()
			s.quantities()
		}
	}
	f := &Failure{History: found.index + 1, Says: s.class.says, Steps: s.best.size(), From: from, Interrupted: ctx.Err() != nil}
	text, class, err := s.final()
	if err != nil {
		return nil, err
	}
	f.Scenario, f.Tries = text, s.tries
	f.Says = class.says
	return f, nil
}

func (s *shrinking) over() bool { return s.ctx.Err() != nil || s.tries >= mostTries }

// size is what a round makes smaller: what the file has, in characters.
func (s *shrinking) size() int { return len(s.best.text(nil)) }

// accept takes a smaller history where it fails in the same way.
func (s *shrinking) accept(smaller *story) bool {
	if s.over() || len(smaller.steps) == 0 {
		return false
	}
	s.tries++
	lenient := *smaller
	lenient.steps = slices.Clone(smaller.steps)
	for i := range lenient.steps {
		lenient.steps[i].fails = ""
	}
	scenario, err := s.run.scenario(&lenient, s.proofs...)
	if err != nil {
		return false
	}
	result, err := s.rehearsal.Run(s.ctx, scenario)
	if err != nil {
		return false
	}
	class := s.run.classOf(result)
	if !class.same(s.class) {
		return false
	}
	s.rehearsal.Keep()
	s.best, s.class, s.outcome = smaller, class, result
	if s.run.config.Progress != nil {
		p := s.run.progress
		p.Shrinking, p.Steps = true, len(smaller.steps)
		s.run.config.Progress(p)
	}
	return true
}

// cut drops what comes after the step that fails, what was refused, and what only
// asks.
func (s *shrinking) cut() {
	if n, err := strconv.Atoi(s.class.step); err == nil && n <= len(s.best.steps) {
		shorter := s.best.without(func(i int) bool { return i >= n })
		shorter.tail = 0
		s.accept(shorter)
	}
	steps := s.best.steps
	s.accept(s.best.without(func(i int) bool { return steps[i].fails != "" }))
	steps = s.best.steps
	s.accept(s.best.without(func(i int) bool { return steps[i].query }))
}

// blocks drops blocks of steps, large ones first, from the end to the start.
func (s *shrinking) blocks() {
	for size := max(1, len(s.best.steps)/2); size > 0 && !s.over(); size /= 2 {
		for to := len(s.best.steps); to > 0; to -= size {
			to = min(to, len(s.best.steps))
			s.accept(s.best.without(func(i int) bool { return i >= to-size && i < to }))
		}
	}
	s.pairs()
}

// pairs drops two steps at a time that stand apart, such as one that does
// something and one that takes it back.
func (s *shrinking) pairs() {
	const few = 24
	for i := 0; i < len(s.best.steps) && len(s.best.steps) <= few && !s.over(); i++ {
		for j := i + 1; j < len(s.best.steps); j++ {
			if s.accept(s.best.without(func(k int) bool { return k == i || k == j })) {
				j = i
			}
		}
	}
}

// spans makes the time between steps nothing, or else the fewest whole units.
func (s *shrinking) spans() {
	for i := range s.best.steps {
		if s.best.steps[i].name == outcome {
			continue // an answer of the provider keeps an instant of its own
		}
		s.shorten(s.best.steps[i].gap, func(to time.Duration) *story {
			one := s.best.steps[i]
			one.gap = to
			return s.best.with(i, one)
		})
	}
	s.shorten(s.best.tail, func(to time.Duration) *story {
		shorter := *s.best
		shorter.tail = to
		return &shorter
	})
}

// shorten looks for the shortest span that still fails: none, or so many days, or
// hours, or minutes, or seconds.
func (s *shrinking) shorten(from time.Duration, with func(time.Duration) *story) {
	if from == 0 || s.accept(with(0)) {
		return
	}
	for _, unit := range []time.Duration{aDay, time.Hour, time.Minute, time.Second} {
		most := int(from / unit)
		if most == 0 || from%unit != 0 && !s.accept(with(from.Truncate(unit))) {
			continue
		}
		// The first n for which it fails lies between 1 and most.
		sort.Search(most-1, func(n int) bool { return s.accept(with(time.Duration(n+1) * unit)) })
		return
	}
}

// quantities makes numbers smaller and lists shorter, and leaves out fields that
// may be, parameters, and who acts.
func (s *shrinking) quantities() {
	for _, name := range slices.Sorted(maps.Keys(s.best.policy)) {
		fewer := *s.best
		fewer.policy = map[string]string{}
		for other, value := range s.best.policy {
			if other != name {
				fewer.policy[other] = value
			}
		}
		s.accept(&fewer)
	}
	for i := range s.best.steps {
		if one := s.best.steps[i]; one.by != "" {
			one.by = ""
			s.accept(s.best.with(i, one))
		}
		for f := 0; f < len(s.best.steps[i].with); f++ {
			if s.leaveOut(i, f) {
				f--
				continue
			}
			s.lessen(i, f)
		}
	}
}

func (s *shrinking) leaveOut(i, f int) bool {
	one := s.best.steps[i]
	if !one.with[f].optional {
		return false
	}
	one.with = slices.Delete(slices.Clone(one.with), f, f+1)
	return s.accept(s.best.with(i, one))
}

// lessen tries smaller values of a field, the smallest first.
func (s *shrinking) lessen(i, f int) {
	for again := true; again; {
		again = false
		for _, value := range lesser(s.best.steps[i].with[f].value) {
			one := s.best.steps[i]
			one.with = slices.Clone(one.with)
			one.with[f].value = value
			if s.accept(s.best.with(i, one)) {
				again = true
				break
			}
		}
	}
}

// final writes down what was found, with the refusals that it still has, runs the
// file from the start, and says how it fails.
func (s *shrinking) final() ([]byte, class, error) {
	last := *s.best
	last.steps = slices.Clone(s.best.steps)
	for i := range last.steps {
		last.steps[i].fails = ""
		for _, record := range s.outcome.Records {
			if record.Kind == simulator.StepRecord && record.Step == strconv.Itoa(i+1) && record.Refusal != nil {
				last.steps[i].fails = record.Refusal.Code
			}
		}
	}
	says := s.class.says
	remarks := []string{"Found by seatsim generate, and made smaller while it failed:", says}
	text := []byte(last.text(remarks, s.proofs...))
	scenario, err := simulator.Parse(s.run.config.File, text, s.run.vocabulary)
	if err != nil {
		return nil, class{}, err
	}
	// Interrupted or not, what is written is what fails.
	ctx := context.WithoutCancel(s.ctx)
	result, err := scenario.Run(ctx, simulator.RunOptions{Modules: s.run.config.Modules})
	if err != nil {
		return nil, class{}, err
	}
	again := s.run.classOf(result)
	if !again.same(s.class) {
		// A world is determined by its seed, and so something outside of it decides.
		again = class{says: says + "; run once more it does not fail in this way, so something outside of the world decides"}
		text = []byte(last.text([]string{remarks[0], again.says}, s.proofs...))
	}
	return text, again, nil
}
