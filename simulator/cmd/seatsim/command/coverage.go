package command

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/seatbook/seatbook/simulator"
	"github.com/seatbook/seatbook/simulator/report"
)

// coverageCommand is "seatsim coverage".
type coverageCommand struct {
	Files         []string `arg:"" name:"file" help:"Scenario files."`
	Min           int      `placeholder:"PERCENT" help:"Exit with 1 if less than this share of the rules is cited."`
	MinBoundaries int      `placeholder:"PERCENT" help:"Exit with 1 if less than this share of the boundaries' sides is hit."`
	RulesOnly     bool     `help:"Leave the boundaries out, which take most of the time."`
	Rule          []string `placeholder:"ID" sep:"none" help:"Look at this rule, and show what proves that its boundaries are hit. May be given again."`
	Set           []string `placeholder:"NAME=VALUE" sep:"none" help:"Another value of a rule's parameter. May be given again."`
	JSON          string   `name:"json" placeholder:"FILE" help:"Write the coverage as data; - is standard output, in place of the text."`
	HTML          string   `name:"html" placeholder:"FILE" help:"Write the coverage as one self-contained page."`
}

// Help is what "seatsim coverage --help" adds.
func (coverageCommand) Help() string {
	return `A rule is exercised if a decision cites it. A boundary is a parameter of a rule. Its side "less" is hit if a step of some scenario comes out otherwise once the parameter is the least bit smaller (a second, one, a percent, a cent, a day; a list: without what it names), "more" likewise with a greater one; of a word, each word is a side. What merely shows the parameter, or an instant that moved, is not counted.

Exits with 0 if the shares asked for are reached, with 1 if one is not or it was interrupted, and with 2 if nothing was run because a file or a flag is wrong. Whether steps came out as written is for "seatsim run" to judge.`
}

// Run runs the files as they are and with their parameters moved.
func (c *coverageCommand) Run(t *terminal) error {
	vocabulary, err := simulator.Everything()
	if err != nil {
		return err
	}
	var coverage *simulator.Coverage
	scenarios, files, ok := c.ready(t, vocabulary, &coverage)
	if !ok {
		return exit(exitFaults)
	}
	progress := newCounter(t)
	coverage, err = simulator.Cover(t, vocabulary, scenarios, simulator.CoverOptions{RulesOnly: c.RulesOnly, Rules: c.Rule, Progress: progress.show})
	progress.clear()
	if err != nil {
		files.abandon()
		return err
	}
	if !files.piped() {
		if err := report.CoverageText(t.out, coverage, len(c.Rule) > 0); err != nil {
			files.abandon()
			return err
		}
	}
	if err := files.done(); err != nil {
		return err
	}
	return c.judge(t, coverage)
}

// check says what is wrong, and runs nothing.
func (c *coverageCommand) check(t *terminal) {
	if vocabulary, err := simulator.Everything(); err == nil {
		_, files, _ := c.ready(t, vocabulary, nil)
		files.abandon()
	}
}

// ready reads the scenarios and opens what the coverage is written to. It says
// everything that is wrong with either.
func (c *coverageCommand) ready(t *terminal, vocabulary *simulator.Vocabulary, coverage **simulator.Coverage) (scenarios []*simulator.Scenario, files outputs, ok bool) {
	ok = c.flags(t, vocabulary)
	policy, fine := policyOf(t, vocabulary, "--set", c.Set)
	scenarios, good := loadAll(t, vocabulary, c.Files, policy)
	files = outputs{
		{flag: "--json", path: c.JSON, write: func(w io.Writer) error { return report.CoverageJSON(w, *coverage) }},
		{flag: "--html", path: c.HTML, write: func(w io.Writer) error { return report.CoverageHTML(w, *coverage) }},
	}
	ok = files.open(t, filesOf(scenarios, c.Files...)...) && ok && fine && good
	if !ok {
		files.abandon()
	}
	return scenarios, files, ok
}

// flags says everything that is wrong with the flags.
func (c *coverageCommand) flags(t *terminal, vocabulary *simulator.Vocabulary) (ok bool) {
	ok = true
	for _, one := range []struct {
		flag    string
		percent int
	}{{"--min", c.Min}, {"--min-boundaries", c.MinBoundaries}} {
		if one.percent < 0 || one.percent > 100 {
			ok = false
			t.fault(fmt.Errorf("%s: %d is no share: it takes 0 to 100", one.flag, one.percent))
		}
	}
	if c.RulesOnly && c.MinBoundaries > 0 {
		ok = false
		t.fault(errors.New("--min-boundaries: there are no boundaries with --rules-only"))
	}
	for i, id := range c.Rule {
		// As in a session, a rule is meant however it is written.
		large := strings.ToUpper(id)
		if vocabulary.CheckRule(large) == nil {
			c.Rule[i] = large
		} else if err := vocabulary.CheckRule(id); err != nil {
			ok = false
			t.fault(fmt.Errorf("--rule: %w", err))
		}
	}
	return ok
}

// judge holds the shares against those asked for.
func (c *coverageCommand) judge(t *terminal, coverage *simulator.Coverage) error {
	short := false
	for _, one := range []struct {
		flag                 string
		part, whole, percent int
		what                 string
	}{
		{"--min", coverage.Cited, len(coverage.Rules), c.Min, "rules are cited"},
		{"--min-boundaries", coverage.Hit, coverage.Sides, c.MinBoundaries, "sides of boundaries are hit"},
	} {
		// Not by the share shown, which is rounded.
		if 100*one.part < one.percent*one.whole {
			short = true
			fmt.Fprintf(t.err, "seatsim: %s %d: %d of %d %s\n", one.flag, one.percent, one.part, one.whole, one.what) //nolint:errcheck // there is nowhere else to say it
		}
	}
	if short {
		return exit(exitOtherwise)
	}
	return nil
}

// counter says on a terminal how much is done.
type counter struct{ progress }

func newCounter(t *terminal) *counter {
	c := &counter{}
	if _, ok := descriptor(t.err); ok {
		c.w = t.err
	}
	return c
}

func (c *counter) show(done, total int) {
	if c.w != nil {
		fmt.Fprintf(c.w, "\r\x1b[K%d/%d sides of boundaries", done, total) //nolint:errcheck // progress is no result
	}
}
