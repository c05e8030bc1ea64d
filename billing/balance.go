package billing

import (
	"fmt"

	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// sums are amounts by currency.
type sums map[money.Currency]money.Amount

// add adds an amount, or with a sign below zero takes it away.
func (s sums) add(a money.Amount, sign int) (err error) {
	if sign < 0 {
		if a, err = a.Neg(); err != nil {
			return err
		}
	}
	s[a.Currency()], err = s[a.Currency()].Add(a)
	return err
}

// even is an error where any sum is not zero.
func (s sums) even(what string) error {
	for _, c := range money.Currencies() {
		if !s[c].IsZero() {
			return fmt.Errorf("billing: %s differ by %s", what, s[c])
		}
	}
	return nil
}

// balance checks that no money is made or lost in a team: what invoices count as
// paid is what charges brought, what they count as credited is what memos were
// applied for, and what goes back of charges is what goes back for memos and what
// refunds give.
func balance(v *rule.View, stream rule.Stream) error {
	paid, credited, back, given := sums{}, sums{}, sums{}, sums{}
	for i, err := range invoices.Scan(v.Tx(), string(stream), store.Part{}) {
		if err == nil {
			err = paid.add(i.Paid, 1)
		}
		if err == nil {
			err = credited.add(i.Credited, 1)
		}
		if err != nil {
			return err
		}
	}
	for c, err := range charges.Scan(v.Tx(), string(stream), store.Part{}) {
		if err == nil && c.Outcome == Paid {
			err = paid.add(c.Amount, -1)
		}
		if err == nil && !c.Refunded.IsZero() {
			err = back.add(c.Refunded, 1)
		}
		if err == nil && c.overRefunded() {
			err = fmt.Errorf("billing: of the charge %s of %s goes back %s", c.ID, c.Amount, c.Refunded)
		}
		if err != nil {
			return err
		}
	}
	for m, err := range memos.Scan(v.Tx(), string(stream), store.Part{}) {
		if err != nil {
			return err
		}
		applied, err := m.applied()
		if err == nil {
			err = credited.add(applied, -1)
		}
		if err == nil {
			err = back.add(m.Refunded, -1)
		}
		if err == nil {
			err = given.add(m.Refunded, 1)
		}
		if err != nil {
			return err
		}
	}
	for r, err := range refunds.Scan(v.Tx(), string(stream), store.Part{}) {
		if err == nil && r.Next == "" {
			err = given.add(r.Amount, -1)
		}
		if err != nil {
			return err
		}
	}
	if err := paid.even("what invoices count as paid and what charges brought"); err != nil {
		return err
	}
	if err := credited.even("what invoices count as credited and what memos were applied for"); err != nil {
		return err
	}
	if err := back.even("what goes back of charges and what goes back for memos"); err != nil {
		return err
	}
	return given.even("what goes back for memos and what refunds give")
}
