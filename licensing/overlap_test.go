package licensing_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// upgraded makes a team of which bob and eve hold the LT product at the order.
func upgraded(t *testing.T, config seatbook.Config, at string) *stage.Stage {
	t.Helper()
	s := house(t, config)
	lt := buy(s, "autocad-lt", 3, licensing.Annual)
	assign(s, "autocad-lt", "bob@acme.test", "eve@acme.test")
	s.At(at)
	stage.Do(s, rule.Operator, billing.Upgrade{Subscription: lt, To: "autocad"})
	return s
}

func TestAnOverlapLastsThirtyDaysFromTheOrder(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, ordered, last, end string
		policy                   map[string]string
	}{
		{"and not one second more", "2026-02-01T10:00:00Z", "2026-03-03T09:59:59Z", "2026-03-03T10:00:00Z", nil},
		{"or as many as the policy says", "2026-02-01T10:00:00Z", "2026-02-02T09:59:59Z", "2026-02-02T10:00:00Z", map[string]string{"upgrade-overlap": "1d"}},
		{"over a year's end", "2026-12-15T00:00:00Z", "2027-01-13T23:59:59Z", "2027-01-14T00:00:00Z", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := upgraded(t, seatbook.Config{Policy: c.policy}, c.ordered)
			require.Equal(t, licensing.Seats{Owned: 3, Free: 3}, seats(s, "autocad"), "nobody is assigned the new product")
			s.At(c.last)
			require.Equal(t, []licensing.AccessSource{licensing.Overlay, licensing.Overlay, licensing.None},
				sources(s, "autocad-lt", "bob@acme.test", "eve@acme.test", "tim@acme.test"))
			ends(t, c.end, access(s, "bob@acme.test", "autocad-lt"))
			s.At(c.end)
			require.Equal(t, []licensing.AccessSource{licensing.None, licensing.None}, sources(s, "autocad-lt", "bob@acme.test", "eve@acme.test"))
			require.Equal(t, licensing.Seats{}, seats(s, "autocad-lt"), "who holds the old product by nothing else is unassigned")
			s.Audit()
		})
	}
}

func TestAnOverlapIsOfTheTeamsCalendar(t *testing.T) {
	t.Parallel()
	s := stage.Begin(t, monday, seatbook.Config{})
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "acme", Owner: "ada@acme.test", Country: "FR", Zone: "Europe/Paris"})
	stage.Do(s, rule.Operator, billing.AddPaymentMethod{Team: "acme", Kind: billing.Card, Token: "tok_1", Last4: "4242"})
	lt := buy(s, "autocad-lt", 1, licensing.Annual)
	assign(s, "autocad-lt", "ada@acme.test")
	s.At("2026-03-15T09:00:00Z")
	up := stage.Do(s, ada, billing.Upgrade{Subscription: lt, To: "autocad"})
	require.Equal(t, stage.At("2026-04-14T08:00:00Z"), up.OverlapEnds)
	require.Equal(t, licensing.Overlay, source(s.At("2026-04-14T07:59:59Z"), "ada@acme.test", "autocad-lt"))
	require.Equal(t, licensing.None, source(s.At("2026-04-14T08:00:00Z"), "ada@acme.test", "autocad-lt"))
	s.Audit()
}

func TestTakingTheOldProductEndsThatPersonsOverlapAtOnce(t *testing.T) {
	t.Parallel()
	s := upgraded(t, seatbook.Config{}, "2026-02-01T10:00:00Z")
	stage.Do(s, ada, licensing.Unassign{Team: "acme", Product: "autocad-lt", User: "bob@acme.test"})
	require.Equal(t, []licensing.AccessSource{licensing.None, licensing.Overlay}, sources(s, "autocad-lt", "bob@acme.test", "eve@acme.test"))
	stage.Refused(s, ada, rule.NotAssigned, licensing.Unassign{Team: "acme", Product: "autocad-lt", User: "bob@acme.test"})
	stage.Refused(s, ada, rule.NotAssigned, licensing.Unassign{Team: "acme", Product: "autocad-lt", User: "tim@acme.test"})
	s.Audit()
}

func TestAnOverlapIsForWhoHeldTheProductAtTheOrder(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	lt := buy(s, "autocad-lt", 3, licensing.Annual)
	assign(s, "autocad-lt", "bob@acme.test", "tim@acme.test")
	stage.Do(s, ada, licensing.Unassign{Team: "acme", Product: "autocad-lt", User: "bob@acme.test"})
	stage.Do(s, ada, account.CreateGroup{Team: "acme", Group: "art", Users: []rule.Address{"gus@acme.test"}})
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "autocad-lt", Group: "art"})
	stage.Do(s, rule.Operator, billing.Upgrade{Subscription: lt, To: "autocad"})
	stage.Refused(s, ada, rule.NoSeats, licensing.Assign{Team: "acme", Product: "autocad-lt", User: "eve@acme.test"})
	require.Equal(t, []licensing.AccessSource{licensing.None, licensing.Overlay, licensing.Overlay, licensing.None},
		sources(s, "autocad-lt", "bob@acme.test", "tim@acme.test", "gus@acme.test", "eve@acme.test"))
	s.Audit()
}

func TestWhoHasASeatOfAnotherSubscriptionKeepsItAfterTheOverlap(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	lt := buy(s, "autocad-lt", 1, licensing.Annual)
	other := buy(s, "autocad-lt", 1, licensing.Annual)
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "autocad-lt", User: "bob@acme.test", Subscription: lt})
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "autocad-lt", User: "eve@acme.test", Subscription: other})
	stage.Do(s, rule.Operator, billing.Upgrade{Subscription: lt, To: "autocad"})
	require.Equal(t, []licensing.AccessSource{licensing.Overlay, licensing.Seat}, sources(s, "autocad-lt", "bob@acme.test", "eve@acme.test"))
	s.At("2026-02-04T09:00:00Z")
	require.Equal(t, []licensing.AccessSource{licensing.None, licensing.Seat}, sources(s, "autocad-lt", "bob@acme.test", "eve@acme.test"))
	require.Equal(t, licensing.Seats{Owned: 1, Assigned: 1}, seats(s, "autocad-lt"))
	s.Audit()
}

func TestTheNewProductIsMailedAtItsAssignmentToWhomItIsNew(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	full := buy(s, "autocad", 1, licensing.Annual)
	lt := buy(s, "autocad-lt", 3, licensing.Annual)
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "autocad", User: "tim@acme.test", Subscription: full})
	assign(s, "autocad-lt", "bob@acme.test", "eve@acme.test", "tim@acme.test")
	stage.Do(s, rule.Operator, billing.Upgrade{Subscription: lt, To: "autocad"})
	require.Empty(t, mail(s, licensing.NewProductNotice), "the upgrade itself mails nobody")
	before := len(mail(s, licensing.AssignedNotice))
	assign(s, "autocad", "bob@acme.test", "tim@acme.test", "gus@acme.test")
	require.Equal(t, []string{"bob@acme.test en"}, mail(s, licensing.NewProductNotice))
	require.Equal(t, []string{"gus@acme.test en"}, mail(s, licensing.AssignedNotice)[before:])
	s.At("2026-02-04T09:00:00Z")
	assign(s, "autocad", "eve@acme.test")
	s.Audit()
}

func TestTwoUpgradesOfOneProductOverlapEachOnItsOwn(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	first := buy(s, "autocad-lt", 1, licensing.Annual)
	second := buy(s, "autocad-lt", 1, licensing.Annual)
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "autocad-lt", User: "bob@acme.test", Subscription: first})
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "autocad-lt", User: "eve@acme.test", Subscription: second})
	stage.Do(s, rule.Operator, billing.Upgrade{Subscription: first, To: "autocad"})
	s.At("2026-01-20T09:00:00Z")
	stage.Do(s, rule.Operator, billing.Upgrade{Subscription: second, To: "autocad"})
	require.Equal(t, []licensing.AccessSource{licensing.Overlay, licensing.Overlay}, sources(s.At("2026-02-04T08:59:59Z"), "autocad-lt", "bob@acme.test", "eve@acme.test"))
	require.Equal(t, []licensing.AccessSource{licensing.None, licensing.Overlay}, sources(s.At("2026-02-04T09:00:00Z"), "autocad-lt", "bob@acme.test", "eve@acme.test"))
	require.Equal(t, []licensing.AccessSource{licensing.None, licensing.Overlay}, sources(s.At("2026-02-19T08:59:59Z"), "autocad-lt", "bob@acme.test", "eve@acme.test"))
	require.Equal(t, []licensing.AccessSource{licensing.None, licensing.None}, sources(s.At("2026-02-19T09:00:00Z"), "autocad-lt", "bob@acme.test", "eve@acme.test"))
	s.Audit()
}

func TestManyHoldersOverlap(t *testing.T) {
	t.Parallel()
	const many = 100
	s := house(t, seatbook.Config{Policy: map[string]string{"card-limit": "1000000.00 USD"}})
	lt := buy(s, "autocad-lt", many, licensing.Annual)
	for n := range many {
		email := rule.Address(fmt.Sprintf("p%d@acme.test", n))
		join(s, "acme", email, account.User)
		assign(s, "autocad-lt", email)
	}
	stage.Do(s, rule.Operator, billing.Upgrade{Subscription: lt, To: "autocad"})
	require.Equal(t, licensing.Overlay, source(s, "p99@acme.test", "autocad-lt"))
	s.At("2026-02-04T09:00:00Z")
	require.Equal(t, licensing.Seats{}, seats(s, "autocad-lt"))
	s.Audit()
}

// Queries never charge, so what stands behind a renewal that waits is not swept.
func TestAnOverlapEndsByTheClockAlsoWhereARenewalWaitsForItsCharge(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{Payments: stage.Provider(func(c billing.Charge) (billing.Answer, error) {
		if c.At.After(stage.At("2026-01-31T00:00:00Z")) {
			return billing.Answer{}, errors.New("the provider sleeps")
		}
		return billing.Answer{Outcome: billing.Paid}, nil
	})})
	stage.Do(s, rule.Operator, billing.Purchase{Team: "acme", Product: "maya", Seats: 1, Term: licensing.Monthly})
	lt := buy(s, "autocad-lt", 1, licensing.Annual)
	assign(s, "autocad-lt", "bob@acme.test")
	s.At("2026-01-20T09:00:00Z")
	stage.Do(s, rule.Operator, billing.Upgrade{Subscription: lt, To: "autocad"})
	require.Equal(t, licensing.Overlay, source(s.At("2026-02-19T08:59:59Z"), "bob@acme.test", "autocad-lt"))
	require.Equal(t, licensing.None, source(s.At("2026-02-19T09:00:00Z"), "bob@acme.test", "autocad-lt"))
	require.NoError(t, s.RunDue(t.Context()))
	require.Equal(t, licensing.None, source(s, "bob@acme.test", "autocad-lt"))
}
