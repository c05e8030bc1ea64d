package billing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// memos are acme's, each as its kind, total, and what is left, applied and refunded.
func (s scene) memos() []string {
	s.Helper()
	list := []string{}
	for _, m := range stage.Ask(s.Stage, operator, billing.CreditMemosQuery{Team: "acme"}) {
		list = append(list, string(m.Kind)+" "+m.Total.String()+": "+m.Left.String()+" left, "+m.Applied.String()+" applied, "+m.Refunded.String()+" back")
	}
	return list
}

func TestMoneyGoesBackTheWayItCame(t *testing.T) {
	t.Parallel()
	t.Run("what is not paid is no longer owed", func(t *testing.T) {
		t.Parallel()
		s := begin(t, "2026-01-05T09:00:00Z", "net-terms=10d")
		no := false
		p := stage.Do(s.Stage, ada, billing.Purchase{Team: "acme", Product: "sketch", Seats: 1, Term: licensing.Annual, AutoRenew: &no, PaymentMethod: s.byInvoice()})
		s.At("2026-01-20T09:00:00Z")
		require.Equal(t, billing.Expired, s.show(p.Subscription.ID).Status, "it is past due")
		r := stage.Do(s.Stage, ada, billing.Return{Order: p.Order.ID})
		require.Equal(t, [3]string{"0.00 USD", "1000.00 USD", "0.00 USD"}, gave(r))
		require.Empty(t, r.Refunds)
		require.Equal(t, []string{"1000.00 USD paid"}, s.invoices(), "nothing is open on it")
		s.At("2026-06-20T09:00:00Z")
		require.Equal(t, billing.Returned, s.show(p.Subscription.ID).Status)
		s.Audit()
	})
	t.Run("what was paid by card on an account goes to the card", func(t *testing.T) {
		t.Parallel()
		s := begin(t, "2026-01-05T09:00:00Z")
		card := stage.Do(s.Stage, ada, billing.AddPaymentMethod{Kind: billing.PayPal, Token: "pal"}).PaymentMethod.ID
		p := stage.Do(s.Stage, ada, billing.Purchase{Team: "acme", Product: "sketch", Seats: 1, Term: licensing.Annual, PaymentMethod: s.byInvoice()})
		stage.Do(s.Stage, ada, billing.PayInvoice{Invoice: p.Invoice.ID, PaymentMethod: card})
		r := stage.Do(s.Stage, ada, billing.Return{Order: p.Order.ID})
		require.Equal(t, [3]string{"1000.00 USD", "0.00 USD", "0.00 USD"}, gave(r))
		require.Equal(t, card, r.Refunds[0].PaymentMethod)
		require.Equal(t, billing.PayPal, r.Refunds[0].By)
		s.Audit()
	})
	t.Run("what was paid by credit is credit again, and the parts sum exactly", func(t *testing.T) {
		t.Parallel()
		s := begin(t, "2026-01-05T09:00:00Z")
		credit := s.credit("100.01 USD")
		p := stage.Do(s.Stage, ada, billing.Purchase{Team: "acme", Product: "sketch", Seats: 1, Term: licensing.Annual, PaymentMethod: s.byInvoice()})
		stage.Do(s.Stage, ada, billing.ApplyCredit{CreditMemo: credit, Invoices: []string{p.Invoice.ID}})
		paid := stage.Do(s.Stage, ada, billing.PayInvoice{Invoice: p.Invoice.ID})
		require.Equal(t, "0.00 USD", paid.Invoice.Open.String())
		r := stage.Do(s.Stage, ada, billing.Return{Order: p.Order.ID})
		require.Equal(t, [3]string{"899.99 USD", "0.00 USD", "100.01 USD"}, gave(r))
		require.Equal(t, "1000.00 USD", r.Total.String())
		s.Audit()
	})
	t.Run("part of it paid, part of it open", func(t *testing.T) {
		t.Parallel()
		s := begin(t, "2026-01-05T09:00:00Z")
		credit := s.credit("0.01 USD")
		p := stage.Do(s.Stage, ada, billing.Purchase{Team: "acme", Product: "sketch", Seats: 1, Term: licensing.Annual, PaymentMethod: s.byInvoice()})
		stage.Do(s.Stage, ada, billing.ApplyCredit{CreditMemo: credit, Invoices: []string{p.Invoice.ID}})
		r := stage.Do(s.Stage, ada, billing.Return{Order: p.Order.ID})
		require.Equal(t, [3]string{"0.00 USD", "999.99 USD", "0.01 USD"}, gave(r))
		s.Audit()
	})
	for _, c := range []struct{ product, total string }{{"cent", "0.03 USD"}, {"yen", "15 JPY"}, {"dinar", "0.003 KWD"}} {
		t.Run("in "+c.total, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-01-05T09:00:00Z")
			p := s.buy(c.product, 3, licensing.Annual, false)
			r := stage.Do(s.Stage, ada, billing.Return{Order: p.Order.ID})
			require.Equal(t, c.total, r.Refunded.String())
			require.Equal(t, []string{c.total}, s.bank.back())
			s.Audit()
		})
	}
	t.Run("with its tax", func(t *testing.T) {
		t.Parallel()
		s := unevenlyTaxed(t)
		p := s.buy("sketch", 2, licensing.Annual, true)
		s.At("2026-12-20T09:00:00Z")
		renewed := stage.Do(s.Stage, ada, billing.Renew{Subscription: p.Subscription.ID})
		more := stage.Do(s.Stage, ada, billing.AddSeats{Subscription: p.Subscription.ID, Seats: 3})
		one := stage.Do(s.Stage, ada, billing.Return{Order: renewed.Order.ID})
		other := stage.Do(s.Stage, ada, billing.Return{Order: more.Order.ID})
		both, err := one.Total.Add(other.Total)
		require.NoError(t, err)
		paid, err := renewed.Invoice.Total.Add(more.Invoice.Total)
		require.NoError(t, err)
		require.Equal(t, paid, both, "the shares of the tax sum to it (MON-4)")
		require.True(t, one.CreditMemos[0].Lines[1].Tax)
		s.Audit()
	})
}

// unevenlyTaxed is the scene with a tax whose shares do not come out even.
func unevenlyTaxed(t *testing.T) scene {
	t.Helper()
	b := &bank{}
	config := seatbook.Config{
		Catalog: catalog(), Payments: stage.Till{Provider: b.provider(), Refunds: b.refund}, Policy: map[string]string{"card-limit": "90000000000000000.00 USD"},
		Taxes: billing.TaxTable{"US": {Name: "sales tax", Rate: 8_33}},
	}
	return beginWith(t, "2026-01-05T09:00:00Z", b, config)
}

func TestARefundThatIsRefusedStaysOwed(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch", 1, licensing.Annual, false)
	s.bank.gives(true, false)
	r := stage.Do(s.Stage, ada, billing.Return{Order: p.Order.ID})
	require.Equal(t, billing.Returned, r.Subscription.Status, "the return stands")
	require.Equal(t, billing.RefundOwed, r.Refunds[0].Status)
	require.Equal(t, stage.At("2026-01-06T09:00:00Z"), *r.Refunds[0].Again)
	s.At("2026-01-13T09:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	require.Len(t, s.bank.back(), 5, "asked 0, 1, 3, 5 and 7 days after")
	keys := map[string]bool{}
	for _, asked := range s.bank.refunds {
		keys[asked.ID] = true
	}
	require.Len(t, keys, 5, "each time by another key, as the provider has answered for the one before")
	memo := stage.Ask(s.Stage, ada, billing.CreditMemosQuery{Team: "acme"})[0]
	require.Len(t, memo.Refunds, 1, "one is owed")
	require.Equal(t, billing.RefundOwed, memo.Refunds[0].Status)
	require.Nil(t, memo.Refunds[0].Again)

	s.bank.gives(false, false)
	stage.Refused(s.Stage, ada, rule.NotPermitted, billing.AskRefund{Refund: memo.Refunds[0].ID})
	stage.Refused(s.Stage, operator, rule.Conflict, billing.AskRefund{Refund: r.Refunds[0].ID})
	stage.Refused(s.Stage, operator, rule.NotFound, billing.AskRefund{Refund: "ref_acme_99"})
	stage.Refused(s.Stage, operator, rule.Invalid, billing.AskRefund{Refund: memo.Refunds[0].ID, PaymentMethod: s.byInvoice()})
	other := stage.Do(s.Stage, ada, billing.AddPaymentMethod{Kind: billing.DirectDebit, Token: "debit"}).PaymentMethod.ID
	paid := stage.Do(s.Stage, operator, billing.AskRefund{Refund: memo.Refunds[0].ID, PaymentMethod: other})
	require.Equal(t, billing.RefundPaid, paid.Refund.Status)
	require.Equal(t, other, s.bank.refunds[5].Method)
	stage.Refused(s.Stage, operator, rule.Conflict, billing.AskRefund{Refund: paid.Refund.ID})
	require.Equal(t, []string{"return 1000.00 USD: 0.00 USD left, 0.00 USD applied, 1000.00 USD back"}, s.memos())
	s.At("2026-06-13T09:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	require.Len(t, s.bank.back(), 6, "what is paid is not asked for again")
	s.Audit()
}

func TestARefundThatIsRefusedIsPaidBySomeLaterTry(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch", 1, licensing.Annual, false)
	s.bank.gives(true, false)
	stage.Do(s.Stage, ada, billing.Return{Order: p.Order.ID})
	s.At("2026-01-06T08:59:59Z")
	require.NoError(t, s.RunDue(t.Context()))
	require.Len(t, s.bank.back(), 1)
	s.bank.gives(false, false)
	s.At("2026-01-06T09:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	require.Len(t, s.bank.back(), 2)
	s.At("2026-02-06T09:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	require.Len(t, s.bank.back(), 2)
	s.Audit()
}

func TestARefundThatIsNotAnsweredIsAskedForByTheSameKey(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch", 1, licensing.Annual, false)
	s.bank.gives(false, true)
	r := stage.Do(s.Stage, ada, billing.Return{Order: p.Order.ID})
	require.Equal(t, billing.RefundAsked, r.Refunds[0].Status)
	stage.Refused(s.Stage, operator, rule.Conflict, billing.AskRefund{Refund: r.Refunds[0].ID})
	require.NoError(t, s.RunDue(t.Context()))
	s.bank.gives(false, false)
	s.At("2026-03-05T09:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	require.NoError(t, s.RunDue(t.Context()))
	keys := map[string]bool{}
	for _, asked := range s.bank.refunds {
		keys[asked.ID] = true
	}
	require.Len(t, keys, 1)
	require.Equal(t, billing.RefundPaid, stage.Ask(s.Stage, ada, billing.CreditMemosQuery{Team: "acme"})[0].Refunds[0].Status)
	before := s.Digest()
	record := billing.RecordRefund{Refund: r.Refunds[0].ID, Outcome: billing.Paid}
	stage.Do(s.Stage, operator, record)
	require.Equal(t, before, s.Digest(), "the same answer again changes nothing")
	record.Outcome = billing.Declined
	stage.Refused(s.Stage, operator, rule.Conflict, record)
	record.Outcome = ""
	stage.Refused(s.Stage, operator, rule.Invalid, record)
	stage.Refused(s.Stage, ada, rule.NotPermitted, billing.RecordRefund{Refund: r.Refunds[0].ID, Outcome: billing.Paid})
	stage.Refused(s.Stage, operator, rule.NotFound, billing.RecordRefund{Refund: "ref_nobody_1", Outcome: billing.Paid})
	s.Audit()
}

func TestARefusalThatComesLateIsFollowedByTheNextDay(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch", 1, licensing.Annual, false)
	s.bank.gives(false, true)
	r := stage.Do(s.Stage, ada, billing.Return{Order: p.Order.ID})
	s.At("2026-01-09T10:00:00Z")
	stage.Do(s.Stage, ada, billing.AddPaymentMethod{Team: "acme", Kind: billing.PayPal, Token: "pal"})
	late := stage.Do(s.Stage, operator, billing.RecordRefund{Refund: r.Refunds[0].ID, Outcome: billing.Declined})
	require.Equal(t, stage.At("2026-01-10T09:00:00Z"), *late.Refund.Again)
	s.Audit()
}
