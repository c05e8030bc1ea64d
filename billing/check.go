package billing

import (
	"slices"

	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
)

// checks are the invariants of this package's records.
func checks() []rule.Check {
	return []rule.Check{
		rule.Checks(invoices, checkInvoice), rule.Checks(memos, checkMemo), rule.Checks(charges, checkCharge), rule.Checks(orders, checkOrder),
		rule.Checks(subscriptions, checkSubscription),
	}
}

// checkInvoice says that an invoice is the sum of its lines, is never edited once
// it is issued, and that no more is paid and credited than it asks for.
func checkInvoice(_ *rule.View, before, after *Invoice) error {
	if after == nil {
		return rule.Breaks("the invoice "+before.ID, "is deleted")
	}
	name := "the invoice " + after.ID
	if sum, err := sumOf(after.Lines); err != nil || !sum.Equal(after.Total) {
		return orBreaks(err, name, "asks for %s and its lines for %s", after.Total, sum)
	}
	left, err := after.Total.Sub(after.Paid)
	if err != nil {
		return err
	}
	if left, err = left.Sub(after.Credited); err != nil || left.Sign() < 0 || after.Paid.Sign() < 0 || after.Credited.Sign() < 0 {
		return orBreaks(err, name, "asks for %s, of which %s is paid and %s credited", after.Total, after.Paid, after.Credited)
	}
	if before == nil {
		return nil
	}
	if !slices.Equal(before.Lines, after.Lines) || !before.Total.Equal(after.Total) || !before.Issued.Equal(after.Issued) || before.Order != after.Order {
		return rule.Breaks(name, "of %s is edited after it was issued", before.Total)
	}
	if !before.Cancelled.IsZero() && !before.Cancelled.Equal(after.Cancelled) {
		return rule.Breaks(name, "was cancelled %s and is not any more", rule.Show(before.Cancelled))
	}
	return nil
}

// checkMemo says that no more of a credit memo is applied than it gives.
func checkMemo(_ *rule.View, before, after *Memo) error {
	if after == nil {
		return rule.Breaks("the credit memo "+before.ID, "is deleted")
	}
	name := "the credit memo " + after.ID
	if sum, err := sumOf(after.Lines); err != nil || !sum.Equal(after.Total) {
		return orBreaks(err, name, "gives %s and its lines %s", after.Total, sum)
	}
	applied, err := after.Total.Sub(after.Left)
	if err != nil || after.Left.Sign() < 0 || applied.Sign() < 0 {
		return orBreaks(err, name, "gives %s and has %s left", after.Total, after.Left)
	}
	if before != nil && (!before.Total.Equal(after.Total) || !slices.Equal(before.Lines, after.Lines)) {
		return rule.Breaks(name, "of %s is edited after it was issued", before.Total)
	}
	return nil
}

func sumOf(lines []Line) (money.Amount, error) {
	amounts := make([]money.Amount, len(lines))
	for i, l := range lines {
		amounts[i] = l.Amount
	}
	return money.Sum(amounts...)
}

func orBreaks(err error, record, format string, args ...any) error {
	if err != nil {
		return err
	}
	return rule.Breaks(record, format, args...)
}

// checkCharge says that a charge is answered once and asks for the same money always.
func checkCharge(_ *rule.View, before, after *Charge) error {
	switch {
	case after == nil:
		return rule.Breaks("the charge "+before.ID, "is deleted")
	case after.Amount.Sign() <= 0:
		return rule.Breaks("the charge "+after.ID, "asks for %s", after.Amount)
	case before == nil:
		return nil
	case !before.Amount.Equal(after.Amount) || before.Order != after.Order:
		return rule.Breaks("the charge "+after.ID, "asked for %s and asks for %s", before.Amount, after.Amount)
	case !before.Open() && before.Outcome != after.Outcome:
		return rule.Breaks("the charge "+after.ID, "was %s and is %s", before.Outcome, after.Outcome)
	}
	return nil
}

// checkOrder says that an order that came to its end stays there.
func checkOrder(_ *rule.View, before, after *Order) error {
	switch {
	case after == nil:
		return rule.Breaks("the order "+before.ID, "is deleted")
	case before != nil && before.Status != OrderPending && before.Status != after.Status:
		return rule.Breaks("the order "+after.ID, "was %s and is %s", before.Status, after.Status)
	}
	return nil
}

// checkSubscription says that paid terms follow each other without overlap and
// without a gap, that the anchor never moves, and that nothing comes after a
// subscription was upgraded, returned or cancelled.
func checkSubscription(_ *rule.View, before, after *Subscription) error {
	if after == nil {
		return rule.Breaks("the subscription "+before.ID, "is deleted")
	}
	name := "the subscription " + after.ID
	if len(after.Terms) == 0 {
		return rule.Breaks(name, "has no term")
	}
	for n, t := range after.Terms {
		if !t.Starts.Before(t.Ends) || n > 0 && !t.Starts.Equal(after.Terms[n-1].Ends) || t.Seats() < 1 {
			return rule.Breaks(name, "has a term of %d seats from %s to %s that does not follow the one before it", t.Seats(), rule.Show(t.Starts), rule.Show(t.Ends))
		}
	}
	if before == nil {
		return nil
	}
	if before.Product != after.Product {
		return rule.Breaks(name, "was for %s and is for %s", before.Product, after.Product)
	}
	if over := before.over(); over != "" && (over != after.over() || !before.Ends().Equal(after.Ends())) {
		return rule.Breaks(name, "is %s, after which nothing comes", over)
	}
	if after.Months < before.Months || !after.Anchor.Equal(before.Anchor) {
		return rule.Breaks(name, "counted %d months from %s and counts %d from %s", before.Months, rule.Show(before.Anchor), after.Months, rule.Show(after.Anchor))
	}
	return nil
}
