package account_test

import (
	"slices"
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

// areas are those of a person that are about a team, with the parts of billing.
func areas(s *stage.Stage, actor rule.Actor) []string {
	s.Helper()
	list := []string{}
	for _, a := range stage.Ask(s, actor, account.AreasQuery{}) {
		if a.Team == "" {
			continue
		}
		list = append(list, strings.TrimSpace(string(a.Area)+" "+strings.Join(a.Parts, " ")))
	}
	return list
}

func TestAreasGoByRole(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	admin := []string{"hubs", "user-management", "reports", "settings", "billing-and-orders subscriptions-and-contracts"}
	whole := "billing-and-orders summary subscriptions-and-contracts quotes invoices-and-credit-memos order-history payment-methods"
	for _, actor := range []rule.Actor{ada, sam, ola} {
		require.Equal(t, admin, areas(s, actor))
	}
	for _, actor := range []rule.Actor{bob, gus, zoe} {
		require.Empty(t, areas(s, actor))
	}
	own := stage.Ask(s, zoe, account.AreasQuery{User: "zoe@gamma.test"})
	require.Equal(t, []account.AreaShown{
		{Area: account.HomeArea, Parts: []string{}},
		{Area: account.ProductsArea, Parts: []string{"all", "updates", "custom-install", "trials"}},
		{Area: account.SupportArea, Parts: []string{}},
		{Area: account.ProfileArea, Parts: []string{}},
		{Area: account.CommunityArea, Parts: []string{"profile", "contributions", "forums", "site-preferences"}},
	}, own)

	buy(s, "acme", "maya", 1)
	require.Equal(t, append(slices.Clone(admin[:4]), whole), areas(s, ada), "the purchaser sees all of billing")
	require.Equal(t, admin, areas(s, sam))
	stage.Do(s, ada, account.ChangeRole{Team: "acme", User: "sam@acme.test", Role: account.Primary})
	stage.Do(s, sam, account.ChangeRole{Team: "acme", User: "ada@acme.test", Role: account.User})
	require.Equal(t, []string{whole}, areas(s, ada), "also as a user")
	s.Audit()
}

func TestTheSuccessCentreIsForEveryoneInATeamWithItsPlan(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	off := false
	stage.Do(s, rule.Operator, billing.AddPaymentMethod{Team: "acme", Kind: billing.Card, Token: "tok_1", Last4: "4242"})
	stage.Do(s, rule.Operator, billing.Purchase{Team: "acme", Product: "maya", Seats: 1, Term: licensing.Monthly, Plan: "success", AutoRenew: &off})
	require.Equal(t, []string{"success-centre"}, areas(s, gus))
	s.At("2026-02-05T08:59:59Z")
	require.Contains(t, areas(s, bob), "success-centre")
	s.At("2026-02-05T09:00:00Z")
	require.NotContains(t, areas(s, bob), "success-centre")
	s.Audit()
}
