package flex

import (
	"strings"

	"github.com/seatbook/seatbook/account"
	file "github.com/seatbook/seatbook/internal/report"
	"github.com/seatbook/seatbook/rule"
)

// SeatUsageExport is the report on seats as CSV, with the same filters. A file has
// [account.MaxExport] rows at most.
type SeatUsageExport SeatUsageQuery

// About names the team.
func (q SeatUsageExport) About(v *rule.View) (rule.Subject, error) { return SeatUsageQuery(q).About(v) }

// Answer writes the rows. No cell of them is run by a spreadsheet (REP-1).
func (q SeatUsageExport) Answer(v *rule.View) (account.Exported, error) {
	limit, err := account.ExportSize(SeatReportRule, q.Limit)
	if err != nil {
		return account.Exported{}, err
	}
	all, err := SeatUsageQuery(q).rows(v)
	if err != nil {
		return account.Exported{}, err
	}
	list, next, err := account.RowsAfter(SeatReportRule, all, q.After, limit)
	if err != nil {
		return account.Exported{}, err
	}
	rows := make([][]any, len(list))
	for i, r := range list {
		sources := make([]string, len(r.Sources))
		for j, source := range r.Sources {
			sources[j] = string(source)
		}
		rows[i] = []any{r.Day, r.Product, r.Release, r.User, r.Team, strings.Join(sources, " "), r.Sessions}
	}
	header := []string{"day", "product", "release", "user", "team", "sources", "sessions"}
	return account.Exported{CSV: file.CSV(header, rows), Rows: len(rows), Next: int64(next)}, nil
}

// TokenUsageExport is the report on tokens as CSV, with the same filters. A file
// has [account.MaxExport] rows at most.
type TokenUsageExport TokenUsageQuery

// About names the team.
func (q TokenUsageExport) About(v *rule.View) (rule.Subject, error) {
	return TokenUsageQuery(q).About(v)
}

// Answer writes the rows. No cell of them is run by a spreadsheet (REP-2).
func (q TokenUsageExport) Answer(v *rule.View) (account.Exported, error) {
	limit, err := account.ExportSize(TokenReportRule, q.Limit)
	if err != nil {
		return account.Exported{}, err
	}
	all, err := TokenUsageQuery(q).rows(v)
	if err != nil {
		return account.Exported{}, err
	}
	list, next, err := account.RowsAfter(TokenReportRule, all, q.After, limit)
	if err != nil {
		return account.Exported{}, err
	}
	rows := make([][]any, len(list))
	for i, r := range list {
		rows[i] = []any{r.Day, r.Product, r.Release, r.User, r.Result, r.Tokens, r.Windows}
	}
	header := []string{"day", "product", "release", "user", "result", "tokens", "windows"}
	return account.Exported{CSV: file.CSV(header, rows), Rows: len(rows), Next: int64(next)}, nil
}
