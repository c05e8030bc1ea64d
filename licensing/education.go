package licensing

import (
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// EducationEndingNotice tells a person that an education access will end.
const EducationEndingNotice account.NoticeKind = "education-ending"

// Student is somebody who was confirmed as eligible for education access.
type Student struct {
	Person rule.Person
	// Until is the first instant at which the person is no longer eligible.
	Until time.Time
}

var students = store.NewTable("licensing.student", func(s *Student) (string, store.Key) { return string(s.Person), "" })

// Eligible reports whether an access can be started or renewed at an instant.
func (s Student) Eligible(now time.Time) bool { return now.Before(s.Until) }

func studentOf(v *rule.View, person rule.Person) (Student, error) {
	s, found, err := students.Get(v.Tx(), string(person), "")
	if !found {
		s = Student{Person: person}
	}
	return s, err
}

// Education lets a person learn with a product for a year. It is theirs, whatever
// teams they are in.
type Education struct {
	Person  rule.Person
	Product string
	Starts  time.Time
	// Ends is the first instant at which it is over, Renewable the first at which
	// it can be renewed. Both were fixed when it was started or last renewed.
	Ends, Renewable time.Time
}

var educations = store.NewTable("licensing.education", func(e *Education) (string, store.Key) {
	return string(e.Person), store.String(e.Product)
})

var educationWarns = rule.DueKind{Name: "licensing.education-ending", Rank: 93}

// Running reports whether the access is there at an instant.
func (e Education) Running(now time.Time) bool { return !now.Before(e.Starts) && now.Before(e.Ends) }

// until returns the access as it lasts from an instant on: for a year in the
// person's zone, renewable in the days before its end, or from that instant on
// where they are more than the year.
func (e Education) until(v *rule.View, from time.Time, zone *time.Location) (Education, error) {
	e.Ends = EducationLife.Of(v).After(from, zone).UTC()
	e.Renewable = EducationNotice.Of(v).Before(e.Ends, zone).UTC()
	if e.Renewable.Before(from) {
		e.Renewable = from
	}
	return e, rule.CheckInstant(e.Ends)
}

// due returns the notice that the access is still to bring.
func (e Education) due(now time.Time) []rule.Item {
	if !e.Renewable.After(now) {
		return nil
	}
	return []rule.Item{{
		At: e.Renewable, Kind: educationWarns, Key: string(e.Person) + " " + e.Product, Streams: []rule.Stream{e.Person.Stream()},
	}}
}

// EducationOf returns the person's running education access to a product, or to a
// collection that holds it, the one that lasts longest, and whether there is one.
func EducationOf(v *rule.View, person rule.Person, product string) (Education, bool, error) {
	var best Education
	for _, id := range CatalogOf(v).Covering(product) {
		e, found, err := educations.Get(v.Tx(), string(person), store.String(id))
		if err != nil {
			return best, false, err
		}
		if found && e.Running(v.Now()) && e.Ends.After(best.Ends) {
			best = e
		}
	}
	return best, !best.Ends.IsZero(), nil
}

// educationsOf returns all education accesses of a person, in the order of their
// products.
func educationsOf(v *rule.View, person rule.Person) ([]Education, error) {
	var list []Education
	for e, err := range educations.Scan(v.Tx(), string(person), store.Part{}) {
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}

// keep writes the access, and queues its notice in place of the one before.
func (e Education) keep(s *rule.Scope, before Education) error {
	for _, item := range before.due(s.Now()) {
		if err := s.Unqueue(item); err != nil {
			return err
		}
	}
	for _, item := range e.due(s.Now()) {
		if err := s.Queue(item); err != nil {
			return err
		}
	}
	return educations.Put(s.Tx(), e)
}

// tellEducation tells the person that an access ends, and whether they can renew
// it as things stand now.
func tellEducation(s *rule.Scope, item rule.Item) error {
	person, product, _ := cutKey(item.Key)
	e, found, err := educations.Get(s.Tx(), person, store.String(product))
	if err != nil || !found || !e.Renewable.Equal(item.At) {
		return err
	}
	student, err := studentOf(&s.View, e.Person)
	if err != nil {
		return err
	}
	p, _, err := account.PersonByID(&s.View, e.Person)
	if err != nil {
		return err
	}
	s.Cite(EducationRule, rule.Fig("ends", e.Ends), rule.Fig(EducationNotice.Name(), EducationNotice.Of(&s.View)))
	renewable := "no"
	if student.Eligible(s.Now()) {
		renewable = "yes"
	}
	ends := rule.Show(e.Ends.In(p.Zone.Location()))
	return account.Tell(s, account.Letter{
		Kind: EducationEndingNotice, About: e.Person.Stream(), Facts: map[string]string{"product": e.Product, "ends": ends, "renewable": renewable},
	}, e.Person)
}

// expectEducation adds the notices that must be queued for a person's education
// accesses.
func expectEducation(v *rule.View, person rule.Person, items []rule.Item) ([]rule.Item, error) {
	list, err := educationsOf(v, person)
	for _, e := range list {
		items = append(items, e.due(v.Now())...)
	}
	return items, err
}
