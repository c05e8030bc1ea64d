package simulator

import (
	"cmp"
	"context"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/seatbook/seatbook/rule"
)

// bound finds out which sides of the boundaries are hit.
func (s *survey) bound(ctx context.Context, c *Coverage) error {
	type task struct {
		rule *CoveredRule
		side *Side
		p    *rule.Param
	}
	var tasks []task
	for i := range c.Rules {
		for j := range c.Rules[i].Boundaries {
			b := &c.Rules[i].Boundaries[j]
			for k := range b.Sides {
				tasks = append(tasks, task{&c.Rules[i], &b.Sides[k], s.book.Param(b.Param)})
			}
		}
	}
	var one sync.Mutex
	done := 0
	if err := each(ctx, len(tasks), func(ctx context.Context, i int) (err error) {
		t := tasks[i]
		t.side.Proof, err = s.proof(ctx, t.rule.ID, t.p, t.side.Side)
		t.side.Hit = t.side.Proof != nil
		one.Lock()
		defer one.Unlock()
		if done++; s.options.Progress != nil {
			s.options.Progress(done, len(tasks))
		}
		return err
	}); err != nil {
		return err
	}
	c.sum()
	return nil
}

// sum counts the boundaries.
func (c *Coverage) sum() {
	for _, r := range c.Rules {
		for _, b := range r.Boundaries {
			hit := b.hits()
			c.Sides, c.Hit, c.Boundaries = c.Sides+len(b.Sides), c.Hit+hit, c.Boundaries+1
			if hit == len(b.Sides) {
				c.Both++
			}
		}
	}
}

func (b Boundary) hits() (n int) {
	for _, side := range b.Sides {
		if side.Hit {
			n++
		}
	}
	return n
}

// proof finds the first step that comes out otherwise when the parameter is
// moved on one side, in the scenarios that cite its rule: those first in which
// the rule refuses something, or that set the parameter.
func (s *survey) proof(ctx context.Context, id string, p *rule.Param, side string) (*Evidence, error) {
	for _, i := range s.order(id, p) {
		value, set := s.scenarios[i].Policy[p.Name]
		if !set {
			value = p.Default
		}
		for _, next := range nudges(p, value, side, s.words[i]) {
			proof, err := s.try(ctx, i, p, value, next)
			if proof != nil || err != nil {
				return proof, err
			}
		}
	}
	return nil, nil //nolint:nilnil // no proof is an answer
}

// order lists the scenarios that cite a rule, the most promising first.
func (s *survey) order(id string, p *rule.Param) []int {
	var order []int
	weight := make([]int, len(s.scenarios))
	for i, run := range s.runs {
		for j := range run.Records {
			r := &run.Records[j]
			if slices.ContainsFunc(r.Reasons, func(reason Reason) bool { return reason.Rule == id }) {
				weight[i] = max(weight[i], 1)
			}
			if r.Refusal != nil && r.Refusal.Rule == id {
				weight[i] = max(weight[i], 2)
			}
		}
		if _, set := s.scenarios[i].Policy[p.Name]; set {
			weight[i] = 3
		}
		if weight[i] > 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(weight[b], weight[a]) })
	return order
}

// try runs a scenario with another value of a parameter up to the first step
// that comes out otherwise.
func (s *survey) try(ctx context.Context, i int, p *rule.Param, from, to string) (*Evidence, error) {
	base := map[string]*Record{}
	for j := range s.runs[i].Records {
		if r := &s.runs[i].Records[j]; r.Kind == StepRecord {
			base[r.Step] = r
		}
	}
	scenario := s.scenarios[i]
	echoes := echoesOf(from, to)
	var proof *Evidence
	look := &witness{brief: true, saw: func(r *Record) bool {
		was := base[r.Step]
		if was == nil || !r.Verb.calls() {
			return false
		}
		for _, c := range contrast(was, r) {
			if !echoes.only(c) && !strings.Contains(c.Path, "facts.") {
				proof = &Evidence{scenario.File, r.Line, r.Step, r.Name, from, to, c.Path, c.A, c.B}
				return true
			}
		}
		return false
	}}
	if _, err := scenario.With(map[string]string{p.Name: to}).run(ctx, RunOptions{}, look); err != nil && ctx.Err() != nil {
		return nil, err
	}
	// Any other error is that of a value which does not go with the rest of the
	// policy: nothing is decided under it.
	return proof, nil
}

// echoes are pairs of values that only repeat the parameter.
type echoes map[[2]string]bool

func echoesOf(from, to string) echoes {
	e := echoes{{from, to}: true}
	a, b := elements(from), elements(to)
	for i := range min(len(a), len(b)) {
		e[[2]string{a[i], b[i]}] = true
	}
	return e
}

var instants = regexp.MustCompile(`\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[-+]\d{2}:\d{2})?)?`)

// only reports whether a change shows the parameter itself, or nothing but the
// instant that it leads to: neither is a decision.
func (e echoes) only(c Change) bool {
	if e[[2]string{c.A, c.B}] {
		return true
	}
	a, okA := c.a.(string)
	b, okB := c.b.(string)
	return okA && okB && c.Path != "outcome" && instants.ReplaceAllString(a, "·") == instants.ReplaceAllString(b, "·")
}

// each does n things, on as many processors as there are. The first error by
// number is returned.
func each(ctx context.Context, n int, do func(ctx context.Context, i int) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	next := make(chan int)
	failures := make([]error, n)
	var workers sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for i := range next {
				if failures[i] = do(ctx, i); failures[i] != nil {
					cancel()
				}
			}
		})
	}
	for i := range n {
		if ctx.Err() != nil {
			break
		}
		next <- i
	}
	close(next)
	workers.Wait()
	for _, err := range failures {
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}
