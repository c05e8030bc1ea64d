package simulator

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// Play is a scenario that is made up while it is lived through: step by step,
// forward and back, on branches. What was played can be written as a scenario
// file, which comes out as the play did. It is used by one goroutine at a time.
//
// A method that returns an error has changed nothing.
type Play struct {
	vocabulary *Vocabulary
	runner     *runner
	// head holds the keys of the file but its steps.
	head []pair
	// lines are the main line and the branches, in the order they were begun.
	lines   []*playLine
	current *playLine
	// past is what to go back to, the latest last.
	past []turn
	// heard is the number of records before the last turn.
	heard int
}

// playLine is the main line or a branch of a play.
type playLine struct {
	*line
	// known is what a reader of the file knows at the present.
	known memory
	// named are the names under which identifiers and secrets are saved.
	named memory
	// entries are the steps, in the order of the file.
	entries []*entry
	// begin is the instant of the line's first step, began what was known then.
	begin time.Time
	began knew
	// prefix stands before the numbers of its steps.
	prefix string
}

// entry is a step of a play. It is never changed.
type entry struct {
	// node is the step as it is written, number what it was when it was done.
	node   *yaml.Node
	number string
	step   *Step
	record *Record
	// after is what was known behind the step.
	after knew
	// saves are the names under which parts of its result were kept.
	saves []saving
	// begins is the branch that the step begins, if any.
	begins *playLine
	// asked is set for a step that says itself what has to come out.
	asked bool
}

// idle reports whether the step came to nothing at all: neither done nor refused.
func (e *entry) idle() bool {
	return e.step.Verb.calls() && e.record.Result == nil && e.record.Refusal == nil
}

// script is what steps are read from. Steps of an open one take what comes: a
// refusal is no failure where nothing is wanted.
type script struct {
	*source
	open bool
}

// typed is the script of one line.
func typed(text string) script {
	return script{source: &source{findings: &findings{}, name: "line", text: []byte(text)}, open: true}
}

// knew is what a line knew at a moment: the names and marks, and what they stand for.
type knew struct{ known, named memory }

func (l *playLine) knows() knew { return knew{l.known, l.named} }

// NewPlay begins a play with the head of a draft; the draft's steps are not played.
// The file is the one whose directory paths are relative to. Whatever is wrong with
// the draft is in the [Faults] it returns.
func NewPlay(file string, draft Draft, vocabulary *Vocabulary) (*Play, error) {
	draft.Steps = nil
	return parsePlay(context.Background(), file, []byte(draft.Text()), nil, vocabulary)
}

// LoadPlay lives through a scenario file and goes on from the end of its main line.
// A policy sets parameters over those of the file. Faults of the file are in the
// [Faults] it returns.
func LoadPlay(ctx context.Context, path string, policy map[string]string, vocabulary *Vocabulary) (*Play, error) {
	text, err := readFile(path, false)
	if err != nil {
		return nil, Faults{{File: path, Line: 1, Column: 1, Text: "the file cannot be read: " + err.Error()}}
	}
	p, err := parsePlay(ctx, path, text, policy, vocabulary)
	if err != nil {
		return nil, err
	}
	found := &findings{}
	src := &source{findings: found, name: path, text: text}
	root := src.read()
	if root == nil {
		return nil, found.faults()
	}
	for _, one := range pairs(root) {
		if one.key.Value == "steps" {
			err = p.lives(ctx, script{source: src}, one.value.Content)
		}
	}
	p.heard = len(p.runner.result.Records)
	return p, err
}

// lives plays the steps of a file's main line, each as a turn of its own.
func (p *Play) lives(ctx context.Context, src script, steps []*yaml.Node) error {
	for _, n := range steps {
		n = spelled(n)
		err := p.attempt(ctx, "", func() error { return p.take(ctx, src, n) })
		if err != nil {
			return fmt.Errorf("%s:%d: %w", src.name, n.Line, err)
		}
		p.past[len(p.past)-1].text = p.current.entries[len(p.current.entries)-1].step.title()
	}
	return nil
}

// parsePlay reads the head of a scenario, and makes its world.
func parsePlay(ctx context.Context, path string, text []byte, policy map[string]string, vocabulary *Vocabulary) (*Play, error) {
	s, err := Parse(path, text, vocabulary)
	if err != nil {
		return nil, err
	}
	p := &Play{vocabulary: vocabulary}
	root, _, err := parseYAML(text)
	if err != nil {
		return nil, err
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		if root.Content[i].Value != "steps" {
			p.head = append(p.head, pair{root.Content[i], spelled(root.Content[i+1])})
		}
	}
	s = s.With(policy)
	s.Steps = nil
	if len(policy) > 0 {
		p.setHead("policy", policyNode(s.Policy))
	}
	return p, p.open(ctx, s)
}

func (p *Play) setHead(key string, value *yaml.Node) {
	f := file{head: slices.Clone(p.head)}
	f.set(key, value)
	p.head = f.head
}

// open makes the world and the main line.
func (p *Play) open(ctx context.Context, s *Scenario) error {
	l, err := s.open(ctx, RunOptions{}, manner{}, &witness{})
	if err != nil {
		return err
	}
	p.runner = l.runner
	main := &playLine{line: l, known: newMemory(), named: newMemory()}
	main.begin, main.began = s.Start, main.knows()
	p.lines, p.current, p.past, p.heard = []*playLine{main}, main, nil, 0
	return nil
}

// live plays the steps of a branch, which is the current line, and leaves it.
func (p *Play) live(ctx context.Context, src script, steps []*yaml.Node, to *playLine) error {
	branch := p.current
	for _, n := range steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		p.current = branch
		if err := p.take(ctx, src, n); err != nil {
			return err
		}
	}
	p.current = to
	return nil
}

// Step does a step that stands on one line: {do: …} as in a scenario file, or a
// command or query by its name, such as
//
//	account.invite team=acme email=bob@acme.test
//	preview billing.add_seats {subscription: $subscription, seats: 2}
//
// A step that wants nothing takes what comes, a refusal too. Whoever acts is
// named by address; empty is the operator, and a step can say otherwise itself.
// What is wrong with the text is in the [Faults] it returns.
func (p *Play) Step(ctx context.Context, by, text string) error {
	src := typed(text)
	n := (&phrase{source: src.source, vocabulary: p.vocabulary}).read(by)
	if err := src.faults(); err != nil {
		return err
	}
	p.current.rename(n)
	return p.attempt(ctx, strings.TrimSpace(text), func() error { return p.take(ctx, src, n) })
}

// attempt does something as a turn of its own, which can be undone. Where it
// fails, nothing of it is kept.
func (p *Play) attempt(ctx context.Context, text string, do func() error) error {
	before := p.turn(text)
	heard := p.heard
	p.heard = len(p.runner.result.Records)
	err := ctx.Err()
	if err == nil {
		err = soundly(do)
	}
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		before.undo(p)
		p.heard = heard
		return err
	}
	p.keep(before)
	return nil
}

// soundly does something, and takes a panic for an error: whoever plays goes on.
func soundly(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("a broken invariant: %v", p)
		}
	}()
	return do()
}

// take does one step that is written as a node on the current line.
func (p *Play) take(ctx context.Context, src script, n *yaml.Node) error {
	l := p.current
	n, steps := parted(n)
	step, err := p.read(src, n)
	if err != nil {
		return err
	}
	from := len(p.runner.result.Records)
	record, err := l.take(ctx, step)
	if err != nil {
		return err
	}
	if record.Error != "" {
		return fmt.Errorf("it went wrong, and nothing of it is kept: %s", record.Error)
	}
	if err := l.tell(ctx, step); err != nil {
		return err
	}
	e := &entry{node: n, number: step.Number, step: step, asked: !step.open}
	e.record = stepRecord(p.runner.result.Records[from:])
	if src.open && e.idle() {
		return errors.New(strings.Join(e.record.Failures, "; "))
	}
	e.saves = l.name(e)
	l.entries = append(l.entries, e)
	if step.Verb == ForkStep && e.record.Passed {
		if err := p.branch(ctx, e); err != nil {
			return err
		}
		if err := p.live(ctx, src, steps, l); err != nil {
			return err
		}
	}
	e.after = l.knows()
	return nil
}

// stepRecord returns the record of the step among those that it brought.
func stepRecord(records []Record) *Record {
	for i := range records {
		if records[i].Kind == StepRecord {
			record := records[i]
			return &record
		}
	}
	return &Record{}
}

// read reads a step that is to be done at the present of the current line.
func (p *Play) read(src script, n *yaml.Node) (*Step, error) {
	l, s := p.current, p.runner.scenario
	trial := &source{findings: &findings{}, name: src.name, text: src.text, starts: src.starts}
	reader := &stepper{
		parser: &parser{reader: &reader{source: trial, zone: s.Zone}, vocabulary: p.vocabulary, scenario: s},
		now:    l.timeline.Now(), sure: true, memory: l.known,
	}
	steps := reader.read(&yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{n}})
	if err := trial.faults(); err != nil {
		return nil, err
	}
	if len(steps) == 0 {
		return nil, errors.New("there is no step in it")
	}
	step := &steps[0]
	step.Number = l.prefix + strconv.Itoa(len(l.entries)+1)
	step.open = src.open && step.want == nil && step.Fails == ""
	l.known = reader.memory
	return step, nil
}

// Mark names the present.
func (p *Play) Mark(ctx context.Context, name string) error {
	return p.named(ctx, MarkStep, name)
}

// Rewind goes back to a mark and drops what came after it. The file will do the same.
func (p *Play) Rewind(ctx context.Context, name string) error {
	return p.named(ctx, RewindStep, name)
}

// named does a step that takes a name alone.
func (p *Play) named(ctx context.Context, verb Verb, name string) error {
	text := string(verb) + " " + name
	return p.attempt(ctx, text, func() error { return p.take(ctx, typed(text), flowOf(string(verb), textNode(name))) })
}

// Advance goes forward to an instant; what is due by then is done.
func (p *Play) Advance(ctx context.Context, to time.Time) error {
	to = to.In(p.runner.scenario.Zone)
	if err := within(to); err != nil {
		return err
	}
	if to.Before(p.Now()) {
		return fmt.Errorf("%s has been: it is %s", rule.Show(to), rule.Show(p.Now()))
	}
	l := p.current
	return p.attempt(ctx, "to "+rule.Show(to), func() error {
		if err := l.advance(ctx, to); err != nil {
			return err
		}
		return l.tell(ctx, &Step{Number: l.prefix + strconv.Itoa(len(l.entries)+1)})
	})
}

// AdvanceSpan goes forward by a span, whose years, months and days are those of
// the scenario's zone.
func (p *Play) AdvanceSpan(ctx context.Context, span period.Span) error {
	return p.Advance(ctx, span.After(p.Now(), p.runner.scenario.Zone))
}
