package billing_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/period"
)

// terms are written by their first letters.
var terms = map[string]licensing.Term{"m": licensing.Monthly, "a": licensing.Annual, "t": licensing.ThreeYear}

// series of terms: where, from when, which, and when each of them ends, worked
// out apart from this library.
var series = []struct {
	name  string
	zone  period.Zone
	start string
	terms string
	ends  []string
}{
	{"monthly from the 28th", "UTC", "2026-01-28T09:00:00Z", "m m m", []string{
		"2026-02-28T09:00:00Z", "2026-03-28T09:00:00Z", "2026-04-28T09:00:00Z",
	}},
	{"monthly from the 29th", "UTC", "2026-01-29T09:00:00Z", "m m m", []string{
		"2026-02-28T09:00:00Z", "2026-03-29T09:00:00Z", "2026-04-29T09:00:00Z",
	}},
	{"monthly from the 30th of January in a leap year", "UTC", "2028-01-30T09:00:00Z", "m m m", []string{
		"2028-02-29T09:00:00Z", "2028-03-30T09:00:00Z", "2028-04-30T09:00:00Z",
	}},
	{"monthly from the 31st over a year", "UTC", "2026-12-31T23:59:59Z", "m m m m m m m m m m m m m", []string{
		"2027-01-31T23:59:59Z", "2027-02-28T23:59:59Z", "2027-03-31T23:59:59Z", "2027-04-30T23:59:59Z", "2027-05-31T23:59:59Z", "2027-06-30T23:59:59Z",
		"2027-07-31T23:59:59Z", "2027-08-31T23:59:59Z", "2027-09-30T23:59:59Z", "2027-10-31T23:59:59Z", "2027-11-30T23:59:59Z", "2027-12-31T23:59:59Z",
		"2028-01-31T23:59:59Z",
	}},
	{"monthly from the 31st of August", "UTC", "2027-08-31T00:00:00Z", "m m m m m m m", []string{
		"2027-09-30T00:00:00Z", "2027-10-31T00:00:00Z", "2027-11-30T00:00:00Z", "2027-12-31T00:00:00Z", "2028-01-31T00:00:00Z", "2028-02-29T00:00:00Z",
		"2028-03-31T00:00:00Z",
	}},
	{"annual from a leap day", "UTC", "2028-02-29T00:00:00Z", "a a a a a", []string{
		"2029-02-28T00:00:00Z", "2030-02-28T00:00:00Z", "2031-02-28T00:00:00Z", "2032-02-29T00:00:00Z", "2033-02-28T00:00:00Z",
	}},
	{"annual from a leap day over the century that has none", "UTC", "2096-02-29T00:00:00Z", "a a a a a a a a", []string{
		"2097-02-28T00:00:00Z", "2098-02-28T00:00:00Z", "2099-02-28T00:00:00Z", "2100-02-28T00:00:00Z", "2101-02-28T00:00:00Z", "2102-02-28T00:00:00Z",
		"2103-02-28T00:00:00Z", "2104-02-29T00:00:00Z",
	}},
	{"three-year from a leap day", "UTC", "2028-02-29T00:00:00Z", "t t t t", []string{
		"2031-02-28T00:00:00Z", "2034-02-28T00:00:00Z", "2037-02-28T00:00:00Z", "2040-02-29T00:00:00Z",
	}},
	{"three-year from the day before", "UTC", "2028-02-28T00:00:00Z", "t t", []string{
		"2031-02-28T00:00:00Z", "2034-02-28T00:00:00Z",
	}},
	{"three-year from the day after", "UTC", "2028-03-01T00:00:00Z", "t t", []string{
		"2031-03-01T00:00:00Z", "2034-03-01T00:00:00Z",
	}},
	{"a month from a leap day, then a year", "UTC", "2028-02-29T06:00:00Z", "m a", []string{
		"2028-03-29T06:00:00Z", "2029-03-29T06:00:00Z",
	}},
	{"a month, a year and a month from the 31st", "UTC", "2027-01-31T09:00:00Z", "m a m", []string{
		"2027-02-28T09:00:00Z", "2028-02-29T09:00:00Z", "2028-03-31T09:00:00Z",
	}},
	{"a year, a month and three years from the 31st", "UTC", "2026-08-31T09:00:00Z", "a m t", []string{
		"2027-08-31T09:00:00Z", "2027-09-30T09:00:00Z", "2030-09-30T09:00:00Z",
	}},
	{"three years and a month from the 30th", "UTC", "2026-01-30T09:00:00Z", "t m m", []string{
		"2029-01-30T09:00:00Z", "2029-02-28T09:00:00Z", "2029-03-30T09:00:00Z",
	}},
	{"three years, a year and a month from a leap day", "UTC", "2028-02-29T09:00:00Z", "t a m", []string{
		"2031-02-28T09:00:00Z", "2032-02-29T09:00:00Z", "2032-03-29T09:00:00Z",
	}},
	{"eleven months and a year from the 31st", "UTC", "2026-03-31T09:00:00Z", "m m m m m m m m m m m a", []string{
		"2026-04-30T09:00:00Z", "2026-05-31T09:00:00Z", "2026-06-30T09:00:00Z", "2026-07-31T09:00:00Z", "2026-08-31T09:00:00Z", "2026-09-30T09:00:00Z",
		"2026-10-31T09:00:00Z", "2026-11-30T09:00:00Z", "2026-12-31T09:00:00Z", "2027-01-31T09:00:00Z", "2027-02-28T09:00:00Z", "2028-02-29T09:00:00Z",
	}},
	{"monthly over both clock changes of Paris", "Europe/Paris", "2026-02-10T08:00:00Z", "m m m m m m m m m m", []string{
		"2026-03-10T08:00:00Z", "2026-04-10T07:00:00Z", "2026-05-10T07:00:00Z", "2026-06-10T07:00:00Z", "2026-07-10T07:00:00Z", "2026-08-10T07:00:00Z",
		"2026-09-10T07:00:00Z", "2026-10-10T07:00:00Z", "2026-11-10T08:00:00Z", "2026-12-10T08:00:00Z",
	}},
	{"into the hour that Paris skips on 29 March 2026", "Europe/Paris", "2026-01-29T01:30:00Z", "m m m", []string{
		"2026-02-28T01:30:00Z", "2026-03-29T01:30:00Z", "2026-04-29T00:30:00Z",
	}},
	{"into the hour that Paris skips, from the 28th", "Europe/Paris", "2027-02-28T01:30:00Z", "m m", []string{
		"2027-03-28T01:30:00Z", "2027-04-28T00:30:00Z",
	}},
	{"into the hour that Paris has twice, the first time", "Europe/Paris", "2026-09-25T00:30:00Z", "m m", []string{
		"2026-10-25T00:30:00Z", "2026-11-25T01:30:00Z",
	}},
	{"annual into the hour that New York skips", "America/New_York", "2026-03-14T07:30:00Z", "a a", []string{
		"2027-03-14T07:30:00Z", "2028-03-14T07:30:00Z",
	}},
	{"annual into the hour that New York has twice", "America/New_York", "2025-11-01T05:30:00Z", "a a", []string{
		"2026-11-01T05:30:00Z", "2027-11-01T05:30:00Z",
	}},
	{"from what is the last day of January in Tokyo alone", "Asia/Tokyo", "2027-01-30T16:00:00Z", "m m", []string{
		"2027-02-27T16:00:00Z", "2027-03-30T16:00:00Z",
	}},
	{"from what is no longer the last of January in Tokyo", "Asia/Tokyo", "2027-01-31T16:00:00Z", "m m", []string{
		"2027-02-28T16:00:00Z", "2027-03-31T16:00:00Z",
	}},
	{"from a leap day in Auckland alone", "Pacific/Auckland", "2028-02-28T12:00:00Z", "a a a a", []string{
		"2029-02-27T12:00:00Z", "2030-02-27T12:00:00Z", "2031-02-27T12:00:00Z", "2032-02-28T12:00:00Z",
	}},
	{"in a zone of half an hour", "Asia/Kolkata", "2027-01-31T18:29:59Z", "m m", []string{
		"2027-02-28T18:29:59Z", "2027-03-31T18:29:59Z",
	}},
	{"in a zone of half an hour, a second later", "Asia/Kolkata", "2027-01-31T18:30:00Z", "m m", []string{
		"2027-02-28T18:30:00Z", "2027-03-31T18:30:00Z",
	}},
	{"at midnight, which Cairo's summer skips", "Africa/Cairo", "2026-03-23T22:00:00Z", "m m", []string{
		"2026-04-23T22:00:00Z", "2026-05-23T21:00:00Z",
	}},
	{"where a clock change is half an hour", "Australia/Lord_Howe", "2026-09-03T15:45:00Z", "m m", []string{
		"2026-10-03T15:45:00Z", "2026-11-03T15:15:00Z",
	}},
	{"to the last second of a year", "UTC", "2026-12-31T23:59:59Z", "a t", []string{
		"2027-12-31T23:59:59Z", "2030-12-31T23:59:59Z",
	}},
}

func TestEveryTermEndsByTheAnchor(t *testing.T) {
	t.Parallel()
	for _, c := range series {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := zoned(t, c.start, c.zone)
			list := strings.Fields(c.terms)
			require.Len(t, c.ends, len(list))
			p := stage.Do(s.Stage, ada, billing.Purchase{Team: "zoned", Product: "jpy", Seats: 1, Term: terms[list[0]]})
			require.Equal(t, stage.At(c.ends[0]), p.Subscription.Ends)
			for i, end := range c.ends[1:] {
				stage.Do(s.Stage, ada, billing.ChangeTerm{Subscription: p.Subscription.ID, Term: terms[list[i+1]]})
				s.At(c.ends[i])
				shown := s.show(p.Subscription.ID)
				require.Equal(t, stage.At(end), shown.Ends, "the term %d", i+2)
				require.Equal(t, terms[list[i+1]], shown.Term)
			}
			require.Equal(t, append([]string{c.start}, c.ends[:len(c.ends)-1]...), s.bank.instants(), "each is paid where the one before it ends")
			s.Audit()
		})
	}
}

// Paid by hand before the end or after it, the terms are the same (invariant 31).
func TestNoDayOfPaymentMovesATerm(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, at string
		ok       bool
	}{
		{"91 days before the end, too early", "2027-10-31T09:00:00Z", false},
		{"90 days before the end", "2027-11-01T09:00:00Z", true},
		{"the day before the end", "2028-01-29T09:00:00Z", true},
		{"the instant of the end", "2028-01-30T09:00:00Z", true},
		{"15 days after the end", "2028-02-14T09:00:00Z", true},
		{"16 days after the end", "2028-02-15T09:00:00Z", true},
		{"30 days after the end, a leap day", "2028-02-29T09:00:00Z", true},
		{"a second less than 45 days after the end", "2028-03-15T08:59:59Z", true},
		{"45 days after the end, too late", "2028-03-15T09:00:00Z", false},
		{"46 days after the end, too late", "2028-03-16T09:00:00Z", false},
	} {
		for word, end := range map[string]string{"a": "2029-01-30T09:00:00Z", "m": "2028-02-29T09:00:00Z", "t": "2031-01-30T09:00:00Z"} {
			t.Run(c.name+", for "+word, func(t *testing.T) {
				t.Parallel()
				s := zoned(t, "2027-01-30T09:00:00Z", "UTC")
				off := false
				p := stage.Do(s.Stage, ada, billing.Purchase{Team: "zoned", Product: "usd", Seats: 1, Term: licensing.Annual, AutoRenew: &off})
				s.At(c.at)
				renew := billing.Renew{Subscription: p.Subscription.ID, Term: terms[word]}
				if !c.ok {
					_, err := s.Engine.Run(t.Context(), ada, "billing.renew", []byte(`{"subscription":"`+renew.Subscription+`","term":"`+string(renew.Term)+`"}`))
					require.ErrorContains(t, err, "renewal ")
					return
				}
				require.Equal(t, stage.At(end), stage.Do(s.Stage, ada, renew).Subscription.Ends)
				s.Audit()
			})
		}
	}
}
