package seatbook_test

import (
	"context"
	"testing"
	"time"

	"github.com/benbjohnson/clock"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/rule"
)

// provider is a payment provider that a test scripts.
type provider func(billing.Charge) (billing.Answer, error)

func (p provider) Charge(_ context.Context, c billing.Charge) (billing.Answer, error) { return p(c) }

var background = context.Background()

var pays = provider(func(billing.Charge) (billing.Answer, error) {
	return billing.Answer{Outcome: billing.Paid}, nil
})

func at(text string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		panic(err)
	}
	return t
}

// stage is an engine with a clock that a test sets.
type stage struct {
	*testing.T
	*seatbook.Engine
	clock *clock.Mock
	store *memstore.Store
}

func begin(t *testing.T, start string, config seatbook.Config) *stage {
	t.Helper()
	s := &stage{T: t, clock: clock.NewMock(), store: memstore.New()}
	s.clock.Set(at(start))
	config.Clock = s.clock
	if config.Payments == nil {
		config.Payments = pays
	}
	engine, err := seatbook.New(s.store, config)
	require.NoError(t, err)
	s.Engine = engine
	return s
}

func (s *stage) at(text string) { s.clock.Set(at(text)) }

func must[R any](s *stage, actor rule.Actor, c rule.Command[R], options ...seatbook.Option) R {
	s.Helper()
	r, err := seatbook.Do(s.Context(), s.Engine, actor, c, options...)
	require.NoError(s.T, err)
	return r
}

func ask[R any](s *stage, actor rule.Actor, q rule.Query[R]) R {
	s.Helper()
	r, err := seatbook.Ask(s.Context(), s.Engine, actor, q)
	require.NoError(s.T, err)
	return r
}

var (
	ada = rule.ByEmail("ada@acme.test")
	bob = rule.ByEmail("bob@acme.test")
)

func TestAYearOfOneTeam(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z", seatbook.Config{})
	must(s, rule.Operator, account.CreateTeam{Team: "acme", Owner: "ada@acme.test", Country: "US"})
	must(s, ada, account.Invite{Team: "acme", Email: "Bob Ray <bob@acme.test>"})
	must(s, rule.Operator, account.AcceptInvitation{Team: "acme", Email: "bob@acme.test"})
	must(s, ada, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_1", Last4: "4242"})
	bought := must(s, ada, billing.Purchase{Team: "acme", Product: "autocad-lt", Seats: 3, Term: licensing.Annual})
	require.Equal(t, billing.InvoicePaid, bought.Invoice.Status)
	require.Equal(t, at("2027-01-05T09:00:00Z"), bought.Subscription.Ends)
	must(s, ada, licensing.Assign{Team: "acme", Product: "autocad-lt", User: "bob@acme.test"})
	s.at("2026-02-01T10:00:00Z")
	up := must(s, ada, billing.Upgrade{Subscription: bought.Subscription.ID, To: "autocad"})
	require.Equal(t, at("2026-03-03T10:00:00Z"), up.OverlapEnds)
	s.at("2026-03-03T09:59:59Z")
	a := ask(s, ada, flex.AccessQuery{User: "bob@acme.test", Product: "autocad-lt"})
	require.Equal(t, licensing.Overlay, a.Source)
	s.at("2026-03-03T10:00:00Z")
	a = ask(s, bob, flex.AccessQuery{User: "bob@acme.test", Product: "autocad-lt"})
	require.Equal(t, licensing.None, a.Source)
	require.NoError(t, s.Audit(t.Context()))
	must(s, ada, billing.BuyTokens{Team: "acme", Tokens: 100})
	must(s, ada, flex.Assign{Team: "acme", User: "bob@acme.test", Products: flex.Products{All: true}})
	o := must(s, bob, flex.Open{User: "bob@acme.test", Product: "maya"})
	require.Equal(t, int64(6), o.Session.Tokens)
	s.at("2028-01-03T10:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	require.NoError(t, s.Audit(t.Context()))
	sub := ask(s, ada, billing.SubscriptionQuery{Subscription: up.Subscription.ID})
	require.Equal(t, billing.Active, sub.Subscription.Status)
	b := ask(s, ada, flex.BalanceQuery{Team: "acme"})
	t.Logf("%+v", b)
	before, err := s.Digest(t.Context())
	require.NoError(t, err)
	again, err := s.Replay(t.Context(), memstore.New())
	require.NoError(t, err)
	after, err := again.Digest(t.Context())
	require.NoError(t, err)
	require.Equal(t, before, after)
	ev, err := s.Events(t.Context(), seatbook.Cursor{}, 1000)
	require.NoError(t, err)
	for _, e := range ev {
		t.Logf("%s %s %s %v %v", e.At.Format(time.RFC3339), e.Kind, e.Name, e.Actor, e.Facts)
	}
}
