package billing

import (
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// ProductOf returns the product of a team's subscription, empty where the team has
// no such subscription.
func ProductOf(v *rule.View, team rule.Stream, subscription string) (string, error) {
	s, _, err := subscriptions.Get(v.Tx(), string(team), store.String(subscription))
	return s.Product, err
}
