package billing

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Payments is the payment provider. It is called outside of every transaction.
// The ID of a charge, or of a refund, is its idempotency key: the same ID moves
// money once. An error leaves it open, to be asked for again.
type Payments interface {
	// Charge takes money from a payment method.
	Charge(ctx context.Context, charge Charge) (Answer, error)
	// Refund gives money back that an earlier charge took, or a part of it.
	Refund(ctx context.Context, refund Refund) (Answer, error)
}

// Outcome is what became of a charge or a refund.
type Outcome string

// What can become of a charge or a refund.
const (
	Paid     Outcome = "ok"
	Declined Outcome = "declined"
)

var outcomes = []Outcome{Paid, Declined}

// Words returns the words an outcome is written with.
func (Outcome) Words() []string { return account.Words(outcomes) }

// UnmarshalText takes one of the words.
func (o *Outcome) UnmarshalText(text []byte) error { return account.OneOf(o, Outcome(text), outcomes) }

// Answer is what the provider says.
type Answer struct {
	Outcome Outcome
	// Reference is the provider's name for the payment.
	Reference string
}

// Kept returns the answer as it can be kept: without a reference that looks like a
// card's number or is too long (BIL-11).
func (a Answer) Kept() Answer {
	if checkReference(a.Reference) != nil {
		a.Reference = ""
	}
	return a
}

func checkReference(reference string) error {
	if len(reference) > maxToken || CardLike(reference) || !rule.Storable(reference) {
		return rule.Refusef(rule.Invalid, PaymentRule, "a provider's reference is a text of at most %d bytes and does not look like a card number, which is never kept", maxToken)
	}
	return nil
}

// ErrUnanswered is the error of a command whose charge the provider has not
// answered. The order waits, and RunDue asks again.
var ErrUnanswered = errors.New("billing: the payment provider has not answered yet; the order waits")

// Charge is money that is asked of a payment method, for one order.
type Charge struct {
	Team rule.Stream
	ID   string
	// Order is what it pays for, and Invoice the invoice of it.
	Order, Invoice string
	// Method is the identifier of the payment method; Kind and Token are what the
	// provider knows it by.
	Method string
	Kind   MethodKind
	Token  string
	Amount money.Amount
	// At is the instant it was asked for.
	At time.Time
	// Outcome is empty while there is no answer.
	Outcome   Outcome
	Reference string
	// Refunded is how much of it goes back, or went.
	Refunded money.Amount
}

// Open reports whether the provider has yet to answer.
func (c Charge) Open() bool { return c.Outcome == "" }

var charges = store.NewTable("billing.charge", func(c *Charge) (string, store.Key) { return string(c.Team), store.String(c.ID) })

// chargesOf finds what was paid on an invoice.
var chargesOf = charges.Index("invoice", func(c *Charge) (store.Key, bool) {
	return store.String(c.Invoice) + rule.IDKey(c.ID), c.Outcome == Paid
})

// ChargeByID returns the charge, and whether there is one.
func ChargeByID(v *rule.View, id string) (Charge, bool, error) {
	team, ok := rule.StreamOfID("chg", id)
	if !ok {
		return Charge{}, false, nil
	}
	return charges.Get(v.Tx(), string(team), store.String(id))
}

// RecordCharge writes down what the provider said of a charge, and fulfils or
// undoes the order. The engine runs it; a host that charges in its own way does.
type RecordCharge struct {
	Charge    string  `json:"charge"`
	Outcome   Outcome `json:"outcome"`
	Reference string  `json:"reference,omitempty"`
}

// Recorded is the result of [RecordCharge].
type Recorded struct {
	Order OrderShown `json:"order"`
}

// About names the team whose charge it is, and for what somebody ordered the
// purchaser. The answer to what time ordered takes effect when the charge was
// asked for, and another stream than the team's may be further on.
func (c RecordCharge) About(v *rule.View) (rule.Subject, error) {
	charge, found, err := ChargeByID(v, c.Charge)
	if err != nil {
		return rule.Subject{}, err
	}
	if !found {
		return rule.Subject{}, rule.Missing("charge", c.Charge)
	}
	subject := rule.Subject{Team: charge.Team, What: "charge", Name: c.Charge, Touches: []rule.Stream{charge.Team}}
	o, err := orderByID(v, charge.Order)
	if err != nil || o.Automatic {
		return subject, err
	}
	streams, err := account.Concerns(v, o.Purchaser)
	subject.Touches = append(slices.DeleteFunc(streams, func(s rule.Stream) bool { return s == charge.Team }), charge.Team)
	return subject, err
}

// Do records the answer. The same answer twice changes nothing; another one
// after the first is refused.
func (c RecordCharge) Do(s *rule.Scope) (Recorded, error) {
	if err := checkReference(c.Reference); err != nil {
		return Recorded{}, err
	}
	charge, _, err := ChargeByID(&s.View, c.Charge)
	if err != nil {
		return Recorded{}, err
	}
	o, err := orderByID(&s.View, charge.Order)
	if err != nil {
		return Recorded{}, err
	}
	s.Cite(PaymentRule, rule.Fig("amount", charge.Amount), rule.Fig("outcome", string(c.Outcome)))
	switch {
	case c.Outcome == "":
		return Recorded{}, rule.Refuse(rule.Invalid, PaymentRule, "an outcome is ok or declined")
	case charge.Outcome == c.Outcome:
		return Recorded{o.shown()}, nil
	case charge.Outcome != "":
		return Recorded{}, rule.Refusef(rule.Conflict, PaymentRule, "the charge was answered already: %s", charge.Outcome)
	}
	charge.Outcome, charge.Reference = c.Outcome, c.Reference
	if err := charges.Put(s.Tx(), charge); err != nil {
		return Recorded{}, err
	}
	if c.Outcome == Declined {
		o, err = o.decline(s)
	} else {
		o, err = o.paid(s, charge.Amount)
	}
	if err != nil {
		return Recorded{}, err
	}
	return Recorded{o.shown()}, o.catchUp(s)
}
