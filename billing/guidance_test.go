package billing_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
)

func TestASubscriptionGuidesByItsChannelAndItsEnd(t *testing.T) {
	t.Parallel()
	prices := []licensing.Price{{Term: licensing.Annual, New: money.Must("100.00 USD")}}
	catalog := &licensing.Catalog{Products: []licensing.Product{
		{ID: "sketch", Prices: prices}, {ID: "suite", Kind: licensing.Collection, Members: []string{"sketch"}, Prices: prices},
	}}
	for _, product := range []string{"sketch", "suite"} {
		for _, channel := range []billing.Channel{billing.Direct, billing.Sales, billing.Reseller} {
			t.Run(fmt.Sprintf("%s by %s", product, channel), func(t *testing.T) {
				t.Parallel()
				s := stage.Begin(t, "2026-01-05T09:00:00Z", seatbook.Config{Catalog: catalog})
				stage.Do(s, rule.Operator, account.CreateTeam{Team: "acme", Owner: "ada@acme.test", Country: "US"})
				stage.Do(s, rule.Operator, billing.AddPaymentMethod{Team: "acme", Kind: billing.Card, Token: "tok_1", Last4: "4242"})
				off := false
				id := stage.Do(s, rule.Operator, billing.Purchase{
					Team: "acme", Product: product, Seats: 1, Term: licensing.Annual, Channel: channel, AutoRenew: &off,
				}).Subscription.ID
				guide := func(release int) licensing.Guidance {
					return stage.Ask(s, rule.ByEmail("ada@acme.test"), billing.UpgradeGuidanceQuery{Subscription: id, Release: release})
				}
				require.Equal(t, product == "sketch", guide(2019).UpdateSerial)
				require.False(t, guide(2020).UpdateSerial)
				s.At("2027-01-05T08:59:59Z")
				require.False(t, guide(0).Reinstall)
				s.At("2027-01-05T09:00:00Z")
				require.Equal(t, product == "suite" && channel != billing.Direct, guide(0).Reinstall, "the term is over")
				_, err := seatbook.Ask(s.Context(), s.Engine, rule.ByEmail("zoe@gamma.test"), billing.UpgradeGuidanceQuery{Subscription: id})
				require.ErrorIs(t, err, rule.NotFound)
				s.Audit()
			})
		}
	}
}
