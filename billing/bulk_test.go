package billing_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

func TestEachOfASetSucceedsOrFailsOnItsOwn(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	stage.Do(s.Stage, operator, account.CreateTeam{Team: "side", Owner: "ada@acme.test", Country: "US"})
	stage.Do(s.Stage, operator, account.CreateTeam{Team: "globex", Owner: "dan@globex.test", Country: "US"})
	stage.Do(s.Stage, dan, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_dan"})
	annual, monthly := s.buy("sketch", 1, licensing.Annual, true).Subscription, s.buy("sketch", 1, licensing.Monthly, true).Subscription
	other := stage.Do(s.Stage, ada, billing.Purchase{Team: "side", Product: "plain", Seats: 2, Term: licensing.Annual}).Subscription
	foreign := stage.Do(s.Stage, dan, billing.Purchase{Team: "globex", Product: "plain", Seats: 2, Term: licensing.Annual}).Subscription
	s.At("2026-12-20T09:00:00Z")
	ids := []string{annual.ID, foreign.ID, monthly.ID, other.ID, "sub_nowhere_1", "nonsense"}
	seen := stage.Do(s.Stage, ada, billing.RenewMany{Subscriptions: ids}, seatbook.Preview())
	got := stage.Do(s.Stage, ada, billing.RenewMany{Subscriptions: ids})
	require.Equal(t, seen, got)
	codes := []rule.Code{}
	for i, one := range got.Results {
		require.Equal(t, ids[i], one.ID)
		require.Equal(t, one.Code == "", one.Done)
		codes = append(codes, one.Code)
	}
	require.Equal(t, []rule.Code{"", rule.NotFound, "", "", rule.NotFound, rule.NotFound}, codes)
	theirs, nowhere := got.Results[1], got.Results[4]
	require.Equal(t, nowhere.Text, strings.ReplaceAll(theirs.Text, theirs.ID, nowhere.ID), "what is foreign answers like what does not exist")
	theirs.ID, theirs.Text = nowhere.ID, nowhere.Text
	require.Equal(t, nowhere, theirs)
	require.Equal(t, "2028-01-05T09:00:00Z", rule.Show(s.show(annual.ID).Ends))
	require.Equal(t, "2028-01-05T09:00:00Z", rule.Show(s.show(other.ID).Ends))
	again := stage.Do(s.Stage, ada, billing.RenewMany{Subscriptions: []string{annual.ID, monthly.ID}})
	require.Equal(t, []rule.Code{rule.TooEarly, rule.TooEarly}, []rule.Code{again.Results[0].Code, again.Results[1].Code})
	require.Equal(t, "BIL-6", again.Results[0].Rule)
	require.Contains(t, again.Results[0].Text, "cannot be renewed yet")
	s.Audit()
}

func TestADeclinedChargeOfASetIsItsOwn(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	first, second := s.buy("sketch", 1, licensing.Annual, true).Subscription, s.buy("sketch", 1, licensing.Annual, true).Subscription
	stage.Do(s.Stage, ada, billing.SetSubscriptionMethod{Subscription: second.ID, PaymentMethod: s.byInvoice()})
	s.At("2026-12-20T09:00:00Z")
	s.bank.set(true, false)
	got := stage.Do(s.Stage, ada, billing.RenewMany{Subscriptions: []string{first.ID, second.ID}, Term: licensing.Monthly})
	require.Equal(t, rule.PaymentDeclined, got.Results[0].Code)
	require.True(t, got.Results[1].Done, "on account nobody is asked")
	require.Equal(t, first.Ends, s.show(first.ID).Ends)
	require.Equal(t, "2027-02-05T09:00:00Z", rule.Show(s.show(second.ID).Ends))
	s.bank.set(false, true)
	waits := stage.Do(s.Stage, ada, billing.RenewMany{Subscriptions: []string{first.ID}})
	require.True(t, waits.Results[0].Pending)
	require.False(t, waits.Results[0].Done)
	s.bank.set(false, false)
	require.Equal(t, "2028-01-05T09:00:00Z", rule.Show(s.show(first.ID).Ends))
	s.Audit()
}

func TestASetHasItsBounds(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z", "bulk-max=3")
	sub := s.buy("sketch", 1, licensing.Annual, true).Subscription.ID
	ids := []string{sub}
	for n := range 3 {
		ids = append(ids, fmt.Sprintf("sub_acme_%d", 1000+n))
	}
	require.Len(t, stage.Do(s.Stage, ada, billing.SetAutoRenewMany{Subscriptions: ids[:3]}).Results, 3)
	require.False(t, s.show(sub).AutoRenew)
	stage.Refused(s.Stage, ada, rule.Invalid, billing.SetAutoRenewMany{Subscriptions: ids, On: true})
	stage.Refused(s.Stage, ada, rule.Invalid, billing.SetAutoRenewMany{On: true})
	stage.Refused(s.Stage, ada, rule.Invalid, billing.SetAutoRenewMany{Subscriptions: []string{sub, sub}, On: true})
	once := s.buy("once", 1, licensing.Annual, false).Subscription.ID
	mixed := stage.Do(s.Stage, ada, billing.SetAutoRenewMany{Subscriptions: []string{once, sub}, On: true})
	require.Equal(t, rule.Invalid, mixed.Results[0].Code)
	require.True(t, mixed.Results[1].Done)
	require.Equal(t, rule.NotPermitted, stage.Do(s.Stage, bob, billing.SetAutoRenewMany{Subscriptions: []string{sub}}).Results[0].Code)
	require.True(t, s.show(sub).AutoRenew)
	s.Audit()
}
