// Package console is an interactive session with a simulated world: one types what
// somebody does, lets time go by, goes back, branches off, asks why, and saves it
// all as a scenario file.
//
// A [Session] knows nothing of terminals. It takes a line and writes what comes of
// it; which words can come next is a function of what it has seen and of the text
// before the cursor. "seatsim repl" puts it behind a line editor, and reads lines
// from a pipe where there is no terminal.
package console
