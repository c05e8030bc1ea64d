package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/seatbook/seatbook/internal/report"
	"github.com/seatbook/seatbook/money"
)

// Table is figures for people who run a budget and no programs: columns to read,
// or CSV to open in a spreadsheet.
type Table struct {
	// Title stands above the text. The CSV has none.
	Title  string
	Header []string
	// Rows have a cell for each column: a text, a whole number, or an amount. An
	// amount is written without its currency, which has a column of its own.
	Rows [][]any
	// Totals stand below the rows of the text. A spreadsheet adds up itself, so the
	// CSV has none.
	Totals [][]any
}

// Text writes the table in columns, numbers to the right.
func (t Table) Text() string {
	lines := [][]string{t.Header}
	for _, row := range slices.Concat(t.Rows, t.Totals) {
		lines = append(lines, texts(row))
	}
	widths := make([]int, len(t.Header))
	for _, line := range lines {
		for i, text := range line {
			widths[i] = max(widths[i], lipgloss.Width(text))
		}
	}
	var b strings.Builder
	if t.Title != "" {
		b.WriteString(clean(t.Title) + "\n\n")
	}
	for n, line := range lines {
		if n == 1 || n == 1+len(t.Rows) && len(t.Totals) > 0 && len(t.Rows) > 0 {
			b.WriteString(ruled(widths) + "\n")
		}
		b.WriteString(t.aligned(line, widths) + "\n")
	}
	return b.String()
}

// aligned puts the cells of a line below those of the header.
func (t Table) aligned(line []string, widths []int) string {
	cells := make([]string, len(line))
	for i, text := range line {
		cells[i] = after(text, widths[i])
		if t.numeric(i) {
			cells[i] = before(text, widths[i])
		}
	}
	return strings.TrimRight(strings.Join(cells, "  "), " ")
}

// numeric reports whether a column holds numbers.
func (t Table) numeric(column int) bool {
	for _, row := range slices.Concat(t.Rows, t.Totals) {
		switch row[column].(type) {
		case int, int64, money.Amount, rounded:
			return true
		}
	}
	return false
}

func ruled(widths []int) string {
	lines := make([]string, len(widths))
	for i, width := range widths {
		lines[i] = strings.Repeat("-", width)
	}
	return strings.Join(lines, "  ")
}

func texts(row []any) []string {
	list := make([]string, len(row))
	for i, value := range row {
		switch v := value.(type) {
		case int:
			list[i] = strconv.Itoa(v)
		case int64:
			list[i] = strconv.FormatInt(v, 10)
		case money.Amount:
			list[i] = report.Decimal(v).String()
		default:
			list[i] = clean(fmt.Sprint(v))
		}
	}
	return list
}

// CSV writes the header and the rows, so that a spreadsheet can be trusted with
// them: numbers add up, and no text is run as a formula.
func (t Table) CSV() string {
	rows := make([][]any, len(t.Rows))
	for n, row := range t.Rows {
		rows[n] = slices.Clone(row)
		for i, value := range row {
			if amount, ok := value.(money.Amount); ok {
				rows[n][i] = report.Decimal(amount)
			}
		}
	}
	return report.CSV(t.Header, rows)
}
