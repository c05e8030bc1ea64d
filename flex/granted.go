package flex

import (
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// tokenGrants answers what account asks of this module.
type tokenGrants struct{}

// TokensGranted implements [account.TokenGrants]: a grant of the person's own,
// or the defaults of the team.
func (tokenGrants) TokensGranted(v *rule.View, team rule.Stream, person rule.Person) (bool, error) {
	m, in, err := account.MemberOf(v, team, person)
	if err != nil || !in {
		return false, err
	}
	g, granted, err := grants.Get(v.Tx(), string(team), store.String(person))
	if err != nil {
		return false, err
	}
	if granted {
		v.Cite(GrantRule, rule.Fig("team", string(team)), rule.Fig("all", g.All))
		return true, nil
	}
	d, set, err := defaults.Get(v.Tx(), string(team), "")
	if err != nil || !set || m.Role == account.Guest && !d.Guests {
		return false, err
	}
	v.Cite(DefaultsRule, rule.Fig("team", string(team)))
	return len(d.Products) > 0, nil
}
