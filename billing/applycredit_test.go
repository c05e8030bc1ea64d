package billing_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
)

// owed is bought on account, and stays open.
func (s scene) owed(product string) string {
	s.Helper()
	no := false
	return stage.Do(s.Stage, ada, billing.Purchase{Team: "acme", Product: product, Seats: 1, Term: licensing.Annual, AutoRenew: &no, PaymentMethod: s.byInvoice()}).Invoice.ID
}

// open is what is open on an invoice.
func (s scene) open(id string) string {
	s.Helper()
	for _, i := range stage.Ask(s.Stage, operator, billing.InvoicesQuery{Team: "acme"}) {
		if i.ID == id {
			return i.Open.String()
		}
	}
	s.Fatalf("there is no invoice %s", id)
	return ""
}

func TestCreditGoesToTheOldestInvoiceFirst(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, credit                string
		first, second, third, after string
	}{
		{"and not all of it", "199.99 USD", "0.01 USD", "1000.00 USD", "1000.00 USD", "0.00 USD"},
		{"and exactly that", "200.00 USD", "0.00 USD", "1000.00 USD", "1000.00 USD", "0.00 USD"},
		{"and one cent of the next", "200.01 USD", "0.00 USD", "999.99 USD", "1000.00 USD", "0.00 USD"},
		{"and two of them", "1200.00 USD", "0.00 USD", "0.00 USD", "1000.00 USD", "0.00 USD"},
		{"and all of them", "2200.00 USD", "0.00 USD", "0.00 USD", "0.00 USD", "0.00 USD"},
		{"and what is more is left", "2200.01 USD", "0.00 USD", "0.00 USD", "0.00 USD", "0.01 USD"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-01-05T09:00:00Z")
			memo := s.credit(c.credit)
			var ids []string
			for n, product := range []string{"plain", "sketch", "sketch"} {
				s.Clock.Set(stage.At("2026-01-06T09:00:00Z").AddDate(0, 0, n))
				ids = append(ids, s.owed(product))
			}
			foreign := s.owed("yen")
			r := stage.Do(s.Stage, ada, billing.ApplyCredit{CreditMemo: memo})
			require.Equal(t, []string{c.first, c.second, c.third, c.after}, []string{s.open(ids[0]), s.open(ids[1]), s.open(ids[2]), r.CreditMemo.Left.String()})
			require.Equal(t, "5 JPY", s.open(foreign))
			sum, err := money.Sum(r.Applied, r.CreditMemo.Left)
			require.NoError(t, err)
			require.Equal(t, amount(c.credit), sum, "nothing is lost (MON-4)")
			s.Audit()
		})
	}
}

func TestCreditGoesWhereItIsNamed(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	memo := s.credit("500.00 USD")
	first, second, yen := s.owed("sketch"), s.owed("sketch"), s.owed("yen")
	apply := func(worth string, ids ...string) billing.ApplyCredit {
		c := billing.ApplyCredit{CreditMemo: memo, Invoices: ids}
		if worth != "" {
			a := amount(worth)
			c.Amount = &a
		}
		return c
	}
	for _, c := range []struct {
		name  string
		apply billing.ApplyCredit
		code  rule.Code
	}{
		{"nothing", apply("0.00 USD"), rule.Invalid},
		{"less than nothing", apply("-0.01 USD"), rule.Invalid},
		{"more than is left", apply("500.01 USD"), rule.Invalid},
		{"another currency", apply("1.00 EUR"), rule.CurrencyMismatch},
		{"an invoice in another currency", apply("", yen), rule.CurrencyMismatch},
		{"an invoice twice", apply("", first, first), rule.Invalid},
		{"no invoice", apply("", "ivc_acme_99"), rule.NotFound},
	} {
		require.Equal(t, c.code, stage.Refused(s.Stage, ada, c.code, c.apply).Code, c.name)
	}
	r := stage.Do(s.Stage, ada, apply("100.00 USD", second))
	require.Equal(t, "400.00 USD", r.CreditMemo.Left.String())
	require.Equal(t, []string{"1000.00 USD", "900.00 USD"}, []string{s.open(first), s.open(second)})
	r = stage.Do(s.Stage, ada, apply("400.00 USD", second, first))
	require.Equal(t, "0.00 USD", r.CreditMemo.Left.String(), "exactly what is left")
	require.Equal(t, []string{"1000.00 USD", "500.00 USD"}, []string{s.open(first), s.open(second)})
	stage.Refused(s.Stage, ada, rule.Invalid, apply(""))
	s.Audit()
}

func TestCreditIsForItsPurchaserAndTheirPayers(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	memo := s.credit("500.00 USD")
	mine := s.owed("plain")
	stage.Do(s.Stage, operator, account.ChangeRole{Team: "acme", User: "bob@acme.test", Role: account.Secondary})
	method := stage.Do(s.Stage, bob, billing.AddPaymentMethod{Kind: billing.OnInvoice, Token: "terms"}).PaymentMethod.ID
	bobs := stage.Do(s.Stage, bob, billing.Purchase{Team: "acme", Product: "plain", Seats: 1, Term: licensing.Annual, PaymentMethod: method}).Invoice.ID
	stage.Refused(s.Stage, bob, rule.NotFound, billing.ApplyCredit{CreditMemo: memo})
	stage.Refused(s.Stage, ada, rule.NotFound, billing.ApplyCredit{CreditMemo: memo, Invoices: []string{bobs}})
	require.Empty(t, stage.Ask(s.Stage, bob, billing.CreditMemosQuery{Team: "acme"}))
	stage.Do(s.Stage, ada, billing.AppointPayer{Team: "acme", User: "bob@acme.test"})
	require.Len(t, stage.Ask(s.Stage, bob, billing.CreditMemosQuery{Team: "acme"}), 1)
	r := stage.Do(s.Stage, bob, billing.ApplyCredit{CreditMemo: memo})
	require.Equal(t, "300.00 USD", r.CreditMemo.Left.String())
	require.Equal(t, []string{"0.00 USD", "200.00 USD"}, []string{s.open(mine), s.open(bobs)}, "the purchaser's alone")
	stage.Do(s.Stage, operator, account.CreateTeam{Team: "globex", Owner: "dan@globex.test", Country: "US"})
	stage.Refused(s.Stage, dan, rule.NotFound, billing.ApplyCredit{CreditMemo: memo})
	s.Audit()
}

func TestAFailedRenewalIsSettledByCredit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, credit string
		status       billing.Status
	}{
		{"with all of it", "900.00 USD", billing.Active},
		{"but not with a cent less", "899.99 USD", billing.Expired},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-01-05T09:00:00Z")
			memo := s.credit(c.credit)
			p := s.buy("sketch", 1, licensing.Annual, true)
			s.bank.set(true, false)
			s.At("2027-01-05T10:00:00Z")
			require.Equal(t, billing.Expired, s.show(p.Subscription.ID).Status)
			stage.Do(s.Stage, ada, billing.ApplyCredit{CreditMemo: memo})
			shown := s.show(p.Subscription.ID)
			require.Equal(t, c.status, shown.Status)
			s.bank.set(false, false)
			s.At("2027-01-07T10:00:00Z")
			shown = s.show(p.Subscription.ID)
			require.Equal(t, billing.Active, shown.Status)
			require.Equal(t, stage.At("2028-01-05T09:00:00Z"), shown.Ends)
			if c.status == billing.Expired {
				amounts := s.bank.amounts()
				require.Equal(t, "0.01 USD", amounts[len(amounts)-1], "the next try asks for the rest")
			}
			list := stage.Ask(s.Stage, ada, billing.ReturnableQuery{Team: "acme"})
			require.Len(t, list, 1)
			r := stage.Do(s.Stage, ada, billing.Return{Order: list[0].Order.ID})
			require.Equal(t, c.credit, r.Credited.String(), "credit goes back as credit")
			s.Audit()
		})
	}
}

func TestOneCreditThatManyApplyAtOnceIsAppliedOnce(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	memo := s.credit("500.00 USD")
	invoice := s.owed("sketch")
	p := s.buy("plain", 1, licensing.Annual, false)
	worth := amount("100.00 USD")
	var wg sync.WaitGroup
	returned := make([]error, 16)
	for n := range returned {
		wg.Go(func() {
			_, err := seatbook.Do(t.Context(), s.Engine, ada, billing.ApplyCredit{CreditMemo: memo, Amount: &worth})
			if err != nil && rule.AsRefusal(err) == nil {
				t.Errorf("applying: %v", err)
			}
			_, returned[n] = seatbook.Do(t.Context(), s.Engine, ada, billing.Return{Order: p.Order.ID})
		})
	}
	wg.Wait()
	require.Equal(t, "500.00 USD", s.open(invoice))
	once := 0
	for _, err := range returned {
		if err == nil {
			once++
		} else {
			require.ErrorIs(t, err, rule.Conflict)
		}
	}
	require.Equal(t, 1, once, "an order is returned once")
	require.Equal(t, []string{"200.00 USD"}, s.bank.back())
	s.Audit()
}
