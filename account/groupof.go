package account

import (
	"iter"
	"slices"
	"strings"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Crew is the part of the filters of the view by group that asks for people: those
// of a role, and those who are in the group (active), are invited into it or have
// let such an invitation end.
type Crew struct {
	Role   Role
	Status PersonStatus
}

// Named reports whether the crew asks for anyone.
func (c Crew) Named() bool { return c != Crew{} }

// words are the label of the people of a group, and those that they have too.
func (c Crew) words(group string) (of string, and []string) {
	of = groupLabel(group)
	switch c.Status {
	case StatusInvited:
		of, and = intoLabel(group), append(and, waitingLabel)
	case StatusExpired:
		of, and = intoLabel(group), append(and, lapsedLabel)
	case StatusActive:
	}
	if c.Role != "" {
		and = append(and, roleLabel(c.Role))
	}
	return of, and
}

// In reports whether a group has somebody of the crew.
func (c Crew) In(v *rule.View, team rule.Stream, group string) (bool, error) {
	of, and := c.words(group)
	for l, err := range labels.Scan(v.Tx(), string(team), store.Part{Prefix: store.String(of)}) {
		if err != nil {
			return false, err
		}
		all := true
		for _, word := range and {
			if all {
				if all, err = HasLabel(v, l.listing(), word); err != nil {
					return false, err
				}
			}
		}
		if all {
			return true, nil
		}
	}
	return false, nil
}

// Groups goes through the handles of the groups that can have somebody of the crew,
// in alphabetical order, behind the one named: those that somebody is invited
// into, those of the people of a rare role, or all.
func (c Crew) Groups(v *rule.View, team rule.Stream, beginsWith, after string) iter.Seq2[string, error] {
	switch {
	case c.Status == StatusInvited, c.Status == StatusExpired:
		return intoGroups(v, team, beginsWith, after)
	case c.Role == "", c.Role == User:
		return GroupHandles(v, team, beginsWith, after)
	default:
		return func(yield func(string, error) bool) {
			list, err := c.groups(v, team)
			if err != nil {
				yield("", err)
				return
			}
			for _, g := range list {
				if g > after && strings.HasPrefix(g, beginsWith) && !yield(g, nil) {
					return
				}
			}
		}
	}
}

// groups returns the groups of the people of the role.
func (c Crew) groups(v *rule.View, team rule.Stream) ([]string, error) {
	var list []string
	for l, err := range labels.Scan(v.Tx(), string(team), store.Part{Prefix: store.String(roleLabel(c.Role))}) {
		if err != nil {
			return nil, err
		}
		of, err := GroupsOf(v, team, l.Person)
		if err != nil {
			return nil, err
		}
		list = append(list, of...)
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}

// intoGroups goes through the groups that somebody is invited into, from one to
// the next whoever many they are.
func intoGroups(v *rule.View, team rule.Stream, beginsWith, after string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		from := beginning(intoLabel(beginsWith))
		if after != "" {
			from = max(from, store.String(intoLabel(after))+behind)
		}
		for {
			var next *Label
			for l, err := range labels.Scan(v.Tx(), string(team), store.Part{From: from, Limit: 1}) {
				if err != nil {
					yield("", err)
					return
				}
				next = &l
			}
			if next == nil || !strings.HasPrefix(next.Word, intoLabel(beginsWith)) || !yield(strings.TrimPrefix(next.Word, intoWord), nil) {
				return
			}
			from = store.String(next.Word) + behind
		}
	}
}
