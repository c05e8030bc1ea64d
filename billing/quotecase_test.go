package billing_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

func TestTheEndOfAQuoteIsCountedInTheTeamsZone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, zone, made, ends, warns string
		settings                      []string
	}{
		{"over the twenty-ninth of February", "UTC", "2028-01-31T09:00:00Z", "2028-03-01T09:00:00Z", "2028-02-23T09:00:00Z", nil},
		{"over the end of a February without one", "UTC", "2026-01-31T09:00:00Z", "2026-03-02T09:00:00Z", "2026-02-23T09:00:00Z", nil},
		{"over a change of the clock", "Europe/Paris", "2026-03-10T09:00:00Z", "2026-04-09T08:00:00Z", "2026-04-02T08:00:00Z", nil},
		{"by months that are clipped", "UTC", "2026-01-31T09:00:00Z", "2026-02-28T09:00:00Z", "2026-02-21T09:00:00Z", []string{"quote-life=1mo"}},
		{"of a day, too late to be told of", "UTC", "2026-01-31T09:00:00Z", "2026-02-01T09:00:00Z", "", []string{"quote-life=1d"}},
		{"of exactly the notice, too late to be told of", "UTC", "2026-01-31T09:00:00Z", "2026-02-07T09:00:00Z", "", []string{"quote-life=7d"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, c.made, c.settings...)
			stage.Do(s.Stage, operator, account.CreateTeam{Team: "zoned", Owner: "ada@acme.test", Country: "US", Zone: period.Zone(c.zone)})
			q := stage.Do(s.Stage, ada, billing.CreateQuote{Team: "zoned", Lines: []billing.QuoteAsked{{Tokens: 100}}}).Quote
			require.Equal(t, c.ends, q.Ends.UTC().Format(time.RFC3339))
			s.At(c.ends)
			require.NoError(t, s.RunDue(t.Context()))
			told := ""
			for _, n := range stage.Ask(s.Stage, ada, account.NoticesQuery{}) {
				if n.Kind == billing.QuoteEndingNotice {
					told = n.At.Format(time.RFC3339)
				}
			}
			require.Equal(t, c.warns, told)
			require.Equal(t, billing.QuoteExpired, s.quoteStatus(q.ID))
			s.Audit()
		})
	}
}

func TestAQuoteIsInItsOwnCurrency(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ product, price, total string }{
		{"yen", "7 JPY", "21 JPY"},
		{"dinar", "0.005 KWD", "0.015 KWD"},
		{"free", "0.00 USD", "0.00 USD"},
		{"cent", "0.01 USD", "0.03 USD"},
	} {
		s := begin(t, "2026-01-05T09:00:00Z")
		unit := amount(c.price)
		q := s.quote(billing.QuoteAsked{Product: c.product, Seats: 3, Term: licensing.Annual, Price: &unit})
		require.Equal(t, c.total, q.Total.String())
		require.Equal(t, c.total, stage.Do(s.Stage, ada, billing.AcceptQuote{Quote: q.ID}).Orders[0].Invoice.Total.String())
		s.Audit()
	}
}

func TestAQuoteSaysItsTaxAndIsTaxedOnTheDayOfTheOrder(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	config := s.config
	config.Clock, config.Taxes = s.Clock, billing.TaxTable{"US": {Name: "Sales tax", Rate: 10 * money.Whole / 100}}
	engine, err := seatbook.New(s.Store, config)
	require.NoError(t, err)
	s.Engine = engine
	first, second := s.quote(sketches(3, "0.15 USD")), s.quote(sketches(3, "0.15 USD"))
	require.Equal(t, "0.50 USD", first.Total.String(), "0.045 is rounded once, half away from zero")
	require.Len(t, first.Lines[0].Lines, 1, "the line itself is without tax")
	require.Equal(t, "0.50 USD", stage.Do(s.Stage, ada, billing.AcceptQuote{Quote: first.ID}).Orders[0].Invoice.Total.String())
	stage.Do(s.Stage, operator, billing.SetExemption{Team: "acme", Number: "X-1"})
	require.Equal(t, "0.45 USD", stage.Do(s.Stage, ada, billing.AcceptQuote{Quote: second.ID}).Orders[0].Invoice.Total.String())
	s.Audit()
}

func TestAcceptingIsPreviewedAsItComesOut(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	q := s.quote(sketches(2, "800.00 USD"))
	preview := stage.Do(s.Stage, ada, billing.AcceptQuote{Quote: q.ID}, seatbook.Preview())
	require.Equal(t, billing.QuoteOpen, s.quoteStatus(q.ID))
	require.Empty(t, s.bank.amounts())
	made := stage.Do(s.Stage, ada, billing.AcceptQuote{Quote: q.ID})
	require.Equal(t, preview.Orders[0].Invoice.Lines, made.Orders[0].Invoice.Lines)
	require.Equal(t, preview.Orders[0].Invoice.Total, made.Orders[0].Invoice.Total)
}

func TestWhoHasLeftCannotAccept(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	join(s.Stage, "acme", "cyd@acme.test", account.Secondary)
	cyd := rule.ByEmail("cyd@acme.test")
	stage.Do(s.Stage, cyd, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_2"})
	q := stage.Do(s.Stage, cyd, billing.CreateQuote{Team: "acme", Lines: []billing.QuoteAsked{{Tokens: 100}}}).Quote
	stage.Do(s.Stage, ada, account.ChangeRole{Team: "acme", User: "cyd@acme.test", Role: account.User})
	stage.Refused(s.Stage, cyd, rule.NotPermitted, billing.AcceptQuote{Quote: q.ID})
	stage.Refused(s.Stage, operator, rule.Invalid, billing.AcceptQuote{Quote: q.ID})
	stage.Do(s.Stage, ada, account.RemoveMember{Team: "acme", User: "cyd@acme.test"})
	stage.Refused(s.Stage, cyd, rule.NotFound, billing.AcceptQuote{Quote: q.ID})
	stage.Refused(s.Stage, operator, rule.NotFound, billing.AcceptQuote{Quote: q.ID})
	s.At("2026-02-04T09:00:00Z")
	for _, n := range stage.Ask(s.Stage, operator, account.NoticesQuery{Team: "acme"}) {
		require.NotEqual(t, billing.QuoteEndingNotice, n.Kind, "who has left is not told")
	}
	s.Audit()
}

func TestAContractThatOthersTookMeanwhileIsNotShared(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	join(s.Stage, "acme", "cyd@acme.test", account.Secondary)
	cyd := rule.ByEmail("cyd@acme.test")
	stage.Do(s.Stage, cyd, billing.AddPaymentMethod{Kind: billing.OnInvoice, Token: "terms"})
	buy := billing.Purchase{Team: "acme", Product: "plain", Seats: 1, Term: licensing.Annual, Contract: "K-9"}
	s.bank.set(false, true)
	_, err := seatbook.Do(t.Context(), s.Engine, ada, buy)
	require.ErrorIs(t, err, billing.ErrUnanswered)
	require.Equal(t, "K-9", stage.Do(s.Stage, cyd, buy).Subscription.Contract)
	s.bank.set(false, false)
	require.NoError(t, s.RunDue(t.Context()))
	for _, sub := range stage.Ask(s.Stage, ada, billing.SubscriptionsQuery{Purchaser: "ada@acme.test"}).Subscriptions {
		require.Regexp(t, "^con_acme_", sub.Contract)
	}
	s.Audit()
}

func TestAMovedSubscriptionKeepsItsContractWhereThatIsItsOwn(t *testing.T) {
	t.Parallel()
	s, ids := shelf(t)
	moved := stage.Do(s.Stage, ada, billing.MoveSubscription{Subscription: ids["plain"], To: "beta"}).Subscription
	require.Equal(t, "K-1", moved.Contract)
	stage.Do(s.Stage, ada, billing.Purchase{Team: "beta", Product: "plain", Seats: 1, Term: licensing.Annual, Contract: "R/7"})
	stage.Do(s.Stage, operator, billing.SetReseller{Subscription: ids["sold"], Reseller: billing.ResellerNamed{Name: "=Nord", Contact: "nord.test"}})
	sold := stage.Do(s.Stage, operator, billing.MoveSubscription{Subscription: ids["sold"], To: "beta"}).Subscription
	require.Regexp(t, "^con_acme_", sold.Contract, "the number is that of another contract there")
	refused := stage.Refused(s.Stage, ada, rule.NotSelfService, billing.AddSeats{Subscription: sold.ID, Seats: 1})
	require.Equal(t, "the reseller =Nord, nord.test", refused.Contact, "how it is reached goes along")
	s.Audit()
}
