package billing_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
)

// upgrades are credits worked out by hand: 2026 has 365 days, and a year from
// 2026-01-01 has 181 days less 30 on 31 May, say.
var upgrades = []struct {
	name, tax string
	from, to  string
	seats     int
	// more are seats that are added at an instant.
	more    int
	moreAt  string
	at      string
	credit  string
	invoice string
	charged string
	left    string
}{
	// 200 days are left of 365 on 15 June: 400 × 200/365 = 219.178, 1000 × 200/365 = 547.945.
	{"200 days of an LT product", "0%", "sketch-lt", "sketch", 1, 0, "", "2026-06-15T00:00:00Z", "219.18 USD", "547.95 USD", "328.77 USD", "0.00 USD"},
	// 800 × 200/365 = 438.356, 2000 × 200/365 = 1095.890.
	{"two seats, rounded once and not twice", "0%", "sketch-lt", "sketch", 2, 0, "", "2026-06-15T00:00:00Z", "438.36 USD", "1095.89 USD", "657.53 USD", "0.00 USD"},
	// 3 × 219.178 = 657.534, 3 × 547.945 = 1643.836.
	{"three seats", "0%", "sketch-lt", "sketch", 3, 0, "", "2026-06-15T00:00:00Z", "657.53 USD", "1643.84 USD", "986.31 USD", "0.00 USD"},
	// Added on 1 April for 275/365: 301.370. Both lots give 219.178 each: 219.18 + 219.18.
	{"a seat bought and a seat added, a line each", "0%", "sketch-lt", "sketch", 1, 1, "2026-04-01T00:00:00Z", "2026-06-15T00:00:00Z", "438.36 USD", "1095.89 USD", "657.53 USD", "0.00 USD"},
	// 1000 × 200/365 = 547.945, 100 × 200/365 = 54.794...: the credit is more than the invoice.
	{"a product to what costs less", "0%", "sketch", "bargain", 1, 0, "", "2026-06-15T00:00:00Z", "547.95 USD", "54.79 USD", "", "493.16 USD"},
	// The first day: all of it.
	{"the whole year", "0%", "sketch", "suite", 1, 0, "", "2026-01-01T23:59:59Z", "1000.00 USD", "1500.00 USD", "500.00 USD", "0.00 USD"},
	// The last day but the end's own: 1000/365 = 2.7397, 1500/365 = 4.1096.
	{"a single day", "0%", "sketch", "suite", 1, 0, "", "2026-12-31T23:59:59Z", "2.74 USD", "4.11 USD", "1.37 USD", "0.00 USD"},
	// 219.18 and 20% of it, 43.836; 547.95 and 109.59.
	{"with a tax of 20%", "20%", "sketch-lt", "sketch", 1, 0, "", "2026-06-15T00:00:00Z", "263.02 USD", "657.54 USD", "394.52 USD", "0.00 USD"},
	// 7.25% of 219.18 is 15.89055, of 547.95 39.726375.
	{"with a tax of 7.25%", "7.25%", "sketch-lt", "sketch", 1, 0, "", "2026-06-15T00:00:00Z", "235.07 USD", "587.68 USD", "352.61 USD", "0.00 USD"},
	// 50% of 0.01 is half a cent, which is a cent: on the first day all of it comes back.
	{"with a tax of half a cent", "50%", "cent", "all-cents", 1, 0, "", "2026-01-01T12:00:00Z", "0.02 USD", "0.05 USD", "0.03 USD", "0.00 USD"},
	// 10% of 547.95 is 54.795, rounded up; of 54.79 5.479.
	{"to what costs less, with a tax of 10%", "10%", "sketch", "bargain", 1, 0, "", "2026-06-15T00:00:00Z", "602.75 USD", "60.27 USD", "", "542.48 USD"},
	// Two cents are paid for two seats added on the last day but one: 2 × 0.01 × 1/365 is nothing,
	// so that lot gives nothing back either; the seat bought gives 0.01 × 1/365, nothing.
	{"what is worth less than half a cent", "0%", "cent", "all-cents", 1, 2, "2026-12-31T00:00:00Z", "2026-12-31T12:00:00Z", "0.00 USD", "0.00 USD", "", "0.00 USD"},
	// 182 days are left: nothing was paid for the seat added, 0.01 × 182/365, and neither gives
	// anything back. Two of 0.03 × 182/365 are 0.0299.
	{"seats for which nothing was paid", "0%", "cent", "all-cents", 1, 1, "2026-07-03T00:00:00Z", "2026-07-03T00:00:00Z", "0.00 USD", "0.03 USD", "0.03 USD", "0.00 USD"},
	// 5 yen × 200/365 = 2.7397; 8 yen × 200/365 = 4.3836.
	{"in a currency without decimals", "0%", "yen", "all-yen", 1, 0, "", "2026-06-15T00:00:00Z", "3 JPY", "4 JPY", "1 JPY", "0 JPY"},
	// 10% of 3 is 0.3, of 4 is 0.4: both nothing.
	{"in a currency without decimals, with tax", "10%", "yen", "all-yen", 1, 0, "", "2026-06-15T00:00:00Z", "3 JPY", "4 JPY", "1 JPY", "0 JPY"},
	// 3 × 0.001 × 200/365 = 0.0016; 3 × 0.002 × 200/365 = 0.0033.
	{"in a currency of three decimals", "0%", "dinar", "all-dinars", 3, 0, "", "2026-06-15T00:00:00Z", "0.002 KWD", "0.003 KWD", "0.001 KWD", "0.000 KWD"},
}

// creditable is a scene with a tax, and collections of what costs next to nothing.
func creditable(t *testing.T, rate string) scene {
	t.Helper()
	s := begin(t, "2026-01-01T00:00:00Z")
	share, err := money.ParsePercent(rate)
	require.NoError(t, err)
	c := catalog()
	for _, p := range [][3]string{{"all-cents", "cent", "0.03 USD"}, {"all-yen", "yen", "8 JPY"}, {"all-dinars", "dinar", "0.002 KWD"}} {
		c.Products = append(c.Products, licensing.Product{ID: p[0], Kind: licensing.Collection, Members: p[1:2], Prices: priced("annual " + p[2])})
	}
	s.config.Clock, s.config.Catalog, s.config.Taxes = s.Clock, c, billing.TaxTable{"US": {Name: "Tax", Rate: share}}
	s.Engine, err = seatbook.New(s.Store, s.config)
	require.NoError(t, err)
	return s
}

func TestACreditIsWhatIsNotUsed(t *testing.T) {
	t.Parallel()
	for _, c := range upgrades {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := creditable(t, c.tax)
			p := s.buy(c.from, c.seats, licensing.Annual, true)
			if c.more > 0 {
				s.At(c.moreAt)
				stage.Do(s.Stage, ada, billing.AddSeats{Subscription: p.Subscription.ID, Seats: c.more})
			}
			s.At(c.at)
			before := len(s.bank.amounts())
			up := stage.Do(s.Stage, ada, billing.Upgrade{Subscription: p.Subscription.ID, To: c.to})
			require.Equal(t, []string{c.credit, c.left, c.invoice}, []string{up.CreditMemo.Total.String(), up.CreditMemo.Left.String(), up.Invoice.Total.String()})
			require.Equal(t, c.charged, strings.Join(s.bank.amounts()[before:], " "))
			s.Audit()
		})
	}
}

// What is left of a credit goes over invoices in parts that sum to it, the oldest
// first, and never beyond what either has (invariants 25 and 34).
func TestACreditIsSplitOverInvoices(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		// invoices are seats of a product at 200.00 each that are owed, credits what is
		// applied in turn, all of it where nothing is said, and open what is open then.
		invoices []int
		credits  []string
		left     string
		open     string
		code     rule.Code
	}{
		{"all of it to one that is larger", []int{4}, []string{""}, "0.00 USD", "306.84 USD", ""},
		{"to one that is smaller", []int{1}, []string{""}, "293.16 USD", "0.00 USD", ""},
		{"to the oldest first", []int{1, 1, 1}, []string{""}, "0.00 USD", "0.00 USD 0.00 USD 106.84 USD", ""},
		{"a part of it", []int{1, 1}, []string{"100.00 USD"}, "393.16 USD", "100.00 USD 200.00 USD", ""},
		{"a part and the rest", []int{1, 1}, []string{"100.00 USD", ""}, "93.16 USD", "0.00 USD 0.00 USD", ""},
		{"a cent", []int{1}, []string{"0.01 USD"}, "493.15 USD", "199.99 USD", ""},
		{"exactly what is open", []int{1}, []string{"200.00 USD"}, "293.16 USD", "0.00 USD", ""},
		{"a part over the end of one", []int{1, 1}, []string{"200.01 USD"}, "293.15 USD", "0.00 USD 199.99 USD", ""},
		{"exactly what is left", []int{3}, []string{"493.16 USD"}, "0.00 USD", "106.84 USD", ""},
		{"a cent more than is left, refused", []int{3}, []string{"493.17 USD"}, "493.16 USD", "600.00 USD", rule.Invalid},
		{"nothing, refused", []int{3}, []string{"0.00 USD"}, "493.16 USD", "600.00 USD", rule.Invalid},
		{"less than nothing, refused", []int{3}, []string{"-1.00 USD"}, "493.16 USD", "600.00 USD", rule.Invalid},
		{"another currency, refused", []int{3}, []string{"1 JPY"}, "493.16 USD", "600.00 USD", rule.CurrencyMismatch},
		{"where nothing is open, refused", nil, []string{""}, "493.16 USD", "", rule.Invalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-01-01T00:00:00Z")
			p := s.buy("sketch", 1, licensing.Annual, true)
			account := s.byInvoice()
			s.At("2026-06-15T00:00:00Z")
			memo := stage.Do(s.Stage, ada, billing.Upgrade{Subscription: p.Subscription.ID, To: "bargain"}).CreditMemo
			require.Equal(t, "493.16 USD", memo.Left.String())
			var owed []string
			for _, seats := range c.invoices {
				s.Clock.Set(s.Clock.Now().AddDate(0, 0, 1))
				owed = append(owed, stage.Do(s.Stage, ada, billing.Purchase{
					Team: "acme", Product: "plain", Seats: seats, Term: licensing.Annual, PaymentMethod: account,
				}).Invoice.ID)
			}
			for _, text := range c.credits {
				apply := billing.ApplyCredit{CreditMemo: memo.ID}
				if text != "" {
					part := amount(text)
					apply.Amount = &part
				}
				if c.code != "" {
					stage.Refused(s.Stage, ada, c.code, apply)
					continue
				}
				memo = stage.Do(s.Stage, ada, apply).CreditMemo
			}
			require.Equal(t, c.left, memo.Left.String())
			var open []string
			for _, i := range stage.Ask(s.Stage, ada, billing.InvoicesQuery{Team: "acme"}) {
				for _, id := range owed {
					if i.ID == id {
						open = append(open, i.Open.String())
					}
				}
			}
			require.Equal(t, c.open, strings.Join(open, " "))
			s.Audit()
		})
	}
}

// A credit that went into a renewal which is given up comes back (invariant 38).
func TestACreditOfACancelledInvoiceComesBack(t *testing.T) {
	t.Parallel()
	for _, byHand := range []bool{false, true} {
		s := begin(t, "2026-01-01T00:00:00Z")
		p := s.buy("sketch", 1, licensing.Annual, true)
		renewed := s.buy("plain", 5, licensing.Annual, true)
		s.At("2026-06-15T00:00:00Z")
		up := stage.Do(s.Stage, ada, billing.Upgrade{Subscription: p.Subscription.ID, To: "bargain"})
		stage.Do(s.Stage, ada, billing.SetAutoRenew{Subscription: up.Subscription.ID, On: false})
		s.bank.set(true, false)
		s.At("2027-01-02T12:00:00Z")
		applied := stage.Do(s.Stage, ada, billing.ApplyCredit{CreditMemo: up.CreditMemo.ID})
		require.Equal(t, []string{"493.16 USD", "0.00 USD"}, []string{applied.Applied.String(), applied.CreditMemo.Left.String()})
		if byHand {
			s.bank.set(false, false)
			stage.Do(s.Stage, ada, billing.Renew{Subscription: renewed.Subscription.ID})
		} else {
			s.At("2027-03-01T00:00:00Z")
			require.Equal(t, billing.Cancelled, s.show(renewed.Subscription.ID).Status)
		}
		owed := stage.Do(s.Stage, ada, billing.Purchase{Team: "acme", Product: "plain", Seats: 3, Term: licensing.Annual, PaymentMethod: s.byInvoice()})
		back := ""
		for n := range 100 {
			id := fmt.Sprintf("memo_acme_%d", n)
			if r, err := seatbook.Do(t.Context(), s.Engine, ada, billing.ApplyCredit{CreditMemo: id, Invoices: []string{owed.Invoice.ID}}); err == nil {
				back += r.Applied.String()
			}
		}
		require.Equal(t, "493.16 USD", back)
		s.Audit()
	}
}
