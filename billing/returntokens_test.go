package billing_test

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

// metered is the scene with a product that can be opened with tokens, and Bob who may.
func metered(t *testing.T) (scene, billing.TokensBought) {
	t.Helper()
	b := &bank{}
	c := catalog()
	c.Products = append(c.Products, licensing.Product{ID: "draft", FlexRate: licensing.Rates{{Rate: 7}}, Prices: priced("annual 100.00 USD")})
	s := beginWith(t, "2026-01-05T09:00:00Z", b, seatbook.Config{
		Catalog: c, Payments: stage.Till{Provider: b.provider(), Refunds: b.refund}, Policy: map[string]string{"token-minimum": "1"},
	})
	stage.Do(s.Stage, ada, flex.Assign{Team: "acme", User: "bob@acme.test", Products: flex.Products{All: true}})
	return s, stage.Do(s.Stage, ada, billing.BuyTokens{Team: "acme", Tokens: 100})
}

func TestAPackOfWhichNothingWasUsedIsReturned(t *testing.T) {
	t.Parallel()
	t.Run("within 30 days", func(t *testing.T) {
		t.Parallel()
		s, p := metered(t)
		s.At("2026-02-04T08:59:59Z")
		require.Equal(t, []string{"tokens 300.00 USD"}, s.ready("acme"))
		r := stage.Do(s.Stage, ada, billing.Return{Order: p.Order.ID})
		require.Equal(t, [3]string{"300.00 USD", "0.00 USD", "0.00 USD"}, gave(r))
		require.Equal(t, int64(0), r.Pack.Left)
		require.Empty(t, stage.Ask(s.Stage, ada, flex.BalanceQuery{Team: "acme"}).Packs)
		stage.Refused(s.Stage, ada, rule.Conflict, billing.Return{Order: p.Order.ID})
		s.At("2027-02-04T09:00:00Z")
		require.NoError(t, s.RunDue(t.Context()))
		s.Audit()
	})
	t.Run("not after them", func(t *testing.T) {
		t.Parallel()
		s, p := metered(t)
		s.At("2026-02-04T09:00:00Z")
		stage.Refused(s.Stage, ada, rule.TooLate, billing.Return{Order: p.Order.ID})
	})
	t.Run("not while a token is held, and again when it is given back", func(t *testing.T) {
		t.Parallel()
		s, p := metered(t)
		open := stage.Do(s.Stage, bob, flex.Open{User: "bob@acme.test", Product: "draft"})
		refusal := stage.Refused(s.Stage, ada, rule.Conflict, billing.Return{Order: p.Order.ID})
		require.Contains(t, refusal.Text, "93 of the 100 tokens")
		require.Equal(t, []string{"tokens conflict"}, s.ready("acme"))
		stage.Do(s.Stage, bob, flex.Close{Session: open.Session.ID})
		stage.Do(s.Stage, ada, billing.Return{Order: p.Order.ID})
		s.Audit()
	})
	t.Run("not once a token is used", func(t *testing.T) {
		t.Parallel()
		s, p := metered(t)
		stage.Do(s.Stage, bob, flex.Open{User: "bob@acme.test", Product: "draft"})
		s.At("2026-01-06T10:00:00Z")
		require.NoError(t, s.RunDue(t.Context()))
		stage.Refused(s.Stage, ada, rule.Conflict, billing.Return{Order: p.Order.ID})
		require.Empty(t, s.bank.back())
		s.Audit()
	})
	t.Run("also where it was moved to another team", func(t *testing.T) {
		t.Parallel()
		s, p := metered(t)
		stage.Do(s.Stage, operator, account.CreateTeam{Team: "globex", Owner: "ada@acme.test", Country: "US"})
		stage.Do(s.Stage, ada, flex.Transfer{Pack: p.Pack.ID, To: "globex"})
		require.Equal(t, []string{"tokens 300.00 USD"}, s.ready("acme"))
		r := stage.Do(s.Stage, ada, billing.Return{Order: p.Order.ID})
		require.Equal(t, "globex", r.Pack.Team)
		require.Equal(t, int64(0), stage.Ask(s.Stage, ada, flex.BalanceQuery{Team: "globex"}).Left)
		require.Equal(t, []string{"300.00 USD"}, s.bank.back())
		s.Audit()
	})
	t.Run("by whom it was handed to, with its invoice", func(t *testing.T) {
		t.Parallel()
		s, p := metered(t)
		stage.Do(s.Stage, operator, account.ChangeRole{Team: "acme", User: "bob@acme.test", Role: account.Secondary})
		stage.Do(s.Stage, ada, billing.HandOver{Team: "acme", To: "bob@acme.test"})
		stage.Refused(s.Stage, ada, rule.NotPermitted, billing.Return{Order: p.Order.ID})
		stage.Do(s.Stage, bob, billing.Return{Order: p.Order.ID})
		s.Audit()
	})
	t.Run("not where the pack and its invoice went apart", func(t *testing.T) {
		t.Parallel()
		s, p := metered(t)
		stage.Do(s.Stage, operator, account.CreateTeam{Team: "globex", Owner: "ada@acme.test", Country: "US"})
		join(s.Stage, "globex", "bob@acme.test", account.Secondary)
		stage.Do(s.Stage, ada, billing.BuyTokens{Team: "globex", Tokens: 100})
		stage.Do(s.Stage, ada, flex.Transfer{Pack: p.Pack.ID, To: "globex"})
		stage.Do(s.Stage, operator, billing.HandOver{Team: "globex", From: "ada@acme.test", To: "bob@acme.test"})
		refusal := stage.Refused(s.Stage, ada, rule.Conflict, billing.Return{Order: p.Order.ID})
		require.Equal(t, "support", refusal.Contact)
		s.Audit()
	})
}
