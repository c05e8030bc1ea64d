package billing

import (
	"slices"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
)

// Bounds of a correction.
const (
	// MaxLineText is how many bytes the description of a line has at most.
	MaxLineText = 400
	// MaxReason is how many bytes the reason has at most.
	MaxReason = 400
)

// CorrectInvoice credits an invoice and, where it names lines, issues another
// with those lines as they should be.
type CorrectInvoice struct {
	Invoice string `json:"invoice"`
	Reason  string `json:"reason"`
	// Lines are those to correct; without any, the whole invoice is credited and
	// nothing comes in its place.
	Lines []CorrectedLine `json:"lines,omitempty"`
	// Refund gives what is left of the credit back by the way it was paid. Without
	// it, that stays on the credit memo.
	Refund bool `json:"refund,omitempty"`
}

// CorrectedLine is a line as it should be.
type CorrectedLine struct {
	// Line is its number on the invoice, from 1; tax has none.
	Line        int          `json:"line"`
	Description string       `json:"description"`
	Amount      money.Amount `json:"amount"`
}

// Corrected is the result of [CorrectInvoice].
type Corrected struct {
	CreditMemo MemoShown `json:"credit_memo"`
	// Invoice is the one that was corrected.
	Invoice InvoiceShown `json:"invoice"`
	// Correction came in its place; null where nothing did.
	Correction *InvoiceShown `json:"correction"`
	Refunds    []RefundShown `json:"refunds"`
}

// About names the invoice's team and purchaser.
func (c CorrectInvoice) About(v *rule.View) (rule.Subject, error) { return aboutInvoice(v, c.Invoice) }

// Do credits and issues again (BIL-16, BIL-17). Tax is as it was on the invoice.
func (c CorrectInvoice) Do(s *rule.Scope) (Corrected, error) {
	i, err := invoiceOf(&s.View, c.Invoice)
	if err != nil {
		return Corrected{}, err
	}
	claimed, err := c.claim(&s.View, i)
	if err != nil {
		return Corrected{}, err
	}
	_, total, err := claimed.bill()
	if err != nil {
		return Corrected{}, amountRefusal(err)
	}
	if total.IsZero() {
		return Corrected{}, rule.Refuse(rule.Invalid, InvoiceRule, "the lines cost nothing, so there is nothing to credit")
	}
	m, _, err := claimed.giveBack(s, ForCorrection, c.Reason)
	if err != nil {
		return Corrected{}, err
	}
	next, err := c.reissue(s, i, m)
	if err != nil {
		return Corrected{}, err
	}
	if err := c.reprice(s, claimed, next); err != nil {
		return Corrected{}, err
	}
	if next.ID != "" {
		if m, err = m.covers(s, next); err != nil {
			return Corrected{}, err
		}
	}
	if c.Refund {
		if m, err = m.payBack(s, i); err != nil {
			return Corrected{}, err
		}
	}
	if err := m.tell(s); err != nil {
		return Corrected{}, err
	}
	return c.corrected(&s.View, m.ID, next.ID)
}

// claim returns the lines to credit. What is not settled between the two sides is
// not corrected: an invoice that is cancelled, or that waits for a charge.
func (c CorrectInvoice) claim(v *rule.View, i Invoice) (claim, error) {
	v.Cite(InvoiceRule, rule.Fig("invoice", i.ID), rule.Fig("total", i.Total))
	o, err := orderByID(v, i.Order)
	switch {
	case err != nil:
		return claim{}, err
	case c.Reason == "" || len(c.Reason) > MaxReason || CardLike(c.Reason):
		return claim{}, rule.Refusef(rule.Invalid, InvoiceRule, "a correction has a reason of 1 to %d bytes, without a card number", MaxReason)
	case !i.Cancelled.IsZero():
		return claim{}, rule.Refusef(rule.Conflict, InvoiceRule, "the invoice was cancelled %s", rule.Show(i.Cancelled))
	case i.Paying != "" || o.Status == OrderPending:
		return claim{}, rule.Refuse(rule.Conflict, InvoiceRule, "the invoice waits for its payment", rule.Fig("order", o.ID))
	}
	claimed := i.standing(func(int) bool { return true })
	if len(claimed.lines) == 0 {
		return claim{}, rule.Refuse(rule.Conflict, InvoiceRule, "all lines of the invoice are credited already")
	}
	if len(c.Lines) == 0 {
		return claimed, nil
	}
	named := claim{invoice: i}
	for _, l := range c.Lines {
		switch n := l.Line - 1; {
		case n < 0 || n >= len(i.Lines) || i.Lines[n].Tax:
			return claim{}, rule.Refusef(rule.Invalid, InvoiceRule, "the invoice has no line %d", l.Line)
		case slices.Contains(named.lines, n):
			return claim{}, rule.Refusef(rule.Invalid, InvoiceRule, "the line %d is named twice", l.Line)
		case !slices.Contains(claimed.lines, n):
			return claim{}, rule.Refusef(rule.Conflict, InvoiceRule, "the line %d is credited already", l.Line)
		case l.Amount.Currency() != i.Total.Currency():
			return claim{}, rule.Refusef(rule.CurrencyMismatch, InvoiceRule, "the invoice is in %s and not in %s", i.Total.Currency(), l.Amount.Currency())
		case l.Amount.Sign() < 0 || l.Description == "" || len(l.Description) > MaxLineText || CardLike(l.Description):
			return claim{}, rule.Refusef(rule.Invalid, InvoiceRule, "a line has a description of 1 to %d bytes without a card number, and an amount of at least nothing", MaxLineText)
		default:
			named.lines = append(named.lines, n)
		}
	}
	return named, nil
}

// reissue issues the invoice with the corrected lines, where any are named. What
// the credit does not cover is on account.
func (c CorrectInvoice) reissue(s *rule.Scope, i Invoice, m Memo) (Invoice, error) {
	if len(c.Lines) == 0 {
		return Invoice{}, nil
	}
	next := Invoice{Team: i.Team, Order: i.Order, Purchaser: i.Purchaser, Tax: i.Tax, Corrects: i.ID}
	if _, err := subscriptionIn(&s.View, i.Team, i.Subscription); err == nil {
		next.Subscription = i.Subscription
	} else if rule.AsRefusal(err) == nil {
		return next, err
	}
	var lines []Line
	for _, l := range c.Lines {
		lines = append(lines, Line{Description: l.Description, Amount: l.Amount})
		if i.Terms != nil {
			next.Terms = append(next.Terms, i.term(l.Line-1))
		}
	}
	var err error
	if next.Lines, err = i.Tax.on(s, lines); err != nil {
		return next, err
	}
	total, err := sumOf(next.Lines)
	if err != nil {
		return next, amountRefusal(err)
	}
	more, err := total.Cmp(m.Left)
	if err != nil {
		return next, err
	}
	if more <= 0 {
		return next.write(s, nil)
	}
	team, err := account.TeamByHandle(&s.View, i.Team)
	if err != nil {
		return next, err
	}
	return next.write(s, team.Location())
}

// reprice notes on the subscription what its terms cost now, which bounds the
// credit of an upgrade (BIL-12), and that it stands on what is open. One that was
// moved to another team, or is over, stands on nothing here.
func (c CorrectInvoice) reprice(s *rule.Scope, claimed claim, next Invoice) error {
	old := claimed.invoice
	sub, err := subscriptionIn(&s.View, old.Team, old.Subscription)
	if rule.AsRefusal(err) != nil || sub.over() != "" {
		return nil
	}
	if err != nil {
		return err
	}
	sub.Terms = slices.Clone(sub.Terms)
	shares, err := old.shares()
	if err != nil {
		return err
	}
	for _, n := range claimed.lines {
		if sub, err = sub.cost(old, n, shares, money.Amount.Sub); err != nil {
			return err
		}
	}
	if next.ID == "" {
		return sub.put(s)
	}
	if shares, err = next.shares(); err != nil {
		return err
	}
	for n := range shares {
		if sub, err = sub.cost(next, n, shares, money.Amount.Add); err != nil {
			return err
		}
	}
	if !next.Due.IsZero() {
		return sub.owe(next).keep(s)
	}
	return sub.put(s)
}

// cost adds a line to what was paid for its term, or takes it away.
func (s Subscription) cost(i Invoice, line int, shares []money.Amount, change func(a, b money.Amount) (money.Amount, error)) (Subscription, error) {
	for n, t := range s.Terms {
		if !t.Starts.Equal(i.term(line)) {
			continue
		}
		var err error
		if t.Paid, err = change(t.Paid, i.Lines[line].Amount); err != nil {
			return s, amountRefusal(err)
		}
		if t.Taxed, err = change(t.Taxed, shares[line]); err != nil {
			return s, amountRefusal(err)
		}
		s.Terms[n] = t
	}
	return s, nil
}

// covers applies the memo to the invoice that came in the other's place, and tells
// who pays.
func (m Memo) covers(s *rule.Scope, next Invoice) (Memo, error) {
	m, _, _, err := m.apply(s, next, m.Left)
	if err != nil {
		return m, err
	}
	return m, next.tell(s)
}

func (c CorrectInvoice) corrected(v *rule.View, memo, next string) (Corrected, error) {
	m, err := memoByID(v, memo)
	if err != nil {
		return Corrected{}, err
	}
	r := Corrected{}
	if r.CreditMemo, err = m.shown(); err != nil {
		return r, err
	}
	if r.Refunds, err = refundsFor(v, m); err != nil {
		return r, err
	}
	i, err := invoiceOf(v, c.Invoice)
	if err != nil {
		return r, err
	}
	if r.Invoice, err = i.shown(v.Now()); err != nil || next == "" {
		return r, err
	}
	if i, err = invoiceOf(v, next); err != nil {
		return r, err
	}
	shown, err := i.shown(v.Now())
	r.Correction = &shown
	return r, err
}

// Finish returns the correction as the answers of the provider left it.
func (c CorrectInvoice) Finish(v *rule.View, r Corrected) (Corrected, error) {
	next := ""
	if r.Correction != nil {
		next = r.Correction.ID
	}
	return c.corrected(v, r.CreditMemo.ID, next)
}
