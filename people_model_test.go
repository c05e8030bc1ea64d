package seatbook_test

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/rule"
)

// place is one person's place in a product.
type place struct{ product, user string }

// asked is an invitation as the model has it. A team has the last one for each
// address.
type asked struct {
	role             account.Role
	products, groups []string
	// pin is the subscription that the products are pinned to, and fell is set once
	// it has ended for good: they no longer wait.
	pin  string
	fell bool
	// by is who sent it, empty for the operator.
	by                string
	ends, purged      time.Time
	accepted, revoked bool
	secret            string
}

func (i *asked) open(now time.Time) bool { return !i.accepted && !i.revoked && now.Before(i.ends) }

// plan is a subscription, on the word of billing, whose rules are proven elsewhere.
type plan struct {
	product, purchaser string
	seats              int
	status             billing.Status
}

// live reports whether it gives access.
func (b plan) live() bool { return b.status == billing.Active || b.status == billing.Expired }

// kept reports whether assignments are kept: access may be there again.
func (b plan) kept() bool { return b.live() || b.status == billing.Suspended }

// crowd is what the model knows of one team, in plain maps. What a group or a
// default gives stands nowhere: it is counted again whenever somebody asks.
type crowd struct {
	members     map[string]account.Role
	invitations map[string]*asked
	// groups has the addresses of who is in each, granted its products.
	groups, granted map[string][]string
	defaults        []string
	personal        map[place]bool
	pinned          map[place][]string
	since           map[place]time.Time
	subs            map[string]plan
	// tokens are who may use the team's tokens.
	tokens map[string]bool
	// hubs has the addresses of who is in each.
	hubs map[string][]string
}

func newCrowd(owner string) *crowd {
	return &crowd{
		members: map[string]account.Role{owner: account.Primary}, invitations: map[string]*asked{},
		groups: map[string][]string{}, granted: map[string][]string{}, personal: map[place]bool{},
		pinned: map[place][]string{}, since: map[place]time.Time{}, subs: map[string]plan{}, tokens: map[string]bool{}, hubs: map[string][]string{},
	}
}

func (c *crowd) clone() *crowd {
	d := *c
	d.members, d.personal, d.since = maps.Clone(c.members), maps.Clone(c.personal), maps.Clone(c.since)
	d.invitations = map[string]*asked{}
	for user, i := range c.invitations {
		one := *i
		d.invitations[user] = &one
	}
	d.groups, d.granted, d.pinned = deep(c.groups), deep(c.granted), deep(c.pinned)
	d.subs, d.tokens, d.hubs = maps.Clone(c.subs), maps.Clone(c.tokens), deep(c.hubs)
	return &d
}

func deep[K comparable](m map[K][]string) map[K][]string {
	d := map[K][]string{}
	for k, list := range m {
		d[k] = slices.Clone(list)
	}
	return d
}

// with returns the list with a word in it once.
func with(list []string, word string) []string {
	if slices.Contains(list, word) {
		return list
	}
	return append(slices.Clone(list), word)
}

// reasons says, in words, everything that gives a member a product.
func (c *crowd) reasons(product, user string) []string {
	role, in := c.members[user]
	if !in {
		return nil
	}
	var list []string
	if c.personal[place{product, user}] {
		list = append(list, "personal ")
	}
	for _, sub := range c.pinned[place{product, user}] {
		list = append(list, "pinned "+sub)
	}
	for group, users := range c.groups {
		if slices.Contains(users, user) && slices.Contains(c.granted[group], product) {
			list = append(list, "group "+group)
		}
	}
	if role != account.Guest && slices.Contains(c.defaults, product) {
		list = append(list, "default ")
	}
	slices.Sort(list)
	return list
}

// own reports whether something beside pins gives the product.
func (c *crowd) own(product, user string) bool {
	return len(c.reasons(product, user)) > len(c.pinned[place{product, user}])
}

// holders are the members with any reason to hold the product, in the order in
// which they keep access where there are too few seats.
func (c *crowd) holders(product string) []string {
	var list []string
	for user := range c.members {
		if len(c.reasons(product, user)) > 0 {
			list = append(list, user)
		}
	}
	slices.SortFunc(list, func(a, b string) int {
		return cmp.Or(c.since[place{product, a}].Compare(c.since[place{product, b}]), cmp.Compare(a, b))
	})
	return list
}

// wants are the products that wait for an invited person.
func (c *crowd) wants(i *asked) []string {
	list := c.common(i)
	if !i.fell {
		list = append(list, i.products...)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// common are those of them that groups and defaults give.
func (c *crowd) common(i *asked) (list []string) {
	for _, group := range i.groups {
		list = append(list, c.granted[group]...)
	}
	if i.role != account.Guest {
		list = append(list, c.defaults...)
	}
	return list
}

// held counts the open invitations for whom a seat of the product waits.
func (c *crowd) held(product string, now time.Time) int {
	n := 0
	for _, i := range c.invitations {
		if i.open(now) && slices.Contains(c.wants(i), product) {
			n++
		}
	}
	return n
}

func (c *crowd) owned(product string) int {
	n := 0
	for _, b := range c.subs {
		if b.live() && b.product == product {
			n += b.seats
		}
	}
	return n
}

func (c *crowd) taken(product string, now time.Time) int {
	return len(c.holders(product)) + c.held(product, now)
}

// sitting counts who is pinned to a subscription.
func (c *crowd) sitting(sub string) int {
	n := 0
	for _, subs := range c.pinned {
		if slices.Contains(subs, sub) {
			n++
		}
	}
	return n
}

// pins counts who is pinned to a subscription, or is to be when they accept.
func (c *crowd) pins(sub string, now time.Time) int {
	n := c.sitting(sub)
	for _, i := range c.invitations {
		if i.open(now) && i.pin == sub && !i.fell {
			n++
		}
	}
	return n
}

// exceeds reports whether more seats are taken than before and than there are.
func (c *crowd) exceeds(before *crowd, now time.Time) bool {
	for _, product := range machineProducts {
		taken := c.taken(product, now)
		if taken > before.taken(product, now) && taken > c.owned(product) {
			return true
		}
	}
	return c.overpinned(before, now)
}

func (c *crowd) overpinned(before *crowd, now time.Time) bool {
	for id, b := range c.subs {
		pins := c.pins(id, now)
		if pins > before.pins(id, now) && pins > b.seats {
			return true
		}
	}
	return false
}

// note keeps since when everyone holds what they hold now.
func (c *crowd) note(now time.Time) {
	for _, product := range machineProducts {
		for _, user := range machinePeople {
			at := place{product, user}
			_, had := c.since[at]
			switch has := len(c.reasons(product, user)) > 0; {
			case has && !had:
				c.since[at] = now
			case !has:
				delete(c.since, at)
			}
		}
	}
}

// seated returns who of the holders has a seat: who is pinned to a subscription
// with room sits there, the others on what is left, who came first before.
func (c *crowd) seated(product string) map[string]bool {
	left := map[string]int{}
	rest := 0
	for id, b := range c.subs {
		if b.live() && b.product == product {
			left[id] = b.seats
		}
	}
	sits := map[string]bool{}
	var others []string
	for _, user := range c.holders(product) {
		pins := c.pinned[place{product, user}]
		at := slices.IndexFunc(pins, func(sub string) bool { return c.subs[sub].live() })
		switch {
		case at >= 0 && left[pins[at]] > 0:
			left[pins[at]]--
			sits[user] = true
		case c.own(product, user):
			others = append(others, user)
		}
	}
	for _, n := range left {
		rest += n
	}
	for _, user := range others[:min(rest, len(others))] {
		sits[user] = true
	}
	return sits
}

// primary returns the one primary admin.
func (c *crowd) primary() string {
	for user, role := range c.members {
		if role == account.Primary {
			return user
		}
	}
	return ""
}

// lacks returns the refusal of who may not manage the team's people.
func (c *crowd) lacks(actor rule.Actor) []rule.Code {
	role, in := c.members[actor.Email()]
	switch {
	case actor.IsOperator():
		return nil
	case !in:
		return []rule.Code{rule.NotFound}
	case !role.Admin():
		return []rule.Code{rule.NotPermitted}
	default:
		return nil
	}
}
