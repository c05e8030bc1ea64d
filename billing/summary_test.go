package billing_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

func dues(list []billing.PaymentDue) []string {
	found := []string{}
	for _, d := range list {
		found = append(found, fmt.Sprintf("%s %s", d.At.Format(time.RFC3339), d.Amount))
	}
	return found
}

func TestTheSummaryGathersWhatThereIsToDo(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z", "net-terms=30d")
	s.buy("sketch", 2, licensing.Annual, true)
	s.At("2026-10-01T09:00:00Z")
	stage.Do(s.Stage, ada, billing.Purchase{Team: "acme", Product: "plain", Seats: 1, Term: licensing.Annual, PaymentMethod: s.byInvoice()})
	q := s.quote(sketches(1, "1.00 USD"))
	ask := func(at string) billing.Summary { return stage.Ask(s.At(at), ada, billing.SummaryQuery{}) }

	early := ask("2026-10-07T08:59:59Z")
	require.Empty(t, early.Ending)
	require.Equal(t, []string{"2026-10-31T09:00:00Z 200.00 USD"}, dues(early.Due))
	r := ask("2026-10-07T09:00:01Z")
	require.Equal(t, billing.SummaryCounts{Quotes: 1, Ending: 1, Due: 2, Unpaid: 1, Subscriptions: 2, Contracts: 2}, r.Counts)
	require.Equal(t, q.ID, r.Quotes[0].ID)
	require.Equal(t, "sketch", r.Ending[0].Product)
	require.Equal(t, []string{"2026-10-31T09:00:00Z 200.00 USD", "2027-01-05T09:00:00Z 1800.00 USD"}, dues(r.Due), "the renewal at the renewal price")
	require.Equal(t, billing.InvoiceOpen, r.Unpaid[0].Status)
	late := ask("2026-10-31T09:00:00Z")
	require.Empty(t, late.Quotes, "the quote has expired")
	require.Equal(t, billing.InvoicePastDue, late.Unpaid[0].Status)
	require.Equal(t, []string{"2027-01-05T09:00:00Z 1800.00 USD"}, dues(late.Due), "what is past due is unpaid, and not to come")

	join(s.Stage, "acme", "cyd@acme.test", account.Secondary)
	admin := stage.Ask(s.Stage, rule.ByEmail("cyd@acme.test"), billing.SummaryQuery{Team: "acme"})
	require.Equal(t, billing.SummaryCounts{Ending: 1, Subscriptions: 2, Contracts: 2}, admin.Counts, "an admin sees no money of others")
	require.NotNil(t, admin.Unpaid)
	s.Audit()
}

func TestTheSummaryKnowsWhenADeclinedRenewalIsTriedAgain(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	s.buy("sketch", 2, licensing.Annual, true)
	s.bank.set(true, false)
	s.At("2027-01-05T09:00:00Z")
	require.NoError(t, s.RunDue(s.Context()))
	r := stage.Ask(s.Stage, ada, billing.SummaryQuery{})
	require.Equal(t, []string{"2027-01-06T09:00:00Z 1800.00 USD"}, dues(r.Due))
	require.Len(t, r.Unpaid, 1)
	s.Audit()
}
