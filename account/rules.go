package account

import "github.com/seatbook/seatbook/rule"

// The rules of people and teams.
var (
	RoleRule = rule.Declare("ACC-2", "000, 001, [pub]",
		"A team has exactly one primary admin, any number of secondary admins and SSO admins, users, and guests. Who makes the team is its primary admin. Nobody is invited as primary.")
	PrimaryRule = rule.Declare("ACC-3", "[pub]",
		"Only a secondary admin can become primary; the former primary then becomes secondary. The primary can be neither removed nor demoted while primary. Guests hold no admin role.")
	PurchaserRule = rule.Declare("ACC-5", "001, [pub]",
		"The purchaser is the member who bought a subscription, independent of primary, and owns its billing. They appoint up to so many payers in a team, who see and pay their invoices only. "+
			"They, or the operator, hand what they bought for a team to another admin of it; stored payment methods do not go along. A purchaser of live subscriptions cannot be removed before.",
		Payers)
	InvitationRule = rule.Declare("ACC-6", "004, [pub]",
		"An invitation can be accepted for 7 days; sending it again ends the old one and starts 7 new days. A used, replaced or expired one opens nothing. "+
			"90 days after the last sending without an answer the person must be added anew. It may name products and groups, whose seats are held while it is open, "+
			"given at acceptance and free again at the instant it ends. The role is checked again at acceptance. Who accepts by secret gets one uniform refusal.",
		InvitationLife, InvitationPurge, InvitesPerDay)
	AddingRule = rule.Declare("ACC-7", "001",
		"Only admins add people, one by one or by import; end users cannot make team accounts for themselves.")
	ImportRule = rule.Declare("ACC-8", "001, 004, [pub]",
		"People are imported by CSV with first name, last name, e-mail (header optional), optionally with products and groups to assign. People already in the team are skipped, not failed; "+
			"bad rows are reported with line and reason, the good ones go in. New people get their invitation; the assignments made by import send no mail.",
		ImportRows)
	RemovalRule = rule.Declare("ACC-9", "[pub]",
		"Removing a person from a team ends their seats, token access, group and hub memberships, grants and access to cases there, in one transaction; the login and other teams stay. A preview lists what will end.")
	GroupRule = rule.Declare("ACC-10", "000, 001, [pub]",
		"Groups live in one team. What is granted to a group is granted to its members, present and future. Grants add up; the same product from several sources takes one seat. "+
			"A group's product cannot be taken from one member alone; who leaves a group loses what only the group gave.")
	NoticeRule = rule.Declare("ACC-22", "002, 004, [pub]",
		"Mail follows the table of notices, in the recipient's language, and honours their preferences unless the kind is mandatory.")
	ProfileRule = rule.Declare("ACC-14", "000, 001",
		"A profile has personal details, language, zone, e-mail preferences, and security: a second step at sign-in, and the devices that are trusted without it. A flag asks for the language to be confirmed at first sign-in and blocks nothing. "+
			"The postal address cannot be changed by self-service: a refusal names support and the reseller; where that is switched on, customers are told once.",
		AddressSelfService)
)

// The parameters of the rules of people and teams.
var (
	InvitationLife  = rule.NewSpan("invitation-life", "7d")
	InvitationPurge = rule.NewSpan("invitation-purge", "90d")
	Payers          = rule.NewCount("payers", 5, 0, 1000)
	ImportRows      = rule.NewCount("import-rows", 5000, 1, MaxUsers)
	InvitesPerDay   = rule.NewCount("invites-per-day", 10000, 1, 1000000)

	AddressSelfService = rule.NewWord("address-self-service", "off", "on")
)
