package simulatortest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/simulator"
	"github.com/seatbook/seatbook/simulator/report"
)

// shown is how many of the last things that happened a failure prints, and kept
// how many are kept, so that a test of many years stays small.
const (
	shown = 12
	kept  = 1000
)

// log is what happened on a timeline, the last of it.
type log struct {
	records []simulator.Record
	steps   int
}

func (l *log) add(r simulator.Record) {
	r.Step = fmt.Sprint(l.steps)
	if len(l.records) >= 2*kept {
		l.records = slices.Clone(l.records[kept:])
	}
	l.records = append(l.records, r)
}

// step adds a command or query of the test, which counts.
func (l *log) step(r simulator.Record) {
	l.steps++
	l.add(r)
}

// command adds a command that the host gave by itself.
func (l *log) command(e seatbook.Event, zone *time.Location) {
	l.step(simulator.Record{
		Kind: simulator.StepRecord, At: e.At.In(zone), Verb: simulator.DoStep, Name: e.Name, Actor: "the host", Passed: true,
	})
}

// until drops what came after an instant.
func (l *log) until(at time.Time) { l.records = upTo(l.records, at) }

func (l *log) fork(at time.Time) *log {
	return &log{records: slices.Clone(upTo(l.records, at)), steps: l.steps}
}

func upTo(records []simulator.Record, at time.Time) []simulator.Record {
	for i, r := range records {
		if r.At.After(at) {
			return records[:i]
		}
	}
	return records
}

// last writes the last things that happened.
func (l *log) last() string {
	from := max(0, len(l.records)-shown)
	if from == len(l.records) {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\nthe timeline until then")
	if from > 0 {
		fmt.Fprintf(&b, ", the last %d of %d lines", shown, len(l.records))
	}
	b.WriteString(":\n")
	if err := report.Lines(&b, l.records[from:], report.Options{}); err != nil {
		fmt.Fprintf(&b, "it cannot be written: %v\n", err)
	}
	return b.String()
}

// fatalf ends the test, and prints what happened around it.
func (t *Timeline) fatalf(format string, args ...any) {
	t.tb.Helper()
	t.tb.Fatalf("%s: %s%s", rule.Show(t.Now()), fmt.Sprintf(format, args...), t.log.last())
}
