package flex

import (
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// chosen is what a report is asked for: some products and some people, or all
// where there are none.
type chosen struct {
	products map[string]bool
	people   map[rule.Person]bool
}

// choose reads the filters of a report. A product that does not exist is refused;
// a person of whom nothing is known has no rows.
func choose(v *rule.View, r *rule.Rule, names *account.Names, products []string, users []rule.Address) (chosen, error) {
	var c chosen
	if len(products) > account.MaxPage {
		return c, rule.Refusef(rule.Invalid, r, "a report is asked for %d products at most, or for all", account.MaxPage)
	}
	for _, id := range products {
		if _, err := licensing.ProductOf(v, id); err != nil {
			return c, err
		}
		if c.products == nil {
			c.products = map[string]bool{}
		}
		c.products[id] = true
	}
	var err error
	c.people, err = names.Chosen(r, users)
	return c, err
}

func (c chosen) holds(product string, person rule.Person) bool {
	return (c.products == nil || c.products[product]) && (c.people == nil || c.people[person])
}
