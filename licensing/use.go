package licensing

import (
	"cmp"
	"slices"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// useKind says what a use adds to a seat.
type useKind string

// What maintenance can add to a seat: an older release in place of the current
// ones (LIC-11), and the same product at home (LIC-12).
const (
	previousUse useKind = "previous-use"
	homeUse     useKind = "home-use"
)

// benefit is the one that an admin withholds to keep a person from such a use.
func (k useKind) benefit() account.Benefit {
	if k == homeUse {
		return account.HomeUse
	}
	return account.PreviousVersions
}

// rule is the rule that such a use is granted by.
func (k useKind) rule() *rule.Rule {
	if k == homeUse {
		return HomeUseRule
	}
	return PreviousUseRule
}

// UseStatus is how far somebody has come with a use they asked for.
type UseStatus string

// The statuses of a use.
const (
	UseRequested UseStatus = "requested"
	UseGranted   UseStatus = "granted"
	UseDeclined  UseStatus = "declined"
	UseEnded     UseStatus = "ended"
)

// Words returns the words a status is written with.
func (UseStatus) Words() []string {
	return account.Words([]UseStatus{UseRequested, UseGranted, UseDeclined, UseEnded})
}

// Use is what one member of a team may do with a product beside their seat of
// it, or asks to. It takes no seat: it is a part of the one that they hold.
type Use struct {
	Team    rule.Stream
	Kind    useKind
	Product string
	Person  rule.Person
	// Version is the older release; empty for home use.
	Version string
	// Asked is when the person asked; zero where an admin granted unasked.
	Asked time.Time
	// Granted, Declined and Ended are when that happened, zero while not.
	Granted, Declined, Ended time.Time
	// Ends is the first instant after a home use. It is fixed when that is
	// granted, and zero for older releases.
	Ends time.Time
}

var uses = store.NewTable("licensing.use", func(u *Use) (string, store.Key) { return string(u.Team), u.key() })

var usesOf = uses.Index("person", func(u *Use) (store.Key, bool) {
	return store.String(u.Person) + store.String(string(u.Kind)), true
})

func (u Use) key() store.Key {
	return store.String(string(u.Kind)) + store.String(u.Product) + store.String(u.Person) + store.String(u.Version)
}

// Status tells how far the use has come at an instant. It is over from its end on.
func (u Use) Status(now time.Time) UseStatus {
	switch {
	case !u.Ended.IsZero(), !u.Ends.IsZero() && !now.Before(u.Ends):
		return UseEnded
	case !u.Declined.IsZero():
		return UseDeclined
	case !u.Granted.IsZero():
		return UseGranted
	default:
		return UseRequested
	}
}

// seats are the products whose seat carries the use: the product itself, and for
// an older release also the collections that hold it.
func (u Use) seats(v *rule.View) []string {
	if u.Kind == homeUse {
		return []string{u.Product}
	}
	return CatalogOf(v).Covering(u.Product)
}

// check refuses a use that the person cannot have as things stand, whoever
// grants it: by the benefit, by the seat, by the maintenance.
func (u Use) check(v *rule.View) error {
	has, err := account.HasBenefit(v, u.Team, u.Person, u.Kind.benefit())
	if err != nil {
		return err
	}
	if !has {
		contact, err := account.Contact(v, u.Team)
		if err != nil {
			return err
		}
		return rule.Refusef(rule.NotPermitted, account.BenefitRule, "the benefit %s is withheld from the person", u.Kind.benefit()).
			With(rule.Fig("benefit", string(u.Kind.benefit()))).To(contact)
	}
	if err := u.checkSeat(v); err != nil {
		return err
	}
	m, err := u.maintained(v)
	if err == nil && m.seats == 0 {
		err = rule.Refusef(rule.NotAssigned, u.Kind.rule(), "the team has no seats of %s under a maintenance plan", u.Product).To("support")
	}
	return err
}

// checkSeat refuses who has no seat that gives access now.
func (u Use) checkSeat(v *rule.View) error {
	held := false
	for _, id := range u.seats(v) {
		seated, _, err := seatIn(v, u.Team, id, u.Person)
		if err != nil || seated {
			return err
		}
		_, holds, err := holdings.Get(v.Tx(), string(u.Team), holdingKey(id, u.Person))
		if err != nil {
			return err
		}
		held = held || holds
	}
	if held {
		return rule.Refusef(rule.NoSeats, u.Kind.rule(), "the person is assigned %s, and there are too few seats for them", u.Product)
	}
	return rule.Refusef(rule.NotAssigned, u.Kind.rule(), "the person has no seat of %s", u.Product)
}

// inForce reports whether a use can be made of now: it was granted, nothing that
// it rests on is missing, and the seats under maintenance reach to it. What is
// missing can come back, and the use with it.
func (u Use) inForce(v *rule.View) (bool, error) {
	if u.Status(v.Now()) != UseGranted {
		return false, nil
	}
	if err := u.check(v); err != nil {
		if rule.AsRefusal(err) == nil {
			return false, err
		}
		return false, nil
	}
	m, err := u.maintained(v)
	if err != nil {
		return false, err
	}
	people, err := u.people(v)
	place := slices.Index(people, u.Person)
	v.Cite(u.Kind.rule(), rule.Fig("place", place+1), rule.Fig("seats under maintenance", m.seats))
	return place < m.seats, err
}

// people are those who were granted such a use of the product, who was granted
// it first in front; ties by identifier. However many releases somebody was
// granted, they run them on one seat.
func (u Use) people(v *rule.View) ([]rule.Person, error) {
	first := map[rule.Person]time.Time{}
	var people []rule.Person
	for other, err := range uses.Scan(v.Tx(), string(u.Team), store.Part{Prefix: store.String(string(u.Kind)) + store.String(u.Product)}) {
		if err != nil {
			return nil, err
		}
		if other.Status(v.Now()) != UseGranted {
			continue
		}
		at, known := first[other.Person]
		if !known {
			people = append(people, other.Person)
		}
		if !known || other.Granted.Before(at) {
			first[other.Person] = other.Granted
		}
	}
	slices.SortFunc(people, func(a, b rule.Person) int { return cmp.Or(first[a].Compare(first[b]), cmp.Compare(a, b)) })
	return people, nil
}

// usesBy returns a person's uses of one kind in a team, by product.
func usesBy(v *rule.View, team rule.Stream, person rule.Person, kind useKind) ([]Use, error) {
	var list []Use
	for u, err := range usesOf.Scan(v.Tx(), string(team), store.Part{Prefix: store.String(person) + store.String(string(kind))}) {
		if err != nil {
			return nil, err
		}
		list = append(list, u)
	}
	return list, nil
}

// usesIn returns the uses of one kind in a team, of one person where one is
// named, by product and person.
func usesIn(v *rule.View, team rule.Stream, kind useKind, person rule.Person) ([]Use, error) {
	if person != "" {
		return usesBy(v, team, person, kind)
	}
	var list []Use
	for u, err := range uses.Scan(v.Tx(), string(team), store.Part{Prefix: store.String(string(kind))}) {
		if err != nil {
			return nil, err
		}
		list = append(list, u)
	}
	return list, nil
}
