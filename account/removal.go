package account

import (
	"time"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// removable refuses to take a member out of the team whom nobody, or not the
// actor, may remove (ACC-3, ACC-5).
func removable(v *rule.View, m Member) error {
	if m.Role == Primary {
		return rule.Refuse(rule.PrimaryRequired, PrimaryRule, "the primary admin hands the team over before being removed")
	}
	if err := mayGrant(v, m.Team, m.Role); err != nil {
		return err
	}
	owns, err := PurchaseService.Of(v).OwnsLive(v, m.Team, m.Person)
	if err != nil {
		return err
	}
	if owns {
		return rule.Refuse(rule.Conflict, PurchaserRule, "the purchaser of live subscriptions hands them over before being removed")
	}
	return nil
}

// Ending is one thing that ends when a person is taken out of a team.
type Ending struct {
	// What says what it is: a role, a group, a product, an overlap, an update, the
	// use of an older release (previous-use) or at home (home-use), tokens, a session, a payer, a hub, a case, what a purchaser named somebody for, or a
	// benefit or service that was withheld and no longer would be.
	What string `json:"what"`
	// Name is which one: the role, the group, the product, the identifier.
	Name string `json:"name"`
	// Source says where a product or token access comes from, such as a group.
	Source string `json:"source"`
	// From is the group or subscription that it comes from, where there is one.
	From string `json:"from"`
	// Until is when it would have ended by itself, null where it would not.
	Until *time.Time `json:"until"`
}

// Removals is what account asks of the modules above it: what of theirs ends
// when a person is taken out of a team.
type Removals interface {
	// Removes lists it in an order that is always the same.
	Removes(v *rule.View, team rule.Stream, person rule.Person) ([]Ending, error)
}

// RemovalService asks [Removals] of every module that has something to say.
var RemovalService = rule.NewServices[Removals]("account.Removals")

// RemovalQuery lists what taking a person out of a team would end.
type RemovalQuery struct {
	Team string       `json:"team"`
	User rule.Address `json:"user"`
}

// Removal is what taking a person out of a team would end.
type Removal struct {
	User string `json:"user"`
	// Allowed reports whether the actor could remove the person now; Code and
	// Reason say why not.
	Allowed bool      `json:"allowed"`
	Code    rule.Code `json:"code"`
	Reason  string    `json:"reason"`
	Ends    []Ending  `json:"ends"`
}

// About names the team and the member.
func (q RemovalQuery) About(v *rule.View) (rule.Subject, error) {
	return AboutMember(v, q.Team, q.User)
}

// Answer lists what would end: the role, the groups, the benefits withheld, then
// what the modules above tell (ACC-9).
func (q RemovalQuery) Answer(v *rule.View) (Removal, error) {
	m, err := loadMember(v, q.Team, q.User)
	if err != nil {
		return Removal{}, err
	}
	_, email, _, err := q.User.Parts()
	if err != nil {
		return Removal{}, err
	}
	r := Removal{User: email, Allowed: true, Ends: []Ending{{What: "role", Name: string(m.Role)}}}
	err = removable(v, m)
	if refusal := rule.AsRefusal(err); refusal != nil {
		r.Allowed, r.Code, r.Reason = false, refusal.Code, refusal.Text
	} else if err != nil {
		return r, err
	}
	groups, err := GroupsOf(v, m.Team, m.Person)
	if err != nil {
		return r, err
	}
	for _, g := range groups {
		r.Ends = append(r.Ends, Ending{What: "group", Name: g})
	}
	without, _, err := withheld.Get(v.Tx(), string(m.Team), store.String(m.Person))
	if err != nil {
		return r, err
	}
	for _, b := range without.Benefits {
		r.Ends = append(r.Ends, Ending{What: "withheld", Name: string(b), Source: "benefit"})
	}
	for _, module := range RemovalService.All(v) {
		ends, err := module.Removes(v, m.Team, m.Person)
		if err != nil {
			return r, err
		}
		r.Ends = append(r.Ends, ends...)
	}
	v.Cite(RemovalRule, rule.Fig("ends", len(r.Ends)))
	return r, nil
}
