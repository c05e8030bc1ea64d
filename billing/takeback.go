package billing

import (
	"fmt"
	"slices"

	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// takeBack undoes what the order brought. Access ends at once, and nobody is
// unassigned for it: the team may be left over-assigned (LIC-5).
func (r reversal) takeBack(s *rule.Scope) error {
	s.Cite(ReturnRule, rule.Fig("order", r.order.ID), rule.Fig("kind", string(r.order.Kind)))
	switch kind := r.order.Kind; {
	case kind == MoreTokens:
		return flex.TakeBack(s, r.pack)
	case kind == NextTerm:
		return r.takeTerm(s)
	case kind == MoreSeats:
		return r.takeSeats(s)
	}
	return r.takeAll(s)
}

// takeAll ends the subscription for good.
func (r reversal) takeAll(s *rule.Scope) error {
	sub := r.sub
	sub.Returned, sub.AutoRenew, sub.Owing = s.Now(), false, nil
	if err := sub.put(s); err != nil {
		return err
	}
	return licensing.Withdraw(s, sub.Team, sub.Product, sub.ID)
}

// takeTerm goes back to the term that the renewal followed, so that the
// subscription ends as if it had not been renewed. It does not renew itself then,
// or it would be charged again at once.
func (r reversal) takeTerm(s *rule.Scope) error {
	sub, dropped := r.sub, r.sub.last()
	sub.Terms = slices.Clone(sub.Terms[:len(sub.Terms)-1])
	if len(sub.Terms) == 0 {
		sub.Terms = []PaidTerm{r.order.Follows}
	}
	sub.Months -= dropped.Term.Months()
	sub.RenewalSeats = min(sub.RenewalSeats, sub.last().Seats())
	if sub.RenewalTerm == r.order.Term && r.order.Instead != "" {
		sub.RenewalTerm = r.order.Instead
	}
	if sub.AutoRenew {
		sub.AutoRenew, sub.Renewed = false, false
		if err := sub.tellAutoRenew(s); err != nil {
			return err
		}
	}
	from := dropped.Starts
	if from.Before(sub.Starts) {
		from = sub.Starts
	}
	if err := sub.keep(s); err != nil {
		return err
	}
	return licensing.Retract(s, sub.Team, sub.Product, sub.ID, from)
}

// takeSeats takes the added seats out of each term that they were added to and
// that is not over, and out of the next one, unless its seats were asked for anew
// since.
func (r reversal) takeSeats(s *rule.Scope) error {
	sub := r.sub
	sub.Terms = slices.Clone(sub.Terms)
	for _, c := range r.claims {
		shares, err := c.invoice.shares()
		if err != nil {
			return err
		}
		for _, n := range c.lines {
			at := slices.IndexFunc(sub.Terms, func(t PaidTerm) bool { return t.Starts.Equal(c.invoice.term(n)) })
			t := sub.Terms[at]
			if t.Paid, err = t.Paid.Sub(c.invoice.Lines[n].Amount); err != nil {
				return amountRefusal(err)
			}
			if t.Taxed, err = t.Taxed.Sub(shares[n]); err != nil {
				return amountRefusal(err)
			}
			if t.Lots, err = r.order.without(t.Lots, n); err != nil {
				return err
			}
			sub.Terms[at] = t
		}
	}
	if n := slices.Index(sub.AlsoRenews, r.order.ID); n >= 0 {
		sub.RenewalSeats, sub.AlsoRenews = sub.RenewalSeats-r.order.Seats, slices.Delete(slices.Clone(sub.AlsoRenews), n, n+1)
	}
	sub.RenewalSeats = min(sub.RenewalSeats, sub.last().Seats())
	if err := sub.tellSeats(s, sub.at(s.Now()).Seats(), s.Now()); err != nil {
		return err
	}
	return sub.keep(s)
}

// without takes the lot of an order's line out of those of a term: the last of
// that many seats at that price.
func (o Order) without(lots []Lot, line int) ([]Lot, error) {
	unit := o.Unit
	if line > 0 {
		unit = o.NextUnit
	}
	for n := len(lots) - 1; n >= 0; n-- {
		if lots[n].Seats == o.Seats && lots[n].Unit.Equal(unit) {
			return slices.Delete(slices.Clone(lots), n, n+1), nil
		}
	}
	return nil, fmt.Errorf("billing: the subscription %s lacks the %d seats of the order %s", o.Subscription, o.Seats, o.ID)
}

// close notes what is returned: the order, and every other one of which nothing
// stands any more.
func (r reversal) close(s *rule.Scope) error {
	done := []string{r.order.ID}
	for _, c := range r.claims {
		if !slices.Contains(done, c.invoice.Order) {
			done = append(done, c.invoice.Order)
		}
	}
	for _, id := range done {
		o, err := orderByID(&s.View, id)
		if err != nil {
			return err
		}
		stands := false
		for i, err := range invoicesFor.Scan(s.Tx(), string(o.Team), store.Part{Prefix: store.String(o.ID)}) {
			if err != nil {
				return err
			}
			stands = stands || len(i.standing(func(int) bool { return true }).lines) > 0
		}
		if stands && id != r.order.ID {
			continue
		}
		o.Status, o.Returned = OrderReturned, s.Now()
		if err := orders.Put(s.Tx(), o); err != nil {
			return err
		}
	}
	return nil
}

// goesBack reports whether the subscription is the one before, less its last term.
func (s Subscription) goesBack(before *Subscription) bool {
	dropped := before.last()
	return s.Ends().Equal(dropped.Starts) && s.Months == before.Months-dropped.Term.Months()
}
