package account

import (
	"crypto/subtle"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// AcceptInvitation makes the invited person a member, by their address or by
// the secret that was mailed to them.
type AcceptInvitation struct {
	Team   string       `json:"team"`
	Email  rule.Address `json:"email,omitempty"`
	Secret rule.Secret  `json:"secret,omitempty"`
}

// About names the person whose invitation it is. By secret, everything that is
// wrong is one and the same refusal.
func (c AcceptInvitation) About(v *rule.View) (rule.Subject, error) {
	address := c.Email
	if c.Secret != "" {
		i, err := c.bySecret(v)
		if err != nil {
			return rule.Subject{}, err
		}
		email, err := EmailOf(v, i.Person)
		if err != nil {
			return rule.Subject{}, err
		}
		if actor := v.Actor(); !actor.IsOperator() && actor.Person() != i.Person {
			return rule.Subject{}, uniform()
		}
		address = rule.Address(email)
	}
	subject, err := AboutMember(v, c.Team, address)
	if err != nil {
		return subject, err
	}
	subject.Team = ""
	return subject, c.own(v, subject)
}

// own refuses who is not the invited person: a member lacks the permission, and
// for everyone else there is no such team.
func (c AcceptInvitation) own(v *rule.View, s rule.Subject) error {
	actor, team := v.Actor(), rule.Stream(c.Team)
	if actor.IsOperator() {
		return nil
	}
	_, in, err := MemberOf(v, team, actor.Person())
	if err != nil {
		return err
	}
	if actor.Person() != s.Person && in {
		return notPermitted(v, Own, team)
	}
	_, invited, err := InvitationTo(v, team, s.Person)
	if err == nil && (actor.Person() != s.Person || !invited && !in) {
		err = rule.Missing(s.What, s.Name)
	}
	return err
}

func uniform() error {
	return rule.Refuse(rule.InvitationInvalid, InvitationRule, "the invitation cannot be accepted: ask who invited you to send it again")
}

// bySecret finds the open invitation that the secret belongs to.
func (c AcceptInvitation) bySecret(v *rule.View) (Invitation, error) {
	hash := c.Secret.Hash()
	if _, err := TeamByHandle(v, rule.Stream(c.Team)); err != nil {
		if rule.AsRefusal(err) == nil {
			return Invitation{}, err
		}
		return Invitation{}, uniform()
	}
	i, found, err := bySecret.Get(v.Tx(), c.Team, store.String(hash))
	switch {
	case err != nil:
		return Invitation{}, err
	case !found || subtle.ConstantTimeCompare([]byte(i.Secret), []byte(hash)) != 1 || !i.Open(v.Now()):
		return Invitation{}, uniform()
	default:
		return i, nil
	}
}

// Do makes the person a member with the role as it is allowed now, gives what
// waited for them, and makes the login of who has none (ACC-6).
func (c AcceptInvitation) Do(s *rule.Scope) (MemberResult, error) {
	r, err := c.accept(s)
	if c.Secret != "" && rule.AsRefusal(err) != nil && !s.Actor().IsOperator() {
		err = uniform()
	}
	return r, err
}

func (c AcceptInvitation) accept(s *rule.Scope) (MemberResult, error) {
	i, err := c.load(s)
	if err != nil {
		return MemberResult{}, err
	}
	s.Cite(InvitationRule, rule.Fig("ends", i.Ends), rule.Fig("now", s.Now()))
	s.Cite(rule.HalfOpen, rule.Fig("end", i.Ends))
	if err := refuseAnswered(i); err != nil {
		return MemberResult{}, err
	}
	if !i.Open(s.Now()) {
		return MemberResult{}, rule.Refuse(rule.InvitationExpired, InvitationRule, "the invitation can no longer be accepted: ask for it to be sent again",
			rule.Fig("ended", i.Ends), rule.Fig(InvitationLife.Name(), InvitationLife.Of(&s.View)))
	}
	email, err := EmailOf(&s.View, i.Person)
	if err != nil {
		return MemberResult{}, err
	}
	if _, err := EnsureLogin(s, rule.Address(email)); err != nil {
		return MemberResult{}, err
	}
	role, err := i.roleNow(&s.View)
	if err != nil {
		return MemberResult{}, err
	}
	return i.welcome(s, role)
}

// welcome makes the invited person a member, with what waited for them.
func (i Invitation) welcome(s *rule.Scope, role Role) (MemberResult, error) {
	if err := closed(s, i, true); err != nil {
		return MemberResult{}, err
	}
	i.Accepted = s.Now()
	if err := invitations.Put(s.Tx(), i); err != nil {
		return MemberResult{}, err
	}
	t, err := TeamByHandle(&s.View, i.Team)
	if err != nil {
		return MemberResult{}, err
	}
	if err := enroll(s, t, i.Person, role); err != nil {
		return MemberResult{}, err
	}
	for _, handle := range i.Groups {
		g, err := GroupByHandle(&s.View, i.Team, handle)
		if err != nil {
			return MemberResult{}, err
		}
		if err := JoinGroup(s, g, []rule.Person{i.Person}); err != nil {
			return MemberResult{}, err
		}
	}
	if err := s.Emit(InvitationAccepted{Invitation: i}); err != nil {
		return MemberResult{}, err
	}
	return Member{Team: i.Team, Person: i.Person, Role: role}.shown(&s.View)
}

// InvitationAccepted happens when the invited person has become a member: what
// the invitation named is given.
type InvitationAccepted struct {
	Invitation Invitation
}

func (c AcceptInvitation) load(s *rule.Scope) (Invitation, error) {
	if c.Secret != "" {
		if c.Secret.IsHash() && !s.Replaying() {
			return Invitation{}, uniform()
		}
		return c.bySecret(&s.View)
	}
	return loadInvitation(&s.View, c.Team, c.Email)
}

// roleNow returns the role that the inviter may still give. Who has lost the
// right to appoint admins, or has left, brings in a user.
func (i Invitation) roleNow(v *rule.View) (Role, error) {
	if !i.Role.Admin() || i.By == "" {
		return i.Role, nil
	}
	inviter, in, err := MemberOf(v, i.Team, i.By)
	if err != nil {
		return "", err
	}
	if in && inviter.Role.Admin() && !i.Role.Above(inviter.Role) {
		return i.Role, nil
	}
	return User, nil
}
