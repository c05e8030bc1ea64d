package billing

import (
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// OrdersQuery lists what the actor ordered, the latest first, in one team or in
// all of theirs, and what was ordered for subscriptions that were handed to them.
// The operator names the team, and sees all orders there.
type OrdersQuery struct {
	Team   string      `json:"team,omitempty"`
	Kind   OrderKind   `json:"kind,omitempty"`
	Status OrderStatus `json:"status,omitempty"`
	// From and To are the period in which they were placed, To being outside.
	From *time.Time `json:"from,omitempty"`
	To   *time.Time `json:"to,omitempty"`
	// Limit is how many a page has: 50, or up to 200. After is the identifier that
	// the page before ended with.
	Limit int    `json:"limit,omitempty"`
	After string `json:"after,omitempty"`
}

// Ordered is one order of the history.
type Ordered struct {
	ID           string      `json:"id"`
	Team         string      `json:"team"`
	Kind         OrderKind   `json:"kind"`
	Status       OrderStatus `json:"status"`
	Placed       time.Time   `json:"placed"`
	Purchaser    string      `json:"purchaser"`
	Product      string      `json:"product"`
	Seats        int         `json:"seats"`
	Tokens       int64       `json:"tokens"`
	Subscription string      `json:"subscription"`
	// Quote is the one that it accepted, empty for none.
	Quote string `json:"quote"`
	// Invoice is empty where none was issued, and Total then zero.
	Invoice string       `json:"invoice"`
	Total   money.Amount `json:"total"`
	// Automatic is set where time brought it about.
	Automatic bool `json:"automatic"`
}

// OrdersShown is a page of orders.
type OrdersShown struct {
	Orders []Ordered `json:"orders"`
	// Next is what to give as after for the next page, empty on the last one.
	Next string `json:"next"`
}

// About names the team, or the actor.
func (q OrdersQuery) About(v *rule.View) (rule.Subject, error) { return aboutTeams(v, q.Team) }

// Answer lists them (BIL-19).
func (q OrdersQuery) Answer(v *rule.View) (OrdersShown, error) {
	page := OrdersShown{Orders: []Ordered{}}
	limit, err := account.PageSize(q.Limit)
	if err != nil {
		return page, err
	}
	if err := checkPeriod(HistoryRule, q.From, q.To); err != nil {
		return page, err
	}
	teams, err := seenIn(v, q.Team, account.SeeInvoices)
	if err != nil {
		return page, err
	}
	v.Cite(HistoryRule, rule.Fig("teams", len(teams)))
	list, err := q.find(v, teams)
	if err != nil {
		return page, err
	}
	var after *Order
	if q.After != "" {
		o, err := orderByID(v, q.After)
		if err != nil {
			return page, err
		}
		if mine, err := o.seen(v); err != nil || !mine {
			return page, orMissing(err, "order", q.After)
		}
		after = &o
	}
	list, more := pageOf(list, latestOrder, after, limit)
	for _, o := range list {
		ordered, err := o.listed(v)
		if err != nil {
			return page, err
		}
		page.Orders = append(page.Orders, ordered)
	}
	if more {
		page.Next = list[len(list)-1].ID
	}
	return page, nil
}

func latestOrder(a, b Order) int { return latest(a.Placed, b.Placed, a.Team, b.Team, a.ID, b.ID) }

func orMissing(err error, what, name string) error {
	if err != nil {
		return err
	}
	return rule.Missing(what, name)
}

func (q OrdersQuery) find(v *rule.View, teams []rule.Stream) ([]Order, error) {
	var list []Order
	for _, team := range teams {
		for o, err := range orders.Scan(v.Tx(), string(team), store.Part{}) {
			if err != nil {
				return nil, err
			}
			if q.Kind != "" && q.Kind != o.Kind || q.Status != "" && q.Status != o.Status || !within(o.Placed, q.From, q.To) {
				continue
			}
			mine, err := o.seen(v)
			if err != nil {
				return nil, err
			}
			if mine {
				list = append(list, o)
			}
		}
	}
	return list, nil
}

// seen reports whether the order is the actor's: they ordered it, or purchase now
// what it is for.
func (o Order) seen(v *rule.View) (bool, error) {
	actor := v.Actor()
	if actor.IsOperator() || o.Purchaser == actor.Person() {
		return true, nil
	}
	id := o.blocked()
	if id == "" {
		return false, nil
	}
	sub, found, err := subscriptions.Get(v.Tx(), string(o.Team), store.String(id))
	return found && sub.Purchaser == actor.Person(), err
}

func (o Order) listed(v *rule.View) (Ordered, error) {
	r := Ordered{
		ID: o.ID, Team: string(o.Team), Kind: o.Kind, Status: o.Status, Placed: o.Placed, Product: o.Product, Seats: o.Seats, Tokens: o.Tokens,
		Subscription: o.Subscription, Quote: o.Quote, Invoice: o.Invoice, Automatic: o.Automatic,
	}
	if o.Invoice != "" {
		i, err := invoiceByID(v, o.Team, o.Invoice)
		if err != nil {
			return r, err
		}
		r.Total = i.Total
	}
	var err error
	r.Purchaser, err = account.EmailOf(v, o.Purchaser)
	return r, err
}

var orderKinds = []OrderKind{NewSubscription, MoreSeats, NextTerm, LargerProduct, MoreTokens, PlanUpgrade, Alignment, Settlement}

// Words returns the words a kind is written with.
func (OrderKind) Words() []string { return account.Words(orderKinds) }

// UnmarshalText takes one of the words.
func (k *OrderKind) UnmarshalText(text []byte) error {
	return account.OneOf(k, OrderKind(text), orderKinds)
}

var orderStatuses = []OrderStatus{OrderPending, OrderCompleted, OrderDeclined, OrderParked, OrderReturned}

// Words returns the words a status is written with.
func (OrderStatus) Words() []string { return account.Words(orderStatuses) }

// UnmarshalText takes one of the words.
func (s *OrderStatus) UnmarshalText(text []byte) error {
	return account.OneOf(s, OrderStatus(text), orderStatuses)
}
