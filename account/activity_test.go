package account_test

import (
	"encoding/csv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// kindsOf are the kinds of the changes that a query lists, the last first.
func kindsOf(s *stage.Stage, q account.ActivityQuery) []string {
	s.Helper()
	q.Team = "acme"
	list := []string{}
	for _, c := range stage.Ask(s, ada, q).Changes {
		list = append(list, c.Kind)
	}
	return list
}

func busyYear(t testing.TB) (*stage.Stage, string) {
	t.Helper()
	s := begin(t, seatbook.Config{})
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "bob@acme.test"})
	s.At("2026-01-06T09:00:00Z")
	stage.Do(s, bob, account.AcceptInvitation{Team: "acme", Email: "bob@acme.test"})
	sub := buy(s, "acme", "maya", 2)
	s.At("2026-01-07T09:00:00Z")
	stage.Do(s, ada, account.CreateGroup{Team: "acme", Group: "art"})
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "maya", Group: "art"})
	stage.Do(s, ada, billing.SetAutoRenew{Subscription: sub, On: false})
	stage.Do(s, ada, account.AddToGroup{Team: "acme", Group: "art", User: "bob@acme.test"})
	return s, sub
}

func TestTheActivityLogIsFiltered(t *testing.T) {
	t.Parallel()
	s, _ := busyYear(t)
	all := []string{
		"account.add_to_group", "billing.set_auto_renew", "licensing.assign", "account.create_group", "billing.record_charge", "billing.purchase",
		"account.accept_invitation", "account.invite", "account.create_team",
	}
	for _, c := range []struct {
		name string
		q    account.ActivityQuery
		want []string
	}{
		{"by nothing", account.ActivityQuery{}, all},
		{"from an instant on", account.ActivityQuery{From: stage.At("2026-01-07T09:00:00Z")}, all[:4]},
		{"from a second later on", account.ActivityQuery{From: stage.At("2026-01-07T09:00:01Z")}, []string{}},
		{"before an instant", account.ActivityQuery{To: stage.At("2026-01-06T09:00:00Z")}, all[7:]},
		{"before a second later", account.ActivityQuery{To: stage.At("2026-01-06T09:00:01Z")}, all[4:]},
		{"by kind", account.ActivityQuery{Kind: "account.invite"}, []string{"account.invite"}},
		{"by package", account.ActivityQuery{Kind: "licensing"}, []string{"licensing.assign"}},
		{"by person, as actor or not", account.ActivityQuery{User: "bob@acme.test"}, []string{"account.add_to_group", "account.accept_invitation", "account.invite"}},
		{"by group", account.ActivityQuery{Group: "art"}, []string{"account.add_to_group", "licensing.assign", "account.create_group"}},
		{"by product, also of a subscription", account.ActivityQuery{Product: "maya"}, []string{"billing.set_auto_renew", "licensing.assign", "billing.purchase"}},
		{"by several", account.ActivityQuery{Product: "maya", Group: "art"}, []string{"licensing.assign"}},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, kindsOf(s, c.q)) })
	}
	s.Audit()
}

func TestAChangeIsToldInWords(t *testing.T) {
	t.Parallel()
	s, _ := busyYear(t)
	c := stage.Ask(s, ada, account.ActivityQuery{Team: "acme", Kind: "account.add_to_group"}).Changes[0]
	require.Equal(t, "ada@acme.test", c.Who)
	require.Equal(t, stage.At("2026-01-07T09:00:00Z"), c.At)
	require.Equal(t, "lets a member join a group: user bob@acme.test; group art", c.What)
	require.Equal(t, []string{"bob@acme.test"}, c.Users)
	page := stage.Ask(s, ada, account.ActivityQuery{Team: "acme"})
	for _, c := range page.Changes {
		require.NotContains(t, c.What, "~", "people go by their addresses")
		require.NotContains(t, c.What, "tok_1", "payment methods are nobody's business")
	}
}

func TestTheActivityLogShowsAYear(t *testing.T) {
	t.Parallel()
	s, _ := busyYear(t)
	s.At("2027-01-06T08:59:59Z")
	require.Len(t, kindsOf(s, account.ActivityQuery{To: stage.At("2026-12-01T00:00:00Z")}), 7)
	s.At("2027-01-06T09:00:00Z")
	require.Len(t, kindsOf(s, account.ActivityQuery{To: stage.At("2026-12-01T00:00:00Z")}), 4)
	entries, err := s.Journal(s.Context(), "acme", 0, 100)
	require.NoError(t, err)
	require.Equal(t, "account.create_team", entries[0].Name, "the journal itself keeps everything")
}

func TestTheActivityLogIsPaged(t *testing.T) {
	t.Parallel()
	s, _ := busyYear(t)
	want := kindsOf(s, account.ActivityQuery{})
	q, got := account.ActivityQuery{Team: "acme", Limit: 3}, []string{}
	for {
		page := stage.Ask(s, ada, q)
		for _, c := range page.Changes {
			got = append(got, c.Kind)
		}
		if q.After = page.Next; q.After == 0 {
			break
		}
	}
	require.Equal(t, want, got)
	for _, bad := range []account.ActivityQuery{{Limit: account.MaxPage + 1}, {After: -1}, {User: "bob"}} {
		bad.Team = "acme"
		_, err := seatbook.Ask(s.Context(), s.Engine, ada, bad)
		require.ErrorIs(t, err, rule.Invalid)
	}
}

func TestTheActivityLogIsExportedWithoutFormulas(t *testing.T) {
	t.Parallel()
	s, _ := busyYear(t)
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "=cmd@acme.test"})
	file := stage.Ask(s, ada, account.ActivityExport{Team: "acme"})
	rows, err := csv.NewReader(strings.NewReader(file.CSV)).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 1+file.Rows)
	require.Equal(t, []string{"sequence", "at", "who", "kind", "what", "users", "groups", "products"}, rows[0])
	require.Equal(t, "'=cmd@acme.test", rows[1][5])
	part := stage.Ask(s, ada, account.ActivityExport{Team: "acme", Limit: 1})
	require.Equal(t, 1, part.Rows)
	require.NotZero(t, part.Next)
	_, err = seatbook.Ask(s.Context(), s.Engine, ada, account.ActivityExport{Team: "acme", Limit: account.MaxExport + 1})
	require.ErrorIs(t, err, rule.Invalid)
}

// A command on another team can change something here, such as a session that
// ends. Who runs that team, and what they did, is not told here.
func TestTheActivityLogTellsNothingOfOtherTeams(t *testing.T) {
	t.Parallel()
	s, _ := busyYear(t)
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "gamma", Owner: "zoe@gamma.test"})
	stage.Do(s, zoe, account.Invite{Team: "gamma", Email: "bob@acme.test"})
	stage.Do(s, bob, account.AcceptInvitation{Team: "gamma", Email: "bob@acme.test"})
	for _, c := range stage.Ask(s, ada, account.ActivityQuery{Team: "acme"}).Changes {
		require.NotContains(t, c.Who+c.What, "gamma")
	}
	_, err := seatbook.Ask(s.Context(), s.Engine, zoe, account.ActivityQuery{Team: "acme"})
	require.ErrorIs(t, err, rule.NotFound)
	_, err = seatbook.Ask(s.Context(), s.Engine, bob, account.ActivityQuery{Team: "acme"})
	require.ErrorIs(t, err, rule.NotPermitted)
}
