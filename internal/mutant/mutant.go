// Package mutant breaks the rules on purpose, one at a time, to prove that the
// tests would tell. A mutant is a change of a few words in one source file, with
// the test that must fail when it is made. Nothing in the tree changes: the go
// command is handed the changed file by its flag -overlay.
//
// The tests of the package check on every run that each mutant still finds the
// words that it changes. The proof itself takes a build for each of them:
//
//	go test ./internal/mutant -timeout 60m -args -prove
//
// A second list is of mutants that no test is named for: random histories find
// them by what must hold of every run, and shrink each to a few steps.
package mutant

import "slices"

// Mutant is one rule broken on purpose.
type Mutant struct {
	// Breaks are the invariants that no longer hold, by their number.
	Breaks []int
	// Does says what goes wrong.
	Does string
	// File is the source file, from the root of the module. Old stands in it
	// exactly once, and New takes its place.
	File, Old, New string
	// Package is the package whose test fails, and Run the name of that test.
	Package, Run string
}

// All returns every mutant. A further area of rules is a further list.
func All() []Mutant { return slices.Concat(seats, people) }

// The invariants that mutants must break, each of them at least one: those of
// seats and of people.
var wanted = []int{16, 17, 18, 19, 20, 21, 22, 23, 42, 43, 44, 45, 46, 47, 48, 49, 50}

// The tests that find mutants, all in the package of the engine.
const (
	engine   = "."
	machine  = "TestPeopleAndSeatsAreRecounted"
	foreign  = "TestWhatIsForeignIsLikeWhatIsUnknown"
	disjoint = "TestNoAnswerHasAWordOfAnotherTeam"
)
