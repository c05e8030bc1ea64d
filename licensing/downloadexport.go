package licensing

import (
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/internal/report"
	"github.com/seatbook/seatbook/rule"
)

// TrialDownloadsExport is the report on downloads on trial as CSV. A file has
// [account.MaxExport] rows at most.
type TrialDownloadsExport struct {
	Team string    `json:"team"`
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	// Limit is how many rows the file has, 5000 where none is named.
	Limit int `json:"limit,omitempty"`
	// After is how many rows the files before had.
	After int `json:"after,omitempty"`
}

// About names the team.
func (q TrialDownloadsExport) About(v *rule.View) (rule.Subject, error) {
	return account.AboutTeam(v, q.Team)
}

// Answer writes the rows in the order of the first download of each. No cell of
// them is run by a spreadsheet (REP-4).
func (q TrialDownloadsExport) Answer(v *rule.View) (account.Exported, error) {
	limit, err := account.ExportSize(TrialReportRule, q.Limit)
	if err != nil {
		return account.Exported{}, err
	}
	all, err := TrialDownloadsQuery{Team: q.Team, From: q.From, To: q.To}.Answer(v)
	if err != nil {
		return account.Exported{}, err
	}
	list, next, err := account.RowsAfter(TrialReportRule, all, q.After, limit)
	if err != nil {
		return account.Exported{}, err
	}
	rows := make([][]any, len(list))
	for i, r := range list {
		rows[i] = []any{r.Day, r.Product, r.User, r.Downloads}
	}
	return account.Exported{CSV: report.CSV([]string{"day", "product", "user", "downloads"}, rows), Rows: len(rows), Next: int64(next)}, nil
}
