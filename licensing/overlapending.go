package licensing

import (
	"slices"
	"strconv"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// OverlapEndingNotice tells who keeps an old product after an upgrade, and the
// team's admins, that the overlap will end.
const OverlapEndingNotice account.NoticeKind = "overlap-ending"

// overlapWarns is due once for an upgrade, not for each of its people: their
// overlaps all end at one instant.
var overlapWarns = rule.DueKind{Name: "licensing.overlap-ending", Rank: 96}

var overlapsBy = overlaps.Index("subscription", func(o *Overlap) (store.Key, bool) {
	return store.String(o.Subscription), true
})

// noticesBefore returns the instants that lie so long before an end, in their
// order and each once. Those that do not lie after the start are left out.
func noticesBefore(spans []period.Span, starts, ends time.Time, zone *time.Location) []time.Time {
	var list []time.Time
	for _, span := range spans {
		if at := span.Before(ends, zone).UTC(); at.After(starts) && at.Before(ends) && !slices.Contains(list, at) {
			list = append(list, at)
		}
	}
	slices.SortFunc(list, time.Time.Compare)
	return list
}

// warnings returns what is still to be told of the upgrade that gave the overlap.
func (o Overlap) warnings(now time.Time) []rule.Item {
	var items []rule.Item
	for _, at := range o.Warnings {
		if at.After(now) {
			items = append(items, rule.Item{At: at, Kind: overlapWarns, Key: o.Subscription, Streams: []rule.Stream{o.Team}})
		}
	}
	return items
}

// overlapsAfter returns the overlaps that an upgrade gave and that still are, at
// most limit of them; 0 is all.
func overlapsAfter(v *rule.View, team rule.Stream, subscription string, limit int) ([]Overlap, error) {
	var list []Overlap
	for o, err := range overlapsBy.Scan(v.Tx(), string(team), store.Part{Prefix: store.String(subscription), Limit: limit}) {
		if err != nil {
			return nil, err
		}
		list = append(list, o)
	}
	return list, nil
}

// unwarn takes back what was to be told of an upgrade, once the last of its
// overlaps has ended before its time.
func (o Overlap) unwarn(s *rule.Scope) error {
	left, err := overlapsAfter(&s.View, o.Team, o.Subscription, 1)
	if err != nil || len(left) > 0 {
		return err
	}
	for _, item := range o.warnings(s.Now()) {
		if err := s.Unqueue(item); err != nil {
			return err
		}
	}
	return nil
}

// tellOverlaps tells everyone who still keeps the old product of an upgrade, and
// the admins, who hear how many they are. An admin who keeps it too gets the
// admins' letter alone.
func tellOverlaps(s *rule.Scope, item rule.Item) error {
	list, err := overlapsAfter(&s.View, item.Streams[0], item.Key, 0)
	if err != nil || len(list) == 0 {
		return err
	}
	o := list[0]
	team, err := account.TeamByHandle(&s.View, o.Team)
	if err != nil {
		return err
	}
	admins, err := account.Admins(&s.View, o.Team)
	if err != nil {
		return err
	}
	s.Cite(OverlapRule, rule.Fig("ends", o.Ends), rule.Fig("people", len(list)), rule.Fig(OverlapNotice.Name(), OverlapNotice.Of(&s.View)))
	letter := account.Letter{Kind: OverlapEndingNotice, About: o.Team, Facts: map[string]string{
		"product": o.Product, "next": o.Next, "ends": rule.Show(o.Ends.In(team.Location())), "people": strconv.Itoa(len(list)), "reader": "admin",
	}}
	if err := account.Tell(s, letter, admins...); err != nil {
		return err
	}
	var others []rule.Person
	for _, o := range list {
		if !slices.Contains(admins, o.Person) {
			others = append(others, o.Person)
		}
	}
	letter.Facts["reader"] = "holder"
	return account.Tell(s, letter, others...)
}
