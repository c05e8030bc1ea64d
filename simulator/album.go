package simulator

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/period"
)

// Album shows a run day by day: what each team was at the end of each day, on the
// main line and on every branch. Where a line's own steps end before the last
// instant of the file, the album goes on with a copy of it that lives until then,
// so that all lines can be compared on any day.
type Album struct {
	// Lines are the main line and then the branches, in the order in which they begin.
	Lines []*AlbumLine `json:"lines"`
	// Trouble says why days are missing; empty where none are.
	Trouble string `json:"trouble,omitempty"`
}

// AlbumLine is one line of steps, day by day.
type AlbumLine struct {
	// Branch names the branches that lead here from the main line, the outermost first.
	Branch []string `json:"branch"`
	// Begins is the instant at which the line branches off, or the scenario starts.
	Begins time.Time `json:"begins"`
	// Until is the instant up to which the line's own steps reach.
	Until time.Time `json:"until"`
	// First and Last are the days that are shown.
	First period.Date `json:"first"`
	Last  period.Date `json:"last"`
	// Days are those on which something is another than on the day before, in order.
	// The first has all there is. The last one ends with the file's last instant.
	Days []AlbumDay `json:"days"`
}

// AlbumDay is what is another at the end of a day than at that of the day before.
type AlbumDay struct {
	Day   period.Date         `json:"day"`
	Teams map[string]TeamThen `json:"teams"`
}

// mostPictures is how many days an album has, those of all lines together.
const mostPictures = maxDays

// album is made while a scenario runs. A nil album shows nothing and costs nothing.
type album struct {
	// until is the instant up to which every line is shown, left how many days can
	// still be.
	until   time.Time
	left    int
	lines   []*AlbumLine
	trouble string
}

func (s *Scenario) newAlbum(wanted bool) *album {
	if !wanted {
		return nil
	}
	return &album{until: latest(s.Steps, s.Start), left: mostPictures}
}

// result is the album once the run is over.
func (a *album) result() *Album {
	if a == nil {
		return nil
	}
	lines := slices.DeleteFunc(a.lines, func(l *AlbumLine) bool { return len(l.Days) == 0 })
	return &Album{Lines: append([]*AlbumLine{}, lines...), Trouble: a.trouble}
}

// reel is what the album has of one line so far, and at its marks. A nil reel
// takes no pictures.
type reel struct {
	line *AlbumLine
	// next is the end of the day that a picture is taken of next.
	next time.Time
	days []AlbumDay
	// then is what each team was in the last picture. It is never changed.
	then map[string]scene
	// touched are the teams that something happened to since; heard is the place up
	// to which the line was listened to.
	touched map[string]bool
	heard   seatbook.Cursor
	marks   map[string]*reel
}

// begin begins the main line of the album.
func (a *album) begin(now time.Time, zone *time.Location) *reel {
	if a == nil {
		return nil
	}
	r := &reel{next: endOfDay(now, zone), then: map[string]scene{}, touched: map[string]bool{}, marks: map[string]*reel{}}
	r.line = a.newLine(nil, local(now, zone))
	return r
}

// fork begins a branch at a mark of a line.
func (a *album) fork(from *reel, mark string, branch []string, now time.Time) *reel {
	if a == nil {
		return nil
	}
	return from.at(mark).anew(a.newLine(branch, now))
}

func (a *album) newLine(branch []string, begins time.Time) *AlbumLine {
	line := &AlbumLine{Branch: append([]string{}, branch...), Begins: begins, Days: []AlbumDay{}}
	a.lines = append(a.lines, line)
	return line
}

// anew lets the pictures begin again on another line. The first of them is compared
// with nothing, and so has all there is.
func (r *reel) anew(line *AlbumLine) *reel {
	for team := range r.then {
		r.touched[team] = true
	}
	r.line, r.days, r.then = line, nil, map[string]scene{}
	return r
}

// endOfDay is the last instant of a day: what falls on midnight is the next day's.
func endOfDay(t time.Time, zone *time.Location) time.Time {
	return period.DateOf(t, zone).AddDays(1).In(zone).Add(-time.Nanosecond)
}

func (r *reel) clone() *reel {
	c := *r
	c.days, c.touched, c.marks = slices.Clone(r.days), maps.Clone(r.touched), maps.Clone(r.marks)
	return &c
}

func (r *reel) mark(name string) {
	if r != nil {
		r.marks[name] = r.clone()
	}
}

// at returns the line's pictures as they were at a mark, which stays marked.
func (r *reel) at(name string) *reel {
	if r == nil || r.marks[name] == nil {
		return r
	}
	c := r.marks[name].clone()
	c.marks[name] = r.marks[name]
	if c.line != r.line {
		return c.anew(r.line) // the line was forked off since
	}
	return c
}

// reach goes to an instant, and takes a picture at the end of each day on the way.
func (l *line) reach(ctx context.Context, to time.Time) error {
	if l.reel == nil {
		return l.onward(ctx, to)
	}
	for l.reel.next.Before(to) && l.witness.album.trouble == "" {
		if err := l.onward(ctx, l.reel.next); err != nil {
			return err
		}
		l.picture(ctx, period.DateOf(l.reel.next, l.scenario.Zone))
		l.reel.next = endOfDay(l.reel.next.Add(time.Nanosecond), l.scenario.Zone)
	}
	return l.onward(ctx, to)
}

// picture takes a picture of a day. What goes wrong is the album's trouble and
// not the run's, which goes on without.
func (l *line) picture(ctx context.Context, day period.Date) {
	defer func() {
		if p := recover(); p != nil {
			l.witness.album.stop(fmt.Sprintf("the state of %s cannot be read: %v", day, p))
		}
	}()
	a := l.witness.album
	if day.Year > lastYear {
		a.stop(fmt.Sprintf("days after the year %d are not shown", lastYear))
		return
	}
	if a.left == 0 {
		a.stop(fmt.Sprintf("an album has %d days, those of all branches together: the others are not shown", mostPictures))
		return
	}
	a.left--
	change, err := l.changed(ctx, day)
	if err != nil {
		a.stop(fmt.Sprintf("the state of %s cannot be read: %v", day, err))
		return
	}
	if len(l.reel.days) == 0 {
		l.reel.line.First = day
	}
	l.reel.line.Last = day
	if len(change.Teams) > 0 || len(l.reel.days) == 0 {
		l.reel.days = append(l.reel.days, change)
	}
}

// stop ends the album; the first reason is the one that counts.
func (a *album) stop(reason string) {
	if a.trouble == "" {
		a.trouble = reason
	}
}

// listen learns of the teams that something happened to since the last picture.
func (l *line) listen(ctx context.Context) error {
	for {
		events, err := l.timeline.world.engine.Events(ctx, l.reel.heard, eventsAtOnce)
		if err != nil || len(events) == 0 {
			return err
		}
		for _, event := range events {
			for _, s := range event.Streams {
				if !s.IsPerson() && !strings.HasPrefix(string(s), "!") {
					l.reel.touched[string(s)] = true
				}
			}
		}
		l.reel.heard = events[len(events)-1].Cursor
	}
}

// changed finds what is another than in the picture before.
func (l *line) changed(ctx context.Context, day period.Date) (AlbumDay, error) {
	change := AlbumDay{Day: day, Teams: map[string]TeamThen{}}
	if err := l.listen(ctx); err != nil {
		return change, err
	}
	then := maps.Clone(l.reel.then)
	for team := range l.reel.touched {
		if _, known := then[team]; !known {
			then[team] = scene{}
		}
	}
	for team, before := range then {
		now, err := l.scene(ctx, team, day, before, l.reel.touched[team])
		if err != nil {
			return change, err
		}
		if difference, any := now.since(before); any {
			change.Teams[team] = difference
		}
		then[team] = now
	}
	l.reel.then, l.reel.touched = then, map[string]bool{}
	return change, nil
}

// develop takes the line to the album's last instant, in a copy of its world, and
// finishes its pages.
func (a *album) develop(ctx context.Context, l *line) error {
	if a == nil {
		return nil
	}
	l.reel.line.Until = local(l.timeline.Now(), l.scenario.Zone)
	beyond := &line{
		runner:   &runner{scenario: l.scenario, options: l.options, result: &Result{}, witness: l.witness},
		timeline: NewTimeline(l.timeline.world.Fork()), branch: l.branch, reel: l.reel.clone(),
	}
	if a.until.After(beyond.timeline.Now()) {
		if err := beyond.reach(ctx, a.until); err != nil {
			if ctx.Err() != nil {
				return err
			}
			a.stop(err.Error())
		}
	}
	if a.trouble == "" {
		beyond.picture(ctx, period.DateOf(beyond.timeline.Now(), l.scenario.Zone))
	}
	if beyond.reel.days != nil {
		l.reel.line.Days = beyond.reel.days
	}
	return nil
}
