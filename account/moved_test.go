package account_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/rule"
)

const moulin = "Moulin,moulin,C-1,ann@m.test,cora@m.test,uma@m.test,maya,3,annual,2014-06-01,2015-06-01"

func TestTheOldCentreServesUntilTheDay(t *testing.T) {
	t.Parallel()
	paris := map[string]string{"cutover": "2015-03-29", "cutover-notice": "1d"} // On this day Paris has 23 hours.
	for _, c := range []struct {
		name, now string
		policy    map[string]string
		zone      string
		served    account.Served
		banner    account.Banner
	}{
		{"and says nothing long before", "2015-03-09T23:59:59Z", nil, "", account.OldCentre, account.NoBanner},
		{"announces it three days before", "2015-03-10T00:00:00Z", nil, "", account.OldCentre, account.Announces},
		{"serves to the last second", "2015-03-12T23:59:59Z", nil, "", account.OldCentre, account.Announces},
		{"redirects from the day on", "2015-03-13T00:00:00Z", nil, "", account.Portal, account.Redirects},
		{"and for ever", "2035-03-13T00:00:00Z", nil, "", account.Portal, account.Redirects},
		{"in the zone of the house, before", "2015-03-28T22:59:59Z", paris, "Europe/Paris", account.OldCentre, account.Announces},
		{"in the zone of the house, after", "2015-03-28T23:00:00Z", paris, "Europe/Paris", account.Portal, account.Redirects},
		{"a notice of none announces nothing", "2015-03-12T23:59:59Z", map[string]string{"cutover-notice": "0d"}, "", account.OldCentre, account.NoBanner},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			config := seatbook.Config{Policy: c.policy}
			if c.zone != "" {
				config.Zone = zoned(t, c.zone)
			}
			s := stage.Begin(t, c.now, config)
			shown := stage.Ask(s, rule.Operator, account.OldCentreQuery{User: "ann@m.test"})
			require.Equal(t, c.served, shown.ServedBy)
			require.Equal(t, c.banner, shown.Banner)
			require.False(t, shown.Login)
			require.False(t, shown.Moved)
		})
	}
}

func TestTheOldLoginGoesOnWorking(t *testing.T) {
	t.Parallel()
	s := before(t, "2015-03-01T09:00:00Z")
	cutOver(s, moulin)
	for email, moved := range map[string]bool{"ann@m.test": true, "cora@m.test": true, "uma@m.test": false} {
		shown := stage.Ask(s, rule.ByEmail(email), account.OldCentreQuery{})
		require.True(t, shown.Login, email)
		require.Equal(t, moved, shown.Moved, email)
	}
	_, err := seatbook.Ask(t.Context(), s.Engine, rule.ByEmail("uma@m.test"), account.OldCentreQuery{User: "ann@m.test"})
	require.ErrorIs(t, err, rule.NotPermitted)
	_, err = seatbook.Ask(t.Context(), s.Engine, zoe, account.OldCentreQuery{User: "ann@m.test"})
	require.ErrorIs(t, err, rule.NotFound)
}

func TestManagersAndCoordinatorsAreToldOnce(t *testing.T) {
	t.Parallel()
	s := before(t, "2015-03-01T09:00:00Z")
	cutOver(s, moulin, "Quai,quai,C-2,ben@q.test,,,maya,1,annual,2014-03-13,2015-03-13")
	muted := account.UpdateProfile{User: "ann@m.test", Notices: map[account.NoticeKind]bool{account.MovedNotice: false}}
	stage.Refused(s, rule.ByEmail("ann@m.test"), rule.Invalid, muted)
	stage.Do(s, rule.ByEmail("cora@m.test"), account.UpdateProfile{User: "cora@m.test", Language: account.French})
	s.At("2015-03-09T23:59:59Z")
	require.NoError(t, s.RunDue(t.Context()))
	require.Empty(t, movedMail(s, "ann@m.test"))
	s.Audit()
	s.At("2015-03-10T00:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	require.Len(t, movedMail(s, "ann@m.test"), 1)
	require.Equal(t, account.French, movedMail(s, "cora@m.test")[0].Language)
	require.Equal(t, map[string]string{"cutover": "2015-03-13T00:00:00Z"}, movedMail(s, "cora@m.test")[0].Facts)
	for _, email := range []rule.Address{"uma@m.test", "ben@q.test"} {
		require.Empty(t, movedMail(s, email), "%s has no live contract", email)
	}
	cutOver(s, "Moulin,moulin,C-9,ann@m.test,dora@m.test,,maya,3,annual,2014-06-01,2015-06-01")
	require.Len(t, movedMail(s, "dora@m.test"), 1, "who comes after the notice has begun is told at once")
	s.At("2015-04-01T00:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	require.Len(t, movedMail(s, "ann@m.test"), 1)
	s.Audit()
}

func TestWhoHasLeftIsNotTold(t *testing.T) {
	t.Parallel()
	s := before(t, "2015-03-01T09:00:00Z")
	cutOver(s, moulin)
	stage.Do(s, rule.ByEmail("ann@m.test"), account.RemoveMember{Team: "moulin", User: "cora@m.test"})
	s.At("2015-03-13T00:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	require.Empty(t, movedMail(s, "cora@m.test"))
	require.Len(t, movedMail(s, "ann@m.test"), 1)
	s.Audit()
}

func TestFirstChecksAreAskedForAndBlockNothing(t *testing.T) {
	t.Parallel()
	s := before(t, "2015-03-01T09:00:00Z")
	cutOver(s, moulin)
	ann, cora, uma := rule.ByEmail("ann@m.test"), rule.ByEmail("cora@m.test"), rule.ByEmail("uma@m.test")
	all := []account.FirstCheck{account.CheckRoles, account.CheckPermissions, account.CheckLanguage}
	require.Equal(t, all, stage.Ask(s, ann, account.FirstChecksQuery{}).Open)
	require.Equal(t, all, stage.Ask(s, cora, account.FirstChecksQuery{}).Open)
	require.Empty(t, stage.Ask(s, uma, account.FirstChecksQuery{}).Open, "a user is asked nothing")
	stage.Refused(s, uma, rule.NotFound, account.CheckOff{User: "uma@m.test", Check: account.CheckRoles})
	stage.Refused(s, uma, rule.NotPermitted, account.CheckOff{User: "ann@m.test", Check: account.CheckRoles})
	stage.Do(s, ann, account.Invite{Team: "moulin", Email: "new@m.test"}) // Nothing waits for the checks.

	stage.Do(s, ann, account.CheckOff{User: "ann@m.test", Check: account.CheckRoles})
	s.At("2015-03-02T09:00:00Z")
	r := stage.Do(s, ann, account.CheckOff{User: "ann@m.test", Check: account.CheckRoles})
	require.Equal(t, []account.CheckDone{{Check: account.CheckRoles, At: stage.At("2015-03-01T09:00:00Z")}}, r.Done, "the first time counts")
	stage.Do(s, ann, account.CheckOff{User: "ann@m.test", Check: account.CheckPermissions})
	r = stage.Do(s, ann, account.CheckOff{User: "ann@m.test", Check: account.CheckLanguage})
	require.Empty(t, r.Open)
	require.False(t, stage.Ask(s, ann, account.ProfileQuery{}).ConfirmLanguage, "the language is confirmed by it")
	stage.Do(s, cora, account.ConfirmLanguage{User: "cora@m.test", Language: account.French})
	require.Equal(t, all[:2], stage.Ask(s, cora, account.FirstChecksQuery{}).Open, "and the other way round")
	s.At("2015-04-02T09:00:00Z")
	again := stage.Do(s, cora, account.CheckOff{User: "cora@m.test", Check: account.CheckLanguage})
	require.Equal(t, stage.At("2015-03-02T09:00:00Z"), again.Done[0].At)
	s.Audit()
}
