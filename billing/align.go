package billing

import (
	"fmt"
	"slices"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// AlignDates moves subscriptions of one team, purchaser, term and payment method
// to the latest of their ends.
type AlignDates struct {
	// Subscriptions are 2 to bulk-max, none twice.
	Subscriptions []string `json:"subscriptions"`
}

// Aligned is the result of [AlignDates].
type Aligned struct {
	// Ends is the latest end, at which all of them renew from now on.
	Ends time.Time `json:"ends"`
	// Results are what became of those that move, each an order of its own.
	Results []AlignedOne `json:"results"`
}

// AlignedOne is what became of one subscription.
type AlignedOne struct {
	OutcomeShown
	// From is the end that it had.
	From         time.Time         `json:"from"`
	Subscription SubscriptionShown `json:"subscription"`
	Charge       InvoiceShown      `json:"charge"`
}

// About names the first subscription, and what all of them concern.
func (c AlignDates) About(v *rule.View) (rule.Subject, error) {
	all, err := aboutMany(v, c.Subscriptions)
	if err != nil {
		return all, err
	}
	subject, err := aboutSubscription(v, c.Subscriptions[0])
	subject.Touches = all.Touches
	return subject, err
}

// Do orders the days between each end and the latest one (BIL-24). Each is an
// order of its own: where its charge is declined, that one stays where it was.
func (c AlignDates) Do(s *rule.Scope) (Aligned, error) {
	none := Aligned{}
	list, team, err := c.load(s)
	if err != nil {
		return none, err
	}
	latest := list[0]
	for _, sub := range list[1:] {
		if sub.Ends().After(latest.Ends()) {
			latest = sub
		}
	}
	s.Cite(AlignRule, rule.Fig("ends", latest.Ends()), rule.Fig("anchor", latest.Anchor))
	r := Aligned{Ends: latest.Ends(), Results: []AlignedOne{}}
	for _, sub := range list {
		if sub.Ends().Equal(latest.Ends()) {
			continue
		}
		o, err := sub.align(s, team, latest)
		if err != nil {
			return none, err
		}
		r.Results = append(r.Results, AlignedOne{OutcomeShown: OutcomeShown{ID: sub.ID, Done: true, Order: o.ID, Invoice: o.Invoice}, From: sub.Ends()})
	}
	if len(r.Results) == 0 {
		return none, rule.Refuse(rule.Conflict, AlignRule, "the subscriptions end at the same instant already", rule.Fig("ends", latest.Ends()))
	}
	return r.shown(&s.View)
}

// load returns the subscriptions, which must have one team, purchaser, term and
// payment method.
func (c AlignDates) load(s *rule.Scope) ([]Subscription, account.Team, error) {
	var list []Subscription
	var team account.Team
	if len(c.Subscriptions) < 2 {
		return nil, team, rule.Refuse(rule.Invalid, AlignRule, "the dates of two subscriptions or more are aligned")
	}
	for _, id := range c.Subscriptions {
		if sub, err := subscriptionByID(&s.View, id); err != nil {
			return nil, team, err
		} else if len(list) > 0 && (sub.Team != list[0].Team || sub.Purchaser != list[0].Purchaser) {
			return nil, team, rule.Missing("subscription", id)
		}
		sub, in, err := aligning.load(s, id)
		if err != nil {
			return nil, team, err
		}
		team = in
		if sub.plan() {
			return nil, team, rule.Refusef(rule.Invalid, AlignRule, "%s is a plan, whose anniversary is not aligned", id)
		}
		if len(list) > 0 && (sub.last().Term != list[0].last().Term || sub.Method != list[0].Method) {
			return nil, team, rule.Refusef(rule.Invalid, AlignRule, "%s and %s do not have the same term and payment method", list[0].ID, id).
				With(rule.Fig("term", string(sub.last().Term)))
		}
		list = append(list, sub)
	}
	return list, team, nil
}

// align orders the part of a term that lies between the subscription's end and
// the latest one, at the price of a renewal before the end.
func (s Subscription) align(sc *rule.Scope, team account.Team, latest Subscription) (Order, error) {
	term := s.last()
	part := PaidTerm{
		Term: term.Term, Starts: s.Ends(), Ends: latest.Ends(),
		Full: period.Step(s.Anchor, s.Months+term.Term.Months(), team.Location()).UTC(),
	}
	o := s.renewal(term.Term)
	o.Kind, o.Seats, o.Until, o.Anchor, o.Months = Alignment, term.Seats(), latest.Ends(), latest.Anchor, latest.Months
	if term.Starts.After(sc.Now()) {
		return o, rule.Refusef(rule.Conflict, AlignRule, "more than the running term of %s is paid already, until %s", s.ID, rule.Show(s.Ends())).
			With(rule.Fig("ends", s.Ends()))
	}
	if !part.Ends.Before(part.Full) {
		return o, rule.Refusef(rule.Conflict, AlignRule, "%s ends a whole term or more before %s: renew it first", s.ID, rule.Show(part.Ends)).
			With(rule.Fig("ends", s.Ends()))
	}
	if err := o.priceRenewal(&sc.View, s, true); err != nil {
		return o, err
	}
	p, err := offered(&sc.View, s.Product)
	if err != nil {
		return o, err
	}
	what := fmt.Sprintf("%s, %s, aligned from %s", p.Name, term.Term, period.DateOf(part.Starts, team.Location()))
	line, err := seatLine(what, o.Seats, o.Unit, leftOf(&sc.View, part, part.Starts, team.Location()))
	if err != nil {
		return o, err
	}
	return o.place(sc, []Line{line})
}

// fulfilAlignment adds the part of a term, and lets all terms after it count from
// the anchor of the subscription that it is aligned with (TIM-4).
func (o Order) fulfilAlignment(s *rule.Scope) (Order, error) {
	sub, team, err := o.subscription(s)
	if err != nil {
		return o, err
	}
	i, err := invoiceByID(&s.View, o.Team, o.Invoice)
	if err != nil {
		return o, err
	}
	part := PaidTerm{
		Term: o.Term, Starts: sub.Ends(), Ends: o.Until, Lots: []Lot{{Seats: o.Seats, Unit: o.Unit}}, Paid: i.Lines[0].Amount,
		Full: period.Step(sub.Anchor, sub.Months+o.Term.Months(), team.Location()).UTC(),
	}
	s.Cite(AlignRule, rule.Fig("from", sub.Ends()), rule.Fig("to", o.Until))
	s.Cite(rule.Anchored, rule.Fig("anchor", o.Anchor), rule.Fig("months", o.Months), rule.Fig("ends", o.Until))
	sub.Terms = append(slices.Clone(sub.Terms[len(sub.Terms)-1:]), part)
	sub.Anchor, sub.Months, sub.Aligned = o.Anchor, o.Months, s.Now()
	if sub, err = sub.taxedBy(&s.View, o); err != nil {
		return o, err
	}
	if err := sub.tellRenewed(s, o); err != nil {
		return o, err
	}
	return o, sub.keep(s)
}

// shown fills in what the orders came to.
func (a Aligned) shown(v *rule.View) (Aligned, error) {
	list := slices.Clone(a.Results)
	for i, one := range list {
		o, err := orderByID(v, one.Order)
		if err != nil {
			return a, err
		}
		p, err := o.purchased(v)
		if err != nil {
			return a, err
		}
		list[i].Subscription, list[i].Charge = p.Subscription, p.Invoice
	}
	a.Results = list
	return a, nil
}

// Finish returns what became of each once its charge was answered.
func (c AlignDates) Finish(v *rule.View, r Aligned) (Aligned, error) {
	var all Outcomes
	for _, one := range r.Results {
		all.Results = append(all.Results, one.OutcomeShown)
	}
	all, err := all.final(v)
	if err != nil {
		return r, err
	}
	r.Results = slices.Clone(r.Results)
	for i, one := range all.Results {
		r.Results[i].OutcomeShown = one
	}
	return r.shown(v)
}
