package command

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/seatbook/seatbook/simulator"
	"github.com/seatbook/seatbook/simulator/report"
)

// sums writes what the runs cost and which tokens they used below the timelines.
func (c *runCommand) sums(t *terminal, results []*simulator.Result) error {
	if !c.Sums || c.JSON == "-" {
		return nil
	}
	costs, err := report.Costs(results...)
	if err != nil {
		return fmt.Errorf("--sums: %w", err)
	}
	_, err = fmt.Fprintf(t.out, "\n%s\n%s", costs.Text(), report.Tokens(results...).Text())
	return err
}

// tables are the same sums as files for a spreadsheet.
func (c *runCommand) tables(results *[]*simulator.Result) outputs {
	if c.CSV == "" {
		return nil
	}
	write := func(table func(...*simulator.Result) (report.Table, error)) func(io.Writer) error {
		return func(w io.Writer) error {
			made, err := table(*results...)
			if err != nil {
				return err
			}
			_, err = io.WriteString(w, made.CSV())
			return err
		}
	}
	tokens := func(results ...*simulator.Result) (report.Table, error) { return report.Tokens(results...), nil }
	return outputs{
		{flag: "--csv", path: filepath.Join(c.CSV, "costs.csv"), write: write(report.Costs)},
		{flag: "--csv", path: filepath.Join(c.CSV, "tokens.csv"), write: write(tokens)},
	}
}
