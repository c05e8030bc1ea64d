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
	old, _, err := listings.Get(s.Tx(), string(team), store.String(p.Email))
	if err != nil {
		return err
	}
	now := Listing{Team: team, Person: person, Email: p.Email, Name: p.Name}
	if err := listings.Put(s.Tx(), now); err != nil || old.Name == now.Name {
		return err
	}
	return rename(s, now)
}

func listInvited(s *rule.Scope, sent InvitationSent) error {
	i := sent.Invitation
	if err := listPerson(s, i.Team, i.Person); err != nil {
		return err
	}
	return waits(s, i, waitingLabel)
}

func listMember(s *rule.Scope, joined MemberJoined) error {
	m := joined.Member
	if err := listPerson(s, m.Team, m.Person); err != nil {
		return err
	}
	return stands(s, m)
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
	if err := replaceStanding(s, team, person, nil); err != nil {
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

// People goes through the listed people of a team in order. Nothing is read
// before the first of them.
func People(v *rule.View, q Search) (iter.Seq2[Listing, error], error) {
	if q.Beginning != "" {
		return q.found(v)
	}
	after, err := q.after(v)
	if err != nil {
		return nil, err
	}
	part := store.Part{From: q.Sort.from(after)}
	if q.Sort == ByName {
		return byName.Scan(v.Tx(), string(q.Team), part), nil
	}
	return listings.Scan(v.Tx(), string(q.Team), part), nil
}

// behind makes the first key that is behind all that begin with a key.
const behind = "\xff"

// after returns the person that the list goes on behind, nil for its start. Who
// is not listed any more stands where their address would.
func (q Search) after(v *rule.View) (*Listing, error) {
	if q.After == "" {
		return nil, nil //nolint:nilnil // the start is no error
	}
	_, email, id, err := rule.Address(q.After).Parts()
	if err != nil {
		return nil, err
	}
	l, listed, err := listings.Get(v.Tx(), string(q.Team), store.String(email))
	if !listed {
		l = Listing{Team: q.Team, Person: id, Email: email}
	}
	return &l, err
}

// from is where a list in the order goes on behind a person.
func (o Order) from(after *Listing) store.Key {
	switch {
	case after == nil:
		return ""
	case o == ByName:
		return store.String(after.called()) + store.String(after.Email) + behind
	default:
		return store.String(after.Email) + behind
	}
}

// compare orders two people. The address tells apart who has the same name.
func (o Order) compare(a, b Listing) int {
	if o == ByName {
		return cmp.Or(cmp.Compare(store.String(a.called()), store.String(b.called())), cmp.Compare(store.String(a.Email), store.String(b.Email)))
	}
	return cmp.Compare(store.String(a.Email), store.String(b.Email))
}

// begins reports whether what the order goes by has the beginning.
func (o Order) begins(l Listing, text string) bool {
	if o == ByName {
		return strings.HasPrefix(l.called(), text)
	}
	return strings.HasPrefix(l.Email, text)
}

// some goes through a few people who are listed, in the order of the search.
func (q Search) some(v *rule.View, few []rule.Person) (iter.Seq2[Listing, error], error) {
	after, err := q.after(v)
	if err != nil {
		return nil, err
	}
	var list []Listing
	for _, p := range few {
		email, err := EmailOf(v, p)
		if err != nil {
			return nil, err
		}
		l, listed, err := listings.Get(v.Tx(), string(q.Team), store.String(email))
		if err != nil {
			return nil, err
		}
		if listed && (after == nil || q.Sort.compare(l, *after) > 0) {
			list = append(list, l)
		}
	}
	slices.SortFunc(list, q.Sort.compare)
	return func(yield func(Listing, error) bool) {
		for _, l := range list {
			if !yield(l, nil) {
				return
			}
		}
	}, nil
}

// found goes through who has the beginning in what the list is sorted by, in its
// order, and then through who has it in the other of address and name alone, in
// the order of that. So a page is read from where it begins, however many there are.
func (q Search) found(v *rule.View) (iter.Seq2[Listing, error], error) {
	after, err := q.after(v)
	if err != nil {
		return nil, err
	}
	other := ByName
	if q.Sort == ByName {
		other = ByEmail
	}
	return func(yield func(Listing, error) bool) {
		first := after == nil || q.Sort.begins(*after, q.Beginning) || !other.begins(*after, q.Beginning)
		if first && !q.walk(v, q.Sort, after, yield) {
			return
		}
		if first {
			after = nil
		}
		q.walk(v, other, after, func(l Listing, err error) bool {
			return err == nil && q.Sort.begins(l, q.Beginning) || yield(l, err)
		})
	}, nil
}

// walk goes through who has the beginning in what an order goes by, from behind a
// person. It reports whether there may be more.
func (q Search) walk(v *rule.View, o Order, after *Listing, yield func(Listing, error) bool) bool {
	begins := beginning(q.Beginning)
	scan, part := listings.Scan, store.Part{Prefix: begins}
	if o == ByName {
		scan = byName.Scan
	}
	if after != nil {
		rest, within := strings.CutPrefix(string(o.from(after)), string(begins))
		switch {
		case within:
			part.From = store.Key(rest)
		case rest > string(begins):
			return true
		}
	}
	for l, err := range scan(v.Tx(), string(q.Team), part) {
		if !yield(l, err) || err != nil {
			return false
		}
	}
	return true
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
