package billing_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// actions are the commands on a subscription, with their fields as JSON.
var actions = map[string]string{
	"billing.add_seats":      `{"subscription": %q, "seats": 1}`,
	"billing.reduce_seats":   `{"subscription": %q, "to": 1}`,
	"billing.renew":          `{"subscription": %q}`,
	"billing.change_term":    `{"subscription": %q, "term": "monthly"}`,
	"billing.set_auto_renew": `{"subscription": %q, "on": false}`,
	"billing.upgrade":        `{"subscription": %q, "to": "suite"}`,
}

// brazil offers self-service there and nowhere else, for every action.
var brazil = []string{"self-service-countries=[BR]", "seats-countries=[BR]", "term-countries=[BR]"}

func TestSelfServiceIsForSomeChannelsCountriesAndPlans(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		buy     billing.Purchase
		country string
		policy  []string
		refused bool
		contact string
	}{
		{name: "bought directly", country: "US"},
		{name: "bought directly in a European country", country: "FR"},
		{name: "bought directly elsewhere", country: "BR", refused: true, contact: "support"},
		{name: "elsewhere where the policy lists it", country: "BR", policy: brazil},
		{name: "at home where the policy does not", country: "US", policy: brazil, refused: true, contact: "support"},
		{name: "bought from sales", buy: billing.Purchase{Channel: billing.Sales}, country: "US", refused: true, contact: "support"},
		{name: "bought from sales where that is switched on", buy: billing.Purchase{Channel: billing.Sales}, country: "US", policy: []string{"self-service-sales=on"}},
		{name: "bought from a reseller", buy: billing.Purchase{Channel: billing.Reseller}, country: "US", refused: true, contact: "the reseller"},
		{name: "bought through an older system", buy: billing.Purchase{Channel: billing.LegacyProcessor}, country: "US", refused: true, contact: "support"},
		{name: "a maintenance plan", buy: billing.Purchase{Plan: "maintenance"}, country: "US", refused: true, contact: "support"},
		{name: "a premium plan", buy: billing.Purchase{Plan: "premium"}, country: "US"},
	} {
		for name, args := range actions {
			t.Run(c.name+", "+name, func(t *testing.T) {
				t.Parallel()
				s := begin(t, "2026-01-05T09:00:00Z", c.policy...)
				stage.Do(s.Stage, operator, account.CreateTeam{Team: "there", Owner: "ada@acme.test", Country: c.country})
				buy := c.buy
				buy.Team, buy.Product, buy.Seats, buy.Term = "there", "sketch", 2, licensing.Annual
				p := stage.Do(s.Stage, ada, buy)
				s.At("2026-12-05T09:00:00Z")
				args := string(fields(args, p.Subscription.ID))
				_, err := s.Run(ada, name, args)
				if !c.refused {
					require.NoError(t, err)
					s.Audit()
					return
				}
				require.ErrorIs(t, err, rule.NotSelfService)
				require.Equal(t, billing.SelfServiceRule, rule.AsRefusal(err).Rule)
				require.Contains(t, rule.AsRefusal(err).Contact, c.contact)
				_, err = s.Run(operator, name, args)
				require.NoError(t, err, "the operator may do it for them")
				s.Audit()
			})
		}
	}
}

func TestARetiredProductIsNotManagedBySelfService(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch", 2, licensing.Annual, true)
	config := s.config
	config.Catalog, config.Clock = catalog(), s.Clock
	i := slices.IndexFunc(config.Catalog.Products, func(p licensing.Product) bool { return p.ID == "sketch" })
	config.Catalog.Products[i].Retired = true
	engine, err := seatbook.New(s.Store, config)
	require.NoError(t, err)
	s.Engine = engine
	s.At("2026-12-05T09:00:00Z")
	for name, args := range actions {
		_, err := s.Run(ada, name, string(fields(args, p.Subscription.ID)))
		require.ErrorIs(t, err, rule.NotSelfService, name)
	}
	s.Audit()
}

func TestEveryActionIsThePurchasersOwn(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch", 2, licensing.Annual, true)
	join(s.Stage, "acme", "cyd@acme.test", account.Secondary)
	s.At("2026-12-05T09:00:00Z")
	for name, args := range actions {
		for _, c := range []struct {
			who  string
			code rule.Code
		}{{"cyd@acme.test", rule.NotPermitted}, {"bob@acme.test", rule.NotPermitted}, {"dan@globex.test", rule.NotFound}} {
			_, err := s.Run(rule.ByEmail(c.who), name, string(fields(args, p.Subscription.ID)))
			require.ErrorIs(t, err, c.code, "%s by %s", name, c.who)
		}
		_, err := s.Run(ada, name, string(fields(args, p.Subscription.ID+"0")))
		require.ErrorIs(t, err, rule.NotFound, name)
	}
	_, err := seatbook.Ask(t.Context(), s.Engine, bob, billing.SubscriptionQuery{Subscription: p.Subscription.ID})
	require.ErrorIs(t, err, rule.NotPermitted)
	_, err = seatbook.Ask(t.Context(), s.Engine, dan, billing.SubscriptionQuery{Subscription: p.Subscription.ID})
	require.ErrorIs(t, err, rule.NotFound)
	require.Equal(t, "sketch", stage.Ask(s.Stage, rule.ByEmail("cyd@acme.test"), billing.SubscriptionQuery{Subscription: p.Subscription.ID}).Subscription.Product)
	s.Audit()
}

// Each action has its own list of countries.
func TestSelfServiceIsDecidedForEachAction(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		list    string
		refused []string
	}{
		{"seats-countries=[BR]", []string{"billing.add_seats", "billing.reduce_seats"}},
		{"term-countries=[BR]", []string{"billing.change_term"}},
	} {
		for name, args := range actions {
			t.Run(c.list+", "+name, func(t *testing.T) {
				t.Parallel()
				s := begin(t, "2026-01-05T09:00:00Z", c.list)
				p := s.buy("sketch", 2, licensing.Annual, true)
				s.At("2026-12-05T09:00:00Z")
				_, err := s.Run(ada, name, string(fields(args, p.Subscription.ID)))
				if slices.Contains(c.refused, name) {
					require.ErrorIs(t, err, rule.NotSelfService)
				} else {
					require.NoError(t, err)
				}
				s.Audit()
			})
		}
	}
}
