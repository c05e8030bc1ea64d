package licensing

import (
	"fmt"
	"slices"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
)

// Fault is something wrong in a catalogue, with the product it is in.
type Fault struct {
	// Product is the index of the product, or -1 for the catalogue as a whole.
	Product int
	// Field is the key of what is wrong, in the product or in the catalogue; empty
	// where it is the whole.
	Field string
	Text  string
}

// Error says what is wrong.
func (f Fault) Error() string { return f.Text }

const maxRate = 1_000_000

// Check prepares the catalogue for use and returns everything that is wrong with it.
func (c *Catalog) Check() []Fault {
	var faults []Fault
	c.byID, c.within = map[string]*Product{}, map[string][]string{}
	for i := range c.Products {
		p := &c.Products[i]
		if p.Kind == "" {
			p.Kind = Full
		}
		if p.Name == "" {
			p.Name = p.ID
		}
		if c.byID[p.ID] != nil {
			faults = append(faults, Fault{i, "id", fmt.Sprintf("the product %q is listed twice", p.ID)})
		}
		c.byID[p.ID] = p
	}
	for i := range c.Products {
		for _, fault := range c.Products[i].faults(c) {
			fault.Product = i
			faults = append(faults, fault)
		}
		for _, m := range c.Products[i].Members {
			c.within[m] = append(c.within[m], c.Products[i].ID)
		}
	}
	faults = append(faults, c.taxFaults()...)
	for _, v := range c.Tokens.Volume {
		if v.From < 1 || v.Price.Currency() != c.Tokens.Price.Currency() {
			faults = append(faults, Fault{-1, "tokens", "a volume price starts at 1 token or more and has the currency of the token price"})
		}
	}
	for _, text := range priceFaults("the premium plan", c.Premium.Prices) {
		faults = append(faults, Fault{-1, "premium", text})
	}
	for _, price := range c.Premium.Prices {
		if price.Term.Months()%Annual.Months() != 0 {
			faults = append(faults, Fault{-1, "premium", "the premium plan is sold by the year"})
		}
	}
	if c.Tokens.Minimum < 0 || c.Tokens.Price.Sign() < 0 {
		faults = append(faults, Fault{-1, "tokens", "the token price and the minimum cannot be below zero"})
	}
	return faults
}

func (p *Product) faults(c *Catalog) []Fault {
	var faults []Fault
	add := func(bad bool, field, format string, args ...any) {
		if bad {
			faults = append(faults, Fault{Field: field, Text: fmt.Sprintf(format, args...)})
		}
	}
	add(account.CheckHandle("product", p.ID) != nil, "id", "%q is no handle of a product: it takes 1 to %d letters a-z, digits and hyphens", p.ID, account.MaxHandle)
	if to := p.UpgradesTo; to != "" {
		add(c.byID[to] == nil, "upgrades_to", "%s upgrades to %q, which is not in the catalogue%s", p.ID, to, c.nearest(p, to))
	}
	add(!slices.Contains(kinds, p.Kind), "kind", "%s is a %q, which is no kind of product", p.ID, p.Kind)
	add(p.UpgradesTo != "" && p.Kind != LT, "upgrades_to", "%s upgrades to %q but is no LT product", p.ID, p.UpgradesTo)
	add(len(p.Members) > 0 && p.Kind != Collection, "members", "%s has members but is no collection", p.ID)
	for i, m := range p.Members {
		add(slices.Contains(p.Members[:i], m), "members", "%s lists the member %q twice", p.ID, m)
		add(c.byID[m] == nil || m == p.ID, "members", "%s has the member %q, which is not another product of the catalogue%s", p.ID, m, c.nearest(p, m))
		add(c.byID[m] != nil && c.byID[m].Kind == Collection, "members", "%s has the member %q, which is a collection itself", p.ID, m)
	}
	for i, r := range p.FlexRate {
		add(r.Rate < 1 || r.Rate > maxRate, "flex_rate", "%s has a rate of %d tokens a day, and 1 to %d can be", p.ID, r.Rate, maxRate)
		add(i > 0 && !p.FlexRate[i-1].From.Before(r.From), "flex_rate", "%s has rates that are not in the order of their instants", p.ID)
	}
	versions := map[string]bool{}
	for _, r := range p.Releases {
		add(r.Version == "" || versions[r.Version], "releases", "%s lists the release %q twice or without a version", p.ID, r.Version)
		versions[r.Version] = true
	}
	for _, of := range []struct {
		field string
		texts []string
	}{
		{"prices", priceFaults(p.ID, p.Prices)},
		{"services", p.serviceFaults()},
		{"", p.formFaults()},
		{"previous_use", p.previousUseFaults()},
		{"result_rates", p.resultFaults()},
	} {
		for _, text := range of.texts {
			faults = append(faults, Fault{Field: of.field, Text: text})
		}
	}
	return faults
}

// nearest names the other product whose handle was meant by one that nothing has, or
// nothing.
func (c *Catalog) nearest(p *Product, meant string) string {
	if c.byID[meant] != nil {
		return ""
	}
	var others []string
	for i := range c.Products {
		if id := c.Products[i].ID; id != p.ID {
			others = append(others, id)
		}
	}
	if len(others) == 0 {
		return ""
	}
	return fmt.Sprintf("; the nearest is %q", rule.Nearest(meant, others))
}

// priceFaults says what is wrong with the prices of something.
func priceFaults(what string, prices []Price) []string {
	var texts []string
	add := func(bad bool, format string, args ...any) {
		if bad {
			texts = append(texts, fmt.Sprintf(format, args...))
		}
	}
	seen := map[Term]bool{}
	for _, price := range prices {
		add(seen[price.Term], "%s has two prices for the term %s", what, price.Term)
		seen[price.Term] = true
		add(price.New.Currency() == "" || price.New.Sign() < 0, "%s has a price below zero or without currency", what)
		add(price.New.Currency() != prices[0].New.Currency(), "%s has prices in two currencies", what)
		add(price.Renewal != nil && (price.Renewal.Sign() < 0 || price.Renewal.Currency() != price.New.Currency()),
			"%s has a renewal price below zero or in another currency", what)
	}
	return texts
}
