package account_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// asks is a case by the web that is opened in spite of the offer.
func asks(subject string) account.OpenCase {
	return account.OpenCase{Team: "acme", Subject: subject, Channel: account.Web, DespiteOffer: true}
}

// caseOf opens a case that must be opened.
func caseOf(s *stage.Stage, actor rule.Actor, c account.OpenCase) account.CaseShown {
	s.Helper()
	opened := stage.Do(s, actor, c)
	require.NotNil(s.TB, opened.Case)
	return *opened.Case
}

// seenBy returns the subjects of the cases that an actor sees.
func seenBy(s *stage.Stage, actor rule.Actor, q account.CasesQuery) []string {
	s.Helper()
	list := []string{}
	for _, c := range stage.Ask(s, actor, q).Cases {
		list = append(list, c.Subject)
	}
	return list
}

func TestACaseShowsItsTarget(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		plan     string
		severity int
		target   string
	}{
		{"standard", 1, "2026-01-05T13:00:00Z"},
		{"standard", 2, "2026-01-05T17:00:00Z"},
		{"standard", 3, "2026-01-06T17:00:00Z"},
		{"standard", 0, "2026-01-06T17:00:00Z"},
		{"premium", 1, "2026-01-05T11:00:00Z"},
		{"premium", 3, "2026-01-05T17:00:00Z"},
		{"success", 1, "2026-01-05T10:00:00Z"},
		{"success", 2, "2026-01-05T11:00:00Z"},
	} {
		t.Run(fmt.Sprintf("%s %d", c.plan, c.severity), func(t *testing.T) {
			t.Parallel()
			s := house(t, seatbook.Config{})
			plan(s, "acme", "maya", c.plan, billing.Direct)
			ask := asks("help")
			ask.Severity = c.severity
			opened := caseOf(s, bob, ask)
			require.Equal(t, stage.At(c.target), opened.Target)
			s.At(c.target)
			require.Zero(t, stage.Ask(s, bob, account.SupportQuery{Team: "acme"}).Open.Overdue, "at the target an answer is in time")
			s.Clock.Set(stage.At(c.target).Add(1))
			require.Equal(t, 1, stage.Ask(s, bob, account.SupportQuery{Team: "acme"}).Open.Overdue)
			stage.Do(s, bob, account.ReplyCase{Case: opened.ID, Text: "Is anybody there?"})
			require.True(t, stage.Ask(s, bob, account.CaseQuery{Case: opened.ID}).Case.Overdue, "only an agent answers")
			require.False(t, stage.Do(s, rule.Operator, account.ReplyCase{Case: opened.ID, Text: "We are."}).Case.Overdue)
			s.Audit()
		})
	}
	s := house(t, seatbook.Config{})
	plan(s, "acme", "maya", "", billing.Direct)
	for _, severity := range []int{-1, 4} {
		ask := asks("help")
		ask.Severity = severity
		stage.Refused(s, bob, rule.Invalid, ask)
	}
	s.Audit()
}

func TestWhoSeesACase(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	plan(s, "acme", "maya", "", billing.Direct)
	mine := caseOf(s, bob, asks("Bob asks"))
	caseOf(s, gus, asks("Gus asks"))
	team := account.CasesQuery{Team: "acme"}
	require.Equal(t, []string{"Gus asks", "Bob asks"}, seenBy(s, ada, team), "the purchaser sees all")
	require.Equal(t, []string{"Gus asks", "Bob asks"}, seenBy(s, rule.Operator, team))
	require.Equal(t, []string{"Bob asks"}, seenBy(s, bob, team))
	require.Empty(t, seenBy(s, sam, team), "an admin who bought nothing sees their own")
	stage.Refused(s, sam, rule.NotPermitted, account.CloseCase{Case: mine.ID})
	stage.Refused(s, zoe, rule.NotFound, account.CloseCase{Case: mine.ID})
	stage.Refused(s, sam, rule.NotPermitted, account.DelegateCases{Team: "acme", User: "sam@acme.test"})
	require.Equal(t, []string{"sam@acme.test"}, stage.Do(s, ada, account.DelegateCases{Team: "acme", User: "sam@acme.test"}).Delegates.Users)
	require.Len(t, seenBy(s, sam, team), 2)
	require.Equal(t, 2, stage.Ask(s, sam, account.SupportQuery{Team: "acme"}).Open.Total)
	require.Empty(t, seenBy(s, sam, account.CasesQuery{}), "without a team one's own are listed")
	stage.Do(s, sam, account.ReplyCase{Case: mine.ID, Text: "I know this one"})
	replies := stage.Ask(s, bob, account.CaseQuery{Case: mine.ID}).Replies
	require.Equal(t, "sam@acme.test", replies[0].By)
	stage.Do(s, ada, account.UndelegateCases{Team: "acme", User: "sam@acme.test"})
	stage.Refused(s, sam, rule.NotPermitted, account.CloseCase{Case: mine.ID})
	require.Equal(t, account.CaseClosed, stage.Do(s, bob, account.CloseCase{Case: mine.ID}).Case.Status)
	stage.Refused(s, bob, rule.Conflict, account.CloseCase{Case: mine.ID})
	stage.Refused(s, bob, rule.Conflict, account.ReplyCase{Case: mine.ID, Text: "one more thing"})
	require.Equal(t, []string{"Bob asks"}, seenBy(s, ada, account.CasesQuery{Team: "acme", Status: account.CaseClosed}))
	s.Audit()
}

func TestLeavingATeamEndsTheAccessToItsCases(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	plan(s, "acme", "maya", "premium", billing.Direct)
	mine := caseOf(s, bob, asks("Bob asks"))
	stage.Do(s, ada, account.DelegateCases{Team: "acme", User: "bob@acme.test"})
	stage.Do(s, ada, account.NamePhoneUser{Team: "acme", User: "bob@acme.test"})
	ends := stage.Ask(s, ada, account.RemovalQuery{Team: "acme", User: "bob@acme.test"}).Ends
	for _, end := range []account.Ending{{What: "support", Name: "delegate"}, {What: "support", Name: "phone"}, {What: "case", Name: mine.ID}} {
		require.Contains(t, ends, end)
	}
	stage.Do(s, ada, account.RemoveMember{Team: "acme", User: "bob@acme.test"})
	stage.Refused(s, bob, rule.NotFound, account.CloseCase{Case: mine.ID})
	require.Empty(t, seenBy(s, bob, account.CasesQuery{}))
	require.Equal(t, []string{"Bob asks"}, seenBy(s, ada, account.CasesQuery{Team: "acme"}), "the purchaser keeps it")
	s.At("2026-01-05T09:00:01Z")
	join(s, "acme", "bob@acme.test", account.User)
	require.Empty(t, seenBy(s, bob, account.CasesQuery{Team: "acme"}), "who comes back begins anew")
	stage.Refused(s, bob, rule.NotPermitted, account.CloseCase{Case: mine.ID})
	s.Audit()
}

func TestACaseIsSharedWithTheReseller(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	direct := plan(s, "acme", "revit", "", billing.Direct)
	sold := plan(s, "acme", "maya", "", billing.Reseller)
	ask := asks("help")
	ask.Subscription = direct
	stage.Refused(s, bob, rule.Invalid, account.ShareCase{Case: caseOf(s, bob, ask).ID})
	ask.Subscription = sold
	shared := caseOf(s, bob, ask)
	require.False(t, shared.Shared)
	require.True(t, stage.Do(s, bob, account.ShareCase{Case: shared.ID}).Case.Shared)
	require.True(t, stage.Do(s, ada, account.ShareCase{Case: shared.ID}).Case.Shared, "what is shared stays so")
	require.False(t, stage.Do(s, ada, account.UnshareCase{Case: shared.ID}).Case.Shared)
	ask.Subscription = "sub_gamma_1"
	stage.Refused(s, bob, rule.NotAssigned, ask)
	s.Audit()
}

func TestNoCaseHoldsACardsNumber(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	plan(s, "acme", "maya", "", billing.Direct)
	for _, c := range []struct {
		name, subject, text string
		ok                  bool
	}{
		{"in the subject", "my card 4111-1111-1111-1111", "", false},
		{"in the text", "card", "it is 4111 1111 1111 1111, thank you", false},
		{"but another number", "card", "it is 4111 1111 1111 1112, thank you", true},
		{"a subject of 200 bytes", strings.Repeat("s", account.MaxName), "", true},
		{"no subject of 201", strings.Repeat("s", account.MaxName+1), "", false},
		{"a text of 10,000 bytes", "long", strings.Repeat("t", account.MaxText), true},
		{"no text of 10,001", "long", strings.Repeat("t", account.MaxText+1), false},
	} {
		ask := asks(c.subject)
		ask.Text = c.text
		if !c.ok {
			stage.Refused(s, bob, rule.Invalid, ask)
			continue
		}
		opened := caseOf(s, bob, ask)
		stage.Refused(s, bob, rule.Invalid, account.ReplyCase{Case: opened.ID, Text: "4111111111111111"})
	}
	s.Audit()
}

func TestCasesAreFoundAndPaged(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	plan(s, "acme", "maya", "", billing.Direct)
	for i := range 7 {
		ask := asks(fmt.Sprintf("Question %d", i))
		ask.Severity = i%3 + 1
		ask.Text = []string{"Lines", "Blocks"}[i%2]
		caseOf(s, []rule.Actor{bob, gus}[i%2], ask)
	}
	require.Equal(t, []string{"Question 5", "Question 3", "Question 1"}, seenBy(s, ada, account.CasesQuery{Team: "acme", Search: " bLOCKS "}))
	require.Equal(t, []string{"Question 6", "Question 3", "Question 0"}, seenBy(s, ada, account.CasesQuery{Team: "acme", Severity: 1}))
	for actor, want := range map[rule.Actor]int{ada: 7, bob: 4, gus: 3} {
		var all []string
		q := account.CasesQuery{Team: "acme", Limit: 2}
		for {
			page := stage.Ask(s, actor, q)
			require.LessOrEqual(t, len(page.Cases), 2)
			for _, c := range page.Cases {
				all = append(all, c.Subject)
			}
			if q.After = page.Next; q.After == "" {
				break
			}
		}
		require.Equal(t, seenBy(s, actor, account.CasesQuery{Team: "acme"}), all)
		require.Len(t, all, want)
	}
	for _, limit := range []int{-1, 201} {
		_, err := seatbook.Ask(t.Context(), s.Engine, ada, account.CasesQuery{Team: "acme", Limit: limit})
		require.ErrorIs(t, err, rule.Invalid)
	}
	s.Audit()
}

func TestACaseWithoutATeam(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	ask := account.OpenCase{Subject: "help", Channel: account.Web, DespiteOffer: true}
	stage.Refused(s, eve, rule.NotAssigned, ask)
	stage.Do(s, eve, licensing.StartTrial{User: "eve@acme.test", Product: "maya"})
	own := caseOf(s, eve, ask)
	require.Empty(t, own.Team)
	require.Equal(t, 1, stage.Ask(s, eve, account.SupportQuery{}).Open.Total)
	stage.Refused(s, zoe, rule.NotFound, account.CloseCase{Case: own.ID})
	stage.Refused(s, eve, rule.Invalid, account.ShareCase{Case: own.ID})
	plan(s, "acme", "maya", "", billing.Direct)
	join(s, "acme", "eve@acme.test", account.User)
	require.Equal(t, "acme", caseOf(s, eve, ask).Team, "the only team is meant")
	require.Len(t, stage.Ask(s, eve, account.CasesQuery{}).Cases, 2)
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "gamma", Owner: "eve@acme.test"})
	refusal := stage.Refused(s, eve, rule.Invalid, ask)
	require.Contains(t, refusal.Error(), "acme")
	require.Contains(t, refusal.Error(), "gamma")
	stage.Do(s, eve, account.CloseCase{Case: own.ID})
	s.Audit()
}
