package billing

import (
	"github.com/seatbook/seatbook/rule"
)

// RecordRefund writes down what the provider said of a refund. The engine runs
// it; a host that pays back in its own way does.
type RecordRefund struct {
	Refund    string  `json:"refund"`
	Outcome   Outcome `json:"outcome"`
	Reference string  `json:"reference,omitempty"`
}

// RefundResult is the result of [RecordRefund] and of [AskRefund].
type RefundResult struct {
	Refund RefundShown `json:"refund"`
}

// About names the team whose refund it is, and nobody else: the answer takes
// effect when the refund was asked for, and another stream may be further on.
func (c RecordRefund) About(v *rule.View) (rule.Subject, error) {
	r, found, err := RefundByID(v, c.Refund)
	if err == nil && !found {
		err = rule.Missing("refund", c.Refund)
	}
	if err != nil {
		return rule.Subject{}, err
	}
	return rule.Subject{Team: r.Team, What: "refund", Name: r.ID, Touches: []rule.Stream{r.Team}}, nil
}

// Do records the answer. The same answer twice changes nothing; another one
// after the first is refused. What the provider refuses stays owed.
func (c RecordRefund) Do(s *rule.Scope) (RefundResult, error) {
	r, _, err := RefundByID(&s.View, c.Refund)
	if err != nil {
		return RefundResult{}, err
	}
	s.Cite(ReturnRule, rule.Fig("back", r.Amount), rule.Fig("outcome", string(c.Outcome)))
	switch {
	case c.Outcome == "":
		return RefundResult{}, rule.Refuse(rule.Invalid, ReturnRule, "an outcome is ok or declined")
	case r.Outcome == c.Outcome:
		return RefundResult{r.shown()}, nil
	case r.Outcome != "":
		return RefundResult{}, rule.Refusef(rule.Conflict, ReturnRule, "the refund was answered already: %s", r.Outcome)
	}
	if err := checkReference(c.Reference); err != nil {
		return RefundResult{}, err
	}
	r.Outcome, r.Reference = c.Outcome, c.Reference
	if c.Outcome == Declined {
		if r, err = r.refused(s); err != nil {
			return RefundResult{}, err
		}
	}
	return RefundResult{r.shown()}, refunds.Put(s.Tx(), r)
}

// AskRefund asks again to give back money that the provider refused, where it
// came from or to another payment method of the purchaser.
type AskRefund struct {
	Refund        string `json:"refund"`
	PaymentMethod string `json:"payment_method,omitempty"`
}

// About names the team.
func (c AskRefund) About(v *rule.View) (rule.Subject, error) {
	return RecordRefund{Refund: c.Refund}.About(v)
}

// Do asks (BIL-18). What waits for an answer or is paid is not asked for again.
func (c AskRefund) Do(s *rule.Scope) (RefundResult, error) {
	r, _, err := RefundByID(&s.View, c.Refund)
	if err != nil {
		return RefundResult{}, err
	}
	s.Cite(ReturnRule, rule.Fig("owed", r.Amount), rule.Fig("since", r.First))
	switch {
	case r.Next != "":
		return RefundResult{}, rule.Refusef(rule.Conflict, ReturnRule, "the refund %s has taken its place", r.Next)
	case r.Outcome != Declined:
		return RefundResult{}, rule.Refusef(rule.Conflict, ReturnRule, "the refund is %s, and is not asked for twice", r.shown().Status)
	}
	to := Method{ID: r.Method, Kind: r.Kind, Token: r.Token}
	if c.PaymentMethod != "" {
		if to, err = c.method(s, r); err != nil {
			return RefundResult{}, err
		}
	}
	next, err := r.askAgain(s, to)
	return RefundResult{next.shown()}, err
}

// method is another one of the purchaser's, that takes money.
func (c AskRefund) method(s *rule.Scope, r Refund) (Method, error) {
	memo, err := memoByID(&s.View, r.Memo)
	if err != nil {
		return Method{}, err
	}
	m, err := methodFor(&s.View, memo.Purchaser, r.Team, c.PaymentMethod)
	switch {
	case err != nil:
		return m, err
	case m.Person != memo.Purchaser:
		return m, rule.Missing("payment method", c.PaymentMethod)
	case m.Kind == OnInvoice:
		return m, rule.Refuse(rule.Invalid, ReturnRule, "no money is paid back on account: name a card, PayPal or direct debit")
	}
	return m, nil
}

// Finish returns the refund as the answer left it.
func (c AskRefund) Finish(v *rule.View, r RefundResult) (RefundResult, error) {
	refund, _, err := RefundByID(v, r.Refund.ID)
	return RefundResult{refund.shown()}, err
}
