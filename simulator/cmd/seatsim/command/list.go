package command

import (
	"encoding/json"
	"fmt"
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
	list := []ruleShown{}
	for _, r := range vocabulary.Book().Rules() {
		shown := ruleShown{ID: r.ID, Text: r.Text, Source: r.Source, Params: []paramShown{}}
		for _, p := range r.Params {
			shown.Params = append(shown.Params, paramShown{p.Name, p.Kind, p.Default, p.Bounds})
		}
		list = append(list, shown)
	}
	if c.JSON {
		return encode(t.out, list)
	}
	var b strings.Builder
	for _, r := range list {
		fmt.Fprintf(&b, "%s  (%s)\n", r.ID, r.Source)
		wrap(&b, r.Text, "    ")
		for _, p := range r.Params {
			fmt.Fprintf(&b, "    %s = %s   a %s, %s\n", p.Name, p.Default, p.Type, p.Bounds)
		}
		b.WriteString("\n")
	}
	_, err = io.WriteString(t.out, b.String())
	return err
}

// wrap writes a text in lines that fit a terminal.
func wrap(b *strings.Builder, text, indent string) {
	const width = 96
	line := indent
	for _, word := range strings.Fields(text) {
		if len(line)+len(word) >= width && line != indent {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			line = indent
		}
		line += word + " "
	}
	b.WriteString(strings.TrimRight(line, " ") + "\n")
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
		fmt.Fprintf(&b, "%s  (%s, %s)\n    %s\n", s.Name, s.Kind, s.Permission, s.Text)
		for _, f := range s.Fields {
			fmt.Fprintf(&b, "    %s\n", field(f))
		}
		result := "gives"
		if s.List {
			result = "gives a list of"
		}
		var names []string
		for _, f := range s.Result {
			names = append(names, f.Name)
		}
		if len(names) > 0 {
			wrap(&b, result+" "+strings.Join(names, ", "), "    ")
		}
		b.WriteString("\n")
	}
	_, err = io.WriteString(t.out, b.String())
	return err
}

// field describes one field in a line.
func field(f simulator.SignatureField) string {
	name := f.Name
	if !f.Required {
		name += "?"
	}
	if len(f.Words) > 0 {
		return fmt.Sprintf("%s: %s", name, strings.Join(f.Words, " | "))
	}
	return fmt.Sprintf("%s: %s", name, f.Type)
}

// schemaCommand is "seatsim schema".
type schemaCommand struct {
	OfRun      bool `name:"run" xor:"of" help:"That of what \"seatsim run --json\" writes."`
	OfCoverage bool `name:"coverage" xor:"of" help:"That of what \"seatsim coverage --json\" writes."`
	OfDiff     bool `name:"diff" xor:"of" help:"That of what \"seatsim diff --json\" writes."`
}

// Run prints the schema of scenario files, or of what a command writes.
func (c *schemaCommand) Run(t *terminal) error {
	switch {
	case c.OfRun:
		return encode(t.out, report.RunSchema())
	case c.OfCoverage:
		return encode(t.out, report.CoverageSchema())
	case c.OfDiff:
		return encode(t.out, report.DiffSchema())
	}
	vocabulary, err := simulator.Everything()
	if err != nil {
		return err
	}
	return encode(t.out, vocabulary.Schema())
}
