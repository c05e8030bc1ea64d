package billing_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// shutOffs are the instants at which a subscription that is not paid passes from
// one stage to the next: the clock that runs, from the end of the term or from the
// due date of the invoice, and what it is a nanosecond before and from then on.
// The instants were worked out apart from this library.
var shutOffs = []struct {
	name   string
	zone   period.Zone
	clock  string
	term   licensing.Term
	start  string
	net    string
	at     string
	before billing.Status
	after  billing.Status
}{
	{"a month in UTC", "UTC", "end", "monthly", "2026-01-31T09:00:00Z", "0d", "2026-02-28T09:00:00Z", "active", "expired"},
	{"a month in UTC", "UTC", "end", "monthly", "2026-01-31T09:00:00Z", "0d", "2026-03-15T09:00:00Z", "expired", "suspended"},
	{"a month in UTC", "UTC", "end", "monthly", "2026-01-31T09:00:00Z", "0d", "2026-03-30T09:00:00Z", "suspended", "cancelled"},
	{"a year in UTC, over a leap day", "UTC", "end", "annual", "2027-02-28T09:00:00Z", "0d", "2028-02-28T09:00:00Z", "active", "expired"},
	{"a year in UTC, over a leap day", "UTC", "end", "annual", "2027-02-28T09:00:00Z", "0d", "2028-03-14T09:00:00Z", "expired", "suspended"},
	{"a year in UTC, over a leap day", "UTC", "end", "annual", "2027-02-28T09:00:00Z", "0d", "2028-04-13T09:00:00Z", "suspended", "cancelled"},
	{"three years in UTC", "UTC", "end", "three-year", "2026-02-10T00:00:00Z", "0d", "2029-02-10T00:00:00Z", "active", "expired"},
	{"three years in UTC", "UTC", "end", "three-year", "2026-02-10T00:00:00Z", "0d", "2029-02-25T00:00:00Z", "expired", "suspended"},
	{"three years in UTC", "UTC", "end", "three-year", "2026-02-10T00:00:00Z", "0d", "2029-03-27T00:00:00Z", "suspended", "cancelled"},
	{"a month in Paris, over the change to summer", "Europe/Paris", "end", "monthly", "2026-02-20T08:00:00Z", "0d", "2026-03-20T08:00:00Z", "active", "expired"},
	{"a month in Paris, over the change to summer", "Europe/Paris", "end", "monthly", "2026-02-20T08:00:00Z", "0d", "2026-04-04T07:00:00Z", "expired", "suspended"},
	{"a month in Paris, over the change to summer", "Europe/Paris", "end", "monthly", "2026-02-20T08:00:00Z", "0d", "2026-04-19T07:00:00Z", "suspended", "cancelled"},
	{"a year in New York, over the change to winter", "America/New_York", "end", "annual", "2025-10-20T13:00:00Z", "0d", "2026-10-20T13:00:00Z", "active", "expired"},
	{"a year in New York, over the change to winter", "America/New_York", "end", "annual", "2025-10-20T13:00:00Z", "0d", "2026-11-04T14:00:00Z", "expired", "suspended"},
	{"a year in New York, over the change to winter", "America/New_York", "end", "annual", "2025-10-20T13:00:00Z", "0d", "2026-12-04T14:00:00Z", "suspended", "cancelled"},
	{"an invoice due in 30 days", "UTC", "due", "annual", "2026-01-31T09:00:00Z", "30d", "2026-03-02T09:00:00Z", "active", "expired"},
	{"an invoice due in 30 days", "UTC", "due", "annual", "2026-01-31T09:00:00Z", "30d", "2026-03-17T09:00:00Z", "expired", "suspended"},
	{"an invoice due in 30 days", "UTC", "due", "annual", "2026-01-31T09:00:00Z", "30d", "2026-04-16T09:00:00Z", "suspended", "cancelled"},
	{"an invoice due in 10 days, of a month", "UTC", "due", "monthly", "2026-02-10T09:00:00Z", "10d", "2026-02-20T09:00:00Z", "active", "expired"},
	{"an invoice due in 10 days, of a month", "UTC", "due", "monthly", "2026-02-10T09:00:00Z", "10d", "2026-03-07T09:00:00Z", "expired", "suspended"},
	{"an invoice due in 10 days, of a month", "UTC", "due", "monthly", "2026-02-10T09:00:00Z", "10d", "2026-03-22T09:00:00Z", "suspended", "cancelled"},
	{"an invoice due in 30 days in Paris, over the change to summer", "Europe/Paris", "due", "annual", "2026-03-10T08:00:00Z", "30d", "2026-04-09T07:00:00Z", "active", "expired"},
	{"an invoice due in 30 days in Paris, over the change to summer", "Europe/Paris", "due", "annual", "2026-03-10T08:00:00Z", "30d", "2026-04-24T07:00:00Z", "expired", "suspended"},
	{"an invoice due in 30 days in Paris, over the change to summer", "Europe/Paris", "due", "annual", "2026-03-10T08:00:00Z", "30d", "2026-05-24T07:00:00Z", "suspended", "cancelled"},
	{"an invoice due in 14 days of three years, over a leap day", "UTC", "due", "three-year", "2028-02-20T09:00:00Z", "14d", "2028-03-05T09:00:00Z", "active", "expired"},
	{"an invoice due in 14 days of three years, over a leap day", "UTC", "due", "three-year", "2028-02-20T09:00:00Z", "14d", "2028-03-20T09:00:00Z", "expired", "suspended"},
	{"an invoice due in 14 days of three years, over a leap day", "UTC", "due", "three-year", "2028-02-20T09:00:00Z", "14d", "2028-04-19T09:00:00Z", "suspended", "cancelled"},
}

func TestEveryStageHasItsLength(t *testing.T) {
	t.Parallel()
	for _, c := range shutOffs {
		t.Run(c.name+", "+string(c.after), func(t *testing.T) {
			t.Parallel()
			net := "net-terms=10y"
			if c.clock == "due" {
				net = "net-terms=" + c.net
			}
			s := zoned(t, c.start, c.zone, net)
			buy := billing.Purchase{Team: "zoned", Product: "usd", Seats: 1, Term: c.term}
			if c.clock == "due" {
				buy.PaymentMethod = s.byInvoice()
			}
			p := stage.Do(s.Stage, ada, buy)
			s.bank.set(true, false)
			s.Clock.Set(stage.At(c.at).Add(-time.Nanosecond))
			require.Equal(t, c.before, s.show(p.Subscription.ID).Status)
			s.At(c.at)
			require.Equal(t, c.after, s.show(p.Subscription.ID).Status)
			s.Audit()
		})
	}
}

// The earlier clock counts: the end of a term that is not renewed, or the due date
// of an invoice (invariant 33).
func TestTheEarlierClockShutsOff(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, net string
		// seats says when seats are added on account, if they are.
		seats  string
		at     string
		before billing.Status
		after  billing.Status
	}{
		{"the due date of the purchase", "40d", "", "2026-02-14T09:00:00Z", billing.Active, billing.Expired},
		{"the end of access from there", "40d", "", "2026-03-01T09:00:00Z", billing.Expired, billing.Suspended},
		{"the end of assignments from there", "40d", "", "2026-03-31T09:00:00Z", billing.Suspended, billing.Cancelled},
		{"an end that comes with the due date", "365d", "", "2027-01-05T09:00:00Z", billing.Active, billing.Expired},
		{"the due date of the purchase, though the next term runs", "370d", "2026-02-01T09:00:00Z", "2027-01-10T09:00:00Z", billing.Active, billing.Expired},
		{"and not of the seats, which are due after the purchase", "40d", "2026-01-20T09:00:00Z", "2026-02-14T09:00:00Z", billing.Active, billing.Expired},
		{"the due date of a purchase whose renewal is on account too", "400d", "", "2027-02-09T09:00:00Z", billing.Active, billing.Expired},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := zoned(t, "2026-01-05T09:00:00Z", "UTC", "net-terms="+c.net)
			p := stage.Do(s.Stage, ada, billing.Purchase{Team: "zoned", Product: "usd", Seats: 1, Term: licensing.Annual, PaymentMethod: s.byInvoice()})
			if c.seats != "" {
				s.At(c.seats)
				stage.Do(s.Stage, ada, billing.AddSeats{Subscription: p.Subscription.ID, Seats: 1})
			}
			s.Clock.Set(stage.At(c.at).Add(-time.Nanosecond))
			require.Equal(t, c.before, s.show(p.Subscription.ID).Status)
			s.At(c.at)
			require.Equal(t, c.after, s.show(p.Subscription.ID).Status)
			s.Audit()
		})
	}
}

// What a month left in the queue does not shut off the year that followed it.
func TestTheStagesAreThoseOfTheTermThatRuns(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		term, next licensing.Term
		// at is when it is cancelled: 15 days of access after the due date, then 30 or 15.
		at string
	}{
		{licensing.Monthly, licensing.Annual, "2026-03-26T09:00:00Z"},
		{licensing.Monthly, licensing.Monthly, "2026-03-11T09:00:00Z"},
	} {
		s := zoned(t, "2026-01-05T09:00:00Z", "UTC", "net-terms=35d")
		p := stage.Do(s.Stage, ada, billing.Purchase{Team: "zoned", Product: "usd", Seats: 1, Term: c.term, PaymentMethod: s.byInvoice()})
		stage.Do(s.Stage, ada, billing.ChangeTerm{Subscription: p.Subscription.ID, Term: c.next})
		s.At("2026-02-05T09:00:00Z")
		require.Equal(t, c.next, s.show(p.Subscription.ID).Term)
		s.Audit()
		s.Clock.Set(stage.At(c.at).Add(-time.Nanosecond))
		require.Equal(t, billing.Suspended, s.show(p.Subscription.ID).Status)
		s.At(c.at)
		require.Equal(t, billing.Cancelled, s.show(p.Subscription.ID).Status)
		s.Audit()
	}
}

// Where nothing can renew a term, both clocks run: here the subscription is parked,
// its month ends on 5 February, and the invoice is due before that or after.
func TestTheEarlierClockShutsOffWhatIsParked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, net, at string
		before, after billing.Status
	}{
		{"the end, before the due date", "45d", "2026-02-05T09:00:00Z", billing.Active, billing.Expired},
		{"15 days from the end", "45d", "2026-02-20T09:00:00Z", billing.Expired, billing.Suspended},
		{"30 days from the end", "45d", "2026-03-07T09:00:00Z", billing.Suspended, billing.Cancelled},
		{"the due date, before the end", "20d", "2026-01-25T09:00:00Z", billing.Active, billing.Expired},
		{"15 days from the due date, over the end", "20d", "2026-02-09T09:00:00Z", billing.Expired, billing.Suspended},
		{"30 days from the due date, over the end", "20d", "2026-02-24T09:00:00Z", billing.Suspended, billing.Cancelled},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := zoned(t, "2026-01-05T09:00:00Z", "UTC", "lines-per-day=2", "net-terms="+c.net)
			p := stage.Do(s.Stage, ada, billing.Purchase{Team: "zoned", Product: "usd", Seats: 1, Term: licensing.Monthly, PaymentMethod: s.byInvoice()})
			more := billing.AddSeats{Subscription: p.Subscription.ID, Seats: 1}
			stage.Do(s.Stage, ada, more)
			_, err := seatbook.Do(t.Context(), s.Engine, ada, more)
			require.ErrorIs(t, err, rule.Parked)
			s.Clock.Set(stage.At(c.at).Add(-time.Nanosecond))
			require.Equal(t, c.before, s.show(p.Subscription.ID).Status)
			s.At(c.at)
			require.Equal(t, c.after, s.show(p.Subscription.ID).Status)
			s.Audit()
		})
	}
}
