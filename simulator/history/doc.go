// Package history makes up random years of random teams, and finds in them what
// breaks an invariant.
//
// A history is a few teams in a world of their own, who live through commands and
// queries of the whole [simulator.Vocabulary]: the fields of each are drawn by
// their types and names, so a command that is new is drawn too. It is written down
// as a scenario, and the scenario is held against every [simulator.Proof]. So what
// fails here fails in the same way when the file is run.
//
// A history that fails is made smaller while it fails in that way: whole blocks of
// steps go first, then spans get shorter and rounder, then quantities smaller. A
// smaller one is a [simulator.Rehearsal]: it goes on from the nearest snapshot
// before the first step that differs.
//
// The same [Config] makes the same histories, to the byte, on however many
// processors.
package history
