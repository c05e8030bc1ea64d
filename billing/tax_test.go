package billing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
)

// taxed is a scene in which the United States take a tax.
func taxed(t *testing.T, rate string) scene {
	t.Helper()
	s := begin(t, "2026-01-01T00:00:00Z")
	share, err := money.ParsePercent(rate)
	require.NoError(t, err)
	s.config.Clock, s.config.Taxes = s.Clock, billing.TaxTable{"US": {Name: "Sales tax", Rate: share}}
	s.Engine, err = seatbook.New(s.Store, s.config)
	require.NoError(t, err)
	return s
}

// lines are those of an invoice, each as its amount and whether it is tax.
func lines(list []billing.Line) []string {
	shown := []string{}
	for _, l := range list {
		text := l.Amount.String()
		if l.Tax {
			text += " tax: " + l.Description
		}
		shown = append(shown, text)
	}
	return shown
}

func TestTaxIsALineOfItsOwnRoundedOnce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, rate, product string
		seats               int
		lines               []string
		total               string
	}{
		{"a round rate", "20%", "sketch-lt", 3, []string{"1200.00 USD", "240.00 USD tax: Sales tax: 20% × 1200.00 USD"}, "1440.00 USD"},
		{"half a cent rounds away from zero", "7.25%", "plain", 1, []string{"200.00 USD", "14.50 USD tax: Sales tax: 7.25% × 200.00 USD"}, "214.50 USD"},
		{"half of the smallest unit", "50%", "cent", 1, []string{"0.01 USD", "0.01 USD tax: Sales tax: 50% × 0.01 USD"}, "0.02 USD"},
		{"less than half", "49.99%", "cent", 1, []string{"0.01 USD", "0.00 USD tax: Sales tax: 49.99% × 0.01 USD"}, "0.01 USD"},
		{"a currency without decimals", "10%", "yen", 1, []string{"5 JPY", "1 JPY tax: Sales tax: 10% × 5 JPY"}, "6 JPY"},
		{"no rate", "0%", "sketch-lt", 3, []string{"1200.00 USD"}, "1200.00 USD"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := taxed(t, c.rate)
			p := s.buy(c.product, c.seats, licensing.Annual, true)
			require.Equal(t, c.lines, lines(p.Invoice.Lines))
			require.Equal(t, amount(c.total), p.Invoice.Total)
			require.Equal(t, []string{c.total}, s.bank.amounts(), "tax is charged too")
			s.Audit()
		})
	}
}

func TestACreditGivesItsTaxBack(t *testing.T) {
	t.Parallel()
	s := taxed(t, "20%")
	p := s.buy("sketch-lt", 3, licensing.Annual, true)
	stage.Do(s.Stage, ada, billing.AddSeats{Subscription: p.Subscription.ID, Seats: 1})
	s.At("2026-07-02T00:00:00Z") // 183 of 365 days are left.
	up := stage.Do(s.Stage, ada, billing.Upgrade{Subscription: p.Subscription.ID, To: "sketch"})
	require.Equal(t, []string{"601.64 USD", "200.55 USD", "160.44 USD tax: Sales tax: 20% × 802.19 USD"}, lines(up.CreditMemo.Lines))
	require.Equal(t, []string{"2005.48 USD", "401.10 USD tax: Sales tax: 20% × 2005.48 USD"}, lines(up.Invoice.Lines))
	require.Equal(t, []string{"1440.00 USD", "480.00 USD", "1443.95 USD"}, s.bank.amounts())
	s.Audit()
}

func TestTheTaxOfAnInvoiceIsSplitOverItsTerms(t *testing.T) {
	t.Parallel()
	s := taxed(t, "33.33%")
	p := s.buy("cent", 101, licensing.Annual, true)
	s.At("2026-11-01T00:00:00Z")
	stage.Do(s.Stage, ada, billing.Renew{Subscription: p.Subscription.ID})
	more := stage.Do(s.Stage, ada, billing.AddSeats{Subscription: p.Subscription.ID, Seats: 7})
	require.Len(t, more.Invoice.Lines, 3, "this term, the next, and the tax on both")
	s.Audit()
}

func TestWhoIsExemptPaysNoTax(t *testing.T) {
	t.Parallel()
	s := taxed(t, "20%")
	stage.Refused(s.Stage, ada, rule.NotPermitted, billing.SetExemption{Team: "acme", Number: "US-1"})
	stage.Refused(s.Stage, operator, rule.Invalid, billing.SetExemption{Team: "acme", Number: "4242 4242 4242 4242"})
	stage.Do(s.Stage, operator, billing.SetExemption{Team: "acme", Number: "US-1"})
	require.Equal(t, amount("400.00 USD"), s.buy("sketch-lt", 1, licensing.Annual, true).Invoice.Total)
	stage.Do(s.Stage, operator, billing.SetExemption{Team: "acme"})
	require.Equal(t, amount("480.00 USD"), s.buy("sketch-lt", 1, licensing.Annual, true).Invoice.Total)
	require.Equal(t, []string{"400.00 USD paid", "480.00 USD paid"}, s.invoices(), "what was issued stays as it is")
}

func TestTheLimitCountsTax(t *testing.T) {
	t.Parallel()
	s := taxed(t, "20%")
	s.config.Policy["card-limit"] = "480.00 USD"
	var err error
	s.Engine, err = seatbook.New(s.Store, s.config)
	require.NoError(t, err)
	s.buy("sketch-lt", 1, licensing.Annual, true)
	s.config.Policy["card-limit"] = "479.99 USD"
	s.Engine, err = seatbook.New(s.Store, s.config)
	require.NoError(t, err)
	stage.Refused(s.Stage, ada, rule.Invalid, billing.Purchase{Team: "acme", Product: "sketch-lt", Seats: 1, Term: licensing.Annual})
}
