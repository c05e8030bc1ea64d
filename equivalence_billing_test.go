package seatbook_test

import (
	"pgregory.net/rapid"

	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/money"
)

// taxes are what the histories pay beside their invoices.
var taxes = billing.TaxTable{"FR": {Name: "VAT", Rate: 20 * money.Whole / 100}}

var billingCommands = []string{
	"billing.pay_invoice", "billing.pay_invoice", "billing.apply_credit", "billing.set_exemption", "billing.free",
}

// billingStep fills in a command that concerns invoices and the guard.
func billingStep(t *rapid.T, s step, team string, count int) step {
	switch s.name {
	case "billing.pay_invoice":
		s.ref, s.kind = "invoice", "invoice"
		s.n = rapid.IntRange(0, 40).Draw(t, "invoice")
	case "billing.apply_credit":
		s.ref, s.kind, s.args = "credit_memo", "credit_memo", map[string]any{}
		if count > 2 {
			s.args["amount"] = "1.00 USD"
		}
	case "billing.set_exemption":
		s.args = map[string]any{"team": team, "number": []string{"", "FR-1"}[min(max(count, 0), 1)]}
	case "billing.free":
		s.ref, s.kind = "subscription", "subscription"
	}
	return s
}
