package licensing

import (
	"slices"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// UpdateGrant is an update that admins granted to a person, or to a group: to
// its members, present and future.
type UpdateGrant struct {
	Team    rule.Stream
	Product string
	Update  string
	// Person or Group is whom it is granted to; the other is empty.
	Person rule.Person
	Group  string
}

var updateGrants = store.NewTable("licensing.update_grant", func(g *UpdateGrant) (string, store.Key) {
	return string(g.Team), g.key()
})

// key has the person in front, so that what one person was granted stands together.
func (g UpdateGrant) key() store.Key {
	return store.String(g.Person) + store.String(g.Group) + store.String(g.Product) + store.String(g.Update)
}

// GrantUpdate grants an update to people of a team, or to a group.
type GrantUpdate struct {
	Team    string         `json:"team"`
	Product string         `json:"product"`
	Update  string         `json:"update"`
	Users   []rule.Address `json:"users,omitempty"`
	Group   string         `json:"group,omitempty"`
}

// UpdateGranted is what was granted, as results show it.
type UpdateGranted struct {
	Team    string   `json:"team"`
	Product string   `json:"product"`
	Update  string   `json:"update"`
	Users   []string `json:"users"`
	Group   string   `json:"group"`
}

// GrantUpdateResult is the result of [GrantUpdate].
type GrantUpdateResult struct {
	Grant UpdateGranted `json:"grant"`
}

// About names the team.
func (c GrantUpdate) About(v *rule.View) (rule.Subject, error) {
	if (len(c.Users) == 0) == (c.Group == "") {
		return rule.Subject{}, rule.Refuse(rule.Invalid, UpdateRule, "an update is granted either to users or to a group")
	}
	return account.AboutTeam(v, c.Team)
}

// Do grants it; granting what is granted already changes nothing. An update
// that is not published yet is missing (LIC-9).
func (c GrantUpdate) Do(s *rule.Scope) (GrantUpdateResult, error) {
	shown := UpdateGranted{Team: c.Team, Product: c.Product, Update: c.Update, Users: []string{}, Group: c.Group}
	p, err := ProductOf(&s.View, c.Product)
	if err != nil {
		return GrantUpdateResult{}, err
	}
	if !slices.ContainsFunc(published(&s.View, p), func(u Update) bool { return u.Name == c.Update }) {
		return GrantUpdateResult{}, rule.Missing("update of "+p.ID, c.Update)
	}
	if len(c.Users) > account.MaxUsers {
		return GrantUpdateResult{}, rule.Refusef(rule.Invalid, UpdateRule, "one command can name %d people, not %d", account.MaxUsers, len(c.Users))
	}
	g := UpdateGrant{Team: rule.Stream(c.Team), Product: c.Product, Update: c.Update, Group: c.Group}
	s.Cite(UpdateRule, rule.Fig("update", c.Update), rule.Fig("people", len(c.Users)), rule.Fig("group", c.Group))
	if c.Group != "" {
		if _, err := account.GroupByHandle(&s.View, g.Team, c.Group); err != nil {
			return GrantUpdateResult{}, err
		}
		return GrantUpdateResult{shown}, g.keep(s)
	}
	for _, user := range c.Users {
		if err := checkMember(&s.View, g.Team, user); err != nil {
			return GrantUpdateResult{}, err
		}
		_, email, person, err := user.Parts()
		if err != nil {
			return GrantUpdateResult{}, err
		}
		g.Person = person
		if err := g.keep(s); err != nil {
			return GrantUpdateResult{}, err
		}
		shown.Users = append(shown.Users, email)
	}
	return GrantUpdateResult{shown}, nil
}

// keep writes the grant, unless it is there already.
func (g UpdateGrant) keep(s *rule.Scope) error {
	if _, granted, err := updateGrants.Get(s.Tx(), string(g.Team), g.key()); err != nil || granted {
		return err
	}
	return updateGrants.Put(s.Tx(), g)
}

// leaveUpdates forgets what was granted to a person who leaves the team.
func leaveUpdates(s *rule.Scope, left account.MemberLeft) error {
	m := left.Member
	var all []UpdateGrant
	for g, err := range updateGrants.Scan(s.Tx(), string(m.Team), store.Part{Prefix: store.String(m.Person)}) {
		if err != nil {
			return err
		}
		all = append(all, g)
	}
	for _, g := range all {
		if err := updateGrants.Delete(s.Tx(), string(m.Team), g.key()); err != nil {
			return err
		}
	}
	return nil
}

// Cadence is how old an update must be before a team's policy takes it.
type Cadence string

// The cadences.
const (
	Weekly    Cadence = "weekly"
	EachMonth Cadence = "monthly"
	Quarterly Cadence = "quarterly"
	Off       Cadence = "off"
)

var cadences = []Cadence{Weekly, EachMonth, Quarterly, Off}

// Words returns the words a cadence is written with.
func (Cadence) Words() []string { return account.Words(cadences) }

// UnmarshalText takes one of the words.
func (c *Cadence) UnmarshalText(text []byte) error { return account.OneOf(c, Cadence(text), cadences) }

// UpdatePolicy is which updates a team takes by itself.
type UpdatePolicy struct {
	Team  rule.Stream
	Every Cadence
}

var updatePolicies = store.NewTable("licensing.update_policy", func(p *UpdatePolicy) (string, store.Key) {
	return string(p.Team), ""
})

// SetUpdatePolicy sets which updates a team takes by itself.
type SetUpdatePolicy struct {
	Team  string  `json:"team"`
	Every Cadence `json:"every"`
}

// UpdatePolicyShown is a team's policy as results show it.
type UpdatePolicyShown struct {
	Team  string  `json:"team"`
	Every Cadence `json:"every"`
}

// UpdatePolicyResult is the result of [SetUpdatePolicy].
type UpdatePolicyResult struct {
	Policy UpdatePolicyShown `json:"policy"`
}

// About names the team.
func (c SetUpdatePolicy) About(v *rule.View) (rule.Subject, error) {
	return account.AboutTeam(v, c.Team)
}

// Do keeps the policy; off is the one of a team that has set none.
func (c SetUpdatePolicy) Do(s *rule.Scope) (UpdatePolicyResult, error) {
	s.Cite(UpdateRule, rule.Fig("every", string(c.Every)))
	shown := UpdatePolicyResult{UpdatePolicyShown(c)}
	before, set, err := updatePolicies.Get(s.Tx(), c.Team, "")
	if err != nil || before.Every == c.Every || !set && c.Every == Off {
		return shown, err
	}
	if c.Every == Off {
		return shown, updatePolicies.Delete(s.Tx(), c.Team, "")
	}
	return shown, updatePolicies.Put(s.Tx(), UpdatePolicy{Team: rule.Stream(c.Team), Every: c.Every})
}

// takenFrom returns the instant from which a policy takes an update that was
// published at an instant, counted in the team's zone. How often a team's
// machines then look for updates is theirs.
func (c Cadence) takenFrom(v *rule.View, at time.Time, zone *time.Location) time.Time {
	var age period.Span
	switch c {
	case Weekly:
		age = UpdateAgeWeekly.Of(v)
	case EachMonth:
		age = UpdateAgeMonthly.Of(v)
	case Quarterly:
		age = UpdateAgeQuarterly.Of(v)
	case Off:
	}
	return age.After(at, zone).UTC()
}
