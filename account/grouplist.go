package account

import (
	"fmt"
	"iter"
	"strings"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// MaxListed is how many people one row of a view lists; its count is of all.
const MaxListed = 100

// groupSize counts the people of a group, so that nobody walks through them.
type groupSize struct {
	Team   rule.Stream
	Group  string
	People int
}

var groupSizes = store.NewTable("account.group_size", func(g *groupSize) (string, store.Key) {
	return string(g.Team), store.String(g.Group)
})

// GroupSize returns how many people are in a group.
func GroupSize(v *rule.View, team rule.Stream, handle string) (int, error) {
	size, _, err := groupSizes.Get(v.Tx(), string(team), store.String(handle))
	return size.People, err
}

func countGroup(s *rule.Scope, team rule.Stream, handle string, more int) error {
	n, err := GroupSize(&s.View, team, handle)
	if err != nil {
		return err
	}
	return groupSizes.Put(s.Tx(), groupSize{Team: team, Group: handle, People: n + more})
}

// GroupUsers returns the addresses of the first people in a group, in alphabetical
// order.
func GroupUsers(v *rule.View, team rule.Stream, handle string) ([]string, error) {
	list := []string{}
	for l, err := range labels.Scan(v.Tx(), string(team), store.Part{Prefix: store.String(groupLabel(handle)), Limit: MaxListed}) {
		if err != nil {
			return nil, err
		}
		list = append(list, l.Email)
	}
	return list, nil
}

// GroupHandles goes through the handles of a team's groups that have a beginning,
// in alphabetical order, behind the one named.
func GroupHandles(v *rule.View, team rule.Stream, beginsWith, after string) iter.Seq2[string, error] {
	part := store.Part{From: beginning(beginsWith)}
	if after != "" {
		part.From = max(part.From, store.String(after)+behind)
	}
	return func(yield func(string, error) bool) {
		for g, err := range groups.Scan(v.Tx(), string(team), part) {
			if err == nil && !strings.HasPrefix(g.Handle, beginsWith) || !yield(g.Handle, err) {
				return
			}
		}
	}
}

// GroupsFrom goes through the handles of the groups that a person is in, in
// alphabetical order, behind the one named.
func GroupsFrom(v *rule.View, team rule.Stream, person rule.Person, after string) iter.Seq2[string, error] {
	part := store.Part{Prefix: store.String(person)}
	if after != "" {
		part.From = store.String(after) + behind
	}
	return func(yield func(string, error) bool) {
		for m, err := range groupsOf.Scan(v.Tx(), string(team), part) {
			if !yield(m.Group, err) {
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

// auditGroupSizes recounts the people of the groups.
func auditGroupSizes(v *rule.View, team rule.Stream) error {
	people := map[string]int{}
	for m, err := range groupMembers.Scan(v.Tx(), string(team), store.Part{}) {
		if err != nil {
			return err
		}
		people[m.Group]++
	}
	for size, err := range groupSizes.Scan(v.Tx(), string(team), store.Part{}) {
		if err != nil {
			return err
		}
		if people[size.Group] != size.People {
			return fmt.Errorf("account: the group %q of %s is counted with %d people and has %d", size.Group, team, size.People, people[size.Group])
		}
		delete(people, size.Group)
	}
	if len(people) > 0 {
		return fmt.Errorf("account: %d groups of %s are not counted", len(people), team)
	}
	return nil
}
