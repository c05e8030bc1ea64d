package billing

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
)

// aboutTeams is the subject of a list: of one team, or where none is named of all
// teams of the actor.
func aboutTeams(v *rule.View, team string) (rule.Subject, error) {
	if team != "" {
		return account.AboutTeam(v, team)
	}
	if v.Actor().IsOperator() {
		return rule.Subject{}, rule.Refuse(rule.Invalid, HistoryRule, "the operator names the team")
	}
	person := v.Actor().Person()
	streams, err := account.Concerns(v, person)
	return rule.Subject{Person: person, What: "person", Name: v.Actor().Email(), Touches: streams}, err
}

// seenIn returns the teams that a list is about: the one named, over which the
// actor has the permission already, or all of theirs in which they have it.
func seenIn(v *rule.View, team string, need rule.Permission) ([]rule.Stream, error) {
	if team != "" {
		return []rule.Stream{rule.Stream(team)}, nil
	}
	all, err := account.TeamsOf(v, v.Actor().Person())
	if err != nil {
		return nil, err
	}
	var list []rule.Stream
	for _, one := range all {
		err := account.Authorise(v, need, rule.Subject{Team: one, What: "team", Name: string(one)})
		if err == nil {
			list = append(list, one)
		} else if rule.AsRefusal(err) == nil {
			return nil, err
		}
	}
	return list, nil
}

// paging returns the letters that are searched for and how many rows a page has.
func paging(search string, limit int) (string, int, error) {
	letters, err := account.Sought(search)
	if err != nil {
		return "", 0, err
	}
	limit, err = account.PageSize(limit)
	return letters, limit, err
}

// pageOf returns the rows that come after one in an order, as many as a page has,
// and whether there are more.
func pageOf[T any](list []T, compare func(a, b T) int, after *T, limit int) ([]T, bool) {
	slices.SortFunc(list, compare)
	if after != nil {
		list = slices.DeleteFunc(list, func(one T) bool { return compare(one, *after) <= 0 })
	}
	if len(list) <= limit {
		return list, false
	}
	return list[:limit], true
}

// latest orders what has an instant, a team and an identifier: the latest first,
// of one instant by team, and in a team the one made last first.
func latest(atA, atB time.Time, teamA, teamB rule.Stream, a, b string) int {
	return cmp.Or(atB.Compare(atA), strings.Compare(string(teamA), string(teamB)), rule.CompareIDs(b, a))
}

// within reports whether an instant lies in a period, of which either end can be open.
func within(at time.Time, from, to *time.Time) bool {
	return (from == nil || !at.Before(*from)) && (to == nil || at.Before(*to))
}

// checkPeriod refuses a period that ends before it begins.
func checkPeriod(by *rule.Rule, from, to *time.Time) error {
	if from != nil && to != nil && !from.Before(*to) {
		return rule.Refusef(rule.Invalid, by, "the period begins %s and ends %s, which is not after it", rule.Show(*from), rule.Show(*to))
	}
	return nil
}
