package billing_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

func TestTokensAreBoughtByVolumeFromAMinimum(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		tokens int64
		total  string
	}{
		{math.MinInt64, ""},
		{0, ""},
		{99, ""},
		{100, "300.00 USD"},
		{999, "2997.00 USD"},
		{1000, "2800.00 USD"},
		{4999, "13997.20 USD"},
		{5000, "12750.00 USD"},
		{billing.MaxTokens, "255000000.00 USD"},
		{billing.MaxTokens + 1, ""},
		{math.MaxInt64, ""},
	} {
		s := begin(t, "2026-01-05T09:00:00Z")
		buy := billing.BuyTokens{Team: "acme", Tokens: c.tokens}
		if c.total == "" {
			r := stage.Refused(s.Stage, ada, rule.Invalid, buy)
			require.Equal(t, billing.TokenPurchaseRule, r.Rule)
			require.Contains(t, r.Figures, rule.Fig("token-minimum", int64(100)))
		} else {
			bought := stage.Do(s.Stage, ada, buy)
			require.Equal(t, amount(c.total), bought.Invoice.Total)
			require.Equal(t, []string{c.total}, s.bank.amounts())
			require.Equal(t, []int64{c.tokens, c.tokens}, []int64{bought.Pack.Tokens, bought.Pack.Left})
			require.Equal(t, stage.At("2027-01-05T09:00:00Z"), bought.Pack.Expires)
		}
		s.Audit()
	}
}

func TestTheMinimumOfTokensIsThePolicys(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		tokens int64
		ok     bool
	}{{9, false}, {10, true}} {
		s := begin(t, "2026-01-05T09:00:00Z", "token-minimum=10")
		if c.ok {
			stage.Do(s.Stage, ada, billing.BuyTokens{Team: "acme", Tokens: c.tokens})
		} else {
			stage.Refused(s.Stage, ada, rule.Invalid, billing.BuyTokens{Team: "acme", Tokens: c.tokens})
		}
		s.Audit()
	}
}

func TestDeclinedTokensMakeNoPack(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	s.bank.set(true, false)
	declined(s, billing.BuyTokens{Team: "acme", Tokens: 100})
	require.Empty(t, stage.Ask(s.Stage, ada, flex.BalanceQuery{Team: "acme"}).Packs)
	require.Equal(t, []string{"300.00 USD cancelled"}, s.invoices())
	s.Audit()
}

func TestTokensAreBoughtForATeamByWhoMayBuy(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	for _, c := range []struct {
		who  rule.Actor
		team string
		code rule.Code
	}{{bob, "acme", rule.NotPermitted}, {dan, "acme", rule.NotFound}, {ada, "nowhere", rule.NotFound}} {
		stage.Refused(s.Stage, c.who, c.code, billing.BuyTokens{Team: c.team, Tokens: 100})
	}
	s.Audit()
}

func TestACatalogueWithoutTokensSellsNone(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	config := s.config
	config.Clock, config.Catalog = s.Clock, catalog()
	config.Catalog.Tokens = licensing.TokenOffer{}
	engine, err := seatbook.New(s.Store, config)
	require.NoError(t, err)
	s.Engine = engine
	stage.Refused(s.Stage, ada, rule.Invalid, billing.BuyTokens{Team: "acme", Tokens: 100})
	s.Audit()
}
