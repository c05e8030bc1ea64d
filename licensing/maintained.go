package licensing

import (
	"slices"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
)

// maintained are the seats of a team that a maintenance plan covers now.
type maintained struct {
	seats int
	// starts are when their subscriptions began, by identifier.
	starts map[string]time.Time
}

// maintained adds up the seats under maintenance that carry the use.
func (u Use) maintained(v *rule.View) (maintained, error) {
	m := maintained{starts: map[string]time.Time{}}
	bought, err := account.PlanService.Of(v).Bought(v, u.Team)
	if err != nil {
		return m, err
	}
	for _, id := range u.seats(v) {
		list, err := entitlementsOf(v, u.Team, id, "")
		if err != nil {
			return m, err
		}
		for _, e := range list {
			i := slices.IndexFunc(bought, func(b account.Bought) bool { return b.Subscription == e.Subscription && b.Maintenance })
			if i >= 0 && e.Covers(v.Now()) {
				m.seats += e.Seats
				m.starts[e.Subscription] = bought[i].Starts
			}
		}
	}
	v.Cite(u.Kind.rule(), rule.Fig("product", u.Product), rule.Fig("seats under maintenance", m.seats))
	return m, nil
}

// start is when the subscription that a person's home use counts from began: the
// one that they are pinned to, else the one that began last.
func (m maintained) start(h Holding) time.Time {
	var last time.Time
	for _, source := range h.Sources {
		if at, has := m.starts[source.From]; has && source.Kind == Pinned && at.After(last) {
			last = at
		}
	}
	if !last.IsZero() {
		return last
	}
	for _, at := range m.starts {
		if at.After(last) {
			last = at
		}
	}
	return last
}
