package report

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/simulator"
)

// The data that the page carries: one block of JSON for each run. Fields are added
// under the same version; none is taken away or means something else.
type (
	pageRun struct {
		Version int               `json:"version"`
		File    string            `json:"file"`
		Name    string            `json:"name"`
		Zone    string            `json:"zone"`
		Seed    int64             `json:"seed"`
		Policy  map[string]string `json:"policy"`
		Start   time.Time         `json:"start"`
		End     time.Time         `json:"end"`
		Days    int               `json:"days"`
		Steps   int               `json:"steps"`
		Passed  int               `json:"passed"`
		Failed  int               `json:"failed"`
		Digest  string            `json:"digest"`
		Trouble string            `json:"trouble"`
		Events  []pageEvent       `json:"events"`
		Figures []string          `json:"figures"`
		Rules   []pageRule        `json:"rules"`
		Album   *simulator.Album  `json:"album" jsonschema:"nullable"`
	}
	pageRule struct {
		ID     string            `json:"id"`
		Params []simulator.Value `json:"params"`
	}
	pageEvent struct {
		Kind     simulator.RecordKind `json:"kind"`
		Branch   []string             `json:"branch,omitempty"`
		At       time.Time            `json:"at"`
		Step     string               `json:"step"`
		Line     int                  `json:"line"`
		Verb     simulator.Verb       `json:"verb,omitempty"`
		Name     string               `json:"name"`
		Who      string               `json:"who,omitempty"`
		Given    string               `json:"given,omitempty"`
		Outcome  string               `json:"outcome,omitempty"`
		Amount   string               `json:"amount,omitempty"`
		Tokens   string               `json:"tokens,omitempty"`
		Note     string               `json:"note,omitempty"`
		With     json.RawMessage      `json:"with,omitempty"`
		Result   json.RawMessage      `json:"result,omitempty"`
		Cut      int                  `json:"cut,omitempty"`
		Refusal  *simulator.Refused   `json:"refusal,omitempty"`
		Error    string               `json:"error,omitempty"`
		Reasons  []pageReason         `json:"reasons,omitempty"`
		Failures []string             `json:"failures,omitempty"`
	}
	pageReason struct {
		Rule    int   `json:"rule"`
		Figures []int `json:"figures,omitempty"`
	}
)

// mostResult is how many bytes of a result the page has. A longer one is left out,
// and its length told in its place: --json has it.
const mostResult = 4096

// pageRunOf puts together what the page has of a run.
func pageRunOf(r *simulator.Result) pageRun {
	run := pageRun{
		Version: FormatVersion, File: r.File, Name: r.Name, Zone: r.Zone, Seed: r.Seed, Policy: r.Policy, Start: r.Start, End: r.End, Days: r.Days,
		Steps: r.Steps, Passed: r.Passed, Failed: r.Failed, Digest: r.Digest, Trouble: r.Trouble,
		Events: make([]pageEvent, 0, len(r.Records)), Figures: []string{}, Rules: []pageRule{}, Album: r.Album,
	}
	p := &printer{run: &run, known: peopleOf(r), zone: r.Start.Location(), rules: map[string]int{}, figures: map[string]int{}}
	for _, c := range r.Rules {
		p.rules[c.ID] = len(run.Rules)
		run.Rules = append(run.Rules, pageRule{ID: c.ID, Params: append([]simulator.Value{}, c.Params...)})
	}
	for i := range r.Records {
		run.Events = append(run.Events, p.event(&r.Records[i]))
	}
	return run
}

// printer writes the events of one run. A rule or a figure that comes again is
// written once and pointed at.
type printer struct {
	run     *pageRun
	known   people
	zone    *time.Location
	rules   map[string]int
	figures map[string]int
}

func (p *printer) event(r *simulator.Record) pageEvent {
	shown := rowOf(r, p.known, p.zone)
	e := pageEvent{
		Kind: r.Kind, Branch: r.Branch, At: r.At, Step: r.Step, Line: r.Line, Verb: r.Verb, Name: r.Name, Who: shown.who,
		Given: shown.given, Outcome: shown.outcome, Amount: shown.amount, Tokens: shown.tokens, Note: r.Note,
		With: r.With, Result: r.Result, Refusal: r.Refusal, Error: r.Error, Failures: r.Failures,
	}
	if len(e.Result) > mostResult {
		e.Result, e.Cut = nil, len(r.Result)
	}
	for _, reason := range r.Reasons {
		e.Reasons = append(e.Reasons, p.reason(reason))
	}
	return e
}

func (p *printer) reason(reason simulator.Reason) pageReason {
	id, found := p.rules[reason.Rule]
	if !found {
		id = len(p.run.Rules)
		p.rules[reason.Rule] = id
		p.run.Rules = append(p.run.Rules, pageRule{ID: reason.Rule, Params: []simulator.Value{}})
	}
	printed := pageReason{Rule: id}
	for _, figure := range reason.Figures {
		text := p.known.name(clean(figure))
		at, found := p.figures[text]
		if !found {
			at = len(p.run.Figures)
			p.figures[text] = at
			p.run.Figures = append(p.run.Figures, text)
		}
		printed.Figures = append(printed.Figures, at)
	}
	return printed
}

// pageFailure is a step that did not come out as written, for the top of the page.
type pageFailure struct {
	Run, Event int
	File       string
	Line       int
	Step       string
	Title      string
	Branch     string
	At         string
	Failures   []pageMiss
	Rules      []string
}

// failuresOf lists what did not come out as written, in the order of the runs.
func failuresOf(runs []*simulator.Result) []pageFailure {
	var list []pageFailure
	for n, run := range runs {
		for i := range run.Records {
			r := &run.Records[i]
			if len(r.Failures) == 0 {
				continue
			}
			list = append(list, pageFailure{
				Run: n, Event: i, File: run.File, Line: r.Line, Step: r.Step, Title: clean(r.Title()), Branch: strings.Join(r.Branch, " / "),
				At: r.At.Format(time.RFC3339), Failures: missesOf(r.Failures), Rules: r.Rules(),
			})
		}
	}
	return list
}

// pageMiss is one failure: what was wanted and what came, where its text can be told
// apart into these, so that the page can say it in its own language.
type pageMiss struct {
	Text       string
	Want, Came pageSide
}

// pageSide is either of them. Key is of a text that stands for its first word.
type pageSide struct {
	Known     bool
	Key, Text string
}

func missesOf(failures []string) []pageMiss {
	list := make([]pageMiss, len(failures))
	for i, text := range failures {
		list[i].Text = text
		want, came, found := strings.Cut(text, ", got ")
		if want, wants := strings.CutPrefix(want, "want "); found && wants && !strings.Contains(came, ", got ") {
			list[i].Want, list[i].Came = sideOf(want), sideOf(came)
		}
	}
	return list
}

func sideOf(text string) pageSide {
	if text == "it done" {
		return pageSide{Known: true, Key: "it_done"}
	}
	if rest, refused := strings.CutPrefix(text, "refusal "); refused {
		return pageSide{Known: true, Key: "refusal_word", Text: " " + rest}
	}
	return pageSide{Known: true, Text: text}
}

// rulesOf lists the rules that any of the runs cites, each once, in the order of
// the book.
func rulesOf(runs []*simulator.Result) []simulator.CitedRule {
	var list []simulator.CitedRule
	for _, run := range runs {
		for _, r := range run.Rules {
			at, found := slices.BinarySearchFunc(list, r, func(a, b simulator.CitedRule) int { return rule.Compare(a.ID, b.ID) })
			if !found {
				list = slices.Insert(list, at, r)
			}
		}
	}
	return list
}
