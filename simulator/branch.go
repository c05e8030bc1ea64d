package simulator

import (
	"fmt"
	"slices"
	"strings"
)

// MainLine is the name of the steps that are on no branch.
const MainLine = "main line"

// branchName names a line of steps by the branches that lead to it; no branch
// is the empty name.
func branchName(branch []string) string { return strings.Join(branch, " / ") }

// lineName is the name inside for what people call a line.
func lineName(name string) string {
	if name == MainLine {
		return ""
	}
	return name
}

// Branches returns the names of the scenario's branches in the order of the
// file. The name of a branch of a branch has those of both, as in "late / later".
func (s *Scenario) Branches() []string {
	names := []string{}
	walkForks(s.Steps, nil, func(_ *Step, branch []string) { names = append(names, branchName(branch)) })
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

// checkBranch says what is wrong with the name of a branch: there is none, or
// there are several.
func (s *Scenario) checkBranch(name string) error {
	if name == MainLine {
		return nil
	}
	names := s.Branches()
	found := 0
	for _, one := range names {
		if one == name {
			found++
		}
	}
	switch {
	case len(names) == 0:
		return fmt.Errorf("there is no branch %s: the scenario has none", quote(name))
	case found == 0:
		return fmt.Errorf("there is no branch %s%s", quote(name), nearest(name, append(names, MainLine)))
	case found > 1:
		return fmt.Errorf("%d branches are called %s, and one is compared", found, quote(name))
	}
	return nil
}

// lineage returns the records that lead to the end of a line: those of the line
// itself, and of the lines it branched off from up to where it did.
func (s *Scenario) lineage(records []Record, name string) []*Record {
	type place struct {
		records []*Record
		marks   map[string]int
	}
	lines := map[string]*place{"": {marks: map[string]int{}}}
	from := map[string]string{}
	walkForks(s.Steps, nil, func(step *Step, _ []string) { from[step.Number] = step.From })
	for i := range records {
		r := &records[i]
		line := lines[branchName(r.Branch)]
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
			lines[branchName(append(slices.Clone(r.Branch), r.Name))] = branch
		}
	}
	if line := lines[lineName(name)]; line != nil {
		return line.records
	}
	return nil
}
