package seatbook_test

import (
	"cmp"
	"slices"
	"time"

	"github.com/seatbook/seatbook/rule"
)

// lot is a pack as the model has it.
type lot struct {
	id, team                       string
	tokens, left, held, used, lost int64
	bought, ends                   time.Time
	ended                          bool
}

// desk is one person's place at a product of a team.
type desk struct{ team, user, product string }

// charged is a window as the model has it.
type charged struct {
	start, end time.Time
	rate       int64
	from       []taken
	// holds is until when its tokens are only held; zero once they are taken.
	holds time.Time
	// run is the session that it was charged for.
	run *run
}

// taken is what a charge took from a lot.
type taken struct {
	lot *lot
	n   int64
}

// run is a session as the model has it.
type run struct {
	id string
	desk
	opened time.Time
	// covered is set while a seat pays, free while there is a free five minutes.
	covered, free, closed bool
	tokens                int64
}

// purse is what the model knows of tokens: lots, windows and runs, in plain lists.
type purse struct {
	now     time.Time
	zones   map[string]*time.Location
	lots    []*lot
	windows map[desk]*charged
	runs    []*run
	// seats are who has a seat, rows what usage has to say, by day, person and product.
	seats map[desk]bool
	rows  map[string]map[usageRow]int64
}

type usageRow struct{ day, user, product string }

// rate is the price of a day in a product at an instant.
func (p *purse) rate(product string) int64 {
	switch {
	case product == "lite":
		return 2
	case p.now.Before(dearer):
		return 7
	default:
		return 9
	}
}

// dearer is from when on the large product costs more.
var dearer = time.Date(2026, 3, 10, 0, 0, 0, 0, time.UTC)

// live are the lots of a team that have not ended, in the order of FLX-2.
func (p *purse) live(team string) []*lot {
	var list []*lot
	for _, l := range p.lots {
		if l.team == team && !l.ended {
			list = append(list, l)
		}
	}
	slices.SortFunc(list, func(a, b *lot) int {
		return cmp.Or(a.ends.Compare(b.ends), cmp.Compare(a.tokens, b.tokens), a.bought.Compare(b.bought), rule.CompareIDs(a.id, b.id))
	})
	return list
}

func (p *purse) left(team string) int64 {
	n := int64(0)
	for _, l := range p.live(team) {
		n += l.left
	}
	return n
}

// report adds to usage.
func (p *purse) report(at desk, start time.Time, tokens int64) {
	p.rows[at.team][usageRow{start.In(p.zones[at.team]).Format("2006-01-02"), at.user, at.product}] += tokens
}

// open are the runs at a desk that tokens pay for, the first one first.
func (p *purse) open(at desk) []*run {
	var list []*run
	for _, r := range p.runs {
		if r.desk == at && !r.closed && !r.covered {
			list = append(list, r)
		}
	}
	return list
}

// charge begins a window, token by token, or reports that there are too few.
func (p *purse) charge(r *run) bool {
	rate := p.rate(r.product)
	if p.left(r.team) < rate {
		return false
	}
	w := &charged{start: p.now, end: p.now.Add(24 * time.Hour), rate: rate, run: r}
	if still := r.opened.Add(5 * time.Minute); r.free && still.After(p.now) {
		w.holds = still
	}
	for range rate {
		for _, l := range p.live(r.team) {
			if l.left == 0 {
				continue
			}
			l.left--
			if w.holds.IsZero() {
				l.used++
			} else {
				l.held++
			}
			if last := len(w.from) - 1; last >= 0 && w.from[last].lot == l {
				w.from[last].n++
			} else {
				w.from = append(w.from, taken{l, 1})
			}
			break
		}
	}
	r.tokens += rate
	p.windows[r.desk] = w
	if w.holds.IsZero() {
		r.free = false
		p.report(r.desk, w.start, rate)
	}
	return true
}

// settle takes what a window holds, or gives it back: to a lot that has ended in
// vain.
func (p *purse) settle(at desk, w *charged, keep bool) {
	for _, t := range w.from {
		t.lot.held -= t.n
		switch {
		case keep:
			t.lot.used += t.n
		case t.lot.ended:
			t.lot.lost += t.n
		default:
			t.lot.left += t.n
		}
	}
	if keep {
		p.report(at, w.start, w.rate)
		for _, r := range p.open(at) {
			r.free = false
		}
		w.holds = time.Time{}
		return
	}
	w.run.tokens -= w.rate
	p.report(at, w.start, 0)
	delete(p.windows, at)
}

// goOn is what becomes of runs whose window or seat is over.
func (p *purse) goOn(at desk) {
	open := p.open(at)
	if len(open) == 0 {
		return
	}
	if p.seats[at] {
		for _, r := range open {
			r.covered = true
		}
		return
	}
	if p.windows[at] == nil && !p.charge(open[0]) {
		for _, r := range open {
			r.closed = true
		}
		return
	}
	w := p.windows[at]
	for _, r := range open {
		r.free = !w.holds.IsZero()
	}
}

// event is something that time brings to a team.
type event struct {
	at   time.Time
	rank int
	key  string
	do   func()
}

// advance lets time pass, event by event.
func (p *purse) advance(until time.Time) {
	for {
		var all []event
		for _, l := range p.lots {
			if !l.ended {
				all = append(all, event{l.ends, 15, l.id, func() { l.lost, l.left, l.ended = l.lost+l.left, 0, true }})
			}
		}
		for at, w := range p.windows {
			key := string(rule.ByEmail(at.user).Person()) + " " + at.product
			if !w.holds.IsZero() {
				all = append(all, event{w.holds, 50, key, func() { p.settle(at, w, true) }})
				continue
			}
			all = append(all, event{w.end, 55, key, func() { delete(p.windows, at); p.goOn(at) }})
		}
		if len(all) == 0 {
			break
		}
		next := slices.MinFunc(all, func(a, b event) int {
			return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.rank, b.rank), cmp.Compare(a.key, b.key))
		})
		if next.at.After(until) {
			break
		}
		p.now = next.at
		next.do()
	}
	p.now = until
}

// launch begins a run, or returns the refusal.
func (p *purse) launch(at desk) (*run, []rule.Code) {
	r := &run{desk: at, opened: p.now, free: true}
	w, running := p.windows[at]
	switch {
	case p.seats[at]:
		r.covered = true
	case running:
		r.free = !w.holds.IsZero()
	case !p.charge(r):
		return nil, []rule.Code{rule.InsufficientTokens}
	}
	p.runs = append(p.runs, r)
	return r, nil
}

// end closes a run; a short one that is alone in its window gives it back.
func (p *purse) end(r *run) {
	if r.closed {
		return
	}
	r.closed = true
	if w := p.windows[r.desk]; !r.covered && w != nil && !w.holds.IsZero() && len(p.open(r.desk)) == 0 {
		p.settle(r.desk, w, false)
	}
}

// unseat takes a seat away: what it covered goes on by tokens, or ends.
func (p *purse) unseat(at desk) {
	delete(p.seats, at)
	covered := false
	for _, r := range p.runs {
		if r.desk == at && !r.closed && r.covered {
			r.covered, covered = false, true
		}
	}
	if covered {
		p.goOn(at)
	}
}

// move moves a lot to another team, or returns the refusal.
func (p *purse) move(l *lot, to string) []rule.Code {
	switch {
	case l.team == to:
		return []rule.Code{rule.Invalid}
	case l.ended:
		return []rule.Code{rule.TooLate}
	case l.held > 0:
		return []rule.Code{rule.Conflict}
	}
	l.team = to
	return nil
}
