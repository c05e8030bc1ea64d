package billing_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// credit gives Ada a credit memo, by the correction of an invoice, and returns it.
func (s scene) credit(worth string) string {
	s.Helper()
	p := s.buy("huge", 1, licensing.Annual, false)
	less, err := p.Invoice.Total.Sub(amount(worth))
	require.NoError(s.TB, err)
	return stage.Do(s.Stage, operator, billing.CorrectInvoice{
		Invoice: p.Invoice.ID, Reason: "agreed by telephone", Lines: []billing.CorrectedLine{{Line: 1, Description: "as agreed", Amount: less}},
	}).CreditMemo.ID
}

func TestAnInvoiceIsCorrectedByACreditMemoAndANewOne(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch", 2, licensing.Annual, true)
	c := billing.CorrectInvoice{
		Invoice: p.Invoice.ID, Reason: "the agreed price", Lines: []billing.CorrectedLine{{Line: 1, Description: "sketch, annual: 2 × 900.00 USD", Amount: amount("1800.00 USD")}},
	}
	r := stage.Do(s.Stage, operator, c)
	require.Equal(t, p.Invoice.Lines, r.Invoice.Lines, "the old one stays as it was issued")
	require.Equal(t, "2000.00 USD", r.CreditMemo.Total.String())
	require.Equal(t, "200.00 USD", r.CreditMemo.Left.String())
	require.Equal(t, billing.ForCorrection, r.CreditMemo.Kind)
	require.Equal(t, "the agreed price", r.CreditMemo.Reason)
	require.Equal(t, billing.InvoicePaid, r.Correction.Status)
	require.Equal(t, "1800.00 USD", r.Correction.Total.String())
	require.Nil(t, r.Correction.Due)
	require.Empty(t, s.bank.back())
	stage.Refused(s.Stage, operator, rule.Conflict, c)

	back := stage.Do(s.Stage, ada, billing.Return{Order: p.Order.ID})
	require.Equal(t, [3]string{"1800.00 USD", "0.00 USD", "0.00 USD"}, gave(back), "what it costs now goes back by the way the first invoice was paid")
	require.Equal(t, []string{
		"correction 2000.00 USD: 200.00 USD left, 1800.00 USD applied, 0.00 USD back",
		"return 1800.00 USD: 0.00 USD left, 0.00 USD applied, 1800.00 USD back",
	}, s.memos())
	s.Audit()
}

func TestACorrectionGivesMoneyBackWhereItIsAskedTo(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch", 2, licensing.Annual, true)
	r := stage.Do(s.Stage, operator, billing.CorrectInvoice{
		Invoice: p.Invoice.ID, Reason: "the agreed price", Refund: true,
		Lines: []billing.CorrectedLine{{Line: 1, Description: "2 × 900.00 USD", Amount: amount("1800.00 USD")}},
	})
	require.Equal(t, []string{"200.00 USD"}, s.bank.back())
	require.Equal(t, "0.00 USD", r.CreditMemo.Left.String())
	require.Equal(t, billing.RefundPaid, r.Refunds[0].Status)
	again := stage.Do(s.Stage, operator, billing.CorrectInvoice{Invoice: r.Correction.ID, Reason: "a present", Refund: true})
	require.Nil(t, again.Correction)
	require.Equal(t, []string{"200.00 USD", "1800.00 USD"}, s.bank.back(), "never more than was paid")
	require.Equal(t, billing.Active, s.show(p.Subscription.ID).Status, "the subscription goes on")
	back := stage.Do(s.Stage, ada, billing.Return{Order: p.Order.ID})
	require.Equal(t, "0.00 USD", back.Total.String())
	require.Len(t, s.bank.back(), 2)
	s.Audit()
}

func TestACorrectionToMoreIsOnAccount(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z", "net-terms=30d")
	p := s.buy("sketch", 1, licensing.Annual, true)
	r := stage.Do(s.Stage, operator, billing.CorrectInvoice{
		Invoice: p.Invoice.ID, Reason: "the price of today", Lines: []billing.CorrectedLine{{Line: 1, Description: "sketch: 1 × 1100.00 USD", Amount: amount("1100.00 USD")}},
	})
	require.Equal(t, billing.InvoiceOpen, r.Correction.Status)
	require.Equal(t, "100.00 USD", r.Correction.Open.String())
	require.Equal(t, stage.At("2026-02-04T09:00:00Z"), *r.Correction.Due)
	s.At("2026-02-04T09:00:00Z")
	require.Equal(t, billing.Expired, s.show(p.Subscription.ID).Status, "the subscription stands on it")
	paid := stage.Do(s.Stage, ada, billing.PayInvoice{Invoice: r.Correction.ID})
	require.Equal(t, billing.InvoicePaid, paid.Invoice.Status)
	require.Equal(t, billing.Active, s.show(p.Subscription.ID).Status)
	s.Audit()
}

func TestACorrectionOfWhatIsNotPaidIsOwedAtItsOwnPrice(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z", "net-terms=30d")
	p := stage.Do(s.Stage, ada, billing.Purchase{Team: "acme", Product: "sketch", Seats: 1, Term: licensing.Annual, PaymentMethod: s.byInvoice()})
	r := stage.Do(s.Stage, operator, billing.CorrectInvoice{
		Invoice: p.Invoice.ID, Reason: "the agreed price", Refund: true, Lines: []billing.CorrectedLine{{Line: 1, Description: "1 × 900.00 USD", Amount: amount("900.00 USD")}},
	})
	require.Equal(t, "1000.00 USD", r.CreditMemo.Applied.String(), "the whole credit goes to the first invoice")
	require.Equal(t, "900.00 USD", r.Correction.Open.String())
	require.Empty(t, s.bank.back())
	s.At("2026-02-04T09:00:00Z")
	require.Equal(t, billing.Expired, s.show(p.Subscription.ID).Status)
	back := stage.Do(s.Stage, ada, billing.PayInvoice{Invoice: r.Correction.ID})
	require.Equal(t, "0.00 USD", back.Invoice.Open.String())
	require.Equal(t, []string{"900.00 USD"}, s.bank.amounts())
	s.Audit()
}

func TestSingleLinesAreCorrected(t *testing.T) {
	t.Parallel()
	s := unevenlyTaxed(t)
	p := s.buy("sketch", 1, licensing.Annual, false)
	s.At("2026-12-20T09:00:00Z")
	stage.Do(s.Stage, ada, billing.Renew{Subscription: p.Subscription.ID})
	more := stage.Do(s.Stage, ada, billing.AddSeats{Subscription: p.Subscription.ID, Seats: 1})
	require.Len(t, more.Invoice.Lines, 3)
	r := stage.Do(s.Stage, operator, billing.CorrectInvoice{
		Invoice: more.Invoice.ID, Reason: "the agreed price", Lines: []billing.CorrectedLine{{Line: 2, Description: "1 × 900.00 USD", Amount: amount("900.00 USD")}},
	})
	require.Equal(t, "1083.30 USD", r.CreditMemo.Total.String(), "the line and its share of the tax")
	require.Equal(t, "974.97 USD", r.Correction.Total.String(), "the tax of the invoice holds")
	rest := stage.Do(s.Stage, operator, billing.CorrectInvoice{Invoice: more.Invoice.ID, Reason: "the rest"})
	sum, err := r.CreditMemo.Total.Add(rest.CreditMemo.Total)
	require.NoError(t, err)
	require.Equal(t, more.Invoice.Total, sum, "the parts sum to the whole (MON-4)")
	back := stage.Do(s.Stage, ada, billing.Return{Order: more.Order.ID})
	require.Equal(t, "974.97 USD", back.Total.String(), "what stands is the correction")
	s.Audit()
}

func TestAnUpgradeCreditsNoMoreThanTheCorrectedPrice(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch-lt", 1, licensing.Annual, false)
	stage.Do(s.Stage, operator, billing.CorrectInvoice{
		Invoice: p.Invoice.ID, Reason: "the agreed price", Lines: []billing.CorrectedLine{{Line: 1, Description: "as agreed", Amount: amount("10.00 USD")}},
	})
	up := stage.Do(s.Stage, ada, billing.Upgrade{Subscription: p.Subscription.ID, To: "sketch"})
	require.Equal(t, "10.00 USD", up.CreditMemo.Total.String())
	s.Audit()
}

func TestACorrectionIsRefused(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch", 1, licensing.Annual, true)
	free := s.buy("free", 1, licensing.Annual, true)
	s.bank.set(true, false)
	declined(s, billing.AddSeats{Subscription: p.Subscription.ID, Seats: 1})
	s.bank.set(false, false)
	cancelled := stage.Ask(s.Stage, ada, billing.InvoicesQuery{Team: "acme"})[2].ID
	line := func(n int, text, worth string) []billing.CorrectedLine {
		return []billing.CorrectedLine{{Line: n, Description: text, Amount: amount(worth)}}
	}
	for _, c := range []struct {
		name    string
		correct billing.CorrectInvoice
		code    rule.Code
	}{
		{"of nothing", billing.CorrectInvoice{Invoice: "ivc_acme_99", Reason: "x"}, rule.NotFound},
		{"without a reason", billing.CorrectInvoice{Invoice: p.Invoice.ID}, rule.Invalid},
		{"with too long a reason", billing.CorrectInvoice{Invoice: p.Invoice.ID, Reason: strings.Repeat("x", billing.MaxReason+1)}, rule.Invalid},
		{"with the number of a card", billing.CorrectInvoice{Invoice: p.Invoice.ID, Reason: "4111 1111 1111 1111"}, rule.Invalid},
		{"of a cancelled invoice", billing.CorrectInvoice{Invoice: cancelled, Reason: "x"}, rule.Conflict},
		{"of what costs nothing", billing.CorrectInvoice{Invoice: free.Invoice.ID, Reason: "x"}, rule.Invalid},
		{"of the line before the first", billing.CorrectInvoice{Invoice: p.Invoice.ID, Reason: "x", Lines: line(0, "x", "1.00 USD")}, rule.Invalid},
		{"of the line after the last", billing.CorrectInvoice{Invoice: p.Invoice.ID, Reason: "x", Lines: line(2, "x", "1.00 USD")}, rule.Invalid},
		{"of a line twice", billing.CorrectInvoice{Invoice: p.Invoice.ID, Reason: "x", Lines: append(line(1, "x", "1.00 USD"), line(1, "x", "1.00 USD")...)}, rule.Invalid},
		{"below nothing", billing.CorrectInvoice{Invoice: p.Invoice.ID, Reason: "x", Lines: line(1, "x", "-0.01 USD")}, rule.Invalid},
		{"in another currency", billing.CorrectInvoice{Invoice: p.Invoice.ID, Reason: "x", Lines: line(1, "x", "1.00 EUR")}, rule.CurrencyMismatch},
		{"without words", billing.CorrectInvoice{Invoice: p.Invoice.ID, Reason: "x", Lines: line(1, "", "1.00 USD")}, rule.Invalid},
		{"with too many words", billing.CorrectInvoice{Invoice: p.Invoice.ID, Reason: "x", Lines: line(1, strings.Repeat("x", billing.MaxLineText+1), "1.00 USD")}, rule.Invalid},
	} {
		require.Equal(t, c.code, stage.Refused(s.Stage, operator, c.code, c.correct).Code, c.name)
	}
	stage.Refused(s.Stage, ada, rule.NotPermitted, billing.CorrectInvoice{Invoice: p.Invoice.ID, Reason: "x"})
	most := billing.CorrectInvoice{Invoice: p.Invoice.ID, Reason: strings.Repeat("x", billing.MaxReason), Lines: line(1, strings.Repeat("x", billing.MaxLineText), "0.00 USD")}
	require.Equal(t, "0.00 USD", stage.Do(s.Stage, operator, most).Correction.Total.String(), "nothing is the least that a line can cost")
	s.Audit()
}

func TestTheCreditOnACancelledInvoiceComesBack(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	memo := s.credit("100.00 USD")
	p := s.buy("sketch", 1, licensing.Annual, true)
	s.bank.set(true, false)
	s.At("2027-01-05T10:00:00Z")
	require.Equal(t, billing.Expired, s.show(p.Subscription.ID).Status)
	all := stage.Ask(s.Stage, ada, billing.InvoicesQuery{Team: "acme"})
	failed := all[len(all)-1]
	require.Equal(t, "900.00 USD", failed.Open.String())
	refusal := stage.Refused(s.Stage, operator, rule.Conflict, billing.CorrectInvoice{Invoice: failed.ID, Reason: "x"})
	require.Contains(t, refusal.Text, "waits")
	applied := stage.Do(s.Stage, ada, billing.ApplyCredit{CreditMemo: memo, Invoices: []string{failed.ID}})
	require.Equal(t, "800.00 USD", applied.Invoices[0].Open.String())
	s.At("2027-06-05T10:00:00Z")
	require.Equal(t, billing.Cancelled, s.show(p.Subscription.ID).Status)
	list := s.memos()
	require.Equal(t, "cancelled 100.00 USD: 100.00 USD left, 0.00 USD applied, 0.00 USD back", list[len(list)-1])
	s.Audit()
}
