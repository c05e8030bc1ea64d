package account_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

func removal(s *stage.Stage, actor rule.Actor, team string, user rule.Address) account.Removal {
	s.Helper()
	return stage.Ask(s, actor, account.RemovalQuery{Team: team, User: user})
}

// Everything that the preview lists ends with the removal, and nothing else does.
func TestARemovalEndsWhatItsPreviewLists(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	sub := buy(s, "acme", "maya", 2)
	buy(s, "acme", "revit", 2)
	lt := buy(s, "acme", "autocad-lt", 2)
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "gamma", Owner: "zoe@gamma.test"})
	join(s, "gamma", "bob@acme.test", account.Guest)
	buy(s, "gamma", "vault", 1)
	stage.Do(s, zoe, licensing.Assign{Team: "gamma", Product: "vault", User: "bob@acme.test"})
	for _, user := range []rule.Address{"bob@acme.test", "gus@acme.test"} {
		stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "maya", User: user, Subscription: sub})
		stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "autocad-lt", User: user})
	}
	stage.Do(s, ada, account.CreateGroup{Team: "acme", Group: "art", Users: []rule.Address{"bob@acme.test", "gus@acme.test"}})
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "revit", Group: "art"})
	stage.Do(s, ada, billing.Upgrade{Subscription: lt, To: "autocad"})
	stage.Do(s, rule.Operator, billing.BuyTokens{Team: "acme", Tokens: 100})
	stage.Do(s, ada, flex.Assign{Team: "acme", User: "bob@acme.test", Products: flex.Products{List: []string{"inventor"}}})
	stage.Do(s, ada, flex.SetDefaults{Team: "acme", Products: flex.Products{List: []string{"alias"}}})
	session := stage.Do(s, bob, flex.Open{User: "bob@acme.test", Product: "inventor"}).Session.ID
	stage.Do(s, bob, licensing.StartTrial{User: "bob@acme.test", Product: "robot"})

	others, elsewhere := removal(s, ada, "acme", "gus@acme.test"), removal(s, zoe, "gamma", "bob@acme.test")
	r := removal(s, ada, "acme", "bob@acme.test")
	require.True(t, r.Allowed)
	until := func(text string) *time.Time {
		at := stage.At(text)
		return &at
	}
	require.ElementsMatch(t, []account.Ending{
		{What: "role", Name: "user"},
		{What: "group", Name: "art"},
		{What: "product", Name: "maya", Source: "pinned", From: sub},
		{What: "product", Name: "revit", Source: "group", From: "art"},
		{What: "product", Name: "autocad-lt", Source: "personal"},
		{What: "overlap", Name: "autocad-lt", Source: "autocad", From: lt, Until: until("2026-02-04T09:00:00Z")},
		{What: "tokens", Name: "[inventor]", Source: "grant"},
		{What: "tokens", Name: "[alias]", Source: "defaults"},
		{What: "session", Name: session, Source: "tokens", From: "inventor"},
	}, r.Ends)

	stage.Do(s, ada, account.RemoveMember{Team: "acme", User: "bob@acme.test"})
	for _, product := range []string{"maya", "revit", "autocad-lt", "inventor", "alias"} {
		require.Equal(t, licensing.None, source(s, "bob@acme.test", product), product)
	}
	require.Equal(t, licensing.OnTrial, source(s, "bob@acme.test", "robot"), "a trial is the person's own")
	require.Equal(t, others, removal(s, ada, "acme", "gus@acme.test"), "nothing of another person ends")
	require.Equal(t, elsewhere, removal(s, zoe, "gamma", "bob@acme.test"), "nothing in another team ends")
	_, err := seatbook.Ask(t.Context(), s.Engine, ada, account.RemovalQuery{Team: "acme", User: "bob@acme.test"})
	require.ErrorIs(t, err, rule.NotFound)
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "bob@acme.test"})
	stage.Do(s, bob, account.AcceptInvitation{Team: "acme", Email: "bob@acme.test"})
	require.ElementsMatch(t, []account.Ending{{What: "role", Name: "user"}, {What: "tokens", Name: "[alias]", Source: "defaults"}},
		removal(s, ada, "acme", "bob@acme.test").Ends, "who comes back starts with nothing")
	s.Audit()
}

func TestThePreviewSaysWhatStandsInTheWay(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Do(s, sam, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_1", Last4: "4242"})
	off := false
	stage.Do(s, sam, billing.Purchase{Team: "acme", Product: "maya", Seats: 1, Term: licensing.Monthly, AutoRenew: &off})
	for _, c := range []struct {
		name  string
		actor rule.Actor
		user  rule.Address
		code  rule.Code
	}{
		{"the primary admin stays", sam, "ada@acme.test", rule.PrimaryRequired},
		{"the purchaser of a live subscription stays", ada, "sam@acme.test", rule.Conflict},
		{"a user can go", ada, "bob@acme.test", ""},
		{"another admin can go", sam, "ola@acme.test", ""},
	} {
		r := removal(s, c.actor, "acme", c.user)
		require.Equal(t, c.code, r.Code, c.name)
		require.Equal(t, c.code == "", r.Allowed, c.name)
		require.Equal(t, c.code == "", r.Reason == "", c.name)
	}
	s.At("2026-02-05T08:59:59Z")
	require.False(t, removal(s, ada, "acme", "sam@acme.test").Allowed)
	s.At("2026-02-05T09:00:00Z")
	require.True(t, removal(s, ada, "acme", "sam@acme.test").Allowed)
	_, err := seatbook.Ask(t.Context(), s.Engine, bob, account.RemovalQuery{Team: "acme", User: "bob@acme.test"})
	require.ErrorIs(t, err, rule.NotPermitted)
	s.Audit()
}
