package seatbook_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/rule"
)

var background = context.Background()

var (
	ada = rule.ByEmail("ada@acme.test")
	bob = rule.ByEmail("bob@acme.test")
)

func TestAYearOfOneTeam(t *testing.T) {
	t.Parallel()
	s := stage.Begin(t, "2026-01-05T09:00:00Z", seatbook.Config{})
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "acme", Owner: "ada@acme.test", Country: "US"})
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "Bob Ray <bob@acme.test>"})
	stage.Do(s, rule.Operator, account.AcceptInvitation{Team: "acme", Email: "bob@acme.test"})
	stage.Do(s, ada, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_1", Last4: "4242"})
	bought := stage.Do(s, ada, billing.Purchase{Team: "acme", Product: "autocad-lt", Seats: 3, Term: licensing.Annual})
	require.Equal(t, billing.InvoicePaid, bought.Invoice.Status)
	require.Equal(t, stage.At("2027-01-05T09:00:00Z"), bought.Subscription.Ends)
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "autocad-lt", User: "bob@acme.test"})
	s.At("2026-02-01T10:00:00Z")
	up := stage.Do(s, ada, billing.Upgrade{Subscription: bought.Subscription.ID, To: "autocad"})
	require.Equal(t, stage.At("2026-03-03T10:00:00Z"), up.OverlapEnds)
	s.At("2026-03-03T09:59:59Z")
	a := stage.Ask(s, ada, flex.AccessQuery{User: "bob@acme.test", Product: "autocad-lt"})
	require.Equal(t, licensing.Overlay, a.Source)
	s.At("2026-03-03T10:00:00Z")
	a = stage.Ask(s, bob, flex.AccessQuery{User: "bob@acme.test", Product: "autocad-lt"})
	require.Equal(t, licensing.None, a.Source)
	require.NoError(t, s.Engine.Audit(t.Context()))
	stage.Do(s, ada, billing.BuyTokens{Team: "acme", Tokens: 100})
	stage.Do(s, ada, flex.Assign{Team: "acme", User: "bob@acme.test", Products: flex.Products{All: true}})
	o := stage.Do(s, bob, flex.Open{User: "bob@acme.test", Product: "maya"})
	require.Equal(t, int64(6), o.Session.Tokens)
	s.At("2028-01-03T10:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	require.NoError(t, s.Engine.Audit(t.Context()))
	sub := stage.Ask(s, ada, billing.SubscriptionQuery{Subscription: up.Subscription.ID})
	require.Equal(t, billing.Active, sub.Subscription.Status)
	b := stage.Ask(s, ada, flex.BalanceQuery{Team: "acme"})
	require.Zero(t, b.Left)
	before, err := s.Engine.Digest(t.Context())
	require.NoError(t, err)
	again, err := s.Replay(t.Context(), memstore.New())
	require.NoError(t, err)
	after, err := again.Digest(t.Context())
	require.NoError(t, err)
	require.Equal(t, before, after)
}
