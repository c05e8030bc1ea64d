package billing

import (
	"fmt"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// contracts answers what account asks of the contracts that come over from the old
// subscription centre.
type contracts struct{}

// Unfit implements [account.Contracts]: a contract is for a product that is or was
// sold for its term, with no more seats than a subscription has.
func (contracts) Unfit(v *rule.View, c account.Contract) string {
	p, err := licensing.ProductOf(v, c.Product)
	if err != nil {
		return fmt.Sprintf("there is no product %q", c.Product)
	}
	if _, sold := p.Price(licensing.Term(c.Term)); !sold {
		return fmt.Sprintf("%s is not sold for the term %q", p.ID, c.Term)
	}
	if c.Seats > MaxSeats {
		return fmt.Sprintf("a subscription has %d seats at most, not %d", MaxSeats, c.Seats)
	}
	return ""
}

// moveContract makes a subscription of a contract that comes over from the old
// subscription centre (ACC-21). It is on a maintenance plan, belongs to the contract
// manager, does not renew itself, and nothing was paid for it here.
func moveContract(s *rule.Scope, moved account.ContractMoved) error {
	c := moved.Contract
	team, err := account.TeamByHandle(&s.View, c.Team)
	if err != nil {
		return err
	}
	p, err := licensing.ProductOf(&s.View, c.Product)
	if err != nil {
		return err
	}
	term := licensing.Term(c.Term)
	price, sold := p.Price(term)
	if !sold {
		return rule.Refusef(rule.Invalid, TermRule, "%s is not sold for the term %s", p.ID, term)
	}
	sub := Subscription{
		Team: c.Team, Product: p.ID, Purchaser: c.Manager, Channel: Direct, Plan: maintenancePlan, Contract: c.Number, Reseller: c.Reseller,
		Starts: c.Starts, RenewalSeats: c.Seats, RenewalTerm: term,
	}
	if c.Reseller != "" {
		sub.Channel = Reseller
	}
	if sub.ID, err = s.NewID("sub", c.Team); err != nil {
		return err
	}
	nothing, err := price.New.Mul(0)
	if err != nil {
		return err
	}
	t := PaidTerm{Term: term, Ends: c.Ends, Lots: []Lot{{Seats: c.Seats, Unit: price.New}}, Paid: nothing}
	sub.Anchor, sub.Months, t.Starts = anchored(c, team)
	s.Cite(rule.Anchored, rule.Fig("anchor", sub.Anchor), rule.Fig("months", sub.Months), rule.Fig("ends", t.Ends))
	sub.Terms = []PaidTerm{t}
	return sub.keep(s)
}

// anchored returns what the terms of a contract are counted from, how many months
// of them have been paid, and when its present term began. A contract that ends a
// whole number of terms after its start counts from there; any other one, such as
// one that was prolonged to a common date, counts from its end (TIM-4).
func anchored(c account.Contract, team account.Team) (from time.Time, months int, term time.Time) {
	zone, length := team.Location(), licensing.Term(c.Term).Months()
	first, last := period.DateOf(c.Starts, zone), period.DateOf(c.Ends, zone)
	const year = 12
	months = (last.Year-first.Year)*year + int(last.Month-first.Month)
	if months > 0 && months%length == 0 && period.Step(c.Starts, months, zone).Equal(c.Ends) {
		return c.Starts, months, period.Step(c.Starts, months-length, zone).UTC()
	}
	term = period.Step(c.Ends, -length, zone).UTC()
	if term.Before(c.Starts) {
		term = c.Starts
	}
	return c.Ends, 0, term
}
