package account_test

import (
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

// usageTold are the instants of usage notices with how many people were inactive.
func usageTold(s *stage.Stage) []string {
	s.Helper()
	list := []string{}
	for _, n := range stage.Ask(s, ada, account.NoticesQuery{Team: "acme"}) {
		if n.Kind == account.InactiveNotice {
			list = append(list, n.At.UTC().Format("2006-01-02 ")+n.Facts["people"]+"/"+n.Facts["members"]+" "+n.To)
		}
	}
	return list
}

func TestARhythmIsCountedFromItsAnchor(t *testing.T) {
	t.Parallel()
	paris, err := time.LoadLocation("Europe/Paris")
	require.NoError(t, err)
	for _, c := range []struct {
		rhythm account.Rhythm
		anchor string
		n      int
		want   string
	}{
		{account.Weekly, "2026-03-23T09:00:00+01:00", 1, "2026-03-30T09:00:00+02:00"},
		{account.Fortnightly, "2026-03-23T09:00:00+01:00", 2, "2026-04-20T09:00:00+02:00"},
		{account.EveryMonth, "2026-01-31T09:00:00+01:00", 1, "2026-02-28T09:00:00+01:00"},
		{account.EveryMonth, "2026-01-31T09:00:00+01:00", 2, "2026-03-31T09:00:00+02:00"},
		{account.Quarterly, "2026-11-30T09:00:00+01:00", 1, "2027-02-28T09:00:00+01:00"},
		{account.Quarterly, "2026-11-30T09:00:00+01:00", 2, "2027-05-30T09:00:00+02:00"},
		{account.Never, "2026-11-30T09:00:00+01:00", 2, "0001-01-01T00:00:00Z"},
	} {
		require.True(t, stage.At(c.want).Equal(c.rhythm.At(stage.At(c.anchor), c.n, paris)), "%s %d", c.rhythm, c.n)
	}
}

func TestUsageNoticesAreSentEachPeriodUntilTheyAreSwitchedOff(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	s.At("2026-01-31T09:00:00Z")
	set := stage.Do(s, ada, account.SetUsageNotices{Team: "acme", Every: account.EveryMonth})
	require.Equal(t, account.ThirtyDays, set.UsageNotices.Inactive)
	require.Equal(t, stage.At("2026-02-28T09:00:00Z"), *set.UsageNotices.Next)
	s.At("2026-02-28T08:59:59Z")
	require.Empty(t, usageTold(s))
	s.At("2026-02-28T09:00:00Z")
	require.Equal(t, []string{"2026-02-28 5/5 ada@acme.test"}, usageTold(s))
	s.At("2026-05-15T09:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	require.Equal(t, []string{"2026-02-28 5/5 ada@acme.test", "2026-03-31 5/5 ada@acme.test", "2026-04-30 5/5 ada@acme.test"}, usageTold(s))
	s.Audit()
	off := stage.Do(s, ada, account.SetUsageNotices{Team: "acme", Every: account.Never})
	require.Nil(t, off.UsageNotices.Next)
	_, due, err := s.NextDue(t.Context())
	require.NoError(t, err)
	require.False(t, due, "nothing waits any more")
	s.At("2027-05-15T09:00:00Z")
	require.Len(t, usageTold(s), 3)
	s.Audit()
}

func TestWhoWorkedIsNotInactive(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, closed, at string
		want             []string
	}{
		{"a second less than thirty days ago", "2026-02-06T09:00:01Z", "2026-03-08T09:00:00Z", []string{"2026-03-08 4/5 ada@acme.test"}},
		{"exactly thirty days ago", "2026-02-06T09:00:00Z", "2026-03-08T09:00:00Z", []string{"2026-03-08 5/5 ada@acme.test"}},
		{"and still does", "", "2026-03-08T09:00:00Z", []string{"2026-03-08 4/5 ada@acme.test"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := house(t, seatbook.Config{})
			buy(s, "acme", "maya", 1)
			stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "maya", User: "bob@acme.test"})
			id := stage.Do(s, bob, flex.Open{User: "bob@acme.test", Product: "maya"}).Session.ID
			if c.closed != "" {
				s.At(c.closed)
				stage.Do(s, bob, flex.Close{Session: id})
			}
			s.At("2026-02-08T09:00:00Z")
			stage.Do(s, ada, account.SetUsageNotices{Team: "acme", Every: account.EveryMonth})
			s.At(c.at)
			require.Equal(t, c.want, usageTold(s))
			s.Audit()
		})
	}
}

func TestNobodyInactiveIsNoNews(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Do(s, ada, account.SetUsageNotices{Team: "acme", Every: account.Weekly})
	s.At("2026-02-02T09:00:00Z")
	require.Empty(t, usageTold(s), "four weeks after all of them joined")
	s.At("2026-02-09T09:00:00Z")
	require.Equal(t, []string{"2026-02-09 5/5 ada@acme.test"}, usageTold(s))
	stage.Do(s, ada, account.SetUsageNotices{Team: "acme", Every: account.Weekly, Inactive: account.TwelveMonths})
	require.Equal(t, stage.At("2026-02-16T09:00:00Z"), *stage.Ask(s, ada, account.SettingsQuery{Team: "acme"}).UsageNotices.Next)
	s.At("2026-12-28T09:00:00Z")
	require.Len(t, usageTold(s), 1)
	s.At("2027-01-11T09:00:00Z")
	require.Len(t, usageTold(s), 2)
	s.Audit()
}

func TestThePrimaryAdminAloneSetsUsageNotices(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	for _, actor := range []rule.Actor{sam, ola, bob, gus} {
		stage.Refused(s, actor, rule.NotPermitted, account.SetUsageNotices{Team: "acme", Every: account.Weekly})
	}
	stage.Refused(s, zoe, rule.NotFound, account.SetUsageNotices{Team: "acme", Every: account.Weekly})
	stage.Refused(s, ada, rule.Invalid, account.SetUsageNotices{Team: "acme", Every: "daily"})
	stage.Refused(s, ada, rule.Invalid, account.SetUsageNotices{Team: "acme", Every: account.Weekly, Inactive: "1d"})
	before := s.Digest()
	stage.Do(s, ada, account.SetUsageNotices{Team: "acme", Every: account.Never})
	require.Equal(t, before, s.Digest(), "off is how it begins")
	stage.Do(s, ada, account.SetUsageNotices{Team: "acme", Every: account.Weekly})
	stage.Do(s, ada, account.ChangeRole{Team: "acme", User: "sam@acme.test", Role: account.Primary})
	s.At("2026-02-16T09:00:00Z")
	require.Equal(t, []string{"2026-02-09 5/5 sam@acme.test", "2026-02-16 5/5 sam@acme.test"}, usageTold(s), "whoever is primary then is told")
	s.Audit()
}

func TestAPolicySetsUsageNoticesOfNewTeams(t *testing.T) {
	t.Parallel()
	s := begin(t, seatbook.Config{Policy: map[string]string{"usage-notice": "quarterly"}})
	require.Equal(t, account.Quarterly, stage.Ask(s, ada, account.SettingsQuery{Team: "acme"}).UsageNotices.Every)
	s.At("2026-04-05T09:00:00Z")
	require.Equal(t, []string{"2026-04-05 1/1 ada@acme.test"}, usageTold(s))
	s.Audit()
}
