package billing

import (
	"fmt"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Module returns what this package hands to an engine.
func Module() rule.Module {
	return rule.Module{
		Name: "billing",
		Rules: []*rule.Rule{
			SelfServiceRule, PurchaseRule, TermRule, AddSeatsRule, ReduceSeatsRule, RenewalRule, RenewalPriceRule, ChangeTermRule,
			AutoRenewRule, ShutOffRule, PaymentRule, UpgradeRule, TrialPurchaseRule, InvoiceRule, MemoRule, TokenPurchaseRule,
			QuoteRule, TaxRule, GuardRule,
		},
		Commands: []rule.Definition{
			rule.Does[AddPaymentMethod]("billing.add_payment_method", account.OwnPaymentMethods, "adds a way to pay"),
			rule.Does[Purchase]("billing.purchase", account.Buy, "buys a subscription"),
			rule.Does[AddSeats]("billing.add_seats", account.ManageSubscription, "adds seats at once, for the rest of the term"),
			rule.Does[ReduceSeats]("billing.reduce_seats", account.ManageSubscription, "reduces the seats from the renewal on"),
			rule.Does[Renew]("billing.renew", account.ManageSubscription, "pays the next term by hand"),
			rule.Does[ChangeTerm]("billing.change_term", account.ManageSubscription, "changes the term from the renewal on"),
			rule.Does[SetAutoRenew]("billing.set_auto_renew", account.ManageSubscription, "switches automatic renewal on or off"),
			rule.Does[Upgrade]("billing.upgrade", account.ManageSubscription, "replaces a subscription by one for a larger product"),
			rule.Does[BuyTokens]("billing.buy_tokens", account.Buy, "buys a pack of tokens"),
			rule.Does[PayInvoice]("billing.pay_invoice", account.SeeInvoices, "pays what is open on an invoice"),
			rule.Does[ApplyCredit]("billing.apply_credit", account.SeeInvoices, "applies a credit memo to open invoices"),
			rule.Does[SetExemption]("billing.set_exemption", account.Operate, "frees a team from tax by its certificate, or not any more"),
			rule.Does[Free]("billing.free", account.Operate, "lets a parked subscription be charged again"),
			rule.Does[RecordCharge]("billing.record_charge", account.Operate, "writes down what the payment provider said of a charge"),
			rule.Does[AppointPayer]("billing.appoint_payer", account.AppointPayers, "lets a member see and pay a purchaser's invoices"),
			rule.Does[DismissPayer]("billing.dismiss_payer", account.AppointPayers, "ends the appointment of a payer"),
			rule.Does[HandOver]("billing.hand_over", account.ManageSubscription, "hands a purchaser's subscriptions and packs to another admin"),
		},
		Queries: []rule.Definition{
			rule.Answers[SubscriptionQuery]("billing.subscription", account.SeeSubscriptions, "shows a subscription"),
			rule.Answers[InvoicesQuery]("billing.invoices", account.SeeInvoices, "lists a team's invoices"),
			rule.Answers[UpgradeGuidanceQuery]("billing.upgrade_guidance", account.SeeSubscriptions, "tells what must be installed again when a subscription is upgraded"),
		},
		Tables: []store.Described{methods, charges, orders, invoices, memos, subscriptions, payers, exemptions},
		Due: []rule.DueWork{
			{Kind: renewals, Do: renewItself, Charges: true},
			{Kind: retries, Do: retry, Charges: true},
			{Kind: shutOffs, Do: endSuspension},
			{Kind: stageTurns, Do: enterStage},
			{Kind: opens, Do: tellOpen},
			{Kind: comings, Do: tellComing},
		},
		Reacts: []rule.Reaction{rule.React(dropPayers), rule.React(moveContract)},
		Provides: []rule.Provided{
			account.PurchaseService.Provide(purchases{}), account.PlanService.Provide(plans{}), account.ContractService.Provide(contracts{}),
			account.RemovalService.Provide(removals{}), TaxService.Provide(TaxTable{}),
		},
		Expect: expect,
		Audit:  audit,
		Checks: checks(),
	}
}

// expect lists what must be queued for the stream's subscriptions.
func expect(v *rule.View, stream rule.Stream) ([]rule.Item, error) {
	var items []rule.Item
	for s, err := range subscriptions.Scan(v.Tx(), string(stream), store.Part{}) {
		if err != nil {
			return nil, err
		}
		team, err := account.TeamByHandle(v, stream)
		if err != nil {
			return nil, err
		}
		items = append(items, s.agenda(v, team.Location())...)
	}
	return items, nil
}

// audit checks that every invoice adds up, that what is open on it is never
// below zero, and that the paid terms of a subscription follow each other.
func audit(v *rule.View, stream rule.Stream) error {
	for i, err := range invoices.Scan(v.Tx(), string(stream), store.Part{}) {
		if err != nil {
			return err
		}
		open, err := i.Open()
		if err != nil {
			return err
		}
		if open.Sign() < 0 {
			return fmt.Errorf("billing: %s is open on the invoice %s", open, i.ID)
		}
		for _, l := range i.Lines {
			if i.Total, err = i.Total.Sub(l.Amount); err != nil {
				return err
			}
		}
		if !i.Total.IsZero() {
			return fmt.Errorf("billing: the total of the invoice %s is %s more than its lines", i.ID, i.Total)
		}
	}
	for s, err := range subscriptions.Scan(v.Tx(), string(stream), store.Part{}) {
		if err != nil {
			return err
		}
		for n, t := range s.Terms {
			if !t.Starts.Before(t.Ends) || n > 0 && !t.Starts.Equal(s.Terms[n-1].Ends) {
				return fmt.Errorf("billing: the terms of %s overlap or leave a gap at %s", s.ID, rule.Show(t.Starts))
			}
		}
	}
	return nil
}
