package portfolio

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/seatbook/seatbook/licensing"
)

// offers are what teams draw from the catalogue.
type offers struct {
	byID map[string]*licensing.Product
	// products have a price and a weight, metered ones are on Flex; both are in the
	// order of the catalogue or of the workload.
	products []Product
	metered  []string
}

// offersOf returns what a catalogue sells, of that what is wanted; nothing wanted is
// everything, alike.
func offersOf(catalog *licensing.Catalog, wanted []Product) offers {
	if catalog == nil {
		catalog = licensing.Sample()
	}
	o := offers{byID: map[string]*licensing.Product{}}
	for i := range catalog.Products {
		p := &catalog.Products[i]
		o.byID[p.ID] = p
		if p.Retired {
			continue
		}
		if len(p.FlexRate) > 0 {
			o.metered = append(o.metered, p.ID)
		}
		if len(p.Prices) > 0 && len(wanted) == 0 {
			o.products = append(o.products, Product{p.ID, 1})
		}
	}
	for _, p := range wanted {
		if p.Weight > 0 {
			o.products = append(o.products, p)
		}
	}
	return o
}

// on returns the products that are on offer at an instant.
func (o offers) on(at time.Time) []Product {
	return slices.DeleteFunc(slices.Clone(o.products), func(p Product) bool { return o.byID[p.Product].Since.After(at) })
}

// term draws for how long a product is bought: one of the terms wanted that it is
// sold for, and where there is none any that it is sold for.
func (o offers) term(random *rand.Rand, product string, wanted []Term) licensing.Term {
	var sold, otherwise []Term
	for _, price := range o.byID[product].Prices {
		otherwise = append(otherwise, Term{price.Term, 1})
		for _, t := range wanted {
			if t.Term == price.Term && t.Weight > 0 {
				sold = append(sold, t)
			}
		}
	}
	if len(sold) == 0 {
		sold = otherwise
	}
	return drawn(random, sold).Term
}
