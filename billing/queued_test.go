package billing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// queue is what waits, each as kind, from, to.
func (s scene) queue(id string) [][3]string {
	s.Helper()
	list := [][3]string{}
	for _, q := range stage.Ask(s.Stage, ada, billing.QueuedQuery{Subscription: id}) {
		require.Equal(s.TB, s.show(id).Ends, q.Effective)
		list = append(list, [3]string{string(q.Kind), q.From, q.To})
	}
	return list
}

func TestChangesWaitOneOfAKindAndCanBeUndone(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	sub := s.buy("sketch", 5, licensing.Annual, true).Subscription.ID
	require.Empty(t, s.queue(sub))
	stage.Refused(s.Stage, ada, rule.Conflict, billing.Undo{Subscription: sub, Kind: billing.SeatsChange})
	stage.Do(s.Stage, ada, billing.ReduceSeats{Subscription: sub, To: 4})
	stage.Do(s.Stage, ada, billing.ReduceSeats{Subscription: sub, To: 2})
	stage.Do(s.Stage, ada, billing.ChangeTerm{Subscription: sub, Term: licensing.Monthly})
	stage.Do(s.Stage, ada, billing.SetAutoRenew{Subscription: sub})
	waiting := [][3]string{{"seats", "5", "2"}, {"term", "annual", "monthly"}, {"auto-renew", "on", "off"}}
	require.Equal(t, waiting, s.queue(sub))
	stage.Do(s.Stage, ada, billing.AddSeats{Subscription: sub, Seats: 1})
	waiting[0] = [3]string{"seats", "6", "3"}
	require.Equal(t, waiting, s.queue(sub), "an addition counts at once and at the renewal")
	stage.Refused(s.Stage, bob, rule.NotPermitted, billing.Undo{Subscription: sub, Kind: billing.SeatsChange})
	s.At("2027-01-05T08:59:59Z")
	for n, kind := range []billing.Change{billing.SeatsChange, billing.TermChange, billing.AutoRenewChange} {
		stage.Do(s.Stage, ada, billing.Undo{Subscription: sub, Kind: kind})
		require.Equal(t, append([][3]string{}, waiting[n+1:]...), s.queue(sub))
		stage.Refused(s.Stage, ada, rule.Conflict, billing.Undo{Subscription: sub, Kind: kind})
	}
	s.At("2027-01-05T09:00:00Z")
	shown := s.show(sub)
	require.Equal(t, 6, shown.Seats)
	require.Equal(t, licensing.Annual, shown.Term)
	s.Audit()
}

func TestAChangeIsOverOnceItsTimeHasCome(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	sub := s.buy("sketch", 5, licensing.Annual, true).Subscription.ID
	stage.Do(s.Stage, ada, billing.ReduceSeats{Subscription: sub, To: 2})
	off := s.buy("sketch", 1, licensing.Annual, false).Subscription.ID
	stage.Do(s.Stage, ada, billing.SetAutoRenew{Subscription: off, On: true})
	require.Equal(t, [][3]string{{"auto-renew", "off", "on"}}, s.queue(off))
	stage.Do(s.Stage, ada, billing.Undo{Subscription: off, Kind: billing.AutoRenewChange})
	s.At("2027-01-05T09:00:00Z")
	require.Equal(t, 2, s.show(sub).Seats)
	require.Empty(t, s.queue(sub))
	stage.Refused(s.Stage, ada, rule.Conflict, billing.Undo{Subscription: sub, Kind: billing.SeatsChange})
	require.Empty(t, stage.Ask(s.Stage, ada, billing.QueuedQuery{Subscription: off}))
	stage.Refused(s.Stage, ada, rule.TooLate, billing.Undo{Subscription: off, Kind: billing.AutoRenewChange})
	s.Audit()
}
