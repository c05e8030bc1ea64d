package licensing

import (
	"slices"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Hold is the seats that wait for one invited person.
type Hold struct {
	Team   rule.Stream
	Person rule.Person
	// Products are those of the invitation, of its groups and of the team's
	// defaults, each once.
	Products []string
	// Groups are the invitation's, so that a group's new product is held too.
	Groups []string
	// Pin is the subscription that the invitation's products are pinned to, empty
	// for the pool.
	Pin string
	// Ends is when the invitation ends, and with it the hold.
	Ends time.Time
}

var holds = store.NewTable("licensing.hold", func(h *Hold) (string, store.Key) {
	return string(h.Team), store.String(h.Person)
})

var holdEnds = holds.Index("ends", func(h *Hold) (store.Key, bool) { return store.Time(h.Ends), true })

// heldAt returns how many of the seats that a tally counts as held still are at
// now: a hold ends by the clock, also where nothing has swept it yet.
func heldAt(v *rule.View, t Tally) (int, error) {
	held := t.Held
	if held == 0 {
		return 0, nil
	}
	for h, err := range holdEnds.Scan(v.Tx(), string(t.Team), store.Part{To: store.Time(v.Now().Add(1))}) {
		if err != nil {
			return 0, err
		}
		if slices.Contains(h.Products, t.Product) {
			held--
		}
	}
	return held, nil
}

// holdSeats holds a seat for everything that an invitation names (ACC-6).
func holdSeats(s *rule.Scope, sent account.InvitationSent) error {
	i := sent.Invitation
	for _, id := range i.Products {
		if _, err := ProductOf(&s.View, id); err != nil {
			return err
		}
	}
	products := slices.Clone(i.Products)
	for _, g := range i.Groups {
		granted, err := groupProducts(&s.View, i.Team, g)
		if err != nil {
			return err
		}
		products = append(products, granted...)
	}
	everyones, err := defaultsFor(&s.View, i.Team, i.Role)
	if err != nil {
		return err
	}
	products = append(products, everyones...)
	slices.Sort(products)
	products = slices.Compact(products)
	if len(products) == 0 && len(i.Groups) == 0 {
		return nil
	}
	for _, p := range i.Products {
		if i.Subscription == "" {
			break
		}
		if err := pinRoom(s, i.Team, p, i.Subscription, 1); err != nil {
			return err
		}
	}
	for _, p := range products {
		if err := room(s, i.Team, p, 1, SeatRule); err != nil {
			return err
		}
		if err := countHeld(s, i.Team, p, 1); err != nil {
			return err
		}
	}
	return keepHold(s, Hold{Team: i.Team, Person: i.Person, Products: products, Groups: i.Groups, Pin: i.Subscription, Ends: i.Ends})
}

// extendHold holds one more product for an invited person.
func extendHold(s *rule.Scope, i account.Invitation, product string) error {
	h, found, err := holds.Get(s.Tx(), string(i.Team), store.String(i.Person))
	if err != nil {
		return err
	}
	if !found {
		h = Hold{Team: i.Team, Person: i.Person, Groups: i.Groups, Pin: i.Subscription, Ends: i.Ends}
	}
	waits, wanted := slices.Contains(h.Products, product), 1
	if waits {
		wanted = 0
	}
	if i.Subscription != "" {
		if err := pinRoom(s, i.Team, product, i.Subscription, wanted); err != nil {
			return err
		}
	}
	if waits {
		return nil
	}
	if err := room(s, i.Team, product, 1, SeatRule); err != nil {
		return err
	}
	if err := countHeld(s, i.Team, product, 1); err != nil {
		return err
	}
	h.Products = append(slices.Clone(h.Products), product)
	slices.Sort(h.Products)
	return keepHold(s, h)
}

// freeSeats frees what an invitation held, unless the person is about to take it.
func freeSeats(s *rule.Scope, closed account.InvitationClosed) error {
	if closed.Accepted {
		return nil
	}
	return dropHold(s, closed.Invitation.Team, closed.Invitation.Person)
}

func dropHold(s *rule.Scope, team rule.Stream, person rule.Person) error {
	h, found, err := holds.Get(s.Tx(), string(team), store.String(person))
	if err != nil || !found {
		return err
	}
	for _, p := range h.Products {
		if err := countHeld(s, team, p, -1); err != nil {
			return err
		}
		if err := countWaiting(s, h, p, -1); err != nil {
			return err
		}
	}
	if err := holds.Delete(s.Tx(), string(team), store.String(person)); err != nil {
		return err
	}
	for _, g := range h.Groups {
		if err := groupHolds.Delete(s.Tx(), string(team), store.String(g)+store.String(person)); err != nil {
			return err
		}
	}
	for _, p := range h.Products {
		if err := relabel(s, team, person, p); err != nil {
			return err
		}
	}
	return nil
}

// useHold turns the seat that waits for a person into the one they take. It
// reports whether one was waiting.
func useHold(s *rule.Scope, team rule.Stream, product string, person rule.Person) (bool, error) {
	h, found, err := holds.Get(s.Tx(), string(team), store.String(person))
	if err != nil || !found {
		return false, err
	}
	i := slices.Index(h.Products, product)
	if i < 0 {
		return false, nil
	}
	h.Products = slices.Delete(slices.Clone(h.Products), i, i+1)
	if err := keepHold(s, h); err != nil {
		return false, err
	}
	return true, countHeld(s, team, product, -1)
}

// giveHeld gives the person who accepted what the invitation named.
func giveHeld(s *rule.Scope, accepted account.InvitationAccepted) error {
	i := accepted.Invitation
	source := Source{Kind: Personal}
	if i.Subscription != "" {
		source = Source{Pinned, i.Subscription}
	}
	for _, p := range i.Products {
		if err := give(s, i.Team, p, source, []rule.Person{i.Person}); err != nil {
			return err
		}
		if slices.Contains(i.Imported, p) {
			continue
		}
		if err := tellAssigned(s, i.Team, p, i.Person); err != nil {
			return err
		}
	}
	return dropHold(s, i.Team, i.Person)
}

// GroupHold finds who is invited into a group without a walk through all who are
// invited.
type GroupHold struct {
	Team   rule.Stream
	Group  string
	Person rule.Person
}

var groupHolds = store.NewTable("licensing.group_hold", func(g *GroupHold) (string, store.Key) {
	return string(g.Team), store.String(g.Group) + store.String(g.Person)
})

// waitingFor returns who is invited into a group.
func waitingFor(v *rule.View, team rule.Stream, group string) ([]Hold, error) {
	var list []Hold
	for g, err := range groupHolds.Scan(v.Tx(), string(team), store.Part{Prefix: store.String(group)}) {
		if err != nil {
			return nil, err
		}
		h, found, err := holds.Get(v.Tx(), string(team), store.String(g.Person))
		if err != nil {
			return nil, err
		}
		if found {
			list = append(list, h)
		}
	}
	return list, nil
}
