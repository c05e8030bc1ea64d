package billing

import (
	"fmt"
	"slices"
	"time"

	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
)

// claim is lines of an invoice, by their place, that are to be given back.
type claim struct {
	invoice Invoice
	lines   []int
}

// standing returns the places of the lines that no memo gave back yet, tax left
// out, for which keep is true.
func (i Invoice) standing(keep func(line int) bool) claim {
	c := claim{invoice: i}
	for n, l := range i.Lines {
		if !l.Tax && !slices.Contains(i.Back, n) && keep(n) {
			c.lines = append(c.lines, n)
		}
	}
	return c
}

// term is the beginning of the term that a line is for, zero where it is for none.
func (i Invoice) term(line int) time.Time {
	if line < len(i.Terms) {
		return i.Terms[line]
	}
	return time.Time{}
}

// bill returns the claimed lines as a memo has them: each as it stood, and the
// tax on them as a line of its own. The shares of a tax sum to it (MON-4).
func (c claim) bill() (lines []Line, total money.Amount, err error) {
	shares, err := c.invoice.shares()
	if err != nil {
		return nil, total, err
	}
	total = money.Zero(c.invoice.Total.Currency())
	tax := total
	for _, n := range c.lines {
		lines = append(lines, Line{Description: c.invoice.Lines[n].Description, Amount: c.invoice.Lines[n].Amount})
		if tax, err = tax.Add(shares[n]); err != nil {
			return nil, total, err
		}
	}
	if !tax.IsZero() {
		lines = append(lines, Line{Description: fmt.Sprintf("%s: %s", c.invoice.Tax.Name, c.invoice.Tax.Rate), Amount: tax, Tax: true})
	}
	if len(lines) > 0 {
		total, err = sumOf(lines)
	}
	return lines, total, err
}

// giveBack credits the claimed lines by a memo, which first reduces what is open
// on their invoice (BIL-16, BIL-17). What costs nothing needs no memo: found is
// false then.
func (c claim) giveBack(s *rule.Scope, kind MemoKind, reason string) (m Memo, found bool, err error) {
	lines, total, err := c.bill()
	if err != nil {
		return m, false, amountRefusal(err)
	}
	i := c.invoice
	i.Back = append(slices.Clone(i.Back), c.lines...)
	if err := invoices.Put(s.Tx(), i); err != nil {
		return m, false, err
	}
	s.Cite(InvoiceRule, rule.Fig("invoice", i.ID), rule.Fig("given back", total))
	if total.IsZero() {
		return m, false, nil
	}
	m, err = issueMemo(s, Memo{Team: i.Team, Purchaser: i.Purchaser, Kind: kind, Reason: reason, Invoice: i.ID, Lines: lines, Total: total})
	if err != nil {
		return m, false, err
	}
	m, _, _, err = m.apply(s, i, m.Left)
	return m, true, err
}

// freeCredit gives the credit back that was applied to an invoice that is
// cancelled, as a memo: nobody loses it (MON-4).
func (i Invoice) freeCredit(s *rule.Scope) error {
	if i.Credited.IsZero() {
		return nil
	}
	m, err := issueMemo(s, Memo{
		Team: i.Team, Purchaser: i.Purchaser, Kind: ForCancelled, Invoice: i.ID, Total: i.Credited,
		Lines: []Line{{Description: "credit that was applied to the invoice " + i.ID + ", which is cancelled", Amount: i.Credited}},
	})
	if err != nil {
		return err
	}
	s.Cite(rule.NothingLost, rule.Fig("credit", m.Total))
	return m.tell(s)
}
