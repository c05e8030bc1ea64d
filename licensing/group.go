package licensing

import (
	"slices"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// GroupGrant is a product granted to a group: to its members, present and future.
type GroupGrant struct {
	Team    rule.Stream
	Group   string
	Product string
}

var groupGrants = store.NewTable("licensing.group_grant", func(g *GroupGrant) (string, store.Key) {
	return string(g.Team), store.String(g.Group) + store.String(g.Product)
})

// groupProducts returns what is granted to a group, in alphabetical order.
func groupProducts(v *rule.View, team rule.Stream, group string) ([]string, error) {
	var list []string
	for g, err := range groupGrants.Scan(v.Tx(), string(team), store.Part{Prefix: store.String(group)}) {
		if err != nil {
			return nil, err
		}
		list = append(list, g.Product)
	}
	return list, nil
}

// grantGroup gives a product to everyone in a group, and holds it for everyone
// invited into it. Too few seats refuse all of it (LIC-5).
func grantGroup(s *rule.Scope, team rule.Stream, group, product string) error {
	s.Cite(account.GroupRule, rule.Fig("group", group), rule.Fig("product", product))
	if _, err := account.GroupByHandle(&s.View, team, group); err != nil {
		return err
	}
	if _, granted, err := groupGrants.Get(s.Tx(), string(team), store.String(group)+store.String(product)); err != nil || granted {
		return err
	}
	if err := groupGrants.Put(s.Tx(), GroupGrant{Team: team, Group: group, Product: product}); err != nil {
		return err
	}
	people, err := account.GroupPeople(&s.View, team, group)
	if err != nil {
		return err
	}
	if err := groupRoom(s, team, group, product, people); err != nil {
		return err
	}
	if err := give(s, team, product, Source{ByGroup, group}, people); err != nil {
		return err
	}
	waiting, err := waitingFor(&s.View, team, group)
	if err != nil {
		return err
	}
	for _, h := range waiting {
		if slices.Contains(h.Products, product) {
			continue
		}
		if err := countHeld(s, team, product, 1); err != nil {
			return err
		}
		h.Products = append(slices.Clone(h.Products), product)
		slices.Sort(h.Products)
		if err := keepHold(s, h); err != nil {
			return err
		}
	}
	return nil
}

// groupRoom refuses where there are too few seats for everyone in a group, and
// everyone invited into it, who does not have the product yet.
func groupRoom(s *rule.Scope, team rule.Stream, group, product string, people []rule.Person) error {
	wanted := 0
	for _, p := range people {
		_, has, err := holdings.Get(s.Tx(), string(team), holdingKey(product, p))
		if err != nil {
			return err
		}
		if !has {
			wanted++
		}
	}
	waiting, err := waitingFor(&s.View, team, group)
	if err != nil {
		return err
	}
	for _, h := range waiting {
		if !slices.Contains(h.Products, product) {
			wanted++
		}
	}
	return room(s, team, product, wanted, ShortageRule)
}

// ungrantGroup takes a product from a group: who holds it for no other reason
// gives the seat back.
func ungrantGroup(s *rule.Scope, team rule.Stream, group, product string) error {
	key := store.String(group) + store.String(product)
	if _, granted, err := groupGrants.Get(s.Tx(), string(team), key); err != nil {
		return err
	} else if !granted {
		return rule.Refusef(rule.NotAssigned, account.GroupRule, "the group %s does not have %s", group, product)
	}
	if err := groupGrants.Delete(s.Tx(), string(team), key); err != nil {
		return err
	}
	people, err := account.GroupPeople(&s.View, team, group)
	if err != nil {
		return err
	}
	for _, p := range people {
		if err := takeFromGroup(s, team, group, product, p); err != nil {
			return err
		}
	}
	waiting, err := waitingFor(&s.View, team, group)
	if err != nil {
		return err
	}
	for _, h := range waiting {
		if err := shrinkHold(s, h, product); err != nil {
			return err
		}
	}
	return nil
}

// shrinkHold frees the seat that waits for a person, where neither the
// invitation nor its groups nor the team's defaults name the product any more.
func shrinkHold(s *rule.Scope, h Hold, product string) error {
	i, named, err := account.InvitationTo(&s.View, h.Team, h.Person)
	if err != nil {
		return err
	}
	everyones, err := defaultsFor(&s.View, h.Team, i.Role)
	if err != nil {
		return err
	}
	wanted := named && slices.Contains(i.Products, product) || slices.Contains(everyones, product)
	for _, g := range h.Groups {
		granted, err := groupProducts(&s.View, h.Team, g)
		if err != nil {
			return err
		}
		wanted = wanted || slices.Contains(granted, product)
	}
	at := slices.Index(h.Products, product)
	if wanted || at < 0 {
		return nil
	}
	h.Products = slices.Delete(slices.Clone(h.Products), at, at+1)
	if err := countHeld(s, h.Team, product, -1); err != nil {
		return err
	}
	return keepHold(s, h)
}

func takeFromGroup(s *rule.Scope, team rule.Stream, group, product string, person rule.Person) error {
	h, holds, err := holdings.Get(s.Tx(), string(team), holdingKey(product, person))
	if err != nil || !holds {
		return err
	}
	return takeWhole(s, h, func(source Source) bool { return source == Source{ByGroup, group} })
}

// joinGroup gives who joins a group what the group has.
func joinGroup(s *rule.Scope, joined account.GroupJoined) error {
	products, err := groupProducts(&s.View, joined.Team, joined.Group)
	if err != nil {
		return err
	}
	for _, p := range products {
		if err := give(s, joined.Team, p, Source{ByGroup, joined.Group}, joined.People); err != nil {
			return err
		}
	}
	return nil
}

// leaveGroup takes from who leaves a group what only the group gave.
func leaveGroup(s *rule.Scope, left account.GroupLeft) error {
	products, err := groupProducts(&s.View, left.Team, left.Group)
	if err != nil {
		return err
	}
	for _, p := range products {
		if err := takeFromGroup(s, left.Team, left.Group, p, left.Person); err != nil {
			return err
		}
	}
	return nil
}
