package period_test

import (
	"math"
	"testing"
	"time"

	"github.com/seatbook/seatbook/period"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestStep(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		anchor string
		months int
		zone   string
		want   string
	}{
		{name: "clips to February", anchor: "2027-01-31T09:00:00Z", months: 1, zone: "UTC", want: "2027-02-28T09:00:00Z"},
		{name: "does not drift after it", anchor: "2027-01-31T09:00:00Z", months: 2, zone: "UTC", want: "2027-03-31T09:00:00Z"},
		{name: "clips to April", anchor: "2027-01-31T09:00:00Z", months: 3, zone: "UTC", want: "2027-04-30T09:00:00Z"},
		{name: "reaches a leap day", anchor: "2027-01-31T09:00:00Z", months: 13, zone: "UTC", want: "2028-02-29T09:00:00Z"},
		{name: "is 28 February a year from a leap day", anchor: "2028-02-29T09:00:00Z", months: 12, zone: "UTC", want: "2029-02-28T09:00:00Z"},
		{name: "is 28 February three years from a leap day", anchor: "2028-02-29T09:00:00Z", months: 36, zone: "UTC", want: "2031-02-28T09:00:00Z"},
		{name: "is the leap day four years from one", anchor: "2028-02-29T09:00:00Z", months: 48, zone: "UTC", want: "2032-02-29T09:00:00Z"},
		{name: "goes backward", anchor: "2027-03-31T09:00:00Z", months: -1, zone: "UTC", want: "2027-02-28T09:00:00Z"},
		{name: "keeps nanoseconds", anchor: "2027-01-31T09:00:00.123456789Z", months: 1, zone: "UTC", want: "2027-02-28T09:00:00.123456789Z"},
		{name: "keeps the wall clock over a change", anchor: "2026-03-01T09:00:00+01:00", months: 1, zone: "Europe/Paris", want: "2026-04-01T09:00:00+02:00"},
		{name: "clips by the zone's date and not by UTC's", anchor: "2027-01-30T23:30:00Z", months: 1, zone: "Europe/Paris", want: "2027-02-28T00:30:00+01:00"},
		{name: "moves out of a gap", anchor: "2026-02-28T02:30:00+01:00", months: 13, zone: "Europe/Paris", want: "2027-03-28T03:30:00+02:00"},
		{name: "is back at its time after a gap", anchor: "2026-02-28T02:30:00+01:00", months: 14, zone: "Europe/Paris", want: "2027-04-28T02:30:00+02:00"},
		{name: "takes the first of two", anchor: "2026-09-25T02:30:00+02:00", months: 1, zone: "Europe/Paris", want: "2026-10-25T02:30:00+02:00"},
		{name: "stays at the second of two by no months", anchor: "2026-10-25T02:30:00+01:00", months: 0, zone: "Europe/Paris", want: "2026-10-25T02:30:00+01:00"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := period.Step(instant(t, test.anchor), test.months, zone(t, test.zone))
			assert.Equal(t, test.want, got.Format(time.RFC3339Nano))
		})
	}
}

func TestStepAgreesWithWalkingMonths(t *testing.T) {
	t.Parallel()
	paris := zone(t, "Europe/Paris")
	for start := (naive{2027, 1, 1}); start.year <= 2030; start = start.next() {
		anchor := period.Resolve(start.date(), 9, 30, 15, 999, paris)
		page := naive{start.year, start.month, 1}
		for months := range 49 {
			date := page.date()
			date.Day = min(start.day, page.length())
			want := period.Resolve(date, 9, 30, 15, 999, paris)
			if got := period.Step(anchor, months, paris); !got.Equal(want) {
				require.FailNow(t, "steps differ", "%s and %d months: want %s, got %s", anchor, months, want, got)
			}
			for range page.length() {
				page = page.next()
			}
		}
	}
}

func FuzzStep(f *testing.F) {
	f.Add(int64(0), int64(0), 1, 0)
	f.Add(int64(1893456000), int64(999999999), -1, 1)
	f.Add(int64(math.MaxInt64), int64(0), math.MaxInt, 2)
	f.Add(int64(math.MinInt64), int64(0), math.MinInt, 2)
	f.Fuzz(func(t *testing.T, seconds, nanoseconds int64, months, place int) {
		if place < 0 || place >= len(restless) {
			return // there is no such place
		}
		loc := zone(t, restless[place])
		anchor := time.Unix(seconds, nanoseconds)
		got := period.Step(anchor, months, loc)
		// Beyond the years of the calendar it is enough to come back at all.
		if year := anchor.In(loc).Year(); year < 1 || year > 9000 || months < -1000 || months > 1000 || got.Year() < 1 {
			return
		}
		from, to := period.DateOf(anchor, loc), period.DateOf(got, loc)
		moved := from.AddMonths(months).Days(to)
		require.True(t, moved == 0 || moved == 1, "%s and %d months: %s", from, months, to)
	})
}
