package account_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// cloudy is a house with a seat of a cloud product until 5 January 2027, which
// does not renew itself.
func cloudy(t testing.TB, policy map[string]string) *stage.Stage {
	t.Helper()
	s := house(t, seatbook.Config{Policy: policy})
	plan(s, "acme", "flow", "standard", billing.Direct)
	return s
}

// plan buys a seat for a year by a plan, for ada.
func plan(s *stage.Stage, team, product, plan string, channel billing.Channel) string {
	s.Helper()
	off := false
	stage.Do(s, rule.Operator, billing.AddPaymentMethod{Team: team, Kind: billing.Card, Token: "tok_1", Last4: "4242"})
	bought := stage.Do(s, rule.Operator, billing.Purchase{
		Team: team, Product: product, Seats: 1, Term: licensing.Annual, Plan: plan, Channel: channel, AutoRenew: &off,
	})
	return bought.Subscription.ID
}

func TestAHubNeedsALiveSubscriptionOfACloudProduct(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, product, at string
		code              rule.Code
	}{
		{"and is made with one", "flow", monday, ""},
		{"until its end", "flow", "2027-01-05T08:59:59Z", ""},
		{"and not at it", "flow", "2027-01-05T09:00:00Z", rule.NotAssigned},
		{"and not with another product", "maya", monday, rule.NotAssigned},
		{"and not with none", "", monday, rule.NotAssigned},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := house(t, seatbook.Config{})
			if c.product != "" {
				plan(s, "acme", c.product, "", billing.Direct)
			}
			s.At(c.at)
			if c.code != "" {
				stage.Refused(s, ada, c.code, account.CreateHub{Team: "acme", Hub: "dock"})
			} else {
				made := stage.Do(s, ada, account.CreateHub{Team: "acme", Hub: "dock"}).Hub
				require.Equal(t, account.HubShown{Team: "acme", Hub: "dock", Name: "dock", Made: stage.At(c.at), People: 1}, made)
			}
			s.Audit()
		})
	}
}

func TestATeamHasTenHubs(t *testing.T) {
	t.Parallel()
	s := cloudy(t, nil)
	for i := range 10 {
		stage.Do(s, sam, account.CreateHub{Team: "acme", Hub: fmt.Sprintf("dock-%d", i)})
	}
	require.Equal(t, "dock-9", stage.Ask(s, ola, account.HubsQuery{Team: "acme"})[9].Hub)
	stage.Refused(s, sam, rule.Conflict, account.CreateHub{Team: "acme", Hub: "dock-10"})
	stage.Refused(s, sam, rule.Conflict, account.CreateHub{Team: "acme", Hub: "dock-1"})
	stage.Refused(s, sam, rule.Invalid, account.CreateHub{Team: "acme", Hub: "Dock"})
	stage.Refused(s, sam, rule.Invalid, account.CreateHub{Team: "acme", Hub: "dock", Name: "4111 1111 1111 1111"})
	s.Audit()
}

func TestAStrangerInAHubBecomesAGuest(t *testing.T) {
	t.Parallel()
	s := cloudy(t, nil)
	stage.Do(s, ada, account.CreateHub{Team: "acme", Hub: "dock"})
	add := account.AddToHub{Team: "acme", Hub: "dock", User: "Eve Oak <eve@acme.test>"}
	added := stage.Do(s, ada, add).Member
	require.Equal(t, account.HubMemberShown{Team: "acme", Hub: "dock", User: "eve@acme.test", Status: account.HubInvited, Role: account.Guest}, added)
	require.Equal(t, added, stage.Do(s, ada, add).Member, "adding again changes nothing")
	stage.Refused(s, eve, rule.NotFound, account.EnterHub{Team: "acme", Hub: "dock"})
	stage.Do(s, eve, account.AcceptInvitation{Team: "acme", Email: "eve@acme.test"})
	require.Equal(t, account.Guest, roleOf(s, "acme", "eve@acme.test"))
	entered := stage.Do(s, eve, account.EnterHub{Team: "acme", Hub: "dock"}).Member
	require.Equal(t, account.InHub, entered.Status)
	require.NotNil(t, entered.Entered)
	s.Audit()
}

func TestWhoIsInvitedAsSomethingElseStaysSo(t *testing.T) {
	t.Parallel()
	s := cloudy(t, nil)
	stage.Do(s, ada, account.CreateHub{Team: "acme", Hub: "dock"})
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "eve@acme.test"})
	require.Equal(t, account.User, stage.Do(s, ada, account.AddToHub{Team: "acme", Hub: "dock", User: "eve@acme.test"}).Member.Role)
	require.Equal(t, account.User, stage.Do(s, ada, account.AddToHub{Team: "acme", Hub: "dock", User: "bob@acme.test"}).Member.Role)
	s.Audit()
}

func TestAnInvitationThatComesToNothingLeavesTheHub(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		ends   func(*stage.Stage)
		people int
	}{
		{"when it is revoked", func(s *stage.Stage) {
			stage.Do(s, ada, account.RevokeInvitation{Team: "acme", Email: "eve@acme.test"})
		}, 1},
		{"when it is forgotten", func(s *stage.Stage) { s.At("2026-04-05T09:00:00Z") }, 1},
		{"and not a second before", func(s *stage.Stage) { s.At("2026-04-05T08:59:59Z") }, 2},
		{"and not when it ends, as it can be sent again", func(s *stage.Stage) { s.At("2026-01-12T09:00:00Z") }, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := cloudy(t, nil)
			stage.Do(s, ada, account.CreateHub{Team: "acme", Hub: "dock"})
			stage.Do(s, ada, account.AddToHub{Team: "acme", Hub: "dock", User: "eve@acme.test"})
			c.ends(s)
			require.Len(t, stage.Ask(s, ada, account.HubQuery{Team: "acme", Hub: "dock"}).People, c.people)
			s.Audit()
		})
	}
}

func TestEnteringAHub(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		actor rule.Actor
		code  rule.Code
	}{
		{"is for the primary admin", ada, ""},
		{"is for a secondary admin", sam, ""},
		{"is for whoever was added", bob, ""},
		{"is not for an SSO admin who was not", ola, rule.NotPermitted},
		{"is not for a guest who was not", gus, rule.NotPermitted},
		{"is nothing to a stranger", zoe, rule.NotFound},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := cloudy(t, nil)
			stage.Do(s, ada, account.CreateHub{Team: "acme", Hub: "dock"})
			stage.Do(s, ada, account.AddToHub{Team: "acme", Hub: "dock", User: "bob@acme.test"})
			if c.code != "" {
				stage.Refused(s, c.actor, c.code, account.EnterHub{Team: "acme", Hub: "dock"})
			} else {
				stage.Do(s, c.actor, account.EnterHub{Team: "acme", Hub: "dock"})
				s.At("2027-01-05T09:00:00Z")
				stage.Refused(s, c.actor, rule.NotAssigned, account.EnterHub{Team: "acme", Hub: "dock"})
			}
			s.Audit()
		})
	}
}

func TestLeavingATeamEndsItsHubs(t *testing.T) {
	t.Parallel()
	s := cloudy(t, nil)
	for _, hub := range []string{"dock", "pier"} {
		stage.Do(s, ada, account.CreateHub{Team: "acme", Hub: hub})
		stage.Do(s, ada, account.AddToHub{Team: "acme", Hub: hub, User: "bob@acme.test"})
	}
	ends := stage.Ask(s, ada, account.RemovalQuery{Team: "acme", User: "bob@acme.test"}).Ends
	require.Contains(t, ends, account.Ending{What: "hub", Name: "dock"})
	require.Contains(t, ends, account.Ending{What: "hub", Name: "pier"})
	stage.Do(s, ada, account.RemoveMember{Team: "acme", User: "bob@acme.test"})
	for _, h := range stage.Ask(s, ada, account.HubsQuery{Team: "acme"}) {
		require.Equal(t, 1, h.People)
	}
	join(s, "acme", "bob@acme.test", account.User)
	stage.Refused(s, bob, rule.NotPermitted, account.EnterHub{Team: "acme", Hub: "dock"})
	s.Audit()
}

func TestAHubHasRoomForSoMany(t *testing.T) {
	t.Parallel()
	s := cloudy(t, map[string]string{"hub-people": "3"})
	stage.Do(s, ada, account.CreateHub{Team: "acme", Hub: "dock"})
	stage.Do(s, ada, account.AddToHub{Team: "acme", Hub: "dock", User: "bob@acme.test"})
	stage.Do(s, ada, account.AddToHub{Team: "acme", Hub: "dock", User: "gus@acme.test"})
	stage.Refused(s, ada, rule.Conflict, account.AddToHub{Team: "acme", Hub: "dock", User: "ola@acme.test"})
	stage.Refused(s, ada, rule.Conflict, account.AddToHub{Team: "acme", Hub: "dock", User: "eve@acme.test"})
	first := stage.Ask(s, ada, account.HubQuery{Team: "acme", Hub: "dock", Limit: 2})
	require.Len(t, first.People, 2)
	rest := stage.Ask(s, ada, account.HubQuery{Team: "acme", Hub: "dock", Limit: 2, After: rule.Address(first.Next)})
	require.Len(t, rest.People, 1)
	require.Empty(t, rest.Next)
	require.NotContains(t, first.People, rest.People[0])
	stage.Do(s, ada, account.RemoveFromHub{Team: "acme", Hub: "dock", User: "gus@acme.test"})
	stage.Refused(s, ada, rule.NotFound, account.RemoveFromHub{Team: "acme", Hub: "dock", User: "gus@acme.test"})
	stage.Do(s, ada, account.AddToHub{Team: "acme", Hub: "dock", User: "ola@acme.test"})
	s.Audit()
}

// helped gives a house a hub, cases of bob and everything else that support is
// about, all bought by ada from a reseller.
func helped(s *stage.Stage) {
	s.Helper()
	plan(s, "acme", "flow", "success", billing.Reseller)
	stage.Do(s, ada, account.CreateHub{Team: "acme", Hub: "dock"})
	stage.Do(s, ada, account.AddToHub{Team: "acme", Hub: "dock", User: "bob@acme.test"})
	caseOf(s, bob, asks("first"))
	second := caseOf(s, bob, asks("second"))
	stage.Do(s, bob, account.ShareCase{Case: second.ID})
	stage.Do(s, ada, account.NamePhoneUser{Team: "acme", User: "bob@acme.test"})
	stage.Do(s, ada, account.DelegateCases{Team: "acme", User: "bob@acme.test"})
}
