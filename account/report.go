package account

import (
	"time"

	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// MaxReport is how many rows a report has at most over all of its pages. What
// would have more is refused, and is asked for by shorter periods.
const MaxReport = 100_000

// MaxReportSpan is the longest period that a report is asked for at once.
var MaxReportSpan = period.Span{Years: 10}

// CheckPeriod refuses a period that ends before it begins, or that is longer
// than [MaxReportSpan] in the team's zone. Periods are half-open: [from, to).
func CheckPeriod(r *rule.Rule, zone *time.Location, from, to time.Time) error {
	if to.Before(from) || to.After(MaxReportSpan.After(from, zone)) {
		return rule.Refusef(rule.Invalid, r, "a report is asked for from an instant to a later one, %s at most", MaxReportSpan)
	}
	return nil
}

// CheckRows refuses a report of more than [MaxReport] rows.
func CheckRows(r *rule.Rule, rows int) error {
	if rows > MaxReport {
		return rule.Refusef(rule.Invalid, r, "a report has %d rows at most: ask for less", MaxReport).With(rule.Fig("rows", MaxReport))
	}
	return nil
}

// ExportSize returns how many rows a file has, or the refusal that one cannot
// have so many.
func ExportSize(r *rule.Rule, limit int) (int, error) {
	switch {
	case limit == 0:
		return MaxExport, nil
	case limit < 0 || limit > MaxExport:
		return 0, rule.Refusef(rule.Invalid, r, "an export has 1 to %d rows, not %d", MaxExport, limit)
	default:
		return limit, nil
	}
}

// RowsAfter returns the rows of a report after so many, limit at most, and after
// how many to go on, zero at the end.
func RowsAfter[R any](r *rule.Rule, rows []R, after, limit int) (page []R, next int, err error) {
	if after < 0 {
		return nil, 0, rule.Refusef(rule.Invalid, r, "a page begins after 0 rows or more, not %d", after)
	}
	begin := min(after, len(rows))
	end := min(begin+limit, len(rows))
	if end < len(rows) {
		next = end
	}
	return rows[begin:end:end], next, nil
}
