package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"

	"github.com/seatbook/seatbook/simulator"
	"github.com/seatbook/seatbook/simulator/report"
)

// runCommand is "seatsim run".
type runCommand struct {
	Files    []string `arg:"" name:"file" help:"Scenario files."`
	Explain  bool     `help:"Show the rules behind every step, with their parameters and the figures that decided."`
	Set      []string `placeholder:"NAME=VALUE" sep:"none" help:"Another value of a rule's parameter, for this run. May be given again."`
	From     string   `placeholder:"FILE" help:"Begin on the state in a file, which \"seatsim export\" or an engine wrote."`
	JSON     string   `name:"json" placeholder:"FILE" help:"Write the run as data; - is standard output, in place of the timeline."`
	Sums     bool     `help:"Add what was invoiced by month, and the tokens used by person, of the main line."`
	CSV      string   `name:"csv" placeholder:"DIR" help:"Write these sums into a directory, as costs.csv and tokens.csv."`
	JUnit    string   `name:"junit" placeholder:"FILE" help:"Write the run for CI systems: a case for each step, with its file and line."`
	Summary  string   `placeholder:"FILE" help:"Write a summary in GitHub-flavoured Markdown."`
	Store    string   `placeholder:"URL" help:"Let the worlds stand in a database instead of in memory, such as postgres://user@host/database: one that is empty."`
	HTML     string   `name:"html" placeholder:"FILE" help:"Write the run as one self-contained page, with the state of every day."`
	FailFast bool     `help:"Stop at the first step that comes out otherwise."`
	Quiet    bool     `help:"Show failures and one line for each file."`
	NoColor  bool     `help:"Use no colours. The variable NO_COLOR does the same."`
}

// Help is what "seatsim run --help" adds.
func (runCommand) Help() string {
	return "Exits with 0 if everything came out as written, with 1 if a step did not or it was interrupted, and with 2 if nothing was run because a file or a flag is wrong."
}

// Run runs the files one after the other. All are read before the first is run,
// so that a fault in any of them stops everything.
func (c *runCommand) Run(t *terminal) error {
	var results []*simulator.Result
	scenarios, files, ok := c.ready(t, &results)
	if !ok {
		return exit(exitFaults)
	}
	grounds, err := t.stores.open(t, c.Store)
	if err != nil {
		files.abandon()
		return fmt.Errorf("--store: %w", err)
	}
	results, err = c.runAll(t, scenarios, grounds, files.piped())
	if err = errors.Join(err, grounds.Close(context.WithoutCancel(t))); err != nil {
		files.abandon()
		return err
	}
	if err := files.done(); err != nil {
		return err
	}
	if err := c.sums(t, results); err != nil {
		return err
	}
	for _, r := range results {
		if !r.OK() {
			return exit(exitOtherwise)
		}
	}
	return nil
}

// check says what is wrong, and runs nothing.
func (c *runCommand) check(t *terminal) {
	_, files, _ := c.ready(t, nil)
	files.abandon()
}

// ready reads the scenarios and opens what the results are written to. It says
// everything that is wrong with either.
func (c *runCommand) ready(t *terminal, results *[]*simulator.Result) (scenarios []*simulator.Scenario, files outputs, ok bool) {
	scenarios, ok = c.load(t)
	files = append(outputs{
		{flag: "--json", path: c.JSON, write: func(w io.Writer) error { return report.JSON(w, *results) }},
		{flag: "--junit", path: c.JUnit, write: func(w io.Writer) error { return report.JUnit(w, *results) }},
		{flag: "--html", path: c.HTML, write: func(w io.Writer) error { return report.HTML(w, *results) }},
		{flag: "--summary", path: c.Summary, write: func(w io.Writer) error { return report.Summary(w, *results) }},
	}, c.tables(results)...)
	ok = files.open(t, filesOf(scenarios, append(c.Files, c.From)...)...) && ok
	if !ok {
		files.abandon()
	}
	return scenarios, files, ok
}

// runAll runs the scenarios in order and writes the timeline of each.
func (c *runCommand) runAll(t *terminal, scenarios []*simulator.Scenario, grounds Grounds, piped bool) ([]*simulator.Result, error) {
	options := c.options(t, piped)
	progress := newProgress(t, len(scenarios))
	var results []*simulator.Result
	for i, s := range scenarios {
		progress.show(i, s.File)
		started := time.Now()
		result, err := s.Run(t, simulator.RunOptions{
			FailFast: c.FailFast, Ground: grounds.Ground, Books: c.Sums || c.CSV != "", Album: c.HTML != "",
		})
		progress.clear()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.File, err)
		}
		results = append(results, result)
		if options.Width > 0 {
			options.Took = max(time.Since(started), time.Millisecond)
		}
		if !piped {
			if err := report.Timeline(t.out, result, options); err != nil {
				return nil, err
			}
		}
		if c.FailFast && !result.OK() {
			break
		}
	}
	return results, nil
}

// load reads every file and flag, and says everything that is wrong with them.
func (c *runCommand) load(t *terminal) (scenarios []*simulator.Scenario, ok bool) {
	vocabulary, err := simulator.Everything()
	if err != nil {
		t.fault(err)
		return nil, false
	}
	policy, fine := policyOf(t, vocabulary, "--set", c.Set)
	scenarios, ok = loadFrom(t, vocabulary, c.Files, c.From, policy)
	return scenarios, ok && fine
}

// faults writes what is wrong with a file, with the lines.
func (t *terminal) faults(err error) {
	var list simulator.Faults
	if t.Err() != nil {
		return // what was read is not all that there is
	}
	if !errors.As(err, &list) {
		t.fault(err)
		return
	}
	for _, f := range list {
		fmt.Fprintln(t.err, f.String()) //nolint:errcheck // there is nowhere else to say it
	}
}

// options fits the timeline to where it is written.
func (c *runCommand) options(t *terminal, piped bool) report.Options {
	o := report.Options{Explain: c.Explain, Quiet: c.Quiet}
	if fd, ok := descriptor(t.out); ok && !piped {
		o.Width = defaultWidth
		if width, _, err := term.GetSize(fd); err == nil && width > 0 {
			o.Width = width
		}
		o.Color = !c.NoColor && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	}
	return o
}

const defaultWidth = 100

// descriptor returns the file descriptor of a terminal.
func descriptor(stream any) (int, bool) {
	f, ok := stream.(*os.File)
	if !ok {
		return 0, false
	}
	fd := int(f.Fd()) //nolint:gosec // a descriptor fits
	return fd, term.IsTerminal(fd)
}

// progress says which file is being run, on a terminal and where there are many.
type progress struct {
	w     io.Writer
	total int
}

const manyFiles = 20

func newProgress(t *terminal, total int) *progress {
	p := &progress{total: total}
	if _, ok := descriptor(t.err); ok && total >= manyFiles {
		p.w = t.err
	}
	return p
}

func (p *progress) show(done int, file string) {
	if p.w != nil {
		fmt.Fprintf(p.w, "\r\x1b[K%d/%d %s", done+1, p.total, file) //nolint:errcheck // progress is no result
	}
}

func (p *progress) clear() {
	if p.w != nil {
		fmt.Fprint(p.w, "\r\x1b[K") //nolint:errcheck // progress is no result
	}
}
