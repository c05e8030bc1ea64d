package licensing

import (
	"fmt"

	"github.com/seatbook/seatbook/money"
)

// CountryTax is what a country takes of what is sold there (BIL-26).
type CountryTax struct {
	// Country is two capital letters, Name what people call the tax.
	Country string        `json:"country"`
	Name    string        `json:"name"`
	Rate    money.Percent `json:"rate"`
}

// taxFaults says what is wrong with the taxes of a catalogue.
func (c *Catalog) taxFaults() []Fault {
	var faults []Fault
	seen := map[string]bool{}
	for _, t := range c.Taxes {
		switch {
		case len(t.Country) != 2 || t.Country[0] < 'A' || t.Country[0] > 'Z' || t.Country[1] < 'A' || t.Country[1] > 'Z':
			faults = append(faults, Fault{-1, "taxes", fmt.Sprintf("%q is no country: it takes two capital letters, such as FR", t.Country)})
		case t.Name == "":
			faults = append(faults, Fault{-1, "taxes", fmt.Sprintf("the tax of %s has no name", t.Country)})
		case seen[t.Country]:
			faults = append(faults, Fault{-1, "taxes", fmt.Sprintf("the tax of %s is listed twice", t.Country)})
		}
		seen[t.Country] = true
	}
	return faults
}
