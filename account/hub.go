package account

import (
	"fmt"
	"slices"
	"time"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Hub is a place of a team in a cloud product, where people work together
// (ACC-15). Its handle is unique in the team.
type Hub struct {
	Team   rule.Stream
	Handle string
	Name   string
	Made   time.Time
	// By is the admin who made it, empty for the operator.
	By rule.Person
}

var hubs = store.NewTable("account.hub", func(h *Hub) (string, store.Key) { return string(h.Team), store.String(h.Handle) })

// HubMember is one person in a hub. Who is not in the team yet is invited, and
// in the hub from when they have joined the team.
type HubMember struct {
	Team   rule.Stream
	Hub    string
	Person rule.Person
	Added  time.Time
	// Entered is when the person last entered, zero for never.
	Entered time.Time
}

var hubMembers = store.NewTable("account.hub_member", func(m *HubMember) (string, store.Key) {
	return string(m.Team), hubKey(m.Hub, m.Person)
})

var hubsOf = hubMembers.Index("person", func(m *HubMember) (store.Key, bool) { return store.String(m.Person), true })

func hubKey(hub string, person rule.Person) store.Key {
	return store.String(hub) + store.String(person)
}

// hubByHandle returns the hub, or the refusal that there is none.
func hubByHandle(v *rule.View, team, handle string) (Hub, error) {
	h, found, err := hubs.Get(v.Tx(), team, store.String(handle))
	if err == nil && !found {
		err = rule.Missing("hub", handle)
	}
	return h, err
}

// people counts who is in the hub or invited to it.
func (h Hub) people(v *rule.View) (int, error) {
	n := 0
	for _, err := range hubMembers.Scan(v.Tx(), string(h.Team), store.Part{Prefix: store.String(h.Handle)}) {
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// HubShown is a hub as results show it.
type HubShown struct {
	Team string    `json:"team"`
	Hub  string    `json:"hub"`
	Name string    `json:"name"`
	Made time.Time `json:"made"`
	// People is how many are in it or invited to it.
	People int `json:"people"`
}

func (h Hub) shown(v *rule.View) (HubShown, error) {
	n, err := h.people(v)
	return HubShown{Team: string(h.Team), Hub: h.Handle, Name: h.Name, Made: h.Made, People: n}, err
}

// HubResult is the result of [CreateHub].
type HubResult struct {
	Hub HubShown `json:"hub"`
}

// liveCloud refuses where the team has no live subscription of a cloud product.
func liveCloud(v *rule.View, team string) error {
	live, err := RightService.Of(v).LiveCloud(v, rule.Stream(team))
	if err != nil {
		return err
	}
	v.Cite(HubRule, rule.Fig("cloud product", live))
	if !live {
		return rule.Refuse(rule.NotAssigned, HubRule, "a hub needs a live subscription of a cloud product, and the team has none")
	}
	return nil
}

// cloudWithheld refuses to let in from whom the team withholds cloud services:
// a hub is a place in a cloud product (ACC-23).
func cloudWithheld(v *rule.View, m Member) error {
	has, err := HasBenefit(v, m.Team, m.Person, CloudServices)
	if err != nil || has {
		return err
	}
	contact, err := Contact(v, m.Team)
	if err != nil {
		return err
	}
	return rule.Refuse(rule.NotAssigned, BenefitRule, "cloud services, and hubs with them, are withheld from the person").
		With(rule.Fig("benefit", string(CloudServices))).To(contact)
}

// CreateHub makes a hub of a team. Who makes it is its first member.
type CreateHub struct {
	Team string `json:"team"`
	Hub  string `json:"hub"`
	Name string `json:"name,omitempty"`
}

// About names the team.
func (c CreateHub) About(v *rule.View) (rule.Subject, error) { return AboutTeam(v, c.Team) }

// Do makes the hub (ACC-15).
func (c CreateHub) Do(s *rule.Scope) (HubResult, error) {
	if err := liveCloud(&s.View, c.Team); err != nil {
		return HubResult{}, err
	}
	if err := CheckHandle("hub", c.Hub); err != nil {
		return HubResult{}, err
	}
	if err := checkTexts(HubRule, MaxName, c.Name); err != nil {
		return HubResult{}, err
	}
	n := 0
	for h, err := range hubs.Scan(s.Tx(), c.Team, store.Part{}) {
		if err != nil {
			return HubResult{}, err
		}
		if h.Handle == c.Hub {
			return HubResult{}, rule.Refusef(rule.Conflict, HubRule, "the team has a hub %q already", c.Hub)
		}
		n++
	}
	most := HubsPerTeam.Of(&s.View)
	s.Cite(HubRule, rule.Fig("hubs", n), rule.Fig("hubs-per-team", most))
	if n >= most {
		return HubResult{}, rule.Refusef(rule.Conflict, HubRule, "a team has %d hubs at most", most).
			With(rule.Fig("hubs", n), rule.Fig("hubs-per-team", most))
	}
	h := Hub{Team: rule.Stream(c.Team), Handle: c.Hub, Name: c.Name, Made: s.Now(), By: s.Actor().Person()}
	if h.Name == "" {
		h.Name = h.Handle
	}
	if err := hubs.Put(s.Tx(), h); err != nil {
		return HubResult{}, err
	}
	if h.By != "" {
		if err := hubMembers.Put(s.Tx(), HubMember{Team: h.Team, Hub: h.Handle, Person: h.By, Added: s.Now()}); err != nil {
			return HubResult{}, err
		}
	}
	shown, err := h.shown(&s.View)
	return HubResult{Hub: shown}, err
}

// HubsQuery lists all hubs of a team, in alphabetical order of their handles.
type HubsQuery struct {
	Team string `json:"team"`
}

// About names the team.
func (q HubsQuery) About(v *rule.View) (rule.Subject, error) { return AboutTeam(v, q.Team) }

// Answer lists them. They are listed also when the cloud product has ended.
func (q HubsQuery) Answer(v *rule.View) ([]HubShown, error) {
	v.Cite(HubRule, rule.Fig("hubs-per-team", HubsPerTeam.Of(v)))
	list := []HubShown{}
	for h, err := range hubs.Scan(v.Tx(), q.Team, store.Part{}) {
		if err != nil {
			return nil, err
		}
		shown, err := h.shown(v)
		if err != nil {
			return nil, err
		}
		list = append(list, shown)
	}
	return list, nil
}

// dropHubs takes who leaves a team out of its hubs (ACC-9, ACC-15).
func dropHubs(s *rule.Scope, left MemberLeft) error {
	return leaveHubs(s, left.Member.Team, left.Member.Person)
}

// dropHubGuest takes who was only invited out of the hubs, when the invitation
// came to nothing.
func dropHubGuest(s *rule.Scope, dropped InvitationDropped) error {
	if _, in, err := MemberOf(&s.View, dropped.Team, dropped.Person); err != nil || in {
		return err
	}
	return leaveHubs(s, dropped.Team, dropped.Person)
}

func leaveHubs(s *rule.Scope, team rule.Stream, person rule.Person) error {
	var list []HubMember
	for m, err := range hubsOf.Scan(s.Tx(), string(team), store.Part{Prefix: store.String(person)}) {
		if err != nil {
			return err
		}
		list = append(list, m)
	}
	for _, m := range list {
		s.Cite(HubRule, rule.Fig("left", m.Hub))
		if err := hubMembers.Delete(s.Tx(), string(team), hubKey(m.Hub, m.Person)); err != nil {
			return err
		}
	}
	return nil
}

// auditHubs checks that who is in a hub is in the team or has an invitation to
// it, and that the hub exists.
func auditHubs(v *rule.View, team rule.Stream) error {
	var handles []string
	for h, err := range hubs.Scan(v.Tx(), string(team), store.Part{}) {
		if err != nil {
			return err
		}
		handles = append(handles, h.Handle)
	}
	for m, err := range hubMembers.Scan(v.Tx(), string(team), store.Part{}) {
		if err != nil {
			return err
		}
		_, in, err := MemberOf(v, team, m.Person)
		if err != nil {
			return err
		}
		i, invited, err := InvitationTo(v, team, m.Person)
		if err != nil {
			return err
		}
		if !slices.Contains(handles, m.Hub) || !in && (!invited || i.answered()) {
			return fmt.Errorf("account: %s is in the hub %q of %s without being in the team or invited", m.Person, m.Hub, team)
		}
	}
	return nil
}
