package simulator

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// MainLine is the name of the steps that are on no branch.
const MainLine = "main line"

// branchName names a line of steps by the branches that lead to it; no branch
// is the empty name.
func branchName(branch []string) string { return strings.Join(branch, " / ") }

// namedLine is a line of steps by the name that it is compared by.
type namedLine struct {
	name string
	// path is the names of the branches that lead to it, which others can have too.
	path string
	// fork is the number of the step that began it; empty for the main line.
	fork string
}

// lines are the main line and all branches, in the order of the file. Names that come
// more than once are counted.
func (s *Scenario) lines() []namedLine {
	list := []namedLine{{name: MainLine, path: MainLine}}
	walkForks(s.Steps, nil, func(step *Step, branch []string) {
		list = append(list, namedLine{path: branchName(branch), fork: step.Number})
	})
	times, taken := map[string]int{}, map[string]bool{}
	for _, one := range list {
		times[one.path]++
		taken[one.path] = true
	}
	nth := map[string]int{MainLine: 1}
	for i := range list[1:] {
		one := &list[1+i]
		one.name = one.path
		if times[one.path] == 1 {
			continue
		}
		nth[one.path]++
		// A branch can be called what another one would be.
		for mark := "#"; taken[one.name]; mark += "#" {
			one.name = fmt.Sprintf("%s%s%d", one.path, mark, nth[one.path])
		}
		taken[one.name] = true
	}
	return list
}

// Branches returns the names of the scenario's branches in the order of the
// file. The name of a branch of a branch has those of both, as in "late / later".
// Where several have one name they are counted, as in "late#1" and "late#2".
func (s *Scenario) Branches() []string {
	names := []string{}
	for _, one := range s.lines()[1:] {
		names = append(names, one.name)
	}
	return names
}

// walkForks visits every fork with the branch that it begins.
func walkForks(steps []Step, within []string, visit func(*Step, []string)) {
	for i := range steps {
		if steps[i].Verb == ForkStep {
			branch := append(slices.Clone(within), steps[i].Name)
			visit(&steps[i], branch)
			walkForks(steps[i].Steps, branch, visit)
		}
	}
}

// lineCalled finds a line by its name, in which slashes can be written without the
// spaces around them. It says what is wrong with the name: there is none, or there
// are several.
func (s *Scenario) lineCalled(name string) (namedLine, error) {
	lines := s.lines()
	for _, alike := range []func(string) string{strings.Clone, tight} {
		var names []string
		for _, one := range lines {
			if alike(one.name) == alike(name) {
				return one, nil
			}
			if alike(one.path) == alike(name) {
				names = append(names, fmt.Sprintf("%q", one.name))
			}
		}
		if len(names) > 0 {
			return namedLine{}, fmt.Errorf("%d branches are called %s, and one is compared: %s", len(names), quote(name), strings.Join(names, " or "))
		}
	}
	if len(lines) == 1 {
		return namedLine{}, fmt.Errorf("there is no branch %s: the scenario has none", quote(name))
	}
	return namedLine{}, fmt.Errorf("there is no branch %s%s", quote(name), nearest(name, append(s.Branches(), MainLine)))
}

var slashes = regexp.MustCompile(`\s*/\s*`)

// tight leaves out the spaces around slashes.
func tight(name string) string { return slashes.ReplaceAllString(name, "/") }

// lineage returns the records that lead to the end of a line, by the number of the
// step that began it: those of the line itself, and of the lines it branched off from up to where it did.
func (s *Scenario) lineage(records []Record, fork string) []*Record {
	type place struct {
		records []*Record
		marks   map[string]int
	}
	lines := map[string]*place{"": {marks: map[string]int{}}}
	from := map[string]string{}
	walkForks(s.Steps, nil, func(step *Step, _ []string) { from[step.Number] = step.From })
	for i := range records {
		r := &records[i]
		line := lines[r.fork]
		if line == nil {
			continue
		}
		line.records = append(line.records, r)
		if r.Kind != StepRecord || !r.Passed {
			continue
		}
		switch r.Verb { //nolint:exhaustive // the others go on
		case MarkStep:
			line.marks[r.Name] = len(line.records)
		case RewindStep:
			line.records = slices.Clone(line.records[:line.marks[r.Name]])
		case ForkStep:
			at := line.marks[from[r.Step]]
			branch := &place{records: slices.Clone(line.records[:at]), marks: map[string]int{}}
			for mark, place := range line.marks {
				if place <= at {
					branch.marks[mark] = place
				}
			}
			lines[r.Step] = branch
		}
	}
	if line := lines[fork]; line != nil {
		return line.records
	}
	return nil
}
