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
	Subscription string `json:"subscription,omitempty"`
	// Contract keeps who sits on the seats of any of its subscriptions.
	Contract string               `json:"contract,omitempty"`
	Role     account.Role         `json:"role,omitempty"`
	Status   account.PersonStatus `json:"status,omitempty"`
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
	seats, err := seatsBy(v, rule.Stream(q.Team), account.Held{Product: q.Product, Subscription: q.Subscription, Contract: q.Contract})
	if err != nil {
		return page, err
	}
	people, err := account.Candidates(v, rule.Stream(q.Team), account.Filter{
		Role: q.Role, Status: q.Status, Group: q.Group, AnyOf: seats.words(), Search: q.Search, Sort: q.Sort, After: q.After,
	})
	if err != nil || seats.nobody {
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
		sits, err := seats.fits(v, p)
		if err != nil {
			return page, err
		}
		if !sits || !q.fits(p) {
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

// seatFilter is what the filters by product, subscription and contract ask for.
type seatFilter struct {
	// products are those of which a person holds one, or is to hold one; none
	// are named where there is no such filter.
	products []string
	// subscriptions are those that it comes from, or else from the pool; none is
	// from whatever.
	subscriptions []string
	// nobody can have what is asked for.
	nobody bool
}

// seatsBy reads the filters, and refuses those that name what is not there.
func seatsBy(v *rule.View, team rule.Stream, held account.Held) (seatFilter, error) {
	f := seatFilter{}
	if held.Product != "" {
		if _, err := ProductOf(v, held.Product); err != nil {
			return f, err
		}
		f.products = []string{held.Product}
	}
	by := bought{held.Subscription, held.Contract}
	if !by.named() {
		return f, nil
	}
	given, of, err := by.products(v, team)
	if err != nil {
		return f, err
	}
	f.subscriptions = of
	if held.Product == "" {
		f.products = given
	}
	f.nobody = len(given) == 0 || held.Product != "" && !slices.Contains(given, held.Product)
	return f, nil
}

// seatFilters answers what account asks of the filters.
type seatFilters struct{}

// Holders returns who holds what is asked for (ACC-11).
func (seatFilters) Holders(v *rule.View, team rule.Stream, held account.Held) (account.Holders, error) {
	f, err := seatsBy(v, team, held)
	return account.Holders{AnyOf: f.words(), Nobody: f.nobody, Among: f.fits}, err
}

// words are the labels of the products.
func (f seatFilter) words() []string {
	var words []string
	for _, p := range f.products {
		words = append(words, productLabel(p))
	}
	return words
}

// fits reports whether the person holds one of the products, or is to hold one by
// an open invitation, from where the filter says.
func (f seatFilter) fits(v *rule.View, p account.Standing) (bool, error) {
	if f.nobody || len(f.products) == 0 {
		return !f.nobody, nil
	}
	for _, product := range f.products {
		h, has, err := holdings.Get(v.Tx(), string(p.Team), holdingKey(product, p.Person))
		if err != nil {
			return false, err
		}
		if has && (len(f.subscriptions) == 0 || !h.onlyPinned() || h.pinnedToAny(f.subscriptions)) {
			return true, nil
		}
	}
	if p.Status != account.StatusInvited {
		return false, nil
	}
	h, _, err := holds.Get(v.Tx(), string(p.Team), store.String(p.Person))
	waits := slices.ContainsFunc(f.products, func(product string) bool { return slices.Contains(h.Products, product) })
	return waits && (len(f.subscriptions) == 0 || h.Pin == "" || slices.Contains(f.subscriptions, h.Pin)), err
}
