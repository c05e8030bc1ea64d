package rule_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

func TestAParameterIsAPartOfTheDay(t *testing.T) {
	t.Parallel()
	open := rule.NewHours("open", "09:00-17:00")
	r := rule.Declare("SHOP-1", "decision", "The shop has hours.", open)
	for _, c := range []struct {
		policy string
		ok     bool
		hours  period.Hours
	}{
		{"09:00-17:00", true, period.Hours{Opens: 540, Closes: 1020}},
		{" 08:00-24:00 ", true, period.Hours{Opens: 480, Closes: 1440}},
		{"17:00-09:00", false, period.Hours{}},
		{"always", false, period.Hours{}},
	} {
		book, err := rule.NewBook([]*rule.Rule{r}, map[string]string{"open": c.policy})
		if !c.ok {
			require.ErrorContains(t, err, "open takes a part of the day")
			continue
		}
		require.NoError(t, err)
		view := rule.NewView(&rule.Ground{Book: book}, nil, time.Time{}, rule.Operator, nil)
		require.Equal(t, c.hours, open.Of(view))
		require.Equal(t, rule.KindHours, book.Param("open").Kind)
	}
}

func TestAParameterIsSoManySpansOfHours(t *testing.T) {
	t.Parallel()
	answers := rule.NewElapsed("answers", "[1h, 90m]", 2)
	r := rule.Declare("SHOP-2", "decision", "The shop answers.", answers)
	for policy, ok := range map[string]bool{
		"[1h, 2h]": true, "[1m, 1000h]": true, "[1h]": false, "[1h, 2h, 3h]": false, "[1h, 1d]": false, "[0h, 1h]": false, "[1h, 1001h]": false, "[1h, soon]": false,
	} {
		_, err := rule.NewBook([]*rule.Rule{r}, map[string]string{"answers": policy})
		require.Equal(t, ok, err == nil, "%s: %v", policy, err)
	}
}
