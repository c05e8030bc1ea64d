package flex_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// wanted is a submission of Bob's to the cloud service render, each job as
// "result" or "result*units".
func wanted(jobs ...string) flex.Submit {
	c := flex.Submit{User: "bob@acme.test", Product: "render"}
	for _, text := range jobs {
		w := flex.ResultWanted{}
		name, units, many := strings.Cut(text, "*")
		w.Result = name
		if many {
			w.Units, _ = strconv.ParseInt(units, 10, 64)
		}
		c.Jobs = append(c.Jobs, w)
	}
	return c
}

// render asks for results as Bob.
func render(s *stage.Stage, jobs ...string) flex.Submitted {
	s.Helper()
	return stage.Do(s, bob, wanted(jobs...))
}

// finish tells how a job ended.
func finish(s *stage.Stage, job flex.JobShown, o flex.Outcome) flex.JobShown {
	s.Helper()
	return stage.Do(s, operator, flex.FinishJob{Job: job.ID, Outcome: o}).Job
}

func TestResultsCostTheirRateForEachUnit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		jobs  []string
		price int64
	}{
		{"one result", []string{"image"}, 2},
		{"one unit said", []string{"image*1"}, 2},
		{"units", []string{"film*7"}, 35},
		{"several jobs", []string{"image", "film*3", "image*4"}, 25},
		{"the most units", []string{"image*50"}, 100},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-03-02T08:00:00Z", "UTC")
			buy(s, 100)
			asked := stage.Ask(s, bob, flex.ResultPriceQuery(wanted(c.jobs...)))
			require.True(t, asked.Allowed)
			require.Equal(t, []int64{c.price, 100, 100 - c.price}, []int64{asked.Price, asked.Balance, asked.Remaining})
			seen := stage.Do(s, bob, wanted(c.jobs...), seatbook.Preview())
			require.Equal(t, int64(100), balance(s).Left, "a preview takes nothing")
			done := render(s, c.jobs...)
			require.Equal(t, []int64{asked.Price, asked.Balance, asked.Remaining}, []int64{done.Price, done.Balance, done.Remaining})
			require.Equal(t, seen.Price, done.Price)
			require.Equal(t, 100-c.price, balance(s).Left)
			require.Equal(t, c.price, chargedAt(s, "2026-03-02T08:00:00Z"))
			s.Audit()
		})
	}
}

func TestAllJobsArePaidOrNone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		tokens int64
		paid   bool
	}{{6, false}, {7, true}, {8, true}} {
		s := begin(t, "2026-03-02T08:00:00Z", "UTC")
		buy(s, c.tokens)
		asked := stage.Ask(s, bob, flex.ResultPriceQuery(wanted("image", "film")))
		require.Equal(t, c.paid, asked.Allowed)
		require.Equal(t, c.tokens-7, asked.Remaining)
		if !c.paid {
			refused := stage.Refused(s, bob, rule.InsufficientTokens, wanted("image", "film"))
			require.Equal(t, []rule.Figure{rule.Fig("price", int64(7)), rule.Fig("balance", c.tokens)}, refused.Figures)
			require.Equal(t, c.tokens, balance(s).Left)
			require.Empty(t, usage(s))
			continue
		}
		render(s, "image", "film")
		require.Equal(t, c.tokens-7, balance(s).Left)
		s.Audit()
	}
}

func TestTokensOfAFailedJobGoBackToTheirPacksOnce(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	buy(s, 3)
	s.At("2026-03-03T08:00:00Z")
	buy(s, 10)
	job := render(s, "film").Jobs[0]
	require.Equal(t, []int64{0, 8}, left(s), "a charge spans packs")
	done := finish(s, job, flex.Failed)
	require.Equal(t, flex.JobFailed, done.Status)
	require.Equal(t, int64(5), done.GivenBack)
	require.Equal(t, []int64{3, 10}, left(s))
	require.Equal(t, done, finish(s, job, flex.Failed), "the same outcome again")
	require.Equal(t, []int64{3, 10}, left(s))
	stage.Refused(s, operator, rule.Conflict, flex.FinishJob{Job: job.ID, Outcome: flex.Done})
	require.Equal(t, []string{"2026-03-03 bob render 0"}, usage(s))
	other := render(s, "image").Jobs[0]
	require.Equal(t, flex.JobDone, finish(s, other, flex.Done).Status)
	stage.Refused(s, operator, rule.Conflict, flex.FinishJob{Job: other.ID, Outcome: flex.Failed})
	require.Equal(t, int64(11), balance(s).Left)
	s.Audit()
}

func TestATokenGivenBackToAPackThatHasEndedIsGone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, at string
		left     int64
	}{
		{"not a second before its end", "2027-03-02T07:59:59Z", 13},
		{"at its end", "2027-03-02T08:00:00Z", 10},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-03-02T08:00:00Z", "UTC")
			buy(s, 3)
			s.At("2026-03-03T08:00:00Z")
			buy(s, 10)
			job := render(s, "film").Jobs[0]
			s.At(c.at)
			finish(s, job, flex.Failed)
			require.Equal(t, c.left, balance(s).Left)
			s.Audit()
		})
	}
}

func TestTokensGoBackToAPackThatHasMoved(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	found(s, "globex", "dan@globex.test", "UTC")
	join(s, "globex", "ada@acme.test", account.Secondary)
	pack := stage.Do(s, ada, billing.BuyTokens{Team: "acme", Tokens: 10}).Pack
	job := render(s, "film").Jobs[0]
	stage.Do(s, ada, flex.Transfer{Pack: pack.ID, To: "globex"})
	finish(s, job, flex.Failed)
	require.Zero(t, balance(s).Left)
	require.Equal(t, int64(10), stage.Ask(s, dan, flex.BalanceQuery{Team: "globex"}).Left)
	s.Audit()
}

func TestWhoMayUseTokensMayAskForResults(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	buy(s, 100)
	join(s, "acme", "eve@acme.test", account.User)
	eve := rule.ByEmail("eve@acme.test")
	asks := flex.Submit{User: "eve@acme.test", Product: "render", Jobs: []flex.ResultWanted{{Result: "image"}}}
	stage.Refused(s, eve, rule.NotAssigned, asks)
	grant(s, "acme", "eve@acme.test", "draft")
	stage.Refused(s, eve, rule.NotAssigned, asks)
	grant(s, "acme", "eve@acme.test", "render")
	require.Equal(t, int64(2), stage.Do(s, eve, asks).Price)
	stage.Refused(s, bob, rule.NotFound, flex.FinishJob{Job: "job_acme_999", Outcome: flex.Done})
	for _, bad := range []flex.Submit{wanted(), wanted("statue"), wanted("image*-1"), wanted("image*1000001"), {User: "bob@acme.test", Product: "draft", Jobs: wanted("image").Jobs}} {
		stage.Refused(s, bob, rule.Invalid, bad)
	}
	require.Equal(t, int64(98), balance(s).Left)
}

func TestASeatPaysForNoResults(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	buy(s, 100)
	seat(s, "render", licensing.Annual, "bob@acme.test")
	require.Equal(t, int64(2), render(s, "image").Price)
	require.Equal(t, int64(98), balance(s).Left)
}

func TestJobsAreListedByTheirTimeAndPerson(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	buy(s, 100)
	first := render(s, "image", "film").Jobs
	s.At("2026-03-03T08:00:00Z")
	stage.Do(s, cyd, flex.Submit{User: "cyd@acme.test", Product: "render", Jobs: wanted("film*2").Jobs})
	list := func(user rule.Address, from, to string) []string {
		ids := []string{}
		for _, j := range stage.Ask(s, ada, flex.JobsQuery{Team: "acme", User: user, From: stage.At(from), To: stage.At(to)}) {
			ids = append(ids, fmt.Sprintf("%s %s %d", j.User, j.Result, j.Tokens))
		}
		return ids
	}
	day, next := "2026-03-02T08:00:00Z", "2026-03-03T08:00:00Z"
	require.Equal(t, []string{"bob@acme.test image 2", "bob@acme.test film 5"}, list("", day, next), "half-open")
	require.Equal(t, []string{"cyd@acme.test film 10"}, list("", next, "2026-03-03T08:00:01Z"))
	require.Equal(t, []string{"cyd@acme.test film 10"}, list("cyd@acme.test", day, "2027-01-01T00:00:00Z"))
	require.Len(t, stage.Ask(s, bob, flex.JobsQuery{Team: "acme", User: "bob@acme.test", From: stage.At(day), To: stage.At(next)}), len(first))
	_, err := seatbook.Ask(s.Context(), s.Engine, ada, flex.JobsQuery{Team: "acme", From: stage.At(next), To: stage.At(day)})
	require.ErrorIs(t, err, rule.Invalid)
}

func TestAResultShowsInUsageByItsName(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	buy(s, 100)
	render(s, "image", "image", "film")
	rows := stage.Ask(s, ada, flex.UsageQuery{Team: "acme", From: stage.At("2026-03-02T00:00:00Z"), To: stage.At("2026-03-03T00:00:00Z")})
	day := period.Date{Year: 2026, Month: 3, Day: 2}
	require.Equal(t, []flex.UsageShown{
		{Day: day, User: "bob@acme.test", Product: "render", Result: "image", Tokens: 4},
		{Day: day, User: "bob@acme.test", Product: "render", Result: "film", Tokens: 5},
	}, rows)
}

func TestAPriceSaysWhatALaunchWouldTake(t *testing.T) {
	t.Parallel()
	price := func(s *stage.Stage) []any {
		p := stage.Ask(s, bob, flex.PriceQuery{User: "bob@acme.test", Product: "draft"})
		return []any{p.Allowed, p.Source, p.Rate, p.Tokens, p.Balance, p.Remaining}
	}
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	require.Equal(t, []any{false, licensing.None, int64(7), int64(7), int64(0), int64(-7)}, price(s), "too few tokens")
	buy(s, 7)
	require.Equal(t, []any{true, licensing.Tokens, int64(7), int64(7), int64(7), int64(0)}, price(s), "exactly enough")
	launch(s, bob, "draft")
	require.Equal(t, []any{true, licensing.Tokens, int64(7), int64(0), int64(0), int64(0)}, price(s), "an open window")
	s.At("2026-03-03T08:00:00Z")
	buy(s, 10)
	seat(s, "draft", licensing.Monthly, "bob@acme.test")
	require.Equal(t, []any{true, licensing.Seat, int64(7), int64(0), int64(10), int64(10)}, price(s), "a seat")
	s.At("2026-04-03T08:00:00Z")
	stage.Do(s, bob, licensing.StartTrial{User: "bob@acme.test", Product: "draft"})
	require.Equal(t, licensing.OnTrial, price(s)[1])
	join(s, "acme", "eve@acme.test", account.User)
	none := stage.Ask(s, ada, flex.PriceQuery{User: "eve@acme.test", Product: "draft"})
	require.Equal(t, flex.Price{Source: licensing.None, Rate: 7}, none)
}
