package licensing

import (
	"fmt"
	"slices"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Withheld is one service inside a product that a person of a team may not use.
// What no record withholds is granted (LIC-17).
type Withheld struct {
	Team    rule.Stream
	Person  rule.Person
	Product string
	Service string
}

var withheld = store.NewTable("licensing.withheld", func(w *Withheld) (string, store.Key) {
	return string(w.Team), w.key()
})

func (w Withheld) key() store.Key {
	return store.String(w.Person) + store.String(w.Product) + store.String(w.Service)
}

// serviceFaults says what is wrong with the names of a product's services.
func (p *Product) serviceFaults() []string {
	var texts []string
	for i, name := range p.Services {
		if name == "" || slices.Contains(p.Services[:i], name) {
			texts = append(texts, fmt.Sprintf("%s lists the service %q twice or without a name", p.ID, name))
		}
	}
	return texts
}

// WithholdService keeps a person of a team from one service inside a product.
type WithholdService struct {
	Team    string       `json:"team"`
	User    rule.Address `json:"user"`
	Product string       `json:"product"`
	Service string       `json:"service"`
}

// GrantService lets a person of a team use a service again.
type GrantService struct {
	Team    string       `json:"team"`
	User    rule.Address `json:"user"`
	Product string       `json:"product"`
	Service string       `json:"service"`
}

// ServiceShown is a service inside a product as results show it.
type ServiceShown struct {
	Service string `json:"service"`
	Granted bool   `json:"granted"`
}

// ServiceResult is the result of [WithholdService] and [GrantService].
type ServiceResult struct {
	Service ServiceShown `json:"service"`
}

// About names the team and the person.
func (c WithholdService) About(v *rule.View) (rule.Subject, error) {
	return account.AboutMember(v, c.Team, c.User)
}

// Do withholds it; withholding twice changes nothing.
func (c WithholdService) Do(s *rule.Scope) (ServiceResult, error) {
	w, err := serviceOf(&s.View, c.Team, c.User, c.Product, c.Service)
	if err != nil {
		return ServiceResult{}, err
	}
	s.Cite(ServiceRule, rule.Fig("service", c.Service), rule.Fig("granted", false))
	shown := ServiceResult{ServiceShown{Service: c.Service}}
	if _, kept, err := withheld.Get(s.Tx(), c.Team, w.key()); err != nil || kept {
		return shown, err
	}
	return shown, withheld.Put(s.Tx(), w)
}

// About names the team and the person.
func (c GrantService) About(v *rule.View) (rule.Subject, error) {
	return account.AboutMember(v, c.Team, c.User)
}

// Do grants it; granting what was never withheld changes nothing. A service of a
// cloud product stays out of reach while the team withholds cloud services from
// the person (ACC-23).
func (c GrantService) Do(s *rule.Scope) (ServiceResult, error) {
	w, err := serviceOf(&s.View, c.Team, c.User, c.Product, c.Service)
	if err != nil {
		return ServiceResult{}, err
	}
	s.Cite(ServiceRule, rule.Fig("service", c.Service), rule.Fig("granted", true))
	open, err := opening(&s.View, w.Person, w.Product, []rule.Stream{w.Team})
	if err != nil {
		return ServiceResult{}, err
	}
	shown := ServiceResult{ServiceShown{Service: c.Service, Granted: len(open) > 0}}
	if _, kept, err := withheld.Get(s.Tx(), c.Team, w.key()); err != nil || !kept {
		return shown, err
	}
	return shown, withheld.Delete(s.Tx(), c.Team, w.key())
}

// serviceOf returns the record that would withhold a service from a member. A
// service that the product does not have is missing.
func serviceOf(v *rule.View, team string, user rule.Address, product, service string) (Withheld, error) {
	w := Withheld{Team: rule.Stream(team), Person: user.Person(), Product: product, Service: service}
	p, err := ProductOf(v, product)
	if err != nil {
		return w, err
	}
	if !slices.Contains(p.Services, service) {
		return w, rule.Missing("service of "+p.ID, service)
	}
	return w, checkMember(v, w.Team, user)
}

func checkMember(v *rule.View, team rule.Stream, user rule.Address) error {
	_, email, person, err := user.Parts()
	if err != nil {
		return err
	}
	_, in, err := account.MemberOf(v, team, person)
	if err == nil && !in {
		err = rule.Missing("member", email)
	}
	return err
}

// ServicesQuery lists the services inside a product, and which of them a person
// of a team may use.
type ServicesQuery struct {
	Team    string       `json:"team"`
	User    rule.Address `json:"user"`
	Product string       `json:"product"`
}

// About names the team and the person.
func (q ServicesQuery) About(v *rule.View) (rule.Subject, error) {
	return account.AboutMember(v, q.Team, q.User)
}

// Answer lists them in the order of the catalogue.
func (q ServicesQuery) Answer(v *rule.View) ([]ServiceShown, error) {
	p, err := ProductOf(v, q.Product)
	if err != nil {
		return nil, err
	}
	if err := checkMember(v, rule.Stream(q.Team), q.User); err != nil {
		return nil, err
	}
	open, err := opening(v, q.User.Person(), p.ID, []rule.Stream{rule.Stream(q.Team)})
	if err != nil {
		return nil, err
	}
	list := []ServiceShown{}
	for _, name := range p.Services {
		w := Withheld{Person: q.User.Person(), Product: p.ID, Service: name}
		_, kept, err := withheld.Get(v.Tx(), q.Team, w.key())
		if err != nil {
			return nil, err
		}
		list = append(list, ServiceShown{Service: name, Granted: !kept && len(open) > 0})
	}
	v.Cite(ServiceRule, rule.Fig("services", len(list)))
	return list, nil
}

// leaveServices forgets what was withheld from a person who leaves the team.
func leaveServices(s *rule.Scope, left account.MemberLeft) error {
	m := left.Member
	var all []Withheld
	for w, err := range withheld.Scan(s.Tx(), string(m.Team), store.Part{Prefix: store.String(m.Person)}) {
		if err != nil {
			return err
		}
		all = append(all, w)
	}
	for _, w := range all {
		if err := withheld.Delete(s.Tx(), string(m.Team), w.key()); err != nil {
			return err
		}
	}
	return nil
}
