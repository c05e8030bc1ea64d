package billing

import (
	"slices"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// plans answers what account asks of this module.
type plans struct{}

// Bought implements [account.Plans]. A subscription is live while it gives
// access: active, or expired in its days of access (BIL-10).
func (plans) Bought(v *rule.View, team rule.Stream) ([]account.Bought, error) {
	t, err := account.TeamByHandle(v, team)
	if err != nil {
		return nil, err
	}
	var list []account.Bought
	for sub, err := range subscriptions.Scan(v.Tx(), string(team), store.Part{}) {
		if err != nil {
			return nil, err
		}
		status := sub.StatusAt(v, t.Location())
		list = append(list, account.Bought{
			Subscription: sub.ID, Product: sub.Product, Contract: sub.Contract, Plan: sub.Plan, Purchaser: sub.Purchaser,
			Starts: sub.Starts, Maintenance: sub.Plan == maintenancePlan,
			Live: status == Active || status == Expired, Reseller: sub.Channel == Reseller,
		})
	}
	slices.SortFunc(list, func(a, b account.Bought) int { return rule.CompareIDs(a.Subscription, b.Subscription) })
	return list, nil
}
