package account

import (
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// AddressNotice tells a customer that the postal address can be changed now.
const AddressNotice NoticeKind = "address-available"

// MaxPostal is how many bytes a postal address can have.
const MaxPostal = 500

// Postal is a person's postal address.
type Postal struct {
	Person rule.Person
	Text   string
}

var postals = store.NewTable("account.postal", func(p *Postal) (string, store.Key) { return string(p.Person), "" })

// ChangeAddress changes a person's postal address.
type ChangeAddress struct {
	User    rule.Address `json:"user"`
	Address rule.Private `json:"address"`
}

// About names the person.
func (c ChangeAddress) About(v *rule.View) (rule.Subject, error) { return aboutSelf(v, c.User) }

// Restore implements [rule.Restorable].
func (c ChangeAddress) Restore(v *rule.View, _ func(rule.Address) (rule.Address, error)) (any, error) {
	var err error
	c.Address, err = restorePrivate(v, c.User.Person(), c.Address)
	return c, err
}

// Do changes the address where that is switched on, and for the operator always
// (ACC-14). To everyone else it names who can.
func (c ChangeAddress) Do(s *rule.Scope) (Nothing, error) {
	on := AddressSelfService.Of(&s.View)
	s.Cite(ProfileRule, rule.Fig("address-self-service", on))
	if on == "off" && !s.Actor().IsOperator() {
		return Nothing{}, rule.Refuse(rule.NotSelfService, ProfileRule, "the postal address cannot be changed by self-service",
			rule.Fig("address-self-service", on)).To("support, or your reseller")
	}
	if err := checkPrivate("a postal address", c.Address, MaxPostal); err != nil {
		return Nothing{}, err
	}
	p, err := EnsureLogin(s, c.User)
	if err != nil {
		return Nothing{}, err
	}
	if err := keepPrivate(s, p.ID, c.Address); err != nil {
		return Nothing{}, err
	}
	return Nothing{}, postals.Put(s.Tx(), Postal{Person: p.ID, Text: string(c.Address)})
}

// AnnounceAddress tells the people of a team, each once, that the postal
// address can be changed now. The operator runs it for every team when it is
// switched on, and again while more is left.
type AnnounceAddress struct {
	Team string `json:"team"`
}

// Announced is the result of [AnnounceAddress].
type Announced struct {
	// Told is how many people were told now, Left how many still have to be.
	Told int `json:"told"`
	Left int `json:"left"`
}

// atOnce is how many people one command tells.
const atOnce = 500

// untold returns whom the command is to tell, and how many more there are.
func (c AnnounceAddress) untold(v *rule.View) (list []rule.Person, more int, err error) {
	members, err := Members(v, rule.Stream(c.Team))
	if err != nil {
		return nil, 0, err
	}
	for _, m := range members {
		p, _, err := PersonByID(v, m.Person)
		switch {
		case err != nil:
			return nil, 0, err
		case !p.AddressTold.IsZero():
		case len(list) == atOnce:
			more++
		default:
			list = append(list, m.Person)
		}
	}
	return list, more, nil
}

// About names the team and those who are told.
func (c AnnounceAddress) About(v *rule.View) (rule.Subject, error) {
	if _, err := TeamByHandle(v, rule.Stream(c.Team)); err != nil {
		return rule.Subject{}, err
	}
	list, _, err := c.untold(v)
	if err != nil {
		return rule.Subject{}, err
	}
	var streams []rule.Stream
	for _, p := range list {
		teams, err := teamsOf(v, p, true)
		if err != nil {
			return rule.Subject{}, err
		}
		streams = append(append(streams, p.Stream()), teams...)
	}
	return AboutTeam(v, c.Team, streams...)
}

// Do tells them (ACC-14). While the address cannot be changed there is nothing to tell.
func (c AnnounceAddress) Do(s *rule.Scope) (Announced, error) {
	on := AddressSelfService.Of(&s.View)
	s.Cite(ProfileRule, rule.Fig("address-self-service", on))
	if on == "off" {
		return Announced{}, rule.Refuse(rule.Invalid, ProfileRule, "the postal address cannot be changed by self-service, so there is nothing to announce",
			rule.Fig("address-self-service", on))
	}
	list, more, err := c.untold(&s.View)
	if err != nil {
		return Announced{}, err
	}
	for _, id := range list {
		p, _, err := PersonByID(&s.View, id)
		if err != nil {
			return Announced{}, err
		}
		p.AddressTold = s.Now()
		if err := people.Put(s.Tx(), p); err != nil {
			return Announced{}, err
		}
	}
	return Announced{Told: len(list), Left: more}, Tell(s, Letter{Kind: AddressNotice, About: rule.Stream(c.Team)}, list...)
}
