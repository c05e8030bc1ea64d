package flex_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

func TestABalanceListsTheLivePacksInOrderOfUse(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	require.Equal(t, flex.Balance{Packs: []flex.PackShown{}}, balance(s))
	large, small := buy(s, 50)[0], buy(s, 20)[0]
	s.At("2026-06-02T08:00:00Z")
	last := buy(s, 10)[0]
	launch(s, bob, "draft")
	b := balance(s)
	small.Left = 13
	require.Equal(t, flex.Balance{Left: 73, Held: 7, Packs: []flex.PackShown{small, large, last}}, b)
	s.Audit()
}

func TestTokensAreExpiringWithinNinetyDays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		at       string
		expiring int64
	}{
		{"2026-12-02T07:59:59Z", 0},
		{"2026-12-02T08:00:00Z", 50},
		{"2027-01-02T07:59:59Z", 50},
		{"2027-01-02T08:00:00Z", 70},
		{"2027-03-02T07:59:59Z", 70},
		{"2027-03-02T08:00:00Z", 20},
	} {
		s := begin(t, "2026-03-02T08:00:00Z", "UTC")
		buy(s, 50)
		s.At("2026-04-02T08:00:00Z")
		buy(s, 20)
		s.At(c.at)
		require.Equal(t, c.expiring, balance(s).Expiring, "at %s", c.at)
		s.Audit()
	}
}

func TestABalanceAndUsageAreForAdmins(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	for _, c := range []struct {
		who  rule.Actor
		code rule.Code
	}{{bob, rule.NotPermitted}, {dan, rule.NotFound}} {
		_, err := seatbook.Ask(t.Context(), s.Engine, c.who, flex.BalanceQuery{Team: "acme"})
		require.ErrorIs(t, err, c.code)
		_, err = seatbook.Ask(t.Context(), s.Engine, c.who, flex.UsageQuery{Team: "acme", From: s.Clock.Now(), To: s.Clock.Now()})
		require.ErrorIs(t, err, c.code)
	}
}

func TestUsageIsByTheDayOfTheWindowsStartInTheTeamsZone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		zone   period.Zone
		launch string
		row    string
	}{
		{"UTC", "2026-03-02T23:59:59Z", "2026-03-02 bob draft 7"},
		{"UTC", "2026-03-03T00:00:00Z", "2026-03-03 bob draft 7"},
		{"Asia/Tokyo", "2026-03-02T14:59:59Z", "2026-03-02 bob draft 7"},
		{"Asia/Tokyo", "2026-03-02T15:00:00Z", "2026-03-03 bob draft 7"},
		{"America/New_York", "2026-03-03T04:59:59Z", "2026-03-02 bob draft 7"},
		{"America/New_York", "2026-03-03T05:00:00Z", "2026-03-03 bob draft 7"},
	} {
		s := begin(t, "2026-03-02T08:00:00Z", c.zone)
		buy(s, 100)
		s.At(c.launch)
		o := launch(s, bob, "draft")
		s.Clock.Set(s.Clock.Now().Add(3600e9))
		shut(s, bob, o)
		require.Equal(t, []string{c.row}, usage(s), "%s, %s", c.zone, c.launch)
		s.Audit()
	}
}

func TestUsageAddsUpByDayPersonAndProduct(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T00:00:00Z", "UTC")
	buy(s, 1000)
	play(s, []string{
		"Mon 00:00 bob open draft a",
		"Mon 00:10 bob open patient b",
		"Mon 00:20 bob close b",
		"Mon 00:20 cyd open draft c",
		"Mon 00:24 cyd close c",
		"Tue 01:00 bob close a",
		"Tue 06:00 cyd open draft d",
		"Tue 06:30 cyd close d",
	})
	require.Equal(t, []string{
		"2026-03-02 bob draft 7", "2026-03-02 bob patient 5", "2026-03-02 cyd draft 0", "2026-03-03 bob draft 7", "2026-03-03 cyd draft 7",
	}, usage(s))
	for _, c := range []struct {
		from, to string
		rows     int
	}{
		{"2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z", 3},
		{"2026-03-02T00:00:00Z", "2026-03-03T00:00:01Z", 4},
		{"2026-03-02T00:00:01Z", "2026-03-03T00:00:00Z", 2},
		{"2026-03-02T00:00:00Z", "2026-03-02T00:00:00Z", 0},
	} {
		require.Len(t, stage.Ask(s, ada, flex.UsageQuery{Team: "acme", From: stage.At(c.from), To: stage.At(c.to)}), c.rows, "from %s to %s", c.from, c.to)
	}
	s.Audit()
}

func TestUsageIsAskedForFromAnInstantToALaterOne(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T00:00:00Z", "UTC")
	for _, c := range []struct {
		from, to string
		ok       bool
	}{
		{"2026-03-02T00:00:01Z", "2026-03-02T00:00:00Z", false},
		{"2026-03-02T00:00:00Z", "2026-03-02T00:00:00Z", true},
		{"2026-03-02T00:00:00Z", "2036-03-02T00:00:00Z", true},
		{"2026-03-02T00:00:00Z", "2036-03-02T00:00:01Z", false},
	} {
		_, err := seatbook.Ask(t.Context(), s.Engine, ada, flex.UsageQuery{Team: "acme", From: stage.At(c.from), To: stage.At(c.to)})
		if c.ok {
			require.NoError(t, err)
		} else {
			require.ErrorIs(t, err, rule.Invalid)
		}
	}
}
