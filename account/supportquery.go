package account

import (
	"slices"

	"github.com/seatbook/seatbook/rule"
)

// SupportQuery tells what support a person has in a team: the level, the
// channels, and a summary of the open cases that they may see.
type SupportQuery struct {
	Team string `json:"team,omitempty"`
	// User is whose support it is; left out, the actor's own.
	User rule.Address `json:"user,omitempty"`
}

// OpenSummary counts open cases.
type OpenSummary struct {
	Total int `json:"total"`
	// BySeverity counts those of severity 1, 2 and 3.
	BySeverity []int `json:"by_severity"`
	// Overdue are those whose target has passed without an answer.
	Overdue int `json:"overdue"`
}

// SupportShown is the answer of [SupportQuery].
type SupportShown struct {
	Team     string    `json:"team"`
	Level    Level     `json:"level"`
	Channels []Channel `json:"channels"`
	// MayPhone says whether the person may telephone: where the level has the
	// phone, the purchaser and whom the purchaser named.
	MayPhone bool `json:"may_phone"`
	// Specialist and AccountManager are told with enterprise-priority support.
	Specialist     string `json:"specialist"`
	AccountManager string `json:"account_manager"`
	// PhoneUsers and Delegates are those that the person named as purchaser.
	PhoneUsers []string    `json:"phone_users"`
	Delegates  []string    `json:"delegates"`
	Open       OpenSummary `json:"open"`
}

// About names the team and the person.
func (q SupportQuery) About(v *rule.View) (rule.Subject, error) {
	return aboutSupport(v, q.Team, q.User)
}

// Answer tells the person's support (ACC-16).
func (q SupportQuery) Answer(v *rule.View) (SupportShown, error) {
	user, err := supported(v, q.User)
	if err != nil {
		return SupportShown{}, err
	}
	person := user.Person()
	team, err := supportTeam(v, q.Team, person)
	if err != nil {
		return SupportShown{}, err
	}
	if team != "" {
		if _, err := loadMember(v, string(team), user); err != nil {
			return SupportShown{}, err
		}
	}
	grounds, err := groundsOf(v, team, person)
	if err != nil {
		return SupportShown{}, err
	}
	shown := SupportShown{Team: string(team), Level: NoLevel, PhoneUsers: []string{}, Delegates: []string{}}
	for _, g := range grounds {
		if g.Level.above(shown.Level) {
			shown.Level = g.Level
		}
		phones, err := mayPhone(v, team, g, person)
		if err != nil {
			return SupportShown{}, err
		}
		shown.MayPhone = shown.MayPhone || phones
	}
	v.Cite(SupportRule, rule.Fig("level", string(shown.Level)))
	if shown.Channels, err = channelsFor(v, team, person, shown.Level); err != nil {
		return SupportShown{}, err
	}
	shown.MayPhone = shown.MayPhone && slices.Contains(shown.Channels, Phone)
	if shown, err = q.named(v, shown, team, person); err != nil {
		return SupportShown{}, err
	}
	shown.Open, err = summary(v, team, person)
	return shown, err
}

// named adds who is named for the team: by the operator and by the purchaser.
func (q SupportQuery) named(v *rule.View, shown SupportShown, team rule.Stream, person rule.Person) (SupportShown, error) {
	if team == "" {
		return shown, nil
	}
	if shown.Level == EnterprisePriority {
		c, _, err := supportContacts.Get(v.Tx(), string(team), "")
		if err != nil {
			return shown, err
		}
		shown.Specialist, shown.AccountManager = c.Specialist, c.AccountManager
	}
	var err error
	if shown.PhoneUsers, err = appointedBy(v, team, asPhoneUser, person); err != nil {
		return shown, err
	}
	shown.Delegates, err = appointedBy(v, team, asDelegate, person)
	return shown, err
}

// summary counts the open cases that a person may see in a team, or of their
// own where there is no team.
func summary(v *rule.View, team rule.Stream, person rule.Person) (OpenSummary, error) {
	sum := OpenSummary{BySeverity: make([]int, severities)}
	stream := team
	if stream == "" {
		stream = person.Stream()
	}
	sight, err := sightOf(v, stream, person)
	if err != nil {
		return sum, err
	}
	for c, err := range openCases.Scan(v.Tx(), string(stream), allCases) {
		if err != nil {
			return sum, err
		}
		if !sight.sees(c) {
			continue
		}
		sum.Total++
		sum.BySeverity[c.Severity-1]++
		if c.overdue(v.Now()) {
			sum.Overdue++
		}
	}
	return sum, nil
}

// OpenCases counts the support cases of a team that are open.
func OpenCases(v *rule.View, team rule.Stream) (int, error) {
	n := 0
	for _, err := range openCases.Scan(v.Tx(), string(team), allCases) {
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
