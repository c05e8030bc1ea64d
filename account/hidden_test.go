package account_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

func TestThePrimaryAdminHidesPeopleInReports(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	require.False(t, stage.Ask(s, sam, account.SettingsQuery{Team: "acme"}).HidePeople, "until somebody says so")
	for _, c := range []struct {
		who  rule.Actor
		code rule.Code
	}{{sam, rule.NotPermitted}, {ola, rule.NotPermitted}, {bob, rule.NotPermitted}, {gus, rule.NotPermitted}, {zoe, rule.NotFound}} {
		stage.Refused(s, c.who, c.code, account.HidePeople{Team: "acme", On: true})
	}
	require.True(t, stage.Do(s, ada, account.HidePeople{Team: "acme", On: true}).HidePeople)
	require.True(t, stage.Ask(s, ola, account.SettingsQuery{Team: "acme"}).HidePeople)
	stage.Do(s, ada, account.SetUsageNotices{Team: "acme", Every: account.Weekly})
	require.True(t, stage.Ask(s, sam, account.SettingsQuery{Team: "acme"}).HidePeople, "whatever else is set")
	require.False(t, stage.Do(s, rule.Operator, account.HidePeople{Team: "acme"}).HidePeople)
	stage.Refused(s, rule.Operator, rule.NotFound, account.HidePeople{Team: "ghost", On: true})
	s.Audit()
}

// signs are how the reports of acme show people who hold a product.
func signs(s *stage.Stage) []string {
	s.Helper()
	list := []string{}
	for _, r := range stage.Ask(s, ada, licensing.PeopleProductsQuery{Team: "acme"}).Rows {
		list = append(list, r.User)
	}
	return list
}

func TestASignIsTheSameWheneverPeopleAreHidden(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	buy(s, "acme", "maya", 2)
	for _, user := range []rule.Address{"bob@acme.test", "gus@acme.test"} {
		stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "maya", User: user})
	}
	require.Equal(t, []string{"bob@acme.test", "gus@acme.test"}, signs(s))
	stage.Do(s, ada, account.HidePeople{Team: "acme"})
	require.Equal(t, []string{"bob@acme.test", "gus@acme.test"}, signs(s), "off is off")
	stage.Do(s, ada, account.HidePeople{Team: "acme", On: true})
	hidden := signs(s)
	require.Len(t, hidden, 2)
	require.NotEqual(t, hidden[0], hidden[1])
	require.IsIncreasing(t, hidden, "the order says nothing of who they are")
	stage.Do(s, ada, account.HidePeople{Team: "acme", On: true})
	require.Equal(t, hidden, signs(s))
	stage.Do(s, ada, account.HidePeople{Team: "acme"})
	stage.Do(s, ada, account.HidePeople{Team: "acme", On: true})
	require.Equal(t, hidden, signs(s))
	s.Audit()
}

// With the same secrets everywhere, the teams of a person differ all the same.
func TestASignIsATeamsOwn(t *testing.T) {
	t.Parallel()
	s := begin(t, seatbook.Config{Random: stage.Zeros{}})
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "gamma", Owner: "zoe@gamma.test", Country: "US"})
	shown := map[string]bool{}
	for _, team := range []string{"acme", "gamma"} {
		join(s, team, "bob@acme.test", account.User)
		buy(s, team, "maya", 1)
		stage.Do(s, rule.Operator, licensing.Assign{Team: team, Product: "maya", User: "bob@acme.test"})
		stage.Do(s, rule.Operator, account.HidePeople{Team: team, On: true})
		sign := stage.Ask(s, rule.Operator, licensing.PeopleProductsQuery{Team: team}).Rows[0].User
		require.False(t, strings.Contains(sign, "bob"))
		shown[sign] = true
	}
	require.Len(t, shown, 2)
	other := begin(t, seatbook.Config{})
	join(other, "acme", "bob@acme.test", account.User)
	buy(other, "acme", "maya", 1)
	stage.Do(other, rule.Operator, licensing.Assign{Team: "acme", Product: "maya", User: "bob@acme.test"})
	stage.Do(other, rule.Operator, account.HidePeople{Team: "acme", On: true})
	require.False(t, shown[signs(other)[0]], "whoever knows all identifiers and not the secret does not find the sign")
}

func TestAPreviewHidesNobody(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	before := s.Digest()
	require.True(t, stage.Do(s, ada, account.HidePeople{Team: "acme", On: true}, seatbook.Preview()).HidePeople)
	require.Equal(t, before, s.Digest())
	require.False(t, stage.Ask(s, ada, account.SettingsQuery{Team: "acme"}).HidePeople)
}
