package billing

import (
	"cmp"
	"slices"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// invoiceOf returns the invoice with this identifier, or the refusal that there
// is none.
func invoiceOf(v *rule.View, id string) (Invoice, error) {
	team, ok := rule.StreamOfID("ivc", id)
	if !ok {
		return Invoice{}, rule.Missing("invoice", id)
	}
	return invoiceByID(v, team, id)
}

// PayInvoice pays what is open on an invoice, by its purchaser or one of their
// payers (ACC-5, BIL-16).
type PayInvoice struct {
	Invoice string `json:"invoice"`
	// PaymentMethod is one of the actor's; without it, their default.
	PaymentMethod string `json:"payment_method,omitempty"`
}

// InvoiceSettled is the result of [PayInvoice].
type InvoiceSettled struct {
	Invoice InvoiceShown `json:"invoice"`
	Order   OrderShown   `json:"order"`
}

// About names the invoice's team and purchaser, and who pays.
func (c PayInvoice) About(v *rule.View) (rule.Subject, error) { return aboutInvoice(v, c.Invoice) }

func aboutInvoice(v *rule.View, id string) (rule.Subject, error) {
	i, err := invoiceOf(v, id)
	if err != nil {
		return rule.Subject{}, err
	}
	subject := rule.Subject{Team: i.Team, What: "invoice", Name: id}
	people := []rule.Person{i.Purchaser}
	if actor := v.Actor().Person(); actor != "" && actor != i.Purchaser {
		people = append(people, actor)
	}
	for _, p := range people {
		streams, err := account.Concerns(v, p)
		if err != nil {
			return subject, err
		}
		subject.Touches = append(subject.Touches, streams...)
	}
	subject.Touches = append(subject.Touches, i.Team)
	slices.Sort(subject.Touches)
	subject.Touches = slices.Compact(subject.Touches)
	return subject, nil
}

// mine refuses an invoice that the actor does not see as if there were none.
func mine(v *rule.View, i Invoice) error {
	seen, err := sees(v, i.Team)
	if err == nil && !v.Actor().IsOperator() && !seen[i.Purchaser] {
		err = rule.Missing("invoice", i.ID)
	}
	return err
}

// Do charges what is open, or where the method is on account refuses: what is to
// be paid on account is paid with something else.
func (c PayInvoice) Do(s *rule.Scope) (InvoiceSettled, error) {
	i, err := invoiceOf(&s.View, c.Invoice)
	if err != nil {
		return InvoiceSettled{}, err
	}
	if err := mine(&s.View, i); err != nil {
		return InvoiceSettled{}, err
	}
	open, err := i.Open()
	if err != nil {
		return InvoiceSettled{}, err
	}
	s.Cite(InvoiceRule, rule.Fig("open", open))
	switch {
	case open.IsZero():
		return InvoiceSettled{}, rule.Refusef(rule.Conflict, InvoiceRule, "nothing is open on the invoice %s", i.ID)
	case i.Paying != "":
		return InvoiceSettled{}, rule.Refusef(rule.Conflict, InvoiceRule, "the order %s, which pays the invoice, waits for its charge", i.Paying)
	}
	o := Order{Team: i.Team, Kind: Settlement, Purchaser: i.Purchaser, Invoice: i.ID, Status: OrderPending, Placed: s.Now()}
	if o.ID, err = s.NewID("ord", i.Team); err != nil {
		return InvoiceSettled{}, err
	}
	method, err := c.method(s, i, open)
	if err != nil {
		return InvoiceSettled{}, err
	}
	o.Method = method.ID
	if o.Subscription, err = i.renewing(s); err != nil {
		return InvoiceSettled{}, err
	}
	if err := o.block(s, o.ID); err != nil {
		return InvoiceSettled{}, err
	}
	if err := o.charge(s, method, open); err != nil {
		return InvoiceSettled{}, err
	}
	return o.settlement(&s.View)
}

// method is what the invoice is paid with: the actor's, and for the operator one
// of the purchaser's.
func (c PayInvoice) method(s *rule.Scope, i Invoice, open money.Amount) (Method, error) {
	payer := s.Actor().Person()
	if s.Actor().IsOperator() {
		payer = i.Purchaser
	}
	m, err := methodFor(&s.View, payer, i.Team, c.PaymentMethod)
	if err != nil {
		return m, err
	}
	if m.Kind == OnInvoice {
		return m, rule.Refuse(rule.Invalid, PaymentRule, "an invoice is not paid on account: name a card, PayPal or direct debit")
	}
	return m, Order{}.affordable(s, m, open)
}

// renewing returns the subscription whose declined renewal the invoice is for,
// or nothing. While that is being paid it is not tried again.
func (i Invoice) renewing(s *rule.Scope) (string, error) {
	of, err := orderByID(&s.View, i.Order)
	if err != nil || of.Status != OrderPending || of.Kind != NextTerm {
		return "", err
	}
	sub, err := subscriptionIn(&s.View, of.Team, of.Subscription)
	if err == nil && sub.Pending != "" {
		err = rule.Refusef(rule.Conflict, PurchaseRule, "the order %s waits for its payment", sub.Pending)
	}
	return of.Subscription, err
}

// fulfilSettlement restores what hung on the invoice (BIL-10).
func (o Order) fulfilSettlement(s *rule.Scope) (Order, error) {
	i, err := invoiceByID(&s.View, o.Team, o.Invoice)
	if err != nil {
		return o, err
	}
	return o, i.settled(s)
}

func (o Order) settlement(v *rule.View) (InvoiceSettled, error) {
	i, err := invoiceByID(v, o.Team, o.Invoice)
	if err != nil {
		return InvoiceSettled{}, err
	}
	shown, err := i.shown(v.Now())
	return InvoiceSettled{Invoice: shown, Order: o.shown()}, err
}

// Finish returns the invoice as the charge left it.
func (c PayInvoice) Finish(v *rule.View, r InvoiceSettled) (InvoiceSettled, error) {
	o, err := orderByID(v, r.Order.ID)
	switch {
	case err != nil:
		return r, err
	case o.Status == OrderPending:
		return r, ErrUnanswered
	case o.Status == OrderDeclined:
		return r, rule.Refuse(rule.PaymentDeclined, PaymentRule, "the payment was declined and the invoice stays open",
			rule.Fig("order", o.ID), rule.Fig("invoice", o.Invoice))
	}
	return o.settlement(v)
}

// ApplyCredit applies what is left of a credit memo to open invoices of the same
// currency: to those named, else to all, the oldest first (BIL-17).
type ApplyCredit struct {
	CreditMemo string   `json:"credit_memo"`
	Invoices   []string `json:"invoices,omitempty"`
	// Amount is how much of it; without it, as much as there is use for.
	Amount *money.Amount `json:"amount,omitempty"`
}

// CreditApplied is the result of [ApplyCredit].
type CreditApplied struct {
	CreditMemo MemoShown      `json:"credit_memo"`
	Invoices   []InvoiceShown `json:"invoices"`
	Applied    money.Amount   `json:"applied"`
}

func memoByID(v *rule.View, id string) (Memo, error) {
	team, ok := rule.StreamOfID("memo", id)
	if !ok {
		return Memo{}, rule.Missing("credit memo", id)
	}
	m, found, err := memos.Get(v.Tx(), string(team), memoKey(id))
	if err == nil && !found {
		err = rule.Missing("credit memo", id)
	}
	return m, err
}

func memoKey(id string) store.Key { return store.String(id) }

// About names the memo's team.
func (c ApplyCredit) About(v *rule.View) (rule.Subject, error) {
	m, err := memoByID(v, c.CreditMemo)
	if err != nil {
		return rule.Subject{}, err
	}
	return rule.Subject{Team: m.Team, What: "credit memo", Name: m.ID, Touches: []rule.Stream{m.Team}}, nil
}

// Do applies it.
func (c ApplyCredit) Do(s *rule.Scope) (CreditApplied, error) {
	m, err := memoByID(&s.View, c.CreditMemo)
	if err != nil {
		return CreditApplied{}, err
	}
	seen, err := sees(&s.View, m.Team)
	if err != nil {
		return CreditApplied{}, err
	}
	if !s.Actor().IsOperator() && !seen[m.Purchaser] {
		return CreditApplied{}, rule.Missing("credit memo", m.ID)
	}
	rest := m.Left
	if c.Amount != nil {
		if rest, err = c.amount(m); err != nil {
			return CreditApplied{}, err
		}
	}
	list, err := c.targets(s, m)
	if err != nil {
		return CreditApplied{}, err
	}
	r := CreditApplied{Applied: money.Zero(m.Total.Currency()), Invoices: []InvoiceShown{}}
	for _, i := range list {
		var part money.Amount
		if m, i, part, err = m.apply(s, i, rest); err != nil {
			return r, err
		}
		if part.IsZero() {
			continue
		}
		if rest, err = rest.Sub(part); err != nil {
			return r, err
		}
		if r.Applied, err = r.Applied.Add(part); err != nil {
			return r, err
		}
		shown, err := i.shown(s.Now())
		if err != nil {
			return r, err
		}
		r.Invoices = append(r.Invoices, shown)
	}
	if r.Applied.IsZero() {
		return r, rule.Refuse(rule.Invalid, MemoRule, "no open invoice takes the credit", rule.Fig("left", m.Left))
	}
	r.CreditMemo, err = m.shown()
	return r, err
}

func (c ApplyCredit) amount(m Memo) (money.Amount, error) {
	if c.Amount.Currency() != m.Left.Currency() {
		return *c.Amount, rule.Refusef(rule.CurrencyMismatch, MemoRule, "the credit is in %s and not in %s", m.Left.Currency(), c.Amount.Currency())
	}
	more, err := c.Amount.Cmp(m.Left)
	if err == nil && (c.Amount.Sign() <= 0 || more > 0) {
		err = rule.Refusef(rule.Invalid, MemoRule, "%s of the credit are left, and %s cannot be applied", m.Left, *c.Amount).With(rule.Fig("left", m.Left))
	}
	return *c.Amount, err
}

// targets are the invoices that the credit goes to: those named, in their order,
// or all that are open, the oldest first.
func (c ApplyCredit) targets(s *rule.Scope, m Memo) ([]Invoice, error) {
	var list []Invoice
	for n, id := range c.Invoices {
		i, err := invoiceByID(&s.View, m.Team, id)
		switch {
		case err != nil:
			return nil, err
		case i.Purchaser != m.Purchaser:
			return nil, rule.Missing("invoice", id)
		case i.Total.Currency() != m.Total.Currency():
			return nil, rule.Refusef(rule.CurrencyMismatch, MemoRule, "the credit is in %s and the invoice %s in %s", m.Total.Currency(), id, i.Total.Currency())
		case slices.Contains(c.Invoices[:n], id):
			return nil, rule.Refusef(rule.Invalid, MemoRule, "the invoice %s is named twice", id)
		case i.Paying != "":
			return nil, rule.Refusef(rule.Conflict, MemoRule, "the order %s, which pays the invoice, waits for its charge", i.Paying)
		}
		list = append(list, i)
	}
	if len(c.Invoices) > 0 {
		return list, nil
	}
	for i, err := range invoicesOf.Scan(s.Tx(), string(m.Team), store.Part{Prefix: store.String(m.Purchaser)}) {
		if err != nil {
			return nil, err
		}
		if i.Total.Currency() == m.Total.Currency() && i.Paying == "" {
			list = append(list, i)
		}
	}
	slices.SortStableFunc(list, func(a, b Invoice) int { return cmp.Or(a.Issued.Compare(b.Issued), rule.CompareIDs(a.ID, b.ID)) })
	return list, nil
}
