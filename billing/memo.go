package billing

import (
	"time"

	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Memo is a credit memo: money that reduces what is open on invoices.
type Memo struct {
	Team      rule.Stream
	ID        string
	Purchaser rule.Person
	// Invoice is the one that it was issued with, or corrects.
	Invoice string
	Lines   []Line
	Total   money.Amount
	// Left is what has not been applied yet, and Refunded what goes back, or went,
	// by the way it was paid. The rest is applied.
	Left, Refunded money.Amount
	Issued         time.Time
	Kind           MemoKind
	// Reason is what the operator gave for a correction.
	Reason string
}

var memos = store.NewTable("billing.memo", func(m *Memo) (string, store.Key) { return string(m.Team), store.String(m.ID) })

// writtenAt orders the memos by when they were issued.
var writtenAt = memos.Index("issued", func(m *Memo) (store.Key, bool) { return store.Time(m.Issued) + rule.IDKey(m.ID), true })

// MemoKind says what a credit memo is for.
type MemoKind string

// What a credit memo can be for.
const (
	ForUpgrade    MemoKind = "upgrade"
	ForReturn     MemoKind = "return"
	ForCorrection MemoKind = "correction"
	// ForCancelled gives back the credit that was applied to an invoice that is cancelled.
	ForCancelled MemoKind = "cancelled"
)

// MemoShown is a credit memo as results show it.
type MemoShown struct {
	ID     string    `json:"id"`
	Kind   MemoKind  `json:"kind"`
	Reason string    `json:"reason"`
	Issued time.Time `json:"issued"`
	// Invoice is the one that it was issued with, or gives back.
	Invoice string       `json:"invoice"`
	Total   money.Amount `json:"total"`
	// Left can still be applied; Applied reduced what was open on invoices, and
	// Refunded goes back by the way it was paid. The three sum to the total.
	Left     money.Amount `json:"left"`
	Applied  money.Amount `json:"applied"`
	Refunded money.Amount `json:"refunded"`
	Lines    []Line       `json:"lines"`
}

// applied is what of the memo reduced what was open on invoices.
func (m Memo) applied() (money.Amount, error) {
	rest, err := m.Total.Sub(m.Left)
	if err != nil {
		return rest, err
	}
	return rest.Sub(m.Refunded)
}

func (m Memo) shown() (MemoShown, error) {
	applied, err := m.applied()
	return MemoShown{
		ID: m.ID, Kind: m.Kind, Reason: m.Reason, Issued: m.Issued, Invoice: m.Invoice, Total: m.Total, Left: m.Left, Applied: applied,
		Refunded: m.Refunded, Lines: append([]Line{}, m.Lines...),
	}, err
}

// credit issues a memo and applies it to an invoice, as far as both go.
func credit(s *rule.Scope, o Order, i Invoice) (Memo, Invoice, error) {
	m, err := issueMemo(s, Memo{Team: o.Team, Purchaser: o.Purchaser, Kind: ForUpgrade, Invoice: i.ID, Lines: o.CreditLines, Total: o.Credit})
	if err != nil {
		return m, i, err
	}
	m, i, _, err = m.apply(s, i, m.Left)
	if err != nil {
		return m, i, err
	}
	return m, i, m.tell(s)
}

// issueMemo writes a memo that has its team, purchaser, lines and total.
func issueMemo(s *rule.Scope, m Memo) (Memo, error) {
	var err error
	if m.ID, err = s.NewID("memo", m.Team); err != nil {
		return m, err
	}
	m.Left, m.Refunded, m.Issued = m.Total, money.Zero(m.Total.Currency()), s.Now()
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
