package simulator

import (
	"context"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/memstore"
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

// instruction is how the provider answers charges of a payment method from an
// instant on.
type instruction struct {
	Stream  rule.Stream
	Method  string
	From    time.Time
	Outcome billing.Outcome
}

var instructions = store.NewTable("simulator.instruction", func(i *instruction) (string, store.Key) {
	return string(i.Stream), store.String(i.Method) + store.Time(i.From)
})

// SetPaymentOutcome tells the simulated payment provider how to answer charges
// of a payment method from now on. Until it is told, it answers that they are paid.
type SetPaymentOutcome struct {
	PaymentMethod string          `json:"payment_method"`
	Outcome       billing.Outcome `json:"outcome"`
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
		Stream: stream, Method: c.PaymentMethod, From: s.Now(), Outcome: c.Outcome,
	})
}

// provider is the simulated payment provider. Its answer is a function of the
// payment method and the instant at which the charge was asked for, and not of
// when somebody comes round to asking: so a late worker gets the same answers.
type provider struct{ store *memstore.Store }

// Charge implements [billing.Payments].
func (p *provider) Charge(ctx context.Context, c billing.Charge) (billing.Answer, error) {
	answer := billing.Answer{Outcome: billing.Paid, Reference: "simulated " + c.ID}
	stream, ok := rule.StreamOfID("pay", c.Method)
	if !ok {
		return answer, nil
	}
	return answer, p.store.View(ctx, func(tx store.Tx) error {
		by := store.Part{Prefix: store.String(c.Method), To: store.Time(c.At.Add(1)), Reverse: true, Limit: 1}
		for i, err := range instructions.Scan(tx, string(stream), by) {
			if err != nil {
				return err
			}
			answer.Outcome = i.Outcome
		}
		return nil
	})
}
