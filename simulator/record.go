package simulator

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/rule"
)

// Result is what a run of a scenario came to, in the order of time.
type Result struct {
	File string `json:"file"`
	Name string `json:"name"`
	// From is the file of the export that the scenario began on, if there was one.
	From string `json:"from,omitempty"`
	Zone string `json:"zone"`
	Seed int64  `json:"seed"`
	// Policy holds the parameters that the scenario or the run sets.
	Policy map[string]string `json:"policy"`
	// Start is the scenario's first instant, End the latest that any line of it reached.
	Start time.Time `json:"start"`
	End   time.Time `json:"end"`
	// Days is how many days lie between them, in the scenario's zone.
	Days int `json:"days"`
	// Steps is how many steps there are, branches included; Passed and Failed
	// are how many of those that were run came out as written, and not.
	Steps  int `json:"steps"`
	Passed int `json:"passed"`
	Failed int `json:"failed"`
	// Digest identifies the state that the main line ended in.
	Digest string `json:"digest"`
	// Trouble says what kept the run from coming to an end as a whole; empty where nothing did.
	Trouble string `json:"trouble,omitempty"`
	// Records are what happened.
	Records []Record `json:"records"`
	// Rules are the rules cited, each once, in the order of the book.
	Rules []CitedRule `json:"rules"`
	// Books are those of each team, where the run was asked for them.
	Books []Books `json:"books,omitempty"`
	// Album is the run day by day, where the run was asked for it.
	Album *Album `json:"-"`
}

// OK reports whether everything that was run came out as written.
func (r *Result) OK() bool { return r.Failed == 0 && r.Trouble == "" }

// Broken returns the first record of something that is no refusal and went wrong
// all the same, such as a broken invariant, or nil.
func (r *Result) Broken() *Record {
	for i := range r.Records {
		if r.Records[i].Error != "" {
			return &r.Records[i]
		}
	}
	return nil
}

// RecordKind says what a record tells of.
type RecordKind string

// The kinds of records.
const (
	// StepRecord is a step of the scenario.
	StepRecord RecordKind = "step"
	// WorkRecord is something that was due and was done.
	WorkRecord RecordKind = "work"
	// NoticeRecord is a notice that was sent.
	NoticeRecord RecordKind = "notice"
	// FactRecord is something else that happened.
	FactRecord RecordKind = "fact"
)

// Record is one thing that happened: a step, or what time or a step brought.
type Record struct {
	Kind RecordKind `json:"kind"`
	// Branch names the branches that lead here from the main line.
	Branch []string  `json:"branch"`
	At     time.Time `json:"at"`
	// Step is the number of the step; for what is no step, of the one it comes
	// before or belongs to. Line is where the step stands.
	Step string `json:"step"`
	Line int    `json:"line"`
	// Verb is what a step does, Name the command, query, mark, branch, work or notice.
	Verb Verb   `json:"verb,omitempty"`
	Name string `json:"name"`
	// Actor is who acted: an address, "operator" or "time".
	Actor string `json:"actor"`
	Note  string `json:"note,omitempty"`
	// With is what the step gave, Result what it got.
	With   json.RawMessage `json:"with,omitempty"`
	Result json.RawMessage `json:"result,omitempty"`
	// Refusal is set where a rule forbade it, Error where something else went wrong.
	Refusal *Refused `json:"refusal,omitempty"`
	Error   string   `json:"error,omitempty"`
	// Streams, Subject and Facts tell what a work, a notice or a fact is about.
	Streams []rule.Stream     `json:"streams,omitempty"`
	Subject string            `json:"subject,omitempty"`
	Facts   map[string]string `json:"facts,omitempty"`
	// Reasons are the rules that decided, with the figures.
	Reasons []Reason `json:"reasons"`
	// Passed is set for a step that came out as written; Failures say how it did not.
	Passed   bool     `json:"passed"`
	Failures []string `json:"failures,omitempty"`

	// fork is the number of the step that began the branch, as names can come twice;
	// empty on the main line.
	fork string
}

// Refused is a refusal as records tell it.
type Refused struct {
	Code    rule.Code `json:"code"`
	Rule    string    `json:"rule"`
	Text    string    `json:"text"`
	Contact string    `json:"contact,omitempty"`
}

// String says the refusal as a person is told it: why, and who can help.
func (r Refused) String() string {
	if r.Contact == "" {
		return r.Text
	}
	return r.Text + "; contact " + r.Contact
}

// Reason is a rule that was applied, with the figures that decided.
type Reason struct {
	Rule    string   `json:"rule"`
	Figures []string `json:"figures"`
}

// CitedRule is a rule with the parameters it had in a run.
type CitedRule struct {
	ID     string  `json:"id"`
	Text   string  `json:"text"`
	Params []Value `json:"params"`
}

// Value is a parameter with its value in force.
type Value struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Rules returns the identifiers of the rules that decided, each once, in the
// order of the book.
func (r Record) Rules() []string {
	var ids []string
	for _, reason := range r.Reasons {
		if !slices.Contains(ids, reason.Rule) {
			ids = append(ids, reason.Rule)
		}
	}
	slices.SortFunc(ids, rule.Compare)
	return ids
}

// Title names what the record tells of, as in "billing.add_seats" or "mark spring".
func (r Record) Title() string {
	if r.Kind != StepRecord || r.Verb.calls() {
		return r.Name
	}
	return string(r.Verb) + " " + r.Name
}

// FailureLines says what went wrong with a step, a line for each thing, with
// the place in the file, the simulated instant and the rules.
func (r Record) FailureLines(file string) []string {
	where := "at " + rule.Show(r.At)
	if ids := r.Rules(); len(ids) > 0 {
		where += "; rules " + strings.Join(ids, ", ")
	}
	if len(r.Branch) > 0 {
		where += "; branch " + strings.Join(r.Branch, " / ")
	}
	lines := make([]string, len(r.Failures))
	for i, failure := range r.Failures {
		lines[i] = fmt.Sprintf("%s:%d: step %s %s: %s (%s)", file, r.Line, r.Step, r.Title(), failure, where)
	}
	return lines
}

// reasons turns citations into reasons.
func reasons(citations []rule.Citation) []Reason {
	list := make([]Reason, len(citations))
	for i, c := range citations {
		list[i] = Reason{Rule: c.Rule.ID, Figures: []string{}}
		for _, f := range c.Figures {
			list[i].Figures = append(list[i].Figures, f.String())
		}
	}
	return list
}

// RecordOf turns an event into a record, its instant as the zone shows it.
// Commands are steps, or are run by the engine itself, and have none.
func RecordOf(e seatbook.Event, zone *time.Location) (Record, bool) {
	kinds := map[seatbook.EventKind]RecordKind{
		seatbook.WorkEvent: WorkRecord, seatbook.NoticeEvent: NoticeRecord, seatbook.FactEvent: FactRecord,
	}
	kind, ok := kinds[e.Kind]
	if !ok {
		return Record{}, false
	}
	r := Record{
		Kind: kind, At: local(e.At, zone), Name: e.Name, Actor: e.Actor,
		Streams: e.Streams, Subject: e.Subject, Facts: e.Facts, Reasons: []Reason{},
	}
	for _, text := range e.Reasons {
		id, figures, _ := strings.Cut(text, ": ")
		reason := Reason{Rule: id, Figures: []string{}}
		if figures != "" {
			reason.Figures = append(reason.Figures, figures)
		}
		r.Reasons = append(r.Reasons, reason)
	}
	return r, true
}

// local shows an instant in a zone; in UTC where RFC 3339 cannot say it: where the
// zone was off by seconds, as zones were before they had rules, and where it is in
// the year 10000 already.
func local(t time.Time, zone *time.Location) time.Time {
	t = t.In(zone)
	if _, offset := t.Zone(); offset%60 != 0 || t.Year() > lastYear {
		return t.UTC()
	}
	return t
}

// lastYear is the last that RFC 3339 can say.
const lastYear = 9999

// cited lists the rules of all records, with the parameters in force.
func cited(book *rule.Book, records []Record) []CitedRule {
	seen := map[string]bool{}
	for _, r := range records {
		for _, reason := range r.Reasons {
			seen[reason.Rule] = true
		}
	}
	list := []CitedRule{}
	for _, r := range book.Rules() {
		if !seen[r.ID] {
			continue
		}
		c := CitedRule{ID: r.ID, Text: r.Text, Params: []Value{}}
		for _, p := range r.Params {
			c.Params = append(c.Params, Value{p.Name, book.Value(p.Name)})
		}
		list = append(list, c)
	}
	return list
}
