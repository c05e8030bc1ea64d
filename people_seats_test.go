package seatbook_test

import (
	"slices"

	"pgregory.net/rapid"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

func (m *machine) assign(t *rapid.T, team, product, user, pin string, actor rule.Actor) {
	c := m.teams[team]
	_, in := c.members[user]
	i := c.invitations[user]
	open := !in && i != nil && i.open(m.now())
	extends := open && !slices.Contains(i.products, product)
	bad := c.lacks(actor)
	if len(bad) == 0 {
		bad = c.unknown(nil, []string{product})
		switch {
		case open && i.pin != pin:
			if b, known := c.subs[pin]; pin != "" && (!known || b.product != product) {
				bad = append(bad, rule.NotFound)
				break
			}
			bad = append(bad, rule.Conflict)
		case open && !extends && !i.fell, in && slices.Contains(c.pinned[place{product, user}], pin):
		default:
			bad = append(bad, c.pinnable(pin, []string{product})...)
		}
	}
	reasons := m.change(team, bad, func(c *crowd) {
		at := place{product, user}
		switch {
		case !in && !open:
			m.ask(c, user, asked{role: account.User, products: []string{product}, pin: pin}, actor)
		case open:
			c.invitations[user].products = with(c.invitations[user].products, product)
			c.invitations[user].fell = false
		case in && pin == "":
			c.personal[at] = true
		case in:
			c.pinned[at] = with(c.pinned[at], pin)
		}
	})
	answer(m, t, actor, licensing.Assign{Team: team, Product: product, User: rule.Address(user), Subscription: pin}, reasons)
}

func (m *machine) grant(t *rapid.T, team, product, group string, actor rule.Actor) {
	c := m.teams[team]
	bad := c.lacks(actor)
	if len(bad) == 0 {
		bad = c.unknown([]string{group}, []string{product})
	}
	reasons := m.change(team, bad, func(c *crowd) { c.granted[group] = with(c.granted[group], product) })
	answer(m, t, actor, licensing.Assign{Team: team, Product: product, Group: group}, reasons)
}

func (m *machine) unassign(t *rapid.T, team, product, user, pin string, actor rule.Actor) {
	c := m.teams[team]
	_, in := c.members[user]
	at := place{product, user}
	bad := c.lacks(actor)
	if len(bad) == 0 {
		bad = c.unknown(nil, []string{product})
		holds := in && len(c.reasons(product, user)) > 0
		pinned := slices.Contains(c.pinned[at], pin)
		switch {
		case !in:
			bad = append(bad, rule.NotFound)
		case !holds || pin != "" && !pinned:
			bad = append(bad, rule.NotAssigned)
		case !c.personal[at] && len(c.pinned[at]) == 0:
			bad = append(bad, rule.Conflict)
		}
	}
	reasons := m.change(team, bad, func(c *crowd) {
		if pin == "" {
			delete(c.personal, at)
			delete(c.pinned, at)
			return
		}
		c.pinned[at] = slices.DeleteFunc(c.pinned[at], func(sub string) bool { return sub == pin })
	})
	answer(m, t, actor, licensing.Unassign{Team: team, Product: product, User: rule.Address(user), Subscription: pin}, reasons)
}

func (m *machine) ungrant(t *rapid.T, team, product, group string, actor rule.Actor) {
	c := m.teams[team]
	bad := c.lacks(actor)
	if len(bad) == 0 {
		bad = c.unknown([]string{group}, []string{product})
		if !slices.Contains(c.granted[group], product) {
			bad = append(bad, rule.NotAssigned)
		}
	}
	reasons := m.change(team, bad, func(c *crowd) {
		c.granted[group] = slices.DeleteFunc(c.granted[group], func(one string) bool { return one == product })
	})
	answer(m, t, actor, licensing.Unassign{Team: team, Product: product, Group: group}, reasons)
}

func (m *machine) setDefaults(t *rapid.T, team string, products []string, actor rule.Actor) {
	c := m.teams[team]
	bad := c.lacks(actor)
	if len(bad) == 0 {
		bad = c.unknown(nil, products)
	}
	reasons := m.change(team, bad, func(c *crowd) { c.defaults = products })
	answer(m, t, actor, licensing.SetDefaults{Team: team, Products: products}, reasons)
}

// purchase buys seats, on billing's word.
func (m *machine) purchase(t *rapid.T, team string, actor rule.Actor, p billing.Purchase) {
	m.touched = with(m.touched, team)
	p.Team = team
	declines := m.declines
	m.declines = false
	r, ok := word(m, t, actor, p)
	m.declines = declines
	if ok {
		s := r.Subscription
		m.teams[team].subs[s.ID] = plan{product: s.Product, purchaser: s.Purchaser, seats: s.Seats, status: s.Status}
		if at := (place{s.Product, s.Purchaser}); m.now().Before(m.trials[at]) {
			m.trials[at] = m.now() // who has bought a product has no need to try it
		}
	}
}
