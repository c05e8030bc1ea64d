package simulator

import (
	"context"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Module returns what the simulator adds to an engine: the command that tells
// the payment provider how to answer.
func Module() rule.Module {
	return rule.Module{
		Name: "simulator",
		Commands: []rule.Definition{
			rule.Does[SetPaymentOutcome](outcomeCommand, account.Operate, "tells the simulated provider how to answer charges of a payment method"),
		},
		Tables: []store.Described{instructions},
	}
}

const outcomeCommand = "simulator.set_payment_outcome"

// instruction is how the provider answers charges of a payment method, or refunds
// to it, from an instant on.
type instruction struct {
	Stream rule.Stream
	Method string
	From   time.Time
	// Refunds is set for refunds to the method, and unset for charges of it.
	Refunds bool
	Outcome billing.Outcome
}

var instructions = store.NewTable("simulator.instruction", func(i *instruction) (string, store.Key) {
	return string(i.Stream), about(i.Method, i.Refunds) + store.Time(i.From)
})

// about begins the keys of the instructions for charges of a method, or refunds to it.
func about(method string, refunds bool) store.Key {
	kind := "charges"
	if refunds {
		kind = "refunds"
	}
	return store.String(method) + store.String(kind)
}

// SetPaymentOutcome tells the simulated payment provider how to answer charges
// of a payment method, or refunds to it, from now on. Until it is told, it answers
// that they are paid.
type SetPaymentOutcome struct {
	PaymentMethod string          `json:"payment_method"`
	Outcome       billing.Outcome `json:"outcome"`
	// Refunds means refunds to the method in place of charges of it.
	Refunds bool `json:"refunds,omitempty"`
}

// About names the stream that the payment method's identifier carries.
func (c SetPaymentOutcome) About(*rule.View) (rule.Subject, error) {
	subject := rule.Subject{What: "payment method", Name: c.PaymentMethod}
	if stream, ok := rule.StreamOfID("pay", c.PaymentMethod); ok {
		subject.Touches = []rule.Stream{stream}
	}
	return subject, nil
}

// Do keeps the outcome, which holds for charges that are asked for from now on.
func (c SetPaymentOutcome) Do(s *rule.Scope) (account.Nothing, error) {
	s.Cite(billing.PaymentRule, rule.Fig("payment_method", c.PaymentMethod), rule.Fig("outcome", string(c.Outcome)))
	if _, err := billing.MethodByID(&s.View, c.PaymentMethod); err != nil {
		return account.Nothing{}, err
	}
	stream, _ := rule.StreamOfID("pay", c.PaymentMethod)
	return account.Nothing{}, instructions.Put(s.Tx(), instruction{
		Stream: stream, Method: c.PaymentMethod, From: s.Now(), Refunds: c.Refunds, Outcome: c.Outcome,
	})
}

// provider is the simulated payment provider. Its answer is a function of the
// payment method and the instant at which the charge was asked for, and not of
// when somebody comes round to asking: so a late worker gets the same answers.
type provider struct{ store store.Store }

// Charge implements [billing.Payments].
func (p *provider) Charge(ctx context.Context, c billing.Charge) (billing.Answer, error) {
	return p.answer(ctx, c.ID, about(c.Method, false), c.Method, c.At)
}

// Refund implements [billing.Payments].
func (p *provider) Refund(ctx context.Context, r billing.Refund) (billing.Answer, error) {
	return p.answer(ctx, r.ID, about(r.Method, true), r.Method, r.At)
}

func (p *provider) answer(ctx context.Context, id string, told store.Key, method string, at time.Time) (billing.Answer, error) {
	answer := billing.Answer{Outcome: billing.Paid, Reference: "simulated " + id}
	stream, ok := rule.StreamOfID("pay", method)
	if !ok {
		return answer, nil
	}
	return answer, p.store.View(ctx, func(tx store.Tx) error {
		by := store.Part{Prefix: told, To: store.Time(at.Add(1)), Reverse: true, Limit: 1}
		for i, err := range instructions.Scan(tx, string(stream), by) {
			if err != nil {
				return err
			}
			answer.Outcome = i.Outcome
		}
		return nil
	})
}
