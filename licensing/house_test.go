package licensing_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

const monday = "2026-01-05T09:00:00Z"

var (
	ada = rule.ByEmail("ada@acme.test")
	bob = rule.ByEmail("bob@acme.test")
	eve = rule.ByEmail("eve@acme.test")
	tim = rule.ByEmail("tim@acme.test")
)

// house makes the team acme of ada, bob, eve and tim, who are users, and gus, a guest.
func house(t testing.TB, config seatbook.Config) *stage.Stage {
	t.Helper()
	s := stage.Begin(t, monday, config)
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "acme", Owner: "ada@acme.test", Country: "US"})
	for _, email := range []rule.Address{"bob@acme.test", "eve@acme.test", "tim@acme.test"} {
		join(s, "acme", email, account.User)
	}
	join(s, "acme", "gus@acme.test", account.Guest)
	stage.Do(s, rule.Operator, billing.AddPaymentMethod{Team: "acme", Kind: billing.Card, Token: "tok_1", Last4: "4242"})
	return s
}

func join(s *stage.Stage, team string, email rule.Address, role account.Role) {
	s.Helper()
	stage.Do(s, rule.Operator, account.Invite{Team: team, Email: email, Role: role})
	stage.Do(s, rule.Operator, account.AcceptInvitation{Team: team, Email: email})
}

// buy buys seats for acme that do not renew themselves.
func buy(s *stage.Stage, product string, seats int, term licensing.Term) string {
	s.Helper()
	off := false
	return stage.Do(s, rule.Operator, billing.Purchase{Team: "acme", Product: product, Seats: seats, Term: term, AutoRenew: &off}).Subscription.ID
}

func assign(s *stage.Stage, product string, users ...rule.Address) {
	s.Helper()
	for _, u := range users {
		stage.Do(s, ada, licensing.Assign{Team: "acme", Product: product, User: u})
	}
}

func seats(s *stage.Stage, product string) licensing.Seats {
	s.Helper()
	return stage.Ask(s, ada, licensing.SeatsQuery{Team: "acme", Product: product})
}

func access(s *stage.Stage, user rule.Address, product string) flex.Access {
	s.Helper()
	return stage.Ask(s, rule.Operator, flex.AccessQuery{User: user, Product: product})
}

func source(s *stage.Stage, user rule.Address, product string) licensing.AccessSource {
	s.Helper()
	return access(s, user, product).Source
}

// sources are what lets each of them open a product.
func sources(s *stage.Stage, product string, users ...rule.Address) []licensing.AccessSource {
	s.Helper()
	list := []licensing.AccessSource{}
	for _, u := range users {
		list = append(list, source(s, u, product))
	}
	return list
}

// mail returns the notices of a kind in acme, as "recipient language".
func mail(s *stage.Stage, kind account.NoticeKind) []string {
	s.Helper()
	list := []string{}
	for _, n := range stage.Ask(s, ada, account.NoticesQuery{Team: "acme"}) {
		if n.Kind == kind {
			list = append(list, n.To+" "+string(n.Language))
		}
	}
	return list
}

func tried[R any](s *stage.Stage, actor rule.Actor, c rule.Command[R]) error {
	_, err := seatbook.Do(context.Background(), s.Engine, actor, c)
	return err
}

func asked[R any](s *stage.Stage, actor rule.Actor, q rule.Query[R]) (R, error) {
	return seatbook.Ask(context.Background(), s.Engine, actor, q)
}

func ends(t testing.TB, want string, a flex.Access) {
	t.Helper()
	require.NotNil(t, a.Until)
	require.Equal(t, stage.At(want), *a.Until)
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := period.LoadZone(name)
	require.NoError(t, err)
	return loc
}

func on(t testing.TB, text string) period.Date {
	t.Helper()
	d, err := period.ParseDate(text)
	require.NoError(t, err)
	return d
}

// priced returns a product that is sold for a year and for a month.
func priced(p licensing.Product) licensing.Product {
	p.Prices = []licensing.Price{
		{Term: licensing.Annual, New: money.Must("100.00 USD")}, {Term: licensing.Monthly, New: money.Must("10.00 USD")},
	}
	return p
}
