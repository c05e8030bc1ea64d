package seatbook_test

import (
	"maps"
	"slices"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// asking answers a query of the operator, who may ask everything.
func asking[R any](m *machine, t *rapid.T, q rule.Query[R]) R {
	t.Helper()
	r, err := seatbook.Ask(background, m.engine, rule.Operator, q)
	require.NoError(t, err)
	return r
}

// recount compares every answer about the teams that the last command touched
// with what the model counts.
func (m *machine) recount(t *rapid.T) {
	for _, team := range m.touched {
		c := m.teams[team]
		m.recountPeople(t, team, c)
		m.recountInvitations(t, team, c)
		m.recountSeats(t, team, c)
		m.recountGroups(t, team, c)
		m.recountHubs(t, team, c)
		for user := range c.members {
			m.recountReasons(t, team, c, user)
		}
	}
	if len(m.touched) > 0 {
		m.recountAccess(t)
	}
	m.touched = nil
}

// standing is a person as the view by user shows them.
type standing struct {
	role     account.Role
	status   account.PersonStatus
	products []string
}

// recountPeople: one membership for each person, one role, one primary, which
// is never a guest (invariants 42 to 45, 49, 50).
func (m *machine) recountPeople(t *rapid.T, team string, c *crowd) {
	got, want := map[string]standing{}, map[string]standing{}
	page := asking(m, t, licensing.PeopleQuery{Team: team})
	for _, p := range page.People {
		_, twice := got[p.User]
		require.False(t, twice, "invariant 49: %s stands twice in %s", p.User, team)
		if p.Status != account.StatusExpired {
			got[p.User] = standing{p.Role, p.Status, p.Products}
		}
	}
	primaries := 0
	for user, role := range c.members {
		s := standing{role, account.StatusActive, []string{}}
		for _, product := range machineProducts {
			if len(c.reasons(product, user)) > 0 {
				s.products = append(s.products, product)
			}
		}
		want[user] = s
	}
	for user, i := range c.invitations {
		if _, in := c.members[user]; !in && i.open(m.now()) {
			want[user] = standing{i.role, account.StatusInvited, append([]string{}, c.wants(i)...)}
		}
	}
	for _, s := range got {
		if s.role == account.Primary {
			primaries++
		}
	}
	require.Equal(t, 1, primaries, "invariants 42 and 43: the primary admins of %s", team)
	require.Equal(t, want, got, "the people of %s", team)
	var admins []string
	for _, a := range asking(m, t, account.PermissionsQuery{Team: team}).Admins {
		require.NotEqual(t, account.Guest, a.Role, "invariant 45: a guest is among the admins of %s", team)
		admins = append(admins, a.User)
	}
	for user, s := range want {
		require.Equal(t, s.role.Admin() && s.status == account.StatusActive, slices.Contains(admins, user), "invariant 45: %s among the admins of %s", user, team)
	}
}

// recountInvitations: one for each address, with what became of it (invariants
// 48 and 49).
func (m *machine) recountInvitations(t *rapid.T, team string, c *crowd) {
	got, want := map[string]account.InvitationStatus{}, map[string]account.InvitationStatus{}
	for _, i := range asking(m, t, account.InvitationsQuery{Team: team}) {
		_, twice := got[i.Email]
		require.False(t, twice, "invariant 49: %s has two invitations to %s", i.Email, team)
		got[i.Email] = i.Status
	}
	for user, i := range c.invitations {
		switch {
		case i.accepted:
			want[user] = account.Accepted
		case i.revoked:
			want[user] = account.Revoked
		case i.open(m.now()):
			want[user] = account.Pending
		default:
			want[user] = account.Expired
		}
	}
	require.Equal(t, want, got, "invariant 48: the invitations of %s", team)
}

// recountSeats: no seat is taken twice, and each waiting one is held once
// (invariants 16, 17, 19).
func (m *machine) recountSeats(t *rapid.T, team string, c *crowd) {
	got, want := map[string]licensing.ProductShown{}, map[string]licensing.ProductShown{}
	for _, p := range asking(m, t, licensing.ProductsQuery{Team: team}).Products {
		require.Len(t, slices.Compact(slices.Clone(p.Holders)), p.Assigned, "invariant 17: the holders of %s in %s", p.Product, team)
		p.Name = ""
		if p.Product != cloud {
			got[p.Product] = p
		}
	}
	for _, product := range machineProducts {
		holders := append([]string{}, c.holders(product)...)
		slices.Sort(holders)
		s := licensing.Seats{Owned: c.owned(product), Held: c.held(product, m.now()), Assigned: len(holders)}
		s.Free = max(0, s.Owned-s.Held-s.Assigned)
		require.Equal(t, s, asking(m, t, licensing.SeatsQuery{Team: team, Product: product}), "invariants 16 to 19: the seats of %s in %s", product, team)
		if s != (licensing.Seats{}) {
			want[product] = licensing.ProductShown{Product: product, Seats: s, Holders: holders}
		}
	}
	require.Equal(t, want, got, "invariants 16 to 19: the products of %s", team)
}

// recountGroups: who is in which and what it gives (invariant 20).
func (m *machine) recountGroups(t *rapid.T, team string, c *crowd) {
	got, want := map[string][2][]string{}, map[string][2][]string{}
	for _, g := range asking(m, t, licensing.GroupsQuery{Team: team}).Groups {
		got[g.Group] = [2][]string{g.Users, g.Products}
	}
	for group, users := range c.groups {
		want[group] = [2][]string{slices.Sorted(slices.Values(users)), slices.Sorted(slices.Values(c.granted[group]))}
	}
	for group, lists := range got {
		require.ElementsMatch(t, want[group][0], lists[0], "the people of %s in %s", group, team)
		require.ElementsMatch(t, want[group][1], lists[1], "the products of %s in %s", group, team)
	}
	require.ElementsMatch(t, slices.Collect(maps.Keys(want)), slices.Collect(maps.Keys(got)), "the groups of %s", team)
}

// recountReasons: everything that gives a member a product, and nothing else
// (invariants 18, 21, 22, 45).
func (m *machine) recountReasons(t *rapid.T, team string, c *crowd, user string) {
	var got, want []string
	for _, e := range asking(m, t, account.RemovalQuery{Team: team, User: rule.Address(user)}).Ends {
		if e.What == "product" {
			got = append(got, e.Name+" "+e.Source+" "+e.From)
		}
	}
	for _, product := range machineProducts {
		for _, reason := range c.reasons(product, user) {
			want = append(want, product+" "+reason)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	require.Equal(t, want, got, "invariants 18, 22 and 45: why %s holds what in %s", user, team)
}

// recountAccess: a seat opens a product, and a trial does, also by a collection that
// has it; tokens of any team open what has a rate, and nothing else does
// (invariants 22 and 23).
func (m *machine) recountAccess(t *rapid.T) {
	sits := map[place]bool{}
	for _, c := range m.teams {
		for _, product := range machineProducts {
			for user := range c.seated(product) {
				sits[place{product, user}] = true
			}
		}
	}
	for at, ends := range m.trials {
		if m.now().Before(ends) {
			sits[at] = true
		}
	}
	for _, user := range machinePeople {
		for _, product := range machineProducts {
			open := sits[place{product, user}] || product == "large" && sits[place{"all", user}]
			q := flex.AccessQuery{User: rule.Address(user), Product: product}
			if !open && product == "large" {
				open, q.Team = m.paid(user)
			}
			require.Equal(t, open, asking(m, t, q).Allowed, "invariants 22 and 23: %s opens %s", user, product)
		}
	}
}

// paid reports whether tokens of a team open what has a rate for a person, and
// which team is to be named: the last, where several pay.
func (m *machine) paid(user string) (open bool, team string) {
	var paying []string
	for _, one := range machineTeams {
		if m.teams[one].tokens[user] {
			paying = append(paying, one)
		}
	}
	switch len(paying) {
	case 0:
		return false, ""
	case 1:
		return true, ""
	default:
		return true, paying[len(paying)-1]
	}
}
