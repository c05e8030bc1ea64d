package billing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// side makes a second team of Dan, in which Ada has a role or, with none, no part.
func (s scene) side(role account.Role) {
	s.Helper()
	stage.Do(s.Stage, operator, account.CreateTeam{Team: "side", Owner: "dan@globex.test", Country: "US"})
	if role != "" {
		join(s.Stage, "side", "ada@acme.test", role)
	}
}

func TestASubscriptionMovesWithItsSeats(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	s.side(account.Secondary)
	sub := s.buy("sketch", 2, licensing.Annual, true).Subscription
	s.assign("sketch")
	join(s.Stage, "side", "bob@acme.test", account.User)
	stage.Do(s.Stage, ada, billing.ReduceSeats{Subscription: sub.ID, To: 1})
	moved := stage.Do(s.Stage, ada, billing.MoveSubscription{Subscription: sub.ID, To: "side"}).Subscription
	require.Equal(t, sub.ID, moved.ID)
	require.Equal(t, "side", moved.Team)
	require.Equal(t, sub.Ends, moved.Ends)
	require.Equal(t, 1, moved.RenewalSeats)
	require.Equal(t, 0, stage.Ask(s.Stage, ada, licensing.SeatsQuery{Team: "acme", Product: "sketch"}).Owned)
	require.Equal(t, 2, stage.Ask(s.Stage, ada, licensing.SeatsQuery{Team: "side", Product: "sketch"}).Owned)
	require.Equal(t, licensing.AccessSource("none"), s.source(bob, "sketch"), "the team is over-assigned")
	require.Len(t, s.invoices(), 1, "the invoice stays where it was issued")
	require.Empty(t, stage.Ask(s.Stage, operator, billing.InvoicesQuery{Team: "side"}))
	stage.Do(s.Stage, ada, billing.AddSeats{Subscription: sub.ID, Seats: 1})
	s.At("2027-01-05T09:00:00Z")
	require.NoError(t, s.RunDue(s.Context()))
	renewed := stage.Ask(s.Stage, ada, billing.SubscriptionQuery{Subscription: sub.ID}).Subscription
	require.Equal(t, "2028-01-05T09:00:00Z", rule.Show(renewed.Ends))
	require.Len(t, stage.Ask(s.Stage, operator, billing.InvoicesQuery{Team: "side"}), 2)
	s.Audit()
	stage.Do(s.Stage, ada, billing.MoveSubscription{Subscription: sub.ID, To: "acme"})
	require.Equal(t, licensing.AccessSource("seat"), s.source(bob, "sketch"), "and back")
	require.Equal(t, "acme", s.show(sub.ID).Team)
	s.Audit()
}

func TestASubscriptionIsNotMoved(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		role account.Role
		do   func(s scene, sub string)
		by   rule.Actor
		to   string
		code rule.Code
	}{
		{name: "to the team it is in", to: "acme", code: rule.Invalid},
		{name: "to a team that its purchaser is not in", code: rule.NotFound},
		{name: "to a team that nobody made", to: "ghost", code: rule.NotFound},
		{name: "to nothing", to: "*", code: rule.NotFound},
		{name: "to a team where its purchaser is a user", role: account.User, code: rule.NotPermitted},
		{name: "by a user of its team", role: account.Primary, by: bob, code: rule.NotPermitted},
		{name: "by somebody else", role: account.Secondary, by: dan, code: rule.NotFound},
		{name: "by the operator to a team that its purchaser is not in", by: operator, code: rule.NotFound},
		{name: "with an invoice that is not paid", role: account.Secondary, code: rule.Conflict, do: func(s scene, sub string) {
			stage.Do(s.Stage, ada, billing.SetSubscriptionMethod{Subscription: sub, PaymentMethod: s.byInvoice()})
			stage.Do(s.Stage, ada, billing.AddSeats{Subscription: sub, Seats: 1})
		}},
		{name: "where nothing could renew it there", role: account.Secondary, code: rule.Conflict, do: func(s scene, sub string) {
			own := s.pays("tok_acme", "acme")
			stage.Do(s.Stage, ada, billing.SetDefaultMethod{PaymentMethod: own})
			stage.Do(s.Stage, ada, billing.SetSubscriptionMethod{Subscription: sub, PaymentMethod: own})
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-01-05T09:00:00Z")
			role := c.role
			if role == account.Primary {
				role = account.Secondary
			}
			s.side(role)
			sub := s.buy("sketch", 2, licensing.Annual, true).Subscription.ID
			if c.do != nil {
				c.do(s, sub)
			}
			by, to := c.by, c.to
			if by == (rule.Actor{}) {
				by = ada
			}
			if to == "" {
				to = "side"
			}
			stage.Refused(s.Stage, by, c.code, billing.MoveSubscription{Subscription: sub, To: to})
			s.Audit()
		})
	}
}

func TestASubscriptionMovesToATeamThatItsPurchaserBuysFor(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	s.side(account.Secondary)
	stage.Do(s.Stage, ada, billing.Purchase{Team: "side", Product: "sketch", Seats: 1, Term: licensing.Annual})
	stage.Do(s.Stage, operator, account.ChangeRole{Team: "side", User: "ada@acme.test", Role: account.User})
	sub := s.buy("sketch", 2, licensing.Annual, true).Subscription.ID
	require.Equal(t, "side", stage.Do(s.Stage, operator, billing.MoveSubscription{Subscription: sub, To: "side"}).Subscription.Team)
	require.Equal(t, 3, stage.Ask(s.Stage, operator, licensing.SeatsQuery{Team: "side", Product: "sketch"}).Owned)
	s.Audit()
}
