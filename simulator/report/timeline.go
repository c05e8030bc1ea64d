package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"charm.land/lipgloss/v2"

	"github.com/seatbook/seatbook/simulator"
)

// Options says how a timeline is written.
type Options struct {
	// Width is that of the terminal; 0 is a pipe, for which lines are plain,
	// whole, and carry their date.
	Width int
	// Color says whether a terminal is given colours.
	Color bool
	// Explain adds the rules behind every step, with their parameters and the
	// figures that decided.
	Explain bool
	// Took is how long the run took, for a terminal alone: in a pipe the same run
	// is the same bytes.
	Took time.Duration
	// Quiet leaves out everything but failures and the summary.
	Quiet bool
}

// Timeline writes a run.
func Timeline(w io.Writer, result *simulator.Result, options Options) error {
	buffered := bufio.NewWriter(w)
	p := &page{w: buffered, result: result, options: options, known: peopleOf(result), paint: painter(options.Color && options.Width > 0)}
	switch {
	case options.Quiet:
		p.failures()
	case options.Width > 0:
		p.terminal()
	default:
		p.plain()
	}
	p.summary()
	return buffered.Flush()
}

// Lines writes records as a pipe is given them, a line each, without a summary.
func Lines(w io.Writer, records []simulator.Record, options Options) error {
	buffered := bufio.NewWriter(w)
	result := &simulator.Result{Records: records}
	p := &page{w: buffered, result: result, options: options, known: peopleOf(result), paint: painter(false)}
	p.plain()
	return buffered.Flush()
}

// page is one timeline while it is written. Its writer keeps the first error.
type page struct {
	w       *bufio.Writer
	result  *simulator.Result
	options Options
	paint   paint
	known   people
}

func (p *page) line(parts ...string) {
	p.w.WriteString(strings.TrimRight(strings.Join(parts, ""), " ")) //nolint:errcheck // Flush returns it
	p.w.WriteByte('\n')                                              //nolint:errcheck // Flush returns it
}

// failures writes what went wrong, a line each, in a form that editors follow.
func (p *page) failures() {
	for _, r := range p.result.Records {
		for _, text := range r.FailureLines(p.result.File) {
			p.line(p.paint.bad(clean(text)))
		}
	}
}

// summary says in a line what the run came to.
func (p *page) summary() {
	r := p.result
	words := []string{
		fmt.Sprintf("%d steps", r.Steps), fmt.Sprintf("%d passed", r.Passed), fmt.Sprintf("%d failed", r.Failed),
	}
	if r.Steps == 1 {
		words[0] = "1 step"
	}
	if left := r.Steps - r.Passed - r.Failed; left > 0 {
		words = append(words, fmt.Sprintf("%d not run", left))
	}
	words = append(words, days(r.Days)+" simulated")
	verdict := p.paint.good("ok")
	if r.Trouble != "" {
		p.line(p.paint.bad(clean(r.File + ": " + r.Trouble)))
	}
	if !r.OK() {
		verdict = p.paint.bad("FAILED")
	}
	took := ""
	if p.options.Took > 0 {
		took = p.paint.dim(" in " + p.options.Took.Round(time.Millisecond).String())
	}
	p.line(verdict, "  ", clean(r.File), ": ", strings.Join(words, ", "), took)
}

func days(n int) string {
	if n == 1 {
		return "1 day"
	}
	return fmt.Sprintf("%d days", n)
}

// widths are those of the columns that all lines share.
type widths struct{ step, who, what, detail, amount, tokens int }

const maxWhat, maxWho, maxDetail = 36, 32, 76

func measure(rows []row) widths {
	var w widths
	for _, r := range rows {
		w.step = max(w.step, len(r.record.Step))
		w.who = min(max(w.who, lipgloss.Width(r.who)), maxWho)
		w.what = min(max(w.what, lipgloss.Width(r.what)), maxWhat)
		w.detail = min(max(w.detail, lipgloss.Width(r.told())), maxDetail)
		w.amount = max(w.amount, len(r.amount))
		if r.tokens != "" {
			w.tokens = max(w.tokens, len(tokens(r.tokens)))
		}
	}
	return w
}

func tokens(n string) string { return n + " tokens" }

// figures are the columns of a line that are read from the right.
func (w widths) figures(r row) string {
	text := ""
	if w.amount > 0 {
		text += "  " + before(r.amount, w.amount)
	}
	if w.tokens > 0 {
		n := ""
		if r.tokens != "" {
			n = tokens(r.tokens)
		}
		text += "  " + before(n, w.tokens)
	}
	return text
}

// after pads a text on its right, before on its left.
func after(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-lipgloss.Width(text)))
}

func before(text string, width int) string {
	return strings.Repeat(" ", max(0, width-lipgloss.Width(text))) + text
}

// plain writes whole lines for a pipe.
func (p *page) plain() {
	rows := rowsOf(p.result, p.known)
	p.whole(rows, measure(rows))
}

func verdict(r row) string {
	switch {
	case r.record.Kind == simulator.WorkRecord:
		return "due"
	case r.aside:
		return string(r.record.Kind)
	case r.record.Passed:
		return "ok"
	default:
		return "FAILED"
	}
}

// terminal writes lines that fit the width, under the date when it changes.
func (p *page) terminal() {
	p.head()
	rows := fold(gather(rowsOf(p.result, p.known)))
	p.dated(rows, measure(rows), "", nil)
	p.line()
	p.failures()
}

func (p *page) head() {
	r := p.result
	about := []string{clean(r.File), r.Zone, fmt.Sprintf("seed %d", r.Seed)}
	for _, name := range slices.Sorted(keys(r.Policy)) {
		about = append(about, name+" "+clean(r.Policy[name]))
	}
	p.line(p.paint.bold(clean(r.Name)))
	p.line(p.paint.dim(strings.Join(about, " · ")))
	p.line()
}

func (p *page) branch(names []string) {
	title := "main line"
	if len(names) > 0 {
		title = "branch " + clean(strings.Join(names, " / "))
	}
	p.line()
	p.line(p.paint.branch("── " + title + " ──"))
}

// clockOf returns the layout of times of day, with seconds where any has some.
func clockOf(rows []row) string {
	for _, r := range rows {
		if r.record.At.Second() != 0 {
			return "15:04:05"
		}
	}
	return "15:04"
}

func (p *page) row(r row, w widths, clock string) {
	step := r.record.Step
	if r.aside {
		step = ""
	}
	left := r.record.At.Format(clock) + " "
	detail, below := r.detail(), ""
	if lipgloss.Width(detail) > w.detail && r.outcome != "" {
		detail, below = r.given, "→ "+r.outcome
	}
	middle := " " + before(step, w.step) + "  " + after(cut(r.who, w.who), w.who) + "  " + after(cut(r.what, w.what), w.what) + "  "
	margin := strings.Repeat(" ", lipgloss.Width(left+"·"+middle))
	middle += after(cut(detail, w.detail), w.detail)
	figures := strings.TrimRight(w.figures(r), " ")
	if figures == "" {
		middle = strings.TrimRight(middle, " ")
	}
	switch {
	case r.aside:
		p.line(p.paint.dim(left + "·" + middle + figures))
	case !r.record.Passed:
		p.line(left, p.paint.bad("✗"+middle), figures)
	default:
		p.line(left, p.paint.good("✓"), middle, p.paint.money(figures))
	}
	if below != "" {
		p.line(margin, cut(below, max(w.detail, p.options.Width-len(margin)-1)))
	}
	indent := strings.Repeat(" ", len(left)+w.step+4)
	for _, text := range wrap(r.note, p.options.Width-len(indent)-1) {
		p.line(indent, p.paint.note(text))
	}
	for _, failure := range r.record.Failures {
		p.line(indent, p.paint.bad(clean(failure)))
	}
	if p.options.Explain {
		p.explain(r, indent)
	}
}

// wrap breaks a text at its spaces into lines of a width.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && lipgloss.Width(line+" "+word) > width {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// cut shortens a text to a width.
func cut(text string, width int) string {
	if lipgloss.Width(text) <= width {
		return text
	}
	runes := []rune(text)
	for len(runes) > 0 && lipgloss.Width(string(runes))+1 > width {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
}
