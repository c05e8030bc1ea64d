package billing_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

func sprintf(format string, args ...any) string { return fmt.Sprintf(format, args...) }

func TestTooManyLinesInADayParkTheSubscription(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z", "lines-per-day=3")
	p := s.buy("sketch-lt", 1, licensing.Monthly, true)
	other := s.buy("sketch-lt", 1, licensing.Annual, true)
	add := billing.AddSeats{Subscription: p.Subscription.ID, Seats: 1}
	for range 2 {
		stage.Do(s.Stage, ada, add)
	}
	require.Equal(t, 3, s.show(p.Subscription.ID).Seats, "three lines are allowed, that of the purchase being the first")
	preview, err := seatbook.Do(t.Context(), s.Engine, ada, add, seatbook.Preview())
	require.ErrorIs(t, err, rule.Parked)
	require.Empty(t, preview.Invoice.ID)
	_, err = seatbook.Do(t.Context(), s.Engine, ada, add)
	require.ErrorIs(t, err, rule.Parked)
	require.Equal(t, "support", rule.AsRefusal(err).Contact)
	require.Len(t, s.bank.amounts(), 4, "nothing was charged")
	require.Equal(t, 3, s.show(p.Subscription.ID).Seats)
	stage.Do(s.Stage, ada, billing.AddSeats{Subscription: other.Subscription.ID, Seats: 1})
	s.At("2026-01-06T09:00:00Z")
	stage.Refused(s.Stage, ada, rule.Parked, add)
	stage.Refused(s.Stage, ada, rule.NotPermitted, billing.Free{Subscription: p.Subscription.ID})
	s.At("2026-02-05T09:00:00Z")
	require.Equal(t, billing.Expired, s.show(p.Subscription.ID).Status, "nothing is charged for it, not even its renewal")
	freed := stage.Do(s.Stage, operator, billing.Free{Subscription: p.Subscription.ID})
	require.Equal(t, billing.Active, freed.Subscription.Status, "the renewal is ordered now")
	require.Equal(t, stage.At("2026-03-05T09:00:00Z"), freed.Subscription.Ends)
	stage.Refused(s.Stage, operator, rule.Conflict, billing.Free{Subscription: p.Subscription.ID})
	s.Audit()
}

func TestATryThatFellWhileParkedIsMadeWhenFreed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, at string
		tried    int
		status   billing.Status
	}{
		{"before the day of the try", "2026-02-06T08:59:59Z", 0, billing.Expired},
		{"on that day", "2026-02-06T09:00:00Z", 1, billing.Active},
		{"after the last of these days", "2026-02-19T00:00:00Z", 1, billing.Active},
		{"while suspended, when the next month is over too", "2026-03-07T08:59:59Z", 2, billing.Active},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-01-05T09:00:00Z", "lines-per-day=1")
			p := s.buy("sketch-lt", 1, licensing.Monthly, true)
			s.bank.set(true, false)
			s.At("2026-02-05T09:00:00Z")
			require.NoError(t, s.RunDue(t.Context()))
			_, err := seatbook.Do(t.Context(), s.Engine, ada, billing.Renew{Subscription: p.Subscription.ID})
			require.ErrorIs(t, err, rule.Parked)
			s.bank.set(false, false)
			s.At(c.at)
			require.NoError(t, s.RunDue(t.Context()))
			asked := len(s.bank.amounts())
			stage.Do(s.Stage, operator, billing.Free{Subscription: p.Subscription.ID})
			require.LessOrEqual(t, len(s.bank.amounts()), asked+1, "a next month is an order of its own")
			require.Equal(t, c.status, s.show(p.Subscription.ID).Status)
			require.Len(t, s.bank.amounts(), asked+c.tried)
			s.Audit()
		})
	}
}

func TestADayIsTheTeamsOwn(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z", "lines-per-day=2")
	p := s.buy("sketch-lt", 1, licensing.Annual, true)
	add := billing.AddSeats{Subscription: p.Subscription.ID, Seats: 1}
	s.At("2026-01-06T23:59:59Z")
	stage.Do(s.Stage, ada, add)
	stage.Do(s.Stage, ada, add)
	s.At("2026-01-07T00:00:00Z")
	stage.Do(s.Stage, ada, add)
	stage.Do(s.Stage, ada, add)
	require.Equal(t, 5, s.show(p.Subscription.ID).Seats)
}

func TestTheCardLimitIsAllowedAndNotACentMore(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		kind   billing.MethodKind
		seats  int
		limit  string
		code   error
		reason string
	}{
		{"exactly the limit by card", billing.Card, 25, "10000.00 USD", nil, ""},
		{"a cent less than what is asked for, by card", billing.Card, 25, "9999.99 USD", rule.Invalid, ""},
		{"by PayPal", billing.PayPal, 25, "9999.99 USD", rule.Invalid, ""},
		{"by direct debit", billing.DirectDebit, 25, "9999.99 USD", nil, ""},
		{"on account", billing.OnInvoice, 25, "9999.99 USD", nil, ""},
		{"another currency has another limit", billing.Card, 25, "1.00 EUR", nil, ""},
		{"exactly that of its own currency", billing.Card, 25, "1.00 EUR,10000.00 USD", nil, ""},
		{"a cent more than that of its own currency", billing.Card, 25, "1.00 EUR,9999.99 USD", rule.Invalid, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			limit, more, _ := strings.Cut(c.limit, ",")
			s := begin(t, "2026-01-05T09:00:00Z", "card-limit="+limit, "card-limits=["+more+"]")
			method := stage.Do(s.Stage, ada, billing.AddPaymentMethod{Kind: c.kind, Token: "tok_2"}).PaymentMethod.ID
			_, err := seatbook.Do(t.Context(), s.Engine, ada, billing.Purchase{Team: "acme", Product: "sketch-lt", Seats: c.seats, Term: licensing.Annual, PaymentMethod: method})
			if c.code == nil {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, c.code)
			require.Equal(t, "BIL-15", rule.AsRefusal(err).Rule.ID)
		})
	}
}

func TestTheLimitStopsNoRenewal(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z", "card-limit=400.00 USD")
	p := s.buy("sketch-lt", 1, licensing.Annual, true)
	stage.Do(s.Stage, ada, billing.AddSeats{Subscription: p.Subscription.ID, Seats: 1})
	s.At("2027-01-05T09:00:00Z")
	require.Equal(t, stage.At("2028-01-05T09:00:00Z"), s.show(p.Subscription.ID).Ends, "720.00 USD were charged to the card")
}

// By default a day has a hundred lines.
func TestADayHasAHundredLines(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("cent", 1, licensing.Annual, true)
	for range 99 {
		stage.Do(s.Stage, ada, billing.AddSeats{Subscription: p.Subscription.ID, Seats: 1})
	}
	_, err := seatbook.Do(t.Context(), s.Engine, ada, billing.AddSeats{Subscription: p.Subscription.ID, Seats: 1})
	require.ErrorIs(t, err, rule.Parked)
	require.Equal(t, 100, s.show(p.Subscription.ID).Seats)
}
