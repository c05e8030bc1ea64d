package billing

import (
	"fmt"
	"slices"
	"time"

	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
)

// Upgrade replaces a subscription by one for a larger product.
type Upgrade struct {
	Subscription string `json:"subscription"`
	To           string `json:"to"`
}

// UpgradeResult is the result of [Upgrade]. The subscription is the new one.
type UpgradeResult struct {
	Subscription SubscriptionShown `json:"subscription"`
	Invoice      InvoiceShown      `json:"invoice"`
	CreditMemo   MemoShown         `json:"credit_memo"`
	OverlapEnds  time.Time         `json:"overlap_ends"`
	Order        OrderShown        `json:"order"`
}

// About names the subscription.
func (c Upgrade) About(v *rule.View) (rule.Subject, error) {
	return aboutSubscription(v, c.Subscription)
}

// Do orders the larger product for what is left of the paid terms, less the
// unused worth of the old (BIL-12).
func (c Upgrade) Do(s *rule.Scope) (UpgradeResult, error) {
	sub, team, err := load(s, c.Subscription, SelfServiceCountries)
	if err != nil {
		return UpgradeResult{}, err
	}
	to, err := upgradable(&s.View, sub.Product, c.To)
	if err != nil {
		return UpgradeResult{}, err
	}
	o := Order{
		Team: sub.Team, Kind: LargerProduct, Purchaser: sub.Purchaser, Upgraded: sub.ID, Product: to.ID, Method: sub.Method,
		Term: sub.at(s.Now()).Term, Seats: sub.at(s.Now()).Seats(), Plan: sub.Plan, Channel: sub.Channel,
	}
	var lines []Line
	for _, t := range sub.Terms {
		if !s.Now().Before(t.Ends) {
			continue
		}
		part := termPart{term: t, fraction: whole}
		if !t.Starts.After(s.Now()) {
			part.fraction = leftOf(&s.View, t, s.Now(), team.Location())
		}
		if lines, err = part.lines(s, &o, to, lines); err != nil {
			return UpgradeResult{}, err
		}
	}
	if err := o.capCredit(s, sub); err != nil {
		return UpgradeResult{}, err
	}
	s.Cite(UpgradeRule, rule.Fig("from", sub.Product), rule.Fig("to", to.ID), rule.Fig("credit", o.Credit))
	o.OverlapEnds = licensing.UpgradeOverlap.Of(&s.View).After(s.Now(), team.Location()).UTC()
	if o, err = o.place(s, lines); err != nil {
		return UpgradeResult{}, err
	}
	return o.upgraded(&s.View)
}

// upgradable returns the larger product, or refuses what is none: an LT product
// becomes its full product, a product a collection that holds it.
func upgradable(v *rule.View, from, to string) (*licensing.Product, error) {
	old, err := licensing.ProductOf(v, from)
	if err != nil {
		return nil, err
	}
	p, err := licensing.ProductOf(v, to)
	if err != nil {
		return nil, err
	}
	if old.UpgradesTo == to || p.Kind == licensing.Collection && slices.Contains(p.Members, from) {
		if p.Retired {
			return nil, rule.Refusef(rule.NotUpgradable, UpgradeRule, "%s is retired and no longer sold", to)
		}
		return p, nil
	}
	return nil, rule.Refusef(rule.NotUpgradable, UpgradeRule, "%s cannot be upgraded to %s: an LT product becomes its full product, and a product a collection that holds it", from, to)
}

// termPart is the part of one paid term that an upgrade replaces.
type termPart struct {
	term     PaidTerm
	fraction fraction
}

// lines adds the invoice line for the new product and the credit lines for the old.
func (p termPart) lines(s *rule.Scope, o *Order, to *licensing.Product, lines []Line) ([]Line, error) {
	price, sold := to.Price(p.term.Term)
	if !sold {
		return nil, rule.Refusef(rule.Invalid, TermRule, "%s is not sold for the term %s", to.ID, p.term.Term)
	}
	if o.Unit.Currency() == "" {
		o.Unit = price.New
	}
	o.NextUnit = price.New
	line, err := seatLine(fmt.Sprintf("%s, %s", to.Name, p.term.Term), p.term.Seats(), price.New, p.fraction)
	if err != nil {
		return nil, err
	}
	var unused []Line
	for _, lot := range p.term.Lots {
		back, err := seatLine("unused, "+string(p.term.Term), lot.Seats, lot.Unit, p.fraction)
		if err != nil {
			return nil, err
		}
		unused = append(unused, back)
	}
	if unused, err = p.term.Tax.on(s, unused); err != nil {
		return nil, err
	}
	o.CreditLines = append(o.CreditLines, unused...)
	if o.Credit, err = sumOf(o.CreditLines); err != nil {
		return nil, amountRefusal(err)
	}
	s.Cite(rule.RoundOnce)
	return append(lines, line), nil
}

// capCredit keeps the credit from being more than was paid.
func (o *Order) capCredit(s *rule.Scope, sub Subscription) error {
	paid, err := sub.paidSoFar(&s.View)
	if err != nil {
		return amountRefusal(err)
	}
	capped, err := money.Min(o.Credit, paid)
	if err != nil {
		return amountRefusal(err)
	}
	if !capped.Equal(o.Credit) {
		less, err := capped.Sub(o.Credit)
		if err != nil {
			return err
		}
		o.CreditLines = append(o.CreditLines, Line{Description: "never more than was paid", Amount: less})
		o.Credit = capped
	}
	return nil
}

// fulfilUpgrade lets the people keep the old product for the days of overlap,
// ends the old subscription and begins the new one with the same anchor and end.
func (o Order) fulfilUpgrade(s *rule.Scope) (Order, error) {
	old, team, err := o.subscription(s)
	if err != nil {
		return o, err
	}
	if o.OverlapEnds, err = licensing.BeginOverlap(s, team, old.Product, o.Product, old.ID); err != nil {
		return o, err
	}
	i, err := invoiceByID(&s.View, o.Team, o.Invoice)
	if err != nil {
		return o, err
	}
	memo, _, err := credit(s, o, i)
	if err != nil {
		return o, err
	}
	o.Memo = memo.ID
	if o.Subscription, err = s.NewID("sub", o.Team); err != nil {
		return o, err
	}
	next := old
	next.ID, next.Product, next.Starts, next.Pending = o.Subscription, o.Product, s.Now(), ""
	if p, err := licensing.ProductOf(&s.View, o.Product); err != nil {
		return o, err
	} else if !p.RenewsItself() {
		next.AutoRenew = false
	}
	if next.Terms, err = o.replace(old.Terms, i); err != nil {
		return o, err
	}
	if err := old.handOwing(s, next.ID); err != nil {
		return o, err
	}
	old.Upgraded, old.AutoRenew, old.Owing = s.Now(), false, nil
	if err := old.put(s); err != nil {
		return o, err
	}
	if err := next.keepUp(s); err != nil {
		return o, err
	}
	return o, licensing.Withdraw(s, old.Team, old.Product, old.ID)
}

// handOwing lets another subscription stand on the invoices that are not paid yet.
func (s Subscription) handOwing(sc *rule.Scope, to string) error {
	for _, owed := range s.Owing {
		i, err := invoiceByID(&sc.View, s.Team, owed.Invoice)
		if err != nil {
			return err
		}
		i.Subscription = to
		if err := invoices.Put(sc.Tx(), i); err != nil {
			return err
		}
	}
	return nil
}

// replace returns the terms that still ran or were to come when the upgrade was
// ordered, with the new product's price and what was invoiced for each.
func (o Order) replace(terms []PaidTerm, i Invoice) ([]PaidTerm, error) {
	shares, err := i.shares()
	if err != nil {
		return nil, err
	}
	var list []PaidTerm
	for _, t := range terms {
		if !o.Placed.Before(t.Ends) {
			continue
		}
		n, unit := len(list), o.Unit
		if n > 0 {
			unit = o.NextUnit
		}
		if n >= len(shares) {
			return nil, fmt.Errorf("billing: the invoice %s has fewer lines than the upgrade has terms", i.ID)
		}
		t.Lots, t.Paid, t.Taxed, t.Tax = []Lot{{Seats: t.Seats(), Unit: unit}}, i.Lines[n].Amount, shares[n], i.Tax
		list = append(list, t)
	}
	return list, nil
}

func (o Order) upgraded(v *rule.View) (UpgradeResult, error) {
	p, err := o.purchased(v)
	r := UpgradeResult{Subscription: p.Subscription, Invoice: p.Invoice, Order: p.Order, OverlapEnds: o.OverlapEnds}
	if err != nil || o.Memo == "" {
		return r, err
	}
	m, err := memoByID(v, o.Memo)
	r.CreditMemo = m.shown()
	return r, err
}

// Finish returns the upgrade as it came out.
func (c Upgrade) Finish(v *rule.View, r UpgradeResult) (UpgradeResult, error) {
	o, err := final(v, r.Order.ID)
	if err != nil {
		return r, err
	}
	return o.upgraded(v)
}
