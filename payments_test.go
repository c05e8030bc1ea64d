package seatbook_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// outside is a provider whose behaviour a test changes as it goes on, and which
// counts what it was asked.
type outside struct {
	answer stage.Provider
	asked  map[string]int
}

func (o *outside) provider() stage.Provider {
	o.asked = map[string]int{}
	return func(c billing.Charge) (billing.Answer, error) {
		o.asked[c.ID]++
		return o.answer(c)
	}
}

var (
	panics = stage.Provider(func(billing.Charge) (billing.Answer, error) { panic("the provider fell over") })
	fails  = stage.Provider(func(billing.Charge) (billing.Answer, error) { return billing.Answer{}, errors.New("no line") })
)

// shop is a team with a card, at an instant.
func shop(t *testing.T, o *outside) *stage.Stage {
	t.Helper()
	s := stage.Begin(t, "2026-01-05T09:00:00Z", seatbook.Config{Payments: o.provider()})
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "acme", Owner: "ada@acme.test", Country: "US"})
	stage.Do(s, ada, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_1"})
	return s
}

var purchase = billing.Purchase{Team: "acme", Product: "autocad", Seats: 2, Term: licensing.Monthly}

func TestAProviderThatFallsOverLosesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	for name, broken := range map[string]stage.Provider{"panics": panics, "fails": fails} {
		t.Run("a provider that "+name, func(t *testing.T) {
			t.Parallel()
			o := &outside{answer: broken}
			s := shop(t, o)
			_, err := seatbook.Do(t.Context(), s.Engine, ada, purchase)
			require.ErrorIs(t, err, billing.ErrUnanswered)
			seats := stage.Ask(s, ada, licensing.SeatsQuery{Team: "acme", Product: "autocad"})
			require.Zero(t, seats.Owned, "nothing is granted before the answer")

			require.NoError(t, s.RunDue(t.Context()), "a provider that goes on failing stops nothing")
			o.answer = stage.Pays
			s.At("2026-01-06T09:00:00Z")
			require.NoError(t, s.RunDue(t.Context()))
			require.NoError(t, s.RunDue(t.Context()))
			seats = stage.Ask(s, ada, licensing.SeatsQuery{Team: "acme", Product: "autocad"})
			require.Equal(t, 2, seats.Owned)
			invoices := stage.Ask(s, ada, billing.InvoicesQuery{Team: "acme"})
			require.Len(t, invoices, 1)
			require.Equal(t, billing.InvoicePaid, invoices[0].Status)
			require.Len(t, o.asked, 1, "every question had the same idempotency key")
			s.Audit()
		})
	}
}

func TestAnAnswerThatComesTwiceCountsOnce(t *testing.T) {
	t.Parallel()
	o := &outside{answer: fails}
	s := shop(t, o)
	_, err := seatbook.Do(t.Context(), s.Engine, ada, purchase)
	require.ErrorIs(t, err, billing.ErrUnanswered)
	var charge string
	for id := range o.asked {
		charge = id
	}
	stage.Do(s, rule.Operator, billing.RecordCharge{Charge: charge, Outcome: billing.Paid})
	before := s.Digest()
	stage.Do(s, rule.Operator, billing.RecordCharge{Charge: charge, Outcome: billing.Paid})
	require.Equal(t, before, s.Digest(), "the same answer again changes nothing")
	refusal := stage.Refused(s, rule.Operator, rule.Conflict, billing.RecordCharge{Charge: charge, Outcome: billing.Declined})
	require.Equal(t, "BIL-11", refusal.Rule.ID)
	stage.Refused(s, ada, rule.NotPermitted, billing.RecordCharge{Charge: charge, Outcome: billing.Paid})
	stage.Refused(s, rule.Operator, rule.NotFound, billing.RecordCharge{Charge: "chg_acme_99", Outcome: billing.Paid})
	s.Audit()
}

func TestAProcessThatDiesBeforeTheChargeIsTakenOverByAnother(t *testing.T) {
	t.Parallel()
	o := &outside{answer: fails}
	s := shop(t, o)
	_, err := seatbook.Do(t.Context(), s.Engine, ada, purchase)
	require.ErrorIs(t, err, billing.ErrUnanswered)
	second, err := seatbook.New(s.Store, seatbook.Config{Clock: s.Clock, Payments: stage.Pays})
	require.NoError(t, err)
	require.NoError(t, second.RunDue(t.Context()))
	seats := stage.Ask(s, ada, licensing.SeatsQuery{Team: "acme", Product: "autocad"})
	require.Equal(t, 2, seats.Owned)
	s.Audit()
}

func TestAQuestionNeverLeadsToACharge(t *testing.T) {
	t.Parallel()
	o := &outside{answer: stage.Pays}
	s := shop(t, o)
	bought := stage.Do(s, ada, purchase)
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "autocad", User: "ada@acme.test"})
	asked := len(o.asked)
	s.Clock.Set(bought.Subscription.Ends.Add(time.Hour))
	a := stage.Ask(s, ada, flex.AccessQuery{User: "ada@acme.test", Product: "autocad"})
	require.True(t, a.Allowed, "access goes on while the renewal waits for a worker")
	require.Len(t, o.asked, asked)
	require.NoError(t, s.RunDue(t.Context()))
	require.Len(t, o.asked, asked+1)
	sub := stage.Ask(s, ada, billing.SubscriptionQuery{Subscription: bought.Subscription.ID})
	require.Equal(t, stage.At("2026-03-05T09:00:00Z"), sub.Subscription.Ends)
	s.Audit()
}

func TestADeclinedPurchaseGrantsNothing(t *testing.T) {
	t.Parallel()
	o := &outside{answer: stage.Declines}
	s := shop(t, o)
	_, err := seatbook.Do(t.Context(), s.Engine, ada, purchase, seatbook.Idempotent("k"))
	require.ErrorIs(t, err, rule.PaymentDeclined)
	invoices := stage.Ask(s, ada, billing.InvoicesQuery{Team: "acme"})
	require.Len(t, invoices, 1)
	require.Equal(t, billing.InvoiceCancelled, invoices[0].Status)
	seats := stage.Ask(s, ada, licensing.SeatsQuery{Team: "acme", Product: "autocad"})
	require.Zero(t, seats.Owned)

	o.answer = stage.Pays
	again := stage.Do(s, ada, purchase, seatbook.Idempotent("k"))
	require.Equal(t, 2, again.Subscription.Seats, "a refusal is not remembered")
	same := stage.Do(s, ada, purchase, seatbook.Idempotent("k"))
	require.Equal(t, again, same)
	_, err = seatbook.Do(t.Context(), s.Engine, ada, billing.BuyTokens{Team: "acme", Tokens: 100}, seatbook.Idempotent("k"))
	require.ErrorIs(t, err, rule.Conflict)
	s.Audit()
}

func TestARenewalThatIsNotAnsweredStopsNothingElse(t *testing.T) {
	t.Parallel()
	o := &outside{answer: stage.Pays}
	s := shop(t, o)
	bought := stage.Do(s, ada, purchase)
	o.answer = panics
	s.Clock.Set(bought.Subscription.Ends.Add(time.Hour))
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "bob@acme.test"})
	sub := stage.Ask(s, ada, billing.SubscriptionQuery{Subscription: bought.Subscription.ID})
	require.Equal(t, billing.Expired, sub.Subscription.Status)
	o.answer = stage.Pays
	require.NoError(t, s.RunDue(t.Context()))
	sub = stage.Ask(s, ada, billing.SubscriptionQuery{Subscription: bought.Subscription.ID})
	require.Equal(t, billing.Active, sub.Subscription.Status)
	s.Audit()
}
