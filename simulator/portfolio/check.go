package portfolio

import (
	"fmt"
	"slices"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/simulator"
)

// The bounds of a workload.
const (
	maxPeople = 1000
	maxTokens = 1_000_000
	maxWeight = 1_000_000
	maxListed = 100
)

// checker gathers what is wrong with a workload.
type checker struct{ slips []simulator.Slip }

// Check returns everything that is wrong with the workload where this is sold; nil
// is the built-in sample.
func (w *Workload) Check(catalog *licensing.Catalog) []simulator.Slip {
	c := &checker{}
	c.within(w.FoundedWithin, 1, 366, "days", "founded_within")
	c.within(w.Joins, 0, 1000, "people for each hundred", "joins")
	c.within(w.Leaves, 0, 1000, "people for each hundred", "leaves")
	listed(c, w.Countries, "countries")
	for i, one := range w.Countries {
		if err := account.CheckCountry(one.Country); err != nil || one.Country == "" {
			c.slip(fmt.Sprintf("%q is no country: it takes two capital letters, such as US", one.Country), "countries", i, "country")
		}
	}
	listed(c, w.Sizes, "sizes")
	for i, s := range w.Sizes {
		c.within(s.People, 1, maxPeople, "people", "sizes", i, "people")
	}
	c.seats(w.Seats)
	c.products(w.Seats.Products, offersOf(catalog, nil))
	c.percent(w.Tokens.Teams, "tokens", "teams")
	c.percent(w.Tokens.Refills, "tokens", "refills")
	listed(c, w.Tokens.Packs, "tokens", "packs")
	for i, p := range w.Tokens.Packs {
		if p.Tokens < 1 || p.Tokens > maxTokens {
			c.slip(fmt.Sprintf("%d tokens: there can be 1 to %d", p.Tokens, maxTokens), "tokens", "packs", i, "tokens")
		}
	}
	c.percent(w.Work.Weeks, "work", "weeks")
	c.days(w.Work.Days, 5, "work", "days")
	c.within(w.Payments.Cards, 0, maxPeople, "people", "payments", "cards")
	c.percent(w.Payments.Fails, "payments", "fails")
	c.days(w.Payments.Lasts, 365, "payments", "lasts")
	return c.slips
}

func (c *checker) seats(p SeatPlan) {
	c.percent(p.Share, "seats", "share")
	c.within(p.Spare, 0, 1000, "seats for each hundred", "seats", "spare")
	c.percent(p.Second, "seats", "second")
	c.percent(p.Upgrades, "seats", "upgrades")
	c.percent(p.Stops, "seats", "stops")
	c.percent(p.Returns, "seats", "returns")
	listed(c, p.Terms, "seats", "terms")
	for i, t := range p.Terms {
		if t.Term.Months() == 0 {
			c.slip("a term is missing", "seats", "terms", i, "term")
		}
	}
}

// products checks that those named can be bought.
func (c *checker) products(list []Product, sold offers) {
	var known []string
	for _, p := range sold.products {
		known = append(known, p.Product)
	}
	if len(known) == 0 {
		c.slip("the catalogue has nothing that teams can buy", "seats", "products")
	}
	if len(list) > 0 {
		listed(c, list, "seats", "products")
	}
	for i, p := range list {
		if !slices.Contains(known, p.Product) {
			text := fmt.Sprintf("the catalogue sells no %q", p.Product)
			if best := rule.Nearest(p.Product, known); best != "" {
				text += fmt.Sprintf("; the nearest is %q", best)
			}
			c.slip(text, "seats", "products", i, "product")
		}
	}
}

func (c *checker) slip(text string, path ...any) {
	c.slips = append(c.slips, simulator.Slip{Path: path, Text: text})
}

func (c *checker) within(n, least, most int, of string, path ...any) {
	if n < least || n > most {
		c.slip(fmt.Sprintf("%d %s: there can be %d to %d", n, of, least, most), path...)
	}
}

func (c *checker) percent(n int, path ...any) { c.within(n, 0, 100, "percent", path...) }

func (c *checker) days(list []Days, most int, path ...any) {
	listed(c, list, path...)
	for i, d := range list {
		c.within(d.Days, 1, most, "days", append(path, i, "days")...)
	}
}

// listed checks that something can be drawn from a list.
func listed[T weighted](c *checker, list []T, path ...any) {
	if len(list) == 0 {
		c.slip("the list is empty, and something has to be drawn from it", path...)
		return
	}
	c.within(len(list), 1, maxListed, "entries", path...)
	total := 0
	for i, one := range list {
		c.within(one.weighs(), 0, maxWeight, "times beside the others", append(path, i, "weight")...)
		total += one.weighs()
	}
	if total == 0 {
		c.slip("no entry has a weight, and something has to be drawn from them", path...)
	}
}
