package account

import (
	"iter"
	"slices"

	"github.com/seatbook/seatbook/rule"
)

// Filter says which people of a team a page is chosen from, as a query has it.
type Filter struct {
	Role   Role
	Status PersonStatus
	Group  string
	// AnyOf are labels of which the people must have one, where any are named.
	AnyOf  []string
	Search string
	Sort   Order
	After  string
}

// Candidates goes through the people of a team who have the labels that the
// filter asks for, in its order. It begins where the page begins: with who is
// found by the search, else with who has the labels that fewest people have, else
// with everyone listed.
func Candidates(v *rule.View, team rule.Stream, f Filter) (iter.Seq2[Listing, error], error) {
	text, err := Sought(f.Search)
	if err != nil {
		return nil, err
	}
	if f.Group != "" {
		if _, err := GroupByHandle(v, team, f.Group); err != nil {
			return nil, err
		}
	}
	q := Search{Team: team, Beginning: text, Sort: f.Sort, After: f.After}
	asked := f.asked()
	var people iter.Seq2[Listing, error]
	if text != "" || len(asked) == 0 {
		people, err = People(v, q)
	} else {
		people, err = withAny(v, q, asked[0])
		asked = asked[1:]
	}
	if err != nil || len(asked) == 0 {
		return people, err
	}
	return having(v, people, asked), nil
}

// Labelled reports whether somebody in a team has a label and is of a role and a
// status, where they are named.
func Labelled(v *rule.View, team rule.Stream, word string, role Role, status PersonStatus) (bool, error) {
	f := Filter{Role: role, Status: status, AnyOf: []string{word}}
	people, err := labelScan(v, Search{Team: team}, word)
	if err != nil {
		return false, err
	}
	for l, err := range having(v, people, f.asked()) {
		if err != nil {
			return false, err
		}
		at, err := StandingOf(v, l)
		if err != nil || status == "" || at.Status == status {
			return true, err
		}
	}
	return false, nil
}

// asked are the labels that the filter asks for, one of each list, and first
// those that few people have.
func (f Filter) asked() [][]string {
	var asked [][]string
	if f.Group != "" {
		asked = append(asked, []string{groupLabel(f.Group)})
	}
	if f.Role != "" && f.Role != User {
		asked = append(asked, []string{roleLabel(f.Role)})
	}
	if len(f.AnyOf) > 0 {
		asked = append(asked, f.AnyOf)
	}
	switch f.Status {
	case StatusInvited:
		asked = append(asked, []string{waitingLabel})
	case StatusExpired:
		asked = append(asked, []string{lapsedLabel})
	case StatusActive:
	}
	if f.Role == User {
		asked = append(asked, []string{roleLabel(f.Role)})
	}
	return asked
}

// having leaves out who lacks all labels of a list.
func having(v *rule.View, people iter.Seq2[Listing, error], asked [][]string) iter.Seq2[Listing, error] {
	return func(yield func(Listing, error) bool) {
		for l, err := range people {
			has := true
			for _, words := range asked {
				if err == nil && has {
					has, err = hasAny(v, l, words)
				}
			}
			if (has || err != nil) && !yield(l, err) {
				return
			}
		}
	}
}

func hasAny(v *rule.View, l Listing, words []string) (bool, error) {
	for _, word := range words {
		if has, err := HasLabel(v, l, word); has || err != nil {
			return has, err
		}
	}
	return false, nil
}

// withAny goes through who has one of the labels at least, each person once.
func withAny(v *rule.View, q Search, words []string) (iter.Seq2[Listing, error], error) {
	if len(words) == 1 {
		return labelScan(v, q, words[0])
	}
	scans := make([]iter.Seq2[Listing, error], len(words))
	for i, word := range words {
		var err error
		if scans[i], err = labelScan(v, q, word); err != nil {
			return nil, err
		}
	}
	return merged(scans, q.Sort), nil
}

// merged goes through several lists of the same order as through one, and tells
// who is in several of them once.
func merged(lists []iter.Seq2[Listing, error], o Order) iter.Seq2[Listing, error] {
	return func(yield func(Listing, error) bool) {
		type head struct {
			first Listing
			next  func() (Listing, error, bool)
		}
		var heads []head
		for _, list := range lists {
			next, stop := iter.Pull2(list)
			defer stop()
			l, err, more := next()
			if err != nil {
				yield(l, err)
				return
			}
			if more {
				heads = append(heads, head{l, next})
			}
		}
		for len(heads) > 0 {
			least := slices.MinFunc(heads, func(a, b head) int { return o.compare(a.first, b.first) }).first
			if !yield(least, nil) {
				return
			}
			kept := heads[:0]
			for _, h := range heads {
				more := true
				if h.first.Person == least.Person {
					var err error
					if h.first, err, more = h.next(); err != nil {
						yield(h.first, err)
						return
					}
				}
				if more {
					kept = append(kept, h)
				}
			}
			heads = kept
		}
	}
}
