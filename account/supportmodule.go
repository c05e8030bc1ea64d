package account

import (
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// supportModule is what hubs, support and the success centre add to the module.
func supportModule(m rule.Module) rule.Module {
	m.Rules = append(m.Rules, HubRule, SupportRule, ResponseRule, SuccessRule)
	m.Commands = append(
		m.Commands,
		rule.Does[CreateHub]("account.create_hub", CreateHubs, "makes a hub of a team"),
		rule.Does[EnterHub]("account.enter_hub", EnterHubs, "lets a person enter a hub"),
		rule.Does[AddToHub]("account.add_to_hub", CreateHubs, "adds a person to a hub, a stranger as guest"),
		rule.Does[RemoveFromHub]("account.remove_from_hub", CreateHubs, "takes a person out of a hub"),
		rule.Does[OpenCase]("account.open_case", Own, "asks the support, which first offers what needs no agent"),
		rule.Does[ReplyCase]("account.reply_case", SupportCases, "adds a reply to a support case"),
		rule.Does[CloseCase]("account.close_case", SupportCases, "closes a support case"),
		rule.Does[ShareCase]("account.share_case", SupportCases, "shares a support case with the reseller"),
		rule.Does[UnshareCase]("account.unshare_case", SupportCases, "no longer shares a support case"),
		rule.Does[NamePhoneUser]("account.name_phone_user", ManageSupport, "names who may telephone the support"),
		rule.Does[RemovePhoneUser]("account.remove_phone_user", ManageSupport, "no longer lets a person telephone"),
		rule.Does[DelegateCases]("account.delegate_cases", ManageSupport, "lets a member see the cases of the purchase"),
		rule.Does[UndelegateCases]("account.undelegate_cases", ManageSupport, "takes that back"),
		rule.Does[SetUpSingleSignOn]("account.set_up_single_sign_on", SetUpSignOn, "sets up single sign-on for the people of a domain"),
		rule.Does[SetSupportContacts]("account.set_support_contacts", Operate, "names the people who look after a team"),
		rule.Does[ContactSuccessManager]("account.contact_success_manager", SuccessAffairs, "writes to the success manager"),
		rule.Does[AddLearningPlan]("account.add_learning_plan", SuccessAffairs, "sets up a learning plan"),
		rule.Does[BookCoaching]("account.book_coaching", SuccessAffairs, "books a coaching session"),
	)
	m.Queries = append(
		m.Queries,
		rule.Answers[HubsQuery]("account.hubs", ManagePeople, "lists the hubs of a team"),
		rule.Answers[HubQuery]("account.hub", ManagePeople, "shows a hub with its people"),
		rule.Answers[SupportQuery]("account.support", Own, "tells a person's support: level, channels, open cases"),
		rule.Answers[CasesQuery]("account.cases", Own, "lists support cases that one may see"),
		rule.Answers[CaseQuery]("account.case", SupportCases, "shows a support case with its replies"),
		rule.Answers[SingleSignOnQuery]("account.single_sign_on", ManagePeople, "shows how single sign-on is set up"),
		rule.Answers[SuccessQuery]("account.success_centre", SuccessAffairs, "shows the success centre of a team"),
	)
	m.Tables = append(m.Tables, hubs, hubMembers, signOns, supportContacts, cases, caseReplies, appointments, successEntries)
	m.Reacts = append(m.Reacts, rule.React(dropHubs), rule.React(dropHubGuest), rule.React(dropAppointments))
	m.Provides = append(m.Provides, RemovalService.Provide(supportRemovals{}))
	before := m.Audit
	m.Audit = func(v *rule.View, stream rule.Stream) error {
		for _, check := range []func(*rule.View, rule.Stream) error{before, auditHubs, auditAppointments} {
			if err := check(v, stream); err != nil {
				return err
			}
		}
		return nil
	}
	return m
}

// supportRemovals tells what of hubs and support ends with a membership.
type supportRemovals struct{}

// Removes implements [Removals]: the hubs, what a purchaser named the person
// for, whom they named as purchaser, and the cases that they no longer see.
func (supportRemovals) Removes(v *rule.View, team rule.Stream, person rule.Person) ([]Ending, error) {
	ends := []Ending{}
	for m, err := range hubsOf.Scan(v.Tx(), string(team), store.Part{Prefix: store.String(person)}) {
		if err != nil {
			return nil, err
		}
		ends = append(ends, Ending{What: "hub", Name: m.Hub})
	}
	for a, err := range appointmentsOf.Scan(v.Tx(), string(team), store.Part{Prefix: store.String(person)}) {
		if err != nil {
			return nil, err
		}
		ends = append(ends, Ending{What: "support", Name: string(a.As)})
	}
	named, err := namedBy(v, team, person)
	if err != nil {
		return nil, err
	}
	ends = append(ends, named...)
	seen, err := sightOf(v, team, person)
	if err != nil {
		return nil, err
	}
	for c, err := range openCases.Scan(v.Tx(), string(team), allCases) {
		if err != nil {
			return nil, err
		}
		if c.Opener == person && seen.sees(c) {
			ends = append(ends, Ending{What: "case", Name: c.ID})
		}
	}
	return ends, nil
}

// namedBy lists whom a purchaser named in a team, with what for: they are named no
// longer when the purchaser leaves.
func namedBy(v *rule.View, team rule.Stream, purchaser rule.Person) ([]Ending, error) {
	var ends []Ending
	for _, as := range []appointed{asPhoneUser, asDelegate} {
		emails, err := appointedBy(v, team, as, purchaser)
		if err != nil {
			return nil, err
		}
		for _, email := range emails {
			ends = append(ends, Ending{What: "support", Name: string(as), Source: "named", From: email})
		}
	}
	return ends, nil
}
