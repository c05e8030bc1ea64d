package billing

import (
	"slices"

	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// RemovePaymentMethod removes a payment method. One in use is removed only for
// another, which takes over what it paid for.
type RemovePaymentMethod struct {
	PaymentMethod string `json:"payment_method"`
	// Replacement is another one of the same person.
	Replacement string `json:"replacement,omitempty"`
}

// MethodRemoved is the result of [RemovePaymentMethod].
type MethodRemoved struct {
	PaymentMethod MethodShown `json:"payment_method"`
	// Moved are the subscriptions that the replacement pays for now.
	Moved []Use `json:"moved"`
}

// About names whose it is.
func (c RemovePaymentMethod) About(v *rule.View) (rule.Subject, error) {
	return aboutMethod(v, c.PaymentMethod)
}

// Do removes it (BIL-11). Where it was the default, the replacement is, or else
// the oldest of those that are left.
func (c RemovePaymentMethod) Do(s *rule.Scope) (MethodRemoved, error) {
	m, err := MethodByID(&s.View, c.PaymentMethod)
	if err != nil {
		return MethodRemoved{}, err
	}
	uses, err := liveUses(&s.View, m)
	if err != nil {
		return MethodRemoved{}, err
	}
	s.Cite(PaymentRule, rule.Fig("removed", m.ID), rule.Fig("uses", len(uses)))
	if c.Replacement == "" && len(uses) > 0 {
		return MethodRemoved{}, inUse(m, uses)
	}
	r := MethodRemoved{Moved: []Use{}}
	if r.PaymentMethod, err = m.shown(&s.View); err != nil {
		return r, err
	}
	next := Method{}
	if c.Replacement != "" {
		if next, err = c.replacement(s, m, uses); err != nil {
			return r, err
		}
		r.Moved = uses
	}
	if err := m.forget(s, next.ID); err != nil {
		return r, err
	}
	return r, m.drop(s, next)
}

// replacement returns the method that takes over, which must be usable for every
// team in which the old one is used.
func (c RemovePaymentMethod) replacement(s *rule.Scope, m Method, uses []Use) (Method, error) {
	next, err := MethodByID(&s.View, c.Replacement)
	switch {
	case err != nil:
		return next, err
	case next.Person != m.Person:
		return next, rule.Missing("payment method", c.Replacement)
	case next.ID == m.ID:
		return next, rule.Refuse(rule.Invalid, PaymentRule, "a payment method is replaced by another")
	}
	for _, u := range uses {
		if next.Team != "" && string(next.Team) != u.Team {
			return next, rule.Refusef(rule.Conflict, PaymentRule, "%s is for the team %s alone and cannot pay for %s of %s", next.ID, next.Team, u.Subscription, u.Team).
				With(rule.Fig("uses", []string{u.Subscription}))
		}
	}
	return next, nil
}

// forget puts another method, or none, in the place of this one wherever a
// subscription names it, also in a renewal that is to be tried again.
func (m Method) forget(s *rule.Scope, next string) error {
	named, _, err := usesOf(&s.View, m)
	if err != nil {
		return err
	}
	for _, sub := range named {
		if err := sub.payWith(s, next); err != nil {
			return err
		}
	}
	return nil
}

// payWith names the method that the subscription is paid with, none for the
// purchaser's default. A declined renewal is tried again with that.
func (s Subscription) payWith(sc *rule.Scope, method string) error {
	s.Method = method
	if s.Renewing != "" {
		o, err := orderByID(&sc.View, s.Renewing)
		if err != nil {
			return err
		}
		o.Method = method
		if err := orders.Put(sc.Tx(), o); err != nil {
			return err
		}
	}
	return s.put(sc)
}

// drop deletes the method, and where it was the default makes another one so.
func (m Method) drop(s *rule.Scope, next Method) error {
	list, err := methodsOf(&s.View, m.Person)
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(other Method) bool { return other.ID == m.ID })
	if err := methods.Delete(s.Tx(), string(m.Person), store.String(m.ID)); err != nil {
		return err
	}
	if !m.Default || len(list) == 0 {
		return nil
	}
	if next.ID == "" {
		next = list[0]
	}
	next.Default = true
	return methods.Put(s.Tx(), next)
}

// SetSubscriptionMethod names the payment method that a subscription is renewed
// with, one of its purchaser's.
type SetSubscriptionMethod struct {
	Subscription string `json:"subscription"`
	// PaymentMethod is left out for the purchaser's default.
	PaymentMethod string `json:"payment_method,omitempty"`
}

// SubscriptionMethodSet is the result of [SetSubscriptionMethod].
type SubscriptionMethodSet struct {
	Subscription  SubscriptionShown `json:"subscription"`
	PaymentMethod MethodShown       `json:"payment_method"`
}

// About names the subscription.
func (c SetSubscriptionMethod) About(v *rule.View) (rule.Subject, error) {
	return aboutSubscription(v, c.Subscription)
}

// Do names it (BIL-11). A renewal that was declined is tried again with it.
func (c SetSubscriptionMethod) Do(s *rule.Scope) (SubscriptionMethodSet, error) {
	none := SubscriptionMethodSet{}
	sub, _, err := settingMethod.load(s, c.Subscription)
	if err != nil {
		return none, err
	}
	m, err := methodFor(&s.View, sub.Purchaser, sub.Team, c.PaymentMethod)
	switch {
	case err != nil:
		return none, err
	case m.Person != sub.Purchaser:
		return none, rule.Missing("payment method", c.PaymentMethod)
	}
	s.Cite(PaymentRule, rule.Fig("kind", string(m.Kind)), rule.Fig("named", c.PaymentMethod != ""))
	if err := sub.payWith(s, c.PaymentMethod); err != nil {
		return none, err
	}
	shown, err := sub.shown(&s.View)
	if err != nil {
		return none, err
	}
	method, err := m.shown(&s.View)
	return SubscriptionMethodSet{shown, method}, err
}

// PaymentMethodsQuery lists a person's payment methods, with what each pays for.
type PaymentMethodsQuery struct {
	// User is whose methods they are where the operator asks.
	User rule.Address `json:"user,omitempty"`
}

// MethodListed is a payment method with what it is used for.
type MethodListed struct {
	MethodShown
	Uses []Use `json:"uses"`
}

// About names the person and their teams.
func (q PaymentMethodsQuery) About(v *rule.View) (rule.Subject, error) {
	owner, err := q.owner(v)
	if err != nil {
		return rule.Subject{}, err
	}
	return licensing.AboutPerson(v, owner)
}

func (q PaymentMethodsQuery) owner(v *rule.View) (rule.Address, error) {
	if q.User != "" {
		_, _, person, err := q.User.Parts()
		if err == nil && !v.Actor().IsOperator() && person != v.Actor().Person() {
			err = rule.Missing("person", string(q.User))
		}
		return q.User, err
	}
	return AddPaymentMethod{}.owner(v)
}

// Answer lists them in the order they were added (BIL-11).
func (q PaymentMethodsQuery) Answer(v *rule.View) ([]MethodListed, error) {
	owner, err := q.owner(v)
	if err != nil {
		return nil, err
	}
	all, err := methodsOf(v, owner.Person())
	if err != nil {
		return nil, err
	}
	v.Cite(PaymentRule, rule.Fig("methods", len(all)))
	list := []MethodListed{}
	for _, m := range all {
		shown, err := m.shown(v)
		if err != nil {
			return nil, err
		}
		uses, err := liveUses(v, m)
		if err != nil {
			return nil, err
		}
		list = append(list, MethodListed{shown, uses})
	}
	return list, nil
}
