package command

import (
	"encoding/json"
	"io"
	"strings"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/simulator"
	"github.com/seatbook/seatbook/simulator/report"
)

// encode writes data for other programs.
func encode(w io.Writer, data any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(data)
}

// rulesCommand is "seatsim rules".
type rulesCommand struct {
	JSON bool `name:"json" help:"Write data instead of text."`
}

// ruleShown is a rule as data.
type ruleShown struct {
	ID     string       `json:"id"`
	Text   string       `json:"text"`
	Source string       `json:"source"`
	Params []paramShown `json:"params"`
}

// paramShown is a parameter as data.
type paramShown struct {
	Name    string    `json:"name"`
	Type    rule.Kind `json:"type"`
	Default string    `json:"default"`
	Bounds  string    `json:"bounds"`
}

// Run lists the rules in the order of the book.
func (c *rulesCommand) Run(t *terminal) error {
	vocabulary, err := simulator.Everything()
	if err != nil {
		return err
	}
	rules := vocabulary.Book().Rules()
	if c.JSON {
		list := []ruleShown{}
		for _, r := range rules {
			shown := ruleShown{ID: r.ID, Text: r.Text, Source: r.Source, Params: []paramShown{}}
			for _, p := range r.Params {
				shown.Params = append(shown.Params, paramShown{p.Name, p.Kind, p.Default, p.Bounds})
			}
			list = append(list, shown)
		}
		return encode(t.out, list)
	}
	var b strings.Builder
	for _, r := range rules {
		b.WriteString(report.Rule(r, vocabulary.Book()) + "\n")
	}
	_, err = io.WriteString(t.out, b.String())
	return err
}

// commandsCommand is "seatsim commands".
type commandsCommand struct {
	JSON bool `name:"json" help:"Write data instead of text."`
}

// Run lists commands and then queries.
func (c *commandsCommand) Run(t *terminal) error {
	vocabulary, err := simulator.Everything()
	if err != nil {
		return err
	}
	list := vocabulary.Signatures()
	if c.JSON {
		return encode(t.out, list)
	}
	var b strings.Builder
	for _, s := range list {
		b.WriteString(report.Signature(s) + "\n")
	}
	_, err = io.WriteString(t.out, b.String())
	return err
}

// schemaCommand is "seatsim schema".
type schemaCommand struct {
	OfRun       bool `name:"run" xor:"of" help:"That of what \"seatsim run --json\" writes."`
	OfPage      bool `name:"page" xor:"of" help:"That of the blocks of JSON in the page that \"seatsim run --html\" writes."`
	OfCoverage  bool `name:"coverage" xor:"of" help:"That of what \"seatsim coverage --json\" writes."`
	OfDiff      bool `name:"diff" xor:"of" help:"That of what \"seatsim diff --json\" writes."`
	OfPortfolio bool `name:"portfolio" xor:"of" help:"That of what \"seatsim portfolio --json\" writes."`
	OfResults   bool `name:"results" xor:"of" help:"That of each line of what \"seatsim portfolio --out\" writes."`
	OfWorkload  bool `name:"workload" xor:"of" help:"That of what \"seatsim portfolio --workload\" reads, for editors."`
}

// Run prints the schema of scenario files, or of what a command writes.
func (c *schemaCommand) Run(t *terminal) error {
	switch {
	case c.OfRun:
		return encode(t.out, report.RunSchema())
	case c.OfPage:
		return encode(t.out, report.PageSchema())
	case c.OfCoverage:
		return encode(t.out, report.CoverageSchema())
	case c.OfDiff:
		return encode(t.out, report.DiffSchema())
	case c.OfPortfolio:
		return encode(t.out, report.PortfolioSchema())
	case c.OfResults:
		return encode(t.out, report.ResultsSchema())
	case c.OfWorkload:
		return encode(t.out, report.WorkloadSchema())
	}
	vocabulary, err := simulator.Everything()
	if err != nil {
		return err
	}
	return encode(t.out, vocabulary.Schema())
}
