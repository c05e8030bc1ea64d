package billing

import (
	"cmp"
	"slices"
	"time"

	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Order is a change that costs something, with all it takes to make the change
// once it is paid.
type Order struct {
	Team      rule.Stream
	ID        string
	Kind      OrderKind
	Status    OrderStatus
	Purchaser rule.Person
	Placed    time.Time
	Invoice   string
	Method    string

	// Subscription is the one ordered or changed. Upgraded is the old one of an
	// upgrade.
	Subscription, Upgraded string
	Product                string
	Seats                  int
	Term                   licensing.Term
	Plan                   string
	Channel                Channel
	// Contract is the number of the contract that a new subscription is for, empty
	// where one is made. Reseller and its contact are who sells it.
	Contract, Reseller, ResellerContact string
	// Quote is the one that was accepted by it, if any.
	Quote     string
	AutoRenew bool
	Unit      money.Amount
	// NextUnit is the price of added seats in the next term, where that is paid.
	NextUnit money.Amount
	// Anchor and Months are those that the terms count from once a plan is upgraded
	// or a date aligned, and Until is the date that they come to.
	Anchor time.Time
	Months int
	Until  time.Time
	// Fresh is set where the team is made with the purchase.
	Fresh bool
	// Automatic is set for what time brought about, a renewal or the seats of a
	// plan; Attempt counts the charges of a renewal.
	Automatic bool
	Attempt   int
	// Tokens is how many are bought, Pack what became of them.
	Tokens int64
	Pack   string
	// Credit is what an upgrade gives back, Memo the memo that says so.
	Credit      money.Amount
	CreditLines []Line
	Memo        string
	OverlapEnds time.Time
	// Made is when the change was made, and ReturnBy the first instant at which it
	// cannot be returned any more: zero for what is never returned (BIL-18).
	Made, ReturnBy time.Time
	// Follows is the term that a renewal follows, to which its return goes back, and
	// Instead the term that was to be renewed for before.
	Follows PaidTerm
	Instead licensing.Term
	// Returned is when it was returned, zero while it is not.
	Returned time.Time
}

var orders = store.NewTable("billing.order", func(o *Order) (string, store.Key) { return string(o.Team), store.String(o.ID) })

// ordersOf finds the orders of a subscription.
var ordersOf = orders.Index("subscription", func(o *Order) (store.Key, bool) {
	return store.String(o.Subscription) + rule.IDKey(o.ID), o.Subscription != ""
})

// OrderShown is an order as results show it.
type OrderShown struct {
	ID     string      `json:"id"`
	Kind   OrderKind   `json:"kind"`
	Status OrderStatus `json:"status"`
}

func (o Order) shown() OrderShown { return OrderShown{ID: o.ID, Kind: o.Kind, Status: o.Status} }

func orderByID(v *rule.View, id string) (Order, error) {
	team, ok := rule.StreamOfID("ord", id)
	if !ok {
		return Order{}, rule.Missing("order", id)
	}
	o, found, err := orders.Get(v.Tx(), string(team), store.String(id))
	if err == nil && !found {
		err = rule.Missing("order", id)
	}
	return o, err
}

// place writes the order and its invoice. What costs nothing, or is paid on
// account, is fulfilled at once; for everything else a charge is promised. An
// order that has too many lines for the day is put aside.
func (o Order) place(s *rule.Scope, lines []Line) (Order, error) {
	method, err := methodFor(&s.View, o.Purchaser, o.Team, o.Method)
	if rule.AsRefusal(err) != nil && o.blocked() != "" && o.Method != "" {
		method, err = methodFor(&s.View, o.Purchaser, o.Team, "")
	}
	if err != nil {
		return o, err
	}
	if o.ID, err = s.NewID("ord", o.Team); err != nil {
		return o, err
	}
	o.Status, o.Placed, o.Method = OrderPending, s.Now(), method.ID
	if id := o.blocked(); id != "" {
		sub, team, err := o.subscription(s)
		if err != nil {
			return o, err
		}
		sub = sub.guard(s, team.Location(), len(lines))
		if err := sub.put(s); err != nil {
			return o, err
		}
		if !sub.Parked.IsZero() {
			o.Status = OrderParked
			return o, orders.Put(s.Tx(), o)
		}
	}
	invoice, err := issue(s, o, lines, method.Kind == OnInvoice)
	if err != nil {
		return o, err
	}
	o.Invoice = invoice.ID
	due, err := o.toPay(invoice)
	if err != nil {
		return o, err
	}
	if err := o.affordable(s, method, invoice.Total); err != nil {
		return o, err
	}
	s.Cite(PurchaseRule, rule.Fig("to pay", due), rule.Fig("by", string(method.Kind)))
	s.Cite(AskFirstRule, rule.Fig("charge", due))
	if due.IsZero() || method.Kind == OnInvoice {
		return o.fulfil(s)
	}
	if err := o.block(s, o.ID); err != nil {
		return o, err
	}
	return o, o.charge(s, method, due)
}

// affordable refuses to charge a card or PayPal more than the limit, tax
// included; exactly the limit is allowed (BIL-15).
func (o Order) affordable(s *rule.Scope, method Method, total money.Amount) error {
	limit, limited := cardLimitIn(&s.View, total.Currency())
	if o.Automatic || !limited || method.Kind != Card && method.Kind != PayPal {
		return nil
	}
	s.Cite(QuoteRule, rule.Fig("total", total), rule.Fig("card-limit", limit))
	above, err := total.Cmp(limit)
	if err != nil || above <= 0 {
		return err
	}
	return rule.Refusef(rule.Invalid, QuoteRule, "%s is more than %s, above which no card and no PayPal is taken; ask for a quote, or pay by direct debit or on account", total, limit).
		With(rule.Fig("total", total), rule.Fig("card-limit", limit)).To("support")
}

// toPay is what is open on the invoice less the credit that the order brings.
func (o Order) toPay(i Invoice) (money.Amount, error) {
	open, err := i.Open()
	if err != nil || o.Credit.Currency() == "" {
		return open, err
	}
	part, err := money.Min(o.Credit, open)
	if err != nil {
		return open, amountRefusal(err)
	}
	return open.Sub(part)
}

// charge promises to ask the payment method for money.
func (o Order) charge(s *rule.Scope, method Method, due money.Amount) error {
	id, err := s.NewID("chg", o.Team)
	if err != nil {
		return err
	}
	c := Charge{
		Team: o.Team, ID: id, Order: o.ID, Invoice: o.Invoice, Method: method.ID, Kind: method.Kind, Token: method.Token, Amount: due, At: s.Now(),
	}
	if err := charges.Put(s.Tx(), c); err != nil {
		return err
	}
	s.Promise(id)
	if err := o.paying(s, o.ID); err != nil {
		return err
	}
	return orders.Put(s.Tx(), o)
}

// paid notes the payment on the invoice and fulfils the order.
func (o Order) paid(s *rule.Scope, amount money.Amount) (Order, error) {
	i, err := invoiceByID(&s.View, o.Team, o.Invoice)
	if err != nil {
		return o, err
	}
	if i.Paid, err = i.Paid.Add(amount); err != nil {
		return o, err
	}
	i.Paying = ""
	if err := invoices.Put(s.Tx(), i); err != nil {
		return o, err
	}
	return o.fulfil(s)
}

// decline undoes the order: nothing is granted and the invoice is cancelled. A
// renewal that time brought about is tried again (BIL-10), and an invoice that
// was to be paid stays open.
func (o Order) decline(s *rule.Scope) (Order, error) {
	if err := o.block(s, ""); err != nil {
		return o, err
	}
	if err := o.paying(s, ""); err != nil {
		return o, err
	}
	if o.Automatic && o.Kind == NextTerm {
		return o.retryLater(s)
	}
	if o.Automatic {
		if err := o.tellUnpaid(s); err != nil {
			return o, err
		}
	}
	return o.cancel(s)
}

func (o Order) cancel(s *rule.Scope) (Order, error) {
	i, err := invoiceByID(&s.View, o.Team, o.Invoice)
	if err != nil {
		return o, err
	}
	if o.Kind != Settlement {
		i.Cancelled = s.Now()
		if err := invoices.Put(s.Tx(), i); err != nil {
			return o, err
		}
		if err := i.freeCredit(s); err != nil {
			return o, err
		}
	}
	o.Status = OrderDeclined
	return o, orders.Put(s.Tx(), o)
}

// fulfil makes the change that was ordered, and tells of it.
func (o Order) fulfil(s *rule.Scope) (Order, error) {
	var err error
	switch o.Kind {
	case NewSubscription:
		o, err = o.fulfilPurchase(s)
	case MoreSeats:
		o, err = o.fulfilSeats(s)
	case NextTerm:
		o, err = o.fulfilRenewal(s)
	case LargerProduct:
		o, err = o.fulfilUpgrade(s)
	case MoreTokens:
		o, err = o.fulfilTokens(s)
	case PlanUpgrade:
		o, err = o.fulfilPlan(s)
	case Alignment:
		o, err = o.fulfilAlignment(s)
	case Settlement:
		o, err = o.fulfilSettlement(s)
	}
	if err != nil {
		return o, err
	}
	o.Status = OrderCompleted
	if o, err = o.opensReturn(s); err != nil {
		return o, err
	}
	if err := orders.Put(s.Tx(), o); err != nil || o.Kind == Settlement {
		return o, err
	}
	return o, o.invoiced(s)
}

// invoiced tells of the order and its invoice. Where that is to be paid on
// account, the subscription stands on it (BIL-10).
func (o Order) invoiced(s *rule.Scope) error {
	i, err := invoiceByID(&s.View, o.Team, o.Invoice)
	if err != nil {
		return err
	}
	open, err := i.Open()
	if err != nil {
		return err
	}
	if o.Subscription != "" {
		i.Subscription = o.Subscription
		if i.Terms, err = o.paysFor(&s.View, i); err != nil {
			return err
		}
		if err := invoices.Put(s.Tx(), i); err != nil {
			return err
		}
	}
	if o.Subscription != "" && !i.Due.IsZero() && !open.IsZero() {
		sub, err := subscriptionIn(&s.View, o.Team, o.Subscription)
		if err != nil {
			return err
		}
		if err := sub.owe(i).keep(s); err != nil {
			return err
		}
	}
	if err := o.tell(s); err != nil {
		return err
	}
	return i.tell(s)
}

// declined is the refusal of a command whose charge was declined.
func (o Order) declined() error {
	if o.Status == OrderParked {
		return parked(o.blocked())
	}
	if o.Status != OrderDeclined {
		return nil
	}
	return rule.Refuse(rule.PaymentDeclined, PurchaseRule, "the payment was declined: nothing was granted and the invoice is cancelled",
		rule.Fig("order", o.ID), rule.Fig("invoice", o.Invoice))
}

// final returns the order as it stands once its charge was answered.
func final(v *rule.View, id string) (Order, error) {
	o, err := orderByID(v, id)
	switch {
	case err != nil:
		return o, err
	case o.Status == OrderPending:
		return o, ErrUnanswered
	}
	return o, o.declined()
}

func showInvoices(v *rule.View, all []Invoice) ([]InvoiceShown, error) {
	slices.SortStableFunc(all, func(a, b Invoice) int { return cmp.Or(a.Issued.Compare(b.Issued), rule.CompareIDs(a.ID, b.ID)) })
	list := []InvoiceShown{}
	for _, i := range all {
		shown, err := i.shown(v.Now())
		if err != nil {
			return nil, err
		}
		list = append(list, shown)
	}
	return list, nil
}
