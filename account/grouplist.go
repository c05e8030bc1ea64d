package account

import (
	"iter"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Groups goes through the groups of a team whose handle has a beginning, in
// alphabetical order, behind the one named.
func Groups(v *rule.View, team rule.Stream, beginsWith, after string) iter.Seq2[Group, error] {
	prefix := beginning(beginsWith)
	return func(yield func(Group, error) bool) {
		for g, err := range groups.Scan(v.Tx(), string(team), store.Part{Prefix: prefix}) {
			if err == nil && g.Handle <= after {
				continue
			}
			if !yield(g, err) {
				return
			}
		}
	}
}

// InGroup reports whether a person is in the group.
func InGroup(v *rule.View, g Group, person rule.Person) (bool, error) {
	_, in, err := groupMembers.Get(v.Tx(), string(g.Team), store.String(g.Handle)+store.String(person))
	return in, err
}
