package money

import (
	"errors"
	"fmt"
)

// The ways in which this package refuses. Every error it returns is one of them under errors.Is.
var (
	// ErrCurrency means that a code is not in the current list of ISO 4217.
	ErrCurrency = errors.New("money: unknown currency")
	// ErrCurrencyMismatch means that two currencies met in one operation (MON-1).
	// The error itself is a MismatchError, which names them.
	ErrCurrencyMismatch = errors.New("money: two currencies")
	// ErrOverflow means that a result needs more than 64 bits.
	ErrOverflow = errors.New("money: amount out of range")
	// ErrSyntax means that a text is not an amount.
	ErrSyntax = errors.New("money: not an amount")
	// ErrFraction means a fraction that is no share of anything: a denominator
	// below one, or a negative count or numerator.
	ErrFraction = errors.New("money: not a fraction")
	// ErrWeights means weights that cannot share a whole: none, a negative one,
	// all zero, or more in sum than 64 bits hold.
	ErrWeights = errors.New("money: cannot split by these weights")
	// ErrPercent means a text that is no percentage, or one outside 0% to 100%.
	ErrPercent = errors.New("money: not a percentage from 0% to 100%")
)

// MismatchError is the error of an operation on two currencies (MON-1). It is an
// ErrCurrencyMismatch under errors.Is.
type MismatchError struct {
	// First and Second are the currencies in the order of the operands. They differ and neither is empty.
	First, Second Currency
}

// Error names both currencies.
func (e MismatchError) Error() string {
	return fmt.Sprintf("money: %s and %s are two currencies and do not combine (MON-1)", e.First, e.Second)
}

// Is reports whether target is ErrCurrencyMismatch.
func (e MismatchError) Is(target error) bool { return target == ErrCurrencyMismatch }
