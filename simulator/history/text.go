package history

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// text draws a text by the name of its field. A name that takes identifiers takes
// one that an earlier result had.
func (c *cast) text(s *step, name string, t *team) (any, bool) {
	switch name {
	case "team":
		return t.name, true
	case "product":
		return c.product(s, t), true
	case "to", "subscription", "pack":
		return c.target(s, name, t)
	case "version", "release", "update", "service", "result":
		return c.part(s, name)
	case "contract":
		return c.contract(s, t)
	case "charge":
		return c.charge(t)
	case "group", "hub":
		return c.named(s, name, t)
	case "device":
		return one(c.random, []string{"desk", "laptop", "tower"}), true
	case "country":
		return one(c.random, []string{"US", "FR", "DE", "JP", "XX"}), true
	case "token":
		return "tok_" + fmt.Sprint(c.random.IntN(9)), true
	case "last4":
		return "4242", true
	case "plan":
		return one(c.random, []string{"standard", "success", "maintenance", "premium"}), true
	case "number":
		return one(c.random, []string{"EX-1", "EX-2"}), true
	case "language":
		return one(c.random, []string{"en", "fr"}), true
	case "course":
		return one(c.random, []string{"lines", "layers"}), true
	}
	if c.identified[name] {
		return c.identifier(name, t)
	}
	return one(c.random, []string{"north", "south", "a note", "Ines"}), true
}

// identifier draws one of the newest of a kind, those of the team first. Where
// there is none yet, one is asked for at times all the same.
func (c *cast) identifier(kind string, t *team) (any, bool) {
	list := c.ids[kind]
	if len(list) == 0 {
		return kind + "_" + t.name + "_1", c.often(10)
	}
	var own []identifier
	for _, id := range list {
		if id.stream == t.name {
			own = append(own, id)
		}
	}
	if len(own) > 0 && c.often(90) {
		list = own
	}
	if c.beat != nil && c.often(85) {
		return ref(list[len(list)-1].name), true
	}
	if len(list) > 6 && c.often(70) {
		list = list[len(list)-6:]
	}
	return ref(one(c.random, list).name), true
}

// target draws what a command leads to, and the things that teams buy.
func (c *cast) target(s *step, name string, t *team) (any, bool) {
	if name != "to" {
		return c.identifier(name, t)
	}
	if s.name == "flex.transfer" || s.name == "billing.move_subscription" {
		return one(c.random, c.teams).name, true
	}
	var larger []string
	for _, p := range c.products {
		if p.to != "" {
			larger = append(larger, p.to)
		}
	}
	if len(larger) == 0 {
		return one(c.random, c.products).id, true
	}
	return one(c.random, larger), true
}

// product draws one that the team bought as a rule, and that has what the command
// is about.
func (c *cast) product(s *step, t *team) string {
	needs := func(product) bool { return true }
	switch {
	case strings.HasSuffix(s.name, "_service"):
		needs = func(p product) bool { return len(p.services) > 0 }
	case s.name == "flex.submit" || s.name == "flex.result_price":
		needs = func(p product) bool { return len(p.results) > 0 }
	case strings.HasSuffix(s.name, "_previous_use"), c.beat != nil && c.beat.older:
		needs = func(p product) bool { return len(p.older) > 0 }
	}
	var owned, wanted []string
	for _, p := range c.products {
		if needs(p) && slices.Contains(t.names["product"], p.id) {
			owned = append(owned, p.id)
		}
	}
	for _, p := range c.wanted {
		if needs(p) {
			wanted = append(wanted, p.id)
		}
	}
	if len(owned) > 0 && c.often(88) && s.name != "billing.purchase" && s.name != "billing.create_quote" {
		return one(c.random, owned)
	}
	if len(wanted) > 0 && (c.beat != nil || c.often(90)) {
		return one(c.random, wanted)
	}
	return one(c.random, c.products).id
}

// charge guesses the identifier of a charge: it is the provider's, no result shows
// it, and it is made soon after its order.
func (c *cast) charge(t *team) (any, bool) {
	order, ok := c.identifier("order", t)
	name, isRef := order.(ref)
	if !ok || !isRef {
		return nil, false
	}
	id := c.saved[string(name)]
	place := strings.LastIndexByte(id, '_')
	n, err := strconv.Atoi(id[place+1:])
	return fmt.Sprintf("chg_%s_%d", t.name, n+1+c.random.IntN(3)), err == nil && id[:place] == "ord_"+t.name
}

// contract draws one that the team named when it bought, or a new one.
func (c *cast) contract(s *step, t *team) (any, bool) {
	if known := t.names["contract"]; len(known) > 0 && (s.query || c.often(50)) {
		return one(c.random, known), true
	}
	return one(c.random, []string{"C-1", "C-2"}), true
}

// part draws a release, an update or a service of the product that the step is
// about, or of another where it has none.
func (c *cast) part(s *step, name string) (any, bool) {
	about := one(c.random, c.products)
	for _, p := range c.products {
		if p.id == s.field("product") {
			about = p
		}
	}
	list := about.versions
	switch {
	case s.name == "flex.use_credits":
		list = c.clouds
	case name == "update":
		list = about.updates
	case name == "result":
		list = about.results
	case name == "service":
		list = about.services
	case strings.HasSuffix(s.name, "_previous_use"):
		list = about.older
	}
	if len(list) == 0 {
		return "none", c.often(30)
	}
	if name == "release" || name == "version" && !strings.HasSuffix(s.name, "_previous_use") {
		list = list[max(0, len(list)-4):]
	}
	return one(c.random, list), true
}

// named draws a group or a hub: a new one where one is made, else one that there is.
func (c *cast) named(s *step, kind string, t *team) (any, bool) {
	if s.name != "account.create_"+kind {
		if made := t.names[kind]; len(made) > 0 && c.often(97) {
			return one(c.random, made), true
		}
		if c.often(95) {
			return nil, false
		}
	}
	return one(c.random, []string{"crew", "night", "studio", "dock", "lab"}), true
}
