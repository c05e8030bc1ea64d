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

// drafts sells chart, of whose older releases two are eligible under maintenance,
// one will be when it has fallen behind and one is not, and a bundle of it.
func drafts(t testing.TB) seatbook.Config {
	t.Helper()
	var releases []licensing.Release
	for _, r := range []struct{ version, on string }{
		{"1", "2020-03-01"},
		{"2", "2021-03-01"},
		{"3", "2022-03-01"},
		{"4", "2023-03-01"},
		{"5", "2024-03-01"},
		{"6", "2025-03-01"},
		{"7", "2025-09-01"},
		{"8", "2026-09-01"},
	} {
		releases = append(releases, licensing.Release{Version: r.version, On: on(t, r.on)})
	}
	return seatbook.Config{Catalog: &licensing.Catalog{Products: []licensing.Product{
		priced(licensing.Product{ID: "chart", Releases: releases, PreviousUse: []string{"1", "2", "4"}, FlexRate: licensing.Rates{{Rate: 1}}}),
		priced(licensing.Product{ID: "bundle", Kind: licensing.Collection, Members: []string{"chart"}}),
	}}}
}

// maintain buys seats under maintenance that do not renew themselves.
func maintain(s *stage.Stage, product string, seats int, term licensing.Term) string {
	s.Helper()
	off := false
	return stage.Do(s, rule.Operator, billing.Purchase{
		Team: "acme", Product: product, Seats: seats, Term: term, Plan: "maintenance", AutoRenew: &off,
	}).Subscription.ID
}

func releases(s *stage.Stage, user rule.Address, product string) []string {
	s.Helper()
	list := []string{}
	for _, d := range stage.Ask(s, rule.Operator, licensing.DownloadsQuery{User: user, Product: product}) {
		list = append(list, d.Version)
	}
	return list
}

func previous(s *stage.Stage, user rule.Address) []licensing.PreviousUseShown {
	s.Helper()
	return stage.Ask(s, rule.Operator, licensing.PreviousUseQuery{Team: "acme", User: user})
}

func TestAnOlderReleaseIsAskedForGrantedAndRun(t *testing.T) {
	t.Parallel()
	s := house(t, drafts(t))
	maintain(s, "chart", 2, licensing.Annual)
	assign(s, "chart", "bob@acme.test")
	require.Equal(t, []string{"7", "6", "5", "4"}, releases(s, "bob@acme.test", "chart"))
	ask := licensing.RequestPreviousUse{Team: "acme", User: "bob@acme.test", Product: "chart", Version: "1"}
	now := stage.At(monday)
	want := licensing.PreviousUseShown{Team: "acme", User: "bob@acme.test", Product: "chart", Version: "1", Status: licensing.UseRequested, Asked: &now}
	require.Equal(t, want, stage.Do(s, bob, ask).PreviousUse)
	s.At("2026-01-06T09:00:00Z")
	require.Equal(t, want, stage.Do(s, bob, ask).PreviousUse, "asking twice changes nothing")
	require.Equal(t, []string{"7", "6", "5", "4"}, releases(s, "bob@acme.test", "chart"))
	stage.Refused(s, bob, rule.VersionTooOld, flex.Open{User: "bob@acme.test", Product: "chart", Release: "1"})

	grant := licensing.GrantPreviousUse{Team: "acme", User: "bob@acme.test", Product: "chart", Version: "1"}
	stage.Refused(s, bob, rule.NotPermitted, grant)
	granted := stage.At("2026-01-06T09:00:00Z")
	want.Status, want.InForce, want.Granted = licensing.UseGranted, true, &granted
	require.Equal(t, want, stage.Do(s, ada, grant).PreviousUse)
	require.Equal(t, want, stage.Do(s.At("2026-01-07T09:00:00Z"), ada, grant).PreviousUse, "granting twice changes nothing")
	require.Equal(t, want, stage.Do(s, bob, ask).PreviousUse, "nor does asking for what one has")
	require.Equal(t, []string{"7", "6", "5", "4", "1"}, releases(s, "bob@acme.test", "chart"))
	require.Equal(t, []string{"6", "5", "4", "1"}, stage.Ask(s, bob, licensing.TilesQuery{User: "bob@acme.test"})[0].Previous)
	require.Len(t, stage.Ask(s, bob, licensing.AvailableQuery{User: "bob@acme.test"}), 5)
	require.Len(t, stage.Do(s, bob, licensing.Download{User: "bob@acme.test", Product: "chart", Version: "1"}).Download.Files, 1)
	stage.Refused(s, bob, rule.VersionTooOld, licensing.Download{User: "bob@acme.test", Product: "chart", Version: "2"})
	require.Equal(t, licensing.Seat, stage.Do(s, bob, flex.Open{User: "bob@acme.test", Product: "chart", Release: "1"}).Source)
	require.Equal(t, licensing.Seats{Owned: 2, Assigned: 1, Free: 1}, seats(s, "chart"), "it runs on the seat that is held")
	require.Contains(t, stage.Ask(s, ada, account.RemovalQuery{Team: "acme", User: "bob@acme.test"}).Ends,
		account.Ending{What: "previous-use", Name: "chart", Source: "1"})
	s.Audit()
}

func TestAnOlderReleaseIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, version string
		user          rule.Address
		code          rule.Code
		by            *rule.Rule
	}{
		{"that everyone may download", "4", "bob@acme.test", rule.Invalid, licensing.PreviousUseRule},
		{"that the catalogue does not list", "3", "bob@acme.test", rule.VersionTooOld, licensing.PreviousUseRule},
		{"that has not appeared", "8", "bob@acme.test", rule.NotFound, nil},
		{"that never was", "9", "bob@acme.test", rule.NotFound, nil},
		{"to who has no seat", "1", "eve@acme.test", rule.NotAssigned, licensing.PreviousUseRule},
		{"to who has come last to too few seats", "1", "tim@acme.test", rule.NoSeats, licensing.PreviousUseRule},
		{"to who is not in the team", "1", "zoe@gamma.test", rule.NotFound, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := house(t, drafts(t))
			maintain(s, "chart", 1, licensing.Annual)
			buy(s, "chart", 1, licensing.Monthly)
			assign(s, "chart", "bob@acme.test")
			assign(s.At("2026-01-05T09:00:01Z"), "chart", "tim@acme.test")
			s.At("2026-02-06T09:00:00Z")
			refusal := stage.Refused(s, ada, c.code, licensing.GrantPreviousUse{Team: "acme", User: c.user, Product: "chart", Version: c.version})
			if c.by != nil {
				require.Equal(t, c.by, refusal.Rule)
			}
			s.Audit()
		})
	}
}

func TestAReleaseFallsBehindAndCanThenBeGranted(t *testing.T) {
	t.Parallel()
	s := house(t, drafts(t))
	maintain(s, "chart", 1, licensing.Annual)
	assign(s, "chart", "bob@acme.test")
	grant := licensing.GrantPreviousUse{Team: "acme", User: "bob@acme.test", Product: "chart", Version: "4"}
	s.At("2026-08-31T23:59:59Z")
	stage.Refused(s, ada, rule.Invalid, grant)
	s.At("2026-09-01T00:00:00Z")
	stage.Do(s, ada, grant)
	require.Equal(t, []string{"8", "7", "6", "5", "4"}, releases(s, "bob@acme.test", "chart"))
	s.Audit()
}

func TestOlderReleasesReachToAsManyPeopleAsThereAreSeatsUnderMaintenance(t *testing.T) {
	t.Parallel()
	s := house(t, drafts(t))
	grant := func(user rule.Address, version string) licensing.GrantPreviousUse {
		return licensing.GrantPreviousUse{Team: "acme", User: user, Product: "chart", Version: version}
	}
	buy(s, "chart", 2, licensing.Annual)
	assign(s, "chart", "bob@acme.test", "eve@acme.test")
	refusal := stage.Refused(s, ada, rule.NotAssigned, grant("bob@acme.test", "1"))
	require.Equal(t, licensing.PreviousUseRule, refusal.Rule)
	sub := maintain(s, "chart", 1, licensing.Monthly)
	assign(s, "chart", "tim@acme.test")
	stage.Do(s, ada, grant("bob@acme.test", "1"))
	stage.Do(s, ada, grant("bob@acme.test", "2"))
	refusal = stage.Refused(s, ada, rule.NoSeats, grant("eve@acme.test", "1"))
	require.Contains(t, refusal.Figures, rule.Fig("missing", 1))
	stage.Do(s, rule.Operator, billing.AddSeats{Subscription: sub, Seats: 1})
	s.At("2026-01-06T09:00:00Z")
	stage.Do(s, ada, grant("eve@acme.test", "1"))
	stage.Refused(s, ada, rule.NoSeats, grant("tim@acme.test", "2"))
	stage.Do(s, rule.Operator, billing.ReduceSeats{Subscription: sub, To: 1})
	stage.Do(s, rule.Operator, billing.Renew{Subscription: sub})
	s.At("2026-02-05T08:59:59Z")
	require.Equal(t, []string{"7", "6", "5", "4", "1"}, releases(s, "eve@acme.test", "chart"))
	s.At("2026-02-05T09:00:00Z")
	require.Equal(t, []string{"7", "6", "5", "4"}, releases(s, "eve@acme.test", "chart"), "who was granted it last has it no more")
	require.Equal(t, licensing.UseGranted, previous(s, "eve@acme.test")[0].Status)
	require.False(t, previous(s, "eve@acme.test")[0].InForce)
	require.Equal(t, []string{"7", "6", "5", "4", "2", "1"}, releases(s, "bob@acme.test", "chart"))
	s.Audit()
}

func TestAnOlderReleaseRestsWhileTheMaintenanceDoes(t *testing.T) {
	t.Parallel()
	s := house(t, drafts(t))
	sub := maintain(s, "chart", 1, licensing.Monthly)
	buy(s, "chart", 1, licensing.Annual)
	assign(s, "chart", "bob@acme.test")
	stage.Do(s, ada, licensing.GrantPreviousUse{Team: "acme", User: "bob@acme.test", Product: "chart", Version: "1"})
	s.At("2026-02-05T08:59:59Z")
	require.True(t, previous(s, "bob@acme.test")[0].InForce)
	s.At("2026-02-05T09:00:00Z")
	require.False(t, previous(s, "bob@acme.test")[0].InForce)
	require.Equal(t, licensing.Seat, source(s, "bob@acme.test", "chart"))
	stage.Refused(s, bob, rule.VersionTooOld, flex.Open{User: "bob@acme.test", Product: "chart", Release: "1"})
	stage.Do(s, rule.Operator, billing.Renew{Subscription: sub})
	require.True(t, previous(s, "bob@acme.test")[0].InForce, "who pays again has it again")
	s.Audit()
}

func TestAnOlderReleaseEnds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		end  func(*stage.Stage)
		left []licensing.UseStatus
	}{
		{"with the seat", func(s *stage.Stage) {
			stage.Do(s, ada, licensing.Unassign{Team: "acme", Product: "bundle", User: "bob@acme.test"})
		}, []licensing.UseStatus{licensing.UseEnded, licensing.UseEnded}},
		{"but not while another seat carries it", func(s *stage.Stage) {
			buy(s, "chart", 1, licensing.Annual)
			assign(s, "chart", "bob@acme.test")
			stage.Do(s, ada, licensing.Unassign{Team: "acme", Product: "bundle", User: "bob@acme.test"})
		}, []licensing.UseStatus{licensing.UseGranted, licensing.UseRequested}},
		{"with the membership, and is forgotten", func(s *stage.Stage) {
			stage.Do(s, ada, account.RemoveMember{Team: "acme", User: "bob@acme.test"})
			join(s, "acme", "bob@acme.test", account.User)
		}, []licensing.UseStatus{}},
		{"when an admin says so", func(s *stage.Stage) {
			stage.Do(s, ada, licensing.EndPreviousUse{Team: "acme", User: "bob@acme.test", Product: "chart", Version: "1"})
			stage.Do(s, ada, licensing.EndPreviousUse{Team: "acme", User: "bob@acme.test", Product: "chart", Version: "1"})
		}, []licensing.UseStatus{licensing.UseEnded, licensing.UseRequested}},
		{"when the person gives it back", func(s *stage.Stage) {
			stage.Do(s, bob, licensing.EndPreviousUse{Team: "acme", User: "bob@acme.test", Product: "chart", Version: "1"})
			stage.Do(s, bob, licensing.EndPreviousUse{Team: "acme", User: "bob@acme.test", Product: "chart", Version: "2"})
		}, []licensing.UseStatus{licensing.UseEnded, licensing.UseEnded}},
		{"before it begins, when it is declined", func(s *stage.Stage) {
			decline := licensing.DeclinePreviousUse{Team: "acme", User: "bob@acme.test", Product: "chart", Version: "2"}
			stage.Refused(s, bob, rule.NotPermitted, decline)
			stage.Do(s, ada, decline)
			stage.Do(s, ada, decline)
			stage.Refused(s, ada, rule.Conflict, licensing.DeclinePreviousUse{Team: "acme", User: "bob@acme.test", Product: "chart", Version: "1"})
			stage.Refused(s, ada, rule.NotFound, licensing.DeclinePreviousUse{Team: "acme", User: "eve@acme.test", Product: "chart", Version: "1"})
			stage.Refused(s, ada, rule.NotFound, licensing.EndPreviousUse{Team: "acme", User: "eve@acme.test", Product: "chart", Version: "1"})
		}, []licensing.UseStatus{licensing.UseGranted, licensing.UseDeclined}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := house(t, drafts(t))
			maintain(s, "bundle", 1, licensing.Annual)
			assign(s, "bundle", "bob@acme.test")
			stage.Do(s, ada, licensing.GrantPreviousUse{Team: "acme", User: "bob@acme.test", Product: "chart", Version: "1"})
			stage.Do(s, bob, licensing.RequestPreviousUse{Team: "acme", User: "bob@acme.test", Product: "chart", Version: "2"})
			require.Equal(t, []string{"7", "6", "5", "4", "1"}, releases(s, "bob@acme.test", "bundle"), "a collection carries it")
			c.end(s.At("2026-01-06T09:00:00Z"))
			statuses := []licensing.UseStatus{}
			for _, u := range previous(s, "bob@acme.test") {
				statuses = append(statuses, u.Status)
			}
			require.Equal(t, c.left, statuses)
			s.Audit()
		})
	}
}

func TestWhatWasDeclinedCanBeAskedForAgain(t *testing.T) {
	t.Parallel()
	s := house(t, drafts(t))
	maintain(s, "chart", 1, licensing.Annual)
	assign(s, "chart", "bob@acme.test")
	ask := licensing.RequestPreviousUse{Team: "acme", User: "bob@acme.test", Product: "chart", Version: "1"}
	stage.Do(s, bob, ask)
	stage.Do(s, ada, licensing.DeclinePreviousUse{Team: "acme", User: "bob@acme.test", Product: "chart", Version: "1"})
	require.Equal(t, licensing.UseRequested, stage.Do(s, bob, ask).PreviousUse.Status)
	stage.Refused(s, eve, rule.NotPermitted, ask)
	require.Equal(t, licensing.UseGranted, stage.Do(s, ada, licensing.GrantPreviousUse(ask)).PreviousUse.Status)
	require.Len(t, stage.Ask(s, ada, licensing.PreviousUseQuery{Team: "acme"}), 1)
	_, err := asked(s, bob, licensing.PreviousUseQuery{Team: "acme"})
	require.ErrorIs(t, err, rule.NotPermitted, "the list of all is for admins")
	require.Len(t, stage.Ask(s, bob, licensing.PreviousUseQuery{Team: "acme", User: "bob@acme.test"}), 1)
	s.Audit()
}

func TestWhoIsDeniedTheBenefitRunsNoOlderRelease(t *testing.T) {
	t.Parallel()
	s := house(t, drafts(t))
	maintain(s, "chart", 2, licensing.Annual)
	assign(s, "chart", "bob@acme.test", "eve@acme.test")
	stage.Do(s, ada, licensing.GrantPreviousUse{Team: "acme", User: "bob@acme.test", Product: "chart", Version: "1"})
	for _, user := range []rule.Address{"bob@acme.test", "eve@acme.test"} {
		stage.Do(s, ada, account.WithholdBenefit{Team: "acme", User: user, Benefit: account.PreviousVersions})
	}
	refusal := stage.Refused(s, eve, rule.NotPermitted, licensing.RequestPreviousUse{Team: "acme", User: "eve@acme.test", Product: "chart", Version: "1"})
	require.Equal(t, account.BenefitRule, refusal.Rule)
	require.Equal(t, "the team's admin ada@acme.test", refusal.Contact)
	stage.Refused(s, ada, rule.NotPermitted, licensing.GrantPreviousUse{Team: "acme", User: "eve@acme.test", Product: "chart", Version: "1"})
	require.False(t, previous(s, "bob@acme.test")[0].InForce)
	require.Equal(t, []string{"7", "6", "5", "4"}, releases(s, "bob@acme.test", "chart"))
	stage.Do(s, ada, account.GrantBenefit{Team: "acme", User: "bob@acme.test", Benefit: account.PreviousVersions})
	require.Equal(t, []string{"7", "6", "5", "4", "1"}, releases(s, "bob@acme.test", "chart"), "what was granted is there again")
	s.Audit()
}

func TestTheCatalogueListsItsOwnReleasesForPreviousUse(t *testing.T) {
	t.Parallel()
	faults := (&licensing.Catalog{Products: []licensing.Product{{
		ID: "chart", Releases: []licensing.Release{{Version: "1"}}, PreviousUse: []string{"1", "2", "1"},
	}}}).Check()
	require.Equal(t, []licensing.Fault{
		{Product: 0, Field: "previous_use", Text: `chart lists "2" for previous use, which is none of its releases`},
		{Product: 0, Field: "previous_use", Text: `chart lists "1" twice for previous use`},
	}, faults)
}
