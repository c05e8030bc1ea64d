package billing

import (
	"fmt"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Module returns what this package hands to an engine.
func Module() rule.Module { return withPlans(core()) }

// core is the module without what [withPlans] adds.
func core() rule.Module {
	return rule.Module{
		Name: "billing",
		Rules: []*rule.Rule{
			SelfServiceRule, PurchaseRule, TermRule, AddSeatsRule, ReduceSeatsRule, RenewalRule, RenewalPriceRule, ChangeTermRule,
			AutoRenewRule, ShutOffRule, PaymentRule, UpgradeRule, TrialPurchaseRule, InvoiceRule, MemoRule, TokenPurchaseRule,
			QuoteRule, TaxRule, AskFirstRule, GuardRule, ReturnRule, InvoiceReportRule, HistoryRule, SummaryRule, ContractRule, ResellerRule, SubscriptionReportRule,
		},
		Commands: commands(),
		Queries:  queries(),
		Tables:   []store.Described{methods, charges, refunds, orders, invoices, memos, subscriptions, payers, exemptions, soldBy, quotes},
		Due: []rule.DueWork{
			{Kind: renewals, Do: renewItself, Charges: true},
			{Kind: retries, Do: retry, Charges: true},
			{Kind: refundsAgain, Do: refundAgain, Charges: true},
			{Kind: shutOffs, Do: endSuspension},
			{Kind: stageTurns, Do: enterStage},
			{Kind: opens, Do: tellOpen},
			{Kind: comings, Do: tellComing},
			{Kind: quoteEndings, Do: tellQuoteEnding},
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

// commands are those of this package.
func commands() []rule.Definition {
	return []rule.Definition{
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
		rule.Does[Return]("billing.return", account.ManageSubscription, "gives an order back and its money by the way it was paid"),
		rule.Does[CorrectInvoice]("billing.correct_invoice", account.Operate, "credits an invoice or lines of it, and issues another with the corrected lines"),
		rule.Does[AskRefund]("billing.ask_refund", account.Operate, "asks again to give back money that was refused"),
		rule.Does[RecordRefund]("billing.record_refund", account.Operate, "writes down what the payment provider said of a refund"),
		rule.Does[SetExemption]("billing.set_exemption", account.Operate, "frees a team from tax by its certificate, or not any more"),
		rule.Does[Free]("billing.free", account.Operate, "lets a parked subscription be charged again"),
		rule.Does[AllowSelfService]("billing.allow_self_service", account.Operate, "lets the purchaser manage what was bought from sales, or not any more"),
		rule.Does[CreateQuote]("billing.create_quote", account.Buy, "makes a quote, whose prices hold until its end"),
		rule.Does[AcceptQuote]("billing.accept_quote", account.Buy, "orders what a quote offers, at its prices"),
		rule.Does[DeclineQuote]("billing.decline_quote", account.Buy, "declines a quote"),
		rule.Does[SetReseller]("billing.set_reseller", account.ManageSubscription, "names the reseller of a subscription, and how it is reached"),
		rule.Does[RecordCharge]("billing.record_charge", account.Operate, "writes down what the payment provider said of a charge"),
		rule.Does[AppointPayer]("billing.appoint_payer", account.AppointPayers, "lets a member see and pay a purchaser's invoices"),
		rule.Does[DismissPayer]("billing.dismiss_payer", account.AppointPayers, "ends the appointment of a payer"),
		rule.Does[HandOver]("billing.hand_over", account.ManageSubscription, "hands a purchaser's subscriptions and packs to another admin"),
	}
}

// queries are those of this package.
func queries() []rule.Definition {
	return []rule.Definition{
		rule.Answers[SubscriptionQuery]("billing.subscription", account.SeeSubscriptions, "shows a subscription"),
		rule.Answers[ActionsQuery]("billing.actions", account.SeeSubscriptions, "tells what can be done with a subscription, and why the rest cannot"),
		rule.Answers[QuoteQuery]("billing.quote", account.Buy, "shows a quote"),
		rule.Answers[QuotesQuery]("billing.quotes", account.Buy, "lists and searches the quotes made to the actor"),
		rule.Answers[OrdersQuery]("billing.orders", account.SeeInvoices, "lists what the actor ordered, the latest first"),
		rule.Answers[SubscriptionsQuery]("billing.subscriptions", account.SeeSubscriptions, "lists, searches and filters subscriptions of one team or of all"),
		rule.Answers[ContractsQuery]("billing.contracts", account.SeeSubscriptions, "lists, searches and filters contracts of one team or of all"),
		rule.Answers[ContractExport]("billing.contract_export", account.SeeSubscriptions, "writes one contract as CSV"),
		rule.Answers[LicenceReportQuery]("billing.licence_report", account.SeeSubscriptions, "consolidates several contracts into one licence report"),
		rule.Answers[SummaryQuery]("billing.summary", account.SeeSubscriptions, "gathers open quotes, what ends soon, what is to be paid, subscriptions and contracts"),
		rule.Answers[SubscriptionReportQuery]("billing.subscription_report", account.SeeSubscriptionReport, "reports subscriptions and contracts of a period, page by page"),
		rule.Answers[SubscriptionExport]("billing.subscription_export", account.SeeSubscriptionReport, "writes the report on subscriptions and contracts as CSV"),
		rule.Answers[InvoicesQuery]("billing.invoices", account.SeeInvoices, "lists a team's invoices"),
		rule.Answers[ReturnableQuery]("billing.returnable", account.SeeInvoices, "lists what can still be returned, until when and for how much"),
		rule.Answers[CreditMemosQuery]("billing.credit_memos", account.SeeInvoices, "lists a team's credit memos"),
		rule.Answers[InvoiceReportQuery]("billing.invoice_report", account.SeeInvoices, "lists invoices and credit memos of a period, page by page"),
		rule.Answers[InvoiceExport]("billing.invoice_export", account.SeeInvoices, "writes invoices and credit memos of a period as CSV"),
		rule.Answers[UpgradeGuidanceQuery]("billing.upgrade_guidance", account.SeeSubscriptions, "tells what must be installed again when a subscription is upgraded"),
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
	offered, err := expectQuotes(v, stream)
	if err != nil {
		return nil, err
	}
	items = append(items, offered...)
	return expectRefunds(v, stream, items)
}

// audit checks that every invoice adds up, that what is open on it is never
// below zero, that the paid terms of a subscription follow each other, and that
// no money is made or lost.
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
	return balance(v, stream)
}
