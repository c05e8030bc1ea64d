package billing

// OrderKind says what is ordered.
type OrderKind string

// The kinds of orders.
const (
	NewSubscription OrderKind = "subscription"
	MoreSeats       OrderKind = "seats"
	NextTerm        OrderKind = "renewal"
	LargerProduct   OrderKind = "upgrade"
	MoreTokens      OrderKind = "tokens"
	PlanUpgrade     OrderKind = "plan"
	Alignment       OrderKind = "alignment"
	// Settlement pays what is open on an invoice.
	Settlement OrderKind = "payment"
)

// OrderStatus is what has become of an order.
type OrderStatus string

// What can become of an order.
const (
	OrderPending   OrderStatus = "pending"
	OrderCompleted OrderStatus = "completed"
	OrderDeclined  OrderStatus = "declined"
	// OrderParked is put aside, as there were too many lines in a day (BIL-28).
	OrderParked OrderStatus = "parked"
	// OrderReturned was completed and is taken back (BIL-18).
	OrderReturned OrderStatus = "returned"
)

// returnable says whether orders of a kind can be returned at all. An upgrade
// cannot: the unused worth of what it replaced was credited already.
func (k OrderKind) returnable() bool {
	return k == NewSubscription || k == MoreSeats || k == NextTerm || k == MoreTokens
}
