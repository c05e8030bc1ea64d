package licensing

import "github.com/seatbook/seatbook/rule"

// Shed ends what a cancelled subscription gave: what is pinned to it falls, and
// whoever came last is unassigned until no more people hold the product than
// there are seats. What a group gives stays. Billing calls it.
func Shed(s *rule.Scope, team rule.Stream, product, subscription string) error {
	if err := unpin(s, team, product, subscription); err != nil {
		return err
	}
	p, err := poolOf(&s.View, team, product)
	if err != nil {
		return err
	}
	list, err := holders(&s.View, team, product)
	if err != nil {
		return err
	}
	on := p.sit(&s.View, list)
	for i := len(list) - 1; i >= 0; i-- {
		if on[i] >= 0 || list[i].onlyPinned() {
			continue
		}
		if err := take(s, list[i], func(source Source) bool { return source.Kind == Personal }); err != nil {
			return err
		}
	}
	return s.Emit(SeatsChanged{Team: team, Product: product})
}
