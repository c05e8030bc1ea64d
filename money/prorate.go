package money

import (
	"fmt"
	"math/bits"
)

// Prorate returns unit × count × num / den, the line of an invoice: the price of one
// seat, the seats, and the days left of the days in the term (MON-2, MON-3).
//
// The product is exact in 192 bits and rounded once, half away from zero, so the
// result is right whenever it fits an Amount; otherwise it is an ErrOverflow. The
// unit may be negative, as in a credit. A negative count or num, or a den below one,
// is an ErrFraction. A num above den is allowed: it is more than a whole term.
func Prorate(unit Amount, count, num, den int64) (Amount, error) {
	if count < 0 || num < 0 || den < 1 {
		return Amount{}, fmt.Errorf("%w: %d × %d/%d: want no negative and a denominator of at least 1",
			ErrFraction, count, num, den)
	}
	times := product(uint64(count), uint64(num))
	quotient, remainder, ok := times.scale(magnitude(unit.minor), uint64(den))
	if ok && remainder >= uint64(den)-remainder {
		quotient++
		ok = quotient != 0
	}
	minor, fits := signed(quotient, unit.minor < 0)
	if !ok || !fits {
		return Amount{}, fmt.Errorf("%w: %s × %d × %d/%d", ErrOverflow, unit, count, num, den)
	}
	return Amount{minor, unit.currency}, nil
}

// wide is an unsigned number of 128 bits.
type wide struct{ high, low uint64 }

// product is x × y, exactly.
func product(x, y uint64) wide {
	high, low := bits.Mul64(x, y)
	return wide{high, low}
}

// scale returns the quotient and the remainder of w × x / den. It is false when the
// quotient needs more than 64 bits, and needs a den above zero.
func (w wide) scale(x, den uint64) (quotient, remainder uint64, ok bool) {
	// The product has three words. Its quotient fits one exactly when the upper two are below den.
	upper, low := bits.Mul64(w.low, x)
	top, middle := bits.Mul64(w.high, x)
	middle, carry := bits.Add64(middle, upper, 0)
	if top+carry != 0 || middle >= den {
		return 0, 0, false
	}
	quotient, remainder = bits.Div64(middle, low, den)
	return quotient, remainder, true
}
