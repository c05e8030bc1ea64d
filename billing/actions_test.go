package billing_test

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

// can lists what an actor can do with a subscription: each action with "yes" or
// the code of the refusal.
func (s scene) can(who rule.Actor, subscription string) map[billing.Action]string {
	s.Helper()
	list := map[billing.Action]string{}
	for _, a := range stage.Ask(s.Stage, who, billing.ActionsQuery{Subscription: subscription}).Actions {
		require.Equal(s.TB, a.Available, a.Code == "", "%+v", a)
		require.Equal(s.TB, a.Available, a.Reason == "" && a.Rule == "", "%+v", a)
		list[a.Action] = a.Code
		if a.Available {
			list[a.Action] = "yes"
		}
	}
	return list
}

// The list of actions and the commands give one answer.
func TestTheListOfActionsSaysWhatTheCommandsDo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		buy  billing.Purchase
		at   string
	}{
		{name: "before renewal opens", at: "2026-10-07T08:59:59Z"},
		{name: "when renewal opens", at: "2026-10-07T09:00:00Z"},
		{name: "at the last instant of the term", at: "2027-01-05T08:59:59Z"},
		{name: "at the end of the term", at: "2027-01-05T09:00:00Z"},
		{name: "while it can be renewed late", at: "2027-02-19T08:59:59Z"},
		{name: "when it is too late", at: "2027-02-19T09:00:00Z"},
		{name: "bought from a reseller", buy: billing.Purchase{Channel: billing.Reseller}, at: "2026-11-01T09:00:00Z"},
		{name: "bought from sales", buy: billing.Purchase{Channel: billing.Sales}, at: "2026-11-01T09:00:00Z"},
		{name: "of a maintenance plan", buy: billing.Purchase{Plan: "maintenance"}, at: "2026-11-01T09:00:00Z"},
		{name: "of a product that nothing larger is sold for", buy: billing.Purchase{Product: "suite"}, at: "2026-11-01T09:00:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-01-05T09:00:00Z")
			off := false
			buy := c.buy
			buy.Team, buy.Seats, buy.Term, buy.AutoRenew = "acme", 2, licensing.Annual, &off
			if buy.Product == "" {
				buy.Product = "sketch"
			}
			p := stage.Do(s.Stage, ada, buy)
			s.At(c.at)
			shown := s.can(ada, p.Subscription.ID)
			for name, args := range actions {
				if name == "billing.change_term" && buy.Product == "suite" {
					continue // it is not sold for the month that is asked for
				}
				_, err := s.Engine.Run(t.Context(), ada, name, fields(args, p.Subscription.ID), seatbook.Preview())
				came := "yes"
				if err != nil {
					came = string(rule.AsRefusal(err).Code)
				}
				require.Equal(t, came, shown[billing.Action(name[len("billing."):])], name)
			}
		})
	}
}

func TestAnActionThatCannotBeDoneSaysWhyAndWhomToAsk(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch", 2, licensing.Annual, true)
	s.At("2026-03-01T09:00:00Z")
	for _, a := range stage.Ask(s.Stage, ada, billing.ActionsQuery{Subscription: p.Subscription.ID}).Actions {
		if a.Action == billing.Renewing {
			require.Equal(t, "too-early", a.Code)
			require.Equal(t, "BIL-6", a.Rule)
			require.Equal(t, "2026-10-07T09:00:00Z", a.Figures["opens"])
			require.Contains(t, a.Reason, "2026-10-07T09:00:00Z")
			require.Empty(t, a.Contact)
			continue
		}
		if a.Action == billing.Returning {
			require.Equal(t, "too-late", a.Code)
			require.Equal(t, "BIL-18", a.Rule)
			continue
		}
		require.True(t, a.Available, "%+v", a)
		require.NotNil(t, a.Figures)
	}
	join(s.Stage, "acme", "cyd@acme.test", account.Secondary)
	for action, code := range s.can(rule.ByEmail("cyd@acme.test"), p.Subscription.ID) {
		require.Equal(t, "not-permitted", code, "an admin who did not buy it sees %s grey", action)
	}
	unseen(s, bob, rule.NotPermitted, billing.ActionsQuery{Subscription: p.Subscription.ID})
}

func TestAResellersContactIsToldWhereItHelps(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	sold := &billing.ResellerNamed{Name: "Nord Software", Contact: "+45 70 10 20 30"}
	p := stage.Do(s.Stage, ada, billing.Purchase{Team: "acme", Product: "sketch", Seats: 1, Term: licensing.Annual, Channel: billing.Reseller, Reseller: sold})
	require.Equal(t, billing.ResellerDetails{Name: "Nord Software", Contact: "+45 70 10 20 30"}, p.Reseller)
	require.Equal(t, "Nord Software", p.Subscription.Reseller)
	s.At("2026-11-01T09:00:00Z")
	refused := stage.Refused(s.Stage, ada, rule.NotSelfService, billing.Renew{Subscription: p.Subscription.ID})
	require.Equal(t, "the reseller Nord Software, +45 70 10 20 30", refused.Contact)
	renewed := stage.Do(s.Stage, operator, billing.Renew{Subscription: p.Subscription.ID})
	require.Equal(t, p.Reseller, renewed.Reseller, "renewing shows it too")
	set := stage.Do(s.Stage, ada, billing.SetReseller{Subscription: p.Subscription.ID, Reseller: billing.ResellerNamed{Name: "Sud Software"}})
	require.Equal(t, billing.ResellerDetails{Name: "Sud Software"}, set.Reseller)
	refused = stage.Refused(s.Stage, ada, rule.NotSelfService, billing.AddSeats{Subscription: p.Subscription.ID, Seats: 1})
	require.Equal(t, "the reseller Sud Software", refused.Contact)
	s.Audit()
}

func TestAResellerIsNamedForWhatItSold(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	long := make([]byte, account.MaxName+1)
	for i := range long {
		long[i] = 'n'
	}
	for _, c := range []struct {
		name    string
		channel billing.Channel
		sold    billing.ResellerNamed
		ok      bool
	}{
		{"of what was bought directly is refused", billing.Direct, billing.ResellerNamed{Name: "Nord"}, false},
		{"without a name is refused", billing.Reseller, billing.ResellerNamed{Contact: "x"}, false},
		{"with a name that is a byte too long is refused", billing.Reseller, billing.ResellerNamed{Name: string(long)}, false},
		{"with the longest name is taken", billing.Reseller, billing.ResellerNamed{Name: string(long[1:])}, true},
		{"with a card's number is refused", billing.Reseller, billing.ResellerNamed{Name: "4111 1111 1111 1111"}, false},
	} {

		buy := billing.Purchase{Team: "acme", Product: "sketch", Seats: 1, Term: licensing.Annual, Channel: c.channel, Reseller: &c.sold}
		if c.ok {
			stage.Do(s.Stage, ada, buy)
		} else {
			stage.Refused(s.Stage, ada, rule.Invalid, buy)
		}
	}
	s.Audit()
}

func TestSelfServiceIsSwitchedOnForWhatSalesSold(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	buy := billing.Purchase{Team: "acme", Product: "sketch", Seats: 1, Term: licensing.Annual, Channel: billing.Sales}
	one, other := stage.Do(s.Stage, ada, buy).Subscription.ID, stage.Do(s.Stage, ada, buy).Subscription.ID
	direct := s.buy("sketch", 1, licensing.Annual, true).Subscription.ID
	stage.Do(s.Stage, operator, billing.AllowSelfService{Subscription: one, On: true})
	require.Equal(t, "yes", s.can(ada, one)[billing.AddingSeats])
	require.Equal(t, "not-self-service", s.can(ada, other)[billing.AddingSeats], "the other one stays as it was")
	stage.Do(s.Stage, operator, billing.AllowSelfService{Subscription: one, On: false})
	require.Equal(t, "not-self-service", s.can(ada, one)[billing.AddingSeats])
	stage.Refused(s.Stage, operator, rule.Invalid, billing.AllowSelfService{Subscription: direct, On: true})
	stage.Refused(s.Stage, ada, rule.NotPermitted, billing.AllowSelfService{Subscription: one, On: true})
	s.Audit()
}

// unseen asks what the actor must not get an answer to.
func unseen[R any](s scene, who rule.Actor, code rule.Code, q rule.Query[R]) {
	s.Helper()
	_, err := seatbook.Ask(s.Context(), s.Engine, who, q)
	require.ErrorIs(s.TB, err, code)
}
