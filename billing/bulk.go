package billing

import (
	"slices"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// RenewMany pays the next term of several subscriptions by hand.
type RenewMany struct {
	// Subscriptions are up to bulk-max, none twice.
	Subscriptions []string       `json:"subscriptions"`
	Term          licensing.Term `json:"term,omitempty"`
}

// SetAutoRenewMany switches automatic renewal of several subscriptions on or off.
type SetAutoRenewMany struct {
	Subscriptions []string `json:"subscriptions"`
	On            bool     `json:"on"`
}

// Outcomes is what became of each subscription of a set, in the order they were
// named.
type Outcomes struct {
	Results []OutcomeShown `json:"results"`
}

// OutcomeShown is what became of one subscription of a set: it is done, or a rule
// forbade it and nothing of it is kept.
type OutcomeShown struct {
	ID   string `json:"id"`
	Done bool   `json:"done"`
	// Order and Invoice are empty where nothing is charged. An order that is
	// pending waits for the provider's answer.
	Order   string `json:"order"`
	Invoice string `json:"invoice"`
	Pending bool   `json:"pending"`
	// Code, Rule, Text and Contact are those of the refusal; empty where it is done.
	Code    rule.Code `json:"code"`
	Rule    string    `json:"rule"`
	Text    string    `json:"text"`
	Contact string    `json:"contact"`
}

// refused writes the reason into the outcome.
func (o OutcomeShown) refused(r *rule.Refusal) OutcomeShown {
	o.Done, o.Code, o.Text, o.Contact = false, r.Code, r.Text, r.Contact
	if r.Rule != nil {
		o.Rule = r.Rule.ID
	}
	return o
}

// aboutMany is the subject of a set: the actor's own doing, over all streams that
// its subscriptions concern. Whose each one is, is asked one by one.
func aboutMany(v *rule.View, ids []string) (rule.Subject, error) {
	most := BulkMax.Of(v)
	v.Cite(BulkRule, rule.Fig("subscriptions", len(ids)), rule.Fig("bulk-max", most))
	if len(ids) == 0 || len(ids) > most {
		return rule.Subject{}, rule.Refusef(rule.Invalid, BulkRule, "1 to %d subscriptions are taken in one go, not %d", most, len(ids)).
			With(rule.Fig("bulk-max", most))
	}
	subject := rule.Subject{Person: v.Actor().Person(), What: "subscription", Name: ids[0]}
	if person := v.Actor().Person(); person != "" {
		streams, err := account.Concerns(v, person)
		if err != nil {
			return subject, err
		}
		subject.Touches = streams
	}
	for i, id := range ids {
		if slices.Contains(ids[:i], id) {
			return subject, rule.Refusef(rule.Invalid, BulkRule, "the subscription %s is named twice", id)
		}
		one, err := aboutSubscription(v, id)
		if origin, named := rule.StreamOfID("sub", id); rule.AsRefusal(err) != nil && named {
			one.Touches = []rule.Stream{origin}
		} else if rule.AsRefusal(err) == nil && err != nil {
			return subject, err
		}
		subject.Touches = append(subject.Touches, one.Touches...)
	}
	slices.Sort(subject.Touches)
	subject.Touches = slices.Compact(subject.Touches)
	return subject, nil
}

// each does one thing for each subscription, as a part of its own: where a rule
// forbids it, nothing of that part is kept and the next is done (BIL-25).
func each(s *rule.Scope, ids []string, do func(*rule.Scope, string) (order, invoice string, err error)) (Outcomes, error) {
	list := []OutcomeShown{}
	for _, id := range ids {
		one := OutcomeShown{ID: id, Done: true}
		err := s.Try(func(part *rule.Scope) error {
			subject, err := aboutSubscription(&part.View, id)
			if err != nil {
				return err
			}
			if err := account.Authorise(&part.View, account.ManageSubscription, subject); err != nil {
				return err
			}
			one.Order, one.Invoice, err = do(part, id)
			return err
		})
		if r := rule.AsRefusal(err); r != nil {
			one = OutcomeShown{ID: id}.refused(r)
		} else if err != nil {
			return Outcomes{}, err
		}
		list = append(list, one)
	}
	done := 0
	for _, o := range list {
		if o.Done {
			done++
		}
	}
	s.Cite(BulkRule, rule.Fig("done", done), rule.Fig("of", len(ids)))
	return Outcomes{list}, nil
}

// final returns the outcomes once the charges were answered.
func (o Outcomes) final(v *rule.View) (Outcomes, error) {
	list := slices.Clone(o.Results)
	for i, one := range list {
		if one.Order == "" {
			continue
		}
		order, err := orderByID(v, one.Order)
		if err != nil {
			return o, err
		}
		one.Pending = order.Status == OrderPending
		one.Done = order.Status == OrderCompleted
		if r := rule.AsRefusal(order.declined()); r != nil {
			one = one.refused(r)
		}
		list[i] = one
	}
	return Outcomes{list}, nil
}

// About names what the subscriptions concern.
func (c RenewMany) About(v *rule.View) (rule.Subject, error) { return aboutMany(v, c.Subscriptions) }

// Do renews each (BIL-25).
func (c RenewMany) Do(s *rule.Scope) (Outcomes, error) {
	return each(s, c.Subscriptions, func(part *rule.Scope, id string) (string, string, error) {
		r, err := Renew{Subscription: id, Term: c.Term}.Do(part)
		return r.Order.ID, r.Invoice.ID, err
	})
}

// Finish returns what became of each once its charge was answered.
func (c RenewMany) Finish(v *rule.View, r Outcomes) (Outcomes, error) { return r.final(v) }

// About names what the subscriptions concern.
func (c SetAutoRenewMany) About(v *rule.View) (rule.Subject, error) {
	return aboutMany(v, c.Subscriptions)
}

// Do switches each (BIL-25).
func (c SetAutoRenewMany) Do(s *rule.Scope) (Outcomes, error) {
	return each(s, c.Subscriptions, func(part *rule.Scope, id string) (string, string, error) {
		_, err := SetAutoRenew{Subscription: id, On: c.On}.Do(part)
		return "", "", err
	})
}
