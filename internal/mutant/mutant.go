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
func All() []Mutant { return slices.Concat(tokens, seats, money, people) }

// The invariants that mutants must break, each of them at least one: those of
// tokens, of seats, of money and of people. To 37, that no amount is in floating
// point or without its currency, types and linters see.
var wanted = []int{
	1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23,
	24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50,
}

// The packages whose tests find mutants, and these tests.
const (
	engine    = "."
	licensing = "licensing"
	line      = "TestPlacesInALongLineAreThoseCountedOneByOne"
	machine   = "TestPeopleAndSeatsAreRecounted"
	foreign   = "TestWhatIsForeignIsLikeWhatIsUnknown"
	disjoint  = "TestNoAnswerHasAWordOfAnotherTeam"
	ledger    = "TestTokensAreRecounted"
	books     = "TestMoneyIsRecounted"
)

// The tables that find mutants in the packages of tokens and of money.
const (
	packOrder    = "TestTokensComeFromThePacksInTheirOrder"
	windowLength = "TestAWindowIsElapsedTime"
	proration    = "TestAddedSeatsCostThePartOfTheTermThatIsLeft"
	slow         = "TestASlowModelAgrees"
	termEnds     = "TestEveryTermEndsByTheAnchor"
	dayOfPayment = "TestNoDayOfPaymentMovesATerm"
	stageLengths = "TestEveryStageHasItsLength"
	creditSplit  = "TestACreditIsSplitOverInvoices"
)
