package licensing

import (
	"fmt"
	"slices"
	"time"
)

// ResultRate returns what one result of a cloud service costs, for each unit of
// it, and false where the product has no such result (FLX-11).
func (p *Product) ResultRate(result string) (int64, bool) {
	i := slices.IndexFunc(p.ResultRates, func(r ResultRate) bool { return r.Result == result })
	if i < 0 {
		return 0, false
	}
	return p.ResultRates[i].Rate, true
}

// OnFlex reports whether tokens can pay for the product at an instant, by the day
// or by the result.
func (p *Product) OnFlex(at time.Time) bool {
	_, daily := p.FlexRate.At(at)
	return daily || len(p.ResultRates) > 0
}

// resultFaults says what is wrong with the rates of a product's results.
func (p *Product) resultFaults() []string {
	var texts []string
	seen := map[string]bool{}
	for _, r := range p.ResultRates {
		if r.Result == "" || seen[r.Result] {
			texts = append(texts, fmt.Sprintf("%s lists the result %q twice or without a name", p.ID, r.Result))
		}
		if r.Rate < 1 || r.Rate > maxRate {
			texts = append(texts, fmt.Sprintf("%s has a rate of %d tokens for the result %q, and 1 to %d can be", p.ID, r.Rate, r.Result, maxRate))
		}
		seen[r.Result] = true
	}
	return texts
}

// Begins returns the instant from which there is a rate; zero is always.
func (r Rates) Begins() time.Time {
	if len(r) == 0 {
		return time.Time{}
	}
	return r[0].From
}
