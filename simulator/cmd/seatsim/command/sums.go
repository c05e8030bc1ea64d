package command

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/seatbook/seatbook/simulator"
	"github.com/seatbook/seatbook/simulator/report"
)

// sums writes what the runs cost and which tokens they used: below the timelines,
// and as files for a spreadsheet.
func (c *runCommand) sums(t *terminal, results []*simulator.Result) error {
	if !c.Sums && c.CSV == "" {
		return nil
	}
	costs, err := report.Costs(results...)
	if err != nil {
		return fmt.Errorf("--sums: %w", err)
	}
	tokens := report.Tokens(results...)
	if c.Sums && c.JSON != "-" {
		if _, err := fmt.Fprintf(t.out, "\n%s\n%s", costs.Text(), tokens.Text()); err != nil {
			return err
		}
	}
	if c.CSV == "" {
		return nil
	}
	files := []struct {
		name  string
		table report.Table
	}{{"costs.csv", costs}, {"tokens.csv", tokens}}
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(c.CSV, f.name), []byte(f.table.CSV()), 0o600); err != nil {
			return fmt.Errorf("--csv: %w", err)
		}
	}
	return nil
}
