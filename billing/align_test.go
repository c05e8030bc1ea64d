package billing_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

func TestDatesAreAligned(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, first, second string
		term                licensing.Term
		amount, line        string
		renewals            []string
	}{
		{
			"by 59 days of a year", "2026-01-05T09:00:00Z", "2026-03-05T09:00:00Z", licensing.Annual,
			"290.96 USD", "sketch, annual, aligned from 2027-01-05: 2 × 900.00 USD × 59/365 days",
			[]string{"2028-03-05T09:00:00Z", "2029-03-05T09:00:00Z"},
		},
		{
			"by a day of a month", "2026-01-30T09:00:00Z", "2026-01-31T09:00:00Z", licensing.Monthly,
			"0.00 USD", "", nil,
		},
		{
			"from the 15th to the 31st, which does not drift", "2026-01-15T09:00:00Z", "2026-01-31T09:00:00Z", licensing.Monthly,
			"83.57 USD", "sketch, monthly, aligned from 2026-02-15: 2 × 90.00 USD × 13/28 days",
			[]string{"2026-03-31T09:00:00Z", "2026-04-30T09:00:00Z", "2026-05-31T09:00:00Z"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, c.first)
			first := s.buy("sketch", 2, c.term, true).Subscription
			s.At(c.second)
			second := s.buy("sketch", 1, c.term, true).Subscription
			command := billing.AlignDates{Subscriptions: []string{first.ID, second.ID}}
			if c.line == "" {
				stage.Refused(s.Stage, ada, rule.Conflict, command)
				return
			}
			seen := stage.Do(s.Stage, ada, command, seatbook.Preview())
			got := stage.Do(s.Stage, ada, command)
			require.Equal(t, seen, got, "what is previewed is what is charged")
			require.Len(t, got.Results, 1)
			one := got.Results[0]
			require.True(t, one.Done)
			require.Equal(t, c.amount, one.Charge.Total.String())
			require.Equal(t, c.line, one.Charge.Lines[0].Description)
			require.Equal(t, second.Ends, one.Subscription.Ends)
			stage.Refused(s.Stage, ada, rule.Conflict, command)
			for _, ends := range c.renewals {
				require.NoError(t, s.RunDue(s.Context()))
				s.Clock.Set(s.show(first.ID).Ends)
				require.Equal(t, ends, rule.Show(s.show(first.ID).Ends))
				require.Equal(t, ends, rule.Show(s.show(second.ID).Ends))
			}
			s.Audit()
		})
	}
}

func TestDatesAreNotAligned(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		do   func(s scene, first string) []string
		code rule.Code
	}{
		{"of one alone", func(_ scene, first string) []string { return []string{first} }, rule.Invalid},
		{"of one twice", func(_ scene, first string) []string { return []string{first, first} }, rule.Invalid},
		{"of none", func(scene, string) []string { return nil }, rule.Invalid},
		{"of one that is not there", func(_ scene, first string) []string { return []string{first, first + "9"} }, rule.NotFound},
		{"of other terms", func(s scene, first string) []string {
			return []string{first, s.buy("sketch", 1, licensing.Monthly, true).Subscription.ID}
		}, rule.Invalid},
		{"of other payment methods", func(s scene, first string) []string {
			other := s.buy("sketch", 1, licensing.Annual, true).Subscription.ID
			stage.Do(s.Stage, ada, billing.SetSubscriptionMethod{Subscription: other, PaymentMethod: s.pays("tok_2", "")})
			return []string{first, other}
		}, rule.Invalid},
		{"where a term is paid ahead", func(s scene, first string) []string {
			other := s.buy("sketch", 1, licensing.Annual, true).Subscription.ID
			s.At("2026-12-01T09:00:00Z")
			stage.Do(s.Stage, ada, billing.Renew{Subscription: first})
			s.At("2027-01-04T09:00:00Z")
			stage.Do(s.Stage, ada, billing.Renew{Subscription: other})
			s.At("2027-01-04T10:00:00Z")
			return []string{first, other}
		}, rule.Conflict},
		{"by a whole term", func(s scene, first string) []string {
			other := s.buy("sketch", 1, licensing.Annual, true).Subscription.ID
			s.At("2026-12-01T09:00:00Z")
			stage.Do(s.Stage, ada, billing.Renew{Subscription: other})
			return []string{first, other}
		}, rule.Conflict},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-01-05T09:00:00Z")
			first := s.buy("sketch", 2, licensing.Annual, true).Subscription.ID
			s.At("2026-01-05T10:00:00Z")
			stage.Refused(s.Stage, ada, c.code, billing.AlignDates{Subscriptions: c.do(s, first)})
			s.Audit()
		})
	}
}

func TestADeclinedAlignmentLeavesTheEndWhereItWas(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	first := s.buy("sketch", 1, licensing.Annual, true).Subscription
	s.At("2026-03-05T09:00:00Z")
	second := s.buy("sketch", 1, licensing.Annual, true).Subscription
	s.bank.set(true, false)
	got := stage.Do(s.Stage, ada, billing.AlignDates{Subscriptions: []string{first.ID, second.ID}})
	require.False(t, got.Results[0].Done)
	require.Equal(t, rule.PaymentDeclined, got.Results[0].Code)
	require.Equal(t, first.Ends, s.show(first.ID).Ends)
	s.Audit()
}

// What is added, upgraded or reduced after an alignment is counted by whole terms.
func TestTheAlignedPartIsCountedByItsWholeTerm(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	first := s.buy("sketch", 2, licensing.Annual, true).Subscription
	s.At("2026-03-05T09:00:00Z")
	second := s.buy("sketch", 1, licensing.Annual, true).Subscription
	stage.Do(s.Stage, ada, billing.ReduceSeats{Subscription: first.ID, To: 1})
	stage.Do(s.Stage, ada, billing.AlignDates{Subscriptions: []string{first.ID, second.ID}})
	require.Equal(t, 1, s.show(first.ID).RenewalSeats, "the reduction waits for the renewal")
	added := stage.Do(s.Stage, ada, billing.AddSeats{Subscription: first.ID, Seats: 1}).Invoice
	require.Equal(t, "sketch, annual, added seats: 1 × 1000.00 USD × 306/365 days", added.Lines[0].Description)
	require.Equal(t, "sketch, annual, added seats in the next term: 1 × 1000.00 USD × 59/365 days", added.Lines[1].Description)
	up := stage.Do(s.Stage, ada, billing.Upgrade{Subscription: first.ID, To: "suite"})
	require.Equal(t, second.Ends, up.Subscription.Ends)
	require.Equal(t, "suite, annual: 3 × 1500.00 USD × 59/365 days", up.Invoice.Lines[1].Description)
	require.Equal(t, 2, up.Subscription.RenewalSeats)
	s.Audit()
}

// The purchaser of what was aligned is told that renewal opens when it does, and
// that it comes in time, also where the part that was added is shorter than that.
func TestWhatIsAlignedIsRemindedOf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, second string
		want         []string
	}{
		{"by a month", "2026-02-05T09:00:00Z", []string{
			"renewal-open 2027-01-05T09:00:00Z", "renewal-coming 2027-01-06T09:00:00Z", "renewal-coming 2027-01-29T09:00:00Z",
		}},
		{"by three days", "2026-01-08T09:00:00Z", []string{
			"renewal-coming 2026-12-09T09:00:00Z", "renewal-coming 2027-01-01T09:00:00Z", "renewal-open 2027-01-05T09:00:00Z",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-01-05T09:00:00Z")
			first := s.buy("sketch", 1, licensing.Annual, true).Subscription
			s.At(c.second)
			second := s.buy("sketch-lt", 1, licensing.Annual, true).Subscription
			stage.Do(s.Stage, ada, billing.AlignDates{Subscriptions: []string{first.ID, second.ID}})
			s.At("2027-01-05T08:59:59Z")
			require.Equal(t, stage.At("2027-01-05T09:00:00Z"), stage.Refused(s.Stage, ada, rule.TooEarly, billing.Renew{Subscription: first.ID}).Figures[0].Value)
			s.At(second.Ends.Add(-1).Format(time.RFC3339))
			require.NoError(t, s.RunDue(t.Context()))
			got := []string{}
			for _, n := range stage.Ask(s.Stage, operator, account.NoticesQuery{Team: "acme"}) {
				if (n.Kind == billing.RenewalOpenNotice || n.Kind == billing.RenewalComingNotice) && n.Facts["subscription"] == first.ID {
					got = append(got, string(n.Kind)+" "+n.At.Format(time.RFC3339))
				}
			}
			require.Equal(t, c.want, got)
			s.Audit()
		})
	}
}
