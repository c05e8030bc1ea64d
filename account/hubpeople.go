package account

import (
	"time"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// HubStatus is what a person is to a hub.
type HubStatus string

// What a person can be to a hub.
const (
	InHub      HubStatus = "member"
	HubInvited HubStatus = "invited"
	NotInHub   HubStatus = "removed"
)

// HubMemberShown is a person in a hub as results show it.
type HubMemberShown struct {
	Team   string    `json:"team"`
	Hub    string    `json:"hub"`
	User   string    `json:"user"`
	Status HubStatus `json:"status"`
	// Role is the person's role in the team, guest for who is only invited and
	// was asked in by the hub.
	Role Role `json:"role"`
	// Entered is when the person last entered, null for never.
	Entered *time.Time `json:"entered"`
}

// HubMemberResult is the result of commands about a person in a hub.
type HubMemberResult struct {
	Member HubMemberShown `json:"member"`
}

func (m HubMember) shown(v *rule.View) (HubMemberShown, error) {
	shown := HubMemberShown{Team: string(m.Team), Hub: m.Hub, Status: InHub}
	if !m.Entered.IsZero() {
		shown.Entered = &m.Entered
	}
	var err error
	if shown.User, err = EmailOf(v, m.Person); err != nil {
		return shown, err
	}
	member, in, err := MemberOf(v, m.Team, m.Person)
	if err != nil || in {
		shown.Role = member.Role
		return shown, err
	}
	i, _, err := InvitationTo(v, m.Team, m.Person)
	shown.Status, shown.Role = HubInvited, i.Role
	return shown, err
}

// EnterHub lets a person enter a hub: an admin who may create hubs, who is in it
// from then on, and whoever was added to it.
type EnterHub struct {
	Team string `json:"team"`
	Hub  string `json:"hub"`
	// User is who enters; left out, the actor. The operator names one.
	User rule.Address `json:"user,omitempty"`
}

// user is who enters.
func (c EnterHub) user(v *rule.View) rule.Address {
	if c.User == "" {
		return rule.Address(v.Actor().Email())
	}
	return c.User
}

// About names the team, and the person where they are in the hub.
func (c EnterHub) About(v *rule.View) (rule.Subject, error) {
	subject, err := AboutTeam(v, c.Team)
	if err != nil {
		return subject, err
	}
	user := c.user(v)
	if c.User != "" {
		if _, _, _, err := user.Parts(); err != nil {
			return subject, err
		}
	}
	_, in, err := hubMembers.Get(v.Tx(), c.Team, hubKey(c.Hub, user.Person()))
	if in {
		subject.Person = user.Person()
	}
	return subject, err
}

// Do lets the person in while the team has a live subscription of a cloud
// product (ACC-15).
func (c EnterHub) Do(s *rule.Scope) (HubMemberResult, error) {
	user := c.user(&s.View)
	if user == "" {
		return HubMemberResult{}, rule.Refuse(rule.Invalid, HubRule, "the operator names the user who enters")
	}
	if _, err := hubByHandle(&s.View, c.Team, c.Hub); err != nil {
		return HubMemberResult{}, err
	}
	if err := liveCloud(&s.View, c.Team); err != nil {
		return HubMemberResult{}, err
	}
	m, err := loadMember(&s.View, c.Team, user)
	if err != nil {
		return HubMemberResult{}, err
	}
	if err := cloudWithheld(&s.View, m); err != nil {
		return HubMemberResult{}, err
	}
	in, found, err := hubMembers.Get(s.Tx(), c.Team, hubKey(c.Hub, m.Person))
	if err != nil {
		return HubMemberResult{}, err
	}
	if !found && m.Role != Primary && m.Role != Secondary {
		return HubMemberResult{}, rule.Refuse(rule.NotPermitted, HubRule, "the person was not added to the hub")
	}
	if !s.Actor().IsOperator() && m.Person != s.Actor().Person() {
		return HubMemberResult{}, rule.Refuse(rule.NotPermitted, HubRule, "everyone enters a hub for themselves")
	}
	if !found {
		if in, err = joinHub(s, c.Team, c.Hub, m.Person); err != nil {
			return HubMemberResult{}, err
		}
	}
	in.Entered = s.Now()
	if err := hubMembers.Put(s.Tx(), in); err != nil {
		return HubMemberResult{}, err
	}
	shown, err := in.shown(&s.View)
	return HubMemberResult{shown}, err
}

// joinHub makes the row of who comes into a hub, where there is room.
func joinHub(s *rule.Scope, team, hub string, person rule.Person) (HubMember, error) {
	h := Hub{Team: rule.Stream(team), Handle: hub}
	n, err := h.people(&s.View)
	if err != nil {
		return HubMember{}, err
	}
	if most := HubPeople.Of(&s.View); n >= most {
		return HubMember{}, rule.Refusef(rule.Conflict, HubRule, "a hub has %d people at most", most).With(rule.Fig("people", n))
	}
	return HubMember{Team: h.Team, Hub: hub, Person: person, Added: s.Now()}, nil
}

// AddToHub adds a person to a hub. Who is not in the team is invited as a guest.
type AddToHub struct {
	Team string       `json:"team"`
	Hub  string       `json:"hub"`
	User rule.Address `json:"user"`
}

// About names the team and the person.
func (c AddToHub) About(v *rule.View) (rule.Subject, error) { return AboutMember(v, c.Team, c.User) }

// Do adds the person. Nobody comes into a team without an invitation that they
// accept (ACC-6, ACC-7), so a stranger gets one as guest, and is in the hub once
// they have accepted it (ACC-15). An open invitation is left as it is.
func (c AddToHub) Do(s *rule.Scope) (HubMemberResult, error) {
	if _, err := hubByHandle(&s.View, c.Team, c.Hub); err != nil {
		return HubMemberResult{}, err
	}
	if err := liveCloud(&s.View, c.Team); err != nil {
		return HubMemberResult{}, err
	}
	person := c.User.Person()
	added, there, err := hubMembers.Get(s.Tx(), c.Team, hubKey(c.Hub, person))
	if err != nil {
		return HubMemberResult{}, err
	}
	if err := c.invite(s, person); err != nil {
		return HubMemberResult{}, err
	}
	if !there {
		if added, err = joinHub(s, c.Team, c.Hub, person); err != nil {
			return HubMemberResult{}, err
		}
		if err := hubMembers.Put(s.Tx(), added); err != nil {
			return HubMemberResult{}, err
		}
	}
	s.Cite(HubRule, rule.Fig("person", string(person)))
	shown, err := added.shown(&s.View)
	return HubMemberResult{shown}, err
}

// invite asks who is neither in the team nor invited into it, as a guest.
func (c AddToHub) invite(s *rule.Scope, person rule.Person) error {
	if _, in, err := MemberOf(&s.View, rule.Stream(c.Team), person); err != nil || in {
		return err
	}
	if i, found, err := InvitationTo(&s.View, rule.Stream(c.Team), person); err != nil || found && i.Open(s.Now()) {
		return err
	}
	_, err := Invite{Team: c.Team, Email: c.User, Role: Guest}.Do(s)
	return err
}

// RemoveFromHub takes a person out of a hub. Guests stay guests of the team, and
// an open invitation stays open.
type RemoveFromHub struct {
	Team string       `json:"team"`
	Hub  string       `json:"hub"`
	User rule.Address `json:"user"`
}

// About names the team.
func (c RemoveFromHub) About(v *rule.View) (rule.Subject, error) {
	if _, _, _, err := c.User.Parts(); err != nil {
		return rule.Subject{}, err
	}
	return AboutTeam(v, c.Team)
}

// Do takes the person out, also when the cloud product has ended (ACC-15).
func (c RemoveFromHub) Do(s *rule.Scope) (HubMemberResult, error) {
	if _, err := hubByHandle(&s.View, c.Team, c.Hub); err != nil {
		return HubMemberResult{}, err
	}
	_, email, person, err := c.User.Parts()
	if err != nil {
		return HubMemberResult{}, err
	}
	m, in, err := hubMembers.Get(s.Tx(), c.Team, hubKey(c.Hub, person))
	if err != nil {
		return HubMemberResult{}, err
	}
	if !in {
		return HubMemberResult{}, rule.Missing("hub member", email)
	}
	s.Cite(HubRule, rule.Fig("person", string(person)))
	shown, err := m.shown(&s.View)
	if err != nil {
		return HubMemberResult{}, err
	}
	shown.Status = NotInHub
	return HubMemberResult{shown}, hubMembers.Delete(s.Tx(), c.Team, hubKey(c.Hub, person))
}

// HubQuery shows a hub with its people, page by page.
type HubQuery struct {
	Team string `json:"team"`
	Hub  string `json:"hub"`
	// Limit is how many people a page has: 50, or up to 200. After is the
	// address that the page before ended with.
	Limit int          `json:"limit,omitempty"`
	After rule.Address `json:"after,omitempty"`
}

// HubWhole is the answer of [HubQuery].
type HubWhole struct {
	Hub HubShown `json:"hub"`
	// People are in the order of their identifiers.
	People []HubMemberShown `json:"people"`
	// Next is what to give as after for the next page, empty on the last one.
	Next string `json:"next"`
}

// About names the team.
func (q HubQuery) About(v *rule.View) (rule.Subject, error) { return AboutTeam(v, q.Team) }

// Answer shows the hub.
func (q HubQuery) Answer(v *rule.View) (HubWhole, error) {
	whole := HubWhole{People: []HubMemberShown{}}
	v.Cite(HubRule, rule.Fig("hub", q.Hub))
	limit, err := PageSize(q.Limit)
	if err != nil {
		return whole, err
	}
	h, err := hubByHandle(v, q.Team, q.Hub)
	if err != nil {
		return whole, err
	}
	if whole.Hub, err = h.shown(v); err != nil {
		return whole, err
	}
	part := store.Part{Prefix: store.String(q.Hub)}
	if q.After != "" {
		_, _, after, err := q.After.Parts()
		if err != nil {
			return whole, err
		}
		part.From = store.String(after) + "\x00"
	}
	for m, err := range hubMembers.Scan(v.Tx(), q.Team, part) {
		if err != nil {
			return whole, err
		}
		if len(whole.People) == limit {
			whole.Next = whole.People[limit-1].User
			break
		}
		shown, err := m.shown(v)
		if err != nil {
			return whole, err
		}
		whole.People = append(whole.People, shown)
	}
	return whole, nil
}
