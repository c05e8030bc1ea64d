package licensing

import (
	"slices"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// PeopleQuery is the view of a team by user. Its filters add up.
type PeopleQuery struct {
	Team string `json:"team"`
	// Product keeps who holds it, or is to hold it by an open invitation.
	Product string `json:"product,omitempty"`
	// Subscription keeps who sits on its seats: who is pinned to it, or holds its
	// product from the pool.
	Subscription string               `json:"subscription,omitempty"`
	Role         account.Role         `json:"role,omitempty"`
	Status       account.PersonStatus `json:"status,omitempty"`
	// Group keeps who is in it; the invited are in none yet.
	Group string `json:"group,omitempty"`
	// Search is the beginning of a name or address.
	Search string        `json:"search,omitempty"`
	Sort   account.Order `json:"sort,omitempty"`
	Limit  int           `json:"limit,omitempty"`
	// After is the address of the last person of the page before.
	After string `json:"after,omitempty"`
}

// PersonShown is a person in the view by user.
type PersonShown struct {
	User   string               `json:"user"`
	Name   string               `json:"name"`
	Role   account.Role         `json:"role"`
	Status account.PersonStatus `json:"status"`
	// Products are those the person holds, or is to hold by the invitation.
	Products []string `json:"products"`
}

// PeoplePage is one page of the view by user.
type PeoplePage struct {
	People []PersonShown `json:"people"`
	// Next is what to go on after, empty at the end.
	Next string `json:"next"`
}

// About names the team.
func (q PeopleQuery) About(v *rule.View) (rule.Subject, error) { return account.AboutTeam(v, q.Team) }

// Answer lists a page of people (ACC-11).
func (q PeopleQuery) Answer(v *rule.View) (PeoplePage, error) {
	page := PeoplePage{People: []PersonShown{}}
	limit, err := account.PageSize(q.Limit)
	if err != nil {
		return page, err
	}
	filter := account.Filter{Role: q.Role, Group: q.Group, Search: q.Search, Sort: q.Sort, After: q.After}
	if filter.Among, filter.Chosen, err = q.holders(v); err != nil {
		return page, err
	}
	people, err := account.Candidates(v, rule.Stream(q.Team), filter)
	if err != nil {
		return page, err
	}
	for l, err := range people {
		if err != nil {
			return page, err
		}
		p, err := account.StandingOf(v, l)
		if err != nil {
			return page, err
		}
		if !q.fits(p) {
			continue
		}
		if len(page.People) == limit {
			page.Next = page.People[limit-1].User
			break
		}
		shown, err := showPerson(v, p)
		if err != nil {
			return page, err
		}
		page.People = append(page.People, shown)
	}
	v.Cite(account.ViewRule, rule.Fig("shown", len(page.People)), rule.Fig("limit", limit))
	return page, nil
}

func (q PeopleQuery) fits(p account.Standing) bool {
	return (q.Role == "" || q.Role == p.Role) && (q.Status == "" || q.Status == p.Status)
}

func showPerson(v *rule.View, p account.Standing) (PersonShown, error) {
	shown := PersonShown{User: p.Email, Name: p.Name, Role: p.Role, Status: p.Status, Products: []string{}}
	if p.Status != account.StatusActive {
		h, waits, err := holds.Get(v.Tx(), string(p.Team), store.String(p.Person))
		if waits && p.Status == account.StatusInvited {
			shown.Products = append(shown.Products, h.Products...)
		}
		return shown, err
	}
	for h, err := range holdingsOf.Scan(v.Tx(), string(p.Team), store.Part{Prefix: store.String(p.Person)}) {
		if err != nil {
			return shown, err
		}
		shown.Products = append(shown.Products, h.Product)
	}
	return shown, nil
}

// holders returns the people whom the filters by product and subscription leave,
// and whether there is any such filter.
func (q PeopleQuery) holders(v *rule.View) ([]rule.Person, bool, error) {
	if q.Product == "" && q.Subscription == "" {
		return nil, false, nil
	}
	products := []string{q.Product}
	if q.Product != "" {
		if _, err := ProductOf(v, q.Product); err != nil {
			return nil, true, err
		}
	}
	if q.Subscription != "" {
		given, err := givenBy(v, rule.Stream(q.Team), q.Subscription)
		if err != nil {
			return nil, true, err
		}
		if q.Product == "" {
			products = given
		} else if !slices.Contains(given, q.Product) {
			return nil, true, nil
		}
	}
	var list []rule.Person
	for _, product := range products {
		some, err := q.holdersOf(v, product)
		if err != nil {
			return nil, true, err
		}
		list = append(list, some...)
	}
	return list, true, nil
}

// holdersOf returns who holds the product, and who is to hold it by an open
// invitation.
func (q PeopleQuery) holdersOf(v *rule.View, product string) ([]rule.Person, error) {
	var list []rule.Person
	for h, err := range holdings.Scan(v.Tx(), q.Team, store.Part{Prefix: store.String(product)}) {
		if err != nil {
			return nil, err
		}
		if q.Subscription == "" || !h.onlyPinned() || slices.Contains(h.Sources, Source{Pinned, q.Subscription}) {
			list = append(list, h.Person)
		}
	}
	for h, err := range holdEnds.Scan(v.Tx(), q.Team, store.Part{From: store.Time(v.Now().Add(1))}) {
		if err != nil {
			return nil, err
		}
		if slices.Contains(h.Products, product) && (q.Subscription == "" || h.Pin == "" || h.Pin == q.Subscription) {
			list = append(list, h.Person)
		}
	}
	return list, nil
}

// givenBy returns the products that a subscription of the team has given seats
// of, or the refusal that there is no such subscription.
func givenBy(v *rule.View, team rule.Stream, subscription string) ([]string, error) {
	var list []string
	for e, err := range entitlements.Scan(v.Tx(), string(team), store.Part{}) {
		if err != nil {
			return nil, err
		}
		if e.Subscription == subscription && !slices.Contains(list, e.Product) {
			list = append(list, e.Product)
		}
	}
	if len(list) == 0 {
		return nil, rule.Missing("subscription", subscription)
	}
	return list, nil
}
