package licensing

import (
	"cmp"
	"slices"
	"strings"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// MaxShown is how many people or products one row of a view lists. Its counts are
// of all of them, and the view by user pages through the rest.
const MaxShown = 100

// ProductsQuery is the view of a team by product: those it owns seats of, and
// those that somebody holds or is to hold. They are in alphabetical order.
type ProductsQuery struct {
	Team    string `json:"team"`
	Product string `json:"product,omitempty"`
	// Subscription keeps the products that it gives seats of.
	Subscription string `json:"subscription,omitempty"`
	// Contract keeps the products that its subscriptions give seats of.
	Contract string `json:"contract,omitempty"`
	// Role and Status keep what somebody of both holds, who is active, or is to hold,
	// who is invited; an invitation that has ended holds nothing.
	Role   account.Role         `json:"role,omitempty"`
	Status account.PersonStatus `json:"status,omitempty"`
	// Group keeps what is granted to it.
	Group string `json:"group,omitempty"`
	// User keeps what the member holds.
	User rule.Address `json:"user,omitempty"`
	// Search is the beginning of a handle or name.
	Search string `json:"search,omitempty"`
	Limit  int    `json:"limit,omitempty"`
	// After is the last product of the page before.
	After string `json:"after,omitempty"`
}

// ProductShown is a product in the view by product.
type ProductShown struct {
	Product string `json:"product"`
	Name    string `json:"name"`
	Seats
	// Holders are the addresses of who holds it, the first of them where they are
	// too many to list.
	Holders []string `json:"holders"`
}

// ProductsPage is one page of the view by product.
type ProductsPage struct {
	Products []ProductShown `json:"products"`
	// Next is what to go on after, empty at the end.
	Next string `json:"next"`
}

// About names the team.
func (q ProductsQuery) About(v *rule.View) (rule.Subject, error) {
	if q.User != "" {
		if _, _, _, err := q.User.Parts(); err != nil {
			return rule.Subject{}, err
		}
	}
	return account.AboutTeam(v, q.Team)
}

// Answer lists a page of products (ACC-11).
func (q ProductsQuery) Answer(v *rule.View) (ProductsPage, error) {
	page := ProductsPage{Products: []ProductShown{}}
	limit, err := account.PageSize(q.Limit)
	if err != nil {
		return page, err
	}
	list, err := q.chosen(v)
	if err != nil {
		return page, err
	}
	for _, p := range list {
		seats, err := SeatsOf(v, rule.Stream(q.Team), p.ID)
		if err != nil {
			return page, err
		}
		if seats == (Seats{}) {
			continue
		}
		if len(page.Products) == limit {
			page.Next = page.Products[limit-1].Product
			break
		}
		shown := ProductShown{Product: p.ID, Name: p.Name, Seats: seats}
		if shown.Holders, err = someHolders(v, rule.Stream(q.Team), p.ID); err != nil {
			return page, err
		}
		page.Products = append(page.Products, shown)
	}
	v.Cite(account.ViewRule, rule.Fig("shown", len(page.Products)), rule.Fig("limit", limit))
	return page, nil
}

// chosen returns the products that the filters leave, in alphabetical order, from
// where the page begins.
func (q ProductsQuery) chosen(v *rule.View) ([]*Product, error) {
	text, err := account.Sought(q.Search)
	if err != nil {
		return nil, err
	}
	if q.Product != "" {
		if _, err := ProductOf(v, q.Product); err != nil {
			return nil, err
		}
	}
	by := bought{q.Subscription, q.Contract}
	var only [][]string
	for _, filter := range []struct {
		named bool
		list  func() ([]string, error)
	}{
		{by.named(), func() ([]string, error) {
			list, _, err := by.products(v, rule.Stream(q.Team))
			return list, err
		}},
		{q.Group != "", func() ([]string, error) { return grantedTo(v, rule.Stream(q.Team), q.Group) }},
		{q.Role != "" || q.Status != "", func() ([]string, error) { return heldAmong(v, rule.Stream(q.Team), q.Role, q.Status) }},
		{q.User != "", func() ([]string, error) { return heldBy(v, rule.Stream(q.Team), q.User.Person()) }},
	} {
		if !filter.named {
			continue
		}
		list, err := filter.list()
		if err != nil {
			return nil, err
		}
		only = append(only, list)
	}
	var list []*Product
	for i := range CatalogOf(v).Products {
		p := &CatalogOf(v).Products[i]
		begins := strings.HasPrefix(p.ID, text) || strings.HasPrefix(strings.ToLower(p.Name), text)
		left := !slices.ContainsFunc(only, func(some []string) bool { return !slices.Contains(some, p.ID) })
		if begins && left && p.ID > q.After && (q.Product == "" || q.Product == p.ID) {
			list = append(list, p)
		}
	}
	slices.SortFunc(list, func(a, b *Product) int { return cmp.Compare(a.ID, b.ID) })
	return list, nil
}

func grantedTo(v *rule.View, team rule.Stream, group string) ([]string, error) {
	if _, err := account.GroupByHandle(v, team, group); err != nil {
		return nil, err
	}
	return groupProducts(v, team, group)
}

// heldBy returns what a person holds in a team, in alphabetical order.
func heldBy(v *rule.View, team rule.Stream, person rule.Person) ([]string, error) {
	var list []string
	for h, err := range holdingsOf.Scan(v.Tx(), string(team), store.Part{Prefix: store.String(person)}) {
		if err != nil {
			return nil, err
		}
		list = append(list, h.Product)
	}
	return list, nil
}

// someHolders returns the addresses of who holds a product, in alphabetical order:
// of all where they are few, of the first by identifier where they are many.
func someHolders(v *rule.View, team rule.Stream, product string) ([]string, error) {
	list := []string{}
	for h, err := range holdings.Scan(v.Tx(), string(team), store.Part{Prefix: store.String(product), Limit: MaxShown}) {
		if err != nil {
			return nil, err
		}
		list = append(list, h.Email)
	}
	slices.Sort(list)
	return list, nil
}
