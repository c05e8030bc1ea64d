package licensing

import (
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// AssignedTo counts the people who hold a seat of a product in a team: those who
// are pinned to a subscription and have it from nowhere else, by subscription, and
// all others, whose seats come from the pool (LIC-4).
func AssignedTo(v *rule.View, team rule.Stream, product string) (pinned map[string]int, pooled int, err error) {
	pinned = map[string]int{}
	for h, err := range holdings.Scan(v.Tx(), string(team), store.Part{Prefix: store.String(product)}) {
		if err != nil {
			return nil, 0, err
		}
		if h.onlyPinned() && len(h.Sources) > 0 {
			pinned[h.Sources[0].From]++
		} else {
			pooled++
		}
	}
	return pinned, pooled, nil
}
