package command

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/seatbook/seatbook/simulator/portfolio"
	"github.com/seatbook/seatbook/simulator/report"
)

// barEvery is how often a progress bar is drawn at most.
const barEvery = 100 * time.Millisecond

// portfolioData is how the summary of a portfolio is written.
type portfolioData struct {
	JSON string `name:"json" placeholder:"FILE" help:"Write the summary as data; - is standard output, in place of the text."`
	CSV  string `name:"csv" placeholder:"FILE" help:"Write a row for each team; - is standard output, in place of the text."`

	part    portfolio.Part
	summary *portfolio.Summary
}

// files are those of the reports, which are opened before anything runs.
func (c *portfolioData) files() outputs {
	return outputs{
		{flag: "--json", path: c.JSON, write: func(w io.Writer) error { return report.PortfolioJSON(w, c.summary) }},
		{flag: "--csv", path: c.CSV, write: func(w io.Writer) error { return report.PortfolioCSV(w, c.part, c.summary) }},
	}
}

// report sums up a file of results, and writes what was asked for.
func (c *portfolioData) report(t *terminal, part portfolio.Part, files outputs) (err error) {
	c.part = part
	if c.summary, err = portfolio.Summarize(part); err != nil {
		files.abandon()
		return err
	}
	if !files.piped() {
		if err := report.Portfolio(t.out, c.summary); err != nil {
			files.abandon()
			return err
		}
	}
	return files.done()
}

// partOf is a file of results by its path.
func partOf(path string) portfolio.Part {
	return portfolio.Part{Name: path, Open: func() (io.ReadCloser, error) { return os.Open(path) }}
}

// portfolioSummary is "seatsim portfolio summary".
type portfolioSummary struct {
	File    string        `arg:"" help:"File of results that is at its end: of a whole portfolio, or of a shard."`
	Reports portfolioData `embed:""`
}

// Run sums the file up.
func (c *portfolioSummary) Run(t *terminal) error {
	files := c.Reports.files()
	if !files.open(t, c.File) {
		return exit(exitFaults)
	}
	return c.Reports.report(t, partOf(c.File), files)
}

// portfolioMerge is "seatsim portfolio merge".
type portfolioMerge struct {
	Files   []string      `arg:"" name:"file" help:"Files of all shards, in any order."`
	Out     string        `required:"" placeholder:"FILE" help:"Where the results of the whole portfolio are written. It becomes the file that one run makes, to the byte."`
	Reports portfolioData `embed:""`
}

// Help is what "seatsim portfolio merge --help" adds.
func (portfolioMerge) Help() string {
	return "Shards of another seed, workload, policy, catalogue, rule book or version, shards that are missing, given twice, of another split or not at their end are refused, and nothing is written."
}

// Run merges the files and sums up what comes out.
func (c *portfolioMerge) Run(t *terminal) error {
	files := append(outputs{{flag: "--out", path: c.Out, elsewhere: true}}, c.Reports.files()...)
	if !files.open(t, c.Files...) {
		return exit(exitFaults)
	}
	var parts []portfolio.Part
	for _, path := range c.Files {
		parts = append(parts, partOf(path))
	}
	if err := merged(c.Out, parts); err != nil {
		files.abandon()
		return err
	}
	return c.Reports.report(t, partOf(c.Out), files)
}

// merged writes the merged file beside its place, and puts it there once it is whole.
func merged(path string, parts []portfolio.Part) error {
	out := &output{flag: "--out", path: path, write: func(w io.Writer) error { return portfolio.Merge(w, parts) }}
	if err := out.open(); err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	return out.done()
}
