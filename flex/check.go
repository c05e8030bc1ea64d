package flex

import (
	"cmp"

	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// checks are the invariants of this package's records.
func checks() []rule.Check {
	return append([]rule.Check{rule.Checks(packs, checkPack), rule.Checks(windows, checkWindow), rule.Checks(leases, checkLease)}, spentChecks()...)
}

// checkPack says that a pack neither makes nor loses tokens, that nothing is
// taken at or after its end, and that it is taken from in its turn.
func checkPack(v *rule.View, before, after *Pack) error {
	if after == nil {
		return checkMoved(v, *before)
	}
	p, name := *after, "the pack "+after.ID
	switch {
	case min(p.Left, p.Held, p.Used, p.Lost) < 0 || p.Left+p.Held+p.Used+p.Lost+p.Returned != p.Tokens || p.Returned != 0 && p.Returned != p.Tokens:
		return rule.Breaks(name, "of %d tokens has %d left, %d held, %d used, %d lost and %d returned", p.Tokens, p.Left, p.Held, p.Used, p.Lost, p.Returned)
	case before == nil:
		return nil
	case p.Tokens != before.Tokens || !p.Ends.Equal(before.Ends) || !p.Bought.Equal(before.Bought):
		return rule.Breaks(name, "of %d tokens until %s becomes one of %d until %s", before.Tokens, rule.Show(before.Ends), p.Tokens, rule.Show(p.Ends))
	case p.Used+p.Held <= before.Used+before.Held:
		return nil
	case !v.Now().Before(p.Ends):
		return rule.Breaks(name, "ended %s and %d tokens are taken from it", rule.Show(p.Ends), p.Used+p.Held-before.Used-before.Held)
	}
	first, some, err := inOrder.Get(v.Tx(), string(p.Team), used(false))
	if err == nil && some && first.before(p) {
		err = rule.Breaks(name, "is taken from while the pack %s, which comes before it, has %d left", first.ID, first.Left)
	}
	return err
}

// before reports whether tokens are taken from the pack before the other (FLX-2).
func (p Pack) before(other Pack) bool {
	return cmp.Or(p.Ends.Compare(other.Ends), cmp.Compare(p.Tokens, other.Tokens), p.Bought.Compare(other.Bought), rule.CompareIDs(p.ID, other.ID)) < 0
}

// checkMoved says that a pack that is taken out of a team stands in another as it was.
func checkMoved(v *rule.View, p Pack) error {
	there, err := PackByID(v, p.ID)
	if err != nil {
		return err
	}
	if there.Team = p.Team; there != p {
		return rule.Breaks("the pack "+p.ID, "is moved with %d tokens left of %d and arrives with %d of %d", p.Left, p.Tokens, there.Left, there.Tokens)
	}
	return nil
}

// checkWindow says that a window is charged in full, at the rate in force at its
// start, and that no other of the same person and product runs beside it.
func checkWindow(v *rule.View, before, after *Window) error {
	if after == nil {
		return nil
	}
	name := "the window of " + string(after.Person)
	sum := int64(0)
	for _, d := range after.Debits {
		sum += d.Tokens
	}
	if sum != after.Rate {
		return rule.Breaks(name, "for %s costs %d tokens and %d were taken", after.Product, after.Rate, sum)
	}
	if before != nil && before.Start.Equal(after.Start) {
		return nil
	}
	if before != nil && after.Start.Before(before.End) {
		return rule.Breaks(name, "for %s begins %s, and another runs until %s", after.Product, rule.Show(after.Start), rule.Show(before.End))
	}
	product, err := licensing.ProductOf(v, after.Product)
	if err != nil {
		return err
	}
	if rate, on := product.FlexRate.At(after.Start); !on || rate != after.Rate {
		return rule.Breaks(name, "for %s takes %d tokens, and the rate at %s is %d", after.Product, after.Rate, rule.Show(after.Start), rate)
	}
	return nil
}
