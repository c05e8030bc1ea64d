package licensing

import (
	"fmt"
	"maps"
	"slices"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Tally counts the seats of a product that are taken in a team.
type Tally struct {
	Team    rule.Stream
	Product string
	// Assigned is how many people hold a seat, Held how many seats wait for
	// people who are invited.
	Assigned, Held int
	// Lines are how many people stand in each line, by its name. Together they are
	// those assigned.
	Lines map[string]int
	// Waiting is how many of the seats held wait by an invitation that pins them, by
	// subscription.
	Waiting map[string]int
}

var tallies = store.NewTable("licensing.tally", func(t *Tally) (string, store.Key) {
	return string(t.Team), store.String(t.Product)
})

func tallyOf(v *rule.View, team rule.Stream, product string) (Tally, error) {
	t, found, err := tallies.Get(v.Tx(), string(team), store.String(product))
	if !found {
		t = Tally{Team: team, Product: product}
	}
	return t, err
}

// counted returns the counts with some more under a name, and no name with none.
func counted(counts map[string]int, name string, more int) map[string]int {
	counts = maps.Clone(counts)
	if counts == nil {
		counts = map[string]int{}
	}
	counts[name] += more
	if counts[name] == 0 {
		delete(counts, name)
	}
	if len(counts) == 0 {
		return nil
	}
	return counts
}

func (t Tally) keep(s *rule.Scope) error {
	if t.Assigned < 0 || t.Held < 0 {
		return fmt.Errorf("licensing: the team %s would have %d seats of %s assigned and %d held", t.Team, t.Assigned, t.Product, t.Held)
	}
	return tallies.Put(s.Tx(), t)
}

// countHeld changes how many seats are held.
func countHeld(s *rule.Scope, team rule.Stream, product string, more int) error {
	t, err := tallyOf(&s.View, team, product)
	if err != nil {
		return err
	}
	t.Held += more
	return t.keep(s)
}

// countWaiting changes how many of the seats held wait for a pin. There is no pin
// in most invitations.
func countWaiting(s *rule.Scope, h Hold, product string, more int) error {
	if h.Pin == "" {
		return nil
	}
	t, err := tallyOf(&s.View, h.Team, product)
	if err != nil {
		return err
	}
	t.Waiting = counted(t.Waiting, h.Pin, more)
	return t.keep(s)
}

// lines returns the names of the lines whose people are pinned to a subscription,
// among others or alone.
func (t Tally) lines(subscription string) []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(t.Lines)) {
		if pins, _ := pinsOf(name); slices.Contains(pins, subscription) {
			names = append(names, name)
		}
	}
	return names
}

// pinned counts who is pinned to a subscription.
func (t Tally) pinned(subscription string) int {
	n := 0
	for _, name := range t.lines(subscription) {
		n += t.Lines[name]
	}
	return n
}

// keepHolding keeps what a person holds now in place of what they held, nil where
// there is nothing, and counts it.
func keepHolding(s *rule.Scope, before, now *Holding) error {
	one := before
	if one == nil {
		one = now
	}
	t, err := tallyOf(&s.View, one.Team, one.Product)
	if err != nil {
		return err
	}
	moves := before == nil || now == nil || before.line() != now.line()
	if before != nil && moves {
		t.Assigned--
		t.Lines = counted(t.Lines, before.line(), -1)
		if err := stepOut(s, *before); err != nil {
			return err
		}
	}
	if now == nil {
		err = holdings.Delete(s.Tx(), string(before.Team), holdingKey(before.Product, before.Person))
	} else {
		err = holdings.Put(s.Tx(), *now)
	}
	if err != nil || !moves {
		return err
	}
	if now != nil {
		t.Assigned++
		t.Lines = counted(t.Lines, now.line(), 1)
		if err := lineUp(s, *now); err != nil {
			return err
		}
	}
	return t.keep(s)
}
