package licensing_test

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

func setDefaults(s *stage.Stage, products ...string) {
	s.Helper()
	stage.Do(s, ada, licensing.SetDefaults{Team: "acme", Products: products})
}

func missing(t testing.TB, r *rule.Refusal) any {
	t.Helper()
	for _, f := range r.Figures {
		if f.Name == "missing" {
			return f.Value
		}
	}
	t.Fatal("the refusal does not say how many are missing")
	return nil
}

func TestDefaultsNeedASeatForEveryoneButGuests(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		seats   int
		missing any
	}{
		{"are set with a seat for each of the four", 4, nil},
		{"are refused with one seat too few", 3, 1},
		{"are refused with three too few", 1, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := house(t, seatbook.Config{})
			buy(s, "maya", c.seats, licensing.Annual)
			if c.missing != nil {
				refusal := stage.Refused(s, ada, rule.NoSeats, licensing.SetDefaults{Team: "acme", Products: []string{"maya"}})
				require.Equal(t, licensing.DefaultsRule, refusal.Rule)
				require.EqualValues(t, c.missing, missing(t, refusal))
				return
			}
			setDefaults(s, "maya")
			require.Equal(t, licensing.Seats{Owned: 4, Assigned: 4}, seats(s, "maya"))
			require.Equal(t, licensing.Seat, source(s, "tim@acme.test", "maya"))
			require.Equal(t, licensing.None, source(s, "gus@acme.test", "maya"), "guests have no defaults")
			require.Empty(t, mail(s, licensing.AssignedNotice))
			s.Audit()
		})
	}
}

func TestADefaultTakesNoSecondSeatAndStaysBesideOtherReasons(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	buy(s, "maya", 4, licensing.Annual)
	assign(s, "maya", "bob@acme.test")
	setDefaults(s, "maya")
	require.Equal(t, 4, seats(s, "maya").Assigned)
	refusal := stage.Refused(s, ada, rule.Conflict, licensing.Unassign{Team: "acme", Product: "maya", User: "eve@acme.test"})
	require.Equal(t, licensing.DefaultsRule, refusal.Rule)
	setDefaults(s)
	require.Equal(t, 1, seats(s, "maya").Assigned, "Bob has a grant of his own")
	require.Equal(t, []licensing.AccessSource{licensing.Seat, licensing.None}, sources(s, "maya", "bob@acme.test", "eve@acme.test"))
	require.Empty(t, stage.Ask(s, ada, licensing.DefaultsQuery{Team: "acme"}).Defaults.Products)
	s.Audit()
}

func TestAnInvitationHoldsTheDefaultsWhileItIsOpen(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	buy(s, "maya", 5, licensing.Annual)
	setDefaults(s, "maya")
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "kim@acme.test"})
	require.Equal(t, licensing.Seats{Owned: 5, Held: 1, Assigned: 4}, seats(s, "maya"))
	refusal := stage.Refused(s, ada, rule.NoSeats, account.Invite{Team: "acme", Email: "lee@acme.test"})
	require.EqualValues(t, 1, missing(t, refusal))
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "guy@acme.test", Role: account.Guest})
	s.At("2026-01-12T08:59:59Z")
	require.Equal(t, 1, seats(s, "maya").Held)
	s.At("2026-01-12T09:00:00Z")
	require.Equal(t, licensing.Seats{Owned: 5, Assigned: 4, Free: 1}, seats(s, "maya"), "at its end the seat is free")
	stage.Do(s, ada, account.ResendInvitation{Team: "acme", Email: "kim@acme.test"})
	stage.Do(s, rule.Operator, account.AcceptInvitation{Team: "acme", Email: "kim@acme.test"})
	require.Equal(t, licensing.Seats{Owned: 5, Assigned: 5}, seats(s, "maya"))
	s.Audit()
}

func TestDefaultsCountWhoIsInvitedAlready(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	sub := buy(s, "maya", 5, licensing.Annual)
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "kim@acme.test"})
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "lee@acme.test", Products: []string{"maya"}})
	refusal := stage.Refused(s, ada, rule.NoSeats, licensing.SetDefaults{Team: "acme", Products: []string{"maya"}})
	require.EqualValues(t, 1, missing(t, refusal))
	stage.Do(s, rule.Operator, billing.AddSeats{Subscription: sub, Seats: 1})
	setDefaults(s, "maya")
	require.Equal(t, licensing.Seats{Owned: 6, Held: 2, Assigned: 4}, seats(s, "maya"))
	setDefaults(s)
	require.Equal(t, licensing.Seats{Owned: 6, Held: 1, Free: 5}, seats(s, "maya"), "Lee's was named")
	s.Audit()
}

func TestDefaultsFollowTheRole(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	sub := buy(s, "maya", 4, licensing.Annual)
	setDefaults(s, "maya")
	refusal := stage.Refused(s, ada, rule.NoSeats, account.ChangeRole{Team: "acme", User: "gus@acme.test", Role: account.User})
	require.EqualValues(t, 1, missing(t, refusal))
	stage.Do(s, rule.Operator, billing.AddSeats{Subscription: sub, Seats: 1})
	stage.Do(s, ada, account.ChangeRole{Team: "acme", User: "gus@acme.test", Role: account.User})
	require.Equal(t, licensing.Seat, source(s, "gus@acme.test", "maya"))
	stage.Do(s, ada, account.ChangeRole{Team: "acme", User: "gus@acme.test", Role: account.Secondary})
	require.Equal(t, 5, seats(s, "maya").Assigned)
	stage.Do(s, ada, account.ChangeRole{Team: "acme", User: "gus@acme.test", Role: account.Guest})
	require.Equal(t, licensing.None, source(s, "gus@acme.test", "maya"))
	stage.Do(s, ada, account.RemoveMember{Team: "acme", User: "tim@acme.test"})
	require.Equal(t, 3, seats(s, "maya").Assigned)
	s.Audit()
}

func TestADefaultMustBeOffered(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Refused(s, ada, rule.NotFound, licensing.SetDefaults{Team: "acme", Products: []string{"no-such"}})
	stage.Refused(s, bob, rule.NotPermitted, licensing.SetDefaults{Team: "acme"})
	stage.Refused(s, rule.ByEmail("zoe@gamma.test"), rule.NotFound, licensing.SetDefaults{Team: "acme"})
}
