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

func TestInvitationsAreMailedInTheRecipientsLanguage(t *testing.T) {
	t.Parallel()
	s := stage.Begin(t, monday, seatbook.Config{})
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "acme", Owner: "ada@acme.test", Language: account.French})
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "beta", Owner: "una@beta.test"})
	stage.Do(s, rule.ByEmail("una@beta.test"), account.Invite{Team: "beta", Email: "eve@acme.test"})
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "eve@acme.test"})
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "tim@acme.test"})
	stage.Do(s, rule.ByEmail("una@beta.test"), account.Invite{Team: "beta", Email: "tim@acme.test"})
	require.Equal(t, []string{"eve@acme.test en", "tim@acme.test fr"}, mail(s, "acme", account.InvitationNotice))
	require.Equal(t, []string{"eve@acme.test en", "tim@acme.test fr"}, mail(s, "beta", account.InvitationNotice))
	s.At("2026-01-12T09:00:00Z")
	require.Equal(t, []string{"ada@acme.test fr", "ada@acme.test fr"}, mail(s, "acme", account.InvitationEndedNotice))
	require.Equal(t, []string{"una@beta.test en", "una@beta.test en"}, mail(s, "beta", account.InvitationEndedNotice))
	s.Audit()
}

func TestTheEndOfAnInvitationIsToldAtItsInstantToWhoSentIt(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "eve@acme.test"})
	stage.Do(s, sam, account.ResendInvitation{Team: "acme", Email: "eve@acme.test"})
	stage.Do(s, rule.Operator, account.Invite{Team: "acme", Email: "tim@acme.test"})
	s.At("2026-02-01T09:00:00Z")
	var told []account.NoticeShown
	for _, n := range stage.Ask(s, ada, account.NoticesQuery{Team: "acme"}) {
		if n.Kind == account.InvitationEndedNotice {
			told = append(told, n)
		}
	}
	require.Len(t, told, 1)
	require.Equal(t, "sam@acme.test", told[0].To)
	require.Equal(t, stage.At("2026-01-12T09:00:00Z"), told[0].At)
	require.Contains(t, fmt.Sprint(told[0].Facts), "eve@acme.test")
	s.Audit()
}

func TestWhatEndsAnInvitationByHandIsNotMailedAsItsEnd(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "eve@acme.test"})
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "tim@acme.test"})
	stage.Do(s, ada, account.RevokeInvitation{Team: "acme", Email: "tim@acme.test"})
	stage.Do(s, eve, account.AcceptInvitation{Team: "acme", Email: "eve@acme.test"})
	s.At("2026-06-01T09:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	require.Empty(t, mail(s, "acme", account.InvitationEndedNotice))
	s.Audit()
}

func TestWhoHasLeftIsNotToldOfInvitations(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Do(s, sam, account.Invite{Team: "acme", Email: "eve@acme.test"})
	stage.Do(s, ada, account.RemoveMember{Team: "acme", User: "sam@acme.test"})
	s.At("2026-01-12T09:00:00Z")
	require.NotContains(t, mail(s, "acme", account.InvitationEndedNotice), "sam@acme.test en")
	s.Audit()
}

func TestNoticesAreListedInTheOrderTheyWereWritten(t *testing.T) {
	t.Parallel()
	s := begin(t, seatbook.Config{})
	var want []string
	for n := range 12 {
		email := fmt.Sprintf("p%d@acme.test", n)
		stage.Do(s, ada, account.Invite{Team: "acme", Email: rule.Address(email)})
		want = append(want, email+" en")
	}
	require.Equal(t, want, mail(s, "acme", account.InvitationNotice))
}

func TestNoticesAreShownToWhomTheyConcern(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "gamma", Owner: "zoe@gamma.test"})
	stage.Do(s, zoe, account.Invite{Team: "gamma", Email: "bob@acme.test"})
	count := func(actor rule.Actor, q account.NoticesQuery) int {
		return len(stage.Ask(s, actor, q))
	}
	require.Equal(t, 4, count(ada, account.NoticesQuery{Team: "acme"}), "all of the team's")
	require.Equal(t, 1, count(ada, account.NoticesQuery{Team: "acme", User: "bob@acme.test"}), "one person's in the team")
	require.Equal(t, 1, count(zoe, account.NoticesQuery{Team: "gamma"}))
	require.Equal(t, 2, count(bob, account.NoticesQuery{}), "one's own, also of who only invites")
	require.Equal(t, 2, count(bob, account.NoticesQuery{User: "bob@acme.test"}))
	require.Equal(t, 1, count(bob, account.NoticesQuery{Team: "acme", User: "bob@acme.test"}), "one's own in the team")
	require.Equal(t, 0, count(rule.ByEmail("new@home.test"), account.NoticesQuery{}), "of whom nobody has heard")
	s.Audit()
}

// What another team writes to a person belongs to that team and the person.
func TestAnAdminDoesNotSeeWhatAnotherTeamWritesToTheirPeople(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "gamma", Owner: "zoe@gamma.test", Name: "Gamma"})
	stage.Do(s, zoe, account.Invite{Team: "gamma", Email: "bob@acme.test"})
	for _, n := range stage.Ask(s, ada, account.NoticesQuery{User: "bob@acme.test"}) {
		require.NotContains(t, fmt.Sprint(n.Facts), "Gamma")
	}
}
