package billing_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

func TestCardNumbersAreRecognised(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		card       bool
	}{
		{"a number", "4242424242424242", true},
		{"with a wrong check digit", "4242424242424243", false},
		{"in groups", "4242 4242 4242 4242", true},
		{"with hyphens", "4242-4242-4242-4242", true},
		{"with two spaces between", "4242  4242  4242  4242", true},
		{"with hyphens between spaces", "4242 - 4242 - 4242 - 4242", true},
		{"in a sentence", "it is 4242424242424242, thank you", true},
		{"of fifteen digits", "378282246310005", true},
		{"of twelve digits", "676770001234", luhnOf("676770001234")},
		{"of nineteen digits", "6011000990139424" + "000", luhnOf("6011000990139424000")},
		{"followed by its expiry", "4242424242424242 12 29", true},
		{"in groups followed by its expiry", "4242 4242 4242 4242 1229", true},
		{"followed by its check value", "4242 4242 4242 4242 123", true},
		{"after another number", "77 4242424242424242", true},
		{"a provider's token", "tok_1NkQ7u2eZvKYlo2C0000", false},
		{"eleven digits", "42424242424", false},
		{"nothing", "", false},
		{"a telephone number", "+1 415 555 0100", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.card, billing.CardLike(c.text))
		})
	}
}

// luhnOf computes the check of a card's number in another way: the sum of every
// second digit's double, digit by digit.
func luhnOf(digits string) bool {
	sum := 0
	for i, d := range digits {
		n := int(d - '0')
		if (len(digits)-i)%2 == 0 {
			n = []int{0, 2, 4, 6, 8, 1, 3, 5, 7, 9}[n]
		}
		sum += n
	}
	return sum%10 == 0
}

func TestAPaymentMethodIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		method billing.AddPaymentMethod
		ok     bool
	}{
		{"with a token", billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_1"}, true},
		{"with the last four digits", billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_1", Last4: "4242"}, true},
		{"with a token of 200 bytes", billing.AddPaymentMethod{Kind: billing.PayPal, Token: strings.Repeat("x", 200)}, true},
		{"with a token of 201 bytes", billing.AddPaymentMethod{Kind: billing.PayPal, Token: strings.Repeat("x", 201)}, false},
		{"without a token", billing.AddPaymentMethod{Kind: billing.Card}, false},
		{"with a card's number", billing.AddPaymentMethod{Kind: billing.Card, Token: "4242424242424242"}, false},
		{"with a card's number in a token", billing.AddPaymentMethod{Kind: billing.PayPal, Token: "tok 4242-4242-4242-4242"}, false},
		{"with three digits", billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_1", Last4: "242"}, false},
		{"with five digits", billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_1", Last4: "14242"}, false},
		{"with letters for digits", billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_1", Last4: "42a2"}, false},
		{"with a whole number for digits", billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_1", Last4: "4242424242424242"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-01-05T09:00:00Z")
			if c.ok {
				stage.Do(s.Stage, ada, c.method)
			} else {
				stage.Refused(s.Stage, ada, rule.Invalid, c.method)
			}
			s.Audit()
		})
	}
}

func TestAKindOfPaymentIsOneOfFour(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	for _, kind := range []string{"card", "paypal", "direct-debit", "invoice"} {
		_, err := s.Run(ada, "billing.add_payment_method", `{"kind": "`+kind+`", "token": "tok"}`)
		require.NoError(t, err)
	}
	for _, kind := range []string{"", "cash", "Card"} {
		_, err := s.Run(ada, "billing.add_payment_method", `{"kind": "`+kind+`", "token": "tok"}`)
		require.ErrorIs(t, err, rule.Invalid, "kind %q", kind)
	}
	s.Audit()
}

func TestTheFirstPaymentMethodIsTheDefault(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	second := stage.Do(s.Stage, ada, billing.AddPaymentMethod{Kind: billing.PayPal, Token: "tok_2"}).PaymentMethod
	require.False(t, second.Default)
	s.buy("sketch", 1, licensing.Annual, true)
	require.Equal(t, "tok_1", s.bank.charges[0].Token)
	p := stage.Do(s.Stage, ada, billing.Purchase{Team: "acme", Product: "sketch", Seats: 1, Term: licensing.Annual, PaymentMethod: second.ID})
	require.Equal(t, "tok_2", s.bank.charges[1].Token)
	stage.Do(s.Stage, ada, billing.AddSeats{Subscription: p.Subscription.ID, Seats: 1})
	require.Equal(t, "tok_2", s.bank.charges[2].Token, "a subscription keeps to its own")
	require.Equal(t, billing.PayPal, s.bank.charges[2].Kind)
	s.Audit()
}

func TestAPaymentMethodIsItsPersonsAndOfItsTeamAlone(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	stage.Do(s.Stage, operator, account.CreateTeam{Team: "annex", Owner: "ada@acme.test", Country: "US"})
	join(s.Stage, "acme", "cyd@acme.test", account.Secondary)
	cyd := rule.ByEmail("cyd@acme.test")
	bound := stage.Do(s.Stage, ada, billing.AddPaymentMethod{Team: "acme", Kind: billing.Card, Token: "tok_acme"}).PaymentMethod
	own := stage.Do(s.Stage, cyd, billing.AddPaymentMethod{Team: "acme", Kind: billing.Card, Token: "tok_cyd"}).PaymentMethod
	require.True(t, own.Default)
	buy := func(team, method string) billing.Purchase {
		return billing.Purchase{Team: team, Product: "plain", Seats: 1, Term: licensing.Annual, PaymentMethod: method}
	}
	stage.Do(s.Stage, ada, buy("acme", bound.ID))
	stage.Refused(s.Stage, ada, rule.NotFound, buy("annex", bound.ID))
	stage.Refused(s.Stage, ada, rule.NotFound, buy("acme", own.ID))
	stage.Do(s.Stage, cyd, buy("acme", ""))
	join(s.Stage, "annex", "cyd@acme.test", account.Secondary)
	stage.Refused(s.Stage, cyd, rule.Invalid, buy("annex", ""))
	stage.Refused(s.Stage, dan, rule.NotFound, billing.AddPaymentMethod{Team: "acme", Kind: billing.Card, Token: "tok"})
	join(s.Stage, "acme", "gus@guest.test", account.Guest)
	stage.Refused(s.Stage, rule.ByEmail("gus@guest.test"), rule.NotPermitted, billing.AddPaymentMethod{Team: "acme", Kind: billing.Card, Token: "tok"})
	s.Audit()
}

func TestNothingIsBoughtWithoutAPaymentMethod(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	join(s.Stage, "acme", "cyd@acme.test", account.Secondary)
	r := stage.Refused(s.Stage, rule.ByEmail("cyd@acme.test"), rule.Invalid, billing.Purchase{Team: "acme", Product: "plain", Seats: 1, Term: licensing.Annual})
	require.Equal(t, billing.PaymentRule, r.Rule)
	s.Audit()
}

func TestInvoicesAreThePurchasers(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	join(s.Stage, "acme", "cyd@acme.test", account.Secondary)
	cyd := rule.ByEmail("cyd@acme.test")
	stage.Do(s.Stage, cyd, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_cyd"})
	s.buy("plain", 1, licensing.Annual, true)
	stage.Do(s.Stage, cyd, billing.Purchase{Team: "acme", Product: "plain", Seats: 2, Term: licensing.Annual})
	for _, c := range []struct {
		who    rule.Actor
		totals []string
	}{{ada, []string{"200.00 USD"}}, {cyd, []string{"400.00 USD"}}, {operator, []string{"200.00 USD", "400.00 USD"}}} {
		totals := []string{}
		for _, i := range stage.Ask(s.Stage, c.who, billing.InvoicesQuery{Team: "acme"}) {
			totals = append(totals, i.Total.String())
		}
		require.Equal(t, c.totals, totals)
	}
	s.Audit()
}
