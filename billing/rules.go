package billing

import (
	"fmt"

	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
)

// The rules of money.
var (
	SelfServiceRule = rule.Declare("BIL-1", "003, 001",
		"Self-service holds for what was bought directly, and from sales where that is switched on, in the countries listed; not for maintenance plans, older systems, resellers and retired products. Otherwise the reason and whom to contact are told.",
		SelfServiceCountries, SeatsCountries, TermCountries, SelfServiceSales)
	PurchaseRule = rule.Declare("BIL-2", "[pub]",
		"Buying makes an order, an invoice and a subscription with seats. Declined by the provider, nothing is granted. It lands in the buyer's team: administering none, one is made; one, that; several, one must be named. The buyer becomes purchaser.")
	TermRule = rule.Declare("BIL-3", "003",
		"Terms are monthly, annual and three years.")
	AddSeatsRule = rule.Declare("BIL-4", "003",
		"Seats are added at any time to an active eligible subscription, at once, at today's new price for the rest of the term, ending with it; when the next term is already paid, a second line for it whole. All seats renew together.")
	ReduceSeatsRule = rule.Declare("BIL-5", "[pub]",
		"Seats are reduced at any time, effective at the renewal.", SeatsMin)
	RenewalRule = rule.Declare("BIL-6", "003, 001, [pub]",
		"Renewal opens 90 days before the end of the last paid term. The new term begins where the old one ends, whatever the day of payment; one term ahead at most. After the end it can be renewed for 45 days (annual, three years) or 30 (monthly), still counted from the old end. The purchaser is told when it opens and before the end comes.",
		RenewalNotice, EarlyRenewal, LateRenewalLong, LateRenewalMonthly)
	RenewalPriceRule = rule.Declare("BIL-7", "003",
		"The renewal price is kept when renewed by hand before the end, also with another term, and by automatic renewal; renewed by hand at or after the end, the price for new buyers. Where no renewal price is listed, the new price holds.",
		RenewalPriceExclusions)
	ChangeTermRule = rule.Declare("BIL-8", "003",
		"The term can be changed, effective at the renewal, and changed again before.")
	AutoRenewRule = rule.Declare("BIL-9", "003",
		"Automatic renewal charges a new term at the end of the old. Cancelled any time before: access to the end and nothing charged. It can be put back on.")
	ShutOffRule = rule.Declare("BIL-10", "[pub], 003; days: decision",
		"A failed renewal charge is tried again some days later. From the earlier of the term's end if not renewed and the due date of an unpaid invoice: expired with access, then suspended without access, assignments kept, then cancelled. Paying in time restores everything.",
		RetryDays, ExpiredAccess, SuspendedLong, SuspendedMonthly)
	PaymentRule = rule.Declare("BIL-11", "000, 003",
		"Payment methods are cards, PayPal, direct debit and invoice; they are added, edited and removed, one is the default, and a subscription can name another. Only a provider's token and the last four digits are kept; card-like numbers in any text are refused. One that a live subscription is paid with is not removed without another in its place.",
		NetTerms)
	PremiumRule = rule.Declare("BIL-13", "002, [pub]",
		"A primary or secondary admin upgrades the standard plan to premium, at once and prorated: one premium seat for each seat of an eligible product on the standard plan, in terms that count from the oldest of those subscriptions. Seats added since are charged at each anniversary, for what is left of the term; fewer seats count at the renewal. The table of plans says what each opens: level of support, success centre, functions of administration.",
		PlanFunctions)
	AlignRule = rule.Declare("BIL-24", "[pub]; price, anchor: decision",
		"Active subscriptions of the same team, purchaser, term and payment method move to the latest of their ends, less than one term on. The days between are charged at the price of a renewal, prorated. From then on all of them count from the anchor of the one that ended last.")
	BulkRule = rule.Declare("BIL-25", "[pub]",
		"Several subscriptions are renewed, or their automatic renewal switched, in one go. Each succeeds or fails on its own, with the reason, and nothing is kept of one that failed.",
		BulkMax)
	UpgradeRule = rule.Declare("BIL-12", "002",
		"All seats are upgraded: an LT product to its full product, a product to a collection that holds it. The new subscription has the same anchor and end; the unused worth of the old is a credit memo, never more than was paid, applied to the new invoice.")
	TrialPurchaseRule = rule.Declare("BIL-14", "000",
		"Buying the product that one tries ends the trial: same person, same product, no reinstall.")
	QuoteRule = rule.Declare("BIL-15", "000, [pub]",
		"A quote is open until it is accepted or declined, and expired at its end. It has a number, lines and a total with tax. Accepting it makes an order for each line at the quoted price, whatever the catalogue asks by then; a line whose payment is declined stays open. "+
			"The person quoted is told before the end. Above the limit, tax included, no card and no PayPal is taken; exactly the limit is allowed. Each currency has its own; one without a limit has none.", QuoteLife, QuoteNotice, CardLimit, CardLimits)
	InvoiceRule = rule.Declare("BIL-16", "000",
		"Invoices are open, paid, cancelled or past due, with lines that say how each amount was made. They are never edited.")
	MemoRule = rule.Declare("BIL-17", "000",
		"Credit memos are applied in whole or part to open invoices of the same currency; never more than what is left of either.")
	HistoryRule = rule.Declare("BIL-19", "000",
		"Orders are listed, the latest first, and subscriptions and contracts are listed, searched, filtered by product, team, state, end date and purchaser, sorted and paged, in one team or in all that one sees.")
	SummaryRule = rule.Declare("BIL-20", "000",
		"The summary shows open quotes, subscriptions that end soon, payments due and unpaid invoices, then the subscriptions and contracts.", EndingSoon)
	ContractRule = rule.Declare("BIL-21", "000, 001",
		"A contract has a number, given or made at the purchase, and its channel, reseller, purchaser, period and subscriptions. It is exported by itself, and several of them as one licence report.")
	ResellerRule = rule.Declare("BIL-22", "001",
		"What was bought from a reseller shows how that is reached, at buying and at renewing.")
	ReturnRule = rule.Declare("BIL-18", "003, [pub]",
		"What is bought, renewed or added can be returned within days, once: the money goes back the way it was paid, what is not paid is credited, and access ends. Longer terms and packs have the longer days. A pack of which any token was used is not returned. From a reseller, the reseller is asked.",
		ReturnMonthly, ReturnLong)
	TokenPurchaseRule = rule.Declare("BIL-23", "004, [pub]",
		"Tokens are bought at a price by volume, at least a minimum, and make a pack in the team named.", TokenMinimum)
	TaxRule = rule.Declare("BIL-26", "decision",
		"Tax is a line of its own, by a rate per country and customer. Without a provider nobody pays any.")
	InvoiceReportRule = rule.Declare("REP-6", "000",
		"Invoices and credit memos are reported by number, date, status, lines, total and what is open, to the purchaser and their payers.")
	AskFirstRule = rule.Declare("BIL-27", "003",
		"Every charge can be asked first; the same command at the same instant charges exactly that.")
	GuardRule = rule.Declare("BIL-28", "decision",
		"Billing that runs again for an instant makes nothing. More invoice lines in a day than stated park the subscription, while the others go on, until the operator frees it.",
		LinesPerDay)
	SubscriptionReportRule = rule.Declare("REP-5", "000, 001, [pub]",
		"The report on subscriptions and contracts has a row for each subscription that ran in the period: contract, product, seats, how many are assigned, term, begin, end, automatic renewal and reseller. Admins and purchasers see it, in pages and as a file.")
)

// The parameters of the rules of money.
var (
	SelfServiceCountries   = rule.NewList("self-service-countries", europeAndMore, twoLetters)
	SeatsCountries         = rule.NewList("seats-countries", europeAndMore, twoLetters)
	TermCountries          = rule.NewList("term-countries", europeAndMore, twoLetters)
	SelfServiceSales       = rule.NewWord("self-service-sales", "off", "on")
	SeatsMin               = rule.NewCount("seats-min", 1, 1, MaxSeats)
	EarlyRenewal           = rule.NewSpan("early-renewal", "90d")
	LateRenewalLong        = rule.NewSpan("late-renewal-long", "45d")
	LateRenewalMonthly     = rule.NewSpan("late-renewal-monthly", "30d")
	RenewalPriceExclusions = rule.NewList("renewal-price-exclusions", "[]", nil)
	RetryDays              = rule.NewList("retry-days", "[1, 3, 5, 7]", dayCount)
	ExpiredAccess          = rule.NewSpan("expired-access", "15d")
	SuspendedLong          = rule.NewSpan("suspended-long", "30d")
	SuspendedMonthly       = rule.NewSpan("suspended-monthly", "15d")
	NetTerms               = rule.NewSpan("net-terms", "30d")
	CardLimit              = rule.NewMoney("card-limit", "25000.00 USD")
	CardLimits             = rule.NewList("card-limits", "[]", positiveAmount)
	RenewalNotice          = rule.NewSpans("renewal-notice", "[30d, 7d]")
	BulkMax                = rule.NewCount("bulk-max", 100, 1, 10_000)
	PlanFunctions          = rule.NewList("plan-functions", "[premium=single-sign-on, premium=usage-by-person]", checkPlanFunction)
	LinesPerDay            = rule.NewCount("lines-per-day", 100, 1, 1_000_000)
	QuoteLife              = rule.NewSpan("quote-life", "30d")
	QuoteNotice            = rule.NewSpan("quote-notice", "7d")
	EndingSoon             = rule.NewSpan("ending-soon", "90d")
	ReturnMonthly          = rule.NewSpan("return-monthly", "15d")
	ReturnLong             = rule.NewSpan("return-long", "30d")
	TokenMinimum           = rule.NewCount("token-minimum", 100, 1, 1_000_000)
)

// europeAndMore are the countries in which self-service is offered at first.
const europeAndMore = "[US, CA, AU, AT, BE, BG, CH, CY, CZ, DE, DK, EE, ES, FI, FR, GB, GR, HR, HU, IE, IS, IT, LI, LT, LU, LV, MT, NL, NO, PL, PT, RO, SE, SI, SK]"

func twoLetters(word string) error {
	if len(word) != 2 {
		return fmt.Errorf("%q is no country: it takes two capital letters", word)
	}
	return nil
}

// positiveAmount takes an amount such as 20000.00 EUR.
func positiveAmount(text string) error {
	a, err := money.Parse(text)
	if err == nil && a.Sign() <= 0 {
		err = fmt.Errorf("%s is no limit: it is more than nothing", a)
	}
	return err
}

// cardLimitIn is the most that a card or PayPal pays at once in a currency, and false
// where there is none. Of several amounts in one currency the first counts.
func cardLimitIn(v *rule.View, currency money.Currency) (money.Amount, bool) {
	limits := []money.Amount{CardLimit.Of(v)}
	for _, text := range CardLimits.Of(v) {
		if limit, err := money.Parse(text); err == nil {
			limits = append(limits, limit)
		}
	}
	for _, limit := range limits {
		if limit.Currency() == currency {
			return limit, true
		}
	}
	return money.Amount{}, false
}

func dayCount(word string) error {
	_, err := days(word)
	return err
}
