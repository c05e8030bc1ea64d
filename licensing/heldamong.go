package licensing

import (
	"slices"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// heldAmong returns the products that somebody of a role and of a status holds or
// is to hold. Where no role is named the counts of seats tell; the people of a rare
// role are asked one by one; of the products, those are looked at that anybody has.
func heldAmong(v *rule.View, team rule.Stream, role account.Role, status account.PersonStatus) ([]string, error) {
	if role != "" && role != account.User {
		return heldByRole(v, team, role, status)
	}
	var list []string
	for t, err := range tallies.Scan(v.Tx(), string(team), store.Part{}) {
		if err != nil {
			return nil, err
		}
		held, err := heldAt(v, t)
		if err != nil {
			return nil, err
		}
		some := t.Assigned > 0 && status != account.StatusInvited || held > 0 && status != account.StatusActive
		if status == account.StatusExpired || !some {
			continue
		}
		if role != "" {
			if some, err = account.Labelled(v, team, productLabel(t.Product), role, status); err != nil {
				return nil, err
			}
		}
		if some {
			list = append(list, t.Product)
		}
	}
	return list, nil
}

func heldByRole(v *rule.View, team rule.Stream, role account.Role, status account.PersonStatus) ([]string, error) {
	var list []string
	people, err := account.Candidates(v, team, account.Filter{Role: role, Status: status})
	if err != nil {
		return nil, err
	}
	for l, err := range people {
		if err != nil {
			return nil, err
		}
		at, err := account.StandingOf(v, l)
		if err != nil {
			return nil, err
		}
		if status != "" && at.Status != status {
			continue
		}
		p, err := showPerson(v, at)
		if err != nil {
			return nil, err
		}
		list = append(list, p.Products...)
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}
