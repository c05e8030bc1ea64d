package billing

import (
	"slices"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// What time brings to a subscription, in the order in which it comes at one
// instant.
var (
	renewals   = rule.DueKind{Name: "billing.renewal", Rank: 20}
	retries    = rule.DueKind{Name: "billing.retry", Rank: 21}
	shutOffs   = rule.DueKind{Name: "billing.shut-off", Rank: 22}
	stageTurns = rule.DueKind{Name: "billing.stage", Rank: 23}
	// An anniversary counts the seats once all renewals of its instant are ordered.
	anniversaries = rule.DueKind{Name: "billing.anniversary", Rank: 24}
	opens         = rule.DueKind{Name: "billing.renewal-open", Rank: 95}
	comings       = rule.DueKind{Name: "billing.renewal-coming", Rank: 96}
)

func (s Subscription) item(kind rule.DueKind, at time.Time) rule.Item {
	return rule.Item{At: at, Kind: kind, Key: s.ID, Streams: []rule.Stream{s.Team}}
}

// agenda returns what time will bring to the subscription after now: its
// renewal and what is told before it, and where it is not paid, the next try and
// the stages until it is shut off. While an order waits for its charge, what
// depends on payment waits too.
func (s Subscription) agenda(v *rule.View, zone *time.Location) []rule.Item {
	if s.over() != "" {
		return nil
	}
	var items []rule.Item
	if s.Ends().After(v.Now()) {
		if s.AutoRenew {
			items = append(items, s.item(renewals, s.Ends()))
		}
		items = append(items, s.reminders(v, zone)...)
		items = append(items, s.anniversaries(zone)...)
	}
	if s.Pending == "" {
		if !s.Retry.IsZero() {
			items = append(items, s.item(retries, s.Retry))
		}
		if from := s.unpaidFrom(v.Now()); !from.IsZero() {
			st := stagesFrom(v, zone, from, s.last().Term)
			items = append(items, s.item(stageTurns, from), s.item(stageTurns, st.access), s.item(shutOffs, st.assignments))
		}
	}
	items = slices.DeleteFunc(items, func(i rule.Item) bool { return !i.At.After(v.Now()) })
	if !s.Overdue.IsZero() {
		items = append(items, s.item(renewals, s.Overdue))
	}
	return items
}

// reminders are what the purchaser is told before the end of the last paid term,
// within that term: that renewal opens (BIL-6), and that it comes. A part of a term
// by which the end was aligned lengthens the term before it.
func (s Subscription) reminders(v *rule.View, zone *time.Location) []rule.Item {
	starts := s.last().Starts
	if n := len(s.Terms); n > 1 && !s.last().Full.IsZero() {
		starts = s.Terms[n-2].Starts
	}
	var items []rule.Item
	if at := s.Opening(EarlyRenewal.Of(v), zone); at.After(starts) {
		items = append(items, s.item(opens, at))
	}
	for _, span := range RenewalNotice.Of(v) {
		if at := span.Before(s.Ends(), zone).UTC(); at.After(starts) {
			items = append(items, s.item(comings, at))
		}
	}
	return items
}

// put writes the subscription and brings the queue to what its agenda says.
func (s Subscription) put(sc *rule.Scope) error {
	team, err := account.TeamByHandle(&sc.View, s.Team)
	if err != nil {
		return err
	}
	old, existed, err := subscriptions.Get(sc.Tx(), string(s.Team), store.String(s.ID))
	if err != nil {
		return err
	}
	var before []rule.Item
	turned := existed && !sc.Now().Before(old.Ends())
	if existed {
		before = old.standing(&sc.View, team.Location())
	}
	after := s.agenda(&sc.View, team.Location())
	for _, item := range before {
		if !slices.ContainsFunc(after, sameAs(item)) {
			if err := sc.Unqueue(item); err != nil {
				return err
			}
		}
	}
	for _, item := range after {
		if turned || !slices.ContainsFunc(before, sameAs(item)) {
			if err := sc.Queue(item); err != nil {
				return err
			}
		}
	}
	return subscriptions.Put(sc.Tx(), s)
}

// standing returns what stands in the queue for the subscription as it was kept. Where
// its last term is over it is what may stand there: its agenda now, and the one that
// it had before the end, until which an invoice alone can begin the stages.
func (s Subscription) standing(v *rule.View, zone *time.Location) []rule.Item {
	items := s.agenda(v, zone)
	if !v.Now().Before(s.Ends()) {
		items = append(items, s.agenda(v.At(s.Ends().Add(-1)), zone)...)
	}
	return slices.DeleteFunc(items, func(i rule.Item) bool { return !i.At.After(v.Now()) })
}

func sameAs(one rule.Item) func(rule.Item) bool {
	return func(other rule.Item) bool { return one.Kind == other.Kind && one.At.Equal(other.At) }
}

// turn queues what the end of a term brings to a subscription that is not
// renewed then: what follows from time alone, and not from a change of the record.
func (s Subscription) turn(sc *rule.Scope) error {
	team, err := account.TeamByHandle(&sc.View, s.Team)
	if err != nil {
		return err
	}
	for _, item := range s.agenda(&sc.View, team.Location()) {
		if err := sc.Queue(item); err != nil {
			return err
		}
	}
	return nil
}

// keep writes the subscription, and what it entitles to: nothing, once it is over.
func (s Subscription) keep(sc *rule.Scope) error {
	if err := s.put(sc); err != nil || s.over() != "" {
		return err
	}
	return s.entitle(sc)
}

// entitle writes into licensing what the paid terms give: each its seats, the
// last one with the days of grace where a renewal is to follow. Where an invoice
// is not paid in time, all of it ends with the days of access that follow (BIL-10).
// A plan gives no seats of a product.
func (s Subscription) entitle(sc *rule.Scope) error {
	if s.plan() {
		return nil
	}
	team, err := account.TeamByHandle(&sc.View, s.Team)
	if err != nil {
		return err
	}
	var due, unpaid time.Time
	if len(s.Owing) > 0 {
		due = s.Owing[0].Due
		unpaid = stagesFrom(&sc.View, team.Location(), due, s.last().Term).access
	}
	// The latest comes first: where the grace of the one before it ends, the seats of
	// the next are there, and nobody who works with one loses it for a moment.
	for i, t := range slices.Backward(s.Terms) {
		e := licensing.Entitlement{
			Team: s.Team, Subscription: s.ID, Product: s.Product, Seats: t.Seats(), From: t.Starts, Until: t.Ends,
			Due: due, Unpaid: unpaid,
		}
		if e.From.Before(s.Starts) {
			e.From = s.Starts
		}
		if i == len(s.Terms)-1 && s.AutoRenew {
			e.Grace = stagesFrom(&sc.View, team.Location(), s.Ends(), t.Term).access
		}
		if err := licensing.Entitle(sc, e); err != nil {
			return err
		}
	}
	return nil
}
