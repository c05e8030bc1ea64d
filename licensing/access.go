package licensing

import (
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
	if pin := p.pinOf(h); t.Assigned <= p.owned && len(p.rights) == 1 && (pin >= 0 || !h.onlyPinned()) {
		return true, shownEnd(p.rights[max(pin, 0)], v.Now()), nil
	}
	list, err := holders(v, team, product)
	if err != nil {
		return false, time.Time{}, err
	}
	seated, until := p.seat(v, list, person)
	return seated, until, nil
}

// seat gives the seats of the pool to the people who hold the product, in their
// order, and tells whether one of them has one and until when. Who is pinned
// to a subscription sits on its seats; everyone else on those that are left,
// the seats that last longest first. Who came last has none where there are too
// few (LIC-5).
func (p pool) seat(v *rule.View, list []Holding, person rule.Person) (bool, time.Time) {
	left := make([]int, len(p.rights))
	for i, e := range p.rights {
		left[i] = e.Seats
	}
	var others []Holding
	for _, h := range list {
		pin := p.pinOf(h)
		switch {
		case pin >= 0 && left[pin] > 0:
			left[pin]--
			if h.Person == person {
				return true, shownEnd(p.rights[pin], v.Now())
			}
		case !h.onlyPinned():
			others = append(others, h)
		}
	}
	at := 0
	for place, h := range others {
		for at < len(left) && left[at] == 0 {
			at++
		}
		if at == len(left) {
			v.Cite(ShortageRule, rule.Fig("owned", p.owned), rule.Fig("place", place+1))
			return false, time.Time{}
		}
		left[at]--
		if h.Person == person {
			return true, shownEnd(p.rights[at], v.Now())
		}
	}
	return false, time.Time{}
}

// pinOf returns the index of the right that the holding is pinned to, or -1
// where it is pinned to none that covers now.
func (p pool) pinOf(h Holding) int {
	for _, source := range h.Sources {
		if source.Kind != Pinned {
			continue
		}
		i := slices.IndexFunc(p.rights, func(e Entitlement) bool { return e.Subscription == source.From })
		if i >= 0 {
			return i
		}
	}
	return -1
}
