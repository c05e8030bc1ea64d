package licensing_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

func TestTooFewSeatsForAGroupRefuseAllOfItWithHowManyAreMissing(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	buy(s, "maya", 1, licensing.Annual)
	stage.Do(s, ada, account.CreateGroup{Team: "acme", Group: "art", Users: []rule.Address{"bob@acme.test", "eve@acme.test", "tim@acme.test"}})
	grant := licensing.Assign{Team: "acme", Product: "maya", Group: "art"}
	refusal := stage.Refused(s, ada, rule.NoSeats, grant)
	require.Equal(t, licensing.ShortageRule, refusal.Rule)
	require.Contains(t, refusal.Error(), "missing 2")
	require.Equal(t, licensing.Seats{Owned: 1, Free: 1}, seats(s, "maya"))
	buy(s, "maya", 1, licensing.Annual)
	require.Contains(t, stage.Refused(s, ada, rule.NoSeats, grant).Error(), "missing 1")
	buy(s, "maya", 1, licensing.Annual)
	stage.Do(s, ada, grant)
	require.Equal(t, licensing.Seats{Owned: 3, Assigned: 3}, seats(s, "maya"))
	s.Audit()
}

func TestOneSeatMissingForAGroupIsAShortageToo(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	buy(s, "maya", 1, licensing.Annual)
	stage.Do(s, ada, account.CreateGroup{Team: "acme", Group: "art", Users: []rule.Address{"bob@acme.test"}})
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "maya", Group: "art"})
	refusal := stage.Refused(s, ada, rule.NoSeats, account.AddToGroup{Team: "acme", Group: "art", User: "eve@acme.test"})
	require.Equal(t, licensing.ShortageRule, refusal.Rule)
	require.Contains(t, refusal.Error(), "missing 1")
	s.Audit()
}

func TestWhoHoldsTheProductAlreadyNeedsNoSeatOfTheGroup(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	buy(s, "maya", 2, licensing.Annual)
	assign(s, "maya", "bob@acme.test")
	stage.Do(s, ada, account.CreateGroup{Team: "acme", Group: "art", Users: []rule.Address{"bob@acme.test", "eve@acme.test"}})
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "maya", Group: "art"})
	require.Equal(t, licensing.Seats{Owned: 2, Assigned: 2}, seats(s, "maya"))
	s.Audit()
}

func TestTheNumberMissingCountsWhoIsInvitedIntoTheGroupToo(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	buy(s, "maya", 1, licensing.Annual)
	stage.Do(s, ada, account.CreateGroup{Team: "acme", Group: "art", Users: []rule.Address{"bob@acme.test"}})
	for _, u := range []rule.Address{"p1@home.test", "p2@home.test"} {
		stage.Do(s, ada, account.Invite{Team: "acme", Email: u, Groups: []string{"art"}})
	}
	refusal := stage.Refused(s, ada, rule.NoSeats, licensing.Assign{Team: "acme", Product: "maya", Group: "art"})
	require.Contains(t, refusal.Error(), "missing 2")
	require.Equal(t, licensing.Seats{Owned: 1, Free: 1}, seats(s, "maya"))
}

// renewed makes a team whose subscription of three seats renews with fewer.
func renewed(t *testing.T, to int) (s *stage.Stage, sub string) {
	t.Helper()
	s = house(t, seatbook.Config{})
	sub = stage.Do(s, rule.Operator, billing.Purchase{Team: "acme", Product: "maya", Seats: 3, Term: licensing.Monthly}).Subscription.ID
	stage.Do(s, rule.Operator, billing.ReduceSeats{Subscription: sub, To: to})
	return s, sub
}

func TestWhoWasAssignedLastHasNoAccessFirst(t *testing.T) {
	t.Parallel()
	s, sub := renewed(t, 1)
	order := []rule.Address{"tim@acme.test", "bob@acme.test", "eve@acme.test"}
	for i, u := range order {
		s.Clock.Set(stage.At(monday).AddDate(0, 0, i))
		assign(s, "maya", u)
	}
	seat, none := licensing.Seat, licensing.None
	s.At("2026-02-05T08:59:59Z")
	require.Equal(t, []licensing.AccessSource{seat, seat, seat}, sources(s, "maya", order...))
	s.At("2026-02-05T09:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	require.Equal(t, []licensing.AccessSource{seat, none, none}, sources(s, "maya", order...))
	require.Equal(t, licensing.Seats{Owned: 1, Assigned: 3}, seats(s, "maya"), "nobody is dropped")
	stage.Refused(s, ada, rule.NoSeats, licensing.Assign{Team: "acme", Product: "maya", User: "gus@acme.test"})
	assign(s, "maya", "eve@acme.test")
	stage.Do(s, rule.Operator, billing.AddSeats{Subscription: sub, Seats: 1})
	require.Equal(t, []licensing.AccessSource{seat, seat, none}, sources(s, "maya", order...))
	stage.Refused(s, ada, rule.NoSeats, licensing.Assign{Team: "acme", Product: "maya", User: "gus@acme.test"})
	stage.Do(s, ada, licensing.Unassign{Team: "acme", Product: "maya", User: "tim@acme.test"})
	require.Equal(t, []licensing.AccessSource{none, seat, seat}, sources(s, "maya", order...))
	stage.Refused(s, ada, rule.NoSeats, licensing.Assign{Team: "acme", Product: "maya", User: "tim@acme.test"})
	stage.Do(s, rule.Operator, billing.AddSeats{Subscription: sub, Seats: 1})
	assign(s, "maya", "tim@acme.test")
	require.Equal(t, []licensing.AccessSource{seat, seat, seat}, sources(s, "maya", order...))
	s.Audit()
}

func TestOfThoseAssignedAtOneInstantTheHigherAddressLosesFirst(t *testing.T) {
	t.Parallel()
	for _, byGroup := range []bool{true, false} {
		s, sub := renewed(t, 1)
		order := []rule.Address{"tim@acme.test", "bob@acme.test", "eve@acme.test"}
		if byGroup {
			stage.Do(s, ada, account.CreateGroup{Team: "acme", Group: "art", Users: order})
			stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "maya", Group: "art"})
		} else {
			assign(s, "maya", order...)
		}
		slices.Sort(order)
		seat, none := licensing.Seat, licensing.None
		s.At("2026-02-05T09:00:00Z")
		require.NoError(t, s.RunDue(t.Context()))
		require.Equal(t, []licensing.AccessSource{seat, none, none}, sources(s, "maya", order...))
		stage.Do(s, rule.Operator, billing.AddSeats{Subscription: sub, Seats: 1})
		require.Equal(t, []licensing.AccessSource{seat, seat, none}, sources(s, "maya", order...))
		s.Audit()
	}
}

func TestAReassignedSeatIsOfToday(t *testing.T) {
	t.Parallel()
	s, _ := renewed(t, 1)
	assign(s, "maya", "bob@acme.test")
	s.At("2026-01-06T09:00:00Z")
	assign(s, "maya", "eve@acme.test")
	s.At("2026-01-07T09:00:00Z")
	stage.Do(s, ada, licensing.Unassign{Team: "acme", Product: "maya", User: "bob@acme.test"})
	assign(s, "maya", "bob@acme.test")
	s.At("2026-02-05T09:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	require.Equal(t, []licensing.AccessSource{licensing.None, licensing.Seat}, sources(s, "maya", "bob@acme.test", "eve@acme.test"))
	s.Audit()
}

// unpaid makes a team with a subscription that renews itself by a card that is
// declined from February on, beside one that is paid for a year.
func unpaid(t *testing.T) (s *stage.Stage, failing, paid string) {
	t.Helper()
	s = house(t, seatbook.Config{Payments: stage.Provider(func(c billing.Charge) (billing.Answer, error) {
		if c.At.Before(stage.At("2026-02-01T00:00:00Z")) {
			return billing.Answer{Outcome: billing.Paid}, nil
		}
		return billing.Answer{Outcome: billing.Declined}, nil
	})})
	failing = stage.Do(s, rule.Operator, billing.Purchase{Team: "acme", Product: "maya", Seats: 1, Term: licensing.Monthly}).Subscription.ID
	return s, failing, buy(s, "maya", 1, licensing.Annual)
}

func statusOf(s *stage.Stage, sub string) billing.Status {
	s.Helper()
	return stage.Ask(s, rule.Operator, billing.SubscriptionQuery{Subscription: sub}).Subscription.Status
}

func TestACancelledSubscriptionTakesItsPinnedSeatsWithIt(t *testing.T) {
	t.Parallel()
	s, failing, _ := unpaid(t)
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "maya", User: "bob@acme.test", Subscription: failing})
	s.At("2026-06-01T09:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	require.Equal(t, billing.Cancelled, statusOf(s, failing))
	require.Equal(t, licensing.Seats{Owned: 1, Free: 1}, seats(s, "maya"))
	assign(s, "maya", "eve@acme.test")
	require.Equal(t, []licensing.AccessSource{licensing.None, licensing.Seat}, sources(s, "maya", "bob@acme.test", "eve@acme.test"))
	s.Audit()
}

func TestACancelledSubscriptionTakesNoSeatThatIsPinnedToAnother(t *testing.T) {
	t.Parallel()
	s, failing, paid := unpaid(t)
	assign(s, "maya", "bob@acme.test")
	s.At("2026-01-06T09:00:00Z")
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "maya", User: "eve@acme.test", Subscription: paid})
	s.At("2026-06-01T09:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	require.Equal(t, billing.Cancelled, statusOf(s, failing))
	require.Equal(t, []licensing.AccessSource{licensing.None, licensing.Seat}, sources(s, "maya", "bob@acme.test", "eve@acme.test"))
	s.Audit()
}

func TestACancelledSubscriptionUnassignsWhoCameLast(t *testing.T) {
	t.Parallel()
	s, failing, _ := unpaid(t)
	assign(s, "maya", "tim@acme.test")
	s.At("2026-01-06T09:00:00Z")
	assign(s, "maya", "bob@acme.test")
	s.At("2026-06-01T09:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	require.Equal(t, billing.Cancelled, statusOf(s, failing))
	require.Equal(t, licensing.Seats{Owned: 1, Assigned: 1}, seats(s, "maya"))
	require.Equal(t, []licensing.AccessSource{licensing.Seat, licensing.None}, sources(s, "maya", "tim@acme.test", "bob@acme.test"))
	s.Audit()
}
