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
	"github.com/seatbook/seatbook/rule"
)

// quote makes Ada a quote by the operator; each line's price is named.
func (s scene) quote(lines ...billing.QuoteAsked) billing.QuoteShown {
	s.Helper()
	return stage.Do(s.Stage, operator, billing.CreateQuote{Team: "acme", User: "ada@acme.test", Lines: lines}).Quote
}

func sketches(seats int, price string) billing.QuoteAsked {
	unit := amount(price)
	return billing.QuoteAsked{Product: "sketch", Seats: seats, Term: licensing.Annual, Price: &unit}
}

func (s scene) quoteStatus(id string) billing.QuoteStatus {
	s.Helper()
	return stage.Ask(s.Stage, ada, billing.QuoteQuery{Quote: id}).Quote.Status
}

func TestAQuoteIsOrderedAtItsPrices(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	sub := s.buy("plain", 2, licensing.Annual, true).Subscription
	s.At("2026-07-02T09:00:00Z")
	seat, token := amount("150.00 USD"), amount("2.00 USD")
	q := s.quote(sketches(3, "800.00 USD"), billing.QuoteAsked{Subscription: sub.ID, Seats: 2, Price: &seat}, billing.QuoteAsked{Tokens: 200, Price: &token})
	// 2 × 150.00 × 187/365 is 153.698…
	require.Equal(t, []string{"2400.00 USD", "153.70 USD", "400.00 USD"}, []string{q.Lines[0].Total.String(), q.Lines[1].Total.String(), q.Lines[2].Total.String()})
	require.Equal(t, "2953.70 USD", q.Total.String())
	require.Equal(t, "2026-08-01T09:00:00Z", q.Ends.Format(time.RFC3339))
	require.Equal(t, billing.QuoteOpen, q.Status)
	s.At("2026-07-20T09:00:00Z")
	taken := stage.Do(s.Stage, ada, billing.AcceptQuote{Quote: q.ID})
	require.Equal(t, billing.QuoteAccepted, taken.Quote.Status)
	require.Equal(t, []string{"200.00 USD", "2400.00 USD", "153.70 USD", "400.00 USD"}[1:], s.bank.amounts()[1:])
	require.Len(t, taken.Orders, 3)
	for _, o := range taken.Orders {
		require.Equal(t, billing.OrderCompleted, o.Order.Status)
		require.Equal(t, billing.InvoicePaid, o.Invoice.Status)
	}
	made := s.show(taken.Orders[0].Subscription)
	require.Equal(t, billing.Sales, made.Channel, "what the operator quotes is bought from sales")
	require.Equal(t, "ada@acme.test", made.Purchaser)
	require.Equal(t, 4, s.show(sub.ID).Seats)
	require.NotEmpty(t, taken.Orders[2].Pack)
	require.ErrorContains(t, stage.Refused(s.Stage, ada, rule.Conflict, billing.AcceptQuote{Quote: q.ID}), "accepted")
	stage.Refused(s.Stage, ada, rule.Conflict, billing.DeclineQuote{Quote: q.ID})
	s.Audit()
}

func TestAQuoteHoldsUntilItsEnd(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		at     string
		status billing.QuoteStatus
	}{
		{"is open at the last instant", "2026-02-04T08:59:59Z", billing.QuoteOpen},
		{"has expired at the end", "2026-02-04T09:00:00Z", billing.QuoteExpired},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-01-05T09:00:00Z")
			q := s.quote(sketches(1, "800.00 USD"))
			s.At(c.at)
			require.Equal(t, c.status, s.quoteStatus(q.ID))
			if c.status == billing.QuoteOpen {
				stage.Do(s.Stage, ada, billing.AcceptQuote{Quote: q.ID})
			} else {
				require.Equal(t, billing.QuoteRule, stage.Refused(s.Stage, ada, rule.TooLate, billing.AcceptQuote{Quote: q.ID}).Rule)
				stage.Refused(s.Stage, ada, rule.TooLate, billing.DeclineQuote{Quote: q.ID})
				require.Empty(t, s.bank.amounts())
			}
			s.Audit()
		})
	}
}

func TestADeclinedPaymentLeavesTheQuoteOpen(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	q := s.quote(sketches(1, "800.00 USD"), sketches(2, "700.00 USD"))
	s.bank.set(true, false)
	declined(s, billing.AcceptQuote{Quote: q.ID})
	require.Equal(t, billing.QuoteOpen, s.quoteStatus(q.ID))
	require.Equal(t, []string{"800.00 USD cancelled", "1400.00 USD cancelled"}, s.invoices())
	s.bank.set(false, false)
	require.Len(t, stage.Do(s.Stage, ada, billing.AcceptQuote{Quote: q.ID}).Orders, 2)
	require.Equal(t, billing.QuoteAccepted, s.quoteStatus(q.ID))
	s.Audit()
}

func TestAQuoteWaitsForAnAnswerBeyondItsEnd(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	q := s.quote(sketches(1, "800.00 USD"))
	s.At("2026-02-04T08:59:59Z")
	s.bank.set(false, true)
	_, err := seatbook.Do(s.Context(), s.Engine, ada, billing.AcceptQuote{Quote: q.ID})
	require.ErrorIs(t, err, billing.ErrUnanswered)
	s.At("2026-02-10T09:00:00Z")
	require.Equal(t, billing.QuoteOpen, s.quoteStatus(q.ID))
	stage.Refused(s.Stage, ada, rule.Conflict, billing.AcceptQuote{Quote: q.ID})
	stage.Refused(s.Stage, ada, rule.Conflict, billing.DeclineQuote{Quote: q.ID})
	s.bank.set(false, false)
	require.NoError(t, s.RunDue(s.Context()))
	require.Equal(t, billing.QuoteAccepted, s.quoteStatus(q.ID))
	s.Audit()
}

func TestTheCatalogueDoesNotChangeWhatIsQuoted(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	q := stage.Do(s.Stage, ada, billing.CreateQuote{Team: "acme", Lines: []billing.QuoteAsked{{Product: "sketch", Seats: 2, Term: licensing.Annual}}}).Quote
	require.Equal(t, billing.Direct, q.Channel)
	config := s.config
	config.Catalog, config.Clock = catalog(), s.Clock
	config.Catalog.Products[1].Prices = priced("annual 5000.00 USD")
	engine, err := seatbook.New(s.Store, config)
	require.NoError(t, err)
	s.Engine = engine
	require.Equal(t, "2000.00 USD", stage.Do(s.Stage, ada, billing.AcceptQuote{Quote: q.ID}).Orders[0].Invoice.Total.String())
	s.Audit()
}

func TestAQuoteIsForWhomItWasMade(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	stage.Do(s.Stage, operator, account.CreateTeam{Team: "globex", Owner: "dan@globex.test", Country: "US"})
	join(s.Stage, "acme", "cyd@acme.test", account.Secondary)
	q := s.quote(sketches(1, "800.00 USD"))
	cyd := rule.ByEmail("cyd@acme.test")
	for _, c := range []struct {
		who  rule.Actor
		code rule.Code
	}{{cyd, rule.NotFound}, {bob, rule.NotPermitted}, {dan, rule.NotFound}} {
		stage.Refused(s.Stage, c.who, c.code, billing.AcceptQuote{Quote: q.ID})
		stage.Refused(s.Stage, c.who, c.code, billing.DeclineQuote{Quote: q.ID})
		unseen(s, c.who, c.code, billing.QuoteQuery{Quote: q.ID})
	}
	require.Empty(t, stage.Ask(s.Stage, cyd, billing.QuotesQuery{}).Quotes)
	require.Len(t, stage.Ask(s.Stage, ada, billing.QuotesQuery{}).Quotes, 1)
	require.Len(t, stage.Ask(s.Stage, operator, billing.QuotesQuery{Team: "acme"}).Quotes, 1)
	require.Equal(t, billing.QuoteDeclined, stage.Do(s.Stage, ada, billing.DeclineQuote{Quote: q.ID}).Quote.Status)
	stage.Refused(s.Stage, ada, rule.Conflict, billing.AcceptQuote{Quote: q.ID})
	require.Equal(t, billing.QuoteDeclined, s.quoteStatus(q.ID))
	s.At("2027-01-01T00:00:00Z")
	require.Equal(t, billing.QuoteDeclined, s.quoteStatus(q.ID), "what was declined does not expire")
	s.Audit()
}

func TestAQuoteIsRefused(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	theirs := s.buy("plain", 2, licensing.Annual, true).Subscription.ID
	sold := stage.Do(s.Stage, ada, billing.Purchase{Team: "acme", Product: "sketch", Seats: 1, Term: licensing.Annual, Channel: billing.Sales}).Subscription.ID
	price, below, euro := amount("1.00 USD"), amount("-0.01 USD"), amount("1.00 EUR")
	many := make([]billing.QuoteAsked, billing.MaxQuoteLines+1)
	for i := range many {
		many[i] = billing.QuoteAsked{Tokens: 100}
	}
	one := billing.QuoteAsked{Product: "sketch", Seats: 1, Term: licensing.Annual}
	for _, c := range []struct {
		name  string
		who   rule.Actor
		user  rule.Address
		lines []billing.QuoteAsked
		code  rule.Code
	}{
		{"without a line", ada, "", nil, rule.Invalid},
		{"with a line too many", ada, "", many, rule.Invalid},
		{"at the buyer's own price", ada, "", []billing.QuoteAsked{{Tokens: 100, Price: &price}}, rule.Invalid},
		{"below zero", operator, "", []billing.QuoteAsked{{Tokens: 100, Price: &below}}, rule.Invalid},
		{"for nothing", ada, "", []billing.QuoteAsked{{}}, rule.Invalid},
		{"for two things in a line", ada, "", []billing.QuoteAsked{{Product: "sketch", Seats: 1, Term: licensing.Annual, Tokens: 100}}, rule.Invalid},
		{"for a product that there is none of", ada, "", []billing.QuoteAsked{{Product: "none", Seats: 1, Term: licensing.Annual}}, rule.NotFound},
		{"for a retired product", ada, "", []billing.QuoteAsked{{Product: "retired-suite", Seats: 1, Term: licensing.Annual}}, rule.NotSelfService},
		{"for a token too few", ada, "", []billing.QuoteAsked{{Tokens: 99}}, rule.Invalid},
		{"for no seat", ada, "", []billing.QuoteAsked{{Product: "sketch", Term: licensing.Annual}}, rule.Invalid},
		{"in two currencies", operator, "", []billing.QuoteAsked{one, {Tokens: 100, Price: &euro}}, rule.CurrencyMismatch},
		{"for one subscription twice", ada, "", []billing.QuoteAsked{{Subscription: theirs, Seats: 1}, {Subscription: theirs, Seats: 1}}, rule.Invalid},
		{"for a subscription that there is none of", ada, "", []billing.QuoteAsked{{Subscription: "sub_acme_99", Seats: 1}}, rule.NotFound},
		{"by the purchaser for what sales sold", ada, "", []billing.QuoteAsked{{Subscription: sold, Seats: 1}}, rule.NotSelfService},
		{"for somebody else", ada, "bob@acme.test", []billing.QuoteAsked{one}, rule.Invalid},
		{"to who cannot buy", operator, "bob@acme.test", []billing.QuoteAsked{one}, rule.Invalid},
		{"to a stranger", operator, "dan@globex.test", []billing.QuoteAsked{one}, rule.NotFound},
		{"by who cannot buy", bob, "", []billing.QuoteAsked{one}, rule.NotPermitted},
		{"of another team", dan, "", []billing.QuoteAsked{one}, rule.NotFound},
	} {
		t.Run(c.name, func(t *testing.T) {
			stage.Refused(s.Stage, c.who, c.code, billing.CreateQuote{Team: "acme", User: c.user, Lines: c.lines})
		})
	}
	stage.Do(s.Stage, ada, billing.CreateQuote{Team: "acme", Lines: many[1:]})
	s.Audit()
}

func TestQuotedSeatsAreForTheTermsThatWerePaidThen(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	sub := s.buy("plain", 2, licensing.Annual, false).Subscription.ID
	s.At("2026-12-20T09:00:00Z")
	q := stage.Do(s.Stage, ada, billing.CreateQuote{Team: "acme", Lines: []billing.QuoteAsked{{Subscription: sub, Seats: 1}}}).Quote
	stage.Do(s.Stage, ada, billing.Renew{Subscription: sub})
	stage.Refused(s.Stage, ada, rule.Conflict, billing.AcceptQuote{Quote: q.ID})
	again := stage.Do(s.Stage, ada, billing.CreateQuote{Team: "acme", Lines: []billing.QuoteAsked{{Subscription: sub, Seats: 1}}}).Quote
	require.Len(t, again.Lines[0].Lines, 2, "one line for each paid term")
	s.At("2027-01-06T09:00:00Z")
	stage.Refused(s.Stage, ada, rule.Conflict, billing.AcceptQuote{Quote: again.ID})
	s.Audit()
}

func TestAQuoteKnowsTheSubscriptionsOfItsTeamAlone(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	s.side(account.Secondary)
	sub := s.buy("plain", 2, licensing.Annual, true).Subscription.ID
	more := []billing.QuoteAsked{{Subscription: sub, Seats: 1}}
	early := stage.Do(s.Stage, ada, billing.CreateQuote{Team: "acme", Lines: more}).Quote
	stage.Refused(s.Stage, ada, rule.NotFound, billing.CreateQuote{Team: "side", Lines: more})
	stage.Refused(s.Stage, dan, rule.NotFound, billing.CreateQuote{Team: "side", Lines: more})
	stage.Refused(s.Stage, operator, rule.NotFound, billing.CreateQuote{Team: "side", Lines: more})
	stage.Do(s.Stage, ada, billing.MoveSubscription{Subscription: sub, To: "side"})
	stage.Refused(s.Stage, operator, rule.NotFound, billing.CreateQuote{Team: "acme", Lines: more})
	stage.Refused(s.Stage, ada, rule.NotFound, billing.AcceptQuote{Quote: early.ID})
	later := stage.Do(s.Stage, ada, billing.CreateQuote{Team: "side", Lines: more}).Quote
	stage.Do(s.Stage, ada, billing.AcceptQuote{Quote: later.ID})
	require.Equal(t, 3, s.show(sub).Seats)
	s.Audit()
}

func TestTheCardLimitIsForTheWholeQuote(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, last string
		refused    bool
	}{
		{"takes a card for exactly the limit", "13000.00 USD", false},
		{"takes none for a cent more", "13000.01 USD", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-01-05T09:00:00Z", "card-limit=25000.00 USD")
			q := s.quote(sketches(1, "12000.00 USD"), sketches(1, c.last))
			if !c.refused {
				stage.Do(s.Stage, ada, billing.AcceptQuote{Quote: q.ID})
				return
			}
			require.Equal(t, billing.QuoteRule, stage.Refused(s.Stage, ada, rule.Invalid, billing.AcceptQuote{Quote: q.ID}).Rule)
			require.Empty(t, s.bank.amounts())
			stage.Do(s.Stage, ada, billing.AcceptQuote{Quote: q.ID, PaymentMethod: s.byInvoice()})
			require.Equal(t, billing.QuoteAccepted, s.quoteStatus(q.ID))
			s.Audit()
		})
	}
}

func TestTheQuotedIsToldBeforeTheEnd(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	left := s.quote(sketches(1, "800.00 USD"))
	taken := s.quote(sketches(1, "700.00 USD"))
	gone := s.quote(sketches(1, "600.00 USD"))
	stage.Do(s.Stage, ada, billing.AcceptQuote{Quote: taken.ID})
	stage.Do(s.Stage, ada, billing.DeclineQuote{Quote: gone.ID})
	told := func() []string {
		list := []string{}
		for _, n := range stage.Ask(s.Stage, ada, account.NoticesQuery{}) {
			if n.Kind == billing.QuoteEndingNotice {
				list = append(list, n.Facts["quote"]+" "+n.At.Format(time.RFC3339))
			}
		}
		return list
	}
	s.At("2026-01-28T08:59:59Z")
	require.Empty(t, told())
	s.At("2026-01-28T09:00:00Z")
	require.Equal(t, []string{left.ID + " 2026-01-28T09:00:00Z"}, told())
	s.Audit()
}
