package billing

import (
	"fmt"
	"strings"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Purchase buys a subscription for a team.
type Purchase struct {
	Team          string         `json:"team,omitempty"`
	Product       string         `json:"product"`
	Seats         int            `json:"seats"`
	Term          licensing.Term `json:"term"`
	Plan          string         `json:"plan,omitempty"`
	PaymentMethod string         `json:"payment_method,omitempty"`
	Channel       Channel        `json:"channel,omitempty"`
	AutoRenew     *bool          `json:"auto_renew,omitempty"`
	// Contract is the number of the contract that it is bought for; without it, one
	// is made.
	Contract string `json:"contract,omitempty"`
	// Reseller is who sells it, in that channel.
	Reseller *ResellerNamed `json:"reseller,omitempty"`
}

// Purchased is the result of [Purchase].
type Purchased struct {
	Subscription SubscriptionShown `json:"subscription"`
	Invoice      InvoiceShown      `json:"invoice"`
	Order        OrderShown        `json:"order"`
	// Reseller is who sold it, empty where nobody stood between (BIL-22).
	Reseller ResellerDetails `json:"reseller"`
}

// landing returns the team that a purchase is for: the one named, the one that
// the buyer administers, or a new one (BIL-2).
func landing(v *rule.View, named string) (team rule.Stream, fresh bool, err error) {
	if named != "" {
		t, err := account.TeamByHandle(v, rule.Stream(named))
		return t.Handle, false, err
	}
	if v.Actor().IsOperator() {
		return "", false, rule.Refuse(rule.Invalid, PurchaseRule, "the operator names the team to buy for")
	}
	teams, err := account.TeamsOf(v, v.Actor().Person())
	if err != nil {
		return "", false, err
	}
	var administered []string
	for _, t := range teams {
		m, _, err := account.MemberOf(v, t, v.Actor().Person())
		if err != nil {
			return "", false, err
		}
		if m.Role.Admin() {
			administered = append(administered, string(t))
		}
	}
	switch len(administered) {
	case 0:
		team, err := freshHandle(v)
		return team, true, err
	case 1:
		return rule.Stream(administered[0]), false, nil
	default:
		return "", false, rule.Refusef(rule.Invalid, PurchaseRule, "you administer several teams, so one must be named: %s", rule.Show(administered)).
			With(rule.Fig("teams", administered))
	}
}

// freshHandle makes the handle of a buyer's own team from their address.
func freshHandle(v *rule.View) (rule.Stream, error) {
	clean := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, v.Actor().Email())
	const room = 56
	clean = clean[:min(len(clean), room)]
	for n := 1; ; n++ {
		handle := clean
		if n > 1 {
			handle = fmt.Sprintf("%s-%d", clean, n)
		}
		if _, err := account.TeamByHandle(v, rule.Stream(handle)); rule.AsRefusal(err) != nil {
			return rule.Stream(handle), nil
		} else if err != nil {
			return "", err
		}
	}
}

// About names the team that the purchase lands in, and the buyer.
func (c Purchase) About(v *rule.View) (rule.Subject, error) {
	team, fresh, err := landing(v, c.Team)
	if err != nil {
		return rule.Subject{}, err
	}
	buyer := v.Actor().Person()
	if v.Actor().IsOperator() {
		t, err := account.TeamByHandle(v, team)
		if err != nil {
			return rule.Subject{}, err
		}
		buyer = t.Primary
	}
	streams, err := account.Concerns(v, buyer)
	subject := rule.Subject{Team: team, What: "team", Name: c.Team, Touches: append(streams, team)}
	if fresh {
		subject.Team, subject.Person = "", buyer
	}
	return subject, err
}

// buyer is who becomes purchaser: the actor, or for the operator the primary admin.
func buyer(s *rule.Scope, team rule.Stream) (rule.Person, error) {
	if s.Actor().IsOperator() {
		t, err := account.TeamByHandle(&s.View, team)
		return t.Primary, err
	}
	p, err := account.EnsureLogin(s, rule.Address(s.Actor().Email()))
	return p.ID, err
}

// Do orders the subscription (BIL-2).
func (c Purchase) Do(s *rule.Scope) (Purchased, error) {
	handle, fresh, err := landing(&s.View, c.Team)
	if err != nil {
		return Purchased{}, err
	}
	p, err := licensing.ProductOf(&s.View, c.Product)
	if err != nil {
		return Purchased{}, err
	}
	if p.Retired && !s.Actor().IsOperator() {
		return Purchased{}, rule.Refusef(rule.NotSelfService, SelfServiceRule, "%s is retired and no longer sold by self-service", p.ID).To("support")
	}
	price, err := c.check(p)
	if err != nil {
		return Purchased{}, err
	}
	o := Order{
		Team: handle, Fresh: fresh, Kind: NewSubscription, Product: p.ID, Seats: c.Seats, Term: c.Term, Plan: c.Plan, Channel: c.Channel,
		Unit: price.New, Method: c.PaymentMethod, Contract: c.Contract,
	}
	if o.Channel == "" {
		o.Channel = Direct
	}
	if o, err = o.from(c.Reseller); err != nil {
		return Purchased{}, err
	}
	if o.Plan == "" {
		o.Plan = standardPlan
	}
	if o.AutoRenew, err = c.renews(p, o.Channel); err != nil {
		return Purchased{}, err
	}
	if o.Purchaser, err = buyer(s, handle); err != nil {
		return Purchased{}, err
	}
	if o, err = o.contracted(&s.View); err != nil {
		return Purchased{}, err
	}
	s.Cite(TermRule, rule.Fig("term", string(c.Term)), rule.Fig("price", price.New))
	line, err := seatLine(fmt.Sprintf("%s, %s", p.Name, c.Term), c.Seats, price.New, whole)
	if err != nil {
		return Purchased{}, err
	}
	if o, err = o.place(s, []Line{line}); err != nil {
		return Purchased{}, err
	}
	return o.purchased(&s.View)
}

func (c Purchase) check(p *licensing.Product) (licensing.Price, error) {
	if c.Seats < 1 || c.Seats > MaxSeats {
		return licensing.Price{}, rule.Refusef(rule.Invalid, PurchaseRule, "a subscription has 1 to %d seats, not %d", MaxSeats, c.Seats)
	}
	if len(c.Plan) > account.MaxName || CardLike(c.Plan) {
		return licensing.Price{}, rule.Refuse(rule.Invalid, PurchaseRule, "that is no plan")
	}
	price, sold := p.Price(c.Term)
	if !sold {
		return price, rule.Refusef(rule.Invalid, TermRule, "%s is not sold for the term %s", p.ID, c.Term)
	}
	return price, nil
}

// renews tells whether the subscription is to renew itself: as wished, where
// the product and the channel allow it (BIL-9).
func (c Purchase) renews(p *licensing.Product, channel Channel) (bool, error) {
	allowed := p.RenewsItself() && (channel == Direct || channel == Sales)
	if c.AutoRenew == nil {
		return allowed, nil
	}
	if *c.AutoRenew && !allowed {
		return false, rule.Refusef(rule.Invalid, AutoRenewRule, "%s bought by %s does not renew itself", p.ID, channel)
	}
	return *c.AutoRenew, nil
}

// fulfilPurchase makes the subscription, from now on.
func (o Order) fulfilPurchase(s *rule.Scope) (Order, error) {
	if o.Fresh {
		made := account.Team{Handle: o.Team, Primary: o.Purchaser, Zone: period.Zone(s.Zone().String()), Language: account.English}
		if _, err := account.OpenTeam(s, made); err != nil {
			return o, err
		}
	}
	team, err := account.TeamByHandle(&s.View, o.Team)
	if err != nil {
		return o, err
	}
	if o.Subscription, err = s.NewID("sub", o.Team); err != nil {
		return o, err
	}
	sub := Subscription{
		Team: o.Team, ID: o.Subscription, Product: o.Product, Purchaser: o.Purchaser, Channel: o.Channel, Plan: o.Plan, Method: o.Method,
		Starts: s.Now(), Anchor: s.Now(), AutoRenew: o.AutoRenew, Renewed: o.AutoRenew, RenewalSeats: o.Seats, RenewalTerm: o.Term,
		Reseller: o.Reseller,
	}
	if sub.Contract, err = o.contractNumber(&s.View, sub.ID); err != nil {
		return o, err
	}
	if err := (SoldBy{Team: o.Team, Name: o.Reseller, Contact: o.ResellerContact}).keep(s); err != nil {
		return o, err
	}
	lot := Lot{Seats: o.Seats, Unit: o.Unit}
	if sub, err = sub.extend(s, team, o.Term, lot); err != nil {
		return o, err
	}
	if sub, err = sub.taxedBy(&s.View, o); err != nil {
		return o, err
	}
	sub = sub.counting(o.Placed, team.Location(), 1)
	if err := sub.keep(s); err != nil {
		return o, err
	}
	s.Cite(TrialPurchaseRule, rule.Fig("product", o.Product))
	return o, licensing.EndTrial(s, o.Purchaser, o.Product)
}

func (o Order) purchased(v *rule.View) (Purchased, error) {
	r := Purchased{Order: o.shown()}
	if o.Status == OrderParked {
		return r, nil
	}
	i, err := invoiceByID(v, o.Team, o.Invoice)
	if err != nil {
		return r, err
	}
	if r.Invoice, err = i.shown(v.Now()); err != nil || o.Subscription == "" {
		return r, err
	}
	sub, err := subscriptionIn(v, o.Team, o.Subscription)
	if err != nil {
		return r, err
	}
	if r.Reseller, err = sub.reseller(v); err != nil {
		return r, err
	}
	r.Subscription, err = sub.shown(v)
	return r, err
}

// Finish returns the purchase as it came out.
func (c Purchase) Finish(v *rule.View, r Purchased) (Purchased, error) {
	o, err := final(v, r.Order.ID)
	if err != nil {
		return r, err
	}
	return o.purchased(v)
}

// purchases answers what account asks.
type purchases struct{}

// IsPurchaser implements [account.Purchases].
func (purchases) IsPurchaser(v *rule.View, team rule.Stream, person rule.Person) (bool, error) {
	owns, err := subscriptionsOf.Has(v.Tx(), string(team), store.String(person))
	if err != nil || owns {
		return owns, err
	}
	return invoicesOf.Has(v.Tx(), string(team), store.String(person))
}

// OwnsLive implements [account.Purchases].
func (purchases) OwnsLive(v *rule.View, team rule.Stream, person rule.Person) (bool, error) {
	t, err := account.TeamByHandle(v, team)
	if err != nil {
		return false, err
	}
	for sub, err := range subscriptionsOf.Scan(v.Tx(), string(team), store.Part{Prefix: store.String(person)}) {
		if err != nil {
			return false, err
		}
		switch sub.StatusAt(v, t.Location()) {
		case Active, Expired, Suspended:
			return true, nil
		case Ended, Cancelled, Upgraded, Returned:
		}
	}
	return false, nil
}
