package licensing

import (
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// unpinnedMark stands in the name of a line whose people have a reason to hold the
// product beside their pins. No identifier of a subscription is like it.
const unpinnedMark = "+"

// line names those who hold the product by the same pins. Who keeps access where
// there are too few seats is found by counting in lines, and not from one person
// to the next.
func (h Holding) line() string {
	var pins []string
	for _, source := range h.Sources {
		if source.Kind == Pinned {
			pins = append(pins, source.From)
		}
	}
	if !h.onlyPinned() {
		pins = append(pins, unpinnedMark)
	}
	return strings.Join(pins, " ")
}

// pinsOf returns the subscriptions that the people of a line are pinned to, and
// whether something else gives them the product too.
func pinsOf(line string) (pins []string, others bool) {
	names, others := strings.CutSuffix(line, unpinnedMark)
	return strings.Fields(names), others
}

// turn is where somebody stands in a line: who came first, ties by address.
func turn(since time.Time, email string) store.Key { return store.Time(since) + store.String(email) }

func (h Holding) turn() store.Key { return turn(h.Since, h.Email) }

var holdingsInLine = holdings.Index("line", func(h *Holding) (store.Key, bool) {
	return store.String(h.Product) + store.String(h.line()) + h.turn(), true
})

// Rung counts the people of a stretch of a line: who stands there, and those
// behind up to the next rung of the same level. Every sixteenth of the people,
// about, has a rung of the first level, every sixteenth of these one of the
// second, and so on, so that nobody's place is counted from the first person on.
type Rung struct {
	Team    rule.Stream
	Product string
	Line    string
	// Level is 1 at least.
	Level int
	// Since and Email are those of the holding that the rung begins with. They are
	// zero for the one that begins the line, which is nobody's.
	Since time.Time
	Email string
	Count int
}

const (
	// rungStep is how many rungs of one level, about, one of the next stands for.
	rungStep = 16
	topRung  = 3
)

var rungs = store.NewTable("licensing.rung", func(r *Rung) (string, store.Key) {
	return string(r.Team), rungKey(r.Product, r.Line, r.Level) + turn(r.Since, r.Email)
})

func rungKey(product, line string, level int) store.Key {
	return store.String(product) + store.String(line) + store.Int(level)
}

// level is how high the rungs are that begin with the holding, zero where none
// does. It follows from who the person is, so that the same people make the same
// rungs, in whichever order they came.
func (h Holding) level() int {
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(h.Person))
	level := 0
	for n := sum.Sum32(); level < topRung && n%rungStep == 0; n /= rungStep {
		level++
	}
	return level
}

// rungBefore returns the last rung of a level before somebody's turn.
func rungBefore(v *rule.View, h Holding, level int) (Rung, error) {
	line := h.line()
	part := store.Part{Prefix: rungKey(h.Product, line, level), To: h.turn(), Reverse: true, Limit: 1}
	for r, err := range rungs.Scan(v.Tx(), string(h.Team), part) {
		return r, err
	}
	return Rung{Team: h.Team, Product: h.Product, Line: line, Level: level}, nil
}

// keep keeps a rung. The first one of a line is not kept where nobody is counted
// by it.
func (r Rung) keep(s *rule.Scope) error {
	if r.Count > 0 {
		return rungs.Put(s.Tx(), r)
	}
	return rungs.Delete(s.Tx(), string(r.Team), rungKey(r.Product, r.Line, r.Level)+turn(r.Since, r.Email))
}

// lineUp counts a holding that was just kept in its line.
func lineUp(s *rule.Scope, h Holding) error {
	for level := 1; level <= topRung; level++ {
		before, err := rungBefore(&s.View, h, level)
		if err != nil {
			return err
		}
		before.Count++
		if h.level() >= level {
			at := stretch{h.Team, h.Product, h.line(), turn(before.Since, before.Email), h.turn()}
			n, err := at.count(&s.View, level-1)
			if err != nil {
				return err
			}
			own := Rung{Team: h.Team, Product: h.Product, Line: h.line(), Level: level, Since: h.Since, Email: h.Email, Count: before.Count - n}
			if err := own.keep(s); err != nil {
				return err
			}
			before.Count = n
		}
		if err := before.keep(s); err != nil {
			return err
		}
	}
	return nil
}

// stepOut takes a holding out of the counts of its line.
func stepOut(s *rule.Scope, h Holding) error {
	for level := 1; level <= topRung; level++ {
		before, err := rungBefore(&s.View, h, level)
		if err != nil {
			return err
		}
		before.Count--
		if h.level() >= level {
			key := rungKey(h.Product, h.line(), level) + h.turn()
			own, _, err := rungs.Get(s.Tx(), string(h.Team), key)
			if err != nil {
				return err
			}
			before.Count += own.Count
			if err := rungs.Delete(s.Tx(), string(h.Team), key); err != nil {
				return err
			}
		}
		if err := before.keep(s); err != nil {
			return err
		}
	}
	return nil
}

// stretch is a part of a line, from one turn to the first behind it.
type stretch struct {
	team          rule.Stream
	product, line string
	from, to      store.Key
}

// count adds up a stretch that begins at a rung of the level above, by the rungs
// of a level or, on the ground, by the people.
func (at stretch) count(v *rule.View, level int) (int, error) {
	n := 0
	if level > 0 {
		for r, err := range at.rungs(v, level) {
			if err != nil {
				return 0, err
			}
			n += r.Count
		}
		return n, nil
	}
	part := store.Part{Prefix: store.String(at.product) + store.String(at.line), From: at.from, To: at.to}
	for _, err := range holdingsInLine.Scan(v.Tx(), string(at.team), part) {
		if err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}

func (at stretch) rungs(v *rule.View, level int) func(func(Rung, error) bool) {
	return rungs.Scan(v.Tx(), string(at.team), store.Part{Prefix: rungKey(at.product, at.line, level), From: at.from, To: at.to})
}

// ahead counts who stands in a line of a holding's product before its turn: from
// the highest rungs down, each time on from the last one before it.
func ahead(v *rule.View, h Holding, line string) (int, error) {
	total := 0
	at := stretch{team: h.Team, product: h.Product, line: line, to: h.turn()}
	for level := topRung; level > 0; level-- {
		last := 0
		for r, err := range at.rungs(v, level) {
			if err != nil {
				return 0, err
			}
			total += last
			at.from, last = turn(r.Since, r.Email), r.Count
		}
	}
	n, err := at.count(v, 0)
	return total + n, err
}

// inLines returns who stands in some lines of a product, by person.
func inLines(v *rule.View, team rule.Stream, product string, lines []string) ([]Holding, error) {
	var list []Holding
	for _, line := range lines {
		for h, err := range holdingsInLine.Scan(v.Tx(), string(team), store.Part{Prefix: store.String(product) + store.String(line)}) {
			if err != nil {
				return nil, err
			}
			list = append(list, h)
		}
	}
	slices.SortFunc(list, func(a, b Holding) int { return strings.Compare(string(a.Person), string(b.Person)) })
	return list, nil
}
