package seatbook

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// errOverdue says that something is due which must be done before the answer.
var errOverdue = errors.New("seatbook: something is due first")

// ask answers a query. It reads; only where something is due for the query's
// streams it writes, and settles that first.
func (e *Engine) ask(ctx context.Context, c call) (any, error) {
	now := e.now()
	var result any
	err := e.store.View(ctx, func(tx store.Tx) (err error) {
		result, err = e.answerQuery(tx, c, now)
		return err
	})
	if !errors.Is(err, errOverdue) {
		return result, err
	}
	err = e.store.Update(ctx, func(tx store.Tx) (err error) {
		result, err = e.settleAndAnswer(tx, c, now)
		return err
	})
	return result, err
}

// answerQuery answers in a state in which nothing is due for the query, and
// says errOverdue in any other.
func (e *Engine) answerQuery(tx store.Tx, c call, now time.Time) (any, error) {
	subject, err := c.def.About(rule.NewView(e.ground, tx, now, c.actor, nil), c.value)
	if err != nil {
		c.explain(now, nil, err)
		return nil, err
	}
	at := now
	for _, stream := range subject.Touches {
		h, _, err := heads.Get(tx, string(stream), "")
		if err != nil {
			return nil, err
		}
		if h.Last.After(at) {
			at = h.Last
		}
		if !h.Wake.IsZero() && !h.Wake.After(at) {
			return nil, errOverdue
		}
	}
	return e.answerSettled(tx, c, subject, at)
}

// answerSettled checks the actor's right and answers.
func (e *Engine) answerSettled(tx store.Tx, c call, subject rule.Subject, at time.Time) (any, error) {
	trail := &rule.Trail{Full: c.why != nil}
	guarded := (&guard{tx: tx, name: c.def.Name, streams: subject.Touches}).sets()
	err := e.authorise(rule.NewView(e.ground, tx, at, c.actor, trail), c.def.Needs, subject)
	var result any
	if err == nil {
		result, err = c.def.Answer(rule.NewView(e.ground, guarded, at, c.actor, trail), c.value)
	}
	c.explain(at, trail, err)
	if err != nil {
		err = account.Advise(rule.NewView(e.ground, tx, at, c.actor, nil), subject.Team, err)
	}
	return result, err
}

// settleAndAnswer does what is due for the query's streams, short of what may
// charge money, and answers.
func (e *Engine) settleAndAnswer(tx store.Tx, c call, now time.Time) (any, error) {
	s := e.session(tx, now)
	subject, at, err := s.prepare(c, now, settling{asking: true})
	if err != nil && !errors.Is(err, errPaused) {
		return nil, err
	}
	result, err := e.answerSettled(tx, c, subject, at)
	if err != nil {
		return nil, err
	}
	return result, s.flush()
}

// Moment is one state at one instant, in which several queries are asked.
type Moment struct {
	engine *Engine
	tx     store.Tx
	now    time.Time
	// session is set where what is due may be settled on the way.
	session *session
}

// Now is the moment's instant.
func (m *Moment) Now() time.Time { return m.now }

// At runs fn over one state at one instant. Where something turns out to be due
// first, fn is run a second time, so it has no effect of its own.
func (e *Engine) At(ctx context.Context, fn func(*Moment) error) error {
	now := e.now()
	err := e.store.View(ctx, func(tx store.Tx) error {
		return fn(&Moment{engine: e, tx: tx, now: now})
	})
	if !errors.Is(err, errOverdue) {
		return err
	}
	return e.store.Update(ctx, func(tx store.Tx) error {
		m := &Moment{engine: e, tx: tx, now: now, session: e.session(tx, now)}
		if err := fn(m); err != nil {
			return err
		}
		return m.session.flush()
	})
}

// AskIn answers a query in a moment.
func AskIn[R any](m *Moment, actor rule.Actor, query rule.Query[R], options ...Option) (R, error) {
	var none R
	def, err := m.engine.definitionOf(query, true)
	if err != nil {
		return none, err
	}
	result, err := m.ask(newCall(def, query, actor, options))
	if err != nil {
		return none, err
	}
	r, ok := result.(R)
	if !ok {
		return none, fmt.Errorf("seatbook: %s returned a %T", def.Name, result)
	}
	return r, nil
}

func (m *Moment) ask(c call) (any, error) {
	if m.session == nil {
		return m.engine.answerQuery(m.tx, c, m.now)
	}
	subject, at, err := m.session.prepare(c, m.now, settling{asking: true})
	if err != nil && !errors.Is(err, errPaused) {
		return nil, err
	}
	return m.engine.answerSettled(m.tx, c, subject, at)
}
