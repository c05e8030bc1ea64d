package history

import (
	"slices"
	"time"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/simulator"
)

// story is a history as it was made up.
type story struct {
	name   string
	start  time.Time
	seed   int64
	policy map[string]string
	// catalog is the path of the catalogue, as a scenario names it; empty is the sample.
	catalog string
	steps   []step
	// tail is how long the story goes on after its last step.
	tail time.Duration
}

// text writes the story as a scenario that wants the given proofs.
func (s *story) text(remarks []string, proofs ...simulator.Proof) string {
	draft := simulator.Draft{
		Remarks: remarks, Name: s.name, Start: rule.Show(s.start), Seed: s.seed, Policy: s.policy, Catalog: s.catalog, Prove: proofs,
	}
	used := map[string]bool{}
	for i := range s.steps {
		names(object(s.steps[i].with), func(name string) { used[name] = true })
	}
	for i := range s.steps {
		draft.Steps = append(draft.Steps, s.steps[i].draft(used))
	}
	if s.tail > 0 || len(s.steps) == 0 {
		draft.Steps = append(draft.Steps, simulator.DraftStep{After: span(max(s.tail, time.Second)), Verb: simulator.MarkStep, Name: "the end"})
	}
	return draft.Text()
}

// size is how many steps the scenario has.
func (s *story) size() int {
	if s.tail > 0 || len(s.steps) == 0 {
		return len(s.steps) + 1
	}
	return len(s.steps)
}

// without returns the story without the steps that match, and without what they
// saved: elements of lists go alone, other fields with their steps. The steps
// that stay keep their instants.
func (s *story) without(match func(i int) bool) *story {
	c := *s
	c.steps = nil
	gone := map[string]bool{}
	var gap time.Duration
	for i := range s.steps {
		one := s.steps[i]
		with, left := object(one.with).without(gone)
		gap += one.gap
		if !left || match(i) {
			for _, save := range one.saves {
				gone[save.name] = true
			}
			continue
		}
		one.gap, gap, one.with = gap, 0, with
		c.steps = append(c.steps, one)
	}
	c.tail += gap
	return &c
}

// with returns the story with another step in a step's place.
func (s *story) with(i int, other step) *story {
	c := *s
	c.steps = slices.Clone(s.steps)
	c.steps[i] = other
	return &c
}
