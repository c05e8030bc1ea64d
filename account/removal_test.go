package account_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

func source(s *stage.Stage, user rule.Address, product string) licensing.AccessSource {
	s.Helper()
	return stage.Ask(s, rule.Operator, flex.AccessQuery{User: user, Product: product}).Source
}

func TestWhoIsRemovedLosesEverythingThereAndNothingElsewhere(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	sub := buy(s, "acme", "maya", 1)
	buy(s, "acme", "revit", 1)
	lt := buy(s, "acme", "autocad-lt", 1)
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "gamma", Owner: "zoe@gamma.test"})
	join(s, "gamma", "bob@acme.test", account.Guest)
	buy(s, "gamma", "vault", 1)
	stage.Do(s, zoe, licensing.Assign{Team: "gamma", Product: "vault", User: "bob@acme.test"})
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "maya", User: "bob@acme.test", Subscription: sub})
	stage.Do(s, ada, account.CreateGroup{Team: "acme", Group: "art", Users: []rule.Address{"bob@acme.test"}})
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "revit", Group: "art"})
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "autocad-lt", User: "bob@acme.test"})
	stage.Do(s, ada, billing.Upgrade{Subscription: lt, To: "autocad"})
	stage.Do(s, rule.Operator, billing.BuyTokens{Team: "acme", Tokens: 100})
	stage.Do(s, ada, flex.Assign{Team: "acme", User: "bob@acme.test", Products: flex.Products{List: []string{"inventor"}}})
	stage.Do(s, bob, licensing.StartTrial{User: "bob@acme.test", Product: "robot"})
	rights := map[string]licensing.AccessSource{
		"maya": licensing.Seat, "revit": licensing.Seat, "autocad-lt": licensing.Overlay, "inventor": licensing.Tokens,
		"vault": licensing.Seat, "robot": licensing.OnTrial,
	}
	for product, want := range rights {
		require.Equal(t, want, source(s, "bob@acme.test", product), product)
	}
	stage.Do(s, ada, account.RemoveMember{Team: "acme", User: "bob@acme.test"})
	for product, want := range rights {
		if product != "vault" && product != "robot" {
			want = licensing.None
		}
		require.Equal(t, want, source(s, "bob@acme.test", product), product)
	}
	for _, product := range []string{"maya", "revit"} {
		require.Equal(t, licensing.Seats{Owned: 1, Free: 1}, seats(s, product), product)
	}
	require.Equal(t, account.Guest, roleOf(s, "gamma", "bob@acme.test"))
	stage.Refused(s, ada, rule.NotFound, account.RemoveMember{Team: "acme", User: "bob@acme.test"})
	s.Audit()
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "bob@acme.test"})
	stage.Do(s, bob, account.AcceptInvitation{Team: "acme", Email: "bob@acme.test"})
	require.Equal(t, licensing.None, source(s, "bob@acme.test", "revit"))
	require.Equal(t, licensing.None, source(s, "bob@acme.test", "inventor"))
	s.Audit()
}

func TestASessionOnTokensEndsWithTheMembership(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Do(s, rule.Operator, billing.AddPaymentMethod{Team: "acme", Kind: billing.Card, Token: "tok_1", Last4: "4242"})
	stage.Do(s, rule.Operator, billing.BuyTokens{Team: "acme", Tokens: 100})
	stage.Do(s, ada, flex.SetDefaults{Team: "acme", Products: flex.Products{All: true}})
	stage.Do(s, bob, flex.Open{User: "bob@acme.test", Product: "maya"})
	s.At("2026-01-05T10:00:00Z")
	stage.Do(s, ada, account.RemoveMember{Team: "acme", User: "bob@acme.test"})
	s.At("2026-01-08T10:00:00Z")
	require.Equal(t, int64(94), stage.Ask(s, ada, flex.BalanceQuery{Team: "acme"}).Left)
	s.Audit()
}

func TestThePurchaserOfLiveSubscriptionsIsNotRemoved(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Do(s, sam, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_1", Last4: "4242"})
	off := false
	stage.Do(s, sam, billing.Purchase{Team: "acme", Product: "maya", Seats: 1, Term: licensing.Monthly, AutoRenew: &off})
	for _, actor := range []rule.Actor{ada, sam, rule.Operator} {
		refusal := stage.Refused(s, actor, rule.Conflict, account.RemoveMember{Team: "acme", User: "sam@acme.test"})
		require.Equal(t, account.PurchaserRule, refusal.Rule)
	}
	s.At("2026-02-05T08:59:59Z")
	stage.Refused(s, ada, rule.Conflict, account.RemoveMember{Team: "acme", User: "sam@acme.test"})
	s.At("2026-02-05T09:00:00Z")
	stage.Do(s, ada, account.RemoveMember{Team: "acme", User: "sam@acme.test"})
	s.Audit()
}

func TestAPurchaserMayBeDemotedAndStaysPurchaser(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Do(s, sam, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_1", Last4: "4242"})
	sub := stage.Do(s, sam, billing.Purchase{Team: "acme", Product: "maya", Seats: 1, Term: licensing.Annual}).Subscription.ID
	stage.Do(s, ada, account.ChangeRole{Team: "acme", User: "sam@acme.test", Role: account.User})
	stage.Do(s, sam, billing.AddSeats{Subscription: sub, Seats: 1})
	stage.Refused(s, ada, rule.NotPermitted, billing.AddSeats{Subscription: sub, Seats: 1})
	s.Audit()
}
