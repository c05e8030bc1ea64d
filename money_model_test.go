package seatbook_test

import (
	"cmp"
	"slices"
	"time"

	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// bill is an invoice as the model has it, in cents.
type bill struct {
	total, paid, credited int64
	cancelled             bool
	// due is zero for what is not on account.
	due time.Time
	// deal is the subscription that it is for.
	deal *deal
}

func (b *bill) open() int64 {
	if b.cancelled {
		return 0
	}
	return b.total - b.paid - b.credited
}

// paidFor is a term as the model has it: lots of seats, each at its price.
type paidFor struct {
	term         licensing.Term
	starts, ends time.Time
	lots         [][2]int64
	paid, taxed  int64
}

func (p paidFor) seats() int64 {
	n := int64(0)
	for _, l := range p.lots {
		n += l[0]
	}
	return n
}

// deal is a subscription as the model has it.
type deal struct {
	id, team, product string
	anchor            time.Time
	months            int
	terms             []paidFor
	auto              bool
	seats             int64
	term              licensing.Term
	// renewing is the bill of a renewal that was declined, price its price for a seat,
	// and retry when it is tried for the attempt-th time again; zero when it is not.
	renewing *bill
	price    int64
	retry    time.Time
	attempt  int
	owing    []*bill
	over     billing.Status
}

func (d *deal) last() *paidFor  { return &d.terms[len(d.terms)-1] }
func (d *deal) ends() time.Time { return d.last().ends }

func (d *deal) at(now time.Time) *paidFor {
	for i := range d.terms {
		if now.Before(d.terms[i].ends) {
			return &d.terms[i]
		}
	}
	return d.last()
}

// credit is a credit memo as the model has it.
type credit struct {
	id, team    string
	total, left int64
}

// books are what the model knows of money, in plain lists.
type books struct {
	now      time.Time
	zones    map[string]*time.Location
	declines bool
	bills    map[string][]*bill
	deals    []*deal
	credits  []*credit
	// charges are what a provider must have been asked for, each as a line.
	charges []charge
}

type charge struct {
	team, at string
	cents    int64
	declined bool
}

func (b *books) daysOn(team string, t time.Time, days int) time.Time {
	return t.In(b.zones[team]).AddDate(0, 0, days).UTC()
}

// unpaid is from when a deal counts as unpaid; zero where it does not.
func (b *books) unpaid(d *deal) time.Time {
	var from time.Time
	if d.auto && !b.now.Before(d.ends()) {
		from = d.ends()
	}
	for _, o := range d.owing {
		if !d.auto && !o.due.Before(d.ends()) {
			continue // it has ended by then
		}
		if from.IsZero() || o.due.Before(from) {
			from = o.due
		}
	}
	return from
}

// stages are the ends of access and of assignments.
func (b *books) stages(d *deal, from time.Time) (access, assignments time.Time) {
	access = b.daysOn(d.team, from, 15)
	if d.last().term == licensing.Monthly {
		return access, b.daysOn(d.team, access, 15)
	}
	return access, b.daysOn(d.team, access, 30)
}

func (b *books) status(d *deal) billing.Status {
	if d.over != "" {
		return d.over
	}
	if from := b.unpaid(d); !from.IsZero() && !b.now.Before(from) {
		switch access, assignments := b.stages(d, from); {
		case b.now.Before(access):
			return billing.Expired
		case b.now.Before(assignments):
			return billing.Suspended
		}
		return billing.Cancelled
	}
	if b.now.Before(d.ends()) {
		return billing.Active
	}
	return billing.Ended
}

// issue writes a bill for lines, and returns the tax on each: the last has what
// the others leave.
func (b *books) issue(team string, d *deal, lines ...int64) (*bill, []int64) {
	net := int64(0)
	for _, l := range lines {
		net += l
	}
	tax := part(net, rates[team], 10_000)
	one := &bill{total: net + tax, deal: d}
	b.bills[team] = append(b.bills[team], one)
	taxes := make([]int64, len(lines))
	for i, l := range lines {
		if taxes[i] = part(l, rates[team], 10_000); i == len(lines)-1 {
			taxes[i] = tax
		}
		tax -= taxes[i]
	}
	return one, taxes
}

// charge asks a provider for cents, which pay a bill.
func (b *books) charge(team string, one *bill, cents int64) bool {
	b.charges = append(b.charges, charge{team, b.now.Format(time.RFC3339Nano), cents, b.declines})
	if b.declines {
		return false
	}
	one.paid += cents
	return true
}

// pay pays a bill by card, less a credit, or puts it on account.
func (b *books) pay(team string, one *bill, credit int64) bool {
	due := one.total - min(credit, one.total)
	if team == "beta" {
		one.due = b.daysOn(team, b.now, 30)
		return true
	}
	return due == 0 || b.charge(team, one, due)
}

// owe lets a deal stand on what is open of a bill on account.
func (d *deal) owe(one *bill) {
	if one.deal = d; !one.due.IsZero() && one.open() > 0 {
		d.owing = append(d.owing, one)
	}
}

// price is what a seat costs; a renewal has its own where it is kept.
func price(product string, term licensing.Term, kept bool) int64 {
	if kept {
		return list[product][term][1]
	}
	return list[product][term][0]
}

func (b *books) purchase(team, product string, seats int64, term licensing.Term, auto bool) (*deal, []rule.Code) {
	unit := price(product, term, false)
	one, taxes := b.issue(team, nil, unit*seats)
	if !b.pay(team, one, 0) {
		one.cancelled = true
		return nil, []rule.Code{rule.PaymentDeclined}
	}
	d := &deal{team: team, product: product, anchor: b.now, auto: auto}
	b.extend(d, one, term, seats, unit, taxes[0])
	b.deals = append(b.deals, d)
	return d, nil
}

// extend adds a term that is paid; what is over by then already is followed by the next.
func (b *books) extend(d *deal, one *bill, term licensing.Term, seats, unit, tax int64) {
	starts := d.anchor
	if len(d.terms) > 0 {
		starts = d.ends()
	}
	d.months += monthsOf[term]
	d.terms = append(d.terms, paidFor{
		term: term, starts: starts, ends: monthsOn(d.anchor, d.months, b.zones[d.team]), lots: [][2]int64{{seats, unit}}, paid: seats * unit, taxed: tax,
	})
	d.terms = d.terms[max(0, len(d.terms)-2):]
	d.seats, d.term, d.renewing, d.retry, d.attempt = seats, term, nil, time.Time{}, 0
	d.owe(one)
	b.keepUp(d)
}

func (b *books) keepUp(d *deal) {
	if d.auto && !b.now.Before(d.ends()) && d.renewing == nil && d.over == "" {
		b.renewItself(d)
	}
}

// renewItself charges the next term at the price of a renewal.
func (b *books) renewItself(d *deal) {
	unit := price(d.product, d.term, true)
	one, taxes := b.issue(d.team, d, unit*d.seats)
	if b.pay(d.team, one, 0) {
		b.extend(d, one, d.term, d.seats, unit, taxes[0])
		return
	}
	d.renewing, d.price = one, unit
	b.schedule(d)
}

// schedule finds the next day on which a declined renewal is tried again.
func (b *books) schedule(d *deal) {
	days := []int{1, 3, 5, 7}
	for d.retry = (time.Time{}); d.attempt < len(days); {
		d.attempt++
		if at := b.daysOn(d.team, d.ends(), days[d.attempt-1]); at.After(b.now) {
			d.retry = at
			return
		}
	}
}

// restored makes a renewal of which nothing is open any more.
func (b *books) restored(d *deal) {
	one := d.renewing
	b.extend(d, one, d.term, d.seats, d.price, one.total-d.seats*d.price)
}

func (b *books) tryAgain(d *deal) {
	d.retry = time.Time{}
	if b.charge(d.team, d.renewing, d.renewing.open()) {
		b.restored(d)
		return
	}
	b.schedule(d)
}

// giveUp cancels the bill of a renewal that was declined; what was credited to it
// is a credit again.
func (b *books) giveUp(d *deal) {
	if d.renewing == nil {
		return
	}
	d.renewing.cancelled = true
	if n := d.renewing.credited; n > 0 {
		b.credits = append(b.credits, &credit{team: d.team, total: n, left: n})
	}
}

func (b *books) shutOff(d *deal) {
	b.giveUp(d)
	d.over, d.renewing, d.retry = billing.Cancelled, nil, time.Time{}
}

// advance lets time pass, event by event.
func (b *books) advance(until time.Time) {
	for {
		var all []event
		for _, d := range b.deals {
			if d.over != "" {
				continue
			}
			if d.auto && d.renewing == nil {
				all = append(all, event{d.ends(), 20, d.id, func() { b.keepUp(d) }})
			}
			if !d.retry.IsZero() {
				all = append(all, event{d.retry, 21, d.id, func() { b.tryAgain(d) }})
			}
			if from := b.unpaid(d); !from.IsZero() {
				_, end := b.stages(d, from)
				all = append(all, event{end, 22, d.id, func() { b.shutOff(d) }})
			}
		}
		if len(all) == 0 {
			break
		}
		next := slices.MinFunc(all, func(x, y event) int {
			return cmp.Or(x.at.Compare(y.at), cmp.Compare(x.rank, y.rank), cmp.Compare(x.key, y.key))
		})
		if next.at.After(until) {
			break
		}
		b.now = next.at
		next.do()
	}
	b.now = until
}
