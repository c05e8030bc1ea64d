package account_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/rule"
)

// crowd is a team that has asked in so many people, all at one instant.
func crowd(t *testing.T, n int) *stage.Stage {
	t.Helper()
	s := stage.Begin(t, "2026-01-05T09:00:00Z", seatbook.Config{})
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "acme", Owner: "ada@acme.test", Country: "US"})
	csv := ""
	for i := range n {
		csv += fmt.Sprintf("P,%d,p%03d@acme.test\n", i, i)
	}
	stage.Do(s, rule.Operator, account.Import{Team: "acme", CSV: account.Roster(csv)})
	return s
}

func TestInvitationsAndNoticesArePaged(t *testing.T) {
	t.Parallel()
	const many = 103
	s := crowd(t, many)
	var want, invited, told []string
	for i := range many {
		want = append(want, fmt.Sprintf("p%03d@acme.test", i))
	}
	invitations := account.InvitationsQuery{Team: "acme", Limit: 50}
	sizes := []int{}
	for {
		page := stage.Ask(s, rule.Operator, invitations)
		sizes = append(sizes, len(page))
		if len(page) == 0 {
			break
		}
		for _, i := range page {
			invited = append(invited, i.Email)
		}
		invitations.After = rule.Address(page[len(page)-1].Email)
	}
	require.Equal(t, []int{50, 50, 3, 0}, sizes)
	require.Equal(t, want, invited)
	notices := account.NoticesQuery{Team: "acme", Limit: 60}
	for page := stage.Ask(s, rule.Operator, notices); len(page) > 0; page = stage.Ask(s, rule.Operator, notices) {
		for _, n := range page {
			told = append(told, n.To)
		}
		notices.After = page[len(page)-1].ID
	}
	require.Equal(t, want, told)
	require.Len(t, stage.Ask(s, rule.Operator, account.NoticesQuery{Team: "acme", User: "p007@acme.test"}), 1)
	for _, after := range []string{"", "not-x", notices.After} {
		_, err := seatbook.Ask(t.Context(), s.Engine, rule.Operator, account.NoticesQuery{Team: "acme", Limit: -1, After: after})
		require.ErrorIs(t, err, rule.Invalid)
	}
	_, err := seatbook.Ask(t.Context(), s.Engine, rule.Operator, account.NoticesQuery{Team: "acme", After: "nothing"})
	require.ErrorIs(t, err, rule.NotFound)
	_, err = seatbook.Ask(t.Context(), s.Engine, rule.Operator, account.InvitationsQuery{Team: "acme", After: "nobody@acme.test"})
	require.ErrorIs(t, err, rule.NotFound)
	_, err = seatbook.Ask(t.Context(), s.Engine, rule.Operator, account.InvitationsQuery{Team: "acme", Limit: account.MaxPage + 1})
	require.ErrorIs(t, err, rule.Invalid)
	s.Audit()
}

// A group's row counts everyone and lists the first hundred by their addresses,
// and the count goes down with who leaves.
func TestALargeGroupIsCountedAndListedInPart(t *testing.T) {
	t.Parallel()
	const many = 103
	s := crowd(t, many)
	group := account.CreateGroup{Team: "acme", Group: "crew"}
	for i := many - 1; i >= 0; i-- {
		email := rule.Address(fmt.Sprintf("p%03d@acme.test", i))
		stage.Do(s, rule.Operator, account.AcceptInvitation{Team: "acme", Email: email})
		group.Users = append(group.Users, email)
	}
	made := stage.Do(s, rule.Operator, group).Group
	require.Equal(t, many, made.UserCount)
	require.Len(t, made.Users, account.MaxListed)
	require.Equal(t, "p000@acme.test", made.Users[0])
	stage.Do(s, rule.Operator, account.RemoveMember{Team: "acme", User: "p000@acme.test"})
	again := stage.Do(s, rule.Operator, account.AddToGroup{Team: "acme", Group: "crew", User: "p001@acme.test"}).Group
	require.Equal(t, many-1, again.UserCount, "who is in it already is not counted twice")
	require.Equal(t, "p001@acme.test", again.Users[0])
	s.Audit()
}
