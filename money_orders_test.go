package seatbook_test

import (
	"slices"

	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// active is the refusal of what is not.
func (b *books) active(d *deal) []rule.Code {
	if b.status(d) != billing.Active {
		return []rule.Code{rule.TooLate}
	}
	return nil
}

// renew pays the next term by hand.
func (b *books) renew(d *deal, term licensing.Term) []rule.Code {
	opens, late := b.daysOn(d.team, d.ends(), -90), 45
	if len(d.terms) > 1 && d.last().starts.After(opens) {
		opens = d.last().starts
	}
	if d.last().term == licensing.Monthly {
		late = 30
	}
	switch {
	case d.over != "", !b.now.Before(b.daysOn(d.team, d.ends(), late)):
		return []rule.Code{rule.TooLate}
	case b.now.Before(opens):
		return []rule.Code{rule.TooEarly}
	}
	if term == "" {
		term = d.term
	}
	unit := price(d.product, term, b.now.Before(d.ends()))
	one, taxes := b.issue(d.team, d, unit*d.seats)
	if !b.pay(d.team, one, 0) {
		one.cancelled = true
		return []rule.Code{rule.PaymentDeclined}
	}
	b.giveUp(d)
	b.extend(d, one, term, d.seats, unit, taxes[0])
	return nil
}

// fraction is the part of a term that is left: all of one that has not begun.
func (b *books) fraction(d *deal, t *paidFor) (num, den int64) {
	if t.starts.After(b.now) {
		return 1, 1
	}
	return civilDays(b.now, t.ends, b.zones[d.team]), civilDays(t.starts, t.ends, b.zones[d.team])
}

// running are the terms of a deal that are not over.
func (b *books) running(d *deal) []*paidFor {
	var list []*paidFor
	for i := range d.terms {
		if b.now.Before(d.terms[i].ends) {
			list = append(list, &d.terms[i])
		}
	}
	return list
}

func (b *books) addSeats(d *deal, seats int64) []rule.Code {
	if bad := b.active(d); bad != nil {
		return bad
	}
	var lines []int64
	for _, t := range b.running(d) {
		num, den := b.fraction(d, t)
		lines = append(lines, part(price(d.product, t.term, false)*seats, num, den))
	}
	one, taxes := b.issue(d.team, d, lines...)
	if !b.pay(d.team, one, 0) {
		one.cancelled = true
		return []rule.Code{rule.PaymentDeclined}
	}
	for i, t := range b.running(d) {
		t.lots = append(slices.Clone(t.lots), [2]int64{seats, price(d.product, t.term, false)})
		t.paid, t.taxed = t.paid+lines[i], t.taxed+taxes[i]
	}
	d.seats += seats
	d.owe(one)
	return nil
}

// upgrade replaces a deal by one for a larger product, and gives back what is not used.
func (b *books) upgrade(d *deal, to string) (*deal, *credit, []rule.Code) {
	if bad := b.active(d); bad != nil {
		return nil, nil, bad
	}
	if to != map[string]string{"lt": "full", "full": "set"}[d.product] {
		return nil, nil, []rule.Code{rule.NotUpgradable}
	}
	var lines []int64
	unused, paid := int64(0), int64(0)
	for _, t := range b.running(d) {
		num, den := b.fraction(d, t)
		lines = append(lines, part(price(to, t.term, false)*t.seats(), num, den))
		worth := int64(0)
		for _, l := range t.lots {
			worth += part(l[0]*l[1], num, den)
		}
		unused += worth + part(worth, rates[d.team], 10_000)
		paid += t.paid + t.taxed
	}
	unused = min(unused, paid)
	one, taxes := b.issue(d.team, nil, lines...)
	if !b.pay(d.team, one, unused) {
		one.cancelled = true
		return nil, nil, []rule.Code{rule.PaymentDeclined}
	}
	one.credited = min(unused, one.total)
	next := *d
	next.product, next.terms, next.owing = to, nil, nil
	for i, t := range b.running(d) {
		next.terms = append(next.terms, paidFor{t.term, t.starts, t.ends, [][2]int64{{t.seats(), price(to, t.term, false)}}, lines[i], taxes[i]})
	}
	for _, o := range d.owing {
		next.owe(o)
	}
	d.over, d.auto, d.owing = billing.Upgraded, false, nil
	next.owe(one)
	for _, o := range next.owing {
		o.deal = &next
	}
	b.deals = append(b.deals, &next)
	memo := &credit{team: d.team, total: unused, left: unused - one.credited}
	b.credits = append(b.credits, memo)
	return &next, memo, nil
}

// settled is what follows where nothing is open on a bill any more.
func (b *books) settled(one *bill) {
	d := one.deal
	if one.open() > 0 || d == nil {
		return
	}
	if d.renewing == one {
		b.restored(d)
		return
	}
	d.owing = slices.DeleteFunc(slices.Clone(d.owing), func(o *bill) bool { return o == one })
}

func (b *books) payBill(team string, one *bill) []rule.Code {
	switch {
	case one.open() == 0:
		return []rule.Code{rule.Conflict}
	case !b.charge(team, one, one.open()):
		return []rule.Code{rule.PaymentDeclined}
	}
	b.settled(one)
	return nil
}

// apply spends a credit, or so much of it, on what is open, the oldest first.
func (b *books) apply(c *credit, most int64) (applied int64, bad []rule.Code) {
	if most < 1 || most > c.left {
		most = c.left
	}
	for _, one := range slices.Clone(b.bills[c.team]) {
		n := min(most, one.open())
		if n == 0 {
			continue
		}
		one.credited, c.left, most, applied = one.credited+n, c.left-n, most-n, applied+n
		b.settled(one)
	}
	if applied == 0 {
		bad = []rule.Code{rule.Invalid}
	}
	return applied, bad
}
