package account

import (
	"time"

	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Person is a known address and, from the first sign-in on, a login (ACC-1).
type Person struct {
	ID    rule.Person
	Email string
	// Name is the full name, empty where nobody has told it.
	Name string
	// Language is what notices are written in.
	Language Language
	// Zone is the person's own zone, for what belongs to no team; empty is UTC.
	Zone period.Zone
	// Login is when the login was made; zero while only the address is known.
	Login time.Time
	// Confirmed is when the person said that the language is the right one; zero
	// while they are asked to.
	Confirmed time.Time
	// Muted are the kinds of notices that the person does not want.
	Muted []NoticeKind
	// AddressTold is when they were told that the postal address can be changed.
	AddressTold time.Time
}

var people = store.NewTable("account.person", func(p *Person) (string, store.Key) { return string(p.ID), "" })

// Membership is a team as it stands in a member's own stream.
type Membership struct {
	Person rule.Person
	Team   rule.Stream
	// Member is false while the person is only invited.
	Member bool
}

var memberships = store.NewTable("account.membership", func(m *Membership) (string, store.Key) {
	return string(m.Person), store.String(m.Team)
})

// PersonByID returns the person, and whether the address was ever heard of.
func PersonByID(v *rule.View, id rule.Person) (Person, bool, error) {
	return people.Get(v.Tx(), string(id), "")
}

// EmailOf returns the person's address, or the identifier where it was erased.
func EmailOf(v *rule.View, id rule.Person) (string, error) {
	if id == "" {
		return "", nil
	}
	p, found, err := PersonByID(v, id)
	if err != nil || !found {
		return string(id), err
	}
	return p.Email, nil
}

// TeamsOf returns the teams the person is a member of, in alphabetical order.
func TeamsOf(v *rule.View, id rule.Person) ([]rule.Stream, error) {
	return teamsOf(v, id, false)
}

func teamsOf(v *rule.View, id rule.Person, invitedToo bool) ([]rule.Stream, error) {
	var list []rule.Stream
	for m, err := range memberships.Scan(v.Tx(), string(id), store.Part{}) {
		if err != nil {
			return nil, err
		}
		if m.Member || invitedToo {
			list = append(list, m.Team)
		}
	}
	return list, nil
}

// Visible returns the teams of a person whose rights the actor may know of: all
// of them to the person and the operator, to others those that they administer.
func Visible(v *rule.View, id rule.Person) ([]rule.Stream, error) {
	teams, err := TeamsOf(v, id)
	if err != nil || v.Actor().IsOperator() || v.Actor().Person() == id {
		return teams, err
	}
	return administered(v, teams)
}

// administered keeps the teams that the actor administers.
func administered(v *rule.View, teams []rule.Stream) ([]rule.Stream, error) {
	var list []rule.Stream
	for _, team := range teams {
		m, in, err := MemberOf(v, team, v.Actor().Person())
		if err != nil {
			return nil, err
		}
		if in && m.Role.Admin() {
			list = append(list, team)
		}
	}
	return list, nil
}

// Concerns returns the streams that a person's own affairs touch: the person's
// own and every team they are in. What is due for any of them is done before.
func Concerns(v *rule.View, id rule.Person) ([]rule.Stream, error) {
	teams, err := TeamsOf(v, id)
	return append([]rule.Stream{id.Stream()}, teams...), err
}

// EnsureLogin makes the login of who has none yet (ACC-6) and returns the person.
func EnsureLogin(s *rule.Scope, address rule.Address) (Person, error) {
	p, err := know(s, address, English)
	if err != nil || !p.Login.IsZero() {
		return p, err
	}
	p.Login = s.Now()
	return p, people.Put(s.Tx(), p)
}

// know returns the person behind an address, keeping the address, and the name
// that stands before it, where they are new.
func know(s *rule.Scope, address rule.Address, language Language) (Person, error) {
	name, email, id, err := address.Parts()
	if err != nil {
		return Person{}, err
	}
	s.Cite(rule.AddressRule, rule.Fig("person", string(id)))
	p, found, err := PersonByID(&s.View, id)
	if err != nil {
		return Person{}, err
	}
	if found && (p.Name != "" || name == "") {
		return p, nil
	}
	if !found {
		p = Person{ID: id, Email: email, Language: language}
	}
	p.Name = name
	return p, people.Put(s.Tx(), p)
}
