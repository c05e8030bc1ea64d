package licensing

import (
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
)

// RequestPreviousUse asks, as a member of a team, to run an older release on the
// seat that one holds.
type RequestPreviousUse struct {
	Team    string       `json:"team"`
	User    rule.Address `json:"user"`
	Product string       `json:"product"`
	Version string       `json:"version"`
}

// About names the team and the person.
func (c RequestPreviousUse) About(v *rule.View) (rule.Subject, error) {
	return account.AboutMember(v, c.Team, c.User)
}

// Do writes the request down (LIC-11). It is refused where it could not be
// granted; asking twice changes nothing.
func (c RequestPreviousUse) Do(s *rule.Scope) (PreviousUseResult, error) {
	u, err := eligiblePreviousUse(&s.View, c.Team, c.User, c.Product, c.Version)
	if err != nil {
		return PreviousUseResult{}, err
	}
	u, err = u.request(s)
	return previousResult(s, u, err)
}

// GrantPreviousUse lets a member run an older release on the seat that they
// hold, whether they asked or not.
type GrantPreviousUse struct {
	Team    string       `json:"team"`
	User    rule.Address `json:"user"`
	Product string       `json:"product"`
	Version string       `json:"version"`
}

// About names the team and the person.
func (c GrantPreviousUse) About(v *rule.View) (rule.Subject, error) {
	return account.AboutMember(v, c.Team, c.User)
}

// Do grants it (LIC-11), to as many people as there are seats under maintenance.
func (c GrantPreviousUse) Do(s *rule.Scope) (PreviousUseResult, error) {
	u, err := eligiblePreviousUse(&s.View, c.Team, c.User, c.Product, c.Version)
	if err != nil {
		return PreviousUseResult{}, err
	}
	u, err = u.grant(s)
	return previousResult(s, u, err)
}

// DeclinePreviousUse says no to a member who asked for an older release.
type DeclinePreviousUse struct {
	Team    string       `json:"team"`
	User    rule.Address `json:"user"`
	Product string       `json:"product"`
	Version string       `json:"version"`
}

// About names the team and the person.
func (c DeclinePreviousUse) About(v *rule.View) (rule.Subject, error) {
	return account.AboutMember(v, c.Team, c.User)
}

// Do declines the request. The person can ask again.
func (c DeclinePreviousUse) Do(s *rule.Scope) (PreviousUseResult, error) {
	u, _, err := previousUseOf(&s.View, c.Team, c.User, c.Product, c.Version)
	if err != nil {
		return PreviousUseResult{}, err
	}
	u, err = u.decline(s)
	return previousResult(s, u, err)
}

// EndPreviousUse ends the use of an older release, or takes a request for it
// back. The person does it for themselves, an admin for anybody.
type EndPreviousUse struct {
	Team    string       `json:"team"`
	User    rule.Address `json:"user"`
	Product string       `json:"product"`
	Version string       `json:"version"`
}

// About names the team and the person.
func (c EndPreviousUse) About(v *rule.View) (rule.Subject, error) {
	return account.AboutMember(v, c.Team, c.User)
}

// Do ends it; what is open in the older release stays open until it is closed.
func (c EndPreviousUse) Do(s *rule.Scope) (PreviousUseResult, error) {
	u, _, err := previousUseOf(&s.View, c.Team, c.User, c.Product, c.Version)
	if err != nil {
		return PreviousUseResult{}, err
	}
	u, err = u.end(s)
	return previousResult(s, u, err)
}

// PreviousUseQuery lists who asked for older releases in a team and who has them,
// of one person where one is named.
type PreviousUseQuery struct {
	Team string       `json:"team"`
	User rule.Address `json:"user,omitempty"`
}

// About names the team, and the person where one is named.
func (q PreviousUseQuery) About(v *rule.View) (rule.Subject, error) {
	return aboutUses(v, q.Team, q.User)
}

// aboutUses is the subject of the uses in a team, or of those of one member.
func aboutUses(v *rule.View, team string, user rule.Address) (rule.Subject, error) {
	if user == "" {
		return account.AboutTeam(v, team)
	}
	return account.AboutMember(v, team, user)
}

// Answer lists them by product, person and release, what was declined or has
// ended too, until it is asked for again or the person leaves.
func (q PreviousUseQuery) Answer(v *rule.View) ([]PreviousUseShown, error) {
	all, err := usesIn(v, rule.Stream(q.Team), previousUse, q.User.Person())
	if err != nil {
		return nil, err
	}
	v.Cite(PreviousUseRule, rule.Fig("uses", len(all)))
	list := []PreviousUseShown{}
	for _, u := range all {
		shown, err := u.shownPrevious(v)
		if err != nil {
			return nil, err
		}
		list = append(list, shown)
	}
	return list, nil
}
