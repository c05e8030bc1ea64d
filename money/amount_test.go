package money_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seatbook/seatbook/money"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// highest and lowest are the ends of the range of dollars.
var (
	highest = money.Must("92233720368547758.07 USD")
	lowest  = money.Must("-92233720368547758.08 USD")
)

func TestNew(t *testing.T) {
	t.Parallel()
	a, err := money.New(120000, "USD")
	require.NoError(t, err)
	assert.Equal(t, "1200.00 USD", a.String())
	assert.Equal(t, money.Currency("USD"), a.Currency())
	for _, c := range []money.Currency{"", "usd", "XAU"} {
		_, err = money.New(1, c)
		require.ErrorIs(t, err, money.ErrCurrency)
		assert.Equal(t, money.Amount{}, money.Zero(c))
	}
	assert.Equal(t, "0.00 USD", money.Zero("USD").String())
}

func TestSignAndZero(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		a    money.Amount
		sign int
		zero bool
	}{
		{name: "a cent is above zero", a: money.Must("0.01 USD"), sign: 1},
		{name: "nothing is zero", a: money.Zero("USD"), zero: true},
		{name: "the no-amount is zero", zero: true},
		{name: "a cent owed is below zero", a: money.Must("-0.01 USD"), sign: -1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.sign, test.a.Sign())
			assert.Equal(t, test.zero, test.a.IsZero())
		})
	}
}

func TestEqual(t *testing.T) {
	t.Parallel()
	assert.True(t, money.Must("1 USD").Equal(money.Must("1.00 USD")))
	assert.False(t, money.Must("1 USD").Equal(money.Must("1.01 USD")))
	assert.False(t, money.Must("1 USD").Equal(money.Must("1 EUR")))
	assert.False(t, money.Zero("USD").Equal(money.Amount{}))
	assert.Empty(t, cmp.Diff(money.Must("1 USD"), money.Must("1.00 USD")))
	assert.NotEmpty(t, cmp.Diff(money.Must("1 USD"), money.Must("1 EUR")))
}

func TestArithmetic(t *testing.T) {
	t.Parallel()
	none, usd, eur := money.Amount{}, money.Must("1.50 USD"), money.Must("1 EUR")
	cent, zero := money.Must("0.01 USD"), money.Zero("USD")
	add := func(a, b money.Amount) func() (money.Amount, error) {
		return func() (money.Amount, error) { return a.Add(b) }
	}
	sub := func(a, b money.Amount) func() (money.Amount, error) {
		return func() (money.Amount, error) { return a.Sub(b) }
	}
	mul := func(a money.Amount, n int64) func() (money.Amount, error) {
		return func() (money.Amount, error) { return a.Mul(n) }
	}
	sum := func(amounts ...money.Amount) func() (money.Amount, error) {
		return func() (money.Amount, error) { return money.Sum(amounts...) }
	}
	tests := []struct {
		name string
		do   func() (money.Amount, error)
		want string
		err  error
	}{
		{name: "adds", do: add(usd, cent), want: "1.51 USD"},
		{name: "adds the no-amount without effect", do: add(usd, none), want: "1.50 USD"},
		{name: "adds to the no-amount without effect", do: add(none, usd), want: "1.50 USD"},
		{name: "adds nothing of a currency to the no-amount and has the currency", do: add(none, zero), want: "0.00 USD"},
		{name: "adds the no-amount to itself", do: add(none, none), want: ""},
		{name: "refuses to add two currencies", do: add(usd, eur), err: money.ErrCurrencyMismatch},
		{name: "refuses to add nothing of another currency", do: add(eur, zero), err: money.ErrCurrencyMismatch},
		{name: "adds up to the highest amount", do: add(highest, zero), want: "92233720368547758.07 USD"},
		{name: "refuses one cent more", do: add(highest, cent), err: money.ErrOverflow},
		{name: "refuses to add below the lowest", do: add(lowest, money.Must("-0.01 USD")), err: money.ErrOverflow},
		{name: "adds the two ends", do: add(lowest, highest), want: "-0.01 USD"},
		{name: "subtracts", do: sub(cent, usd), want: "-1.49 USD"},
		{name: "subtracts the no-amount without effect", do: sub(usd, none), want: "1.50 USD"},
		{name: "subtracts from the no-amount", do: sub(none, usd), want: "-1.50 USD"},
		{name: "refuses to subtract two currencies", do: sub(usd, eur), err: money.ErrCurrencyMismatch},
		{name: "subtracts down to the lowest amount", do: sub(money.Must("-0.01 USD"), highest), want: "-92233720368547758.08 USD"},
		{name: "refuses one cent less", do: sub(lowest, cent), err: money.ErrOverflow},
		{name: "refuses to subtract the lowest from zero", do: sub(zero, lowest), err: money.ErrOverflow},
		{name: "subtracts the lowest from a cent owed", do: sub(money.Must("-0.01 USD"), lowest), want: "92233720368547758.07 USD"},
		{name: "negates", do: usd.Neg, want: "-1.50 USD"},
		{name: "negates the highest", do: highest.Neg, want: "-92233720368547758.07 USD"},
		{name: "refuses to negate the lowest", do: lowest.Neg, err: money.ErrOverflow},
		{name: "negates the no-amount to itself", do: none.Neg, want: ""},
		{name: "multiplies", do: mul(usd, -3), want: "-4.50 USD"},
		{name: "multiplies by zero and keeps the currency", do: mul(usd, 0), want: "0.00 USD"},
		{name: "multiplies the no-amount to itself", do: mul(none, 7), want: ""},
		{name: "multiplies a cent by the lowest number", do: mul(cent, math.MinInt64), want: "-92233720368547758.08 USD"},
		{name: "refuses a cent owed times the lowest number", do: mul(money.Must("-0.01 USD"), math.MinInt64), err: money.ErrOverflow},
		{name: "refuses a product beyond 64 bits", do: mul(highest, math.MaxInt64), err: money.ErrOverflow},
		{name: "refuses a product just beyond", do: mul(money.Must("46116860184273879.04 USD"), 2), err: money.ErrOverflow},
		{name: "reaches the lowest by a product", do: mul(money.Must("46116860184273879.04 USD"), -2), want: "-92233720368547758.08 USD"},
		{name: "sums nothing to the no-amount", do: sum(), want: ""},
		{name: "sums past the end and back", do: sum(highest, cent, money.Must("-0.02 USD")), want: "92233720368547758.06 USD"},
		{name: "sums past the low end and back", do: sum(lowest, lowest, highest, highest), want: "-0.02 USD"},
		{name: "refuses a sum beyond the end", do: sum(highest, highest, highest), err: money.ErrOverflow},
		{name: "sums over the no-amount", do: sum(none, usd, none, cent), want: "1.51 USD"},
		{name: "refuses to sum two currencies around the no-amount", do: sum(usd, none, eur), err: money.ErrCurrencyMismatch},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := test.do()
			require.ErrorIs(t, err, test.err)
			assert.Equal(t, test.want, got.String())
		})
	}
}

func TestCmpAndMin(t *testing.T) {
	t.Parallel()
	less, more := money.Must("1.49 USD"), money.Must("1.50 USD")
	tests := []struct {
		name  string
		a, b  money.Amount
		order int
		least money.Amount
	}{
		{name: "a cent less is less", a: less, b: more, order: -1, least: less},
		{name: "the same is neither", a: more, b: more, order: 0, least: more},
		{name: "a cent more is more", a: more, b: less, order: 1, least: less},
		{name: "the no-amount is less than a cent", b: money.Must("0.01 USD"), order: -1},
		{name: "the no-amount compares as zero", a: money.Zero("USD"), order: 0, least: money.Zero("USD")},
		{name: "the no-amount is more than a cent owed", b: money.Must("-0.01 USD"), order: 1, least: money.Must("-0.01 USD")},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			order, err := test.a.Cmp(test.b)
			require.NoError(t, err)
			assert.Equal(t, test.order, order)
			least, err := money.Min(test.a, test.b)
			require.NoError(t, err)
			assert.Equal(t, test.least, least)
		})
	}
	_, err := less.Cmp(money.Must("1 EUR"))
	require.ErrorIs(t, err, money.ErrCurrencyMismatch)
	_, err = money.Min(less, money.Must("1 EUR"))
	require.ErrorIs(t, err, money.ErrCurrencyMismatch)
}

// checkDollars holds got and err against the exact result in cents: equal when it fits, an overflow when not.
func checkDollars(t require.TestingT, want *big.Int, got money.Amount, err error) {
	if !want.IsInt64() {
		require.ErrorIs(t, err, money.ErrOverflow)
		return
	}
	require.NoError(t, err)
	require.Equal(t, want.Int64(), got.Minor())
}

// dollars is an amount of that many cents.
func dollars(t require.TestingT, cents int64) money.Amount {
	a, err := money.New(cents, "USD")
	require.NoError(t, err)
	return a
}

func FuzzArithmetic(f *testing.F) {
	f.Add(int64(0), int64(0))
	f.Add(int64(math.MaxInt64), int64(1))
	f.Add(int64(math.MinInt64), int64(-1))
	f.Add(int64(math.MinInt64), int64(math.MinInt64))
	f.Fuzz(func(t *testing.T, x, y int64) {
		a, b := dollars(t, x), dollars(t, y)
		bigX, bigY := big.NewInt(x), big.NewInt(y)
		got, err := a.Add(b)
		checkDollars(t, new(big.Int).Add(bigX, bigY), got, err)
		got, err = a.Sub(b)
		checkDollars(t, new(big.Int).Sub(bigX, bigY), got, err)
		got, err = a.Mul(y)
		checkDollars(t, new(big.Int).Mul(bigX, bigY), got, err)
		got, err = a.Neg()
		checkDollars(t, new(big.Int).Neg(bigX), got, err)
	})
}

func TestSumIsExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cents := rapid.SliceOf(rapid.Int64()).Draw(t, "cents")
		amounts := make([]money.Amount, len(cents))
		want := new(big.Int)
		for i, n := range cents {
			amounts[i] = dollars(t, n)
			want.Add(want, big.NewInt(n))
		}
		got, err := money.Sum(amounts...)
		checkDollars(t, want, got, err)
	})
}
