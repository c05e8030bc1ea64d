package money

import (
	"fmt"
	"strings"
)

// Percent is a share in hundredths of a percent: 20% is 2000, 7.25% is 725. A valid
// one is from 0 to Whole. The zero Percent is 0%.
type Percent int64

// Whole is 100%.
const Whole Percent = 100_00

// ParsePercent reads "20%", "12.5%" or "7.25%": digits, at most two decimals, the
// sign. What is written otherwise or lies outside 0% to 100% is an ErrPercent.
func ParsePercent(s string) (Percent, error) {
	number, sign := strings.CutSuffix(s, "%")
	whole, decimals, point := strings.Cut(number, ".")
	if !sign || !isDigits(whole) || point && !isDigits(decimals) || len(decimals) > 2 {
		return 0, fmt.Errorf("%w: %q: want digits, at most two decimals and the sign, as in 12.5%%", ErrPercent, s)
	}
	hundredths, ok := spelled(whole + decimals + strings.Repeat("0", 2-len(decimals)))
	if !ok || hundredths > uint64(Whole) {
		return 0, fmt.Errorf("%w: %q is above 100%%", ErrPercent, s)
	}
	return Percent(hundredths), nil
}

// String writes the share without trailing zeros, as in "20%" or "7.25%".
func (p Percent) String() string {
	size := magnitude(int64(p))
	number := fmt.Sprintf("%d.%02d", size/100, size%100)
	number = strings.TrimSuffix(strings.TrimRight(number, "0"), ".")
	if p < 0 {
		number = "-" + number
	}
	return number + "%"
}

// MarshalText writes the share as String does. One outside 0% to 100% is an ErrPercent,
// for it could not be read back.
func (p Percent) MarshalText() ([]byte, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	return []byte(p.String()), nil
}

// UnmarshalText reads a share as ParsePercent does.
func (p *Percent) UnmarshalText(text []byte) error {
	parsed, err := ParsePercent(string(text))
	if err != nil {
		return err
	}
	*p = parsed
	return nil
}

// Of returns that share of a, rounded once, half away from zero (MON-2). A share
// outside 0% to 100% is an ErrPercent. The share of the no-amount is the no-amount.
func (p Percent) Of(a Amount) (Amount, error) {
	if err := p.check(); err != nil {
		return Amount{}, err
	}
	return Prorate(a, 1, int64(p), int64(Whole))
}

// OfCount returns that share of n whole things, such as seats, rounded down to whole
// things: floor(n × p / 100%). It cannot overflow, whatever n is. A share
// outside 0% to 100% counts as the nearer of the two.
func (p Percent) OfCount(n int64) int64 {
	p = min(max(p, 0), Whole)
	lots, rest := n/int64(Whole), n%int64(Whole)
	if rest < 0 {
		// Division truncates towards zero; the floor needs a remainder that is not negative.
		lots, rest = lots-1, rest+int64(Whole)
	}
	return lots*int64(p) + rest*int64(p)/int64(Whole)
}

// check returns an ErrPercent for a share outside 0% to 100%.
func (p Percent) check() error {
	if p < 0 || p > Whole {
		return fmt.Errorf("%w: %s", ErrPercent, p)
	}
	return nil
}
