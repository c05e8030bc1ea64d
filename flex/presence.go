package flex

import (
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Presence is when a person last worked with a product of a team: opened it, gave
// a sign of work, or closed it. One row stands for all their sessions, so that
// who is active is found without reading a history of years.
type Presence struct {
	Team    rule.Stream
	Person  rule.Person
	Product string
	Last    time.Time
}

var presences = store.NewTable("flex.presence", func(p *Presence) (string, store.Key) {
	return string(p.Team), store.String(p.Person) + store.String(p.Product)
})

// seen notes that a session of a team's product was worked in at now. What is a
// person's own, such as a trial without a team, is nobody else's to count.
func seen(sc *rule.Scope, s Session) error {
	if s.Team == "" || s.Team != s.Home {
		return nil
	}
	return presences.Put(sc.Tx(), Presence{Team: s.Team, Person: s.Person, Product: s.Product, Last: sc.Now()})
}

// forgetPresence takes who leaves a team out of those who work there.
func forgetPresence(sc *rule.Scope, m account.Member) error {
	var gone []Presence
	for p, err := range presences.Scan(sc.Tx(), string(m.Team), store.Part{Prefix: store.String(m.Person)}) {
		if err != nil {
			return err
		}
		gone = append(gone, p)
	}
	for _, p := range gone {
		if err := presences.Delete(sc.Tx(), string(p.Team), store.String(p.Person)+store.String(p.Product)); err != nil {
			return err
		}
	}
	return nil
}

// lastAt returns when the person was last at work with the product: now where a
// session is open.
func (p Presence) lastAt(v *rule.View) (time.Time, error) {
	open, err := running.Has(v.Tx(), string(p.Team), store.String(p.Person)+store.String(p.Product))
	if open {
		return v.Now(), err
	}
	return p.Last, err
}

// activities answers what account asks.
type activities struct{}

// LastActive implements [account.Activities].
func (activities) LastActive(v *rule.View, team rule.Stream, person rule.Person) (time.Time, error) {
	var last time.Time
	for p, err := range presences.Scan(v.Tx(), string(team), store.Part{Prefix: store.String(person)}) {
		if err != nil {
			return last, err
		}
		at, err := p.lastAt(v)
		if err != nil {
			return last, err
		}
		if at.After(last) {
			last = at
		}
	}
	return last, nil
}

// LastUsed implements [account.Activities].
func (activities) LastUsed(v *rule.View, team rule.Stream, person rule.Person, product string) (time.Time, error) {
	p, found, err := presences.Get(v.Tx(), string(team), store.String(person)+store.String(product))
	if err != nil || !found {
		return time.Time{}, err
	}
	return p.lastAt(v)
}

// ActiveSince implements [account.Activities].
func (activities) ActiveSince(v *rule.View, team rule.Stream, since time.Time) (map[string]int, error) {
	active := map[string]int{}
	for p, err := range presences.Scan(v.Tx(), string(team), store.Part{}) {
		if err != nil {
			return nil, err
		}
		at := p.Last
		if !at.After(since) {
			if at, err = p.lastAt(v); err != nil {
				return nil, err
			}
		}
		if at.After(since) {
			active[p.Product]++
		}
	}
	return active, nil
}
