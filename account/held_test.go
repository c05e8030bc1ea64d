package account_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

func seats(s *stage.Stage, product string) licensing.Seats {
	s.Helper()
	return stage.Ask(s, rule.Operator, licensing.SeatsQuery{Team: "acme", Product: product})
}

func TestASeatIsHeldWhileTheInvitationIsOpen(t *testing.T) {
	t.Parallel()
	open := licensing.Seats{Owned: 2, Held: 1, Assigned: 0, Free: 1}
	free := licensing.Seats{Owned: 2, Held: 0, Assigned: 0, Free: 2}
	for _, c := range []struct {
		name    string
		happens func(*stage.Stage)
		want    licensing.Seats
	}{
		{"from the instant it is sent", func(*stage.Stage) {}, open},
		{"until one second before its end", func(s *stage.Stage) { s.At("2026-01-12T08:59:59Z") }, open},
		{"and is free at its end", func(s *stage.Stage) { s.At("2026-01-12T09:00:00Z") }, free},
		{"and is free when it is revoked", func(s *stage.Stage) {
			stage.Do(s, ada, account.RevokeInvitation{Team: "acme", Email: "eve@acme.test"})
		}, free},
		{"once only when it is sent again", func(s *stage.Stage) {
			stage.Do(s, ada, account.ResendInvitation{Team: "acme", Email: "eve@acme.test"})
		}, open},
		{"anew when it is sent again after its end", func(s *stage.Stage) {
			s.At("2026-01-20T09:00:00Z")
			stage.Do(s, ada, account.ResendInvitation{Team: "acme", Email: "eve@acme.test"})
		}, open},
		{"and assigned when it is accepted", func(s *stage.Stage) {
			stage.Do(s, eve, account.AcceptInvitation{Team: "acme", Email: "eve@acme.test"})
		}, licensing.Seats{Owned: 2, Held: 0, Assigned: 1, Free: 1}},
		{"not by an invitation without products", func(s *stage.Stage) {
			s.At("2026-01-12T09:00:00Z")
			stage.Do(s, ada, account.Invite{Team: "acme", Email: "eve@acme.test"})
		}, free},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, seatbook.Config{})
			buy(s, "acme", "maya", 2)
			stage.Do(s, ada, account.Invite{Team: "acme", Email: "eve@acme.test", Products: []string{"maya", "maya"}})
			c.happens(s)
			require.Equal(t, c.want, seats(s, "maya"))
			s.Audit()
		})
	}
}

// Nobody runs what is due here, and a renewal that waits for its charge stands
// before the invitation's end.
func TestAHeldSeatIsFreeByTheClockAlsoWhereARenewalWaitsForItsCharge(t *testing.T) {
	t.Parallel()
	answers := stage.Provider(func(c billing.Charge) (billing.Answer, error) {
		if c.At.After(stage.At(monday)) {
			return billing.Answer{}, errors.New("the provider sleeps")
		}
		return billing.Answer{Outcome: billing.Paid}, nil
	})
	s := begin(t, seatbook.Config{Payments: answers})
	stage.Do(s, rule.Operator, billing.AddPaymentMethod{Team: "acme", Kind: billing.Card, Token: "tok_1", Last4: "4242"})
	stage.Do(s, rule.Operator, billing.Purchase{Team: "acme", Product: "maya", Seats: 1, Term: licensing.Monthly})
	s.At("2026-02-02T09:00:00Z")
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "eve@acme.test", Products: []string{"maya"}})
	s.At("2026-02-09T08:59:59Z")
	require.Equal(t, licensing.Seats{Owned: 1, Held: 1}, seats(s, "maya"))
	s.At("2026-02-09T09:00:00Z")
	i, _ := invitationOf(s, "acme", "eve@acme.test")
	require.Equal(t, account.Expired, i.Status)
	require.Equal(t, licensing.Seats{Owned: 1, Free: 1}, seats(s, "maya"))
}

func TestAHeldSeatIsNotFree(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	buy(s, "acme", "maya", 1)
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "eve@acme.test", Products: []string{"maya"}})
	stage.Refused(s, ada, rule.NoSeats, licensing.Assign{Team: "acme", Product: "maya", User: "bob@acme.test"})
	stage.Refused(s, ada, rule.NoSeats, account.Invite{Team: "acme", Email: "tim@acme.test", Products: []string{"maya"}})
	s.At("2026-01-12T09:00:00Z")
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "maya", User: "bob@acme.test"})
	stage.Refused(s, ada, rule.NoSeats, account.ResendInvitation{Team: "acme", Email: "eve@acme.test"})
	i, _ := invitationOf(s, "acme", "eve@acme.test")
	require.Equal(t, account.Expired, i.Status)
	stage.Do(s, ada, licensing.Unassign{Team: "acme", Product: "maya", User: "bob@acme.test"})
	stage.Do(s, ada, account.ResendInvitation{Team: "acme", Email: "eve@acme.test"})
	stage.Refused(s, ada, rule.NoSeats, licensing.Assign{Team: "acme", Product: "maya", User: "bob@acme.test"})
	s.Audit()
}

func TestAnInvitationThatNamesNoSeatAtAllIsRefusedWhole(t *testing.T) {
	t.Parallel()
	s := begin(t, seatbook.Config{})
	buy(s, "acme", "maya", 1)
	stage.Refused(s, ada, rule.NoSeats, account.Invite{Team: "acme", Email: "eve@acme.test", Products: []string{"maya", "revit"}})
	require.Equal(t, licensing.Seats{Owned: 1, Free: 1}, seats(s, "maya"))
	_, found := invitationOf(s, "acme", "eve@acme.test")
	require.False(t, found)
	require.Empty(t, mail(s, "acme", account.InvitationNotice))
	s.Audit()
}

func TestAProductFromInvitationAndGroupHoldsOneSeat(t *testing.T) {
	t.Parallel()
	s := begin(t, seatbook.Config{})
	buy(s, "acme", "maya", 1)
	for _, g := range []string{"art", "film"} {
		stage.Do(s, ada, account.CreateGroup{Team: "acme", Group: g})
		stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "maya", Group: g})
	}
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "eve@acme.test", Products: []string{"maya"}, Groups: []string{"film", "art", "art"}})
	require.Equal(t, licensing.Seats{Owned: 1, Held: 1}, seats(s, "maya"))
	stage.Do(s, eve, account.AcceptInvitation{Team: "acme", Email: "eve@acme.test"})
	require.Equal(t, licensing.Seats{Owned: 1, Assigned: 1}, seats(s, "maya"))
	stage.Do(s, ada, licensing.Unassign{Team: "acme", Product: "maya", Group: "art"})
	stage.Do(s, ada, licensing.Unassign{Team: "acme", Product: "maya", User: "eve@acme.test"})
	require.Equal(t, licensing.Seats{Owned: 1, Assigned: 1}, seats(s, "maya"))
	stage.Do(s, ada, licensing.Unassign{Team: "acme", Product: "maya", Group: "film"})
	require.Equal(t, licensing.Seats{Owned: 1, Free: 1}, seats(s, "maya"))
	s.Audit()
}

func TestAGroupsNewProductIsHeldForWhoIsInvitedIntoIt(t *testing.T) {
	t.Parallel()
	s := begin(t, seatbook.Config{})
	buy(s, "acme", "maya", 2)
	stage.Do(s, ada, account.CreateGroup{Team: "acme", Group: "art"})
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "eve@acme.test", Groups: []string{"art"}})
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "tim@acme.test", Groups: []string{"art"}})
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "maya", Group: "art"})
	require.Equal(t, licensing.Seats{Owned: 2, Held: 2}, seats(s, "maya"))
	stage.Do(s, ada, licensing.Unassign{Team: "acme", Product: "maya", Group: "art"})
	require.Equal(t, licensing.Seats{Owned: 2, Free: 2}, seats(s, "maya"))
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "maya", Group: "art"})
	stage.Do(s, eve, account.AcceptInvitation{Team: "acme", Email: "eve@acme.test"})
	require.Equal(t, licensing.Seats{Owned: 2, Held: 1, Assigned: 1}, seats(s, "maya"))
	s.At("2026-01-12T09:00:00Z")
	require.Equal(t, licensing.Seats{Owned: 2, Assigned: 1, Free: 1}, seats(s, "maya"))
	s.Audit()
}
