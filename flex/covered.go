package flex

import (
	"fmt"
	"slices"
	"time"

	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Covered is a stretch of a session that one kind of right covered, without
// tokens: a seat, an overlap, a trial or education access.
type Covered struct {
	Source licensing.AccessSource
	From   time.Time
	// Until is the first instant after it, zero while it goes on.
	Until time.Time
}

// covering finds the sessions that were covered and are not any more, by the end
// of their last stretch. Those that still are stand among the open ones.
var covering = sessions.Index("covered", func(s *Session) (store.Key, bool) {
	last, was := s.lastCover()
	return store.Time(last.Until), was && !last.Until.IsZero()
})

func (s Session) lastCover() (Covered, bool) {
	if len(s.Covers) == 0 {
		return Covered{}, false
	}
	return s.Covers[len(s.Covers)-1], true
}

// metered returns the session with its stretches brought to now: one ends that
// goes on no longer, one begins by the right that covers it now.
func (s Session) metered(now time.Time) Session {
	last, was := s.lastCover()
	going := was && last.Until.IsZero()
	covered := s.covered() && s.Closed.IsZero()
	if going == covered && (!going || last.Source == s.Source) {
		return s
	}
	s.Covers = slices.Clone(s.Covers)
	if going {
		s.Covers[len(s.Covers)-1].Until = later(last.From, now)
	}
	if covered {
		s.Covers = append(s.Covers, Covered{Source: s.Source, From: now})
	}
	return s
}

// days returns the days of a zone on which the stretch was going on in [from, to),
// as far as it has gone by now. The instant at which it begins counts, also where it
// ends at once; the one at which it ends does not. A day that the zone's calendar
// leaves out is no day.
func (c Covered) days(from, to, now time.Time, zone *time.Location) []period.Date {
	until := c.Until
	if until.IsZero() {
		until = now.Add(1)
	}
	if !until.After(c.From) {
		until = c.From.Add(1)
	}
	begin, end := later(c.From, from), until
	if to.Before(end) {
		end = to
	}
	if !begin.Before(end) {
		return nil
	}
	var list []period.Date
	last := period.DateOf(end.Add(-1), zone)
	for day := period.DateOf(begin, zone); !day.After(last); day = day.AddDays(1) {
		if period.DateOf(day.In(zone), zone) == day {
			list = append(list, day)
		}
	}
	return list
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// coveredSince hands out the team's sessions that a right without tokens covered
// at an instant or after it.
func coveredSince(v *rule.View, team rule.Stream, from time.Time, visit func(Session) error) error {
	for s, err := range running.Scan(v.Tx(), string(team), store.Part{}) {
		if err != nil {
			return err
		}
		if last, was := s.lastCover(); !was || !last.Until.IsZero() {
			continue
		}
		if err := visit(s); err != nil {
			return err
		}
	}
	for s, err := range covering.Scan(v.Tx(), string(team), store.Part{From: store.Time(from)}) {
		if err != nil {
			return err
		}
		if err := visit(s); err != nil {
			return err
		}
	}
	return nil
}

// auditCovers checks that the stretches of each session follow one another inside
// it, and that the last goes on exactly while a right covers the session.
func auditCovers(v *rule.View, stream rule.Stream) error {
	for s, err := range sessions.Scan(v.Tx(), string(stream), store.Part{}) {
		if err != nil {
			return err
		}
		after := s.Opened
		for i, c := range s.Covers {
			ended := !c.Until.IsZero()
			if c.From.Before(after) || ended && c.Until.Before(c.From) || !ended && i < len(s.Covers)-1 {
				return fmt.Errorf("flex: the session %s was covered from %s to %s, out of its order", s.ID, rule.Show(c.From), rule.Show(c.Until))
			}
			after = c.Until
		}
		last, was := s.lastCover()
		if going := was && last.Until.IsZero(); going != (s.covered() && s.Closed.IsZero()) || going && last.Source != s.Source {
			return fmt.Errorf("flex: the session %s is on %s, and its last stretch says otherwise", s.ID, s.Source)
		}
	}
	return nil
}
