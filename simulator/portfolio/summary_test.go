package portfolio_test

import (
	"errors"
	"io"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/simulator/portfolio"
)

func TestASummaryIsTheSumOfItsTeams(t *testing.T) {
	t.Parallel()
	s, err := portfolio.Summarize(part("whole", whole()))
	require.NoError(t, err)
	all := teams(t, whole())
	assert.Equal(t, inAll, s.Teams)
	assert.Equal(t, int64(3), s.Header.Seed)
	require.Len(t, s.Counts, len(portfolio.Counts))
	for i, c := range portfolio.Counts {
		var total int64
		for _, one := range all {
			total += c.Of(one)
		}
		assert.Equal(t, c.Name, s.Counts[i].Name)
		assert.Equal(t, total, s.Counts[i].Total, c.Name)
		assert.InDelta(t, float64(total)/inAll, s.Counts[i].Mean, 1e-9, c.Name)
	}
	require.Len(t, s.Money, len(portfolio.Amounts), "everything is in dollars")
	for i, m := range portfolio.Amounts {
		total := money.Zero("USD")
		for _, one := range all {
			for _, a := range m.Of(one) {
				total, err = total.Add(a)
				require.NoError(t, err)
			}
		}
		assert.Equal(t, m.Name, s.Money[i].Name)
		assert.Equal(t, total, s.Money[i].Total, m.Name)
		assert.InDelta(t, float64(total.Minor())/100/inAll, s.Money[i].Mean, 1e-9, "in the main unit")
	}
	codes := map[rule.Code]portfolio.RefusalSum{}
	for _, one := range all {
		for code, n := range one.Refusals {
			codes[code] = portfolio.RefusalSum{Code: code, Total: codes[code].Total + n, Teams: codes[code].Teams + 1}
		}
	}
	assert.Len(t, s.Refusals, len(codes))
	for _, r := range s.Refusals {
		assert.Equal(t, codes[r.Code], r)
	}
}

// TestADistributionIsAsCountedByHand holds the statistics against their definitions.
func TestADistributionIsAsCountedByHand(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(rapid.Int64Range(-1_000_000, 1_000_000), 1, 50).Draw(t, "figures")
		unit := rapid.SampledFrom([]float64{1, 100, 1000}).Draw(t, "unit")
		d := portfolio.Spread(list, unit)
		mean, squares := 0.0, 0.0
		for _, n := range list {
			mean += float64(n) / unit / float64(len(list))
		}
		for _, n := range list {
			squares += (float64(n)/unit - mean) * (float64(n)/unit - mean)
		}
		near := func(want, got float64, what string) {
			if math.Abs(want-got) > 1e-6*(1+math.Abs(want)) {
				t.Fatalf("%s of %v: want %v, got %v", what, list, want, got)
			}
		}
		near(mean, d.Mean, "mean")
		near(math.Sqrt(squares/math.Max(1, float64(len(list)-1))), d.Deviation, "deviation")
		sorted := slices.Sorted(slices.Values(list))
		for i, q := range portfolio.Quantiles {
			// The value at a share of the way from the first to the last, on a line between two.
			place := q * float64(len(sorted)-1)
			low := int(math.Floor(place))
			high := min(low+1, len(sorted)-1)
			near((float64(sorted[low])+(place-float64(low))*float64(sorted[high]-sorted[low]))/unit, d.Quantiles[i], "quantile")
		}
		counted := 0
		for i, n := range d.Histogram {
			counted += n
			width := float64(sorted[len(sorted)-1]-sorted[0]) / portfolio.Bins
			within := 0
			for _, v := range sorted {
				if part := float64(v-sorted[0]) / width; width > 0 && int(part) == i || i == portfolio.Bins-1 && v == sorted[len(sorted)-1] && width > 0 || width == 0 && i == 0 {
					within++
				}
			}
			if math.Abs(float64(within-n)) > 1 { // floats put a figure on a border into either
				t.Fatalf("part %d of %v: want %d, got %d", i, list, within, n)
			}
		}
		if counted != len(list) {
			t.Fatalf("%d of %d are in the histogram", counted, len(list))
		}
	})
}

func TestTheBordersOfAHistogram(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []int{1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, portfolio.Spread([]int64{0, 12}, 1).Histogram)
	assert.Equal(t, []int{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2}, portfolio.Spread([]int64{12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0}, 1).Histogram)
	assert.Equal(t, []int{3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, portfolio.Spread([]int64{5, 5, 5}, 1).Histogram)
}

func TestNoTeamsAndOne(t *testing.T) {
	t.Parallel()
	none, err := portfolio.Summarize(part("none", shard(1, 9)))
	require.NoError(t, err)
	assert.Zero(t, none.Teams)
	assert.Empty(t, none.Money)
	for _, c := range none.Counts {
		assert.Zero(t, c.Total)
		assert.Equal(t, portfolio.Distribution{Quantiles: make([]float64, 7), Histogram: make([]int, 12)}, c.Distribution)
	}
	one, err := portfolio.Summarize(part("one", shard(2, 9)))
	require.NoError(t, err)
	assert.Equal(t, 1, one.Teams)
	assert.Zero(t, one.Counts[0].Deviation)
	assert.Equal(t, slices.Repeat([]float64{float64(one.Counts[0].Total)}, 7), one.Counts[0].Quantiles)
}

func TestWhatIsNotAtItsEndIsNotSummedUp(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]portfolio.Part{
		"cut is not at its end: 1 of its teams are missing, from team 7 on": part("cut", whole()[:len(whole())-1]),
		"gone: no file": {Name: "gone", Open: func() (io.ReadCloser, error) { return nil, errors.New("no file") }},
		"empty: portfolio: the last line is cut off": part("empty", nil),
	} {
		_, err := portfolio.Summarize(p)
		assert.ErrorContains(t, err, name)
	}
}
