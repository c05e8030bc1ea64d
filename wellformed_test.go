package seatbook_test

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

// A text that one store would keep and another would change, or not take, is
// refused wherever a command has one.
func TestATextThatNotEveryStoreKeepsIsRefused(t *testing.T) {
	t.Parallel()
	s := office(t)
	before := s.Digest()
	for _, c := range []struct {
		name, says string
		run        func(...seatbook.Option) error
	}{
		{"a zero byte in a field", "token is no text", func(o ...seatbook.Option) error {
			_, err := seatbook.Do(t.Context(), s.Engine, ada, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok\x001"}, o...)
			return err
		}},
		{"bytes that are no UTF-8", "token is no text", func(o ...seatbook.Option) error {
			_, err := seatbook.Do(t.Context(), s.Engine, ada, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok\xff1"}, o...)
			return err
		}},
		{"a zero byte in JSON", "token is no text", func(o ...seatbook.Option) error {
			_, err := s.Engine.Run(t.Context(), ada, "billing.add_payment_method", []byte(`{"kind": "card", "token": "tok\u00001"}`), o...)
			return err
		}},
		{"in an idempotency key", "the idempotency key is no text", func(o ...seatbook.Option) error {
			_, err := seatbook.Do(t.Context(), s.Engine, ada, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok"}, append(o, seatbook.Idempotent("a\x00"))...)
			return err
		}},
	} {
		for _, options := range [][]seatbook.Option{nil, {seatbook.Preview()}} {
			err := c.run(options...)
			require.ErrorIs(t, err, rule.Invalid, c.name)
			require.ErrorContains(t, err, c.says, c.name)
		}
	}
	require.Equal(t, before, s.Digest())
}

// Wherever a text stands in a command it is found, and what is read and not kept is
// left to who reads it.
func TestATextIsFoundWhereverItStands(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, want string
		value      any
	}{
		{"nowhere", "", billing.CreateQuote{Team: "acme", Lines: []billing.QuoteAsked{{Product: "autocad"}}}},
		{"in a field", "team", billing.CreateQuote{Team: "a\x00"}},
		{"in a list", "products", licensing.SetDefaults{Team: "acme", Products: []string{"autocad", "a\xff"}}},
		{"in a record of a list", "lines", billing.CreateQuote{Team: "acme", Lines: []billing.QuoteAsked{{Product: "a\x00"}}}},
		{"in an address", "email", account.Invite{Team: "acme", Email: "bob\x00@acme.test"}},
		{"in a key of a map", "notices", account.UpdateProfile{User: "ada@acme.test", Notices: map[account.NoticeKind]bool{"a\x00": true}}},
		{"not in a file", "", account.Import{Team: "acme", CSV: "Ren\xe9,Roy,rene@x.test"}},
	} {
		require.Equal(t, c.want, seatbook.Unstorable(c.value), c.name)
	}
}

// A reference of the provider's that cannot be kept is dropped, and the money counts.
func TestAReferenceThatCannotBeKeptIsDropped(t *testing.T) {
	t.Parallel()
	for _, reference := range []string{"ref\x00", "ref\xff"} {
		s := stage.Begin(t, "2026-01-05T09:00:00Z", seatbook.Config{Payments: stage.Provider(func(billing.Charge) (billing.Answer, error) {
			return billing.Answer{Outcome: billing.Paid, Reference: reference}, nil
		})})
		stage.Do(s, rule.Operator, account.CreateTeam{Team: "acme", Owner: "ada@acme.test", Country: "US"})
		stage.Do(s, ada, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok"})
		p := stage.Do(s, ada, billing.Purchase{Team: "acme", Product: "autocad", Seats: 1, Term: licensing.Annual})
		require.Equal(t, billing.InvoicePaid, p.Invoice.Status)
		s.Audit()
	}
}
