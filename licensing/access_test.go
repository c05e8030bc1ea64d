package licensing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// grounds are the reasons why bob may open autocad, by their words.
var grounds = map[licensing.AccessSource]func(*stage.Stage){
	licensing.Seat: func(s *stage.Stage) {
		buy(s, "autocad", 1, licensing.Annual)
		assign(s, "autocad", "bob@acme.test")
	},
	licensing.Overlay: func(s *stage.Stage) {
		sub := buy(s, "autocad", 1, licensing.Annual)
		assign(s, "autocad", "bob@acme.test")
		stage.Do(s, rule.Operator, billing.Upgrade{Subscription: sub, To: "aec"})
	},
	licensing.OnTrial: func(s *stage.Stage) {
		stage.Do(s, bob, licensing.StartTrial{User: "bob@acme.test", Product: "autocad"})
	},
	licensing.Educating: func(s *stage.Stage) {
		stage.Do(s, rule.Operator, licensing.ConfirmEducation{User: "bob@acme.test", Until: stage.At("2027-01-01T00:00:00Z")})
		stage.Do(s, bob, licensing.StartEducation{User: "bob@acme.test", Product: "autocad"})
	},
	licensing.Tokens: func(s *stage.Stage) {
		stage.Do(s, rule.Operator, billing.BuyTokens{Team: "acme", Tokens: 100})
		stage.Do(s, ada, flex.Assign{Team: "acme", User: "bob@acme.test", Products: flex.Products{List: []string{"autocad"}}})
	},
}

var order = []licensing.AccessSource{licensing.Seat, licensing.Overlay, licensing.OnTrial, licensing.Educating, licensing.Tokens}

// Every set of reasons is tried; the first of the order always wins.
func TestWhatPaysIsSeatThenOverlapThenTrialThenEducationThenTokensThenNone(t *testing.T) {
	t.Parallel()
	for set := range 1 << len(order) {
		var name string
		want := licensing.None
		for i := len(order) - 1; i >= 0; i-- {
			if set&(1<<i) != 0 {
				want, name = order[i], string(order[i])+" "+name
			}
		}
		t.Run("of "+name+"it is "+string(want), func(t *testing.T) {
			t.Parallel()
			s := house(t, seatbook.Config{})
			// The overlap comes first, as its upgrade takes a seat with it.
			for _, i := range []int{1, 0, 2, 3, 4} {
				if set&(1<<i) != 0 {
					grounds[order[i]](s)
				}
			}
			a := access(s, "bob@acme.test", "autocad")
			require.Equal(t, want, a.Source)
			require.Equal(t, want != licensing.None, a.Allowed)
			require.Contains(t, a.Rules, "LIC-6")
			switch want {
			case licensing.Seat:
				ends(t, "2027-01-05T09:00:00Z", a)
				require.Contains(t, a.Rules, "LIC-4")
				require.Equal(t, "acme", a.Team)
			case licensing.Overlay:
				ends(t, "2026-02-04T09:00:00Z", a)
				require.Contains(t, a.Rules, "LIC-7")
			case licensing.OnTrial:
				ends(t, "2026-02-04T09:00:00Z", a)
				require.Contains(t, a.Rules, "LIC-8")
				require.Empty(t, a.Team)
			case licensing.Educating:
				ends(t, "2027-01-05T09:00:00Z", a)
				require.Contains(t, a.Rules, "LIC-14")
				require.Empty(t, a.Team)
			case licensing.Tokens, licensing.None:
				require.Nil(t, a.Until)
			}
			_, err := asked(s, bob, licensing.DownloadsQuery{User: "bob@acme.test", Product: "autocad"})
			if want == licensing.None {
				require.ErrorIs(t, err, rule.NotAssigned)
			} else {
				require.NoError(t, err)
			}
			s.Audit()
		})
	}
}

func TestASeatInAnyTeamIsASeat(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "gamma", Owner: "zoe@gamma.test"})
	join(s, "gamma", "bob@acme.test", account.Guest)
	stage.Do(s, rule.Operator, billing.AddPaymentMethod{Team: "gamma", Kind: billing.Card, Token: "tok_1", Last4: "4242"})
	off := false
	stage.Do(s, rule.Operator, billing.Purchase{Team: "gamma", Product: "maya", Seats: 1, Term: licensing.Monthly, AutoRenew: &off})
	stage.Do(s, rule.ByEmail("zoe@gamma.test"), licensing.Assign{Team: "gamma", Product: "maya", User: "bob@acme.test"})
	buy(s, "maya", 1, licensing.Annual)
	require.Equal(t, "gamma", access(s, "bob@acme.test", "maya").Team)
	assign(s, "maya", "bob@acme.test")
	a := access(s, "bob@acme.test", "maya")
	require.Equal(t, "acme", a.Team, "the one that lasts longest")
	ends(t, "2027-01-05T09:00:00Z", a)
	named := stage.Ask(s, bob, flex.AccessQuery{User: "bob@acme.test", Product: "maya", Team: "gamma"})
	require.Equal(t, "gamma", named.Team)
	ends(t, "2026-02-05T09:00:00Z", named)
	s.Audit()
}

func TestASeatEndsWithTheTermAndNotOneSecondEarlier(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	buy(s, "maya", 1, licensing.Monthly)
	assign(s, "maya", "bob@acme.test")
	require.Equal(t, licensing.Seat, source(s.At("2026-02-05T08:59:59.999999999Z"), "bob@acme.test", "maya"))
	require.Equal(t, licensing.None, source(s.At("2026-02-05T09:00:00Z"), "bob@acme.test", "maya"))
	require.Equal(t, licensing.Seats{Owned: 0, Assigned: 1}, seats(s, "maya"))
	s.Audit()
}
