package portfolio_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/simulator/portfolio"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestHowManyWorkChangesNothing(t *testing.T) {
	t.Parallel()
	for _, workers := range []int{1, 8} {
		c := config()
		c.Workers = workers
		assert.Equal(t, string(whole()), string(run(t, c)), "%d workers", workers)
	}
}

func TestATeamFollowsFromTheSeedAndItsNumber(t *testing.T) {
	t.Parallel()
	want := teams(t, whole())
	c := config()
	c.Teams, c.Shard = 1000, portfolio.Shard{Index: 5, Of: 5}
	p := made(t, c)
	for _, n := range []int{4, 1} {
		got, err := p.Team(t.Context(), n)
		require.NoError(t, err)
		assert.Equal(t, *want[n-1], got)
	}
	c.Seed++
	other, err := made(t, c).Team(t.Context(), 1)
	require.NoError(t, err)
	assert.NotEqual(t, want[0].Digest, other.Digest)
	assert.NotEqual(t, want[0].Digest, want[1].Digest)
}

func TestTheFiguresOfATeamAddUp(t *testing.T) {
	t.Parallel()
	for _, one := range teams(t, whole()) {
		assert.Equal(t, one.TokensBought, one.TokensUsed+one.TokensHeld+one.TokensLeft+one.TokensWasted, "team %d", one.Team)
		assert.Positive(t, one.TokensWasted, "packs end after three months")
		assert.Equal(t, one.SeatDaysOwned, one.SeatDaysUsed+one.SeatDaysUnused)
		assert.LessOrEqual(t, one.SeatDaysAssigned, one.SeatDaysOwned)
		assert.GreaterOrEqual(t, one.SeatsBought, int64(1))
		assert.Positive(t, one.Commands)
		assert.Len(t, one.Invoiced, 1)
		left := one.Invoiced[0]
		for _, less := range append(append(append(one.Open[:0:0], one.Open...), one.Credited...), one.Revenue...) {
			var err error
			left, err = left.Sub(less)
			require.NoError(t, err)
		}
		assert.True(t, left.IsZero(), "revenue is what was invoiced, less what is open and what was credited: %s", left)
		assert.Equal(t, one.Founded.AddDate(1, 0, 0).Format("2006-01-02"), one.Until.Format("2006-01-02"))
	}
}

// Teams live on a store of their own kind, and come to what they come to in memory,
// to the byte of every record.
func TestWhereATeamLivesChangesNothing(t *testing.T) {
	t.Parallel()
	p := made(t, config())
	require.NoError(t, p.OnMemory())
	for n, want := range teams(t, whole()) {
		got, err := p.Team(t.Context(), n+1)
		require.NoError(t, err)
		assert.Equal(t, *want, got)
	}
}

// TestWhatTheWorkloadSaysHappens turns each part of a workload fully on and fully off.
func TestWhatTheWorkloadSaysHappens(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		on, off func(*portfolio.Workload)
		of      func(*portfolio.Team) int64
	}{
		{"people join", func(w *portfolio.Workload) { w.Joins = 300 }, func(w *portfolio.Workload) { w.Joins = 0 }, func(t *portfolio.Team) int64 { return t.Members - t.People }},
		{"people leave", func(w *portfolio.Workload) { w.Leaves = 300 }, func(w *portfolio.Workload) { w.Leaves = 0 }, func(t *portfolio.Team) int64 { return t.People - t.Members }},
		{"tokens are bought", func(w *portfolio.Workload) { w.Tokens.Teams = 100 }, func(w *portfolio.Workload) { w.Tokens.Teams = 0 }, func(t *portfolio.Team) int64 { return t.TokensBought }},
		{"tokens are used", func(w *portfolio.Workload) { w.Seats.Share = 0 }, func(w *portfolio.Workload) { w.Seats.Share = 100 }, func(t *portfolio.Team) int64 { return t.TokensUsed }},
		{"seats are used", func(w *portfolio.Workload) { w.Work.Weeks = 100 }, func(w *portfolio.Workload) { w.Work.Weeks = 0 }, func(t *portfolio.Team) int64 { return t.SeatDaysUsed }},
		{"payments fail", func(w *portfolio.Workload) { w.Payments.Fails = 100 }, func(w *portfolio.Workload) { w.Payments.Fails = 0 }, func(t *portfolio.Team) int64 { return t.PaymentFailures }},
		{"subscriptions are shut off", func(w *portfolio.Workload) { w.Payments.Fails = 100 }, func(w *portfolio.Workload) { w.Payments.Fails = 0 }, func(t *portfolio.Team) int64 { return t.ShutOffs }},
		{"renewals stop", func(w *portfolio.Workload) { w.Seats.Stops = 100 }, func(w *portfolio.Workload) { w.Seats.Stops = 0 }, func(t *portfolio.Team) int64 { return t.Stops }},
		{"products are upgraded", func(w *portfolio.Workload) { w.Seats.Upgrades = 100 }, func(w *portfolio.Workload) { w.Seats.Upgrades = 0 }, func(t *portfolio.Team) int64 { return t.Upgrades }},
		{"terms are renewed", func(w *portfolio.Workload) { w.Seats.Terms = []portfolio.Term{{Term: licensing.Monthly, Weight: 1}} }, func(w *portfolio.Workload) { w.Seats.Terms = []portfolio.Term{{Term: licensing.ThreeYear, Weight: 1}} }, func(t *portfolio.Team) int64 { return t.Renewals }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			sum := func(set func(*portfolio.Workload)) (n int64) {
				w := portfolio.DefaultWorkload()
				w.Countries = w.Countries[:1]
				w.Sizes = []portfolio.Size{{People: 4, Weight: 1}}
				w.Seats.Products = []portfolio.Product{{Product: "autocad-lt", Weight: 1}}
				w.Seats.Stops, w.Joins, w.Leaves, w.Seats.Share, w.Tokens.Teams, w.Work.Weeks, w.Seats.Upgrades = 0, 0, 0, 50, 100, 10, 0
				w.Payments.Fails, w.Payments.Lasts = 0, []portfolio.Days{{Days: 50, Weight: 1}}
				w.Seats.Terms = []portfolio.Term{{Term: licensing.Monthly, Weight: 1}}
				set(&w)
				p := made(t, portfolio.Config{Seed: 8, Teams: 1, Years: 1, Workload: &w})
				require.NoError(t, p.Run(t.Context(), 0, func(one *portfolio.Team) error {
					n += c.of(one)
					return nil
				}))
				return n
			}
			assert.Positive(t, sum(c.on))
			assert.Zero(t, sum(c.off))
		})
	}
}

func TestARunEndsWhereItsContextOrItsReaderDoes(t *testing.T) {
	t.Parallel()
	many := config()
	many.Teams = 1000
	p := made(t, many)
	ctx, stop := context.WithCancel(t.Context())
	kept := 0
	err := p.Run(ctx, 0, func(*portfolio.Team) error {
		if kept++; kept == 3 {
			stop()
		}
		return nil
	})
	require.ErrorIs(t, err, context.Canceled)
	assert.GreaterOrEqual(t, kept, 3)
	assert.Less(t, kept, 100, "those that were lived already are kept, and no more")
	require.ErrorIs(t, p.Run(ctx, 0, func(*portfolio.Team) error { return nil }), context.Canceled)
	full := errors.New("full")
	kept = 0
	require.ErrorIs(t, p.Run(t.Context(), 2, func(one *portfolio.Team) error {
		if kept++; one.Team == 3 {
			return full
		}
		return nil
	}), full)
	assert.Equal(t, 2, kept)
}

func TestWhatCannotBeIsRefused(t *testing.T) {
	t.Parallel()
	empty := &licensing.Catalog{}
	require.Empty(t, empty.Check())
	workload := portfolio.DefaultWorkload()
	workload.Sizes, workload.Joins = nil, 1001
	for _, c := range []struct {
		name, says string
		set        func(*portfolio.Config)
	}{
		{"no teams", "1 to 1000000 teams, and not 0", func(c *portfolio.Config) { c.Teams = 0 }},
		{"too many teams", "not 1000001", func(c *portfolio.Config) { c.Teams = portfolio.MaxTeams + 1 }},
		{"no years", "1 to 20 years, and not 0", func(c *portfolio.Config) { c.Years = 0 }},
		{"too many years", "not 21", func(c *portfolio.Config) { c.Years = 21 }},
		{"workers below zero", "up to 1024 workers, and not -1", func(c *portfolio.Config) { c.Workers = -1 }},
		{"a shard that is none", "there is no shard 3/2", func(c *portfolio.Config) { c.Shard = portfolio.Shard{Index: 3, Of: 2} }},
		{"a start long ago", "from 1970 to 2200, and not 1969-12-31", func(c *portfolio.Config) { c.Start = period.Date{Year: 1969, Month: 12, Day: 31} }},
		{"an unknown parameter", `"token-lif"`, func(c *portfolio.Config) { c.Policy = map[string]string{"token-lif": "1y"} }},
		{"a workload", "joins: 1001 people for each hundred: there can be 0 to 1000; sizes: the list is empty", func(c *portfolio.Config) { c.Workload = &workload }},
		{"a catalogue without prices", "nothing that teams can buy", func(c *portfolio.Config) { c.Catalog = empty }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			one := config()
			c.set(&one)
			_, err := portfolio.New(one)
			require.ErrorContains(t, err, c.says)
		})
	}
}

func TestShardsPartTheTeams(t *testing.T) {
	t.Parallel()
	for teams := 1; teams <= 40; teams++ {
		for of := 1; of <= 45; of++ {
			next := 1
			for i := 1; i <= of; i++ {
				first, count := portfolio.Shard{Index: i, Of: of}.Range(teams)
				require.Equal(t, next, first, "shard %d/%d of %d teams", i, of, teams)
				require.Contains(t, []int{teams / of, (teams + of - 1) / of}, count)
				next = first + count
			}
			require.Equal(t, teams+1, next)
		}
	}
}

func TestAShardIsWrittenAsItIsRead(t *testing.T) {
	t.Parallel()
	s, err := portfolio.ParseShard("2/8")
	require.NoError(t, err)
	assert.Equal(t, portfolio.Shard{Index: 2, Of: 8}, s)
	for _, text := range []string{"", "1", "/", "1/", "/1", "0/1", "2/1", "-1/1", "1/0", "+1/2", "01/2", "1/2/3", "1 /2", "1/100001", "a/b", "9999999999999999999999/1"} {
		_, err := portfolio.ParseShard(text)
		assert.ErrorContains(t, err, "no shard", text)
	}
}

// TestEveryDayOfUseIsCountedOnce lives a year of so many people that what they used is
// asked for in two reports, the second of which begins within a week of work.
func TestEveryDayOfUseIsCountedOnce(t *testing.T) {
	t.Parallel()
	const people = 150
	w := portfolio.DefaultWorkload()
	w.Countries, w.FoundedWithin = w.Countries[:1], 1
	w.Sizes = []portfolio.Size{{People: people, Weight: 1}}
	w.Seats.Products = []portfolio.Product{{Product: "autocad", Weight: 1}}
	w.Seats.Share, w.Seats.Stops, w.Joins, w.Leaves, w.Payments.Fails = 100, 0, 0, 0, 0
	w.Work = portfolio.WorkPlan{Weeks: 100, Days: []portfolio.Days{{Days: 5, Weight: 1}}}
	one, err := made(t, portfolio.Config{Teams: 1, Years: 1, Workload: &w}).Team(t.Context(), 1)
	require.NoError(t, err)
	assert.Equal(t, int64(people), one.Members)
	assert.Equal(t, int64(people*(52*5+2)), one.SeatDaysUsed, "from Monday, 5 January, to the morning of Tuesday, 5 January")
	assert.Equal(t, int64(365*people*11/10), one.SeatDaysOwned)
	assert.Equal(t, int64(365*people), one.SeatDaysAssigned)
	assert.Empty(t, one.Refusals)
}
