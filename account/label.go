package account

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Label is one thing that the list of a team's people can be narrowed to, and one
// person to whom it applies: a role, a group, a product. It repeats what a list
// is sorted by, as [Listing] does, so that a page of a narrowed list is read from
// where it begins too, and not gathered from everyone.
type Label struct {
	Team   rule.Stream
	Word   string
	Person rule.Person
	Email  string
	// Name is that of the listing.
	Name string
}

var labels = store.NewTable("account.label", func(l *Label) (string, store.Key) {
	return string(l.Team), store.String(l.Word) + store.String(l.Email)
})

var labelsByName = labels.Index("name", func(l *Label) (store.Key, bool) {
	return store.String(l.Word) + store.String(l.listing().called()), true
})

var labelsOf = labels.Index("person", func(l *Label) (store.Key, bool) { return store.String(l.Person), true })

const (
	// waitingLabel is on who has an open invitation, lapsedLabel on who has one that
	// has ended. What ends is looked at before any answer is given (TIM-1).
	waitingLabel = "waiting"
	lapsedLabel  = "lapsed"
	// intoWord begins the label of who is invited into a group.
	intoWord = "into "
)

func intoLabel(handle string) string { return intoWord + handle }

func roleLabel(r Role) string { return "role " + string(r) }

func groupLabel(handle string) string { return "group " + handle }

func (l Label) listing() Listing {
	return Listing{Team: l.Team, Person: l.Person, Email: l.Email, Name: l.Name}
}

// PutLabel labels a listed person with a word; who has the label keeps it.
func PutLabel(s *rule.Scope, team rule.Stream, person rule.Person, word string) error {
	email, err := EmailOf(&s.View, person)
	if err != nil {
		return err
	}
	l, listed, err := listings.Get(s.Tx(), string(team), store.String(email))
	if err != nil || !listed {
		return err
	}
	return labels.Put(s.Tx(), Label{Team: team, Word: word, Person: person, Email: email, Name: l.Name})
}

// DropLabel takes a label off a person; from who does not have it, in peace.
func DropLabel(s *rule.Scope, team rule.Stream, person rule.Person, word string) error {
	email, err := EmailOf(&s.View, person)
	if err != nil {
		return err
	}
	return labels.Delete(s.Tx(), string(team), store.String(word)+store.String(email))
}

// HasLabel reports whether a listed person has a label.
func HasLabel(v *rule.View, l Listing, word string) (bool, error) {
	_, has, err := labels.Get(v.Tx(), string(l.Team), store.String(word)+store.String(l.Email))
	return has, err
}

// Labels goes through all labels of a team that begin with a text.
func Labels(v *rule.View, team rule.Stream, begins string) iter.Seq2[Label, error] {
	return labels.Scan(v.Tx(), string(team), store.Part{Prefix: beginning(begins)})
}

func labelled(v *rule.View, team rule.Stream, person rule.Person) ([]Label, error) {
	var list []Label
	for l, err := range labelsOf.Scan(v.Tx(), string(team), store.Part{Prefix: store.String(person)}) {
		if err != nil {
			return nil, err
		}
		list = append(list, l)
	}
	return list, nil
}

// rename brings the labels of a person up to date with their listing.
func rename(s *rule.Scope, listed Listing) error {
	list, err := labelled(&s.View, listed.Team, listed.Person)
	if err != nil {
		return err
	}
	for _, l := range list {
		l.Name = listed.Name
		if err := labels.Put(s.Tx(), l); err != nil {
			return err
		}
	}
	return nil
}

// stands labels a member with their role, in place of what they had.
func stands(s *rule.Scope, m Member) error {
	return replaceStanding(s, m.Team, m.Person, []string{roleLabel(m.Role)})
}

// waits labels who is invited: with the role, with the groups and with how far it
// has come.
func waits(s *rule.Scope, i Invitation, how string) error {
	now := []string{roleLabel(i.Role), how}
	for _, g := range i.Groups {
		now = append(now, intoLabel(g))
	}
	return replaceStanding(s, i.Team, i.Person, now)
}

func replaceStanding(s *rule.Scope, team rule.Stream, person rule.Person, now []string) error {
	list, err := labelled(&s.View, team, person)
	if err != nil {
		return err
	}
	for _, l := range list {
		if !standing(l.Word) {
			continue
		}
		if i := slices.Index(now, l.Word); i >= 0 {
			now = slices.Delete(slices.Clone(now), i, i+1)
			continue
		}
		if err := labels.Delete(s.Tx(), string(team), store.String(l.Word)+store.String(l.Email)); err != nil {
			return err
		}
	}
	for _, word := range now {
		if err := PutLabel(s, team, person, word); err != nil {
			return err
		}
	}
	return nil
}

// standing reports the labels that say what a person is to the team.
func standing(word string) bool {
	return word == waitingLabel || word == lapsedLabel || strings.HasPrefix(word, roleLabel("")) || strings.HasPrefix(word, intoWord)
}

func labelRole(s *rule.Scope, changed RoleChanged) error {
	return stands(s, changed.Member)
}

// labelScan goes through the people with a label in the order of a search, from
// behind the person that the list goes on after.
func labelScan(v *rule.View, q Search, word string) (iter.Seq2[Listing, error], error) {
	after, err := q.after(v)
	if err != nil {
		return nil, err
	}
	scan, part := labels.Scan, store.Part{Prefix: store.String(word)}
	if q.Sort == ByName {
		scan = labelsByName.Scan
	}
	switch {
	case after == nil:
	case q.Sort == ByName:
		part.From = store.String(after.called()) + store.String(word) + store.String(after.Email) + behind
	default:
		part.From = store.String(after.Email) + behind
	}
	return func(yield func(Listing, error) bool) {
		for l, err := range scan(v.Tx(), string(q.Team), part) {
			if !yield(l.listing(), err) {
				return
			}
		}
	}, nil
}

// waitingAs returns the label that an invited person is to have. What has ended is
// labelled so when it is looked at.
func waitingAs(v *rule.View, l Listing, status PersonStatus) (string, error) {
	lapsed, err := HasLabel(v, l, lapsedLabel)
	if lapsed && status == StatusExpired {
		return lapsedLabel, err
	}
	return waitingLabel, err
}

// auditLabels checks that the labels of roles and groups are on exactly those who
// have the role or are in the group, and every label under the listed name.
func auditLabels(v *rule.View, team rule.Stream) error {
	want := map[string]bool{}
	key := func(word string, person rule.Person) string { return word + "\x00" + string(person) }
	for l, err := range listings.Scan(v.Tx(), string(team), store.Part{}) {
		if err != nil {
			return err
		}
		at, err := StandingOf(v, l)
		if err != nil {
			return err
		}
		want[key(roleLabel(at.Role), l.Person)] = true
		if at.Status == StatusActive {
			continue
		}
		word, err := waitingAs(v, l, at.Status)
		if err != nil {
			return err
		}
		want[key(word, l.Person)] = true
		for _, g := range at.Invitation.Groups {
			want[key(intoLabel(g), l.Person)] = true
		}
	}
	for m, err := range groupMembers.Scan(v.Tx(), string(team), store.Part{}) {
		if err != nil {
			return err
		}
		want[key(groupLabel(m.Group), m.Person)] = true
	}
	for l, err := range labels.Scan(v.Tx(), string(team), store.Part{}) {
		if err != nil {
			return err
		}
		listed, found, err := listings.Get(v.Tx(), string(team), store.String(l.Email))
		if err != nil {
			return err
		}
		if !found || listed.Name != l.Name {
			return fmt.Errorf("account: the label %q of %s in %s is not as they are listed", l.Word, l.Person, team)
		}
		if !standing(l.Word) && !strings.HasPrefix(l.Word, groupLabel("")) {
			continue
		}
		if !want[key(l.Word, l.Person)] {
			return fmt.Errorf("account: %s has the label %q in %s without a reason", l.Person, l.Word, team)
		}
		delete(want, key(l.Word, l.Person))
	}
	if len(want) > 0 {
		return fmt.Errorf("account: %d labels are missing in %s", len(want), team)
	}
	return nil
}
