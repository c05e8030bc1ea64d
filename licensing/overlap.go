package licensing

import (
	"slices"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Overlap lets a person keep an old product for some days after an upgrade.
type Overlap struct {
	Team    rule.Stream
	Product string
	Person  rule.Person
	// Next is the product that the upgrade led to, Subscription the upgraded one.
	Next         string
	Subscription string
	// Ends is the first instant at which it is over, Warnings are when people are
	// told of that before. They were fixed at the order.
	Ends     time.Time
	Warnings []time.Time
}

var overlaps = store.NewTable("licensing.overlap", func(o *Overlap) (string, store.Key) {
	return string(o.Team), store.String(o.Person) + store.String(o.Product) + store.String(o.Subscription)
})

var overlapEnds = rule.DueKind{Name: "licensing.overlap-end", Rank: 32}

func (o Overlap) due() rule.Item {
	return rule.Item{At: o.Ends, Kind: overlapEnds, Key: string(o.Person) + " " + o.Product + " " + o.Subscription, Streams: []rule.Stream{o.Team}}
}

// BeginOverlap lets everyone who holds the old product of an upgrade keep it,
// and returns until when. Billing calls it, at the order's instant, before the
// seats go.
func BeginOverlap(s *rule.Scope, team account.Team, old, next, subscription string) (time.Time, error) {
	ends := UpgradeOverlap.Of(&s.View).After(s.Now(), team.Location()).UTC()
	s.Cite(OverlapRule, rule.Fig("ordered", s.Now()), rule.Fig("ends", ends))
	list, err := holders(&s.View, team.Handle, old)
	if err != nil || !ends.After(s.Now()) {
		return ends, err
	}
	warnings := noticesBefore(OverlapNotice.Of(&s.View), s.Now(), ends, team.Location())
	for _, h := range list {
		if h.onlyPinned() && !slices.Contains(h.Sources, Source{Pinned, subscription}) {
			continue
		}
		o := Overlap{Team: team.Handle, Product: old, Person: h.Person, Next: next, Subscription: subscription, Ends: ends, Warnings: warnings}
		if err := overlaps.Put(s.Tx(), o); err != nil {
			return ends, err
		}
		for _, item := range append(o.warnings(s.Now()), o.due()) {
			if err := s.Queue(item); err != nil {
				return ends, err
			}
		}
	}
	return ends, nil
}

// overlapsOf returns a person's overlaps in a team, of one product or, where
// none is named, of all.
func overlapsOf(v *rule.View, team rule.Stream, person rule.Person, product string) ([]Overlap, error) {
	prefix := store.String(person)
	if product != "" {
		prefix += store.String(product)
	}
	var list []Overlap
	for o, err := range overlaps.Scan(v.Tx(), string(team), store.Part{Prefix: prefix}) {
		if err != nil {
			return nil, err
		}
		list = append(list, o)
	}
	return list, nil
}

// overlapsInto reports whether the person had the old product of an upgrade to
// this one, and the new product is new to them.
func overlapsInto(v *rule.View, team rule.Stream, person rule.Person, next string) (bool, error) {
	list, err := overlapsOf(v, team, person, "")
	return slices.ContainsFunc(list, func(o Overlap) bool { return o.Next == next }), err
}

// endOverlaps ends a person's overlaps before their time.
func endOverlaps(s *rule.Scope, team rule.Stream, person rule.Person, product string) error {
	list, err := overlapsOf(&s.View, team, person, product)
	if err != nil {
		return err
	}
	for _, o := range list {
		if err := s.Unqueue(o.due()); err != nil {
			return err
		}
		if err := dropOverlap(s, o); err != nil {
			return err
		}
		if err := o.unwarn(s); err != nil {
			return err
		}
	}
	return nil
}

// takeWhole removes reasons from a holding because an admin takes the product
// away from a group or from everyone. With the last reason goes what is left of
// an overlap (LIC-7).
func takeWhole(s *rule.Scope, h Holding, gone func(Source) bool) error {
	if err := take(s, h, gone); err != nil {
		return err
	}
	if _, holds, err := holdings.Get(s.Tx(), string(h.Team), holdingKey(h.Product, h.Person)); err != nil || holds {
		return err
	}
	return endOverlaps(s, h.Team, h.Person, h.Product)
}

func dropOverlap(s *rule.Scope, o Overlap) error {
	key := store.String(o.Person) + store.String(o.Product) + store.String(o.Subscription)
	if err := overlaps.Delete(s.Tx(), string(o.Team), key); err != nil {
		return err
	}
	return s.Emit(CoverLost{Team: o.Team, Product: o.Product, Person: o.Person})
}

// endOverlap ends an overlap in its time. Who has no seat of the old product
// left is unassigned from it with that.
func endOverlap(s *rule.Scope, item rule.Item) error {
	team := item.Streams[0]
	person, rest, _ := cutKey(item.Key)
	product, subscription, _ := cutKey(rest)
	key := store.String(person) + store.String(product) + store.String(subscription)
	o, found, err := overlaps.Get(s.Tx(), string(team), key)
	if err != nil || !found {
		return err
	}
	s.Cite(OverlapRule, rule.Fig("ended", o.Ends))
	seated, _, err := seatIn(&s.View, team, product, o.Person)
	if err != nil {
		return err
	}
	h, holds, err := holdings.Get(s.Tx(), string(team), holdingKey(product, o.Person))
	if err != nil {
		return err
	}
	if holds && !seated {
		if err := take(s, h, Source.own); err != nil {
			return err
		}
	}
	return dropOverlap(s, o)
}
