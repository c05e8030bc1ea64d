package simulator

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/seatbook/seatbook/rule"
)

// Fault is one thing that is wrong with a scenario file. It is found before
// anything runs.
type Fault struct {
	// File, Line and Column say where it is. Both count from 1, columns in characters.
	File         string
	Line, Column int
	// Text says what is wrong and, where a name is, the nearest right one.
	Text string
	// Excerpt is the line in question, or the part of it around the fault.
	Excerpt string
	// Caret is how many characters of the excerpt stand before the fault.
	Caret int
}

// Error says where the fault is and what it is, in one line.
func (f Fault) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", f.File, f.Line, f.Column, f.Text)
}

// String says the same and shows the line, with a caret under the place.
func (f Fault) String() string {
	if f.Excerpt == "" {
		return f.Error()
	}
	margin := fmt.Sprintf("%6d | ", f.Line)
	blank := strings.Repeat(" ", len(margin)-2) + "| "
	return fmt.Sprintf("%s\n%s%s\n%s%s^", f.Error(), margin, f.Excerpt, blank, strings.Repeat(" ", f.Caret))
}

// Faults is everything that is wrong with a scenario, in the order of the
// files. It is the error of [Parse] and [Load].
type Faults []Fault

// Error says each fault in a line.
func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i := range f {
		lines[i] = f[i].Error()
	}
	return strings.Join(lines, "\n")
}

// maxFaults is how many faults are listed. A file that has more is no scenario
// with slips but something else.
const maxFaults = 500

// findings collects the faults of a scenario and of the files it names.
type findings struct {
	list []Fault
	seen map[Fault]bool
	more int
}

func (f *findings) add(fault Fault) {
	if f.seen == nil {
		f.seen = map[Fault]bool{}
	}
	// What stands behind an anchor is read once for each alias.
	if f.seen[fault] {
		return
	}
	if len(f.list) >= maxFaults {
		f.more++
		return
	}
	f.seen[fault] = true
	f.list = append(f.list, fault)
}

// faults returns what was found, or nil, in the order of the lines.
func (f *findings) faults() error {
	if len(f.list) == 0 {
		return nil
	}
	list := slices.Clone(f.list)
	// Stable, and without comparing files: a catalogue comes after its scenario.
	slices.SortStableFunc(list, func(a, b Fault) int {
		if a.File != b.File {
			return 0
		}
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	if f.more > 0 {
		last := list[len(list)-1]
		last.Text, last.Excerpt = fmt.Sprintf("there are %d faults more, which are not listed", f.more), ""
		list = append(list, last)
	}
	return Faults(list)
}

// nearest says which of the candidates a wrong name comes closest to.
func nearest(text string, candidates []string) string {
	if best := rule.Nearest(text, candidates); best != "" {
		return fmt.Sprintf("; the nearest is %q", best)
	}
	return ""
}

// quote shows a text of the file, cut to a length that fits a line.
func quote(text string) string {
	const most = 60
	runes := 0
	for i := range text {
		if runes++; runes > most {
			return fmt.Sprintf("%q…", text[:i])
		}
	}
	return fmt.Sprintf("%q", text)
}

// printable replaces what would move the cursor of a terminal.
func printable(r rune) rune {
	if r == '\t' || unicode.IsSpace(r) {
		return ' '
	}
	if !unicode.IsPrint(r) {
		return '\uFFFD'
	}
	return r
}
