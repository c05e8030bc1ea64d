package period_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/seatbook/seatbook/period"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// naive is a calendar that only knows how to turn its page. It is what the closed formula is held against.
type naive struct{ year, month, day int }

// length is the number of days of the page.
func (n naive) length() int {
	switch n.month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if n.year%400 == 0 || n.year%4 == 0 && n.year%100 != 0 {
			return 29
		}
		return 28
	default:
		return 31
	}
}

// next is the day after.
func (n naive) next() naive {
	switch {
	case n.day < n.length():
		return naive{n.year, n.month, n.day + 1}
	case n.month < 12:
		return naive{n.year, n.month + 1, 1}
	default:
		return naive{n.year + 1, 1, 1}
	}
}

// date is the page's date.
func (n naive) date() period.Date {
	return period.Date{Year: n.year, Month: time.Month(n.month), Day: n.day}
}

// day reads a date that the test relies on.
func day(t require.TestingT, text string) period.Date {
	d, err := period.ParseDate(text)
	require.NoError(t, err)
	return d
}

func TestTheWholeCalendarAgreesWithTurningItsPages(t *testing.T) {
	t.Parallel()
	first := period.Date{Year: 1, Month: time.January, Day: 1}
	weekday := time.Monday
	page, count := naive{1, 1, 1}, 0
	for ; page.year <= 9999; page = page.next() {
		// The calendar repeats after 400 years; from then on the days where February or a year turns will do.
		turns := page.month == 2 && page.day >= 28 || page.month == 3 && page.day == 1 || page.month == 12 && page.day == 31
		if d := page.date(); page.year <= 401 || turns {
			got := []any{first.Days(d), first.AddDays(count), d.AddDays(-count), d.Weekday()}
			if want := []any{count, d, first, weekday}; !slices.Equal(got, want) {
				require.Equal(t, want, got)
			}
		}
		count++
		weekday = (weekday + 1) % 7
	}
	assert.Equal(t, 3_652_059, count)
}

func TestParseDate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		text string
		ok   bool
	}{
		{name: "reads a date", text: "2026-01-05", ok: true},
		{name: "reads the first day", text: "0001-01-01", ok: true},
		{name: "refuses the year before", text: "0000-12-31"},
		{name: "reads the last day", text: "9999-12-31", ok: true},
		{name: "refuses a fifth digit", text: "10000-01-01"},
		{name: "reads a leap day", text: "2028-02-29", ok: true},
		{name: "refuses it in another year", text: "2027-02-29"},
		{name: "refuses it in a century", text: "2100-02-29"},
		{name: "reads it in a fourth century", text: "2000-02-29", ok: true},
		{name: "reads the last of a short month", text: "2026-04-30", ok: true},
		{name: "refuses the day after", text: "2026-04-31"},
		{name: "refuses day zero", text: "2026-04-00"},
		{name: "refuses month zero", text: "2026-00-01"},
		{name: "reads the twelfth month", text: "2026-12-01", ok: true},
		{name: "refuses the thirteenth", text: "2026-13-01"},
		{name: "refuses missing zeros", text: "2026-1-5"},
		{name: "refuses other separators", text: "2026/01/05"},
		{name: "refuses signs among the digits", text: "2026-+1-05"},
		{name: "refuses a sign before the year", text: "+026-01-05"},
		{name: "refuses a time of day", text: "2026-01-05T00:00:00Z"},
		{name: "refuses the empty text", text: ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d, err := period.ParseDate(test.text)
			if !test.ok {
				require.ErrorIs(t, err, period.ErrDate)
				assert.True(t, d.IsZero())
				return
			}
			require.NoError(t, err)
			assert.Equal(t, test.text, d.String())
		})
	}
}

func TestDateAsText(t *testing.T) {
	t.Parallel()
	data, err := json.Marshal(day(t, "2026-01-05"))
	require.NoError(t, err)
	assert.Equal(t, `"2026-01-05"`, string(data))

	var d period.Date
	require.NoError(t, json.Unmarshal(data, &d))
	assert.Equal(t, day(t, "2026-01-05"), d)
	require.ErrorIs(t, d.UnmarshalText([]byte("2026-02-30")), period.ErrDate)
	assert.Equal(t, day(t, "2026-01-05"), d, "a refused text changes nothing")
	require.NoError(t, d.UnmarshalText(nil))
	assert.True(t, d.IsZero())

	text, err := d.MarshalText()
	require.NoError(t, err)
	assert.Empty(t, text)
	for _, wrong := range []period.Date{{Year: 10000, Month: 1, Day: 1}, {Year: 2026, Month: 13, Day: 1}, {Year: 2026, Month: 2, Day: 29}} {
		_, err = wrong.MarshalText()
		require.ErrorIs(t, err, period.ErrDate)
	}
}

func TestAddMonths(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		from   string
		months int
		want   string
	}{
		{name: "keeps the day", from: "2026-01-05", months: 1, want: "2026-02-05"},
		{name: "keeps a day the month just has", from: "2027-01-28", months: 1, want: "2027-02-28"},
		{name: "clips a day that it lacks", from: "2027-01-29", months: 1, want: "2027-02-28"},
		{name: "keeps the leap day", from: "2028-01-29", months: 1, want: "2028-02-29"},
		{name: "clips to the leap day", from: "2028-01-31", months: 1, want: "2028-02-29"},
		{name: "turns the year", from: "2026-12-31", months: 1, want: "2027-01-31"},
		{name: "turns the year back", from: "2027-01-31", months: -1, want: "2026-12-31"},
		{name: "clips backward", from: "2027-03-31", months: -1, want: "2027-02-28"},
		{name: "changes nothing by none", from: "2026-01-31", months: 0, want: "2026-01-31"},
		{name: "goes far", from: "2000-02-29", months: -12 * 1996, want: "0004-02-29"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, day(t, test.want), day(t, test.from).AddMonths(test.months))
		})
	}
	carried := period.Date{Year: 2026, Month: 14, Day: 31}
	assert.Equal(t, day(t, "2027-04-03"), carried.AddMonths(1), "31 February carries over to 3 March first")
}

func TestDateOrder(t *testing.T) {
	t.Parallel()
	earlier, later := day(t, "2026-01-31"), day(t, "2026-02-01")
	assert.Equal(t, []int{-1, 0, 1}, []int{earlier.Compare(later), earlier.Compare(day(t, "2026-01-31")), later.Compare(earlier)})
	assert.True(t, earlier.Before(later))
	assert.False(t, later.Before(later))
	assert.True(t, later.After(earlier))
	assert.False(t, later.After(later))
}

func TestDateIn(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "2026-01-05T00:00:00+01:00", day(t, "2026-01-05").In(zone(t, "Europe/Paris")).Format(time.RFC3339))
	assert.Equal(t, "2018-11-04T01:00:00-02:00", day(t, "2018-11-04").In(zone(t, "America/Sao_Paulo")).Format(time.RFC3339))
	assert.Equal(t, "2026-01-05T00:00:00Z", day(t, "2026-01-05").In(nil).Format(time.RFC3339))
}

func TestDays(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		from, to string
		zone     string
		want     int
	}{
		{name: "is none on one date", from: "2026-01-05T00:00:00Z", to: "2026-01-05T23:59:59Z", zone: "UTC", want: 0},
		{name: "is one a second later", from: "2026-01-05T00:00:00Z", to: "2026-01-06T00:00:00Z", zone: "UTC", want: 1},
		{name: "is one over a second at midnight", from: "2026-01-05T23:59:59Z", to: "2026-01-06T00:00:00Z", zone: "UTC", want: 1},
		{name: "is negative backward", from: "2026-01-06T00:00:00Z", to: "2026-01-05T23:59:59Z", zone: "UTC", want: -1},
		{name: "looks at the zone's dates", from: "2026-01-05T22:59:59Z", to: "2026-01-05T23:00:00Z", zone: "Europe/Paris", want: 1},
		{name: "is a year", from: "2026-01-05T09:00:00Z", to: "2027-01-05T09:00:00Z", zone: "UTC", want: 365},
		{name: "is a leap year", from: "2028-01-05T09:00:00Z", to: "2029-01-05T09:00:00Z", zone: "UTC", want: 366},
		{name: "counts a day of 23 hours", from: "2026-03-28T23:00:00Z", to: "2026-03-29T22:00:00Z", zone: "Europe/Paris", want: 1},
		{name: "counts a day that was skipped", from: "2011-12-30T09:59:59Z", to: "2011-12-30T10:00:00Z", zone: "Pacific/Apia", want: 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, period.Days(instant(t, test.from), instant(t, test.to), zone(t, test.zone)))
		})
	}
}

func TestDaysAgreesWithTurningPages(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		loc := zone(t, rapid.SampledFrom(restless).Draw(t, "zone"))
		from := time.Unix(rapid.Int64Range(0, 4102444800).Draw(t, "from"), 0).In(loc)
		to := from.Add(time.Duration(rapid.Int64Range(0, 100_000).Draw(t, "hours")) * time.Hour).In(loc)
		pages := 0
		for page := (naive{from.Year(), int(from.Month()), from.Day()}); page != (naive{to.Year(), int(to.Month()), to.Day()}); page = page.next() {
			pages++
		}
		require.Equal(t, pages, period.Days(from, to, loc))
		require.Equal(t, -pages, period.Days(to, from, loc))
	})
}

func FuzzParseDate(f *testing.F) {
	for _, seed := range []string{"2026-01-05", "2028-02-29", "0000-00-00", "2026-1-05", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := period.ParseDate(s)
		_, errTime := time.Parse(time.DateOnly, s)
		if err == nil {
			require.NoError(t, errTime)
			require.Equal(t, s, d.String())
		}
	})
}
