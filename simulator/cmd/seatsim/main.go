// Seatsim runs scenarios: years of a customer's account, written in YAML, with
// what has to come out. It is how QA engineers use seatbook without writing Go.
//
// It exits with 0 if everything came out as written, with 1 if a step did not,
// and with 2 if nothing could be run: a file or a flag is wrong.
package main

import (
	"os"

	"github.com/seatbook/seatbook/simulator/cmd/seatsim/command"
)

func main() {
	os.Exit(command.Main(os.Args[1:], os.Stdout, os.Stderr, nil))
}
