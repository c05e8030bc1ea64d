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

func pin(s *stage.Stage, user rule.Address, sub string) {
	s.Helper()
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "maya", User: user, Subscription: sub})
}

func TestAPinnedSeatLivesOnThroughRenewals(t *testing.T) {
	t.Parallel()
	t.Run("by itself, month after month", func(t *testing.T) {
		t.Parallel()
		s := house(t, seatbook.Config{})
		sub := stage.Do(s, rule.Operator, billing.Purchase{Team: "acme", Product: "maya", Seats: 1, Term: licensing.Monthly}).Subscription.ID
		pin(s, "bob@acme.test", sub)
		for _, now := range []string{"2026-02-05T08:59:59Z", "2026-02-05T09:00:00Z", "2026-03-05T09:00:00Z", "2026-07-01T09:00:00Z"} {
			s.At(now)
			require.NoError(t, s.RunDue(t.Context()))
			require.Equal(t, licensing.Seat, source(s, "bob@acme.test", "maya"), now)
			require.Equal(t, licensing.Seats{Owned: 1, Assigned: 1}, seats(s, "maya"), now)
		}
		s.Audit()
	})
	t.Run("by hand, before the end", func(t *testing.T) {
		t.Parallel()
		s := house(t, seatbook.Config{})
		sub := buy(s, "maya", 1, licensing.Monthly)
		pin(s, "bob@acme.test", sub)
		stage.Do(s.At("2026-01-20T09:00:00Z"), rule.Operator, billing.Renew{Subscription: sub})
		s.At("2026-02-05T09:00:00Z")
		require.Equal(t, licensing.Seat, source(s, "bob@acme.test", "maya"))
		ends(t, "2026-03-05T09:00:00Z", access(s, "bob@acme.test", "maya"))
		s.Audit()
	})
	t.Run("that are paid while it is suspended", func(t *testing.T) {
		t.Parallel()
		paying := true
		s := house(t, seatbook.Config{Payments: stage.Provider(func(billing.Charge) (billing.Answer, error) {
			if paying {
				return billing.Answer{Outcome: billing.Paid}, nil
			}
			return billing.Answer{Outcome: billing.Declined}, nil
		})})
		sub := stage.Do(s, rule.Operator, billing.Purchase{Team: "acme", Product: "maya", Seats: 1, Term: licensing.Annual}).Subscription.ID
		pin(s, "bob@acme.test", sub)
		paying = false
		s.At("2027-01-25T09:00:00Z")
		require.NoError(t, s.RunDue(t.Context()))
		require.Equal(t, billing.Suspended, statusOf(s, sub))
		require.Equal(t, licensing.None, source(s, "bob@acme.test", "maya"))
		paying = true
		stage.Do(s, rule.Operator, billing.Renew{Subscription: sub})
		require.Equal(t, licensing.Seat, source(s, "bob@acme.test", "maya"), "assignments are kept, and paying restores everything")
		s.Audit()
	})
}

func TestAPinOutlivesTheInvitationSentAgain(t *testing.T) {
	t.Parallel()
	for name, again := range map[string]string{"while it is open": "2026-01-06T09:00:00Z", "after its end": "2026-01-14T09:00:00Z"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := house(t, seatbook.Config{})
			short := buy(s, "maya", 1, licensing.Monthly)
			buy(s, "maya", 1, licensing.Annual)
			pin(s, "new@home.test", short)
			stage.Do(s.At(again), ada, account.ResendInvitation{Team: "acme", Email: "new@home.test"})
			stage.Do(s, rule.Operator, account.AcceptInvitation{Team: "acme", Email: "new@home.test"})
			ends(t, "2026-02-05T09:00:00Z", access(s, "new@home.test", "maya"))
			s.Audit()
		})
	}
}

func TestASeatHeldForAPinIsNoneToPinTo(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	one := buy(s, "maya", 1, licensing.Annual)
	two := buy(s, "maya", 1, licensing.Annual)
	pin(s, "new@home.test", one)
	stage.Refused(s, ada, rule.NoSeats, licensing.Assign{Team: "acme", Product: "maya", User: "bob@acme.test", Subscription: one})
	stage.Refused(s, ada, rule.NoSeats, licensing.Assign{Team: "acme", Product: "maya", User: "more@home.test", Subscription: one})
	pin(s, "bob@acme.test", two)
	require.Equal(t, licensing.Seats{Owned: 2, Held: 1, Assigned: 1}, seats(s, "maya"))
	s.At("2026-01-12T09:00:00Z")
	pin(s, "eve@acme.test", one)
	s.Audit()
}

func TestAPinnedPersonWithAGroupsGrantFallsBackOnThePool(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	short := buy(s, "maya", 1, licensing.Monthly)
	buy(s, "maya", 1, licensing.Annual)
	pin(s, "bob@acme.test", short)
	stage.Do(s, ada, account.CreateGroup{Team: "acme", Group: "art", Users: []rule.Address{"bob@acme.test"}})
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "maya", Group: "art"})
	require.Equal(t, licensing.Seats{Owned: 2, Assigned: 1, Free: 1}, seats(s, "maya"))
	s.At("2026-02-05T09:00:00Z")
	require.Equal(t, licensing.Seat, source(s, "bob@acme.test", "maya"))
	ends(t, "2027-01-05T09:00:00Z", access(s, "bob@acme.test", "maya"))
	s.Audit()
}

// Whatever is pinned and whatever is not, no more people have access than there
// are seats.
func TestNoMorePeopleHaveAccessThanSeatsAreOwned(t *testing.T) {
	t.Parallel()
	people := []rule.Address{"bob@acme.test", "eve@acme.test", "tim@acme.test", "gus@acme.test"}
	for pinned := range 1 << len(people) {
		s := house(t, seatbook.Config{})
		buy(s, "maya", 2, licensing.Monthly)
		long := buy(s, "maya", 2, licensing.Annual)
		pins := 0
		for i, u := range people {
			s.Clock.Set(stage.At(monday).AddDate(0, 0, i))
			if pinned&(1<<i) != 0 && pins < 2 {
				pins++
				pin(s, u, long)
			} else {
				assign(s, "maya", u)
			}
		}
		s.At("2026-02-05T09:00:00Z")
		seated := 0
		for i, u := range people {
			has := source(s, u, "maya") == licensing.Seat
			if has {
				seated++
			}
			if pinned&(1<<i) != 0 && pins <= 2 && i < 2 {
				require.True(t, has, "%b: %s is pinned", pinned, u)
			}
		}
		require.Equal(t, 2, seated, "%b", pinned)
		s.Audit()
	}
}

// What was held is given, also where the seats were lost in between: the team
// is over-assigned then, and who came last has no access.
func TestAHeldSeatIsGivenAlsoWhereSeatsWereLostSince(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	sub := stage.Do(s, rule.Operator, billing.Purchase{Team: "acme", Product: "maya", Seats: 2, Term: licensing.Monthly}).Subscription.ID
	stage.Do(s, rule.Operator, billing.ReduceSeats{Subscription: sub, To: 1})
	assign(s, "maya", "bob@acme.test")
	s.At("2026-02-01T09:00:00Z")
	assign(s, "maya", "new@home.test")
	s.At("2026-02-05T09:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	require.Equal(t, licensing.Seats{Owned: 1, Held: 1, Assigned: 1}, seats(s, "maya"))
	stage.Do(s, rule.Operator, account.AcceptInvitation{Team: "acme", Email: "new@home.test"})
	require.Equal(t, licensing.Seats{Owned: 1, Assigned: 2}, seats(s, "maya"))
	require.Equal(t, []licensing.AccessSource{licensing.Seat, licensing.None}, sources(s, "maya", "bob@acme.test", "new@home.test"))
	s.Audit()
}

// Assigning to who is invited lets the product wait for them too.
func TestAssigningToWhoIsInvitedLetsTheProductWait(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	buy(s, "maya", 1, licensing.Annual)
	buy(s, "revit", 1, licensing.Annual)
	invite := licensing.Assign{Team: "acme", Product: "maya", User: "new@home.test"}
	stage.Do(s, ada, invite)
	before := s.Digest()
	require.Equal(t, licensing.Invited, stage.Do(s, ada, invite).Assignment.Status)
	require.Equal(t, before, s.Digest(), "the same again changes nothing")
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "revit", User: "new@home.test"})
	require.Equal(t, licensing.Seats{Owned: 1, Held: 1}, seats(s, "revit"))
	stage.Refused(s, ada, rule.NoSeats, licensing.Assign{Team: "acme", Product: "aec", User: "new@home.test"})
	s.Audit()
	stage.Do(s, rule.Operator, account.AcceptInvitation{Team: "acme", Email: "new@home.test"})
	require.Equal(t, licensing.Seat, source(s, "new@home.test", "revit"))
	require.Equal(t, licensing.Seats{Owned: 1, Assigned: 1}, seats(s, "maya"))
	s.Audit()
}

// invited is Eve, whom the seat of a subscription is promised to.
func invited(t *testing.T, config seatbook.Config, term licensing.Term, seats int) (s *stage.Stage, p billing.Purchased, secret string) {
	t.Helper()
	s = house(t, config)
	p = stage.Do(s, rule.Operator, billing.Purchase{Team: "acme", Product: "maya", Seats: seats, Term: term})
	sent := stage.Do(s, ada, account.Invite{Team: "acme", Email: "eve@home.test", Products: []string{"maya"}, Subscription: p.Subscription.ID})
	return s, p, sent.Secret
}

// An invitation is accepted whatever has become of the subscription whose seat it
// promises; what is given then is what the subscription still has.
func TestAPromisedSeatIsWhatIsLeftOfTheSubscription(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, accept string
		before       func(s *stage.Stage, p billing.Purchased)
		held         int
		source       licensing.AccessSource
		told         bool
	}{
		{"its seat, where it runs", "2026-01-06T09:00:00Z", func(*stage.Stage, billing.Purchased) {}, 1, licensing.Seat, true},
		{"nothing, once it is returned", "2026-01-06T09:00:00Z", func(s *stage.Stage, p billing.Purchased) {
			stage.Do(s, rule.Operator, billing.Return{Order: p.Order.ID})
		}, 0, licensing.None, false},
		{"nothing, once it is upgraded", "2026-01-06T09:00:00Z", func(s *stage.Stage, p billing.Purchased) {
			stage.Do(s, rule.Operator, billing.Upgrade{Subscription: p.Subscription.ID, To: "media"})
		}, 0, licensing.None, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, p, secret := invited(t, seatbook.Config{}, licensing.Annual, 1)
			s.At("2026-01-05T10:00:00Z")
			c.before(s, p)
			s.At(c.accept)
			require.Equal(t, c.held, seats(s, "maya").Held)
			stage.Do(s, rule.ByEmail("eve@home.test"), account.AcceptInvitation{Team: "acme", Secret: rule.Secret(secret)})
			require.Equal(t, c.source, source(s, "eve@home.test", "maya"))
			told := false
			for _, n := range stage.Ask(s, rule.Operator, account.NoticesQuery{Team: "acme", User: "eve@home.test"}) {
				told = told || n.Kind == licensing.AssignedNotice
			}
			require.Equal(t, c.told, told)
			s.Audit()
		})
	}
}

// A month that ends, with the invitation open over its end: at the last second the
// seat is there, at the end it is gone with the subscription, and where the renewal
// is declined it waits with the assignments.
func TestAPromisedSeatAtTheEndOfAMonth(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, invite, accept string
		renews               bool
		held                 int
		source               licensing.AccessSource
	}{
		{"in the last second of a month that is not renewed", "2026-02-04T09:00:00Z", "2026-02-05T08:59:59Z", false, 1, licensing.Seat},
		{"at its end", "2026-02-04T09:00:00Z", "2026-02-05T09:00:00Z", false, 0, licensing.None},
		{"at the end of one whose renewal is declined, while there is access", "2026-02-04T09:00:00Z", "2026-02-05T09:00:00Z", true, 1, licensing.Seat},
		{"in the last second of that", "2026-02-19T09:00:00Z", "2026-02-20T08:59:59Z", true, 1, licensing.Seat},
		{"while it is suspended", "2026-02-19T09:00:00Z", "2026-02-20T09:00:00Z", true, 1, licensing.None},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			paying := true
			s := house(t, seatbook.Config{Payments: stage.Provider(func(billing.Charge) (billing.Answer, error) {
				if paying {
					return billing.Answer{Outcome: billing.Paid}, nil
				}
				return billing.Answer{Outcome: billing.Declined}, nil
			})})
			p := stage.Do(s, rule.Operator, billing.Purchase{Team: "acme", Product: "maya", Seats: 1, Term: licensing.Monthly, AutoRenew: &c.renews})
			paying = false
			s.At(c.invite)
			stage.Do(s, ada, account.Invite{Team: "acme", Email: "eve@home.test", Products: []string{"maya"}, Subscription: p.Subscription.ID})
			s.At(c.accept)
			require.NoError(t, s.RunDue(t.Context()))
			require.Equal(t, c.held, seats(s, "maya").Held)
			if c.source == licensing.None && c.renews {
				refusal := stage.Refused(s, ada, rule.NoSeats, licensing.Assign{Team: "acme", Product: "maya", User: "bob@acme.test", Subscription: p.Subscription.ID})
				require.Contains(t, refusal.Text, "has 0 seats", "it exists, and has none to give while it is suspended")
			}
			stage.Do(s, rule.Operator, account.AcceptInvitation{Team: "acme", Email: "eve@home.test"})
			require.Equal(t, c.source, source(s, "eve@home.test", "maya"))
			paying = true
			if c.renews {
				stage.Do(s, rule.Operator, billing.Renew{Subscription: p.Subscription.ID})
				require.Equal(t, licensing.Seat, source(s, "eve@home.test", "maya"), "paying restores everything")
			}
			s.Audit()
		})
	}
}

// What an assignment or an invitation names of another team is as unknown as what
// nobody has, whoever is asked for.
func TestAPromiseNamesASubscriptionOfTheTeam(t *testing.T) {
	t.Parallel()
	s, p, _ := invited(t, seatbook.Config{}, licensing.Annual, 2)
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "globex", Owner: "dan@globex.test", Country: "US"})
	stage.Do(s, rule.ByEmail("dan@globex.test"), billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_2"})
	foreign := stage.Do(s, rule.ByEmail("dan@globex.test"), billing.Purchase{Team: "globex", Product: "maya", Seats: 1, Term: licensing.Annual}).Subscription.ID
	for _, sub := range []string{foreign, "sub_globex_99", "nonsense"} {
		stage.Refused(s, ada, rule.NotFound, licensing.Assign{Team: "acme", Product: "maya", User: "eve@home.test", Subscription: sub})
		stage.Refused(s, ada, rule.NotFound, account.Invite{Team: "acme", Email: "fay@home.test", Products: []string{"maya"}, Subscription: sub})
		stage.Refused(s, ada, rule.Invalid, account.Invite{Team: "acme", Email: "fay@home.test", Subscription: sub})
	}
	again := stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "maya", User: "eve@home.test", Subscription: p.Subscription.ID})
	require.Equal(t, licensing.Invited, again.Assignment.Status)
	require.Equal(t, 1, seats(s, "maya").Held, "what is promised already is promised once")
	stage.Refused(s, ada, rule.Conflict, licensing.Assign{Team: "acme", Product: "maya", User: "eve@home.test"})
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "maya", User: "bob@acme.test"})
	refusal := stage.Refused(s, ada, rule.NotAssigned, licensing.Unassign{Team: "acme", Product: "maya", User: "bob@acme.test", Subscription: p.Subscription.ID})
	require.Contains(t, refusal.Text, "is not pinned")
	s.Audit()
}
