package rule_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

func TestAParameterIsADay(t *testing.T) {
	t.Parallel()
	opening := rule.NewDay("opening", "2015-03-13")
	r := rule.Declare("SHOP-3", "decision", "The shop opens.", opening)
	for _, c := range []struct {
		name, policy string
		ok           bool
		day          period.Date
	}{
		{"takes a day", " 2026-02-28 ", true, period.Date{Year: 2026, Month: 2, Day: 28}},
		{"takes a leap day", "2028-02-29", true, period.Date{Year: 2028, Month: 2, Day: 29}},
		{"takes the first day there is", "2000-01-01", true, period.Date{Year: 2000, Month: 1, Day: 1}},
		{"takes the last day there is", "2099-12-31", true, period.Date{Year: 2099, Month: 12, Day: 31}},
		{"refuses the day before the first", "1999-12-31", false, period.Date{}},
		{"refuses the day after the last", "2100-01-01", false, period.Date{}},
		{"refuses a leap day of another year", "2027-02-29", false, period.Date{}},
		{"refuses a span", "3d", false, period.Date{}},
		{"refuses an instant", "2026-02-28T00:00:00Z", false, period.Date{}},
		{"refuses nothing", "", false, period.Date{}},
	} {
		book, err := rule.NewBook([]*rule.Rule{r}, map[string]string{"opening": c.policy})
		if !c.ok {
			require.ErrorContains(t, err, "opening takes a date", c.name)
			continue
		}
		require.NoError(t, err, c.name)
		view := rule.NewView(&rule.Ground{Book: book}, nil, time.Time{}, rule.Operator, nil)
		require.Equal(t, c.day, opening.Of(view), c.name)
		require.Equal(t, rule.KindDay, book.Param("opening").Kind)
		require.Equal(t, "opening", opening.Name())
	}
}
