package billing

import (
	"fmt"
	"slices"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// PremiumProduct is what a subscription to the premium plan is for, in the place of
// a product. No product of a catalogue can be called so.
const PremiumProduct = "plan:premium"

// plan reports whether the subscription is one to a plan. Its seats are counted
// and not bought, and are assigned to nobody.
func (s Subscription) plan() bool { return s.Product == PremiumProduct }

// offered returns what is sold under an identifier: a product, or the plan at the
// catalogue's price.
func offered(v *rule.View, id string) (*licensing.Product, error) {
	if id != PremiumProduct {
		return licensing.ProductOf(v, id)
	}
	offer := licensing.CatalogOf(v).Premium
	if len(offer.Prices) == 0 {
		return nil, rule.Refuse(rule.Invalid, PremiumRule, "the catalogue sells no premium plan")
	}
	return &licensing.Product{ID: id, Name: "Premium plan", Prices: offer.Prices}, nil
}

// called is what letters call a product: by its handle, and the plan by its name.
func called(product string) string {
	if product == PremiumProduct {
		return "Premium"
	}
	return product
}

// counted is the refusal to change the seats of a plan by hand.
func counted(s Subscription) error {
	return rule.Refusef(rule.Invalid, PremiumRule, "the seats of the plan %s are counted: at each anniversary and at the renewal", s.ID)
}

// eligible returns the live subscriptions on the standard plan whose seats count
// for premium, the oldest first, and how many seats they have. Of one whose term
// is over and not yet renewed, the seats of the renewal count.
func eligible(v *rule.View, handle rule.Stream) (list []Subscription, seats int, err error) {
	team, err := account.TeamByHandle(v, handle)
	if err != nil {
		return nil, 0, err
	}
	for s, err := range subscriptions.Scan(v.Tx(), string(handle), store.Part{}) {
		if err != nil {
			return nil, 0, err
		}
		status := s.StatusAt(v, team.Location())
		if s.plan() || s.Plan != standardPlan || status != Active && status != Expired {
			continue
		}
		p, err := licensing.ProductOf(v, s.Product)
		if rule.AsRefusal(err) != nil || err == nil && !p.PremiumEligible {
			continue
		}
		if err != nil {
			return nil, 0, err
		}
		list = append(list, s)
		if v.Now().Before(s.Ends()) {
			seats += s.at(v.Now()).Seats()
		} else {
			seats += s.RenewalSeats
		}
	}
	slices.SortFunc(list, func(a, b Subscription) int {
		if c := a.Anchor.Compare(b.Anchor); c != 0 {
			return c
		}
		return rule.CompareIDs(a.ID, b.ID)
	})
	return list, seats, nil
}

// planSeats returns how many premium seats a team takes now (BIL-13).
func planSeats(v *rule.View, team rule.Stream) (int, error) {
	_, seats, err := eligible(v, team)
	if err != nil {
		return 0, err
	}
	v.Cite(PremiumRule, rule.Fig("eligible seats", seats))
	if seats < 1 || seats > MaxSeats {
		return 0, rule.Refusef(rule.Invalid, PremiumRule, "a premium plan has 1 to %d seats, and the team has %d seats of eligible products on the standard plan", MaxSeats, seats).
			With(rule.Fig("eligible", seats))
	}
	return seats, nil
}

// nothingToPlan reports whether a plan is to be renewed for no seat at all.
func (s Subscription) nothingToPlan(v *rule.View) (bool, error) {
	if !s.plan() {
		return false, nil
	}
	_, seats, err := eligible(v, s.Team)
	return seats == 0, err
}

// UpgradePlan upgrades a team from the standard plan to premium.
type UpgradePlan struct {
	Team string `json:"team"`
	// Term is a year or years; without it, a year.
	Term          licensing.Term `json:"term,omitempty"`
	PaymentMethod string         `json:"payment_method,omitempty"`
}

// About names the team and the buyer.
func (c UpgradePlan) About(v *rule.View) (rule.Subject, error) {
	return Purchase{Team: c.Team}.About(v)
}

// Do orders a premium seat for each eligible one, for what is left of a term that
// counts from the oldest eligible subscription (BIL-13, MON-3).
func (c UpgradePlan) Do(s *rule.Scope) (Purchased, error) {
	team, err := account.TeamByHandle(&s.View, rule.Stream(c.Team))
	if err != nil {
		return Purchased{}, err
	}
	if err := standard(s, team); err != nil {
		return Purchased{}, err
	}
	o := Order{
		Team: team.Handle, Kind: PlanUpgrade, Product: PremiumProduct, Plan: premiumPlan, Channel: Direct, AutoRenew: true,
		Term: c.Term, Method: c.PaymentMethod,
	}
	if o.Term == "" {
		o.Term = licensing.Annual
	}
	p, err := offered(&s.View, o.Product)
	if err != nil {
		return Purchased{}, err
	}
	price, sold := p.Price(o.Term)
	if !sold {
		return Purchased{}, rule.Refusef(rule.Invalid, TermRule, "the premium plan is not sold for the term %s", o.Term)
	}
	o.Unit = price.New
	if o.Seats, err = planSeats(&s.View, team.Handle); err != nil {
		return Purchased{}, err
	}
	if o.Purchaser, err = buyer(s, team.Handle); err != nil {
		return Purchased{}, err
	}
	list, _, err := eligible(&s.View, team.Handle)
	if err != nil {
		return Purchased{}, err
	}
	o.Anchor = list[0].Anchor
	term := o.planTerm(s.Now(), team.Location())
	o.Months, o.Until = o.monthsBy(s.Now(), team.Location()), term.Ends
	s.Cite(rule.Anchored, rule.Fig("anchor", o.Anchor), rule.Fig("months", o.Months), rule.Fig("ends", o.Until))
	line, err := seatLine(fmt.Sprintf("%s, %s", p.Name, o.Term), o.Seats, o.Unit, leftOf(&s.View, term, s.Now(), team.Location()))
	if err != nil {
		return Purchased{}, err
	}
	if o, err = o.place(s, []Line{line}); err != nil {
		return Purchased{}, err
	}
	return o.purchased(&s.View)
}

// standard refuses a team that has the premium plan, or is about to.
func standard(s *rule.Scope, team account.Team) error {
	for sub, err := range subscriptions.Scan(s.Tx(), string(team.Handle), store.Part{}) {
		if err != nil {
			return err
		}
		if !sub.plan() {
			continue
		}
		switch sub.StatusAt(&s.View, team.Location()) {
		case Active, Expired, Suspended:
			return rule.Refusef(rule.Conflict, PremiumRule, "the team has the premium plan already: %s", sub.ID).With(rule.Fig("ends", sub.Ends()))
		case Ended, Cancelled, Upgraded, Returned:
		}
	}
	for o, err := range orders.Scan(s.Tx(), string(team.Handle), store.Part{}) {
		if err != nil {
			return err
		}
		if o.Kind == PlanUpgrade && o.Status == OrderPending {
			return rule.Refusef(rule.Conflict, PremiumRule, "the order %s waits for its payment", o.ID)
		}
	}
	return nil
}

// monthsBy returns the months from the anchor to the first end of a term that lies
// after an instant.
func (o Order) monthsBy(now time.Time, zone *time.Location) int {
	months := o.Term.Months()
	for !period.Step(o.Anchor, months, zone).After(now) {
		months += o.Term.Months()
	}
	return months
}

// planTerm is the whole term, counted from the anchor, that holds an instant.
func (o Order) planTerm(now time.Time, zone *time.Location) PaidTerm {
	months := o.monthsBy(now, zone)
	return PaidTerm{
		Term: o.Term, Starts: period.Step(o.Anchor, months-o.Term.Months(), zone).UTC(), Ends: period.Step(o.Anchor, months, zone).UTC(),
		Lots: []Lot{{Seats: o.Seats, Unit: o.Unit}},
	}
}

// fulfilPlan begins the plan, in the midst of a term.
func (o Order) fulfilPlan(s *rule.Scope) (Order, error) {
	team, err := account.TeamByHandle(&s.View, o.Team)
	if err != nil {
		return o, err
	}
	i, err := invoiceByID(&s.View, o.Team, o.Invoice)
	if err != nil {
		return o, err
	}
	if o.Subscription, err = s.NewID("sub", o.Team); err != nil {
		return o, err
	}
	term := o.planTerm(o.Placed, team.Location())
	term.Paid = i.Lines[0].Amount
	sub := Subscription{
		Team: o.Team, ID: o.Subscription, Product: o.Product, Purchaser: o.Purchaser, Channel: o.Channel, Plan: o.Plan, Method: o.Method,
		Starts: s.Now(), Anchor: o.Anchor, Months: o.Months, Terms: []PaidTerm{term}, AutoRenew: o.AutoRenew, Renewed: o.AutoRenew,
		RenewalSeats: o.Seats, RenewalTerm: o.Term,
	}
	s.Cite(PremiumRule, rule.Fig("seats", o.Seats), rule.Fig("ends", sub.Ends()))
	if sub, err = sub.taxedBy(&s.View, o); err != nil {
		return o, err
	}
	return o, sub.counting(o.Placed, team.Location(), 1).keep(s)
}

// Finish returns the plan as it came out.
func (c UpgradePlan) Finish(v *rule.View, r Purchased) (Purchased, error) {
	o, err := final(v, r.Order.ID)
	if err != nil {
		return r, err
	}
	return o.purchased(v)
}
