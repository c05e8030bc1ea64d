package period_test

import (
	"math"
	"testing"
	"time"

	"github.com/seatbook/seatbook/period"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestResolve(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		zone string
		wall string
		want string
	}{
		{name: "is an ordinary time", zone: "Europe/Paris", wall: "2026-01-05T09:00:00", want: "2026-01-05T09:00:00+01:00"},
		{name: "holds just before the gap", zone: "Europe/Paris", wall: "2026-03-29T01:59:59", want: "2026-03-29T01:59:59+01:00"},
		{name: "moves the first skipped time forward by the gap", zone: "Europe/Paris", wall: "2026-03-29T02:00:00", want: "2026-03-29T03:00:00+02:00"},
		{name: "moves a skipped time forward by the gap", zone: "Europe/Paris", wall: "2026-03-29T02:30:00", want: "2026-03-29T03:30:00+02:00"},
		{name: "moves the last skipped time forward by the gap", zone: "Europe/Paris", wall: "2026-03-29T02:59:59", want: "2026-03-29T03:59:59+02:00"},
		{name: "holds just after the gap", zone: "Europe/Paris", wall: "2026-03-29T03:00:00", want: "2026-03-29T03:00:00+02:00"},
		{name: "is single just before the hour that comes twice", zone: "Europe/Paris", wall: "2026-10-25T01:59:59", want: "2026-10-25T01:59:59+02:00"},
		{name: "takes the first of two", zone: "Europe/Paris", wall: "2026-10-25T02:00:00", want: "2026-10-25T02:00:00+02:00"},
		{name: "takes the first of two to the last second", zone: "Europe/Paris", wall: "2026-10-25T02:59:59", want: "2026-10-25T02:59:59+02:00"},
		{name: "is single just after the hour that comes twice", zone: "Europe/Paris", wall: "2026-10-25T03:00:00", want: "2026-10-25T03:00:00+01:00"},
		{name: "moves forward west of Greenwich", zone: "America/New_York", wall: "2026-03-08T02:30:00", want: "2026-03-08T03:30:00-04:00"},
		{name: "takes the first west of Greenwich", zone: "America/New_York", wall: "2026-11-01T01:30:00", want: "2026-11-01T01:30:00-04:00"},
		{name: "moves forward by half an hour only", zone: "Australia/Lord_Howe", wall: "2026-10-04T02:15:00", want: "2026-10-04T02:45:00+11:00"},
		{name: "takes the first of half an hour", zone: "Australia/Lord_Howe", wall: "2026-04-05T01:45:00", want: "2026-04-05T01:45:00+11:00"},
		{name: "is single after that half hour", zone: "Australia/Lord_Howe", wall: "2026-04-05T02:00:00", want: "2026-04-05T02:00:00+10:30"},
		{name: "holds before a skipped day", zone: "Pacific/Apia", wall: "2011-12-29T23:59:59", want: "2011-12-29T23:59:59-10:00"},
		{name: "moves a skipped day to the next", zone: "Pacific/Apia", wall: "2011-12-30T10:00:00", want: "2011-12-31T10:00:00+14:00"},
		{name: "holds after a skipped day", zone: "Pacific/Apia", wall: "2011-12-31T00:00:00", want: "2011-12-31T00:00:00+14:00"},
		{name: "takes the first of a day that came twice", zone: "Pacific/Kwajalein", wall: "1969-09-30T12:30:00", want: "1969-09-30T12:30:00+11:00"},
		{name: "moves a skipped midnight to one o'clock", zone: "America/Sao_Paulo", wall: "2018-11-04T00:00:00", want: "2018-11-04T01:00:00-02:00"},
		{name: "takes the first midnight hour of two", zone: "America/Sao_Paulo", wall: "2018-02-17T23:30:00", want: "2018-02-17T23:30:00-02:00"},
		{name: "moves forward at the end of Ramadan", zone: "Africa/Casablanca", wall: "2026-03-22T02:30:00", want: "2026-03-22T03:30:00+01:00"},
		{name: "takes the first at the start of Ramadan", zone: "Africa/Casablanca", wall: "2026-02-15T02:30:00", want: "2026-02-15T02:30:00+01:00"},
		{name: "never moves in UTC", zone: "UTC", wall: "2026-03-29T02:30:00", want: "2026-03-29T02:30:00Z"},
		{name: "moves forward beyond the zone's last recorded change", zone: "Europe/Paris", wall: "2099-03-29T02:30:00", want: "2099-03-29T03:30:00+02:00"},
		{name: "holds on the last day of a leap year beyond it", zone: "America/New_York", wall: "2040-12-31T19:00:00", want: "2040-12-31T19:00:00-05:00"},
		{name: "holds on the day after", zone: "America/New_York", wall: "2041-01-01T00:00:48", want: "2041-01-01T00:00:48-05:00"},
		{name: "holds there in southern summer", zone: "Australia/Lord_Howe", wall: "2040-12-31T23:00:00", want: "2040-12-31T23:00:00+11:00"},
		{name: "knows local mean time, before there were zones", zone: "Europe/Paris", wall: "1890-01-01T12:00:00", want: "1890-01-01T11:50:39Z"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			loc := zone(t, test.zone)
			wall := instant(t, test.wall+"Z")
			got := period.Resolve(period.DateOf(wall, time.UTC), wall.Hour(), wall.Minute(), wall.Second(), 7, loc)
			want := instant(t, test.want).Add(7)
			assert.True(t, want.Equal(got), "want %s, got %s", want, got)
			assert.Equal(t, loc, got.Location())
		})
	}
}

func TestResolveCarriesOver(t *testing.T) {
	t.Parallel()
	got := period.Resolve(period.Date{Year: 2026, Month: 12, Day: 31}, 24, 0, 0, 0, nil)
	assert.Equal(t, instant(t, "2027-01-01T00:00:00Z"), got, "hour 24 is the next midnight, and nil is UTC")

	far := time.FixedZone("beyond any real one", 200*3600)
	got = period.Resolve(period.Date{Year: 2026, Month: 1, Day: 9}, 8, 0, 0, 0, far)
	assert.True(t, instant(t, "2026-01-01T00:00:00Z").Equal(got), "a fixed zone may be any distance away")
}

func TestResolveReturnsEvenAtTheEndsOfTime(t *testing.T) {
	t.Parallel()
	last := time.Unix(math.MaxInt64-62135596800, 0).UTC() // the last second that a time.Time counts
	for _, date := range []period.Date{
		period.DateOf(last, nil), period.DateOf(last.Add(time.Second), nil),
		{Year: math.MinInt, Month: 1, Day: 1},
		{Year: math.MaxInt, Month: 12, Day: 31},
	} {
		assert.NotPanics(t, func() { period.Resolve(date, 12, 0, 0, 0, zone(t, "Europe/Paris")) })
	}
}

// restless are zones whose clocks change by whole minutes, and often or strangely, since 1972.
var restless = []string{
	"Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "America/Sao_Paulo",
	"Africa/Casablanca", "Asia/Tehran", "Asia/Gaza", "Africa/Cairo", "America/Caracas", "Asia/Pyongyang",
	"Antarctica/Troll", "America/St_Johns", "Pacific/Kiritimati", "Pacific/Kwajalein", "Europe/Dublin", "UTC",
}

// scan finds the instant of a wall-clock time, given as if in UTC, by looking at every
// minute from 30 hours before until the clocks show it or have jumped over it.
func scan(wall time.Time, loc *time.Location) time.Time {
	shows := func(t time.Time) time.Time {
		_, offset := t.In(loc).Zone()
		return t.Add(time.Duration(offset) * time.Second)
	}
	jumped := time.Time{}
	for t := wall.Add(-30 * time.Hour); t.Before(wall.Add(30 * time.Hour)); t = t.Add(time.Minute) {
		shown := shows(t)
		if shown.Equal(wall) {
			return t
		}
		if shown.After(wall) && jumped.IsZero() {
			gapStart := shows(t.Add(-time.Minute)).Add(time.Minute)
			jumped = t.Add(wall.Sub(gapStart))
		}
	}
	return jumped
}

// checkResolve holds Resolve against the scan, minutes after the first change of clock that follows t.
func checkResolve(t require.TestingT, after time.Time, minutes int, loc *time.Location) {
	_, change := after.In(loc).ZoneBounds()
	if change.IsZero() {
		change = after
	}
	_, offset := change.In(loc).Zone()
	wall := change.UTC().Add(time.Duration(offset)*time.Second + time.Duration(minutes)*time.Minute).Truncate(time.Minute)
	got := period.Resolve(period.DateOf(wall, time.UTC), wall.Hour(), wall.Minute(), 0, 0, loc)
	want := scan(wall, loc)
	require.True(t, want.Equal(got), "%s in %s: want %s, got %s", wall, loc, want.In(loc), got)
}

func TestResolveAgreesWithAScanOfEveryMinute(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		loc := zone(t, rapid.SampledFrom(restless).Draw(t, "zone"))
		after := time.Unix(rapid.Int64Range(63072000, 4102444800).Draw(t, "1972 to 2100"), 0)
		// Most draws within the hours around the change, where there is something to go wrong.
		minutes := rapid.OneOf(rapid.IntRange(-180, 180), rapid.IntRange(-1800, 1800)).Draw(t, "minutes")
		checkResolve(t, after, minutes, loc)
	})
}

func FuzzResolve(f *testing.F) {
	f.Add(int64(1325000000), 30, 3)  // Apia
	f.Add(int64(1770000000), -30, 0) // Paris
	f.Add(int64(1540000000), 0, 4)   // São Paulo
	f.Fuzz(func(t *testing.T, seconds int64, minutes, place int) {
		if seconds < 63072000 || seconds > 4102444800 || minutes < -1800 || minutes > 1800 || place < 0 || place >= len(restless) {
			return // out of the years and places that are checked
		}
		checkResolve(t, time.Unix(seconds, 0), minutes, zone(t, restless[place]))
	})
}
