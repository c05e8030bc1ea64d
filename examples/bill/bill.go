package main

import (
	"time"

	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/simulator/report"
)

// billOf makes a row of every line there is. What a credit gives back counts
// below zero, so that the amounts add up to what the customer has paid and what
// is open. That stands once for each invoice, beside its last line.
func billOf(invoices []billing.InvoiceShown, memo billing.MemoShown, credited time.Time) (report.Table, error) {
	bill := report.Table{
		Title:  "Quai, what was charged in 2026",
		Header: []string{"date", "document", "status", "line", "currency", "amount", "open"},
	}
	nothing := money.Zero(memo.Total.Currency())
	charged, open := nothing, nothing
	row := func(at time.Time, document, status string, l billing.Line, left money.Amount) (err error) {
		bill.Rows = append(bill.Rows, []any{at.Format(time.DateOnly), document, status, l.Description, string(l.Amount.Currency()), l.Amount, left})
		if charged, err = charged.Add(l.Amount); err != nil {
			return err
		}
		open, err = open.Add(left)
		return err
	}
	for _, i := range invoices {
		for n, l := range i.Lines {
			left := nothing
			if n == len(i.Lines)-1 {
				left = i.Open
			}
			if err := row(i.Issued, i.ID, string(i.Status), l, left); err != nil {
				return bill, err
			}
		}
	}
	for _, l := range memo.Lines {
		back, err := l.Amount.Neg()
		if err != nil {
			return bill, err
		}
		if err := row(credited, memo.ID, "credit", billing.Line{Description: l.Description, Amount: back}, nothing); err != nil {
			return bill, err
		}
	}
	paid, err := charged.Sub(open)
	if err != nil {
		return bill, err
	}
	currency := string(nothing.Currency())
	bill.Totals = [][]any{
		{"", "", "", "charged, less what was given back", currency, charged, ""},
		{"", "", "", "paid", currency, paid, ""},
		{"", "", "", "open", currency, open, ""},
	}
	return bill, nil
}
