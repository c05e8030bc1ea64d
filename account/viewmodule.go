package account

import (
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// viewing is the part of the module that shows a team and sets what is shown:
// views, areas, settings, activity and benefits.
func viewing() rule.Module {
	return rule.Module{
		Rules: []*rule.Rule{ViewRule, AreaRule, HomeRule, SettingsRule, ActivityRule, BenefitRule},
		Commands: []rule.Definition{
			rule.Does[SetUsageNotices]("account.set_usage_notices", HandOverPrimary, "sets how often the primary admin is told of inactive people"),
			rule.Does[HidePeople]("account.hide_people", HandOverPrimary, "sets whether a team's reports hide who is in them"),
			rule.Does[GrantBenefit]("account.grant_benefit", ManagePeople, "gives a benefit back that was withheld from a person"),
			rule.Does[WithholdBenefit]("account.withhold_benefit", ManagePeople, "withholds a benefit from a person"),
		},
		Queries: []rule.Definition{
			rule.Answers[PermissionsQuery]("account.permissions", ManagePeople, "shows a team by permission: its admins, and who may and gets what"),
			rule.Answers[AreasQuery]("account.areas", Own, "lists the areas that a person sees"),
			rule.Answers[SettingsQuery]("account.settings", ManagePeople, "shows a team, its usage notices, and whether its reports hide people"),
			rule.Answers[ActivityQuery]("account.activity", ManagePeople, "lists the changes in a team, the last first"),
			rule.Answers[ActivityExport]("account.activity_export", ManagePeople, "writes the changes in a team as CSV"),
			rule.Answers[BenefitsQuery]("account.benefits", OwnOrPeople, "lists a person's benefits"),
		},
		Tables: []store.Described{listings, labels, groupSizes, withheld, usageNotices, hidings},
		Due:    []rule.DueWork{{Kind: usageNoticeDue, Do: tellUsage}},
		Reacts: []rule.Reaction{
			rule.React(listInvited), rule.React(listMember), rule.React(unlistMember), rule.React(unlistInvited), rule.React(labelRole),
			rule.React(endBenefits), rule.React(beginUsageNotices),
		},
	}
}

// with adds what another part of a module has to its lists.
func with(m, part rule.Module) rule.Module {
	m.Rules = append(m.Rules, part.Rules...)
	m.Commands = append(m.Commands, part.Commands...)
	m.Queries = append(m.Queries, part.Queries...)
	m.Tables = append(m.Tables, part.Tables...)
	m.Due = append(m.Due, part.Due...)
	m.Reacts = append(m.Reacts, part.Reacts...)
	m.Provides = append(m.Provides, part.Provides...)
	return m
}
