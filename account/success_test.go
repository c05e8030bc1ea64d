package account_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/rule"
)

func TestTheSuccessCentreIsForTeamsWithASuccessPlan(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, plan, at string
		actor          rule.Actor
		code           rule.Code
	}{
		{"and everyone in them", "success", monday, gus, ""},
		{"up to the end of the plan", "success", "2027-01-05T08:59:59Z", bob, ""},
		{"and not at it", "success", "2027-01-05T09:00:00Z", bob, rule.NotPermitted},
		{"and not with another plan", "premium", monday, ada, rule.NotPermitted},
		{"and not for the operator without it", "premium", monday, rule.Operator, rule.NotAssigned},
		{"and there is none to strangers", "success", monday, zoe, rule.NotFound},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := house(t, seatbook.Config{})
			plan(s, "acme", "maya", c.plan, billing.Direct)
			s.At(c.at)
			write := account.ContactSuccessManager{Team: "acme", Text: "How do we begin?"}
			if c.code != "" {
				stage.Refused(s, c.actor, c.code, write)
				stage.Refused(s, c.actor, c.code, account.AddLearningPlan{Team: "acme", Title: "first steps"})
				stage.Refused(s, c.actor, c.code, account.BookCoaching{Team: "acme", At: stage.At("2027-01-06T10:00:00Z")})
			} else {
				require.Equal(t, c.actor.Email(), stage.Do(s, c.actor, write).Entry.By)
			}
			s.Audit()
		})
	}
}

// 5 January 2026 is a Monday, and acme works in UTC.
func TestACoachingSessionIsBooked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, at string
		code     rule.Code
	}{
		{"for later that day", "2026-01-05T09:00:01Z", ""},
		{"not for now", "2026-01-05T09:00:00Z", rule.TooLate},
		{"not for the past", "2026-01-02T10:00:00Z", rule.TooLate},
		{"from the opening on", "2026-01-06T09:00:00Z", ""},
		{"not a second before it", "2026-01-06T08:59:59Z", rule.Invalid},
		{"up to the closing", "2026-01-06T16:00:00Z", ""},
		{"not a second over it", "2026-01-06T16:00:01Z", rule.Invalid},
		{"not on a Saturday", "2026-01-10T10:00:00Z", rule.Invalid},
		{"up to a year ahead", "2027-01-05T09:00:00Z", ""},
		{"not further", "2027-01-05T09:00:01Z", rule.TooEarly},
		{"right before another one", "2026-02-02T10:00:00Z", ""},
		{"right after another one", "2026-02-02T12:00:00Z", ""},
		{"not a second into another one", "2026-02-02T10:00:01Z", rule.Conflict},
		{"not at the last second of another one", "2026-02-02T11:59:59Z", rule.Conflict},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := house(t, seatbook.Config{})
			plan(s, "acme", "maya", "success", billing.Direct)
			stage.Do(s, ada, account.BookCoaching{Team: "acme", At: stage.At("2026-02-02T11:00:00Z")})
			book := account.BookCoaching{Team: "acme", At: stage.At(c.at), Topic: "templates"}
			if c.code != "" {
				stage.Refused(s, bob, c.code, book)
			} else {
				require.Equal(t, stage.At(c.at).Add(time.Hour), *stage.Do(s, bob, book).Entry.Ends)
			}
			s.Audit()
		})
	}
}

func TestTheSuccessCentreListsWhatWasDone(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	plan(s, "acme", "maya", "success", billing.Direct)
	stage.Do(s, rule.Operator, account.SetSupportContacts{Team: "acme", SuccessManager: "Ines Roy"})
	stage.Do(s, bob, account.ContactSuccessManager{Team: "acme", Text: "Where do we begin?"})
	stage.Do(s, bob, account.AddLearningPlan{Team: "acme", Title: "first steps", Courses: []string{"lines", "blocks"}})
	stage.Do(s, gus, account.BookCoaching{Team: "acme", At: stage.At("2026-01-06T10:00:00Z")})
	stage.Refused(s, bob, rule.Invalid, account.AddLearningPlan{Team: "acme", Title: "too much", Courses: make([]string, account.MaxCourses+1)})
	stage.Do(s, bob, account.AddLearningPlan{Team: "acme", Title: "much", Courses: make([]string, account.MaxCourses)})
	stage.Refused(s, bob, rule.Invalid, account.ContactSuccessManager{Team: "acme", Text: "pay with 4111111111111111"})
	for _, c := range []struct {
		actor   rule.Actor
		entries int
	}{{ada, 4}, {bob, 4}, {gus, 3}, {rule.Operator, 4}} {
		centre := stage.Ask(s, c.actor, account.SuccessQuery{Team: "acme"})
		require.Equal(t, "Ines Roy", centre.Manager)
		require.Len(t, centre.Entries, c.entries, "%s", c.actor)
	}
	page := stage.Ask(s, ada, account.SuccessQuery{Team: "acme", Limit: 3})
	require.NotEmpty(t, page.Next)
	rest := stage.Ask(s, ada, account.SuccessQuery{Team: "acme", Limit: 3, After: page.Next})
	require.Len(t, rest.Entries, 1)
	require.Empty(t, rest.Next)
	require.Equal(t, account.SuccessMessage, rest.Entries[0].Kind)
	require.Len(t, stage.Ask(s, ada, account.SuccessQuery{Team: "acme", Kind: account.CoachingBooking}).Entries, 1)
	s.Audit()
}
