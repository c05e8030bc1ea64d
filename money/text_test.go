package money_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/seatbook/seatbook/money"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestParse(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		text  string
		minor int64
		want  string // as String writes it again
		err   error
	}{
		{name: "reads all decimals", text: "1200.00 USD", minor: 120000, want: "1200.00 USD"},
		{name: "reads fewer decimals than the currency has", text: "12.5 USD", minor: 1250, want: "12.50 USD"},
		{name: "reads a whole number", text: "12 USD", minor: 1200, want: "12.00 USD"},
		{name: "refuses a third decimal of a dollar", text: "12.345 USD", err: money.ErrSyntax},
		{name: "refuses a third decimal even if it is zero", text: "12.340 USD", err: money.ErrSyntax},
		{name: "reads yen", text: "-3 JPY", minor: -3, want: "-3 JPY"},
		{name: "refuses decimals of a yen", text: "12.00 JPY", err: money.ErrSyntax},
		{name: "reads three decimals of a dinar", text: "1.234 KWD", minor: 1234, want: "1.234 KWD"},
		{name: "refuses a fourth decimal of a dinar", text: "1.2345 KWD", err: money.ErrSyntax},
		{name: "reads four decimals of a unit of account", text: "0.0001 CLF", minor: 1, want: "0.0001 CLF"},
		{name: "refuses a fifth decimal of a unit of account", text: "0.00001 CLF", err: money.ErrSyntax},
		{name: "reads a negative below one", text: "-0.05 USD", minor: -5, want: "-0.05 USD"},
		{name: "reads minus zero as zero", text: "-0.00 USD", want: "0.00 USD"},
		{name: "reads leading zeros", text: "007 USD", minor: 700, want: "7.00 USD"},
		{name: "reads more spaces than one", text: "7   USD", minor: 700, want: "7.00 USD"},
		{name: "reads the greatest amount", text: "92233720368547758.07 USD", minor: math.MaxInt64, want: "92233720368547758.07 USD"},
		{name: "refuses one cent more", text: "92233720368547758.08 USD", err: money.ErrOverflow},
		{name: "reads the lowest amount", text: "-92233720368547758.08 USD", minor: math.MinInt64, want: "-92233720368547758.08 USD"},
		{name: "refuses one cent less", text: "-92233720368547758.09 USD", err: money.ErrOverflow},
		{name: "refuses what the decimals push out of range", text: "9223372036854775807 USD", err: money.ErrOverflow},
		{name: "refuses what exceeds even 64 unsigned bits", text: "18446744073709551616 JPY", err: money.ErrOverflow},
		{name: "refuses a plus sign", text: "+1 USD", err: money.ErrSyntax},
		{name: "refuses two minus signs", text: "--1 USD", err: money.ErrSyntax},
		{name: "refuses an exponent", text: "1e3 USD", err: money.ErrSyntax},
		{name: "refuses a thousands separator", text: "1,200.00 USD", err: money.ErrSyntax},
		{name: "refuses a point without digits before it", text: ".5 USD", err: money.ErrSyntax},
		{name: "refuses a point without digits after it", text: "5. USD", err: money.ErrSyntax},
		{name: "refuses a bare point", text: ". USD", err: money.ErrSyntax},
		{name: "refuses two points", text: "1.2.3 USD", err: money.ErrSyntax},
		{name: "refuses other scripts' digits", text: "١ USD", err: money.ErrSyntax},
		{name: "refuses a bare number", text: "12.00", err: money.ErrSyntax},
		{name: "refuses a number stuck to its currency", text: "12.00USD", err: money.ErrSyntax},
		{name: "refuses a tab between", text: "12.00\tUSD", err: money.ErrSyntax},
		{name: "refuses a leading space", text: " 12.00 USD", err: money.ErrCurrency},
		{name: "refuses a trailing space", text: "12.00 USD ", err: money.ErrCurrency},
		{name: "refuses a currency before the number", text: "USD 12.00", err: money.ErrCurrency},
		{name: "refuses an unknown currency", text: "12.00 XAU", err: money.ErrCurrency},
		{name: "refuses the empty text", text: "", err: money.ErrSyntax},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a, err := money.Parse(test.text)
			if test.err != nil {
				require.ErrorIs(t, err, test.err)
				assert.Equal(t, money.Amount{}, a)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, test.minor, a.Minor())
			assert.Equal(t, test.want, a.String())
		})
	}
}

func TestNoAmountAsText(t *testing.T) {
	t.Parallel()
	var none money.Amount
	assert.Empty(t, none.String())

	text, err := none.MarshalText()
	require.NoError(t, err)
	assert.Empty(t, text)
	data, err := json.Marshal(none)
	require.NoError(t, err)
	assert.Equal(t, "null", string(data))

	a := money.Must("1 USD")
	require.NoError(t, a.UnmarshalText(nil))
	assert.Equal(t, none, a)
	a = money.Must("1 USD")
	require.NoError(t, json.Unmarshal([]byte("null"), &a))
	assert.Equal(t, none, a)
}

func TestAmountRefusesOtherJSON(t *testing.T) {
	t.Parallel()
	for _, data := range []string{`12`, `12.5`, `""`, `"12.50"`, `{}`, `[]`, `true`} {
		a := money.Must("1 USD")
		require.ErrorIs(t, json.Unmarshal([]byte(data), &a), money.ErrSyntax, data)
		assert.Equal(t, money.Must("1 USD"), a, "a refused text changes nothing")
	}
	var a money.Amount
	require.ErrorIs(t, json.Unmarshal([]byte(`"1 XXX"`), &a), money.ErrCurrency)
	require.ErrorIs(t, a.UnmarshalText([]byte("1 XXX")), money.ErrCurrency)
}

func TestMustPanicsOnABadLiteral(t *testing.T) {
	t.Parallel()
	assert.Panics(t, func() { money.Must("12.345 USD") })
	assert.NotPanics(t, func() { money.Must("12.34 USD") })
}

// anyAmount draws an amount of any currency, its extremes included.
func anyAmount() *rapid.Generator[money.Amount] {
	return rapid.Custom(func(t *rapid.T) money.Amount {
		c := rapid.SampledFrom(money.Currencies()).Draw(t, "currency")
		a, err := money.New(rapid.Int64().Draw(t, "minor"), c)
		require.NoError(t, err)
		return a
	})
}

func TestTextRoundTrips(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := anyAmount().Draw(t, "amount")
		parsed, err := money.Parse(a.String())
		require.NoError(t, err)
		require.Equal(t, a, parsed)

		text, err := a.MarshalText()
		require.NoError(t, err)
		var fromText money.Amount
		require.NoError(t, fromText.UnmarshalText(text))
		require.Equal(t, a, fromText)

		data, err := json.Marshal(a)
		require.NoError(t, err)
		var fromJSON money.Amount
		require.NoError(t, json.Unmarshal(data, &fromJSON))
		require.Equal(t, a, fromJSON)
	})
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"1200.00 USD", "-3 JPY", "", "1. USD", "1e9 KWD", "-92233720368547758.08 USD", "0.0001 CLF", " ", "- USD"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := money.Parse(s)
		if err != nil {
			require.Equal(t, money.Amount{}, a)
			return
		}
		again, err := money.Parse(a.String())
		require.NoError(t, err)
		require.Equal(t, a, again)
	})
}
