package flex_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

func TestASessionEndsWithItsWindowWhereTooFewTokensAreLeft(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		tokens int64
		ends   bool
	}{{13, true}, {14, false}} {
		s := begin(t, "2026-03-02T08:00:00Z", "UTC")
		buy(s, c.tokens)
		o := launch(s, bob, "draft")
		s.At("2026-03-03T07:59:59Z")
		require.Equal(t, int64(7), touch(s, bob, o).Tokens)
		s.At("2026-03-03T08:00:00Z")
		require.NoError(t, s.RunDue(t.Context()))
		short := notices(s, "acme", flex.TokensShortNotice)
		if c.ends {
			stage.Refused(s, bob, rule.Conflict, flex.Activity{Session: o.Session.ID})
			closed := shut(s, bob, o)
			require.Equal(t, stage.At("2026-03-03T08:00:00Z"), *closed.Closed)
			require.Equal(t, int64(7), closed.Tokens)
			require.Equal(t, int64(6), balance(s).Left, "there is no debt")
			require.Equal(t, []string{"ada@acme.test", "bob@acme.test"}, short)
		} else {
			require.Equal(t, int64(14), touch(s, bob, o).Tokens)
			require.Zero(t, balance(s).Left)
			require.Empty(t, short)
		}
		s.Audit()
	}
}

func TestParallelSessionsThatEndTogetherAreToldOnce(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	buy(s, 13)
	launch(s, bob, "draft")
	launch(s, bob, "draft")
	s.At("2026-03-03T08:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	require.Equal(t, []string{"ada@acme.test", "bob@acme.test"}, notices(s, "acme", flex.TokensShortNotice))
	s.Audit()
}

func TestASessionEndsWithItsWindowWhereTheGrantIsGone(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	buy(s, 100)
	o := launch(s, bob, "draft")
	s.At("2026-03-02T12:00:00Z")
	grant(s, "acme", "bob@acme.test")
	require.Nil(t, touch(s, bob, o).Closed, "what is paid is used")
	stage.Refused(s, bob, rule.NotAssigned, flex.Open{User: "bob@acme.test", Product: "draft"})
	s.At("2026-03-03T08:00:00Z")
	require.Equal(t, stage.At("2026-03-03T08:00:00Z"), *shut(s, bob, o).Closed)
	require.Equal(t, int64(93), balance(s).Left)
	s.Audit()
}

func TestASeatAnOverlapAndATrialBeatTokens(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		give   func(*stage.Stage)
		source licensing.AccessSource
		until  string
	}{
		{"a seat", func(s *stage.Stage) { seat(s, "draft", licensing.Annual, "bob@acme.test") }, licensing.Seat, "2027-03-02T08:00:00Z"},
		{"a seat of a collection", func(s *stage.Stage) { seat(s, "suite", licensing.Annual, "bob@acme.test") }, licensing.Seat, "2027-03-02T08:00:00Z"},
		{"an overlap", func(s *stage.Stage) {
			bought := seat(s, "draft", licensing.Annual, "bob@acme.test")
			stage.Do(s, ada, billing.Upgrade{Subscription: bought.Subscription.ID, To: "suite"})
		}, licensing.Overlay, "2026-04-01T08:00:00Z"},
		{"a trial", func(s *stage.Stage) { stage.Do(s, bob, licensing.StartTrial{User: "bob@acme.test", Product: "draft"}) }, licensing.OnTrial, "2026-04-01T08:00:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-03-02T08:00:00Z", "UTC")
			buy(s, 100)
			c.give(s)
			a := stage.Ask(s, bob, flex.AccessQuery{User: "bob@acme.test", Product: "draft"})
			require.Equal(t, c.source, a.Source)
			require.Equal(t, stage.At(c.until), *a.Until)
			require.Contains(t, a.Rules, "FLX-7")
			o := launch(s, bob, "draft")
			require.Equal(t, c.source, o.Source)
			require.Zero(t, o.Session.Tokens)
			s.At("2026-03-10T08:00:00Z")
			require.Zero(t, shut(s, bob, o).Tokens)
			require.Equal(t, int64(100), balance(s).Left)
			require.Empty(t, usage(s))
			s.Audit()
		})
	}
}

func TestTokensBeginAtTheInstantACoverEndsDuringASession(t *testing.T) {
	t.Parallel()
	unassign := licensing.Unassign{Team: "acme", Product: "draft", User: "bob@acme.test"}
	for _, c := range []struct {
		name string
		// cover gives the right before the launch, lose takes it away at ends.
		cover, lose func(*stage.Stage)
		ends        string
	}{
		{"a trial's end", func(s *stage.Stage) {
			stage.Do(s, bob, licensing.StartTrial{User: "bob@acme.test", Product: "draft"})
			s.At("2026-03-31T20:00:00Z")
		}, nil, "2026-04-01T08:00:00Z"},
		{"the end of a subscription that is not renewed", func(s *stage.Stage) {
			seat(s, "draft", licensing.Monthly, "bob@acme.test")
			s.At("2026-04-01T20:00:00Z")
		}, nil, "2026-04-02T08:00:00Z"},
		{"a seat that is taken away", func(s *stage.Stage) {
			seat(s, "draft", licensing.Annual, "bob@acme.test")
		}, func(s *stage.Stage) { stage.Do(s, ada, unassign) }, "2026-03-02T10:30:00Z"},
		{"an overlap's end", func(s *stage.Stage) {
			bought := seat(s, "draft", licensing.Annual, "bob@acme.test")
			stage.Do(s, ada, billing.Upgrade{Subscription: bought.Subscription.ID, To: "suite"})
			s.At("2026-03-31T20:00:00Z")
		}, nil, "2026-04-01T08:00:00Z"},
		{"an overlap that is taken away", func(s *stage.Stage) {
			bought := seat(s, "draft", licensing.Annual, "bob@acme.test")
			stage.Do(s, ada, billing.Upgrade{Subscription: bought.Subscription.ID, To: "suite"})
		}, func(s *stage.Stage) { stage.Do(s, ada, unassign) }, "2026-03-02T10:30:00Z"},
	} {
		for _, tokens := range []int64{6, 7} {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				s := begin(t, "2026-03-02T08:00:00Z", "UTC")
				s.At("2026-03-02T08:00:00Z")
				buy(s, tokens)
				c.cover(s)
				first, second := launch(s, bob, "draft"), launch(s, bob, "draft")
				s.At(c.ends)
				if c.lose != nil {
					c.lose(s)
				}
				require.NoError(t, s.RunDue(t.Context()))
				s.Audit()
				if tokens < 7 {
					require.Equal(t, tokens, balance(s).Left)
					require.Equal(t, stage.At(c.ends), *shut(s, bob, first).Closed)
					require.Equal(t, stage.At(c.ends), *shut(s, bob, second).Closed)
					require.Contains(t, notices(s, "acme", flex.TokensShortNotice), "ada@acme.test")
					require.Contains(t, notices(s, "acme", flex.TokensShortNotice), "bob@acme.test")
					return
				}
				require.Zero(t, balance(s).Left)
				require.Equal(t, int64(7), chargedAt(s, c.ends))
				require.Equal(t, int64(7), touch(s, bob, first).Tokens+touch(s, bob, second).Tokens, "one charge for both")
				s.Clock.Set(stage.At(c.ends).AddDate(0, 0, 1))
				require.Equal(t, s.Clock.Now(), *shut(s, bob, first).Closed, "with no tokens left, its window is its end")
				s.Audit()
			})
		}
	}
}

func TestParallelSessionsWhoseCoverEndsAreToldOnce(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	buy(s, 6)
	seat(s, "draft", licensing.Annual, "bob@acme.test")
	launch(s, bob, "draft")
	launch(s, bob, "draft")
	stage.Do(s, ada, licensing.Unassign{Team: "acme", Product: "draft", User: "bob@acme.test"})
	require.Equal(t, []string{"ada@acme.test", "bob@acme.test"}, notices(s, "acme", flex.TokensShortNotice))
	s.Audit()
}

func TestARunWhoseTrialEndsWithinItsFirstFiveMinutesIsStillShort(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		closed string
		tokens int64
	}{{"2026-04-01T08:02:59Z", 0}, {"2026-04-01T08:03:00Z", 7}} {
		s := begin(t, "2026-03-02T08:00:00Z", "UTC")
		buy(s, 100)
		stage.Do(s, bob, licensing.StartTrial{User: "bob@acme.test", Product: "draft"})
		s.At("2026-04-01T07:58:00Z")
		o := launch(s, bob, "draft")
		s.At(c.closed)
		require.Equal(t, c.tokens, shut(s, bob, o).Tokens, "closed at %s, five minutes or less after the launch", c.closed)
		require.Equal(t, 100-c.tokens, balance(s).Left)
		s.Audit()
	}
}

func TestATrialSessionGoesOnByTokensThatWereGrantedMeanwhile(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	buy(s, 100)
	join(s, "acme", "eve@acme.test", account.User)
	eve := rule.ByEmail("eve@acme.test")
	stage.Do(s, eve, licensing.StartTrial{User: "eve@acme.test", Product: "draft"})
	s.At("2026-03-31T20:00:00Z")
	o := launch(s, eve, "draft")
	grant(s, "acme", "eve@acme.test", "all")
	s.At("2026-04-01T08:00:00Z")
	require.Nil(t, touch(s, eve, o).Closed, "when a trial ends during a session, tokens begin at that instant")
	require.Equal(t, int64(93), balance(s).Left)
	s.Audit()
}

func TestATrialSessionEndsWhereNothingElseGivesAccess(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	eve := rule.ByEmail("eve@nowhere.test")
	stage.Do(s, eve, licensing.StartTrial{User: "eve@nowhere.test", Product: "draft"})
	o := launch(s, eve, "draft")
	s.At("2026-04-01T08:00:00Z")
	require.Equal(t, stage.At("2026-04-01T08:00:00Z"), *shut(s, eve, o).Closed)
	stage.Refused(s, eve, rule.NotAssigned, flex.Open{User: "eve@nowhere.test", Product: "draft"})
	s.Audit()
}

func TestASeatGainedInsideAPaidWindowGivesNothingBack(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	buy(s, 100)
	o := launch(s, bob, "draft")
	s.At("2026-03-02T09:00:00Z")
	seat(s, "draft", licensing.Annual, "bob@acme.test")
	require.Equal(t, licensing.Seat, access(s, bob, "draft"))
	require.Equal(t, int64(93), balance(s).Left)
	s.At("2026-03-04T09:00:00Z")
	require.Equal(t, licensing.Seat, touch(s, bob, o).Source, "the window's end is the seat's beginning")
	require.Equal(t, int64(93), balance(s).Left)
	s.Audit()
	s.At("2026-03-04T10:00:00Z")
	stage.Do(s, ada, licensing.Unassign{Team: "acme", Product: "draft", User: "bob@acme.test"})
	require.Equal(t, int64(7), chargedAt(s, "2026-03-04T10:00:00Z"))
	s.Audit()
}

func TestASeatGainedWhileTokensAreHeldLeavesThemToTheRun(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	buy(s, 100)
	o := launch(s, bob, "draft")
	s.At("2026-03-02T08:02:00Z")
	seat(s, "draft", licensing.Annual, "bob@acme.test")
	s.At("2026-03-02T08:03:00Z")
	require.Equal(t, licensing.Seat, launch(s, bob, "draft").Source)
	s.At("2026-03-02T08:04:00Z")
	shut(s, bob, o)
	require.Equal(t, int64(100), balance(s).Left)
	s.Audit()
}

func TestAPersonWhoLeavesTheTeamHasTheirSessionsEnded(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	buy(s, 100)
	seat(s, "plain", licensing.Annual, "bob@acme.test")
	sessions := []flex.Opened{launch(s, bob, "draft"), launch(s, bob, "plain")}
	s.At("2026-03-02T08:04:00Z")
	stage.Do(s, ada, account.RemoveMember{Team: "acme", User: "bob@acme.test"})
	for _, o := range sessions {
		require.Equal(t, stage.At("2026-03-02T08:04:00Z"), *shut(s, bob, o).Closed)
	}
	require.Equal(t, int64(100), balance(s).Left)
	join(s, "acme", "bob@acme.test", account.User)
	require.Equal(t, licensing.None, access(s, bob, "draft"), "the grant went too")
	s.Audit()
}

func TestASessionIsItsPersonsAlone(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	buy(s, 100)
	o := launch(s, bob, "draft")
	stage.Refused(s, cyd, rule.NotPermitted, flex.Close{Session: o.Session.ID})
	stage.Refused(s, cyd, rule.NotPermitted, flex.Open{User: "bob@acme.test", Product: "draft"})
	stage.Refused(s, dan, rule.NotFound, flex.Close{Session: o.Session.ID})
	stage.Refused(s, dan, rule.NotFound, flex.Close{Session: o.Session.ID + "0"})
	s.Audit()
}
