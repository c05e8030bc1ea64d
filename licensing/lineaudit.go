package licensing

import (
	"fmt"
	"maps"
	"strings"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// auditLines lets everyone stand in line again, one by one, and compares with the
// counts that are kept: those of the lines, of who waits for a pin, and the rungs.
func auditLines(v *rule.View, team rule.Stream) error {
	lines, waiting := map[string]map[string]int{}, map[string]map[string]int{}
	var want []Rung
	open := map[string]int{}
	for h, err := range holdingsInLine.Scan(v.Tx(), string(team), store.Part{}) {
		if err != nil {
			return err
		}
		email, err := account.EmailOf(v, h.Person)
		if err != nil {
			return err
		}
		if email != h.Email {
			return fmt.Errorf("licensing: %s stands in the line of %s in %s by another address", h.Person, h.Product, team)
		}
		fresh := lines[h.Product][h.line()] == 0
		lines[h.Product] = counted(lines[h.Product], h.line(), 1)
		for level := 1; level <= topRung; level++ {
			at := string(rungKey(h.Product, h.line(), level))
			switch {
			case h.level() >= level:
				open[at] = len(want)
				want = append(want, Rung{Team: team, Product: h.Product, Line: h.line(), Level: level, Since: h.Since, Email: h.Email})
			case fresh:
				open[at] = len(want)
				want = append(want, Rung{Team: team, Product: h.Product, Line: h.line(), Level: level})
			}
			want[open[at]].Count++
		}
	}
	for h, err := range holds.Scan(v.Tx(), string(team), store.Part{}) {
		if err != nil {
			return err
		}
		for _, p := range h.Products {
			if h.Pin != "" {
				waiting[p] = counted(waiting[p], h.Pin, 1)
			}
		}
	}
	for t, err := range tallies.Scan(v.Tx(), string(team), store.Part{}) {
		if err != nil {
			return err
		}
		if !maps.Equal(t.Lines, lines[t.Product]) || !maps.Equal(t.Waiting, waiting[t.Product]) {
			return fmt.Errorf("licensing: %s counts %s in line for %s and %s waiting, and there are %s and %s", team,
				rule.Show(t.Lines), t.Product, rule.Show(t.Waiting), rule.Show(lines[t.Product]), rule.Show(waiting[t.Product]))
		}
	}
	return auditRungs(v, team, want)
}

// auditRungs compares the rungs of a team with those that there are to be.
func auditRungs(v *rule.View, team rule.Stream, want []Rung) error {
	n := 0
	for _, r := range want {
		kept, _, err := rungs.Get(v.Tx(), string(team), rungKey(r.Product, r.Line, r.Level)+turn(r.Since, r.Email))
		if err != nil {
			return err
		}
		if kept.Count != r.Count {
			return fmt.Errorf("licensing: a rung of %s in %s counts %d people, of %d", strings.TrimSpace(r.Product+" "+r.Line), team, kept.Count, r.Count)
		}
	}
	for _, err := range rungs.Scan(v.Tx(), string(team), store.Part{}) {
		if err != nil {
			return err
		}
		n++
	}
	if n != len(want) {
		return fmt.Errorf("licensing: %s has %d rungs, of %d", team, n, len(want))
	}
	return nil
}
