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

func TestSplit(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		total   string
		weights []int64
		want    []string
		err     error
	}{
		{
			name: "gives the cent left over to the first of equals", total: "100.00 USD", weights: []int64{1, 1, 1},
			want: []string{"33.34 USD", "33.33 USD", "33.33 USD"},
		},
		{
			name: "gives two cents left over to the first two", total: "0.05 USD", weights: []int64{1, 1, 1},
			want: []string{"0.02 USD", "0.02 USD", "0.01 USD"},
		},
		{
			name: "gives the cent to whoever lost most", total: "0.10 USD", weights: []int64{1, 2, 4},
			want: []string{"0.01 USD", "0.03 USD", "0.06 USD"},
		},
		{
			name: "leaves nothing over when the weights divide it", total: "0.07 USD", weights: []int64{1, 2, 4},
			want: []string{"0.01 USD", "0.02 USD", "0.04 USD"},
		},
		{
			name: "shares a debt as it shares a claim", total: "-100.00 USD", weights: []int64{1, 1, 1},
			want: []string{"-33.34 USD", "-33.33 USD", "-33.33 USD"},
		},
		{
			name: "gives a weight of zero nothing", total: "0.01 USD", weights: []int64{0, 1, 0},
			want: []string{"0.00 USD", "0.01 USD", "0.00 USD"},
		},
		{name: "gives a single weight everything", total: "12.34 USD", weights: []int64{7}, want: []string{"12.34 USD"}},
		{name: "shares nothing", total: "0 JPY", weights: []int64{1, 2}, want: []string{"0 JPY", "0 JPY"}},
		{name: "shares yen", total: "100 JPY", weights: []int64{1, 2}, want: []string{"33 JPY", "67 JPY"}},
		{
			name: "shares the lowest amount", total: "-92233720368547758.08 USD", weights: []int64{math.MaxInt64, math.MaxInt64},
			want: []string{"-46116860184273879.04 USD", "-46116860184273879.04 USD"},
		},
		{name: "refuses no weights", total: "1 USD", err: money.ErrWeights},
		{name: "refuses weights that are all zero", total: "1 USD", weights: []int64{0, 0}, err: money.ErrWeights},
		{name: "refuses a negative weight", total: "1 USD", weights: []int64{2, -1}, err: money.ErrWeights},
		{
			name: "admits weights up to 64 bits in sum", total: "0.02 USD", weights: []int64{math.MaxInt64, math.MaxInt64, 1},
			want: []string{"0.01 USD", "0.01 USD", "0.00 USD"},
		},
		{name: "refuses weights beyond 64 bits in sum", total: "0.02 USD", weights: []int64{math.MaxInt64, math.MaxInt64, 2}, err: money.ErrWeights},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			parts, err := money.Split(money.Must(test.total), test.weights...)
			require.ErrorIs(t, err, test.err)
			var got []string
			for _, part := range parts {
				got = append(got, part.String())
			}
			assert.Equal(t, test.want, got)
		})
	}
}

func TestSplitOfTheNoAmount(t *testing.T) {
	t.Parallel()
	parts, err := money.Split(money.Amount{}, 1, 2)
	require.NoError(t, err)
	assert.Equal(t, make([]money.Amount, 2), parts)
}

// checkSplit holds the parts against the definition: they sum to the total, and none is a whole minor unit off its exact share.
func checkSplit(t require.TestingT, cents int64, weights []int64) {
	total := dollars(t, cents)
	parts, err := money.Split(total, weights...)
	whole := new(big.Int)
	for _, weight := range weights {
		if weight < 0 {
			require.ErrorIs(t, err, money.ErrWeights)
			return
		}
		whole.Add(whole, big.NewInt(weight))
	}
	if whole.Sign() == 0 || !whole.IsUint64() {
		require.ErrorIs(t, err, money.ErrWeights)
		return
	}
	require.NoError(t, err)
	sum, err := money.Sum(parts...)
	require.NoError(t, err)
	require.Equal(t, total, sum)
	for i, part := range parts {
		exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(cents), big.NewInt(weights[i])), whole)
		off := exact.Sub(exact, new(big.Rat).SetInt64(part.Minor()))
		require.Negative(t, off.Abs(off).Cmp(big.NewRat(1, 1)))
	}
}

func TestSplitLosesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		checkSplit(t, rapid.Int64().Draw(t, "cents"), rapid.SliceOf(rapid.Int64Range(0, 9)).Draw(t, "small weights"))
		checkSplit(t, rapid.Int64().Draw(t, "cents"), rapid.SliceOf(rapid.Int64Min(-1)).Draw(t, "weights"))
	})
}

func TestSplitFavoursEarlierAmongEqualWeights(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cents := rapid.Int64Range(0, 1_000_000).Draw(t, "cents")
		count := rapid.IntRange(1, 30).Draw(t, "parts")
		weights := make([]int64, count)
		for i := range weights {
			weights[i] = 3
		}
		parts, err := money.Split(dollars(t, cents), weights...)
		require.NoError(t, err)
		for i := 1; i < count; i++ {
			require.GreaterOrEqual(t, parts[i-1].Minor(), parts[i].Minor())
		}
	})
}

func FuzzSplit(f *testing.F) {
	f.Add(int64(10000), int64(1), int64(1), int64(1))
	f.Add(int64(math.MinInt64), int64(math.MaxInt64), int64(math.MaxInt64), int64(2))
	f.Add(int64(-5), int64(0), int64(0), int64(0))
	f.Fuzz(func(t *testing.T, cents, first, second, third int64) {
		checkSplit(t, cents, []int64{first, second, third})
	})
}
