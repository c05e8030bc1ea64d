package account

import (
	"time"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Member is a person in a team, with the one role they have there.
type Member struct {
	Team   rule.Stream
	Person rule.Person
	Role   Role
	Since  time.Time
}

var members = store.NewTable("account.member", func(m *Member) (string, store.Key) {
	return string(m.Team), memberKey(m.Person)
})

// primaryOf keeps a second primary out of a team, whatever path it comes by.
var _ = members.Unique("primary", func(m *Member) (store.Key, bool) {
	return store.String("primary"), m.Role == Primary
})

// adminsOf finds the admins of a team without walking through its people.
var adminsOf = members.Index("admins", func(m *Member) (store.Key, bool) {
	return "", m.Role.Admin()
})

func memberKey(p rule.Person) store.Key { return store.String(p) }

// MemberOf returns the person's membership in the team, and whether there is one.
func MemberOf(v *rule.View, team rule.Stream, person rule.Person) (Member, bool, error) {
	return members.Get(v.Tx(), string(team), memberKey(person))
}

// Members returns everyone in the team, in the order of their identifiers.
func Members(v *rule.View, team rule.Stream) ([]Member, error) {
	var list []Member
	for m, err := range members.Scan(v.Tx(), string(team), store.Part{}) {
		if err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	return list, nil
}

// Admins returns the admins of the team.
func Admins(v *rule.View, team rule.Stream) ([]rule.Person, error) {
	var list []rule.Person
	for m, err := range adminsOf.Scan(v.Tx(), string(team), store.Part{}) {
		if err != nil {
			return nil, err
		}
		list = append(list, m.Person)
	}
	return list, nil
}

// MemberJoined happens when a person becomes a member of a team.
type MemberJoined struct {
	Member Member
}

// MemberLeft happens before a person is taken out of a team: what they hold
// there ends in the same transaction.
type MemberLeft struct {
	Member Member
}

// RoleChanged happens when a member has another role.
type RoleChanged struct {
	Member Member
	Before Role
}

// enroll makes the person a member of the team.
func enroll(s *rule.Scope, t Team, person rule.Person, role Role) error {
	m := Member{Team: t.Handle, Person: person, Role: role, Since: s.Now()}
	if err := members.Put(s.Tx(), m); err != nil {
		return err
	}
	if err := memberships.Put(s.Tx(), Membership{Person: person, Team: t.Handle, Member: true}); err != nil {
		return err
	}
	return s.Emit(MemberJoined{Member: m})
}

// MemberShown is a member as results show it.
type MemberShown struct {
	User string `json:"user"`
	Team string `json:"team"`
	Role Role   `json:"role"`
}

// MemberResult is the result of commands that change a member.
type MemberResult struct {
	Member MemberShown `json:"member"`
}

func (m Member) shown(v *rule.View) (MemberResult, error) {
	email, err := EmailOf(v, m.Person)
	return MemberResult{Member: MemberShown{User: email, Team: string(m.Team), Role: m.Role}}, err
}

// loadMember returns the member of the team with this address, or the refusal
// that there is none.
func loadMember(v *rule.View, team string, user rule.Address) (Member, error) {
	_, email, id, err := user.Parts()
	if err != nil {
		return Member{}, err
	}
	m, in, err := MemberOf(v, rule.Stream(team), id)
	if err == nil && !in {
		err = rule.Missing("member", email)
	}
	return m, err
}

// rank returns the role that the actor acts with in a team: the operator acts
// as high as the primary.
func rank(v *rule.View, team rule.Stream) (Role, error) {
	if v.Actor().IsOperator() {
		return Primary, nil
	}
	m, in, err := MemberOf(v, team, v.Actor().Person())
	if err != nil || !in {
		return Guest, err
	}
	return m.Role, nil
}

// mayGrant refuses to let the actor give a role, or act on who has it, that is
// an admin's without the right to appoint, or that is above their own (ACC-4).
func mayGrant(v *rule.View, team rule.Stream, role Role) error {
	own, err := rank(v, team)
	if err != nil {
		return err
	}
	switch {
	case role.Admin() && !own.Admin():
		return notPermitted(v, AppointAdmins, team)
	case role.Above(own): // what only the primary gives away, only the primary acts on
		return notPermitted(v, HandOverPrimary, team)
	}
	return nil
}

// ChangeRole gives a member another role. The role primary hands the team over.
type ChangeRole struct {
	Team string       `json:"team"`
	User rule.Address `json:"user"`
	Role Role         `json:"role"`
}

// About names the team and the member.
func (c ChangeRole) About(v *rule.View) (rule.Subject, error) { return AboutMember(v, c.Team, c.User) }

// Do changes the role (ACC-2, ACC-3).
func (c ChangeRole) Do(s *rule.Scope) (MemberResult, error) {
	m, err := loadMember(&s.View, c.Team, c.User)
	if err != nil {
		return MemberResult{}, err
	}
	s.Cite(PrimaryRule, rule.Fig("role", string(m.Role)), rule.Fig("wanted", string(c.Role)))
	switch {
	case m.Role == c.Role:
		return m.shown(&s.View)
	case c.Role == Primary:
		return handOver(s, m)
	case m.Role == Primary:
		return MemberResult{}, rule.Refuse(rule.PrimaryRequired, PrimaryRule, "the primary admin hands the team over before being given another role")
	}
	if err := mayGrant(&s.View, m.Team, m.Role); err != nil {
		return MemberResult{}, err
	}
	if err := mayGrant(&s.View, m.Team, c.Role); err != nil {
		return MemberResult{}, err
	}
	return assume(s, m, c.Role)
}

// assume writes the member with the new role.
func assume(s *rule.Scope, m Member, role Role) (MemberResult, error) {
	before := m.Role
	m.Role = role
	if err := members.Put(s.Tx(), m); err != nil {
		return MemberResult{}, err
	}
	if err := s.Emit(RoleChanged{Member: m, Before: before}); err != nil {
		return MemberResult{}, err
	}
	return m.shown(&s.View)
}

// handOver makes a secondary admin the primary one; the former primary becomes
// secondary (ACC-3).
func handOver(s *rule.Scope, to Member) (MemberResult, error) {
	own, err := rank(&s.View, to.Team)
	if err != nil {
		return MemberResult{}, err
	}
	if own != Primary {
		return MemberResult{}, notPermitted(&s.View, HandOverPrimary, to.Team)
	}
	if to.Role != Secondary {
		return MemberResult{}, rule.Refusef(rule.NotSecondary, PrimaryRule, "only a secondary admin can become primary, and the member is %s", to.Role).
			With(rule.Fig("role", string(to.Role)))
	}
	t, err := TeamByHandle(&s.View, to.Team)
	if err != nil {
		return MemberResult{}, err
	}
	former, _, err := MemberOf(&s.View, t.Handle, t.Primary)
	if err != nil {
		return MemberResult{}, err
	}
	if _, err := assume(s, former, Secondary); err != nil {
		return MemberResult{}, err
	}
	t.Primary = to.Person
	if err := teams.Put(s.Tx(), t); err != nil {
		return MemberResult{}, err
	}
	return assume(s, to, Primary)
}

// RemoveMember takes a person out of a team. The login and other teams stay.
type RemoveMember struct {
	Team string       `json:"team"`
	User rule.Address `json:"user"`
}

// Nothing is the result of commands that have none.
type Nothing struct{}

// About names the team and the member.
func (c RemoveMember) About(v *rule.View) (rule.Subject, error) {
	return AboutMember(v, c.Team, c.User)
}

// Do ends everything the person holds in the team, and the membership (ACC-9).
func (c RemoveMember) Do(s *rule.Scope) (Nothing, error) {
	m, err := loadMember(&s.View, c.Team, c.User)
	if err != nil {
		return Nothing{}, err
	}
	s.Cite(RemovalRule, rule.Fig("role", string(m.Role)))
	s.Cite(PrimaryRule, rule.Fig("role", string(m.Role)))
	if err := removable(&s.View, m); err != nil {
		return Nothing{}, err
	}
	if err := s.Emit(MemberLeft{Member: m}); err != nil {
		return Nothing{}, err
	}
	if err := leaveGroups(s, m); err != nil {
		return Nothing{}, err
	}
	if err := memberships.Delete(s.Tx(), string(m.Person), store.String(m.Team)); err != nil {
		return Nothing{}, err
	}
	return Nothing{}, members.Delete(s.Tx(), string(m.Team), memberKey(m.Person))
}
