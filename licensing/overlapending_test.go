package licensing_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// ending are acme's notices that an overlap will end, as "recipient instant
// reader people".
func ending(s *stage.Stage) []string {
	s.Helper()
	list := []string{}
	for query := (account.NoticesQuery{Team: "acme", Limit: account.MaxPage}); ; {
		page := stage.Ask(s, rule.Operator, query)
		if len(page) == 0 {
			return list
		}
		for _, n := range page {
			if n.Kind == licensing.OverlapEndingNotice {
				list = append(list, n.To+" "+n.At.Format("2006-01-02T15:04:05Z")+" "+n.Facts["reader"]+" "+n.Facts["people"])
			}
			query.After = n.ID
		}
	}
}

func TestTheEndOfAnOverlapIsToldSevenDaysAndOneDayBefore(t *testing.T) {
	t.Parallel()
	s := upgraded(t, seatbook.Config{}, "2026-02-01T10:00:00Z")
	week := []string{"ada@acme.test 2026-02-24T10:00:00Z admin 2", "bob@acme.test 2026-02-24T10:00:00Z holder 2", "eve@acme.test 2026-02-24T10:00:00Z holder 2"}
	day := []string{"ada@acme.test 2026-03-02T10:00:00Z admin 2", "bob@acme.test 2026-03-02T10:00:00Z holder 2", "eve@acme.test 2026-03-02T10:00:00Z holder 2"}
	require.Empty(t, ending(s.At("2026-02-24T09:59:59Z")))
	require.ElementsMatch(t, week, ending(s.At("2026-02-24T10:00:00Z")))
	s.Audit()
	require.Len(t, ending(s.At("2026-03-02T09:59:59Z")), 3)
	require.ElementsMatch(t, append(week, day...), ending(s.At("2026-03-02T10:00:00Z")))
	s.Audit()
	require.Len(t, ending(s.At("2026-04-01T00:00:00Z")), 6, "the end itself is told to nobody")
	s.Audit()
}

func TestTheNoticeOfAnOverlapSaysWhatTheTeamMovesFromAndTo(t *testing.T) {
	t.Parallel()
	s := upgraded(t, seatbook.Config{}, "2026-02-01T10:00:00Z").At("2026-02-24T10:00:00Z")
	for _, n := range stage.Ask(s, bob, account.NoticesQuery{}) {
		if n.Kind == licensing.OverlapEndingNotice {
			require.Equal(t, map[string]string{
				"team": "acme", "product": "autocad-lt", "next": "autocad", "ends": "2026-03-03T10:00:00Z", "reader": "holder", "people": "2",
			}, n.Facts)
			return
		}
	}
	t.Fatal("Bob was not told")
}

func TestOnlyWhoStillHasTheOverlapIsToldOfItsEnd(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		before func(s *stage.Stage)
		want   []string
	}{
		{"and not who was unassigned before", func(s *stage.Stage) {
			stage.Do(s, ada, licensing.Unassign{Team: "acme", Product: "autocad-lt", User: "bob@acme.test"})
		}, []string{"ada@acme.test 2026-02-24T10:00:00Z admin 1", "eve@acme.test 2026-02-24T10:00:00Z holder 1"}},
		{"and not who has left the team", func(s *stage.Stage) {
			stage.Do(s, ada, account.RemoveMember{Team: "acme", User: "bob@acme.test"})
		}, []string{"ada@acme.test 2026-02-24T10:00:00Z admin 1", "eve@acme.test 2026-02-24T10:00:00Z holder 1"}},
		{"and no admin where nobody is left", func(s *stage.Stage) {
			stage.Do(s, ada, account.RemoveMember{Team: "acme", User: "bob@acme.test"})
			s.Audit()
			stage.Do(s, ada, licensing.Unassign{Team: "acme", Product: "autocad-lt", User: "eve@acme.test"})
		}, nil},
		{"and an admin who has one too gets the admins' letter alone", func(s *stage.Stage) {
			stage.Do(s, ada, account.ChangeRole{Team: "acme", User: "eve@acme.test", Role: account.Secondary})
		}, []string{
			"ada@acme.test 2026-02-24T10:00:00Z admin 2", "eve@acme.test 2026-02-24T10:00:00Z admin 2", "bob@acme.test 2026-02-24T10:00:00Z holder 2",
		}},
		{"and nobody who mutes it", func(s *stage.Stage) {
			stage.Do(s, bob, account.UpdateProfile{User: "bob@acme.test", Notices: map[account.NoticeKind]bool{licensing.OverlapEndingNotice: false}})
		}, []string{"ada@acme.test 2026-02-24T10:00:00Z admin 2", "eve@acme.test 2026-02-24T10:00:00Z holder 2"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := upgraded(t, seatbook.Config{}, "2026-02-01T10:00:00Z").At("2026-02-24T09:59:59Z")
			c.before(s)
			s.Audit()
			require.ElementsMatch(t, c.want, ending(s.At("2026-02-24T10:00:00Z")))
			s.Audit()
		})
	}
}

func TestWhoEndsTheirOverlapBetweenTheNoticesGetsTheFirstAlone(t *testing.T) {
	t.Parallel()
	s := upgraded(t, seatbook.Config{}, "2026-02-01T10:00:00Z").At("2026-02-24T10:00:00Z")
	stage.Do(s, ada, licensing.Unassign{Team: "acme", Product: "autocad-lt", User: "bob@acme.test"})
	stage.Do(s, ada, licensing.Unassign{Team: "acme", Product: "autocad-lt", User: "eve@acme.test"})
	s.Audit()
	require.Len(t, ending(s.At("2026-03-10T00:00:00Z")), 3)
	s.Audit()
}

func TestTheNoticesOfAnOverlapAreAsThePolicySays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, overlap, notice string
		want                  int
	}{
		{"none where it says none", "30d", "[]", 0},
		{"one where two are the same", "30d", "[7d, 7d]", 3},
		{"none that would lie at the order", "7d", "[7d]", 0},
		{"one that lies a day after it", "8d", "[7d]", 3},
		{"none for an overlap of no days", "0d", "[7d, 1d]", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := upgraded(t, seatbook.Config{Policy: map[string]string{"upgrade-overlap": c.overlap, "overlap-notice": c.notice}}, "2026-02-01T10:00:00Z")
			s.Audit()
			require.Len(t, ending(s.At("2026-03-10T00:00:00Z")), c.want)
			s.Audit()
		})
	}
}

// Paris puts its clocks forward on 29 March: a week before 10:00 there is 10:00 there.
func TestTheNoticesOfAnOverlapAreOfTheTeamsCalendar(t *testing.T) {
	t.Parallel()
	s := stage.Begin(t, monday, seatbook.Config{})
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "acme", Owner: "ada@acme.test", Country: "FR", Zone: "Europe/Paris"})
	stage.Do(s, rule.Operator, billing.AddPaymentMethod{Team: "acme", Kind: billing.Card, Token: "tok_1", Last4: "4242"})
	lt := buy(s, "autocad-lt", 1, licensing.Annual)
	assign(s, "autocad-lt", "ada@acme.test")
	s.At("2026-03-04T09:00:00Z")
	up := stage.Do(s, ada, billing.Upgrade{Subscription: lt, To: "autocad"})
	require.Equal(t, stage.At("2026-04-03T08:00:00Z"), up.OverlapEnds)
	require.Empty(t, ending(s.At("2026-03-27T08:59:59Z")))
	require.Equal(t, []string{"ada@acme.test 2026-03-27T09:00:00Z admin 1"}, ending(s.At("2026-03-27T09:00:00Z")))
	s.Audit()
}

func TestEachUpgradeTellsOfItsOwnOverlap(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	first := buy(s, "autocad-lt", 1, licensing.Annual)
	second := buy(s, "autocad-lt", 1, licensing.Annual)
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "autocad-lt", User: "bob@acme.test", Subscription: first})
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "autocad-lt", User: "eve@acme.test", Subscription: second})
	stage.Do(s, rule.Operator, billing.Upgrade{Subscription: first, To: "autocad"})
	stage.Do(s, rule.Operator, billing.Upgrade{Subscription: second, To: "autocad"})
	s.Audit()
	require.ElementsMatch(t, []string{
		"ada@acme.test 2026-01-28T09:00:00Z admin 1", "bob@acme.test 2026-01-28T09:00:00Z holder 1",
		"ada@acme.test 2026-01-28T09:00:00Z admin 1", "eve@acme.test 2026-01-28T09:00:00Z holder 1",
	}, ending(s.At("2026-01-28T09:00:00Z")))
	s.Audit()
}

func TestTheAdminsGetOneLetterForManyPeople(t *testing.T) {
	t.Parallel()
	const many = 100
	s := house(t, seatbook.Config{Policy: map[string]string{"card-limit": "1000000.00 USD"}})
	lt := buy(s, "autocad-lt", many, licensing.Annual)
	for n := range many {
		email := rule.Address(fmt.Sprintf("p%d@acme.test", n))
		join(s, "acme", email, account.User)
		assign(s, "autocad-lt", email)
	}
	stage.Do(s, rule.Operator, billing.Upgrade{Subscription: lt, To: "autocad"})
	list := ending(s.At("2026-01-28T09:00:00Z"))
	require.Len(t, list, many+1)
	require.Contains(t, list, "ada@acme.test 2026-01-28T09:00:00Z admin 100")
	s.Audit()
}
