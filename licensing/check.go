package licensing

import (
	"slices"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// checks are the invariants of this package's records.
func checks() []rule.Check {
	return []rule.Check{rule.Checks(tallies, checkTally), rule.Checks(holdings, checkHolding), account.MemberChecks(checkLeft), rule.Checks(devices, checkDevice)}
}

// checkTally says that seats are taken only where there are some: a team becomes
// over-assigned by losing seats and in no other way.
func checkTally(v *rule.View, before, after *Tally) error {
	if after == nil {
		return nil
	}
	taken := 0
	if before != nil {
		taken = before.Assigned + before.Held
	}
	if after.Assigned+after.Held <= taken {
		return nil
	}
	seats, err := SeatsOf(v, after.Team, after.Product)
	if err == nil && seats.Assigned+seats.Held > seats.Owned {
		err = rule.Breaks("the team "+string(after.Team), "has %d seats of %s, and %d are assigned and %d held",
			seats.Owned, after.Product, seats.Assigned, seats.Held)
	}
	return err
}

// checkHolding says that a member takes one seat of a product, whatever the
// reasons, each of which counts once, and that no more are pinned to a
// subscription than it has seats.
func checkHolding(v *rule.View, before, after *Holding) error {
	if after == nil {
		return nil
	}
	name := "the seat of " + string(after.Person)
	m, in, err := account.MemberOf(v, after.Team, after.Person)
	switch {
	case err != nil:
		return err
	case !in:
		return rule.Breaks(name, "of %s is in %s, where the person is no member", after.Product, after.Team)
	case len(after.Sources) == 0:
		return rule.Breaks(name, "of %s in %s has no reason", after.Product, after.Team)
	}
	for i, source := range after.Sources {
		switch {
		case slices.Contains(after.Sources[:i], source):
			return rule.Breaks(name, "of %s in %s has a reason twice: %s %s", after.Product, after.Team, source.Kind, source.From)
		case source.Kind == Default && m.Role == account.Guest:
			return rule.Breaks(name, "of %s in %s is a guest's by default", after.Product, after.Team)
		case source.Kind == Pinned && (before == nil || !slices.Contains(before.Sources, source)):
			if err := checkPins(v, *after, source.From); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkPins(v *rule.View, h Holding, subscription string) error {
	list, err := entitlementsOf(v, h.Team, h.Product, subscription)
	if err != nil {
		return err
	}
	seats := seatsNow(list, v.Now())
	t, err := tallyOf(v, h.Team, h.Product)
	if err != nil {
		return err
	}
	if pinned := t.pinned(subscription); pinned > seats {
		return rule.Breaks("the subscription "+subscription, "has %d seats, and %d people are pinned to it", seats, pinned)
	}
	return nil
}

// checkLeft says that who leaves a team holds nothing there any more.
func checkLeft(v *rule.View, before, after *account.Member) error {
	if after != nil {
		return nil
	}
	h, holds, err := holdingsOf.Get(v.Tx(), string(before.Team), store.String(before.Person))
	if err == nil && holds {
		err = rule.Breaks("the member "+string(before.Person), "left %s and holds %s there", before.Team, h.Product)
	}
	return err
}
