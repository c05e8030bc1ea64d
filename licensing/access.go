package licensing

import (
	"maps"
	"slices"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
)

// AccessSource says what lets a person open a product.
type AccessSource string

// What can let a person open a product, in the order in which it is looked for.
const (
	Seat      AccessSource = "seat"
	Overlay   AccessSource = "overlap"
	OnTrial   AccessSource = "trial"
	Educating AccessSource = "education"
	Tokens    AccessSource = "tokens"
	None      AccessSource = "none"
)

// Words returns the words a source is written with.
func (AccessSource) Words() []string {
	return account.Words([]AccessSource{Seat, Overlay, OnTrial, Educating, Tokens, None})
}

// Cover is a right to open a product that costs no tokens.
type Cover struct {
	Source AccessSource
	// Team is whose right it is; empty for a trial and for education access.
	Team rule.Stream
	// Until is the first instant after the right.
	Until time.Time
	// Product is what the right is for: the product itself, or a collection that
	// holds it. It is empty for none.
	Product string
}

// CoverOf looks for a right of a person to open a product, in the order seat,
// overlap, trial, education, among some teams (LIC-6, LIC-14). Source is none
// where there is none.
func CoverOf(v *rule.View, person rule.Person, product string, teams []rule.Stream) (Cover, error) {
	c, err := TeamCover(v, person, product, teams)
	if err != nil || c.Source != None {
		return c, err
	}
	t, running, err := TrialOf(v, person, product)
	if err != nil {
		return c, err
	}
	if running {
		v.Cite(TrialRule, rule.Fig("ends", t.Ends))
		return Cover{Source: OnTrial, Until: t.Ends, Product: t.Product}, nil
	}
	e, running, err := EducationOf(v, person, product)
	if err != nil || !running {
		return c, err
	}
	v.Cite(EducationRule, rule.Fig("ends", e.Ends))
	return Cover{Source: Educating, Until: e.Ends, Product: e.Product}, nil
}

// TeamCover looks for a seat, then for an overlap, in some teams. A team that
// withholds cloud services from the person gives no right to a cloud product
// (ACC-23).
func TeamCover(v *rule.View, person rule.Person, product string, teams []rule.Stream) (Cover, error) {
	teams, err := opening(v, person, product, teams)
	if err != nil {
		return Cover{Source: None}, err
	}
	return teamCover(v, person, product, teams)
}

func teamCover(v *rule.View, person rule.Person, product string, teams []rule.Stream) (Cover, error) {
	v.Cite(AccessRule)
	covering := CatalogOf(v).Covering(product)
	best := Cover{Source: None}
	for _, team := range teams {
		for _, id := range covering {
			seated, until, err := seatIn(v, team, id, person)
			if err != nil {
				return best, err
			}
			if seated && until.After(best.Until) {
				best = Cover{Source: Seat, Team: team, Until: until, Product: id}
			}
		}
	}
	if best.Source == Seat {
		v.Cite(SeatRule, rule.Fig("team", string(best.Team)), rule.Fig("until", best.Until))
		return best, nil
	}
	for _, team := range teams {
		for _, id := range covering {
			list, err := overlapsOf(v, team, person, id)
			if err != nil {
				return best, err
			}
			for _, o := range list {
				if o.Ends.After(v.Now()) && o.Ends.After(best.Until) {
					best = Cover{Source: Overlay, Team: team, Until: o.Ends, Product: id}
				}
			}
		}
	}
	if best.Source == Overlay {
		v.Cite(OverlapRule, rule.Fig("ends", best.Until))
	}
	return best, nil
}

// seatIn reports whether the person's holding of exactly this product gives
// access now, and until when.
func seatIn(v *rule.View, team rule.Stream, product string, person rule.Person) (bool, time.Time, error) {
	h, holds, err := holdings.Get(v.Tx(), string(team), holdingKey(product, person))
	if err != nil || !holds {
		return false, time.Time{}, err
	}
	p, err := poolOf(v, team, product)
	if err != nil || p.owned == 0 {
		return false, time.Time{}, err
	}
	t, err := tallyOf(v, team, product)
	if err != nil {
		return false, time.Time{}, err
	}
	seating, crowded := p.seating(t)
	if !crowded {
		return seating.place(v, h)
	}
	list, err := holders(v, team, product)
	if err != nil {
		return false, time.Time{}, err
	}
	i := slices.IndexFunc(list, func(h Holding) bool { return h.Person == person })
	on := p.sit(v, list)[i]
	if on < 0 {
		return false, time.Time{}, nil
	}
	return true, shownEnd(p.rights[on], v.Now()), nil
}

// seating is a pool whose seats are given away by counting.
type seating struct {
	pool
	// left is how many seats of each right those who are pinned to it leave.
	left []int
	// lines are those of the people who sit on what is left, so many in all.
	lines  []string
	people int
}

// seating counts. It is crowded where more are pinned to a right than it has
// seats, by having lost some.
func (p pool) seating(t Tally) (on seating, crowded bool) {
	on = seating{pool: p, left: make([]int, len(p.rights))}
	for i, e := range p.rights {
		on.left[i] = e.Seats
	}
	for _, line := range slices.Sorted(maps.Keys(t.Lines)) {
		pins, others := pinsOf(line)
		switch at := p.rightOf(pins); {
		case at >= 0:
			on.left[at] -= t.Lines[line]
			crowded = crowded || on.left[at] < 0
		case others:
			on.lines = append(on.lines, line)
			on.people += t.Lines[line]
		}
	}
	return on, crowded
}

// place tells of one holder what [pool.sit] tells of all, by counting who comes before.
func (on seating) place(v *rule.View, h Holding) (bool, time.Time, error) {
	if pin := on.pinOf(h); pin >= 0 {
		return true, shownEnd(on.rights[pin], v.Now()), nil
	}
	seats := 0
	for _, n := range on.left {
		seats += n
	}
	if !h.onlyPinned() {
		before, err := on.before(v, h)
		if err != nil {
			return false, time.Time{}, err
		}
		for i, n := range on.left {
			if before < n {
				return true, shownEnd(on.rights[i], v.Now()), nil
			}
			before -= n
		}
	}
	if on.people > seats {
		v.Cite(ShortageRule, rule.Fig("owned", on.owned), rule.Fig("place", seats+1))
	}
	return false, time.Time{}, nil
}

// before counts who sits down before a holder. Nobody is counted where all of them
// sit on the seats that last longest.
func (on seating) before(v *rule.View, h Holding) (int, error) {
	total := 0
	if on.people <= on.left[0] {
		return total, nil
	}
	for _, line := range on.lines {
		n, err := ahead(v, h, line)
		if err != nil {
			return 0, err
		}
		total += n
	}
	return total, nil
}

// sit gives the seats of the pool to the people who hold the product, in their
// order, and returns the right that each sits on, -1 for none. Who is pinned to a
// subscription sits on its seats; everyone else on those that are left, the seats
// that last longest first. Who came last has none where there are too few (LIC-5).
func (p pool) sit(v *rule.View, list []Holding) []int {
	left, seats := make([]int, len(p.rights)), 0
	for i, e := range p.rights {
		left[i] = e.Seats
	}
	on := make([]int, len(list))
	var others []int
	for i, h := range list {
		on[i] = p.pinOf(h)
		switch {
		case on[i] >= 0 && left[on[i]] > 0:
			left[on[i]]--
			continue
		case !h.onlyPinned():
			others = append(others, i)
		}
		on[i] = -1
	}
	for i, n := range left {
		for _, other := range others[min(seats, len(others)):min(seats+n, len(others))] {
			on[other] = i
		}
		seats += n
	}
	if len(others) > seats {
		v.Cite(ShortageRule, rule.Fig("owned", p.owned), rule.Fig("place", seats+1))
	}
	return on
}

// pinOf returns the index of the right that the holding is pinned to, or -1
// where it is pinned to none that covers now.
func (p pool) pinOf(h Holding) int {
	pins, _ := pinsOf(h.line())
	return p.rightOf(pins)
}

// rightOf returns the index of the first right that is of one of the
// subscriptions, in their order, or -1.
func (p pool) rightOf(subscriptions []string) int {
	for _, id := range subscriptions {
		if i := slices.IndexFunc(p.rights, func(e Entitlement) bool { return e.Subscription == id }); i >= 0 {
			return i
		}
	}
	return -1
}
