package billing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// contracted brings one contract, and returns the subscription it became.
func (s scene) contracted(row string) billing.SubscriptionShown {
	s.Helper()
	r := stage.Do(s.Stage, operator, account.CutOver{Export: account.Export(row + "\n")})
	require.Len(s.TB, r.Teams, 1)
	return stage.Ask(s.Stage, operator, billing.SubscriptionQuery{Subscription: r.Teams[0].Contracts[0].Subscription}).Subscription
}

func TestAContractBecomesASubscriptionOfItsManager(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T09:00:00Z")
	sub := s.contracted("Acme,acme,C-7,bob@acme.test,,,sketch,3,annual,2024-06-01,2026-06-01,Dealer Ltd")
	require.Equal(t, billing.SubscriptionShown{
		ID: sub.ID, Team: "acme", Product: "sketch", Seats: 3, Term: licensing.Annual, Starts: stage.At("2024-06-01T00:00:00Z"), Ends: stage.At("2026-06-01T00:00:00Z"),
		Status: billing.Active, RenewalSeats: 3, RenewalTerm: licensing.Annual, Purchaser: "bob@acme.test", Channel: billing.Reseller, Plan: "maintenance",
		Contract: "C-7", Reseller: "Dealer Ltd",
	}, sub)
	require.Empty(t, s.invoices(), "nothing is charged for what was bought elsewhere")
	refusal := stage.Refused(s.Stage, bob, rule.NotSelfService, billing.Renew{Subscription: sub.ID})
	require.Equal(t, "the reseller Dealer Ltd", refusal.Contact)
	s.assign("sketch")
	require.Equal(t, licensing.Seat, s.source(bob, "sketch"))
	s.At("2026-05-31T23:59:59Z")
	require.Equal(t, licensing.Seat, s.source(bob, "sketch"))
	s.At("2026-06-01T00:00:00Z")
	require.Equal(t, licensing.None, s.source(bob, "sketch"))
	require.Equal(t, billing.Ended, s.show(sub.ID).Status)
	s.Audit()
}

func TestAContractWithoutResellerWasBoughtDirectly(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T09:00:00Z")
	sub := s.contracted("Acme,acme,C-7,ada@acme.test,,,sketch,3,annual,2025-06-01,2026-06-01")
	require.Equal(t, billing.Direct, sub.Channel)
	refusal := stage.Refused(s.Stage, ada, rule.NotSelfService, billing.Renew{Subscription: sub.ID})
	require.Equal(t, "support", refusal.Contact)
	s.Audit()
}

func TestTermsOfAContractAreCountedOn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, term, starts, ends, next string }{
		{"from its start where it ends a whole number of terms after", "monthly", "2026-01-31", "2026-03-31", "2026-04-30"},
		{"from a leap day too", "annual", "2024-02-29", "2027-02-28", "2028-02-29"},
		{"from its end where it was prolonged to a common date", "annual", "2024-02-29", "2026-04-15", "2027-04-15"},
		{"from its end where it is shorter than a term", "three-year", "2026-01-01", "2026-07-01", "2029-07-01"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-03-02T09:00:00Z")
			sub := s.contracted("Acme,acme,C-7,ada@acme.test,,,sketch,1," + c.term + "," + c.starts + "," + c.ends)
			require.Equal(t, stage.At(c.ends+"T00:00:00Z"), sub.Ends)
			require.Equal(t, stage.At(c.starts+"T00:00:00Z"), sub.Starts)
			if ends := sub.Ends.AddDate(0, 0, -20); ends.After(s.Clock.Now()) {
				s.At(ends.Format("2006-01-02T15:04:05Z"))
			}
			renewed := stage.Do(s.Stage, operator, billing.Renew{Subscription: sub.ID})
			require.Equal(t, stage.At(c.next+"T00:00:00Z"), renewed.Subscription.Ends)
			require.Equal(t, "C-7", renewed.Subscription.Contract)
			s.Audit()
		})
	}
}

func TestAContractThatIsUpgradedKeepsItsNumber(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T09:00:00Z")
	sub := s.contracted("Acme,acme,C-7,ada@acme.test,,,sketch,1,annual,2025-06-01,2026-06-01")
	up := stage.Do(s.Stage, operator, billing.Upgrade{Subscription: sub.ID, To: "suite"})
	require.Equal(t, "C-7", up.Subscription.Contract)
	require.True(t, up.CreditMemo.Total.IsZero(), "nothing was paid here, so nothing comes back")
	s.Audit()
}
