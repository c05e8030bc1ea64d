package licensing

import (
	"slices"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Defaults are the products that everyone in a team holds but its guests, who
// comes later too (LIC-16). Cloud services are products as well.
type Defaults struct {
	Team rule.Stream
	// Products are in alphabetical order, each once, and at least one.
	Products []string
}

var teamDefaults = store.NewTable("licensing.defaults", func(d *Defaults) (string, store.Key) { return string(d.Team), "" })

// defaultsOf returns the products that everyone in the team holds.
func defaultsOf(v *rule.View, team rule.Stream) ([]string, error) {
	d, _, err := teamDefaults.Get(v.Tx(), string(team), "")
	return d.Products, err
}

// defaultsFor returns the products that a role brings with it in a team: all
// defaults, and none for guests.
func defaultsFor(v *rule.View, team rule.Stream, role account.Role) ([]string, error) {
	if role == account.Guest {
		return nil, nil
	}
	return defaultsOf(v, team)
}

// SetDefaults sets the products that everyone in a team holds. An empty list
// turns the defaults off.
type SetDefaults struct {
	Team     string   `json:"team"`
	Products []string `json:"products"`
}

// DefaultsShown are a team's defaults as results show them.
type DefaultsShown struct {
	Team     string   `json:"team"`
	Products []string `json:"products"`
}

// DefaultsResult is the result of [SetDefaults].
type DefaultsResult struct {
	Defaults DefaultsShown `json:"defaults"`
}

// About names the team.
func (c SetDefaults) About(v *rule.View) (rule.Subject, error) { return account.AboutTeam(v, c.Team) }

// Do gives everyone what is new in the list, holds it for everyone who is
// invited, and takes the reason away where a product is no longer in it
// (LIC-16). Nobody is mailed.
func (c SetDefaults) Do(s *rule.Scope) (DefaultsResult, error) {
	team := rule.Stream(c.Team)
	products, err := distinct(&s.View, DefaultsRule, c.Products)
	if err != nil {
		return DefaultsResult{}, err
	}
	before, err := defaultsOf(&s.View, team)
	if err != nil {
		return DefaultsResult{}, err
	}
	s.Cite(DefaultsRule, rule.Fig("before", before), rule.Fig("products", products))
	if slices.Equal(before, products) {
		return DefaultsResult{DefaultsShown{Team: c.Team, Products: products}}, nil
	}
	if err := keepDefaults(s, Defaults{Team: team, Products: products}); err != nil {
		return DefaultsResult{}, err
	}
	m, err := mannedBy(&s.View, team)
	if err != nil {
		return DefaultsResult{}, err
	}
	for _, p := range without(before, products) {
		if err := m.drop(s, p); err != nil {
			return DefaultsResult{}, err
		}
	}
	for _, p := range without(products, before) {
		if err := m.add(s, p); err != nil {
			return DefaultsResult{}, err
		}
	}
	return DefaultsResult{DefaultsShown{Team: c.Team, Products: products}}, nil
}

func keepDefaults(s *rule.Scope, d Defaults) error {
	if len(d.Products) == 0 {
		return teamDefaults.Delete(s.Tx(), string(d.Team), "")
	}
	return teamDefaults.Put(s.Tx(), d)
}

// distinct returns the products of a list that are offered, each once and in
// alphabetical order. One that is not offered is missing.
func distinct(v *rule.View, by *rule.Rule, list []string) ([]string, error) {
	if len(list) > account.MaxGranted {
		return nil, rule.Refusef(rule.Invalid, by, "one command can name %d products, not %d", account.MaxGranted, len(list))
	}
	for _, id := range list {
		if _, err := ProductOf(v, id); err != nil {
			return nil, err
		}
	}
	list = append([]string{}, list...)
	slices.Sort(list)
	return slices.Compact(list), nil
}

func without(list, others []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(id string) bool { return slices.Contains(others, id) })
}

// crew is everyone in a team, and everyone invited into it, whom defaults are for.
type crew struct {
	team    rule.Stream
	people  []rule.Person
	waiting []account.Invitation
}

func mannedBy(v *rule.View, team rule.Stream) (crew, error) {
	c := crew{team: team}
	members, err := account.Members(v, team)
	if err != nil {
		return c, err
	}
	for _, m := range members {
		if m.Role != account.Guest {
			c.people = append(c.people, m.Person)
		}
	}
	c.waiting, err = account.OpenInvitations(v, team)
	c.waiting = slices.DeleteFunc(c.waiting, func(i account.Invitation) bool { return i.Role == account.Guest })
	return c, err
}

// add gives a new default to everyone, or refuses with how many seats are missing.
func (c crew) add(s *rule.Scope, product string) error {
	wanted := 0
	for _, p := range c.people {
		_, has, err := holdings.Get(s.Tx(), string(c.team), holdingKey(product, p))
		if err != nil {
			return err
		}
		if !has {
			wanted++
		}
	}
	var lacking []Hold
	for _, i := range c.waiting {
		h, found, err := holds.Get(s.Tx(), string(c.team), store.String(i.Person))
		if err != nil {
			return err
		}
		if !found {
			h = Hold{Team: c.team, Person: i.Person, Groups: i.Groups, Pin: i.Subscription, Ends: i.Ends}
		}
		if !slices.Contains(h.Products, product) {
			lacking = append(lacking, h)
		}
	}
	if err := room(s, c.team, product, wanted+len(lacking), DefaultsRule); err != nil {
		return err
	}
	if err := give(s, c.team, product, Source{Kind: Default}, c.people); err != nil {
		return err
	}
	for _, h := range lacking {
		h.Products = append(slices.Clone(h.Products), product)
		slices.Sort(h.Products)
		if err := keepHold(s, h); err != nil {
			return err
		}
	}
	return countHeld(s, c.team, product, len(lacking))
}

// drop takes a former default from everyone who has no other reason to hold it.
func (c crew) drop(s *rule.Scope, product string) error {
	for _, p := range c.people {
		if err := dropDefault(s, c.team, product, p); err != nil {
			return err
		}
	}
	for _, i := range c.waiting {
		h, found, err := holds.Get(s.Tx(), string(c.team), store.String(i.Person))
		if err != nil {
			return err
		}
		if !found {
			continue
		}
		if err := shrinkHold(s, h, product); err != nil {
			return err
		}
	}
	return nil
}

func dropDefault(s *rule.Scope, team rule.Stream, product string, person rule.Person) error {
	h, holds, err := holdings.Get(s.Tx(), string(team), holdingKey(product, person))
	if err != nil || !holds {
		return err
	}
	return takeWhole(s, h, func(source Source) bool { return source.Kind == Default })
}

// joinDefaults gives who joins a team its defaults. The seats were held since
// they were invited; where they were not, too few refuse the joining.
func joinDefaults(s *rule.Scope, joined account.MemberJoined) error {
	m := joined.Member
	products, err := defaultsFor(&s.View, m.Team, m.Role)
	if err != nil {
		return err
	}
	for _, p := range products {
		s.Cite(DefaultsRule, rule.Fig("product", p), rule.Fig("role", string(m.Role)))
		if err := give(s, m.Team, p, Source{Kind: Default}, []rule.Person{m.Person}); err != nil {
			return err
		}
	}
	return nil
}

// turnDefaults gives the defaults to a guest who becomes more, and takes them
// from who becomes a guest.
func turnDefaults(s *rule.Scope, changed account.RoleChanged) error {
	m := changed.Member
	if (changed.Before == account.Guest) == (m.Role == account.Guest) {
		return nil
	}
	if m.Role != account.Guest {
		return joinDefaults(s, account.MemberJoined{Member: m})
	}
	products, err := defaultsOf(&s.View, m.Team)
	if err != nil {
		return err
	}
	for _, p := range products {
		s.Cite(DefaultsRule, rule.Fig("product", p), rule.Fig("role", string(m.Role)))
		if err := dropDefault(s, m.Team, p, m.Person); err != nil {
			return err
		}
	}
	return nil
}

// DefaultsQuery asks for the products that everyone in a team holds.
type DefaultsQuery struct {
	Team string `json:"team"`
}

// About names the team.
func (q DefaultsQuery) About(v *rule.View) (rule.Subject, error) { return account.AboutTeam(v, q.Team) }

// Answer shows them.
func (q DefaultsQuery) Answer(v *rule.View) (DefaultsResult, error) {
	v.Cite(DefaultsRule)
	products, err := defaultsOf(v, rule.Stream(q.Team))
	return DefaultsResult{DefaultsShown{Team: q.Team, Products: append([]string{}, products...)}}, err
}
