package licensing

import (
	"slices"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
)

// GroupsQuery is the view of a team by group. Its groups are in alphabetical order.
type GroupsQuery struct {
	Team  string `json:"team"`
	Group string `json:"group,omitempty"`
	// Product keeps the groups that it is granted to.
	Product string `json:"product,omitempty"`
	// User keeps the groups that the member is in.
	User rule.Address `json:"user,omitempty"`
	// Search is the beginning of a handle.
	Search string `json:"search,omitempty"`
	Limit  int    `json:"limit,omitempty"`
	// After is the last group of the page before.
	After string `json:"after,omitempty"`
}

// GroupShown is a group in the view by group. Its counts are of everyone and
// everything; the lists have the first of them.
type GroupShown struct {
	Group        string   `json:"group"`
	UserCount    int      `json:"user_count"`
	ProductCount int      `json:"product_count"`
	Users        []string `json:"users"`
	Products     []string `json:"products"`
}

// GroupsPage is one page of the view by group.
type GroupsPage struct {
	Groups []GroupShown `json:"groups"`
	// Next is what to go on after, empty at the end.
	Next string `json:"next"`
}

// About names the team.
func (q GroupsQuery) About(v *rule.View) (rule.Subject, error) {
	if q.User != "" {
		if _, _, _, err := q.User.Parts(); err != nil {
			return rule.Subject{}, err
		}
	}
	return account.AboutTeam(v, q.Team)
}

// Answer lists a page of groups (ACC-11).
func (q GroupsQuery) Answer(v *rule.View) (GroupsPage, error) {
	page := GroupsPage{Groups: []GroupShown{}}
	limit, err := account.PageSize(q.Limit)
	if err != nil {
		return page, err
	}
	text, err := account.Sought(q.Search)
	if err != nil {
		return page, err
	}
	if q.Product != "" {
		if _, err := ProductOf(v, q.Product); err != nil {
			return page, err
		}
	}
	for g, err := range account.Groups(v, rule.Stream(q.Team), text, q.After) {
		if err != nil {
			return page, err
		}
		products, err := groupProducts(v, g.Team, g.Handle)
		if err != nil {
			return page, err
		}
		fits, err := q.fits(v, g, products)
		if err != nil {
			return page, err
		}
		if !fits {
			continue
		}
		if len(page.Groups) == limit {
			page.Next = page.Groups[limit-1].Group
			break
		}
		shown, err := showGroup(v, g, products)
		if err != nil {
			return page, err
		}
		page.Groups = append(page.Groups, shown)
	}
	v.Cite(account.ViewRule, rule.Fig("shown", len(page.Groups)), rule.Fig("limit", limit))
	return page, nil
}

func (q GroupsQuery) fits(v *rule.View, g account.Group, products []string) (bool, error) {
	if q.Group != "" && q.Group != g.Handle || q.Product != "" && !slices.Contains(products, q.Product) {
		return false, nil
	}
	if q.User == "" {
		return true, nil
	}
	return account.InGroup(v, g, q.User.Person())
}

func showGroup(v *rule.View, g account.Group, products []string) (GroupShown, error) {
	people, err := account.GroupPeople(v, g.Team, g.Handle)
	if err != nil {
		return GroupShown{}, err
	}
	shown := GroupShown{
		Group: g.Handle, UserCount: len(people), ProductCount: len(products),
		Users: []string{}, Products: append([]string{}, products[:min(len(products), MaxShown)]...),
	}
	for _, p := range people[:min(len(people), MaxShown)] {
		email, err := account.EmailOf(v, p)
		if err != nil {
			return shown, err
		}
		shown.Users = append(shown.Users, email)
	}
	slices.Sort(shown.Users)
	return shown, nil
}
