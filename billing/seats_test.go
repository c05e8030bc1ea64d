package billing_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

func TestAddedSeatsAreChargedByTheDaysLeft(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, start string
		zone        period.Zone
		product     string
		term        licensing.Term
		at          string
		seats       int
		total       string
	}{
		{"half a year", "2026-01-01T00:00:00Z", "", "sketch", licensing.Annual, "2026-07-02T00:00:00Z", 2, "1002.74 USD"},
		{"the last day", "2026-01-01T00:00:00Z", "", "sketch", licensing.Annual, "2026-12-31T00:00:00Z", 2, "5.48 USD"},
		{"late on the last day", "2026-01-01T00:00:00Z", "", "sketch", licensing.Annual, "2026-12-31T23:59:59Z", 2, "5.48 USD"},
		{"the first day", "2026-01-01T00:00:00Z", "", "sketch", licensing.Annual, "2026-01-01T23:59:59Z", 2, "2000.00 USD"},
		{"the second day", "2026-01-01T00:00:00Z", "", "sketch", licensing.Annual, "2026-01-02T00:00:00Z", 2, "1994.52 USD"},
		{"three years less a day", "2025-01-01T00:00:00Z", "", "sketch", licensing.ThreeYear, "2025-01-02T00:00:00Z", 1000, "999086757.99 USD"},
		{"the end's own date", "2026-01-05T09:00:00Z", "", "sketch", licensing.Annual, "2027-01-05T08:59:59Z", 2, "0.00 USD"},
		{"the day before it", "2026-01-05T09:00:00Z", "", "sketch", licensing.Annual, "2027-01-04T23:59:59Z", 2, "5.48 USD"},
		{"February", "2027-01-31T00:00:00Z", "", "sketch", licensing.Monthly, "2027-02-14T00:00:00Z", 1, "50.00 USD"},
		{"the team's day, which has begun", "2026-01-01T00:00:00Z", "Asia/Tokyo", "sketch", licensing.Annual, "2026-07-01T15:00:00Z", 2, "1002.74 USD"},
		{"the team's day, which has not", "2026-01-01T00:00:00Z", "Asia/Tokyo", "sketch", licensing.Annual, "2026-07-01T14:59:59Z", 2, "1008.22 USD"},
		{"half a yen more", "2028-01-01T00:00:00Z", "", "yen", licensing.Annual, "2028-07-02T00:00:00Z", 1, "3 JPY"},
		{"half a yen more of three", "2028-01-01T00:00:00Z", "", "yen", licensing.Annual, "2028-07-02T00:00:00Z", 3, "8 JPY"},
		{"half a cent", "2028-01-01T00:00:00Z", "", "cent", licensing.Annual, "2028-07-02T00:00:00Z", 1, "0.01 USD"},
		{"half a cent more", "2028-01-01T00:00:00Z", "", "cent", licensing.Annual, "2028-07-02T00:00:00Z", 3, "0.02 USD"},
		{"less than half a cent", "2028-01-01T00:00:00Z", "", "cent", licensing.Annual, "2028-07-03T00:00:00Z", 1, "0.00 USD"},
		{"half a fils", "2028-01-01T00:00:00Z", "", "dinar", licensing.Annual, "2028-07-02T00:00:00Z", 1, "0.001 KWD"},
		{"less than half a fils", "2028-01-01T00:00:00Z", "", "dinar", licensing.Annual, "2028-07-03T00:00:00Z", 1, "0.000 KWD"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, c.start)
			stage.Do(s.Stage, operator, account.CreateTeam{Team: "zoned", Owner: "ada@acme.test", Country: "US", Zone: c.zone})
			p := stage.Do(s.Stage, ada, billing.Purchase{Team: "zoned", Product: c.product, Seats: 1, Term: c.term, PaymentMethod: s.byInvoice()})
			s.At(c.at)
			r := stage.Do(s.Stage, ada, billing.AddSeats{Subscription: p.Subscription.ID, Seats: c.seats})
			require.Equal(t, amount(c.total), r.Invoice.Total)
			require.Len(t, r.Invoice.Lines, 1)
			require.Equal(t, 1+c.seats, r.Subscription.Seats)
			require.Equal(t, p.Subscription.Ends, r.Subscription.Ends)
			s.Audit()
		})
	}
}

func TestTheLineOfAddedSeatsSaysHowItWasMade(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-01T00:00:00Z")
	p := s.buy("sketch", 1, licensing.Annual, true)
	s.At("2026-07-02T00:00:00Z")
	r := stage.Do(s.Stage, ada, billing.AddSeats{Subscription: p.Subscription.ID, Seats: 2})
	require.Contains(t, r.Invoice.Lines[0].Description, "2 × 1000.00 USD × 183/365 days")
	require.Equal(t, []string{"1000.00 USD", "1002.74 USD"}, s.bank.amounts())
	s.Audit()
}

func TestSeatsAreProratedBySecondsWhereThePolicySaysSo(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-01T00:00:00Z", "proration=second")
	p := s.buy("sketch", 1, licensing.Annual, true)
	s.At("2026-12-31T12:00:00Z")
	r := stage.Do(s.Stage, ada, billing.AddSeats{Subscription: p.Subscription.ID, Seats: 2})
	require.Equal(t, amount("2.74 USD"), r.Invoice.Total)
	s.Audit()
}

func TestSeatsAreAddedToTheNextTermTooWhereItIsPaid(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch", 3, licensing.Annual, true)
	s.At("2026-10-07T09:00:00Z")
	stage.Do(s.Stage, ada, billing.Renew{Subscription: p.Subscription.ID})
	s.At("2026-12-06T09:00:00Z")
	r := stage.Do(s.Stage, ada, billing.AddSeats{Subscription: p.Subscription.ID, Seats: 2})
	require.Len(t, r.Invoice.Lines, 2)
	require.Equal(t, amount("164.38 USD"), r.Invoice.Lines[0].Amount, "30/365 × 2,000.00")
	require.Equal(t, amount("2000.00 USD"), r.Invoice.Lines[1].Amount, "at the new price, whole")
	require.Equal(t, amount("2164.38 USD"), r.Invoice.Total)
	require.Equal(t, []int{5, 5}, []int{r.Subscription.Seats, r.Subscription.RenewalSeats})
	s.At("2027-01-05T09:00:00Z")
	require.Equal(t, 5, s.show(p.Subscription.ID).Seats)
	s.At("2028-01-05T09:00:00Z")
	shown := s.show(p.Subscription.ID)
	require.Equal(t, []int{5, 5}, []int{shown.Seats, shown.RenewalSeats}, "all seats renew together")
	require.Equal(t, "4500.00 USD", s.bank.amounts()[3])
	s.Audit()
}

func TestTheNextTermOfAnotherLengthIsPricedByItsOwn(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch", 1, licensing.Annual, true)
	s.At("2026-12-06T09:00:00Z")
	stage.Do(s.Stage, ada, billing.Renew{Subscription: p.Subscription.ID, Term: licensing.Monthly})
	r := stage.Do(s.Stage, ada, billing.AddSeats{Subscription: p.Subscription.ID, Seats: 1})
	require.Equal(t, amount("82.19 USD"), r.Invoice.Lines[0].Amount)
	require.Equal(t, amount("100.00 USD"), r.Invoice.Lines[1].Amount)
	require.Equal(t, stage.At("2027-02-05T09:00:00Z"), r.Subscription.Ends)
	s.Audit()
}

func TestDeclinedSeatsAreNotAdded(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch", 3, licensing.Annual, true)
	s.bank.set(true, false)
	declined(s, billing.AddSeats{Subscription: p.Subscription.ID, Seats: 2})
	shown := s.show(p.Subscription.ID)
	require.Equal(t, []int{3, 3}, []int{shown.Seats, shown.RenewalSeats})
	require.Equal(t, []string{"3000.00 USD paid", "2000.00 USD cancelled"}, s.invoices())
	s.bank.set(false, false)
	require.Equal(t, 5, stage.Do(s.Stage, ada, billing.AddSeats{Subscription: p.Subscription.ID, Seats: 2}).Subscription.Seats)
	s.Audit()
}

func TestSeatsThatCannotBeAddedAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		at    string
		who   rule.Actor
		seats int
		code  rule.Code
	}{
		{"none", "2026-07-02T00:00:00Z", ada, 0, rule.Invalid},
		{"fewer", "2026-07-02T00:00:00Z", ada, -1, rule.Invalid},
		{"the least number", "2026-07-02T00:00:00Z", ada, math.MinInt, rule.Invalid},
		{"the greatest number", "2026-07-02T00:00:00Z", ada, math.MaxInt, rule.Invalid},
		{"one more than a million in all", "2026-07-02T00:00:00Z", ada, billing.MaxSeats, rule.Invalid},
		{"at the end", "2027-01-05T09:00:00Z", ada, 1, rule.TooLate},
		{"by another member", "2026-07-02T00:00:00Z", bob, 1, rule.NotPermitted},
		{"by a stranger", "2026-07-02T00:00:00Z", dan, 1, rule.NotFound},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-01-05T09:00:00Z")
			p := s.buy("sketch", 1, licensing.Annual, false)
			s.At(c.at)
			stage.Refused(s.Stage, c.who, c.code, billing.AddSeats{Subscription: p.Subscription.ID, Seats: c.seats})
			s.Audit()
		})
	}
}

func TestSeatsAreAddedUpToTheInstantBeforeTheEnd(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch", 1, licensing.Annual, false)
	s.Clock.Set(p.Subscription.Ends.Add(-1))
	require.Equal(t, 2, stage.Do(s.Stage, ada, billing.AddSeats{Subscription: p.Subscription.ID, Seats: 1}).Subscription.Seats)
	s.Audit()
}

func TestNoSeatsAreAddedInTheDaysAfterAFailedRenewal(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch", 1, licensing.Annual, true)
	s.bank.set(true, false)
	s.At("2027-01-05T10:00:00Z")
	r := stage.Refused(s.Stage, ada, rule.TooLate, billing.AddSeats{Subscription: p.Subscription.ID, Seats: 1})
	require.Contains(t, r.Text, "expired")
	s.Audit()
}

func TestSeatsAreReducedAtTheRenewal(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		policy []string
		to     int
		ok     bool
	}{
		{"to one", nil, 1, true},
		{"to none", nil, 0, false},
		{"to as many as there are", nil, 3, true},
		{"to more", nil, 4, false},
		{"to the greatest number", nil, math.MaxInt, false},
		{"to the least number", nil, math.MinInt, false},
		{"to the minimum", []string{"seats-min=2"}, 2, true},
		{"below the minimum", []string{"seats-min=2"}, 1, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-01-05T09:00:00Z", c.policy...)
			p := s.buy("sketch", 3, licensing.Annual, true)
			s.At("2026-06-05T09:00:00Z")
			reduce := billing.ReduceSeats{Subscription: p.Subscription.ID, To: c.to}
			if !c.ok {
				require.Equal(t, billing.ReduceSeatsRule, stage.Refused(s.Stage, ada, rule.Invalid, reduce).Rule)
				return
			}
			shown := stage.Do(s.Stage, ada, reduce).Subscription
			require.Equal(t, []int{3, c.to}, []int{shown.Seats, shown.RenewalSeats})
			s.At("2027-01-05T08:59:59Z")
			require.Equal(t, 3, s.show(p.Subscription.ID).Seats)
			s.At("2027-01-05T09:00:00Z")
			require.Equal(t, c.to, s.show(p.Subscription.ID).Seats)
			require.Equal(t, amount("900.00 USD").Minor()*int64(c.to), s.bank.charges[1].Amount.Minor())
			s.Audit()
		})
	}
}

func TestAReductionIsChangedAgainBeforeTheRenewal(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch", 3, licensing.Annual, true)
	for _, to := range []int{1, 3, 2} {
		stage.Do(s.Stage, ada, billing.ReduceSeats{Subscription: p.Subscription.ID, To: to})
	}
	r := stage.Do(s.Stage, ada, billing.AddSeats{Subscription: p.Subscription.ID, Seats: 2})
	require.Equal(t, []int{5, 4}, []int{r.Subscription.Seats, r.Subscription.RenewalSeats})
	stage.Refused(s.Stage, bob, rule.NotPermitted, billing.ReduceSeats{Subscription: p.Subscription.ID, To: 1})
	s.Audit()
}

func TestWhoWasAssignedLastHasNoAccessAfterAReduction(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch", 2, licensing.Annual, true)
	stage.Do(s.Stage, ada, licensing.Assign{Team: "acme", Product: "sketch", User: "ada@acme.test"})
	s.At("2026-01-06T09:00:00Z")
	s.assign("sketch")
	stage.Do(s.Stage, ada, billing.ReduceSeats{Subscription: p.Subscription.ID, To: 1})
	s.At("2027-01-05T08:59:59Z")
	require.Equal(t, licensing.Seat, s.source(bob, "sketch"))
	s.At("2027-01-05T09:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	require.Equal(t, []licensing.AccessSource{licensing.Seat, licensing.None}, []licensing.AccessSource{s.source(ada, "sketch"), s.source(bob, "sketch")})
	require.Equal(t, 2, stage.Ask(s.Stage, ada, licensing.SeatsQuery{Team: "acme", Product: "sketch"}).Assigned, "nobody is dropped")
	stage.Do(s.Stage, ada, billing.AddSeats{Subscription: p.Subscription.ID, Seats: 1})
	require.Equal(t, licensing.Seat, s.source(bob, "sketch"), "seats have returned")
	s.Audit()
}
