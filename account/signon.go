package account

import (
	"time"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// signOnFunction is the function of administration that a plan must open.
const signOnFunction = "single-sign-on"

// SignOn is the domain whose people sign in to a team by their own directory. How
// they do is the host's affair.
type SignOn struct {
	Team   rule.Stream
	Domain string
	Since  time.Time
}

var signOns = store.NewTable("account.sign_on", func(o *SignOn) (string, store.Key) { return string(o.Team), "" })

// SetUpSingleSignOn sets up single sign-on for the people of a domain, or with no
// domain ends it.
type SetUpSingleSignOn struct {
	Team   string `json:"team"`
	Domain string `json:"domain,omitempty"`
}

// SignOnShown is single sign-on as results show it.
type SignOnShown struct {
	Team   string `json:"team"`
	Domain string `json:"domain"`
	// Active is whether a domain is set up and a live plan opens it.
	Active bool `json:"active"`
}

// About names the team.
func (c SetUpSingleSignOn) About(v *rule.View) (rule.Subject, error) { return AboutTeam(v, c.Team) }

// Do sets it up, where a live plan of the team opens it (ACC-4, BIL-13). Ending it
// takes no plan.
func (c SetUpSingleSignOn) Do(s *rule.Scope) (SignOnShown, error) {
	shown := SignOnShown{Team: c.Team, Domain: c.Domain}
	if c.Domain == "" {
		s.Cite(rule.Permissions, rule.Fig("domain", ""))
		return shown, signOns.Delete(s.Tx(), c.Team, "")
	}
	if err := checkTexts(rule.Permissions, MaxName, c.Domain); err != nil {
		return shown, err
	}
	opens, err := PlanService.Of(&s.View).Opens(&s.View, rule.Stream(c.Team), signOnFunction)
	if err != nil {
		return shown, err
	}
	s.Cite(rule.Permissions, rule.Fig("domain", c.Domain), rule.Fig("plan opens it", opens))
	if !opens {
		return shown, rule.Refuse(rule.NotAssigned, rule.Permissions, "the team has no live plan that opens single sign-on, such as premium")
	}
	shown.Active = true
	return shown, signOns.Put(s.Tx(), SignOn{Team: rule.Stream(c.Team), Domain: c.Domain, Since: s.Now()})
}

// SingleSignOnQuery asks how single sign-on of a team is set up.
type SingleSignOnQuery struct {
	Team string `json:"team"`
}

// About names the team.
func (q SingleSignOnQuery) About(v *rule.View) (rule.Subject, error) { return AboutTeam(v, q.Team) }

// Answer shows it. It rests while no live plan opens it.
func (q SingleSignOnQuery) Answer(v *rule.View) (SignOnShown, error) {
	kept, found, err := signOns.Get(v.Tx(), q.Team, "")
	if err != nil {
		return SignOnShown{}, err
	}
	opens, err := PlanService.Of(v).Opens(v, rule.Stream(q.Team), signOnFunction)
	v.Cite(rule.Permissions, rule.Fig("domain", kept.Domain), rule.Fig("plan opens it", opens))
	return SignOnShown{Team: q.Team, Domain: kept.Domain, Active: found && opens}, err
}
