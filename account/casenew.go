package account

import (
	"slices"

	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// OpenCase asks the support. What needs no agent is offered first: without
// despite_offer the result names it, and no case is opened.
type OpenCase struct {
	Team    string  `json:"team,omitempty"`
	Subject string  `json:"subject"`
	Text    string  `json:"text,omitempty"`
	Channel Channel `json:"channel"`
	// Severity is from 1, the most urgent, to 3, which it is where none is given.
	Severity int `json:"severity,omitempty"`
	// Subscription is the one the case rests on; left out, it is the one with
	// the highest level of support.
	Subscription string `json:"subscription,omitempty"`
	// DespiteOffer says that assistant, help and training were offered before.
	DespiteOffer bool `json:"despite_offer,omitempty"`
	// User is whose case it is; left out, the actor's own. The operator names one.
	User rule.Address `json:"user,omitempty"`
}

// CaseOpened is the result of [OpenCase].
type CaseOpened struct {
	// Offered says that only the offer was made; Case is then null.
	Offered bool `json:"offered"`
	// Offers are the channels that need no agent and are for all.
	Offers []Channel  `json:"offers"`
	Case   *CaseShown `json:"case"`
}

// About names the team and the person.
func (c OpenCase) About(v *rule.View) (rule.Subject, error) { return aboutSupport(v, c.Team, c.User) }

// Do offers what needs no agent, or opens the case (ACC-16, ACC-17).
func (c OpenCase) Do(s *rule.Scope) (CaseOpened, error) {
	result := CaseOpened{Offered: !c.DespiteOffer, Offers: NoLevel.Channels()}
	s.Cite(SupportRule, rule.Fig("channel", string(c.Channel)), rule.Fig("offered", result.Offered))
	if err := c.check(); err != nil || result.Offered {
		return result, err
	}
	user, err := supported(&s.View, c.User)
	if err != nil {
		return CaseOpened{}, err
	}
	person := user.Person()
	team, err := supportTeam(&s.View, c.Team, person)
	if err != nil {
		return CaseOpened{}, err
	}
	opened := Case{
		Stream: team, Opener: person, Subject: c.Subject, Text: c.Text, Channel: c.Channel, Severity: c.Severity, Opened: s.Now(),
	}
	if opened.Severity == 0 {
		opened.Severity = severities
	}
	zone, err := opened.place(&s.View, user)
	if err != nil {
		return CaseOpened{}, err
	}
	g, err := c.ground(&s.View, team, person)
	if err != nil {
		return CaseOpened{}, err
	}
	opened.Subscription, opened.Level = g.Subscription, g.Level
	business := BusinessHours.Of(&s.View)
	opened.Target = DueBy(s.Now(), firstResponse(&s.View, g.Level, opened.Severity), zone.Location(), business)
	if err := rule.CheckInstant(opened.Target); err != nil {
		return CaseOpened{}, err
	}
	s.Cite(ResponseRule, rule.Fig("level", string(g.Level)), rule.Fig("severity", opened.Severity), rule.Fig("target", opened.Target))
	if opened.ID, err = s.NewID("cas", opened.Stream); err != nil {
		return CaseOpened{}, err
	}
	kept, err := opened.keep(s)
	result.Case = &kept.Case
	return result, err
}

// check refuses what can be seen in the command alone.
func (c OpenCase) check() error {
	switch {
	case c.Severity < 0 || c.Severity > severities:
		return rule.Refusef(rule.Invalid, ResponseRule, "a severity is from 1 to %d, not %d", severities, c.Severity)
	case slices.Contains(NoLevel.Channels(), c.Channel):
		return rule.Refusef(rule.Invalid, SupportRule, "the channel %s is for all and takes no case", c.Channel)
	}
	if err := checkTexts(SupportRule, MaxName, c.Subject); err != nil {
		return err
	}
	return checkTexts(SupportRule, MaxText, c.Text)
}

// place puts the case into the team, where the person must be a member, or into
// the person's own stream, and returns the zone that counts there.
func (c *Case) place(v *rule.View, user rule.Address) (period.Zone, error) {
	if c.Stream == "" {
		c.Stream = c.Opener.Stream()
		p, _, err := PersonByID(v, c.Opener)
		return p.Zone, err
	}
	if _, err := loadMember(v, string(c.Stream), user); err != nil {
		return "", err
	}
	t, err := TeamByHandle(v, c.Stream)
	return t.Zone, err
}

// ground returns what the case rests on, where that opens the channel.
func (c OpenCase) ground(v *rule.View, team rule.Stream, person rule.Person) (ground, error) {
	grounds, err := groundsOf(v, team, person)
	if err != nil {
		return ground{}, err
	}
	if c.Subscription != "" {
		grounds = slices.DeleteFunc(grounds, func(g ground) bool { return g.Subscription != c.Subscription })
		if len(grounds) == 0 {
			return ground{}, rule.Refusef(rule.NotAssigned, SupportRule, "there is no live subscription %q to open a case for", c.Subscription)
		}
	}
	if len(grounds) == 0 {
		return ground{}, rule.Refuse(rule.NotAssigned, SupportRule, "an agent's help needs a live subscription, a trial or a token grant; assistant, help and training are for all")
	}
	channels, err := channelsFor(v, team, person, grounds[0].Level)
	if err != nil {
		return ground{}, err
	}
	if !slices.Contains(channels, c.Channel) && slices.Contains(grounds[0].Level.Channels(), c.Channel) {
		return ground{}, rule.Refusef(rule.NotAssigned, BenefitRule, "the channel %s is withheld from the person in the team %s", c.Channel, team).
			With(rule.Fig("channels", Words(channels)))
	}
	if !slices.Contains(channels, c.Channel) {
		return ground{}, rule.Refusef(rule.NotAssigned, SupportRule, "the person's support of the level %s has no channel %s", grounds[0].Level, c.Channel).
			With(rule.Fig("level", string(grounds[0].Level)), rule.Fig("channels", Words(channels)))
	}
	if c.Channel != Phone {
		return grounds[0], nil
	}
	for _, g := range grounds {
		if may, err := mayPhone(v, team, g, person); err != nil || may {
			return g, err
		}
	}
	purchaser, err := EmailOf(v, grounds[0].Purchaser)
	if err != nil {
		return ground{}, err
	}
	return ground{}, rule.Refuse(rule.NotPermitted, SupportRule, "the purchaser has not named the person to telephone the support").To("the purchaser " + purchaser)
}
