package billing

import (
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
)

// withPlans adds to the module what concerns plans, payment methods, whole sets of
// subscriptions, and where a subscription stands.
func withPlans(m rule.Module) rule.Module {
	m.Rules = append(m.Rules, PremiumRule, AlignRule, BulkRule)
	m.Commands = append(
		m.Commands,
		rule.Does[EditPaymentMethod]("billing.edit_payment_method", account.OwnPaymentMethods, "puts another token in a payment method's place"),
		rule.Does[RemovePaymentMethod]("billing.remove_payment_method", account.OwnPaymentMethods, "removes a payment method, and puts another in its place"),
		rule.Does[SetDefaultMethod]("billing.set_default_method", account.OwnPaymentMethods, "makes a payment method the one used where none is named"),
		rule.Does[SetSubscriptionMethod]("billing.set_subscription_method", account.ManageSubscription, "names the payment method that a subscription is renewed with"),
		rule.Does[RenewMany]("billing.renew_many", account.Own, "pays the next term of several subscriptions, each on its own"),
		rule.Does[SetAutoRenewMany]("billing.set_auto_renew_many", account.Own, "switches automatic renewal of several subscriptions, each on its own"),
		rule.Does[AlignDates]("billing.align_dates", account.ManageSubscription, "moves subscriptions to the latest of their ends"),
		rule.Does[MoveSubscription]("billing.move_subscription", account.ManageSubscription, "moves a subscription to another team of its purchaser"),
		rule.Does[Undo]("billing.undo", account.ManageSubscription, "takes back a change that waits for the renewal"),
		rule.Does[UpgradePlan]("billing.upgrade_plan", account.Buy, "upgrades a team from the standard plan to premium"),
	)
	m.Queries = append(
		m.Queries,
		rule.Answers[PaymentMethodsQuery]("billing.payment_methods", account.OwnPaymentMethods, "lists a person's payment methods and what each pays for"),
		rule.Answers[QueuedQuery]("billing.queued", account.SeeSubscriptions, "lists the changes that wait for a subscription's renewal"),
		rule.Answers[PlansQuery]("billing.plans", account.SeeSubscriptions, "lists the plans and what each opens"),
	)
	m.Tables = append(m.Tables, movedSubscriptions)
	m.Due = append(m.Due, rule.DueWork{Kind: anniversaries, Do: trueUp, Charges: true})
	return m
}
