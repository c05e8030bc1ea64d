package period_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/seatbook/seatbook/period"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestParseSpan(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		text string
		want period.Span
		out  string // as String writes it; empty when it is the text itself
		says string // in the refusal
	}{
		{name: "reads days", text: "90d", want: period.Span{Days: 90}},
		{name: "reads hours", text: "12h", want: period.Span{Elapsed: 12 * time.Hour}},
		{name: "reads minutes", text: "5m", want: period.Span{Elapsed: 5 * time.Minute}},
		{name: "reads seconds", text: "30s", want: period.Span{Elapsed: 30 * time.Second}},
		{name: "reads months", text: "3mo", want: period.Span{Months: 3}},
		{name: "reads years", text: "1y", want: period.Span{Years: 1}},
		{name: "reads a sum", text: "29d23h59m59s", want: period.Span{Days: 29, Elapsed: 24*time.Hour - time.Second}},
		{name: "reads every unit", text: "1y2mo3d4h5m6s", want: period.Span{Years: 1, Months: 2, Days: 3, Elapsed: 4*time.Hour + 5*time.Minute + 6*time.Second}},
		{name: "reads a fraction of a second", text: "4m59.999s", want: period.Span{Elapsed: 5*time.Minute - time.Millisecond}},
		{name: "reads a nanosecond", text: "0.000000001s", want: period.Span{Elapsed: 1}},
		{name: "refuses a tenth decimal", text: "0.0000000001s", says: "at most nine decimals"},
		{name: "reads no time", text: "0d", want: period.Span{}},
		{name: "reads no time in other units", text: "0y0s", want: period.Span{}, out: "0d"},
		{name: "carries minutes into hours", text: "90m", want: period.Span{Elapsed: 90 * time.Minute}, out: "1h30m"},
		{name: "carries seconds into hours", text: "3600s", want: period.Span{Elapsed: time.Hour}, out: "1h"},
		{name: "keeps hours from being days", text: "24h", want: period.Span{Elapsed: 24 * time.Hour}},
		{name: "keeps months from being years", text: "12mo", want: period.Span{Months: 12}},
		{name: "reads leading zeros", text: "007d", want: period.Span{Days: 7}, out: "7d"},
		{name: "reads the most years", text: "10000y", want: period.Span{Years: 10000}},
		{name: "refuses one more year", text: "10001y", says: "10001y is too long: want at most 10000y"},
		{name: "reads the most months", text: "120000mo", want: period.Span{Months: 120000}},
		{name: "refuses one more month", text: "120001mo", says: "too long"},
		{name: "reads the most days", text: "3660000d", want: period.Span{Days: 3660000}},
		{name: "refuses one more day", text: "3660001d", says: "too long"},
		{name: "reads the most hours", text: "2500000h", want: period.Span{Elapsed: 2500000 * time.Hour}},
		{name: "refuses one more hour", text: "2500001h", says: "too long"},
		{name: "refuses a second more than the most hours", text: "2500000h1s", says: "2500000 hours of elapsed time"},
		{name: "reads the most minutes", text: "1000000m", want: period.Span{Elapsed: 1000000 * time.Minute}, out: "16666h40m"},
		{name: "refuses one more minute", text: "1000001m", says: "too long"},
		{name: "reads the most seconds", text: "100000000s", want: period.Span{Elapsed: 100000000 * time.Second}, out: "27777h46m40s"},
		{name: "refuses one more second", text: "100000001s", says: "too long"},
		{name: "refuses what no machine counts", text: "99999999999999999999d", says: "too long"},
		{name: "refuses the empty text", text: "", says: "the text is empty"},
		{name: "refuses a bare number", text: "90", says: `"90" has no unit`},
		{name: "refuses a number left over", text: "1d5", says: `"5" has no unit`},
		{name: "refuses a bare unit", text: "d", says: `"" is not a number before d`},
		{name: "refuses weeks", text: "2w", says: `"2w" has no unit`},
		{name: "refuses a word", text: "2days", says: `"2days" has no unit`},
		{name: "refuses capitals", text: "2D", says: `"2D" has no unit`},
		{name: "refuses a negative", text: "-1d", says: `"-1" is not a number before d`},
		{name: "refuses a plus sign", text: "+1d", says: `"+1" is not a number before d`},
		{name: "refuses a space", text: "1d 2h", says: `" 2" is not a number before h`},
		{name: "refuses a space at the end", text: "1d ", says: `" " has no unit`},
		{name: "refuses the wrong order", text: "1h1d", says: "d is out of order or repeated"},
		{name: "refuses minutes for months", text: "1m1d", says: "d is out of order or repeated"},
		{name: "refuses a unit twice", text: "1d1d", says: "d is out of order or repeated"},
		{name: "refuses half a day", text: "0.5d", says: "only seconds may have a fraction"},
		{name: "refuses a fraction without digits before it", text: ".5s", says: `".5" is not a number before s`},
		{name: "refuses a fraction without digits after it", text: "5.s", says: `"5." is not a number before s`},
		{name: "refuses two points", text: "1.2.3s", says: `"1.2.3" is not a number before s`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, err := period.ParseSpan(test.text)
			if test.says != "" {
				require.ErrorIs(t, err, period.ErrSpan)
				require.ErrorContains(t, err, test.says)
				assert.True(t, s.IsZero())
				return
			}
			require.NoError(t, err)
			assert.Equal(t, test.want, s)
			if test.out == "" {
				test.out = test.text
			}
			assert.Equal(t, test.out, s.String())
		})
	}
}

func TestSpanAsText(t *testing.T) {
	t.Parallel()
	data, err := json.Marshal(period.Span{Days: 90})
	require.NoError(t, err)
	assert.Equal(t, `"90d"`, string(data))
	var s period.Span
	require.NoError(t, json.Unmarshal(data, &s))
	assert.Equal(t, period.Span{Days: 90}, s)
	require.ErrorIs(t, json.Unmarshal([]byte(`"-1d"`), &s), period.ErrSpan)
	assert.Equal(t, period.Span{Days: 90}, s, "a refused text changes nothing")

	for _, wrong := range []period.Span{{Years: -1}, {Months: -1}, {Days: -1}, {Elapsed: -1}, {Years: 10001}, {Elapsed: 1<<63 - 1}} {
		_, err = wrong.MarshalText()
		require.ErrorIs(t, err, period.ErrSpan)
	}
}

func TestSpanAfterAndBefore(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		span string
		zone string
		from string
		to   string // by After
		back string // from there, by Before; empty when it is from
	}{
		{name: "no time is no move", span: "0d", zone: "Europe/Paris", from: "2026-10-25T02:30:00+01:00", to: "2026-10-25T02:30:00+01:00"},
		{
			name: "thirty days keep the wall clock in spring", span: "30d", zone: "Europe/Paris",
			from: "2026-03-15T09:00:00+01:00", to: "2026-04-14T09:00:00+02:00",
		},
		{
			name: "thirty days keep the wall clock in autumn", span: "30d", zone: "Europe/Paris",
			from: "2026-10-01T09:00:00+02:00", to: "2026-10-31T09:00:00+01:00",
		},
		{name: "720 hours do not", span: "720h", zone: "Europe/Paris", from: "2026-10-01T09:00:00+02:00", to: "2026-10-31T08:00:00+01:00"},
		{name: "a day may have 23 hours", span: "1d", zone: "Europe/Paris", from: "2026-03-28T12:00:00+01:00", to: "2026-03-29T12:00:00+02:00"},
		{name: "24 hours are 24 hours", span: "24h", zone: "Europe/Paris", from: "2026-03-28T12:00:00+01:00", to: "2026-03-29T13:00:00+02:00"},
		{
			name: "elapsed time counts through an hour that comes twice", span: "1h", zone: "Europe/Paris",
			from: "2026-10-25T02:30:00+02:00", to: "2026-10-25T02:30:00+01:00",
		},
		{
			name: "a day into a gap moves forward and stays there on the way back", span: "1d", zone: "Europe/Paris",
			from: "2026-03-28T02:30:00+01:00", to: "2026-03-29T03:30:00+02:00", back: "2026-03-28T03:30:00+01:00",
		},
		{
			name: "the elapsed part is counted from the moved time", span: "1d1h", zone: "Europe/Paris",
			from: "2026-03-28T02:30:00+01:00", to: "2026-03-29T04:30:00+02:00", back: "2026-03-28T03:30:00+01:00",
		},
		{
			name: "a month is clipped and does not come back", span: "1mo", zone: "UTC",
			from: "2027-01-31T09:00:00Z", to: "2027-02-28T09:00:00Z", back: "2027-01-28T09:00:00Z",
		},
		{
			name: "months are clipped before days are counted", span: "1mo1d", zone: "UTC",
			from: "2027-01-31T09:00:00Z", to: "2027-03-01T09:00:00Z", back: "2027-01-31T09:00:00Z",
		},
		{
			name: "years and months are one number of months", span: "1y1mo", zone: "UTC",
			from: "2027-01-31T09:00:00Z", to: "2028-02-29T09:00:00Z", back: "2027-01-29T09:00:00Z",
		},
		{
			name: "a year from a leap day is clipped", span: "1y", zone: "UTC",
			from: "2028-02-29T09:00:00Z", to: "2029-02-28T09:00:00Z", back: "2028-02-28T09:00:00Z",
		},
		{
			name: "thirty days less a second end a second early", span: "29d23h59m59s", zone: "UTC",
			from: "2026-01-01T00:00:00Z", to: "2026-01-30T23:59:59Z",
		},
		{
			name: "a day into a skipped day is the day after", span: "1d", zone: "Pacific/Apia",
			from: "2011-12-29T09:00:00-10:00", to: "2011-12-31T09:00:00+14:00", back: "2011-12-31T09:00:00+14:00",
		},
		{name: "the longest span arrives", span: "10000y", zone: "UTC", from: "0001-01-01T00:00:00Z", to: "10001-01-01T00:00:00Z"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			span, err := period.ParseSpan(test.span)
			require.NoError(t, err)
			loc := zone(t, test.zone)
			to := span.After(instant(t, test.from), loc)
			assert.Equal(t, test.to, to.Format(time.RFC3339Nano))
			if test.back == "" {
				test.back = test.from
			}
			assert.Equal(t, test.back, span.Before(to, loc).Format(time.RFC3339Nano))
		})
	}
}

func TestSpanDropsTheMonotonicReading(t *testing.T) {
	t.Parallel()
	now := time.Now()
	assert.Equal(t, now.Round(0).UTC(), period.Span{}.After(now, nil))
	assert.Equal(t, now.Round(0).UTC(), period.Step(now, 0, nil))
}

func TestSpanIsUndoneInUTCWithoutMonths(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := period.Span{
			Days:    rapid.IntRange(0, 366_000).Draw(t, "days"),
			Elapsed: time.Duration(rapid.Int64Range(0, int64(2_500_000*time.Hour)).Draw(t, "elapsed")),
		}
		from := time.Unix(rapid.Int64Range(-1<<34, 1<<34).Draw(t, "from"), 0).UTC()
		require.Equal(t, from, s.Before(s.After(from, time.UTC), time.UTC))
	})
}

func TestSpanRoundTrips(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := period.Span{
			Years:   rapid.IntRange(0, 10_000).Draw(t, "years"),
			Months:  rapid.IntRange(0, 120_000).Draw(t, "months"),
			Days:    rapid.IntRange(0, 3_660_000).Draw(t, "days"),
			Elapsed: time.Duration(rapid.Int64Range(0, int64(2_500_000*time.Hour)).Draw(t, "elapsed")),
		}
		again, err := period.ParseSpan(s.String())
		require.NoError(t, err)
		require.Equal(t, s, again)
	})
}

func FuzzParseSpan(f *testing.F) {
	for _, seed := range []string{"29d23h59m59s", "90d", "3mo", "1y", "4m59.999s", "0d", "", "1m1mo", "-1d", "1e3s", "2500000h1000000m"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := period.ParseSpan(text)
		if err != nil {
			require.ErrorIs(t, err, period.ErrSpan)
			return
		}
		again, err := period.ParseSpan(s.String())
		require.NoError(t, err)
		require.Equal(t, s, again)
	})
}
