package billing

import (
	"cmp"
	"strings"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// SubscriptionOrder is how subscriptions are sorted.
type SubscriptionOrder string

// The orders of subscriptions; the first is that of a list that names none.
const (
	ByEnd     SubscriptionOrder = "ends"
	ByStart   SubscriptionOrder = "starts"
	ByProduct SubscriptionOrder = "product"
	ByTeam    SubscriptionOrder = "team"
)

var subscriptionOrders = []SubscriptionOrder{ByEnd, ByStart, ByProduct, ByTeam}

// Words returns the words an order is written with.
func (SubscriptionOrder) Words() []string { return account.Words(subscriptionOrders) }

// UnmarshalText takes one of the words.
func (o *SubscriptionOrder) UnmarshalText(text []byte) error {
	return account.OneOf(o, SubscriptionOrder(text), subscriptionOrders)
}

// SubscriptionsQuery lists subscriptions, in one team or in all in which the actor
// may see them. The operator names the team.
type SubscriptionsQuery struct {
	Team      string       `json:"team,omitempty"`
	Product   string       `json:"product,omitempty"`
	Status    Status       `json:"status,omitempty"`
	Purchaser rule.Address `json:"purchaser,omitempty"`
	// EndsFrom and EndsTo are the period in which they end, EndsTo being outside.
	EndsFrom *time.Time `json:"ends_from,omitempty"`
	EndsTo   *time.Time `json:"ends_to,omitempty"`
	// Search finds the letters in the identifier, the product and its name, the
	// number of the contract and the reseller.
	Search string `json:"search,omitempty"`
	// Sort is by the end where none is named; the same come as they were made.
	Sort SubscriptionOrder `json:"sort,omitempty"`
	// Limit is how many a page has: 50, or up to 200. After is the identifier that
	// the page before ended with.
	Limit int    `json:"limit,omitempty"`
	After string `json:"after,omitempty"`
}

// SubscriptionsShown is a page of subscriptions.
type SubscriptionsShown struct {
	Subscriptions []SubscriptionShown `json:"subscriptions"`
	// Next is what to give as after for the next page, empty on the last one.
	Next string `json:"next"`
}

// About names the team, or the actor.
func (q SubscriptionsQuery) About(v *rule.View) (rule.Subject, error) { return aboutTeams(v, q.Team) }

// found returns the subscriptions that the filters keep, and that also are what
// another filter wants; the teams they are looked for in; and how many a page has.
func (q SubscriptionsQuery) found(v *rule.View, also func(Subscription) bool) (list []Subscription, teams []rule.Stream, limit int, err error) {
	if q.Search, limit, err = paging(q.Search, q.Limit); err != nil {
		return nil, nil, 0, err
	}
	if err := checkPeriod(HistoryRule, q.EndsFrom, q.EndsTo); err != nil {
		return nil, nil, 0, err
	}
	if teams, err = seenIn(v, q.Team, account.SeeSubscriptions); err != nil {
		return nil, nil, 0, err
	}
	v.Cite(HistoryRule, rule.Fig("teams", len(teams)), rule.Fig("search", q.Search))
	list, err = listed(v, teams, func(v *rule.View, team account.Team, s Subscription) bool {
		return also(s) && q.keeps(v, team, s)
	})
	return list, teams, limit, err
}

// Answer lists them (BIL-19).
func (q SubscriptionsQuery) Answer(v *rule.View) (SubscriptionsShown, error) {
	page := SubscriptionsShown{Subscriptions: []SubscriptionShown{}}
	list, teams, limit, err := q.found(v, func(Subscription) bool { return true })
	if err != nil {
		return page, err
	}
	var after *Subscription
	if q.After != "" {
		sub, err := oneOf(v, teams, q.After)
		if err != nil {
			return page, err
		}
		after = &sub
	}
	list, more := pageOf(list, q.Sort.compare, after, limit)
	for _, sub := range list {
		shown, err := sub.shown(v)
		if err != nil {
			return page, err
		}
		page.Subscriptions = append(page.Subscriptions, shown)
	}
	if more {
		page.Next = list[len(list)-1].ID
	}
	return page, nil
}

// listed returns the subscriptions of some teams that a filter keeps.
func listed(v *rule.View, teams []rule.Stream, keeps func(*rule.View, account.Team, Subscription) bool) ([]Subscription, error) {
	var list []Subscription
	for _, handle := range teams {
		team, err := account.TeamByHandle(v, handle)
		if err != nil {
			return nil, err
		}
		for sub, err := range subscriptions.Scan(v.Tx(), string(handle), store.Part{}) {
			if err != nil {
				return nil, err
			}
			if keeps(v, team, sub) {
				list = append(list, sub)
			}
		}
	}
	return list, nil
}

// oneOf returns a subscription of one of some teams; any other is as good as none.
func oneOf(v *rule.View, teams []rule.Stream, id string) (Subscription, error) {
	for _, team := range teams {
		sub, found, err := subscriptions.Get(v.Tx(), string(team), store.String(id))
		if err != nil || found {
			return sub, err
		}
	}
	return Subscription{}, rule.Missing("subscription", id)
}

func (q SubscriptionsQuery) keeps(v *rule.View, team account.Team, s Subscription) bool {
	return (q.Product == "" || q.Product == s.Product) &&
		(q.Purchaser == "" || q.Purchaser.Person() == s.Purchaser) &&
		within(s.Ends(), q.EndsFrom, q.EndsTo) &&
		(q.Status == "" || q.Status == s.StatusAt(v, team.Location())) &&
		s.says(v, q.Search)
}

// says reports whether the subscription has the letters, in lower case, in what it
// is found by.
func (s Subscription) says(v *rule.View, letters string) bool {
	if letters == "" {
		return true
	}
	texts := []string{s.ID, s.Product, s.Contract, s.Reseller}
	if p, err := offered(v, s.Product); err == nil {
		texts = append(texts, p.Name)
	}
	for _, text := range texts {
		if strings.Contains(strings.ToLower(text), letters) {
			return true
		}
	}
	return false
}

func (o SubscriptionOrder) compare(a, b Subscription) int {
	order := 0
	switch o {
	case ByStart:
		order = a.Starts.Compare(b.Starts)
	case ByProduct:
		order = strings.Compare(a.Product, b.Product)
	case ByTeam:
		order = strings.Compare(string(a.Team), string(b.Team))
	case ByEnd, "":
		order = a.Ends().Compare(b.Ends())
	}
	return cmp.Or(order, strings.Compare(string(a.Team), string(b.Team)), rule.CompareIDs(a.ID, b.ID))
}
