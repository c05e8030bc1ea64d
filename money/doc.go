// Package money keeps amounts of money exact.
//
// An Amount is a whole number of a currency's minor units: 1200.00 USD is 120000
// cents, 3 JPY is 3 yen, 1.234 KWD is 1234 fils (MON-1). There are no floats here,
// and two currencies never add: trying to is an error, as is every result that
// does not fit 64 bits.
//
// Where a result falls between two minor units it is rounded once, half away from
// zero (MON-2): Prorate and Percent.Of compute in 192 bits first and round last.
// Split shares a whole so that its parts sum to it again (MON-4).
//
// The zero Amount is "no amount": nothing in no currency yet. It is what an
// accumulator starts from, so it is the neutral element of Add, Sub and Sum, and
// it is not the same as zero dollars.
//
// All types of this package are values; their methods may be called from any
// number of goroutines, except UnmarshalText and UnmarshalJSON, which write.
package money
