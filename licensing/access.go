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
	Seat    AccessSource = "seat"
	Overlay AccessSource = "overlap"
	OnTrial AccessSource = "trial"
	Tokens  AccessSource = "tokens"
	None    AccessSource = "none"
)

// Words returns the words a source is written with.
func (AccessSource) Words() []string {
	return account.Words([]AccessSource{Seat, Overlay, OnTrial, Tokens, None})
}

// Cover is a right to open a product that costs no tokens.
type Cover struct {
	Source AccessSource
	// Team is whose right it is; empty for a trial.
	Team rule.Stream
	// Until is the first instant after the right.
	Until time.Time
}

// CoverOf looks for a right of a person to open a product, in the order seat,
// overlap, trial, among some teams (LIC-6). Source is none where there is none.
func CoverOf(v *rule.View, person rule.Person, product string, teams []rule.Stream) (Cover, error) {
	c, err := TeamCover(v, person, product, teams)
	if err != nil || c.Source != None {
		return c, err
	}
	t, running, err := TrialOf(v, person, product)
	if err != nil || !running {
		return c, err
	}
	v.Cite(TrialRule, rule.Fig("ends", t.Ends))
	return Cover{Source: OnTrial, Until: t.Ends}, nil
}

// TeamCover looks for a seat, then for an overlap, in some teams.
func TeamCover(v *rule.View, person rule.Person, product string, teams []rule.Stream) (Cover, error) {
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
				best = Cover{Source: Seat, Team: team, Until: until}
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
					best = Cover{Source: Overlay, Team: team, Until: o.Ends}
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
// access now, and until when. Where more people hold it than there are seats,
// those who came first do (LIC-5).
func seatIn(v *rule.View, team rule.Stream, product string, person rule.Person) (bool, time.Time, error) {
	h, holds, err := holdings.Get(v.Tx(), string(team), holdingKey(product, person))
	if err != nil || !holds {
		return false, time.Time{}, err
	}
	p, err := poolOf(v, team, product)
	if err != nil || p.owned == 0 {
		return false, time.Time{}, err
	}
	if subscription, only := h.pinnedTo(); only {
		i := slices.IndexFunc(p.rights, func(e Entitlement) bool { return e.Subscription == subscription })
		if i < 0 {
			return false, time.Time{}, nil
		}
		return true, shownEnd(p.rights[i], v.Now()), nil
	}
	t, err := tallyOf(v, team, product)
	if err != nil {
		return false, time.Time{}, err
	}
	if t.Assigned <= p.owned && len(p.rights) == 1 {
		return true, p.until(1, v.Now()), nil
	}
	rank, err := rankOf(v, h)
	if err != nil {
		return false, time.Time{}, err
	}
	if rank > p.owned {
		v.Cite(ShortageRule, rule.Fig("owned", p.owned), rule.Fig("place", rank))
		return false, time.Time{}, nil
	}
	return true, p.until(rank, v.Now()), nil
}

// rankOf returns the place of a holding among all of its product, from 1.
func rankOf(v *rule.View, h Holding) (int, error) {
	list, err := holders(v, h.Team, h.Product)
	if err != nil {
		return 0, err
	}
	return 1 + slices.IndexFunc(list, func(o Holding) bool { return o.Person == h.Person }), nil
}
