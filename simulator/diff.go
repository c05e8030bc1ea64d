package simulator

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/seatbook/seatbook/rule"
)

// Diff is what two lives of one scenario have not in common.
type Diff struct {
	File string `json:"file"`
	Name string `json:"name"`
	// A and B are the two: under two policies, or on two branches.
	A Party `json:"a"`
	B Party `json:"b"`
	// Departures are the decisions that differ, by their instants. The first of
	// them is why the two came apart.
	Departures []Departure `json:"departures"`
}

// Party is one of the two that are compared.
type Party struct {
	// Branch is the branch, or [MainLine].
	Branch string `json:"branch"`
	// Policy holds the parameters that are set.
	Policy map[string]string `json:"policy"`
	// Decisions is how many steps, works, notices and facts there were.
	Decisions int    `json:"decisions"`
	Totals    Totals `json:"totals"`
}

// Departure is one decision that came out differently, or that only one of the
// two has.
type Departure struct {
	// What names the decision, as in "account.invite".
	What string     `json:"what"`
	Kind RecordKind `json:"kind"`
	// A and B are what each came to; nil where it has no such decision.
	A *Decided `json:"a" jsonschema:"nullable"`
	B *Decided `json:"b" jsonschema:"nullable"`
	// Changes are the values that differ.
	Changes []Change `json:"changes"`
	// Params are the parameters of the rules behind it that the two policies set differently.
	Params []Change `json:"params"`

	// place is where the decision stands among those of its own line.
	place int
	verb  Verb
}

// Decided is one decision of one of the two.
type Decided struct {
	At   time.Time `json:"at"`
	Step string    `json:"step"`
	Line int       `json:"line"`
	// Outcome is "done" or the refusal, with its text.
	Outcome string   `json:"outcome"`
	Reasons []Reason `json:"reasons"`
}

// at is the earlier of the instants.
func (d *Departure) at() time.Time {
	if d.A == nil || d.B != nil && d.B.At.Before(d.A.At) {
		return d.B.At
	}
	return d.A.At
}

// First returns the decision at which the two came apart, or nil.
func (d *Diff) First() *Departure {
	if len(d.Departures) == 0 {
		return nil
	}
	return &d.Departures[0]
}

// DiffPolicies runs a scenario under two policies, each over what the file sets.
func (s *Scenario) DiffPolicies(ctx context.Context, vocabulary *Vocabulary, a, b map[string]string) (*Diff, error) {
	first, firstBooks, err := s.With(a).reckoned(ctx)
	if err != nil {
		return nil, err
	}
	second, secondBooks, err := s.With(b).reckoned(ctx)
	if err != nil {
		return nil, err
	}
	d := &Diff{
		File: s.File, Name: s.Name,
		A: Party{MainLine, first.Policy, 0, firstBooks.lines[""]},
		B: Party{MainLine, second.Policy, 0, secondBooks.lines[""]},
	}
	d.compare(pointers(first.Records), pointers(second.Records), func(r *Record) string {
		if r.Kind == StepRecord {
			return r.Step
		}
		return branchName(r.Branch)
	})
	d.blame(vocabulary.book)
	return d, nil
}

// DiffBranches runs a scenario and compares two of its lines, by the names that
// [Scenario.Branches] returns; [MainLine] is the line of no branch. It refuses a
// name that no branch has, or several have.
func (s *Scenario) DiffBranches(ctx context.Context, a, b string) (*Diff, error) {
	one, err := s.lineCalled(a)
	if err != nil {
		return nil, err
	}
	other, err := s.lineCalled(b)
	if err != nil {
		return nil, err
	}
	run, books, err := s.reckoned(ctx)
	if err != nil {
		return nil, err
	}
	d := &Diff{
		File: s.File, Name: s.Name,
		A: Party{one.name, run.Policy, 0, books.lines[one.fork]}, B: Party{other.name, run.Policy, 0, books.lines[other.fork]},
	}
	// The steps of two branches have numbers of their own: what is the same is
	// done alike at the same instant, and what only one of them asks changes nothing.
	d.compare(s.lineage(run.Records, one.fork), s.lineage(run.Records, other.fork), func(r *Record) string {
		if r.Kind != StepRecord {
			return ""
		}
		return strings.Join([]string{string(r.Verb), rule.Show(r.At.UTC()), r.Actor, string(r.With)}, "|")
	})
	d.Departures = slices.DeleteFunc(d.Departures, func(x Departure) bool { return (x.A == nil || x.B == nil) && x.verb.calls() && x.verb != DoStep })
	return d, nil
}

// reckoned runs the scenario and counts what each line comes to.
func (s *Scenario) reckoned(ctx context.Context) (*Result, *books, error) {
	b := &books{until: latest(s.Steps, s.Start), most: maxDays, lines: map[string]Totals{}}
	result, err := s.run(ctx, RunOptions{}, &witness{books: b})
	return result, b, err
}

// latest is the last instant of any step, those of branches included.
func latest(steps []Step, sofar time.Time) time.Time {
	for i := range steps {
		if steps[i].At.After(sofar) {
			sofar = steps[i].At
		}
		sofar = latest(steps[i].Steps, sofar)
	}
	return sofar
}

func pointers(records []Record) []*Record {
	list := make([]*Record, len(records))
	for i := range records {
		list[i] = &records[i]
	}
	return list
}

// compare finds the decisions that differ.
func (d *Diff) compare(a, b []*Record, place func(*Record) string) {
	a, b = decisions(a), decisions(b)
	d.A.Decisions, d.B.Decisions = len(a), len(b)
	d.Departures = []Departure{}
	pairs, met := couple(a, b, place), map[*Record]bool{}
	for i, r := range a {
		met[pairs[r]] = true
		if departure := depart(r, pairs[r]); departure != nil {
			departure.place = i
			d.Departures = append(d.Departures, *departure)
		}
	}
	for i, r := range b {
		if !met[r] {
			departure := depart(nil, r)
			departure.place = i
			d.Departures = append(d.Departures, *departure)
		}
	}
	slices.SortStableFunc(d.Departures, func(x, y Departure) int {
		return cmp.Or(x.at().Compare(y.at()), cmp.Compare(x.place, y.place))
	})
}

// depart compares two decisions of one key, and is nil where they are alike.
func depart(a, b *Record) *Departure {
	d := &Departure{A: decided(a), B: decided(b), Changes: []Change{}, Params: []Change{}}
	switch {
	case a == nil:
		d.What, d.Kind, d.verb = b.Title(), b.Kind, b.Verb
		return d
	case b == nil:
		d.What, d.Kind, d.verb = a.Title(), a.Kind, a.Verb
		return d
	}
	d.What, d.Kind, d.verb = a.Title(), a.Kind, a.Verb
	if !a.At.Equal(b.At) {
		d.Changes = append(d.Changes, Change{Path: "at", A: rule.Show(a.At), B: rule.Show(b.At)})
	}
	d.Changes = append(d.Changes, contrast(a, b)...)
	contrastValues(&d.Changes, "facts", factsOf(a), factsOf(b))
	if len(d.Changes) == 0 {
		return nil
	}
	return d
}

// factsOf are the facts of a record as a value of JSON.
func factsOf(r *Record) any {
	fields := map[string]any{}
	for name, text := range r.Facts {
		fields[name] = text
	}
	return fields
}

func decided(r *Record) *Decided {
	if r == nil {
		return nil
	}
	d := &Decided{At: r.At, Step: r.Step, Line: r.Line, Outcome: verdictOf(r), Reasons: r.Reasons}
	if r.Refusal != nil {
		d.Outcome += ": " + r.Refusal.String()
	}
	return d
}

// blame finds the parameters behind each departure that the policies set differently.
func (d *Diff) blame(book *rule.Book) {
	names := maps.Clone(d.A.Policy)
	maps.Copy(names, d.B.Policy)
	var changed []Change
	for _, name := range slices.Sorted(maps.Keys(names)) {
		a, b := inForce(book, d.A.Policy, name), inForce(book, d.B.Policy, name)
		if a != b {
			changed = append(changed, Change{Path: name, A: a, B: b})
		}
	}
	for i := range d.Departures {
		departure := &d.Departures[i]
		for _, c := range changed {
			if departure.cites(book.Param(c.Path).Rule) {
				departure.Params = append(departure.Params, c)
			}
		}
	}
}

func inForce(book *rule.Book, policy map[string]string, name string) string {
	if value, set := policy[name]; set {
		return value
	}
	return book.Value(name)
}

// cites reports whether a rule stands behind the decision on either side.
func (d *Departure) cites(id string) bool {
	for _, one := range []*Decided{d.A, d.B} {
		if one != nil && slices.ContainsFunc(one.Reasons, func(r Reason) bool { return r.Rule == id }) {
			return true
		}
	}
	return false
}

// Why returns the reasons that only one of the two has, or has with other
// figures: for A and for B. Where there are none, they are all reasons.
func (d *Departure) Why() (a, b []Reason) {
	var all [2][]Reason
	for i, one := range []*Decided{d.A, d.B} {
		if one != nil {
			all[i] = one.Reasons
		}
	}
	a, b = lacking(all[0], all[1]), lacking(all[1], all[0])
	if len(a)+len(b) == 0 {
		return all[0], all[1]
	}
	return a, b
}

// lacking are those of one list that another has not.
func lacking(list, other []Reason) (rest []Reason) {
	for _, r := range list {
		if !slices.ContainsFunc(other, func(o Reason) bool { return o.Rule == r.Rule && slices.Equal(o.Figures, r.Figures) }) {
			rest = append(rest, r)
		}
	}
	return rest
}
