package flex_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
)

// lodge is a team of ada, an admin, and bob, who has one of its two seats.
func lodge(t *testing.T) *stage.Stage {
	t.Helper()
	prices := []licensing.Price{{Term: licensing.Annual, New: money.Must("100.00 USD")}}
	s := stage.Begin(t, "2026-01-05T09:00:00Z", seatbook.Config{Catalog: &licensing.Catalog{Products: []licensing.Product{
		{ID: "sketch", Name: "Sketch", Prices: prices, Learning: []string{"First lines", "Layers"}},
		{ID: "model", Name: "Model", Prices: prices, Learning: []string{"Solids"}},
		{ID: "render", Name: "Render", FlexRate: licensing.Rates{{Rate: 1}}, Learning: []string{"Light"}},
	}}})
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "lodge", Owner: "ada@lodge.test", Country: "US"})
	stage.Do(s, rule.Operator, account.Invite{Team: "lodge", Email: "bob@lodge.test"})
	stage.Do(s, rule.Operator, account.AcceptInvitation{Team: "lodge", Email: "bob@lodge.test"})
	stage.Do(s, rule.Operator, billing.AddPaymentMethod{Team: "lodge", Kind: billing.Card, Token: "tok_1", Last4: "4242"})
	stage.Do(s, rule.Operator, billing.Purchase{Team: "lodge", Product: "sketch", Seats: 2, Term: licensing.Annual})
	stage.Do(s, rule.Operator, licensing.Assign{Team: "lodge", Product: "sketch", User: "bob@lodge.test"})
	return s
}

func TestHomeShowsAdminsTheirTeamsAndEveryoneTheirOwn(t *testing.T) {
	t.Parallel()
	s := lodge(t)
	ada, bob := rule.ByEmail("ada@lodge.test"), rule.ByEmail("bob@lodge.test")
	lessons := []licensing.Lesson{{Product: "sketch", Lesson: "First lines"}, {Product: "sketch", Lesson: "Layers"}}
	require.Equal(t, licensing.Home{
		Teams:    []licensing.TeamSummary{{Team: "lodge", Products: []licensing.ProductSummary{{Product: "sketch", Free: 1}}}},
		Products: []licensing.Usable{}, Learning: lessons,
	}, stage.Ask(s, ada, licensing.HomeQuery{}))
	require.Equal(t, licensing.Home{
		Teams: []licensing.TeamSummary{}, Products: []licensing.Usable{{Product: "sketch", Name: "Sketch", Source: licensing.Seat}}, Learning: lessons,
	}, stage.Ask(s, bob, licensing.HomeQuery{User: "bob@lodge.test"}))
	stage.Do(s, rule.Operator, flex.SetDefaults{Team: "lodge", Products: flex.Products{All: true}})
	require.Equal(t, licensing.Tokens, stage.Ask(s, bob, licensing.HomeQuery{}).Products[1].Source)
	require.Equal(t, lessons, stage.Ask(s, bob, licensing.HomeQuery{}).Learning, "tokens are neither bought nor assigned to somebody")
	_, err := seatbook.Ask(s.Context(), s.Engine, ada, licensing.HomeQuery{User: "bob@lodge.test"})
	require.ErrorIs(t, err, rule.NotPermitted)
	s.Audit()
}

func TestHomeCountsWhoWasActiveInTheLastThirtyDays(t *testing.T) {
	t.Parallel()
	s := lodge(t)
	ada, bob := rule.ByEmail("ada@lodge.test"), rule.ByEmail("bob@lodge.test")
	active := func() int { return stage.Ask(s, ada, licensing.HomeQuery{}).Teams[0].Products[0].Active }
	require.Zero(t, active())
	for range 2 {
		id := stage.Do(s, bob, flex.Open{User: "bob@lodge.test", Product: "sketch"}).Session.ID
		stage.Do(s, bob, flex.Close{Session: id})
	}
	require.Equal(t, 1, active(), "one person, however many sessions")
	s.At("2026-02-04T08:59:59Z")
	require.Equal(t, 1, active())
	s.At("2026-02-04T09:00:00Z")
	require.Zero(t, active())
	open := stage.Do(s, bob, flex.Open{User: "bob@lodge.test", Product: "sketch"}).Session.ID
	s.At("2026-06-04T09:00:00Z")
	require.Equal(t, 1, active(), "who is still at it")
	stage.Do(s, bob, flex.Activity{Session: open})
	stage.Do(s, rule.Operator, account.RemoveMember{Team: "lodge", User: "bob@lodge.test"})
	require.Zero(t, active(), "who has left is no user")
	s.Audit()
}
