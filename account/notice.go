package account

import (
	"cmp"
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
	return string(n.Stream), store.Time(n.At) + rule.IDKey(n.ID)
})

var (
	noticesTo   = notices.Index("to", func(n *Notice) (store.Key, bool) { return store.String(n.To), true })
	noticesByID = notices.Index("id", func(n *Notice) (store.Key, bool) { return rule.IDKey(n.ID), true })
)

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
	ID       string            `json:"id"`
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
	// Limit is how many a page has, up to 200; without it, the first thousand. After is the identifier of
	// the notice that the page before ended with.
	Limit int    `json:"limit,omitempty"`
	After string `json:"after,omitempty"`
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

// Answer lists a page of the notices.
func (q NoticesQuery) Answer(v *rule.View) ([]NoticeShown, error) {
	v.Cite(NoticeRule)
	limit, err := listSize(q.Limit)
	if err != nil {
		return nil, err
	}
	only := q.user(v).Person()
	streams, err := q.streams(v, only)
	if err != nil {
		return nil, err
	}
	after, err := q.after(v, streams)
	if err != nil {
		return nil, err
	}
	var all []Notice
	for _, stream := range streams {
		some, err := after.following(v, stream, only, limit)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	slices.SortStableFunc(all, inWriting)
	return showNotices(v, all[:min(len(all), limit)])
}

// inWriting orders notices as they were written.
func inWriting(a, b Notice) int { return cmp.Or(a.At.Compare(b.At), rule.CompareIDs(a.ID, b.ID)) }

// after returns the notice that the page before ended with, the zero one on the
// first page. One that does not stand here is as good as none.
func (q NoticesQuery) after(v *rule.View, streams []rule.Stream) (Notice, error) {
	if q.After == "" {
		return Notice{}, nil
	}
	stream, ok := rule.StreamOfID("not", q.After)
	if !ok || !slices.Contains(streams, stream) {
		return Notice{}, rule.Missing("notice", q.After)
	}
	n, found, err := noticesByID.Get(v.Tx(), string(stream), rule.IDKey(q.After))
	if err == nil && !found {
		err = rule.Missing("notice", q.After)
	}
	return n, err
}

// following returns the first notices of a stream behind this one, all or those
// to one person.
func (n Notice) following(v *rule.View, stream rule.Stream, only rule.Person, most int) ([]Notice, error) {
	scan, part := notices.Scan, store.Part{}
	if only != "" {
		scan, part.Prefix = noticesTo.Scan, store.String(only)
	}
	if n.Stream == stream {
		part.From = store.Time(n.At) + rule.IDKey(n.ID)
	} else if !n.At.IsZero() {
		part.From = store.Time(n.At)
	}
	var list []Notice
	for one, err := range scan(v.Tx(), string(stream), part) {
		if err != nil {
			return nil, err
		}
		if n.ID != "" && inWriting(one, n) <= 0 {
			continue
		}
		if list = append(list, one); len(list) == most {
			break
		}
	}
	return list, nil
}

func showNotices(v *rule.View, all []Notice) ([]NoticeShown, error) {
	list, names := make([]NoticeShown, 0, len(all)), AddressesIn(v)
	for _, n := range all {
		email, err := names.Of(n.To)
		if err != nil {
			return nil, err
		}
		facts, err := names.InFacts(n.Facts)
		if err != nil {
			return nil, err
		}
		list = append(list, NoticeShown{ID: n.ID, Kind: n.Kind, To: email, At: n.At, Language: n.Language, Facts: facts})
	}
	return list, nil
}
