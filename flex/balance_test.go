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
	require.Equal(t, flex.Balance{Bought: 80, Left: 73, Held: 7, Packs: []flex.PackShown{small, large, last}}, b)
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

func TestABalanceIsWhatWasBoughtUsedLeftHeldAndEnded(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	buy(s, 20)
	s.At("2026-06-02T08:00:00Z")
	pack := buy(s, 50)[0]
	o := launch(s, bob, "draft")
	figures := func() [6]int64 {
		b := balance(s)
		require.Equal(t, b.Bought, b.Used+b.Left+b.Held+b.Ended)
		return [6]int64{b.Bought, b.Used, b.Left, b.Held, b.Ended, int64(len(b.Packs))}
	}
	require.Equal(t, [6]int64{70, 0, 63, 7, 0, 2}, figures())
	s.At("2026-06-02T08:05:00Z")
	require.Equal(t, [6]int64{70, 7, 63, 0, 0, 2}, figures())
	shut(s, bob, o)
	s.At("2027-03-02T07:58:00Z")
	o = launch(s, bob, "draft")
	require.Equal(t, [6]int64{70, 7, 56, 7, 0, 2}, figures())
	s.At("2027-03-02T08:00:00Z")
	require.Equal(t, [6]int64{70, 7, 50, 7, 6, 1}, figures(), "what is held of a pack that has ended is still held")
	s.At("2027-03-02T08:01:00Z")
	shut(s, bob, o)
	require.Equal(t, [6]int64{70, 7, 50, 0, 13, 1}, figures(), "and is lost when it comes back")
	found(s, "globex", "dan@globex.test", "UTC")
	stage.Do(s, operator, flex.Transfer{Pack: pack.ID, To: "globex"})
	require.Equal(t, [6]int64{20, 7, 0, 0, 13, 0}, figures(), "a pack counts in the team that has it")
	require.Equal(t, int64(50), stage.Ask(s, dan, flex.BalanceQuery{Team: "globex"}).Bought)
	s.Audit()
}

func TestABalanceIsLowAtOrUnderTheShareOfTheLivePacks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name          string
		share         string
		tokens        int64
		at            string
		low, lowAfter bool
	}{
		{"one above a fifth", "20%", 10, "2026-03-02T09:00:00Z", false, false}, // 3 of 10
		{"exactly a fifth", "20%", 35, "2026-03-06T09:00:00Z", false, true},    // 7 of 35
		{"under the share", "50%", 10, "2026-03-02T09:00:00Z", false, true},    // 3 of 10
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-03-02T08:00:00Z", "UTC", "low-balance="+c.share)
			require.False(t, balance(s).Low, "no pack is no low balance")
			buy(s, c.tokens)
			launch(s, bob, "draft")
			require.Equal(t, c.low, balance(s).Low, "what is only held may come back")
			s.At(c.at)
			b := balance(s)
			require.Equal(t, c.lowAfter, b.Low, "%d of %d", b.Left, b.Bought)
			require.Equal(t, c.lowAfter, len(notices(s, "acme", flex.LowBalanceNotice)) > 0, "a balance is low where the admins are told so")
			s.Audit()
		})
	}
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	buy(s, 34)
	o := launch(s, bob, "draft")
	s.At("2026-03-05T09:00:00Z")
	shut(s, bob, o)
	require.Equal(t, int64(6), balance(s).Left)
	require.True(t, balance(s).Low, "6 of 34")
	buy(s, 6)
	require.False(t, balance(s).Low, "12 of 40")
	s.At("2027-03-02T08:00:00Z")
	require.Equal(t, int64(6), balance(s).Ended)
	require.False(t, balance(s).Low, "6 of 6: the pack that ended is none of the live ones")
	s.Audit()
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
