package pgstore_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// How often the server is asked and waited for is part of what a command costs, and
// stays what the documentation says. Who saves some more lowers these numbers.
func TestRoundTripsOfCommands(t *testing.T) {
	t.Parallel()
	s := begin(t)
	e, err := seatbook.New(s, seatbook.Config{Clock: stage.NewClock(stage.At(start)), Payments: stage.Pays})
	require.NoError(t, err)
	team(t, e, "acme", "ada@acme.test")
	for i := range 12 {
		join(t, e, "acme", person(i))
		do(t, e, ada, flex.Assign{Team: "acme", User: person(i), Products: flex.Products{All: true}})
	}
	do(t, e, ada, billing.BuyTokens{Team: "acme", Tokens: 100})
	do(t, e, ada, billing.Purchase{Team: "acme", Product: purchase.Product, Seats: 10, Term: licensing.Annual})
	by := func(i int) rule.Actor { return rule.ByEmail(string(person(i))) }
	for _, c := range []struct {
		name string
		run  func(i int)
		most int64
	}{
		{"assign a seat", func(i int) {
			do(t, e, ada, licensing.Assign{Team: "acme", Product: purchase.Product, User: person(i)})
		}, 4},
		{"open a product on a seat", func(i int) {
			do(t, e, by(i), flex.Open{User: person(i), Product: purchase.Product, Team: "acme"})
		}, 4},
		{"open a product on tokens", func(i int) {
			do(t, e, by(i), flex.Open{User: person(i), Product: "autocad", Team: "acme"})
		}, 6},
		{"buy seats, charge included", func(int) { do(t, e, ada, purchase) }, 15},
		{"check access", func(i int) {
			ask(t, e, by(i), flex.AccessQuery{User: person(i), Product: "autocad", Team: "acme"})
		}, 2},
	} {
		for i := range 8 {
			c.run(i) // By now it is known what these commands read.
		}
		before := s.Counts()
		c.run(8)
		after := s.Counts()
		t.Logf("%s: %d round trips, %d statements", c.name, after.RoundTrips-before.RoundTrips, after.Statements-before.Statements)
		require.LessOrEqual(t, after.RoundTrips-before.RoundTrips, c.most, c.name)
	}
}
