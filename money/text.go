package money

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/bits"
	"strconv"
	"strings"
)

// Parse reads an amount such as "1200.00 USD", "-12.5 USD" or "3 JPY": an optional
// minus sign, digits, at most as many decimals as the currency has, one or more
// spaces, the code. There are no plus signs, exponents or thousands separators.
//
// It fails with ErrSyntax, with ErrCurrency for a code outside the list, and with
// ErrOverflow when the minor units exceed 64 bits. The empty text is an error: only
// UnmarshalText reads it as the no-amount.
func Parse(s string) (Amount, error) {
	number, code, found := strings.Cut(s, " ")
	if !found {
		return Amount{}, fmt.Errorf("%w: %q: want a number, a space and a currency, as in 12.50 USD", ErrSyntax, s)
	}
	c, err := ParseCurrency(strings.TrimLeft(code, " "))
	if err != nil {
		return Amount{}, err
	}
	digits, negative := strings.CutPrefix(number, "-")
	whole, decimals, point := strings.Cut(digits, ".")
	switch {
	case !isDigits(whole) || point && !isDigits(decimals):
		return Amount{}, fmt.Errorf("%w: %q: want digits, with at most one point among them", ErrSyntax, s)
	case len(decimals) > listed[c]:
		return Amount{}, fmt.Errorf("%w: %q: %s has %d decimals (MON-1)", ErrSyntax, s, c, listed[c])
	}
	units, ok := spelled(whole + decimals + strings.Repeat("0", listed[c]-len(decimals)))
	minor, fits := signed(units, negative)
	if !ok || !fits {
		return Amount{}, fmt.Errorf("%w: %q", ErrOverflow, s)
	}
	return Amount{minor, c}, nil
}

// isDigits reports whether s is one or more of the ten ASCII digits.
func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// spelled is the number that the digits spell, and false if it needs more than 64 bits.
func spelled(digits string) (uint64, bool) {
	var n uint64
	for _, digit := range []byte(digits) {
		high, low := bits.Mul64(n, 10)
		sum, carry := bits.Add64(low, uint64(digit-'0'), 0)
		if high != 0 || carry != 0 {
			return 0, false
		}
		n = sum
	}
	return n, true
}

// String writes the amount with all decimals of its currency, as in "1200.00 USD" or
// "-3 JPY". The no-amount is the empty string. Parse reads every other result back.
func (a Amount) String() string {
	if a.currency == "" {
		return ""
	}
	decimals := listed[a.currency]
	digits := fmt.Sprintf("%0*d", decimals+1, magnitude(a.minor))
	point := len(digits) - decimals
	var s strings.Builder
	if a.minor < 0 {
		s.WriteByte('-')
	}
	s.WriteString(digits[:point])
	if decimals > 0 {
		s.WriteByte('.')
		s.WriteString(digits[point:])
	}
	s.WriteByte(' ')
	s.WriteString(string(a.currency))
	return s.String()
}

// MarshalText writes the amount as String does. It never fails.
func (a Amount) MarshalText() ([]byte, error) {
	return []byte(a.String()), nil
}

// UnmarshalText reads an amount as Parse does, and an empty text as the no-amount.
func (a *Amount) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*a = Amount{}
		return nil
	}
	parsed, err := Parse(string(text))
	if err != nil {
		return err
	}
	*a = parsed
	return nil
}

// MarshalJSON writes the amount as a string, for JSON's numbers are floats to most
// readers, and the no-amount as null. It never fails.
func (a Amount) MarshalJSON() ([]byte, error) {
	if a.currency == "" {
		return []byte("null"), nil
	}
	// Digits, letters and spaces need no escapes beyond the quotes.
	return strconv.AppendQuote(nil, a.String()), nil
}

// UnmarshalJSON reads a string as Parse does, and null as the no-amount. A number
// is an ErrSyntax, for it names no currency.
func (a *Amount) UnmarshalJSON(data []byte) error {
	if bytes.Equal(data, []byte("null")) {
		*a = Amount{}
		return nil
	}
	var s string
	if err := json.Unmarshal(data, &s); err != nil {
		return fmt.Errorf("%w: %s: want a JSON string such as \"12.50 USD\"", ErrSyntax, data)
	}
	parsed, err := Parse(s)
	if err != nil {
		return err
	}
	*a = parsed
	return nil
}
