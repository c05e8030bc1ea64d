package flex_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// twoTeams is acme with a second team of Ada's in another zone, and a third of Dan's.
func twoTeams(t *testing.T, zone period.Zone) *stage.Stage {
	t.Helper()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	found(s, "globex", "dan@globex.test", zone)
	stage.Do(s, operator, account.CreateTeam{Team: "annex", Owner: "ada@acme.test", Country: "US", Zone: zone})
	return s
}

func leftIn(s *stage.Stage, team string) int64 {
	s.Helper()
	return stage.Ask(s, operator, flex.BalanceQuery{Team: team}).Left
}

func TestAPackMovesWholeWithItsEnd(t *testing.T) {
	t.Parallel()
	s := twoTeams(t, "Asia/Tokyo")
	p := buy(s, 100)[0]
	s.At("2026-03-05T08:00:00Z")
	launch(s, bob, "draft")
	s.At("2026-03-05T09:00:00Z")
	moved := stage.Do(s, ada, flex.Transfer{Pack: p.ID, To: "annex"}).Pack
	require.Equal(t, flex.PackShown{ID: p.ID, Team: "annex", Tokens: 100, Left: 93, Expires: p.Expires}, moved)
	require.Equal(t, []int64{0, 93}, []int64{leftIn(s, "acme"), leftIn(s, "annex")})
	s.Audit()
	s.At("2026-03-06T07:59:59Z")
	require.Zero(t, launch(s, bob, "draft").Session.Tokens, "an open window stays paid")
	require.Equal(t, []string{"2026-03-05 bob draft 7"}, usage(s))
	s.Clock.Set(p.Expires.Add(-1))
	require.Equal(t, int64(93), leftIn(s, "annex"))
	s.Clock.Set(p.Expires)
	require.Zero(t, leftIn(s, "annex"))
	require.NoError(t, s.RunDue(t.Context()))
	s.Audit()
}

func TestAPackMovesThereAndBack(t *testing.T) {
	t.Parallel()
	s := twoTeams(t, "America/New_York")
	stage.Do(s, operator, account.CreateTeam{Team: "outpost", Owner: "ada@acme.test", Country: "US"})
	p := buy(s, 100)[0]
	for _, c := range []struct {
		to                   string
		acme, annex, outpost int64
	}{
		{"annex", 0, 100, 0},
		{"acme", 100, 0, 0},
		{"annex", 0, 100, 0},
		{"outpost", 0, 0, 100},
		{"acme", 100, 0, 0},
	} {
		s.Clock.Set(s.Clock.Now().AddDate(0, 1, 0))
		moved := stage.Do(s, ada, flex.Transfer{Pack: p.ID, To: c.to}).Pack
		require.Equal(t, p.Expires, moved.Expires)
		require.Equal(t, []int64{c.acme, c.annex, c.outpost}, []int64{leftIn(s, "acme"), leftIn(s, "annex"), leftIn(s, "outpost")})
		s.Audit()
	}
	s.Clock.Set(p.Expires)
	require.NoError(t, s.RunDue(t.Context()))
	s.Audit()
}

func TestAPackIsNotMoved(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		by   rule.Actor
		to   string
		code rule.Code
		with func(*stage.Stage)
	}{
		{"to where it is", ada, "acme", rule.Invalid, nil},
		{"to a team of somebody else's", ada, "globex", rule.NotFound, nil},
		{"to no team", ada, "nowhere", rule.NotFound, nil},
		{"to a team where one is a plain user", ada, "globex", rule.NotPermitted, func(s *stage.Stage) { join(s, "globex", "ada@acme.test", account.User) }},
		{"by another admin", cyd, "annex", rule.NotPermitted, func(s *stage.Stage) {
			stage.Do(s, ada, account.ChangeRole{Team: "acme", User: "cyd@acme.test", Role: account.Secondary})
			join(s, "annex", "cyd@acme.test", account.Secondary)
		}},
		{"by a stranger", dan, "globex", rule.NotFound, nil},
		{"once it has ended", ada, "annex", rule.TooLate, func(s *stage.Stage) { s.At("2027-03-02T08:00:00Z") }},
		{"while tokens of it are held", ada, "annex", rule.Conflict, func(s *stage.Stage) { launch(s, bob, "draft") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := twoTeams(t, "UTC")
			p := buy(s, 100)[0]
			if c.with != nil {
				c.with(s)
			}
			stage.Refused(s, c.by, c.code, flex.Transfer{Pack: p.ID, To: c.to})
			stage.Refused(s, c.by, rule.NotFound, flex.Transfer{Pack: p.ID + "0", To: c.to})
			s.Audit()
		})
	}
}

func TestAPackMovesToATeamThatOneAdministers(t *testing.T) {
	t.Parallel()
	for _, role := range []account.Role{account.Secondary, account.SSO} {
		s := twoTeams(t, "UTC")
		p := buy(s, 100)[0]
		join(s, "globex", "ada@acme.test", role)
		require.Equal(t, "globex", stage.Do(s, ada, flex.Transfer{Pack: p.ID, To: "globex"}).Pack.Team)
		s.Audit()
	}
}

func TestAPackMovesUpToTheInstantBeforeItsEndAndOnceNothingIsHeld(t *testing.T) {
	t.Parallel()
	s := twoTeams(t, "UTC")
	p := buy(s, 100)[0]
	launch(s, bob, "draft")
	s.At("2026-03-02T08:04:59Z")
	stage.Refused(s, ada, rule.Conflict, flex.Transfer{Pack: p.ID, To: "annex"})
	s.At("2026-03-02T08:05:00Z")
	require.Equal(t, int64(93), stage.Do(s, ada, flex.Transfer{Pack: p.ID, To: "annex"}).Pack.Left)
	s.Clock.Set(p.Expires.Add(-1))
	require.Equal(t, int64(93), stage.Do(s, ada, flex.Transfer{Pack: p.ID, To: "acme"}).Pack.Left)
	s.Audit()
}

func TestMovingAPackMovesNoPeople(t *testing.T) {
	t.Parallel()
	s := twoTeams(t, "UTC")
	p := buy(s, 100)[0]
	stage.Do(s, ada, flex.Transfer{Pack: p.ID, To: "annex"})
	require.Equal(t, licensing.None, access(s, bob, "draft"))
	grant(s, "annex", "bob@acme.test", "draft")
	stage.Do(s, bob, account.AcceptInvitation{Team: "annex", Email: "bob@acme.test"})
	o := stage.Do(s, bob, flex.Open{User: "bob@acme.test", Product: "draft", Team: "annex"})
	require.Equal(t, int64(7), o.Session.Tokens)
	require.Equal(t, int64(93), leftIn(s, "annex"))
	s.Audit()
}

func TestMovedTokensCountForTheLowBalanceOfBothTeams(t *testing.T) {
	t.Parallel()
	s := twoTeams(t, "UTC")
	packs := buy(s, 10, 100)
	launch(s, bob, "dearer")
	launch(s, cyd, "patient")
	s.At("2026-03-02T09:00:00Z")
	require.Empty(t, notices(s, "acme", flex.LowBalanceNotice))
	stage.Do(s, ada, flex.Transfer{Pack: packs[1].ID, To: "annex"})
	require.Equal(t, []int64{2}, left(s))
	require.Len(t, notices(s, "acme", flex.LowBalanceNotice), 1, "2 of 10 are left")
	require.Empty(t, notices(s, "annex", flex.LowBalanceNotice))
	s.Audit()
}

func TestAPackThatComesFromElsewhereIsUsedByItsSizeAsBought(t *testing.T) {
	t.Parallel()
	s := twoTeams(t, "UTC")
	large := buy(s, 30)[0]
	small := stage.Do(s, ada, billing.BuyTokens{Team: "annex", Tokens: 20}).Pack
	launch(s, bob, "draft")
	launch(s, cyd, "draft")
	s.At("2026-03-02T09:00:00Z")
	stage.Do(s, ada, flex.Transfer{Pack: small.ID, To: "acme"})
	launch(s, bob, "patient")
	b := balance(s)
	require.Equal(t, []string{small.ID, large.ID}, []string{b.Packs[0].ID, b.Packs[1].ID})
	require.Equal(t, []int64{15, 16}, left(s), "20 were bought in the one and 30 in the other, of which 16 are left")
	s.Audit()
}

// What was given is used, ends and is counted like what was bought, and stays in
// its team whoever asks.
func TestAComplimentaryPackStaysInItsTeam(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		tokens int64
		ok     bool
	}{
		{"fewer than none are not given", -1, false},
		{"none are not given", 0, false},
		{"one is given", 1, true},
		{"as many as can be are given", flex.MaxTokensGiven, true},
		{"one more is not", flex.MaxTokensGiven + 1, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := twoTeams(t, "UTC")
			give := flex.GrantTokens{Team: "acme", Tokens: c.tokens}
			stage.Refused(s, ada, rule.NotPermitted, give)
			if !c.ok {
				require.Equal(t, "FLX-1", stage.Refused(s, operator, rule.Invalid, give).Rule.ID)
				return
			}
			pack := stage.Do(s, operator, give).Pack
			require.True(t, pack.Complimentary)
			require.Equal(t, stage.At("2027-03-02T08:00:00Z"), pack.Expires)
			require.Equal(t, c.tokens, leftIn(s, "acme"))
			move := flex.Transfer{Pack: pack.ID, To: "annex"}
			stage.Refused(s, ada, rule.NotPermitted, move)
			require.Equal(t, "FLX-10", stage.Refused(s, operator, rule.Invalid, move).Rule.ID)
			s.Clock.Set(pack.Expires.Add(-1))
			require.Equal(t, c.tokens, leftIn(s, "acme"))
			s.Clock.Set(pack.Expires)
			require.Zero(t, leftIn(s, "acme"))
			s.Audit()
		})
	}
}
