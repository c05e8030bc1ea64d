// Package portfolio lets thousands of teams live through a plausible year, and
// adds up what they came to.
//
// Each team lives in a world of its own, which is dropped as soon as its figures
// are taken: so many can live at the same time as there are processors, and what
// is kept in memory does not depend on how many there are in all. What happens to a
// team follows from the seed and the team's number alone, and not from who else
// lives in the portfolio, in which shard, or beside whom.
//
// How teams live is told by a [Workload]: how large they are, what they buy, when
// they work, how often a card fails. That is another question than the one that
// package history asks. There every command is drawn, to find what breaks; here
// teams do what teams do, so that the sums mean something.
//
// What teams came to is a file of JSON lines: a header that says which portfolio
// it is, and a line for each team in the order of their numbers. A file that was
// cut off anywhere is gone on with, and ends in the same bytes ([Portfolio.Resume]).
// Shards of a portfolio merge into the file that one run makes ([Merge]).
package portfolio
