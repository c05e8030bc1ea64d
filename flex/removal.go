package flex

import (
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// removals answers what account asks about a person who is to be removed.
type removals struct{}

// Removes implements [account.Removals]: the person's own grant, what the
// defaults of the team give them, and what they have open there.
func (removals) Removes(v *rule.View, team rule.Stream, person rule.Person) ([]account.Ending, error) {
	var ends []account.Ending
	g, granted, err := grants.Get(v.Tx(), string(team), store.String(person))
	if err != nil {
		return nil, err
	}
	if granted {
		ends = append(ends, account.Ending{What: "tokens", Name: g.shown(), Source: "grant"})
	}
	d, set, err := defaults.Get(v.Tx(), string(team), "")
	if err != nil {
		return nil, err
	}
	m, _, err := account.MemberOf(v, team, person)
	if err != nil {
		return nil, err
	}
	if set && (m.Role != account.Guest || d.Guests) {
		ends = append(ends, account.Ending{What: "tokens", Name: rule.Show(d.Products), Source: "defaults"})
	}
	open, err := openOf(v, team, store.String(person))
	if err != nil {
		return nil, err
	}
	for _, s := range open {
		ends = append(ends, account.Ending{What: "session", Name: s.ID, Source: string(s.Source), From: s.Product})
	}
	return ends, nil
}

// HandOver gives the packs of a team that have not ended to another purchaser,
// as they are, and returns how many there were. Billing calls it.
func HandOver(s *rule.Scope, team rule.Stream, from, to rule.Person) (int, error) {
	var list []Pack
	for p, err := range packs.Scan(s.Tx(), string(team), store.Part{}) {
		if err != nil {
			return 0, err
		}
		if p.Purchaser == from && !p.Ended {
			list = append(list, p)
		}
	}
	for _, p := range list {
		p.Purchaser = to
		if err := packs.Put(s.Tx(), p); err != nil {
			return 0, err
		}
	}
	return len(list), nil
}
