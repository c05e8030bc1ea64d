package pgstore_test

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
)

func init() {
	// A worker whose clock stands still does a round and then waits: it is told to stop
	// when nothing is due any more and it had time to ask for what was promised.
	jobs["work"] = func(ctx context.Context, e *seatbook.Engine, _ []string) (int, error) {
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		ended := make(chan error, 1)
		go func() { ended <- e.Work(ctx) }()
		for i := range 400 {
			select {
			case err := <-ended:
				return 0, err
			case <-time.After(10 * time.Millisecond):
			}
			if next, ok, err := e.NextDue(ctx); err != nil || i < 150 || ok && next.Before(stage.At(start).AddDate(1, 0, 2)) {
				continue
			}
			stop()
			if err := <-ended; !errors.Is(err, context.Canceled) {
				return 0, err
			}
			return 1, nil
		}
		return 0, errors.New("the work is never done")
	}
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

// Workers share what is due by claims. One that dies while it holds some is taken
// over by the others once its claims are old: everything is done, and charged under
// one key.
func TestAWorkerThatDiesIsTakenOver(t *testing.T) {
	t.Parallel()
	for _, when := range []string{"before", "after"} {
		t.Run(when, func(t *testing.T) {
			t.Parallel()
			engine, clock, url := office(t)
			const teams = 6
			households(t, engine, teams)
			at := stage.At(start).AddDate(1, 0, 1)
			till := t.TempDir() + "/till"
			dying := spawn(t, errand{Job: "work", URL: url, At: at, Till: till, Die: when})
			require.NoError(t, dying.say())
			require.Error(t, dying.Wait(), "the process killed itself")
			list := crowd(t, 3, errand{Job: "work", URL: url, At: at.Add(2 * time.Minute), Till: till}, func(int) []string { return nil })
			require.Equal(t, 3, winners(t, list))
			clock.Set(at.Add(3 * time.Minute))
			next, ok, err := engine.NextDue(t.Context())
			require.NoError(t, err)
			require.True(t, !ok || next.After(at), "nothing is left to be done")
			renewed(t, engine, teams)
			asked := charged(t, till)
			require.Len(t, uniq(asked), teams)
			require.LessOrEqual(t, len(asked), teams+1, "what the dead one asked is asked once more at most")
			require.NoError(t, engine.Audit(t.Context()))
		})
	}
}
