package money

import (
	"cmp"
	"fmt"
	"math/bits"
)

// Amount is money: a whole number of one currency's minor units (MON-1). It is
// comparable, and == agrees with Equal.
//
// The zero Amount is "no amount": it has no currency. It is neutral in Add, Sub and
// Sum, and counts as zero in Cmp and Min; Equal tells it apart from zero of a currency.
type Amount struct {
	minor    int64    // in minor units; 0 when there is no currency
	currency Currency // in the list, or empty
}

// New returns minor units of c: New(120000, "USD") is 1200.00 USD. A currency that
// is not in the list is an ErrCurrency.
func New(minor int64, c Currency) (Amount, error) {
	if _, err := ParseCurrency(string(c)); err != nil {
		return Amount{}, err
	}
	return Amount{minor, c}, nil
}

// Must is Parse for the literals of tests and package variables. It panics on a
// text that Parse refuses, so it is never to be given input.
func Must(s string) Amount {
	a, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return a
}

// Zero returns nothing of c. For a currency that is not in the list that is the no-amount.
func Zero(c Currency) Amount {
	a, err := New(0, c)
	if err != nil {
		return Amount{}
	}
	return a
}

// Minor returns the amount in its currency's minor units.
func (a Amount) Minor() int64 { return a.minor }

// Currency returns the amount's currency. It is empty for the no-amount, and only for it.
func (a Amount) Currency() Currency { return a.currency }

// IsZero reports whether the amount is nothing, in a currency or in none. It is what
// the JSON option omitzero asks, so a field with that option loses its currency when it is zero.
func (a Amount) IsZero() bool { return a.minor == 0 }

// Sign is -1, 0 or +1, as the amount is below, at or above zero.
func (a Amount) Sign() int { return cmp.Compare(a.minor, 0) }

// Equal reports whether both are the same amount of the same currency. The no-amount
// equals only itself. Two currencies are unequal, not an error.
func (a Amount) Equal(b Amount) bool { return a == b }

// Cmp is -1, 0 or +1, as a is less than, equal to or more than b. The no-amount
// counts as zero of the other's currency. Two currencies are a MismatchError.
func (a Amount) Cmp(b Amount) (int, error) {
	if _, err := common(a.currency, b.currency); err != nil {
		return 0, err
	}
	return cmp.Compare(a.minor, b.minor), nil
}

// Min returns the lesser amount, and a when neither is. It compares as Cmp does and fails as Cmp does.
func Min(a, b Amount) (Amount, error) {
	order, err := a.Cmp(b)
	if err != nil {
		return Amount{}, err
	}
	if order > 0 {
		return b, nil
	}
	return a, nil
}

// Add returns a + b. The no-amount is neutral: added to x, on either side, it gives
// x. Two currencies are a MismatchError (MON-1), too large a sum an ErrOverflow.
func (a Amount) Add(b Amount) (Amount, error) {
	return Sum(a, b)
}

// Sub returns a - b. Taking away the no-amount changes nothing; the no-amount less x
// is -x. Two currencies are a MismatchError (MON-1), too large a difference an ErrOverflow.
func (a Amount) Sub(b Amount) (Amount, error) {
	c, err := common(a.currency, b.currency)
	if err != nil {
		return Amount{}, err
	}
	difference := a.minor - b.minor
	if (difference < a.minor) != (b.minor > 0) {
		return Amount{}, fmt.Errorf("%w: %s less %s", ErrOverflow, a, b)
	}
	return Amount{difference, c}, nil
}

// Neg returns -a. Only the very lowest amount has no negative, and is an ErrOverflow.
func (a Amount) Neg() (Amount, error) {
	return a.Mul(-1)
}

// Mul returns a × n. Too large a product is an ErrOverflow. The no-amount stays the no-amount.
func (a Amount) Mul(n int64) (Amount, error) {
	high, low := bits.Mul64(magnitude(a.minor), magnitude(n))
	minor, ok := signed(low, (a.minor < 0) != (n < 0))
	if high != 0 || !ok {
		return Amount{}, fmt.Errorf("%w: %s times %d", ErrOverflow, a, n)
	}
	return Amount{minor, a.currency}, nil
}

// Sum returns the sum of the amounts, whatever their order: it overflows only when
// the total itself does not fit (ErrOverflow), not when a part of it would not. The
// sum of none is the no-amount, which is also neutral among the summands. Two
// currencies are a MismatchError (MON-1).
func Sum(amounts ...Amount) (Amount, error) {
	var c Currency
	var high, low uint64 // The total in 128 bits, two's complement.
	for _, a := range amounts {
		var err error
		if c, err = common(c, a.currency); err != nil {
			return Amount{}, err
		}
		var carry uint64
		low, carry = bits.Add64(low, uint64(a.minor), 0)
		high, _ = bits.Add64(high, uint64(a.minor>>63), carry)
	}
	if high != uint64(int64(low)>>63) {
		return Amount{}, fmt.Errorf("%w: the sum of %d amounts in %s", ErrOverflow, len(amounts), c)
	}
	return Amount{int64(low), c}, nil
}

// common returns the currency in which amounts of a and b combine. An empty currency yields to the other.
func common(a, b Currency) (Currency, error) {
	switch {
	case a == b || b == "":
		return a, nil
	case a == "":
		return b, nil
	default:
		return "", MismatchError{First: a, Second: b}
	}
}

// magnitude is |n|, which for the lowest int64 only an unsigned number holds.
func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// signed is the number of that magnitude and sign, and false if no int64 is.
func signed(magnitude uint64, negative bool) (int64, bool) {
	if negative {
		return -int64(magnitude), magnitude <= 1<<63
	}
	return int64(magnitude), magnitude < 1<<63
}
