package money_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/seatbook/seatbook/money"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestProrate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name            string
		unit            money.Amount
		count, num, den int64
		want            string
		err             error
	}{
		{name: "charges a whole term in full", unit: money.Must("1000.00 USD"), count: 2, num: 365, den: 365, want: "2000.00 USD"},
		{name: "charges half a year of two seats", unit: money.Must("1000.00 USD"), count: 2, num: 183, den: 365, want: "1002.74 USD"},
		{name: "charges the last day", unit: money.Must("1000.00 USD"), count: 2, num: 1, den: 365, want: "5.48 USD"},
		{name: "charges nothing on the end's own date", unit: money.Must("1000.00 USD"), count: 2, num: 0, den: 365, want: "0.00 USD"},
		{name: "charges no seats nothing", unit: money.Must("1000.00 USD"), count: 0, num: 1, den: 365, want: "0.00 USD"},
		{
			name: "is exact for a thousand seats at a million over three years", unit: money.Must("1000000.00 USD"),
			count: 1000, num: 1094, den: 1095, want: "999086757.99 USD",
		},
		{name: "rounds half a cent up", unit: money.Must("0.01 USD"), count: 1, num: 1, den: 2, want: "0.01 USD"},
		{name: "rounds half a cent owed down", unit: money.Must("-0.01 USD"), count: 1, num: 1, den: 2, want: "-0.01 USD"},
		{name: "rounds two cents and a half up, not to even", unit: money.Must("0.05 USD"), count: 1, num: 1, den: 2, want: "0.03 USD"},
		{name: "rounds two cents and a half owed down, not to even", unit: money.Must("-0.05 USD"), count: 1, num: 1, den: 2, want: "-0.03 USD"},
		{name: "cuts what is just below half a cent", unit: money.Must("0.01 USD"), count: 1, num: 499, den: 999, want: "0.00 USD"},
		{name: "rounds what is just above half a cent up", unit: money.Must("0.01 USD"), count: 1, num: 500, den: 999, want: "0.01 USD"},
		{name: "cuts what is just below half a cent owed", unit: money.Must("-0.01 USD"), count: 1, num: 499, den: 999, want: "0.00 USD"},
		{name: "rounds once, after the seats are multiplied", unit: money.Must("0.01 USD"), count: 3, num: 1, den: 2, want: "0.02 USD"},
		{name: "rounds to the yen", unit: money.Must("1000 JPY"), count: 1, num: 1, den: 3, want: "333 JPY"},
		{name: "rounds half a yen up", unit: money.Must("1 JPY"), count: 1, num: 1, den: 2, want: "1 JPY"},
		{name: "rounds to the fils", unit: money.Must("1.000 KWD"), count: 1, num: 2, den: 3, want: "0.667 KWD"},
		{name: "rounds to the fourth decimal", unit: money.Must("1.0000 CLF"), count: 1, num: 2, den: 3, want: "0.6667 CLF"},
		{name: "keeps the no-amount", count: 3, num: 1, den: 2, want: ""},
		{
			name: "is exact though the product needs 126 bits", unit: highest, count: math.MaxInt64, num: 1, den: math.MaxInt64,
			want: "92233720368547758.07 USD",
		},
		{
			name: "is exact though count times num exceeds 64 bits", unit: money.Must("0.01 USD"), count: math.MaxInt64,
			num: math.MaxInt64, den: math.MaxInt64, want: "92233720368547758.07 USD",
		},
		{name: "reaches the lowest amount", unit: lowest, count: 7, num: 1, den: 7, want: "-92233720368547758.08 USD"},
		{name: "refuses the lowest amount's opposite", unit: money.Must("46116860184273879.04 USD"), count: 2, num: 1, den: 1, err: money.ErrOverflow},
		{name: "refuses what rounds beyond the highest", unit: highest, count: math.MaxInt64, num: 2, den: math.MaxInt64, err: money.ErrOverflow},
		{name: "refuses a quotient of 189 bits", unit: lowest, count: math.MaxInt64, num: math.MaxInt64, den: 1, err: money.ErrOverflow},
		{name: "admits more than a whole", unit: money.Must("1.00 USD"), count: 1, num: 3, den: 2, want: "1.50 USD"},
		{name: "refuses a negative count", unit: highest, count: -1, num: 1, den: 1, err: money.ErrFraction},
		{name: "refuses a negative numerator", unit: highest, count: 1, num: -1, den: 1, err: money.ErrFraction},
		{name: "refuses a denominator of zero", unit: highest, count: 1, num: 1, den: 0, err: money.ErrFraction},
		{name: "refuses a negative denominator", unit: highest, count: 1, num: 1, den: -1, err: money.ErrFraction},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := money.Prorate(test.unit, test.count, test.num, test.den)
			require.ErrorIs(t, err, test.err)
			assert.Equal(t, test.want, got.String())
		})
	}
}

// rounded is x rounded half away from zero, by the textbook: floor(|x| + 1/2) with the sign of x.
func rounded(x *big.Rat) *big.Int {
	size := new(big.Rat).Add(new(big.Rat).Abs(x), big.NewRat(1, 2))
	whole := new(big.Int).Quo(size.Num(), size.Denom())
	if x.Sign() < 0 {
		whole.Neg(whole)
	}
	return whole
}

// checkProrate holds Prorate against exact fractions.
func checkProrate(t require.TestingT, cents, count, num, den int64) {
	got, err := money.Prorate(dollars(t, cents), count, num, den)
	if count < 0 || num < 0 || den < 1 {
		require.ErrorIs(t, err, money.ErrFraction)
		return
	}
	exact := new(big.Rat).SetInt64(cents)
	exact.Mul(exact, new(big.Rat).SetInt64(count))
	exact.Mul(exact, big.NewRat(num, den))
	checkDollars(t, rounded(exact), got, err)
}

func TestProrateRoundsAsFractionsDo(t *testing.T) {
	t.Parallel()
	small := rapid.Int64Range(0, 40)
	rapid.Check(t, func(t *rapid.T) {
		checkProrate(t, rapid.Int64Range(-99, 99).Draw(t, "cents"), small.Draw(t, "count"), small.Draw(t, "num"), small.Draw(t, "den"))
		large := rapid.Int64()
		checkProrate(t, large.Draw(t, "cents"), large.Draw(t, "count"), large.Draw(t, "num"), large.Draw(t, "den"))
	})
}

func FuzzProrate(f *testing.F) {
	f.Add(int64(100000000), int64(1000), int64(1094), int64(1095))
	f.Add(int64(-1), int64(1), int64(1), int64(2))
	f.Add(int64(math.MinInt64), int64(math.MaxInt64), int64(math.MaxInt64), int64(math.MaxInt64))
	f.Add(int64(1), int64(math.MaxInt64), int64(math.MaxInt64), int64(math.MaxInt64-1))
	f.Add(int64(1), int64(1), int64(1), int64(0))
	f.Fuzz(func(t *testing.T, cents, count, num, den int64) { checkProrate(t, cents, count, num, den) })
}
