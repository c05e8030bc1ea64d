package report

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/seatbook/seatbook/simulator"
)

// row is a record as a line of the timeline.
type row struct {
	record *simulator.Record
	// who acted, what was done, what was given and what came of it.
	who, what, given, outcome string
	// note is what the scenario says to its reader.
	note string
	// amount and tokens stand in columns of their own, to be compared.
	amount, tokens string
	// aside is set for what no step did: due work, notices, facts.
	aside bool
}

// rowsOf turns the records into lines.
func rowsOf(result *simulator.Result, known people) []row {
	zone := result.Start.Location()
	rows := make([]row, 0, len(result.Records))
	for i := range result.Records {
		rows = append(rows, rowOf(&result.Records[i], known, zone))
	}
	return rows
}

func rowOf(r *simulator.Record, known people, zone *time.Location) row {
	line := row{record: r, who: clean(r.Actor), what: clean(r.Title()), aside: r.Kind != simulator.StepRecord}
	switch r.Kind {
	case simulator.StepRecord:
		line.step(r, zone)
	case simulator.WorkRecord:
		line.given = known.name(clean(about(r)))
	case simulator.NoticeRecord:
		line.who, line.given = "mail", "to "+clean(r.Facts["to"])
	case simulator.FactRecord:
		line.who, line.given = "", known.name(clean(about(r)+facts(r, zone)))
	}
	return line
}

// step words what a step gave and got.
func (l *row) step(r *simulator.Record, zone *time.Location) {
	got := outcomeOf(r.Result, zone)
	l.given, l.amount, l.tokens = clean(given(r.With, zone)), got.amount, got.tokens
	outcome := strings.Join(got.facts, ", ")
	if r.Refusal != nil {
		outcome = "refused " + string(r.Refusal.Code)
	}
	if r.Verb == simulator.PreviewStep {
		outcome = strings.TrimSuffix("preview, "+outcome, ", ")
	}
	l.outcome, l.note = clean(outcome), clean(r.Note)
}

// detail is what was given and what came of it in one text.
func (l row) detail() string {
	if l.outcome == "" {
		return l.given
	}
	return strings.TrimSpace(l.given + " → " + l.outcome)
}

// told is the detail with the note behind it, for lines that are as long as they
// have to be.
func (l row) told() string {
	switch {
	case l.note == "":
		return l.detail()
	case l.outcome == "":
		return strings.TrimSpace(l.given + " → — " + l.note)
	default:
		return l.detail() + " — " + l.note
	}
}

// about names the teams, the people and the thing that a record concerns.
func about(r *simulator.Record) string {
	parts := make([]string, 0, len(r.Streams)+1)
	for _, s := range r.Streams {
		parts = append(parts, string(s))
	}
	if r.Subject != "" && !slices.Contains(parts, r.Subject) {
		parts = append(parts, r.Subject)
	}
	return strings.Join(parts, " ")
}

// facts lists what a record tells, in alphabetical order.
func facts(r *simulator.Record, zone *time.Location) string {
	var parts []string
	for name, value := range r.Facts {
		parts = append(parts, fmt.Sprintf(" %s %s", name, readable(value, zone)))
	}
	slices.Sort(parts)
	return strings.Join(parts, ",")
}

// clean takes out of a text what would steer a terminal.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case !unicode.IsPrint(r):
			return -1
		default:
			return r
		}
	}, text)
}

// gather makes one line of a notice to several people.
func gather(rows []row) []row {
	var list []row
	for _, r := range rows {
		if n := len(list); n > 0 && r.record.Kind == simulator.NoticeRecord && list[n-1].record.Kind == simulator.NoticeRecord &&
			list[n-1].what == r.what && list[n-1].record.At.Equal(r.record.At) {
			list[n-1].given += ", " + strings.TrimPrefix(r.given, "to ")
			continue
		}
		list = append(list, r)
	}
	return list
}

// fold makes one line of work that comes again and again, such as the windows
// of a year.
func fold(rows []row) []row {
	const few = 3
	var list []row
	for i := 0; i < len(rows); {
		j := i + 1
		for j < len(rows) && again(rows[i], rows[j]) {
			j++
		}
		if j-i < few {
			list = append(list, rows[i:j]...)
		} else {
			first := rows[i]
			first.outcome = fmt.Sprintf("%d times more until %s", j-i-1, rows[j-1].record.At.Format("2006-01-02 15:04"))
			list = append(list, first)
		}
		i = j
	}
	return list
}

// again reports whether b is the same work as a at a later instant.
func again(a, b row) bool {
	return a.record.Kind == simulator.WorkRecord && b.record.Kind == simulator.WorkRecord && a.what == b.what && a.given == b.given &&
		a.record.Step == b.record.Step
}
