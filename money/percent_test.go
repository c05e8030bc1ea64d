package money_test

import (
	"encoding/json"
	"math"
	"math/big"
	"testing"

	"github.com/seatbook/seatbook/money"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestParsePercent(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		text string
		want money.Percent
		out  string
		ok   bool
	}{
		{name: "reads whole percents", text: "20%", want: 2000, out: "20%", ok: true},
		{name: "reads one decimal", text: "12.5%", want: 1250, out: "12.5%", ok: true},
		{name: "reads two decimals", text: "7.25%", want: 725, out: "7.25%", ok: true},
		{name: "reads a trailing zero and does not write it", text: "12.50%", want: 1250, out: "12.5%", ok: true},
		{name: "reads a hundredth", text: "0.01%", want: 1, out: "0.01%", ok: true},
		{name: "reads none", text: "0%", want: 0, out: "0%", ok: true},
		{name: "reads the whole", text: "100%", want: money.Whole, out: "100%", ok: true},
		{name: "refuses a hundredth more than the whole", text: "100.01%"},
		{name: "refuses what 64 bits do not hold", text: "99999999999999999999%"},
		{name: "refuses a third decimal", text: "7.255%"},
		{name: "refuses a negative", text: "-1%"},
		{name: "refuses a bare number", text: "20"},
		{name: "refuses a space", text: "20 %"},
		{name: "refuses a bare sign", text: "%"},
		{name: "refuses a bare point", text: "5.%"},
		{name: "refuses the empty text", text: ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := money.ParsePercent(test.text)
			if !test.ok {
				require.ErrorIs(t, err, money.ErrPercent)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, test.want, got)
			assert.Equal(t, test.out, got.String())
		})
	}
}

func TestPercentRoundTrips(t *testing.T) {
	t.Parallel()
	for p := money.Percent(0); p <= money.Whole; p++ {
		data, err := json.Marshal(p)
		require.NoError(t, err)
		var again money.Percent
		require.NoError(t, json.Unmarshal(data, &again))
		require.Equal(t, p, again)
	}
	for _, p := range []money.Percent{-1, money.Whole + 1} {
		_, err := p.MarshalText()
		require.ErrorIs(t, err, money.ErrPercent)
	}
	assert.Equal(t, "-0.05%", money.Percent(-5).String())
	var p money.Percent
	require.ErrorIs(t, p.UnmarshalText([]byte("101%")), money.ErrPercent)
}

func TestPercentOf(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		p    money.Percent
		of   money.Amount
		want string
		err  error
	}{
		{name: "takes a fifth", p: 2000, of: money.Must("1200.00 USD"), want: "240.00 USD"},
		{name: "takes everything of the highest", p: money.Whole, of: highest, want: "92233720368547758.07 USD"},
		{name: "takes nothing and keeps the currency", p: 0, of: highest, want: "0.00 USD"},
		{name: "rounds half a cent up", p: 5000, of: money.Must("0.01 USD"), want: "0.01 USD"},
		{name: "rounds half a cent owed down", p: 5000, of: money.Must("-0.01 USD"), want: "-0.01 USD"},
		{name: "cuts just below half a cent", p: 4999, of: money.Must("0.01 USD"), want: "0.00 USD"},
		{name: "keeps the no-amount", p: 2000, want: ""},
		{name: "refuses more than everything", p: money.Whole + 1, of: highest, err: money.ErrPercent},
		{name: "refuses less than nothing", p: -1, of: highest, err: money.ErrPercent},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := test.p.Of(test.of)
			require.ErrorIs(t, err, test.err)
			assert.Equal(t, test.want, got.String())
		})
	}
}

func TestPercentOfCount(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		p    money.Percent
		n    int64
		want int64
	}{
		{name: "is whole when it divides", p: 2000, n: 10, want: 2},
		{name: "is cut just before the next", p: 2000, n: 14, want: 2},
		{name: "reaches the next", p: 2000, n: 15, want: 3},
		{name: "is everything at 100%", p: money.Whole, n: math.MaxInt64, want: math.MaxInt64},
		{name: "is nothing at 0%", p: 0, n: math.MaxInt64, want: 0},
		{name: "goes down for a negative count", p: 2000, n: -1, want: -1},
		{name: "holds at the lowest count", p: money.Whole, n: math.MinInt64, want: math.MinInt64},
		{name: "counts too much as everything", p: 20000, n: 10, want: 10},
		{name: "counts too little as nothing", p: -1, n: 10, want: 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, test.p.OfCount(test.n))
		})
	}
}

func TestPercentAgreesWithFractions(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := money.Percent(rapid.Int64Range(0, int64(money.Whole)).Draw(t, "percent"))
		n := rapid.Int64().Draw(t, "n")
		got, err := p.Of(dollars(t, n))
		checkDollars(t, rounded(new(big.Rat).Mul(big.NewRat(int64(p), 10000), new(big.Rat).SetInt64(n))), got, err)

		// Div of math/big is Euclidean, which is the floor for a divisor above zero.
		product := new(big.Int).Mul(big.NewInt(n), big.NewInt(int64(p)))
		require.Equal(t, product.Div(product, big.NewInt(10000)).Int64(), p.OfCount(n))
	})
}

func FuzzParsePercent(f *testing.F) {
	for _, seed := range []string{"20%", "12.5%", "7.25%", "100.01%", "%", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := money.ParsePercent(s)
		if err != nil {
			return
		}
		again, err := money.ParsePercent(p.String())
		require.NoError(t, err)
		require.Equal(t, p, again)
	})
}
