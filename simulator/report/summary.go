package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/seatbook/seatbook/simulator"
)

// Summary writes runs as GitHub-flavoured Markdown, for the page of a CI job:
// a row for each scenario, those with failures first, and each failed step.
func Summary(w io.Writer, runs []*simulator.Result) error {
	p := &lines{w: bufio.NewWriter(w)}
	good, steps, failed := 0, 0, 0
	for _, run := range runs {
		if run.OK() {
			good++
		}
		steps, failed = steps+run.Passed+run.Failed, failed+run.Failed
	}
	verdict := "✅"
	if good < len(runs) {
		verdict = "❌"
	}
	p.line("## ", verdict, " seatsim: ", fmt.Sprintf("%d of %s as written", good, plural(len(runs), "scenario")))
	p.line()
	p.line(fmt.Sprintf("%s run, %d came out otherwise.", plural(steps, "step"), failed))
	p.line()
	p.line("| | scenario | file | steps | passed | failed | not run | days |")
	p.line("|---|---|---|--:|--:|--:|--:|--:|")
	for _, ok := range []bool{false, true} {
		for _, run := range runs {
			if run.OK() == ok {
				p.line(summaryRow(run))
			}
		}
	}
	for _, run := range runs {
		p.failed(run)
	}
	return p.w.Flush()
}

func summaryRow(r *simulator.Result) string {
	sign := "✅"
	if !r.OK() {
		sign = "❌"
	}
	return fmt.Sprintf("| %s | %s | %s | %d | %d | %d | %d | %d |",
		sign, markdown(r.Name), markdown(r.File), r.Steps, r.Passed, r.Failed, r.Steps-r.Passed-r.Failed, r.Days)
}

// failed writes the failed steps of a run.
func (l *lines) failed(run *simulator.Result) {
	if run.OK() {
		return
	}
	l.line()
	l.line("### ", markdown(run.Name))
	l.line()
	for i := range run.Records {
		for _, text := range run.Records[i].FailureLines(run.File) {
			l.line("- ", markdown(text))
		}
	}
	if run.Trouble != "" {
		l.line("- ", markdown(run.Trouble))
	}
}

// markdown writes a text so that nothing in it is a sign of Markdown or HTML.
func markdown(text string) string {
	var b strings.Builder
	for _, r := range clean(text) {
		switch {
		case r == '<':
			b.WriteString("&lt;")
			continue
		case r == '&':
			b.WriteString("&amp;")
			continue
		case strings.ContainsRune("\\`*_{}[]()#!|>~@$", r):
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
