package flex

import (
	"encoding/json"
	"slices"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Grant is what one person may open with a team's tokens (FLX-8).
type Grant struct {
	Team   rule.Stream
	Person rule.Person
	// All admits every product on Flex, later ones too; Products then says
	// nothing.
	All      bool
	Products []string
}

var grants = store.NewTable("flex.grant", func(g *Grant) (string, store.Key) { return string(g.Team), store.String(g.Person) })

// Defaults are what everyone in a team may open with its tokens (FLX-9).
type Defaults struct {
	Team     rule.Stream
	Products []string
	// Guests is set where guests are meant too.
	Guests bool
}

var defaults = store.NewTable("flex.defaults", func(d *Defaults) (string, store.Key) { return string(d.Team), "" })

// Products is a list of products, or the word all.
type Products struct {
	All  bool
	List []string
}

// Alternatives are the shapes in which products can be written.
func (Products) Alternatives() []any { return []any{"", []string{}} }

// MarshalJSON writes the word or the list.
func (p Products) MarshalJSON() ([]byte, error) {
	if p.All {
		return []byte(`"all"`), nil
	}
	return json.Marshal(append([]string{}, p.List...))
}

// UnmarshalJSON takes the word all or a list; a single product is a list of one.
func (p *Products) UnmarshalJSON(data []byte) error {
	var word string
	if json.Unmarshal(data, &word) == nil {
		if word == "all" {
			*p = Products{All: true}
		} else {
			*p = Products{List: []string{word}}
		}
		return nil
	}
	*p = Products{}
	return json.Unmarshal(data, &p.List)
}

// onFlex returns the handles of all products that can be opened with tokens now.
func onFlex(v *rule.View) []string {
	var list []string
	for i := range licensing.CatalogOf(v).Products {
		p := &licensing.CatalogOf(v).Products[i]
		if p.OnFlex(v.Now()) && !p.Since.After(v.Now()) {
			list = append(list, p.ID)
		}
	}
	slices.Sort(list)
	return list
}

// checked returns the products of a list, sorted and each once. One that does
// not exist is missing; one that has no rate cannot be granted.
func checked(v *rule.View, list []string) ([]string, error) {
	if len(list) > account.MaxGranted {
		return nil, rule.Refusef(rule.Invalid, GrantRule, "a grant names %d products at most, not %d", account.MaxGranted, len(list))
	}
	for _, id := range list {
		p, err := licensing.ProductOf(v, id)
		if err != nil {
			return nil, err
		}
		if len(p.FlexRate) == 0 && len(p.ResultRates) == 0 {
			return nil, rule.Refusef(rule.Invalid, GrantRule, "%s cannot be opened with tokens: it has no daily rate, and none for results", id)
		}
	}
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list), nil
}

// Assign grants a person the use of a team's tokens, for some products or for
// all; an empty list takes it away. A person who is not in the team yet is
// invited.
type Assign struct {
	Team     string       `json:"team"`
	User     rule.Address `json:"user"`
	Products Products     `json:"products"`
}

// About names the team and the person.
func (c Assign) About(v *rule.View) (rule.Subject, error) {
	return account.AboutMember(v, c.Team, c.User)
}

// Do grants, and mails the person (FLX-8).
func (c Assign) Do(s *rule.Scope) (account.Nothing, error) {
	none := account.Nothing{}
	list, err := checked(&s.View, c.Products.List)
	if err != nil {
		return none, err
	}
	_, _, person, err := c.User.Parts()
	if err != nil {
		return none, err
	}
	g := Grant{Team: rule.Stream(c.Team), Person: person, All: c.Products.All, Products: list}
	if there := onFlex(&s.View); len(there) > 0 && !slices.ContainsFunc(there, func(id string) bool { return !slices.Contains(list, id) }) {
		g.All = true
	}
	if g.All {
		g.Products = nil
	}
	s.Cite(GrantRule, rule.Fig("all", g.All), rule.Fig("products", g.Products))
	old, had, err := grants.Get(s.Tx(), c.Team, store.String(person))
	if err != nil {
		return none, err
	}
	if had && old.All == g.All && slices.Equal(old.Products, g.Products) {
		return none, nil
	}
	if !g.All && len(list) == 0 {
		return none, grants.Delete(s.Tx(), c.Team, store.String(person))
	}
	if err := c.invited(s, person); err != nil {
		return none, err
	}
	if err := grants.Put(s.Tx(), g); err != nil {
		return none, err
	}
	return none, account.Tell(s, letter(TokensGrantedNotice, g.Team, "products", g.shown()), person)
}

// dropGrant takes away what was granted to a person whose invitation came to
// nothing.
func dropGrant(s *rule.Scope, dropped account.InvitationDropped) error {
	_, in, err := account.MemberOf(&s.View, dropped.Team, dropped.Person)
	if err != nil || in {
		return err
	}
	return grants.Delete(s.Tx(), string(dropped.Team), store.String(dropped.Person))
}

func (g Grant) shown() string {
	if g.All {
		return "all"
	}
	return rule.Show(g.Products)
}

// invited asks a person into the team who is neither in it nor invited.
func (c Assign) invited(s *rule.Scope, person rule.Person) error {
	if _, in, err := account.MemberOf(&s.View, rule.Stream(c.Team), person); err != nil || in {
		return err
	}
	if i, found, err := account.InvitationTo(&s.View, rule.Stream(c.Team), person); err != nil || found && i.Open(s.Now()) {
		return err
	}
	_, err := account.Invite{Team: c.Team, Email: c.User}.Do(s)
	return err
}

// SetDefaults sets what everyone in a team may open with its tokens.
type SetDefaults struct {
	Team     string   `json:"team"`
	Products Products `json:"products"`
	Guests   bool     `json:"guests,omitempty"`
}

// About names the team.
func (c SetDefaults) About(v *rule.View) (rule.Subject, error) { return account.AboutTeam(v, c.Team) }

// Do sets the defaults; the word all stands for the products there are today
// (FLX-9). Nobody is mailed.
func (c SetDefaults) Do(s *rule.Scope) (account.Nothing, error) {
	list, err := checked(&s.View, c.Products.List)
	if err != nil {
		return account.Nothing{}, err
	}
	if c.Products.All {
		list = onFlex(&s.View)
	}
	s.Cite(DefaultsRule, rule.Fig("products", list), rule.Fig("guests", c.Guests))
	if len(list) == 0 {
		return account.Nothing{}, defaults.Delete(s.Tx(), c.Team, "")
	}
	return account.Nothing{}, defaults.Put(s.Tx(), Defaults{Team: rule.Stream(c.Team), Products: list, Guests: c.Guests})
}

// mayUse reports whether a person may open a product with a team's tokens: they
// are granted, and the product is not withheld.
func mayUse(v *rule.View, team rule.Stream, person rule.Person, product *licensing.Product) (bool, error) {
	may, err := admits(v, team, person, product)
	if err != nil || !may {
		return may, err
	}
	return serves(v, team, person, product)
}

// serves reports whether a team lets a person use a product for all that it is:
// of a cloud product, that cloud services are not withheld (ACC-23).
func serves(v *rule.View, team rule.Stream, person rule.Person, product *licensing.Product) (bool, error) {
	if product.Kind != licensing.Cloud {
		return true, nil
	}
	return account.HasBenefit(v, team, person, account.CloudServices)
}

// admits reports whether a team's tokens are granted to a person for a product.
func admits(v *rule.View, team rule.Stream, person rule.Person, product *licensing.Product) (bool, error) {
	if _, on := product.FlexRate.At(v.Now()); !on {
		return false, nil
	}
	return admitted(v, team, person, product)
}

// admitted reports whether a person was given a product, by the day or by the
// result, with a team's tokens.
func admitted(v *rule.View, team rule.Stream, person rule.Person, product *licensing.Product) (bool, error) {
	m, in, err := account.MemberOf(v, team, person)
	if err != nil || !in {
		return false, err
	}
	g, granted, err := grants.Get(v.Tx(), string(team), store.String(person))
	if err != nil {
		return false, err
	}
	if granted && (g.All || slices.Contains(g.Products, product.ID)) {
		v.Cite(GrantRule, rule.Fig("team", string(team)), rule.Fig("all", g.All))
		return true, nil
	}
	d, set, err := defaults.Get(v.Tx(), string(team), "")
	if err != nil || !set || m.Role == account.Guest && !d.Guests || !slices.Contains(d.Products, product.ID) {
		return false, err
	}
	v.Cite(DefaultsRule, rule.Fig("team", string(team)))
	return true, nil
}

// granting returns the teams whose tokens a person may use for a product.
func granting(v *rule.View, person rule.Person, product *licensing.Product, teams []rule.Stream) ([]rule.Stream, error) {
	var list []rule.Stream
	for _, team := range teams {
		may, err := mayUse(v, team, person, product)
		if err != nil {
			return nil, err
		}
		if may {
			list = append(list, team)
		}
	}
	return list, nil
}

// granted answers licensing's question.
type granted struct{}

// Granted implements [licensing.Grants].
func (granted) Granted(v *rule.View, person rule.Person, product string, teams []rule.Stream) (bool, error) {
	p, err := licensing.ProductOf(v, product)
	if err != nil {
		return false, err
	}
	list, err := granting(v, person, p, teams)
	return len(list) > 0, err
}
