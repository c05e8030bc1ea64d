package account

import (
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// RemoveFromGroup takes a member out of a group.
type RemoveFromGroup struct {
	Team  string       `json:"team"`
	Group string       `json:"group"`
	User  rule.Address `json:"user"`
}

// About names the team and the member.
func (c RemoveFromGroup) About(v *rule.View) (rule.Subject, error) {
	return AboutMember(v, c.Team, c.User)
}

// Do takes the member out, and with that what only the group gave them (ACC-10).
func (c RemoveFromGroup) Do(s *rule.Scope) (GroupResult, error) {
	s.Cite(GroupRule, rule.Fig("group", c.Group))
	g, err := GroupByHandle(&s.View, rule.Stream(c.Team), c.Group)
	if err != nil {
		return GroupResult{}, err
	}
	_, email, person, err := c.User.Parts()
	if err != nil {
		return GroupResult{}, err
	}
	if in, err := InGroup(&s.View, g, person); err != nil {
		return GroupResult{}, err
	} else if !in {
		return GroupResult{}, rule.Missing("member of the group "+g.Handle, email)
	}
	if err := leaveGroupOf(s, g.Team, g.Handle, person); err != nil {
		return GroupResult{}, err
	}
	return showGroup(&s.View, g.Team, g.Handle)
}

// leaveGroupOf takes a person out of one group.
func leaveGroupOf(s *rule.Scope, team rule.Stream, group string, person rule.Person) error {
	if err := s.Emit(GroupLeft{Team: team, Group: group, Person: person}); err != nil {
		return err
	}
	if err := groupMembers.Delete(s.Tx(), string(team), store.String(group)+store.String(person)); err != nil {
		return err
	}
	if err := DropLabel(s, team, person, groupLabel(group)); err != nil {
		return err
	}
	return countGroup(s, team, group, -1)
}
