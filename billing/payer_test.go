package billing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// The people of the team works: una is its primary admin, moe and sue are
// admins, and pia, pim and pat are users.
var (
	una = rule.ByEmail("una@works.test")
	moe = rule.ByEmail("moe@works.test")
	sue = rule.ByEmail("sue@works.test")
	pia = rule.ByEmail("pia@works.test")
	pim = rule.ByEmail("pim@works.test")
)

// works makes the team, for which moe bought seats and tokens.
func works(t *testing.T, config seatbook.Config) (s *stage.Stage, sub string) {
	t.Helper()
	s = stage.Begin(t, "2026-01-05T09:00:00Z", config)
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "works", Owner: "una@works.test", Country: "US"})
	for _, m := range []struct {
		email rule.Address
		role  account.Role
	}{
		{"moe@works.test", account.Secondary}, {"sue@works.test", account.Secondary}, {"pia@works.test", account.User}, {"pim@works.test", account.Guest}, {"pat@works.test", account.User},
	} {
		stage.Do(s, rule.Operator, account.Invite{Team: "works", Email: m.email, Role: m.role})
		stage.Do(s, rule.Operator, account.AcceptInvitation{Team: "works", Email: m.email})
	}
	stage.Do(s, moe, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_moe", Last4: "4242"})
	sub = stage.Do(s, moe, billing.Purchase{Team: "works", Product: "maya", Seats: 2, Term: licensing.Annual}).Subscription.ID
	stage.Do(s, moe, billing.BuyTokens{Team: "works", Tokens: 100})
	return s, sub
}

func TestAPayerSeesTheInvoicesOfWhoAppointedThem(t *testing.T) {
	t.Parallel()
	s, sub := works(t, seatbook.Config{})
	stage.Do(s, una, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_una", Last4: "4242"})
	stage.Do(s, una, billing.Purchase{Team: "works", Product: "revit", Seats: 1, Term: licensing.Annual})
	sees := func(actor rule.Actor) int { return len(stage.Ask(s, actor, billing.InvoicesQuery{Team: "works"})) }
	denied := func(actor rule.Actor) {
		_, err := seatbook.Ask(t.Context(), s.Engine, actor, billing.InvoicesQuery{Team: "works"})
		require.ErrorIs(t, err, rule.NotPermitted)
	}
	denied(pia)
	p := stage.Do(s, moe, billing.AppointPayer{Team: "works", User: "pia@works.test"}).Payer
	require.Equal(t, "moe@works.test", p.Purchaser)
	require.Equal(t, 2, sees(moe))
	require.Equal(t, 2, sees(pia))
	require.Equal(t, 3, sees(rule.Operator))
	stage.Do(s, moe, billing.AppointPayer{User: "pim@works.test"})
	require.Equal(t, 2, sees(pim), "a guest can be payer")
	stage.Do(s, una, billing.AppointPayer{Team: "works", User: "pia@works.test"})
	require.Equal(t, 3, sees(pia), "of both who appointed them")
	stage.Refused(s, pia, rule.NotPermitted, billing.AddSeats{Subscription: sub, Seats: 1})
	_, err := seatbook.Ask(t.Context(), s.Engine, pia, billing.SubscriptionQuery{Subscription: sub})
	require.ErrorIs(t, err, rule.NotPermitted)
	stage.Do(s, una, billing.DismissPayer{Team: "works", User: "pia@works.test"})
	stage.Do(s, moe, billing.DismissPayer{Team: "works", User: "pia@works.test"})
	denied(pia)
	stage.Refused(s, moe, rule.NotFound, billing.DismissPayer{Team: "works", User: "pia@works.test"})
	s.Audit()
}

func TestAPurchaserHasSoManyPayers(t *testing.T) {
	t.Parallel()
	s, _ := works(t, seatbook.Config{Policy: map[string]string{"payers": "2"}})
	appoint := func(user rule.Address) billing.AppointPayer { return billing.AppointPayer{Team: "works", User: user} }
	stage.Do(s, moe, appoint("pia@works.test"))
	stage.Do(s, moe, appoint("pim@works.test"))
	refusal := stage.Refused(s, moe, rule.Conflict, appoint("pat@works.test"))
	require.Equal(t, account.PurchaserRule, refusal.Rule)
	require.Contains(t, refusal.Text, "2 payers")
	stage.Do(s, moe, appoint("pia@works.test"))
	stage.Do(s, moe, billing.DismissPayer{Team: "works", User: "pia@works.test"})
	stage.Do(s, moe, appoint("pat@works.test"))
	s.Audit()
}

func TestWhoAppointsPayers(t *testing.T) {
	t.Parallel()
	s, _ := works(t, seatbook.Config{})
	appoint := billing.AppointPayer{Team: "works", User: "pia@works.test"}
	for _, actor := range []rule.Actor{una, sue, pia, pim} {
		stage.Refused(s, actor, rule.NotPermitted, appoint)
	}
	stage.Refused(s, una, rule.NotPermitted, billing.AppointPayer{Team: "works", User: "pia@works.test", Purchaser: "moe@works.test"})
	stage.Refused(s, rule.ByEmail("out@side.test"), rule.NotFound, appoint)
	stage.Refused(s, rule.Operator, rule.Invalid, appoint)
	stage.Refused(s, rule.Operator, rule.Invalid, billing.AppointPayer{Team: "works", User: "pia@works.test", Purchaser: "sue@works.test"})
	stage.Refused(s, moe, rule.Invalid, billing.AppointPayer{Team: "works", User: "moe@works.test"})
	stage.Refused(s, moe, rule.NotFound, billing.AppointPayer{Team: "works", User: "out@side.test"})
	stage.Do(s, rule.Operator, billing.AppointPayer{Team: "works", User: "pia@works.test", Purchaser: "moe@works.test"})
	s.Audit()
}

func TestAPayerWhoIsRemovedIsPayerNoMore(t *testing.T) {
	t.Parallel()
	s, _ := works(t, seatbook.Config{})
	stage.Do(s, moe, billing.AppointPayer{Team: "works", User: "pia@works.test"})
	preview := stage.Ask(s, una, account.RemovalQuery{Team: "works", User: "pia@works.test"})
	require.Contains(t, preview.Ends, account.Ending{What: "payer", Name: "pia@works.test", Source: "appointed", From: "moe@works.test"})
	stage.Do(s, una, account.RemoveMember{Team: "works", User: "pia@works.test"})
	stage.Do(s, una, account.Invite{Team: "works", Email: "pia@works.test"})
	stage.Do(s, pia, account.AcceptInvitation{Team: "works", Email: "pia@works.test"})
	_, err := seatbook.Ask(t.Context(), s.Engine, pia, billing.InvoicesQuery{Team: "works"})
	require.ErrorIs(t, err, rule.NotPermitted)
	s.Audit()
}

func TestPurchasesAreHandedOverAndTheFormerPurchaserCanGo(t *testing.T) {
	t.Parallel()
	charged := []string{}
	provider := stage.Provider(func(c billing.Charge) (billing.Answer, error) {
		charged = append(charged, c.Token)
		return billing.Answer{Outcome: billing.Paid}, nil
	})
	s, sub := works(t, seatbook.Config{Payments: provider})
	stage.Do(s, moe, billing.AppointPayer{Team: "works", User: "pia@works.test"})
	stage.Refused(s, una, rule.Conflict, account.RemoveMember{Team: "works", User: "moe@works.test"})
	refusal := stage.Refused(s, moe, rule.Invalid, billing.HandOver{Team: "works", To: "sue@works.test"})
	require.Contains(t, refusal.Text, "1 subscriptions renew themselves, and the new purchaser has no default payment method")
	stage.Do(s, sue, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_sue", Last4: "4242"})
	r := stage.Do(s, moe, billing.HandOver{Team: "works", To: "sue@works.test"})
	require.Equal(t, billing.HandedOver{From: "moe@works.test", To: "sue@works.test", Subscriptions: 1, Packs: 1}, r)
	stage.Refused(s, moe, rule.NotPermitted, billing.AddSeats{Subscription: sub, Seats: 1})
	stage.Do(s, sue, billing.AddSeats{Subscription: sub, Seats: 1})
	require.Len(t, stage.Ask(s, sue, billing.InvoicesQuery{Team: "works"}), 3, "the invoices go along")
	for _, actor := range []rule.Actor{moe, pia} {
		_, err := seatbook.Ask(t.Context(), s.Engine, actor, billing.InvoicesQuery{Team: "works"})
		require.ErrorIs(t, err, rule.NotPermitted)
	}
	stage.Do(s, una, account.RemoveMember{Team: "works", User: "moe@works.test"})
	s.At("2027-01-06T09:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	require.Equal(t, []string{"tok_moe", "tok_moe", "tok_sue", "tok_sue"}, charged, "the new purchaser pays the renewal")
	s.Audit()
}

func TestWhoHandsOverToWhom(t *testing.T) {
	t.Parallel()
	s, _ := works(t, seatbook.Config{})
	stage.Do(s, sue, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_sue", Last4: "4242"})
	to := func(user rule.Address) billing.HandOver { return billing.HandOver{Team: "works", To: user} }
	named := billing.HandOver{Team: "works", To: "sue@works.test", From: "moe@works.test"}
	stage.Refused(s, moe, rule.Invalid, to("pia@works.test"))
	stage.Refused(s, moe, rule.Invalid, to("moe@works.test"))
	stage.Refused(s, moe, rule.NotFound, to("out@side.test"))
	stage.Refused(s, una, rule.NotPermitted, named)
	stage.Refused(s, sue, rule.NotPermitted, to("una@works.test"))
	stage.Refused(s, rule.ByEmail("out@side.test"), rule.NotFound, named)
	stage.Refused(s, rule.Operator, rule.Invalid, to("sue@works.test"))
	stage.Refused(s, rule.Operator, rule.Invalid, billing.HandOver{Team: "works", To: "sue@works.test", From: "una@works.test"})
	require.Equal(t, 1, stage.Do(s, rule.Operator, named).Subscriptions)
	s.Audit()
}

func TestAMethodIsNeededWhereSomethingRenewsItself(t *testing.T) {
	t.Parallel()
	s, sub := works(t, seatbook.Config{})
	stage.Do(s, sue, billing.AddPaymentMethod{Team: "works", Kind: billing.Card, Token: "tok_sue", Last4: "4242"})
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "other", Owner: "una@works.test"})
	stage.Do(s, una, billing.AddPaymentMethod{Team: "other", Kind: billing.Card, Token: "tok_una", Last4: "4242"})
	stage.Refused(s, moe, rule.Invalid, billing.HandOver{Team: "works", To: "una@works.test"})
	stage.Do(s, moe, billing.SetAutoRenew{Subscription: sub, On: false})
	require.Equal(t, 1, stage.Do(s, moe, billing.HandOver{Team: "works", To: "una@works.test"}).Subscriptions, "nothing renews itself")
	s.Audit()
}

// A renewal that was declined is tried again with the new purchaser's method.
func TestADeclinedRenewalIsTriedWithTheNewMethod(t *testing.T) {
	t.Parallel()
	var charged []string
	provider := stage.Provider(func(c billing.Charge) (billing.Answer, error) {
		charged = append(charged, c.Token)
		if c.Token == "tok_moe" && len(charged) > 2 {
			return billing.Answer{Outcome: billing.Declined}, nil
		}
		return billing.Answer{Outcome: billing.Paid}, nil
	})
	s, sub := works(t, seatbook.Config{Payments: provider})
	stage.Do(s, sue, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_sue", Last4: "4242"})
	s.At("2027-01-05T10:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	stage.Do(s, moe, billing.HandOver{Team: "works", To: "sue@works.test"})
	s.At("2027-01-06T10:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	require.Equal(t, []string{"tok_moe", "tok_moe", "tok_moe", "tok_sue"}, charged)
	require.Equal(t, billing.Active, stage.Ask(s, sue, billing.SubscriptionQuery{Subscription: sub}).Subscription.Status)
	s.Audit()
}

func TestAPackThatWasHandedOverIsMovedByTheNewPurchaser(t *testing.T) {
	t.Parallel()
	s, sub := works(t, seatbook.Config{})
	pack := stage.Do(s, moe, billing.BuyTokens{Team: "works", Tokens: 100}).Pack.ID
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "other", Owner: "sue@works.test"})
	stage.Do(s, moe, billing.SetAutoRenew{Subscription: sub, On: false})
	stage.Do(s, moe, billing.HandOver{Team: "works", To: "sue@works.test"})
	stage.Refused(s, moe, rule.NotPermitted, flex.Transfer{Pack: pack, To: "other"})
	stage.Do(s, sue, flex.Transfer{Pack: pack, To: "other"})
	s.Audit()
}
