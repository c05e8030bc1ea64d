package account

import (
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// OpenInvitations returns the invitations of a team that can still be accepted,
// in an order that stays the same.
func OpenInvitations(v *rule.View, team rule.Stream) ([]Invitation, error) {
	var list []Invitation
	for i, err := range bySecret.Scan(v.Tx(), string(team), store.Part{}) {
		if err != nil {
			return nil, err
		}
		if i.Open(v.Now()) {
			list = append(list, i)
		}
	}
	return list, nil
}
