package seatbook

import (
	"context"
	"fmt"
	"slices"

	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// answer asks the payment provider for each charge and records what it says, by
// a command of the operator that takes effect when the charge was asked for. A
// provider that fails, or panics, leaves the charge open for a later RunDue.
// The charge's identifier is the provider's idempotency key, so asking twice
// does no harm, and neither does an answer that comes twice.
//
// The rules that the answers cite are added to why, where there is one.
func (e *Engine) answer(ctx context.Context, charges []string, why *Explanation) error {
	for _, id := range charges {
		charge, open, err := e.openCharge(ctx, id)
		if err != nil {
			return err
		}
		if !open || e.payments == nil {
			continue
		}
		answer, err := e.charge(ctx, charge)
		if err != nil {
			continue
		}
		cited, err := e.record(ctx, charge, answer, why != nil)
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

func (e *Engine) openCharge(ctx context.Context, id string) (charge billing.Charge, open bool, err error) {
	err = e.store.View(ctx, func(tx store.Tx) error {
		var found bool
		charge, found, err = billing.ChargeByID(rule.NewView(e.ground, tx, e.now(), rule.Operator, nil), id)
		open = found && charge.Open()
		return err
	})
	return charge, open, err
}

// charge asks the provider; its panic is an error like any other.
func (e *Engine) charge(ctx context.Context, charge billing.Charge) (answer billing.Answer, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("seatbook: the payment provider panicked: %v", p)
		}
	}()
	return e.payments.Charge(ctx, charge)
}

// record writes down what the provider said, and returns why it led to what it
// did, where that is wanted.
func (e *Engine) record(ctx context.Context, charge billing.Charge, answer billing.Answer, explained bool) (Explanation, error) {
	command := billing.RecordCharge{Charge: charge.ID, Outcome: answer.Outcome, Reference: answer.Reference}
	def, err := e.definitionOf(command, false)
	if err != nil {
		return Explanation{}, err
	}
	var why Explanation
	c := call{def: def, value: command, actor: rule.Operator, at: charge.At, unsettled: true}
	if explained {
		c.why = &why
	}
	_, err = e.do(ctx, c)
	return why, err
}

// pretend lets a preview see its charges paid, in the transaction that is undone.
//
// The answers are operations of their own, so that the identifiers come out as
// they will.
func (e *Engine) pretend(scope *rule.Scope, op *operation, c call, result any) (any, error) {
	written := slices.Clone(op.written)
	if len(op.asked) > 0 {
		op.ordinals = nil
		for _, stream := range written {
			op.heads[stream].Operations++
		}
		defer func() {
			for _, stream := range written {
				op.heads[stream].Operations--
			}
		}()
	}
	for _, id := range slices.Clone(op.asked) {
		if _, err := (billing.RecordCharge{Charge: id, Outcome: billing.Paid}).Do(scope); err != nil {
			return nil, err
		}
	}
	return c.def.Finish(&scope.View, c.value, result)
}

// outstanding returns the charges that the outside has not answered.
func (e *Engine) outstanding(ctx context.Context) (ids []string, err error) {
	err = e.store.View(ctx, func(tx store.Tx) error {
		for p, err := range promises.Scan(tx, outsideStream, store.Part{}) {
			if err != nil {
				return err
			}
			ids = append(ids, p.Charge)
		}
		return nil
	})
	return ids, err
}

// kept takes a charge that was answered off the list of what is outstanding.
func (s *session) kept(c call) error {
	if answer, ok := c.value.(billing.RecordCharge); ok {
		return promises.Delete(s.tx, outsideStream, store.String(answer.Charge))
	}
	return nil
}
