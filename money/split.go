package money

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
)

// Split shares total in proportion to the weights, one part for each, in their
// order. The parts sum to total exactly (MON-4).
//
// It is the method of largest remainders: every part is first cut down to whole
// minor units, then the units left over go one each to the parts that lost most by
// the cut, and among equals to the earlier one. A negative total is shared as its
// magnitude is, and a weight of zero gets zero. No weights, a negative one, or
// weights that are all zero or exceed 64 bits in sum are an ErrWeights.
func Split(total Amount, weights ...int64) ([]Amount, error) {
	whole, err := sumOfWeights(weights)
	if err != nil {
		return nil, err
	}
	shares := make([]uint64, len(weights))
	lost := make([]uint64, len(weights))
	left := magnitude(total.minor)
	for i, weight := range weights {
		// A weight is at most the whole, so a share is at most the total and always fits.
		shares[i], lost[i], _ = wide{low: uint64(weight)}.scale(magnitude(total.minor), whole)
		left -= shares[i]
	}
	for _, i := range byLoss(lost)[:left] {
		shares[i]++
	}
	parts := make([]Amount, len(weights))
	for i, share := range shares {
		minor, _ := signed(share, total.minor < 0)
		parts[i] = Amount{minor, total.currency}
	}
	return parts, nil
}

// sumOfWeights adds the weights up, and refuses those that share nothing.
func sumOfWeights(weights []int64) (uint64, error) {
	var sum uint64
	for _, weight := range weights {
		if weight < 0 {
			return 0, fmt.Errorf("%w: %d is negative", ErrWeights, weight)
		}
		var carry uint64
		if sum, carry = bits.Add64(sum, uint64(weight), 0); carry != 0 {
			return 0, fmt.Errorf("%w: their sum exceeds 64 bits", ErrWeights)
		}
	}
	if sum == 0 {
		return 0, fmt.Errorf("%w: none of the %d is above zero", ErrWeights, len(weights))
	}
	return sum, nil
}

// byLoss returns the indexes of lost, the greatest loss first and equals in their order.
func byLoss(lost []uint64) []int {
	order := make([]int, len(lost))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(lost[j], lost[i]) })
	return order
}
