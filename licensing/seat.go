package licensing

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Holding is one person's seat of a product, with every reason for it. The seat
// is free again when the last reason goes.
type Holding struct {
	Team    rule.Stream
	Product string
	Person  rule.Person
	// Since orders people when there are too few seats: who came last has no
	// access first.
	Since time.Time
	// Email is the person's: it orders those who came at the same instant.
	Email   string
	Sources []Source
}

var holdings = store.NewTable("licensing.holding", func(h *Holding) (string, store.Key) {
	return string(h.Team), holdingKey(h.Product, h.Person)
})

var holdingsOf = holdings.Index("person", func(h *Holding) (store.Key, bool) {
	return store.String(h.Person), true
})

func holdingKey(product string, person rule.Person) store.Key {
	return store.String(product) + store.String(person)
}

// onlyPinned reports whether nothing but subscriptions that it is pinned to
// gives the product.
func (h Holding) onlyPinned() bool {
	return !slices.ContainsFunc(h.Sources, func(source Source) bool { return source.Kind != Pinned })
}

// Seats is how a team's seats of a product are used.
type Seats struct {
	Owned    int `json:"owned"`
	Held     int `json:"held"`
	Assigned int `json:"assigned"`
	Free     int `json:"free"`
}

// SeatsOf counts the seats of a product in a team. Free is never below zero:
// where more are assigned than owned, none is free.
func SeatsOf(v *rule.View, team rule.Stream, product string) (Seats, error) {
	p, err := poolOf(v, team, product)
	if err != nil {
		return Seats{}, err
	}
	t, err := tallyOf(v, team, product)
	if err != nil {
		return Seats{}, err
	}
	held, err := heldAt(v, t)
	return Seats{Owned: p.owned, Held: held, Assigned: t.Assigned, Free: max(0, p.owned-held-t.Assigned)}, err
}

// room refuses where fewer than so many seats are free, with how many are
// missing, by the rule that asks for them.
func room(s *rule.Scope, team rule.Stream, product string, wanted int, by *rule.Rule) error {
	seats, err := SeatsOf(&s.View, team, product)
	if err != nil {
		return err
	}
	s.Cite(SeatRule, rule.Fig("owned", seats.Owned), rule.Fig("held", seats.Held), rule.Fig("assigned", seats.Assigned), rule.Fig("wanted", wanted))
	if wanted <= seats.Free {
		return nil
	}
	return rule.Refusef(rule.NoSeats, by, "%d of %d seats of %s are missing", wanted-seats.Free, wanted, product).
		With(rule.Fig("owned", seats.Owned), rule.Fig("held", seats.Held), rule.Fig("assigned", seats.Assigned), rule.Fig("missing", wanted-seats.Free))
}

// give adds a reason to hold a product for several people. Those who do not
// hold it yet take a seat each: the one held for them, or a free one. Where
// there are too few, all of it is refused (LIC-5).
func give(s *rule.Scope, team rule.Stream, product string, source Source, people []rule.Person) error {
	var joining []Holding
	// pinned is how many of them nothing was promised to yet, by an invitation.
	wanted, pinned, by := 0, 0, SeatRule
	switch source.Kind {
	case ByGroup:
		by = ShortageRule
	case Default:
		by = DefaultsRule
	case Personal, Pinned:
	}
	for _, p := range people {
		h, holds, err := holdings.Get(s.Tx(), string(team), holdingKey(product, p))
		if err != nil {
			return err
		}
		switch {
		case holds && slices.Contains(h.Sources, source):
			continue
		case !holds:
			h = Holding{Team: team, Product: product, Person: p, Since: s.Now()}
			if h.Email, err = account.EmailOf(&s.View, p); err != nil {
				return err
			}
			reserved, err := useHold(s, team, product, p)
			if err != nil {
				return err
			}
			if !reserved {
				wanted, pinned = wanted+1, pinned+1
			}
		default:
			pinned++
		}
		h.Sources = append(slices.Clone(h.Sources), source)
		joining = append(joining, h)
	}
	if source.Kind == Pinned && pinned > 0 {
		if err := pinRoom(s, team, product, source.From, pinned); err != nil {
			return err
		}
	}
	if wanted > 0 {
		if err := room(s, team, product, wanted, by); err != nil {
			return err
		}
	}
	for _, h := range joining {
		if err := h.gain(s); err != nil {
			return err
		}
	}
	return nil
}

// gain keeps a holding to which a reason was added, the first or one more.
func (h Holding) gain(s *rule.Scope) error {
	if len(h.Sources) == 1 {
		if err := keepHolding(s, nil, &h); err != nil {
			return err
		}
		return relabel(s, h.Team, h.Person, h.Product)
	}
	before := h
	before.Sources = h.Sources[:len(h.Sources)-1]
	return keepHolding(s, &before, &h)
}

// pinRoom refuses to pin more people to a subscription than it has seats. One that
// is suspended, or has ended, has none.
func pinRoom(s *rule.Scope, team rule.Stream, product, subscription string, wanted int) error {
	list, err := entitlementsOf(&s.View, team, product, subscription)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return rule.Missing("subscription", subscription)
	}
	seats := seatsNow(list, s.Now())
	t, err := tallyOf(&s.View, team, product)
	if err != nil {
		return err
	}
	pinned := t.pinned(subscription) + t.Waiting[subscription]
	if pinned+wanted > seats {
		return rule.Refusef(rule.NoSeats, SeatRule, "the subscription %s has %d seats, and %d people are pinned to it", subscription, seats, pinned).
			With(rule.Fig("seats", seats), rule.Fig("pinned", pinned))
	}
	return nil
}

// CoverLost happens when a person no longer holds a product.
type CoverLost struct {
	Team    rule.Stream
	Product string
	Person  rule.Person
}

// take removes reasons from a holding; with the last one the seat is free.
func take(s *rule.Scope, h Holding, gone func(Source) bool) error {
	left := h
	left.Sources = slices.DeleteFunc(slices.Clone(h.Sources), gone)
	if len(left.Sources) > 0 {
		return keepHolding(s, &h, &left)
	}
	if err := keepHolding(s, &h, nil); err != nil {
		return err
	}
	if err := relabel(s, h.Team, h.Person, h.Product); err != nil {
		return err
	}
	return s.Emit(CoverLost{Team: h.Team, Product: h.Product, Person: h.Person})
}

// unpin ends what depended on one subscription alone, also for who is invited.
func unpin(s *rule.Scope, team rule.Stream, product, subscription string) error {
	if err := dropPromises(s, team, product, subscription); err != nil {
		return err
	}
	t, err := tallyOf(&s.View, team, product)
	if err != nil {
		return err
	}
	pinned, err := inLines(&s.View, team, product, t.lines(subscription))
	if err != nil {
		return err
	}
	for _, h := range pinned {
		if err := take(s, h, func(source Source) bool { return source == Source{Pinned, subscription} }); err != nil {
			return err
		}
	}
	return nil
}

// holders returns everyone who holds the product, in the order in which they
// keep access when there are too few seats: who came first, ties by address.
func holders(v *rule.View, team rule.Stream, product string) ([]Holding, error) {
	var list []Holding
	for h, err := range holdings.Scan(v.Tx(), string(team), store.Part{Prefix: store.String(product)}) {
		if err != nil {
			return nil, err
		}
		list = append(list, h)
	}
	slices.SortStableFunc(list, func(a, b Holding) int {
		return cmp.Or(a.Since.Compare(b.Since), strings.Compare(a.Email, b.Email))
	})
	return list, nil
}

// leave ends everything that a person holds in a team (ACC-9).
func leave(s *rule.Scope, left account.MemberLeft) error {
	m := left.Member
	var all []Holding
	for h, err := range holdingsOf.Scan(s.Tx(), string(m.Team), store.Part{Prefix: store.String(m.Person)}) {
		if err != nil {
			return err
		}
		all = append(all, h)
	}
	for _, h := range all {
		if err := take(s, h, func(Source) bool { return true }); err != nil {
			return err
		}
	}
	return endOverlaps(s, m.Team, m.Person, "")
}

func cutKey(key string) (product, rest string, ok bool) { return strings.Cut(key, " ") }
