package account_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

func TestAGroupIsMade(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		group account.CreateGroup
		code  rule.Code
		users []string
	}{
		{"of nobody", account.CreateGroup{Group: "art"}, "", []string{}},
		{"of one person", account.CreateGroup{Group: "art", Users: []rule.Address{"Bob <BOB@acme.test>"}}, "", []string{"bob@acme.test"}},
		{"of a person named twice", account.CreateGroup{Group: "art", Users: []rule.Address{"bob@acme.test", "bob@acme.test"}}, "", []string{"bob@acme.test"}},
		{"of a guest", account.CreateGroup{Group: "art", Users: []rule.Address{"gus@acme.test"}}, "", []string{"gus@acme.test"}},
		{"with a handle of 64 letters", account.CreateGroup{Group: strings.Repeat("g", 64)}, "", []string{}},
		{"but not with one of 65", account.CreateGroup{Group: strings.Repeat("g", 65)}, rule.Invalid, nil},
		{"but not without a handle", account.CreateGroup{}, rule.Invalid, nil},
		{"but not with a handle that is taken", account.CreateGroup{Group: "ops"}, rule.Conflict, nil},
		{"but not of who is only invited", account.CreateGroup{Group: "art", Users: []rule.Address{"bob@acme.test", "eve@acme.test"}}, rule.NotFound, nil},
		{"but not of another team's people", account.CreateGroup{Group: "art", Users: []rule.Address{"zoe@gamma.test"}}, rule.NotFound, nil},
		{"but not of strangers", account.CreateGroup{Group: "art", Users: []rule.Address{"who@home.test"}}, rule.NotFound, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := house(t, seatbook.Config{})
			stage.Do(s, rule.Operator, account.CreateTeam{Team: "gamma", Owner: "zoe@gamma.test"})
			stage.Do(s, ada, account.Invite{Team: "acme", Email: "eve@acme.test"})
			stage.Do(s, ada, account.CreateGroup{Team: "acme", Group: "ops"})
			c.group.Team = "acme"
			if c.code != "" {
				stage.Refused(s, ada, c.code, c.group)
			} else {
				made := stage.Do(s, ada, c.group).Group
				require.Equal(t, account.GroupShown{Team: "acme", Group: c.group.Group, UserCount: len(c.users), Users: c.users}, made)
			}
			s.Audit()
		})
	}
}

func TestOneCommandNamesFiveThousandPeopleAtMost(t *testing.T) {
	t.Parallel()
	s := begin(t, seatbook.Config{})
	many := make([]rule.Address, account.MaxUsers+1)
	for i := range many {
		many[i] = rule.Address(fmt.Sprintf("p%d@acme.test", i))
	}
	stage.Refused(s, ada, rule.Invalid, account.CreateGroup{Team: "acme", Group: "art", Users: many})
	stage.Refused(s, ada, rule.NotFound, account.CreateGroup{Team: "acme", Group: "art", Users: many[:account.MaxUsers]})
	for i := range many {
		many[i] = "ada@acme.test"
	}
	require.Len(t, stage.Do(s, ada, account.CreateGroup{Team: "acme", Group: "art", Users: many[:account.MaxUsers]}).Group.Users, 1)
	s.Audit()
}

func TestGroupsLiveInOneTeam(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "gamma", Owner: "zoe@gamma.test"})
	stage.Do(s, ada, account.CreateGroup{Team: "acme", Group: "art"})
	stage.Refused(s, zoe, rule.NotFound, account.AddToGroup{Team: "gamma", Group: "art", User: "zoe@gamma.test"})
	stage.Refused(s, zoe, rule.NotFound, licensing.Assign{Team: "gamma", Product: "maya", Group: "art"})
	stage.Refused(s, zoe, rule.NotFound, licensing.Unassign{Team: "gamma", Product: "maya", Group: "art"})
	stage.Do(s, zoe, account.CreateGroup{Team: "gamma", Group: "art"})
	stage.Refused(s, zoe, rule.NotFound, account.AddToGroup{Team: "gamma", Group: "art", User: "bob@acme.test"})
	s.Audit()
}

func TestJoiningAGroupTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Do(s, ada, account.CreateGroup{Team: "acme", Group: "art"})
	first := stage.Do(s, ada, account.AddToGroup{Team: "acme", Group: "art", User: "bob@acme.test"})
	before := s.Digest()
	require.Equal(t, first, stage.Do(s, ada, account.AddToGroup{Team: "acme", Group: "art", User: "bob@acme.test"}))
	require.Equal(t, before, s.Digest())
	stage.Refused(s, ada, rule.NotFound, account.AddToGroup{Team: "acme", Group: "film", User: "bob@acme.test"})
	stage.Refused(s, ada, rule.NotFound, account.AddToGroup{Team: "acme", Group: "art", User: "eve@acme.test"})
	s.Audit()
}

func TestAGroupsProductIsForItsMembersPresentAndFuture(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	buy(s, "acme", "maya", 2)
	stage.Do(s, ada, account.CreateGroup{Team: "acme", Group: "art", Users: []rule.Address{"bob@acme.test"}})
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "maya", Group: "art"})
	require.Equal(t, licensing.Seats{Owned: 2, Assigned: 1, Free: 1}, seats(s, "maya"))
	stage.Do(s, ada, account.AddToGroup{Team: "acme", Group: "art", User: "gus@acme.test"})
	require.Equal(t, licensing.Seats{Owned: 2, Assigned: 2}, seats(s, "maya"))
	refusal := stage.Refused(s, ada, rule.NoSeats, account.AddToGroup{Team: "acme", Group: "art", User: "sam@acme.test"})
	require.Contains(t, refusal.Error(), "missing 1")
	stage.Refused(s, ada, rule.Conflict, licensing.Unassign{Team: "acme", Product: "maya", User: "bob@acme.test"})
	stage.Do(s, ada, account.RemoveMember{Team: "acme", User: "bob@acme.test"})
	stage.Do(s, ada, account.AddToGroup{Team: "acme", Group: "art", User: "sam@acme.test"})
	s.Audit()
}

func TestGrantsAddUpAndTakeOneSeat(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	sub := buy(s, "acme", "maya", 1)
	for _, g := range []string{"art", "film"} {
		stage.Do(s, ada, account.CreateGroup{Team: "acme", Group: g, Users: []rule.Address{"bob@acme.test"}})
	}
	one := licensing.Seats{Owned: 1, Assigned: 1}
	grants := []licensing.Assign{
		{Team: "acme", Product: "maya", Group: "art"},
		{Team: "acme", Product: "maya", User: "bob@acme.test"},
		{Team: "acme", Product: "maya", Group: "film"},
		{Team: "acme", Product: "maya", User: "bob@acme.test", Subscription: sub},
	}
	for _, g := range grants {
		stage.Do(s, ada, g)
		require.Equal(t, one, seats(s, "maya"))
	}
	for i, g := range grants {
		require.Equal(t, one, seats(s, "maya"), "before grant %d goes", i)
		if g.User == "" || g.Subscription != "" {
			stage.Do(s, ada, licensing.Unassign(g))
		}
	}
	stage.Do(s, ada, licensing.Unassign{Team: "acme", Product: "maya", User: "bob@acme.test"})
	require.Equal(t, licensing.Seats{Owned: 1, Free: 1}, seats(s, "maya"))
	s.Audit()
}

func TestAcceptingAnInvitationJoinsItsGroups(t *testing.T) {
	t.Parallel()
	s := begin(t, seatbook.Config{})
	stage.Do(s, ada, account.CreateGroup{Team: "acme", Group: "art"})
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "eve@acme.test", Groups: []string{"art"}})
	require.Empty(t, stage.Do(s, ada, account.AddToGroup{Team: "acme", Group: "art", User: "ada@acme.test"}).Group.Users[1:])
	stage.Do(s, eve, account.AcceptInvitation{Team: "acme", Email: "eve@acme.test"})
	joined := stage.Do(s, ada, account.AddToGroup{Team: "acme", Group: "art", User: "ada@acme.test"}).Group.Users
	require.ElementsMatch(t, []string{"ada@acme.test", "eve@acme.test"}, joined)
	s.Audit()
}
