package account

import "github.com/seatbook/seatbook/rule"

// Standing is what a listed person is to the team: a member, or somebody with an
// invitation that nobody has answered.
type Standing struct {
	Listing
	Role   Role
	Status PersonStatus
	// Invitation is the unanswered one; zero for members.
	Invitation Invitation
}

// PersonStatus is how far a person has come into a team.
type PersonStatus string

// The statuses of people in a team (ACC-11).
const (
	StatusInvited PersonStatus = "invited"
	StatusExpired PersonStatus = "expired"
	StatusActive  PersonStatus = "active"
)

var statuses = []PersonStatus{StatusInvited, StatusExpired, StatusActive}

// Words returns the words a status is written with.
func (PersonStatus) Words() []string { return Words(statuses) }

// UnmarshalText takes one of the words.
func (p *PersonStatus) UnmarshalText(text []byte) error {
	return OneOf(p, PersonStatus(text), statuses)
}

// StandingOf looks up what a listed person is to the team at now. An invitation
// that has ended is expired from its end on (TIM-1).
func StandingOf(v *rule.View, l Listing) (Standing, error) {
	m, in, err := MemberOf(v, l.Team, l.Person)
	if err != nil || in {
		return Standing{Listing: l, Role: m.Role, Status: StatusActive}, err
	}
	i, _, err := InvitationTo(v, l.Team, l.Person)
	standing := Standing{Listing: l, Role: i.Role, Status: StatusExpired, Invitation: i}
	if i.Open(v.Now()) {
		standing.Status = StatusInvited
	}
	return standing, err
}
