// Package tidy keeps the shape of the code base, as tests.
//
// The rules are those of docs/design.md and of the project's style:
//
//   - Imports go one way: simulator, seatbook, billing, flex, licensing,
//     account, rule, store. The leaves money and period need the standard
//     library alone, a backend needs store alone.
//   - Only the engine knows the time and nothing knows chance, so that a replay
//     is exact: no wall clock and no global randomness, but for the progress
//     display of simulator/cmd and the tests of backends in store/storetest.
//   - A function is at most 70 lines long and a file 400.
//   - Every package and every exported name is documented.
//   - There is no init function, no comment that leaves work for later, and no
//     package named after nothing in particular.
//
// Each rule is a function from parsed files to the places that break it. One
// test runs all of them over the repository; the others show each rule on small
// sources, on both sides of its boundary. The linters enforce much of this too,
// with types at hand; this package needs nothing but the standard library, so
// it fails in a plain "go test".
package tidy
