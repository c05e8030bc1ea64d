package account_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/rule"
)

func TestAReportIsPagedByHowManyRowsCameBefore(t *testing.T) {
	t.Parallel()
	rows := []int{1, 2, 3}
	for _, c := range []struct {
		after, limit int
		page         []int
		next         int
	}{
		{0, 3, rows, 0},
		{0, 4, rows, 0},
		{0, 2, rows[:2], 2},
		{2, 2, rows[2:], 0},
		{1, 1, rows[1:2], 2},
		{2, 1, rows[2:], 0},
		{3, 1, []int{}, 0},
		{1 << 40, 1, []int{}, 0},
	} {
		page, next, err := account.RowsAfter(account.ViewRule, rows, c.after, c.limit)
		require.NoError(t, err)
		require.Equal(t, c.page, page, "%d after %d", c.limit, c.after)
		require.Equal(t, c.next, next, "%d after %d", c.limit, c.after)
	}
	_, _, err := account.RowsAfter(account.ViewRule, rows, -1, 1)
	require.ErrorIs(t, err, rule.Invalid)
}

func TestAReportHasABound(t *testing.T) {
	t.Parallel()
	require.NoError(t, account.CheckRows(account.ViewRule, account.MaxReport))
	require.ErrorIs(t, account.CheckRows(account.ViewRule, account.MaxReport+1), rule.Invalid)
	for _, c := range []struct {
		from, to string
		ok       bool
	}{
		{"2026-01-05T09:00:00Z", "2026-01-05T08:59:59Z", false},
		{"2026-01-05T09:00:00Z", "2026-01-05T09:00:00Z", true},
		{"2026-01-05T09:00:00Z", "2036-01-05T09:00:00Z", true},
		{"2026-01-05T09:00:00Z", "2036-01-05T09:00:01Z", false},
		{"2028-02-29T09:00:00Z", "2038-02-28T09:00:00Z", true},
		{"2028-02-29T09:00:00Z", "2038-02-28T09:00:01Z", false},
	} {
		err := account.CheckPeriod(account.ViewRule, time.UTC, stage.At(c.from), stage.At(c.to))
		require.Equal(t, c.ok, err == nil, "from %s to %s", c.from, c.to)
	}
	for limit, want := range map[int]int{0: account.MaxExport, 1: 1, account.MaxExport: account.MaxExport} {
		size, err := account.ExportSize(account.ViewRule, limit)
		require.NoError(t, err)
		require.Equal(t, want, size)
	}
	for _, limit := range []int{-1, account.MaxExport + 1} {
		_, err := account.ExportSize(account.ViewRule, limit)
		require.ErrorIs(t, err, rule.Invalid)
	}
}
