package simulator

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/seatbook/seatbook/period"
)

// Text writes what was played as a scenario file, for a file of the given name.
// It has every step with its instant, who acted, and what came out: the fields of
// results that say most, or the code of the refusal. The file is run before it is
// returned, and comes out as written.
func (p *Play) Text(ctx context.Context, path string) ([]byte, error) {
	f := file{head: slices.Clone(p.head)}
	for i, one := range f.head {
		if (one.key.Value == "catalog" || one.key.Value == "from") && one.value.Kind == yaml.ScalarNode {
			to, err := moved(one.value.Value, p.runner.scenario.File, path)
			if err != nil {
				return nil, err
			}
			f.head[i].value = textNode(to)
		}
	}
	w := &playWriter{play: p, used: map[string]bool{}}
	main := p.lines[0]
	// Names that no step uses are not saved: which these are is known at the end.
	w.line(main, p.runner.scenario.Start, nil)
	f.steps = w.line(main, p.runner.scenario.Start, nil)
	text := f.text()
	s, err := Parse(path, text, p.vocabulary)
	if err != nil {
		return nil, err
	}
	result, err := s.Run(ctx, RunOptions{})
	if err != nil {
		return nil, err
	}
	if result.OK() {
		return text, nil
	}
	lines := []string{"what was played does not come out the same when it is run"}
	if result.Trouble != "" {
		lines = append(lines, result.Trouble)
	}
	for _, r := range result.Records {
		lines = append(lines, r.FailureLines(path)...)
	}
	return nil, errors.New(strings.Join(lines, "\n"))
}

// playWriter writes the lines of a play as the steps of a file.
type playWriter struct {
	play *Play
	// used are the names that steps use.
	used map[string]bool
}

// line writes the steps of a line that begins at an instant, with the marks that
// were set by then.
func (w *playWriter) line(l *playLine, now time.Time, marks map[string]time.Time) []*yaml.Node {
	known := map[string]time.Time{}
	for name, at := range marks {
		known[name] = at
	}
	var steps []*yaml.Node
	for _, e := range l.entries {
		if e.idle() {
			continue
		}
		n := copyMap(e.node)
		switch {
		case e.step.Verb != RewindStep:
			w.instant(n, e, now)
			now = e.step.At
		default:
			now = known[e.step.Name]
		}
		w.outcome(n, e)
		if e.step.Verb == MarkStep {
			known[e.step.Name] = now
		}
		if e.begins != nil {
			w.branch(n, w.line(e.begins, known[e.step.From], known))
		}
		w.uses(n)
		steps = append(steps, layOut(n))
	}
	if end := l.timeline.Now(); end.After(now) || len(steps) == 0 {
		n := flow(yaml.MappingNode)
		w.when(n, now, end)
		putKey(n, string(MarkStep), textNode("the end"))
		steps = append(steps, layOut(n))
	}
	return steps
}

// copyMap copies a step, whose keys are then others.
func copyMap(n *yaml.Node) *yaml.Node {
	c := *n
	c.Content = slices.Clone(n.Content)
	return &c
}

// removeKey takes a key out of a map.
func removeKey(n *yaml.Node, key string) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			n.Content = slices.Delete(n.Content, i, i+2)
			return
		}
	}
}

// valueOfKey returns what a key of a map has, or nil.
func valueOfKey(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// instant says when a step is. What the file said is kept where it still holds.
func (w *playWriter) instant(n *yaml.Node, e *entry, now time.Time) {
	zone := w.play.runner.scenario.Zone
	if valueOfKey(n, "at") != nil {
		return
	}
	if after := valueOfKey(n, "after"); after != nil {
		if span, err := period.ParseSpan(after.Value); err == nil && span.After(now, zone).Equal(e.step.At) {
			return
		}
		removeKey(n, "after")
	}
	before := flow(yaml.MappingNode)
	w.when(before, now, e.step.At)
	n.Content = append(before.Content, n.Content...)
}

// when says how to come from one instant to another: by whole days, or by the instant.
func (w *playWriter) when(n *yaml.Node, from, to time.Time) {
	if !to.After(from) {
		return
	}
	zone := w.play.runner.scenario.Zone
	days := period.Days(from, to, zone)
	if span := (period.Span{Days: days}); days > 0 && span.After(from, zone).Equal(to) {
		putKey(n, "after", plainNode(span.String()))
		return
	}
	putKey(n, "at", plainNode(local(to, zone).Format(time.RFC3339Nano)))
}

// outcome says what has to come out. A step that said so itself and came out so
// stays as it is.
func (w *playWriter) outcome(n *yaml.Node, e *entry) {
	if !e.step.Verb.calls() {
		return
	}
	if !e.asked || !e.record.Passed {
		removeKey(n, "want")
		removeKey(n, "fails")
		switch {
		case e.record.Refusal != nil:
			putKey(n, "fails", textNode(string(e.record.Refusal.Code)))
		default:
			if want := w.want(e); want != nil {
				putKey(n, "want", want)
			}
		}
	}
	w.saves(n, e)
}

// saves says which parts of a result have names: those that were asked for, and
// those that other steps use.
func (w *playWriter) saves(n *yaml.Node, e *entry) {
	wanted := func(save saving) bool { return save.asked || w.used[save.name] }
	if e.asked && e.record.Passed && !slices.ContainsFunc(e.saves, wanted) {
		return
	}
	removeKey(n, "save")
	got, err := decodeJSON(e.record.Result)
	if err != nil {
		return
	}
	list := flow(yaml.MappingNode)
	for _, save := range slices.Concat(e.step.saves, e.saves) {
		if _, found := save.follow(got); found && wanted(save) {
			removeKey(list, save.name)
			putKey(list, save.name, textNode(save.text))
		}
	}
	if len(list.Content) > 0 {
		putKey(n, "save", list)
	}
}

// uses notes the names that a step uses.
func (w *playWriter) uses(n *yaml.Node) {
	for _, key := range []string{"with", "want"} {
		if part := valueOfKey(n, key); part != nil {
			w.usesIn(part)
		}
	}
}

func (w *playWriter) usesIn(n *yaml.Node) {
	if name, ok := reference(n); ok {
		w.used[name] = true
	}
	for _, child := range n.Content {
		w.usesIn(child)
	}
}

// branch puts the steps of a branch into its fork.
func (w *playWriter) branch(n *yaml.Node, steps []*yaml.Node) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value != string(ForkStep) {
			continue
		}
		fork := copyMap(n.Content[i+1])
		fork.Style, n.Style = 0, 0
		for j := 0; j+1 < len(fork.Content); j += 2 {
			if fork.Content[j].Value == "steps" {
				fork.Content[j+1] = &yaml.Node{Kind: yaml.SequenceNode, Content: steps}
			}
		}
		n.Content[i+1] = fork
	}
}

// layOut gives a step that is too long for a line a line for each key.
func layOut(n *yaml.Node) *yaml.Node {
	const most = 150
	if n.Style&yaml.FlowStyle == 0 {
		return n
	}
	text, err := yaml.Marshal(n)
	if err != nil || utf8.RuneCount(text) > most {
		n.Style &^= yaml.FlowStyle
	}
	return n
}
