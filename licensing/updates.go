package licensing

import (
	"slices"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Applied says by what an update applies to a person.
type Applied string

// By what an update can apply, the strongest first.
const (
	// Granted updates were granted to the person or to a group of theirs.
	Granted Applied = "grant"
	// ByPolicy updates have the age that the team's policy asks for.
	ByPolicy Applied = "policy"
	// Shown updates are there to be downloaded, and nothing more.
	Shown Applied = "shown"
)

// Words returns the words it is written with.
func (Applied) Words() []string { return account.Words([]Applied{Granted, ByPolicy, Shown}) }

// UpdateShown is an update as results show it.
type UpdateShown struct {
	Product  string      `json:"product"`
	Update   string      `json:"update"`
	Kind     UpdateKind  `json:"kind"`
	On       period.Date `json:"on"`
	Critical bool        `json:"critical"`
	// By says by what it applies, Team by whose grant or policy.
	By   Applied `json:"by"`
	Team string  `json:"team"`
	// Every is the policy that takes it; empty where it is none's.
	Every Cadence `json:"every"`
}

// UpdatesQuery lists the updates that apply to a person: those published for
// the products that they may use, in the order of the catalogue.
type UpdatesQuery struct {
	User rule.Address `json:"user"`
}

// About names the person.
func (q UpdatesQuery) About(v *rule.View) (rule.Subject, error) { return AboutPerson(v, q.User) }

// Answer lists them (LIC-9).
func (q UpdatesQuery) Answer(v *rule.View) ([]UpdateShown, error) {
	person := q.User.Person()
	usable, err := usableBy(v, person)
	if err != nil {
		return nil, err
	}
	givers, err := giversTo(v, person)
	if err != nil {
		return nil, err
	}
	list := []UpdateShown{}
	for _, u := range usable {
		news := published(v, u.product)
		if len(news) == 0 {
			continue
		}
		from, err := giving(v, person, u.product.ID, givers)
		if err != nil {
			return nil, err
		}
		for _, n := range news {
			list = append(list, n.shown(v, u.product.ID, from))
		}
	}
	v.Cite(UpdateRule, rule.Fig("updates", len(list)))
	return list, nil
}

// giver is a team of a person with what it says of updates.
type giver struct {
	team   account.Team
	every  Cadence
	grants []UpdateGrant
}

// giversTo returns the person's teams that the actor may know of.
func giversTo(v *rule.View, person rule.Person) ([]giver, error) {
	teams, err := account.Visible(v, person)
	if err != nil {
		return nil, err
	}
	var list []giver
	for _, handle := range teams {
		g := giver{every: Off}
		if g.team, err = account.TeamByHandle(v, handle); err != nil {
			return nil, err
		}
		policy, set, err := updatePolicies.Get(v.Tx(), string(handle), "")
		if err != nil {
			return nil, err
		}
		if set {
			g.every = policy.Every
		}
		if g.grants, err = grantsTo(v, handle, person); err != nil {
			return nil, err
		}
		list = append(list, g)
	}
	return list, nil
}

// grantsTo returns the updates granted to a person in a team, or to a group of theirs.
func grantsTo(v *rule.View, team rule.Stream, person rule.Person) ([]UpdateGrant, error) {
	groups, err := account.GroupsOf(v, team, person)
	if err != nil {
		return nil, err
	}
	prefixes := []store.Key{store.String(person)}
	for _, g := range groups {
		prefixes = append(prefixes, store.String("")+store.String(g))
	}
	var list []UpdateGrant
	for _, prefix := range prefixes {
		for g, err := range updateGrants.Scan(v.Tx(), string(team), store.Part{Prefix: prefix}) {
			if err != nil {
				return nil, err
			}
			list = append(list, g)
		}
	}
	return list, nil
}

// giving keeps the teams that let the person use the product, by a seat, an
// overlap or tokens: a team's word on updates goes as far as what it gives.
func giving(v *rule.View, person rule.Person, product string, all []giver) ([]giver, error) {
	var list []giver
	for _, g := range all {
		teams := []rule.Stream{g.team.Handle}
		c, err := TeamCover(v, person, product, teams)
		if err != nil {
			return nil, err
		}
		may := c.Source != None
		if !may {
			if may, err = GrantsService.Of(v).Granted(v, person, product, teams); err != nil {
				return nil, err
			}
		}
		if may {
			list = append(list, g)
		}
	}
	return list, nil
}

// shown decides by what the update applies: a grant, else a policy, else it is
// only shown. Among several teams the first in alphabetical order is named.
func (u Update) shown(v *rule.View, product string, from []giver) UpdateShown {
	s := UpdateShown{Product: product, Update: u.Name, Kind: u.kind(), On: u.On, Critical: u.Critical, By: Shown}
	for _, g := range from {
		if slices.ContainsFunc(g.grants, func(grant UpdateGrant) bool { return grant.Product == product && grant.Update == u.Name }) {
			s.By, s.Team = Granted, string(g.team.Handle)
			return s
		}
	}
	at := u.publication(v)
	for _, g := range from {
		if g.every != Off && g.takes(v, at) {
			s.By, s.Team, s.Every = ByPolicy, string(g.team.Handle), g.every
			return s
		}
	}
	return s
}

// takes reports whether the team's policy takes what was published at an instant.
func (g giver) takes(v *rule.View, at time.Time) bool {
	from := g.every.takenFrom(v, at, g.team.Location())
	v.Cite(UpdateRule, rule.Fig("every", string(g.every)), rule.Fig("published", at), rule.Fig("taken from", from))
	return !v.Now().Before(from)
}
