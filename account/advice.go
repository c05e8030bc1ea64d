package account

import (
	"slices"

	"github.com/seatbook/seatbook/rule"
)

// given are the codes of refusals of what an admin could give: a right, a seat,
// tokens, an older release.
var given = []rule.Code{
	rule.NotPermitted, rule.NotAssigned, rule.NoSeats, rule.InsufficientTokens, rule.InsufficientCredit, rule.TokenLimit,
	rule.VersionTooOld, rule.TrialUsed,
}

// Advise adds to a refusal whom a plain user can ask for what was refused, in the
// team that it concerns or in one of their own: an admin, or support where they
// are in no team (ACC-4). A refusal that names somebody, or that is to somebody
// who administers, stays as it is, and so does any other error. The engine calls
// it with every refusal.
func Advise(v *rule.View, team rule.Stream, err error) error {
	r := rule.AsRefusal(err)
	if r == nil || r.Contact != "" || !slices.Contains(given, r.Code) || v.Actor().IsOperator() {
		return err
	}
	contact, failed := advisor(v, team)
	if failed != nil {
		return failed
	}
	if contact == "" {
		return err
	}
	return r.To(contact)
}

// advisor is whom the actor can ask, or nobody where they administer the team
// themselves, or without it every team they are in.
func advisor(v *rule.View, team rule.Stream) (string, error) {
	m, in, err := MemberOf(v, team, v.Actor().Person())
	if err != nil {
		return "", err
	}
	if in && m.Role.Admin() {
		return "", nil
	}
	if !in {
		own, err := TeamsOf(v, v.Actor().Person())
		if err != nil {
			return "", err
		}
		if team, err = plainTeam(v); err != nil || team == "" && len(own) > 0 {
			return "", err
		}
	}
	return Contact(v, team)
}
