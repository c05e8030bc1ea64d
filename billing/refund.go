package billing

import (
	"slices"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Refund is money that goes back to a payment method, of one charge and for one
// credit memo. One that the provider refuses stays as it is, and another one, with
// a key of its own, takes its place.
type Refund struct {
	Team rule.Stream
	// ID is the provider's idempotency key.
	ID string
	// Memo says what the money is given back for.
	Memo string
	// Charge is the one that the money came by, and Payment the provider's name
	// for it.
	Charge, Payment string
	// Method is where the money goes; Kind and Token are what the provider knows
	// it by. It is the method of the charge, unless the operator names another.
	Method string
	Kind   MethodKind
	Token  string
	Amount money.Amount
	// At is the instant it was asked for, and First when the money was first
	// asked to go back.
	At, First time.Time
	// Outcome is empty while there is no answer.
	Outcome   Outcome
	Reference string
	// Again is when one that was refused is asked for again by itself; zero where
	// it is not.
	Again time.Time
	// Next is the refund that took the place of one that was refused.
	Next string
}

// Open reports whether the provider has yet to answer.
func (r Refund) Open() bool { return r.Outcome == "" }

var refunds = store.NewTable("billing.refund", func(r *Refund) (string, store.Key) { return string(r.Team), store.String(r.ID) })

// refundsOf finds what goes back for a memo, refundsBy what goes back of a
// charge; what another took the place of counts in neither.
var (
	refundsOf = refunds.Index("memo", func(r *Refund) (store.Key, bool) { return store.String(r.Memo) + rule.IDKey(r.ID), r.Next == "" })
	refundsBy = refunds.Index("charge", func(r *Refund) (store.Key, bool) {
		return store.String(r.Charge) + rule.IDKey(r.ID), r.Next == ""
	})
	refundsDue = refunds.Index("again", func(r *Refund) (store.Key, bool) { return store.Time(r.Again) + rule.IDKey(r.ID), !r.Again.IsZero() })
)

// RefundStatus is what has become of a refund.
type RefundStatus string

// What can become of a refund.
const (
	// RefundAsked waits for the provider's answer.
	RefundAsked RefundStatus = "asked"
	RefundPaid  RefundStatus = "paid"
	// RefundOwed was refused and is owed still.
	RefundOwed RefundStatus = "owed"
)

// RefundShown is a refund as results show it.
type RefundShown struct {
	ID string `json:"id"`
	// CreditMemo is what it is for.
	CreditMemo string       `json:"credit_memo"`
	Status     RefundStatus `json:"status"`
	Amount     money.Amount `json:"amount"`
	// By is the kind of the payment method, and PaymentMethod its identifier.
	By            MethodKind `json:"by"`
	PaymentMethod string     `json:"payment_method"`
	At            time.Time  `json:"at"`
	// Again is when one that is owed is asked for again; null where it is not by itself.
	Again *time.Time `json:"again"`
}

func (r Refund) shown() RefundShown {
	shown := RefundShown{ID: r.ID, CreditMemo: r.Memo, Status: RefundAsked, Amount: r.Amount, By: r.Kind, PaymentMethod: r.Method, At: r.At}
	switch r.Outcome {
	case Paid:
		shown.Status = RefundPaid
	case Declined:
		shown.Status = RefundOwed
	}
	if !r.Again.IsZero() {
		shown.Again = &r.Again
	}
	return shown
}

// RefundByID returns the refund, and whether there is one.
func RefundByID(v *rule.View, id string) (Refund, bool, error) {
	team, ok := rule.StreamOfID("ref", id)
	if !ok {
		return Refund{}, false, nil
	}
	return refunds.Get(v.Tx(), string(team), store.String(id))
}

// refundsFor lists what goes back for a memo, in the order it was asked for.
func refundsFor(v *rule.View, m Memo) ([]RefundShown, error) {
	list := []RefundShown{}
	for r, err := range refundsOf.Scan(v.Tx(), string(m.Team), store.Part{Prefix: store.String(m.ID)}) {
		if err != nil {
			return nil, err
		}
		list = append(list, r.shown())
	}
	slices.SortStableFunc(list, func(a, b RefundShown) int { return rule.CompareIDs(a.ID, b.ID) })
	return list, nil
}

// payBack promises to give back what is left of a memo, by the charges that paid
// the invoice it gives back, and those of the invoice that it corrected: never
// more of a charge than is left of it. What was not paid by a charge stays on the
// memo as credit. The parts sum to the whole (MON-4).
func (m Memo) payBack(s *rule.Scope, i Invoice) (Memo, error) {
	for {
		var paid []Charge
		for c, err := range chargesOf.Scan(s.Tx(), string(i.Team), store.Part{Prefix: store.String(i.ID)}) {
			if err != nil {
				return m, err
			}
			paid = append(paid, c)
		}
		for _, c := range paid {
			var err error
			if m, err = m.payBackOf(s, c); err != nil {
				return m, err
			}
		}
		if i.Corrects == "" {
			break
		}
		var err error
		if i, err = invoiceByID(&s.View, i.Team, i.Corrects); err != nil {
			return m, err
		}
	}
	s.Cite(rule.NothingLost, rule.Fig("refunded", m.Refunded), rule.Fig("left as credit", m.Left))
	return m, memos.Put(s.Tx(), m)
}

// payBackOf gives back of one charge.
func (m Memo) payBackOf(s *rule.Scope, c Charge) (Memo, error) {
	rest, err := c.Amount.Sub(c.Refunded)
	if err != nil {
		return m, err
	}
	part, err := money.Min(m.Left, rest)
	if err != nil || part.Sign() <= 0 {
		return m, err
	}
	if c.Refunded, err = c.Refunded.Add(part); err != nil {
		return m, err
	}
	if m.Left, err = m.Left.Sub(part); err != nil {
		return m, err
	}
	if m.Refunded, err = m.Refunded.Add(part); err != nil {
		return m, err
	}
	if err := charges.Put(s.Tx(), c); err != nil {
		return m, err
	}
	s.Cite(ReturnRule, rule.Fig("back", part), rule.Fig("by", string(c.Kind)))
	_, err = Refund{
		Team: m.Team, Memo: m.ID, Charge: c.ID, Payment: c.Reference, Method: c.Method, Kind: c.Kind, Token: c.Token, Amount: part, First: s.Now(),
	}.ask(s)
	return m, err
}

// ask promises to ask the provider.
func (r Refund) ask(s *rule.Scope) (Refund, error) {
	var err error
	if r.ID, err = s.NewID("ref", r.Team); err != nil {
		return r, err
	}
	r.At = s.Now()
	s.Promise(r.ID)
	return r, refunds.Put(s.Tx(), r)
}

// askAgain puts another refund in the place of one that was refused.
func (r Refund) askAgain(s *rule.Scope, to Method) (Refund, error) {
	next := r
	next.Outcome, next.Reference, next.Again = "", "", time.Time{}
	next.Method, next.Kind, next.Token = to.ID, to.Kind, to.Token
	next, err := next.ask(s)
	if err != nil {
		return r, err
	}
	if r.Again.After(s.Now()) {
		if err := s.Unqueue(r.item()); err != nil {
			return r, err
		}
	}
	r.Next, r.Again = next.ID, time.Time{}
	return next, refunds.Put(s.Tx(), r)
}

// refundsAgain asks again for what was refused.
var refundsAgain = rule.DueKind{Name: "billing.refund-again", Rank: 24}

func (r Refund) item() rule.Item {
	return rule.Item{At: r.Again, Kind: refundsAgain, Key: r.ID, Streams: []rule.Stream{r.Team}}
}

func refundAgain(s *rule.Scope, item rule.Item) error {
	r, found, err := RefundByID(&s.View, item.Key)
	if err != nil || !found || !r.Again.Equal(s.Now()) {
		return err
	}
	s.Cite(ReturnRule, rule.Fig("owed", r.Amount), rule.Fig("since", r.First))
	_, err = r.askAgain(s, Method{ID: r.Method, Kind: r.Kind, Token: r.Token})
	return err
}

// expectRefunds adds the refunds of a stream that are asked for again.
func expectRefunds(v *rule.View, stream rule.Stream, items []rule.Item) ([]rule.Item, error) {
	for r, err := range refundsDue.Scan(v.Tx(), string(stream), store.Part{}) {
		if err != nil {
			return nil, err
		}
		items = append(items, r.item())
	}
	return items, nil
}

// refused notes when a refund is asked for again: on the retry-days after the
// money was first asked to go back, as a failed charge is (BIL-10). After them it
// stays owed until the operator asks.
func (r Refund) refused(s *rule.Scope) (Refund, error) {
	team, err := account.TeamByHandle(&s.View, r.Team)
	if err != nil {
		return r, err
	}
	for _, word := range RetryDays.Of(&s.View) {
		count, err := days(word)
		if err != nil {
			return r, err
		}
		if at := (period.Span{Days: count}).After(r.First, team.Location()).UTC(); at.After(s.Now()) {
			r.Again = at
			return r, s.Queue(r.item())
		}
	}
	return r, nil
}

// overRefunded reports whether more of the charge goes back than was paid.
func (c Charge) overRefunded() bool {
	rest, err := c.Amount.Sub(c.Refunded)
	return err != nil || rest.Sign() < 0 || c.Refunded.Sign() < 0 || c.Refunded.Sign() > 0 && c.Outcome != Paid
}

// checkRefund says that a refund is answered once and for the same money always,
// and that no more of a charge goes back than was paid.
func checkRefund(v *rule.View, before, after *Refund) error {
	if after == nil {
		return rule.Breaks("the refund "+before.ID, "is deleted")
	}
	name := "the refund " + after.ID
	switch {
	case after.Amount.Sign() <= 0:
		return rule.Breaks(name, "gives %s", after.Amount)
	case before != nil && (!before.Amount.Equal(after.Amount) || before.Charge != after.Charge || before.Memo != after.Memo):
		return rule.Breaks(name, "gave %s and gives %s", before.Amount, after.Amount)
	case before != nil && !before.Open() && before.Outcome != after.Outcome:
		return rule.Breaks(name, "was %s and is %s", before.Outcome, after.Outcome)
	case before != nil && before.Next != "" && before.Next != after.Next:
		return rule.Breaks(name, "has %s in its place and %s", before.Next, after.Next)
	case after.Next != "" && after.Outcome != Declined:
		return rule.Breaks(name, "is not refused and has %s in its place", after.Next)
	}
	c, _, err := ChargeByID(v, after.Charge)
	if err != nil {
		return err
	}
	rest := c.Refunded
	for r, err := range refundsBy.Scan(v.Tx(), string(after.Team), store.Part{Prefix: store.String(after.Charge)}) {
		if err != nil {
			return err
		}
		if rest, err = rest.Sub(r.Amount); err != nil {
			return err
		}
	}
	if !rest.IsZero() {
		return rule.Breaks(name, "is one of those that give back %s of the charge %s, and they differ by %s", c.Refunded, c.ID, rest)
	}
	return nil
}
