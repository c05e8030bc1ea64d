package report

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/simulator"
)

// maxDepartures is how many decisions the text lists after the first.
const maxDepartures = 20

// DiffText writes what differs: the first decision with why, those that follow
// in a line each, and the totals side by side.
func DiffText(w io.Writer, d *simulator.Diff) error {
	p := &lines{w: bufio.NewWriter(w)}
	p.line(clean(d.Name), " (", clean(d.File), ")")
	p.line("  a  ", clean(party(d.A)))
	p.line("  b  ", clean(party(d.B)))
	p.line()
	if first := d.First(); first == nil {
		p.line("No decision differs, of ", strconv.Itoa(d.A.Decisions), ".")
	} else {
		p.first(d.File, first)
		p.others(d)
	}
	p.line()
	p.totals(d)
	return p.w.Flush()
}

// party names one of the two.
func party(p simulator.Party) string {
	parts := []string{p.Branch}
	for _, name := range slices.Sorted(maps.Keys(p.Policy)) {
		parts = append(parts, name+" = "+p.Policy[name])
	}
	return strings.Join(parts, ", ")
}

// first writes the decision at which the two came apart.
func (l *lines) first(file string, d *simulator.Departure) {
	l.line("First: ", clean(d.What))
	for _, side := range []struct {
		name    string
		decided *simulator.Decided
	}{{"a", d.A}, {"b", d.B}} {
		if side.decided == nil {
			l.line("  ", side.name, "  does not have it")
			continue
		}
		what := string(d.Kind)
		if d.Kind == simulator.StepRecord {
			what = fmt.Sprintf("%s:%d, step %s: %s", file, side.decided.Line, side.decided.Step, side.decided.Outcome)
		}
		l.line("  ", side.name, "  ", rule.Show(side.decided.At), "  ", clean(what))
	}
	l.changes("  differs  ", d.Changes)
	l.changes("  because  ", d.Params)
	a, b := d.Why()
	l.why("a", a)
	l.why("b", b)
}

const maxChanges = 12

func (l *lines) changes(title string, list []simulator.Change) {
	for i, c := range list {
		if i == maxChanges {
			l.line(title, fmt.Sprintf("and %d values more", len(list)-i))
			return
		}
		l.line(title, clean(fmt.Sprintf("%s: a %s, b %s", c.Path, c.A, c.B)))
	}
}

func (l *lines) why(name string, reasons []simulator.Reason) {
	for _, r := range reasons {
		l.line("  why ", name, "    ", after(r.Rule, 7), clean(strings.Join(r.Figures, " · ")))
	}
}

// others writes the decisions after the first, a line each.
func (l *lines) others(d *simulator.Diff) {
	rest := d.Departures[1:]
	if len(rest) == 0 {
		l.line()
		l.line("No other decision differs.")
		return
	}
	l.line()
	l.line("Then ", plural(len(rest), "decision"), ":")
	for i := range rest {
		if i == maxDepartures {
			l.line(fmt.Sprintf("  and %d more", len(rest)-i))
			return
		}
		l.line("  ", clean(brief(&rest[i])))
	}
}

// brief says a departure in a line.
func brief(d *simulator.Departure) string {
	one := d.A
	if one == nil {
		one = d.B
	}
	text := rule.Show(one.At) + "  " + d.What
	if d.Kind == simulator.StepRecord {
		text = rule.Show(one.At) + "  step " + one.Step + " " + d.What
	}
	switch {
	case d.A == nil:
		return text + ": b alone"
	case d.B == nil:
		return text + ": a alone"
	case len(d.Changes) > 1:
		return fmt.Sprintf("%s: %s: a %s, b %s, and %d more", text, d.Changes[0].Path, d.Changes[0].A, d.Changes[0].B, len(d.Changes)-1)
	default:
		return fmt.Sprintf("%s: %s: a %s, b %s", text, d.Changes[0].Path, d.Changes[0].A, d.Changes[0].B)
	}
}

// totals writes the sums side by side.
func (l *lines) totals(d *simulator.Diff) {
	rows := [][4]string{{"Totals", "a", "b", "b - a"}, {"until", rule.Show(d.A.Totals.Until), rule.Show(d.B.Totals.Until), ""}}
	rows = append(rows, amounts("invoiced", d.A.Totals.Invoiced, d.B.Totals.Invoiced)...)
	rows = append(rows, amounts("open", d.A.Totals.Open, d.B.Totals.Open)...)
	for _, one := range []struct {
		name string
		a, b int64
	}{
		{"tokens bought", d.A.Totals.TokensBought, d.B.Totals.TokensBought},
		{"tokens used", d.A.Totals.TokensUsed, d.B.Totals.TokensUsed},
		{"tokens left", d.A.Totals.TokensLeft, d.B.Totals.TokensLeft},
		{"tokens ended", d.A.Totals.TokensEnded, d.B.Totals.TokensEnded},
		{"seats owned", d.A.Totals.SeatsOwned, d.B.Totals.SeatsOwned},
		{"seats assigned", d.A.Totals.SeatsAssigned, d.B.Totals.SeatsAssigned},
		{"access-days", d.A.Totals.AccessDays, d.B.Totals.AccessDays},
	} {
		rows = append(rows, [4]string{one.name, strconv.FormatInt(one.a, 10), strconv.FormatInt(one.b, 10), signed(one.b - one.a)})
	}
	var widths [4]int
	for _, row := range rows {
		for i, text := range row {
			widths[i] = max(widths[i], len(text))
		}
	}
	for _, row := range rows {
		l.line(after(row[0], widths[0]), "  ", before(row[1], widths[1]), "  ", before(row[2], widths[2]), "  ", before(row[3], widths[3]))
	}
}

// signed shows a difference with its sign, and none as nothing.
func signed(n int64) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%+d", n)
}

// amounts are the rows of a sum, one for each currency.
func amounts(name string, a, b []money.Amount) [][4]string {
	var currencies []money.Currency
	sums := [2]map[money.Currency]money.Amount{{}, {}}
	for i, list := range [][]money.Amount{a, b} {
		for _, amount := range list {
			sums[i][amount.Currency()] = amount
			currencies = append(currencies, amount.Currency())
		}
	}
	slices.Sort(currencies)
	rows := [][4]string{}
	for _, currency := range slices.Compact(currencies) {
		x, y := money.Zero(currency), money.Zero(currency)
		if amount, ok := sums[0][currency]; ok {
			x = amount
		}
		if amount, ok := sums[1][currency]; ok {
			y = amount
		}
		row := [4]string{name, x.String(), y.String(), ""}
		if more, err := y.Sub(x); err == nil && !more.IsZero() {
			row[3] = strings.Repeat("+", max(0, more.Sign())) + more.String()
		}
		rows = append(rows, row)
	}
	return rows
}

// DiffJSON writes what differs as data.
func DiffJSON(w io.Writer, d *simulator.Diff) error {
	return encode(w, diffData{FormatVersion, d, d.First()})
}
