package licensing_test

import (
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

var bobLearns = licensing.StartEducation{User: "bob@acme.test", Product: "maya"}

func confirm(s *stage.Stage, until string) {
	s.Helper()
	stage.Do(s, rule.Operator, licensing.ConfirmEducation{User: "bob@acme.test", Until: stage.At(until)})
}

// lessons are the notices of the end of bob's education access, as "at renewable ends".
func lessons(s *stage.Stage) []string {
	s.Helper()
	list := []string{}
	for _, n := range stage.Ask(s, bob, account.NoticesQuery{User: "bob@acme.test"}) {
		if n.Kind == licensing.EducationEndingNotice {
			list = append(list, strings.Join([]string{rule.Show(n.At), n.Facts["renewable"], n.Facts["ends"]}, " "))
		}
	}
	return list
}

func TestEducationAccessLastsAYear(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, zone, started, last, end, renewable string
		policy                                    map[string]string
	}{
		{"and not one second more", "", monday, "2027-01-05T08:59:59Z", "2027-01-05T09:00:00Z", "2026-12-06T09:00:00Z", nil},
		{"from a leap day to the end of February", "", "2028-02-29T09:00:00Z", "2029-02-28T08:59:59Z", "2029-02-28T09:00:00Z", "2029-01-29T09:00:00Z", nil},
		{"in the person's zone, where the clocks are changed", "Europe/Paris", "2026-03-28T09:00:00Z", "2027-03-28T07:59:59Z", "2027-03-28T08:00:00Z", "2027-02-26T09:00:00Z", nil},
		{"or as long as the policy says", "", monday, "2026-07-05T08:59:59Z", "2026-07-05T09:00:00Z", "2026-06-28T09:00:00Z", map[string]string{"education-life": "6mo", "education-notice": "7d"}},
		{"and can be renewed at once where the notice is longer", "", monday, "2026-02-05T08:59:59Z", "2026-02-05T09:00:00Z", monday, map[string]string{"education-life": "1mo", "education-notice": "60d"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := stage.Begin(t, c.started, seatbook.Config{Policy: c.policy, Zone: zone(t, "Asia/Tokyo")})
			confirm(s, "2035-01-01T00:00:00Z")
			if c.zone != "" {
				stage.Do(s, bob, account.UpdateProfile{User: "bob@acme.test", Zone: period.Zone(c.zone)})
			}
			began := stage.Do(s, bob, bobLearns).Education
			require.Equal(t, licensing.EducationShown{
				User: "bob@acme.test", Product: "maya", Starts: stage.At(c.started), Ends: stage.At(c.end), Renewable: stage.At(c.renewable), Running: true,
			}, began)
			right := access(s.At(c.last), "bob@acme.test", "maya")
			require.True(t, right.Allowed)
			require.Equal(t, licensing.Educating, right.Source)
			require.Contains(t, right.Rules, "LIC-14")
			ends(t, c.end, right)
			require.NotEmpty(t, stage.Ask(s, bob, licensing.DownloadsQuery{User: "bob@acme.test", Product: "maya"}))
			require.Equal(t, licensing.Educating, stage.Do(s, bob, licensing.Download{User: "bob@acme.test", Product: "maya"}).Download.Source)
			require.Equal(t, licensing.None, source(s.At(c.end), "bob@acme.test", "maya"))
			stage.Refused(s, bob, rule.NotAssigned, licensing.Download{User: "bob@acme.test", Product: "maya"})
			s.Audit()
		})
	}
}

func TestEducationAccessIsForWhoIsEligible(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	refusal := stage.Refused(s, bob, rule.NotAssigned, bobLearns)
	require.Equal(t, licensing.EducationRule, refusal.Rule)
	require.Equal(t, "support", refusal.Contact)
	for _, actor := range []rule.Actor{bob, ada} {
		stage.Refused(s, actor, rule.NotPermitted, licensing.ConfirmEducation{User: "bob@acme.test", Until: stage.At("2027-01-01T00:00:00Z")})
	}
	confirm(s, "2026-02-01T00:00:00Z")
	s.At("2026-01-31T23:59:59Z")
	stage.Refused(s, ada, rule.NotPermitted, bobLearns)
	stage.Refused(s, bob, rule.NotFound, licensing.StartEducation{User: "bob@acme.test", Product: "nothing"})
	stage.Do(s, bob, bobLearns)
	s.At("2026-02-01T00:00:00Z")
	stage.Refused(s, bob, rule.NotAssigned, licensing.StartEducation{User: "bob@acme.test", Product: "revit"})
	require.Equal(t, licensing.Educating, source(s, "bob@acme.test", "maya"), "what was started goes on")
	shown := stage.Ask(s, bob, licensing.EducationQuery{User: "bob@acme.test"})
	until := stage.At("2026-02-01T00:00:00Z")
	require.Equal(t, licensing.StudentShown{User: "bob@acme.test", Until: &until}, shown.Student)
	require.Len(t, shown.Products, 1)
	require.Equal(t, licensing.EducationList{Student: licensing.StudentShown{User: "eve@acme.test"}, Products: []licensing.EducationShown{}},
		stage.Ask(s, eve, licensing.EducationQuery{User: "eve@acme.test"}))
	_, err := asked(s, ada, licensing.EducationQuery{User: "bob@acme.test"})
	require.ErrorIs(t, err, rule.NotPermitted)
	stage.Do(s, ada, account.RemoveMember{Team: "acme", User: "bob@acme.test"})
	require.Equal(t, licensing.Educating, source(s, "bob@acme.test", "maya"), "it is no team's")
	s.Audit()
}

func TestEducationAccessIsRenewedFromItsNoticeOn(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	confirm(s, "2028-01-01T00:00:00Z")
	renew := licensing.RenewEducation(bobLearns)
	stage.Refused(s, bob, rule.NotFound, renew)
	stage.Do(s, bob, bobLearns)
	require.Equal(t, licensing.EducationRule, stage.Refused(s, bob, rule.Conflict, bobLearns).Rule)
	s.At("2026-12-06T08:59:59Z")
	stage.Refused(s, bob, rule.TooEarly, renew)
	require.Empty(t, lessons(s))
	s.At("2026-12-06T09:00:00Z")
	require.Equal(t, []string{"2026-12-06T09:00:00Z yes 2027-01-05T09:00:00Z"}, lessons(s))
	renewed := stage.Do(s, bob, renew).Education
	require.Equal(t, stage.At(monday), renewed.Starts)
	require.Equal(t, stage.At("2028-01-05T09:00:00Z"), renewed.Ends, "a year from the end, whenever it is renewed")
	stage.Refused(s, bob, rule.TooEarly, renew)
	s.Audit()
	s.At("2027-12-06T09:00:00Z")
	require.Len(t, lessons(s), 2)
	confirm(s, "2027-12-06T09:00:00Z")
	stage.Refused(s, bob, rule.NotAssigned, renew)
	confirm(s, "2029-01-01T00:00:00Z")
	s.At("2028-01-05T08:59:59Z")
	require.Equal(t, stage.At("2029-01-05T09:00:00Z"), stage.Do(s, bob, renew).Education.Ends)
	s.At("2029-01-05T09:00:00Z")
	require.Len(t, lessons(s), 3)
	require.Contains(t, lessons(s)[2], " yes ")
	confirm(s, "2030-01-01T00:00:00Z")
	stage.Refused(s, bob, rule.TooLate, renew)
	require.Equal(t, stage.At("2030-01-05T09:00:00Z"), stage.Do(s, bob, bobLearns).Education.Ends, "once it is over it is started anew")
	s.Audit()
}

func TestTheNoticeSaysWhetherItCanBeRenewed(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	confirm(s, "2026-12-06T09:00:00Z")
	stage.Do(s, bob, bobLearns)
	s.At("2026-12-06T09:00:00Z")
	require.Equal(t, []string{"2026-12-06T09:00:00Z no 2027-01-05T09:00:00Z"}, lessons(s))
	s.At("2036-12-06T09:00:00Z")
	require.Len(t, lessons(s), 1)
	s.Audit()
}

func TestEducationAccessComesAfterASeatAndATrialAndBeforeTokens(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Do(s, rule.Operator, billing.BuyTokens{Team: "acme", Tokens: 100})
	stage.Do(s, ada, flex.Assign{Team: "acme", User: "bob@acme.test", Products: flex.Products{List: []string{"maya"}}})
	require.Equal(t, licensing.Tokens, source(s, "bob@acme.test", "maya"))
	confirm(s, "2028-01-01T00:00:00Z")
	stage.Do(s, bob, licensing.StartEducation{User: "bob@acme.test", Product: "media"})
	require.Equal(t, licensing.Educating, source(s, "bob@acme.test", "maya"), "that of a collection covers its products")
	stage.Do(s, bob, licensing.StartTrial{User: "bob@acme.test", Product: "maya"})
	require.Equal(t, licensing.OnTrial, source(s, "bob@acme.test", "maya"))
	buy(s, "maya", 1, licensing.Annual)
	assign(s, "maya", "bob@acme.test")
	require.Equal(t, licensing.Seat, source(s, "bob@acme.test", "maya"))
	stage.Do(s, ada, licensing.Unassign{Team: "acme", Product: "maya", User: "bob@acme.test"})
	s.At("2026-02-04T09:00:00Z")
	require.Equal(t, licensing.Educating, source(s, "bob@acme.test", "maya"))
	require.Equal(t, []string{"trial-ending 2026-01-28T09:00:00Z education", "trial-ending 2026-02-03T09:00:00Z education", "trial-ended 2026-02-04T09:00:00Z education"}, told(s))
	s.Audit()
}

func TestASessionFallsToTokensWhenTheEducationAccessEnds(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	confirm(s, "2028-01-01T00:00:00Z")
	stage.Do(s, bob, bobLearns)
	s.At("2027-01-05T08:00:00Z")
	stage.Do(s, rule.Operator, billing.BuyTokens{Team: "acme", Tokens: 100})
	stage.Do(s, ada, flex.Assign{Team: "acme", User: "bob@acme.test", Products: flex.Products{List: []string{"maya"}}})
	open := stage.Do(s, bob, flex.Open{User: "bob@acme.test", Product: "maya"})
	require.Equal(t, licensing.Educating, open.Source)
	left := func() int64 { return stage.Ask(s, ada, flex.BalanceQuery{Team: "acme"}).Left }
	s.At("2027-01-05T08:59:59Z")
	require.Equal(t, int64(100), left())
	s.At("2027-01-05T09:00:00Z")
	require.Equal(t, int64(94), left())
	require.Equal(t, licensing.Tokens, stage.Do(s, bob, flex.Close{Session: open.Session.ID}).Session.Source)
	s.Audit()
}

func TestASessionGoesOnWhenTheEducationAccessIsRenewed(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	confirm(s, "2028-01-01T00:00:00Z")
	stage.Do(s, bob, bobLearns)
	s.At("2027-01-05T08:00:00Z")
	open := stage.Do(s, bob, flex.Open{User: "bob@acme.test", Product: "maya"})
	stage.Do(s, bob, licensing.RenewEducation(bobLearns))
	s.At("2027-01-05T09:00:00Z")
	shown := stage.Do(s, bob, flex.Activity{Session: open.Session.ID}).Session
	require.Equal(t, licensing.Educating, shown.Source)
	require.Nil(t, shown.Closed)
	s.At("2028-01-05T09:00:00Z")
	require.NotNil(t, stage.Do(s, bob, flex.Close{Session: open.Session.ID}).Session.Closed)
	s.Audit()
}
