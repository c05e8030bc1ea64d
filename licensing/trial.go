package licensing

import (
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Trial lets a person try a product, once.
type Trial struct {
	Person  rule.Person
	Product string
	Starts  time.Time
	// Ends is the first instant at which it is over.
	Ends time.Time
	// Warnings are when the person is told that it ends, before it does.
	Warnings []time.Time
}

var trials = store.NewTable("licensing.trial", func(t *Trial) (string, store.Key) {
	return string(t.Person), store.String(t.Product)
})

// Running reports whether the trial gives access at an instant.
func (t Trial) Running(now time.Time) bool { return !now.Before(t.Starts) && now.Before(t.Ends) }

// TrialOf returns the person's running trial of a product, or of a collection
// that holds it, and whether there is one.
func TrialOf(v *rule.View, person rule.Person, product string) (Trial, bool, error) {
	for _, id := range CatalogOf(v).Covering(product) {
		t, found, err := trials.Get(v.Tx(), string(person), store.String(id))
		if err != nil {
			return t, false, err
		}
		if found && t.Running(v.Now()) {
			return t, true, nil
		}
	}
	return Trial{}, false, nil
}

// EndTrial ends a running trial because the person has bought the product.
// Billing calls it.
func EndTrial(s *rule.Scope, person rule.Person, product string) error {
	t, found, err := trials.Get(s.Tx(), string(person), store.String(product))
	if err != nil || !found || !t.Running(s.Now()) {
		return err
	}
	s.Cite(TrialRule, rule.Fig("would have ended", t.Ends))
	teams, err := account.TeamsOf(&s.View, person)
	if err != nil {
		return err
	}
	if err := unqueueTrial(s, t, teams); err != nil {
		return err
	}
	t.Ends, t.Warnings = s.Now(), nil
	return trials.Put(s.Tx(), t)
}

// StartTrial starts a person's trial of a product.
type StartTrial struct {
	User    rule.Address `json:"user"`
	Product string       `json:"product"`
}

// TrialShown is a trial as results show it.
type TrialShown struct {
	User    string    `json:"user"`
	Product string    `json:"product"`
	Starts  time.Time `json:"starts"`
	Ends    time.Time `json:"ends"`
}

// TrialResult is the result of [StartTrial].
type TrialResult struct {
	Trial TrialShown `json:"trial"`
}

// About names the person.
func (c StartTrial) About(v *rule.View) (rule.Subject, error) { return AboutPerson(v, c.User) }

// AboutPerson is the subject of what is one person's own.
func AboutPerson(v *rule.View, user rule.Address) (rule.Subject, error) {
	_, email, person, err := user.Parts()
	if err != nil {
		return rule.Subject{}, err
	}
	streams, err := account.Concerns(v, person)
	return rule.Subject{Person: person, What: "person", Name: email, Touches: streams}, err
}

// Do starts the trial (LIC-8). It lasts in the person's own zone.
func (c StartTrial) Do(s *rule.Scope) (TrialResult, error) {
	p, err := ProductOf(&s.View, c.Product)
	if err != nil {
		return TrialResult{}, err
	}
	if p.Retired {
		return TrialResult{}, rule.Refusef(rule.Invalid, TrialRule, "%s is retired and has no trial", p.ID)
	}
	person, err := account.EnsureLogin(s, c.User)
	if err != nil {
		return TrialResult{}, err
	}
	old, used, err := trials.Get(s.Tx(), string(person.ID), store.String(p.ID))
	if err != nil {
		return TrialResult{}, err
	}
	if used {
		return TrialResult{}, rule.Refusef(rule.TrialUsed, TrialRule, "%s was tried already: a trial is once per person and product", p.ID).
			With(rule.Fig("started", old.Starts), rule.Fig("ends", old.Ends))
	}
	t := Trial{Person: person.ID, Product: p.ID, Starts: s.Now(), Ends: TrialLife.Of(&s.View).After(s.Now(), person.Zone.Location()).UTC()}
	if err := rule.CheckInstant(t.Ends); err != nil {
		return TrialResult{}, err
	}
	s.Cite(TrialRule, rule.Fig("starts", t.Starts), rule.Fig("ends", t.Ends))
	shown := TrialShown{User: person.Email, Product: p.ID, Starts: t.Starts, Ends: t.Ends}
	t.Warnings = t.warnings(&s.View, person.Zone.Location())
	teams, err := account.TeamsOf(&s.View, person.ID)
	if err != nil {
		return TrialResult{}, err
	}
	if err := queueTrial(s, t, teams); err != nil {
		return TrialResult{}, err
	}
	return TrialResult{Trial: shown}, trials.Put(s.Tx(), t)
}
