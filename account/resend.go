package account

import (
	"slices"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

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

// Extend adds a product to an open invitation, which then waits for the person
// like the others.
func Extend(s *rule.Scope, i Invitation, product string) error {
	s.Cite(InvitationRule, rule.Fig("product", product))
	if len(i.Products) >= MaxGranted {
		return rule.Refusef(rule.Invalid, InvitationRule, "an invitation can name %d products", MaxGranted)
	}
	i.Products = append(slices.Clone(i.Products), product)
	slices.Sort(i.Products)
	return invitations.Put(s.Tx(), i)
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
	if err := s.Emit(InvitationDropped{Team: i.Team, Person: i.Person}); err != nil {
		return InvitationEnded{}, err
	}
	shown, err := i.shown(&s.View)
	return InvitationEnded{Invitation: shown}, err
}

// endInvitation tells the admin who invited that nobody came, and frees what
// the invitation held.
func endInvitation(s *rule.Scope, item rule.Item) error {
	i, found, err := invitations.Get(s.Tx(), string(item.Streams[0]), store.String(item.Key))
	if err != nil || !found {
		return err
	}
	s.Cite(InvitationRule, rule.Fig("ended", i.Ends))
	if err := waits(s, i, lapsedLabel); err != nil {
		return err
	}
	if err := s.Emit(InvitationClosed{Invitation: i}); err != nil {
		return err
	}
	if by, in, err := MemberOf(&s.View, i.Team, i.By); err != nil || !in || !by.Role.Admin() {
		return err
	}
	return Tell(s, Letter{Kind: InvitationEndedNotice, About: i.Team, Facts: map[string]string{"invited": string(i.Person)}}, i.By)
}

// purgeInvitation forgets an invitation that was never answered (ACC-6).
func purgeInvitation(s *rule.Scope, item rule.Item) error {
	team, person := item.Streams[0], item.Streams[1]
	s.Cite(InvitationRule)
	if err := s.Emit(InvitationDropped{Team: team, Person: rule.Person(person)}); err != nil {
		return err
	}
	if err := memberships.Delete(s.Tx(), string(person), store.String(team)); err != nil {
		return err
	}
	return invitations.Delete(s.Tx(), string(team), store.String(person))
}
