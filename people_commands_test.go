package seatbook_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/rule"
)

// pinnable returns the refusal of products that a subscription has no seats of.
func (c *crowd) pinnable(sub string, products []string) []rule.Code {
	if sub == "" {
		return nil
	}
	for _, product := range products {
		switch b, known := c.subs[sub]; {
		case !known || b.product != product:
			return []rule.Code{rule.NotFound}
		case !b.live():
			return []rule.Code{rule.NoSeats}
		}
	}
	return nil
}

// unknown returns the refusal of groups that the team does not have, and of
// products that nobody sells.
func (c *crowd) unknown(groups, products []string) (bad []rule.Code) {
	for _, group := range groups {
		if _, known := c.groups[group]; !known {
			bad = append(bad, rule.NotFound)
		}
	}
	for _, product := range products {
		if !slices.Contains(machineProducts, product) {
			bad = append(bad, rule.NotFound)
		}
	}
	return bad
}

// ask puts a new invitation in the place of an old one.
func (m *machine) ask(c *crowd, user string, i asked, actor rule.Actor) {
	i.by = actor.Email()
	i.ends, i.purged = m.now().AddDate(0, 0, 2), m.now().AddDate(0, 0, 9)
	i.accepted, i.revoked, i.fell = false, false, false
	c.invitations[user] = &i
}

// invitable returns the refusal of who is in the team, or was asked already.
func (m *machine) invitable(c *crowd, user string) (bad []rule.Code) {
	if _, in := c.members[user]; in {
		bad = append(bad, rule.Conflict)
	}
	if i := c.invitations[user]; i != nil && i.open(m.now()) {
		bad = append(bad, rule.Conflict)
	}
	return bad
}

func (m *machine) invite(t *rapid.T, team, user string, actor rule.Actor, i asked) {
	c := m.teams[team]
	bad := c.lacks(actor)
	if len(bad) == 0 {
		bad = slices.Concat(m.invitable(c, user), c.unknown(i.groups, i.products), c.pinnable(i.pin, i.products))
		if i.role == account.Primary {
			bad = append(bad, rule.Invalid)
		}
	}
	reasons := m.change(team, bad, func(c *crowd) { m.ask(c, user, i, actor) })
	r, ok := answer(m, t, actor, account.Invite{
		Team: team, Email: spelled(user), Role: i.role, Products: i.products, Groups: i.groups, Subscription: i.pin,
	}, reasons)
	if ok {
		m.teams[team].invitations[user].secret = r.Secret
	}
}

// spelled is the address as somebody may write it: there is one canonical form.
func spelled(user string) rule.Address {
	return rule.Address(" " + strings.ToUpper(user[:1]) + user[1:] + " ")
}

// answered returns the refusal of an invitation that somebody has answered.
func answered(i *asked) []rule.Code {
	switch {
	case i == nil:
		return []rule.Code{rule.NotFound}
	case i.accepted:
		return []rule.Code{rule.InvitationUsed}
	case i.revoked:
		return []rule.Code{rule.InvitationRevoked}
	default:
		return nil
	}
}

func (m *machine) resend(t *rapid.T, team, user string, actor rule.Actor) {
	c := m.teams[team]
	i := c.invitations[user]
	bad := c.lacks(actor)
	if len(bad) == 0 {
		bad = answered(i)
	}
	if len(bad) == 0 {
		bad = c.pinnable(i.pin, i.products)
	}
	if len(bad) == 0 { // what it held is free before it holds anew
		free := c.clone()
		free.invitations[user].revoked = true
		after := c.clone()
		m.ask(after, user, *i, actor)
		if after.exceeds(free, m.now()) {
			bad = []rule.Code{rule.NoSeats}
		}
	}
	reasons := m.change(team, bad, func(c *crowd) { m.ask(c, user, *i, actor) })
	r, ok := answer(m, t, actor, account.ResendInvitation{Team: team, Email: spelled(user)}, reasons)
	if ok {
		m.teams[team].invitations[user].secret = r.Secret
	}
}

func (m *machine) revoke(t *rapid.T, team, user string, actor rule.Actor) {
	c := m.teams[team]
	bad := c.lacks(actor)
	if len(bad) == 0 {
		bad = answered(c.invitations[user])
	}
	reasons := m.change(team, bad, func(c *crowd) { c.invitations[user].revoked = true })
	answer(m, t, actor, account.RevokeInvitation{Team: team, Email: rule.Address(user)}, reasons)
}

// join is what an acceptance does: the role is the one that the inviter may
// give now (invariant 50).
//
// What is pinned to a subscription that has ended for good is not given. Where it
// runs again, or a group or a default takes the seat that waited, there has to be
// room as for anybody else. Where it has no seat for one more, the seat that waited
// is one of the pool.
func (c *crowd) join(user string, now time.Time) {
	i := c.invitations[user]
	i.accepted = true
	role := i.role
	if role.Admin() && i.by != "" && !c.members[i.by].Admin() {
		role = account.User
	}
	c.members[user] = role
	for _, group := range i.groups {
		c.groups[group] = with(c.groups[group], user)
	}
	for _, product := range i.products {
		at := place{product, user}
		b, common := c.subs[i.pin], len(c.reasons(product, user)) > 0
		fits := b.live() && c.pins(i.pin, now) < b.seats && (common || c.taken(product, now) < c.owned(product))
		switch {
		case i.pin == "":
			c.personal[at] = true
		case b.kept() && !i.fell && !common && (!b.live() || c.sitting(i.pin) >= b.seats):
			c.personal[at] = true
		case b.kept() && (fits || !i.fell && !common):
			c.pinned[at] = with(c.pinned[at], i.pin)
		}
	}
}

// acceptable returns what stands against an acceptance, be it by whom it may.
func (m *machine) acceptable(c *crowd, user string) []rule.Code {
	i := c.invitations[user]
	bad := answered(i)
	switch {
	case len(bad) > 0:
		return bad
	case !i.open(m.now()):
		return []rule.Code{rule.InvitationExpired}
	}
	return nil
}

func (m *machine) accept(t *rapid.T, team, user string, actor rule.Actor) {
	c := m.teams[team]
	_, in := c.members[user]
	bad := m.acceptable(c, user)
	switch {
	case actor.IsOperator():
	case actor.Email() != user && c.members[actor.Email()] != "":
		bad = []rule.Code{rule.NotPermitted}
	case actor.Email() != user, c.invitations[user] == nil && !in:
		bad = []rule.Code{rule.NotFound}
	}
	reasons := m.change(team, bad, func(c *crowd) { c.join(user, m.now()) })
	answer(m, t, actor, account.AcceptInvitation{Team: team, Email: spelled(user)}, reasons)
}

// acceptBy accepts with the secret of an invitation. Whatever is wrong is one
// refusal.
func (m *machine) acceptBy(t *rapid.T, team, user, secret string, actor rule.Actor) {
	i := m.teams[team].invitations[user]
	bad := m.acceptable(m.teams[team], user)
	if i == nil || i.secret != secret || !i.open(m.now()) || !actor.IsOperator() && actor.Email() != user {
		bad = []rule.Code{rule.InvitationInvalid}
	}
	reasons := m.change(team, bad, func(c *crowd) { c.join(user, m.now()) })
	answer(m, t, actor, account.AcceptInvitation{Team: team, Secret: rule.Secret(secret)}, reasons)
}

func (m *machine) role(t *rapid.T, team, user string, actor rule.Actor, to account.Role) {
	c := m.teams[team]
	from, in := c.members[user]
	bad := c.lacks(actor)
	switch {
	case len(bad) > 0:
	case !in:
		bad = []rule.Code{rule.NotFound}
	case from == to:
	case to == account.Primary && !actor.IsOperator() && c.primary() != actor.Email():
		bad = []rule.Code{rule.NotPermitted}
	case to == account.Primary && from != account.Secondary:
		bad = []rule.Code{rule.NotSecondary}
	case from == account.Primary:
		bad = []rule.Code{rule.PrimaryRequired}
	}
	reasons := m.change(team, bad, func(c *crowd) {
		if to == account.Primary && from != to {
			c.members[c.primary()] = account.Secondary
		}
		c.members[user] = to
	})
	answer(m, t, actor, account.ChangeRole{Team: team, User: rule.Address(user), Role: to}, reasons)
}

func (m *machine) remove(t *rapid.T, team, user string, actor rule.Actor) {
	c := m.teams[team]
	role, in := c.members[user]
	bad := c.lacks(actor)
	switch {
	case len(bad) > 0:
	case !in:
		bad = []rule.Code{rule.NotFound}
	case role == account.Primary:
		bad = []rule.Code{rule.PrimaryRequired}
	default:
		for _, b := range c.subs {
			if b.purchaser == user && (b.live() || b.status == billing.Suspended) {
				bad = []rule.Code{rule.Conflict}
			}
		}
	}
	reasons := m.change(team, bad, func(c *crowd) {
		delete(c.members, user)
		delete(c.tokens, user)
		for group, users := range c.groups {
			c.groups[group] = slices.DeleteFunc(users, func(one string) bool { return one == user })
		}
		for hub, users := range c.hubs {
			c.hubs[hub] = slices.DeleteFunc(users, func(one string) bool { return one == user })
		}
		for _, product := range machineProducts {
			delete(c.personal, place{product, user})
			delete(c.pinned, place{product, user})
		}
	})
	answer(m, t, actor, account.RemoveMember{Team: team, User: rule.Address(user)}, reasons)
}

func (m *machine) createGroup(t *rapid.T, team, group string, users []string, actor rule.Actor) {
	c := m.teams[team]
	bad := c.lacks(actor)
	if len(bad) == 0 {
		if _, taken := c.groups[group]; taken {
			bad = append(bad, rule.Conflict)
		}
		for _, user := range users {
			if _, in := c.members[user]; !in {
				bad = append(bad, rule.NotFound)
			}
		}
	}
	var named []rule.Address
	reasons := m.change(team, bad, func(c *crowd) {
		c.groups[group] = []string{}
		for _, user := range users {
			c.groups[group] = with(c.groups[group], user)
		}
	})
	for _, user := range users {
		named = append(named, rule.Address(user))
	}
	answer(m, t, actor, account.CreateGroup{Team: team, Group: group, Users: named}, reasons)
}

func (m *machine) joinGroup(t *rapid.T, team, group, user string, actor rule.Actor) {
	c := m.teams[team]
	bad := c.lacks(actor)
	if len(bad) == 0 {
		bad = c.unknown([]string{group}, nil)
		if _, in := c.members[user]; !in {
			bad = append(bad, rule.NotFound)
		}
	}
	reasons := m.change(team, bad, func(c *crowd) { c.groups[group] = with(c.groups[group], user) })
	answer(m, t, actor, account.AddToGroup{Team: team, Group: group, User: rule.Address(user)}, reasons)
}

func (m *machine) importPeople(t *rapid.T, team string, users, products, groups []string, actor rule.Actor) {
	c := m.teams[team]
	bad := c.lacks(actor)
	if len(bad) == 0 {
		bad = c.unknown(groups, products)
	}
	var text strings.Builder
	fmt.Fprintln(&text, "no row")
	for _, user := range users {
		fmt.Fprintf(&text, "A,B,%s\n", user)
	}
	before := map[string]*asked{}
	reasons := m.change(team, bad, func(c *crowd) {
		for _, user := range users {
			before[user] = c.invitations[user]
			if _, in := c.members[user]; !in && len(m.invitable(c, user)) == 0 {
				m.ask(c, user, asked{role: account.User, products: products, groups: groups}, actor)
			} else if in {
				for _, group := range groups {
					c.groups[group] = with(c.groups[group], user)
				}
				for _, product := range products {
					c.personal[place{product, user}] = true
				}
			}
		}
	})
	r, ok := answer(m, t, actor, account.Import{Team: team, CSV: account.Roster(text.String()), Products: products, Groups: groups}, reasons)
	if ok {
		for _, i := range r.Invitations {
			m.teams[team].invitations[i.Email].secret = i.Secret
		}
	}
}
