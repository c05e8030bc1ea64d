package billing

import (
	"fmt"
	"slices"

	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
)

// AddSeats adds seats to a subscription at once, for the rest of its term.
type AddSeats struct {
	Subscription string `json:"subscription"`
	// Seats is how many more, from 1.
	Seats int `json:"seats"`
}

// About names the subscription.
func (c AddSeats) About(v *rule.View) (rule.Subject, error) {
	return aboutSubscription(v, c.Subscription)
}

// Do orders the seats and charges them by the days left (BIL-4, MON-3).
func (c AddSeats) Do(s *rule.Scope) (Renewed, error) {
	sub, team, err := load(s, c.Subscription, SeatsCountries)
	if err != nil {
		return Renewed{}, err
	}
	term := sub.at(s.Now())
	if c.Seats < 1 || c.Seats > MaxSeats-max(term.Seats(), sub.last().Seats()) {
		return Renewed{}, rule.Refusef(rule.Invalid, AddSeatsRule, "at least 1 seat is added, and a subscription has %d at most; it has %d and %d more were asked for",
			MaxSeats, term.Seats(), c.Seats)
	}
	p, err := licensing.ProductOf(&s.View, sub.Product)
	if err != nil {
		return Renewed{}, err
	}
	price, sold := p.Price(term.Term)
	if !sold {
		return Renewed{}, rule.Refusef(rule.Invalid, TermRule, "%s is no longer sold for the term %s", p.ID, term.Term)
	}
	o := Order{
		Team: sub.Team, Kind: MoreSeats, Purchaser: sub.Purchaser, Subscription: sub.ID, Product: sub.Product, Seats: c.Seats,
		Term: term.Term, Unit: price.New, Method: sub.Method,
	}
	f := leftOf(&s.View, term, s.Now(), team.Location())
	s.Cite(AddSeatsRule, rule.Fig("price", price.New), rule.Fig("seats", c.Seats))
	line, err := seatLine(fmt.Sprintf("%s, %s, added seats", p.Name, term.Term), c.Seats, price.New, f)
	if err != nil {
		return Renewed{}, err
	}
	lines := []Line{line}
	if next := sub.last(); next.Starts.After(s.Now()) {
		if price, sold = p.Price(next.Term); !sold {
			return Renewed{}, rule.Refusef(rule.Invalid, TermRule, "%s is no longer sold for the term %s", p.ID, next.Term)
		}
		o.NextUnit = price.New
		line, err := seatLine(fmt.Sprintf("%s, %s, added seats in the next term", p.Name, next.Term), c.Seats, price.New, whole)
		if err != nil {
			return Renewed{}, err
		}
		lines = append(lines, line)
	}
	if o, err = o.place(s, lines); err != nil {
		return Renewed{}, err
	}
	return o.renewed(&s.View)
}

// fulfilSeats adds the seats to the term that runs, and to the one after it
// where that is paid.
func (o Order) fulfilSeats(s *rule.Scope) (Order, error) {
	sub, _, err := o.subscription(s)
	if err != nil {
		return o, err
	}
	i, err := invoiceByID(&s.View, o.Team, o.Invoice)
	if err != nil {
		return o, err
	}
	shares, err := i.shares()
	if err != nil {
		return o, err
	}
	sub.Terms = slices.Clone(sub.Terms)
	line := 0
	for n, t := range sub.Terms {
		if !s.Now().Before(t.Ends) || line >= len(shares) {
			continue
		}
		unit := o.Unit
		if line > 0 {
			unit = o.NextUnit
		}
		t.Lots = append(slices.Clone(t.Lots), Lot{Seats: o.Seats, Unit: unit})
		if t.Paid, err = t.Paid.Add(i.Lines[line].Amount); err != nil {
			return o, amountRefusal(err)
		}
		if t.Taxed, err = t.Taxed.Add(shares[line]); err != nil {
			return o, amountRefusal(err)
		}
		t.Tax = i.Tax
		sub.Terms[n] = t
		line++
	}
	sub.RenewalSeats += o.Seats
	if err := sub.tellSeats(s, sub.at(s.Now()).Seats(), s.Now()); err != nil {
		return o, err
	}
	return o, sub.keep(s)
}

// Finish returns the subscription with its seats as it came out.
func (c AddSeats) Finish(v *rule.View, r Renewed) (Renewed, error) {
	o, err := final(v, r.Order.ID)
	if err != nil {
		return r, err
	}
	return o.renewed(v)
}

// ReduceSeats sets how many seats the next term has.
type ReduceSeats struct {
	Subscription string `json:"subscription"`
	// To is how many are left from the renewal on.
	To int `json:"to"`
}

// SubscriptionResult is the result of commands that change a subscription
// without an invoice, and of [SubscriptionQuery].
type SubscriptionResult struct {
	Subscription SubscriptionShown `json:"subscription"`
}

// About names the subscription.
func (c ReduceSeats) About(v *rule.View) (rule.Subject, error) {
	return aboutSubscription(v, c.Subscription)
}

// Do queues the reduction, effective at the renewal (BIL-5).
func (c ReduceSeats) Do(s *rule.Scope) (SubscriptionResult, error) {
	sub, _, err := load(s, c.Subscription, SeatsCountries)
	if err != nil {
		return SubscriptionResult{}, err
	}
	least, most := SeatsMin.Of(&s.View), sub.last().Seats()
	s.Cite(ReduceSeatsRule, rule.Fig("to", c.To), rule.Fig("seats-min", least), rule.Fig("seats", most))
	if c.To < least || c.To > most {
		return SubscriptionResult{}, rule.Refusef(rule.Invalid, ReduceSeatsRule, "the subscription can be reduced to %d to %d seats, not to %d", least, most, c.To).
			With(rule.Fig("seats", most), rule.Fig("seats-min", least))
	}
	if sub.RenewalSeats != c.To {
		if err := sub.tellSeats(s, c.To, sub.Ends()); err != nil {
			return SubscriptionResult{}, err
		}
	}
	sub.RenewalSeats = c.To
	return sub.changed(s)
}

// changed writes the subscription and shows it.
func (s Subscription) changed(sc *rule.Scope) (SubscriptionResult, error) {
	if err := s.keep(sc); err != nil {
		return SubscriptionResult{}, err
	}
	shown, err := s.shown(&sc.View)
	return SubscriptionResult{shown}, err
}

// ChangeTerm sets the term that the subscription renews for.
type ChangeTerm struct {
	Subscription string         `json:"subscription"`
	Term         licensing.Term `json:"term"`
}

// About names the subscription.
func (c ChangeTerm) About(v *rule.View) (rule.Subject, error) {
	return aboutSubscription(v, c.Subscription)
}

// Do queues the change, effective at the renewal (BIL-8).
func (c ChangeTerm) Do(s *rule.Scope) (SubscriptionResult, error) {
	sub, _, err := load(s, c.Subscription, TermCountries)
	if err != nil {
		return SubscriptionResult{}, err
	}
	p, err := licensing.ProductOf(&s.View, sub.Product)
	if err != nil {
		return SubscriptionResult{}, err
	}
	s.Cite(ChangeTermRule, rule.Fig("from", string(sub.RenewalTerm)), rule.Fig("to", string(c.Term)), rule.Fig("effective", sub.Ends()))
	if _, sold := p.Price(c.Term); !sold {
		return SubscriptionResult{}, rule.Refusef(rule.Invalid, TermRule, "%s is not sold for the term %s", p.ID, c.Term)
	}
	if told := sub.RenewalTerm; told != c.Term {
		sub.RenewalTerm = c.Term
		if err := sub.tellTerm(s); err != nil {
			return SubscriptionResult{}, err
		}
	}
	return sub.changed(s)
}

// SetAutoRenew switches automatic renewal on or off.
type SetAutoRenew struct {
	Subscription string `json:"subscription"`
	On           bool   `json:"on"`
}

// About names the subscription.
func (c SetAutoRenew) About(v *rule.View) (rule.Subject, error) {
	return aboutSubscription(v, c.Subscription)
}

// Do switches it, any time before the end of the term (BIL-9).
func (c SetAutoRenew) Do(s *rule.Scope) (SubscriptionResult, error) {
	sub, _, err := load(s, c.Subscription, SelfServiceCountries)
	if err != nil {
		return SubscriptionResult{}, err
	}
	p, err := licensing.ProductOf(&s.View, sub.Product)
	if err != nil {
		return SubscriptionResult{}, err
	}
	s.Cite(AutoRenewRule, rule.Fig("on", c.On), rule.Fig("ends", sub.Ends()))
	if c.On && (!p.RenewsItself() || sub.Channel == Reseller || sub.Channel == LegacyProcessor) {
		return SubscriptionResult{}, rule.Refusef(rule.Invalid, AutoRenewRule, "%s bought by %s does not renew itself", p.ID, sub.Channel)
	}
	if sub.AutoRenew != c.On {
		sub.AutoRenew = c.On
		if err := sub.tellAutoRenew(s); err != nil {
			return SubscriptionResult{}, err
		}
	}
	return sub.changed(s)
}

// SubscriptionQuery asks for a subscription.
type SubscriptionQuery struct {
	Subscription string `json:"subscription"`
}

// About names the subscription.
func (q SubscriptionQuery) About(v *rule.View) (rule.Subject, error) {
	return aboutSubscription(v, q.Subscription)
}

// Answer shows it as it stands now.
func (q SubscriptionQuery) Answer(v *rule.View) (SubscriptionResult, error) {
	sub, err := subscriptionByID(v, q.Subscription)
	if err != nil {
		return SubscriptionResult{}, err
	}
	v.Cite(TermRule, rule.Fig("ends", sub.Ends()))
	shown, err := sub.shown(v)
	return SubscriptionResult{shown}, err
}

// paidSoFar is what was paid for terms that still run or are to come.
func (s Subscription) paidSoFar(v *rule.View) (money.Amount, error) {
	var sum money.Amount
	for _, t := range s.Terms {
		if !v.Now().Before(t.Ends) {
			continue
		}
		var err error
		if sum, err = money.Sum(sum, t.Paid, t.Taxed); err != nil {
			return sum, err
		}
	}
	return sum, nil
}
