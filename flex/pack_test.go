package flex_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

func TestAPackLastsAYearFromPurchaseInTheTeamsZone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		zone   period.Zone
		bought string
		ends   string
	}{
		{"to the instant", "UTC", "2026-01-05T09:00:01Z", "2027-01-05T09:00:01Z"},
		{"over a leap day, which makes it 366 days", "UTC", "2027-03-01T00:00:00Z", "2028-03-01T00:00:00Z"},
		{"from a leap day to the 28th", "UTC", "2028-02-29T12:00:00Z", "2029-02-28T12:00:00Z"},
		{"from what is a leap day in the team's zone alone", "Asia/Tokyo", "2028-02-28T20:00:00Z", "2029-02-27T20:00:00Z"},
		{"from what is a leap day everywhere else", "Asia/Tokyo", "2028-02-29T20:00:00Z", "2029-02-28T20:00:00Z"},
		{"at the same time on the wall, winter to summer", "America/New_York", "2026-03-10T14:00:00Z", "2027-03-10T15:00:00Z"},
		{"past a time on the wall that the clock change skips", "America/New_York", "2026-03-14T06:30:00Z", "2027-03-14T07:30:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, c.bought, c.zone)
			p := buy(s, 100)[0]
			require.Equal(t, stage.At(c.ends), p.Expires)
			s.Audit()
			s.Clock.Set(p.Expires.Add(-1))
			require.Equal(t, int64(100), balance(s).Left)
			s.Clock.Set(p.Expires)
			require.Zero(t, balance(s).Left, "there is no roll-over")
			require.Empty(t, balance(s).Packs)
			require.NoError(t, s.RunDue(t.Context()))
			s.Audit()
		})
	}
}

func TestTokensAreTakenFromThePackThatEndsFirst(t *testing.T) {
	t.Parallel()
	type purchase struct {
		at     string
		tokens int64
	}
	for _, c := range []struct {
		name      string
		purchases []purchase
		// left is what is left in each pack, in order of use, after one charge of 7.
		left []int64
	}{
		{"though it is the larger", []purchase{{"2026-03-01T00:00:00Z", 500}, {"2026-06-01T00:00:00Z", 100}}, []int64{493, 100}},
		{"and of the same end from the smaller", []purchase{{"2026-03-01T00:00:00Z", 5000}, {"2026-03-01T00:00:00Z", 500}}, []int64{493, 5000}},
		{"and of the same end and size from one alone", []purchase{{"2026-03-01T00:00:00Z", 50}, {"2026-03-01T00:00:00Z", 50}}, []int64{43, 50}},
		{"and the rest from the next", []purchase{{"2026-03-01T00:00:00Z", 5}, {"2026-06-01T00:00:00Z", 2}}, []int64{0, 0}},
		{"and from as many as it takes", []purchase{{"2026-03-01T00:00:00Z", 3}, {"2026-03-02T00:00:00Z", 3}, {"2026-06-01T00:00:00Z", 90}}, []int64{0, 0, 89}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-01-05T09:00:00Z", "UTC")
			for _, p := range c.purchases {
				s.At(p.at)
				buy(s, p.tokens)
			}
			s.At("2026-06-02T08:00:00Z")
			launch(s, bob, "draft")
			require.Equal(t, c.left, left(s))
			s.Audit()
			s.At("2026-06-02T08:05:00Z")
			require.Equal(t, c.left, left(s))
			require.Equal(t, []string{"2026-06-02 bob draft 7"}, usage(s), "it is one charge")
			s.Audit()
		})
	}
}

func TestTheSmallerPackIsTheSmallerAsBought(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-01T00:00:00Z", "UTC")
	small, large := buy(s, 20)[0], buy(s, 30)[0]
	for range 2 {
		launch(s, bob, "draft")
		launch(s, cyd, "draft")
		s.At("2026-03-01T12:00:00Z")
	}
	require.Equal(t, []int64{6, 30}, left(s), "the pack of 20 is used up before that of 30, though 30 are more than 6")
	launch(s, bob, "patient")
	require.Equal(t, []string{small.ID, large.ID}, []string{balance(s).Packs[0].ID, balance(s).Packs[1].ID})
	require.Equal(t, []int64{1, 30}, left(s))
	s.Audit()
}

func TestADebitNamesThePacksItTakesFrom(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-01T00:00:00Z", "UTC")
	first := buy(s, 5)[0]
	s.At("2026-06-01T00:00:00Z")
	second := buy(s, 2)[0]
	var why seatbook.Explanation
	_, err := seatbook.Do(t.Context(), s.Engine, bob, flex.Open{User: "bob@acme.test", Product: "draft"}, seatbook.Explain(&why))
	require.NoError(t, err)
	var taken []rule.Figure
	for _, c := range why.Citations {
		if c.Rule == flex.OrderRule {
			taken = append(taken, c.Figures[:2]...)
		}
	}
	require.Equal(t, []rule.Figure{
		rule.Fig("pack", first.ID), rule.Fig("taken", int64(5)), rule.Fig("pack", second.ID), rule.Fig("taken", int64(2)),
	}, taken)
	s.Audit()
}

func TestAChargeAtThePacksEndIsTakenFromTheNext(t *testing.T) {
	t.Parallel()
	s := begin(t, "2025-03-02T08:00:00Z", "UTC")
	buy(s, 50)
	s.At("2026-01-02T08:00:00Z")
	buy(s, 50)
	s.At("2026-03-02T07:59:59Z")
	launch(s, bob, "draft")
	require.Equal(t, []int64{43, 50}, left(s))
	s.At("2026-03-02T08:00:00Z")
	launch(s, cyd, "draft")
	require.Equal(t, []int64{43}, left(s))
	s.Audit()
}

func TestTokensHeldInAPackThatEndsAreTakenFromIt(t *testing.T) {
	t.Parallel()
	s := begin(t, "2025-03-02T08:00:00Z", "UTC")
	buy(s, 50)
	s.At("2026-01-02T08:00:00Z")
	buy(s, 50)
	s.At("2026-03-02T07:58:00Z")
	launch(s, bob, "draft")
	s.At("2026-03-02T08:03:00Z")
	require.Equal(t, []int64{50}, left(s))
	require.Equal(t, []string{"2026-03-02 bob draft 7"}, usage(s))
	require.Zero(t, balance(s).Held)
	s.Audit()
}

func TestTokensGivenBackToAPackThatHasEndedAreLost(t *testing.T) {
	t.Parallel()
	s := begin(t, "2025-03-02T08:00:00Z", "UTC")
	buy(s, 50)
	s.At("2026-01-02T08:00:00Z")
	buy(s, 50)
	s.At("2026-03-02T07:58:00Z")
	o := launch(s, bob, "draft")
	s.At("2026-03-02T08:02:59Z")
	require.Zero(t, shut(s, bob, o).Tokens)
	require.Equal(t, []int64{50}, left(s))
	require.Zero(t, balance(s).Held)
	require.Equal(t, []string{"2026-03-02 bob draft 0"}, usage(s))
	s.Audit()
}

func TestALowBalanceIsToldOnceForEachCrossing(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	spend := func(days int) {
		for range days {
			o := launch(s, bob, "draft")
			s.Clock.Set(s.Clock.Now().Add(5 * time.Minute))
			shut(s, bob, o)
			s.Clock.Set(s.Clock.Now().Add(24 * time.Hour))
		}
	}
	buy(s, 100)
	for _, c := range []struct {
		days int
		buy  int64
		left int64
		told int
	}{
		{days: 11, left: 23, told: 0},
		{days: 1, left: 16, told: 1},
		{days: 1, left: 9, told: 1},
		{buy: 50, left: 59, told: 1},
		{days: 4, left: 31, told: 1},
		{days: 1, left: 24, told: 2},
	} {
		if c.buy > 0 {
			buy(s, c.buy)
		}
		spend(c.days)
		require.Equal(t, c.left, balance(s).Left)
		require.Len(t, notices(s, "acme", flex.LowBalanceNotice), c.told, "with %d left", c.left)
	}
	s.Audit()
}

func TestABalanceIsLowAtItsLimitAndNotAboveIt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		tokens int64
		told   int
	}{
		{"2 of 10 is 20%", 10, 1},
		{"1 of 9 is less", 9, 1},
		{"3 of 11 is more", 11, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-03-02T08:00:00Z", "UTC")
			buy(s, c.tokens)
			launch(s, bob, "dearer")
			launch(s, cyd, "patient")
			s.At("2026-03-02T08:04:59Z")
			require.NoError(t, s.RunDue(t.Context()))
			require.Empty(t, notices(s, "acme", flex.LowBalanceNotice), "what is held is not spent yet")
			s.At("2026-03-02T08:05:00Z")
			require.NoError(t, s.RunDue(t.Context()))
			require.Len(t, notices(s, "acme", flex.LowBalanceNotice), c.told)
			s.Audit()
		})
	}
}

func TestALowBalanceThatAShortRunMadeAndGaveBackIsToldAtItsNextCrossing(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T07:00:00Z", "UTC")
	grant(s, "acme", "ada@acme.test", "all")
	buy(s, 40)
	play(s, []string{
		"Mon 08:00 bob open draft a",
		"Mon 08:10 bob open patient b",
		"Mon 08:10 cyd open patient c",
		"Mon 08:20 cyd open dearer d",
		"Mon 08:30 cyd open draft-lt e",
		"Mon 08:40 bob open draft-lt f",
		"Mon 08:58 bob open dearer g",
		"Mon 08:59 cyd open draft h",
		"Mon 09:03:30 cyd close h",
	})
	require.Equal(t, int64(13), balance(s).Left, "8 of 40 are low, and 6 were left while 7 were held")
	play(s, []string{"Mon 09:10 ada open patient i"})
	s.At(week("Mon 09:15"))
	require.Equal(t, int64(8), balance(s).Left)
	told := stage.Ask(s, operator, account.NoticesQuery{Team: "acme"})
	require.Equal(t, flex.LowBalanceNotice, told[len(told)-1].Kind)
	require.Equal(t, stage.At("2026-03-02T09:15:00Z"), told[len(told)-1].At)
	s.Audit()
}

func TestAdminsAreToldBeforeAndWhenTokensEnd(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		at     string
		ending int
		ended  int
	}{
		{"2026-12-02T08:59:59Z", 0, 0},
		{"2026-12-02T09:00:00Z", 1, 0},
		{"2027-01-31T08:59:59Z", 1, 0},
		{"2027-01-31T09:00:00Z", 2, 0},
		{"2027-02-23T08:59:59Z", 2, 0},
		{"2027-02-23T09:00:00Z", 3, 0},
		{"2027-03-02T08:59:59Z", 3, 0},
		{"2027-03-02T09:00:00Z", 3, 1},
		{"2028-03-02T09:00:00Z", 3, 1},
	} {
		t.Run("at "+c.at, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-03-02T09:00:00Z", "UTC")
			buy(s, 100)
			s.At(c.at)
			require.NoError(t, s.RunDue(t.Context()))
			require.Len(t, notices(s, "acme", flex.TokensEndingNotice), c.ending)
			require.Len(t, notices(s, "acme", flex.TokensEndedNotice), c.ended)
			s.Audit()
		})
	}
}

func TestNobodyIsToldOfTheEndOfAnEmptyPack(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T09:00:00Z", "UTC")
	buy(s, 7)
	shutAfter(s, "2026-03-02T09:10:00Z", launch(s, bob, "draft"))
	s.At("2027-04-01T09:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	require.Empty(t, notices(s, "acme", flex.TokensEndingNotice))
	require.Empty(t, notices(s, "acme", flex.TokensEndedNotice))
	s.Audit()
}

// shutAfter closes Bob's session at an instant.
func shutAfter(s *stage.Stage, at string, o flex.Opened) {
	s.Helper()
	s.At(at)
	shut(s, bob, o)
}

func TestTokensAreNeitherMadeNorLost(t *testing.T) {
	t.Parallel()
	s := begin(t, "2025-03-02T08:00:00Z", "UTC")
	buy(s, 30, 20)
	s.At("2026-02-02T08:00:00Z")
	buy(s, 100)
	play(s, []string{
		"Mon 07:30 bob open draft a",
		"Mon 07:58 cyd open draft b",
		"Mon 08:01 cyd close b",
		"Tue 07:00 bob close a",
		"Wed 08:00 bob open patient c",
		"Thu 09:00 bob active c",
		"Fri 08:30 bob close c",
	})
	var used int64
	for _, r := range stage.Ask(s, ada, flex.UsageQuery{Team: "acme", From: stage.At("2026-01-01T00:00:00Z"), To: stage.At("2027-01-01T00:00:00Z")}) {
		used += r.Tokens
	}
	// Of the packs that ended on Monday, 7 were taken and 43 lost.
	require.Equal(t, int64(7+5+5), used)
	require.Equal(t, []int64{90}, left(s))
	s.Audit()
	stage.Refused(s, ada, rule.Invalid, billing.BuyTokens{Team: "acme", Tokens: 0})
}
