package account

import (
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// bySending has a team's invitations in the order they were sent.
var bySending = invitations.Index("sent", func(i *Invitation) (store.Key, bool) { return i.sending(), true })

func (i Invitation) sending() store.Key { return store.Time(i.Sent) + rule.IDKey(i.ID) }

// InvitationsQuery lists a team's invitations, in the order they were sent.
type InvitationsQuery struct {
	Team string `json:"team"`
	// Limit is how many a page has, up to 200; without it, the first thousand. After is the address of the
	// invitation that the page before ended with.
	Limit int          `json:"limit,omitempty"`
	After rule.Address `json:"after,omitempty"`
}

// About names the team.
func (q InvitationsQuery) About(v *rule.View) (rule.Subject, error) { return AboutTeam(v, q.Team) }

// Answer lists a page of them.
func (q InvitationsQuery) Answer(v *rule.View) ([]InvitationShown, error) {
	v.Cite(InvitationRule)
	limit, err := listSize(q.Limit)
	if err != nil {
		return nil, err
	}
	part := store.Part{Limit: limit}
	if q.After != "" {
		last, err := loadInvitation(v, q.Team, q.After)
		if err != nil {
			return nil, err
		}
		part.From = last.sending() + behind
	}
	list := []InvitationShown{}
	for i, err := range bySending.Scan(v.Tx(), q.Team, part) {
		if err != nil {
			return nil, err
		}
		shown, err := i.shown(v)
		if err != nil {
			return nil, err
		}
		list = append(list, shown)
	}
	return list, nil
}
