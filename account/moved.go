package account

import (
	"slices"
	"time"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// MovedNotice tells contract managers and coordinators that the old subscription
// centre ends.
const MovedNotice NoticeKind = "cutover"

// Moved is a contract manager or software coordinator who came over from the old
// subscription centre.
type Moved struct {
	Person rule.Person
	// Teams are those they came into, in the order of coming.
	Teams []rule.Stream
	// Mail is when they are told. It was fixed when they first came. Told is when
	// that was settled, zero while it waits.
	Mail, Told time.Time
	// Roles and Permissions are when they checked them, zero while they are asked to.
	Roles, Permissions time.Time
}

var movedPeople = store.NewTable("account.moved", func(m *Moved) (string, store.Key) { return string(m.Person), "" })

var movedMail = rule.DueKind{Name: "account.cutover", Rank: 95}

func (m Moved) due() rule.Item {
	return rule.Item{At: m.Mail, Kind: movedMail, Key: string(m.Person), Streams: []rule.Stream{m.Person.Stream()}}
}

// lead notes that somebody manages or coordinates a contract that is live, and
// sees to their one mail: on the day of the move or up to so long before, or at
// once where that has begun.
func lead(s *rule.Scope, t Team, person rule.Person) error {
	m, known, err := movedPeople.Get(s.Tx(), string(person), "")
	if err != nil {
		return err
	}
	if known {
		if slices.Contains(m.Teams, t.Handle) {
			return nil
		}
		m.Teams = append(slices.Clone(m.Teams), t.Handle)
		return movedPeople.Put(s.Tx(), m)
	}
	m = Moved{Person: person, Teams: []rule.Stream{t.Handle}, Mail: announcedAt(&s.View)}
	if m.Mail.After(s.Now()) {
		if err := movedPeople.Put(s.Tx(), m); err != nil {
			return err
		}
		return s.Queue(m.due())
	}
	m.Mail = s.Now()
	return m.tell(s)
}

// tell writes the mail to who is still in one of the teams.
func (m Moved) tell(s *rule.Scope) error {
	m.Told = s.Now()
	if err := movedPeople.Put(s.Tx(), m); err != nil {
		return err
	}
	teams, err := TeamsOf(&s.View, m.Person)
	if err != nil {
		return err
	}
	s.Cite(CutoverRule, rule.Fig("told", string(m.Person)), rule.Fig("cutover", cutoverAt(&s.View)))
	if !slices.ContainsFunc(m.Teams, func(t rule.Stream) bool { return slices.Contains(teams, t) }) {
		return nil
	}
	letter := Letter{Kind: MovedNotice, About: m.Person.Stream(), Facts: map[string]string{"cutover": rule.Show(cutoverAt(&s.View).In(s.Zone()))}}
	return Tell(s, letter, m.Person)
}

func tellMoved(s *rule.Scope, item rule.Item) error {
	m, known, err := movedPeople.Get(s.Tx(), string(item.Streams[0]), "")
	if err != nil || !known || !m.Told.IsZero() {
		return err
	}
	return m.tell(s)
}

// expectMoved lists the mail that must be queued for a person.
func expectMoved(v *rule.View, stream rule.Stream) ([]rule.Item, error) {
	m, known, err := movedPeople.Get(v.Tx(), string(stream), "")
	if err != nil || !known || !m.Told.IsZero() {
		return nil, err
	}
	return []rule.Item{m.due()}, nil
}

// Served says what answers at the address of the old subscription centre.
type Served string

// What can answer there.
const (
	OldCentre Served = "old-centre"
	Portal    Served = "portal"
)

// Banner is what the old subscription centre shows of the move.
type Banner string

// The banners.
const (
	NoBanner  Banner = "none"
	Announces Banner = "announces"
	Redirects Banner = "redirects"
)

// OldCentreQuery asks what a login of the old subscription centre meets at its
// address now; without a user, the actor's own.
type OldCentreQuery struct {
	User rule.Address `json:"user,omitempty"`
}

// OldCentreShown is what it meets.
type OldCentreShown struct {
	User string `json:"user"`
	// Login reports whether the address signs in to the portal.
	Login    bool   `json:"login"`
	ServedBy Served `json:"served_by"`
	Banner   Banner `json:"banner"`
	// Cutover is the instant from which on the portal serves.
	Cutover time.Time `json:"cutover"`
	// Moved reports whether the person came over as manager or coordinator.
	Moved bool `json:"moved"`
}

func (q OldCentreQuery) user(v *rule.View) rule.Address { return ProfileQuery(q).user(v) }

// About names the person.
func (q OldCentreQuery) About(v *rule.View) (rule.Subject, error) { return aboutPerson(v, q.user(v)) }

// Answer tells it. At the instant of the move the portal serves already (TIM-1).
func (q OldCentreQuery) Answer(v *rule.View) (OldCentreShown, error) {
	_, email, id, err := q.user(v).Parts()
	if err != nil {
		return OldCentreShown{}, err
	}
	p, _, err := PersonByID(v, id)
	if err != nil {
		return OldCentreShown{}, err
	}
	_, moved, err := movedPeople.Get(v.Tx(), string(id), "")
	at, announced := cutoverAt(v), announcedAt(v)
	shown := OldCentreShown{User: email, Login: !p.Login.IsZero(), ServedBy: OldCentre, Banner: NoBanner, Cutover: at, Moved: moved}
	switch {
	case !v.Now().Before(at):
		shown.ServedBy, shown.Banner = Portal, Redirects
	case !v.Now().Before(announced):
		shown.Banner = Announces
	}
	v.Cite(CutoverRule, rule.Fig("cutover", at), rule.Fig("announced", announced))
	v.Cite(rule.HalfOpen, rule.Fig("end", at))
	return shown, err
}
