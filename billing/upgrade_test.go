package billing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

func TestAnUpgradeCreditsTheUnusedAndInvoicesTheRest(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		from    string
		to      string
		seats   int
		at      string
		credit  string
		invoice string
		// open is what the card is charged, or what stays open by invoice.
		open string
		left string
	}{
		{"LT to its full product", "sketch-lt", "sketch", 3, "2026-02-01T10:00:00Z", "1111.23 USD", "2778.08 USD", "1666.85 USD", "0.00 USD"},
		{"a product to a collection that holds it", "sketch", "suite", 2, "2026-07-06T00:00:00Z", "1002.74 USD", "1504.11 USD", "501.37 USD", "0.00 USD"},
		{"at once", "sketch-lt", "sketch", 3, "2026-01-05T09:00:00Z", "1200.00 USD", "3000.00 USD", "1800.00 USD", "0.00 USD"},
		{"on the last date", "sketch-lt", "sketch", 3, "2027-01-05T08:59:59Z", "0.00 USD", "0.00 USD", "0.00 USD", "0.00 USD"},
		{"to what costs less", "sketch", "bargain", 2, "2026-07-06T00:00:00Z", "1002.74 USD", "100.27 USD", "0.00 USD", "902.47 USD"},
	} {
		for _, onAccount := range []bool{false, true} {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				s := begin(t, "2026-01-05T09:00:00Z")
				method := ""
				if onAccount {
					method = s.byInvoice()
				}
				p := stage.Do(s.Stage, ada, billing.Purchase{Team: "acme", Product: c.from, Seats: c.seats, Term: licensing.Annual, PaymentMethod: method})
				s.At(c.at)
				up := stage.Do(s.Stage, ada, billing.Upgrade{Subscription: p.Subscription.ID, To: c.to})
				require.Equal(t, amount(c.credit), up.CreditMemo.Total)
				require.Equal(t, amount(c.left), up.CreditMemo.Left)
				require.Equal(t, amount(c.invoice), up.Invoice.Total, "a credit reduces what is open, not the total")
				if onAccount {
					require.Equal(t, amount(c.open), up.Invoice.Open)
					require.Empty(t, s.bank.amounts())
				} else {
					require.True(t, up.Invoice.Open.IsZero())
					require.Equal(t, billing.InvoicePaid, up.Invoice.Status)
					if !amount(c.open).IsZero() {
						require.Equal(t, c.open, s.bank.amounts()[1])
					} else {
						require.Len(t, s.bank.amounts(), 1)
					}
				}
				require.Equal(t, p.Subscription.Ends, up.Subscription.Ends, "it ends with the old one")
				require.Equal(t, []int{c.seats, c.seats}, []int{up.Subscription.Seats, up.Subscription.RenewalSeats})
				require.Equal(t, c.to, up.Subscription.Product)
				require.Equal(t, billing.Upgraded, s.show(p.Subscription.ID).Status)
				require.Equal(t, stage.At(c.at).AddDate(0, 0, 30), up.OverlapEnds)
				s.Audit()
			})
		}
	}
}

func TestTheOldProductIsKeptForThirtyDaysFromTheOrder(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		at     string
		source licensing.AccessSource
	}{
		{"2026-02-01T10:00:00Z", licensing.Overlay},
		{"2026-03-03T09:59:59Z", licensing.Overlay},
		{"2026-03-03T10:00:00Z", licensing.None},
	} {
		s := begin(t, "2026-01-05T09:00:00Z")
		p := s.buy("sketch-lt", 3, licensing.Annual, true)
		s.assign("sketch-lt")
		s.At("2026-02-01T10:00:00Z")
		up := stage.Do(s.Stage, ada, billing.Upgrade{Subscription: p.Subscription.ID, To: "sketch"})
		require.Equal(t, stage.At("2026-03-03T10:00:00Z"), up.OverlapEnds)
		s.At(c.at)
		require.NoError(t, s.RunDue(t.Context()))
		require.Equal(t, c.source, s.source(bob, "sketch-lt"))
		require.Equal(t, licensing.None, s.source(bob, "sketch"), "the new product is for admins to assign")
		require.Equal(t, licensing.None, s.source(ada, "sketch-lt"), "who had no seat keeps none")
		s.assign("sketch")
		require.Equal(t, licensing.Seat, s.source(bob, "sketch"))
		s.Audit()
	}
}

func TestTheOverlapCountsFromTheOrderThoughTheAnswerIsLate(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch-lt", 3, licensing.Annual, true)
	s.assign("sketch-lt")
	s.At("2026-02-01T10:00:00Z")
	s.bank.set(false, true)
	_, err := seatbook.Do(t.Context(), s.Engine, ada, billing.Upgrade{Subscription: p.Subscription.ID, To: "sketch"})
	require.ErrorIs(t, err, billing.ErrUnanswered)
	require.Equal(t, licensing.Seat, s.source(bob, "sketch-lt"))
	s.bank.set(false, false)
	s.At("2026-02-03T10:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	a := s.source(bob, "sketch-lt")
	require.Equal(t, licensing.Overlay, a)
	s.At("2026-03-03T10:00:00Z")
	require.Equal(t, licensing.None, s.source(bob, "sketch-lt"))
	require.Equal(t, "1666.85 USD", s.bank.amounts()[1])
	s.Audit()
}

func TestAnUpgradeWithTheNextTermPaidReplacesBoth(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch-lt", 3, licensing.Annual, true)
	s.At("2026-12-01T09:00:00Z")
	stage.Do(s.Stage, ada, billing.Renew{Subscription: p.Subscription.ID})
	s.At("2026-12-06T09:00:00Z")
	up := stage.Do(s.Stage, ada, billing.Upgrade{Subscription: p.Subscription.ID, To: "sketch"})
	require.Len(t, up.Invoice.Lines, 2)
	require.Equal(t, amount("3246.58 USD"), up.Invoice.Total, "30/365 of 3,000.00 and 3,000.00")
	require.Equal(t, amount("1178.63 USD"), up.CreditMemo.Total, "30/365 of 1,200.00 and the 1,080.00 of the renewal")
	require.Equal(t, "2067.95 USD", s.bank.amounts()[2])
	require.Equal(t, stage.At("2028-01-05T09:00:00Z"), up.Subscription.Ends)
	s.Audit()
	s.assign("sketch")
	s.At("2027-06-01T00:00:00Z")
	require.Equal(t, licensing.Seat, s.source(bob, "sketch"))
	s.At("2028-01-05T09:00:00Z")
	require.Equal(t, stage.At("2029-01-05T09:00:00Z"), s.show(up.Subscription.ID).Ends)
	require.Equal(t, "2700.00 USD", s.bank.amounts()[3], "at the new product's renewal price")
	require.Len(t, s.bank.amounts(), 4, "the old one renews no more")
	s.Audit()
}

func TestAnUpgradeCreditsEachLotAtItsPrice(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch-lt", 1, licensing.Annual, true)
	s.At("2026-12-01T09:00:00Z")
	stage.Do(s.Stage, ada, billing.Renew{Subscription: p.Subscription.ID})
	s.At("2027-07-07T09:00:00Z")
	stage.Do(s.Stage, ada, billing.AddSeats{Subscription: p.Subscription.ID, Seats: 2})
	up := stage.Do(s.Stage, ada, billing.Upgrade{Subscription: p.Subscription.ID, To: "sketch"})
	// 182 of 365 days: one seat at 360.00, two at 400.00.
	require.Equal(t, amount("578.41 USD"), up.CreditMemo.Total)
	require.Len(t, up.CreditMemo.Lines, 2)
	require.Equal(t, amount("1495.89 USD"), up.Invoice.Total)
	s.Audit()
}

func TestAnUpgradeCreditsSeatsAddedToThePaidNextTermAtTheirPrice(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch-lt", 1, licensing.Annual, true)
	s.At("2026-12-06T09:00:00Z")
	stage.Do(s.Stage, ada, billing.Renew{Subscription: p.Subscription.ID})
	stage.Do(s.Stage, ada, billing.AddSeats{Subscription: p.Subscription.ID, Seats: 2})
	up := stage.Do(s.Stage, ada, billing.Upgrade{Subscription: p.Subscription.ID, To: "sketch"})
	// 30/365 of 400.00 and of 800.00, then the next term's 360.00 and 800.00.
	require.Equal(t, amount("1258.63 USD"), up.CreditMemo.Total)
	require.Len(t, up.CreditMemo.Lines, 4)
	s.Audit()
}

func TestAnUpgradeKeepsWhatWasQueuedForTheRenewal(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-31T09:00:00Z")
	p := s.buy("sketch-lt", 3, licensing.Monthly, true)
	stage.Do(s.Stage, ada, billing.ReduceSeats{Subscription: p.Subscription.ID, To: 2})
	s.At("2026-02-10T09:00:00Z")
	up := stage.Do(s.Stage, ada, billing.Upgrade{Subscription: p.Subscription.ID, To: "sketch"})
	require.Equal(t, []int{3, 2}, []int{up.Subscription.Seats, up.Subscription.RenewalSeats})
	s.At("2026-02-28T09:00:00Z")
	shown := s.show(up.Subscription.ID)
	require.Equal(t, stage.At("2026-03-31T09:00:00Z"), shown.Ends, "the anchor is the same")
	require.Equal(t, 2, shown.Seats)
	s.Audit()
}

func TestAnUpgradeToWhatDoesNotRenewItselfEnds(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("plain", 1, licensing.Annual, true)
	up := stage.Do(s.Stage, ada, billing.Upgrade{Subscription: p.Subscription.ID, To: "once-suite"})
	require.False(t, up.Subscription.AutoRenew)
	s.At("2027-01-05T09:00:00Z")
	require.Equal(t, billing.Ended, s.show(up.Subscription.ID).Status)
	s.Audit()
}

func TestWhatIsNoUpgradeIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, from, to string
		seats          int
		at             string
		code           rule.Code
	}{
		{"a full product to its LT", "sketch", "sketch-lt", 1, "2026-02-01T10:00:00Z", rule.NotUpgradable},
		{"to itself", "sketch", "sketch", 1, "2026-02-01T10:00:00Z", rule.NotUpgradable},
		{"LT to another product", "sketch-lt", "plain", 1, "2026-02-01T10:00:00Z", rule.NotUpgradable},
		{"LT to a collection that holds its full product", "sketch-lt", "suite", 1, "2026-02-01T10:00:00Z", rule.NotUpgradable},
		{"to a collection that does not hold it", "plain", "bargain", 1, "2026-02-01T10:00:00Z", rule.NotUpgradable},
		{"a collection to its member", "suite", "sketch", 1, "2026-02-01T10:00:00Z", rule.NotUpgradable},
		{"to a retired collection", "plain", "retired-suite", 1, "2026-02-01T10:00:00Z", rule.NotUpgradable},
		{"to no product", "sketch", "nothing", 1, "2026-02-01T10:00:00Z", rule.NotFound},
		{"to another currency", "plain", "euro-suite", 1, "2026-02-01T10:00:00Z", rule.CurrencyMismatch},
		{"to more than money can count", "plain", "huge-suite", 1000, "2026-02-01T10:00:00Z", rule.Invalid},
		{"at the end", "sketch", "suite", 1, "2027-01-05T09:00:00Z", rule.TooLate},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-01-05T09:00:00Z")
			p := s.buy(c.from, c.seats, licensing.Annual, false)
			s.At(c.at)
			stage.Refused(s.Stage, ada, c.code, billing.Upgrade{Subscription: p.Subscription.ID, To: c.to})
			require.Equal(t, c.from, s.show(p.Subscription.ID).Product)
			s.Audit()
		})
	}
}

func TestAnUpgradedSubscriptionIsOver(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch-lt", 1, licensing.Annual, true)
	stage.Do(s.Stage, ada, billing.Upgrade{Subscription: p.Subscription.ID, To: "sketch"})
	s.At("2026-12-05T09:00:00Z")
	id := p.Subscription.ID
	stage.Refused(s.Stage, ada, rule.TooLate, billing.Renew{Subscription: id})
	stage.Refused(s.Stage, ada, rule.TooLate, billing.AddSeats{Subscription: id, Seats: 1})
	stage.Refused(s.Stage, ada, rule.TooLate, billing.ReduceSeats{Subscription: id, To: 1})
	stage.Refused(s.Stage, ada, rule.TooLate, billing.ChangeTerm{Subscription: id, Term: licensing.Monthly})
	stage.Refused(s.Stage, ada, rule.TooLate, billing.SetAutoRenew{Subscription: id, On: true})
	stage.Refused(s.Stage, ada, rule.TooLate, billing.Upgrade{Subscription: id, To: "sketch"})
	s.Audit()
}

func TestADeclinedUpgradeChangesNothing(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch-lt", 3, licensing.Annual, true)
	s.assign("sketch-lt")
	s.bank.set(true, false)
	s.At("2026-02-01T10:00:00Z")
	declined(s, billing.Upgrade{Subscription: p.Subscription.ID, To: "sketch"})
	require.Equal(t, p.Subscription, s.show(p.Subscription.ID))
	require.Equal(t, licensing.Seat, s.source(bob, "sketch-lt"))
	require.Zero(t, stage.Ask(s.Stage, ada, licensing.SeatsQuery{Team: "acme", Product: "sketch"}).Owned)
	require.Equal(t, []string{"1200.00 USD paid", "2778.08 USD cancelled"}, s.invoices())
	s.Audit()
}

func TestAnUpgradeWhoseAnswerComesAfterTheTermIsStillAnUpgrade(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		renews bool
	}{{"of what ends", false}, {"of what renews itself", true}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-01-05T09:00:00Z")
			p := s.buy("sketch-lt", 3, licensing.Annual, c.renews)
			s.At("2027-01-04T09:00:00Z")
			s.bank.set(false, true)
			_, err := seatbook.Do(t.Context(), s.Engine, ada, billing.Upgrade{Subscription: p.Subscription.ID, To: "sketch"})
			require.ErrorIs(t, err, billing.ErrUnanswered)
			s.At("2027-01-05T10:00:00Z")
			require.NoError(t, s.RunDue(t.Context()))
			s.bank.set(false, false)
			s.At("2027-01-06T10:00:00Z")
			require.NotPanics(t, func() { err = s.RunDue(t.Context()) })
			require.NoError(t, err)
			require.Equal(t, billing.Upgraded, s.show(p.Subscription.ID).Status, "it was ordered while the subscription was active")
			s.Audit()
		})
	}
}

func TestSeatsWhoseAnswerComesAfterTheTermRenewWithTheOthers(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch", 1, licensing.Annual, true)
	s.At("2027-01-04T09:00:00Z")
	s.bank.set(false, true)
	_, err := seatbook.Do(t.Context(), s.Engine, ada, billing.AddSeats{Subscription: p.Subscription.ID, Seats: 1})
	require.ErrorIs(t, err, billing.ErrUnanswered)
	s.At("2027-01-05T10:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	s.bank.set(false, false)
	s.At("2027-01-06T10:00:00Z")
	shown := s.show(p.Subscription.ID)
	require.Equal(t, []int{2, 2}, []int{shown.Seats, shown.RenewalSeats}, "all seats renew together")
	s.Audit()
}

func TestAnUpgradeEndsWhatWasPinnedAndKeepsOtherSubscriptions(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	first, second := s.buy("sketch-lt", 1, licensing.Annual, true), s.buy("sketch-lt", 1, licensing.Annual, true)
	join(s.Stage, "acme", "cyd@acme.test", account.User)
	stage.Do(s.Stage, ada, licensing.Assign{Team: "acme", Product: "sketch-lt", User: "bob@acme.test", Subscription: first.Subscription.ID})
	stage.Do(s.Stage, ada, licensing.Assign{Team: "acme", Product: "sketch-lt", User: "cyd@acme.test", Subscription: second.Subscription.ID})
	stage.Do(s.Stage, ada, billing.Upgrade{Subscription: first.Subscription.ID, To: "sketch"})
	require.Equal(t, licensing.Overlay, s.source(bob, "sketch-lt"))
	require.Equal(t, licensing.Seat, s.source(rule.ByEmail("cyd@acme.test"), "sketch-lt"))
	require.Equal(t, 1, stage.Ask(s.Stage, ada, licensing.SeatsQuery{Team: "acme", Product: "sketch-lt"}).Owned)
	s.Audit()
}
