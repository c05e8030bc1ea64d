package simulator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// RunOptions says how a scenario is run.
type RunOptions struct {
	// FailFast ends the run at the first step that does not come out as written.
	FailFast bool
	// Books reads what every team was charged and what it used, once the main line
	// is at its end.
	Books bool
	// Ground makes the empty store of each world of the run. Nil is one in memory.
	Ground func() (Ground, error)
	// Album shows each line of the run day by day.
	Album bool
	// AuditEvery is how much time lies between two audits of a scenario that
	// proves them; 0 is a day.
	AuditEvery time.Duration
	// Modules are added to those of every engine and the simulator's own. They
	// are those that the vocabulary has too.
	Modules []rule.Module
}

// errStopped ends a run after a failure.
var errStopped = errors.New("simulator: stopped at the first failure")

// runner is one run of a scenario.
type runner struct {
	scenario *Scenario
	options  RunOptions
	result   *Result
	witness  *witness
	how      manner
	// takes are the snapshots of it, nil where nobody wants any.
	takes *takes
}

// line is one line of steps in it: the main one or a branch.
type line struct {
	*runner
	timeline *Timeline
	branch   []string
	// forked is the number of the step that began the branch; empty on the main line.
	forked string
	count  *tally
	reel   *reel
	// audited is the instant of the last audit.
	audited time.Time
	// passed are instants to which the line goes back when it next goes astray.
	passed []passage
}

// unsaved stands under a name that a failed step should have saved.
type unsaved struct{ step string }

func (l *line) run(ctx context.Context, steps []Step) error {
	for i := range steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		l.takes.take(l, i)
		if err := l.goAstray(ctx, steps, i); err != nil {
			return err
		}
		if err := l.step(ctx, &steps[i]); err != nil {
			return err
		}
	}
	return nil
}

// step takes a step, and lives through the branch that it begins.
func (l *line) step(ctx context.Context, s *Step) error {
	record, err := l.take(ctx, s)
	if err != nil {
		return err
	}
	if s.Verb == ForkStep && record.Passed {
		return l.fork(ctx, s)
	}
	return l.tell(ctx, s)
}

// take goes to the step's instant, does what is due by then, and then the step
// itself. It returns the step's record, which is kept too.
func (l *line) take(ctx context.Context, s *Step) (*Record, error) {
	record := &Record{
		Kind: StepRecord, At: local(s.At, l.scenario.Zone), Step: s.Number, Line: s.Line, Verb: s.Verb, Name: s.Name, Note: s.Note,
		Branch: append([]string{}, l.branch...), Reasons: []Reason{}, fork: l.forked,
	}
	if s.Verb.calls() {
		record.Actor = s.By.String()
	}
	if s.Verb != RewindStep {
		if err := l.advance(ctx, s.At); err != nil {
			record.Error = err.Error()
			record.fail(fmt.Sprintf("want time to pass until then, got %v", err))
		}
		if err := l.tell(ctx, s); err != nil {
			return nil, err
		}
	}
	if s.At.After(l.result.End) {
		l.result.End = record.At
		l.result.Days = period.Days(l.result.Start, s.At, l.scenario.Zone)
	}
	if l.how.work != prompt && (s.Verb == AskStep && len(s.saves) > 0 || s.Name == outcomeCommand) {
		// A question never leads to a charge, and so sees less where the worker is
		// late: what it saves is to be the same. And what is due at the very instant
		// is charged before the provider is told to answer otherwise.
		if err := l.timeline.world.engine.RunDue(ctx); err != nil {
			return nil, err
		}
	}
	if len(record.Failures) == 0 {
		l.perform(ctx, s, record)
	}
	return record, l.close(record)
}

// close counts a step's record and keeps it.
func (l *line) close(record *Record) error {
	record.Passed = len(record.Failures) == 0
	l.result.Records = append(l.result.Records, *record)
	if l.witness.saw != nil && l.witness.saw(record) {
		return errStopped
	}
	if record.Passed {
		l.result.Passed++
		return nil
	}
	l.result.Failed++
	if l.options.FailFast {
		return errStopped
	}
	return nil
}

func (r *Record) fail(text string) { r.Failures = append(r.Failures, text) }

// tell records what happened since it last did.
func (l *line) tell(ctx context.Context, s *Step) error {
	news, err := l.timeline.News(ctx)
	if err != nil {
		return err
	}
	for _, event := range news {
		l.count.meet(event)
		if record, ok := RecordOf(event, l.scenario.Zone); ok {
			record.Step, record.Line, record.Branch, record.fork = s.Number, s.Line, append([]string{}, l.branch...), l.forked
			l.result.Records = append(l.result.Records, record)
		}
	}
	return nil
}

func (l *line) perform(ctx context.Context, s *Step, record *Record) {
	switch s.Verb {
	case MarkStep:
		l.timeline.Mark(s.Name)
		l.count.mark(s.Name)
		l.reel.mark(s.Name)
	case RewindStep:
		if err := l.timeline.Rewind(ctx, Marked(s.Name)); err != nil {
			record.fail(fmt.Sprintf("want to go back to %s, got %v", quote(s.Name), err))
		} else {
			l.count, l.reel = l.count.at(s.Name), l.reel.at(s.Name)
			l.passed = nil
		}
	case DoStep, AskStep, PreviewStep:
		l.call(ctx, s, record)
	case ForkStep:
	}
}

// fork runs a branch. The line itself stays where it is.
func (l *line) fork(ctx context.Context, s *Step) error {
	timeline, err := l.timeline.Fork(ctx, Marked(s.From))
	if err != nil {
		return err
	}
	branch := &line{runner: l.runner, timeline: timeline, branch: append(slices.Clone(l.branch), s.Name), forked: s.Number, count: l.count.at(s.From)}
	branch.reel = l.witness.album.fork(l.reel, s.From, branch.branch, local(timeline.Now(), l.scenario.Zone))
	stopped := branch.run(ctx, s.Steps)
	if stopped != nil && !errors.Is(stopped, errStopped) {
		return stopped
	}
	if err := l.witness.books.close(ctx, branch); err != nil {
		return err
	}
	if err := l.witness.album.develop(ctx, branch); err != nil {
		return err
	}
	return stopped
}

// call runs a command or asks a query, and compares what came out with what
// the scenario says.
func (l *line) call(ctx context.Context, s *Step, record *Record) {
	defer l.forget(s, record)
	args, err := l.args(s)
	if err != nil {
		record.fail(err.Error())
		return
	}
	record.With = args
	actor, err := l.actor(s)
	if err != nil {
		record.fail(err.Error())
		return
	}
	record.Actor = actor.String()
	l.count.read(actor, args)
	result, why, err := l.invoke(ctx, s, actor, args)
	record.Reasons = reasons(why.Citations)
	if refusal := rule.AsRefusal(err); refusal != nil {
		record.refuse(s, refusal)
		return
	}
	if err == nil {
		record.Result, err = json.Marshal(result)
	}
	switch {
	case err != nil:
		record.Result, record.Error = nil, err.Error()
		record.fail(fmt.Sprintf("want %s, got the error: %v", s.expected(), err))
		return
	case s.Fails != "":
		record.fail(fmt.Sprintf("want refusal %s, got it done", s.Fails))
		return
	}
	l.compare(s, record)
}

// invoke calls the engine. A panic there is a broken invariant: it fails the
// step and says why.
func (l *line) invoke(ctx context.Context, s *Step, actor rule.Actor, args []byte) (result any, why seatbook.Explanation, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the engine panicked: %v", p)
		}
	}()
	call := l.timeline.Do
	switch s.Verb { //nolint:exhaustive // the others call nothing
	case AskStep:
		call = l.timeline.Ask
	case PreviewStep:
		call = l.timeline.Preview
	}
	var asked []seatbook.Option
	if !l.witness.brief {
		asked = append(asked, seatbook.Explain(&why))
	}
	err = l.how.breaker.twice(func() error {
		result, err = call(ctx, actor, s.Name, args, asked...)
		return err
	})
	return result, why, err
}

// expected says what the step was to come to.
func (s *Step) expected() string {
	if s.Fails != "" {
		return "refusal " + string(s.Fails)
	}
	return "it done"
}

func (r *Record) refuse(s *Step, refusal *rule.Refusal) {
	r.Refusal = &Refused{Code: refusal.Code, Text: refusal.Text, Contact: refusal.Contact}
	if refusal.Rule != nil {
		r.Refusal.Rule = refusal.Rule.ID
	}
	if refusal.Code != s.Fails && !s.open {
		r.fail(fmt.Sprintf("want %s, got refusal %s: %s", s.expected(), refusal.Code, r.Refusal))
	}
}

// compare holds the result against what is wanted, and saves what is to be saved.
func (l *line) compare(s *Step, record *Record) {
	got, err := decodeJSON(record.Result)
	if err != nil {
		record.fail(fmt.Sprintf("want a result, got %v", err))
		return
	}
	if s.want != nil {
		c := &comparison{load: l.saved}
		s.want.compare(c, "", got)
		for _, d := range c.differences {
			record.fail(d.String())
		}
		for _, text := range c.lacking {
			record.fail(text)
		}
	}
	for _, save := range s.saves {
		value, found := save.follow(got)
		if !found {
			record.fail(fmt.Sprintf("want %s to save as %s, got nothing there", save.text, save.name))
			l.timeline.Save(save.name, unsaved{s.Number})
			continue
		}
		l.timeline.Save(save.name, value)
	}
}

// forget notes that a step which came to nothing has saved nothing.
func (l *line) forget(s *Step, record *Record) {
	if record.Result != nil {
		return
	}
	for _, save := range s.saves {
		l.timeline.Save(save.name, unsaved{s.Number})
	}
}
