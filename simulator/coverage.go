package simulator

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/seatbook/seatbook/rule"
)

// Coverage is what a set of scenarios exercised.
type Coverage struct {
	// Files are the scenarios, in the order they were given.
	Files []CoveredFile `json:"files"`
	// Rules are all rules of the book, or those that were asked for, in its order.
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
	Proof *Evidence `json:"proof" jsonschema:"nullable"`
}

// Evidence is a step that comes out otherwise when a parameter is moved.
type Evidence struct {
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
	// Rules, where there are any, are the identifiers of the rules to look at.
	Rules []string
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
		if len(s.options.Rules) > 0 && !slices.Contains(s.options.Rules, r.ID) {
			continue
		}
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
		codes = append(codes, CoveredCode{Code: code})
		slices.SortFunc(codes, func(a, b CoveredCode) int { return cmp.Compare(a.Code, b.Code) })
		i = slices.IndexFunc(codes, func(c CoveredCode) bool { return c.Code == code })
	}
	codes[i].Steps++
	return codes
}
