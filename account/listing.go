package account

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Listing is a person in the list of a team: a member, or somebody invited who has
// not answered. It repeats what a list is sorted and searched by, so that a page
// of a large team is read from where it begins and not from the first person on.
type Listing struct {
	Team   rule.Stream
	Person rule.Person
	Email  string
	// Name is the full name, empty where nobody has told it. It is the one known
	// when the person was invited or joined, or last changed it themselves.
	Name string
}

var listings = store.NewTable("account.listing", func(l *Listing) (string, store.Key) {
	return string(l.Team), store.String(l.Email)
})

var byName = listings.Index("name", func(l *Listing) (store.Key, bool) { return store.String(l.called()), true })

// called is what the person is sorted by where a list goes by names.
func (l Listing) called() string { return strings.ToLower(cmp.Or(l.Name, l.Email)) }

// listPerson puts a person into the list of a team, or brings their row up to date.
func listPerson(s *rule.Scope, team rule.Stream, person rule.Person) error {
	p, known, err := PersonByID(&s.View, person)
	if err != nil || !known {
		return err
	}
	return listings.Put(s.Tx(), Listing{Team: team, Person: person, Email: p.Email, Name: p.Name})
}

func listInvited(s *rule.Scope, sent InvitationSent) error {
	return listPerson(s, sent.Invitation.Team, sent.Invitation.Person)
}

func listMember(s *rule.Scope, joined MemberJoined) error {
	return listPerson(s, joined.Member.Team, joined.Member.Person)
}

// relist brings a person's row up to date in every team that lists them, after
// they changed their name.
func relist(s *rule.Scope, p Person) error {
	teams, err := teamsOf(&s.View, p.ID, true)
	if err != nil {
		return err
	}
	for _, team := range teams {
		_, listed, err := listings.Get(s.Tx(), string(team), store.String(p.Email))
		if err != nil {
			return err
		}
		if !listed {
			continue
		}
		if err := listPerson(s, team, p.ID); err != nil {
			return err
		}
	}
	return nil
}

func unlist(s *rule.Scope, team rule.Stream, person rule.Person) error {
	email, err := EmailOf(&s.View, person)
	if err != nil {
		return err
	}
	return listings.Delete(s.Tx(), string(team), store.String(email))
}

func unlistMember(s *rule.Scope, left MemberLeft) error {
	return unlist(s, left.Member.Team, left.Member.Person)
}

func unlistInvited(s *rule.Scope, dropped InvitationDropped) error {
	_, in, err := MemberOf(&s.View, dropped.Team, dropped.Person)
	if err != nil || in {
		return err
	}
	return unlist(s, dropped.Team, dropped.Person)
}

// Order is what a list of people is sorted by.
type Order string

// The orders of people.
const (
	ByEmail Order = "email"
	ByName  Order = "name"
)

var orders = []Order{ByEmail, ByName}

// Words returns the words an order is written with.
func (Order) Words() []string { return Words(orders) }

// UnmarshalText takes one of the words.
func (o *Order) UnmarshalText(text []byte) error { return OneOf(o, Order(text), orders) }

// key is the place of a person in the order. The address tells apart who has the
// same name.
func (o Order) key(l Listing) store.Key {
	if o == ByName {
		return store.String(l.called()) + store.String(l.Email)
	}
	return store.String(l.Email)
}

// Search says which people of a team a list has, and in which order.
type Search struct {
	Team rule.Stream
	// Beginning is that of a name or of an address, in lower case.
	Beginning string
	Sort      Order
	// After is the address of the person that the list goes on behind, empty for
	// its start.
	After string
}

// People goes through the listed people of a team in order. Without a search
// nothing is read before the first of them.
func People(v *rule.View, q Search) iter.Seq2[Listing, error] {
	from, err := q.from(v)
	switch {
	case err != nil:
		return failed(err)
	case q.Beginning != "":
		return q.found(v, from)
	case q.Sort == ByName:
		return byName.Scan(v.Tx(), string(q.Team), store.Part{From: from})
	default:
		return listings.Scan(v.Tx(), string(q.Team), store.Part{From: from})
	}
}

// Chosen goes through some people of a team in the order of the search, leaving
// out who is not listed or not found by it.
func Chosen(v *rule.View, q Search, some []rule.Person) iter.Seq2[Listing, error] {
	from, err := q.from(v)
	if err != nil {
		return failed(err)
	}
	var list []Listing
	for _, person := range some {
		email, err := EmailOf(v, person)
		if err != nil {
			return failed(err)
		}
		l, listed, err := listings.Get(v.Tx(), string(q.Team), store.String(email))
		if err != nil {
			return failed(err)
		}
		if listed && l.begins(q.Beginning) {
			list = append(list, l)
		}
	}
	return q.sorted(list, from)
}

// from is the first key behind the person that the list goes on after.
func (q Search) from(v *rule.View) (store.Key, error) {
	if q.After == "" {
		return "", nil
	}
	_, email, id, err := rule.Address(q.After).Parts()
	if err != nil {
		return "", err
	}
	l, listed, err := listings.Get(v.Tx(), string(q.Team), store.String(email))
	if err != nil {
		return "", err
	}
	if !listed {
		l = Listing{Person: id, Email: email}
	}
	return q.Sort.key(l) + "\xff", nil
}

func (l Listing) begins(text string) bool {
	return strings.HasPrefix(l.Email, text) || strings.HasPrefix(l.called(), text)
}

// found reads who has the beginning in their address, then who has it in their
// name, from the two orders in which they stand side by side.
func (q Search) found(v *rule.View, from store.Key) iter.Seq2[Listing, error] {
	var list []Listing
	part := store.Part{Prefix: beginning(q.Beginning)}
	for l, err := range listings.Scan(v.Tx(), string(q.Team), part) {
		if err != nil {
			return failed(err)
		}
		list = append(list, l)
	}
	for l, err := range byName.Scan(v.Tx(), string(q.Team), part) {
		if err != nil {
			return failed(err)
		}
		if !strings.HasPrefix(l.Email, q.Beginning) {
			list = append(list, l)
		}
	}
	return q.sorted(list, from)
}

func (q Search) sorted(list []Listing, from store.Key) iter.Seq2[Listing, error] {
	slices.SortFunc(list, func(a, b Listing) int { return cmp.Compare(q.Sort.key(a), q.Sort.key(b)) })
	list = slices.Compact(list)
	return func(yield func(Listing, error) bool) {
		for _, l := range list {
			if q.Sort.key(l) >= from && !yield(l, nil) {
				return
			}
		}
	}
}

func failed(err error) iter.Seq2[Listing, error] {
	return func(yield func(Listing, error) bool) { yield(Listing{}, err) }
}

// auditListings checks that exactly the members and those with an unanswered
// invitation are listed.
func auditListings(v *rule.View, team rule.Stream) error {
	want := map[rule.Person]bool{}
	for m, err := range members.Scan(v.Tx(), string(team), store.Part{}) {
		if err != nil {
			return err
		}
		want[m.Person] = true
	}
	for i, err := range invitations.Scan(v.Tx(), string(team), store.Part{}) {
		if err != nil {
			return err
		}
		if !i.answered() {
			want[i.Person] = true
		}
	}
	for l, err := range listings.Scan(v.Tx(), string(team), store.Part{}) {
		if err != nil {
			return err
		}
		if !want[l.Person] {
			return fmt.Errorf("account: %s is listed in %s and has no part in it", l.Person, team)
		}
		delete(want, l.Person)
	}
	if len(want) > 0 {
		return fmt.Errorf("account: %d people of %s are not listed", len(want), team)
	}
	return nil
}
