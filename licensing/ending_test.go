package licensing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// told are Bob's notices of a trial, as "kind instant next".
func told(s *stage.Stage) []string {
	s.Helper()
	list := []string{}
	for _, n := range stage.Ask(s, bob, account.NoticesQuery{}) {
		if n.Kind == licensing.TrialEndingNotice || n.Kind == licensing.TrialEndedNotice {
			list = append(list, string(n.Kind)+" "+n.At.Format("2006-01-02T15:04:05Z")+" "+n.Facts["next"])
		}
	}
	return list
}

func TestATrialTellsOfItsEndBeforeAndAtTheEnd(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Do(s, bob, licensing.StartTrial{User: "bob@acme.test", Product: "maya"})
	s.At("2026-01-28T08:59:59Z")
	require.Empty(t, told(s))
	s.At("2026-01-28T09:00:00Z")
	require.Equal(t, []string{"trial-ending 2026-01-28T09:00:00Z none"}, told(s))
	stage.Do(s, ada, flex.Assign{Team: "acme", User: "bob@acme.test", Products: flex.Products{List: []string{"maya"}}})
	s.At("2026-02-04T08:59:59Z")
	require.Len(t, told(s), 2)
	buy(s, "maya", 1, licensing.Annual)
	s.At("2026-02-04T09:00:00Z")
	require.Equal(t, []string{
		"trial-ending 2026-01-28T09:00:00Z none", "trial-ending 2026-02-03T09:00:00Z tokens", "trial-ended 2026-02-04T09:00:00Z tokens",
	}, told(s))
	s.Audit()
}

func TestWhatFollowsOnATrialIsAsItIsAtThatMoment(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		before func(s *stage.Stage)
		want   string
	}{
		{"nothing where nothing was given", func(*stage.Stage) {}, "none"},
		{"a seat where there is one, also with tokens", func(s *stage.Stage) {
			setTokens(s)
			buy(s, "maya", 1, licensing.Annual)
			assign(s, "maya", "bob@acme.test")
		}, "seat"},
		{"tokens where they are granted", setTokens, "tokens"},
		{"nothing where the grant is gone by then", func(s *stage.Stage) {
			setTokens(s)
			s.At("2026-02-04T08:59:59Z")
			stage.Do(s, ada, flex.SetDefaults{Team: "acme"})
		}, "none"},
		{"nothing where the person has left the team", func(s *stage.Stage) {
			setTokens(s)
			s.At("2026-02-04T08:59:59Z")
			stage.Do(s, ada, account.RemoveMember{Team: "acme", User: "bob@acme.test"})
		}, "none"},
		{"tokens of a team that was joined meanwhile", func(s *stage.Stage) {
			stage.Do(s, rule.Operator, account.CreateTeam{Team: "beta", Owner: "zoe@beta.test"})
			stage.Do(s, rule.Operator, flex.SetDefaults{Team: "beta", Products: flex.Products{All: true}})
			join(s, "beta", "bob@acme.test", account.User)
			s.Audit()
		}, "tokens"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := house(t, seatbook.Config{})
			stage.Do(s, bob, licensing.StartTrial{User: "bob@acme.test", Product: "maya"})
			c.before(s)
			s.At("2026-02-10T09:00:00Z")
			list := told(s)
			require.Equal(t, "trial-ended 2026-02-04T09:00:00Z "+c.want, list[len(list)-1])
			s.Audit()
		})
	}
}

func setTokens(s *stage.Stage) {
	s.Helper()
	stage.Do(s, ada, flex.SetDefaults{Team: "acme", Products: flex.Products{List: []string{"maya"}}})
}

func TestATrialThatIsBoughtTellsOfNoEnd(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Do(s, ada, licensing.StartTrial{User: "ada@acme.test", Product: "maya"})
	stage.Do(s, ada, billing.Purchase{Team: "acme", Product: "maya", Seats: 1, Term: licensing.Annual})
	s.Audit()
	s.At("2026-03-01T09:00:00Z")
	for _, n := range stage.Ask(s, ada, account.NoticesQuery{}) {
		require.NotContains(t, string(n.Kind), "trial")
	}
	s.Audit()
}

func TestATrialTooShortForAWarningHasNone(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{Policy: map[string]string{"trial-life": "1d"}})
	stage.Do(s, bob, licensing.StartTrial{User: "bob@acme.test", Product: "maya"})
	s.At("2026-02-01T09:00:00Z")
	require.Equal(t, []string{"trial-ended 2026-01-06T09:00:00Z none"}, told(s))
	s.Audit()
}

func TestNobodyIsToTryWhatTheyHaveASeatOf(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	suggested := func() []string {
		t.Helper()
		return stage.Ask(s, rule.ByEmail("bob@acme.test"), licensing.TrialsQuery{User: "bob@acme.test"}).Suggested
	}
	require.Subset(t, suggested(), []string{"media", "maya", "mudbox", "revit"})
	buy(s, "media", 1, licensing.Annual)
	assign(s, "media", "bob@acme.test")
	left := suggested()
	for _, product := range []string{"media", "maya", "mudbox"} {
		require.NotContains(t, left, product, "the seat of the collection is one of its members")
	}
	require.Contains(t, left, "revit")
	stage.Do(s, ada, licensing.Unassign{Team: "acme", Product: "media", User: "bob@acme.test"})
	require.Subset(t, suggested(), []string{"media", "maya"})
}

func TestTrialsAreListedAndOthersSuggested(t *testing.T) {
	t.Parallel()
	catalog := &licensing.Catalog{Products: []licensing.Product{
		priced(licensing.Product{ID: "sketch"}), priced(licensing.Product{ID: "plan"}), priced(licensing.Product{ID: "old", Retired: true}),
		{ID: "unsold"},
		priced(licensing.Product{ID: "young", Since: stage.At("2026-02-04T09:00:00Z")}),
	}}
	s := house(t, seatbook.Config{Catalog: catalog})
	trials := func() (active, expired, suggested []string) {
		list := stage.Ask(s, bob, licensing.TrialsQuery{User: "bob@acme.test"})
		for _, one := range list.Active {
			active = append(active, one.Product)
		}
		for _, one := range list.Expired {
			expired = append(expired, one.Product)
		}
		return active, expired, list.Suggested
	}
	_, _, suggested := trials()
	require.Equal(t, []string{"sketch", "plan"}, suggested)
	stage.Do(s, bob, licensing.StartTrial{User: "bob@acme.test", Product: "sketch"})
	s.At("2026-02-04T08:59:59Z")
	active, expired, suggested := trials()
	require.Equal(t, []string{"sketch"}, active)
	require.Empty(t, expired)
	require.Equal(t, []string{"plan"}, suggested)
	s.At("2026-02-04T09:00:00Z")
	active, expired, suggested = trials()
	require.Empty(t, active)
	require.Equal(t, []string{"sketch"}, expired)
	require.Equal(t, []string{"plan", "young"}, suggested)
	s.Audit()
}

func TestDownloadsOnTrialAreCountedInThePersonsTeams(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "gamma", Owner: "zoe@gamma.test", Zone: "Asia/Tokyo"})
	join(s, "gamma", "bob@acme.test", account.User)
	stage.Refused(s, bob, rule.NotAssigned, licensing.Download{User: "bob@acme.test", Product: "maya"})
	stage.Do(s, bob, licensing.StartTrial{User: "bob@acme.test", Product: "maya"})
	stage.Refused(s, bob, rule.VersionTooOld, licensing.Download{User: "bob@acme.test", Product: "maya", Version: "2022"})
	s.At("2026-01-05T14:59:59Z")
	got := stage.Do(s, bob, licensing.Download{User: "bob@acme.test", Product: "maya"}).Download
	require.Equal(t, licensing.OnTrial, got.Source)
	require.Equal(t, "2026", got.Version)
	require.Len(t, got.Files, 1)
	s.At("2026-01-05T15:00:00Z")
	stage.Do(s, bob, licensing.Download{User: "bob@acme.test", Product: "maya", Version: "2025"})
	buy(s, "vault", 1, licensing.Annual)
	assign(s, "vault", "bob@acme.test")
	require.Equal(t, "acme", stage.Do(s, bob, licensing.Download{User: "bob@acme.test", Product: "vault"}).Download.Team)
	report := func(team string) []licensing.TrialDownload {
		return stage.Ask(s, rule.Operator, licensing.TrialDownloadsQuery{Team: team, From: stage.At(monday), To: stage.At("2026-01-05T15:00:01Z")})
	}
	row := licensing.TrialDownload{Day: on(t, "2026-01-05"), Product: "maya", User: "bob@acme.test", Downloads: 2}
	require.Equal(t, []licensing.TrialDownload{row}, report("acme"), "what is paid for is no trial")
	first, second := row, row
	first.Downloads, second.Downloads, second.Day = 1, 1, on(t, "2026-01-06")
	require.Equal(t, []licensing.TrialDownload{first, second}, report("gamma"), "there the day has turned")
	require.Len(t, stage.Ask(s, ada, licensing.TrialDownloadsQuery{Team: "acme", From: stage.At(monday), To: stage.At("2026-01-05T15:00:00Z")}), 1)
	_, err := asked(s, ada, licensing.TrialDownloadsQuery{Team: "acme", From: stage.At(monday), To: stage.At("2025-01-01T00:00:00Z")})
	require.ErrorIs(t, err, rule.Invalid)
	stage.Refused(s, ada, rule.NotPermitted, licensing.Download{User: "bob@acme.test", Product: "maya"})
	s.Audit()
}
