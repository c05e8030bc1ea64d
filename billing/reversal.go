package billing

import (
	"slices"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// reversal is what the return of an order takes back: of a subscription or a
// pack, and of invoices.
type reversal struct {
	order  Order
	sub    Subscription
	pack   flex.Pack
	claims []claim
}

// opensReturn fixes until when the order can be returned: by its term, and for
// tokens the longer days, from when it was made (BIL-18).
func (o Order) opensReturn(s *rule.Scope) (Order, error) {
	o.Made = s.Now()
	if !o.Kind.returnable() {
		return o, nil
	}
	team, err := account.TeamByHandle(&s.View, o.Team)
	if err != nil {
		return o, err
	}
	window := ReturnLong
	if o.Term == licensing.Monthly {
		window = ReturnMonthly
	}
	o.ReturnBy = window.Of(&s.View).After(s.Now(), team.Location()).UTC()
	return o, nil
}

// paysFor returns the beginnings of the terms that the lines of the order's
// invoice are for, line by line.
func (o Order) paysFor(v *rule.View, i Invoice) ([]time.Time, error) {
	switch {
	case o.Kind == NextTerm:
		return []time.Time{o.Follows.Ends}, nil
	case o.Kind == NewSubscription:
		return []time.Time{o.Made}, nil
	case o.Kind != MoreSeats && o.Kind != LargerProduct:
		return i.Terms, nil
	}
	sub, err := subscriptionIn(v, o.Team, o.Subscription)
	if err != nil {
		return nil, err
	}
	var starts []time.Time
	for _, t := range sub.Terms {
		if o.Made.Before(t.Ends) {
			starts = append(starts, t.Starts)
		}
	}
	return starts, nil
}

// reversal decides whether the order can be returned now, and what goes back. It
// is the one answer for the command and for the list of what can be returned.
func (o Order) reversal(v *rule.View) (reversal, error) {
	r := reversal{order: o}
	v.Cite(ReturnRule, rule.Fig("made", o.Made), rule.Fig("returned until", o.ReturnBy))
	switch {
	case o.Status == OrderReturned:
		return r, rule.Refusef(rule.Conflict, ReturnRule, "the order was returned %s, and an order is returned once", rule.Show(o.Returned)).With(rule.Fig("returned", o.Returned))
	case !o.Kind.returnable():
		return r, rule.Refusef(rule.Invalid, ReturnRule, "what is returned is a purchase, a renewal, added seats or tokens, and the order is for another thing: %s", o.Kind)
	case o.Status != OrderCompleted:
		return r, rule.Refusef(rule.Conflict, ReturnRule, "the order is %s, and nothing came of it that could be returned", o.Status)
	case !v.Now().Before(o.ReturnBy):
		return r, rule.Refusef(rule.TooLate, ReturnRule, "the order of %s could be returned until %s", rule.Show(o.Made), rule.Show(o.ReturnBy)).
			With(rule.Fig("made", o.Made), rule.Fig("closed", o.ReturnBy))
	case o.Kind == MoreTokens:
		return r.ofTokens(v)
	}
	return r.ofSubscription(v)
}

// ofTokens takes back a pack, in whichever team it stands, where no token of it
// was ever used or is held.
func (r reversal) ofTokens(v *rule.View) (reversal, error) {
	var err error
	if r.pack, err = flex.PackByID(v, r.order.Pack); err != nil {
		return r, err
	}
	i, err := invoiceByID(v, r.order.Team, r.order.Invoice)
	switch p := r.pack; {
	case err != nil:
		return r, err
	case p.Touched():
		return r, rule.Refusef(rule.Conflict, ReturnRule, "%d of the %d tokens of the pack are left, and a pack is returned only while nothing of it is used or held", p.Left, p.Tokens).
			With(rule.Fig("left", p.Left), rule.Fig("tokens", p.Tokens))
	case p.Purchaser != i.Purchaser:
		return r, rule.Refuse(rule.Conflict, ReturnRule, "the pack and its invoice have been handed to different people").To("support")
	}
	return r.claim(v, []Order{r.order}, func(Invoice, int) bool { return true })
}

// ofSubscription takes back from a subscription what the order brought to it.
func (r reversal) ofSubscription(v *rule.View) (reversal, error) {
	var err error
	if r.sub, err = subscriptionByID(v, r.order.Subscription); err != nil {
		return r, err
	}
	sub, o := r.sub, r.order
	team, err := account.TeamByHandle(v, sub.Team)
	if err != nil {
		return r, err
	}
	if err := sub.selfService(v, team, SelfServiceCountries); err != nil {
		return r, err
	}
	switch {
	case sub.Pending != "":
		return r, rule.Refusef(rule.Conflict, ReturnRule, "the order %s waits for its payment", sub.Pending)
	case sub.over() != "":
		return r, rule.Refusef(rule.TooLate, ReturnRule, "the subscription is %s", sub.over())
	case o.Kind != NewSubscription && sub.Aligned.After(o.Made):
		return r, rule.Refuse(rule.TooLate, ReturnRule, "the end of the subscription was aligned after the order", rule.Fig("aligned", sub.Aligned))
	case o.Kind != MoreSeats && !v.Now().Before(sub.Ends()):
		return r, rule.Refusef(rule.TooLate, ReturnRule, "what the order paid for was over %s", rule.Show(sub.Ends())).With(rule.Fig("ended", sub.Ends()))
	case o.Kind == NextTerm && !sub.last().Starts.Equal(o.Follows.Ends):
		return r, rule.Refusef(rule.Conflict, ReturnRule, "a later term is paid, which would have to be returned first: it ends %s", rule.Show(sub.Ends())).
			With(rule.Fig("ends", sub.Ends()))
	}
	if o.Kind == MoreSeats {
		if r, err = r.claim(v, []Order{o}, func(i Invoice, n int) bool { return sub.runs(v.Now(), i.term(n)) }); err == nil && len(r.claims) == 0 {
			err = rule.Refuse(rule.TooLate, ReturnRule, "the term that the seats were added to is over, or was returned")
		}
		return r, err
	}
	all, err := sub.orders(v, o.Team)
	if err != nil {
		return r, err
	}
	return r.claim(v, all, func(i Invoice, n int) bool {
		return o.Kind == NewSubscription || i.term(n).Equal(o.Follows.Ends)
	})
}

// runs reports whether the term that begins at an instant is paid and not over.
func (s Subscription) runs(now, starts time.Time) bool {
	return slices.ContainsFunc(s.Terms, func(t PaidTerm) bool { return t.Starts.Equal(starts) && now.Before(t.Ends) })
}

// orders are those that brought something to the subscription, in the order in
// which they were placed.
func (s Subscription) orders(v *rule.View, in rule.Stream) ([]Order, error) {
	var list []Order
	teams := []rule.Stream{in}
	if s.Team != in {
		teams = append(teams, s.Team)
	}
	for _, team := range teams {
		for o, err := range ordersOf.Scan(v.Tx(), string(team), store.Part{Prefix: store.String(s.ID)}) {
			if err != nil {
				return nil, err
			}
			if o.Status == OrderCompleted && o.Kind != Settlement {
				list = append(list, o)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b Order) int { return a.Placed.Compare(b.Placed) })
	return list, nil
}

// claim gathers the lines of orders that keep is true for and that stand. An
// invoice that waits for its charge cannot be given back.
func (r reversal) claim(v *rule.View, from []Order, keep func(i Invoice, line int) bool) (reversal, error) {
	for _, o := range from {
		var list []Invoice
		for i, err := range invoicesFor.Scan(v.Tx(), string(o.Team), store.Part{Prefix: store.String(o.ID)}) {
			if err != nil {
				return r, err
			}
			list = append(list, i)
		}
		for _, i := range list {
			c := i.standing(func(line int) bool { return keep(i, line) })
			if len(c.lines) == 0 || !i.Cancelled.IsZero() {
				continue
			}
			if i.Paying != "" {
				return r, rule.Refusef(rule.Conflict, ReturnRule, "the order %s, which pays the invoice %s, waits for its charge", i.Paying, i.ID)
			}
			r.claims = append(r.claims, c)
		}
	}
	return r, nil
}

// amount is what all claims come to, in the currency of the order.
func (r reversal) amount(v *rule.View) (money.Amount, error) {
	i, err := invoiceByID(v, r.order.Team, r.order.Invoice)
	if err != nil {
		return money.Amount{}, err
	}
	sum := money.Zero(i.Total.Currency())
	for _, c := range r.claims {
		_, total, err := c.bill()
		if err != nil {
			return sum, err
		}
		if sum, err = sum.Add(total); err != nil {
			return sum, amountRefusal(err)
		}
	}
	return sum, nil
}
