package money

import (
	"fmt"
	"maps"
	"slices"
)

// Currency is an ISO 4217 alphabetic code in capitals, such as "USD". The empty
// Currency means none has been chosen. A Currency made by conversion is not
// checked; one that came from ParseCurrency is in the list.
type Currency string

// ParseCurrency returns the currency of that code. The code must be in the current
// list, in capitals and without spaces; anything else is an ErrCurrency (MON-1).
func ParseCurrency(code string) (Currency, error) {
	c := Currency(code)
	if _, ok := listed[c]; !ok {
		return "", fmt.Errorf("%w %q: want an ISO 4217 code such as USD", ErrCurrency, code)
	}
	return c, nil
}

// MinorUnits returns how many decimals the currency has: 0, 2, 3 or 4. It is false
// for a currency that is not in the list.
func (c Currency) MinorUnits() (int, bool) {
	units, ok := listed[c]
	return units, ok
}

// UnmarshalText reads a code as ParseCurrency does. An empty text is the empty
// Currency, so that a value which has none survives being stored.
func (c *Currency) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*c = ""
		return nil
	}
	parsed, err := ParseCurrency(string(text))
	if err != nil {
		return err
	}
	*c = parsed
	return nil
}

// Currencies returns every currency of the list, sorted by code. The slice is the caller's own.
func Currencies() []Currency {
	return slices.Sorted(maps.Keys(listed))
}
