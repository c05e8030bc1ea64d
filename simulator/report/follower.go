package report

import (
	"bufio"
	"io"
	"slices"
	"time"

	"github.com/seatbook/seatbook/simulator"
)

// Follower writes records as they come, in the lines that [Timeline] has: for who
// looks on while something is lived through. Its columns get wider as they have to.
type Follower struct {
	w       *bufio.Writer
	options Options
	known   people
	widths  widths
	date    string
	branch  []string
}

// NewFollower returns one that writes to w.
func NewFollower(w io.Writer, options Options) *Follower {
	return &Follower{w: bufio.NewWriter(w), options: options, known: people{}}
}

// Write writes the records of a result from one on. With explain, the rules behind
// each come with it.
func (l *Follower) Write(result *simulator.Result, from int, explain bool) error {
	options := l.options
	options.Explain = explain
	part := *result
	part.Records = result.Records[from:]
	for name, address := range peopleOf(&part) {
		l.known[name] = address
	}
	p := &page{w: l.w, result: &part, options: options, known: l.known, paint: painter(options.Color && options.Width > 0)}
	rows := rowsOf(&part, p.known)
	if options.Width > 0 {
		rows = fold(gather(rows))
	}
	l.widths = l.widths.wider(measure(rows))
	if options.Width > 0 {
		l.date, l.branch = p.dated(rows, l.widths, l.date, l.branch)
	} else {
		p.whole(rows, l.widths)
	}
	return l.w.Flush()
}

// wider returns the greater of each width.
func (w widths) wider(o widths) widths {
	return widths{
		max(w.step, o.step), max(w.who, o.who), max(w.what, o.what), max(w.detail, o.detail), max(w.amount, o.amount), max(w.tokens, o.tokens),
	}
}

// whole writes rows as whole lines, for a pipe.
func (p *page) whole(rows []row, w widths) {
	for _, r := range rows {
		p.line(r.record.At.Format(time.RFC3339), "  ", after(verdict(r), len("FAILED")), "  ", after(r.record.Step, w.step), "  ",
			after(r.who, w.who), "  ", after(r.what, w.what), "  ", after(r.told(), w.detail), w.figures(r))
		if p.options.Explain {
			p.explain(r, "    ")
		}
		for _, text := range r.record.FailureLines(p.result.File) {
			p.line(clean(text))
		}
	}
}

// dated writes rows that fit the width of a terminal, under the date and the branch
// where these change, and returns the last of both.
func (p *page) dated(rows []row, w widths, date string, branch []string) (string, []string) {
	clock := clockOf(rows)
	fixed := len(clock) + len("    ") + w.step + w.who + w.what + len("      ") + len(w.figures(row{}))
	w.detail = max(20, p.options.Width-fixed-1)
	for _, r := range rows {
		if !slices.Equal(branch, r.record.Branch) {
			branch, date = r.record.Branch, ""
			p.branch(branch)
		}
		if day := r.record.At.Format("2006-01-02 Mon"); day != date {
			date = day
			p.line(p.paint.date(day))
		}
		p.row(r, w, clock)
	}
	return date, branch
}

// Clean takes out of a text what would steer a terminal, and makes one line of it.
func Clean(text string) string { return clean(text) }
