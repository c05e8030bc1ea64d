package history

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/seatbook/seatbook/simulator"
)

// mostElements is how many elements a list has at most.
const mostElements = 3

// list draws a list of different elements: as many as it takes, and often more.
func (c *cast) list(s *step, f simulator.SignatureField, t *team, now time.Time) (any, bool) {
	element := f
	element.Name, element.Type = strings.TrimSuffix(f.Name, "s"), strings.TrimPrefix(f.Type, "list of ")
	if f.Type == "text or list of text" {
		element.Type = "text"
	}
	least := 1
	if s.name == "billing.align_dates" {
		least = 2
	}
	all := list{}
	for range least + c.random.IntN(mostElements+1-least) {
		value, ok := c.element(s, element, t, now)
		if !ok {
			return nil, false
		}
		if !slices.ContainsFunc(all, func(other any) bool { return reflect.DeepEqual(value, other) }) {
			all = append(all, value)
		}
	}
	return all, true
}

func (c *cast) element(s *step, f simulator.SignatureField, t *team, now time.Time) (any, bool) {
	if s.name == "billing.create_quote" {
		return c.asked(f.Fields, t, now)
	}
	return c.value(s, f, t, now)
}

// object draws a map. What an optional field takes may not be there yet.
func (c *cast) object(s *step, fields []simulator.SignatureField, t *team, now time.Time) (any, bool) {
	o := object{}
	for _, f := range fields {
		if !f.Required && c.often(50) {
			continue
		}
		value, ok := c.value(s, f, t, now)
		if !ok && f.Required {
			return nil, false
		}
		if ok {
			o = append(o, field{f.Name, value, !f.Required})
		}
	}
	return o, true
}

// offers are the lines that a quote has: seats of a product, more of a
// subscription, or tokens.
var offers = [][]string{{"product", "seats", "term"}, {"subscription", "seats"}, {"tokens"}}

// asked draws a line of a quote.
func (c *cast) asked(fields []simulator.SignatureField, t *team, now time.Time) (any, bool) {
	offer, line := one(c.random, offers), &step{name: "billing.create_quote"}
	for _, f := range fields {
		if !slices.Contains(offer, f.Name) && (f.Name != "price" || !c.often(20)) {
			continue
		}
		value, ok := c.value(line, f, t, now)
		if !ok {
			return nil, false
		}
		line.with = append(line.with, field{f.Name, value, f.Name == "price"})
	}
	return object(line.with), true
}
