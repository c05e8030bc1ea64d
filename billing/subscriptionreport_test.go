package billing_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

func TestTheReportHasARowForEachSubscriptionOfThePeriod(t *testing.T) {
	t.Parallel()
	s, ids := shelf(t)
	from, to := stage.At("2026-02-06T09:00:00Z"), stage.At("2026-01-06T09:00:00Z")
	before := from.Add(-1)
	for _, c := range []struct {
		name  string
		query billing.SubscriptionReportQuery
		want  []string
	}{
		{"all of them", billing.SubscriptionReportQuery{}, []string{"sketch", "month", "plain", "sold"}},
		{"without the one that ended when it begins", billing.SubscriptionReportQuery{From: &from}, []string{"sketch", "plain", "sold"}},
		{"with the one that ended an instant later", billing.SubscriptionReportQuery{From: &before}, []string{"sketch", "month", "plain", "sold"}},
		{"without the one that begins when it ends", billing.SubscriptionReportQuery{To: &to}, []string{"sketch"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var want, got []string
			for _, name := range c.want {
				want = append(want, ids[name])
			}
			for q := c.query; ; {
				q.Team, q.Limit = "acme", 3
				page := stage.Ask(s.Stage, ada, q)
				for _, r := range page.Rows {
					got = append(got, r.Subscription)
				}
				if q.After = page.Next; q.After == "" {
					break
				}
			}
			require.Equal(t, want, got)
		})
	}
}

func TestTheReportSpreadsPeopleOverSubscriptions(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	first := s.buy("sketch", 1, licensing.Annual, true).Subscription.ID
	second := s.buy("sketch", 3, licensing.Annual, true).Subscription.ID
	for n := range 3 {
		join(s.Stage, "acme", fmt.Sprintf("p%d@acme.test", n), account.User)
	}
	assign := func(user rule.Address, to string) {
		stage.Do(s.Stage, ada, licensing.Assign{Team: "acme", Product: "sketch", User: user, Subscription: to})
	}
	assigned := func() []int {
		list := []int{}
		for _, r := range stage.Ask(s.Stage, ada, billing.SubscriptionReportQuery{Team: "acme"}).Rows {
			list = append(list, r.Assigned)
		}
		return list
	}
	require.Equal(t, []int{0, 0}, assigned())
	assign("bob@acme.test", second)
	require.Equal(t, []int{0, 1}, assigned(), "who is pinned stands on the subscription")
	assign("p0@acme.test", "")
	require.Equal(t, []int{1, 1}, assigned(), "the first bought is filled first")
	assign("p1@acme.test", "")
	assign("p2@acme.test", "")
	require.Equal(t, []int{1, 3}, assigned())
	row := stage.Ask(s.Stage, ada, billing.SubscriptionReportQuery{Team: "acme", Limit: 1}).Rows[0]
	require.Equal(t, first, row.Subscription)
	require.True(t, row.AutoRenew)
}

func TestTheReportIsForAdminsAndPurchasers(t *testing.T) {
	t.Parallel()
	s, _ := shelf(t)
	join(s.Stage, "acme", "sso@acme.test", account.SSO)
	require.Len(t, stage.Ask(s.Stage, rule.ByEmail("sso@acme.test"), billing.SubscriptionReportQuery{Team: "acme"}).Rows, 4)
	file := stage.Ask(s.Stage, ada, billing.SubscriptionExport{Team: "acme", Limit: 3})
	require.Equal(t, 3, file.Rows)
	require.NotEmpty(t, file.Next)
	rest := stage.Ask(s.Stage, ada, billing.SubscriptionExport{Team: "acme", After: file.Next})
	require.Equal(t, 1, rest.Rows)
	require.Empty(t, rest.Next)
	require.Contains(t, rest.CSV, `"'=Nord"`, "a spreadsheet runs no cell of it")
	unseen(s, ada, rule.Invalid, billing.SubscriptionExport{Team: "acme", Limit: account.MaxExport + 1})
	unseen(s, bob, rule.NotPermitted, billing.SubscriptionExport{Team: "acme"})
	at := stage.At("2026-01-01T00:00:00Z")
	unseen(s, ada, rule.Invalid, billing.SubscriptionReportQuery{Team: "acme", From: &at, To: &at})
	unseen(s, ada, rule.NotFound, billing.SubscriptionReportQuery{Team: "acme", After: "sub_acme_99"})
}
