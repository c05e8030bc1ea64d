package account_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/period"
)

func inZone(t require.TestingT, name string) *time.Location {
	zone, err := period.LoadZone(name)
	require.NoError(t, err)
	return zone
}

var nineToFive = period.Hours{Opens: 9 * 60, Closes: 17 * 60}

// 5 January 2026 is a Monday.
func TestATargetCountsBusinessHours(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, zone, opened string
		hours              time.Duration
		due                string
	}{
		{"of the same day", "UTC", "2026-01-05T10:00:00Z", 4 * time.Hour, "2026-01-05T14:00:00Z"},
		{"from the opening on what is asked exactly then", "UTC", "2026-01-05T09:00:00Z", 4 * time.Hour, "2026-01-05T13:00:00Z"},
		{"from the opening on what is asked before it", "UTC", "2026-01-05T03:00:00Z", 4 * time.Hour, "2026-01-05T13:00:00Z"},
		{"from the opening on a second before it", "UTC", "2026-01-05T08:59:59Z", 4 * time.Hour, "2026-01-05T13:00:00Z"},
		{"a second later for what is asked a second after it", "UTC", "2026-01-05T09:00:01Z", 4 * time.Hour, "2026-01-05T13:00:01Z"},
		{"up to the closing exactly", "UTC", "2026-01-05T13:00:00Z", 4 * time.Hour, "2026-01-05T17:00:00Z"},
		{"of the next day one second over the closing", "UTC", "2026-01-05T13:00:01Z", 4 * time.Hour, "2026-01-06T09:00:01Z"},
		{"of the next day for what is asked at the closing", "UTC", "2026-01-05T17:00:00Z", 4 * time.Hour, "2026-01-06T13:00:00Z"},
		{"one second of this day for what is asked a second before the closing", "UTC", "2026-01-05T16:59:59Z", 4 * time.Hour, "2026-01-06T12:59:59Z"},
		{"of the next day for what is asked at night", "UTC", "2026-01-05T23:30:00Z", 4 * time.Hour, "2026-01-06T13:00:00Z"},
		{"of a whole day", "UTC", "2026-01-05T09:00:00Z", 8 * time.Hour, "2026-01-05T17:00:00Z"},
		{"of two days", "UTC", "2026-01-05T09:00:00Z", 16 * time.Hour, "2026-01-06T17:00:00Z"},
		{"of two days from the middle of one", "UTC", "2026-01-05T12:00:00Z", 16 * time.Hour, "2026-01-07T12:00:00Z"},
		{"over a weekend", "UTC", "2026-01-09T16:00:00Z", 4 * time.Hour, "2026-01-12T12:00:00Z"},
		{"to Friday's closing and not to Monday", "UTC", "2026-01-09T13:00:00Z", 4 * time.Hour, "2026-01-09T17:00:00Z"},
		{"from Monday for what is asked at Friday's closing", "UTC", "2026-01-09T17:00:00Z", time.Hour, "2026-01-12T10:00:00Z"},
		{"from Monday for what is asked on Saturday", "UTC", "2026-01-10T12:00:00Z", time.Hour, "2026-01-12T10:00:00Z"},
		{"from Monday for what is asked on Sunday", "UTC", "2026-01-11T23:59:59Z", time.Hour, "2026-01-12T10:00:00Z"},
		{"in the team's zone", "Asia/Tokyo", "2026-01-05T07:30:00Z", time.Hour, "2026-01-06T00:30:00Z"},
		{"of a Monday that is Sunday elsewhere", "Asia/Tokyo", "2026-01-11T23:00:00Z", time.Hour, "2026-01-12T01:00:00Z"},
		{"across clocks that go forward", "Europe/Paris", "2026-03-27T15:00:00Z", 2 * time.Hour, "2026-03-30T08:00:00Z"},
		{"across clocks that go back", "Europe/Paris", "2026-10-23T14:00:00Z", 2 * time.Hour, "2026-10-26T09:00:00Z"},
		{"over a Friday that a zone skipped", "Pacific/Apia", "2011-12-30T02:00:00Z", 4 * time.Hour, "2012-01-01T22:00:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, stage.At(c.due), account.DueBy(stage.At(c.opened), c.hours, inZone(t, c.zone), nineToFive))
		})
	}
}

// A working day on which the clocks change is shorter or longer, as hours are
// elapsed time.
func TestATargetCountsWhatElapses(t *testing.T) {
	t.Parallel()
	zone := inZone(t, "Asia/Gaza") // its clocks went forward at one on the night to Friday, 29 March 2019
	day := period.Hours{Closes: 24 * 60}
	opened := period.Date{Year: 2019, Month: 3, Day: 29}.In(zone)
	require.Equal(t, 23*time.Hour, period.Date{Year: 2019, Month: 3, Day: 30}.In(zone).Sub(opened))
	require.Equal(t, period.Date{Year: 2019, Month: 3, Day: 30}.In(zone).UTC(), account.DueBy(opened, 23*time.Hour, zone, day))
	require.Equal(t, period.Date{Year: 2019, Month: 4, Day: 1}.In(zone).Add(time.Hour).UTC(), account.DueBy(opened, 24*time.Hour, zone, day))
}

// walk counts business minutes one by one.
func walk(opened time.Time, minutes int, zone *time.Location, business period.Hours) time.Time {
	for at := opened; ; at = at.Add(time.Minute) {
		local := at.In(zone)
		minute := local.Hour()*60 + local.Minute()
		if local.Weekday() == time.Saturday || local.Weekday() == time.Sunday || minute < business.Opens || minute >= business.Closes {
			continue
		}
		if minutes--; minutes == 0 {
			return at.Add(time.Minute).UTC()
		}
	}
}

func TestATargetIsThatOfAWalkerThroughTheMinutes(t *testing.T) {
	t.Parallel()
	zones := []string{"UTC", "Europe/Paris", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Gaza"}
	rapid.Check(t, func(t *rapid.T) {
		zone := inZone(t, rapid.SampledFrom(zones).Draw(t, "zone"))
		first := stage.At("2011-01-01T00:00:00Z")
		opened := first.Add(time.Duration(rapid.IntRange(0, 16*365*24*60).Draw(t, "opened")) * time.Minute)
		opens := rapid.IntRange(5*60, 21*60).Draw(t, "opens")
		business := period.Hours{Opens: opens, Closes: rapid.IntRange(opens+30, 22*60).Draw(t, "closes")}
		minutes := rapid.IntRange(1, 30*60).Draw(t, "minutes")
		require.Equal(t, walk(opened, minutes, zone, business), account.DueBy(opened, time.Duration(minutes)*time.Minute, zone, business))
	})
}
