package licensing

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

const productWord = "product "

// productLabel is on who holds a product, and on who is to hold it by an invitation.
func productLabel(product string) string { return productWord + product }

// relabel brings the label of a product up to date for a person, after what they
// hold, or what is held for them, has changed.
func relabel(s *rule.Scope, team rule.Stream, person rule.Person, product string) error {
	_, has, err := holdings.Get(s.Tx(), string(team), holdingKey(product, person))
	if err != nil {
		return err
	}
	if !has {
		h, _, err := holds.Get(s.Tx(), string(team), store.String(person))
		if err != nil {
			return err
		}
		has = slices.Contains(h.Products, product)
	}
	if has {
		return account.PutLabel(s, team, person, productLabel(product))
	}
	return account.DropLabel(s, team, person, productLabel(product))
}

// keepHold keeps the seats that wait for a person, with the labels of those that
// are new or no longer wait.
func keepHold(s *rule.Scope, h Hold) error {
	old, _, err := holds.Get(s.Tx(), string(h.Team), store.String(h.Person))
	if err != nil {
		return err
	}
	if err := holds.Put(s.Tx(), h); err != nil {
		return err
	}
	for _, g := range without(old.Groups, h.Groups) {
		if err := groupHolds.Delete(s.Tx(), string(h.Team), store.String(g)+store.String(h.Person)); err != nil {
			return err
		}
	}
	for _, g := range without(h.Groups, old.Groups) {
		if err := groupHolds.Put(s.Tx(), GroupHold{Team: h.Team, Group: g, Person: h.Person}); err != nil {
			return err
		}
	}
	for _, p := range old.Products {
		if err := countWaiting(s, old, p, -1); err != nil {
			return err
		}
	}
	for _, p := range h.Products {
		if err := countWaiting(s, h, p, 1); err != nil {
			return err
		}
	}
	for _, p := range append(without(old.Products, h.Products), without(h.Products, old.Products)...) {
		if err := relabel(s, h.Team, h.Person, p); err != nil {
			return err
		}
	}
	return nil
}

// auditLabels checks that the labels of products are on exactly those who hold
// them or are to hold them.
func auditLabels(v *rule.View, team rule.Stream) error {
	want := map[string]bool{}
	key := func(product string, person rule.Person) string {
		return productLabel(product) + "\x00" + string(person)
	}
	for h, err := range holdings.Scan(v.Tx(), string(team), store.Part{}) {
		if err != nil {
			return err
		}
		want[key(h.Product, h.Person)] = true
	}
	for h, err := range holds.Scan(v.Tx(), string(team), store.Part{}) {
		if err != nil {
			return err
		}
		for _, p := range h.Products {
			want[key(p, h.Person)] = true
		}
		for _, g := range h.Groups {
			if _, found, err := groupHolds.Get(v.Tx(), string(team), store.String(g)+store.String(h.Person)); err != nil {
				return err
			} else if !found {
				return fmt.Errorf("licensing: %s is not found among those invited into the group %q of %s", h.Person, g, team)
			}
		}
	}
	for l, err := range account.Labels(v, team, productWord) {
		if err != nil {
			return err
		}
		of := key(strings.TrimPrefix(l.Word, productWord), l.Person)
		if !want[of] {
			return fmt.Errorf("licensing: %s has the label %q in %s without a reason", l.Person, l.Word, team)
		}
		delete(want, of)
	}
	if len(want) > 0 {
		return fmt.Errorf("licensing: %d labels of products are missing in %s", len(want), team)
	}
	return nil
}
