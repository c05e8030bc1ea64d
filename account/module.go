package account

import (
	"fmt"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Module returns what this package hands to an engine.
func Module() rule.Module {
	return supportModule(with(with(rule.Module{
		Name:  "account",
		Rules: []*rule.Rule{RoleRule, PrimaryRule, PurchaserRule, InvitationRule, AddingRule, ImportRule, RemovalRule, GroupRule, ProfileRule, NoticeRule},
		Commands: []rule.Definition{
			rule.Does[CreateTeam]("account.create_team", Operate, "makes a team, whose owner becomes its primary admin"),
			rule.Does[Invite]("account.invite", ManagePeople, "asks a person into a team"),
			rule.Does[ResendInvitation]("account.resend_invitation", ManagePeople, "sends an invitation again, with new days"),
			rule.Does[RevokeInvitation]("account.revoke_invitation", ManagePeople, "ends an invitation that nobody has answered"),
			rule.Does[AcceptInvitation]("account.accept_invitation", Own, "makes the invited person a member"),
			rule.Does[ChangeRole]("account.change_role", ManagePeople, "gives a member another role, or hands the team over"),
			rule.Does[RemoveMember]("account.remove_member", ManagePeople, "takes a person out of a team"),
			rule.Does[CreateGroup]("account.create_group", ManagePeople, "makes a group of people"),
			rule.Does[AddToGroup]("account.add_to_group", ManagePeople, "lets a member join a group"),
			rule.Does[RemoveFromGroup]("account.remove_from_group", ManagePeople, "takes a member out of a group"),
			rule.Does[Import]("account.import", ManagePeople, "asks many people into a team by a CSV text"),
			rule.Does[UpdateProfile]("account.update_profile", Own, "changes what a person says of themselves"),
			rule.Does[ConfirmLanguage]("account.confirm_language", Own, "says that a person's language is the right one"),
			rule.Does[SetTwoStep]("account.set_two_step", Own, "switches the second step of a person's sign-in on or off"),
			rule.Does[TrustDevice]("account.trust_device", Own, "trusts a device, on which no second step is asked for"),
			rule.Does[ForgetDevice]("account.forget_device", Own, "no longer trusts a device"),
			rule.Does[ChangeAddress]("account.change_address", Own, "changes a person's postal address, where that is switched on"),
			rule.Does[AnnounceAddress]("account.announce_address", Operate, "tells a team's people that the postal address can be changed now"),
		},
		Queries: []rule.Definition{
			rule.Answers[RemovalQuery]("account.removal", ManagePeople, "lists what taking a person out of a team would end"),
			rule.Answers[ProfileQuery]("account.profile", Own, "shows a person's profile"),
			rule.Answers[InvitationsQuery]("account.invitations", ManagePeople, "lists a team's invitations"),
			rule.Answers[NoticesQuery]("account.notices", OwnOrPeople, "lists the notices of a team or a person"),
		},
		Tables: []store.Described{people, memberships, teams, members, groups, groupMembers, notices, invitations, invited, written, postals, securities},
		Due: []rule.DueWork{
			{Kind: invitationEnds, Do: endInvitation},
			{Kind: invitationPurged, Do: purgeInvitation},
		},
		Authorise: Authorise,
		Expect:    expect,
		Audit:     audit,
		Checks:    checks(),
	}, viewing()), moving()))
}

// expect lists what must be queued for the stream's invitations.
func expect(v *rule.View, stream rule.Stream) ([]rule.Item, error) {
	var items []rule.Item
	for i, err := range invitations.Scan(v.Tx(), string(stream), store.Part{}) {
		if err != nil {
			return nil, err
		}
		for _, item := range i.due() {
			if item.At.After(v.Now()) {
				items = append(items, item)
			}
		}
	}
	told, err := expectUsageNotices(v, stream)
	if err != nil {
		return nil, err
	}
	moved, err := expectMoved(v, stream)
	return append(append(items, told...), moved...), err
}

// audit checks that a team has exactly one primary admin, and that it is the
// one its record names.
func audit(v *rule.View, stream rule.Stream) error {
	t, found, err := teams.Get(v.Tx(), string(stream), "")
	if err != nil || !found {
		return err
	}
	list, err := Members(v, stream)
	if err != nil {
		return err
	}
	primaries := 0
	for _, m := range list {
		if m.Role != Primary {
			continue
		}
		primaries++
		if m.Person != t.Primary {
			return fmt.Errorf("account: the team %s names %s as primary and %s has the role", stream, t.Primary, m.Person)
		}
	}
	if primaries != 1 {
		return fmt.Errorf("account: the team %s has %d primary admins", stream, primaries)
	}
	if err := auditListings(v, stream); err != nil {
		return err
	}
	if err := auditGroupSizes(v, stream); err != nil {
		return err
	}
	return auditLabels(v, stream)
}
