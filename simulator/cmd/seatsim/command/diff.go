package command

import (
	"errors"
	"io"

	"github.com/seatbook/seatbook/simulator"
	"github.com/seatbook/seatbook/simulator/report"
)

// diffCommand is "seatsim diff".
type diffCommand struct {
	File   string   `arg:"" help:"Scenario file."`
	A      []string `name:"a" placeholder:"NAME=VALUE" sep:"none" help:"A parameter of the first policy, over what the file sets. May be given again."`
	B      []string `name:"b" placeholder:"NAME=VALUE" sep:"none" help:"A parameter of the second policy. May be given again."`
	Branch []string `placeholder:"NAME" sep:"none" help:"Compare this branch with the main line; given twice, two branches. One of a branch is \"outer/inner\", the second of a name \"name#2\"."`
	JSON   string   `name:"json" placeholder:"FILE" help:"Write what differs as data; - is standard output, in place of the text."`
}

// Help is what "seatsim diff --help" adds.
func (diffCommand) Help() string {
	return `Shows the first decision that differs, with the rules and figures behind it, those that follow, and the totals side by side at the last instant of the file: money invoiced and open, tokens, seats, and access-days (for each day, at the time of day the scenario begins, the products that each person may use).

Exits with 0 if both were run, whether they differ or not, with 1 if it was interrupted, and with 2 if nothing was run because a file or a flag is wrong.`
}

// Run runs the scenario and shows what differs.
func (c *diffCommand) Run(t *terminal) error {
	vocabulary, err := simulator.Everything()
	if err != nil {
		return err
	}
	var d *simulator.Diff
	s, a, b, files := c.ready(t, vocabulary, &d)
	if s == nil {
		return exit(exitFaults)
	}
	if d, err = c.compare(t, vocabulary, s, a, b); err != nil {
		files.abandon()
		return err
	}
	if !files.piped() {
		if err := report.DiffText(t.out, d); err != nil {
			files.abandon()
			return err
		}
	}
	return files.done()
}

// check says what is wrong, and runs nothing.
func (c *diffCommand) check(t *terminal) {
	if vocabulary, err := simulator.Everything(); err == nil {
		_, _, _, files := c.ready(t, vocabulary, nil)
		files.abandon()
	}
}

// ready reads the scenario and both policies, and opens what is written. It says
// everything that is wrong with these, and then returns no scenario.
func (c *diffCommand) ready(t *terminal, vocabulary *simulator.Vocabulary, d **simulator.Diff) (s *simulator.Scenario, a, b map[string]string, files outputs) {
	var wrong []error
	switch policies := len(c.A)+len(c.B) > 0; {
	case policies && len(c.Branch) > 0:
		wrong = append(wrong, errors.New("--branch: either two policies are compared or two branches"))
	case !policies && len(c.Branch) == 0:
		wrong = append(wrong, errors.New("there is nothing to compare: give --a or --b, or --branch"))
	case len(c.Branch) > 2:
		wrong = append(wrong, errors.New("--branch: two branches at most are compared"))
	}
	for _, err := range wrong {
		t.fault(err)
	}
	a, okA := policyOf(t, vocabulary, "--a", c.A)
	b, okB := policyOf(t, vocabulary, "--b", c.B)
	scenarios, ok := loadAll(t, vocabulary, []string{c.File}, nil)
	files = outputs{{flag: "--json", path: c.JSON, write: func(w io.Writer) error { return report.DiffJSON(w, *d) }}}
	if !files.open(t, filesOf(scenarios, c.File)...) || len(wrong) > 0 || !okA || !okB || !ok {
		files.abandon()
		return nil, nil, nil, nil
	}
	return scenarios[0], a, b, files
}

func (c *diffCommand) compare(t *terminal, vocabulary *simulator.Vocabulary, s *simulator.Scenario, a, b map[string]string) (*simulator.Diff, error) {
	switch len(c.Branch) {
	case 0:
		return s.DiffPolicies(t, vocabulary, a, b)
	case 1:
		return s.DiffBranches(t, simulator.MainLine, c.Branch[0])
	default:
		return s.DiffBranches(t, c.Branch[0], c.Branch[1])
	}
}
