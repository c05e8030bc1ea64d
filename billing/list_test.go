package billing_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// shelf is a scene with several subscriptions in two teams of Ada.
func shelf(t *testing.T) (s scene, ids map[string]string) {
	t.Helper()
	s = begin(t, "2026-01-05T09:00:00Z")
	stage.Do(s.Stage, operator, account.CreateTeam{Team: "beta", Owner: "ada@acme.test", Country: "US"})
	ids = map[string]string{}
	buy := func(name, at string, p billing.Purchase) {
		s.At(at)
		if p.Team == "" {
			p.Team = "acme"
		}
		ids[name] = stage.Do(s.Stage, ada, p).Subscription.ID
	}
	off := false
	buy("sketch", "2026-01-05T09:00:00Z", billing.Purchase{Product: "sketch", Seats: 2, Term: licensing.Annual, AutoRenew: &off})
	buy("month", "2026-01-06T09:00:00Z", billing.Purchase{Product: "sketch", Seats: 1, Term: licensing.Monthly, AutoRenew: &off, Contract: "K-1"})
	buy("plain", "2026-01-07T09:00:00Z", billing.Purchase{Product: "plain", Seats: 3, Term: licensing.Annual, Contract: "K-1"})
	buy("sold", "2026-01-08T09:00:00Z", billing.Purchase{Product: "plain", Seats: 4, Term: licensing.Annual, Channel: billing.Reseller, Contract: "R/7", Reseller: &billing.ResellerNamed{Name: "=Nord"}})
	buy("beta", "2026-01-09T09:00:00Z", billing.Purchase{Team: "beta", Product: "suite", Seats: 5, Term: licensing.Annual})
	return s, ids
}

// names turns identifiers into the names of the shelf.
func names(ids map[string]string, list []billing.SubscriptionShown) string {
	var found []string
	for _, one := range list {
		for name, id := range ids {
			if id == one.ID {
				found = append(found, name)
			}
		}
	}
	return strings.Join(found, " ")
}

func TestSubscriptionsAreListedAsAsked(t *testing.T) {
	t.Parallel()
	s, ids := shelf(t)
	s.At("2026-02-06T09:00:00Z")
	from, to := stage.At("2027-01-07T09:00:00Z"), stage.At("2027-01-08T09:00:00Z")
	for _, c := range []struct {
		name  string
		query billing.SubscriptionsQuery
		want  string
	}{
		{"of all teams, by the end", billing.SubscriptionsQuery{}, "month sketch plain sold beta"},
		{"of one team", billing.SubscriptionsQuery{Team: "beta"}, "beta"},
		{"of a product", billing.SubscriptionsQuery{Product: "plain"}, "plain sold"},
		{"of a state", billing.SubscriptionsQuery{Status: billing.Ended}, "month"},
		{"of another state", billing.SubscriptionsQuery{Status: billing.Cancelled}, ""},
		{"that end in a period, its end being outside", billing.SubscriptionsQuery{EndsFrom: &from, EndsTo: &to}, "plain"},
		{"that end from an instant on", billing.SubscriptionsQuery{EndsFrom: &to}, "sold beta"},
		{"of a purchaser", billing.SubscriptionsQuery{Purchaser: "ada@acme.test"}, "month sketch plain sold beta"},
		{"of another purchaser", billing.SubscriptionsQuery{Purchaser: "bob@acme.test"}, ""},
		{"found by the contract", billing.SubscriptionsQuery{Search: " k-1 "}, "month plain"},
		{"found by the reseller", billing.SubscriptionsQuery{Search: "nord"}, "sold"},
		{"by product", billing.SubscriptionsQuery{Sort: billing.ByProduct}, "plain sold sketch month beta"},
		{"by the beginning", billing.SubscriptionsQuery{Sort: billing.ByStart}, "sketch month plain sold beta"},
		{"by team", billing.SubscriptionsQuery{Sort: billing.ByTeam}, "sketch month plain sold beta"},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, names(ids, stage.Ask(s.Stage, ada, c.query).Subscriptions))
			var paged []billing.SubscriptionShown
			for q := c.query; ; {
				q.Limit = 2
				page := stage.Ask(s.Stage, ada, q)
				paged = append(paged, page.Subscriptions...)
				if q.After = page.Next; q.After == "" {
					break
				}
				require.Len(t, page.Subscriptions, 2)
			}
			require.Equal(t, c.want, names(ids, paged), "page by page")
		})
	}
}

func TestWhoSeesTheLists(t *testing.T) {
	t.Parallel()
	s, ids := shelf(t)
	cyd := rule.ByEmail("cyd@acme.test")
	join(s.Stage, "acme", "cyd@acme.test", account.Secondary)
	require.Equal(t, "month sketch plain sold", names(ids, stage.Ask(s.Stage, cyd, billing.SubscriptionsQuery{}).Subscriptions), "an admin sees those of the team")
	require.Empty(t, stage.Ask(s.Stage, bob, billing.SubscriptionsQuery{}).Subscriptions, "a user sees none")
	require.Empty(t, stage.Ask(s.Stage, bob, billing.ContractsQuery{}).Contracts)
	require.Empty(t, stage.Ask(s.Stage, bob, billing.OrdersQuery{}).Orders)
	unseen(s, bob, rule.NotPermitted, billing.SubscriptionsQuery{Team: "acme"})
	unseen(s, bob, rule.NotPermitted, billing.ContractsQuery{Team: "acme"})
	unseen(s, bob, rule.NotPermitted, billing.SummaryQuery{Team: "acme"})
	unseen(s, bob, rule.NotPermitted, billing.SubscriptionReportQuery{Team: "acme"})
	unseen(s, cyd, rule.NotPermitted, billing.OrdersQuery{Team: "acme"})
	for _, team := range []string{"acme", "nowhere"} {
		unseen(s, dan, rule.NotFound, billing.SubscriptionsQuery{Team: team})
		unseen(s, dan, rule.NotFound, billing.ContractsQuery{Team: team})
		unseen(s, dan, rule.NotFound, billing.OrdersQuery{Team: team})
		unseen(s, dan, rule.NotFound, billing.SummaryQuery{Team: team})
		unseen(s, dan, rule.NotFound, billing.SubscriptionReportQuery{Team: team})
		unseen(s, dan, rule.NotFound, billing.ContractExport{Team: team, Contract: "K-1"})
	}
	unseen(s, operator, rule.Invalid, billing.SubscriptionsQuery{})
	unseen(s, ada, rule.NotFound, billing.SubscriptionsQuery{After: "sub_acme_99"})
	unseen(s, cyd, rule.NotFound, billing.SubscriptionsQuery{After: ids["beta"]})
	unseen(s, ada, rule.Invalid, billing.SubscriptionsQuery{Limit: account.MaxPage + 1})
	unseen(s, ada, rule.Invalid, billing.OrdersQuery{Limit: -1})
	at := stage.At("2026-01-01T00:00:00Z")
	unseen(s, ada, rule.Invalid, billing.SubscriptionsQuery{EndsFrom: &at, EndsTo: &at})
}

func TestTheOrderHistoryIsThePurchasersOwn(t *testing.T) {
	t.Parallel()
	s, ids := shelf(t)
	s.At("2026-01-10T09:00:00Z")
	stage.Do(s.Stage, ada, billing.AddSeats{Subscription: ids["sketch"], Seats: 1})
	stage.Do(s.Stage, ada, billing.BuyTokens{Team: "acme", Tokens: 100})
	s.bank.set(true, false)
	declined(s, billing.BuyTokens{Team: "acme", Tokens: 200})
	list := func(who rule.Actor, q billing.OrdersQuery) []string {
		found := []string{}
		for {
			q.Limit = 3
			page := stage.Ask(s.Stage, who, q)
			for _, o := range page.Orders {
				found = append(found, fmt.Sprintf("%s %s %s %s", o.Team, o.Kind, o.Status, o.Total))
			}
			if q.After = page.Next; q.After == "" {
				return found
			}
		}
	}
	require.Equal(t, []string{
		"acme tokens declined 600.00 USD", "acme tokens completed 300.00 USD", "acme seats completed 986.30 USD",
		"beta subscription completed 7500.00 USD", "acme subscription completed 800.00 USD", "acme subscription completed 600.00 USD",
		"acme subscription completed 100.00 USD", "acme subscription completed 2000.00 USD",
	}, list(ada, billing.OrdersQuery{}))
	require.Equal(t, []string{"acme seats completed 986.30 USD"}, list(ada, billing.OrdersQuery{Kind: billing.MoreSeats}))
	require.Equal(t, []string{"acme tokens declined 600.00 USD"}, list(operator, billing.OrdersQuery{Team: "acme", Status: billing.OrderDeclined}))
	join(s.Stage, "acme", "cyd@acme.test", account.Secondary)
	cyd := rule.ByEmail("cyd@acme.test")
	require.Empty(t, list(cyd, billing.OrdersQuery{}))
	s.bank.set(false, false)
	stage.Do(s.Stage, cyd, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_2"})
	stage.Do(s.Stage, ada, billing.HandOver{Team: "acme", To: "cyd@acme.test"})
	require.Len(t, list(cyd, billing.OrdersQuery{Team: "acme", Kind: billing.NewSubscription}), 4, "what was ordered for what is theirs now")
	s.Audit()
}

func TestAContractHasTheNumberThatItWasGiven(t *testing.T) {
	t.Parallel()
	s, ids := shelf(t)
	var got []string
	for _, c := range stage.Ask(s.Stage, ada, billing.ContractsQuery{Team: "acme"}).Contracts {
		got = append(got, fmt.Sprintf("%s %s %s %s %s: %s", c.Contract, c.Channel, c.Reseller.Name, c.Starts.Format("2006-01-02"), c.Ends.Format("2006-01-02"), names(ids, c.Subscriptions)))
	}
	require.Equal(t, []string{
		"K-1 direct  2026-01-06 2027-01-07: month plain",
		"R/7 reseller =Nord 2026-01-08 2027-01-08: sold",
		"con_" + strings.TrimPrefix(ids["sketch"], "sub_") + " direct  2026-01-05 2027-01-05: sketch",
	}, got)
	page := stage.Ask(s.Stage, ada, billing.ContractsQuery{Limit: 2})
	require.Equal(t, "acme/R/7", page.Next)
	require.Len(t, stage.Ask(s.Stage, ada, billing.ContractsQuery{After: page.Next}).Contracts, 2, "of both teams")
	require.Len(t, stage.Ask(s.Stage, ada, billing.ContractsQuery{Channel: billing.Reseller}).Contracts, 1)
	require.Len(t, stage.Ask(s.Stage, ada, billing.ContractsQuery{Product: "plain"}).Contracts, 2)
	unseen(s, ada, rule.NotFound, billing.ContractsQuery{After: "K-1"})
}

func TestAContractIsOfOnePurchaserAndOneSeller(t *testing.T) {
	t.Parallel()
	s, ids := shelf(t)
	join(s.Stage, "acme", "cyd@acme.test", account.Secondary)
	cyd := rule.ByEmail("cyd@acme.test")
	stage.Do(s.Stage, cyd, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_2"})
	buy := billing.Purchase{Team: "acme", Product: "plain", Seats: 1, Term: licensing.Annual}
	with := func(number string, channel billing.Channel) billing.Purchase {
		p := buy
		p.Contract, p.Channel = number, channel
		return p
	}
	made := "con_" + strings.TrimPrefix(ids["sketch"], "sub_")
	stage.Refused(s.Stage, cyd, rule.NotFound, with("K-1", billing.Direct))
	stage.Refused(s.Stage, ada, rule.Conflict, with("K-1", billing.Sales))
	stage.Refused(s.Stage, ada, rule.NotFound, with("con_acme_99", billing.Direct))
	stage.Refused(s.Stage, ada, rule.Invalid, with(" K-2", billing.Direct))
	stage.Refused(s.Stage, ada, rule.Invalid, with("4111 1111 1111 1111", billing.Direct))
	stage.Refused(s.Stage, ada, rule.Invalid, with(strings.Repeat("k", account.MaxName+1), billing.Direct))
	require.Equal(t, strings.Repeat("k", account.MaxName), stage.Do(s.Stage, ada, with(strings.Repeat("k", account.MaxName), "")).Subscription.Contract)
	require.Equal(t, made, stage.Do(s.Stage, ada, with(made, "")).Subscription.Contract, "also one that was made")
	joined := stage.Do(s.Stage, ada, with("R/7", billing.Reseller))
	require.Equal(t, "=Nord", joined.Subscription.Reseller, "the reseller is that of the contract")
	stage.Do(s.Stage, ada, billing.SetReseller{Subscription: joined.Subscription.ID, Reseller: billing.ResellerNamed{Name: "Sud"}})
	require.Equal(t, "Sud", s.show(ids["sold"]).Reseller, "a contract has one reseller")
	up := stage.Do(s.Stage, ada, billing.Upgrade{Subscription: ids["sketch"], To: "suite"})
	require.Equal(t, made, up.Subscription.Contract, "an upgrade stays in the contract")
	s.Audit()
}

func TestContractsAreExportedAndConsolidated(t *testing.T) {
	t.Parallel()
	s, ids := shelf(t)
	one := stage.Ask(s.Stage, ada, billing.ContractExport{Team: "acme", Contract: "R/7"})
	require.Equal(t, 1, one.Rows)
	require.Contains(t, one.CSV, `"R/7","reseller","'=Nord","","ada@acme.test"`, "a spreadsheet runs no cell of it")
	require.Contains(t, one.CSV, `"`+ids["sold"]+`","plain",4,"annual","active","2026-01-08T09:00:00Z","2027-01-08T09:00:00Z","false"`)
	made := "con_" + strings.TrimPrefix(ids["sketch"], "sub_")
	s.At("2026-02-06T09:00:00Z")
	r := stage.Ask(s.Stage, ada, billing.LicenceReportQuery{Team: "acme", Contracts: []string{"R/7", made, "K-1"}})
	require.Equal(t, []billing.LicenceTotal{{Product: "plain", Seats: 7, Contracts: 2}, {Product: "sketch", Seats: 2, Contracts: 1}}, r.Totals, "the month is over")
	require.Len(t, r.Rows, 3)
	require.Contains(t, r.CSV, "\"plain\",\"total\",\"\",7,\"\",\"\"\r\n")
	unseen(s, ada, rule.NotFound, billing.LicenceReportQuery{Team: "acme", Contracts: []string{"K-9"}})
	unseen(s, ada, rule.Invalid, billing.LicenceReportQuery{Team: "acme", Contracts: []string{"K-1", "K-1"}})
	unseen(s, ada, rule.Invalid, billing.LicenceReportQuery{Team: "acme", Contracts: []string{}})
	unseen(s, ada, rule.NotFound, billing.ContractExport{Team: "beta", Contract: "K-1"})
	unseen(s, bob, rule.NotPermitted, billing.ContractExport{Team: "acme", Contract: "K-1"})
}
