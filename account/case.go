package account

import (
	"slices"
	"time"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Case is a question to the support that an agent answers.
type Case struct {
	// Stream is the team it belongs to, or the person where they are in no team.
	Stream rule.Stream
	ID     string
	// Opener is who asked.
	Opener  rule.Person
	Subject string
	Text    string
	Channel Channel
	// Severity is from 1, which is the most urgent, to 3.
	Severity int
	// Subscription is the one it rests on, empty where a trial or a token grant
	// is all there is.
	Subscription string
	Level        Level
	Opened       time.Time
	// Target is by when it is to be answered first. It was fixed at the opening.
	Target time.Time
	// Answered is when an agent first answered, and Closed when it was closed,
	// zero while neither has happened.
	Answered, Closed time.Time
	// Shared is when it was shared with the reseller, zero while it is not.
	Shared time.Time
	// Replies is how many there are.
	Replies int
}

var cases = store.NewTable("account.case", func(c *Case) (string, store.Key) { return string(c.Stream), rule.IDKey(c.ID) })

// casesAt has all cases of a stream in the order in which they were opened.
var casesAt = cases.Index("opened", func(c *Case) (store.Key, bool) { return store.Time(c.Opened) + rule.IDKey(c.ID), true })

// casesBy has those of one person.
var casesBy = cases.Index("opener", func(c *Case) (store.Key, bool) {
	return store.String(c.Opener) + store.Time(c.Opened) + rule.IDKey(c.ID), true
})

// openCases has those that are open.
var openCases = cases.Index("open", func(c *Case) (store.Key, bool) { return "", c.Closed.IsZero() })

var allCases = store.Part{}

func caseByID(v *rule.View, id string) (Case, error) {
	stream, ok := rule.StreamOfID("cas", id)
	if !ok {
		return Case{}, rule.Missing("case", id)
	}
	c, found, err := cases.Get(v.Tx(), string(stream), rule.IDKey(id))
	if err == nil && !found {
		err = rule.Missing("case", id)
	}
	return c, err
}

// overdue reports whether the target has passed and nobody has answered. At the
// target itself an answer is still in time.
func (c Case) overdue(now time.Time) bool {
	return c.Answered.IsZero() && c.Closed.IsZero() && now.After(c.Target)
}

// CaseStatus is what has become of a case.
type CaseStatus string

// What can become of a case.
const (
	CaseOpen   CaseStatus = "open"
	CaseClosed CaseStatus = "closed"
)

var caseStatuses = []CaseStatus{CaseOpen, CaseClosed}

// Words returns the words a status is written with.
func (CaseStatus) Words() []string { return Words(caseStatuses) }

// UnmarshalText takes one of the words.
func (s *CaseStatus) UnmarshalText(text []byte) error {
	return OneOf(s, CaseStatus(text), caseStatuses)
}

func (c Case) status() CaseStatus {
	if c.Closed.IsZero() {
		return CaseOpen
	}
	return CaseClosed
}

// CaseShown is a case as results show it.
type CaseShown struct {
	ID string `json:"id"`
	// Team is empty for a case of a person who is in no team.
	Team         string     `json:"team"`
	User         string     `json:"user"`
	Subject      string     `json:"subject"`
	Text         string     `json:"text"`
	Channel      Channel    `json:"channel"`
	Severity     int        `json:"severity"`
	Subscription string     `json:"subscription"`
	Level        Level      `json:"level"`
	Status       CaseStatus `json:"status"`
	Opened       time.Time  `json:"opened"`
	Target       time.Time  `json:"target"`
	// Answered and Closed are null while that has not happened.
	Answered *time.Time `json:"answered"`
	Closed   *time.Time `json:"closed"`
	Overdue  bool       `json:"overdue"`
	Shared   bool       `json:"shared"`
	Replies  int        `json:"replies"`
}

func (c Case) shown(v *rule.View) (CaseShown, error) {
	email, err := EmailOf(v, c.Opener)
	team := string(c.Stream)
	if c.Stream.IsPerson() {
		team = ""
	}
	orNull := func(t time.Time) *time.Time {
		if t.IsZero() {
			return nil
		}
		return &t
	}
	return CaseShown{
		ID: c.ID, Team: team, User: email, Subject: c.Subject, Text: c.Text, Channel: c.Channel, Severity: c.Severity,
		Subscription: c.Subscription, Level: c.Level, Status: c.status(), Opened: c.Opened, Target: c.Target,
		Answered: orNull(c.Answered), Closed: orNull(c.Closed), Overdue: c.overdue(v.Now()), Shared: !c.Shared.IsZero(), Replies: c.Replies,
	}, err
}

// CaseResult is the result of commands that change a case.
type CaseResult struct {
	Case CaseShown `json:"case"`
}

// keep writes the case and shows it.
func (c Case) keep(s *rule.Scope) (CaseResult, error) {
	if err := cases.Put(s.Tx(), c); err != nil {
		return CaseResult{}, err
	}
	shown, err := c.shown(&s.View)
	return CaseResult{Case: shown}, err
}

// sight is which cases of one stream a person may see: in a team their own from
// when they joined it on, and those of the purchases that they made or that
// were delegated to them.
type sight struct {
	person    rule.Person
	since     time.Time
	purchases []string
	// everything is set for the operator, nothing for who is not in the team.
	everything, nothing bool
}

func sightOf(v *rule.View, stream rule.Stream, person rule.Person) (sight, error) {
	s := sight{person: person}
	if stream.IsPerson() {
		s.nothing = stream != person.Stream()
		return s, nil
	}
	m, in, err := MemberOf(v, stream, person)
	if err != nil || !in {
		s.nothing = true
		return s, err
	}
	s.since = m.Since
	bought, err := PlanService.Of(v).Bought(v, stream)
	if err != nil {
		return s, err
	}
	for _, b := range bought {
		sees := b.Purchaser == person
		if !sees {
			if _, sees, err = appointments.Get(v.Tx(), string(stream), appointmentKey(asDelegate, b.Purchaser, person)); err != nil {
				return s, err
			}
		}
		if sees {
			s.purchases = append(s.purchases, b.Subscription)
		}
	}
	return s, nil
}

func (s sight) sees(c Case) bool {
	switch {
	case s.everything:
		return true
	case s.nothing:
		return false
	case c.Opener == s.person && !c.Opened.Before(s.since):
		return true
	default:
		return c.Subscription != "" && slices.Contains(s.purchases, c.Subscription)
	}
}
