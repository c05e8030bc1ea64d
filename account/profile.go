package account

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Written is a private text that a person has given, under its hash: journals
// hold the hash alone. Whoever erases a person deletes these rows.
type Written struct {
	Person rule.Person
	Hash   string
	Text   string
}

var written = store.NewTable("account.written", func(w *Written) (string, store.Key) {
	return string(w.Person), store.String(w.Hash)
})

// keepPrivate keeps the text for replays. A hash is taken from nobody but a
// journal, whose text has been put back before.
func keepPrivate(s *rule.Scope, person rule.Person, text rule.Private) error {
	return written.Put(s.Tx(), Written{Person: person, Hash: text.Hash(), Text: string(text)})
}

// restorePrivate puts back a text that stands in a journal as its hash.
func restorePrivate(v *rule.View, person rule.Person, text rule.Private) (rule.Private, error) {
	if !text.IsHash() {
		return text, nil
	}
	w, found, err := written.Get(v.Tx(), string(person), store.String(string(text)))
	if err != nil || !found {
		return text, err
	}
	return rule.Private(w.Text), nil
}

// checkPrivate refuses a text that is too long, or that nobody writes.
func checkPrivate(what string, text rule.Private, longest int) error {
	bad := text.IsHash() || !rule.Legible(string(text)) || strings.ContainsRune(string(text), unicode.ReplacementChar) || rule.CardLike(string(text))
	if bad || len(text) > longest || strings.TrimSpace(string(text)) != string(text) {
		return rule.Refusef(rule.Invalid, ProfileRule, "%s has %d bytes at most, no control characters or others that cannot be seen, no spaces around it, and no card number", what, longest)
	}
	return nil
}

// UpdateProfile changes what a person says of themselves. What is left out
// stays as it is.
type UpdateProfile struct {
	User     rule.Address `json:"user"`
	Name     rule.Private `json:"name,omitempty"`
	Language Language     `json:"language,omitempty"`
	// Zone is the person's own zone, for what belongs to no team.
	Zone period.Zone `json:"zone,omitempty"`
	// Notices switches kinds of mail on and off.
	Notices map[NoticeKind]bool `json:"notices,omitempty"`
}

// About names the person and every team that writes to them.
func (c UpdateProfile) About(v *rule.View) (rule.Subject, error) { return aboutSelf(v, c.User) }

// aboutSelf is the subject of a person's own affair that changes what they are
// sent, also by teams that only invite them.
func aboutSelf(v *rule.View, user rule.Address) (rule.Subject, error) {
	_, email, person, err := user.Parts()
	if err != nil {
		return rule.Subject{}, err
	}
	streams, err := teamsOf(v, person, true)
	return rule.Subject{Person: person, What: "person", Name: email, Touches: append([]rule.Stream{person.Stream()}, streams...)}, err
}

// Restore implements [rule.Restorable].
func (c UpdateProfile) Restore(v *rule.View, _ func(rule.Address) (rule.Address, error)) (any, error) {
	var err error
	c.Name, err = restorePrivate(v, c.User.Person(), c.Name)
	return c, err
}

// Do changes the profile (ACC-14). A change of zone moves no end already given
// (TIM-2): ends are fixed when they begin.
func (c UpdateProfile) Do(s *rule.Scope) (Nothing, error) {
	if err := checkPrivate("a name", c.Name, MaxName); err != nil {
		return Nothing{}, err
	}
	if _, err := period.LoadZone(string(c.Zone)); c.Zone != "" && err != nil {
		return Nothing{}, rule.Refuse(rule.Invalid, rule.CalendarSpans, err.Error())
	}
	p, err := EnsureLogin(s, c.User)
	if err != nil {
		return Nothing{}, err
	}
	if p.Muted, err = p.prefer(c.Notices); err != nil {
		return Nothing{}, err
	}
	if c.Name != "" {
		if err := keepPrivate(s, p.ID, c.Name); err != nil {
			return Nothing{}, err
		}
		p.Name = string(c.Name)
	}
	if c.Language != "" {
		p.Language, p.Confirmed = c.Language, s.Now()
	}
	if c.Zone != "" {
		p.Zone = c.Zone
		s.Cite(rule.CalendarSpans, rule.Fig("zone", string(p.Zone)))
	}
	s.Cite(ProfileRule, rule.Fig("language", string(p.Language)), rule.Fig("muted", len(p.Muted)))
	if err := people.Put(s.Tx(), p); err != nil {
		return Nothing{}, err
	}
	if c.Name == "" {
		return Nothing{}, nil
	}
	return Nothing{}, relist(s, p)
}

// ConfirmLanguage says that the language is the right one, or which is.
type ConfirmLanguage struct {
	User     rule.Address `json:"user"`
	Language Language     `json:"language,omitempty"`
}

// About names the person.
func (c ConfirmLanguage) About(v *rule.View) (rule.Subject, error) { return aboutSelf(v, c.User) }

// Do notes the confirmation (ACC-14). Nothing waits for it.
func (c ConfirmLanguage) Do(s *rule.Scope) (Nothing, error) {
	p, err := EnsureLogin(s, c.User)
	if err != nil {
		return Nothing{}, err
	}
	if c.Language != "" {
		p.Language = c.Language
	}
	p.Confirmed = s.Now()
	s.Cite(ProfileRule, rule.Fig("language", string(p.Language)), rule.Fig("confirmed", p.Confirmed))
	return Nothing{}, people.Put(s.Tx(), p)
}

// ProfileQuery shows a person's profile; without a user, the actor's own.
type ProfileQuery struct {
	User rule.Address `json:"user,omitempty"`
}

// Profile is what a person says of themselves.
type Profile struct {
	User     string   `json:"user"`
	Name     string   `json:"name"`
	Language Language `json:"language"`
	// ConfirmLanguage is set while the person is to be asked whether the language
	// is the right one.
	ConfirmLanguage bool `json:"confirm_language"`
	// Zone is UTC where the person has chosen none.
	Zone string `json:"zone"`
	// Muted are the kinds of mail that were switched off.
	Muted   []NoticeKind `json:"muted"`
	Address string       `json:"address"`
	// ChangesAddress says whether the person can change the postal address here.
	ChangesAddress bool `json:"changes_address"`
	// Security is how the login is secured.
	Security SecurityShown `json:"security"`
	// Login is when the login was made, null where there is none yet.
	Login *time.Time `json:"login"`
}

// About names the person.
func (q ProfileQuery) About(v *rule.View) (rule.Subject, error) { return aboutSelf(v, q.user(v)) }

func (q ProfileQuery) user(v *rule.View) rule.Address {
	if q.User == "" {
		return rule.Address(v.Actor().Email())
	}
	return q.User
}

// Answer shows it.
func (q ProfileQuery) Answer(v *rule.View) (Profile, error) {
	_, email, id, err := q.user(v).Parts()
	if err != nil {
		return Profile{}, err
	}
	p, found, err := PersonByID(v, id)
	if err != nil {
		return Profile{}, err
	}
	if !found {
		p = Person{ID: id, Email: email, Language: English}
	}
	secured, _, err := securities.Get(v.Tx(), string(id), "")
	if err != nil {
		return Profile{}, err
	}
	postal, _, err := postals.Get(v.Tx(), string(id), "")
	shown := Profile{
		User: p.Email, Name: p.Name, Language: p.Language, ConfirmLanguage: p.Confirmed.IsZero(), Zone: p.Zone.Location().String(),
		Muted: append([]NoticeKind{}, slices.Clone(p.Muted)...), Address: postal.Text, ChangesAddress: AddressSelfService.Of(v) == "on",
		Security: secured.shown(),
	}
	if !p.Login.IsZero() {
		shown.Login = &p.Login
	}
	v.Cite(ProfileRule, rule.Fig("confirm language", shown.ConfirmLanguage), rule.Fig("muted", len(shown.Muted)))
	return shown, err
}
