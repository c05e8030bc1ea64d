package licensing_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
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

// stander is who stands in line for a product, as the test has it.
type stander struct {
	user  rule.Address
	since time.Time
	// pin is the subscription that alone gives the product, empty for the pool.
	pin string
}

// crowdOf invites people by number into acme and lets them come in.
func crowdOf(s *stage.Stage, people int) []rule.Address {
	s.Helper()
	var text strings.Builder
	var users []rule.Address
	for i := range people {
		users = append(users, rule.Address(fmt.Sprintf("p%03d@acme.test", i*37%people)))
		fmt.Fprintf(&text, "A,B,%s\n", users[i])
	}
	stage.Do(s, rule.Operator, account.Import{Team: "acme", CSV: account.Roster(text.String())})
	for _, u := range users {
		stage.Do(s, rule.Operator, account.AcceptInvitation{Team: "acme", Email: u})
	}
	return users
}

// seatsLeft are the seats of one subscription, those that last longest first.
type seatsLeft struct {
	sub  string
	ends time.Time
	n    int
}

// queue is everyone who holds maya in acme, in the order in which they came.
type queue struct {
	*stage.Stage
	users []rule.Address
	line  []stander
}

func (q *queue) come(pin string, some ...rule.Address) {
	for _, u := range some {
		stage.Do(q.Stage, ada, licensing.Assign{Team: "acme", Product: "maya", User: u, Subscription: pin})
		q.line = append(q.line, stander{u, q.Clock.Now(), pin})
	}
}

func (q *queue) leave(gone func(stander) bool) {
	q.line = slices.DeleteFunc(q.line, gone)
}

func (q *queue) wait(span time.Duration) { q.Clock.Set(q.Clock.Now().Add(span)) }

// walk seats one after another, who is pinned first, and compares.
func (q *queue) walk(out int, seats ...seatsLeft) {
	q.Helper()
	slices.SortFunc(q.line, func(a, b stander) int {
		return cmp.Or(a.since.Compare(b.since), cmp.Compare(a.user, b.user))
	})
	want := map[rule.Address]time.Time{}
	sit := func(pinned bool, one stander) {
		for i := range seats {
			if seats[i].n > 0 && (!pinned && one.pin == "" || pinned && one.pin == seats[i].sub) {
				want[one.user] = seats[i].ends
				seats[i].n--
				return
			}
		}
	}
	for _, pinned := range []bool{true, false} {
		for _, one := range q.line {
			sit(pinned, one)
		}
	}
	require.Equal(q, out, len(q.line)-len(want), "people without a seat")
	for _, u := range q.users {
		a, ends := access(q.Stage, u, "maya"), want[u]
		require.Equal(q, !ends.IsZero(), a.Source == licensing.Seat, "%s", u)
		if !ends.IsZero() {
			require.Equal(q, ends, *a.Until, "%s", u)
		}
	}
	q.Audit()
}

// Who has a seat, and until when, is what walking along the whole line says: people
// come many at a time and one by one, leave, are pinned and unpinned, and seats go.
func TestPlacesInALongLineAreThoseCountedOneByOne(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{Policy: map[string]string{"invites-per-day": "1000", "card-limit": "1000000.00 USD"}})
	month, year, long := buy(s, "maya", 40, licensing.Monthly), buy(s, "maya", 80, licensing.Annual), buy(s, "maya", 150, licensing.ThreeYear)
	q := &queue{Stage: s, users: crowdOf(s, 260)}
	q.come("", q.users[:120]...)
	for i := 120; i < 200; i++ {
		q.wait(time.Minute)
		q.come([]string{"", "", "", year}[i%4], q.users[i])
	}
	q.wait(time.Minute)
	q.come(month, q.users[200:215]...)
	q.come("", q.users[215:]...)
	for i := 3; i < 200; i += 7 {
		stage.Do(s, ada, licensing.Unassign{Team: "acme", Product: "maya", User: q.users[i]})
		q.leave(func(one stander) bool { return one.user == q.users[i] })
	}
	begun := stage.At(monday)
	of := func(sub string, n, years, months int) seatsLeft {
		return seatsLeft{sub, begun.AddDate(years, months, 0), n}
	}
	q.walk(0, of(long, 150, 3, 0), of(year, 80, 1, 0), of(month, 40, 0, 1))
	require.NoError(t, s.At("2026-02-05T09:00:00Z").RunDue(t.Context()))
	q.leave(func(one stander) bool { return one.pin == month })
	q.walk(0, of(long, 150, 3, 0), of(year, 80, 1, 0))
	require.NoError(t, s.At("2027-01-05T09:00:00Z").RunDue(t.Context()))
	q.leave(func(one stander) bool { return one.pin == year })
	q.walk(49, of(long, 150, 3, 0))
	for _, u := range q.users {
		stage.Do(s, rule.Operator, account.RemoveMember{Team: "acme", User: u})
	}
	require.Equal(t, licensing.Seats{Owned: 150, Free: 150}, seats(s, "maya"))
	s.Audit()
}

// More people can be pinned to a subscription than it has seats, once it has lost
// some: who came last gives way, and sits in the pool where anything else gives
// them the product.
func TestWhoIsPinnedTooManySitsInThePoolOrNowhere(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{Policy: map[string]string{"card-limit": "1000000.00 USD"}})
	sub := stage.Do(s, rule.Operator, billing.Purchase{Team: "acme", Product: "maya", Seats: 3, Term: licensing.Monthly}).Subscription.ID
	buy(s, "maya", 1, licensing.Annual)
	for i, u := range []rule.Address{"tim@acme.test", "eve@acme.test", "bob@acme.test"} {
		s.Clock.Set(stage.At(monday).AddDate(0, 0, i))
		pin(s, u, sub)
	}
	assign(s, "maya", "eve@acme.test")
	stage.Do(s, rule.Operator, billing.ReduceSeats{Subscription: sub, To: 1})
	s.At("2026-02-05T09:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	require.Equal(t, []licensing.AccessSource{licensing.Seat, licensing.Seat, licensing.None}, sources(s, "maya", "tim@acme.test", "eve@acme.test", "bob@acme.test"))
	ends(t, "2026-03-05T09:00:00Z", access(s, "tim@acme.test", "maya"))
	ends(t, "2027-01-05T09:00:00Z", access(s, "eve@acme.test", "maya"))
	s.Audit()
}
