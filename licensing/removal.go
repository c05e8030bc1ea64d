package licensing

import (
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// forgotten answers what account asks about a person who is to be removed: what is
// kept of them beside their seats, and forgotten with the membership.
type forgotten struct{}

// Removes implements [account.Removals]: services that are withheld from the
// person, and updates that were granted to them by name.
func (forgotten) Removes(v *rule.View, team rule.Stream, person rule.Person) ([]account.Ending, error) {
	var ends []account.Ending
	for w, err := range withheld.Scan(v.Tx(), string(team), store.Part{Prefix: store.String(person)}) {
		if err != nil {
			return nil, err
		}
		ends = append(ends, account.Ending{What: "withheld", Name: w.Service, Source: "service", From: w.Product})
	}
	for g, err := range updateGrants.Scan(v.Tx(), string(team), store.Part{Prefix: store.String(person)}) {
		if err != nil {
			return nil, err
		}
		ends = append(ends, account.Ending{What: "update", Name: g.Update, Source: "grant", From: g.Product})
	}
	return ends, nil
}
