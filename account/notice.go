package account

import (
	"cmp"
	"maps"
	"slices"
	"strings"
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
	return string(n.Stream), store.Time(n.At) + rule.IDKey(n.ID)
})

// Letter is a notice before it has a recipient.
type Letter struct {
	Kind  NoticeKind
	About rule.Stream
	Facts map[string]string
}

// NoticeWritten happens when a notice is written.
type NoticeWritten struct {
	Notice Notice
}

// Tell says what the notice is, for hosts that send it.
func (n NoticeWritten) Tell() rule.Telling {
	facts := map[string]string{"to": string(n.Notice.To), "language": string(n.Notice.Language)}
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
	if !p.wants(letter.Kind) {
		s.Cite(NoticeRule, rule.Fig("muted", string(letter.Kind)))
		return nil
	}
	id, err := s.NewID("not", letter.About)
	if err != nil {
		return err
	}
	facts, err := teamFact(&s.View, letter)
	if err != nil {
		return err
	}
	n := Notice{Stream: letter.About, ID: id, Kind: letter.Kind, To: to, At: s.Now(), Language: p.Language, Facts: facts}
	if err := notices.Put(s.Tx(), n); err != nil {
		return err
	}
	return s.Emit(NoticeWritten{Notice: n})
}

// teamFact adds the name of the team that a letter is about.
func teamFact(v *rule.View, letter Letter) (map[string]string, error) {
	facts := map[string]string{}
	maps.Copy(facts, letter.Facts)
	if _, told := facts["team"]; told || letter.About.IsPerson() {
		return facts, nil
	}
	t, err := TeamByHandle(v, letter.About)
	facts["team"] = t.Name
	return facts, err
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
	if q.Team != "" && q.User != "" {
		subject, err := AboutMember(v, q.Team, q.User)
		if !slices.Contains(subject.Touches, subject.Team) {
			subject.Touches = append(subject.Touches, subject.Team)
		}
		return subject, err
	}
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

// streams are where the notices stand: in the team, or in all the teams of a
// person and in their own. An admin sees those of the teams they administer.
func (q NoticesQuery) streams(v *rule.View, person rule.Person) ([]rule.Stream, error) {
	if q.Team != "" {
		return []rule.Stream{rule.Stream(q.Team)}, nil
	}
	teams, err := teamsOf(v, person, true)
	if err != nil || v.Actor().IsOperator() || v.Actor().Person() == person {
		return append(teams, person.Stream()), err
	}
	return administered(v, teams)
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
	only := q.user(v).Person()
	streams, err := q.streams(v, only)
	if err != nil {
		return nil, err
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

// NamedFacts puts addresses where facts name people by their identifiers, as
// records hold no addresses.
func NamedFacts(v *rule.View, facts map[string]string) (map[string]string, error) {
	named := map[string]string{}
	for name, fact := range facts {
		if strings.HasPrefix(fact, "~") {
			email, err := EmailOf(v, rule.Person(fact))
			if err != nil {
				return nil, err
			}
			fact = email
		}
		named[name] = fact
	}
	return named, nil
}

func showNotices(v *rule.View, all []Notice) ([]NoticeShown, error) {
	slices.SortStableFunc(all, func(a, b Notice) int { return cmp.Or(a.At.Compare(b.At), rule.CompareIDs(a.ID, b.ID)) })
	list := []NoticeShown{}
	for _, n := range all {
		email, err := EmailOf(v, n.To)
		if err != nil {
			return nil, err
		}
		facts, err := NamedFacts(v, n.Facts)
		if err != nil {
			return nil, err
		}
		list = append(list, NoticeShown{Kind: n.Kind, To: email, At: n.At, Language: n.Language, Facts: facts})
	}
	return list, nil
}
