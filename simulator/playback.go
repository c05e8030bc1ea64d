package simulator

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/seatbook/seatbook/rule"
)

// turn is a play before something was done: what undoing it goes back to.
type turn struct {
	// text is what was done.
	text    string
	current *playLine
	was     playLine
	at      present
	lines   []*playLine
	result  Result
}

// maxTurns is how many turns can be undone.
const maxTurns = 200

// turn returns the play as it is, before text is done.
func (p *Play) turn(text string) turn {
	return turn{
		text: text, current: p.current, was: *p.current, at: p.current.timeline.present(),
		lines: slices.Clone(p.lines), result: *p.runner.result,
	}
}

// undo goes back to before the turn. What was done since is on its line alone, or
// on lines that it began.
func (t turn) undo(p *Play) {
	p.current, p.lines = t.current, t.lines
	*t.current = t.was
	t.current.timeline.restore(t.at)
	*p.runner.result = t.result
}

// keep keeps a turn, to be undone.
func (p *Play) keep(t turn) {
	if p.past = append(p.past, t); len(p.past) > maxTurns {
		p.past = slices.Clone(p.past[1:])
	}
}

// Undo takes back the last turn: a step, or time that went by. It returns what was
// taken back. The last 200 turns can be.
func (p *Play) Undo() (text string, err error) {
	if len(p.past) == 0 {
		return "", errors.New("there is nothing to undo")
	}
	last := p.past[len(p.past)-1]
	p.past = p.past[:len(p.past)-1]
	last.undo(p)
	p.heard = len(p.runner.result.Records)
	return last.text, nil
}

// alive returns the steps that lead to the line's present: not those that it went
// back behind.
func (l *playLine) alive() []*entry {
	var list []*entry
	marks := map[string]int{}
	for _, e := range l.entries {
		if e.record.Passed && e.step.Verb == RewindStep {
			list = list[:marks[e.step.Name]]
			for name, place := range marks {
				if place > len(list) {
					delete(marks, name)
				}
			}
		}
		list = append(list, e)
		if e.step.Verb == MarkStep {
			marks[e.step.Name] = len(list)
		}
	}
	return list
}

// Back goes back to an instant of the current line. What was done after it is
// dropped; where that is more than time, the file will have a mark there and go
// back to it.
func (p *Play) Back(ctx context.Context, to time.Time) error {
	l, to := p.current, to.In(p.runner.scenario.Zone)
	if !to.Before(p.Now()) {
		return fmt.Errorf("%s is not before the present, which is %s", rule.Show(to), rule.Show(p.Now()))
	}
	begin := l.begin
	if to.Before(begin) {
		if len(l.branch) > 0 {
			return fmt.Errorf("the branch begins at %s; what was before is on the line it left", rule.Show(begin))
		}
		return fmt.Errorf("the scenario begins at %s", rule.Show(begin))
	}
	last, behind := -1, false
	alive := l.alive()
	for i, e := range alive {
		if e.record.At.After(to) {
			behind = true
			break
		}
		last = i
	}
	return p.attempt(ctx, "back to "+rule.Show(to), func() error {
		if err := l.timeline.Rewind(ctx, At(to)); err != nil {
			return err
		}
		if behind {
			if err := p.goBack(alive, last, to); err != nil {
				return err
			}
		}
		l.recall(alive[:last+1])
		return nil
	})
}

// recall saves again what the results of steps were saved as, also where somebody
// asked for it only later: in the file it stands with the step.
func (l *playLine) recall(alive []*entry) {
	for _, e := range alive {
		if len(e.saves) == 0 {
			continue
		}
		got, err := decodeJSON(e.record.Result)
		if err != nil {
			continue
		}
		for _, save := range e.saves {
			if value, found := save.follow(got); found {
				l.timeline.Save(save.name, value)
				l.known.save(save.name, step0{})
			}
		}
	}
}

// goBack puts a mark behind a step, at an instant to which the timeline has gone
// back, and a rewind at the end of the line. So the file comes to the same.
func (p *Play) goBack(alive []*entry, i int, to time.Time) error {
	l := p.current
	known, then, at := l.known, l.began, 0
	if i >= 0 {
		then, at = alive[i].after, slices.Index(l.entries, alive[i])+1
	}
	l.known, l.named = then.known, then.named
	name := l.freeMark(known, rule.Show(to))
	mark, err := p.noted(MarkStep, name)
	if err != nil {
		return err
	}
	l.timeline.Mark(name)
	mark.after = l.knows()
	l.entries = slices.Insert(slices.Clone(l.entries), at, mark)
	back, err := p.noted(RewindStep, name)
	if err != nil {
		return err
	}
	back.after = l.knows()
	l.entries = append(l.entries, back)
	p.runner.result.Records = append(p.runner.result.Records, *back.record)
	return nil
}

// noted is a mark or a rewind that was done here, as an entry.
func (p *Play) noted(verb Verb, name string) (*entry, error) {
	n := flowOf(string(verb), textNode(name))
	step, err := p.read(typed(""), n)
	if err != nil {
		return nil, err
	}
	return &entry{node: n, number: step.Number, step: step, record: &Record{
		Kind: StepRecord, Branch: append([]string{}, p.current.branch...), At: local(step.At, p.runner.scenario.Zone),
		Step: step.Number, Verb: verb, Name: name, Passed: true, Reasons: []Reason{},
	}}, nil
}

// freeMark returns a name for a mark that stands for nothing yet.
func (l *playLine) freeMark(known memory, name string) string {
	taken := func(name string) bool {
		_, one := l.known.marked(name)
		_, other := known.marked(name)
		return one || other
	}
	free := name
	for n := 2; taken(free); n++ {
		free = fmt.Sprintf("%s (%d)", name, n)
	}
	return free
}

// Fork begins a branch at a mark of the current line, or at the present where none
// is named, and goes there.
func (p *Play) Fork(ctx context.Context, name, from string) error {
	if name == "" {
		return errors.New("a branch has a name")
	}
	taken := append(slices.Clone(p.current.branch), name)
	if slices.Contains(p.Branches(), branchName(taken)) || name == MainLine {
		return fmt.Errorf("there is a branch %s already", quote(name))
	}
	return p.attempt(ctx, "fork "+name, func() error {
		src := typed("")
		if from == "" {
			from = p.current.freeMark(p.current.known, name)
			if err := p.take(ctx, src, flowOf(string(MarkStep), textNode(from))); err != nil {
				return err
			}
		} else if _, found := p.current.known.marked(from); !found {
			return fmt.Errorf("nothing is marked as %s%s", quote(from), nearest(from, p.Marks()))
		}
		fork := flowOf("from", textNode(from))
		putKey(fork, "name", textNode(name))
		putKey(fork, "steps", flow(yaml.SequenceNode))
		if err := p.take(ctx, src, flowOf(string(ForkStep), fork)); err != nil {
			return err
		}
		p.current = p.lines[len(p.lines)-1]
		return nil
	})
}

// branch makes the line that a fork begins, and goes there.
func (p *Play) branch(ctx context.Context, e *entry) error {
	l := p.current
	timeline, err := l.timeline.Fork(ctx, Marked(e.step.From))
	if err != nil {
		return err
	}
	mark, _ := l.known.marked(e.step.From)
	at, ok := mark.(checkpoint)
	if !ok {
		return fmt.Errorf("nothing is marked as %s", quote(e.step.From))
	}
	b := &playLine{
		line:  &line{runner: p.runner, timeline: timeline, branch: append(slices.Clone(l.branch), e.step.Name), audited: timeline.Now()},
		known: at.memory, named: l.named, prefix: e.number + ".",
	}
	b.known.mark(e.step.From, at)
	b.begin, b.began = timeline.Now(), b.knows()
	e.begins = b
	p.lines, p.current = append(slices.Clone(p.lines), b), b
	return nil
}

// Branches returns the names of the main line and of the branches, in the order
// they were begun. That of a branch of a branch has both, as in "late / later".
func (p *Play) Branches() []string {
	names := make([]string, len(p.lines))
	for i, l := range p.lines {
		names[i] = l.lineName()
	}
	return names
}

// Branch returns the name of the current line.
func (p *Play) Branch() string { return p.current.lineName() }

func (l *playLine) lineName() string {
	if len(l.branch) == 0 {
		return MainLine
	}
	return branchName(l.branch)
}

// Switch goes on on another line, by its name or by the last part of it where only
// one ends so.
func (p *Play) Switch(name string) error {
	names := p.Branches()
	var ending []int
	for i, one := range names {
		if one == name {
			p.current, p.heard = p.lines[i], len(p.runner.result.Records)
			return nil
		}
		if strings.HasSuffix(one, " / "+name) {
			ending = append(ending, i)
		}
	}
	switch len(ending) {
	case 0:
		return fmt.Errorf("there is no branch %s%s", quote(name), nearest(name, names))
	case 1:
		p.current, p.heard = p.lines[ending[0]], len(p.runner.result.Records)
		return nil
	default:
		return fmt.Errorf("%d branches are called %s: write the whole name, such as %s", len(ending), quote(name), quote(names[ending[0]]))
	}
}
