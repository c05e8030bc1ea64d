package seatbook

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// call is one command or query on its way through the engine.
type call struct {
	def   *rule.Definition
	value any
	actor rule.Actor

	preview bool
	key     string
	why     *Explanation

	// at is the instant of effect where it is not the clock's: an answer from
	// outside takes effect when it was asked for, and a replay when it did.
	at time.Time
	// unsettled leaves what is due for later: the answer to a charge comes
	// before whatever else is due at its instant.
	unsettled bool
	// secrets are the hashes that a replay gives in place of new secrets.
	secrets []string
}

// Option changes how one call is run.
type Option func(*call)

// Preview runs a command and keeps nothing of it. The result is the one that
// the same command gets at the same instant, every charge being paid.
func Preview() Option { return func(c *call) { c.preview = true } }

// Explain fills why with the rules that the call cited and the figures that
// decided, also where the call is refused.
func Explain(why *Explanation) Option { return func(c *call) { c.why = why } }

// Idempotent makes a command with this key run once for its actor: a retry gets
// the first answer and does nothing. The same key with another command is
// refused; a refusal is not remembered, and secrets are not repeated.
func Idempotent(key string) Option { return func(c *call) { c.key = key } }

// Explanation says why a decision came out as it did.
type Explanation struct {
	// At is the instant of the decision.
	At time.Time
	// Citations are the rules applied, in order, with their figures.
	Citations []rule.Citation
}

// Do runs a command as the actor. A rule that forbids it is a [rule.Refusal],
// and nothing has changed. A charge that the provider did not answer is
// [billing.ErrUnanswered], beside what the command came to so far: the order
// waits, and RunDue asks again.
func Do[R any](ctx context.Context, e *Engine, actor rule.Actor, command rule.Command[R], options ...Option) (R, error) {
	var none R
	def, err := e.definitionOf(command, false)
	if err != nil {
		return none, err
	}
	result, err := e.do(ctx, newCall(def, command, actor, options))
	r, ok := result.(R)
	if err != nil {
		return r, err
	}
	if !ok {
		return none, fmt.Errorf("seatbook: %s returned a %T", def.Name, result)
	}
	return r, nil
}

// Ask answers a query as the actor. It changes nothing but what time has
// already brought, and never leads to a charge.
func Ask[R any](ctx context.Context, e *Engine, actor rule.Actor, query rule.Query[R], options ...Option) (R, error) {
	var none R
	def, err := e.definitionOf(query, true)
	if err != nil {
		return none, err
	}
	result, err := e.ask(ctx, newCall(def, query, actor, options))
	if err != nil {
		return none, err
	}
	r, ok := result.(R)
	if !ok {
		return none, fmt.Errorf("seatbook: %s returned a %T", def.Name, result)
	}
	return r, nil
}

// Run runs a command by its name, with its fields as JSON, for hosts that have
// no types: HTTP, scenario files, command lines. Unknown names and fields, and
// values that do not fit, are refused as invalid.
func (e *Engine) Run(ctx context.Context, actor rule.Actor, name string, args []byte, options ...Option) (any, error) {
	return e.byNameOf(ctx, actor, name, false, args, options)
}

// Query answers a query by its name, with its fields as JSON.
func (e *Engine) Query(ctx context.Context, actor rule.Actor, name string, args []byte, options ...Option) (any, error) {
	return e.byNameOf(ctx, actor, name, true, args, options)
}

func (e *Engine) byNameOf(ctx context.Context, actor rule.Actor, name string, query bool, args []byte, options []Option) (any, error) {
	def, ok := e.Definition(name, query)
	if !ok {
		return nil, rule.Refusef(rule.Invalid, rule.Permissions, "there is no %s %q", kindOf(query), name)
	}
	value, err := def.Decode(args)
	if err != nil {
		return nil, rule.Refusef(rule.Invalid, rule.Permissions, "%s does not take this: %v", name, err)
	}
	if err := def.Complete(args); err != nil {
		return nil, err
	}
	c := newCall(def, value, actor, options)
	if query {
		return e.ask(ctx, c)
	}
	return e.do(ctx, c)
}

func kindOf(query bool) string {
	if query {
		return "query"
	}
	return "command"
}

func newCall(def *rule.Definition, value any, actor rule.Actor, options []Option) call {
	c := call{def: def, value: value, actor: actor}
	for _, option := range options {
		option(&c)
	}
	return c
}

func (e *Engine) definitionOf(value any, query bool) (*rule.Definition, error) {
	def := e.byType[reflect.TypeOf(value)]
	if def == nil || def.Query != query {
		return nil, fmt.Errorf("seatbook: no module defines the %s %T", kindOf(query), value)
	}
	return def, nil
}

// NameOf returns the name of a command or query, as in "billing.add_seats".
func (e *Engine) NameOf(value any) (name string, found bool) {
	def := e.byType[reflect.TypeOf(value)]
	if def == nil {
		return "", false
	}
	return def.Name, true
}

// outcome is what one transaction of a call came to.
type outcome struct {
	// paused is set where answers from outside are needed before the call can go on.
	paused   bool
	result   any
	err      error
	promised []string
	at       time.Time
	// final is set where the result needs nothing from outside.
	final bool
}

// errUndo undoes a part whose result alone is wanted.
var errUndo = errors.New("seatbook: undone on purpose")

// do runs a command: in one transaction it does what is due for the streams and
// then the command. Between transactions it asks the outside what was promised.
func (e *Engine) do(ctx context.Context, c call) (any, error) {
	clocked := e.now()
	now := clocked
	if !c.at.IsZero() {
		now = c.at
	}
	for {
		var out outcome
		err := e.store.Update(ctx, func(tx store.Tx) error {
			out = outcome{}
			return e.attempt(e.session(tx, clocked), c, now, &out)
		})
		if err != nil {
			return nil, err
		}
		if out.paused {
			if err := e.answer(ctx, out.promised, nil); err != nil {
				return nil, err
			}
			continue
		}
		if err := e.answer(ctx, out.promised, c.why); err != nil {
			return nil, err
		}
		if out.err != nil || c.preview {
			return out.result, out.err
		}
		return e.finish(ctx, c, out)
	}
}

// attempt settles the streams of a call and runs its command.
func (e *Engine) attempt(s *session, c call, now time.Time, out *outcome) error {
	subject, at, err := s.prepare(c, now, settling{})
	if errors.Is(err, errPaused) {
		out.paused, out.promised = true, s.promised
		return s.flush()
	}
	if err == nil {
		out.at = at
		if err = s.command(c, subject, at, out); err == nil {
			err = s.finished(c, out)
		}
	}
	refusal := rule.AsRefusal(err)
	if refusal == nil && err != nil {
		return err
	}
	if refusal != nil {
		out.err = err
		if !c.preview {
			if err := s.countRefusal(refusal); err != nil {
				return err
			}
		}
	}
	out.promised = s.promised
	return s.flush()
}

// finished reads the final result where the outside has no part in it, in the
// command's own transaction: a store that fails there leaves nothing of it. What
// the result is a refusal of stays, and is read again by finish.
func (s *session) finished(c call, out *outcome) error {
	if c.preview || len(s.promised) > 0 || !c.def.Finishes() {
		return nil
	}
	result, err := c.def.Finish(rule.NewView(s.engine.ground, s.tx, out.at, c.actor, nil), c.value, out.result)
	if err == nil {
		out.result, out.final = result, true
	} else if rule.AsRefusal(err) == nil && !errors.Is(err, billing.ErrUnanswered) {
		return err
	}
	return nil
}

// prepare finds out which streams a call touches and settles them. Settling can
// change the answer, so it asks again until it stays the same.
func (s *session) prepare(c call, now time.Time, how settling) (rule.Subject, time.Time, error) {
	for {
		view := rule.NewView(s.engine.ground, s.tx, now, c.actor, nil)
		subject, err := c.def.About(view, c.value)
		if err != nil {
			c.explain(now, nil, err)
			return rule.Subject{}, now, err
		}
		at := now
		if last, err := s.last(subject.Touches); err != nil {
			return subject, at, err
		} else if last.After(at) {
			at = last
		}
		if c.unsettled {
			return subject, at, nil
		}
		how.until = at
		before := s.settled()
		if err := s.settle(subject.Touches, how); err != nil {
			return subject, at, err
		}
		if s.settled() == before {
			return subject, at, nil
		}
	}
}

// settled counts the operations of the session, to see whether there was one.
func (s *session) settled() int64 {
	var n int64
	for _, l := range s.lanes {
		n += l.Operations
	}
	return n
}

// command runs the call's command as one operation and writes it into the
// journals of the streams that it changed.
func (s *session) command(c call, subject rule.Subject, at time.Time, out *outcome) error {
	if c.key != "" {
		if done, err := s.recall(c, out); done || err != nil {
			return err
		}
	}
	trail := &rule.Trail{Full: c.why != nil}
	if err := s.engine.authorise(rule.NewView(s.engine.ground, s.tx, at, c.actor, trail), c.def.Needs, subject); err != nil {
		c.explain(at, trail, err)
		return err
	}
	op, err := s.operate(c.def.Name, at, subject.Touches, func(op *operation, tx store.Tx) error {
		op.given = slices.Clone(c.secrets)
		scope := op.scope(tx, c.actor, trail)
		result, err := c.def.Do(scope, c.value)
		if err == nil {
			err = c.wellFormed() // after the rules of the command, which say it in their own words
		}
		if err != nil {
			return err
		}
		out.result = result
		if c.preview {
			if out.result, err = s.engine.pretend(scope, op, c, result); err != nil {
				return err
			}
			return errUndo
		}
		return nil
	})
	c.explain(at, trail, err)
	if c.preview && errors.Is(err, errUndo) {
		return nil
	}
	if err != nil {
		return account.Advise(rule.NewView(s.engine.ground, s.tx, at, c.actor, nil), subject.Team, err)
	}
	if err := s.journal(c, op, trail); err != nil {
		return err
	}
	return s.remember(c, out.result)
}

// explain fills the caller's explanation.
func (c call) explain(at time.Time, trail *rule.Trail, err error) {
	if c.why == nil {
		return
	}
	*c.why = Explanation{At: at}
	if trail != nil {
		c.why.Citations = trail.Citations
	}
	if r := rule.AsRefusal(err); r != nil && r.Rule != nil {
		c.why.Citations = append(c.why.Citations, rule.Citation{Rule: r.Rule, Figures: r.Figures})
	}
}

// finish returns the final result of a command, once the outside has answered.
func (e *Engine) finish(ctx context.Context, c call, out outcome) (any, error) {
	if out.final || len(out.promised) == 0 && !c.def.Finishes() {
		return out.result, nil
	}
	result := out.result
	err := e.store.View(ctx, func(tx store.Tx) error {
		var err error
		result, err = c.def.Finish(rule.NewView(e.ground, tx, out.at, c.actor, nil), c.value, out.result)
		return err
	})
	if refusal := rule.AsRefusal(err); refusal != nil {
		c.explain(out.at, nil, err)
		if forgot := e.forget(ctx, c); forgot != nil {
			return nil, errors.Join(err, forgot)
		}
		return nil, err
	}
	if errors.Is(err, billing.ErrUnanswered) {
		return out.result, err
	}
	return result, err
}
