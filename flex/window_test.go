package flex_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// charge is what was taken for a window that starts at an instant of the week.
type charge struct {
	at     string
	tokens int64
}

// requireCharges asserts that these windows were charged, and nothing else.
func requireCharges(s *stage.Stage, want ...charge) {
	s.Helper()
	var sum int64
	for _, c := range want {
		require.Equal(s.TB, c.tokens, chargedAt(s, week(c.at)), "at %s", c.at)
		sum += c.tokens
	}
	var all int64
	for _, r := range stage.Ask(s, ada, flex.UsageQuery{Team: "acme", From: stage.At(week("Mon 00:00")), To: stage.At(week("Sun 00:00"))}) {
		all += r.Tokens
	}
	require.Equal(s.TB, sum, all, "usage is %v", usage(s))
	require.Equal(s.TB, int64(1000), balance(s).Left+balance(s).Held+all)
}

func TestAWindowOf24HoursIsChargedOnce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		script []string
		want   []charge
	}{
		{"for each day of work", []string{
			"Mon 08:00 bob open draft a", "Mon 17:00 bob close a", "Tue 07:00 bob open draft b", "Tue 17:00 bob close b",
		}, []charge{{"Mon 08:00", 7}, {"Tue 08:00", 7}}},
		{"for a night and the day after", []string{
			"Mon 19:00 bob open draft a", "Tue 17:00 bob close a",
		}, []charge{{"Mon 19:00", 7}}},
		{"when it is closed a second before the end", []string{
			"Mon 08:00 bob open draft a", "Tue 07:59:59 bob close a",
		}, []charge{{"Mon 08:00", 7}}},
		{"and again when it is open at the end", []string{
			"Mon 08:00 bob open draft a", "Tue 08:00 bob close a",
		}, []charge{{"Mon 08:00", 7}, {"Tue 08:00", 7}}},
		{"and again without a free five minutes", []string{
			"Mon 08:00 bob open draft a", "Tue 08:00:01 bob close a",
		}, []charge{{"Mon 08:00", 7}, {"Tue 08:00", 7}}},
		{"for every 24 hours of a long run", []string{
			"Mon 08:00 bob open draft a", "Thu 08:01 bob close a",
		}, []charge{{"Mon 08:00", 7}, {"Tue 08:00", 7}, {"Wed 08:00", 7}, {"Thu 08:00", 7}}},
		{"however often it is opened", []string{
			"Mon 08:00 bob open draft a", "Mon 09:00 bob close a", "Mon 10:00 bob open draft b", "Mon 10:01 bob close b", "Tue 07:59:59 bob open draft c", "Tue 07:59:59 bob close c",
		}, []charge{{"Mon 08:00", 7}}},
		{"and anew when it is opened at the end", []string{
			"Mon 08:00 bob open draft a", "Mon 09:00 bob close a", "Tue 08:00 bob open draft b", "Tue 08:05 bob close b",
		}, []charge{{"Mon 08:00", 7}, {"Tue 08:00", 7}}},
		{"for parallel sessions", []string{
			"Mon 08:00 bob open draft a", "Mon 08:01 bob open draft b", "Mon 12:00 bob close a", "Mon 13:00 bob close b",
		}, []charge{{"Mon 08:00", 7}}},
		{"for parallel sessions over the end", []string{
			"Mon 08:00 bob open draft a", "Mon 08:01 bob open draft b", "Tue 12:00 bob close a", "Tue 13:00 bob close b",
		}, []charge{{"Mon 08:00", 7}, {"Tue 08:00", 7}}},
		{"for another release", []string{
			"Mon 08:00 bob open draft@2026 a", "Mon 09:00 bob open draft@2025 b", "Mon 12:00 bob close a", "Mon 13:00 bob close b",
		}, []charge{{"Mon 08:00", 7}}},
		{"for each product", []string{
			"Mon 08:00 bob open draft a", "Mon 08:00 bob open patient b", "Mon 12:00 bob close a", "Mon 13:00 bob close b",
		}, []charge{{"Mon 08:00", 12}}},
		{"for each person", []string{
			"Mon 08:00 bob open draft a", "Mon 08:00 cyd open draft b", "Mon 12:00 bob close a", "Mon 13:00 cyd close b",
		}, []charge{{"Mon 08:00", 14}}},
		{"at the rate of its start", []string{
			"Mon 11:59:59 bob open dearer a", "Mon 12:30 bob close a", "Mon 13:00 bob open dearer b", "Mon 18:00 bob close b",
		}, []charge{{"Mon 11:59:59", 3}}},
		{"at the new rate from its instant on", []string{
			"Mon 12:00 bob open dearer a", "Mon 12:30 bob close a",
		}, []charge{{"Mon 12:00", 9}}},
		{"at the new rate when it goes on", []string{
			"Mon 11:00 bob open dearer a", "Tue 11:30 bob close a",
		}, []charge{{"Mon 11:00", 3}, {"Tue 11:00", 9}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-03-02T00:00:00Z", "UTC")
			buy(s, 1000)
			play(s, c.script)
			s.At(week("Sat 00:00"))
			requireCharges(s, c.want...)
			s.Audit()
		})
	}
}

func TestARunOfLessThanFiveMinutesIsFree(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		script []string
		want   []charge
		// runs are the rows of usage.
		runs []string
	}{
		{"after 4m59s", []string{"Mon 08:00 bob open draft a", "Mon 08:04:59 bob close a"}, nil, []string{"2026-03-02 bob draft 0"}},
		{"and not after 5m", []string{"Mon 08:00 bob open draft a", "Mon 08:05 bob close a"}, []charge{{"Mon 08:00", 7}}, []string{"2026-03-02 bob draft 7"}},
		{"and opens no window", []string{
			"Mon 08:00 bob open draft a", "Mon 08:04:59 bob close a", "Mon 09:00 bob open draft b", "Tue 08:30 bob close b",
		}, []charge{{"Mon 09:00", 7}}, []string{"2026-03-02 bob draft 7"}},
		{"as often as one likes", []string{
			"Mon 08:00 bob open draft a", "Mon 08:04 bob close a", "Mon 08:04 bob open draft b", "Mon 08:08 bob close b",
		}, nil, []string{"2026-03-02 bob draft 0"}},
		{"unless a parallel session goes on to five minutes", []string{
			"Mon 08:00 bob open draft a", "Mon 08:03 bob open draft b", "Mon 08:04 bob close a", "Mon 08:06 bob close b",
		}, []charge{{"Mon 08:00", 7}}, []string{"2026-03-02 bob draft 7"}},
		{"when all parallel sessions end in time", []string{
			"Mon 08:00 bob open draft a", "Mon 08:03 bob open draft b", "Mon 08:04 bob close a", "Mon 08:04:59 bob close b",
		}, nil, []string{"2026-03-02 bob draft 0"}},
		{"inside a paid window", []string{
			"Mon 08:00 bob open draft a", "Mon 09:00 bob close a", "Mon 10:00 bob open draft b", "Mon 10:01 bob close b",
		}, []charge{{"Mon 08:00", 7}}, []string{"2026-03-02 bob draft 7"}},
		{"and closing again changes nothing", []string{
			"Mon 08:00 bob open draft a", "Mon 08:04 bob close a", "Mon 09:00 bob close a",
		}, nil, []string{"2026-03-02 bob draft 0"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-03-02T00:00:00Z", "UTC")
			buy(s, 1000)
			play(s, c.script)
			s.At(week("Sat 00:00"))
			requireCharges(s, c.want...)
			require.Equal(t, c.runs, usage(s))
			s.Audit()
		})
	}
}

func TestTokensAreHeldAtLaunchAndTakenAtFiveMinutes(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T00:00:00Z", "UTC")
	buy(s, 1000)
	s.At(week("Mon 08:00"))
	o := launch(s, bob, "draft")
	require.Equal(t, int64(7), o.Session.Tokens)
	require.Equal(t, licensing.Tokens, o.Source)
	b := balance(s)
	require.Equal(t, []int64{993, 7}, []int64{b.Left, b.Held})
	s.At(week("Mon 08:04:59"))
	require.Empty(t, usage(s), "nothing is taken yet")
	require.Equal(t, int64(7), balance(s).Held)
	s.At(week("Mon 08:05"))
	b = balance(s)
	require.Equal(t, []int64{993, 0}, []int64{b.Left, b.Held})
	require.Equal(t, int64(7), chargedAt(s, week("Mon 08:00")), "it is dated at the launch")
	require.Equal(t, int64(7), shut(s, bob, o).Tokens)
	s.Audit()
	s.At(week("Mon 18:00"))
	o = launch(s, cyd, "draft")
	s.At(week("Mon 18:04:59"))
	require.Zero(t, shut(s, cyd, o).Tokens)
	require.Equal(t, int64(993), balance(s).Left)
	require.Zero(t, balance(s).Held)
	s.Audit()
}

func TestAWindowIsElapsedTimeOverAClockChange(t *testing.T) {
	t.Parallel()
	// Paris goes to summer time on 29 March 2026 at 01:00 UTC.
	s := begin(t, "2026-03-28T08:00:00Z", "Europe/Paris")
	buy(s, 100)
	o := launch(s, bob, "draft")
	s.At("2026-03-29T07:59:59Z")
	require.Equal(t, int64(93), balance(s).Left)
	s.At("2026-03-29T08:00:00Z")
	require.Equal(t, int64(86), balance(s).Left, "24 hours later it is 10 o'clock on the wall")
	shut(s, bob, o)
	require.Equal(t, []string{"2026-03-28 bob draft 7", "2026-03-29 bob draft 7"}, usage(s))
	s.Audit()
}

func TestAParallelSessionOfAWindowCostsNothing(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	buy(s, 7)
	require.Equal(t, int64(7), launch(s, bob, "draft").Session.Tokens)
	o := launch(s, bob, "draft")
	require.Equal(t, licensing.Tokens, o.Source)
	require.Zero(t, o.Session.Tokens, "it needs no tokens, and none are left")
	a := stage.Ask(s, bob, flex.AccessQuery{User: "bob@acme.test", Product: "draft"})
	require.True(t, a.Allowed)
	require.Equal(t, stage.At("2026-03-03T08:00:00Z"), *a.Until)
	require.Contains(t, a.Rules, "FLX-3")
	require.Equal(t, licensing.None, access(s, cyd, "draft"))
	s.Audit()
}

func TestALaunchThatTwoTeamsCouldPayNamesOne(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	buy(s, 100)
	found(s, "globex", "dan@globex.test", "UTC")
	join(s, "globex", "bob@acme.test", account.User)
	require.Equal(t, licensing.Tokens, launch(s, bob, "draft").Source, "acme alone grants")
	s.At("2026-03-03T09:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	grant(s, "globex", "bob@acme.test", "patient")
	require.Equal(t, "acme", launch(s, bob, "draft").Session.Team, "globex grants another product")
	r := stage.Refused(s, bob, rule.Invalid, flex.Open{User: "bob@acme.test", Product: "patient"})
	require.Equal(t, flex.WindowRule, r.Rule)
	require.Contains(t, r.Figures, rule.Fig("teams", []string{"acme", "globex"}))
	_, err := seatbook.Ask(t.Context(), s.Engine, bob, flex.AccessQuery{User: "bob@acme.test", Product: "patient"})
	require.ErrorIs(t, err, rule.Invalid)

	o := stage.Do(s, bob, flex.Open{User: "bob@acme.test", Product: "patient", Team: "acme"})
	require.Equal(t, "acme", o.Session.Team)
	short := stage.Refused(s, bob, rule.InsufficientTokens, flex.Open{User: "bob@acme.test", Product: "patient", Team: "globex"})
	require.Contains(t, short.Figures, rule.Fig("balance", int64(0)))
	s.Audit()

	seat(s, "patient", licensing.Monthly, "bob@acme.test")
	require.Equal(t, licensing.Seat, launch(s, bob, "patient").Source, "a seat anywhere wins")
	s.Audit()
}

func TestATrialWinsOverTwoTeamsThatGrant(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	found(s, "globex", "dan@globex.test", "UTC")
	join(s, "globex", "bob@acme.test", account.User)
	grant(s, "globex", "bob@acme.test", "all")
	stage.Do(s, bob, licensing.StartTrial{User: "bob@acme.test", Product: "draft"})
	o := launch(s, bob, "draft")
	require.Equal(t, licensing.OnTrial, o.Source)
	require.Zero(t, o.Session.Tokens)
	s.Audit()
}

func TestAnIdleSessionIsChargedWhenActivityReturns(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		script []string
		want   []charge
	}{
		{"idle for exactly fifteen minutes at the end", []string{
			"Mon 08:00 bob open patient a", "Tue 07:45 bob active a", "Tue 10:00 bob active a", "Tue 11:00 bob close a",
		}, []charge{{"Mon 08:00", 5}, {"Tue 10:00", 5}}},
		{"active fourteen minutes and 59 seconds before the end", []string{
			"Mon 08:00 bob open patient a", "Tue 07:45:01 bob active a", "Tue 10:00 bob active a", "Tue 11:00 bob close a",
		}, []charge{{"Mon 08:00", 5}, {"Tue 08:00", 5}}},
		{"closed without activity", []string{
			"Mon 08:00 bob open patient a", "Wed 11:00 bob close a",
		}, []charge{{"Mon 08:00", 5}}},
		{"launched just before the end", []string{
			"Mon 08:00 bob open patient a", "Mon 09:00 bob close a", "Tue 07:50 bob open patient b", "Tue 09:00 bob close b",
		}, []charge{{"Mon 08:00", 5}, {"Tue 08:00", 5}}},
		{"in a product that does not tell", []string{
			"Mon 08:00 bob open draft a", "Tue 11:00 bob close a",
		}, []charge{{"Mon 08:00", 7}, {"Tue 08:00", 7}}},
		{"beside a parallel session in use", []string{
			"Mon 08:00 bob open patient a", "Tue 07:00 bob open patient b", "Tue 07:59 bob active b", "Tue 10:00 bob active a", "Tue 11:00 bob close a", "Tue 11:00 bob close b",
		}, []charge{{"Mon 08:00", 5}, {"Tue 08:00", 5}}},
		{"twice, once for both parallel sessions", []string{
			"Mon 08:00 bob open patient a", "Mon 08:01 bob open patient b", "Tue 10:00 bob active b", "Tue 10:01 bob active a", "Tue 11:00 bob close a", "Tue 11:00 bob close b",
		}, []charge{{"Mon 08:00", 5}, {"Tue 10:00", 5}}},
		{"while another session opened the next window", []string{
			"Mon 08:00 bob open patient a", "Tue 10:00 bob open patient b", "Tue 11:00 bob active a", "Tue 12:00 bob close a", "Tue 12:00 bob close b",
		}, []charge{{"Mon 08:00", 5}, {"Tue 10:00", 5}}},
		{"and counts the next window from there", []string{
			"Mon 08:00 bob open patient a", "Tue 10:00 bob active a", "Wed 09:59 bob active a", "Wed 11:00 bob close a",
		}, []charge{{"Mon 08:00", 5}, {"Tue 10:00", 5}, {"Wed 10:00", 5}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-03-02T00:00:00Z", "UTC")
			buy(s, 1000)
			play(s, c.script)
			s.At(week("Sat 00:00"))
			requireCharges(s, c.want...)
			s.Audit()
		})
	}
}

func TestAWaitingSessionGoesOnByASeatThatCameMeanwhile(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	buy(s, 1000)
	o := launch(s, bob, "patient")
	s.At(week("Tue 09:00"))
	seat(s, "patient", licensing.Annual, "bob@acme.test")
	s.At(week("Tue 10:00"))
	require.Equal(t, licensing.Seat, access(s, bob, "patient"))
	require.Equal(t, licensing.Seat, touch(s, bob, o).Source)
	s.At(week("Sat 00:00"))
	requireCharges(s, charge{"Mon 08:00", 5})
	s.Audit()
}

func TestAWaitingSessionEndsWhereTooFewTokensAreLeft(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	buy(s, 9)
	o := launch(s, bob, "patient")
	s.At(week("Tue 10:00"))
	require.Equal(t, stage.At(week("Tue 10:00")), *touch(s, bob, o).Closed)
	require.Equal(t, []string{"ada@acme.test", "bob@acme.test"}, notices(s, "acme", flex.TokensShortNotice))
	require.Equal(t, int64(4), balance(s).Left)
	stage.Refused(s, bob, rule.Conflict, flex.Activity{Session: o.Session.ID})
	s.Audit()
}

func TestALaunchNeedsAtLeastTheRate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		balance int64
		allowed bool
	}{{6, false}, {7, true}, {8, true}} {
		s := begin(t, "2026-03-02T08:00:00Z", "UTC")
		buy(s, c.balance)
		open := flex.Open{User: "bob@acme.test", Product: "draft"}
		if !c.allowed {
			require.Equal(t, licensing.None, access(s, bob, "draft"))
			r := stage.Refused(s, bob, rule.InsufficientTokens, open)
			require.Equal(t, flex.BalanceRule, r.Rule)
			require.Equal(t, []rule.Figure{rule.Fig("rate", int64(7)), rule.Fig("balance", c.balance)}, r.Figures)
			require.Equal(t, c.balance, balance(s).Left)
		} else {
			require.Equal(t, licensing.Tokens, access(s, bob, "draft"))
			require.Equal(t, licensing.Tokens, stage.Do(s, bob, open).Source)
			require.Equal(t, c.balance-7, balance(s).Left)
		}
		s.Audit()
	}
}

func TestTwoPeopleCannotSpendTheSameTokens(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	buy(s, 7)
	o := launch(s, bob, "draft")
	stage.Refused(s, cyd, rule.InsufficientTokens, flex.Open{User: "cyd@acme.test", Product: "draft"})
	s.At(week("Mon 08:04:59"))
	shut(s, bob, o)
	require.Equal(t, licensing.Tokens, launch(s, cyd, "draft").Source, "given back, they are anyone's")
	s.Audit()
}

func TestOneOfManyLaunchesAtOnceGetsTheLastTokens(t *testing.T) {
	t.Parallel()
	const many = 64
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	buy(s, 7)
	emails := make([]string, many)
	for i := range emails {
		emails[i] = string(rune('a'+i%26)) + string(rune('a'+i/26)) + "@acme.test"
		join(s, "acme", emails[i], account.User)
	}
	stage.Do(s, ada, flex.SetDefaults{Team: "acme", Products: flex.Products{List: []string{"draft"}}})
	var won, refused atomic.Int64
	start := make(chan struct{})
	var all sync.WaitGroup
	for _, email := range emails {
		all.Go(func() {
			<-start
			_, err := seatbook.Do(t.Context(), s.Engine, rule.ByEmail(email), flex.Open{User: rule.Address(email), Product: "draft"})
			switch r := rule.AsRefusal(err); {
			case err == nil:
				won.Add(1)
			case r != nil && r.Code == rule.InsufficientTokens:
				refused.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	close(start)
	all.Wait()
	require.Equal(t, []int64{1, many - 1}, []int64{won.Load(), refused.Load()})
	s.Clock.Set(s.Clock.Now().Add(time.Hour))
	require.Equal(t, []int64{0, 0}, []int64{balance(s).Left, balance(s).Held})
	require.Len(t, usage(s), 1)
	s.Audit()
}
