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
		{"in a list", "products is no text", func(o ...seatbook.Option) error {
			_, err := seatbook.Do(t.Context(), s.Engine, ada, licensing.SetDefaults{Team: "acme", Products: []string{"autocad", "a\x00"}}, o...)
			return err
		}},
		{"in a record of a list", "lines is no text", func(o ...seatbook.Option) error {
			_, err := seatbook.Do(t.Context(), s.Engine, ada, billing.CreateQuote{Team: "acme", Lines: []billing.QuoteAsked{{Product: "a\x00"}}}, o...)
			return err
		}},
		{"in the key of a map", "notices is no text", func(o ...seatbook.Option) error {
			_, err := s.Engine.Run(t.Context(), ada, "account.update_profile", []byte(`{"user": "ada@acme.test", "notices": {"\u0000": true}}`), o...)
			return err
		}},
		{"in an address", "email is no text", func(o ...seatbook.Option) error {
			_, err := seatbook.Do(t.Context(), s.Engine, ada, account.Invite{Team: "acme", Email: "bob\x00@acme.test"}, o...)
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
