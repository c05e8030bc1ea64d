package seatbook_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/rule"
)

// giving is a provider that pays charges, and whose refunds a test changes as it
// goes on; it counts how often each was asked for.
type giving struct {
	says  func(billing.Refund) (billing.Answer, error)
	asked map[string]int
}

func (g *giving) payments() stage.Till {
	g.asked = map[string]int{}
	return stage.Till{Provider: stage.Pays, Refunds: func(r billing.Refund) (billing.Answer, error) {
		g.asked[r.ID]++
		return g.says(r)
	}}
}

func gives(billing.Refund) (billing.Answer, error) { return billing.Answer{Outcome: billing.Paid}, nil }

func keeps(billing.Refund) (billing.Answer, error) {
	return billing.Answer{Outcome: billing.Declined}, nil
}

// regretted is a team that bought something, and the order of it.
func regretted(t *testing.T, g *giving) (*stage.Stage, string) {
	t.Helper()
	s := stage.Begin(t, "2026-01-05T09:00:00Z", seatbook.Config{Payments: g.payments()})
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "acme", Owner: "ada@acme.test", Country: "US"})
	stage.Do(s, ada, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_1"})
	return s, stage.Do(s, ada, purchase).Order.ID
}

func TestAProviderThatFallsOverOwesTheRefundAndPaysItOnce(t *testing.T) {
	t.Parallel()
	for name, broken := range map[string]func(billing.Refund) (billing.Answer, error){
		"panics": func(billing.Refund) (billing.Answer, error) { panic("the provider fell over") },
		"fails":  func(billing.Refund) (billing.Answer, error) { return billing.Answer{}, errors.New("no line") },
	} {
		t.Run("a provider that "+name, func(t *testing.T) {
			t.Parallel()
			g := &giving{says: broken}
			s, order := regretted(t, g)
			r := stage.Do(s, ada, billing.Return{Order: order})
			require.Equal(t, billing.RefundAsked, r.Refunds[0].Status)
			require.NoError(t, s.RunDue(t.Context()))
			g.says = gives
			second, err := seatbook.New(s.Store, seatbook.Config{Clock: s.Clock, Payments: stage.Till{Provider: stage.Pays, Refunds: g.says}})
			require.NoError(t, err)
			require.NoError(t, second.RunDue(t.Context()), "another process takes over")
			require.NoError(t, s.RunDue(t.Context()))
			memo := stage.Ask(s, ada, billing.CreditMemosQuery{Team: "acme"})[0]
			require.Equal(t, billing.RefundPaid, memo.Refunds[0].Status)
			require.Len(t, g.asked, 1, "every question had the same idempotency key")
			s.Audit()
		})
	}
}

func TestAReferenceThatLooksLikeACardIsNotKept(t *testing.T) {
	t.Parallel()
	g := &giving{says: func(billing.Refund) (billing.Answer, error) {
		return billing.Answer{Outcome: billing.Paid, Reference: "4111111111111111"}, nil
	}}
	s, order := regretted(t, g)
	r := stage.Do(s, ada, billing.Return{Order: order})
	require.Equal(t, billing.RefundPaid, r.Refunds[0].Status)
	g.says = func(billing.Refund) (billing.Answer, error) { return billing.Answer{}, errors.New("no line") }
	other := stage.Do(s, ada, billing.Return{Order: stage.Do(s, ada, purchase).Order.ID})
	stage.Refused(s, rule.Operator, rule.Invalid, billing.RecordRefund{Refund: other.Refunds[0].ID, Outcome: billing.Paid, Reference: "4111111111111111"})
}

func TestAReplayGivesTheSameMoneyBack(t *testing.T) {
	t.Parallel()
	g := &giving{says: keeps}
	s, order := regretted(t, g)
	stage.Do(s, ada, billing.Return{Order: order}, seatbook.Idempotent("once"))
	stage.Do(s, ada, billing.Return{Order: order}, seatbook.Idempotent("once"))
	require.Len(t, g.asked, 1, "a retry gives nothing back again")
	s.At("2026-01-06T10:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	g.says = func(billing.Refund) (billing.Answer, error) { return billing.Answer{}, errors.New("no line") }
	s.At("2026-01-08T10:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	s.At("2026-01-09T10:00:00Z")
	g.says = gives
	require.NoError(t, s.RunDue(t.Context()))
	require.Len(t, g.asked, 3)
	asked := len(g.asked)
	again, err := s.Replay(t.Context(), memstore.New())
	require.NoError(t, err)
	digest, err := again.Digest(t.Context())
	require.NoError(t, err)
	require.Equal(t, s.Digest(), digest)
	require.Len(t, g.asked, asked, "a replay asks nobody")
	s.Audit()
}
