package account

import (
	"slices"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Benefit is one of the things that come with a team's products and that admins
// grant or withhold by person (ACC-23).
type Benefit string

// The benefits.
const (
	Downloads        Benefit = "downloads"
	WebSupport       Benefit = "web-support"
	PhoneSupport     Benefit = "phone-support"
	PreviousVersions Benefit = "previous-versions"
	HomeUse          Benefit = "home-use"
	CloudServices    Benefit = "cloud-services"
)

var benefits = []Benefit{Downloads, WebSupport, PhoneSupport, PreviousVersions, HomeUse, CloudServices}

// Words returns the words a benefit is written with.
func (Benefit) Words() []string { return Words(benefits) }

// UnmarshalText takes one of the words.
func (b *Benefit) UnmarshalText(text []byte) error { return OneOf(b, Benefit(text), benefits) }

// Withheld is what one member of a team does not get. Who has every benefit has
// no such row.
type Withheld struct {
	Team     rule.Stream
	Person   rule.Person
	Benefits []Benefit
}

var withheld = store.NewTable("account.withheld", func(w *Withheld) (string, store.Key) {
	return string(w.Team), store.String(w.Person)
})

// HasBenefit reports whether a member of a team has a benefit there. All are
// granted at first; who is no member has none.
func HasBenefit(v *rule.View, team rule.Stream, person rule.Person, b Benefit) (bool, error) {
	if _, in, err := MemberOf(v, team, person); err != nil || !in {
		return false, err
	}
	w, _, err := withheld.Get(v.Tx(), string(team), store.String(person))
	v.Cite(BenefitRule, rule.Fig("benefit", string(b)), rule.Fig("withheld", slices.Contains(w.Benefits, b)))
	return !slices.Contains(w.Benefits, b), err
}

// Granting keeps the teams in which a person has a benefit.
func Granting(v *rule.View, teams []rule.Stream, person rule.Person, b Benefit) ([]rule.Stream, error) {
	var list []rule.Stream
	for _, team := range teams {
		has, err := HasBenefit(v, team, person, b)
		if err != nil {
			return nil, err
		}
		if has {
			list = append(list, team)
		}
	}
	return list, nil
}

// GrantBenefit gives a benefit back that was withheld from a member.
type GrantBenefit struct {
	Team    string       `json:"team"`
	User    rule.Address `json:"user"`
	Benefit Benefit      `json:"benefit"`
}

// WithholdBenefit takes a benefit from a member.
type WithholdBenefit struct {
	Team    string       `json:"team"`
	User    rule.Address `json:"user"`
	Benefit Benefit      `json:"benefit"`
}

// BenefitShown is whether a person has a benefit in a team.
type BenefitShown struct {
	Team    string  `json:"team"`
	Benefit Benefit `json:"benefit"`
	Granted bool    `json:"granted"`
}

// BenefitsResult is the result of commands that grant or withhold a benefit.
type BenefitsResult struct {
	User     string         `json:"user"`
	Benefits []BenefitShown `json:"benefits"`
}

// About names the team and the member.
func (c GrantBenefit) About(v *rule.View) (rule.Subject, error) {
	return AboutMember(v, c.Team, c.User)
}

// About names the team and the member.
func (c WithholdBenefit) About(v *rule.View) (rule.Subject, error) {
	return AboutMember(v, c.Team, c.User)
}

// Do grants it; granting what is granted changes nothing (ACC-23).
func (c GrantBenefit) Do(s *rule.Scope) (BenefitsResult, error) {
	return setBenefit(s, c.Team, c.User, c.Benefit, true)
}

// Do withholds it; withholding what is withheld changes nothing (ACC-23).
func (c WithholdBenefit) Do(s *rule.Scope) (BenefitsResult, error) {
	return setBenefit(s, c.Team, c.User, c.Benefit, false)
}

// BenefitChanged happens when a member is given a benefit back, or loses it.
type BenefitChanged struct {
	Team    rule.Stream
	Person  rule.Person
	Benefit Benefit
	Granted bool
}

func setBenefit(s *rule.Scope, team string, user rule.Address, b Benefit, granted bool) (BenefitsResult, error) {
	m, err := loadMember(&s.View, team, user)
	if err != nil {
		return BenefitsResult{}, err
	}
	s.Cite(BenefitRule, rule.Fig("benefit", string(b)), rule.Fig("granted", granted))
	if err := mayGrant(&s.View, m.Team, m.Role); err != nil {
		return BenefitsResult{}, err
	}
	w, _, err := withheld.Get(s.Tx(), team, store.String(m.Person))
	if err != nil {
		return BenefitsResult{}, err
	}
	if has := !slices.Contains(w.Benefits, b); has != granted {
		if err := keepWithheld(s, m, w.without(b, granted)); err != nil {
			return BenefitsResult{}, err
		}
		if err := s.Emit(BenefitChanged{Team: m.Team, Person: m.Person, Benefit: b, Granted: granted}); err != nil {
			return BenefitsResult{}, err
		}
	}
	email, err := EmailOf(&s.View, m.Person)
	if err != nil {
		return BenefitsResult{}, err
	}
	shown, err := benefitsIn(&s.View, m.Team, m.Person)
	return BenefitsResult{User: email, Benefits: shown}, err
}

// without returns what is withheld once a benefit is granted, or withheld too.
func (w Withheld) without(b Benefit, granted bool) []Benefit {
	var list []Benefit
	for _, one := range benefits {
		if slices.Contains(w.Benefits, one) && one != b || one == b && !granted {
			list = append(list, one)
		}
	}
	return list
}

func keepWithheld(s *rule.Scope, m Member, list []Benefit) error {
	if len(list) == 0 {
		return withheld.Delete(s.Tx(), string(m.Team), store.String(m.Person))
	}
	return withheld.Put(s.Tx(), Withheld{Team: m.Team, Person: m.Person, Benefits: list})
}

// endBenefits ends what was said of a member's benefits, so that who comes back
// starts with all of them.
func endBenefits(s *rule.Scope, left MemberLeft) error { return keepWithheld(s, left.Member, nil) }

// benefitsOf returns the benefits that a member has.
func benefitsOf(v *rule.View, team rule.Stream, person rule.Person) ([]Benefit, error) {
	w, _, err := withheld.Get(v.Tx(), string(team), store.String(person))
	if err != nil {
		return nil, err
	}
	list := []Benefit{}
	for _, b := range benefits {
		not := slices.Contains(w.Benefits, b)
		v.Cite(BenefitRule, rule.Fig("benefit", string(b)), rule.Fig("withheld", not))
		if !not {
			list = append(list, b)
		}
	}
	return list, nil
}

// benefitsIn shows which benefits somebody has in a team. Who is no member has none.
func benefitsIn(v *rule.View, team rule.Stream, person rule.Person) ([]BenefitShown, error) {
	_, in, err := MemberOf(v, team, person)
	if err != nil {
		return nil, err
	}
	var granted []Benefit
	if in {
		if granted, err = benefitsOf(v, team, person); err != nil {
			return nil, err
		}
	}
	list := []BenefitShown{}
	for _, b := range benefits {
		list = append(list, BenefitShown{Team: string(team), Benefit: b, Granted: slices.Contains(granted, b)})
	}
	return list, nil
}

// BenefitsQuery lists a person's benefits, cloud services included, in one team or
// in all of them. An admin sees those of the teams they administer.
type BenefitsQuery struct {
	Team string       `json:"team,omitempty"`
	User rule.Address `json:"user"`
}

// About names the person, and the team where one is named.
func (q BenefitsQuery) About(v *rule.View) (rule.Subject, error) {
	if q.Team != "" {
		return AboutMember(v, q.Team, q.User)
	}
	return aboutPerson(v, q.User)
}

// aboutPerson is the subject of what is one person's own.
func aboutPerson(v *rule.View, user rule.Address) (rule.Subject, error) {
	_, email, person, err := user.Parts()
	if err != nil {
		return rule.Subject{}, err
	}
	streams, err := Concerns(v, person)
	return rule.Subject{Person: person, What: "person", Name: email, Touches: streams}, err
}

// Answer lists them, team by team.
func (q BenefitsQuery) Answer(v *rule.View) ([]BenefitShown, error) {
	v.Cite(BenefitRule)
	if q.Team != "" {
		m, err := loadMember(v, q.Team, q.User)
		if err != nil {
			return nil, err
		}
		return benefitsIn(v, m.Team, m.Person)
	}
	teams, err := Visible(v, q.User.Person())
	if err != nil {
		return nil, err
	}
	list := []BenefitShown{}
	for _, team := range teams {
		shown, err := benefitsIn(v, team, q.User.Person())
		if err != nil {
			return nil, err
		}
		list = append(list, shown...)
	}
	return list, nil
}
