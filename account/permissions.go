package account

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// permissionsOf returns the permissions that a member has over things of the team,
// in alphabetical order, and whether they bought something there. What everyone
// may do with what is their own is not among them.
func permissionsOf(v *rule.View, m Member) (held []rule.Permission, purchaser bool, err error) {
	bought, err := PurchaseService.Of(v).IsPurchaser(v, m.Team, m.Person)
	if err != nil {
		return nil, false, err
	}
	pays, err := PurchaseService.Of(v).IsPayer(v, m.Team, m.Person)
	if err != nil {
		return nil, false, err
	}
	for _, p := range permissions {
		g := table[p]
		if slices.Contains(g.roles, m.Role) || (g.owner || g.purchaser) && bought || g.payer && pays {
			held = append(held, p)
		}
	}
	return held, bought, nil
}

// PermissionsQuery is the view of a team by permission: its admins, and who has
// which permissions and benefits.
type PermissionsQuery struct {
	Team string `json:"team"`
	// Permission and Benefit keep who has the one and the other.
	Permission string  `json:"permission,omitempty"`
	Benefit    Benefit `json:"benefit,omitempty"`
	// Product, Subscription and Contract keep who holds the product, and who sits on
	// the seats of the subscription or of any of the contract.
	Product      string `json:"product,omitempty"`
	Subscription string `json:"subscription,omitempty"`
	Contract     string `json:"contract,omitempty"`
	Role         Role   `json:"role,omitempty"`
	// Status keeps who has it: members, where none is named. The invited have a role
	// already, and no permissions and benefits yet.
	Status PersonStatus `json:"status,omitempty"`
	Group  string       `json:"group,omitempty"`
	// Search is the beginning of a name or address.
	Search string `json:"search,omitempty"`
	Sort   Order  `json:"sort,omitempty"`
	Limit  int    `json:"limit,omitempty"`
	// After is the address of the last person of the page before.
	After string `json:"after,omitempty"`
}

// Admin is an admin of a team.
type Admin struct {
	User string `json:"user"`
	Name string `json:"name"`
	Role Role   `json:"role"`
}

// Permitted is a member with what they may do and what comes to them.
type Permitted struct {
	User        string       `json:"user"`
	Name        string       `json:"name"`
	Role        Role         `json:"role"`
	Status      PersonStatus `json:"status"`
	Permissions []string     `json:"permissions"`
	Benefits    []Benefit    `json:"benefits"`
}

// PermissionsPage is one page of the view by permission.
type PermissionsPage struct {
	// Admins are all admins of the team.
	Admins []Admin     `json:"admins"`
	People []Permitted `json:"people"`
	// Next is what to go on after, empty at the end.
	Next string `json:"next"`
}

// About names the team.
func (q PermissionsQuery) About(v *rule.View) (rule.Subject, error) { return AboutTeam(v, q.Team) }

// Answer lists the admins and a page of people (ACC-11).
func (q PermissionsQuery) Answer(v *rule.View) (PermissionsPage, error) {
	page := PermissionsPage{Admins: []Admin{}, People: []Permitted{}}
	limit, err := PageSize(q.Limit)
	if err != nil {
		return page, err
	}
	if _, known := table[rule.Permission(q.Permission)]; q.Permission != "" && !known {
		return page, rule.Refusef(rule.Invalid, ViewRule, "there is no permission %q", q.Permission[:min(len(q.Permission), MaxHandle)])
	}
	if page.Admins, err = adminsIn(v, rule.Stream(q.Team)); err != nil {
		return page, err
	}
	holders, err := q.holders(v)
	if err != nil {
		return page, err
	}
	people, err := q.people(v, holders)
	if err != nil || holders.Nobody {
		return page, err
	}
	for l, err := range people {
		if err != nil {
			return page, err
		}
		p, fits, err := q.permitted(v, l, holders)
		if err != nil {
			return page, err
		}
		if !fits {
			continue
		}
		if len(page.People) == limit {
			page.Next = page.People[limit-1].User
			break
		}
		page.People = append(page.People, p)
	}
	v.Cite(ViewRule, rule.Fig("shown", len(page.People)), rule.Fig("admins", len(page.Admins)))
	return page, nil
}

// holders are who holds what is asked for: everyone, where nothing is.
func (q PermissionsQuery) holders(v *rule.View) (Holders, error) {
	held := Held{Product: q.Product, Subscription: q.Subscription, Contract: q.Contract}
	if !held.named() {
		return Holders{Among: func(*rule.View, Standing) (bool, error) { return true, nil }}, nil
	}
	return SeatService.Of(v).Holders(v, rule.Stream(q.Team), held)
}

// people are those that the page is chosen from. Permissions over the things of a
// team come with the role of an admin, or with having bought or paying something.
func (q PermissionsQuery) people(v *rule.View, holders Holders) (iter.Seq2[Listing, error], error) {
	f := Filter{Role: q.Role, Status: q.Status, Group: q.Group, AnyOf: holders.AnyOf, Search: q.Search, Sort: q.Sort, After: q.After}
	g, team := table[rule.Permission(q.Permission)], rule.Stream(q.Team)
	if q.Permission == "" || q.Search != "" || q.Group != "" {
		return Candidates(v, team, f)
	}
	paying, err := PurchaseService.Of(v).Paying(v, team)
	if err != nil {
		return nil, err
	}
	s := Search{Team: team, Sort: q.Sort, After: q.After}
	some, err := s.some(v, paying)
	if err != nil {
		return nil, err
	}
	lists := []iter.Seq2[Listing, error]{some}
	for _, role := range g.roles {
		scan, err := labelScan(v, s, roleLabel(role))
		if err != nil {
			return nil, err
		}
		lists = append(lists, scan)
	}
	return merged(lists, q.Sort), nil
}

// permitted shows a person, and tells whether the filters keep them.
func (q PermissionsQuery) permitted(v *rule.View, l Listing, holders Holders) (Permitted, bool, error) {
	at, err := StandingOf(v, l)
	if err != nil || at.Status != cmp.Or(q.Status, StatusActive) || q.Role != "" && q.Role != at.Role {
		return Permitted{}, false, err
	}
	if among, err := holders.Among(v, at); err != nil || !among {
		return Permitted{}, false, err
	}
	p := Permitted{User: l.Email, Name: l.Name, Role: at.Role, Status: at.Status, Permissions: []string{}, Benefits: []Benefit{}}
	if at.Status != StatusActive {
		return p, q.Permission == "" && q.Benefit == "", nil
	}
	held, _, err := permissionsOf(v, Member{Team: l.Team, Person: l.Person, Role: at.Role})
	if err != nil {
		return p, false, err
	}
	p.Permissions = slices.Grow(p.Permissions, len(held))
	for _, one := range held {
		p.Permissions = append(p.Permissions, string(one))
	}
	if p.Benefits, err = benefitsOf(v, l.Team, l.Person); err != nil {
		return p, false, err
	}
	fits := (q.Permission == "" || slices.Contains(p.Permissions, q.Permission)) && (q.Benefit == "" || slices.Contains(p.Benefits, q.Benefit))
	return p, fits, nil
}

// adminsIn returns all admins of a team, in the order of their addresses.
func adminsIn(v *rule.View, team rule.Stream) ([]Admin, error) {
	people, err := Admins(v, team)
	if err != nil {
		return nil, err
	}
	list := []Admin{}
	for _, p := range people {
		m, _, err := MemberOf(v, team, p)
		if err != nil {
			return nil, err
		}
		email, err := EmailOf(v, p)
		if err != nil {
			return nil, err
		}
		l, _, err := listings.Get(v.Tx(), string(team), store.String(email))
		if err != nil {
			return nil, err
		}
		list = append(list, Admin{User: email, Name: l.Name, Role: m.Role})
	}
	slices.SortFunc(list, func(a, b Admin) int { return strings.Compare(a.User, b.User) })
	return list, nil
}
