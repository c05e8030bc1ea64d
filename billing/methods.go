package billing

import (
	"cmp"
	"slices"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Use says that a live subscription is paid with a payment method.
type Use struct {
	Subscription string `json:"subscription"`
	Team         string `json:"team"`
	Product      string `json:"product"`
	// Named is false where the subscription names no method and renews itself with
	// the default.
	Named bool `json:"named"`
}

// usesOf returns the subscriptions that are paid with the method, in the teams of
// the person whose it is: those that name it, and those that fall back to it.
func usesOf(v *rule.View, m Method) (named, fallen []Subscription, err error) {
	teams, err := account.TeamsOf(v, m.Person)
	if err != nil {
		return nil, nil, err
	}
	for _, team := range teams {
		for s, err := range subscriptions.Scan(v.Tx(), string(team), store.Part{}) {
			if err != nil {
				return nil, nil, err
			}
			falls := s.Method == "" && s.Purchaser == m.Person && s.AutoRenew && m.Default && (m.Team == "" || m.Team == team)
			switch {
			case s.Method == m.ID:
				named = append(named, s)
			case falls:
				fallen = append(fallen, s)
			}
		}
	}
	return named, fallen, nil
}

// live returns those that are active, expired or suspended: what is still paid for.
func live(v *rule.View, list []Subscription) ([]Subscription, error) {
	var kept []Subscription
	for _, s := range list {
		team, err := account.TeamByHandle(v, s.Team)
		if err != nil {
			return nil, err
		}
		switch s.StatusAt(v, team.Location()) {
		case Active, Expired, Suspended:
			kept = append(kept, s)
		case Ended, Cancelled, Upgraded, Returned:
		}
	}
	return kept, nil
}

// liveUses returns the live subscriptions that are paid with the method, in the
// order of their identifiers.
func liveUses(v *rule.View, m Method) ([]Use, error) {
	named, fallen, err := usesOf(v, m)
	if err != nil {
		return nil, err
	}
	list, err := live(v, append(named, fallen...))
	uses := []Use{}
	for _, s := range list {
		uses = append(uses, Use{Subscription: s.ID, Team: string(s.Team), Product: s.Product, Named: s.Method == m.ID})
	}
	slices.SortFunc(uses, func(a, b Use) int { return rule.CompareIDs(a.Subscription, b.Subscription) })
	return uses, err
}

// methodsOf returns a person's payment methods in the order they were added.
func methodsOf(v *rule.View, person rule.Person) ([]Method, error) {
	var list []Method
	for m, err := range methods.Scan(v.Tx(), string(person), store.Part{}) {
		if err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	slices.SortFunc(list, func(a, b Method) int { return cmp.Or(a.Added.Compare(b.Added), rule.CompareIDs(a.ID, b.ID)) })
	return list, nil
}

func (m Method) shown(v *rule.View) (MethodShown, error) {
	email, err := account.EmailOf(v, m.Person)
	return MethodShown{ID: m.ID, Kind: m.Kind, Last4: m.Last4, Team: string(m.Team), User: email, Default: m.Default}, err
}

// aboutMethod is the subject of a payment method, for whose it is. To everybody
// else it is as good as none.
func aboutMethod(v *rule.View, id string) (rule.Subject, error) {
	m, err := MethodByID(v, id)
	if err != nil {
		return rule.Subject{}, err
	}
	if !v.Actor().IsOperator() && m.Person != v.Actor().Person() {
		return rule.Subject{}, rule.Missing("payment method", id)
	}
	streams, err := account.Concerns(v, m.Person)
	return rule.Subject{Person: m.Person, What: "payment method", Name: id, Touches: streams}, err
}

// EditPaymentMethod puts another token in a payment method's place, as after a new
// card. Everything that is paid with it goes on with the new one.
type EditPaymentMethod struct {
	PaymentMethod string `json:"payment_method"`
	Token         string `json:"token"`
	Last4         string `json:"last4,omitempty"`
}

// About names whose it is.
func (c EditPaymentMethod) About(v *rule.View) (rule.Subject, error) {
	return aboutMethod(v, c.PaymentMethod)
}

// Do keeps the new token (BIL-11). A charge that was asked for is answered by the old.
func (c EditPaymentMethod) Do(s *rule.Scope) (MethodResult, error) {
	if err := checkToken(c.Token, c.Last4); err != nil {
		return MethodResult{}, err
	}
	m, err := MethodByID(&s.View, c.PaymentMethod)
	if err != nil {
		return MethodResult{}, err
	}
	m.Token, m.Last4 = c.Token, c.Last4
	s.Cite(PaymentRule, rule.Fig("kind", string(m.Kind)), rule.Fig("default", m.Default))
	if err := methods.Put(s.Tx(), m); err != nil {
		return MethodResult{}, err
	}
	shown, err := m.shown(&s.View)
	return MethodResult{shown}, err
}

// SetDefaultMethod makes a payment method the one that is used where none is named.
type SetDefaultMethod struct {
	PaymentMethod string `json:"payment_method"`
}

// About names whose it is.
func (c SetDefaultMethod) About(v *rule.View) (rule.Subject, error) {
	return aboutMethod(v, c.PaymentMethod)
}

// Do makes it the default in the place of the former one (BIL-11). A method for
// one team is refused where a subscription of another renews itself with the default.
func (c SetDefaultMethod) Do(s *rule.Scope) (MethodResult, error) {
	m, err := MethodByID(&s.View, c.PaymentMethod)
	if err != nil {
		return MethodResult{}, err
	}
	if m, err = m.makeDefault(s); err != nil {
		return MethodResult{}, err
	}
	shown, err := m.shown(&s.View)
	return MethodResult{shown}, err
}

// makeDefault makes the method the only default of its person.
func (m Method) makeDefault(s *rule.Scope) (Method, error) {
	former, had, err := defaultMethod.Get(s.Tx(), string(m.Person), "")
	if err != nil {
		return m, err
	}
	s.Cite(PaymentRule, rule.Fig("default", m.ID), rule.Fig("former", former.ID))
	if had && former.ID == m.ID {
		return m, nil
	}
	if had {
		uses, err := liveUses(&s.View, former)
		if err != nil {
			return m, err
		}
		uses = slices.DeleteFunc(uses, func(u Use) bool { return u.Named || m.Team == "" || string(m.Team) == u.Team })
		if len(uses) > 0 {
			return m, inUse(former, uses)
		}
		former.Default = false
		if err := methods.Put(s.Tx(), former); err != nil {
			return m, err
		}
	}
	m.Default = true
	return m, methods.Put(s.Tx(), m)
}

// inUse is the refusal that names what a payment method is used for.
func inUse(m Method, uses []Use) error {
	names := make([]string, len(uses))
	for i, u := range uses {
		names[i] = u.Subscription
	}
	return rule.Refusef(rule.Conflict, PaymentRule, "the payment method %s is in use, and these subscriptions need another: %s", m.ID, rule.Show(names)).
		With(rule.Fig("uses", names))
}

// checkMethod says that of a person's payment methods one is the default, and that
// none is removed that a live subscription names.
func checkMethod(v *rule.View, before, after *Method) error {
	if after == nil {
		named, _, err := usesOf(v, *before)
		if err != nil {
			return err
		}
		if named, err = live(v, named); err != nil || len(named) > 0 {
			return orBreaks(err, "the payment method "+before.ID, "is removed and pays for %d subscriptions", len(named))
		}
		after = before
	}
	list, err := methodsOf(v, after.Person)
	if err != nil || len(list) == 0 {
		return err
	}
	defaults := 0
	for _, m := range list {
		if m.Default {
			defaults++
		}
	}
	if defaults != 1 {
		return rule.Breaks("the payment method "+after.ID, "is one of %d, of which %d are the default", len(list), defaults)
	}
	return nil
}
