package flex

import "github.com/seatbook/seatbook/rule"

// The rules of tokens.
var (
	PackRule = rule.Declare("FLX-1", "004",
		"Tokens are bought in packs into the team's one balance, valid one year from purchase, with no roll-over.", TokenLife)
	OrderRule = rule.Declare("FLX-2", "004, [pub]",
		"Tokens are taken from the pack that ends first; at the same end from the smaller pack as bought, then the older purchase, then its identifier. A charge may span packs.")
	WindowRule = rule.Declare("FLX-3", "004, [pub]",
		"A daily rate per team, person and product covers 24 hours of elapsed time from the first launch. Reopening, parallel sessions and another release inside it cost nothing. Still in use when it ends: a new charge at that instant. The rate at the window's start holds for the window. "+
			"Launched without naming a team: a seat or trial anywhere wins, else the one team that grants tokens; several are refused.", DayLength)
	ShortRunRule = rule.Declare("FLX-4", "[pub]; hold: decision",
		"Closed within less than 5 minutes: no tokens and no window; the run still shows in usage with 0. Tokens are held at launch and taken at 5 minutes, dated at launch.", ShortRun)
	IdleRule = rule.Declare("FLX-5", "[pub]",
		"Fifteen minutes without activity is idle, in products that support it: the next charge waits until activity returns. What was charged stays charged.", IdleAfter)
	BalanceRule = rule.Declare("FLX-6", "[pub]; session end: decision",
		"A launch needs at least the rate. There is never a debt. At the end of a window with too few tokens the session ends, and the person and the admins are told.")
	PrecedenceRule = rule.Declare("FLX-7", "004",
		"A seat, overlap or trial for the product beats tokens: none are taken. When it ends during a session, tokens begin at that instant. Gaining a seat inside a paid window gives nothing back.")
	GrantRule = rule.Declare("FLX-8", "004",
		"Token access is granted per person, as a list of products. Selecting all, by word or by naming every one there is, is remembered as such and admits products added later, without mail. No list: refused. A personal grant mails the person.")
	DefaultsRule = rule.Declare("FLX-9", "004",
		"A team's token defaults are a list of products for all present and future people, but not guests unless turned on. Later products are not added. Emptying the list turns it off. No mail.")
	TransferRule = rule.Declare("FLX-10", "004, [pub]",
		"A pack's purchaser moves it to another team they administer or buy for: whole packs, bought ones and not complimentary ones, with their ends. Open windows stay paid; people and grants do not move.")
	UsageRule = rule.Declare("FLX-12", "000, 004, [pub]",
		"Usage is reported per day of the window's start in the team's zone, product, release and person, with totals and as a file. "+
			"A balance tells how many tokens were bought, used, are left, held, ended with their packs, and end soon; it is low at or under a share of the live packs' size.", LowBalance, ExpiryAlert)
	AlertRule = rule.Declare("FLX-13", "[pub]",
		"Admins are told at low balance, once per crossing, and before tokens end.", TokenEndNotice)
	SeatReportRule = rule.Declare("REP-1", "000, 001, [pub]",
		"The report on seats has a row for each day in the team's zone on which a person used a release of a product by a seat, an overlap or another right that costs no tokens, also where it was opened on an earlier day. "+
			"Who is in several teams counts in the one whose right it was. The rows are totalled, paged and written as a file; people are hidden when the team says so.")
	TokenReportRule = rule.Declare("REP-2", "000, 004, [pub]",
		"The report on tokens has the columns and the totals of FLX-12, in pages and as a file; people are hidden when the team says so.")
)

// The parameters of the rules of tokens.
var (
	TokenLife      = rule.NewSpan("token-life", "1y")
	DayLength      = rule.NewSpan("day-length", "24h")
	ShortRun       = rule.NewSpan("short-run", "5m")
	IdleAfter      = rule.NewSpan("idle-after", "15m")
	LowBalance     = rule.NewPercent("low-balance", "20%")
	ExpiryAlert    = rule.NewSpan("expiry-alert", "90d")
	TokenEndNotice = rule.NewSpans("token-end-notice", "[90d, 30d, 7d]")
)

// The rules of cloud results and credits, of limits, and of what is told late.
var (
	ResultRule = rule.Declare("FLX-11", "[pub]; ended pack: decision",
		"Cloud results cost a rate per result or per unit, charged at the start, and given back to the packs they came from if no result came. Several jobs submitted together are paid all or none; price, balance and what would remain can be asked beforehand. "+
			"A token given back to a pack that has ended is gone. Who may use tokens is decided as for a launch; a seat, an overlap or a trial does not pay for results.")
	CreditRule = rule.Declare("FLX-14", "001, [pub]",
		"Cloud credits of older contracts: personal before shared, never combined in one charge. Shared ones end after 12 months or with the contract, whichever is first; personal ones do not end.", CreditLife)
	LimitRule = rule.Declare("FLX-15", "users ask for it",
		"An admin may limit the tokens of a person, a product or the team in a day, week or month. A charge that would exceed one is refused, and one in an open session ends it; the admins are told once per period and limit, by the charge after which the same one would not fit again. "+
			"Windows and results count on the day of their start, in the team's zone.", TokenLimit)
	LateRule = rule.Declare("FLX-16", "decision",
		"A launch, a sign of work or a close reported late is taken up to an hour back, beyond it refused; never in the future. It is decided on the state now; only the window's start is dated back, and not into an earlier window, a right that cost nothing, or a time without a rate. Work already done is not undone.", LateEvent)
	CreditReportRule = rule.Declare("REP-3", "001, [pub]",
		"The usage of cloud credits is reported by day in the team's zone, service, person and kind, as rows and as CSV.")
)

// The parameters of credits, of limits, and of what is told late.
var (
	CreditLife = rule.NewSpan("credit-life", "12mo")
	TokenLimit = rule.NewQuota("token-limit", "none")
	LateEvent  = rule.NewSpan("late-event", "1h")
)
