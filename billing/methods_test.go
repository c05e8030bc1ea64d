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

// pays adds a card of Ada's.
func (s scene) pays(token string, team string) string {
	s.Helper()
	return stage.Do(s.Stage, ada, billing.AddPaymentMethod{Kind: billing.Card, Token: token, Last4: "1111", Team: team}).PaymentMethod.ID
}

// methods are Ada's, by identifier.
func (s scene) methods() map[string]billing.MethodListed {
	s.Helper()
	list := map[string]billing.MethodListed{}
	for _, m := range stage.Ask(s.Stage, ada, billing.PaymentMethodsQuery{}) {
		list[m.ID] = m
	}
	return list
}

func TestAnEditedMethodPaysWithItsNewToken(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	bought := s.buy("sketch", 1, licensing.Monthly, true).Subscription
	first := stage.Ask(s.Stage, ada, billing.PaymentMethodsQuery{})[0]
	edited := stage.Do(s.Stage, ada, billing.EditPaymentMethod{PaymentMethod: first.ID, Token: "tok_new", Last4: "9999"}).PaymentMethod
	require.Equal(t, billing.MethodShown{ID: first.ID, Kind: billing.Card, Last4: "9999", User: "ada@acme.test", Default: true}, edited)
	s.At("2026-02-05T09:00:00Z")
	require.Equal(t, "2026-03-05T09:00:00Z", rule.Show(s.show(bought.ID).Ends))
	require.Equal(t, "tok_new", s.bank.charges[1].Token)
	for _, c := range []billing.EditPaymentMethod{{Token: ""}, {Token: "4242424242424242"}, {Token: "tok", Last4: "42"}} {
		c.PaymentMethod = first.ID
		stage.Refused(s.Stage, ada, rule.Invalid, c)
	}
	stage.Refused(s.Stage, bob, rule.NotFound, billing.EditPaymentMethod{PaymentMethod: first.ID, Token: "tok"})
	stage.Refused(s.Stage, ada, rule.NotFound, billing.EditPaymentMethod{PaymentMethod: first.ID + "0", Token: "tok"})
	s.Audit()
}

func TestAMethodInUseIsRemovedOnlyForAnother(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	sub := s.buy("sketch", 1, licensing.Annual, true).Subscription
	first := stage.Ask(s.Stage, ada, billing.PaymentMethodsQuery{})[0]
	require.Equal(t, []billing.Use{{Subscription: sub.ID, Team: "acme", Product: "sketch", Named: true}}, first.Uses)
	second := s.pays("tok_2", "")
	refusal := stage.Refused(s.Stage, ada, rule.Conflict, billing.RemovePaymentMethod{PaymentMethod: first.ID})
	require.Contains(t, refusal.Text, sub.ID)
	stage.Refused(s.Stage, ada, rule.Invalid, billing.RemovePaymentMethod{PaymentMethod: first.ID, Replacement: first.ID})
	stage.Refused(s.Stage, ada, rule.NotFound, billing.RemovePaymentMethod{PaymentMethod: first.ID, Replacement: "pay_nobody_1"})
	theirs := stage.Do(s.Stage, operator, billing.AddPaymentMethod{User: "bob@acme.test", Kind: billing.Card, Token: "tok_bob"}).PaymentMethod.ID
	stage.Refused(s.Stage, ada, rule.NotFound, billing.RemovePaymentMethod{PaymentMethod: first.ID, Replacement: theirs})
	removed := stage.Do(s.Stage, ada, billing.RemovePaymentMethod{PaymentMethod: first.ID, Replacement: second})
	require.Equal(t, first.Uses, removed.Moved)
	left := s.methods()
	require.Len(t, left, 1)
	require.True(t, left[second].Default)
	require.Equal(t, first.Uses, left[second].Uses)
	s.At("2027-01-05T09:00:00Z")
	require.Equal(t, billing.Active, s.show(sub.ID).Status)
	require.Equal(t, "tok_2", s.bank.charges[1].Token)
	s.Audit()
}

func TestTheDefaultIsInUseWhereALiveSubscriptionFallsBackToIt(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	sub := s.buy("sketch", 1, licensing.Annual, true).Subscription
	first := stage.Ask(s.Stage, ada, billing.PaymentMethodsQuery{})[0].ID
	set := stage.Do(s.Stage, ada, billing.SetSubscriptionMethod{Subscription: sub.ID})
	require.Equal(t, first, set.PaymentMethod.ID)
	require.Equal(t, []billing.Use{{Subscription: sub.ID, Team: "acme", Product: "sketch"}}, s.methods()[first].Uses)
	stage.Refused(s.Stage, ada, rule.Conflict, billing.RemovePaymentMethod{PaymentMethod: first})
	second := s.pays("tok_2", "")
	stage.Do(s.Stage, ada, billing.SetDefaultMethod{PaymentMethod: second})
	stage.Do(s.Stage, ada, billing.SetDefaultMethod{PaymentMethod: second})
	require.Empty(t, s.methods()[first].Uses)
	require.Len(t, s.methods()[second].Uses, 1)
	stage.Do(s.Stage, ada, billing.RemovePaymentMethod{PaymentMethod: first})
	stage.Refused(s.Stage, ada, rule.Conflict, billing.RemovePaymentMethod{PaymentMethod: second})
	stage.Do(s.Stage, ada, billing.SetAutoRenew{Subscription: sub.ID})
	stage.Do(s.Stage, ada, billing.RemovePaymentMethod{PaymentMethod: second})
	require.Empty(t, s.methods(), "what does not renew itself falls back to nothing")
	s.Audit()
}

func TestAMethodForOneTeamServesNoOther(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	stage.Do(s.Stage, operator, account.CreateTeam{Team: "side", Owner: "ada@acme.test", Country: "US"})
	bound := s.pays("tok_side", "side")
	sub := s.buy("sketch", 1, licensing.Annual, true).Subscription
	first := sub.ID
	stage.Refused(s.Stage, ada, rule.NotFound, billing.SetSubscriptionMethod{Subscription: first, PaymentMethod: bound})
	card := stage.Ask(s.Stage, ada, billing.PaymentMethodsQuery{})[0].ID
	stage.Refused(s.Stage, ada, rule.Conflict, billing.RemovePaymentMethod{PaymentMethod: card, Replacement: bound})
	stage.Do(s.Stage, ada, billing.SetSubscriptionMethod{Subscription: first})
	stage.Refused(s.Stage, ada, rule.Conflict, billing.SetDefaultMethod{PaymentMethod: bound})
	stage.Do(s.Stage, ada, billing.SetSubscriptionMethod{Subscription: first, PaymentMethod: card})
	require.True(t, stage.Do(s.Stage, ada, billing.SetDefaultMethod{PaymentMethod: bound}).PaymentMethod.Default)
	s.Audit()
}

// A new card for a subscription whose renewal was declined pays on the next try.
func TestANewCardSavesADeclinedRenewal(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	sub := s.buy("sketch", 1, licensing.Monthly, true).Subscription
	s.bank.set(true, false)
	s.At("2026-02-05T10:00:00Z")
	require.Equal(t, billing.Expired, s.show(sub.ID).Status)
	s.bank.set(false, false)
	other := s.pays("tok_2", "")
	stage.Do(s.Stage, ada, billing.SetSubscriptionMethod{Subscription: sub.ID, PaymentMethod: other})
	s.At("2026-02-06T09:00:00Z")
	require.Equal(t, billing.Active, s.show(sub.ID).Status)
	require.Equal(t, "tok_2", s.bank.charges[len(s.bank.charges)-1].Token)
	s.Audit()
}

func TestAProvidersReferenceThatLooksLikeACardIsNotKept(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	require.Empty(t, billing.Answer{Reference: "4242424242424242"}.Kept().Reference)
	require.Equal(t, "ref", billing.Answer{Reference: "ref"}.Kept().Reference)
	s.bank.set(false, true)
	_, err := seatbook.Do(s.Context(), s.Engine, ada, billing.Purchase{Team: "acme", Product: "sketch", Seats: 1, Term: licensing.Annual})
	require.ErrorIs(t, err, billing.ErrUnanswered)
}
