package billing

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
)

// ContractsQuery lists contracts, in one team or in all in which the actor may see
// them, by team and number. The operator names the team. A contract is listed
// where one of its subscriptions fits the filters.
type ContractsQuery struct {
	Team      string       `json:"team,omitempty"`
	Product   string       `json:"product,omitempty"`
	Status    Status       `json:"status,omitempty"`
	Channel   Channel      `json:"channel,omitempty"`
	Purchaser rule.Address `json:"purchaser,omitempty"`
	// EndsFrom and EndsTo are the period in which a subscription of it ends, EndsTo
	// being outside.
	EndsFrom *time.Time `json:"ends_from,omitempty"`
	EndsTo   *time.Time `json:"ends_to,omitempty"`
	// Search finds the letters in the number, the reseller, and what its
	// subscriptions are found by.
	Search string `json:"search,omitempty"`
	// Limit is how many a page has: 50, or up to 200. After is what the page before
	// gave as next.
	Limit int    `json:"limit,omitempty"`
	After string `json:"after,omitempty"`
}

// ContractShown is a contract as results show it.
type ContractShown struct {
	Contract  string          `json:"contract"`
	Team      string          `json:"team"`
	Channel   Channel         `json:"channel"`
	Reseller  ResellerDetails `json:"reseller"`
	Purchaser string          `json:"purchaser"`
	// Starts is when its first subscription began, and Ends when the last one ends.
	Starts time.Time `json:"starts"`
	Ends   time.Time `json:"ends"`
	// Subscriptions are those of it, as they were made.
	Subscriptions []SubscriptionShown `json:"subscriptions"`
}

// ContractsShown is a page of contracts.
type ContractsShown struct {
	Contracts []ContractShown `json:"contracts"`
	// Next is what to give as after for the next page, empty on the last one.
	Next string `json:"next"`
}

// About names the team, or the actor.
func (q ContractsQuery) About(v *rule.View) (rule.Subject, error) { return aboutTeams(v, q.Team) }

// Answer lists them (BIL-19, BIL-21): a contract is listed where one of its
// subscriptions is what the filters want.
func (q ContractsQuery) Answer(v *rule.View) (ContractsShown, error) {
	page := ContractsShown{Contracts: []ContractShown{}}
	wanted := SubscriptionsQuery{
		Team: q.Team, Product: q.Product, Status: q.Status, Purchaser: q.Purchaser, EndsFrom: q.EndsFrom, EndsTo: q.EndsTo, Search: q.Search, Limit: q.Limit,
	}
	list, _, limit, err := wanted.found(v, func(s Subscription) bool {
		return s.Contract != "" && (q.Channel == "" || q.Channel == s.Channel)
	})
	if err != nil {
		return page, err
	}
	v.Cite(ContractRule, rule.Fig("subscriptions", len(list)))
	var after *contractKey
	if q.After != "" {
		team, number, found := strings.Cut(q.After, "/")
		if !found {
			return page, rule.Missing("contract", q.After)
		}
		after = &contractKey{rule.Stream(team), number}
	}
	keys, more := pageOf(contractsIn(list), contractKey.compare, after, limit)
	for _, k := range keys {
		shown, err := k.shown(v)
		if err != nil {
			return page, err
		}
		page.Contracts = append(page.Contracts, shown)
	}
	if more {
		last := keys[len(keys)-1]
		page.Next = string(last.team) + "/" + last.number
	}
	return page, nil
}

// contractKey is what a contract is known by: its number, in its team.
type contractKey struct {
	team   rule.Stream
	number string
}

func (k contractKey) compare(o contractKey) int {
	return cmp.Or(strings.Compare(string(k.team), string(o.team)), strings.Compare(k.number, o.number))
}

// contractsIn returns the contracts of subscriptions, each once.
func contractsIn(list []Subscription) []contractKey {
	var keys []contractKey
	for _, s := range list {
		keys = append(keys, contractKey{s.Team, s.Contract})
	}
	slices.SortFunc(keys, contractKey.compare)
	return slices.Compact(keys)
}

// subscriptions returns those of the contract as they were made, or the refusal
// that there is no such contract.
func (k contractKey) subscriptions(v *rule.View) ([]Subscription, error) {
	list, err := inContract(v, k.team, k.number)
	if err == nil && len(list) == 0 {
		err = rule.Missing("contract", k.number)
	}
	slices.SortFunc(list, func(a, b Subscription) int { return rule.CompareIDs(a.ID, b.ID) })
	return list, err
}

func (k contractKey) shown(v *rule.View) (ContractShown, error) {
	list, err := k.subscriptions(v)
	if err != nil {
		return ContractShown{}, err
	}
	first := list[0]
	shown := ContractShown{Contract: k.number, Team: string(k.team), Channel: first.Channel, Starts: first.Starts, Ends: first.Ends()}
	if shown.Reseller, err = first.reseller(v); err != nil {
		return shown, err
	}
	if shown.Purchaser, err = account.EmailOf(v, first.Purchaser); err != nil {
		return shown, err
	}
	for _, s := range list {
		if s.Starts.Before(shown.Starts) {
			shown.Starts = s.Starts
		}
		if s.Ends().After(shown.Ends) {
			shown.Ends = s.Ends()
		}
		one, err := s.shown(v)
		if err != nil {
			return shown, err
		}
		shown.Subscriptions = append(shown.Subscriptions, one)
	}
	return shown, nil
}
