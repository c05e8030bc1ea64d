package report

import (
	"iter"
	"maps"
	"strings"

	"github.com/seatbook/seatbook/simulator"
)

// explain writes the rules behind a line: what each says, its parameters in
// force, and the figures that decided.
func (p *page) explain(r row, indent string) {
	for i, reason := range r.record.Reasons {
		rule := p.rule(reason.Rule)
		said := false
		for _, earlier := range r.record.Reasons[:i] {
			said = said || earlier.Rule == reason.Rule
		}
		if !said {
			p.line(indent, p.paint.rule(reason.Rule), "  ", p.paint.dim(fragment(rule.Text)))
		}
		if figures := p.figures(reason, rule, !said); figures != "" {
			p.line(indent, "    ", p.paint.dim(figures))
		}
	}
}

// figures lists a reason's parameters, once, and its figures.
func (p *page) figures(reason simulator.Reason, rule simulator.CitedRule, first bool) string {
	var parts []string
	if first {
		for _, param := range rule.Params {
			parts = append(parts, param.Name+" = "+clean(param.Value))
		}
	}
	for _, figure := range reason.Figures {
		parts = append(parts, p.known.name(clean(figure)))
	}
	return strings.Join(parts, " · ")
}

func (p *page) rule(id string) simulator.CitedRule {
	for _, r := range p.result.Rules {
		if r.ID == id {
			return r
		}
	}
	return simulator.CitedRule{ID: id}
}

const maxFragment = 96

// fragment is the first sentence of a rule, cut at a word where it is long.
func fragment(text string) string {
	if i := strings.Index(text, ". "); i >= 0 {
		text = text[:i+1]
	}
	if len(text) <= maxFragment {
		return text
	}
	text = text[:maxFragment]
	return strings.TrimRight(text[:strings.LastIndexByte(text, ' ')], ",;:") + " …"
}

func keys(m map[string]string) iter.Seq[string] { return maps.Keys(m) }
