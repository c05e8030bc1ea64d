// Package simulator lives through years of a customer's account in moments.
//
// A [World] is an engine with everything around it made up: a store in memory,
// a clock that stands still until it is set, a payment provider that answers as
// it was told to. Nothing in it depends on the wall clock or on chance, so the
// same steps with the same seed make the same world, to the byte.
//
// A [Timeline] walks a world through time. What is due on the way is done at its
// own instant. A moment can be marked, gone back to and branched off from, each
// at a cost that does not depend on how much has happened; and so can any other
// instant of the past:
//
//	world, err := simulator.NewWorld(simulator.Config{Start: start})
//	year := simulator.NewTimeline(world)
//	year.Mark("bought")
//	err = year.AdvanceSpan(ctx, period.Span{Years: 1})
//	whatIf, err := year.Fork(ctx, simulator.Marked("bought"))
//	err = year.Rewind(ctx, simulator.Ago(period.Span{Days: 7}))
//
// [Open] makes a world on a state that an engine in production, or another world,
// exported, so that it can be run ahead from there.
//
// A [Scenario] is the same as a file, for those who write no Go: steps with
// their instants, and what has to come out of each. [Load] reads one and finds
// everything that is wrong with it before anything runs. The commands, their
// fields and their results are those of the Go types: a [Vocabulary] has them,
// and makes the JSON Schema and the reference of them too.
//
// A [Play] is a scenario that is made up while it is lived through, forward and
// back and on branches, and then written as a file.
//
// Files are taken to be hostile: their size, their depth, what their aliases
// expand to and the number of faults reported are bounded.
package simulator
