package seatbook_test

import (
	"fmt"

	"pgregory.net/rapid"

	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/money"
)

// taxes are what the histories pay beside their invoices.
var taxes = billing.TaxTable{"FR": {Name: "VAT", Rate: 20 * money.Whole / 100}}

var billingCommands = []string{
	"billing.edit_payment_method", "billing.remove_payment_method", "billing.set_default_method", "billing.set_subscription_method",
	"billing.renew_many", "billing.set_auto_renew_many", "billing.align_dates", "billing.move_subscription", "billing.undo", "billing.upgrade_plan",
	"billing.return", "billing.return", "billing.return", "billing.correct_invoice", "billing.correct_invoice",
	"billing.create_quote", "billing.create_quote", "billing.accept_quote", "billing.accept_quote", "billing.accept_quote", "billing.decline_quote",
	"billing.allow_self_service", "billing.set_reseller",
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
	case "billing.return":
		s.ref, s.kind = "order", "order"
		s.n = rapid.IntRange(0, 40).Draw(t, "order")
	case "billing.correct_invoice":
		s.ref, s.kind, s.args = "invoice", "invoice", map[string]any{"reason": "a mistake", "refund": count > 2}
		if count > 1 {
			s.args["lines"] = []map[string]any{{"line": 1, "description": "as agreed", "amount": fmt.Sprintf("%d.00 USD", 10*count)}}
		}
		s.n = rapid.IntRange(0, 40).Draw(t, "invoice")
	case "billing.set_exemption":
		s.args = map[string]any{"team": team, "number": []string{"", "FR-1"}[min(max(count, 0), 1)]}
	case "billing.edit_payment_method":
		s.ref, s.kind, s.args = "payment_method", "payment_method", map[string]any{"token": "tok_new"}
	case "billing.remove_payment_method", "billing.set_default_method":
		s.ref, s.kind = "payment_method", "payment_method"
	case "billing.set_subscription_method":
		s.ref, s.kind = "subscription", "subscription"
	case "billing.renew_many", "billing.align_dates":
		s.ref, s.kind = "subscriptions", "subscription"
	case "billing.set_auto_renew_many":
		s.ref, s.kind, s.args = "subscriptions", "subscription", map[string]any{"on": count > 0}
	case "billing.move_subscription":
		s.ref, s.kind, s.args = "subscription", "subscription", map[string]any{"to": team}
	case "billing.undo":
		s.ref, s.kind, s.args = "subscription", "subscription", map[string]any{"kind": []string{"seats", "term", "auto-renew"}[min(max(count, 0), 2)]}
	case "billing.upgrade_plan":
		s.args = map[string]any{"team": team}
	case "billing.create_quote":
		lines := []map[string]any{{"tokens": 10 * (count + 1)}, {"product": "small", "seats": count, "term": "monthly"}}
		s.args = map[string]any{"team": team, "lines": lines[:1+min(max(count-1, 0), 1)]}
	case "billing.accept_quote", "billing.decline_quote":
		s.ref, s.kind = "quote", "quote"
	case "billing.allow_self_service":
		s.ref, s.kind, s.args = "subscription", "subscription", map[string]any{"on": count > 0}
	case "billing.set_reseller":
		s.ref, s.kind, s.args = "subscription", "subscription", map[string]any{"reseller": map[string]any{"name": "Nord", "contact": fmt.Sprint(count)}}
	case "billing.free":
		s.ref, s.kind = "subscription", "subscription"
	}
	return s
}
