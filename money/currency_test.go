package money_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/seatbook/seatbook/money"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCurrency(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		code  string
		ok    bool
		units int
	}{
		{name: "has no decimals for the yen", code: "JPY", ok: true, units: 0},
		{name: "has two decimals for the dollar", code: "USD", ok: true, units: 2},
		{name: "has three decimals for the Kuwaiti dinar", code: "KWD", ok: true, units: 3},
		{name: "has four decimals for the Chilean unit of account", code: "CLF", ok: true, units: 4},
		{name: "has two decimals for the forint, whatever shops round to", code: "HUF", ok: true, units: 2},
		{name: "admits the Caribbean guilder", code: "XCG", ok: true, units: 2},
		{name: "refuses the guilder that it replaced", code: "ANG"},
		{name: "refuses the lev, withdrawn for the euro", code: "BGN"},
		{name: "refuses gold, which has no minor units", code: "XAU"},
		{name: "refuses the code for testing", code: "XTS"},
		{name: "refuses the code for none", code: "XXX"},
		{name: "refuses small letters", code: "usd"},
		{name: "refuses spaces", code: "USD "},
		{name: "refuses the empty text", code: ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, err := money.ParseCurrency(test.code)
			if !test.ok {
				require.ErrorIs(t, err, money.ErrCurrency)
				assert.ErrorContains(t, err, `"`+test.code+`"`)
				assert.Empty(t, c)
				_, known := money.Currency(test.code).MinorUnits()
				assert.False(t, known)
				return
			}
			require.NoError(t, err)
			units, known := c.MinorUnits()
			assert.True(t, known)
			assert.Equal(t, test.units, units)
		})
	}
}

func TestCurrenciesAreTheWholeListSorted(t *testing.T) {
	t.Parallel()
	all := money.Currencies()
	assert.True(t, slices.IsSorted(all))
	count := map[int]int{}
	for _, c := range all {
		units, ok := c.MinorUnits()
		require.True(t, ok)
		require.Len(t, string(c), 3)
		count[units]++
	}
	assert.Equal(t, map[int]int{0: 17, 2: 139, 3: 7, 4: 2}, count)

	all[0] = "changed"
	assert.Equal(t, money.Currency("AED"), money.Currencies()[0], "the slice is the caller's own")
}

func TestCurrencyUnmarshalText(t *testing.T) {
	t.Parallel()
	c := money.Currency("EUR")
	require.Error(t, c.UnmarshalText([]byte("eur")))
	assert.Equal(t, money.Currency("EUR"), c, "a refused text changes nothing")
	require.NoError(t, c.UnmarshalText([]byte("JPY")))
	assert.Equal(t, money.Currency("JPY"), c)
	require.NoError(t, c.UnmarshalText(nil))
	assert.Empty(t, c)
}

func TestMismatchErrorNamesBothCurrencies(t *testing.T) {
	t.Parallel()
	_, err := money.Must("1 USD").Add(money.Must("1 EUR"))
	require.ErrorIs(t, err, money.ErrCurrencyMismatch)
	mismatch, ok := errors.AsType[money.MismatchError](err)
	require.True(t, ok)
	assert.Equal(t, money.MismatchError{First: "USD", Second: "EUR"}, mismatch)
	assert.EqualError(t, err, "money: USD and EUR are two currencies and do not combine (MON-1)")
	assert.NotErrorIs(t, err, money.ErrOverflow)
}
