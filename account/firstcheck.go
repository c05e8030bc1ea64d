package account

import (
	"time"

	"github.com/seatbook/seatbook/rule"
)

// FirstCheck is something that who came over from the old subscription centre is
// asked to look at, at their first sign-in.
type FirstCheck string

// The first checks.
const (
	CheckRoles       FirstCheck = "roles"
	CheckPermissions FirstCheck = "permissions"
	CheckLanguage    FirstCheck = "language"
)

var firstChecks = []FirstCheck{CheckRoles, CheckPermissions, CheckLanguage}

// Words returns the words a check is written with.
func (FirstCheck) Words() []string { return Words(firstChecks) }

// UnmarshalText takes one of the words.
func (c *FirstCheck) UnmarshalText(text []byte) error { return OneOf(c, FirstCheck(text), firstChecks) }

// FirstChecksQuery lists what a person is asked to check; without a user, the
// actor. Nothing waits for it.
type FirstChecksQuery struct {
	User rule.Address `json:"user,omitempty"`
}

// FirstChecksShown is what a person is asked to check.
type FirstChecksShown struct {
	User string `json:"user"`
	// Open are those not yet done. Who did not come over as manager or coordinator
	// has none.
	Open []FirstCheck `json:"open"`
	Done []CheckDone  `json:"done"`
}

// CheckDone is a check that was done.
type CheckDone struct {
	Check FirstCheck `json:"check"`
	At    time.Time  `json:"at"`
}

func (q FirstChecksQuery) user(v *rule.View) rule.Address { return ProfileQuery(q).user(v) }

// About names the person.
func (q FirstChecksQuery) About(v *rule.View) (rule.Subject, error) {
	return aboutSelf(v, q.user(v))
}

// Answer lists them (ACC-21). The language is checked once it is confirmed (ACC-14).
func (q FirstChecksQuery) Answer(v *rule.View) (FirstChecksShown, error) {
	return checksOf(v, q.user(v))
}

func checksOf(v *rule.View, user rule.Address) (FirstChecksShown, error) {
	_, email, id, err := user.Parts()
	if err != nil {
		return FirstChecksShown{}, err
	}
	shown := FirstChecksShown{User: email, Open: []FirstCheck{}, Done: []CheckDone{}}
	m, moved, err := movedPeople.Get(v.Tx(), string(id), "")
	if err != nil || !moved {
		v.Cite(CutoverRule, rule.Fig("moved", moved))
		return shown, err
	}
	p, _, err := PersonByID(v, id)
	if err != nil {
		return shown, err
	}
	for _, check := range firstChecks {
		at := map[FirstCheck]time.Time{CheckRoles: m.Roles, CheckPermissions: m.Permissions, CheckLanguage: p.Confirmed}[check]
		if at.IsZero() {
			shown.Open = append(shown.Open, check)
		} else {
			shown.Done = append(shown.Done, CheckDone{Check: check, At: at})
		}
	}
	v.Cite(CutoverRule, rule.Fig("open", len(shown.Open)))
	return shown, nil
}

// CheckOff says that a person has checked one of the things they are asked to.
type CheckOff struct {
	User  rule.Address `json:"user"`
	Check FirstCheck   `json:"check"`
}

// About names the person.
func (c CheckOff) About(v *rule.View) (rule.Subject, error) { return aboutSelf(v, c.User) }

// Do notes it (ACC-21). What was done stays dated as it was. Checking the language
// confirms it (ACC-14).
func (c CheckOff) Do(s *rule.Scope) (FirstChecksShown, error) {
	id := c.User.Person()
	m, moved, err := movedPeople.Get(s.Tx(), string(id), "")
	if err != nil {
		return FirstChecksShown{}, err
	}
	if !moved {
		return FirstChecksShown{}, rule.Missing("check", string(c.Check))
	}
	switch {
	case c.Check == CheckRoles && m.Roles.IsZero():
		m.Roles = s.Now()
		err = movedPeople.Put(s.Tx(), m)
	case c.Check == CheckPermissions && m.Permissions.IsZero():
		m.Permissions = s.Now()
		err = movedPeople.Put(s.Tx(), m)
	case c.Check == CheckLanguage:
		err = confirmOnce(s, id)
	}
	if err != nil {
		return FirstChecksShown{}, err
	}
	return checksOf(&s.View, c.User)
}

// confirmOnce confirms the language of who has not confirmed it.
func confirmOnce(s *rule.Scope, id rule.Person) error {
	p, _, err := PersonByID(&s.View, id)
	if err != nil || !p.Confirmed.IsZero() {
		return err
	}
	p.Confirmed = s.Now()
	s.Cite(ProfileRule, rule.Fig("language", string(p.Language)), rule.Fig("confirmed", p.Confirmed))
	return people.Put(s.Tx(), p)
}
