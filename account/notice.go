package account

import (
	"maps"
	"slices"
	"time"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// NoticeKind names a kind of mail, by its word in the table of notices.
type NoticeKind string

// Kinds of notices that this package writes.
const (
	InvitationNotice      NoticeKind = "invitation"
	InvitationEndedNotice NoticeKind = "invitation-ended"
)

// Notice is one mail to one recipient. It is written in the same transaction
// as the change that causes it, and the host sends it.
type Notice struct {
	// Stream is the team or person that the notice is about.
	Stream rule.Stream
	ID     string
	Kind   NoticeKind
	To     rule.Person
	At     time.Time
	// Language is what the recipient reads.
	Language Language
	// Facts are what the text tells, by name.
	Facts map[string]string
}

var notices = store.NewTable("account.notice", func(n *Notice) (string, store.Key) {
	return string(n.Stream), store.Time(n.At) + store.String(n.ID)
})

// Letter is a notice before it has a recipient.
type Letter struct {
	Kind  NoticeKind
	About rule.Stream
	Facts map[string]string
}

// NoticeWritten happens when a notice is written.
type NoticeWritten struct {
	Notice Notice `json:"notice"`
	// Email is the recipient's address.
	Email string `json:"email"`
}

// Tell says what the notice is, for hosts that send it.
func (n NoticeWritten) Tell() rule.Telling {
	facts := map[string]string{"to": n.Email, "language": string(n.Notice.Language)}
	maps.Copy(facts, n.Notice.Facts)
	return rule.Telling{Name: string(n.Notice.Kind), Stream: n.Notice.Stream, Facts: facts, Notice: true}
}

// Tell writes one notice for each recipient; nobody gets the same letter twice
// (ACC-22).
func Tell(s *rule.Scope, letter Letter, to ...rule.Person) error {
	told := map[rule.Person]bool{"": true}
	for _, p := range to {
		if told[p] {
			continue
		}
		told[p] = true
		if err := tell(s, letter, p); err != nil {
			return err
		}
	}
	return nil
}

func tell(s *rule.Scope, letter Letter, to rule.Person) error {
	s.Cite(NoticeRule, rule.Fig("kind", string(letter.Kind)))
	p, known, err := PersonByID(&s.View, to)
	if err != nil {
		return err
	}
	if !known {
		return nil
	}
	id, err := s.NewID("not", letter.About)
	if err != nil {
		return err
	}
	n := Notice{
		Stream: letter.About, ID: id, Kind: letter.Kind, To: to, At: s.Now(), Language: p.Language, Facts: letter.Facts,
	}
	if err := notices.Put(s.Tx(), n); err != nil {
		return err
	}
	return s.Emit(NoticeWritten{Notice: n, Email: p.Email})
}

// TellAdmins writes one notice for each admin of the team, and for the others named.
func TellAdmins(s *rule.Scope, letter Letter, also ...rule.Person) error {
	admins, err := Admins(&s.View, letter.About)
	if err != nil {
		return err
	}
	return Tell(s, letter, append(admins, also...)...)
}

// NoticeShown is a notice as results show it.
type NoticeShown struct {
	Kind     NoticeKind        `json:"kind"`
	To       string            `json:"to"`
	At       time.Time         `json:"at"`
	Language Language          `json:"language"`
	Facts    map[string]string `json:"facts"`
}

// NoticesQuery lists the notices of a team, of a person, or of a person in a
// team; without either, the actor's own. They are in the order they were written.
type NoticesQuery struct {
	Team string       `json:"team,omitempty"`
	User rule.Address `json:"user,omitempty"`
}

// About names the team or the person.
func (q NoticesQuery) About(v *rule.View) (rule.Subject, error) {
	if q.Team != "" {
		return AboutTeam(v, q.Team)
	}
	user := q.user(v)
	if _, _, _, err := user.Parts(); err != nil {
		return rule.Subject{}, err
	}
	id := user.Person()
	streams, err := teamsOf(v, id, true)
	return rule.Subject{
		Person: id, What: "person", Name: string(user), Touches: append([]rule.Stream{id.Stream()}, streams...),
	}, err
}

func (q NoticesQuery) user(v *rule.View) rule.Address {
	if q.User == "" && q.Team == "" {
		return rule.Address(v.Actor().Email())
	}
	return q.User
}

// Answer lists the notices.
func (q NoticesQuery) Answer(v *rule.View) ([]NoticeShown, error) {
	v.Cite(NoticeRule)
	streams := []rule.Stream{rule.Stream(q.Team)}
	only := q.user(v).Person()
	if q.Team == "" {
		teams, err := teamsOf(v, only, true)
		if err != nil {
			return nil, err
		}
		streams = append(teams, only.Stream())
	}
	var all []Notice
	for _, stream := range streams {
		for n, err := range notices.Scan(v.Tx(), string(stream), store.Part{}) {
			if err != nil {
				return nil, err
			}
			if only == "" || n.To == only {
				all = append(all, n)
			}
		}
	}
	return showNotices(v, all)
}

func showNotices(v *rule.View, all []Notice) ([]NoticeShown, error) {
	slices.SortStableFunc(all, func(a, b Notice) int { return a.At.Compare(b.At) })
	list := []NoticeShown{}
	for _, n := range all {
		email, err := EmailOf(v, n.To)
		if err != nil {
			return nil, err
		}
		facts := n.Facts
		if facts == nil {
			facts = map[string]string{}
		}
		list = append(list, NoticeShown{Kind: n.Kind, To: email, At: n.At, Language: n.Language, Facts: facts})
	}
	return list, nil
}
