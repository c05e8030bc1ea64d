package licensing

import (
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// ConfirmEducation says until when a person is eligible for education access. The
// embedding service says it once it has checked, and again when that changes: an
// instant that is past ends the eligibility.
type ConfirmEducation struct {
	User  rule.Address `json:"user"`
	Until time.Time    `json:"until"`
}

// StudentShown is somebody's eligibility as results show it.
type StudentShown struct {
	User     string `json:"user"`
	Eligible bool   `json:"eligible"`
	// Until is the end of the eligibility; null where none was confirmed.
	Until *time.Time `json:"until"`
}

// StudentResult is the result of [ConfirmEducation].
type StudentResult struct {
	Student StudentShown `json:"student"`
}

func (s Student) shown(v *rule.View) (StudentShown, error) {
	email, err := account.EmailOf(v, s.Person)
	return StudentShown{User: email, Eligible: s.Eligible(v.Now()), Until: instant(s.Until)}, err
}

// About names the person.
func (c ConfirmEducation) About(v *rule.View) (rule.Subject, error) { return AboutPerson(v, c.User) }

// Do keeps it (LIC-14); confirming the same twice changes nothing. An access that
// was started goes on to its own end, however long the person stays eligible.
func (c ConfirmEducation) Do(s *rule.Scope) (StudentResult, error) {
	if err := rule.CheckInstant(c.Until); err != nil {
		return StudentResult{}, err
	}
	person, err := account.EnsureLogin(s, c.User)
	if err != nil {
		return StudentResult{}, err
	}
	student, err := studentOf(&s.View, person.ID)
	if err != nil {
		return StudentResult{}, err
	}
	s.Cite(EducationRule, rule.Fig("eligible until", c.Until))
	if !student.Until.Equal(c.Until) {
		student.Until = c.Until.UTC()
		if err := students.Put(s.Tx(), student); err != nil {
			return StudentResult{}, err
		}
	}
	shown, err := student.shown(&s.View)
	return StudentResult{shown}, err
}

// EducationShown is an education access as results show it.
type EducationShown struct {
	User    string    `json:"user"`
	Product string    `json:"product"`
	Starts  time.Time `json:"starts"`
	Ends    time.Time `json:"ends"`
	// Renewable is the first instant at which it can be renewed.
	Renewable time.Time `json:"renewable"`
	// Running reports whether the person may open the product by it now.
	Running bool `json:"running"`
}

// EducationResult is the result of commands on education access.
type EducationResult struct {
	Education EducationShown `json:"education"`
}

func (e Education) shown(v *rule.View) (EducationShown, error) {
	email, err := account.EmailOf(v, e.Person)
	return EducationShown{
		User: email, Product: e.Product, Starts: e.Starts, Ends: e.Ends, Renewable: e.Renewable, Running: e.Running(v.Now()),
	}, err
}

// StartEducation starts a person's education access to a product.
type StartEducation struct {
	User    rule.Address `json:"user"`
	Product string       `json:"product"`
}

// About names the person.
func (c StartEducation) About(v *rule.View) (rule.Subject, error) { return AboutPerson(v, c.User) }

// Do starts it for a year (LIC-14). Who has it already renews it instead; once it
// is over it can be started anew.
func (c StartEducation) Do(s *rule.Scope) (EducationResult, error) {
	p, old, zone, err := educationFor(s, c.User, c.Product)
	if err != nil {
		return EducationResult{}, err
	}
	if old.Running(s.Now()) {
		return EducationResult{}, rule.Refusef(rule.Conflict, EducationRule, "the person has education access to %s already, and renews it from %s on",
			p.ID, rule.Show(old.Renewable)).With(rule.Fig("ends", old.Ends), rule.Fig("renewable", old.Renewable))
	}
	if p.Retired {
		return EducationResult{}, rule.Refusef(rule.Invalid, EducationRule, "%s is retired and has no education access", p.ID)
	}
	e := Education{Person: c.User.Person(), Product: p.ID, Starts: s.Now()}
	return e.last(s, old, s.Now(), zone)
}

// RenewEducation renews a person's education access to a product.
type RenewEducation struct {
	User    rule.Address `json:"user"`
	Product string       `json:"product"`
}

// About names the person.
func (c RenewEducation) About(v *rule.View) (rule.Subject, error) { return AboutPerson(v, c.User) }

// Do renews it for a year from its end, from the notice before the end on
// (LIC-14). So nothing is lost by renewing early.
func (c RenewEducation) Do(s *rule.Scope) (EducationResult, error) {
	p, old, zone, err := educationFor(s, c.User, c.Product)
	if err != nil {
		return EducationResult{}, err
	}
	switch {
	case old.Ends.IsZero():
		return EducationResult{}, rule.Missing("education access", p.ID)
	case !s.Now().Before(old.Ends):
		return EducationResult{}, rule.Refusef(rule.TooLate, EducationRule, "the education access to %s ended %s, and is started anew", p.ID, rule.Show(old.Ends)).
			With(rule.Fig("ended", old.Ends))
	case s.Now().Before(old.Renewable):
		return EducationResult{}, rule.Refusef(rule.TooEarly, EducationRule, "the education access to %s can be renewed from %s on", p.ID, rule.Show(old.Renewable)).
			With(rule.Fig("renewable", old.Renewable), rule.Fig("ends", old.Ends), rule.Fig(EducationNotice.Name(), EducationNotice.Of(&s.View)))
	}
	return old.last(s, old, old.Ends, zone)
}

// last lets the access last a year from an instant on, and keeps it.
func (e Education) last(s *rule.Scope, old Education, from time.Time, zone *time.Location) (EducationResult, error) {
	e, err := e.until(&s.View, from, zone)
	if err != nil {
		return EducationResult{}, err
	}
	s.Cite(EducationRule, rule.Fig("starts", e.Starts), rule.Fig("ends", e.Ends), rule.Fig(EducationLife.Name(), EducationLife.Of(&s.View)))
	if err := e.keep(s, old); err != nil {
		return EducationResult{}, err
	}
	shown, err := e.shown(&s.View)
	return EducationResult{shown}, err
}

// educationFor returns a product, the access to it that a person has or had, and
// their zone. It refuses who is not eligible now.
func educationFor(s *rule.Scope, user rule.Address, product string) (*Product, Education, *time.Location, error) {
	p, err := ProductOf(&s.View, product)
	if err != nil {
		return nil, Education{}, nil, err
	}
	person, err := account.EnsureLogin(s, user)
	if err != nil {
		return nil, Education{}, nil, err
	}
	student, err := studentOf(&s.View, person.ID)
	if err != nil {
		return nil, Education{}, nil, err
	}
	s.Cite(EducationRule, rule.Fig("eligible until", student.Until))
	if !student.Eligible(s.Now()) {
		return nil, Education{}, nil, rule.Refusef(rule.NotAssigned, EducationRule, "the person is not confirmed as eligible for education access").
			With(rule.Fig("eligible until", student.Until)).To("support")
	}
	old, _, err := educations.Get(s.Tx(), string(person.ID), store.String(p.ID))
	return p, old, person.Zone.Location(), err
}

// EducationQuery tells whether a person is eligible for education access, and
// lists what they have and had.
type EducationQuery struct {
	User rule.Address `json:"user"`
}

// EducationList is a person's eligibility and education accesses.
type EducationList struct {
	Student StudentShown `json:"student"`
	// Products are the accesses in the order of their products, those that have
	// ended too.
	Products []EducationShown `json:"products"`
}

// About names the person.
func (q EducationQuery) About(v *rule.View) (rule.Subject, error) { return AboutPerson(v, q.User) }

// Answer lists them (LIC-14).
func (q EducationQuery) Answer(v *rule.View) (EducationList, error) {
	_, email, person, err := q.User.Parts()
	if err != nil {
		return EducationList{}, err
	}
	student, err := studentOf(v, person)
	if err != nil {
		return EducationList{}, err
	}
	list, err := educationsOf(v, person)
	if err != nil {
		return EducationList{}, err
	}
	v.Cite(EducationRule, rule.Fig("accesses", len(list)))
	shown := EducationList{Products: []EducationShown{}}
	if shown.Student, err = student.shown(v); err != nil {
		return shown, err
	}
	shown.Student.User = email
	for _, e := range list {
		one, err := e.shown(v)
		if err != nil {
			return shown, err
		}
		shown.Products = append(shown.Products, one)
	}
	return shown, nil
}
