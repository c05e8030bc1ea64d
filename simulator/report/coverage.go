package report

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/seatbook/seatbook/simulator"
)

// CoverageText writes what scenarios exercised as plain text: the sums, what is
// missing, and then every rule in a line, in full with its boundaries and what
// proves that they are hit.
func CoverageText(w io.Writer, c *simulator.Coverage, full bool) error {
	p := &lines{w: bufio.NewWriter(w)}
	for _, sum := range sumsOf(c) {
		p.line(after(sum.Name, 12), sum.Text)
	}
	p.list("Rules that no step cites", missingRules(c))
	p.list("Sides of boundaries that no step hits", missingSides(c))
	p.list("Codes that no step is refused with", missingCodes(c))
	p.line()
	p.line("Rules")
	for _, r := range c.Rules {
		p.line("  ", after(r.ID, 8), before(strconv.Itoa(r.Cited), 7), " cited in ", after(plural(len(r.Files), "file"), 10), after(sidesHit(r), 22), codes(r.Refusals))
		if full {
			p.boundaries(r)
		}
	}
	return p.w.Flush()
}

// lines writes a text line by line; its writer keeps the first error.
type lines struct{ w *bufio.Writer }

func (l *lines) line(parts ...string) {
	l.w.WriteString(strings.TrimRight(strings.Join(parts, ""), " ") + "\n") //nolint:errcheck // Flush returns it
}

// list writes a heading and lines below it, or nothing where there are none.
func (l *lines) list(title string, list []string) {
	if len(list) == 0 {
		return
	}
	l.line()
	l.line(title)
	for _, text := range list {
		l.line("  ", clean(text))
	}
}

// boundaries writes the sides of a rule's boundaries, each with its proof.
func (l *lines) boundaries(r simulator.CoveredRule) {
	for _, b := range r.Boundaries {
		for _, side := range b.Sides {
			proof := "not hit"
			if p := side.Proof; p != nil {
				proof = fmt.Sprintf("%s:%d: step %s %s: %s %s, with %s %s", p.File, p.Line, p.Step, p.Name, p.Path, p.Was, cut(p.To, maxFragment), p.Would)
			}
			l.line("    ", clean(after(b.Param, 26)+after(side.Side, 12)+proof))
		}
	}
}

// sumOf is one figure of a coverage in words.
type sumOf struct{ Name, Text string }

func sumsOf(c *simulator.Coverage) []sumOf {
	seen := len(c.Refusals) - len(missingCodes(c))
	passed, failed := 0, 0
	for _, f := range c.Files {
		passed, failed = passed+f.Passed, failed+f.Failed
	}
	sums := []sumOf{
		{"scenarios", fmt.Sprintf("%d: %s as written, %d otherwise", len(c.Files), plural(passed, "step"), failed)},
		{"rules", fmt.Sprintf("%d of %d cited (%d %%)", c.Cited, len(c.Rules), c.Percent())},
		{"boundaries", fmt.Sprintf("%d of %d sides hit (%d %%); %d of %d hit on every side", c.Hit, c.Sides, c.BoundaryPercent(), c.Both, c.Boundaries)},
		{"refusals", fmt.Sprintf("%d of %d codes seen", seen, len(c.Refusals))},
	}
	if c.Boundaries == 0 {
		sums = append(sums[:2], sums[3])
	}
	return sums
}

func missingRules(c *simulator.Coverage) (list []string) {
	for _, r := range c.Rules {
		if r.Cited == 0 {
			list = append(list, after(r.ID, 8)+fragment(r.Text))
		}
	}
	return list
}

func missingSides(c *simulator.Coverage) (list []string) {
	for _, r := range c.Rules {
		for _, b := range r.Boundaries {
			for _, side := range b.Sides {
				if !side.Hit {
					list = append(list, after(r.ID, 8)+after(b.Param, 26)+after(side.Side, 12)+"of "+cut(b.Default, 48))
				}
			}
		}
	}
	return list
}

func missingCodes(c *simulator.Coverage) (list []string) {
	for _, code := range c.Refusals {
		if code.Steps == 0 {
			list = append(list, string(code.Code))
		}
	}
	return list
}

func sidesHit(r simulator.CoveredRule) string {
	hit, all := 0, 0
	for _, b := range r.Boundaries {
		for _, side := range b.Sides {
			if all++; side.Hit {
				hit++
			}
		}
	}
	if all == 0 {
		return ""
	}
	return fmt.Sprintf("%d of %d sides hit", hit, all)
}

func codes(list []simulator.CoveredCode) string {
	parts := make([]string, len(list))
	for i, c := range list {
		parts[i] = fmt.Sprintf("%s %d", c.Code, c.Steps)
	}
	return strings.Join(parts, ", ")
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// CoverageJSON writes what scenarios exercised as data.
func CoverageJSON(w io.Writer, c *simulator.Coverage) error {
	return encode(w, coverageData{FormatVersion, c.Percent(), c.BoundaryPercent(), c})
}

func encode(w io.Writer, data any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(data)
}
