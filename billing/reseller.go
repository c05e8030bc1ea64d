package billing

import (
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// SoldBy is a reseller as a team knows it: how the company of this name is reached.
type SoldBy struct {
	Team rule.Stream
	Name string
	// Contact is an address or a telephone number of the company; empty for none.
	Contact string
}

var soldBy = store.NewTable("billing.reseller", func(r *SoldBy) (string, store.Key) { return string(r.Team), store.String(r.Name) })

// ResellerDetails are a reseller's name and how it is reached, both empty where
// nobody stood between.
type ResellerDetails struct {
	Name    string `json:"name"`
	Contact string `json:"contact"`
}

// ResellerNamed says who sold something.
type ResellerNamed struct {
	Name string `json:"name"`
	// Contact is left out where the team knows it already.
	Contact string `json:"contact,omitempty"`
}

// check refuses a reseller where nothing was bought from one, and what is too
// long or looks like a card's number.
func (n *ResellerNamed) check(channel Channel) error {
	switch {
	case n == nil:
		return nil
	case channel != Reseller:
		return rule.Refusef(rule.Invalid, ResellerRule, "a reseller is named for what was bought from one, and this is bought by %s", channel)
	case n.Name == "" || len(n.Name) > account.MaxName || len(n.Contact) > account.MaxName:
		return rule.Refusef(rule.Invalid, ResellerRule, "a reseller has a name of 1 to %d bytes, and a contact of as many at most", account.MaxName)
	case CardLike(n.Name) || CardLike(n.Contact):
		return rule.Refuse(rule.Invalid, ResellerRule, "the reseller looks like a card number, which is never kept")
	}
	return nil
}

// keep writes how the reseller is reached, where that is said.
func (r SoldBy) keep(s *rule.Scope) error {
	if r.Name == "" || r.Contact == "" {
		return nil
	}
	return soldBy.Put(s.Tx(), r)
}

// resellerOf returns the details of a reseller whom a team knows by name.
func resellerOf(v *rule.View, team rule.Stream, name string) (ResellerDetails, error) {
	if name == "" {
		return ResellerDetails{}, nil
	}
	r, _, err := soldBy.Get(v.Tx(), string(team), store.String(name))
	return ResellerDetails{Name: name, Contact: r.Contact}, err
}

// reseller returns who sold the subscription.
func (s Subscription) reseller(v *rule.View) (ResellerDetails, error) {
	if s.Channel == Reseller {
		v.Cite(ResellerRule, rule.Fig("reseller", s.Reseller))
	}
	return resellerOf(v, s.Team, s.Reseller)
}

// contact says who can change what its purchaser cannot.
func (s Subscription) contact(v *rule.View) (string, error) {
	if s.Channel != Reseller {
		return "support", nil
	}
	r, err := s.reseller(v)
	contact := "the reseller"
	if r.Name != "" {
		contact += " " + r.Name
	}
	if r.Contact != "" {
		contact += ", " + r.Contact
	}
	return contact, err
}

// SetReseller names the reseller of a subscription, and so of all in its contract.
type SetReseller struct {
	Subscription string        `json:"subscription"`
	Reseller     ResellerNamed `json:"reseller"`
}

// ResellerResult is the result of [SetReseller].
type ResellerResult struct {
	Subscription SubscriptionShown `json:"subscription"`
	Reseller     ResellerDetails   `json:"reseller"`
}

// About names the subscription.
func (c SetReseller) About(v *rule.View) (rule.Subject, error) {
	return aboutSubscription(v, c.Subscription)
}

// Do writes it down (BIL-22). It changes nothing that is paid, so it can be done
// at any time.
func (c SetReseller) Do(s *rule.Scope) (ResellerResult, error) {
	sub, err := subscriptionByID(&s.View, c.Subscription)
	if err != nil {
		return ResellerResult{}, err
	}
	s.Cite(ResellerRule, rule.Fig("channel", string(sub.Channel)))
	if err := c.Reseller.check(sub.Channel); err != nil {
		return ResellerResult{}, err
	}
	if err := (SoldBy{Team: sub.Team, Name: c.Reseller.Name, Contact: c.Reseller.Contact}).keep(s); err != nil {
		return ResellerResult{}, err
	}
	list := []Subscription{sub}
	if sub.Contract != "" {
		if list, err = inContract(&s.View, sub.Team, sub.Contract); err != nil {
			return ResellerResult{}, err
		}
	}
	for _, one := range list {
		one.Reseller = c.Reseller.Name
		if err := one.put(s); err != nil {
			return ResellerResult{}, err
		}
	}
	sub.Reseller = c.Reseller.Name
	r := ResellerResult{}
	if r.Reseller, err = sub.reseller(&s.View); err != nil {
		return r, err
	}
	r.Subscription, err = sub.shown(&s.View)
	return r, err
}

// from names on an order who sells it.
func (o Order) from(named *ResellerNamed) (Order, error) {
	if err := named.check(o.Channel); err != nil || named == nil {
		return o, err
	}
	o.Reseller, o.ResellerContact = named.Name, named.Contact
	return o, nil
}
