package billing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// withPremium begins a scene whose catalogue sells the premium plan for a dollar a
// day, and in which sketch and plain are eligible.
func withPremium(t *testing.T, start string) scene {
	t.Helper()
	c := catalog()
	for i := range c.Products {
		c.Products[i].PremiumEligible = c.Products[i].ID == "sketch" || c.Products[i].ID == "plain"
	}
	c.Premium.Prices = priced("annual 365.00 USD", "three-year 1096.00 USD 1000.00 USD")
	b := &bank{}
	config := seatbook.Config{Catalog: c, Payments: b.provider(), Policy: map[string]string{"card-limit": "90000000000000000.00 USD"}}
	s := scene{stage.Begin(t, start, config), b, config}
	stage.Do(s.Stage, operator, account.CreateTeam{Team: "acme", Owner: "ada@acme.test", Country: "US"})
	stage.Do(s.Stage, ada, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_1", Last4: "4242"})
	join(s.Stage, "acme", "bob@acme.test", account.User)
	return s
}

// seats are those of a subscription as it stands.
func (s scene) seats(id string) int { return s.show(id).Seats }

func TestThePlanIsUpgradedAtOnceAndProrated(t *testing.T) {
	t.Parallel()
	s := withPremium(t, "2026-01-05T09:00:00Z")
	stage.Refused(s.Stage, ada, rule.Invalid, billing.UpgradePlan{Team: "acme"})
	s.buy("sketch", 3, licensing.Annual, true)
	s.buy("cent", 7, licensing.Annual, true)
	s.At("2026-04-05T09:00:00Z")
	stage.Refused(s.Stage, bob, rule.NotPermitted, billing.UpgradePlan{Team: "acme"})
	stage.Refused(s.Stage, dan, rule.NotFound, billing.UpgradePlan{Team: "acme"})
	stage.Refused(s.Stage, ada, rule.Invalid, billing.UpgradePlan{Team: "acme", Term: licensing.Monthly})
	seen := stage.Do(s.Stage, ada, billing.UpgradePlan{Team: "acme"}, seatbook.Preview())
	got := stage.Do(s.Stage, ada, billing.UpgradePlan{Team: "acme"})
	require.Equal(t, seen, got)
	require.Equal(t, "825.00 USD", got.Invoice.Total.String())
	require.Equal(t, "Premium plan, annual: 3 × 365.00 USD × 275/365 days", got.Invoice.Lines[0].Description)
	require.Equal(t, 3, got.Subscription.Seats)
	require.Equal(t, "2027-01-05T09:00:00Z", rule.Show(got.Subscription.Ends))
	stage.Refused(s.Stage, ada, rule.Conflict, billing.UpgradePlan{Team: "acme"})
	stage.Refused(s.Stage, ada, rule.Invalid, billing.AddSeats{Subscription: got.Subscription.ID, Seats: 1})
	stage.Refused(s.Stage, ada, rule.Invalid, billing.ReduceSeats{Subscription: got.Subscription.ID, To: 1})
	stage.Refused(s.Stage, ada, rule.Invalid, billing.MoveSubscription{Subscription: got.Subscription.ID, To: "acme"})
	s.Audit()
}

func TestThePlanIsCountedAnewAtItsRenewal(t *testing.T) {
	t.Parallel()
	s := withPremium(t, "2026-01-05T09:00:00Z")
	sketch := s.buy("sketch", 3, licensing.Annual, true).Subscription.ID
	plan := stage.Do(s.Stage, ada, billing.UpgradePlan{Team: "acme"}).Subscription.ID
	s.At("2026-06-01T09:00:00Z")
	s.buy("plain", 2, licensing.Annual, true)
	require.Equal(t, 3, s.seats(plan), "added seats wait for the anniversary")
	s.At("2027-01-05T08:59:59Z")
	require.Equal(t, 3, s.seats(plan))
	s.At("2027-01-05T09:00:00Z")
	require.Equal(t, 5, s.seats(plan))
	require.Contains(t, s.bank.amounts(), "1825.00 USD")
	stage.Do(s.Stage, ada, billing.ReduceSeats{Subscription: sketch, To: 1})
	require.Equal(t, 5, s.seats(plan))
	s.At("2028-01-05T09:00:00Z")
	require.Equal(t, 3, s.seats(plan), "fewer seats count at the renewal, whichever is charged first")
	s.Audit()
}

func TestSeatsAddedSinceAreChargedAtTheAnniversary(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		declines bool
		seats    int
	}{{"paid", false, 5}, {"declined", true, 3}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := withPremium(t, "2026-01-05T09:00:00Z")
			s.buy("sketch", 3, licensing.Annual, false)
			plan := stage.Do(s.Stage, ada, billing.UpgradePlan{Team: "acme", Term: licensing.ThreeYear}).Subscription.ID
			s.At("2026-12-01T09:00:00Z")
			s.buy("sketch", 5, licensing.Annual, false)
			s.At("2027-01-05T08:59:59Z")
			require.Equal(t, 3, s.seats(plan))
			s.bank.set(c.declines, false)
			s.At("2027-01-05T09:00:00Z")
			require.Equal(t, c.seats, s.seats(plan), "the first subscription is over by now, and five seats are left")
			amounts := s.bank.amounts()
			require.Equal(t, "1462.00 USD", amounts[len(amounts)-1], "2 × 1096.00 × 731/1096 days")
			s.bank.set(false, false)
			s.At("2028-01-05T09:00:00Z")
			require.Equal(t, c.seats, s.seats(plan), "nothing is eligible any more, and nothing is reduced before the renewal")
			s.Audit()
		})
	}
}

func TestAPlanForNoSeatEndsAtItsRenewal(t *testing.T) {
	t.Parallel()
	s := withPremium(t, "2026-01-05T09:00:00Z")
	s.buy("sketch", 1, licensing.Annual, false)
	plan := stage.Do(s.Stage, ada, billing.UpgradePlan{Team: "acme"}).Subscription.ID
	s.At("2027-01-05T09:00:00Z")
	require.Equal(t, billing.Ended, s.show(plan).Status)
	require.Len(t, s.bank.amounts(), 2)
	s.Audit()
}

func TestPremiumOpensSingleSignOn(t *testing.T) {
	t.Parallel()
	s := withPremium(t, "2026-01-05T09:00:00Z")
	join(s.Stage, "acme", "sid@acme.test", account.SSO)
	join(s.Stage, "acme", "sue@acme.test", account.Secondary)
	sid, sue := rule.ByEmail("sid@acme.test"), rule.ByEmail("sue@acme.test")
	set := account.SetUpSingleSignOn{Team: "acme", Domain: "acme.test"}
	stage.Refused(s.Stage, sid, rule.NotAssigned, set)
	s.buy("sketch", 1, licensing.Annual, false)
	plan := stage.Do(s.Stage, ada, billing.UpgradePlan{Team: "acme"}).Subscription
	require.True(t, stage.Do(s.Stage, sid, set).Active)
	stage.Refused(s.Stage, sue, rule.NotPermitted, set)
	stage.Refused(s.Stage, ada, rule.Invalid, account.SetUpSingleSignOn{Team: "acme", Domain: "4242 4242 4242 4242"})
	require.True(t, stage.Ask(s.Stage, sue, account.SingleSignOnQuery{Team: "acme"}).Active)
	plans := stage.Ask(s.Stage, ada, billing.PlansQuery{Team: "acme"})
	require.Equal(t, []string{"standard", "premium", "maintenance", "success"}, []string{plans[0].Plan, plans[1].Plan, plans[2].Plan, plans[3].Plan})
	require.True(t, plans[1].Held)
	require.Equal(t, 1, plans[1].Eligible)
	require.Equal(t, account.Advanced, plans[1].Support)
	require.True(t, plans[3].SuccessCentre)
	require.False(t, plans[3].Held)
	s.Clock.Set(plan.Ends)
	require.NoError(t, s.RunDue(s.Context()))
	require.False(t, stage.Ask(s.Stage, sue, account.SingleSignOnQuery{Team: "acme"}).Active, "it rests while no live plan opens it")
	require.Empty(t, stage.Do(s.Stage, sid, account.SetUpSingleSignOn{Team: "acme"}).Domain)
}
