package simulator

import (
	"slices"
	"sort"
	"time"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/period"
)

// dailies is for how many days the state of each midnight is kept.
const dailies = 31

// moment is the world at one moment, and what the timeline knew of it. It never
// changes.
type moment struct {
	snapshot

	// order is its place among the moments of the timeline.
	order  int
	mark   string
	memory memory
	heard  seatbook.Cursor
}

// past is what a timeline keeps of the way to its present: where it began, the
// midnights of the last days, the midnights that ended months, and its marks.
//
// A moment holds what has changed up to the next one, and not the state. After a year
// in which 1,000 of 100,000 rows of 200 bytes changed each day it was 44 moments and
// 4.5 times the state: 302 MB beside 66 MB, 7 MB a moment, of which the rows are 200 KB
// and the rest are the nodes of the tree above them, as the rows lie apart. That is what
// BenchmarkThePastOfAYear measures.
type past struct {
	// kept are the moments in their order. The first is the beginning.
	kept []*moment
	// known is what was saved and marked from each instant on at which that changed.
	known []knowledge
}

type knowledge struct {
	at     time.Time
	memory memory
}

// keep adds the present.
func (p *past) keep(m *moment) {
	if n := len(p.kept); n > 0 {
		m.order = p.kept[n-1].order + 1
	}
	p.kept = append(p.kept, m)
}

// learn notes what is known from an instant on.
func (p *past) learn(at time.Time, known memory) { p.known = append(p.known, knowledge{at, known}) }

// thin drops the midnights that are neither of the last days nor stand for the
// end of a month, and the moments whose mark was given to a later one. A moment
// stands for all that follow up to the next, as nothing changed in between.
func (p *past) thin(now time.Time, zone *time.Location, marks memory) {
	oldest := period.DateOf(now, zone).AddDays(-dailies).In(zone)
	list := make([]*moment, 0, len(p.kept)+1)
	for i, m := range p.kept {
		next := now
		if i+1 < len(p.kept) {
			next = p.kept[i+1].now
		}
		stays := i == 0 || next.After(oldest) || m.mark == "" && endsMonth(m.now, next, zone)
		if m.mark != "" && !stays {
			last, _ := marks.marked(m.mark)
			stays = last == m
		}
		if stays {
			list = append(list, m)
		}
	}
	p.kept = list
}

// endsMonth reports whether a month ends at an instant or later, but before
// another one.
func endsMonth(from, before time.Time, zone *time.Location) bool {
	first := period.DateOf(from, zone)
	first.Day = 1
	if first.In(zone).Before(from) {
		first = first.AddMonths(1)
	}
	return first.In(zone).Before(before)
}

// before returns the last moment kept that is not after an instant, or the
// beginning.
func (p *past) before(at time.Time) *moment { return p.kept[max(p.upTo(at)-1, 0)] }

func (p *past) upTo(at time.Time) int {
	return sort.Search(len(p.kept), func(i int) bool { return p.kept[i].now.After(at) })
}

func (p *past) learnt(at time.Time) int {
	return sort.Search(len(p.known), func(i int) bool { return p.known[i].at.After(at) })
}

// knew returns what was saved and marked by an instant, that instant included.
func (p *past) knew(at time.Time) memory {
	if n := p.learnt(at); n > 0 {
		return p.known[n-1].memory
	}
	return p.kept[0].memory
}

// until returns the past up to a moment. Neither of the two pasts sees what is
// added to the other.
func (p *past) until(m *moment) past {
	before := p.by(m.now)
	for n := len(before.kept); n > 1 && before.kept[n-1].order > m.order; n-- {
		before.kept = slices.Clip(before.kept[:n-1])
	}
	before.learn(m.now, m.memory)
	return before
}

// by returns the past up to an instant, that instant included. Neither of the
// two pasts sees what is added to the other.
func (p *past) by(at time.Time) past {
	return past{kept: slices.Clip(p.kept[:max(p.upTo(at), 1)]), known: slices.Clip(p.known[:p.learnt(at)])}
}
