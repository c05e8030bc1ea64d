package licensing

import (
	"slices"
	"time"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Entitlement is the right of a team to seats of a product, for one paid term
// of one subscription.
type Entitlement struct {
	Team         rule.Stream
	Subscription string
	Product      string
	// Seats is how many people it admits. It is at least 1.
	Seats int
	// From is the first instant of the right and Until the first after it.
	From, Until time.Time
	// Grace is until when access goes on while the term that should follow has
	// not been paid or refused; zero where nothing is to follow.
	Grace time.Time
	// Unpaid is when access ends where an invoice is still not paid then, and Due
	// when that invoice is past due; zero where none is open.
	Due, Unpaid time.Time
}

var entitlements = store.NewTable("licensing.entitlement", func(e *Entitlement) (string, store.Key) {
	return string(e.Team), store.String(e.Product) + store.String(e.Subscription) + store.Time(e.From)
})

// End returns the first instant at which the right gives no more access.
func (e Entitlement) End() time.Time {
	end := e.Until
	if e.Grace.After(end) {
		end = e.Grace
	}
	if !e.Unpaid.IsZero() && e.Unpaid.Before(end) {
		end = e.Unpaid
	}
	return end
}

// Covers reports whether the right gives access at an instant.
func (e Entitlement) Covers(t time.Time) bool { return !t.Before(e.From) && t.Before(e.End()) }

var entitlementTurns = rule.DueKind{Name: "licensing.seats-turn", Rank: 30}

// due returns the instants at which the number of seats changes.
func (e Entitlement) due() []rule.Item {
	item := func(at time.Time, edge string) rule.Item {
		return rule.Item{At: at, Kind: entitlementTurns, Key: e.Product + " " + e.Subscription + " " + edge, Streams: []rule.Stream{e.Team}}
	}
	if !e.From.Before(e.End()) {
		return nil
	}
	return []rule.Item{item(e.From, "begins"), item(e.End(), "ends")}
}

// SeatsChanged happens when the number of seats that a team has of a product
// changes, by a command or by time.
type SeatsChanged struct {
	Team    rule.Stream
	Product string
}

// Entitle keeps an entitlement in place of the one with the same subscription
// and beginning. Billing calls it.
func Entitle(s *rule.Scope, e Entitlement) error {
	if err := dropEntitlement(s, e); err != nil {
		return err
	}
	if err := entitlements.Put(s.Tx(), e); err != nil {
		return err
	}
	for _, item := range e.due() {
		if item.At.After(s.Now()) {
			if err := s.Queue(item); err != nil {
				return err
			}
		}
	}
	if err := planUpdates(s, e.Team, e.Product); err != nil {
		return err
	}
	return s.Emit(SeatsChanged{Team: e.Team, Product: e.Product})
}

// dropEntitlement deletes the right, and takes its turns out of the queue. Two terms
// of a subscription may turn at one instant, and are one item there: it stays while
// the other term calls for it.
func dropEntitlement(s *rule.Scope, e Entitlement) error {
	key := store.String(e.Product) + store.String(e.Subscription) + store.Time(e.From)
	old, found, err := entitlements.Get(s.Tx(), string(e.Team), key)
	if err != nil || !found {
		return err
	}
	if err := entitlements.Delete(s.Tx(), string(e.Team), key); err != nil {
		return err
	}
	others, err := entitlementsOf(&s.View, e.Team, e.Product, e.Subscription)
	if err != nil {
		return err
	}
	for _, item := range old.due() {
		if slices.ContainsFunc(others, func(o Entitlement) bool { return o.turnsWith(item) }) {
			continue
		}
		if err := s.Unqueue(item); err != nil {
			return err
		}
	}
	return nil
}

// turnsWith reports whether the item stands in the queue for the right too.
func (e Entitlement) turnsWith(item rule.Item) bool {
	return slices.ContainsFunc(e.due(), func(own rule.Item) bool { return own.Key == item.Key && own.At.Equal(item.At) })
}

// Withdraw ends every entitlement of a subscription at now; what would have
// begun later is dropped. Billing calls it.
func Withdraw(s *rule.Scope, team rule.Stream, product, subscription string) error {
	list, err := entitlementsOf(&s.View, team, product, subscription)
	if err != nil {
		return err
	}
	for _, e := range list {
		if !e.Covers(s.Now()) && !e.From.After(s.Now()) {
			continue
		}
		if err := dropEntitlement(s, e); err != nil {
			return err
		}
		if e.From.Before(s.Now()) {
			e.Until, e.Grace, e.Due, e.Unpaid = s.Now(), time.Time{}, time.Time{}, time.Time{}
			if err := entitlements.Put(s.Tx(), e); err != nil {
				return err
			}
		}
	}
	if err := s.Emit(SeatsChanged{Team: team, Product: product}); err != nil {
		return err
	}
	return unpin(s, team, product, subscription)
}

// entitlementsOf returns the rights to a product, of one subscription or, where
// none is named, of all.
func entitlementsOf(v *rule.View, team rule.Stream, product, subscription string) ([]Entitlement, error) {
	prefix := store.String(product)
	if subscription != "" {
		prefix += store.String(subscription)
	}
	var list []Entitlement
	for e, err := range entitlements.Scan(v.Tx(), string(team), store.Part{Prefix: prefix}) {
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}

// pool is the seats that a team has of a product at an instant.
type pool struct {
	owned int
	// rights are those that cover the instant, the one that lasts longest first.
	rights []Entitlement
}

// poolOf adds up what covers now. The end of a right is that of the last term
// paid in a row with no fewer seats.
func poolOf(v *rule.View, team rule.Stream, product string) (pool, error) {
	var list []Entitlement
	for e, err := range entitlements.Scan(v.Tx(), string(team), store.Part{Prefix: store.String(product)}) {
		if err != nil {
			return pool{}, err
		}
		if e.Covers(v.Now()) || e.From.After(v.Now()) || e.follows(list) {
			list = append(list, e)
		}
	}
	var p pool
	for i, e := range list {
		if !e.Covers(v.Now()) {
			continue
		}
		p.owned += e.Seats
		for _, next := range list[i+1:] {
			if next.Subscription == e.Subscription && next.From.Equal(e.Until) && next.Seats >= e.Seats {
				e.Until, e.Grace, e.Due, e.Unpaid = next.Until, next.Grace, next.Due, next.Unpaid
			}
		}
		p.rights = append(p.rights, e)
	}
	slices.SortStableFunc(p.rights, func(a, b Entitlement) int { return shownEnd(b, v.Now()).Compare(shownEnd(a, v.Now())) })
	return p, nil
}

// follows reports whether the right begins where one of the others ends.
func (e Entitlement) follows(others []Entitlement) bool {
	return slices.ContainsFunc(others, func(o Entitlement) bool { return o.Subscription == e.Subscription && o.Until.Equal(e.From) })
}

// shownEnd is the end of the right as people are told it: that of the paid
// term, or in the days after it that of the grace. An invoice that is open and
// not past due threatens nobody.
func shownEnd(e Entitlement, now time.Time) time.Time {
	if now.Before(e.Until) && (e.Due.IsZero() || now.Before(e.Due)) {
		return e.Until
	}
	return e.End()
}

// seatsNow adds up the seats of the rights that give access at an instant.
func seatsNow(rights []Entitlement, now time.Time) int {
	n := 0
	for _, e := range rights {
		if e.Covers(now) {
			n += e.Seats
		}
	}
	return n
}

// fallen reports whether the rights of a subscription have ended for good: none of
// them runs, and nothing is to follow.
func fallen(rights []Entitlement, now time.Time) bool {
	return !slices.ContainsFunc(rights, func(e Entitlement) bool { return !e.Grace.IsZero() || e.Until.After(now) })
}

// turnSeats tells that the number of seats changes by time. Where a subscription
// has ended for good, what was pinned to it falls.
func turnSeats(s *rule.Scope, item rule.Item) error {
	team := item.Streams[0]
	product, rest, _ := cutKey(item.Key)
	subscription, edge, _ := cutKey(rest)
	s.Cite(rule.HalfOpen, rule.Fig("product", product), rule.Fig("subscription", subscription))
	list, err := entitlementsOf(&s.View, team, product, subscription)
	if err != nil {
		return err
	}
	if edge == "ends" && fallen(list, s.Now()) {
		if err := unpin(s, team, product, subscription); err != nil {
			return err
		}
	}
	return s.Emit(SeatsChanged{Team: team, Product: product})
}
