package simulator

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// stepper reads the steps of one line, the main one or a branch, and knows at
// each what is saved, what is marked and what instant it is.
type stepper struct {
	*parser
	// prefix stands before the steps' numbers.
	prefix string
	// now is the instant of the step before; sure is unset after an instant
	// that could not be read, when nothing can be said of what follows.
	now    time.Time
	sure   bool
	memory memory
}

// checkpoint is what is known at a mark.
type checkpoint struct {
	now    time.Time
	sure   bool
	memory memory
}

var (
	stepKeys = []string{"do", "ask", "preview", "mark", "fork", "rewind", "at", "after", "by", "with", "want", "fails", "save", "note"}
	callKeys = []string{"by", "with", "want", "fails", "save"}
	forkKeys = []string{"from", "name", "steps"}
)

// read reads a list of steps.
func (p *stepper) read(n *yaml.Node) []Step {
	if n.Kind != yaml.SequenceNode {
		p.at(n, "\"steps\" takes a list of steps, and this is %s", describe(n))
		return nil
	}
	if p.memory.saves == nil {
		p.memory = newMemory()
	}
	steps := make([]Step, 0, len(n.Content))
	for i, child := range n.Content {
		child = follow(child)
		keys := p.keys(child, "a step", stepKeys)
		if keys == nil {
			continue
		}
		step := Step{Number: p.prefix + strconv.Itoa(i+1), Line: child.Line}
		if p.readVerb(child, keys, &step) {
			p.readInstant(keys, &step)
			p.readStep(keys, &step)
			steps = append(steps, step)
		}
	}
	return steps
}

// readVerb finds out what the step does. A step has one verb and no key that
// the verb has no use for.
func (p *stepper) readVerb(n *yaml.Node, keys map[string]*yaml.Node, step *Step) bool {
	var verbs []string
	for _, verb := range stepVerbs {
		if keys[verb] != nil {
			verbs = append(verbs, verb)
		}
	}
	switch {
	case len(verbs) == 0:
		p.at(n, "the step does nothing: it has one of %s", sentence(stepVerbs))
		return false
	case len(verbs) > 1:
		p.at(n, "the step has %s: it has one of them, as steps are done one after the other", sentence(verbs))
		return false
	}
	step.Verb = Verb(verbs[0])
	if !step.Verb.calls() {
		for _, key := range callKeys {
			if keys[key] != nil {
				p.at(keys[key], "%q has no place in a step with %q", key, step.Verb)
			}
		}
	}
	if note := keys["note"]; note != nil && note.Kind != yaml.ScalarNode {
		p.at(note, "\"note\" takes a text, and this is %s", describe(note))
	} else if note != nil {
		step.Note = note.Value
	}
	return true
}

// readInstant finds out when the step is. Time never goes back.
func (p *stepper) readInstant(keys map[string]*yaml.Node, step *Step) {
	step.At = p.now
	at, after := keys["at"], keys["after"]
	switch {
	case at != nil && after != nil:
		p.at(after, "a step has \"at\" or \"after\", and this one has both")
		p.sure = false
	case (at != nil || after != nil) && step.Verb == RewindStep:
		p.at(keys["rewind"], "a step with \"rewind\" has no instant of its own: it goes back to that of the mark")
	case at != nil:
		p.readAt(at, step)
	case after != nil:
		p.readAfter(after, step)
	}
}

func (p *stepper) readAt(n *yaml.Node, step *Step) {
	at, ok := p.instant(n)
	if ok && p.sure && at.Before(p.now) {
		p.at(n, "%s is before the step before it, which is at %s: time never goes back in a list of steps", n.Value, rule.Show(p.now))
		return
	}
	step.At, p.now, p.sure = at, at, ok
}

func (p *stepper) readAfter(n *yaml.Node, step *Step) {
	if n.Kind != yaml.ScalarNode || isNull(n) {
		p.at(n, "a span such as 30d belongs here, and this is %s", describe(n))
		p.sure = false
		return
	}
	span, err := period.ParseSpan(n.Value)
	if err != nil {
		p.at(n, "a span such as 30d or 29d23h59m59s belongs here: %s", plain(err))
		p.sure = false
		return
	}
	if !p.sure {
		return
	}
	at := span.After(p.now, p.zone).In(p.zone)
	if err := within(at); err != nil {
		p.at(n, "%s after %s, %v", n.Value, rule.Show(p.now), err)
		p.sure = false
		return
	}
	step.At, p.now = at, at
}

func (p *stepper) readStep(keys map[string]*yaml.Node, step *Step) {
	switch step.Verb {
	case DoStep, AskStep, PreviewStep:
		p.readCall(keys, step)
	case MarkStep:
		step.Name = p.word(keys["mark"], "mark")
		p.memory.mark(step.Name, checkpoint{p.now, p.sure, p.memory})
	case ForkStep:
		p.readFork(keys["fork"], step)
	case RewindStep:
		step.Name = p.word(keys["rewind"], "rewind")
		if c, ok := p.markAt(keys["rewind"], step.Name); ok {
			p.now, p.sure, p.memory = c.now, c.sure, c.memory
			step.At = p.now
			// The mark itself stays, to be gone back to again.
			p.memory.mark(step.Name, c)
		}
	}
}

// markAt returns what is known at a mark, and notes where there is none.
func (p *stepper) markAt(n *yaml.Node, name string) (checkpoint, bool) {
	if name == "" {
		return checkpoint{}, false
	}
	place, found := p.memory.marked(name)
	if !found {
		names := p.memory.markNames()
		hint := nearest(name, names)
		if len(names) == 0 {
			hint = ": no step before this one has a mark"
		}
		p.at(n, "nothing is marked as %s by then%s", quote(name), hint)
		return checkpoint{}, false
	}
	c, ok := place.(checkpoint)
	return c, ok
}

// readFork reads a branch. It begins with what was known at its mark, and the
// line it leaves goes on as if there were no branch.
func (p *stepper) readFork(n *yaml.Node, step *Step) {
	keys := p.keys(n, "a fork", forkKeys)
	if keys == nil {
		return
	}
	for _, required := range forkKeys {
		if keys[required] == nil {
			p.at(n, "the fork has no %q, which it needs", required)
		}
	}
	if keys["name"] != nil {
		step.Name = p.word(keys["name"], "name")
	}
	branch := &stepper{parser: p.parser, prefix: step.Number + ".", memory: newMemory()}
	if keys["from"] != nil {
		step.From = p.word(keys["from"], "from")
		if c, ok := p.markAt(keys["from"], step.From); ok {
			branch.now, branch.sure, branch.memory = c.now, c.sure, c.memory
			branch.memory.mark(step.From, c)
		}
	}
	if keys["steps"] != nil {
		step.Steps = branch.read(keys["steps"])
	}
}

// readCall reads a step that runs a command or asks a query.
func (p *stepper) readCall(keys map[string]*yaml.Node, step *Step) {
	step.By = rule.Operator
	if by := keys["by"]; by != nil {
		p.readActor(by, step)
	}
	named := keys[string(step.Verb)]
	step.Name = p.word(named, string(step.Verb))
	if step.Name != "" {
		step.verb = p.verbNamed(named, step.Name, step.Verb == AskStep)
	}
	if fails := keys["fails"]; fails != nil {
		p.readFails(fails, keys, step)
	}
	if step.verb == nil {
		p.forgiveSaves(keys["save"])
		return
	}
	p.knows = &p.memory
	step.with = object{}
	if with := keys["with"]; with != nil && !isNull(with) {
		p.into(step.Name, func() { step.with = p.value(with, step.verb.with) })
	}
	if n := keys["want"]; n != nil {
		p.into("the result of "+step.Name, func() { step.want = p.want(n, step.verb.result) })
	}
	p.knows = nil
	if save := keys["save"]; save != nil {
		step.saves = p.readSaves(save, step.verb.result)
	}
}

func (p *stepper) readActor(n *yaml.Node, step *Step) {
	if name, ok := reference(follow(n)); ok {
		p.knows = &p.memory
		p.saved(n, name)
		p.knows = nil
		step.By, step.by = rule.Actor{}, ref(name)
		return
	}
	name := p.word(n, "by")
	if name == "" || name == "operator" {
		return
	}
	step.By = rule.ByEmail(name)
	if step.By.Person() == "" {
		p.at(n, "%s acts here, and is neither an e-mail address nor \"operator\"", quote(name))
	}
}

// verbNamed finds a command or a query, and notes where there is none.
func (p *stepper) verbNamed(n *yaml.Node, name string, query bool) *verb {
	own, other, kind, instead := p.vocabulary.commands, p.vocabulary.queries, "command", "ask"
	if query {
		own, other, kind, instead = other, own, "query", "do"
	}
	if v := own[name]; v != nil {
		return v
	}
	if other[name] != nil {
		p.at(n, "there is no %s %s; with that name write %q", kind, quote(name), instead)
		return nil
	}
	p.at(n, "there is no %s %s%s", kind, quote(name), nearest(name, p.vocabulary.names(query)))
	return nil
}

// readFails reads the code that a step is refused with. What is refused has no
// result to compare or to save.
func (p *stepper) readFails(n *yaml.Node, keys map[string]*yaml.Node, step *Step) {
	code := p.word(n, "fails")
	var codes []string
	for _, c := range rule.Codes() {
		codes = append(codes, string(c))
	}
	if code != "" && !slices.Contains(codes, code) {
		p.at(n, "nothing is refused with the code %s%s", quote(code), nearest(code, codes))
	}
	step.Fails = rule.Code(code)
	for _, key := range []string{"want", "save"} {
		if keys[key] != nil {
			p.at(keys[key], "a step that fails has no result, so %q has no place in it", key)
		}
	}
}

// forgiveSaves saves what a step with another fault would save, so that the
// steps that use it are not faulted too.
func (p *stepper) forgiveSaves(n *yaml.Node) {
	if n == nil || n.Kind != yaml.MappingNode {
		return
	}
	for _, one := range pairs(n) {
		p.memory.save(one.key.Value, step0{})
	}
}

// step0 stands for a value while nothing has been run.
type step0 struct{}

// String says where a step stands, as in "step 7 billing.add_seats".
func (s Step) String() string { return fmt.Sprintf("step %s %s", s.Number, s.title()) }

// title names what is done.
func (s Step) title() string {
	if s.Verb.calls() {
		return s.Name
	}
	return fmt.Sprintf("%s %s", s.Verb, s.Name)
}
