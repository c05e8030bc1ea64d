package billing

import (
	"fmt"
	"slices"

	"github.com/seatbook/seatbook/account"
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
	sub, team, err := addingSeats.load(s, c.Subscription)
	if err != nil {
		return Renewed{}, err
	}
	o, lines, err := sub.moreSeats(&s.View, team, c.Seats, nil)
	if err != nil {
		return Renewed{}, err
	}
	if o, err = o.place(s, lines); err != nil {
		return Renewed{}, err
	}
	return o.renewed(&s.View)
}

// moreSeats returns the order of seats with its lines, as [Subscription.seatsMore]
// does. Those of a plan are not bought by hand.
func (s Subscription) moreSeats(v *rule.View, team account.Team, seats int, quoted *money.Amount) (Order, []Line, error) {
	if s.plan() {
		return Order{}, nil, counted(s)
	}
	return s.seatsMore(v, team, seats, quoted)
}

// seatsMore returns the order of seats for the rest of the running term, and for
// the next one whole where that is paid, with the lines of its invoice. Without a
// quoted price for the running term it is that of the catalogue.
func (s Subscription) seatsMore(v *rule.View, team account.Team, seats int, quoted *money.Amount) (Order, []Line, error) {
	term, next := s.at(v.Now()), s.last()
	o := Order{
		Team: s.Team, Kind: MoreSeats, Purchaser: s.Purchaser, Subscription: s.ID, Product: s.Product, Seats: seats,
		Term: term.Term, Method: s.Method,
	}
	if seats < 1 || seats > MaxSeats-max(term.Seats(), next.Seats()) {
		return o, nil, rule.Refusef(rule.Invalid, AddSeatsRule, "at least 1 seat is added, and a subscription has %d at most; it has %d and %d more were asked for",
			MaxSeats, term.Seats(), seats)
	}
	p, err := offered(v, s.Product)
	if err != nil {
		return o, nil, err
	}
	if o.Unit, err = seatPrice(p, term.Term, term.Term, quoted); err != nil {
		return o, nil, err
	}
	f := leftOf(v, term, v.Now(), team.Location())
	v.Cite(AddSeatsRule, rule.Fig("price", o.Unit), rule.Fig("seats", seats))
	line, err := seatLine(fmt.Sprintf("%s, %s, added seats", p.Name, term.Term), seats, o.Unit, f)
	if err != nil {
		return o, nil, err
	}
	lines := []Line{line}
	if next.Starts.After(v.Now()) {
		if o.NextUnit, err = seatPrice(p, next.Term, term.Term, quoted); err != nil {
			return o, nil, err
		}
		if line, err = seatLine(fmt.Sprintf("%s, %s, added seats in the next term", p.Name, next.Term), seats, o.NextUnit, leftOf(v, next, v.Now(), team.Location())); err != nil {
			return o, nil, err
		}
		lines = append(lines, line)
	}
	return o, lines, nil
}

// seatPrice is the price of a seat for a term: the one quoted, where it was quoted
// for that term, else today's for new buyers.
func seatPrice(p *licensing.Product, term, quotedFor licensing.Term, quoted *money.Amount) (money.Amount, error) {
	if quoted != nil && term == quotedFor {
		return *quoted, nil
	}
	price, sold := p.Price(term)
	if !sold {
		return money.Amount{}, rule.Refusef(rule.Invalid, TermRule, "%s is no longer sold for the term %s", p.ID, term)
	}
	return price.New, nil
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
	sub.RenewalSeats, sub.AlsoRenews = sub.RenewalSeats+o.Seats, append(slices.Clone(sub.AlsoRenews), o.ID)
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
	sub, _, err := reducingSeats.load(s, c.Subscription)
	if err != nil {
		return SubscriptionResult{}, err
	}
	if sub.plan() {
		return SubscriptionResult{}, counted(sub)
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
	sub.RenewalSeats, sub.AlsoRenews = c.To, nil
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
	sub, _, err := changingTerm.load(s, c.Subscription)
	if err != nil {
		return SubscriptionResult{}, err
	}
	p, err := offered(&s.View, sub.Product)
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
	sub, _, err := settingAutoRenew.load(s, c.Subscription)
	if err != nil {
		return SubscriptionResult{}, err
	}
	p, err := offered(&s.View, sub.Product)
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
