package command

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/seatbook/seatbook/simulator"
	"github.com/seatbook/seatbook/simulator/report"
)

// exportCommand is "seatsim export".
type exportCommand struct {
	File string   `arg:"" name:"file" help:"The scenario file."`
	Out  string   `required:"" placeholder:"FILE" help:"Where the state is written to, packed where the name ends in .gz; - is standard output."`
	At   string   `placeholder:"MARK" help:"Write the state at a mark of the main line, in place of that at its end."`
	From string   `placeholder:"FILE" help:"Begin on the state in a file."`
	Set  []string `placeholder:"NAME=VALUE" sep:"none" help:"Another value of a rule's parameter, for this run. May be given again."`
}

// Help is what "seatsim export --help" adds.
func (exportCommand) Help() string {
	return "The file has one JSON value a line: what it is, what is sold, every record, and the sum of it all. A scenario begins on it with the key \"from\" or with " +
		"\"seatsim run --from\".\n\nExits with 0 if the state was written, with 1 if a step of the scenario came out otherwise than written or it was interrupted, and with 2 if a file or a flag is wrong."
}

// Run runs the scenario and writes what it came to.
func (c *exportCommand) Run(t *terminal) error {
	var world *simulator.World
	s, out := c.ready(t, &world)
	if s == nil {
		return exit(exitFaults)
	}
	var err error
	if world, err = c.live(t, s); err != nil {
		out.abandon()
		return err
	}
	return out.done()
}

// check says what is wrong, and runs nothing.
func (c *exportCommand) check(t *terminal) {
	_, out := c.ready(t, nil)
	out.abandon()
}

// ready reads the scenario and opens what the state is written to. It says everything
// that is wrong with either, and then returns no scenario.
func (c *exportCommand) ready(t *terminal, world **simulator.World) (*simulator.Scenario, outputs) {
	vocabulary, err := simulator.Everything()
	if err != nil {
		t.fault(err)
		return nil, nil
	}
	policy, fine := policyOf(t, vocabulary, "--set", c.Set)
	scenarios, ok := loadFrom(t, vocabulary, []string{c.File}, c.From, policy)
	out := outputs{{flag: "--out", path: c.Out, write: func(w io.Writer) error { return c.write(t, *world, w) }}}
	if !out.open(t, filesOf(scenarios, c.File, c.From)...) || !fine || !ok {
		out.abandon()
		return nil, nil
	}
	return scenarios[0], out
}

// live runs the scenario and returns the world at its end, or at the mark.
func (c *exportCommand) live(t *terminal, s *simulator.Scenario) (*simulator.World, error) {
	result, line, err := s.Live(t, simulator.RunOptions{})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.File, err)
	}
	if !result.OK() {
		return nil, errors.Join(report.Timeline(t.err, result, report.Options{Quiet: true}), exit(exitOtherwise))
	}
	if c.At != "" {
		if err := line.Rewind(t, simulator.Marked(c.At)); err != nil {
			return nil, fmt.Errorf("--at: %w", err)
		}
	}
	return line.World(), nil
}

// write writes the state, packed where the name says so.
func (c *exportCommand) write(t *terminal, world *simulator.World, w io.Writer) error {
	if !strings.HasSuffix(c.Out, ".gz") {
		return world.Engine().Export(t, w)
	}
	packed := gzip.NewWriter(w)
	return errors.Join(world.Engine().Export(t, packed), packed.Close())
}
