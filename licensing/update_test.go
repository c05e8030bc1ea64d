package licensing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// updated is a catalogue of a product in a collection, with one update on the
// first of February.
func updated(t testing.TB) *licensing.Catalog {
	return &licensing.Catalog{Products: []licensing.Product{
		priced(licensing.Product{ID: "sketch", FlexRate: licensing.Rates{{Rate: 7}}, Updates: []licensing.Update{{Name: "Spring fixes", On: on(t, "2026-02-01"), Critical: true}}}),
		priced(licensing.Product{ID: "suite", Kind: licensing.Collection, Members: []string{"sketch"}}),
	}}
}

func by(s *stage.Stage, user rule.Address) []string {
	s.Helper()
	list := []string{}
	for _, u := range stage.Ask(s, rule.Operator, licensing.UpdatesQuery{User: user}) {
		list = append(list, u.Update+" "+string(u.By)+" "+u.Team)
	}
	return list
}

func TestHoldersAreToldOfAnUpdateAtItsPublication(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{Catalog: updated(t), Zone: zone(t, "Europe/Paris")})
	buy(s, "sketch", 2, licensing.Annual)
	buy(s, "suite", 1, licensing.Annual)
	assign(s, "sketch", "bob@acme.test", "eve@acme.test")
	assign(s, "suite", "eve@acme.test")
	s.At("2026-01-31T22:59:58Z")
	stage.Do(s, ada, licensing.Unassign{Team: "acme", Product: "sketch", User: "bob@acme.test"})
	assign(s, "sketch", "tim@acme.test")
	s.At("2026-01-31T22:59:59Z")
	require.Empty(t, mail(s, licensing.UpdateNotice))
	require.Empty(t, by(s, "eve@acme.test"))
	s.At("2026-01-31T23:00:00Z")
	require.ElementsMatch(t, []string{"eve@acme.test en", "tim@acme.test en"}, mail(s, licensing.UpdateNotice), "each once, and who holds it then")
	require.Equal(t, []string{"Spring fixes shown "}, by(s, "eve@acme.test"))
	require.Empty(t, by(s, "bob@acme.test"), "it is not his product")
	require.Empty(t, stage.Do(s, rule.Operator, licensing.AnnounceUpdates{Team: "acme"}).Updates)
	s.Audit()
}

func TestSeatsThatHaveEndedTellOfNoUpdate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, bought string
		want         int
	}{
		{"which is one second too early", "2025-12-31T23:59:59Z", 0},
		{"which is still there at its beginning", "2026-01-01T00:00:01Z", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := stage.Begin(t, c.bought, seatbook.Config{Catalog: updated(t)})
			stage.Do(s, rule.Operator, account.CreateTeam{Team: "acme", Owner: "ada@acme.test", Country: "US"})
			stage.Do(s, rule.Operator, billing.AddPaymentMethod{Team: "acme", Kind: billing.Card, Token: "tok_1", Last4: "4242"})
			buy(s, "sketch", 1, licensing.Monthly)
			assign(s, "sketch", "ada@acme.test")
			s.At("2026-02-10T00:00:00Z")
			require.Len(t, mail(s, licensing.UpdateNotice), c.want)
			s.Audit()
		})
	}
}

func TestANewerCatalogueIsAnnouncedByTheOperator(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{Catalog: updated(t)})
	buy(s, "sketch", 1, licensing.Annual)
	assign(s, "sketch", "bob@acme.test")
	s.At("2026-02-10T00:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	newer := updated(t)
	newer.Products[0].Updates = append(
		newer.Products[0].Updates,
		licensing.Update{Name: "Old", On: on(t, "2026-01-05")}, licensing.Update{Name: "Out", On: on(t, "2026-02-09")}, licensing.Update{Name: "To come", On: on(t, "2026-02-12")},
	)
	engine, err := seatbook.New(s.Store, seatbook.Config{Clock: s.Clock, Payments: stage.Pays, Catalog: newer})
	require.NoError(t, err)
	s.Engine = engine
	require.Equal(t, []licensing.Announced{
		{Product: "sketch", Update: "Out", On: on(t, "2026-02-09"), Told: 1}, {Product: "sketch", Update: "To come", On: on(t, "2026-02-12")},
	}, stage.Do(s, rule.Operator, licensing.AnnounceUpdates{Team: "acme"}).Updates, "what came before the seats is no news")
	require.Len(t, mail(s, licensing.UpdateNotice), 2)
	s.Audit()
	s.At("2026-02-12T00:00:00Z")
	require.Len(t, mail(s, licensing.UpdateNotice), 3)
	s.Audit()
}

func TestAPolicyTakesWhatHasItsAge(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		every        licensing.Cadence
		before, from string
	}{
		{licensing.Weekly, "2026-02-04T23:59:59Z", "2026-02-05T00:00:00Z"},
		{licensing.EachMonth, "2026-02-15T23:59:59Z", "2026-02-16T00:00:00Z"},
		{licensing.Quarterly, "2026-03-17T23:59:59Z", "2026-03-18T00:00:00Z"},
	} {
		t.Run(string(c.every), func(t *testing.T) {
			t.Parallel()
			s := house(t, seatbook.Config{Catalog: updated(t)})
			buy(s, "sketch", 1, licensing.Annual)
			assign(s, "sketch", "bob@acme.test")
			stage.Do(s, ada, licensing.SetUpdatePolicy{Team: "acme", Every: c.every})
			require.Equal(t, []string{"Spring fixes shown "}, by(s.At(c.before), "bob@acme.test"))
			require.Equal(t, []string{"Spring fixes policy acme"}, by(s.At(c.from), "bob@acme.test"))
			stage.Do(s, ada, licensing.SetUpdatePolicy{Team: "acme", Every: licensing.Off})
			require.Equal(t, []string{"Spring fixes shown "}, by(s, "bob@acme.test"))
			s.Audit()
		})
	}
}

func TestAnUpdateIsGrantedToPeopleOrToAGroup(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{Catalog: updated(t)})
	buy(s, "sketch", 3, licensing.Annual)
	assign(s, "sketch", "bob@acme.test", "eve@acme.test", "tim@acme.test")
	stage.Do(s, ada, account.CreateGroup{Team: "acme", Group: "art", Users: []rule.Address{"eve@acme.test"}})
	grant := licensing.GrantUpdate{Team: "acme", Product: "sketch", Update: "Spring fixes", Users: []rule.Address{"bob@acme.test"}}
	s.At("2026-01-31T23:59:59Z")
	stage.Refused(s, ada, rule.NotFound, grant)
	s.At("2026-02-01T00:00:00Z")
	stage.Do(s, ada, grant)
	stage.Do(s, ada, licensing.GrantUpdate{Team: "acme", Product: "sketch", Update: "Spring fixes", Group: "art"})
	require.Equal(t, []string{"Spring fixes grant acme"}, by(s, "bob@acme.test"))
	require.Equal(t, []string{"Spring fixes grant acme"}, by(s, "eve@acme.test"))
	require.Equal(t, []string{"Spring fixes shown "}, by(s, "tim@acme.test"))
	stage.Do(s, ada, account.AddToGroup{Team: "acme", Group: "art", User: "tim@acme.test"})
	require.Equal(t, []string{"Spring fixes grant acme"}, by(s, "tim@acme.test"), "a group's grant is for who joins it, too")
	stage.Do(s, ada, account.RemoveMember{Team: "acme", User: "bob@acme.test"})
	join(s, "acme", "bob@acme.test", account.User)
	assign(s, "sketch", "bob@acme.test")
	require.Equal(t, []string{"Spring fixes shown "}, by(s, "bob@acme.test"), "it ended with the membership")
	for _, wrong := range []licensing.GrantUpdate{
		{Team: "acme", Product: "sketch", Update: "Spring fixes"},
		{Team: "acme", Product: "sketch", Update: "Spring fixes", Users: grant.Users, Group: "art"},
	} {
		stage.Refused(s, ada, rule.Invalid, wrong)
	}
	stage.Refused(s, ada, rule.NotFound, licensing.GrantUpdate{Team: "acme", Product: "sketch", Update: "Spring fixes", Users: []rule.Address{"zoe@gamma.test"}})
	stage.Refused(s, ada, rule.NotFound, licensing.GrantUpdate{Team: "acme", Product: "sketch", Update: "Spring fixes", Group: "none"})
	stage.Refused(s, bob, rule.NotPermitted, grant)
	s.Audit()
}

func TestPackagesAreOfWhatOneMayDownload(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{Catalog: updated(t)})
	order := licensing.CreatePackage{User: "bob@acme.test", Products: []string{"sketch"}}
	stage.Refused(s, bob, rule.NotAssigned, order)
	stage.Do(s, rule.Operator, billing.Purchase{Team: "acme", Product: "suite", Seats: 1, Term: licensing.Annual})
	stage.Refused(s, bob, rule.NotAssigned, order)
	assign(s, "suite", "bob@acme.test")
	made := stage.Do(s, bob, order).Package
	require.Equal(t, []string{"sketch"}, made.Products)
	require.Equal(t, licensing.Windows, made.Platform)
	require.Equal(t, "en", made.Language)
	s.At("2026-01-06T09:00:00Z")
	order.Platform, order.Language = licensing.MacOS, "pt-BR"
	later := stage.Do(s, bob, order).Package
	require.Equal(t, []licensing.PackageShown{later, made}, stage.Ask(s, bob, licensing.PackagesQuery{User: "bob@acme.test"}), "the newest first")
	for _, wrong := range []licensing.CreatePackage{
		{User: "bob@acme.test"}, {User: "bob@acme.test", Products: []string{"sketch"}, Language: "english"},
	} {
		stage.Refused(s, bob, rule.Invalid, wrong)
	}
	stage.Refused(s, bob, rule.NotFound, licensing.CreatePackage{User: "bob@acme.test", Products: []string{"none"}})
	stage.Refused(s, ada, rule.NotPermitted, order)
	s.Audit()
}

func TestDeploymentsAreForAdmins(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{Catalog: updated(t)})
	order := licensing.CreateDeployment{Team: "acme", Products: []string{"sketch"}}
	stage.Refused(s, ada, rule.NotAssigned, order)
	stage.Do(s, ada, licensing.StartTrial{User: "ada@acme.test", Product: "sketch"})
	stage.Refused(s, ada, rule.NotAssigned, order)
	buy(s, "suite", 1, licensing.Monthly)
	stage.Refused(s, bob, rule.NotPermitted, order)
	made := stage.Do(s, ada, order).Deployment
	require.Equal(t, "ada@acme.test", made.By)
	require.Equal(t, []licensing.PackageShown{made}, stage.Ask(s, ada, licensing.DeploymentsQuery{Team: "acme"}))
	s.At("2026-02-05T08:59:59Z")
	stage.Do(s, ada, order)
	s.At("2026-02-05T09:00:00Z")
	stage.Refused(s, ada, rule.NotAssigned, order)
	s.Audit()
}
