package account

import (
	"slices"
	"time"

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
	// Imported are the products among them that an import gives, without a mail.
	Imported []string
	// Subscription is the one that the products are pinned to, empty for the pool.
	Subscription string
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

// InvitationDropped happens when an invitation is revoked or forgotten: what was
// granted to the invited person, who is no member, goes with it.
type InvitationDropped struct {
	Team   rule.Stream
	Person rule.Person
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
	// Subscription pins the products to one subscription.
	Subscription string `json:"subscription,omitempty"`
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
		Team: team, Person: p.ID, Role: role, Products: slices.Compact(products), Groups: slices.Compact(groups),
		Subscription: c.Subscription, By: s.Actor().Person(),
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
	letter := Letter{Kind: InvitationNotice, About: i.Team, Facts: map[string]string{"team": t.Name, "ends": rule.Show(i.Ends.In(t.Location()))}}
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
