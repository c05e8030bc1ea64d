package account

import (
	"iter"
	"maps"
	"slices"

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
	for _, p := range slices.Sorted(maps.Keys(table)) {
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
	Role       Role    `json:"role,omitempty"`
	Group      string  `json:"group,omitempty"`
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
	User        string    `json:"user"`
	Name        string    `json:"name"`
	Role        Role      `json:"role"`
	Permissions []string  `json:"permissions"`
	Benefits    []Benefit `json:"benefits"`
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
	people, err := q.people(v)
	if err != nil {
		return page, err
	}
	for l, err := range people {
		if err != nil {
			return page, err
		}
		p, fits, err := q.permitted(v, l)
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

// people are those that the page is chosen from: a group's or the admins, where
// the filters say so, and everyone listed otherwise.
func (q PermissionsQuery) people(v *rule.View) (iter.Seq2[Listing, error], error) {
	return Candidates(v, rule.Stream(q.Team), Filter{Role: q.Role, Group: q.Group, Search: q.Search, Sort: q.Sort, After: q.After})
}

func (q PermissionsQuery) permitted(v *rule.View, l Listing) (Permitted, bool, error) {
	m, in, err := MemberOf(v, l.Team, l.Person)
	if err != nil || !in || q.Role != "" && q.Role != m.Role {
		return Permitted{}, false, err
	}
	p := Permitted{User: l.Email, Name: l.Name, Role: m.Role, Permissions: []string{}, Benefits: []Benefit{}}
	held, _, err := permissionsOf(v, m)
	if err != nil {
		return p, false, err
	}
	for _, one := range held {
		p.Permissions = append(p.Permissions, string(one))
	}
	shown, err := benefitsIn(v, l.Team, l.Person)
	if err != nil {
		return p, false, err
	}
	for _, b := range shown {
		if b.Granted {
			p.Benefits = append(p.Benefits, b.Benefit)
		}
	}
	fits := (q.Permission == "" || slices.Contains(p.Permissions, q.Permission)) && (q.Benefit == "" || slices.Contains(p.Benefits, q.Benefit))
	return p, fits, nil
}

func adminsIn(v *rule.View, team rule.Stream) ([]Admin, error) {
	people, err := Admins(v, team)
	if err != nil {
		return nil, err
	}
	list := []Admin{}
	for l, err := range Chosen(v, Search{Team: team}, people) {
		if err != nil {
			return nil, err
		}
		m, _, err := MemberOf(v, team, l.Person)
		if err != nil {
			return nil, err
		}
		list = append(list, Admin{User: l.Email, Name: l.Name, Role: m.Role})
	}
	return list, nil
}

// Filter says which people of a team a page is chosen from, as a query has it.
type Filter struct {
	Role   Role
	Group  string
	Search string
	Sort   Order
	After  string
	// Among, where Chosen is set, are the only people there are to choose from.
	Among  []rule.Person
	Chosen bool
}

// Candidates goes through the people of a team who may fit the filter, in its
// order. Where it names a group or the role of an admin, only those are read.
func Candidates(v *rule.View, team rule.Stream, f Filter) (iter.Seq2[Listing, error], error) {
	text, err := Sought(f.Search)
	if err != nil {
		return nil, err
	}
	q := Search{Team: team, Beginning: text, Sort: f.Sort, After: f.After}
	some, chosen := f.Among, f.Chosen
	if f.Group != "" {
		if _, err := GroupByHandle(v, team, f.Group); err != nil {
			return nil, err
		}
		of, err := GroupPeople(v, team, f.Group)
		if err != nil {
			return nil, err
		}
		some, chosen = both(some, of, chosen), true
	}
	if f.Role.Admin() && !chosen {
		admins, err := Admins(v, team)
		if err != nil {
			return nil, err
		}
		invited, err := invitedAs(v, team, f.Role)
		if err != nil {
			return nil, err
		}
		some, chosen = slices.Concat(admins, invited), true
	}
	if chosen {
		return Chosen(v, q, some), nil
	}
	return People(v, q), nil
}

// both keeps who is in both lists, where the first says anything.
func both(some, others []rule.Person, chosen bool) []rule.Person {
	if !chosen {
		return others
	}
	in := map[rule.Person]bool{}
	for _, p := range others {
		in[p] = true
	}
	return slices.DeleteFunc(slices.Clone(some), func(p rule.Person) bool { return !in[p] })
}

// invitedAs returns who has an unanswered invitation with a role.
func invitedAs(v *rule.View, team rule.Stream, role Role) ([]rule.Person, error) {
	var list []rule.Person
	for i, err := range bySecret.Scan(v.Tx(), string(team), store.Part{}) {
		if err != nil {
			return nil, err
		}
		if i.Role == role {
			list = append(list, i.Person)
		}
	}
	return list, nil
}
