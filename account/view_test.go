package account_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

func listed(s *stage.Stage, q licensing.PeopleQuery) []string {
	s.Helper()
	q.Team = "acme"
	list := []string{}
	for _, p := range stage.Ask(s, ada, q).People {
		list = append(list, strings.TrimSuffix(p.User, "@acme.test"))
	}
	return list
}

// court of views: a house whose people have names, products and groups, and of
// whom some are only invited.
func viewed(t testing.TB) (*stage.Stage, string) {
	t.Helper()
	s := begin(t, seatbook.Config{})
	for _, p := range []struct {
		address rule.Address
		role    account.Role
	}{
		{"Zora Abel <sam@acme.test>", account.Secondary},
		{"Abel Zorn <bob@acme.test>", account.User},
		{"eli@acme.test", account.User},
		{"gus@acme.test", account.Guest},
	} {
		stage.Do(s, ada, account.Invite{Team: "acme", Email: p.address, Role: p.role})
		stage.Do(s, rule.Operator, account.AcceptInvitation{Team: "acme", Email: p.address})
	}
	sub := buy(s, "acme", "maya", 3)
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "maya", User: "bob@acme.test", Subscription: sub})
	stage.Do(s, ada, account.CreateGroup{Team: "acme", Group: "art", Users: []rule.Address{"eli@acme.test", "gus@acme.test"}})
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "maya", User: "eli@acme.test"})
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "new@acme.test", Products: []string{"maya"}})
	return s, sub
}

func TestTheViewByUserIsFiltered(t *testing.T) {
	t.Parallel()
	s, sub := viewed(t)
	other := buy(s, "acme", "revit", 1)
	for _, c := range []struct {
		name string
		q    licensing.PeopleQuery
		want []string
	}{
		{"by nothing, in the order of addresses", licensing.PeopleQuery{}, []string{"ada", "bob", "eli", "gus", "new", "sam"}},
		{"by nothing, in the order of names", licensing.PeopleQuery{Sort: account.ByName}, []string{"bob", "ada", "eli", "gus", "new", "sam"}},
		{"by the beginning of an address", licensing.PeopleQuery{Search: "E"}, []string{"eli"}},
		{"by the beginning of a name", licensing.PeopleQuery{Search: " abel "}, []string{"bob"}},
		{"by the beginning of either", licensing.PeopleQuery{Search: "a"}, []string{"ada", "bob"}},
		{"by a beginning in the order of names", licensing.PeopleQuery{Search: "a", Sort: account.ByName}, []string{"bob", "ada"}},
		{"by what is inside a name, which finds nobody", licensing.PeopleQuery{Search: "bel"}, []string{}},
		{"by product, with who is to have it", licensing.PeopleQuery{Product: "maya"}, []string{"bob", "eli", "new"}},
		{"by a product nobody has", licensing.PeopleQuery{Product: "revit"}, []string{}},
		{"by subscription", licensing.PeopleQuery{Subscription: sub}, []string{"bob", "eli", "new"}},
		{"by another subscription", licensing.PeopleQuery{Subscription: other}, []string{}},
		{"by a subscription and a product of another", licensing.PeopleQuery{Subscription: sub, Product: "revit"}, []string{}},
		{"by role", licensing.PeopleQuery{Role: account.User}, []string{"bob", "eli", "new"}},
		{"by an admin's role", licensing.PeopleQuery{Role: account.Secondary}, []string{"sam"}},
		{"by the status active", licensing.PeopleQuery{Status: account.StatusActive}, []string{"ada", "bob", "eli", "gus", "sam"}},
		{"by the status invited", licensing.PeopleQuery{Status: account.StatusInvited}, []string{"new"}},
		{"by the status expired", licensing.PeopleQuery{Status: account.StatusExpired}, []string{}},
		{"by group", licensing.PeopleQuery{Group: "art"}, []string{"eli", "gus"}},
		{"by group and product", licensing.PeopleQuery{Group: "art", Product: "maya"}, []string{"eli"}},
		{"by group, role and beginning", licensing.PeopleQuery{Group: "art", Role: account.Guest, Search: "gus@"}, []string{"gus"}},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, listed(s, c.q)) })
	}
	for _, q := range []licensing.PeopleQuery{{Group: "film"}, {Product: "none"}, {Subscription: "sub_beta_1"}} {
		q.Team = "acme"
		_, err := seatbook.Ask(s.Context(), s.Engine, ada, q)
		require.ErrorIs(t, err, rule.NotFound)
	}
	s.Audit()
}

func TestAnInvitedPersonIsExpiredFromTheEndOn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		at   string
		want account.PersonStatus
		has  []string
	}{
		{"2026-01-12T08:59:59Z", account.StatusInvited, []string{"maya"}},
		{"2026-01-12T09:00:00Z", account.StatusExpired, []string{}},
	} {
		s, _ := viewed(t)
		s.At(c.at)
		page := stage.Ask(s, ada, licensing.PeopleQuery{Team: "acme", Search: "new"})
		require.Equal(t, []licensing.PersonShown{{User: "new@acme.test", Role: account.User, Status: c.want, Products: c.has}}, page.People)
		require.Equal(t, []string{"new"}, listed(s, licensing.PeopleQuery{Status: c.want}))
		s.Audit()
	}
}

func TestWhoIsForgottenRevokedOrRemovedIsNotListed(t *testing.T) {
	t.Parallel()
	s, _ := viewed(t)
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "tim@acme.test"})
	stage.Do(s, ada, account.RevokeInvitation{Team: "acme", Email: "tim@acme.test"})
	stage.Do(s, ada, account.RemoveMember{Team: "acme", User: "eli@acme.test"})
	require.Equal(t, []string{"ada", "bob", "gus", "new", "sam"}, listed(s, licensing.PeopleQuery{}))
	s.At("2026-04-05T08:59:59Z")
	require.Contains(t, listed(s, licensing.PeopleQuery{}), "new")
	s.At("2026-04-05T09:00:00Z")
	require.Equal(t, []string{"ada", "bob", "gus", "sam"}, listed(s, licensing.PeopleQuery{}))
	s.Audit()
}

func TestPagesGoOnWhereTheLastOneEnded(t *testing.T) {
	t.Parallel()
	s, _ := viewed(t)
	for _, q := range []licensing.PeopleQuery{
		{}, {Sort: account.ByName}, {Search: "a"}, {Search: "a", Sort: account.ByName}, {Product: "maya"}, {Role: account.User, Sort: account.ByName},
	} {
		whole := listed(s, q)
		q.Team, q.Limit = "acme", 1
		var got []string
		for range whole {
			page := stage.Ask(s, ada, q)
			require.Len(t, page.People, 1)
			got = append(got, strings.TrimSuffix(page.People[0].User, "@acme.test"))
			q.After = page.Next
		}
		require.Empty(t, q.After, "the last page says so")
		require.Equal(t, whole, got, fmt.Sprint(q))
	}
	stage.Do(s, ada, account.RemoveMember{Team: "acme", User: "bob@acme.test"})
	require.Equal(t, []string{"eli", "gus", "new", "sam"}, listed(s, licensing.PeopleQuery{After: "bob@acme.test"}), "also behind who is gone")
}

func TestAPageHasTwoHundredRowsAtMost(t *testing.T) {
	t.Parallel()
	s := begin(t, seatbook.Config{})
	for _, c := range []struct {
		limit int
		ok    bool
	}{{1, true}, {account.MaxPage, true}, {account.MaxPage + 1, false}, {-1, false}} {
		_, err := seatbook.Ask(s.Context(), s.Engine, ada, licensing.PeopleQuery{Team: "acme", Limit: c.limit})
		if c.ok {
			require.NoError(t, err)
		} else {
			require.ErrorIs(t, err, rule.Invalid)
		}
	}
	for _, q := range []licensing.PeopleQuery{{Search: strings.Repeat("a", account.MaxSearch+1)}, {After: "nobody"}} {
		q.Team = "acme"
		_, err := seatbook.Ask(s.Context(), s.Engine, ada, q)
		require.ErrorIs(t, err, rule.Invalid)
	}
}

func TestAChangedNameIsFoundInEveryTeamOfThePerson(t *testing.T) {
	t.Parallel()
	s, _ := viewed(t)
	stage.Do(s, rule.ByEmail("eli@acme.test"), account.UpdateProfile{User: "eli@acme.test", Name: "Quentin Eli"})
	require.Equal(t, []string{"eli"}, listed(s, licensing.PeopleQuery{Search: "quen"}))
	require.Equal(t, "Quentin Eli", stage.Ask(s, ada, licensing.PeopleQuery{Team: "acme", Search: "eli"}).People[0].Name)
	s.Audit()
}

func TestTheViewByProductCountsSeats(t *testing.T) {
	t.Parallel()
	s, sub := viewed(t)
	maya := licensing.ProductShown{
		Product: "maya", Name: "Maya", Seats: licensing.Seats{Owned: 3, Held: 1, Assigned: 2}, Holders: []string{"bob@acme.test", "eli@acme.test"},
	}
	for _, q := range []licensing.ProductsQuery{
		{}, {Product: "maya"}, {Subscription: sub}, {User: "bob@acme.test"}, {Search: "MAY"}, {After: "maxwell"},
	} {
		q.Team = "acme"
		require.Equal(t, licensing.ProductsPage{Products: []licensing.ProductShown{maya}}, stage.Ask(s, ada, q))
	}
	for _, q := range []licensing.ProductsQuery{{Product: "revit"}, {User: "gus@acme.test"}, {Search: "aya"}, {After: "maya"}, {Group: "art"}} {
		q.Team = "acme"
		require.Empty(t, stage.Ask(s, ada, q).Products)
	}
	buy(s, "acme", "alias", 1)
	first := stage.Ask(s, ada, licensing.ProductsQuery{Team: "acme", Limit: 1})
	require.Equal(t, "alias", first.Next)
	require.Equal(t, []licensing.ProductShown{maya}, stage.Ask(s, ada, licensing.ProductsQuery{Team: "acme", Limit: 1, After: first.Next}).Products)
}

func TestTheViewByGroupCountsPeopleAndProducts(t *testing.T) {
	t.Parallel()
	s, _ := viewed(t)
	buy(s, "acme", "revit", 2)
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "revit", Group: "art"})
	stage.Do(s, ada, account.CreateGroup{Team: "acme", Group: "artists"})
	art := licensing.GroupShown{
		Group: "art", UserCount: 2, ProductCount: 1, Users: []string{"eli@acme.test", "gus@acme.test"}, Products: []string{"revit"},
	}
	artists := licensing.GroupShown{Group: "artists", Users: []string{}, Products: []string{}}
	for _, c := range []struct {
		q    licensing.GroupsQuery
		want []licensing.GroupShown
	}{
		{licensing.GroupsQuery{}, []licensing.GroupShown{art, artists}},
		{licensing.GroupsQuery{Search: "ar"}, []licensing.GroupShown{art, artists}},
		{licensing.GroupsQuery{Search: "arti"}, []licensing.GroupShown{artists}},
		{licensing.GroupsQuery{Group: "art"}, []licensing.GroupShown{art}},
		{licensing.GroupsQuery{Product: "revit"}, []licensing.GroupShown{art}},
		{licensing.GroupsQuery{User: "gus@acme.test"}, []licensing.GroupShown{art}},
		{licensing.GroupsQuery{User: "bob@acme.test"}, []licensing.GroupShown{}},
		{licensing.GroupsQuery{After: "art"}, []licensing.GroupShown{artists}},
	} {
		c.q.Team = "acme"
		require.Equal(t, licensing.GroupsPage{Groups: c.want}, stage.Ask(s, ada, c.q))
	}
	require.Equal(t, "art", stage.Ask(s, ada, licensing.GroupsQuery{Team: "acme", Limit: 1}).Next)
}

func TestTheViewByPermissionIsFilteredByWhatPeopleHoldAndHowFarTheyCame(t *testing.T) {
	t.Parallel()
	s, sub := viewed(t)
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "tom@acme.test", Role: account.Secondary})
	listed := func(q account.PermissionsQuery) []string {
		q.Team = "acme"
		list := []string{}
		for _, p := range stage.Ask(s, ada, q).People {
			list = append(list, strings.TrimSuffix(p.User, "@acme.test")+" "+string(p.Status))
		}
		return list
	}
	for name, c := range map[string]struct {
		q    account.PermissionsQuery
		want []string
	}{
		"product, of members":                 {account.PermissionsQuery{Product: "maya"}, []string{"bob active", "eli active"}},
		"product and the invited":             {account.PermissionsQuery{Product: "maya", Status: account.StatusInvited}, []string{"new invited"}},
		"product that nobody holds":           {account.PermissionsQuery{Product: "revit"}, []string{}},
		"product, role and group":             {account.PermissionsQuery{Product: "maya", Role: account.User, Group: "art"}, []string{"eli active"}},
		"product and permission":              {account.PermissionsQuery{Product: "maya", Permission: string(account.ManagePeople)}, []string{}},
		"subscription":                        {account.PermissionsQuery{Subscription: sub}, []string{"bob active", "eli active"}},
		"subscription and product of another": {account.PermissionsQuery{Subscription: sub, Product: "revit"}, []string{}},
		"active":                              {account.PermissionsQuery{Status: account.StatusActive, Role: account.Secondary}, []string{"sam active"}},
		"invited":                             {account.PermissionsQuery{Status: account.StatusInvited}, []string{"new invited", "tom invited"}},
		"invited, with a role":                {account.PermissionsQuery{Status: account.StatusInvited, Role: account.Secondary}, []string{"tom invited"}},
		"invited, who has no permission yet":  {account.PermissionsQuery{Status: account.StatusInvited, Permission: string(account.ManagePeople)}, []string{}},
		"invited, who gets no benefit yet":    {account.PermissionsQuery{Status: account.StatusInvited, Benefit: account.Downloads}, []string{}},
		"expired, of which there are none":    {account.PermissionsQuery{Status: account.StatusExpired}, []string{}},
	} {
		require.Equal(t, c.want, listed(c.q), name)
	}
	for _, q := range []account.PermissionsQuery{{Product: "none"}, {Subscription: "sub_beta_1"}, {Contract: "none"}} {
		q.Team = "acme"
		_, err := seatbook.Ask(s.Context(), s.Engine, ada, q)
		require.ErrorIs(t, err, rule.NotFound)
	}
	s.At("2026-01-12T08:59:59Z")
	require.Empty(t, listed(account.PermissionsQuery{Status: account.StatusExpired}))
	s.At("2026-01-12T09:00:00Z")
	require.Equal(t, []string{"new expired", "tom expired"}, listed(account.PermissionsQuery{Status: account.StatusExpired}))
	require.Empty(t, listed(account.PermissionsQuery{Status: account.StatusInvited}))
	s.Audit()
}

func TestTheViewsByGroupAndProductAreFilteredByRoleAndStatus(t *testing.T) {
	t.Parallel()
	s, sub := viewed(t)
	stage.Do(s, ada, account.CreateGroup{Team: "acme", Group: "bim", Users: []rule.Address{"bob@acme.test"}})
	stage.Do(s, ada, account.CreateGroup{Team: "acme", Group: "cad"})
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "maya", Group: "bim"})
	stage.Do(s, ada, account.RevokeInvitation{Team: "acme", Email: "new@acme.test"})
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "new@acme.test", Role: account.Guest, Groups: []string{"bim", "cad"}})
	groups := func(q licensing.GroupsQuery) []string {
		q.Team = "acme"
		list := []string{}
		for _, g := range stage.Ask(s, ada, q).Groups {
			list = append(list, g.Group)
		}
		return list
	}
	products := func(q licensing.ProductsQuery) []string {
		q.Team = "acme"
		list := []string{}
		for _, p := range stage.Ask(s, ada, q).Products {
			list = append(list, p.Product)
		}
		return list
	}
	buy(s, "acme", "revit", 1)
	for name, c := range map[string]struct {
		q    licensing.GroupsQuery
		want []string
	}{
		"nothing":                       {licensing.GroupsQuery{}, []string{"art", "bim", "cad"}},
		"role":                          {licensing.GroupsQuery{Role: account.User}, []string{"art", "bim"}},
		"a rare role":                   {licensing.GroupsQuery{Role: account.Guest}, []string{"art"}},
		"a rare role, behind one":       {licensing.GroupsQuery{Role: account.Guest, After: "art"}, []string{}},
		"a role nobody has":             {licensing.GroupsQuery{Role: account.SSO}, []string{}},
		"active":                        {licensing.GroupsQuery{Status: account.StatusActive}, []string{"art", "bim"}},
		"invited":                       {licensing.GroupsQuery{Status: account.StatusInvited}, []string{"bim", "cad"}},
		"invited, behind one":           {licensing.GroupsQuery{Status: account.StatusInvited, After: "bim"}, []string{"cad"}},
		"invited, by a beginning":       {licensing.GroupsQuery{Status: account.StatusInvited, Search: "c"}, []string{"cad"}},
		"invited with a role":           {licensing.GroupsQuery{Status: account.StatusInvited, Role: account.Guest}, []string{"bim", "cad"}},
		"invited with another role":     {licensing.GroupsQuery{Status: account.StatusInvited, Role: account.User}, []string{}},
		"expired":                       {licensing.GroupsQuery{Status: account.StatusExpired}, []string{}},
		"role and member":               {licensing.GroupsQuery{Role: account.Guest, User: "eli@acme.test"}, []string{"art"}},
		"role and product":              {licensing.GroupsQuery{Role: account.User, Product: "maya"}, []string{"bim"}},
		"subscription":                  {licensing.GroupsQuery{Subscription: sub}, []string{"bim"}},
		"subscription and another role": {licensing.GroupsQuery{Subscription: sub, Role: account.Guest}, []string{}},
	} {
		require.Equal(t, c.want, groups(c.q), name)
	}
	for name, c := range map[string]struct {
		q    licensing.ProductsQuery
		want []string
	}{
		"nothing":             {licensing.ProductsQuery{}, []string{"maya", "revit"}},
		"role":                {licensing.ProductsQuery{Role: account.User}, []string{"maya"}},
		"a role, active":      {licensing.ProductsQuery{Role: account.User, Status: account.StatusActive}, []string{"maya"}},
		"a role, invited":     {licensing.ProductsQuery{Role: account.User, Status: account.StatusInvited}, []string{}},
		"a rare role":         {licensing.ProductsQuery{Role: account.Guest}, []string{"maya"}},
		"a rare role, active": {licensing.ProductsQuery{Role: account.Guest, Status: account.StatusActive}, []string{}},
		"an admin's":          {licensing.ProductsQuery{Role: account.Secondary}, []string{}},
		"active":              {licensing.ProductsQuery{Status: account.StatusActive}, []string{"maya"}},
		"invited":             {licensing.ProductsQuery{Status: account.StatusInvited}, []string{"maya"}},
		"expired":             {licensing.ProductsQuery{Status: account.StatusExpired}, []string{}},
	} {
		require.Equal(t, c.want, products(c.q), name)
	}
	s.Audit()
	s.At("2026-01-12T09:00:00Z")
	require.Equal(t, []string{"bim", "cad"}, groups(licensing.GroupsQuery{Status: account.StatusExpired, Role: account.Guest}))
	require.Empty(t, groups(licensing.GroupsQuery{Status: account.StatusInvited}))
	require.Empty(t, products(licensing.ProductsQuery{Status: account.StatusInvited}))
	s.Audit()
	_, err := seatbook.Ask(s.Context(), s.Engine, ada, licensing.GroupsQuery{Team: "acme", Subscription: "sub_beta_1"})
	require.ErrorIs(t, err, rule.NotFound)
}

func TestTheViewByPermissionTellsWhoMayAndWhoGets(t *testing.T) {
	t.Parallel()
	s, _ := viewed(t)
	stage.Do(s, ada, account.WithholdBenefit{Team: "acme", User: "bob@acme.test", Benefit: account.HomeUse})
	users := func(q account.PermissionsQuery) []string {
		q.Team = "acme"
		list := []string{}
		for _, p := range stage.Ask(s, ada, q).People {
			list = append(list, strings.TrimSuffix(p.User, "@acme.test"))
		}
		return list
	}
	page := stage.Ask(s, ada, account.PermissionsQuery{Team: "acme"})
	require.Equal(t, []account.Admin{{User: "ada@acme.test", Role: account.Primary}, {User: "sam@acme.test", Name: "Zora Abel", Role: account.Secondary}}, page.Admins)
	require.Equal(t, []string{"ada", "bob", "eli", "gus", "sam"}, users(account.PermissionsQuery{}))
	require.Equal(t, []string{"ada", "sam"}, users(account.PermissionsQuery{Permission: string(account.ManagePeople)}))
	require.Equal(t, []string{"ada"}, users(account.PermissionsQuery{Permission: string(account.HandOverPrimary)}))
	require.Equal(t, []string{"ada"}, users(account.PermissionsQuery{Permission: string(account.ManageSubscription)}), "who bought is the operator's primary")
	require.Equal(t, []string{"ada", "eli", "gus", "sam"}, users(account.PermissionsQuery{Benefit: account.HomeUse}))
	require.Equal(t, []string{"eli"}, users(account.PermissionsQuery{Group: "art", Role: account.User}))
	require.Equal(t, []string{"sam"}, users(account.PermissionsQuery{Search: "zor"}))
	require.Equal(t, "bob@acme.test", stage.Ask(s, ada, account.PermissionsQuery{Team: "acme", Limit: 2}).Next)
	_, err := seatbook.Ask(s.Context(), s.Engine, ada, account.PermissionsQuery{Team: "acme", Permission: "fly"})
	require.ErrorIs(t, err, rule.Invalid)
	s.Audit()
}
