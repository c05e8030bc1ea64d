package report

import (
	"strings"

	"github.com/seatbook/seatbook/money"
)

// Decimal is an amount whose currency stands elsewhere in the row. It is written
// as a bare number, also below zero, so that a spreadsheet adds it up.
type Decimal money.Amount

// String is the amount without its currency. The no-amount is empty.
func (d Decimal) String() string {
	number, _, _ := strings.Cut(money.Amount(d).String(), " ")
	return number
}
