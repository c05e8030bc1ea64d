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
	// for the pool, and once that subscription has ended for good.
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
	if i.Subscription != "" && len(i.Products) == 0 {
		return rule.Refuse(rule.Invalid, SeatRule, "an invitation that names a subscription names the products whose seats are pinned to it")
	}
	common, err := commonProducts(&s.View, i)
	if err != nil {
		return err
	}
	products := append(slices.Clone(i.Products), common...)
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

// commonProducts are those that an invited person is to get by the invitation's
// groups and by the team's defaults.
func commonProducts(v *rule.View, i account.Invitation) ([]string, error) {
	var products []string
	for _, g := range i.Groups {
		granted, err := groupProducts(v, i.Team, g)
		if err != nil {
			return nil, err
		}
		products = append(products, granted...)
	}
	everyones, err := defaultsFor(v, i.Team, i.Role)
	return append(products, everyones...), err
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
	waits, promised := slices.Contains(h.Products, product), h.Pin == i.Subscription
	if i.Subscription != "" {
		wanted := 1
		if waits && promised {
			wanted = 0
		}
		if err := pinRoom(s, i.Team, product, i.Subscription, wanted); err != nil {
			return err
		}
	}
	if waits && promised {
		return nil
	}
	h.Pin = i.Subscription
	if !waits {
		if err := room(s, i.Team, product, 1, SeatRule); err != nil {
			return err
		}
		if err := countHeld(s, i.Team, product, 1); err != nil {
			return err
		}
		h.Products = append(slices.Clone(h.Products), product)
		slices.Sort(h.Products)
	}
	return keepHold(s, h)
}

// promised reports whether a product that an open invitation names waits for the
// person: what is pinned to a subscription that has ended for good does not.
func promised(v *rule.View, i account.Invitation, product string) (bool, error) {
	h, found, err := holds.Get(v.Tx(), string(i.Team), store.String(i.Person))
	return found && h.Pin == i.Subscription && slices.Contains(h.Products, product), err
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
	if !slices.Contains(h.Products, product) {
		return false, nil
	}
	return true, h.free(s, product)
}

// free lets the seat of one product no longer wait.
func (h Hold) free(s *rule.Scope, product string) error {
	h.Products = slices.DeleteFunc(slices.Clone(h.Products), func(p string) bool { return p == product })
	if err := keepHold(s, h); err != nil {
		return err
	}
	return countHeld(s, h.Team, product, -1)
}

// dropPromises frees the seats of a subscription that wait for people who are
// invited, as it has ended for good: they can join, and get nothing of it. What a
// group or the team's defaults give them waits on.
func dropPromises(s *rule.Scope, team rule.Stream, product, subscription string) error {
	t, err := tallyOf(&s.View, team, product)
	if err != nil || t.Waiting[subscription] == 0 {
		return err
	}
	var promised []Hold
	for h, err := range holds.Scan(s.Tx(), string(team), store.Part{}) {
		if err != nil {
			return err
		}
		if h.Pin == subscription && slices.Contains(h.Products, product) {
			promised = append(promised, h)
		}
	}
	for _, h := range promised {
		i, _, err := account.InvitationTo(&s.View, team, h.Person)
		if err != nil {
			return err
		}
		common, err := commonProducts(&s.View, i)
		if err != nil {
			return err
		}
		h.Pin = ""
		if slices.Contains(common, product) {
			err = keepHold(s, h)
		} else {
			err = h.free(s, product)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// giveHeld gives the person who accepted what the invitation named.
func giveHeld(s *rule.Scope, accepted account.InvitationAccepted) error {
	i := accepted.Invitation
	for _, p := range i.Products {
		given, err := giveNamed(s, i, p)
		if err != nil {
			return err
		}
		if !given || slices.Contains(i.Imported, p) {
			continue
		}
		if err := tellAssigned(s, i.Team, p, i.Person); err != nil {
			return err
		}
	}
	return dropHold(s, i.Team, i.Person)
}

// giveNamed gives the person who accepted a product that the invitation named. What
// is pinned to a subscription that has ended for good is not given, and it reports
// false; the person has joined all the same. Where the subscription is suspended, or
// has no more seats than are pinned to it, the seat that waited is one of the pool.
func giveNamed(s *rule.Scope, i account.Invitation, product string) (given bool, err error) {
	person := []rule.Person{i.Person}
	if i.Subscription == "" {
		return true, give(s, i.Team, product, Source{Kind: Personal}, person)
	}
	rights, err := entitlementsOf(&s.View, i.Team, product, i.Subscription)
	if err != nil || fallen(rights, s.Now()) {
		return false, err
	}
	source := Source{Pinned, i.Subscription}
	waits, err := promised(&s.View, i, product)
	if err != nil {
		return false, err
	}
	if waits {
		t, err := tallyOf(&s.View, i.Team, product)
		if err != nil {
			return false, err
		}
		if t.pinned(i.Subscription) >= seatsNow(rights, s.Now()) {
			source = Source{Kind: Personal}
		}
	}
	err = give(s, i.Team, product, source, person)
	if !waits && rule.AsRefusal(err) != nil { // what it promised has gone to others meanwhile
		return false, nil
	}
	return err == nil, err
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
