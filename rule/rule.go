package rule

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Rule is one rule of the book. It is declared once, at package level, and
// never changed. It is safe for concurrent use.
type Rule struct {
	// ID is the rule's identifier, such as "ACC-6". It is part of the product.
	ID string
	// Text says the rule in a sentence or two.
	Text string
	// Source says where the rule comes from: a seed's number, [pub] for the
	// vendor's public help pages, or "decision".
	Source string
	// Params are the numbers of the rule that a policy can change.
	Params []*Param
}

// Declare makes a rule. It is called at package level, beside the code that
// applies the rule.
func Declare(id, source, text string, params ...Parameter) *Rule {
	r := &Rule{ID: id, Text: text, Source: source}
	for _, p := range params {
		param := p.param()
		param.Rule = id
		r.Params = append(r.Params, param)
	}
	return r
}

// Compare orders identifiers as a reader would: by prefix in the order of the
// book (TIM, MON, ACC, LIC, FLX, BIL, REP), then by number.
func Compare(a, b string) int {
	pa, na := split(a)
	pb, nb := split(b)
	if pa != pb {
		return pa - pb
	}
	if na != nb {
		return na - nb
	}
	return strings.Compare(a, b)
}

func split(id string) (prefix, number int) {
	head, tail, _ := strings.Cut(id, "-")
	number, _ = strconv.Atoi(tail)
	order := []string{"TIM", "MON", "ACC", "LIC", "FLX", "BIL", "REP"}
	if i := slices.Index(order, head); i >= 0 {
		return i, number
	}
	return len(order), number
}

// Citation is a rule that was applied, with the figures that decided.
type Citation struct {
	Rule    *Rule
	Figures []Figure
}

// Figure is one value that a decision rested on.
type Figure struct {
	Name  string
	Value any
}

// Fig makes a figure.
func Fig(name string, value any) Figure { return Figure{Name: name, Value: value} }

// String shows the figure as "name value".
func (f Figure) String() string { return f.Name + " " + Show(f.Value) }

// Trail collects the citations of one decision. It is not safe for concurrent use.
type Trail struct {
	// Full says whether figures are kept; without it only the rules are.
	Full bool
	// Citations are in the order in which the rules were applied.
	Citations []Citation
}

// Rules returns the identifiers of the rules cited, each once, in the order of
// the book.
func (t *Trail) Rules() []string {
	var ids []string
	for _, c := range t.Citations {
		if !slices.Contains(ids, c.Rule.ID) {
			ids = append(ids, c.Rule.ID)
		}
	}
	slices.SortFunc(ids, Compare)
	return ids
}

func (t *Trail) cite(r *Rule, figures []Figure) {
	if !t.Full {
		figures = nil
		for i := range t.Citations {
			if t.Citations[i].Rule == r {
				return
			}
		}
	}
	t.Citations = append(t.Citations, Citation{Rule: r, Figures: figures})
}

// String shows a citation with its figures, as in "BIL-6: opens 2026-10-07".
func (c Citation) String() string {
	if len(c.Figures) == 0 {
		return c.Rule.ID
	}
	shown := make([]string, len(c.Figures))
	for i, f := range c.Figures {
		shown[i] = f.String()
	}
	return fmt.Sprintf("%s: %s", c.Rule.ID, strings.Join(shown, ", "))
}
