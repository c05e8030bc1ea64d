package seatbook

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// answer asks the payment provider for each charge and refund and records what it
// says, by a command of the operator that takes effect when it was asked for. A
// provider that fails, or panics, leaves it open for a later RunDue. Its identifier
// is the provider's idempotency key, so asking twice does no harm, and neither does
// an answer that comes twice.
//
// The rules that the answers cite are added to why, where there is one.
func (e *Engine) answer(ctx context.Context, ids []string, why *Explanation) error {
	for _, id := range ids {
		q, open, err := e.openQuestion(ctx, id)
		if err != nil {
			return err
		}
		if !open || e.payments == nil {
			continue
		}
		answer, err := e.put(ctx, q)
		if err != nil {
			continue
		}
		cited, err := e.record(ctx, q, answer.Kept(), why != nil)
		if err != nil {
			return err
		}
		if why != nil {
			for _, c := range cited.Citations {
				if c.Rule != rule.Permissions { // that the operator may record it explains nothing
					why.Citations = append(why.Citations, c)
				}
			}
		}
	}
	return nil
}

// question is a charge or a refund on its way to the payment provider.
type question struct {
	// at is when it was asked for.
	at time.Time
	// put asks the provider, and record is the command that writes its answer down.
	put    func(context.Context, billing.Payments) (billing.Answer, error)
	record func(billing.Answer) any
}

// openQuestion returns the charge or refund of an identifier, and whether it is
// there and not answered.
func (e *Engine) openQuestion(ctx context.Context, id string) (q question, open bool, err error) {
	err = e.store.View(ctx, func(tx store.Tx) error {
		v := rule.NewView(e.ground, tx, e.now(), rule.Operator, nil)
		charge, found, err := billing.ChargeByID(v, id)
		if err != nil || found {
			q, open = ofCharge(charge), found && charge.Open()
			return err
		}
		refund, found, err := billing.RefundByID(v, id)
		q, open = ofRefund(refund), found && refund.Open()
		return err
	})
	return q, open, err
}

func ofCharge(c billing.Charge) question {
	return question{
		at:  c.At,
		put: func(ctx context.Context, p billing.Payments) (billing.Answer, error) { return p.Charge(ctx, c) },
		record: func(a billing.Answer) any {
			return billing.RecordCharge{Charge: c.ID, Outcome: a.Outcome, Reference: a.Reference}
		},
	}
}

func ofRefund(r billing.Refund) question {
	return question{
		at:  r.At,
		put: func(ctx context.Context, p billing.Payments) (billing.Answer, error) { return p.Refund(ctx, r) },
		record: func(a billing.Answer) any {
			return billing.RecordRefund{Refund: r.ID, Outcome: a.Outcome, Reference: a.Reference}
		},
	}
}

// recorded returns what a command writes down of the outside, and whether it is
// such a command.
func recorded(command any) (id string, answer billing.Answer, ok bool) {
	switch c := command.(type) {
	case billing.RecordCharge:
		return c.Charge, billing.Answer{Outcome: c.Outcome, Reference: c.Reference}, true
	case billing.RecordRefund:
		return c.Refund, billing.Answer{Outcome: c.Outcome, Reference: c.Reference}, true
	default:
		return "", billing.Answer{}, false
	}
}

// put asks the provider; its panic is an error like any other.
func (e *Engine) put(ctx context.Context, q question) (answer billing.Answer, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("seatbook: the payment provider panicked: %v", p)
		}
	}()
	return q.put(ctx, e.payments)
}

// record writes down what the provider said, and returns why it led to what it
// did, where that is wanted.
func (e *Engine) record(ctx context.Context, q question, answer billing.Answer, explained bool) (Explanation, error) {
	command := q.record(answer)
	def, err := e.definitionOf(command, false)
	if err != nil {
		return Explanation{}, err
	}
	var why Explanation
	c := call{def: def, value: command, actor: rule.Operator, at: q.at, unsettled: true}
	if explained {
		c.why = &why
	}
	_, err = e.do(ctx, c)
	return why, err
}

// pretend lets a preview see its charges and refunds paid, in the transaction that is undone.
//
// The answers are operations of their own, so that the identifiers come out as
// they will.
func (e *Engine) pretend(scope *rule.Scope, op *operation, c call, result any) (any, error) {
	written := slices.Clone(op.written)
	if len(op.asked) > 0 {
		op.ordinals = nil
		for _, stream := range written {
			op.lanes[stream].Operations++
		}
		defer func() {
			for _, stream := range written {
				op.lanes[stream].Operations--
			}
		}()
	}
	for _, id := range slices.Clone(op.asked) {
		if err := paid(scope, id); err != nil {
			return nil, err
		}
	}
	return c.def.Finish(&scope.View, c.value, result)
}

// paid records that the outside said yes.
func paid(scope *rule.Scope, id string) error {
	_, found, err := billing.RefundByID(&scope.View, id)
	if err != nil {
		return err
	}
	if found {
		_, err = billing.RecordRefund{Refund: id, Outcome: billing.Paid}.Do(scope)
	} else {
		_, err = billing.RecordCharge{Charge: id, Outcome: billing.Paid}.Do(scope)
	}
	return err
}

// KeepPromises asks the outside now for every charge and refund that it has not
// answered. A host that ran commands in a transaction of its own, by
// [Engine.Within], calls it after the commit: what the command came to, it then
// gets from the same command with the same idempotency key. [Engine.RunDue] does
// this too.
func (e *Engine) KeepPromises(ctx context.Context) error {
	questions, err := e.outstanding(ctx)
	if err != nil {
		return err
	}
	return e.answer(ctx, questions, nil)
}

// outstanding returns the charges and refunds that the outside has not answered.
func (e *Engine) outstanding(ctx context.Context) (ids []string, err error) {
	err = e.store.View(ctx, func(tx store.Tx) error {
		ids = nil
		for p, err := range promises.Scan(tx, outsideStream, store.Part{}) {
			if err != nil {
				return err
			}
			ids = append(ids, p.ID)
		}
		return nil
	})
	return ids, err
}

// kept takes what was answered off the list of what is outstanding, and the claim
// on it with it.
func (s *session) kept(c call) error {
	id, _, ok := recorded(c.value)
	if !ok {
		return nil
	}
	if err := promises.Delete(s.tx, outsideStream, store.String(id)); err != nil || s.engine.sequential {
		return err
	}
	return claims.Delete(s.tx, claimStream, store.String(id))
}
