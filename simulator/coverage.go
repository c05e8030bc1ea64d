package simulator

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/seatbook/seatbook/rule"
)

// Coverage is what a set of scenarios exercised.
type Coverage struct {
	// Files are the scenarios, in the order they were given.
	Files []CoveredFile `json:"files"`
	// Rules are all rules of the book, in its order.
	Rules []CoveredRule `json:"rules"`
	// Refusals are all codes, each with how often a step was refused with it.
	Refusals []CoveredCode `json:"refusals"`
	// Cited is how many of the rules some decision cited.
	Cited int `json:"cited"`
	// Sides is how many sides all boundaries have, Hit how many of them were hit;
	// Boundaries is how many boundaries there are, Both how many were hit on all sides.
	Sides      int `json:"sides"`
	Hit        int `json:"hit"`
	Boundaries int `json:"boundaries"`
	Both       int `json:"both"`
}

// CoveredFile is a scenario with how its steps came out.
type CoveredFile struct {
	File   string `json:"file"`
	Name   string `json:"name"`
	Passed int    `json:"passed"`
	Failed int    `json:"failed"`
}

// CoveredRule is a rule with what the scenarios made of it.
type CoveredRule struct {
	ID   string `json:"id"`
	Text string `json:"text"`
	// Cited is how many decisions cited the rule, Files names those that hold one.
	Cited int      `json:"cited"`
	Files []string `json:"files"`
	// Refusals are the codes that the rule refused steps with.
	Refusals   []CoveredCode `json:"refusals"`
	Boundaries []Boundary    `json:"boundaries"`
}

// CoveredCode is a code of refusals with the number of steps refused with it.
type CoveredCode struct {
	Code  rule.Code `json:"code"`
	Steps int       `json:"steps"`
}

// Boundary is a parameter of a rule: what is decided on its one side is not
// decided on the other. A side is hit if a step of some scenario comes out
// otherwise once the parameter is moved past it by the least there is.
type Boundary struct {
	Param   string    `json:"param"`
	Kind    rule.Kind `json:"kind"`
	Default string    `json:"default"`
	Sides   []Side    `json:"sides"`
}

// Side is one side of a boundary: [Less], [More], or a word.
type Side struct {
	Side string `json:"side"`
	Hit  bool   `json:"hit"`
	// Proof is the first step that hits it; nil where none does.
	Proof *Proof `json:"proof" jsonschema:"nullable"`
}

// Proof is a step that comes out otherwise when a parameter is moved.
type Proof struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Step string `json:"step"`
	Name string `json:"name"`
	// From is the parameter's value in the scenario, To the one that it was moved to.
	From string `json:"from"`
	To   string `json:"to"`
	// Path leads to what came out otherwise: Was with the one value, Would with the other.
	Path  string `json:"path"`
	Was   string `json:"was"`
	Would string `json:"would"`
}

// Percent is the share of the rules that were cited, in hundredths of all of them, rounded down.
func (c *Coverage) Percent() int { return share(c.Cited, len(c.Rules)) }

// BoundaryPercent is the share of the boundaries' sides that were hit, rounded down.
func (c *Coverage) BoundaryPercent() int { return share(c.Hit, c.Sides) }

func share(part, whole int) int {
	if whole == 0 {
		return 100
	}
	return 100 * part / whole
}

// OK reports whether every step of the scenarios came out as written.
func (c *Coverage) OK() bool {
	return !slices.ContainsFunc(c.Files, func(f CoveredFile) bool { return f.Failed > 0 })
}

// CoverOptions says how coverage is found out.
type CoverOptions struct {
	// RulesOnly leaves the boundaries out, which take most of the time.
	RulesOnly bool
	// Progress, where it is set, is told how much of the boundaries is done. It is
	// called by several goroutines, one at a time.
	Progress func(done, total int)
}

// Cover runs scenarios and finds what they exercise. Each scenario is run once
// as it is, and again with the parameters of the rules it cites moved by the
// least there is, until one step comes out otherwise. The result does not depend
// on how many processors there are.
func Cover(ctx context.Context, vocabulary *Vocabulary, scenarios []*Scenario, options CoverOptions) (*Coverage, error) {
	s := &survey{options: options, book: vocabulary.book, scenarios: scenarios, runs: make([]*Result, len(scenarios)), words: make([][]string, len(scenarios))}
	if err := each(ctx, len(scenarios), func(ctx context.Context, i int) (err error) {
		s.runs[i], err = scenarios[i].Run(ctx, RunOptions{})
		if err != nil {
			return fmt.Errorf("%s: %w", scenarios[i].File, err)
		}
		s.words[i] = given(s.runs[i])
		return nil
	}); err != nil {
		return nil, err
	}
	c := s.cited()
	if options.RulesOnly {
		return c, nil
	}
	return c, s.bound(ctx, c)
}

// survey is a coverage while it is found out.
type survey struct {
	options   CoverOptions
	book      *rule.Book
	scenarios []*Scenario
	// runs are the scenarios as they are; words is every text that their steps give.
	runs  []*Result
	words [][]string
}

// given lists every text that the steps of a run give.
func given(run *Result) []string {
	var list []string
	for _, r := range run.Records {
		texts(r.With, func(text string) {
			if len(text) <= 40 && !slices.Contains(list, text) {
				list = append(list, text)
			}
		})
	}
	return list
}

// cited counts what the runs cited and were refused by.
func (s *survey) cited() *Coverage {
	c := &Coverage{Files: []CoveredFile{}, Rules: []CoveredRule{}, Refusals: []CoveredCode{}}
	index := map[string]int{}
	for _, r := range s.book.Rules() {
		index[r.ID] = len(c.Rules)
		covered := CoveredRule{ID: r.ID, Text: r.Text, Files: []string{}, Refusals: []CoveredCode{}, Boundaries: []Boundary{}}
		for _, p := range s.params(r) {
			b := Boundary{Param: p.Name, Kind: p.Kind, Default: p.Default, Sides: []Side{}}
			for _, side := range sidesOf(p) {
				b.Sides = append(b.Sides, Side{Side: side})
			}
			covered.Boundaries = append(covered.Boundaries, b)
		}
		c.Rules = append(c.Rules, covered)
	}
	for _, code := range rule.Codes() {
		c.Refusals = append(c.Refusals, CoveredCode{Code: code})
	}
	for _, run := range s.runs {
		c.Files = append(c.Files, CoveredFile{run.File, run.Name, run.Passed, run.Failed})
		for i := range run.Records {
			c.count(index, run.File, &run.Records[i])
		}
	}
	for _, r := range c.Rules {
		if r.Cited > 0 {
			c.Cited++
		}
	}
	return c
}

// params are the parameters whose boundaries are looked for.
func (s *survey) params(r *rule.Rule) []*rule.Param {
	if s.options.RulesOnly {
		return nil
	}
	return r.Params
}

// count counts one record.
func (c *Coverage) count(index map[string]int, file string, record *Record) {
	for _, id := range record.Rules() {
		i, known := index[id]
		if !known {
			continue
		}
		r := &c.Rules[i]
		r.Cited++
		if !slices.Contains(r.Files, file) {
			r.Files = append(r.Files, file)
		}
	}
	refusal := record.Refusal
	if refusal == nil {
		return
	}
	c.Refusals = counted(c.Refusals, refusal.Code)
	if i, known := index[refusal.Rule]; known {
		c.Rules[i].Refusals = counted(c.Rules[i].Refusals, refusal.Code)
	}
}

func counted(codes []CoveredCode, code rule.Code) []CoveredCode {
	i := slices.IndexFunc(codes, func(c CoveredCode) bool { return c.Code == code })
	if i < 0 {
		i, codes = len(codes), append(codes, CoveredCode{Code: code})
		slices.SortFunc(codes, func(a, b CoveredCode) int { return cmp.Compare(a.Code, b.Code) })
		i = slices.IndexFunc(codes, func(c CoveredCode) bool { return c.Code == code })
	}
	codes[i].Steps++
	return codes
}

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
func (s *survey) proof(ctx context.Context, id string, p *rule.Param, side string) (*Proof, error) {
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
func (s *survey) try(ctx context.Context, i int, p *rule.Param, from, to string) (*Proof, error) {
	base := map[string]*Record{}
	for j := range s.runs[i].Records {
		if r := &s.runs[i].Records[j]; r.Kind == StepRecord {
			base[r.Step] = r
		}
	}
	scenario := s.scenarios[i]
	echoes := echoesOf(from, to)
	var proof *Proof
	look := &witness{brief: true, saw: func(r *Record) bool {
		was := base[r.Step]
		if was == nil || !r.Verb.calls() {
			return false
		}
		for _, c := range contrast(was, r) {
			if !echoes.only(c) && !strings.Contains(c.Path, "facts.") {
				proof = &Proof{scenario.File, r.Line, r.Step, r.Name, from, to, c.Path, c.A, c.B}
				return true
			}
		}
		return false
	}}
	_, err := scenario.With(map[string]string{p.Name: to}).run(ctx, RunOptions{}, look)
	return proof, err
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
