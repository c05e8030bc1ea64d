package notice_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/notice"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

var (
	ada = rule.ByEmail("ada@acme.test")
	bob = rule.ByEmail("bob@acme.test")
)

// catalog has a product, the collection it upgrades to, and tokens for it.
func catalog() *licensing.Catalog {
	price := []licensing.Price{{Term: licensing.Annual, New: money.Must("1000.00 USD")}, {Term: licensing.ThreeYear, New: money.Must("2500.00 USD")}}
	return &licensing.Catalog{
		Products: []licensing.Product{
			{ID: "sketch", FlexRate: licensing.Rates{{Rate: 7}}, Prices: price, Updates: []licensing.Update{{Name: "Spring fixes", On: period.Date{Year: 2026, Month: 3, Day: 1}}}},
			{ID: "suite", Kind: licensing.Collection, Members: []string{"sketch"}, Prices: price},
		},
		Tokens: licensing.TokenOffer{Price: money.Must("3.00 USD"), Minimum: 1},
	}
}

// live makes the team acme live through every kind of notice that the code writes.
func live(t *testing.T) *stage.Stage {
	t.Helper()
	outcome := billing.Paid
	bank := stage.Provider(func(billing.Charge) (billing.Answer, error) { return billing.Answer{Outcome: outcome}, nil })
	s := stage.Begin(t, "2026-01-05T09:00:00Z", seatbook.Config{Catalog: catalog(), Payments: bank, Policy: map[string]string{"address-self-service": "on"}})
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "acme", Name: "Acme", Owner: "ada@acme.test", Country: "US", Language: account.French})
	stage.Do(s, ada, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_1", Last4: "4242"})
	stage.Do(s, ada, account.SetUsageNotices{Team: "acme", Every: account.Quarterly})
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "eve@acme.test"})
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "bob@acme.test"})
	stage.Do(s, bob, account.AcceptInvitation{Team: "acme", Email: "bob@acme.test"})

	stage.Do(s, rule.Operator, account.AnnounceAddress{Team: "acme"})
	stage.Do(s, rule.Operator, account.CutOver{Export: "Mill,mill,C-1,moira@mill.test,,,sketch,1,annual,2025-06-01,2026-06-01\n"})
	stage.Do(s, ada, billing.BuyTokens{Team: "acme", Tokens: 8})
	stage.Do(s, ada, flex.Assign{Team: "acme", User: "bob@acme.test", Products: flex.Products{List: []string{"sketch"}}})
	seven := int64(7)
	stage.Do(s, ada, flex.SetLimit{Team: "acme", Per: flex.PerTeam, In: flex.Day, Tokens: &seven})
	stage.Do(s, bob, flex.Open{User: "bob@acme.test", Product: "sketch"})
	s.At("2026-01-07T09:00:00Z") // The second day cannot be paid.

	off := false
	bought := stage.Do(s, ada, billing.Purchase{Team: "acme", Product: "sketch", Seats: 1, Term: licensing.Annual, AutoRenew: &off})
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "sketch", User: "bob@acme.test"})
	stage.Do(s, ada, billing.Upgrade{Subscription: bought.Subscription.ID, To: "suite"})
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "suite", User: "bob@acme.test"})
	stage.Do(s, bob, licensing.StartTrial{User: "bob@acme.test", Product: "sketch"})
	stage.Do(s, rule.Operator, licensing.ConfirmEducation{User: "bob@acme.test", Until: s.Clock.Now().AddDate(1, 0, 0)})
	stage.Do(s, bob, licensing.StartEducation{User: "bob@acme.test", Product: "sketch"})
	kept := stage.Do(s, ada, billing.Purchase{Team: "acme", Product: "sketch", Seats: 1, Term: licensing.Annual}).Subscription.ID
	stage.Do(s, ada, billing.AddSeats{Subscription: kept, Seats: 1})
	stage.Do(s, ada, billing.SetAutoRenew{Subscription: kept})
	stage.Do(s, ada, billing.SetAutoRenew{Subscription: kept, On: true})
	stage.Do(s, ada, billing.ChangeTerm{Subscription: kept, Term: licensing.ThreeYear})
	stage.Do(s, ada, billing.CreateQuote{Team: "acme", Lines: []billing.QuoteAsked{{Tokens: 8}}})
	s.At("2026-12-01T09:00:00Z") // Renewal is open, and the quote has expired.
	stage.Do(s, ada, billing.Renew{Subscription: kept, Term: licensing.Annual})
	outcome = billing.Declined
	s.At("2028-03-01T09:00:00Z") // The tokens have ended, and the next term was not paid.
	require.NoError(t, s.RunDue(t.Context()))
	return s
}

func TestEveryNoticeOfTheEngineCanBeWorded(t *testing.T) {
	t.Parallel()
	s := live(t)
	events, err := s.Events(t.Context(), seatbook.Cursor{}, 10000)
	require.NoError(t, err)
	seen := map[account.NoticeKind]bool{}
	for _, e := range events {
		if e.Kind != seatbook.NoticeEvent {
			continue
		}
		n := account.Notice{Stream: e.Streams[0], Kind: account.NoticeKind(e.Name), Facts: e.Facts}
		seen[n.Kind] = true
		for _, n.Language = range languages {
			m := text(t, n)
			require.NotContains(t, m.Subject+m.Body, "~", "%s names a person by an identifier: %v", e.Name, e.Facts)
		}
	}
	for _, kind := range notice.Kinds() {
		require.True(t, seen[kind], "the history does not live through %s", kind)
	}
}
