package portfolio

import "github.com/seatbook/seatbook/money"

// CountFigure is one of a team's figures that is a whole number.
type CountFigure struct {
	// Name is that of the field in a line of results, Text what it is.
	Name, Text string
	Of         func(*Team) int64
}

// MoneyFigure is one of a team's figures that is money.
type MoneyFigure struct {
	Name, Text string
	Of         func(*Team) []money.Amount
}

// Counts are the whole numbers of a team, in the order of a line of results.
var Counts = []CountFigure{
	{"people", "people at the founding", func(t *Team) int64 { return t.People }},
	{"members", "people at the end", func(t *Team) int64 { return t.Members }},
	{"tokens_bought", "tokens bought", func(t *Team) int64 { return t.TokensBought }},
	{"tokens_used", "tokens used", func(t *Team) int64 { return t.TokensUsed }},
	{"tokens_held", "tokens held", func(t *Team) int64 { return t.TokensHeld }},
	{"tokens_left", "tokens left", func(t *Team) int64 { return t.TokensLeft }},
	{"tokens_wasted", "tokens wasted at expiry", func(t *Team) int64 { return t.TokensWasted }},
	{"seats_bought", "seats bought", func(t *Team) int64 { return t.SeatsBought }},
	{"seat_days_owned", "seat-days owned", func(t *Team) int64 { return t.SeatDaysOwned }},
	{"seat_days_assigned", "seat-days assigned", func(t *Team) int64 { return t.SeatDaysAssigned }},
	{"seat_days_used", "seat-days used", func(t *Team) int64 { return t.SeatDaysUsed }},
	{"seat_days_unused", "seat-days unused", func(t *Team) int64 { return t.SeatDaysUnused }},
	{"renewals", "renewals", func(t *Team) int64 { return t.Renewals }},
	{"payment_failures", "payments failed", func(t *Team) int64 { return t.PaymentFailures }},
	{"shut_offs", "shut-offs", func(t *Team) int64 { return t.ShutOffs }},
	{"lapses", "lapses", func(t *Team) int64 { return t.Lapses }},
	{"stops", "renewals stopped", func(t *Team) int64 { return t.Stops }},
	{"upgrades", "upgrades", func(t *Team) int64 { return t.Upgrades }},
	{"commands", "commands", func(t *Team) int64 { return t.Commands }},
}

// Amounts are the money of a team, in the order of a line of results.
var Amounts = []MoneyFigure{
	{"revenue", "revenue", func(t *Team) []money.Amount { return t.Revenue }},
	{"invoiced", "invoiced", func(t *Team) []money.Amount { return t.Invoiced }},
	{"open", "open", func(t *Team) []money.Amount { return t.Open }},
	{"credited", "credited", func(t *Team) []money.Amount { return t.Credited }},
}
