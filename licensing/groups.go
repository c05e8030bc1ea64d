package licensing

import (
	"iter"
	"slices"
	"strings"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// GroupsQuery is the view of a team by group. Its groups are in alphabetical order.
type GroupsQuery struct {
	Team  string `json:"team"`
	Group string `json:"group,omitempty"`
	// Product keeps the groups that it is granted to.
	Product string `json:"product,omitempty"`
	// Subscription and Contract keep the groups that a product is granted to of which
	// the subscription, or any of the contract, gives seats.
	Subscription string `json:"subscription,omitempty"`
	Contract     string `json:"contract,omitempty"`
	// Role and Status keep the groups in which there is somebody of both: who is in
	// the group, where the status is active or none is named, else who is invited
	// into it.
	Role   account.Role         `json:"role,omitempty"`
	Status account.PersonStatus `json:"status,omitempty"`
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
	groups, err := q.chosen(v, text)
	if err != nil {
		return page, err
	}
	for g, err := range groups {
		if err != nil {
			return page, err
		}
		if len(page.Groups) == limit {
			page.Next = page.Groups[limit-1].Group
			break
		}
		shown, err := showGroup(v, q, g)
		if err != nil {
			return page, err
		}
		page.Groups = append(page.Groups, shown)
	}
	v.Cite(account.ViewRule, rule.Fig("shown", len(page.Groups)), rule.Fig("limit", limit))
	return page, nil
}

// chosen goes through the groups that all filters leave.
func (q GroupsQuery) chosen(v *rule.View, begins string) (iter.Seq2[string, error], error) {
	team, groups, crew := rule.Stream(q.Team), q.groups(v, begins), q.crew()
	if crew.Named() {
		groups = only(groups, func(g string) (bool, error) { return crew.In(v, team, g) })
	}
	by := bought{q.Subscription, q.Contract}
	if !by.named() {
		return groups, nil
	}
	products, _, err := by.products(v, team)
	if err != nil {
		return nil, err
	}
	return only(groups, func(g string) (bool, error) {
		granted, err := groupProducts(v, team, g)
		return slices.ContainsFunc(granted, func(p string) bool { return slices.Contains(products, p) }), err
	}), nil
}

func (q GroupsQuery) crew() account.Crew { return account.Crew{Role: q.Role, Status: q.Status} }

// groups goes through the groups that the filters leave: from those of the person
// or of the product, where either is named, and else from those of the people
// asked for or from all.
func (q GroupsQuery) groups(v *rule.View, begins string) iter.Seq2[string, error] {
	team := rule.Stream(q.Team)
	var handles iter.Seq2[string, error]
	switch {
	case q.User != "":
		handles = account.GroupsFrom(v, team, q.User.Person(), q.After)
	case q.Product != "":
		handles = grantedGroups(v, team, q.Product, q.After)
	default:
		if strings.HasPrefix(q.Group, begins) {
			begins = q.Group
		}
		return only(q.crew().Groups(v, team, begins, q.After), func(g string) (bool, error) { return q.named(g), nil })
	}
	return only(handles, func(g string) (bool, error) {
		if !q.named(g) || !strings.HasPrefix(g, begins) {
			return false, nil
		}
		if q.User == "" || q.Product == "" {
			return true, nil
		}
		_, granted, err := groupGrants.Get(v.Tx(), q.Team, store.String(g)+store.String(q.Product))
		return granted, err
	})
}

// named reports whether the group is the one that the query names, if any.
func (q GroupsQuery) named(group string) bool { return q.Group == "" || q.Group == group }

// only leaves out the handles that do not fit.
func only(handles iter.Seq2[string, error], fits func(string) (bool, error)) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for g, err := range handles {
			ok := false
			if err == nil {
				ok, err = fits(g)
			}
			if (ok || err != nil) && !yield(g, err) {
				return
			}
		}
	}
}

// groupsByProduct finds the groups that a product is granted to.
var groupsByProduct = groupGrants.Index("product", func(g *GroupGrant) (store.Key, bool) { return store.String(g.Product), true })

func grantedGroups(v *rule.View, team rule.Stream, product, after string) iter.Seq2[string, error] {
	part := store.Part{Prefix: store.String(product)}
	if after != "" {
		part.From = store.String(after) + "\xff"
	}
	return func(yield func(string, error) bool) {
		for g, err := range groupsByProduct.Scan(v.Tx(), string(team), part) {
			if !yield(g.Group, err) {
				return
			}
		}
	}
}

func showGroup(v *rule.View, query GroupsQuery, group string) (GroupShown, error) {
	team := rule.Stream(query.Team)
	shown := GroupShown{Group: group}
	products, err := groupProducts(v, team, group)
	if err != nil {
		return shown, err
	}
	shown.ProductCount, shown.Products = len(products), append([]string{}, products[:min(len(products), MaxShown)]...)
	if shown.UserCount, err = account.GroupSize(v, team, group); err != nil {
		return shown, err
	}
	shown.Users, err = account.GroupUsers(v, team, group)
	return shown, err
}
