package licensing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

var bobsHome = licensing.GrantHomeUse{Team: "acme", User: "bob@acme.test", Product: "chart"}

func atHome(s *stage.Stage, user rule.Address) []licensing.HomeUseShown {
	s.Helper()
	return stage.Ask(s, rule.Operator, licensing.HomeUseQuery{Team: "acme", User: user})
}

func TestHomeUseIsAskedForAndGrantedOnTheSameSeat(t *testing.T) {
	t.Parallel()
	s := house(t, drafts(t))
	maintain(s, "chart", 2, licensing.Annual)
	assign(s, "chart", "bob@acme.test")
	ask := licensing.RequestHomeUse(bobsHome)
	now, ends := stage.At(monday), stage.At("2027-02-05T09:00:00Z")
	want := licensing.HomeUseShown{Team: "acme", User: "bob@acme.test", Product: "chart", Status: licensing.UseRequested, Asked: &now}
	require.Equal(t, want, stage.Do(s, bob, ask).HomeUse)
	stage.Refused(s, ada, rule.NotPermitted, ask)
	stage.Refused(s, bob, rule.NotPermitted, bobsHome)
	granted := stage.At("2026-03-01T12:00:00Z")
	want.Status, want.InForce, want.Granted, want.Ends = licensing.UseGranted, true, &granted, &ends
	require.Equal(t, want, stage.Do(s.At("2026-03-01T12:00:00Z"), ada, bobsHome).HomeUse)
	require.Equal(t, want, stage.Do(s.At("2026-03-02T12:00:00Z"), ada, bobsHome).HomeUse, "there is one for each holder and product")
	require.Equal(t, want, stage.Do(s, bob, ask).HomeUse)
	require.Equal(t, licensing.Seats{Owned: 2, Assigned: 1, Free: 1}, seats(s, "chart"), "it takes no seat")
	require.Equal(t, licensing.Seat, source(s, "bob@acme.test", "chart"))
	tile := stage.Ask(s, bob, licensing.TilesQuery{User: "bob@acme.test"})[0]
	require.Equal(t, &ends, tile.HomeUntil)
	require.Contains(t, stage.Ask(s, ada, account.RemovalQuery{Team: "acme", User: "bob@acme.test"}).Ends,
		account.Ending{What: "home-use", Name: "chart", Until: &ends})
	s.Audit()
}

func TestHomeUseEndsThirteenMonthsAfterTheSubscriptionsStart(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, start, zone, last, end string
		policy                       map[string]string
	}{
		{"and not one second later", monday, "UTC", "2027-02-05T08:59:59Z", "2027-02-05T09:00:00Z", nil},
		{"at the end of a shorter month", "2027-01-31T09:00:00Z", "UTC", "2028-02-29T08:59:59Z", "2028-02-29T09:00:00Z", nil},
		{"in the team's zone, where the clocks were changed", "2026-02-28T09:00:00Z", "Europe/Paris", "2027-03-28T07:59:59Z", "2027-03-28T08:00:00Z", nil},
		{"or as late as the policy says", monday, "UTC", "2026-07-05T08:59:59Z", "2026-07-05T09:00:00Z", map[string]string{"home-use-life": "6mo"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			config := drafts(t)
			config.Zone, config.Policy = zone(t, c.zone), c.policy
			s := house(t, config)
			s.At(c.start)
			on := true
			stage.Do(s, rule.Operator, billing.Purchase{Team: "acme", Product: "chart", Seats: 1, Term: licensing.Annual, Plan: "maintenance", AutoRenew: &on})
			assign(s, "chart", "bob@acme.test")
			end := stage.At(c.end)
			require.Equal(t, &end, stage.Do(s, ada, bobsHome).HomeUse.Ends)
			require.NoError(t, s.At(c.last).RunDue(s.Context()))
			require.True(t, atHome(s, "bob@acme.test")[0].InForce, "the renewal keeps it")
			s.At(c.end)
			require.Equal(t, licensing.UseEnded, atHome(s, "bob@acme.test")[0].Status)
			require.False(t, atHome(s, "bob@acme.test")[0].InForce)
			require.Equal(t, licensing.Seat, source(s, "bob@acme.test", "chart"), "the seat goes on")
			require.Nil(t, stage.Ask(s, bob, licensing.TilesQuery{User: "bob@acme.test"})[0].HomeUntil)
			refusal := stage.Refused(s, bob, rule.TooLate, licensing.RequestHomeUse(bobsHome))
			require.Equal(t, licensing.HomeUseRule, refusal.Rule)
			stage.Refused(s, ada, rule.TooLate, bobsHome)
			s.Audit()
		})
	}
}

func TestHomeUseCountsFromTheSubscriptionOfTheSeat(t *testing.T) {
	t.Parallel()
	s := house(t, drafts(t))
	first := maintain(s, "chart", 1, licensing.Annual)
	s.At("2026-06-01T00:00:00Z")
	maintain(s, "chart", 1, licensing.Annual)
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "chart", User: "bob@acme.test", Subscription: first})
	assign(s, "chart", "eve@acme.test")
	pinned, pooled := stage.At("2027-02-05T09:00:00Z"), stage.At("2027-07-01T00:00:00Z")
	require.Equal(t, &pinned, stage.Do(s, ada, bobsHome).HomeUse.Ends)
	require.Equal(t, &pooled, stage.Do(s, ada, licensing.GrantHomeUse{Team: "acme", User: "eve@acme.test", Product: "chart"}).HomeUse.Ends)
	s.Audit()
}

func TestHomeUseEndsBeforeItsTime(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		end  func(*stage.Stage)
		left []licensing.UseStatus
	}{
		{"with the seat", func(s *stage.Stage) {
			stage.Do(s, ada, licensing.Unassign{Team: "acme", Product: "chart", User: "bob@acme.test"})
		}, []licensing.UseStatus{licensing.UseEnded}},
		{"with the seat, and does not come back with another", func(s *stage.Stage) {
			stage.Do(s, ada, licensing.Unassign{Team: "acme", Product: "chart", User: "bob@acme.test"})
			assign(s, "chart", "bob@acme.test")
		}, []licensing.UseStatus{licensing.UseEnded}},
		{"with the membership", func(s *stage.Stage) {
			stage.Do(s, ada, account.RemoveMember{Team: "acme", User: "bob@acme.test"})
		}, []licensing.UseStatus{}},
		{"when the person gives it back", func(s *stage.Stage) {
			stage.Do(s, bob, licensing.EndHomeUse(bobsHome))
			stage.Do(s, bob, licensing.EndHomeUse(bobsHome))
		}, []licensing.UseStatus{licensing.UseEnded}},
		{"never, when somebody else loses theirs", func(s *stage.Stage) {
			stage.Do(s, ada, licensing.Unassign{Team: "acme", Product: "chart", User: "eve@acme.test"})
			stage.Refused(s, eve, rule.NotPermitted, licensing.EndHomeUse(bobsHome))
			stage.Refused(s, ada, rule.Conflict, licensing.DeclineHomeUse(bobsHome))
			stage.Refused(s, ada, rule.NotFound, licensing.DeclineHomeUse{Team: "acme", User: "eve@acme.test", Product: "chart"})
			stage.Refused(s, ada, rule.NotFound, licensing.EndHomeUse{Team: "acme", User: "eve@acme.test", Product: "chart"})
		}, []licensing.UseStatus{licensing.UseGranted}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := house(t, drafts(t))
			maintain(s, "chart", 2, licensing.Annual)
			assign(s, "chart", "bob@acme.test", "eve@acme.test")
			stage.Do(s, ada, bobsHome)
			c.end(s.At("2026-01-06T09:00:00Z"))
			statuses := []licensing.UseStatus{}
			for _, u := range atHome(s, "bob@acme.test") {
				statuses = append(statuses, u.Status)
			}
			require.Equal(t, c.left, statuses)
			s.Audit()
		})
	}
}

func TestHomeUseIsRefused(t *testing.T) {
	t.Parallel()
	s := house(t, drafts(t))
	buy(s, "chart", 2, licensing.Annual)
	assign(s, "chart", "bob@acme.test", "eve@acme.test")
	refusal := stage.Refused(s, bob, rule.NotAssigned, licensing.RequestHomeUse(bobsHome))
	require.Equal(t, licensing.HomeUseRule, refusal.Rule)
	maintain(s, "chart", 1, licensing.Annual)
	maintain(s, "bundle", 1, licensing.Annual)
	assign(s, "bundle", "tim@acme.test")
	for _, user := range []rule.Address{"ada@acme.test", "tim@acme.test"} {
		stage.Refused(s, ada, rule.NotAssigned, licensing.GrantHomeUse{Team: "acme", User: user, Product: "chart"})
	}
	stage.Do(s, ada, licensing.GrantHomeUse{Team: "acme", User: "tim@acme.test", Product: "bundle"})
	require.NotNil(t, stage.Ask(s, tim, licensing.TilesQuery{User: "tim@acme.test", Search: "chart"})[0].HomeUntil, "at home too a collection covers its products")
	stage.Do(s, ada, bobsHome)
	stage.Refused(s, ada, rule.NoSeats, licensing.GrantHomeUse{Team: "acme", User: "eve@acme.test", Product: "chart"})
	stage.Do(s, eve, licensing.RequestHomeUse{Team: "acme", User: "eve@acme.test", Product: "chart"})
	stage.Do(s, ada, licensing.DeclineHomeUse{Team: "acme", User: "eve@acme.test", Product: "chart"})
	require.Equal(t, licensing.UseDeclined, atHome(s, "eve@acme.test")[0].Status)
	require.Len(t, stage.Ask(s, ada, licensing.HomeUseQuery{Team: "acme"}), 3)
	stage.Refused(s, ada, rule.NotFound, licensing.GrantHomeUse{Team: "acme", User: "zoe@gamma.test", Product: "chart"})
	stage.Refused(s, ada, rule.NotFound, licensing.GrantHomeUse{Team: "acme", User: "bob@acme.test", Product: "nothing"})
	s.Audit()
}

func TestHomeUseRestsWhileItsBenefitIsWithheld(t *testing.T) {
	t.Parallel()
	s := house(t, drafts(t))
	maintain(s, "chart", 2, licensing.Annual)
	assign(s, "chart", "bob@acme.test", "eve@acme.test")
	ends := stage.Do(s, ada, bobsHome).HomeUse.Ends
	for _, user := range []rule.Address{"bob@acme.test", "eve@acme.test"} {
		stage.Do(s, ada, account.WithholdBenefit{Team: "acme", User: user, Benefit: account.HomeUse})
	}
	refusal := stage.Refused(s, eve, rule.NotPermitted, licensing.RequestHomeUse{Team: "acme", User: "eve@acme.test", Product: "chart"})
	require.Equal(t, account.BenefitRule, refusal.Rule)
	require.False(t, atHome(s, "bob@acme.test")[0].InForce)
	require.Equal(t, licensing.UseGranted, atHome(s, "bob@acme.test")[0].Status)
	require.Equal(t, licensing.Seat, source(s, "bob@acme.test", "chart"), "the seat is another thing")
	s.At("2026-09-01T00:00:00Z")
	stage.Do(s, ada, account.GrantBenefit{Team: "acme", User: "bob@acme.test", Benefit: account.HomeUse})
	require.True(t, atHome(s, "bob@acme.test")[0].InForce)
	require.Equal(t, ends, atHome(s, "bob@acme.test")[0].Ends, "its end was fixed")
	s.Audit()
}

func TestAnUpgradeLeavesHomeUseWithTheOldSeat(t *testing.T) {
	t.Parallel()
	config := seatbook.Config{Catalog: &licensing.Catalog{Products: []licensing.Product{
		priced(licensing.Product{ID: "chart", FlexRate: licensing.Rates{{Rate: 1}}}),
		priced(licensing.Product{ID: "bundle", Kind: licensing.Collection, Members: []string{"chart"}}),
	}}}
	s := house(t, config)
	sub := maintain(s, "chart", 1, licensing.Annual)
	assign(s, "chart", "bob@acme.test")
	stage.Do(s, ada, bobsHome)
	stage.Do(s, rule.Operator, billing.Upgrade{Subscription: sub, To: "bundle"})
	require.False(t, atHome(s, "bob@acme.test")[0].InForce, "an overlap is no seat")
	s.At("2026-02-04T08:59:59Z")
	require.Equal(t, licensing.UseGranted, atHome(s, "bob@acme.test")[0].Status)
	s.At("2026-02-04T09:00:00Z")
	require.Equal(t, licensing.UseEnded, atHome(s, "bob@acme.test")[0].Status, "with the overlap the old product is gone")
	require.Equal(t, flex.Access{Source: licensing.None, Rules: access(s, "bob@acme.test", "chart").Rules}, access(s, "bob@acme.test", "chart"))
	s.Audit()
}

// usesOf gives chart to bob, eve and tim under maintenance. Bob waits for an older
// release and for home use, eve has both, and an education access too.
func usesOf(s *stage.Stage) {
	s.Helper()
	maintain(s, "chart", 3, licensing.Annual)
	assign(s, "chart", "bob@acme.test", "eve@acme.test", "tim@acme.test")
	stage.Do(s, bob, licensing.RequestPreviousUse{Team: "acme", User: "bob@acme.test", Product: "chart", Version: "2"})
	stage.Do(s, bob, licensing.RequestHomeUse(bobsHome))
	stage.Do(s, ada, licensing.GrantPreviousUse{Team: "acme", User: "eve@acme.test", Product: "chart", Version: "1"})
	stage.Do(s, ada, licensing.GrantHomeUse{Team: "acme", User: "eve@acme.test", Product: "chart"})
	stage.Do(s, rule.Operator, licensing.ConfirmEducation{User: "eve@acme.test", Until: stage.At("2028-01-01T00:00:00Z")})
	stage.Do(s, eve, licensing.StartEducation{User: "eve@acme.test", Product: "maya"})
}
