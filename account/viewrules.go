package account

import "github.com/seatbook/seatbook/rule"

// The rules of what people see of their teams, and of what admins set there.
var (
	ViewRule = rule.Declare("ACC-11", "000, 002, 004",
		"There are four views of a team: by user (name, role, status invited, expired or active, products), by product (seats owned, held, assigned, free; holders), "+
			"by group (number and list of members and products), by permission (admins; who holds which permission and benefits). "+
			"Lists filter by contract or subscription, product, role, status and group, find people by the beginning of a name or address, sort, and page.")
	AreaRule = rule.Declare("ACC-12", "000",
		"Areas go by role. Home, products and services, support, profile and community (profile, contributions, forums, site preferences) are for all; hubs, user management, reports and settings for admins; "+
			"billing and orders for the purchaser, of it the invoices for payers and the subscriptions and contracts for admins; the success centre for everyone in a team with the success plan.")
	HomeRule = rule.Declare("ACC-13", "000",
		"Home shows admins, for each team, the free seats and the active users of each product, and shows everyone what they may use and what to learn about products bought or assigned.",
		ActiveWindow)
	SettingsRule = rule.Declare("ACC-19", "000, [pub]",
		"Settings show the present team and its usage notices: weekly, fortnightly, monthly or quarterly, about people who were inactive for 30 days or 3, 6, 9 or 12 months; and whether reports hide people, each behind a sign of the team's own. The primary admin sets them.",
		UsageNotice)
	ActivityRule = rule.Declare("ACC-20", "[pub]",
		"The activity log shows every change in a team: who, when, what. It shows a year, is filtered by date, kind, person, group and product, and is exported.",
		ActivityLife)
	BenefitRule = rule.Declare("ACC-23", "000, 001",
		"Admins grant or withhold benefits by person and by name: downloads, web support, phone support, previous versions, home use, cloud services. All are granted at first. "+
			"Who has a right to a product only through teams that withhold downloads from them downloads nothing of it. "+
			"A team that withholds cloud services from a person opens no cloud product to them, by seat or by tokens, nor the services inside, nor its hubs; what is open of it ends.")
)

// The parameters of those rules.
var (
	ActiveWindow = rule.NewSpan("active-window", "30d")
	UsageNotice  = rule.NewWord("usage-notice", string(Never), string(Weekly), string(Fortnightly), string(EveryMonth), string(Quarterly))
	ActivityLife = rule.NewSpan("activity-life", "1y")
)
