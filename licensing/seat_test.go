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

func TestNoMoreSeatsAreAssignedThanThereAre(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Refused(s, ada, rule.NoSeats, licensing.Assign{Team: "acme", Product: "maya", User: "bob@acme.test"})
	buy(s, "maya", 2, licensing.Annual)
	require.Equal(t, licensing.Seats{Owned: 2, Free: 2}, seats(s, "maya"), "buying assigns nobody")
	assign(s, "maya", "bob@acme.test", "gus@acme.test")
	refusal := stage.Refused(s, ada, rule.NoSeats, licensing.Assign{Team: "acme", Product: "maya", User: "eve@acme.test"})
	require.Contains(t, refusal.Error(), "missing 1")
	require.Equal(t, licensing.Seats{Owned: 2, Assigned: 2}, seats(s, "maya"))
	buy(s, "maya", 1, licensing.Annual)
	assign(s, "maya", "eve@acme.test")
	require.Equal(t, licensing.Seats{Owned: 3, Assigned: 3}, seats(s, "maya"))
	s.Audit()
}

func TestSeatsAreAssignedAndUnassignedAsOftenAsWanted(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	buy(s, "maya", 1, licensing.Annual)
	for range 50 {
		for _, u := range []rule.Address{"bob@acme.test", "eve@acme.test"} {
			assign(s, "maya", u)
			require.Equal(t, licensing.Seat, source(s, u, "maya"))
			gone := stage.Do(s, ada, licensing.Unassign{Team: "acme", Product: "maya", User: u})
			require.Equal(t, licensing.Unassigned, gone.Assignment.Status)
			require.Equal(t, licensing.None, source(s, u, "maya"))
		}
	}
	stage.Refused(s, ada, rule.NotAssigned, licensing.Unassign{Team: "acme", Product: "maya", User: "bob@acme.test"})
	s.Audit()
}

func TestAssigningWhatIsHeldSucceedsAndChangesNothing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		held func(sub string) licensing.Assign
	}{
		{"from the pool", func(string) licensing.Assign {
			return licensing.Assign{Team: "acme", Product: "maya", User: "bob@acme.test"}
		}},
		{"pinned", func(sub string) licensing.Assign {
			return licensing.Assign{Team: "acme", Product: "maya", User: "bob@acme.test", Subscription: sub}
		}},
		{"by a group", func(string) licensing.Assign { return licensing.Assign{Team: "acme", Product: "maya", Group: "art"} }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := house(t, seatbook.Config{})
			sub := buy(s, "maya", 1, licensing.Annual)
			stage.Do(s, ada, account.CreateGroup{Team: "acme", Group: "art", Users: []rule.Address{"bob@acme.test"}})
			first := stage.Do(s, ada, c.held(sub))
			after := s.Digest()
			s.At("2026-01-06T09:00:00Z")
			require.Equal(t, first, stage.Do(s, ada, c.held(sub)))
			require.Equal(t, after, s.Digest())
			s.Audit()
		})
	}
}

func TestAnAssignmentNamesEitherAUserOrAGroup(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	sub := buy(s, "maya", 1, licensing.Annual)
	stage.Do(s, ada, account.CreateGroup{Team: "acme", Group: "art"})
	stage.Refused(s, ada, rule.Invalid, licensing.Assign{Team: "acme", Product: "maya"})
	stage.Refused(s, ada, rule.Invalid, licensing.Assign{Team: "acme", Product: "maya", User: "bob@acme.test", Group: "art"})
	stage.Refused(s, ada, rule.Invalid, licensing.Assign{Team: "acme", Product: "maya", Group: "art", Subscription: sub})
	stage.Refused(s, ada, rule.Invalid, licensing.Unassign{Team: "acme", Product: "maya"})
	stage.Refused(s, ada, rule.Invalid, licensing.Unassign{Team: "acme", Product: "maya", User: "bob@acme.test", Group: "art"})
	stage.Refused(s, ada, rule.NotFound, licensing.Assign{Team: "acme", Product: "no-such", User: "bob@acme.test"})
	stage.Refused(s, ada, rule.NotFound, licensing.Assign{Team: "acme", Product: "maya", Group: "no-such"})
	stage.Refused(s, ada, rule.NotFound, licensing.Unassign{Team: "acme", Product: "maya", Group: "no-such"})
	stage.Refused(s, ada, rule.NotAssigned, licensing.Unassign{Team: "acme", Product: "maya", Group: "art"})
	stage.Refused(s, ada, rule.NotFound, licensing.Unassign{Team: "acme", Product: "maya", User: "who@home.test"})
	stage.Refused(s, ada, rule.Invalid, licensing.Assign{Team: "acme", Product: "maya", User: "who"})
	s.Audit()
}

func TestAnUnknownAddressIsInvitedWithTheProduct(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	buy(s, "maya", 1, licensing.Annual)
	sent := stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "maya", User: "New Person <NEW@home.test>"})
	require.Equal(t, licensing.Invited, sent.Assignment.Status)
	require.Equal(t, "new@home.test", sent.Assignment.User)
	require.Nil(t, sent.Assignment.Since)
	require.Equal(t, licensing.Seats{Owned: 1, Held: 1}, seats(s, "maya"))
	require.Empty(t, mail(s, licensing.AssignedNotice))
	stage.Do(s, rule.ByEmail("new@home.test"), account.AcceptInvitation{Team: "acme", Email: "new@home.test"})
	require.Equal(t, licensing.Seat, source(s, "new@home.test", "maya"))
	require.Equal(t, []string{"new@home.test en"}, mail(s, licensing.AssignedNotice))
	s.Audit()
}

func TestWhoIsInvitedWithAPinnedSeatGetsIt(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	short := buy(s, "maya", 1, licensing.Monthly)
	buy(s, "maya", 1, licensing.Annual)
	stage.Refused(s, ada, rule.NotFound, licensing.Assign{Team: "acme", Product: "maya", User: "new@home.test", Subscription: "sub_acme_999"})
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "maya", User: "new@home.test", Subscription: short})
	stage.Do(s, rule.Operator, account.AcceptInvitation{Team: "acme", Email: "new@home.test"})
	ends(t, "2026-02-05T09:00:00Z", access(s, "new@home.test", "maya"))
}

func TestASeatIsPinnedToOneSubscription(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	short := buy(s, "maya", 1, licensing.Monthly)
	long := buy(s, "maya", 1, licensing.Annual)
	pin := func(user rule.Address, sub string) licensing.Assign {
		return licensing.Assign{Team: "acme", Product: "maya", User: user, Subscription: sub}
	}
	stage.Do(s, ada, pin("bob@acme.test", short))
	ends(t, "2026-02-05T09:00:00Z", access(s, "bob@acme.test", "maya"))
	stage.Refused(s, ada, rule.NoSeats, pin("eve@acme.test", short))
	stage.Do(s, ada, pin("eve@acme.test", long))
	ends(t, "2027-01-05T09:00:00Z", access(s, "eve@acme.test", "maya"))
	stage.Refused(s, ada, rule.NotFound, pin("bob@acme.test", "sub_acme_999"))
	buy(s, "revit", 1, licensing.Annual)
	stage.Refused(s, ada, rule.NotFound, licensing.Assign{Team: "acme", Product: "revit", User: "bob@acme.test", Subscription: long})
	s.At("2026-02-05T08:59:59Z")
	require.Equal(t, licensing.Seat, source(s, "bob@acme.test", "maya"))
	s.At("2026-02-05T09:00:00Z")
	require.Equal(t, []licensing.AccessSource{licensing.None, licensing.Seat}, sources(s, "maya", "bob@acme.test", "eve@acme.test"))
	s.Audit()
}

func TestAnotherTeamsSubscriptionIsNoneToPinTo(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	buy(s, "maya", 2, licensing.Annual)
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "gamma", Owner: "zoe@gamma.test"})
	stage.Do(s, rule.Operator, billing.AddPaymentMethod{Team: "gamma", Kind: billing.Card, Token: "tok_1", Last4: "4242"})
	theirs := stage.Do(s, rule.Operator, billing.Purchase{Team: "gamma", Product: "maya", Seats: 1, Term: licensing.Annual}).Subscription.ID
	there := tried(s, ada, licensing.Assign{Team: "acme", Product: "maya", User: "bob@acme.test", Subscription: theirs})
	never := tried(s, ada, licensing.Assign{Team: "acme", Product: "maya", User: "bob@acme.test", Subscription: "sub_gamma_999"})
	require.ErrorIs(t, there, rule.NotFound)
	require.ErrorIs(t, never, rule.NotFound)
	require.Contains(t, there.Error(), theirs)
	s.Audit()
}

// A pinned seat whose subscription is over takes no seat of another.
func TestAPinnedSeatFallsWithItsSubscription(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	short := buy(s, "maya", 1, licensing.Monthly)
	buy(s, "maya", 1, licensing.Annual)
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "maya", User: "bob@acme.test", Subscription: short})
	s.At("2026-01-06T09:00:00Z")
	assign(s, "maya", "eve@acme.test")
	s.At("2026-02-05T09:00:00Z")
	require.Equal(t, []licensing.AccessSource{licensing.None, licensing.Seat}, sources(s, "maya", "bob@acme.test", "eve@acme.test"))
	s.Audit()
}

func TestTheSeatOfAPinnedAssignmentThatFellIsFree(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	short := buy(s, "maya", 1, licensing.Monthly)
	buy(s, "maya", 1, licensing.Annual)
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "maya", User: "bob@acme.test", Subscription: short})
	s.At("2026-02-05T09:00:00Z")
	require.Equal(t, 1, seats(s, "maya").Free)
	assign(s, "maya", "eve@acme.test")
	require.Equal(t, licensing.Seat, source(s, "eve@acme.test", "maya"))
	s.Audit()
}

// Pinned assignments fall only with their own subscription, so the seat that is
// lost is one of the pool.
func TestAPinnedSeatIsNotLostWithAnotherSubscription(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	buy(s, "maya", 1, licensing.Monthly)
	long := buy(s, "maya", 1, licensing.Annual)
	assign(s, "maya", "bob@acme.test")
	s.At("2026-01-06T09:00:00Z")
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "maya", User: "eve@acme.test", Subscription: long})
	s.At("2026-02-05T09:00:00Z")
	require.Equal(t, []licensing.AccessSource{licensing.None, licensing.Seat}, sources(s, "maya", "bob@acme.test", "eve@acme.test"),
		"one seat is owned, and it is pinned")
	s.Audit()
}

// The pool has no seat left where all that are owned are pinned.
func TestPinnedAndPooledSeatsAddUpToWhatIsOwned(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	one := buy(s, "maya", 1, licensing.Annual)
	buy(s, "maya", 1, licensing.Annual)
	assign(s, "maya", "bob@acme.test", "eve@acme.test")
	stage.Refused(s, ada, rule.NoSeats, licensing.Assign{Team: "acme", Product: "maya", User: "tim@acme.test", Subscription: one})
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "maya", User: "bob@acme.test", Subscription: one})
	require.Equal(t, licensing.Seats{Owned: 2, Assigned: 2}, seats(s, "maya"))
	stage.Do(s, ada, licensing.Unassign{Team: "acme", Product: "maya", User: "bob@acme.test", Subscription: one})
	require.Equal(t, licensing.Seat, source(s, "bob@acme.test", "maya"))
	s.Audit()
}

func TestUnassigningAPinThatIsNoneIsNotAssigned(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	sub := buy(s, "maya", 1, licensing.Annual)
	assign(s, "maya", "bob@acme.test")
	refusal := stage.Refused(s, ada, rule.NotAssigned, licensing.Unassign{Team: "acme", Product: "maya", User: "bob@acme.test", Subscription: sub})
	require.NotContains(t, refusal.Text, "group")
	require.Equal(t, licensing.Seat, source(s, "bob@acme.test", "maya"))
}

func TestACollectionsSeatCoversItsMembers(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	buy(s, "media", 1, licensing.Annual)
	assign(s, "media", "bob@acme.test")
	for product, want := range map[string]licensing.AccessSource{
		"media": licensing.Seat, "maya": licensing.Seat, "arnold": licensing.Seat, "revit": licensing.None, "autocad-lt": licensing.None,
	} {
		require.Equal(t, want, source(s, "bob@acme.test", product), product)
	}
	require.Equal(t, licensing.Seats{}, seats(s, "maya"), "its seats are not those of its members")
	stage.Refused(s, ada, rule.NoSeats, licensing.Assign{Team: "acme", Product: "maya", User: "eve@acme.test"})
	s.Audit()
}

func TestTheSeatsOfSeveralSubscriptionsEndOneByOne(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	buy(s, "maya", 2, licensing.Monthly)
	buy(s, "maya", 1, licensing.Annual)
	for i, u := range []rule.Address{"bob@acme.test", "eve@acme.test", "tim@acme.test"} {
		s.Clock.Set(stage.At(monday).AddDate(0, 0, i))
		assign(s, "maya", u)
	}
	ends(t, "2027-01-05T09:00:00Z", access(s, "bob@acme.test", "maya"))
	ends(t, "2026-02-05T09:00:00Z", access(s, "eve@acme.test", "maya"))
	s.At("2026-02-05T08:59:59Z")
	require.Equal(t, licensing.Seat, source(s, "tim@acme.test", "maya"))
	s.At("2026-02-05T09:00:00Z")
	require.Equal(t, []licensing.AccessSource{licensing.Seat, licensing.None, licensing.None},
		sources(s, "maya", "bob@acme.test", "eve@acme.test", "tim@acme.test"))
	require.Equal(t, licensing.Seats{Owned: 1, Assigned: 3}, seats(s, "maya"), "nobody is dropped")
	s.Audit()
}
