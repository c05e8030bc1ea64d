package licensing

import (
	"time"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Retract takes back the right to the term of a subscription that begins at an
// instant: it ends now, and where it has not begun it is as if it had never been.
// Nobody is unassigned for it (LIC-5). What is pinned to the subscription falls
// where no right of it is left. Billing calls it.
func Retract(s *rule.Scope, team rule.Stream, product, subscription string, from time.Time) error {
	key := store.String(product) + store.String(subscription) + store.Time(from)
	e, found, err := entitlements.Get(s.Tx(), string(team), key)
	if err != nil || !found {
		return err
	}
	if err := dropEntitlement(s, e); err != nil {
		return err
	}
	if e.From.Before(s.Now()) {
		if e.Until.After(s.Now()) {
			e.Until = s.Now()
		}
		e.Grace, e.Due, e.Unpaid = time.Time{}, time.Time{}, time.Time{}
		if err := entitlements.Put(s.Tx(), e); err != nil {
			return err
		}
	}
	rest, err := entitlementsOf(&s.View, team, product, subscription)
	if err != nil {
		return err
	}
	over := true
	for _, other := range rest {
		over = over && !other.End().After(s.Now())
	}
	if over {
		if err := unpin(s, team, product, subscription); err != nil {
			return err
		}
	}
	return s.Emit(SeatsChanged{Team: team, Product: product})
}
