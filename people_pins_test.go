package seatbook_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// No more people are pinned to a subscription than it has seats, those invited
// to it counted, however many seats the team has elsewhere (invariant 21).
func TestPinsNeverExceedTheSubscription(t *testing.T) {
	t.Parallel()
	s := rivals(t, 1)
	sub := stage.Do(s, ada, billing.Purchase{Team: "acme", Product: "maya", Seats: 2, Term: licensing.Annual}).Subscription.ID
	stage.Do(s, ada, billing.Purchase{Team: "acme", Product: "maya", Seats: 9, Term: licensing.Annual})
	pin := func(user rule.Address) error {
		_, err := seatbook.Do(t.Context(), s.Engine, ada, licensing.Assign{Team: "acme", Product: "maya", User: user, Subscription: sub})
		return err
	}
	require.NoError(t, pin("bob@acme.test"))
	require.NoError(t, pin("eve@home.test"), "who is no member is invited")
	require.ErrorIs(t, pin("cyd@acme.test"), rule.NoSeats)
	require.ErrorIs(t, pin("fay@home.test"), rule.NoSeats)
	stage.Do(s, rule.Operator, account.AcceptInvitation{Team: "acme", Email: "eve@home.test"})
	require.ErrorIs(t, pin("cyd@acme.test"), rule.NoSeats)
	stage.Do(s, ada, licensing.Unassign{Team: "acme", Product: "maya", User: "bob@acme.test"})
	require.NoError(t, pin("cyd@acme.test"))
}
