package licensing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
)

func TestTheRatesOfResultsAreChecked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		rates []licensing.ResultRate
		says  string
	}{
		{"the least there is", []licensing.ResultRate{{Result: "image", Rate: 1}}, ""},
		{"the most there is", []licensing.ResultRate{{Result: "image", Rate: 1_000_000}, {Result: "film", Rate: 2}}, ""},
		{"a rate of none", []licensing.ResultRate{{Result: "image"}}, "a rate of 0 tokens"},
		{"a rate above the most", []licensing.ResultRate{{Result: "image", Rate: 1_000_001}}, "a rate of 1000001 tokens"},
		{"a result twice", []licensing.ResultRate{{Result: "image", Rate: 1}, {Result: "image", Rate: 2}}, "twice"},
		{"a result without a name", []licensing.ResultRate{{Rate: 1}}, "without a name"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			faults := (&licensing.Catalog{Products: []licensing.Product{{ID: "render", Kind: licensing.Cloud, ResultRates: c.rates}}}).Check()
			if c.says == "" {
				require.Empty(t, faults)
				return
			}
			require.Len(t, faults, 1)
			require.Contains(t, faults[0].Text, c.says)
		})
	}
}

func TestAProductIsOnFlexByTheDayOrByTheResult(t *testing.T) {
	t.Parallel()
	now := stage.At(monday)
	for _, c := range []struct {
		name string
		of   licensing.Product
		on   bool
	}{
		{"by the day", licensing.Product{FlexRate: licensing.Rates{{From: now, Rate: 1}}}, true},
		{"not before the first rate", licensing.Product{FlexRate: licensing.Rates{{From: now.Add(1), Rate: 1}}}, false},
		{"by the result", licensing.Product{ResultRates: []licensing.ResultRate{{Result: "image", Rate: 1}}}, true},
		{"by neither", licensing.Product{}, false},
	} {
		require.Equal(t, c.on, c.of.OnFlex(now), c.name)
	}
}
