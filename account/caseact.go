package account

import (
	"time"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// CaseReply is one answer in a case, by an agent or by who asked.
type CaseReply struct {
	Stream rule.Stream
	Case   string
	ID     string
	// By is empty for an agent: the operator's.
	By   rule.Person
	At   time.Time
	Text string
}

var caseReplies = store.NewTable("account.case_reply", func(r *CaseReply) (string, store.Key) {
	return string(r.Stream), rule.IDKey(r.Case) + rule.IDKey(r.ID)
})

// MaxReplies is how many replies a case can have.
const MaxReplies = 1000

// aboutCase is the subject of a case: of who may see it. To anyone else in the
// team it is somebody else's, and to everyone outside there is none.
func aboutCase(v *rule.View, id string) (rule.Subject, error) {
	c, err := caseByID(v, id)
	if err != nil {
		return rule.Subject{}, err
	}
	subject := rule.Subject{Person: c.Opener, What: "case", Name: id, Touches: []rule.Stream{c.Stream}}
	if !c.Stream.IsPerson() {
		subject.Team, subject.Person = c.Stream, ""
		actor := v.Actor().Person()
		sight, err := sightOf(v, c.Stream, actor)
		if err != nil {
			return rule.Subject{}, err
		}
		if sight.sees(c) {
			subject.Person = actor
		}
	}
	return subject, nil
}

// loadOpen returns the case, which must be open.
func loadOpen(s *rule.Scope, id string) (Case, error) {
	c, err := caseByID(&s.View, id)
	if err != nil {
		return c, err
	}
	s.Cite(SupportRule, rule.Fig("case", id), rule.Fig("status", string(c.status())))
	if !c.Closed.IsZero() {
		return c, rule.Refuse(rule.Conflict, SupportRule, "the case is closed", rule.Fig("closed", c.Closed))
	}
	return c, nil
}

// ReplyCase adds a reply to a case. The operator replies as the agent.
type ReplyCase struct {
	Case string `json:"case"`
	Text string `json:"text"`
}

// About names the case.
func (c ReplyCase) About(v *rule.View) (rule.Subject, error) { return aboutCase(v, c.Case) }

// Do keeps the reply; an agent's first one is what the target asks for (ACC-17).
func (c ReplyCase) Do(s *rule.Scope) (CaseResult, error) {
	found, err := loadOpen(s, c.Case)
	if err != nil {
		return CaseResult{}, err
	}
	if err := checkTexts(SupportRule, MaxText, c.Text); err != nil {
		return CaseResult{}, err
	}
	if found.Replies >= MaxReplies {
		return CaseResult{}, rule.Refusef(rule.Conflict, SupportRule, "a case has %d replies at most", MaxReplies)
	}
	reply := CaseReply{Stream: found.Stream, Case: found.ID, By: s.Actor().Person(), At: s.Now(), Text: c.Text}
	if reply.ID, err = s.NewID("rep", found.Stream); err != nil {
		return CaseResult{}, err
	}
	if err := caseReplies.Put(s.Tx(), reply); err != nil {
		return CaseResult{}, err
	}
	found.Replies++
	if s.Actor().IsOperator() && found.Answered.IsZero() {
		found.Answered = s.Now()
		s.Cite(ResponseRule, rule.Fig("target", found.Target), rule.Fig("in time", !s.Now().After(found.Target)))
	}
	return found.keep(s)
}

// CloseCase closes a case.
type CloseCase struct {
	Case string `json:"case"`
}

// About names the case.
func (c CloseCase) About(v *rule.View) (rule.Subject, error) { return aboutCase(v, c.Case) }

// Do closes it (ACC-16).
func (c CloseCase) Do(s *rule.Scope) (CaseResult, error) {
	found, err := loadOpen(s, c.Case)
	if err != nil {
		return CaseResult{}, err
	}
	found.Closed = s.Now()
	return found.keep(s)
}

// ShareCase shows a case to the reseller of the subscription that it rests on.
type ShareCase struct {
	Case string `json:"case"`
}

// About names the case.
func (c ShareCase) About(v *rule.View) (rule.Subject, error) { return aboutCase(v, c.Case) }

// Do shares it; one that is shared stays so. Without a reseller there is nobody
// to share it with (ACC-16).
func (c ShareCase) Do(s *rule.Scope) (CaseResult, error) {
	found, err := loadOpen(s, c.Case)
	if err != nil {
		return CaseResult{}, err
	}
	reseller := false
	if !found.Stream.IsPerson() {
		bought, err := PlanService.Of(&s.View).Bought(&s.View, found.Stream)
		if err != nil {
			return CaseResult{}, err
		}
		for _, b := range bought {
			reseller = reseller || b.Reseller && b.Subscription == found.Subscription
		}
	}
	if !reseller {
		return CaseResult{}, rule.Refuse(rule.Invalid, SupportRule, "the case rests on nothing that was bought from a reseller, so there is nobody to share it with")
	}
	if found.Shared.IsZero() {
		found.Shared = s.Now()
	}
	return found.keep(s)
}

// UnshareCase hides a case from the reseller again.
type UnshareCase struct {
	Case string `json:"case"`
}

// About names the case.
func (c UnshareCase) About(v *rule.View) (rule.Subject, error) { return aboutCase(v, c.Case) }

// Do hides it, also where it is closed.
func (c UnshareCase) Do(s *rule.Scope) (CaseResult, error) {
	found, err := caseByID(&s.View, c.Case)
	if err != nil {
		return CaseResult{}, err
	}
	s.Cite(SupportRule, rule.Fig("case", c.Case), rule.Fig("shared", !found.Shared.IsZero()))
	found.Shared = time.Time{}
	return found.keep(s)
}
