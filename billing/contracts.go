package billing

import (
	"strings"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// madeNumber begins the numbers of contracts that are made and not given.
const madeNumber = "con_"

// MaxInContract is how many subscriptions a contract can have.
const MaxInContract = 200

var byContract = subscriptions.Index("contract", func(s *Subscription) (store.Key, bool) {
	return store.String(s.Contract), s.Contract != ""
})

// inContract returns the subscriptions of a contract, in the order of their keys.
func inContract(v *rule.View, team rule.Stream, number string) ([]Subscription, error) {
	var list []Subscription
	for s, err := range byContract.Scan(v.Tx(), string(team), store.Part{Prefix: store.String(number)}) {
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, nil
}

// contracted refuses a contract that the order's subscription cannot be part of:
// all subscriptions of one have the same purchaser, channel and reseller. An order
// that names no reseller has that of its contract (BIL-21).
func (o Order) contracted(v *rule.View) (Order, error) {
	v.Cite(ContractRule, rule.Fig("contract", o.Contract))
	switch {
	case o.Contract == "":
		return o, nil
	case len(o.Contract) > account.MaxName || CardLike(o.Contract) || strings.TrimSpace(o.Contract) != o.Contract:
		return o, rule.Refusef(rule.Invalid, ContractRule, "the number of a contract has 1 to %d bytes, and no space around it", account.MaxName)
	}
	list, err := inContract(v, o.Team, o.Contract)
	if err != nil {
		return o, err
	}
	if len(list) == 0 {
		if strings.HasPrefix(o.Contract, madeNumber) {
			return o, rule.Missing("contract", o.Contract)
		}
		return o, nil
	}
	one := list[0]
	if o.Reseller == "" {
		o.Reseller = one.Reseller
	}
	switch {
	case one.Purchaser != o.Purchaser:
		return o, rule.Missing("contract", o.Contract)
	case one.Channel != o.Channel || one.Reseller != o.Reseller:
		return o, rule.Refusef(rule.Conflict, ContractRule, "the contract %s was bought by %s, and this is bought otherwise", o.Contract, one.Channel).
			With(rule.Fig("channel", string(one.Channel)), rule.Fig("reseller", one.Reseller))
	case len(list) >= MaxInContract:
		return o, rule.Refusef(rule.Conflict, ContractRule, "a contract has %d subscriptions at most", MaxInContract)
	}
	return o, nil
}

// contractNumber returns the number of the contract of a new subscription: the
// one that was named, or where that is not to be had any more, as others took it
// while the order waited for its charge, and where none was named, one of its own.
func (o Order) contractNumber(v *rule.View, subscription string) (string, error) {
	if o.Contract != "" {
		if _, err := o.contracted(v); err == nil {
			return o.Contract, nil
		} else if rule.AsRefusal(err) == nil {
			return "", err
		}
	}
	return madeNumber + strings.TrimPrefix(subscription, "sub_"), nil
}

// carryContract lets a subscription that comes from another team keep the number of
// its contract, and how its reseller is reached. Where the team has a contract of
// that number that it cannot be part of, it has one of its own.
func (s Subscription) carryContract(sc *rule.Scope, from rule.Stream) (Subscription, error) {
	r, err := resellerOf(&sc.View, from, s.Reseller)
	if err != nil {
		return s, err
	}
	if err := (SoldBy{Team: s.Team, Name: r.Name, Contact: r.Contact}).keep(sc); err != nil {
		return s, err
	}
	list, err := inContract(&sc.View, s.Team, s.Contract)
	if err != nil || s.Contract == "" || len(list) == 0 {
		return s, err
	}
	if one := list[0]; one.Purchaser != s.Purchaser || one.Channel != s.Channel || one.Reseller != s.Reseller || len(list) >= MaxInContract {
		s.Contract = madeNumber + strings.TrimPrefix(s.ID, "sub_")
	}
	return s, nil
}
