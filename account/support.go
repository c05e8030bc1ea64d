package account

import (
	"slices"
	"strings"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Level is a level of support, which a plan gives (ACC-16).
type Level string

// The levels, from the lowest to the highest. Basic is what a trial, a token
// grant and a plan without a level of its own give. It answers as fast as
// standard.
const (
	NoLevel            Level = "none"
	Basic              Level = "basic"
	Standard           Level = "standard"
	Advanced           Level = "advanced"
	EnterprisePriority Level = "enterprise-priority"
)

// levels are those that a plan can give.
var levels = []Level{Basic, Standard, Advanced, EnterprisePriority}

// Words returns the words a level is written with.
func (Level) Words() []string { return Words(append([]Level{NoLevel}, levels...)) }

// above reports whether the level is higher than another.
func (l Level) above(other Level) bool {
	return slices.Index(levels, l) > slices.Index(levels, other)
}

// Channel is a way to get help.
type Channel string

// The channels. The first three need no agent and are for all.
const (
	Assistant Channel = "assistant"
	Browse    Channel = "browse"
	Training  Channel = "training"
	Web       Channel = "web"
	Email     Channel = "e-mail"
	Chat      Channel = "chat"
	Phone     Channel = "phone"
	Remote    Channel = "remote"
)

// supportChannels are all channels, those for everyone first.
var supportChannels = []Channel{Assistant, Browse, Training, Web, Email, Chat, Remote, Phone}

// Words returns the words a channel is written with.
func (Channel) Words() []string { return Words(supportChannels) }

// UnmarshalText takes one of the words.
func (c *Channel) UnmarshalText(text []byte) error { return OneOf(c, Channel(text), supportChannels) }

// Channels returns what the level opens, in a fixed order.
func (l Level) Channels() []Channel {
	n := 3
	switch l {
	case NoLevel:
	case Basic:
		n = 5
	case Standard:
		n = 7
	case Advanced, EnterprisePriority:
		n = 8
	}
	return slices.Clone(supportChannels[:n])
}

// channelsFor returns what a level opens to a person in a team: without those
// that an admin withheld from them (ACC-23).
func channelsFor(v *rule.View, team rule.Stream, person rule.Person, level Level) ([]Channel, error) {
	list := level.Channels()
	if team == "" {
		return list, nil
	}
	for _, channel := range []Channel{Web, Phone} {
		benefit := WebSupport
		if channel == Phone {
			benefit = PhoneSupport
		}
		has, err := HasBenefit(v, team, person, benefit)
		if err != nil {
			return nil, err
		}
		if !has {
			list = slices.DeleteFunc(list, func(c Channel) bool { return c == channel })
		}
	}
	return list, nil
}

// LevelOf returns the level of support that a plan gives (ACC-16).
func LevelOf(v *rule.View, plan string) Level { return levelOf(v, plan) }

// levelOf returns the level that a plan gives, by the parameter support-levels.
func levelOf(v *rule.View, plan string) Level {
	for _, element := range SupportLevels.Of(v) {
		if name, level, _ := strings.Cut(element, "="); name == plan {
			return Level(level)
		}
	}
	return Basic
}

// ground is what a case of a person rests on: a live subscription, or a trial or
// token grant, which no purchaser stands behind.
type ground struct {
	Bought
	Level Level
}

// groundsOf returns what cases of a person in a team can rest on: the live
// subscriptions, the highest level first and of one level the oldest first;
// else a running trial or a token grant. It is empty where there is nothing.
func groundsOf(v *rule.View, team rule.Stream, person rule.Person) ([]ground, error) {
	var list []ground
	if team != "" {
		bought, err := PlanService.Of(v).Bought(v, team)
		if err != nil {
			return nil, err
		}
		for _, b := range bought {
			if b.Live {
				list = append(list, ground{Bought: b, Level: levelOf(v, b.Plan)})
			}
		}
		slices.SortStableFunc(list, func(a, b ground) int { return slices.Index(levels, b.Level) - slices.Index(levels, a.Level) })
	}
	if len(list) > 0 {
		return list, nil
	}
	trial, err := RightService.Of(v).OnTrial(v, person)
	if err != nil || trial {
		return []ground{{Level: Basic}}, err
	}
	if team == "" {
		return nil, nil
	}
	granted, err := TokenService.Of(v).TokensGranted(v, team, person)
	if err != nil || !granted {
		return nil, err
	}
	return []ground{{Level: Basic}}, nil
}

// SupportContacts are the people who look after a team by name, as the operator
// tells them.
type SupportContacts struct {
	Team rule.Stream
	// Specialist and AccountManager are those of enterprise-priority support.
	Specialist, AccountManager string
	// SuccessManager is that of the success centre.
	SuccessManager string
}

var supportContacts = store.NewTable("account.support_contacts", func(c *SupportContacts) (string, store.Key) { return string(c.Team), "" })

// SetSupportContacts names the people who look after a team. An empty field
// names nobody.
type SetSupportContacts struct {
	Team           string `json:"team"`
	Specialist     string `json:"specialist,omitempty"`
	AccountManager string `json:"account_manager,omitempty"`
	SuccessManager string `json:"success_manager,omitempty"`
}

// SupportContactsSet is the result of [SetSupportContacts].
type SupportContactsSet struct {
	Specialist     string `json:"specialist"`
	AccountManager string `json:"account_manager"`
	SuccessManager string `json:"success_manager"`
}

// About names the team.
func (c SetSupportContacts) About(v *rule.View) (rule.Subject, error) { return AboutTeam(v, c.Team) }

// Do keeps the names (ACC-16, ACC-18).
func (c SetSupportContacts) Do(s *rule.Scope) (SupportContactsSet, error) {
	s.Cite(SupportRule, rule.Fig("team", c.Team))
	if err := checkTexts(SupportRule, MaxName, c.Specialist, c.AccountManager, c.SuccessManager); err != nil {
		return SupportContactsSet{}, err
	}
	kept := SupportContacts{Team: rule.Stream(c.Team), Specialist: c.Specialist, AccountManager: c.AccountManager, SuccessManager: c.SuccessManager}
	return SupportContactsSet{c.Specialist, c.AccountManager, c.SuccessManager}, supportContacts.Put(s.Tx(), kept)
}

// supportTeam returns the team that a person means: the one named, or their only
// one; none where they are in none. Who is in several names one.
func supportTeam(v *rule.View, named string, person rule.Person) (rule.Stream, error) {
	if named != "" {
		return rule.Stream(named), nil
	}
	teams, err := TeamsOf(v, person)
	if err != nil || len(teams) == 0 {
		return "", err
	}
	if len(teams) > 1 {
		return "", rule.Refusef(rule.Invalid, SupportRule, "there are several teams, so one must be named: %s", rule.Show(teams)).
			With(rule.Fig("teams", teams))
	}
	return teams[0], nil
}

// supported returns whose affair it is: the user named, or the actor.
func supported(v *rule.View, user rule.Address) (rule.Address, error) {
	if user != "" {
		_, _, _, err := user.Parts()
		return user, err
	}
	if v.Actor().IsOperator() {
		return "", rule.Refuse(rule.Invalid, SupportRule, "the operator names the user whose support it is")
	}
	return rule.Address(v.Actor().Email()), nil
}

// aboutSupport is the subject of a person's own support, in a team or in none.
func aboutSupport(v *rule.View, named string, user rule.Address) (rule.Subject, error) {
	user, err := supported(v, user)
	if err != nil {
		return rule.Subject{}, err
	}
	person := user.Person()
	if person == "" {
		return rule.Subject{}, rule.Missing("person", "")
	}
	team, err := supportTeam(v, named, person)
	if err != nil {
		return rule.Subject{}, err
	}
	if team != "" {
		concerns, err := Concerns(v, person)
		if err != nil {
			return rule.Subject{}, err
		}
		subject, err := AboutTeam(v, string(team), concerns...)
		subject.Person = person
		return subject, err
	}
	return rule.Subject{Person: person, What: "person", Name: string(user), Touches: []rule.Stream{person.Stream()}}, nil
}
