package flex_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// runs are sessions of one person, each "opened closed" in UTC, and the charges
// that they make, each "start tokens". A window is 24 hours of elapsed time,
// whatever the clocks of the team show.
var runs = []struct {
	name  string
	zone  period.Zone
	runs  string
	wants string
}{
	{"a day of 24 hours", "UTC", "2026-03-02T08:00:00Z 2026-03-02T18:00:00Z", "2026-03-02T08:00:00Z 7"},
	{"the last nanosecond of a window", "UTC", "2026-03-02T08:00:00Z 2026-03-03T07:59:59.999999999Z", "2026-03-02T08:00:00Z 7"},
	{"the instant of a window's end", "UTC", "2026-03-02T08:00:00Z 2026-03-03T08:00:00Z", "2026-03-02T08:00:00Z 7, 2026-03-03T08:00:00Z 7"},
	{"a start at the instant of an end", "UTC", "2026-03-02T08:00:00Z 2026-03-02T09:00:00Z, 2026-03-03T08:00:00Z 2026-03-03T09:00:00Z", "2026-03-02T08:00:00Z 7, 2026-03-03T08:00:00Z 7"},
	{"a start a nanosecond before an end", "UTC", "2026-03-02T08:00:00Z 2026-03-02T09:00:00Z, 2026-03-03T07:59:59.999999999Z 2026-03-03T07:59:59.999999999Z", "2026-03-02T08:00:00Z 7"},
	{"a start a nanosecond before an end that goes on", "UTC", "2026-03-02T08:00:00Z 2026-03-02T09:00:00Z, 2026-03-03T07:59:59.999999999Z 2026-03-03T08:00:00.000000001Z", "2026-03-02T08:00:00Z 7, 2026-03-03T08:00:00Z 7"},
	{"a start a nanosecond after an end", "UTC", "2026-03-02T08:00:00Z 2026-03-02T09:00:00Z, 2026-03-03T08:00:00.000000001Z 2026-03-03T09:00:00Z", "2026-03-02T08:00:00Z 7, 2026-03-03T08:00:00.000000001Z 7"},
	{"a run of 4 minutes and all but a millisecond of the fifth", "UTC", "2026-03-02T08:00:00Z 2026-03-02T08:04:59.999Z", ""},
	{"a run of a nanosecond less than 5 minutes", "UTC", "2026-03-02T08:00:00Z 2026-03-02T08:04:59.999999999Z", ""},
	{"a run of 5 minutes", "UTC", "2026-03-02T08:00:00Z 2026-03-02T08:05:00Z", "2026-03-02T08:00:00Z 7"},
	{"a run of nothing", "UTC", "2026-03-02T08:00:00Z 2026-03-02T08:00:00Z", ""},
	{"two short runs of five minutes together", "UTC", "2026-03-02T08:00:00Z 2026-03-02T08:03:00Z, 2026-03-02T08:03:00Z 2026-03-02T08:06:00Z", ""},
	{"a short run, then a long one, whose window is its own", "UTC", "2026-03-02T08:00:00Z 2026-03-02T08:04:00Z, 2026-03-02T08:10:00Z 2026-03-02T08:20:00Z", "2026-03-02T08:10:00Z 7"},
	{"a short run inside a paid window", "UTC", "2026-03-02T08:00:00Z 2026-03-02T08:10:00Z, 2026-03-02T20:00:00Z 2026-03-02T20:01:00Z", "2026-03-02T08:00:00Z 7"},
	{"a short run across the end of a window, which is not free", "UTC", "2026-03-02T08:00:00Z 2026-03-02T08:10:00Z, 2026-03-03T07:59:00Z 2026-03-03T08:01:00Z", "2026-03-02T08:00:00Z 7, 2026-03-03T08:00:00Z 7"},
	{"the day of 23 hours in Paris, 24 elapsed", "Europe/Paris", "2026-03-28T08:00:00Z 2026-03-29T07:59:59Z", "2026-03-28T08:00:00Z 7"},
	{"the same time on the wall in Paris, an hour early", "Europe/Paris", "2026-03-28T08:00:00Z 2026-03-28T09:00:00Z, 2026-03-29T07:00:00Z 2026-03-29T07:30:00Z", "2026-03-28T08:00:00Z 7"},
	{"a day of 23 hours in Paris, gone over", "Europe/Paris", "2026-03-28T08:00:00Z 2026-03-29T08:00:00Z", "2026-03-28T08:00:00Z 7, 2026-03-29T08:00:00Z 7"},
	{"the day of 25 hours in Paris, at the same time on the wall", "Europe/Paris", "2026-10-24T07:00:00Z 2026-10-24T08:00:00Z, 2026-10-25T08:00:00Z 2026-10-25T08:30:00Z", "2026-10-24T07:00:00Z 7, 2026-10-25T08:00:00Z 7"},
	{"the day of 25 hours in Paris, all of it", "Europe/Paris", "2026-10-24T22:00:00Z 2026-10-25T22:59:59Z", "2026-10-24T22:00:00Z 7, 2026-10-25T22:00:00Z 7"},
	{"five minutes over the hour that New York skips", "America/New_York", "2026-03-08T06:58:00Z 2026-03-08T07:02:59.999Z", ""},
	{"five minutes into the hour that New York has twice", "America/New_York", "2026-11-01T05:58:00Z 2026-11-01T06:03:00Z", "2026-11-01T05:58:00Z 7"},
	{"three days through the change in New York", "America/New_York", "2026-03-07T12:00:00Z 2026-03-10T11:59:59Z", "2026-03-07T12:00:00Z 7, 2026-03-08T12:00:00Z 7, 2026-03-09T12:00:00Z 7"},
	{"the leap day", "UTC", "2028-02-28T23:00:00Z 2028-03-01T22:59:59Z", "2028-02-28T23:00:00Z 7, 2028-02-29T23:00:00Z 7"},
	{"a gap of days", "UTC", "2026-03-02T08:00:00Z 2026-03-02T09:00:00Z, 2026-03-09T08:00:00Z 2026-03-09T09:00:00Z", "2026-03-02T08:00:00Z 7, 2026-03-09T08:00:00Z 7"},
}

func TestAWindowIsElapsedTime(t *testing.T) {
	t.Parallel()
	for _, c := range runs {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			list := strings.Split(c.runs, ", ")
			first, _, _ := strings.Cut(list[0], " ")
			s := begin(t, stage.At(first).Add(-time.Hour).Format(time.RFC3339Nano), c.zone)
			buy(s, 1000)
			for _, run := range list {
				opened, closed, _ := strings.Cut(run, " ")
				s.At(opened)
				session := launch(s, bob, "draft")
				s.At(closed)
				shut(s, bob, session)
				s.Audit()
			}
			s.Clock.Set(s.Clock.Now().Add(72 * time.Hour))
			var sum int64
			if c.wants != "" {
				for _, want := range strings.Split(c.wants, ", ") {
					at, tokens, _ := strings.Cut(want, " ")
					require.Equal(t, tokens, fmt.Sprint(chargedAt(s, at)), "at %s", at)
					sum += chargedAt(s, at)
				}
			}
			require.Equal(t, 1000-sum, balance(s).Left, "nothing else is taken: %v", usage(s))
			require.Zero(t, balance(s).Held)
			s.Audit()
		})
	}
}

// There is never a debt: a launch is refused with a token less than the rate, and
// accepted with the rate and with one more (invariant 14).
func TestALaunchNeedsTheRateAndNoMore(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		packs   []int64
		product string
		left    int64
		ok      bool
	}{
		{nil, "draft", 0, false},
		{[]int64{6}, "draft", 6, false},
		{[]int64{7}, "draft", 0, true},
		{[]int64{8}, "draft", 1, true},
		{[]int64{3, 3}, "draft", 6, false},
		{[]int64{3, 4}, "draft", 0, true},
		{[]int64{1, 1, 1, 1, 1, 1, 1, 1}, "draft", 1, true},
		{[]int64{1}, "draft-lt", 1, false},
		{[]int64{2}, "draft-lt", 0, true},
	} {
		t.Run(fmt.Sprint(c.packs, c.product), func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-03-02T08:00:00Z", "UTC")
			buy(s, c.packs...)
			open := flex.Open{User: "bob@acme.test", Product: c.product}
			if c.ok {
				stage.Do(s, bob, open)
			} else {
				refused := stage.Refused(s, bob, rule.InsufficientTokens, open)
				require.Contains(t, refused.Figures, rule.Fig("balance", c.left))
			}
			require.Equal(t, c.left, balance(s).Left)
			s.Audit()
		})
	}
}
