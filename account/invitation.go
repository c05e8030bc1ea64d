package account

import (
	"slices"
	"time"

	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Invitation asks a person into a team. A team has one for each address, the
// last that was sent.
type Invitation struct {
	ID     string
	Team   rule.Stream
	Person rule.Person
	Role   Role
	// Products and Groups wait for the person.
	Products []string
	Groups   []string
	// By is the admin who sent it, empty for the operator.
	By   rule.Person
	Sent time.Time
	// Ends is the first instant at which it can no longer be accepted. It was
	// fixed when the invitation was sent.
	Ends time.Time
	// Purged is when an invitation without an answer is forgotten.
	Purged time.Time
	// Accepted and Revoked are when that happened, zero while it has not.
	Accepted, Revoked time.Time
	// Secret is the hash of the word that accepts it.
	Secret string
}

var invitations = store.NewTable("account.invitation", func(i *Invitation) (string, store.Key) {
	return string(i.Team), store.String(i.Person)
})

var bySecret = invitations.Index("secret", func(i *Invitation) (store.Key, bool) {
	return store.String(i.Secret), i.Accepted.IsZero() && i.Revoked.IsZero()
})

// InvitationStatus is what has become of an invitation.
type InvitationStatus string

// What can become of an invitation.
const (
	Pending  InvitationStatus = "pending"
	Accepted InvitationStatus = "accepted"
	Expired  InvitationStatus = "expired"
	Revoked  InvitationStatus = "revoked"
)

// StatusAt tells what has become of the invitation by an instant.
func (i Invitation) StatusAt(now time.Time) InvitationStatus {
	switch {
	case !i.Accepted.IsZero():
		return Accepted
	case !i.Revoked.IsZero():
		return Revoked
	case i.Open(now):
		return Pending
	default:
		return Expired
	}
}

// Open reports whether the invitation can still be accepted. At its end it is
// already over (TIM-1).
func (i Invitation) Open(now time.Time) bool {
	return i.Accepted.IsZero() && i.Revoked.IsZero() && now.Before(i.Ends)
}

// answered reports whether somebody accepted or revoked it.
func (i Invitation) answered() bool { return !i.Accepted.IsZero() || !i.Revoked.IsZero() }

// InvitationSent happens when an invitation is sent or sent again. Who keeps
// seats holds them for its products and groups, and refuses where there are too few.
type InvitationSent struct {
	Invitation Invitation
}

// InvitationClosed happens when an open invitation stops being open: accepted,
// revoked, replaced or at its end. What was held for it is free again.
type InvitationClosed struct {
	Invitation Invitation
	// Accepted reports whether the person is becoming a member by it.
	Accepted bool
}

var (
	invitationEnds   = rule.DueKind{Name: "account.invitation-end", Rank: 10}
	invitationPurged = rule.DueKind{Name: "account.invitation-purge", Rank: 12}
)

// due returns what time will bring to the invitation.
func (i Invitation) due() []rule.Item {
	if i.answered() {
		return nil
	}
	streams := []rule.Stream{i.Team}
	return []rule.Item{
		{At: i.Ends, Kind: invitationEnds, Key: string(i.Person), Streams: streams},
		{At: i.Purged, Kind: invitationPurged, Key: string(i.Team) + " " + string(i.Person), Streams: append(streams, i.Person.Stream())},
	}
}

// InvitationShown is an invitation as results show it.
type InvitationShown struct {
	ID       string           `json:"id"`
	Team     string           `json:"team"`
	Email    string           `json:"email"`
	Role     Role             `json:"role"`
	Status   InvitationStatus `json:"status"`
	Sent     time.Time        `json:"sent"`
	Expires  time.Time        `json:"expires"`
	Products []string         `json:"products"`
	Groups   []string         `json:"groups"`
}

func (i Invitation) shown(v *rule.View) (InvitationShown, error) {
	email, err := EmailOf(v, i.Person)
	return InvitationShown{
		ID: i.ID, Team: string(i.Team), Email: email, Role: i.Role, Status: i.StatusAt(v.Now()), Sent: i.Sent, Expires: i.Ends,
		Products: append([]string{}, i.Products...), Groups: append([]string{}, i.Groups...),
	}, err
}

// InvitationResult is the result of commands that send or end an invitation.
type InvitationResult struct {
	Invitation InvitationShown `json:"invitation"`
	// Secret accepts the invitation. It is shown once, here, and kept nowhere.
	Secret string `json:"secret"`
}

// WithoutSecrets returns the result as a retry sees it.
func (r InvitationResult) WithoutSecrets() any {
	r.Secret = ""
	return r
}

// Invite asks a person into a team.
type Invite struct {
	Team     string       `json:"team"`
	Email    rule.Address `json:"email"`
	Role     Role         `json:"role,omitempty"`
	Products []string     `json:"products,omitempty"`
	Groups   []string     `json:"groups,omitempty"`
}

// MaxGranted is how many products or groups one command can name.
const MaxGranted = 200

// About names the team and the person.
func (c Invite) About(v *rule.View) (rule.Subject, error) { return AboutMember(v, c.Team, c.Email) }

// Do sends the invitation (ACC-6, ACC-7).
func (c Invite) Do(s *rule.Scope) (InvitationResult, error) {
	role := c.Role
	if role == "" {
		role = User
	}
	s.Cite(AddingRule, rule.Fig("role", string(role)))
	if role == Primary {
		return InvitationResult{}, rule.Refuse(rule.Invalid, RoleRule, "nobody is invited as primary admin")
	}
	if len(c.Products) > MaxGranted || len(c.Groups) > MaxGranted {
		return InvitationResult{}, rule.Refusef(rule.Invalid, InvitationRule, "an invitation can name %d products and %d groups", MaxGranted, MaxGranted)
	}
	team := rule.Stream(c.Team)
	if err := mayGrant(&s.View, team, role); err != nil {
		return InvitationResult{}, err
	}
	t, err := TeamByHandle(&s.View, team)
	if err != nil {
		return InvitationResult{}, err
	}
	p, err := know(s, c.Email, t.Language)
	if err != nil {
		return InvitationResult{}, err
	}
	if _, in, err := MemberOf(&s.View, team, p.ID); err != nil {
		return InvitationResult{}, err
	} else if in {
		return InvitationResult{}, rule.Refusef(rule.Conflict, InvitationRule, "%s is in the team already", p.Email)
	}
	old, found, err := invitations.Get(s.Tx(), c.Team, store.String(p.ID))
	switch {
	case err != nil:
		return InvitationResult{}, err
	case found && old.Open(s.Now()):
		return InvitationResult{}, rule.Refusef(rule.Conflict, InvitationRule, "%s has an open invitation to the team; send it again instead", p.Email).
			With(rule.Fig("ends", old.Ends))
	case found:
		if err := closed(s, old, false); err != nil {
			return InvitationResult{}, err
		}
	}
	if err := memberships.Put(s.Tx(), Membership{Person: p.ID, Team: team}); err != nil {
		return InvitationResult{}, err
	}
	products, groups := slices.Clone(c.Products), slices.Clone(c.Groups)
	slices.Sort(products)
	slices.Sort(groups)
	return send(s, t, Invitation{
		Team: team, Person: p.ID, Role: role, Products: slices.Compact(products), Groups: slices.Compact(groups), By: s.Actor().Person(),
	})
}

// send fixes the invitation's end, keeps it, holds what it names and mails it.
func send(s *rule.Scope, t Team, i Invitation) (InvitationResult, error) {
	if err := countInvite(s, t); err != nil {
		return InvitationResult{}, err
	}
	for _, g := range i.Groups {
		if _, err := GroupByHandle(&s.View, i.Team, g); err != nil {
			return InvitationResult{}, err
		}
	}
	id, err := s.NewID("inv", i.Team)
	if err != nil {
		return InvitationResult{}, err
	}
	secret, err := s.Secret()
	if err != nil {
		return InvitationResult{}, err
	}
	i.ID, i.Secret, i.Sent, i.Accepted, i.Revoked = id, secret.Hash(), s.Now(), time.Time{}, time.Time{}
	i.Ends = InvitationLife.Of(&s.View).After(s.Now(), t.Location()).UTC()
	i.Purged = InvitationPurge.Of(&s.View).After(s.Now(), t.Location()).UTC()
	if i.Purged.Before(i.Ends) {
		i.Purged = i.Ends
	}
	s.Cite(InvitationRule, rule.Fig("sent", i.Sent), rule.Fig("ends", i.Ends))
	s.Cite(rule.CalendarSpans, rule.Fig("zone", string(t.Zone)))
	if err := invitations.Put(s.Tx(), i); err != nil {
		return InvitationResult{}, err
	}
	for _, item := range i.due() {
		if err := s.Queue(item); err != nil {
			return InvitationResult{}, err
		}
	}
	if err := s.Emit(InvitationSent{Invitation: i}); err != nil {
		return InvitationResult{}, err
	}
	letter := Letter{Kind: InvitationNotice, About: i.Team, Facts: map[string]string{"team": t.Name, "ends": rule.Show(i.Ends)}}
	if err := Tell(s, letter, i.Person); err != nil {
		return InvitationResult{}, err
	}
	shown, err := i.shown(&s.View)
	return InvitationResult{Invitation: shown, Secret: string(secret)}, err
}

// closed takes the invitation out of the due table and tells that it is no
// longer open, where it still was.
func closed(s *rule.Scope, i Invitation, accepted bool) error {
	for _, item := range i.due() {
		if err := s.Unqueue(item); err != nil {
			return err
		}
	}
	if !i.Open(s.Now()) {
		return nil
	}
	return s.Emit(InvitationClosed{Invitation: i, Accepted: accepted})
}

// InvitationTo returns the last invitation of a person to a team, and whether
// there is one.
func InvitationTo(v *rule.View, team rule.Stream, person rule.Person) (Invitation, bool, error) {
	return invitations.Get(v.Tx(), string(team), store.String(person))
}

// Invited counts the invitations that a team sent on one day.
type Invited struct {
	Team rule.Stream
	Day  period.Date
	Sent int
}

var invited = store.NewTable("account.invited", func(i *Invited) (string, store.Key) { return string(i.Team), "" })

// countInvite keeps a team from sending more than so many a day (ACC-6).
func countInvite(s *rule.Scope, t Team) error {
	today := period.DateOf(s.Now(), t.Location())
	count, _, err := invited.Get(s.Tx(), string(t.Handle), "")
	if err != nil {
		return err
	}
	if count.Day != today {
		count = Invited{Team: t.Handle, Day: today}
	}
	most := InvitesPerDay.Of(&s.View)
	if count.Sent >= most {
		return rule.Refusef(rule.Invalid, InvitationRule, "a team sends %d invitations a day at most", most).
			With(rule.Fig("sent", count.Sent), rule.Fig("invites-per-day", most))
	}
	count.Sent++
	return invited.Put(s.Tx(), count)
}

// loadInvitation returns the team's invitation of this address, or the refusal
// that there is none.
func loadInvitation(v *rule.View, team string, address rule.Address) (Invitation, error) {
	_, email, id, err := address.Parts()
	if err != nil {
		return Invitation{}, err
	}
	i, found, err := invitations.Get(v.Tx(), team, store.String(id))
	if err == nil && !found {
		err = rule.Missing("invitation", email)
	}
	return i, err
}

// refuseAnswered refuses what is no longer open for a reason other than time.
func refuseAnswered(i Invitation) error {
	switch {
	case !i.Accepted.IsZero():
		return rule.Refuse(rule.InvitationUsed, InvitationRule, "the invitation was accepted already", rule.Fig("accepted", i.Accepted))
	case !i.Revoked.IsZero():
		return rule.Refuse(rule.InvitationRevoked, InvitationRule, "the invitation was revoked", rule.Fig("revoked", i.Revoked))
	default:
		return nil
	}
}

// ResendInvitation ends an invitation and sends it anew, with new days.
type ResendInvitation struct {
	Team  string       `json:"team"`
	Email rule.Address `json:"email"`
}

// About names the team and the person.
func (c ResendInvitation) About(v *rule.View) (rule.Subject, error) {
	return AboutMember(v, c.Team, c.Email)
}

// Do sends it again (ACC-6).
func (c ResendInvitation) Do(s *rule.Scope) (InvitationResult, error) {
	i, err := loadInvitation(&s.View, c.Team, c.Email)
	if err != nil {
		return InvitationResult{}, err
	}
	if err := refuseAnswered(i); err != nil {
		return InvitationResult{}, err
	}
	if err := mayGrant(&s.View, i.Team, i.Role); err != nil {
		return InvitationResult{}, err
	}
	t, err := TeamByHandle(&s.View, i.Team)
	if err != nil {
		return InvitationResult{}, err
	}
	if err := closed(s, i, false); err != nil {
		return InvitationResult{}, err
	}
	i.By = s.Actor().Person()
	return send(s, t, i)
}

// RevokeInvitation ends an invitation that nobody has answered.
type RevokeInvitation struct {
	Team  string       `json:"team"`
	Email rule.Address `json:"email"`
}

// InvitationEnded is the result of [RevokeInvitation].
type InvitationEnded struct {
	Invitation InvitationShown `json:"invitation"`
}

// About names the team and the person.
func (c RevokeInvitation) About(v *rule.View) (rule.Subject, error) {
	return AboutMember(v, c.Team, c.Email)
}

// Do revokes it; what it held is free at once.
func (c RevokeInvitation) Do(s *rule.Scope) (InvitationEnded, error) {
	i, err := loadInvitation(&s.View, c.Team, c.Email)
	if err != nil {
		return InvitationEnded{}, err
	}
	s.Cite(InvitationRule, rule.Fig("ends", i.Ends))
	if err := refuseAnswered(i); err != nil {
		return InvitationEnded{}, err
	}
	if err := mayGrant(&s.View, i.Team, i.Role); err != nil {
		return InvitationEnded{}, err
	}
	if err := closed(s, i, false); err != nil {
		return InvitationEnded{}, err
	}
	i.Revoked = s.Now()
	if err := invitations.Put(s.Tx(), i); err != nil {
		return InvitationEnded{}, err
	}
	shown, err := i.shown(&s.View)
	return InvitationEnded{Invitation: shown}, err
}

// InvitationsQuery lists a team's invitations, in the order they were sent.
type InvitationsQuery struct {
	Team string `json:"team"`
}

// About names the team.
func (q InvitationsQuery) About(v *rule.View) (rule.Subject, error) { return AboutTeam(v, q.Team) }

// Answer lists them.
func (q InvitationsQuery) Answer(v *rule.View) ([]InvitationShown, error) {
	v.Cite(InvitationRule)
	var all []Invitation
	for i, err := range invitations.Scan(v.Tx(), q.Team, store.Part{}) {
		if err != nil {
			return nil, err
		}
		all = append(all, i)
	}
	slices.SortStableFunc(all, func(a, b Invitation) int { return a.Sent.Compare(b.Sent) })
	list := []InvitationShown{}
	for _, i := range all {
		shown, err := i.shown(v)
		if err != nil {
			return nil, err
		}
		list = append(list, shown)
	}
	return list, nil
}

// endInvitation tells the admin who invited that nobody came, and frees what
// the invitation held.
func endInvitation(s *rule.Scope, item rule.Item) error {
	i, found, err := invitations.Get(s.Tx(), string(item.Streams[0]), store.String(item.Key))
	if err != nil || !found {
		return err
	}
	s.Cite(InvitationRule, rule.Fig("ended", i.Ends))
	if err := s.Emit(InvitationClosed{Invitation: i}); err != nil {
		return err
	}
	return Tell(s, Letter{Kind: InvitationEndedNotice, About: i.Team, Facts: map[string]string{"invited": string(i.Person)}}, i.By)
}

// purgeInvitation forgets an invitation that was never answered (ACC-6).
func purgeInvitation(s *rule.Scope, item rule.Item) error {
	team, person := item.Streams[0], item.Streams[1]
	s.Cite(InvitationRule)
	if err := memberships.Delete(s.Tx(), string(person), store.String(team)); err != nil {
		return err
	}
	return invitations.Delete(s.Tx(), string(team), store.String(person))
}
