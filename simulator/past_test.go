package simulator

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// diary lives through days with an invitation on each, which is accepted in the
// evening of every second day. It tells each evening to somebody.
func diary(t *testing.T, line *Timeline, days int, evening func()) {
	t.Helper()
	ctx := context.Background()
	begin, ok := line.Saved("day")
	first, _ := begin.(int)
	if ok {
		first++
	}
	for day := first; day < first+days; day++ {
		line.Save("day", day)
		do(t, line, rule.ByEmail("ada@acme.test"), "account.invite", fmt.Sprintf(`{"team": "acme", "email": "p%d@acme.test"}`, day))
		require.NoError(t, line.AdvanceSpan(ctx, period.Span{Elapsed: 9 * time.Hour}))
		if day%2 == 0 {
			do(t, line, rule.Operator, "account.accept_invitation", fmt.Sprintf(`{"team": "acme", "email": "p%d@acme.test"}`, day))
		}
		evening()
		require.NoError(t, line.AdvanceSpan(ctx, period.Span{Elapsed: 15 * time.Hour}))
	}
}

func silent() {}

func TestEveryInstantOfThePastCanBeGoneBackTo(t *testing.T) {
	t.Parallel()
	ctx, line := context.Background(), world(t, 1)
	digests := map[time.Time]string{}
	diary(t, line, 120, func() { digests[line.Now()] = digest(t, line) })
	present := digest(t, line)
	for at, want := range digests {
		branch, err := line.Fork(ctx, At(at))
		require.NoError(t, err)
		assert.Equal(t, want, digest(t, branch), at)
		assert.Equal(t, at, branch.Now())
		day, found := branch.Saved("day")
		assert.True(t, found)
		assert.EqualValues(t, at.Sub(line.past.kept[0].now)/(24*time.Hour), day, "what was saved later is not known")
	}
	assert.Equal(t, present, digest(t, line), "forks leave the line as it was")

	then := at("2026-02-20T18:00:00Z")
	require.NoError(t, line.Rewind(ctx, At(then)))
	assert.Equal(t, digests[then], digest(t, line))
	news, err := line.News(ctx)
	require.NoError(t, err)
	assert.Empty(t, news, "what was before is no news")
	require.NoError(t, line.Rewind(ctx, Ago(period.Span{Months: 1})))
	assert.Equal(t, digests[at("2026-01-20T18:00:00Z")], digest(t, line), "and from there again")
}

func TestThePresentIsAPlaceToo(t *testing.T) {
	t.Parallel()
	ctx, line := context.Background(), world(t, 1)
	for _, place := range []Place{{}, At(line.Now()), Ago(period.Span{})} {
		branch, err := line.Fork(ctx, place)
		require.NoError(t, err)
		assert.Equal(t, digest(t, line), digest(t, branch), place)
		act(t, branch)
		assert.NotEqual(t, digest(t, line), digest(t, branch), place)
	}
}

func TestWhatFollowsARewindIsAsIfItHadFollowedAtOnce(t *testing.T) {
	t.Parallel()
	ctx, straight, rewound := context.Background(), world(t, 1), world(t, 1)
	require.NoError(t, straight.AdvanceSpan(ctx, period.Span{Days: 2, Elapsed: time.Hour}))
	diary(t, straight, 3, silent)
	on := straight.Now()
	require.NoError(t, rewound.AdvanceSpan(ctx, period.Span{Days: 2, Elapsed: time.Hour}))
	diary(t, rewound, 60, silent)
	require.NoError(t, rewound.Rewind(ctx, At(on.Add(-time.Hour))))
	for _, line := range []*Timeline{straight, rewound} {
		require.NoError(t, line.Advance(ctx, on))
		diary(t, line, 20, silent)
	}
	assert.Equal(t, digest(t, straight), digest(t, rewound), "secrets are the same too")
}

func TestAHostsOwnCommandsAreGoneBackTo(t *testing.T) {
	t.Parallel()
	ctx, line := context.Background(), world(t, 1)
	require.NoError(t, line.AdvanceSpan(ctx, period.Span{Elapsed: 20 * time.Hour}))
	_, err := seatbook.Do(ctx, line.World().Engine(), rule.ByEmail("ada@acme.test"), account.Invite{Team: "acme", Email: "bob@acme.test"})
	require.NoError(t, err)
	want, then := digest(t, line), line.Now()
	require.NoError(t, line.AdvanceSpan(ctx, period.Span{Days: 200}))
	require.NoError(t, line.Rewind(ctx, At(then)))
	assert.Equal(t, want, digest(t, line))
}

func TestMidnightItselfHasEverythingDoneAtIt(t *testing.T) {
	t.Parallel()
	ctx, line := context.Background(), world(t, 1)
	night := at("2026-01-10T00:00:00Z")
	require.NoError(t, line.Advance(ctx, night))
	before := digest(t, line)
	line.Mark("before")
	do(t, line, rule.ByEmail("ada@acme.test"), "account.invite", `{"team": "acme", "email": "bob@acme.test"}`)
	after := digest(t, line)
	require.NoError(t, line.AdvanceSpan(ctx, period.Span{Days: 50}))

	branch, err := line.Fork(ctx, At(night))
	require.NoError(t, err)
	assert.Equal(t, after, digest(t, branch))
	branch, err = line.Fork(ctx, Marked("before"))
	require.NoError(t, err)
	assert.Equal(t, before, digest(t, branch), "a mark is the moment, not the instant")
	require.NoError(t, branch.AdvanceSpan(ctx, period.Span{Days: 50}))
	require.NoError(t, branch.Rewind(ctx, At(night)))
	assert.Equal(t, before, digest(t, branch), "what was dropped at the same instant stays dropped")
}

func TestWhatIsKeptOfThePast(t *testing.T) {
	t.Parallel()
	ctx, line := context.Background(), world(t, 1)
	line.Mark("first")
	diary(t, line, 10, silent)
	line.Mark("again")
	line.Mark("again")
	diary(t, line, 390, silent)
	var days, months, marks, others int
	now := line.Now()
	for i, m := range line.past.kept {
		switch {
		case i == 0:
		case m.mark != "":
			marks++
		case m.now.After(now.AddDate(0, 0, -32)):
			days++
		case m.now.Day() == 1 && m.now.Hour() == 0:
			months++
		default:
			others++
		}
	}
	assert.Equal(t, 32, days, "the midnights of the last 31 days, and the one that has just passed")
	assert.Equal(t, 12, months, "the midnights that ended months: 1 February 2026 to 1 January 2027")
	assert.Equal(t, 2, marks, "a mark is kept until its name is given again")
	assert.Zero(t, others)

	require.NoError(t, line.Advance(ctx, at("9000-01-01T00:00:00Z")), "years in which nothing happens cost nothing")
	assert.Less(t, len(line.past.kept), 60)
	branch, err := line.Fork(ctx, At(at("2026-07-14T18:00:00Z")))
	require.NoError(t, err)
	assert.Equal(t, at("2026-07-14T18:00:00Z"), branch.Now())
}

func TestMidnightsAreThoseOfTheZone(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{"Europe/Paris", "America/New_York", "America/Havana", "Pacific/Apia"} {
		loc, err := period.LoadZone(zone)
		require.NoError(t, err)
		w, err := NewWorld(Config{Start: at("2011-12-25T09:00:00Z"), Zone: loc})
		require.NoError(t, err)
		line := NewTimeline(w)
		do(t, line, rule.Operator, "account.create_team", `{"team": "acme", "owner": "ada@acme.test", "country": "US"}`)
		diary(t, line, 365, silent)
		for _, m := range line.past.kept[1:] {
			local := m.now.In(loc)
			assert.True(t, local.Equal(period.DateOf(local, loc).In(loc)), "%s is no midnight in %s", local, zone)
		}
		assert.Greater(t, len(line.past.kept), 31+10)
	}
}

func TestPlacesThatThereAreNot(t *testing.T) {
	t.Parallel()
	ctx, line := context.Background(), world(t, 1)
	line.Mark("start")
	require.NoError(t, line.AdvanceSpan(ctx, period.Span{Days: 3}))
	before := digest(t, line)
	for _, c := range []struct {
		place Place
		want  string
	}{
		{Marked("stort"), `nothing is marked as "stort"; the nearest is "start"`},
		{Marked(""), `nothing is marked as ""`},
		{At(line.Now().Add(1)), "2026-01-08T09:00:00.000000001Z lies ahead: it is 2026-01-08T09:00:00Z"},
		{At(at("2026-01-05T08:59:59Z")), "2026-01-05T08:59:59Z lies before the beginning, 2026-01-05T09:00:00Z"},
		{Ago(period.Span{Days: 3, Elapsed: 1}), "lies before the beginning"},
	} {
		assert.ErrorContains(t, line.Rewind(ctx, c.place), c.want)
		_, err := line.Fork(ctx, c.place)
		assert.ErrorContains(t, err, c.want)
	}
	assert.Equal(t, before, digest(t, line))
	require.NoError(t, line.Rewind(ctx, Ago(period.Span{Days: 3})), "the beginning can be gone back to")
	assert.Equal(t, at("2026-01-05T09:00:00Z"), line.Now())
}

func TestPlacesSayWhichTheyAre(t *testing.T) {
	t.Parallel()
	assert.Equal(t, `mark "bought"`, Marked("bought").String())
	assert.Equal(t, "2026-01-05T09:00:00Z", At(at("2026-01-05T09:00:00Z")).String())
	assert.Equal(t, "7d ago", Ago(period.Span{Days: 7}).String())
	assert.Equal(t, "the present", Place{}.String())
}

func TestBranchesHaveNames(t *testing.T) {
	t.Parallel()
	ctx, main := context.Background(), world(t, 1)
	main.Mark("start")
	assert.Equal(t, MainLine, main.Name())
	late, err := main.Branch(ctx, "late", Marked("start"))
	require.NoError(t, err)
	require.NoError(t, late.AdvanceSpan(ctx, period.Span{Days: 40}))
	later, err := late.Branch(ctx, "later", Ago(period.Span{Days: 5}))
	require.NoError(t, err)
	assert.Equal(t, []string{"late", "later", MainLine}, main.Branches())
	assert.Equal(t, main.Branches(), later.Branches())
	found, ok := later.Branched("late")
	assert.True(t, ok)
	assert.Same(t, late, found)

	_, err = later.Branch(ctx, "late", Place{})
	assert.ErrorContains(t, err, `there is a branch "late" already`)
	_, err = later.Branch(ctx, MainLine, Place{})
	assert.Error(t, err)
	_, err = later.Branch(ctx, "", Place{})
	assert.ErrorContains(t, err, "a branch has a name")
	unnamed, err := later.Fork(ctx, Place{})
	require.NoError(t, err)
	assert.Empty(t, unnamed.Name())
	unnamed.Close()
	assert.Len(t, main.Branches(), 3)

	late.Close()
	late.Close()
	assert.Equal(t, []string{"later", MainLine}, main.Branches())
	again, err := main.Branch(ctx, "late", Marked("start"))
	require.NoError(t, err, "a name that was let go of can be given again")
	assert.Equal(t, "late", again.Name())
	do(t, later, rule.ByEmail("ada@acme.test"), "account.invite", `{"team": "acme", "email": "bob@acme.test"}`)
	require.NoError(t, later.Rewind(ctx, Marked("start")), "a branch of a closed one goes on")
	assert.Equal(t, "later", later.Name(), "a rewind keeps the name")
}

func TestAClosedTimelineSaysSo(t *testing.T) {
	t.Parallel()
	ctx, line := context.Background(), world(t, 1)
	line.Mark("start")
	line.Close()
	line.Mark("more")
	line.Save("name", 1)
	assert.Empty(t, line.Marks())
	_, found := line.Saved("name")
	assert.False(t, found)
	_, err := line.Do(ctx, rule.Operator, "account.create_team", nil)
	assert.ErrorIs(t, err, ErrClosed)
	_, err = line.Ask(ctx, rule.Operator, "account.teams", nil)
	assert.ErrorIs(t, err, ErrClosed)
	_, err = line.Preview(ctx, rule.Operator, "account.create_team", nil)
	assert.ErrorIs(t, err, ErrClosed)
	_, err = line.News(ctx)
	assert.ErrorIs(t, err, ErrClosed)
	_, err = line.Fork(ctx, Marked("start"))
	assert.ErrorIs(t, err, ErrClosed)
	_, err = line.Branch(ctx, "b", Place{})
	assert.ErrorIs(t, err, ErrClosed)
	assert.ErrorIs(t, line.Rewind(ctx, Place{}), ErrClosed)
	assert.ErrorIs(t, line.Advance(ctx, line.Now()), ErrClosed)
	assert.ErrorIs(t, line.AdvanceSpan(ctx, period.Span{Days: 1}), ErrClosed)
	assert.NoError(t, line.World().Engine().Audit(ctx), "the world itself goes on")
}
