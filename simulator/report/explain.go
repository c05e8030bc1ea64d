package report

import (
	"iter"
	"maps"
	"strings"

	"github.com/seatbook/seatbook/simulator"
)

// explain writes why a line came out so: what a refusal says, then the rules
// behind it, each with its sentence, its parameters in force, and the figures
// that decided.
func (p *page) explain(r row, indent string) {
	if refusal := r.record.Refusal; refusal != nil {
		for _, text := range p.wrapped(clean(refusal.String()), len(indent)) {
			p.line(indent, p.paint.note(text))
		}
	}
	for i, reason := range r.record.Reasons {
		rule := p.rule(reason.Rule)
		said := false
		for _, earlier := range r.record.Reasons[:i] {
			said = said || earlier.Rule == reason.Rule
		}
		if !said {
			p.line(indent, p.paint.rule(reason.Rule), "  ", p.paint.dim(fragment(rule.Text)))
		}
		for _, figures := range p.wrapped(p.figures(reason, rule, !said), len(indent)+4) {
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

// wrapped breaks a text into lines that fit a terminal.
func (p *page) wrapped(text string, indent int) []string {
	width := p.options.Width - indent
	if p.options.Width == 0 || width < 20 {
		width = len(text)
	}
	return wrap(text, width)
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
