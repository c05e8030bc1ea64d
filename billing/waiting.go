package billing

import "github.com/seatbook/seatbook/rule"

// paying notes on the invoice which order waits for a charge of what is open on
// it, or that none does.
func (o Order) paying(s *rule.Scope, order string) error {
	i, err := invoiceByID(&s.View, o.Team, o.Invoice)
	if err != nil || i.Paying == order {
		return err
	}
	i.Paying = order
	return invoices.Put(s.Tx(), i)
}

// blocked is the subscription that waits while the order does, if any.
func (o Order) blocked() string {
	if o.Kind == LargerProduct {
		return o.Upgraded
	}
	return o.Subscription
}

// block notes on the subscription that an order waits for its charge, or that
// none does: two orders at once would be decided on the same state.
func (o Order) block(s *rule.Scope, order string) error {
	id := o.blocked()
	if id == "" {
		return nil
	}
	sub, err := subscriptionIn(&s.View, o.Team, id)
	if err != nil {
		return err
	}
	sub.Pending = order
	return sub.put(s)
}
