package billing

import (
	"errors"
	"fmt"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Line is one line of an invoice.
type Line struct {
	// Description says how the amount was made.
	Description string       `json:"description"`
	Amount      money.Amount `json:"amount"`
	// Tax is set for the line that is tax on the others.
	Tax bool `json:"tax"`
}

// Invoice asks for money. It is never edited: what is open on it changes by
// payments and credit memos alone.
type Invoice struct {
	Team      rule.Stream
	ID        string
	Order     string
	Purchaser rule.Person
	// Subscription is the one that it is for, empty for tokens.
	Subscription string
	// Paying is the order that waits for a charge of what is open on it.
	Paying string
	Lines  []Line
	// Tax is the one that its tax line was made by.
	Tax Tax
	// Total is the sum of the lines; Paid and Credited are what reduced it.
	Total, Paid, Credited money.Amount
	Issued                time.Time
	// Due is when it is past due, for invoices on account; zero for others.
	Due       time.Time
	Cancelled time.Time
}

var invoices = store.NewTable("billing.invoice", func(i *Invoice) (string, store.Key) { return string(i.Team), store.String(i.ID) })

var invoicesOf = invoices.Index("purchaser", func(i *Invoice) (store.Key, bool) {
	return store.String(i.Purchaser), true
})

// InvoiceStatus is what has become of an invoice.
type InvoiceStatus string

// What can become of an invoice.
const (
	InvoiceOpen      InvoiceStatus = "open"
	InvoicePaid      InvoiceStatus = "paid"
	InvoiceCancelled InvoiceStatus = "cancelled"
	InvoicePastDue   InvoiceStatus = "past-due"
)

// Open returns what is still to be paid: the total less what was paid and
// credited, and nothing on a cancelled invoice.
func (i Invoice) Open() (money.Amount, error) {
	if !i.Cancelled.IsZero() {
		return money.Zero(i.Total.Currency()), nil
	}
	left, err := i.Total.Sub(i.Paid)
	if err != nil {
		return left, err
	}
	return left.Sub(i.Credited)
}

// InvoiceShown is an invoice as results show it.
type InvoiceShown struct {
	ID     string        `json:"id"`
	Status InvoiceStatus `json:"status"`
	Total  money.Amount  `json:"total"`
	Open   money.Amount  `json:"open"`
	Lines  []Line        `json:"lines"`
	Issued time.Time     `json:"issued"`
	// Due is null where the invoice is not on account.
	Due *time.Time `json:"due"`
}

func (i Invoice) shown(now time.Time) (InvoiceShown, error) {
	open, err := i.Open()
	shown := InvoiceShown{ID: i.ID, Total: i.Total, Open: open, Lines: append([]Line{}, i.Lines...), Issued: i.Issued, Status: InvoiceOpen}
	if !i.Due.IsZero() {
		shown.Due = &i.Due
	}
	switch {
	case !i.Cancelled.IsZero():
		shown.Status = InvoiceCancelled
	case open.IsZero():
		shown.Status = InvoicePaid
	case shown.Due != nil && !now.Before(i.Due):
		shown.Status = InvoicePastDue
	}
	return shown, err
}

// issue writes an invoice with these lines and with those for tax (BIL-26), and
// tells who pays.
func issue(s *rule.Scope, o Order, lines []Line, onAccount bool) (Invoice, error) {
	tax, err := o.taxOf(&s.View)
	if err != nil {
		return Invoice{}, err
	}
	if lines, err = tax.on(s, lines); err != nil {
		return Invoice{}, err
	}
	total, err := sumOf(lines)
	if err != nil {
		return Invoice{}, amountRefusal(err)
	}
	id, err := s.NewID("ivc", o.Team)
	if err != nil {
		return Invoice{}, err
	}
	zero := money.Zero(total.Currency())
	i := Invoice{
		Team: o.Team, ID: id, Order: o.ID, Purchaser: o.Purchaser, Subscription: o.Subscription, Lines: lines, Tax: tax,
		Total: total, Paid: zero, Credited: zero, Issued: s.Now(),
	}
	if onAccount {
		zone, err := o.zone(&s.View)
		if err != nil {
			return i, err
		}
		i.Due = NetTerms.Of(&s.View).After(s.Now(), zone).UTC()
	}
	s.Cite(InvoiceRule, rule.Fig("total", total))
	s.Cite(rule.ExactMoney, rule.Fig("currency", string(total.Currency())))
	s.Cite(rule.RoundOnce)
	return i, invoices.Put(s.Tx(), i)
}

// zone is the zone of the order's team, also where that is yet to be made.
func (o Order) zone(v *rule.View) (*time.Location, error) {
	if o.Fresh {
		return v.Zone(), nil
	}
	team, err := account.TeamByHandle(v, o.Team)
	return team.Location(), err
}

// amountRefusal turns what money cannot do into a refusal that names the rule.
func amountRefusal(err error) error {
	switch {
	case errors.Is(err, money.ErrCurrencyMismatch):
		return rule.Refuse(rule.CurrencyMismatch, rule.ExactMoney, err.Error())
	case errors.Is(err, money.ErrOverflow):
		return rule.Refuse(rule.Invalid, rule.ExactMoney, "the amount is too large to be kept")
	default:
		return err
	}
}

func invoiceByID(v *rule.View, team rule.Stream, id string) (Invoice, error) {
	i, found, err := invoices.Get(v.Tx(), string(team), store.String(id))
	if err == nil && !found {
		err = rule.Missing("invoice", id)
	}
	return i, err
}

// Memo is a credit memo: money that reduces what is open on invoices.
type Memo struct {
	Team      rule.Stream
	ID        string
	Purchaser rule.Person
	// Invoice is the one that it was issued with, or corrects.
	Invoice string
	Lines   []Line
	Total   money.Amount
	// Left is what has not been applied yet.
	Left   money.Amount
	Issued time.Time
}

var memos = store.NewTable("billing.memo", func(m *Memo) (string, store.Key) { return string(m.Team), store.String(m.ID) })

// MemoShown is a credit memo as results show it.
type MemoShown struct {
	ID    string       `json:"id"`
	Total money.Amount `json:"total"`
	Left  money.Amount `json:"left"`
	Lines []Line       `json:"lines"`
}

func (m Memo) shown() MemoShown {
	return MemoShown{ID: m.ID, Total: m.Total, Left: m.Left, Lines: append([]Line{}, m.Lines...)}
}

// credit issues a memo and applies it to an invoice, as far as both go.
func credit(s *rule.Scope, o Order, i Invoice) (Memo, Invoice, error) {
	m, err := issueMemo(s, Memo{Team: o.Team, Purchaser: o.Purchaser, Invoice: i.ID, Lines: o.CreditLines, Total: o.Credit})
	if err != nil {
		return m, i, err
	}
	m, i, _, err = m.apply(s, i, m.Left)
	if err != nil {
		return m, i, err
	}
	return m, i, m.tell(s)
}

// giveBack issues a memo for the credit that went into an invoice which is
// cancelled: it is the customer's as before (MON-4).
func (i Invoice) giveBack(s *rule.Scope) error {
	if i.Credited.IsZero() {
		return nil
	}
	what := Line{Description: "credit that was applied to the cancelled invoice " + i.ID, Amount: i.Credited}
	m, err := issueMemo(s, Memo{Team: i.Team, Purchaser: i.Purchaser, Invoice: i.ID, Lines: []Line{what}, Total: i.Credited})
	if err != nil {
		return err
	}
	s.Cite(rule.NothingLost, rule.Fig("credit", m.Total))
	return m.tell(s)
}

// issueMemo writes a memo that has its team, purchaser, lines and total.
func issueMemo(s *rule.Scope, m Memo) (Memo, error) {
	var err error
	if m.ID, err = s.NewID("memo", m.Team); err != nil {
		return m, err
	}
	m.Left, m.Issued = m.Total, s.Now()
	return m, memos.Put(s.Tx(), m)
}

// apply takes from a memo what is open on an invoice: never more than a part of
// the memo, nor than is left of either (BIL-17).
func (m Memo) apply(s *rule.Scope, i Invoice, most money.Amount) (Memo, Invoice, money.Amount, error) {
	open, err := i.Open()
	if err != nil {
		return m, i, open, err
	}
	part, err := money.Min(most, open)
	if err != nil {
		return m, i, part, amountRefusal(err)
	}
	s.Cite(MemoRule, rule.Fig("credit", m.Total), rule.Fig("applied", part))
	s.Cite(rule.NothingLost)
	if part.IsZero() {
		return m, i, part, nil
	}
	if m.Left, err = m.Left.Sub(part); err != nil {
		return m, i, part, err
	}
	if i.Credited, err = i.Credited.Add(part); err != nil {
		return m, i, part, err
	}
	if err := memos.Put(s.Tx(), m); err != nil {
		return m, i, part, err
	}
	if err := invoices.Put(s.Tx(), i); err != nil {
		return m, i, part, err
	}
	return m, i, part, i.settled(s)
}

// seatLine is a line for seats of a product for a part of a term, rounded once
// (MON-2, MON-3).
func seatLine(what string, seats int, unit money.Amount, f fraction) (Line, error) {
	amount, err := money.Prorate(unit, int64(seats), f.num, f.den)
	if err != nil {
		return Line{}, amountRefusal(err)
	}
	text := fmt.Sprintf("%s: %d × %s", what, seats, unit)
	if f.num != f.den {
		text += fmt.Sprintf(" × %d/%d %s", f.num, f.den, f.unit)
	}
	return Line{Description: text, Amount: amount}, nil
}

// InvoicesQuery lists a team's invoices, in the order they were issued.
type InvoicesQuery struct {
	Team string `json:"team"`
}

// About names the team.
func (q InvoicesQuery) About(v *rule.View) (rule.Subject, error) { return account.AboutTeam(v, q.Team) }

// Answer lists them: to a purchaser their own, to a payer those of
// who appointed them, to the operator all.
func (q InvoicesQuery) Answer(v *rule.View) ([]InvoiceShown, error) {
	v.Cite(InvoiceRule)
	seen, err := sees(v, rule.Stream(q.Team))
	if err != nil {
		return nil, err
	}
	var all []Invoice
	for i, err := range invoices.Scan(v.Tx(), q.Team, store.Part{}) {
		if err != nil {
			return nil, err
		}
		if v.Actor().IsOperator() || seen[i.Purchaser] {
			all = append(all, i)
		}
	}
	return showInvoices(v, all)
}
