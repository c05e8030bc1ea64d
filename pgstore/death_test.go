package pgstore_test

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
)

func init() {
	jobs["buy"] = func(ctx context.Context, e *seatbook.Engine, _ []string) (int, error) {
		_, err := seatbook.Do(ctx, e, ada, purchase)
		return 1, err
	}
}

// charged reads what a till has charged.
func charged(t *testing.T, till string) []string {
	t.Helper()
	text, err := os.ReadFile(till)
	if os.IsNotExist(err) {
		return nil
	}
	require.NoError(t, err)
	return strings.Fields(string(text))
}

func uniq(list []string) []string { return slices.Compact(slices.Sorted(slices.Values(list))) }

// A process that dies between its commit and the charge, or between the charge and the
// answer, is taken over by another one. The money is asked for under one key.
func TestAProcessThatDiesAroundTheChargeIsTakenOver(t *testing.T) {
	t.Parallel()
	for _, when := range []string{"before", "after"} {
		t.Run(when, func(t *testing.T) {
			t.Parallel()
			engine, _, url := office(t)
			till := t.TempDir() + "/till"
			p := spawn(t, errand{Job: "buy", URL: url, At: stage.At(start), Till: till, Die: when})
			require.NoError(t, p.say())
			require.Error(t, p.Wait(), "the process killed itself")
			require.Zero(t, ask(t, engine, ada, licensing.SeatsQuery{Team: "acme", Product: purchase.Product}).Owned)
			heir := spawn(t, errand{Job: "due", URL: url, At: stage.At(start), Till: till})
			require.NoError(t, heir.say())
			require.Empty(t, heir.result(t).Error)
			require.Len(t, uniq(charged(t, till)), 1)
			require.Equal(t, 2, ask(t, engine, ada, licensing.SeatsQuery{Team: "acme", Product: purchase.Product}).Owned)
			require.NoError(t, engine.Audit(t.Context()))
		})
	}
}
