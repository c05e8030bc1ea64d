package licensing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

func TestViewsFilterByContract(t *testing.T) {
	t.Parallel()
	s := stage.Begin(t, "2026-03-02T09:00:00Z", seatbook.Config{})
	r := stage.Do(s, rule.Operator, account.CutOver{Export: "Mill,mill,C-1,ada@mill.test,,\"bob@mill.test,cyd@mill.test,dan@mill.test\",maya,2,annual,2025-06-01,2026-06-01\n" +
		"Mill,mill,C-1,ada@mill.test,,,revit,2,annual,2025-06-01,2026-06-01\n" +
		"Mill,mill,C-2,ada@mill.test,,,maya,2,annual,2025-06-01,2026-06-01\n" +
		"Quai,quai,C-3,zoe@quai.test,,,maya,2,annual,2025-06-01,2026-06-01\n"})
	subs := r.Teams[0].Contracts
	admin := rule.ByEmail("ada@mill.test")
	stage.Do(s, admin, licensing.Assign{Team: "mill", Product: "maya", User: "bob@mill.test", Subscription: subs[0].Subscription})
	stage.Do(s, admin, licensing.Assign{Team: "mill", Product: "maya", User: "cyd@mill.test", Subscription: subs[2].Subscription})
	stage.Do(s, admin, licensing.Assign{Team: "mill", Product: "maya", User: "ada@mill.test"})
	stage.Do(s, admin, licensing.Assign{Team: "mill", Product: "revit", User: "dan@mill.test"})
	for _, c := range []struct {
		name, contract, subscription, product string
		people, products                      []string
	}{
		{"keeps who sits on any of its subscriptions", "C-1", "", "", []string{"ada@mill.test", "bob@mill.test", "dan@mill.test"}, []string{"maya", "revit"}},
		{"leaves out who is pinned to another one", "C-2", "", "", []string{"ada@mill.test", "cyd@mill.test"}, []string{"maya"}},
		{"adds up with the product", "C-1", "", "revit", []string{"dan@mill.test"}, []string{"revit"}},
		{"leaves nobody by a product of another contract", "C-2", "", "revit", []string{}, []string{}},
		{"adds up with the subscription", "C-1", subs[0].Subscription, "", []string{"ada@mill.test", "bob@mill.test"}, []string{"maya"}},
		{"leaves nobody by a subscription of another contract", "C-1", subs[2].Subscription, "", []string{}, []string{}},
		{"can be left out", "", subs[2].Subscription, "", []string{"ada@mill.test", "cyd@mill.test"}, []string{"maya"}},
	} {
		page := stage.Ask(s, admin, licensing.PeopleQuery{Team: "mill", Contract: c.contract, Subscription: c.subscription, Product: c.product})
		people := []string{}
		for _, p := range page.People {
			people = append(people, p.User)
		}
		require.Equal(t, c.people, people, c.name)
		products := []string{}
		for _, p := range stage.Ask(s, admin, licensing.ProductsQuery{Team: "mill", Contract: c.contract, Subscription: c.subscription, Product: c.product}).Products {
			products = append(products, p.Product)
		}
		require.Equal(t, c.products, products, c.name)
	}
	for _, foreign := range []string{"C-3", "C-9"} {
		_, err := seatbook.Ask(t.Context(), s.Engine, admin, licensing.PeopleQuery{Team: "mill", Contract: foreign})
		require.ErrorIs(t, err, rule.NotFound, foreign)
		_, err = seatbook.Ask(t.Context(), s.Engine, admin, licensing.ProductsQuery{Team: "mill", Contract: foreign})
		require.ErrorIs(t, err, rule.NotFound, foreign)
	}
	_, err := seatbook.Ask(t.Context(), s.Engine, admin, licensing.PeopleQuery{Team: "mill", Contract: "C-1", Subscription: "sub_mill_99"})
	require.ErrorIs(t, err, rule.NotFound)
	s.Audit()
}
