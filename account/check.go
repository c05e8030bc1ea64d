package account

import (
	"github.com/seatbook/seatbook/rule"
)

// checks are the invariants of this package's records.
func checks() []rule.Check {
	return []rule.Check{
		rule.Checks(teams, checkTeam), rule.Checks(members, checkMember), rule.Checks(invitations, checkInvitation),
		rule.Checks(groupMembers, checkGroupMember),
	}
}

// MemberChecks makes a check of every membership that begins, changes or ends,
// for packages that keep what a member holds.
func MemberChecks(do func(v *rule.View, before, after *Member) error) rule.Check {
	return rule.Checks(members, do)
}

// checkTeam says that whom the record names as primary admin has that role. The
// unique key on the role lets nobody else have it beside them.
func checkTeam(v *rule.View, _, after *Team) error {
	if after == nil {
		return nil
	}
	m, in, err := MemberOf(v, after.Handle, after.Primary)
	if err == nil && (!in || m.Role != Primary) {
		err = rule.Breaks("the team "+string(after.Handle), "names %s as primary admin, who is none", after.Primary)
	}
	return err
}

// checkMember says that a team keeps the primary admin its record names, and that
// who leaves is in none of its groups any more.
func checkMember(v *rule.View, before, after *Member) error {
	if after == nil {
		return checkGone(v, *before)
	}
	t, err := TeamByHandle(v, after.Team)
	if err != nil {
		return err
	}
	if (t.Primary == after.Person) != (after.Role == Primary) {
		return rule.Breaks("the member "+string(after.Person), "of %s is %s, and the team's primary admin is %s", after.Team, after.Role, t.Primary)
	}
	return nil
}

func checkGone(v *rule.View, m Member) error {
	t, err := TeamByHandle(v, m.Team)
	if err != nil {
		return err
	}
	if t.Primary == m.Person {
		return rule.Breaks("the team "+string(m.Team), "loses its primary admin %s", m.Person)
	}
	in, err := GroupsOf(v, m.Team, m.Person)
	if err == nil && len(in) > 0 {
		err = rule.Breaks("the member "+string(m.Person), "left %s and is in the group %s", m.Team, in[0])
	}
	return err
}

// checkInvitation says that an invitation is answered once, and accepted before
// its end by somebody who is a member now.
func checkInvitation(v *rule.View, before, after *Invitation) error {
	if after == nil {
		return nil
	}
	name := "the invitation " + after.ID
	if before != nil && before.ID == after.ID && before.answered() && (!before.Accepted.Equal(after.Accepted) || !before.Revoked.Equal(after.Revoked)) {
		return rule.Breaks(name, "is answered a second time")
	}
	if after.Role == Primary {
		return rule.Breaks(name, "asks for a primary admin")
	}
	if after.Accepted.IsZero() {
		return nil
	}
	if !after.Accepted.Before(after.Ends) {
		return rule.Breaks(name, "ended %s and is accepted %s", rule.Show(after.Ends), rule.Show(after.Accepted))
	}
	if before != nil && before.ID == after.ID && !before.Accepted.IsZero() {
		return nil
	}
	_, in, err := MemberOf(v, after.Team, after.Person)
	if err == nil && !in {
		err = rule.Breaks(name, "is accepted by %s, who is no member of %s", after.Person, after.Team)
	}
	return err
}

// checkGroupMember says that only members are in a team's groups.
func checkGroupMember(v *rule.View, _, after *GroupMember) error {
	if after == nil {
		return nil
	}
	_, in, err := MemberOf(v, after.Team, after.Person)
	if err == nil && !in {
		err = rule.Breaks("the group "+after.Group, "has %s, who is no member of %s", after.Person, after.Team)
	}
	return err
}
