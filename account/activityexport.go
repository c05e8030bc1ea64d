package account

import (
	"strings"

	"github.com/seatbook/seatbook/internal/report"
	"github.com/seatbook/seatbook/rule"
)

// ActivityExport is the activity log as CSV, with the same filters.
type ActivityExport ActivityQuery

// MaxExport is how many rows an export has at most.
const MaxExport = 5000

// Exported is a file of CSV.
type Exported struct {
	CSV  string `json:"csv"`
	Rows int    `json:"rows"`
	// Next is what to go on after, zero at the end.
	Next int64 `json:"next"`
}

// About names the team.
func (q ActivityExport) About(v *rule.View) (rule.Subject, error) { return ActivityQuery(q).About(v) }

// Answer writes the changes, the last first, with the times of the team's zone.
// No cell of it is run by a spreadsheet (ACC-20).
func (q ActivityExport) Answer(v *rule.View) (Exported, error) {
	limit := q.Limit
	if limit == 0 {
		limit = MaxExport
	}
	if limit < 0 || limit > MaxExport {
		return Exported{}, rule.Refusef(rule.Invalid, ActivityRule, "an export has 1 to %d rows, not %d", MaxExport, limit)
	}
	page, err := ActivityQuery(q).page(v, limit)
	if err != nil {
		return Exported{}, err
	}
	t, err := TeamByHandle(v, rule.Stream(q.Team))
	if err != nil {
		return Exported{}, err
	}
	rows := make([][]any, len(page.Changes))
	for i, c := range page.Changes {
		rows[i] = []any{
			c.Sequence, c.At.In(t.Location()), c.Who, c.Kind, c.What,
			strings.Join(c.Users, " "), strings.Join(c.Groups, " "), strings.Join(c.Products, " "),
		}
	}
	header := []string{"sequence", "at", "who", "kind", "what", "users", "groups", "products"}
	return Exported{CSV: report.CSV(header, rows), Rows: len(rows), Next: page.Next}, nil
}
