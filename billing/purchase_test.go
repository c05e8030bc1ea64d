package billing_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

func TestAPurchaseIsPaidAndGrantsSeats(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		term  licensing.Term
		total string
		ends  string
	}{
		{licensing.Monthly, "300.00 USD", "2026-02-05T09:00:00Z"},
		{licensing.Annual, "3000.00 USD", "2027-01-05T09:00:00Z"},
		{licensing.ThreeYear, "3000000.00 USD", "2029-01-05T09:00:00Z"},
	} {
		s := begin(t, "2026-01-05T09:00:00Z")
		p := s.buy("sketch", 3, c.term, true)
		require.Equal(t, stage.At(c.ends), p.Subscription.Ends)
		require.Equal(t, billing.Active, p.Subscription.Status)
		require.Equal(t, []int{3, 3}, []int{p.Subscription.Seats, p.Subscription.RenewalSeats})
		require.Equal(t, "ada@acme.test", p.Subscription.Purchaser)
		require.Equal(t, billing.OrderCompleted, p.Order.Status)
		require.Equal(t, billing.InvoicePaid, p.Invoice.Status)
		require.Equal(t, amount(c.total), p.Invoice.Total)
		require.True(t, p.Invoice.Open.IsZero())
		require.Equal(t, []string{c.total}, s.bank.amounts())
		seats := stage.Ask(s.Stage, ada, licensing.SeatsQuery{Team: "acme", Product: "sketch"})
		require.Equal(t, licensing.Seats{Owned: 3, Free: 3}, seats, "buying assigns nobody")
		s.Audit()
	}
}

func TestAPurchaseOnAccountIsOpenForThirtyDays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		at     string
		status billing.InvoiceStatus
	}{
		{"2026-02-04T08:59:59Z", billing.InvoiceOpen},
		{"2026-02-04T09:00:00Z", billing.InvoicePastDue},
	} {
		s := begin(t, "2026-01-05T09:00:00Z", "net-terms=30d")
		p := stage.Do(s.Stage, ada, billing.Purchase{Team: "acme", Product: "sketch", Seats: 1, Term: licensing.Annual, PaymentMethod: s.byInvoice()})
		require.Equal(t, billing.InvoiceOpen, p.Invoice.Status)
		require.Equal(t, amount("1000.00 USD"), p.Invoice.Open)
		require.Equal(t, billing.Active, p.Subscription.Status)
		require.Empty(t, s.bank.amounts())
		s.At(c.at)
		list := stage.Ask(s.Stage, ada, billing.InvoicesQuery{Team: "acme"})
		require.Equal(t, c.status, list[0].Status)
		require.Equal(t, stage.At("2026-02-04T09:00:00Z"), *list[0].Due)
		s.Audit()
	}
}

func TestADeclinedPurchaseGrantsNothing(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	s.bank.set(true, false)
	declined(s, billing.Purchase{Team: "acme", Product: "sketch", Seats: 3, Term: licensing.Annual})
	require.Equal(t, []string{"3000.00 USD cancelled"}, s.invoices())
	require.Equal(t, licensing.Seats{}, stage.Ask(s.Stage, ada, licensing.SeatsQuery{Team: "acme", Product: "sketch"}))
	list := stage.Ask(s.Stage, operator, billing.InvoicesQuery{Team: "acme"})
	require.True(t, list[0].Open.IsZero(), "nothing is owed")
	s.Audit()
	s.At("2028-01-05T09:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	require.Len(t, s.bank.amounts(), 1, "nothing renews what was never bought")
	s.Audit()
}

func TestADeclinedOrderIsShownAsDeclined(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	s.bank.set(true, false)
	_, err := seatbook.Do(t.Context(), s.Engine, ada, billing.Purchase{Team: "acme", Product: "sketch", Seats: 1, Term: licensing.Annual})
	require.ErrorIs(t, err, rule.PaymentDeclined)
	require.Equal(t, billing.PurchaseRule, rule.AsRefusal(err).Rule)
	recorded := stage.Do(s.Stage, operator, billing.RecordCharge{Charge: s.bank.charges[0].ID, Outcome: billing.Declined})
	require.Equal(t, billing.OrderDeclined, recorded.Order.Status)
	stage.Refused(s.Stage, operator, rule.Conflict, billing.RecordCharge{Charge: s.bank.charges[0].ID, Outcome: billing.Paid})
	stage.Refused(s.Stage, ada, rule.NotPermitted, billing.RecordCharge{Charge: s.bank.charges[0].ID, Outcome: billing.Declined})
	s.Audit()
}

func TestAPurchaseLandsInTheBuyersTeam(t *testing.T) {
	t.Parallel()
	eve := rule.ByEmail("eve@solo.test")
	for _, c := range []struct {
		name string
		// roles are Eve's in the teams one, two and three.
		roles []account.Role
		code  rule.Code
		team  string
	}{
		{"the one administered", []account.Role{account.Secondary}, "", "one"},
		{"the one administered among others", []account.Role{account.User, account.Secondary, account.Guest}, "", "two"},
		{"none of several", []account.Role{account.Secondary, account.SSO}, rule.Invalid, ""},
		{"a new one, administering none", []account.Role{account.User}, "", "eve-solo-test"},
		{"a new one, being in none", nil, "", "eve-solo-test"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-01-05T09:00:00Z")
			for i, role := range c.roles {
				team := []string{"one", "two", "three"}[i]
				stage.Do(s.Stage, operator, account.CreateTeam{Team: team, Owner: "dan@globex.test", Country: "US"})
				join(s.Stage, team, "eve@solo.test", role)
			}
			stage.Do(s.Stage, eve, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok"})
			buy := billing.Purchase{Product: "sketch", Seats: 2, Term: licensing.Annual}
			if c.code != "" {
				r := stage.Refused(s.Stage, eve, c.code, buy)
				require.Contains(t, r.Figures, rule.Fig("teams", []string{"one", "two"}))
				buy.Team = "one"
				c.team = "one"
			}
			p := stage.Do(s.Stage, eve, buy)
			require.Equal(t, c.team, p.Subscription.Team)
			require.Equal(t, "eve@solo.test", p.Subscription.Purchaser)
			stage.Do(s.Stage, eve, billing.AddSeats{Subscription: p.Subscription.ID, Seats: 1})
			s.Audit()
		})
	}
}

func TestADeclinedPurchaseMakesNoTeam(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	eve := rule.ByEmail("eve@solo.test")
	stage.Do(s.Stage, eve, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok"})
	s.bank.set(true, false)
	_, err := seatbook.Do(t.Context(), s.Engine, eve, billing.Purchase{Product: "sketch", Seats: 2, Term: licensing.Annual})
	require.ErrorIs(t, err, rule.PaymentDeclined)
	s.bank.set(false, false)
	p := stage.Do(s.Stage, eve, billing.Purchase{Product: "sketch", Seats: 2, Term: licensing.Annual})
	require.Equal(t, "eve-solo-test", p.Subscription.Team, "what was declined left no team, or the one that is used now")
	s.Audit()
}

func TestAPurchaseByTheOperatorIsThePrimaryAdmins(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := stage.Do(s.Stage, operator, billing.Purchase{Team: "acme", Product: "sketch", Seats: 2, Term: licensing.Annual})
	require.Equal(t, "ada@acme.test", p.Subscription.Purchaser)
	require.Equal(t, []string{"2000.00 USD"}, s.bank.amounts(), "on the primary admin's default method")
	stage.Refused(s.Stage, operator, rule.Invalid, billing.Purchase{Product: "sketch", Seats: 2, Term: licensing.Annual})
	s.Audit()
}

func TestWhatCannotBeBoughtIsRefused(t *testing.T) {
	t.Parallel()
	yes := true
	ok := billing.Purchase{Team: "acme", Product: "sketch", Seats: 1, Term: licensing.Annual}
	for _, c := range []struct {
		name string
		who  rule.Actor
		edit func(*billing.Purchase)
		code rule.Code
	}{
		{"no seats", ada, func(p *billing.Purchase) { p.Seats = 0 }, rule.Invalid},
		{"fewer than none", ada, func(p *billing.Purchase) { p.Seats = math.MinInt }, rule.Invalid},
		{"more than a million seats", ada, func(p *billing.Purchase) { p.Product, p.Seats = "cent", billing.MaxSeats+1 }, rule.Invalid},
		{"as many as there are numbers", ada, func(p *billing.Purchase) { p.Seats = math.MaxInt }, rule.Invalid},
		{"more than money can count", ada, func(p *billing.Purchase) { p.Product, p.Seats = "huge", 2 }, rule.Invalid},
		{"a retired product", ada, func(p *billing.Purchase) { p.Product = "retired-suite" }, rule.NotSelfService},
		{"a product that is none", ada, func(p *billing.Purchase) { p.Product = "nothing" }, rule.NotFound},
		{"a term it is not sold for", ada, func(p *billing.Purchase) { p.Product, p.Term = "plain", licensing.Monthly }, rule.Invalid},
		{"automatic renewal of what has none", ada, func(p *billing.Purchase) { p.Product, p.AutoRenew = "once", &yes }, rule.Invalid},
		{"automatic renewal through a reseller", ada, func(p *billing.Purchase) { p.Channel, p.AutoRenew = billing.Reseller, &yes }, rule.Invalid},
		{"with somebody else's payment method", ada, func(p *billing.Purchase) { p.PaymentMethod = "pay_0" }, rule.NotFound},
		{"for a team that is none", ada, func(p *billing.Purchase) { p.Team = "nowhere" }, rule.NotFound},
		{"a plan that is a card's number", ada, func(p *billing.Purchase) { p.Plan = "4242 4242 4242 4242" }, rule.Invalid},
		{"by a plain user", bob, func(*billing.Purchase) {}, rule.NotPermitted},
		{"by a stranger", dan, func(*billing.Purchase) {}, rule.NotFound},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-01-05T09:00:00Z")
			buy := ok
			c.edit(&buy)
			stage.Refused(s.Stage, c.who, c.code, buy)
			require.Empty(t, s.bank.amounts())
			s.Audit()
		})
	}
}

func TestAMillionSeatsAreBought(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("cent", billing.MaxSeats, licensing.Annual, true)
	require.Equal(t, amount("10000.00 USD"), p.Invoice.Total)
	stage.Refused(s.Stage, ada, rule.Invalid, billing.AddSeats{Subscription: p.Subscription.ID, Seats: 1})
	huge := s.buy("huge", 1, licensing.Annual, true)
	require.Equal(t, amount("90000000000000000.00 USD"), huge.Invoice.Total)
	stage.Refused(s.Stage, ada, rule.Invalid, billing.AddSeats{Subscription: huge.Subscription.ID, Seats: 2})
	s.Audit()
}

func TestWhatIsFreeNeedsNoCharge(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	s.bank.set(true, false)
	p := s.buy("free", 2, licensing.Annual, true)
	require.Equal(t, billing.InvoicePaid, p.Invoice.Status)
	s.At("2027-02-05T09:00:00Z")
	require.Equal(t, stage.At("2028-01-05T09:00:00Z"), s.show(p.Subscription.ID).Ends)
	require.Empty(t, s.bank.amounts())
	s.Audit()
}

func TestBuyingWhatOneTriesEndsTheTrial(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	stage.Do(s.Stage, ada, licensing.StartTrial{User: "ada@acme.test", Product: "sketch"})
	s.At("2026-01-10T09:00:00Z")
	require.Equal(t, licensing.OnTrial, s.source(ada, "sketch"))
	s.buy("sketch", 1, licensing.Annual, true)
	stage.Do(s.Stage, ada, licensing.Assign{Team: "acme", Product: "sketch", User: "ada@acme.test"})
	require.Equal(t, licensing.Seat, s.source(ada, "sketch"))
	stage.Do(s.Stage, ada, licensing.Unassign{Team: "acme", Product: "sketch", User: "ada@acme.test"})
	require.Equal(t, licensing.None, s.source(ada, "sketch"), "the trial has ended with the purchase")
	s.Audit()
}

func TestAnUnansweredChargeIsAskedAgain(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch", 1, licensing.Annual, true)
	s.bank.set(false, true)
	_, err := seatbook.Do(t.Context(), s.Engine, ada, billing.AddSeats{Subscription: p.Subscription.ID, Seats: 1})
	require.ErrorIs(t, err, billing.ErrUnanswered)
	require.Equal(t, 1, stage.Ask(s.Stage, ada, billing.SubscriptionQuery{Subscription: p.Subscription.ID}).Subscription.Seats)
	stage.Refused(s.Stage, ada, rule.Conflict, billing.AddSeats{Subscription: p.Subscription.ID, Seats: 1})
	s.Audit()
	s.At("2026-01-08T09:00:00Z")
	s.bank.set(false, false)
	require.Equal(t, 2, s.show(p.Subscription.ID).Seats)
	require.Equal(t, []string{"2026-01-05T09:00:00Z", "2026-01-05T09:00:00Z"}, s.bank.instants(), "it counts from when it was asked for")
	s.Audit()
}
