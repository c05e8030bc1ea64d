package account_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

func TestWhoLeavesAGroupLosesWhatOnlyTheGroupGave(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	buy(s, "acme", "maya", 2)
	stage.Do(s, ada, account.CreateGroup{Team: "acme", Group: "art", Users: []rule.Address{"bob@acme.test", "gus@acme.test"}})
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "maya", Group: "art"})
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "maya", User: "gus@acme.test"})
	left := stage.Do(s, ada, account.RemoveFromGroup{Team: "acme", Group: "art", User: "bob@acme.test"})
	require.Equal(t, []string{"gus@acme.test"}, left.Group.Users)
	require.Equal(t, licensing.Seats{Owned: 2, Assigned: 1, Free: 1}, seats(s, "maya"))
	stage.Do(s, ada, account.RemoveFromGroup{Team: "acme", Group: "art", User: "gus@acme.test"})
	require.Equal(t, licensing.Seats{Owned: 2, Assigned: 1, Free: 1}, seats(s, "maya"), "the personal grant keeps the seat")
	stage.Refused(s, ada, rule.NotFound, account.RemoveFromGroup{Team: "acme", Group: "art", User: "gus@acme.test"})
	stage.Do(s, ada, account.AddToGroup{Team: "acme", Group: "art", User: "bob@acme.test"})
	require.Equal(t, licensing.Seats{Owned: 2, Assigned: 2}, seats(s, "maya"), "who comes back has it again")
	s.Audit()
}

func TestOnlyAdminsTakePeopleOutOfTheirOwnGroups(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "gamma", Owner: "zoe@gamma.test"})
	for _, team := range []string{"acme", "gamma"} {
		join(s, team, "tim@acme.test", account.User)
		stage.Do(s, rule.Operator, account.CreateGroup{Team: team, Group: "art", Users: []rule.Address{"tim@acme.test"}})
	}
	stage.Refused(s, bob, rule.NotPermitted, account.RemoveFromGroup{Team: "acme", Group: "art", User: "tim@acme.test"})
	stage.Refused(s, zoe, rule.NotFound, account.RemoveFromGroup{Team: "acme", Group: "art", User: "tim@acme.test"})
	stage.Refused(s, ada, rule.NotFound, account.RemoveFromGroup{Team: "acme", Group: "film", User: "tim@acme.test"})
	stage.Refused(s, ada, rule.NotFound, account.RemoveFromGroup{Team: "acme", Group: "art", User: "nobody@acme.test"})
	stage.Do(s, ada, account.RemoveFromGroup{Team: "acme", Group: "art", User: "tim@acme.test"})
	require.Equal(t, 1, stage.Ask(s, zoe, licensing.GroupsQuery{Team: "gamma", Group: "art"}).Groups[0].UserCount, "the other team's group is as it was")
	s.Audit()
}
