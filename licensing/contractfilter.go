package licensing

import (
	"slices"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// bought is the part of a view's filters that names a subscription or a contract.
type bought struct{ Subscription, Contract string }

// named reports whether the view is filtered by either.
func (b bought) named() bool { return b != bought{} }

// in returns the subscriptions of the team that are meant: the one named, those of
// the contract named, or where both are named the one if it is of the contract.
// What the team does not have is missing.
func (b bought) in(v *rule.View, team rule.Stream) ([]string, error) {
	if b.Contract == "" {
		return []string{b.Subscription}, nil
	}
	all, err := account.PlanService.Of(v).Bought(v, team)
	if err != nil {
		return nil, err
	}
	var list []string
	for _, one := range all {
		if one.Contract == b.Contract {
			list = append(list, one.Subscription)
		}
	}
	if len(list) == 0 {
		return nil, rule.Missing("contract", b.Contract)
	}
	v.Cite(account.ViewRule, rule.Fig("contract", b.Contract), rule.Fig("subscriptions", len(list)))
	if b.Subscription != "" {
		list = slices.DeleteFunc(list, func(id string) bool { return id != b.Subscription })
	}
	return list, nil
}

// products returns what the subscriptions meant have given seats of, and the
// subscriptions. A subscription that the team does not have is missing.
func (b bought) products(v *rule.View, team rule.Stream) (products, subscriptions []string, err error) {
	if subscriptions, err = b.in(v, team); err != nil {
		return nil, nil, err
	}
	known := b.Subscription == ""
	for e, err := range entitlements.Scan(v.Tx(), string(team), store.Part{}) {
		if err != nil {
			return nil, nil, err
		}
		known = known || e.Subscription == b.Subscription
		if slices.Contains(subscriptions, e.Subscription) && !slices.Contains(products, e.Product) {
			products = append(products, e.Product)
		}
	}
	if !known {
		return nil, nil, rule.Missing("subscription", b.Subscription)
	}
	return products, subscriptions, nil
}

// pinnedToAny reports whether the seat is pinned to one of these subscriptions.
func (h Holding) pinnedToAny(subscriptions []string) bool {
	return slices.ContainsFunc(h.Sources, func(s Source) bool {
		return s.Kind == Pinned && slices.Contains(subscriptions, s.From)
	})
}
