package licensing

import (
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
)

// homeUseOf returns the home use that a command names, of a member of the team
// and a product that is offered.
func homeUseOf(v *rule.View, team string, user rule.Address, product string) (Use, error) {
	u := Use{Team: rule.Stream(team), Kind: homeUse, Product: product, Person: user.Person()}
	if err := checkMember(v, u.Team, user); err != nil {
		return u, err
	}
	_, err := ProductOf(v, product)
	return u, err
}

// endOfHome returns the end of a home use that is granted now: 13 months after
// the subscription's start, in the team's zone (LIC-12). Once that is over there
// is nothing left to grant.
func (u Use) endOfHome(s *rule.Scope) (time.Time, error) {
	team, err := account.TeamByHandle(&s.View, u.Team)
	if err != nil {
		return time.Time{}, err
	}
	m, err := u.maintained(&s.View)
	if err != nil {
		return time.Time{}, err
	}
	h, _, err := holdings.Get(s.Tx(), string(u.Team), holdingKey(u.Product, u.Person))
	if err != nil {
		return time.Time{}, err
	}
	began := m.start(h)
	ends := HomeUseLife.Of(&s.View).After(began, team.Location()).UTC()
	s.Cite(HomeUseRule, rule.Fig("subscription began", began), rule.Fig(HomeUseLife.Name(), HomeUseLife.Of(&s.View)), rule.Fig("ends", ends))
	if !ends.After(s.Now()) {
		return ends, rule.Refusef(rule.TooLate, HomeUseRule, "home use of %s ended with its time after the subscription's start", u.Product).
			With(rule.Fig("subscription began", began), rule.Fig("ended", ends))
	}
	return ends, rule.CheckInstant(ends)
}

// homeUntil returns until when a person may use a product at home too, by the
// home use in their teams that lasts longest; null where there is none. That
// of a collection covers its products.
func homeUntil(v *rule.View, person rule.Person, product string, teams []rule.Stream) (*time.Time, error) {
	covering := CatalogOf(v).Covering(product)
	var until time.Time
	for _, team := range teams {
		for _, id := range covering {
			u, found, err := Use{Team: team, Kind: homeUse, Product: id, Person: person}.kept(v)
			if err != nil {
				return nil, err
			}
			if !found || !u.Ends.After(until) {
				continue
			}
			lasts, err := u.inForce(v)
			if err != nil {
				return nil, err
			}
			if lasts {
				until = u.Ends
			}
		}
	}
	return instant(until), nil
}

// HomeUseShown is a home use as results show it.
type HomeUseShown struct {
	Team    string    `json:"team"`
	User    string    `json:"user"`
	Product string    `json:"product"`
	Status  UseStatus `json:"status"`
	// InForce reports whether the person may use the product at home now: what is
	// granted rests while the maintenance, the seat or the benefit is missing.
	InForce bool `json:"in_force"`
	// Asked is when the person asked; null where an admin granted it unasked.
	Asked *time.Time `json:"asked"`
	// Granted is null while it was not granted.
	Granted *time.Time `json:"granted"`
	// Ends is the first instant after it, fixed when it was granted; null before.
	Ends *time.Time `json:"ends"`
}

// HomeUseResult is the result of commands on home use.
type HomeUseResult struct {
	HomeUse HomeUseShown `json:"home_use"`
}

func (u Use) shownHome(v *rule.View) (HomeUseShown, error) {
	email, err := account.EmailOf(v, u.Person)
	if err != nil {
		return HomeUseShown{}, err
	}
	lasts, err := u.inForce(v)
	return HomeUseShown{
		Team: string(u.Team), User: email, Product: u.Product, Status: u.Status(v.Now()), InForce: lasts,
		Asked: instant(u.Asked), Granted: instant(u.Granted), Ends: instant(u.Ends),
	}, err
}

func homeResult(s *rule.Scope, u Use, err error) (HomeUseResult, error) {
	if err != nil {
		return HomeUseResult{}, err
	}
	shown, err := u.shownHome(&s.View)
	return HomeUseResult{shown}, err
}

// RequestHomeUse asks, as a member of a team, to use at home what one holds a
// seat of.
type RequestHomeUse struct {
	Team    string       `json:"team"`
	User    rule.Address `json:"user"`
	Product string       `json:"product"`
}

// About names the team and the person.
func (c RequestHomeUse) About(v *rule.View) (rule.Subject, error) {
	return account.AboutMember(v, c.Team, c.User)
}

// Do writes the request down (LIC-12). It is refused where it could not be
// granted; asking twice changes nothing.
func (c RequestHomeUse) Do(s *rule.Scope) (HomeUseResult, error) {
	u, err := homeUseOf(&s.View, c.Team, c.User, c.Product)
	if err != nil {
		return HomeUseResult{}, err
	}
	u, err = u.request(s)
	return homeResult(s, u, err)
}

// GrantHomeUse lets a member use at home what they hold a seat of, whether they
// asked or not.
type GrantHomeUse struct {
	Team    string       `json:"team"`
	User    rule.Address `json:"user"`
	Product string       `json:"product"`
}

// About names the team and the person.
func (c GrantHomeUse) About(v *rule.View) (rule.Subject, error) {
	return account.AboutMember(v, c.Team, c.User)
}

// Do grants it and fixes its end (LIC-12). It takes no second seat.
func (c GrantHomeUse) Do(s *rule.Scope) (HomeUseResult, error) {
	u, err := homeUseOf(&s.View, c.Team, c.User, c.Product)
	if err != nil {
		return HomeUseResult{}, err
	}
	u, err = u.grant(s)
	return homeResult(s, u, err)
}

// DeclineHomeUse says no to a member who asked for home use.
type DeclineHomeUse struct {
	Team    string       `json:"team"`
	User    rule.Address `json:"user"`
	Product string       `json:"product"`
}

// About names the team and the person.
func (c DeclineHomeUse) About(v *rule.View) (rule.Subject, error) {
	return account.AboutMember(v, c.Team, c.User)
}

// Do declines the request. The person can ask again.
func (c DeclineHomeUse) Do(s *rule.Scope) (HomeUseResult, error) {
	u, err := homeUseOf(&s.View, c.Team, c.User, c.Product)
	if err != nil {
		return HomeUseResult{}, err
	}
	u, err = u.decline(s)
	return homeResult(s, u, err)
}

// EndHomeUse ends a home use, or takes a request for it back. The person does it
// for themselves, an admin for anybody.
type EndHomeUse struct {
	Team    string       `json:"team"`
	User    rule.Address `json:"user"`
	Product string       `json:"product"`
}

// About names the team and the person.
func (c EndHomeUse) About(v *rule.View) (rule.Subject, error) {
	return account.AboutMember(v, c.Team, c.User)
}

// Do ends it; ending it twice changes nothing.
func (c EndHomeUse) Do(s *rule.Scope) (HomeUseResult, error) {
	u, err := homeUseOf(&s.View, c.Team, c.User, c.Product)
	if err != nil {
		return HomeUseResult{}, err
	}
	u, err = u.end(s)
	return homeResult(s, u, err)
}

// HomeUseQuery lists who asked for home use in a team and who has it, of one
// person where one is named.
type HomeUseQuery struct {
	Team string       `json:"team"`
	User rule.Address `json:"user,omitempty"`
}

// About names the team, and the person where one is named.
func (q HomeUseQuery) About(v *rule.View) (rule.Subject, error) { return aboutUses(v, q.Team, q.User) }

// Answer lists them by product and person, what was declined or has ended too,
// until it is asked for again or the person leaves.
func (q HomeUseQuery) Answer(v *rule.View) ([]HomeUseShown, error) {
	all, err := usesIn(v, rule.Stream(q.Team), homeUse, q.User.Person())
	if err != nil {
		return nil, err
	}
	v.Cite(HomeUseRule, rule.Fig("uses", len(all)))
	list := []HomeUseShown{}
	for _, u := range all {
		shown, err := u.shownHome(v)
		if err != nil {
			return nil, err
		}
		list = append(list, shown)
	}
	return list, nil
}
