package account

import (
	"strings"
	"time"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Group is a number of people of one team to whom things are granted together
// (ACC-10). Its name is unique in the team.
type Group struct {
	Team   rule.Stream
	Handle string
	Made   time.Time
}

var groups = store.NewTable("account.group", func(g *Group) (string, store.Key) {
	return string(g.Team), store.String(g.Handle)
})

// GroupMember is one person in a group.
type GroupMember struct {
	Team   rule.Stream
	Group  string
	Person rule.Person
}

var groupMembers = store.NewTable("account.group_member", func(m *GroupMember) (string, store.Key) {
	return string(m.Team), store.String(m.Group) + store.String(m.Person)
})

var groupsOf = groupMembers.Index("person", func(m *GroupMember) (store.Key, bool) {
	return store.String(m.Person), true
})

// GroupByHandle returns the group, or the refusal that there is none.
func GroupByHandle(v *rule.View, team rule.Stream, handle string) (Group, error) {
	g, found, err := groups.Get(v.Tx(), string(team), store.String(handle))
	if err == nil && !found {
		err = rule.Missing("group", handle)
	}
	return g, err
}

// GroupPeople returns who is in the group, in the order of their identifiers.
func GroupPeople(v *rule.View, team rule.Stream, handle string) ([]rule.Person, error) {
	var list []rule.Person
	for m, err := range groupMembers.Scan(v.Tx(), string(team), store.Part{Prefix: store.String(handle)}) {
		if err != nil {
			return nil, err
		}
		list = append(list, m.Person)
	}
	return list, nil
}

// GroupsOf returns the handles of the groups the person is in, in alphabetical order.
func GroupsOf(v *rule.View, team rule.Stream, person rule.Person) ([]string, error) {
	var list []string
	for m, err := range groupsOf.Scan(v.Tx(), string(team), store.Part{Prefix: store.String(person)}) {
		if err != nil {
			return nil, err
		}
		list = append(list, m.Group)
	}
	return list, nil
}

// GroupJoined happens when people join a group, all in one command.
type GroupJoined struct {
	Team   rule.Stream
	Group  string
	People []rule.Person
}

// GroupLeft happens before a person is taken out of a group.
type GroupLeft struct {
	Team   rule.Stream
	Group  string
	Person rule.Person
}

// GroupShown is a group as results show it.
type GroupShown struct {
	Team  string `json:"team"`
	Group string `json:"group"`
	// UserCount is how many people are in it, Users the first hundred of them by
	// their addresses.
	UserCount int      `json:"user_count"`
	Users     []string `json:"users"`
}

// GroupResult is the result of commands that change a group.
type GroupResult struct {
	Group GroupShown `json:"group"`
}

func showGroup(v *rule.View, team rule.Stream, handle string) (GroupResult, error) {
	n, err := GroupSize(v, team, handle)
	if err != nil {
		return GroupResult{}, err
	}
	users, err := GroupUsers(v, team, handle)
	return GroupResult{Group: GroupShown{Team: string(team), Group: handle, UserCount: n, Users: users}}, err
}

// CreateGroup makes a group, with people where they are named.
type CreateGroup struct {
	Team  string         `json:"team"`
	Group string         `json:"group"`
	Users []rule.Address `json:"users,omitempty"`
}

// MaxUsers is how many people one command can name.
const MaxUsers = 5000

// About names the team and everyone who is to be in the group.
func (c CreateGroup) About(v *rule.View) (rule.Subject, error) {
	streams, err := concernsOfAll(v, c.Users)
	if err != nil {
		return rule.Subject{}, err
	}
	return AboutTeam(v, c.Team, streams...)
}

func concernsOfAll(v *rule.View, users []rule.Address) ([]rule.Stream, error) {
	if len(users) > MaxUsers {
		return nil, rule.Refusef(rule.Invalid, GroupRule, "one command can name %d people, not %d", MaxUsers, len(users))
	}
	var all []rule.Stream
	for _, u := range users {
		if _, _, _, err := u.Parts(); err != nil {
			return nil, err
		}
		streams, err := Concerns(v, u.Person())
		if err != nil {
			return nil, err
		}
		all = append(all, streams...)
	}
	return all, nil
}

// Do makes the group and lets the people join it.
func (c CreateGroup) Do(s *rule.Scope) (GroupResult, error) {
	s.Cite(GroupRule, rule.Fig("people", len(c.Users)))
	if err := checkGroupName(c.Group); err != nil {
		return GroupResult{}, err
	}
	g := Group{Team: rule.Stream(c.Team), Handle: c.Group, Made: s.Now()}
	if _, taken, err := groups.Get(s.Tx(), c.Team, store.String(c.Group)); err != nil {
		return GroupResult{}, err
	} else if taken {
		return GroupResult{}, rule.Refusef(rule.Conflict, GroupRule, "the team has a group %q already", c.Group)
	}
	if err := groups.Put(s.Tx(), g); err != nil {
		return GroupResult{}, err
	}
	var joining []rule.Person
	for _, u := range c.Users {
		m, err := loadMember(&s.View, c.Team, u)
		if err != nil {
			return GroupResult{}, err
		}
		joining = append(joining, m.Person)
	}
	if err := JoinGroup(s, g, joining); err != nil {
		return GroupResult{}, err
	}
	return showGroup(&s.View, g.Team, g.Handle)
}

// checkGroupName refuses what nobody could read or type again as a group's name.
func checkGroupName(name string) error {
	if len(name) > MaxHandle || name != strings.TrimSpace(name) || !rule.Legible(name) || rule.CardLike(name) {
		return rule.Refusef(rule.Invalid, GroupRule, "a group's name has 1 to %d bytes, no control characters or others that cannot be seen, no space around it, and is no card number", MaxHandle)
	}
	return nil
}

// JoinGroup lets people join a group; who is in it already stays so.
func JoinGroup(s *rule.Scope, g Group, joining []rule.Person) error {
	happened := GroupJoined{Team: g.Team, Group: g.Handle}
	for _, p := range joining {
		key := store.String(g.Handle) + store.String(p)
		if _, in, err := groupMembers.Get(s.Tx(), string(g.Team), key); err != nil {
			return err
		} else if in {
			continue
		}
		if err := groupMembers.Put(s.Tx(), GroupMember{Team: g.Team, Group: g.Handle, Person: p}); err != nil {
			return err
		}
		if err := PutLabel(s, g.Team, p, groupLabel(g.Handle)); err != nil {
			return err
		}
		happened.People = append(happened.People, p)
	}
	if len(happened.People) == 0 {
		return nil
	}
	if err := countGroup(s, g.Team, g.Handle, len(happened.People)); err != nil {
		return err
	}
	return s.Emit(happened)
}

// AddToGroup lets a member join a group.
type AddToGroup struct {
	Team  string       `json:"team"`
	Group string       `json:"group"`
	User  rule.Address `json:"user"`
}

// About names the team and the member.
func (c AddToGroup) About(v *rule.View) (rule.Subject, error) { return AboutMember(v, c.Team, c.User) }

// Do lets the member join; the group's products are granted with it (ACC-10).
func (c AddToGroup) Do(s *rule.Scope) (GroupResult, error) {
	s.Cite(GroupRule, rule.Fig("group", c.Group))
	g, err := GroupByHandle(&s.View, rule.Stream(c.Team), c.Group)
	if err != nil {
		return GroupResult{}, err
	}
	m, err := loadMember(&s.View, c.Team, c.User)
	if err != nil {
		return GroupResult{}, err
	}
	if err := JoinGroup(s, g, []rule.Person{m.Person}); err != nil {
		return GroupResult{}, err
	}
	return showGroup(&s.View, g.Team, g.Handle)
}

// leaveGroups takes a member out of all their groups.
func leaveGroups(s *rule.Scope, m Member) error {
	list, err := GroupsOf(&s.View, m.Team, m.Person)
	if err != nil {
		return err
	}
	for _, g := range list {
		if err := leaveGroupOf(s, m.Team, g, m.Person); err != nil {
			return err
		}
	}
	return nil
}
