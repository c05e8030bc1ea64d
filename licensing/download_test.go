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
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
)

// library is a catalogue of products with none, one, four, five and more releases.
func library(t testing.TB) *licensing.Catalog {
	t.Helper()
	release := func(version, date string) licensing.Release {
		return licensing.Release{Version: version, On: on(t, date)}
	}
	return &licensing.Catalog{
		Tokens: licensing.TokenOffer{Price: money.Must("3.00 USD")},
		Products: []licensing.Product{
			priced(licensing.Product{ID: "bare"}),
			priced(licensing.Product{ID: "one", Releases: []licensing.Release{release("1", "2020-01-01")}}),
			priced(licensing.Product{ID: "four", Releases: []licensing.Release{
				release("1", "2020-01-01"), release("2", "2021-01-01"), release("3", "2022-01-01"), release("4", "2023-01-01"),
			}}),
			priced(licensing.Product{ID: "five", FlexRate: licensing.Rates{{Rate: 5}}, Releases: []licensing.Release{
				release("1", "2020-01-01"), release("2", "2021-01-01"), release("3", "2022-01-01"), release("4", "2023-01-01"), release("5", "2026-03-01"),
			}}),
			// Three releases of one year count as three, and one year has none.
			priced(licensing.Product{ID: "odd", Releases: []licensing.Release{
				release("2024.2", "2024-06-01"), release("2024", "2024-01-01"), release("2024.3", "2024-06-01"), release("2022", "2022-01-01"), release("2020", "2020-01-01"),
			}}),
			priced(licensing.Product{ID: "soon", Releases: []licensing.Release{release("1", "2030-01-01")}}),
			priced(licensing.Product{ID: "suite", Kind: licensing.Collection, Members: []string{"five", "one"}}),
			priced(licensing.Product{ID: "later", Since: stage.At("2026-02-01T00:00:00Z")}),
		},
	}
}

// shop is a house with that catalogue in which bob has a seat of everything.
func shop(t testing.TB, config seatbook.Config) *stage.Stage {
	t.Helper()
	config.Catalog = library(t)
	s := house(t, config)
	for _, p := range []string{"bare", "one", "four", "five", "odd", "soon"} {
		buy(s, p, 1, licensing.Annual)
		assign(s, p, "bob@acme.test")
	}
	return s
}

func versions(list []licensing.DownloadFile) []string {
	all := []string{}
	for _, d := range list {
		v := d.Version
		if d.Current {
			v += " current"
		}
		all = append(all, v)
	}
	return all
}

func TestDownloadsAreTheCurrentReleaseAndThreeBeforeIt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, product, now string
		policy             map[string]string
		want               []string
	}{
		{"of four releases all are shown", "four", monday, nil, []string{"4 current", "3", "2", "1"}},
		{"of five the oldest is left out", "five", "2026-03-01T00:00:00Z", nil, []string{"5 current", "4", "3", "2"}},
		{"before the fifth appears there are four", "five", "2026-02-28T23:59:59Z", nil, []string{"4 current", "3", "2", "1"}},
		{"of one release one is shown", "one", monday, nil, []string{"1 current"}},
		{"of none none is", "bare", monday, nil, []string{}},
		{"of one that has not appeared none is", "soon", monday, nil, []string{}},
		{"releases count by order and not by year, those of one day by the catalogue", "odd", monday, nil, []string{"2024.3 current", "2024.2", "2024", "2022"}},
		{"none before it where the policy says so", "four", monday, map[string]string{"previous-versions": "0"}, []string{"4 current"}},
		{"one before it where the policy says so", "four", monday, map[string]string{"previous-versions": "1"}, []string{"4 current", "3"}},
		{"all where the policy is generous", "odd", monday, map[string]string{"previous-versions": "100"}, []string{"2024.3 current", "2024.2", "2024", "2022", "2020"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := shop(t, seatbook.Config{Policy: c.policy}).At(c.now)
			require.Equal(t, c.want, versions(stage.Ask(s, bob, licensing.DownloadsQuery{User: "bob@acme.test", Product: c.product})))
			s.Audit()
		})
	}
}

func TestAReleaseAppearsAtItsDateInTheConfiguredZone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, zone, before, at string }{
		{"of UTC", "UTC", "2026-02-28T23:59:59.999999999Z", "2026-03-01T00:00:00Z"},
		{"of Tokyo", "Asia/Tokyo", "2026-02-28T14:59:59Z", "2026-02-28T15:00:00Z"},
		{"of Los Angeles", "America/Los_Angeles", "2026-03-01T07:59:59Z", "2026-03-01T08:00:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := shop(t, seatbook.Config{Zone: zone(t, c.zone)})
			ask := licensing.DownloadsQuery{User: "bob@acme.test", Product: "five"}
			require.Equal(t, "4 current", versions(stage.Ask(s.At(c.before), bob, ask))[0])
			require.Equal(t, "5 current", versions(stage.Ask(s.At(c.at), bob, ask))[0])
		})
	}
}

func TestAReleaseThatIsTooOldIsRefusedNamingTheOldest(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, product, version string
		code                   rule.Code
		oldest                 string
	}{
		{"the oldest allowed is given", "odd", "2022", "", ""},
		{"the one before it is too old", "odd", "2020", rule.VersionTooOld, "2022"},
		{"one that never was is missing", "odd", "2019", rule.NotFound, ""},
		{"one that has not appeared is missing", "five", "5", rule.NotFound, ""},
		{"the first of four is allowed", "four", "1", "", ""},
		{"of a product without any that appeared it is missing", "soon", "1", rule.NotFound, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := shop(t, seatbook.Config{})
			list, err := asked(s, bob, licensing.DownloadsQuery{User: "bob@acme.test", Product: c.product, Version: c.version})
			if c.code == "" {
				require.NoError(t, err)
				require.Len(t, list, 1)
				require.Equal(t, c.version, list[0].Version)
				return
			}
			require.ErrorIs(t, err, c.code)
			if c.oldest != "" {
				require.Contains(t, err.Error(), "the oldest that can be downloaded is "+c.oldest)
				require.Equal(t, licensing.DownloadRule, rule.AsRefusal(err).Rule)
			}
			_, err = s.Run(bob, "flex.open", `{"user":"bob@acme.test","product":"`+c.product+`","release":"`+c.version+`"}`)
			require.ErrorIs(t, err, c.code)
		})
	}
}

func TestACollectionListsEachMembersOwn(t *testing.T) {
	t.Parallel()
	s := shop(t, seatbook.Config{}).At("2026-03-01T00:00:00Z")
	buy(s, "suite", 1, licensing.Annual)
	assign(s, "suite", "eve@acme.test")
	ask := licensing.DownloadsQuery{User: "eve@acme.test", Product: "suite"}
	require.Equal(t, []string{"5 current", "4", "3", "2", "1 current"}, versions(stage.Ask(s, eve, ask)))
	require.Equal(t, []string{"5 current", "4", "3", "2"}, versions(stage.Ask(s, eve, licensing.DownloadsQuery{User: "eve@acme.test", Product: "five"})))
	_, err := asked(s, eve, licensing.DownloadsQuery{User: "eve@acme.test", Product: "five", Version: "1"})
	require.ErrorIs(t, err, rule.VersionTooOld)
	list, err := asked(s, eve, licensing.DownloadsQuery{User: "eve@acme.test", Product: "suite", Version: "5"})
	require.NoError(t, err)
	require.Equal(t, []string{"5 current"}, versions(list))
	_, err = asked(s, eve, licensing.DownloadsQuery{User: "eve@acme.test", Product: "suite", Version: "9"})
	require.ErrorIs(t, err, rule.NotFound)
	_, err = asked(s, eve, licensing.DownloadsQuery{User: "eve@acme.test", Product: "four"})
	require.ErrorIs(t, err, rule.NotAssigned)
}

func TestAReleaseTooOldForEveryMemberOfACollectionIsRefused(t *testing.T) {
	t.Parallel()
	catalog := library(t)
	catalog.Products = append(catalog.Products, priced(licensing.Product{ID: "pair", Kind: licensing.Collection, Members: []string{"odd", "four"}}))
	s := house(t, seatbook.Config{Catalog: catalog})
	buy(s, "pair", 1, licensing.Annual)
	assign(s, "pair", "bob@acme.test")
	_, err := asked(s, bob, licensing.DownloadsQuery{User: "bob@acme.test", Product: "pair", Version: "2020"})
	require.ErrorIs(t, err, rule.VersionTooOld)
}

func TestDownloadsAreForWhatOneMayUse(t *testing.T) {
	t.Parallel()
	s := shop(t, seatbook.Config{})
	ask := licensing.DownloadsQuery{User: "eve@acme.test", Product: "five"}
	_, err := asked(s, eve, ask)
	require.ErrorIs(t, err, rule.NotAssigned)
	_, err = asked(s, eve, licensing.DownloadsQuery{User: "eve@acme.test", Product: "five", Version: "never"})
	require.ErrorIs(t, err, rule.NotAssigned)
	stage.Do(s, ada, flex.Assign{Team: "acme", User: "eve@acme.test", Products: flex.Products{List: []string{"five"}}})
	require.Len(t, stage.Ask(s, eve, ask), 4, "by tokens, also before any were bought")
	stage.Do(s, ada, flex.Assign{Team: "acme", User: "eve@acme.test"})
	_, err = asked(s, eve, ask)
	require.ErrorIs(t, err, rule.NotAssigned)
	stage.Do(s, eve, licensing.StartTrial{User: "eve@acme.test", Product: "five"})
	require.Len(t, stage.Ask(s, eve, ask), 4, "by a trial")
	s.At("2026-02-04T09:00:00Z")
	_, err = asked(s, eve, ask)
	require.ErrorIs(t, err, rule.NotAssigned)
	for _, product := range []string{"no-such", "later"} {
		_, err = asked(s.At("2026-01-31T23:59:59Z"), tim, licensing.DownloadsQuery{User: "tim@acme.test", Product: product})
		require.ErrorIs(t, err, rule.NotFound, product)
	}
	_, err = asked(s.At("2026-02-04T09:00:00Z"), tim, licensing.DownloadsQuery{User: "tim@acme.test", Product: "later"})
	require.ErrorIs(t, err, rule.NotAssigned)
}

func TestDownloadsGoOnDuringAnOverlap(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	lt := buy(s, "autocad-lt", 1, licensing.Annual)
	assign(s, "autocad-lt", "bob@acme.test")
	stage.Do(s, rule.Operator, billing.Upgrade{Subscription: lt, To: "autocad"})
	ask := licensing.DownloadsQuery{User: "bob@acme.test", Product: "autocad-lt"}
	require.NotEmpty(t, stage.Ask(s.At("2026-02-04T08:59:59Z"), bob, ask))
	_, err := asked(s.At("2026-02-04T09:00:00Z"), bob, ask)
	require.ErrorIs(t, err, rule.NotAssigned)
}

// What somebody may use by another team is that team's and theirs.
func TestAnAdminSeesWhatTheirOwnTeamGivesAndNoOther(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "gamma", Owner: "zoe@gamma.test"})
	join(s, "gamma", "bob@acme.test", account.User)
	stage.Do(s, rule.Operator, billing.AddPaymentMethod{Team: "gamma", Kind: billing.Card, Token: "tok_1", Last4: "4242"})
	stage.Do(s, rule.Operator, billing.Purchase{Team: "gamma", Product: "maya", Seats: 1, Term: licensing.Annual})
	stage.Do(s, rule.ByEmail("zoe@gamma.test"), licensing.Assign{Team: "gamma", Product: "maya", User: "bob@acme.test"})
	require.Len(t, stage.Ask(s, bob, licensing.TilesQuery{User: "bob@acme.test"}), 1)
	require.Empty(t, stage.Ask(s, ada, licensing.TilesQuery{User: "bob@acme.test"}))
	require.Empty(t, stage.Ask(s, ada, licensing.AvailableQuery{User: "bob@acme.test"}))
	_, err := asked(s, ada, licensing.DownloadsQuery{User: "bob@acme.test", Product: "maya"})
	require.ErrorIs(t, err, rule.NotAssigned)
	require.Equal(t, licensing.None, stage.Ask(s, ada, flex.AccessQuery{User: "bob@acme.test", Product: "maya"}).Source)
}

// A stranger's trial is no affair of a team that the stranger is not in.
func TestAnAdminDoesNotLearnOfAStrangersTrial(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Do(s, rule.ByEmail("who@home.test"), licensing.StartTrial{User: "who@home.test", Product: "maya"})
	tried, errTried := asked(s, ada, flex.AccessQuery{User: "who@home.test", Product: "maya", Team: "acme"})
	never, errNever := asked(s, ada, flex.AccessQuery{User: "new@home.test", Product: "maya", Team: "acme"})
	require.Equal(t, never.Source, tried.Source)
	require.Equal(t, errNever == nil, errTried == nil)
}
