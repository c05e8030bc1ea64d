package billing

import (
	"fmt"
	"slices"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// extend adds the term that follows the last one. Its end counts from the
// anchor by the total of months, so it never drifts (TIM-4).
func (s Subscription) extend(sc *rule.Scope, team account.Team, term licensing.Term, lots ...Lot) (Subscription, error) {
	starts := s.Anchor
	if len(s.Terms) > 0 {
		starts = s.Ends()
	}
	s.Months += term.Months()
	t := PaidTerm{Term: term, Starts: starts, Ends: period.Step(s.Anchor, s.Months, team.Location()).UTC(), Lots: lots}
	for _, l := range lots {
		whole, err := l.Unit.Mul(int64(l.Seats))
		if err != nil {
			return s, amountRefusal(err)
		}
		if t.Paid, err = t.Paid.Add(whole); err != nil {
			return s, amountRefusal(err)
		}
	}
	sc.Cite(rule.Anchored, rule.Fig("anchor", s.Anchor), rule.Fig("months", s.Months), rule.Fig("ends", t.Ends))
	const kept = 2
	s.Terms = append(slices.Clone(s.Terms), t)
	s.Terms = s.Terms[max(0, len(s.Terms)-kept):]
	return s, nil
}

// taxedBy notes the tax on the last term, by the order's invoice.
func (s Subscription) taxedBy(v *rule.View, o Order) (Subscription, error) {
	i, err := invoiceByID(v, o.Team, o.Invoice)
	if err != nil {
		return s, err
	}
	shares, err := i.shares()
	if err != nil {
		return s, err
	}
	last := &s.Terms[len(s.Terms)-1]
	last.Tax, last.Taxed = i.Tax, shares[len(shares)-1]
	return s, nil
}

// Opening returns the first instant at which the next term can be paid by hand:
// the early-renewal span before the end of the last paid term, but not before
// that term has begun, as only one term ahead can be paid.
func (s Subscription) Opening(early period.Span, zone *time.Location) time.Time {
	opens := early.Before(s.Ends(), zone).UTC()
	if starts := s.last().Starts; len(s.Terms) > 1 && starts.After(opens) {
		opens = starts
	}
	return opens
}

// Closing returns the first instant at which it is too late to renew.
func (s Subscription) Closing(v *rule.View, zone *time.Location) time.Time {
	late := LateRenewalLong.Of(v)
	if s.last().Term == licensing.Monthly {
		late = LateRenewalMonthly.Of(v)
	}
	return late.After(s.Ends(), zone).UTC()
}

// Renew pays the next term by hand.
type Renew struct {
	Subscription string         `json:"subscription"`
	Term         licensing.Term `json:"term,omitempty"`
}

// Renewed is the result of [Renew] and of [AddSeats].
type Renewed struct {
	Subscription SubscriptionShown `json:"subscription"`
	Invoice      InvoiceShown      `json:"invoice"`
	Order        OrderShown        `json:"order"`
	// Reseller is who sold it, empty where nobody stood between (BIL-22).
	Reseller ResellerDetails `json:"reseller"`
}

// About names the subscription.
func (c Renew) About(v *rule.View) (rule.Subject, error) { return aboutSubscription(v, c.Subscription) }

// Do renews (BIL-6, BIL-7).
func (c Renew) Do(s *rule.Scope) (Renewed, error) {
	a := renewing
	if c.Term != "" {
		a = a.in(TermCountries)
	}
	sub, _, err := a.load(s, c.Subscription)
	if err != nil {
		return Renewed{}, err
	}
	o := sub.renewal(c.Term)
	if err := o.priceRenewal(&s.View, sub, s.Now().Before(sub.Ends())); err != nil {
		return Renewed{}, err
	}
	lines, err := o.renewalLines(&s.View)
	if err != nil {
		return Renewed{}, err
	}
	if o, err = o.place(s, lines); err != nil {
		return Renewed{}, err
	}
	return o.renewed(&s.View)
}

// renewable refuses what is too early, too late, or over for another reason.
func (s Subscription) renewable(v *rule.View, team account.Team) error {
	opens, closes := s.Opening(EarlyRenewal.Of(v), team.Location()), s.Closing(v, team.Location())
	v.Cite(RenewalRule, rule.Fig("opens", opens), rule.Fig("ends", s.Ends()), rule.Fig("closes", closes))
	status := s.StatusAt(v, team.Location())
	switch {
	case status == Upgraded || status == Returned || !s.Cancelled.IsZero():
		return rule.Refusef(rule.TooLate, RenewalRule, "the subscription is %s and cannot be renewed", status)
	case v.Now().Before(opens):
		return rule.Refusef(rule.TooEarly, RenewalRule, "the subscription cannot be renewed yet: its term ends %s and renewal opens %s", rule.Show(s.Ends()), rule.Show(opens)).
			With(rule.Fig("opens", opens), rule.Fig(EarlyRenewal.Name(), EarlyRenewal.Of(v)))
	case !v.Now().Before(closes):
		return rule.Refusef(rule.TooLate, RenewalRule, "the subscription can no longer be renewed: its term ended %s and renewal closed %s", rule.Show(s.Ends()), rule.Show(closes)).
			With(rule.Fig("closed", closes))
	case status == Ended && s.lapsed(v, team.Location()):
		return rule.Refusef(rule.Conflict, ShutOffRule, "the invoice %s was due %s, and is paid before the subscription is renewed", s.Owing[0].Invoice, rule.Show(s.Owing[0].Due)).
			With(rule.Fig("due", s.Owing[0].Due))
	}
	return nil
}

// renewal is the order of the next term.
func (s Subscription) renewal(term licensing.Term) Order {
	if term == "" {
		term = s.RenewalTerm
	}
	return Order{
		Team: s.Team, Kind: NextTerm, Purchaser: s.Purchaser, Subscription: s.ID, Product: s.Product, Seats: s.RenewalSeats, Term: term,
		Method: s.Method, Plan: s.Plan, Channel: s.Channel,
	}
}

// priceRenewal sets the price of the next term: the renewal price where it is
// kept and listed, else the one for new buyers (BIL-7).
func (o *Order) priceRenewal(v *rule.View, sub Subscription, kept bool) error {
	p, err := offered(v, o.Product)
	if err != nil {
		return err
	}
	price, sold := p.Price(o.Term)
	if !sold {
		return rule.Refusef(rule.Invalid, TermRule, "%s is not sold for the term %s", o.Product, o.Term)
	}
	team, err := account.TeamByHandle(v, o.Team)
	if err != nil {
		return err
	}
	for _, word := range RenewalPriceExclusions.Of(v) {
		if slices.Contains([]string{o.Product, string(o.Term), sub.Plan, string(sub.Channel), team.Country}, word) {
			kept = false
		}
	}
	if sub.plan() {
		if o.Seats, err = planSeats(v, o.Team); err != nil {
			return err
		}
	}
	o.Unit = price.New
	if kept && price.Renewal != nil {
		o.Unit = *price.Renewal
	}
	v.Cite(RenewalPriceRule, rule.Fig("kept", kept), rule.Fig("price", o.Unit))
	return nil
}

func (o Order) renewalLines(v *rule.View) ([]Line, error) {
	p, err := offered(v, o.Product)
	if err != nil {
		return nil, err
	}
	line, err := seatLine(fmt.Sprintf("%s, %s renewal", p.Name, o.Term), o.Seats, o.Unit, whole)
	return []Line{line}, err
}

// fulfilRenewal begins the new term where the old one ends.
func (o Order) fulfilRenewal(s *rule.Scope) (Order, error) {
	sub, team, err := o.subscription(s)
	if err != nil {
		return o, err
	}
	if sub.Renewing != "" && sub.Renewing != o.ID {
		if err := sub.giveUpRetry(s); err != nil {
			return o, err
		}
	}
	s.Cite(RenewalRule, rule.Fig("new term starts", sub.Ends()))
	o.Follows, o.Instead = sub.last(), sub.RenewalTerm
	if sub, err = sub.extend(s, team, o.Term, Lot{Seats: o.Seats, Unit: o.Unit}); err != nil {
		return o, err
	}
	if sub, err = sub.taxedBy(&s.View, o); err != nil {
		return o, err
	}
	sub.RenewalTerm, sub.RenewalSeats, sub.AlsoRenews = o.Term, o.Seats, nil
	sub.Renewing, sub.Retry, sub.Renewed = "", time.Time{}, sub.AutoRenew
	if err := s.Emit(TermPaid{Subscription: sub.ID, Team: sub.Team, Ends: sub.Ends(), Automatic: o.Automatic}); err != nil {
		return o, err
	}
	if err := sub.tellRenewed(s, o); err != nil {
		return o, err
	}
	return o, sub.keepUp(s)
}

// subscription returns the one that the order changes, with its team. The order
// waits for nothing any more.
func (o Order) subscription(s *rule.Scope) (Subscription, account.Team, error) {
	id := o.Subscription
	if o.Kind == LargerProduct {
		id = o.Upgraded
	}
	sub, err := subscriptionIn(&s.View, o.Team, id)
	if err != nil {
		return sub, account.Team{}, err
	}
	sub.Pending = ""
	team, err := account.TeamByHandle(&s.View, sub.Team)
	return sub, team, err
}

// keepUp keeps the subscription. Where the last term is over already, as it was paid
// late, the next is due at this instant too. It is an order of its own, and no part of
// what was asked for now (BIL-27).
func (s Subscription) keepUp(sc *rule.Scope) error {
	s, err := s.tellStage(sc)
	if err != nil {
		return err
	}
	if s.overdue(sc.Now()) {
		s.Overdue = sc.Now()
	}
	return s.keep(sc)
}

// TermPaid happens when a subscription's next term is paid.
type TermPaid struct {
	Subscription string
	Team         rule.Stream
	Ends         time.Time
	Automatic    bool
}

// Tell says what happened, for timelines.
func (h TermPaid) Tell() rule.Telling {
	return rule.Telling{Name: "renewed", Stream: h.Team, Facts: map[string]string{"subscription": h.Subscription, "ends": rule.Show(h.Ends)}}
}

func (o Order) renewed(v *rule.View) (Renewed, error) {
	p, err := o.purchased(v)
	return Renewed(p), err
}

// Finish returns the renewal as it came out.
func (c Renew) Finish(v *rule.View, r Renewed) (Renewed, error) {
	o, err := final(v, r.Order.ID)
	if err != nil {
		return r, err
	}
	return o.renewed(v)
}
