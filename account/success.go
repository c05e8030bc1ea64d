package account

import (
	"slices"
	"time"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// SuccessKind says what an entry of the success centre is.
type SuccessKind string

// The kinds of entries.
const (
	SuccessMessage  SuccessKind = "message"
	LearningPlan    SuccessKind = "learning-plan"
	CoachingBooking SuccessKind = "coaching"
)

var successKinds = []SuccessKind{SuccessMessage, LearningPlan, CoachingBooking}

// Words returns the words a kind is written with.
func (SuccessKind) Words() []string { return Words(successKinds) }

// UnmarshalText takes one of the words.
func (k *SuccessKind) UnmarshalText(text []byte) error {
	return OneOf(k, SuccessKind(text), successKinds)
}

// SuccessEntry is something that a member did in the success centre (ACC-18): a
// message to the success manager, a learning plan, or a coaching session.
type SuccessEntry struct {
	Team rule.Stream
	ID   string
	Kind SuccessKind
	// By is empty for the operator.
	By   rule.Person
	Made time.Time
	// Text is the message, the plan's title or what the session is about.
	Text    string
	Courses []string
	// From and To are those of a session.
	From, To time.Time
}

var successEntries = store.NewTable("account.success", func(e *SuccessEntry) (string, store.Key) {
	return string(e.Team), rule.IDKey(e.ID)
})

// coachings has the coaching sessions in the order in which they begin.
var coachings = successEntries.Index("coaching", func(e *SuccessEntry) (store.Key, bool) {
	return store.Time(e.From), e.Kind == CoachingBooking
})

// SuccessShown is an entry as results show it.
type SuccessShown struct {
	ID      string      `json:"id"`
	Team    string      `json:"team"`
	Kind    SuccessKind `json:"kind"`
	By      string      `json:"by"`
	Made    time.Time   `json:"made"`
	Text    string      `json:"text"`
	Courses []string    `json:"courses"`
	// At and Ends are those of a coaching session, null for everything else.
	At   *time.Time `json:"at"`
	Ends *time.Time `json:"ends"`
}

func (e SuccessEntry) shown(v *rule.View) (SuccessShown, error) {
	email, err := EmailOf(v, e.By)
	shown := SuccessShown{
		ID: e.ID, Team: string(e.Team), Kind: e.Kind, By: email, Made: e.Made, Text: e.Text, Courses: append([]string{}, e.Courses...),
	}
	if e.Kind == CoachingBooking {
		shown.At, shown.Ends = &e.From, &e.To
	}
	return shown, err
}

// keep writes a new entry and shows it.
func (e SuccessEntry) keep(s *rule.Scope) (SuccessShown, error) {
	id, err := s.NewID("suc", e.Team)
	if err != nil {
		return SuccessShown{}, err
	}
	e.ID, e.By, e.Made = id, s.Actor().Person(), s.Now()
	if err := successEntries.Put(s.Tx(), e); err != nil {
		return SuccessShown{}, err
	}
	return e.shown(&s.View)
}

// SuccessResult is the result of commands of the success centre.
type SuccessResult struct {
	Entry SuccessShown `json:"entry"`
}

// hasSuccess reports whether the team has a live subscription with a success plan.
func hasSuccess(v *rule.View, team rule.Stream) (bool, error) {
	bought, err := PlanService.Of(v).Bought(v, team)
	return slices.ContainsFunc(bought, func(b Bought) bool { return b.Live && slices.Contains(SuccessPlans.Of(v), b.Plan) }), err
}

// aboutSuccess is the subject of the success centre: everyone's in a team that
// has one, and nobody's in another.
func aboutSuccess(v *rule.View, team string) (rule.Subject, error) {
	subject, err := AboutTeam(v, team)
	if err != nil {
		return subject, err
	}
	has, err := hasSuccess(v, subject.Team)
	if has {
		subject.Person = v.Actor().Person()
	}
	return subject, err
}

// needSuccess refuses what is for a team with a success plan where it has none;
// only the operator comes as far as this.
func needSuccess(v *rule.View, team string) error {
	has, err := hasSuccess(v, rule.Stream(team))
	if err != nil {
		return err
	}
	v.Cite(SuccessRule, rule.Fig("success plan", has))
	if !has {
		return rule.Refuse(rule.NotAssigned, SuccessRule, "the team has no live subscription with a success plan")
	}
	return nil
}

// ContactSuccessManager sends a message to the team's success manager.
type ContactSuccessManager struct {
	Team string `json:"team"`
	Text string `json:"text"`
}

// About names the team.
func (c ContactSuccessManager) About(v *rule.View) (rule.Subject, error) {
	return aboutSuccess(v, c.Team)
}

// Do keeps the message (ACC-18).
func (c ContactSuccessManager) Do(s *rule.Scope) (SuccessResult, error) {
	if err := needSuccess(&s.View, c.Team); err != nil {
		return SuccessResult{}, err
	}
	if err := checkTexts(SuccessRule, MaxText, c.Text); err != nil {
		return SuccessResult{}, err
	}
	shown, err := SuccessEntry{Team: rule.Stream(c.Team), Kind: SuccessMessage, Text: c.Text}.keep(s)
	return SuccessResult{shown}, err
}

// AddLearningPlan sets up a learning plan for the team.
type AddLearningPlan struct {
	Team  string `json:"team"`
	Title string `json:"title"`
	// Courses are what the plan consists of, in this order.
	Courses []string `json:"courses,omitempty"`
}

// MaxCourses is how many courses a learning plan can have.
const MaxCourses = 100

// About names the team.
func (c AddLearningPlan) About(v *rule.View) (rule.Subject, error) { return aboutSuccess(v, c.Team) }

// Do keeps the plan (ACC-18).
func (c AddLearningPlan) Do(s *rule.Scope) (SuccessResult, error) {
	if err := needSuccess(&s.View, c.Team); err != nil {
		return SuccessResult{}, err
	}
	if len(c.Courses) > MaxCourses {
		return SuccessResult{}, rule.Refusef(rule.Invalid, SuccessRule, "a learning plan has %d courses at most, not %d", MaxCourses, len(c.Courses))
	}
	if err := checkTexts(SuccessRule, MaxName, append([]string{c.Title}, c.Courses...)...); err != nil {
		return SuccessResult{}, err
	}
	shown, err := SuccessEntry{Team: rule.Stream(c.Team), Kind: LearningPlan, Text: c.Title, Courses: slices.Clone(c.Courses)}.keep(s)
	return SuccessResult{shown}, err
}

// BookCoaching books a coaching session for the team.
type BookCoaching struct {
	Team string    `json:"team"`
	At   time.Time `json:"at"`
	// Topic is what the session is about.
	Topic string `json:"topic,omitempty"`
}

// About names the team.
func (c BookCoaching) About(v *rule.View) (rule.Subject, error) { return aboutSuccess(v, c.Team) }

// Do books the session: in the future, in business hours, and when the team has
// no other one (ACC-18).
func (c BookCoaching) Do(s *rule.Scope) (SuccessResult, error) {
	if err := needSuccess(&s.View, c.Team); err != nil {
		return SuccessResult{}, err
	}
	if err := checkTexts(SuccessRule, MaxName, c.Topic); err != nil {
		return SuccessResult{}, err
	}
	t, err := TeamByHandle(&s.View, rule.Stream(c.Team))
	if err != nil {
		return SuccessResult{}, err
	}
	from := c.At.UTC()
	to := CoachingSession.Of(&s.View).After(from, t.Location()).UTC()
	if err := c.free(&s.View, t, from, to); err != nil {
		return SuccessResult{}, err
	}
	shown, err := SuccessEntry{Team: t.Handle, Kind: CoachingBooking, Text: c.Topic, From: from, To: to}.keep(s)
	return SuccessResult{shown}, err
}

// free refuses a session at a time when there can be none.
func (c BookCoaching) free(v *rule.View, t Team, from, to time.Time) error {
	ahead, business := CoachingAhead.Of(v), BusinessHours.Of(v)
	v.Cite(SuccessRule, rule.Fig("from", from), rule.Fig("to", to), rule.Fig("business-hours", business.String()))
	switch {
	case !from.After(v.Now()):
		return rule.Refuse(rule.TooLate, SuccessRule, "a coaching session is booked for the future", rule.Fig("at", from))
	case from.After(ahead.After(v.Now(), t.Location())):
		return rule.Refusef(rule.TooEarly, SuccessRule, "a coaching session is booked %s ahead at most", ahead).With(rule.Fig("at", from))
	case !within(from, to, t.Location(), business):
		return rule.Refusef(rule.Invalid, SuccessRule, "a coaching session lies in business hours, %s from Monday to Friday in the zone %s", business, t.Zone).
			With(rule.Fig("from", from.In(t.Location())), rule.Fig("to", to.In(t.Location())))
	}
	// Sessions do not overlap, so the last one that begins before this one ends decides.
	for e, err := range coachings.Scan(v.Tx(), string(t.Handle), store.Part{To: store.Time(to), Reverse: true, Limit: 1}) {
		if err != nil {
			return err
		}
		if e.To.After(from) {
			return rule.Refuse(rule.Conflict, SuccessRule, "the team has a coaching session at that time", rule.Fig("from", e.From), rule.Fig("to", e.To))
		}
	}
	return nil
}
