package licensing

import (
	"fmt"
	"slices"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// auditDefaults checks that everyone but guests holds each default by that
// reason, and nobody else does.
func auditDefaults(v *rule.View, stream rule.Stream) error {
	products, err := defaultsOf(v, stream)
	if err != nil {
		return err
	}
	c, err := mannedBy(v, stream)
	if err != nil {
		return err
	}
	crew := map[rule.Person]bool{}
	for _, p := range c.people {
		crew[p] = true
	}
	by := map[string]int{}
	for h, err := range holdings.Scan(v.Tx(), string(stream), store.Part{}) {
		if err != nil {
			return err
		}
		if slices.Contains(h.Sources, Source{Kind: Default}) {
			by[h.Product]++
			if !slices.Contains(products, h.Product) || !crew[h.Person] {
				return fmt.Errorf("licensing: %s holds %s in %s by a default that is none", h.Person, h.Product, stream)
			}
		}
	}
	for _, p := range products {
		if by[p] != len(c.people) {
			return fmt.Errorf("licensing: %d people of %s have the default %s, of %d", by[p], stream, p, len(c.people))
		}
	}
	return nil
}

// expectNotices adds the notices that must be queued for the stream's trials
// and announcements.
func expectNotices(v *rule.View, stream rule.Stream, items []rule.Item) ([]rule.Item, error) {
	if stream.IsPerson() {
		teams, err := account.TeamsOf(v, rule.Person(stream))
		if err != nil {
			return nil, err
		}
		list, err := trialsOf(v, rule.Person(stream))
		if err != nil {
			return nil, err
		}
		for _, t := range list {
			items = append(items, t.due(v.Now(), teams)...)
		}
		return expectEducation(v, rule.Person(stream), items)
	}
	for a, err := range announcements.Scan(v.Tx(), string(stream), store.Part{}) {
		if err != nil {
			return nil, err
		}
		if a.Told.IsZero() {
			items = append(items, a.due())
		}
	}
	return items, nil
}
