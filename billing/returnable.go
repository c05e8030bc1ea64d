package billing

import (
	"cmp"
	"slices"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// returnsBy finds the orders that can still be returned, by until when.
var returnsBy = orders.Index("return", func(o *Order) (store.Key, bool) {
	return store.Time(o.ReturnBy) + rule.IDKey(o.ID), o.Status == OrderCompleted && !o.ReturnBy.IsZero()
})

// ReturnableQuery lists the orders of a team whose days to return are not over.
type ReturnableQuery struct {
	Team string `json:"team"`
}

// Returnable is an order within the days in which it can be returned.
type Returnable struct {
	Order        OrderShown `json:"order"`
	Subscription string     `json:"subscription"`
	Product      string     `json:"product"`
	Pack         string     `json:"pack"`
	// Seats and Tokens are how many it brought.
	Seats  int   `json:"seats"`
	Tokens int64 `json:"tokens"`
	// Made is when it was made, and Until the first instant at which it is too late.
	Made  time.Time `json:"made"`
	Until time.Time `json:"until"`
	// Amount is what would be given back, nothing where it is not available.
	Amount    money.Amount `json:"amount"`
	Available bool         `json:"available"`
	// Code, Reason and Contact say why it cannot be returned; empty where it can.
	Code    string `json:"code"`
	Reason  string `json:"reason"`
	Contact string `json:"contact"`
}

// inTime returns the orders of a team whose days are not over, the first that ends
// first.
func inTime(v *rule.View, team rule.Stream) ([]Order, error) {
	var list []Order
	for o, err := range returnsBy.Scan(v.Tx(), string(team), store.Part{From: store.Time(v.Now().Add(1))}) {
		if err != nil {
			return nil, err
		}
		list = append(list, o)
	}
	return list, nil
}

// About names the team, and where the subscriptions and packs of its orders stand.
func (q ReturnableQuery) About(v *rule.View) (rule.Subject, error) {
	subject, err := account.AboutTeam(v, q.Team)
	if err != nil {
		return subject, err
	}
	list, err := inTime(v, subject.Team)
	if err != nil {
		return subject, err
	}
	for _, o := range list {
		held, err := flex.StreamsOf(v, o.Pack)
		if err != nil {
			return subject, err
		}
		if o.Subscription != "" {
			sub, err := subscriptionByID(v, o.Subscription)
			if err != nil {
				return subject, err
			}
			origin, _ := rule.StreamOfID("sub", sub.ID)
			held = append(held, sub.Team, origin)
		}
		subject.Touches = append(subject.Touches, held...)
	}
	slices.Sort(subject.Touches)
	subject.Touches = slices.Compact(subject.Touches)
	return subject, nil
}

// Answer lists the orders whose invoices the actor sees, by the same answer that
// the command gives (BIL-18).
func (q ReturnableQuery) Answer(v *rule.View) ([]Returnable, error) {
	seen, err := sees(v, rule.Stream(q.Team))
	if err != nil {
		return nil, err
	}
	all, err := inTime(v, rule.Stream(q.Team))
	if err != nil {
		return nil, err
	}
	list := []Returnable{}
	for _, o := range all {
		i, err := invoiceByID(v, o.Team, o.Invoice)
		if err != nil {
			return nil, err
		}
		if !v.Actor().IsOperator() && !seen[i.Purchaser] {
			continue
		}
		shown, err := o.returnable(v, money.Zero(i.Total.Currency()))
		if err != nil {
			return nil, err
		}
		list = append(list, shown)
	}
	slices.SortStableFunc(list, func(a, b Returnable) int {
		return cmp.Or(a.Until.Compare(b.Until), rule.CompareIDs(a.Order.ID, b.Order.ID))
	})
	return list, nil
}

func (o Order) returnable(v *rule.View, nothing money.Amount) (Returnable, error) {
	shown := Returnable{
		Order: o.shown(), Subscription: o.Subscription, Product: o.Product, Pack: o.Pack, Seats: o.Seats, Tokens: o.Tokens,
		Made: o.Made, Until: o.ReturnBy, Amount: nothing,
	}
	r, err := o.reversal(v)
	if refusal := rule.AsRefusal(err); refusal != nil {
		shown.Code, shown.Reason, shown.Contact = string(refusal.Code), refusal.Text, refusal.Contact
		return shown, nil
	}
	if err != nil {
		return shown, err
	}
	shown.Available = true
	shown.Amount, err = r.amount(v)
	return shown, err
}
