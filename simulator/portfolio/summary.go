package portfolio

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"golang.org/x/exp/stats"

	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
)

// Summary is what the teams of a file came to together. Totals are exact. The rest
// are statistics, which are no part of anything that is compared.
type Summary struct {
	Header Header `json:"header"`
	// Teams is how many are counted.
	Teams int `json:"teams"`
	// Money has the figures that are amounts, by currency; Counts those that are not.
	Money  []MoneySum `json:"money"`
	Counts []CountSum `json:"counts"`
	// Refusals are by code, in alphabetical order.
	Refusals []RefusalSum `json:"refusals"`
}

// MoneySum is one figure in one currency, over all teams.
type MoneySum struct {
	Name  string       `json:"name"`
	Total money.Amount `json:"total"`
	Distribution
}

// CountSum is one figure over all teams.
type CountSum struct {
	Name  string `json:"name"`
	Total int64  `json:"total"`
	Distribution
}

// RefusalSum is how often something was refused with a code, and to how many teams.
type RefusalSum struct {
	Code  rule.Code `json:"code"`
	Total int64     `json:"total"`
	Teams int       `json:"teams"`
}

// Distribution is how a figure is spread over the teams. Amounts are in the
// currency's main unit. No teams have no distribution: everything is zero.
type Distribution struct {
	Mean float64 `json:"mean"`
	// Deviation is the standard deviation of a sample.
	Deviation float64 `json:"deviation"`
	// Quantiles are those of [Quantiles], the smallest first and the largest last.
	Quantiles []float64 `json:"quantiles"`
	// Histogram counts teams between the smallest and the largest figure, in [Bins]
	// parts of the same width; the largest is in the last.
	Histogram []int `json:"histogram"`
}

// Quantiles are those that a [Distribution] has.
var Quantiles = []float64{0, 0.05, 0.25, 0.5, 0.75, 0.95, 1}

// Bins is how many parts a histogram has.
const Bins = 12

// Summarize reads a file of results to its end, and sums it up. It keeps a number
// for each team and figure while it does, and nothing else of a team.
func Summarize(part Part) (*Summary, error) {
	s := &Summary{Money: []MoneySum{}, Counts: []CountSum{}, Refusals: []RefusalSum{}}
	head, err := part.header()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", part.Name, err)
	}
	s.Header = *head
	counts := make([][]int64, len(Counts))
	amounts := map[moneyKey][]int64{}
	refusals := map[rule.Code]RefusalSum{}
	err = part.Each(func(_ *Header, t *Team) error {
		for i, c := range Counts {
			counts[i] = append(counts[i], c.Of(t))
		}
		for i, m := range Amounts {
			for _, a := range m.Of(t) {
				key := moneyKey{i, a.Currency()}
				amounts[key] = append(amounts[key], a.Minor())
			}
		}
		for code, n := range t.Refusals {
			sum := refusals[code]
			refusals[code] = RefusalSum{code, sum.Total + n, sum.Teams + 1}
		}
		s.Teams++
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i, c := range Counts {
		s.Counts = append(s.Counts, CountSum{c.Name, total(counts[i]), spread(counts[i], 1)})
	}
	if err := s.money(amounts); err != nil {
		return nil, err
	}
	for _, code := range slices.Sorted(maps.Keys(refusals)) {
		s.Refusals = append(s.Refusals, refusals[code])
	}
	return s, nil
}

// moneyKey is a figure of [Amounts] in a currency.
type moneyKey struct {
	figure   int
	currency money.Currency
}

// money adds the amounts: each figure in every currency that any figure has. A team
// without a currency has nothing in it.
func (s *Summary) money(amounts map[moneyKey][]int64) error {
	currencies := map[money.Currency]bool{}
	for key := range amounts {
		currencies[key.currency] = true
	}
	for _, currency := range slices.Sorted(maps.Keys(currencies)) {
		decimals, _ := currency.MinorUnits()
		for i, m := range Amounts {
			list := amounts[moneyKey{i, currency}]
			list = append(list, make([]int64, s.Teams-len(list))...)
			sum, err := money.New(total(list), currency)
			if err != nil {
				return err
			}
			s.Money = append(s.Money, MoneySum{m.Name, sum, spread(list, math.Pow10(decimals))})
		}
	}
	return nil
}

// total cannot overflow: a reader bounds figures, and how many there are.
func total(list []int64) int64 {
	var sum int64
	for _, n := range list {
		sum += n
	}
	return sum
}

// spread is the distribution of figures, in units of so many.
func spread(list []int64, unit float64) Distribution {
	d := Distribution{Quantiles: make([]float64, len(Quantiles)), Histogram: make([]int, Bins)}
	if len(list) == 0 {
		return d
	}
	values := make([]float64, len(list))
	for i, n := range list {
		values[i] = float64(n) / unit
	}
	slices.Sort(values)
	d.Mean, d.Deviation = stats.MeanAndStdDev(values)
	d.Quantiles = stats.Quantiles(values, Quantiles...)
	least, most := slices.Min(list), slices.Max(list)
	for _, n := range list {
		d.Histogram[bin(n, least, most)]++
	}
	return d
}

// bin is the part of a histogram that a figure is in.
func bin(n, least, most int64) int {
	if most == least {
		return 0
	}
	return min(Bins-1, int((n-least)*Bins/(most-least)))
}
