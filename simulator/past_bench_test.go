package simulator

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// BenchmarkThePastOfAYear says how much memory a year of a timeline takes: a
// state of 100,000 rows of 200 bytes, of which 1,000 change each day.
func BenchmarkThePastOfAYear(b *testing.B) {
	const rows, changes, days = 100_000, 1000, 365
	ctx := context.Background()
	for b.Loop() {
		w, err := NewWorld(Config{Start: at("2026-01-05T09:00:00Z")})
		require.NoError(b, err)
		none := heap()
		put(b, w, 0, rows)
		state := heap() - none

		line := NewTimeline(w)
		for day := range days {
			team := fmt.Sprintf(`{"team": "t%d", "owner": "ada@acme.test", "country": "US"}`, day)
			_, err := line.Do(ctx, rule.Operator, "account.create_team", []byte(team))
			require.NoError(b, err)
			// The rows that change lie apart, as those of many teams do.
			put(b, line.world, day*changes*7919, changes)
			require.NoError(b, line.AdvanceSpan(ctx, period.Span{Days: 1}))
		}
		with := heap()
		kept := len(line.past.kept)
		line.Close()
		past := with - heap()
		runtime.KeepAlive(line)
		b.ReportMetric(float64(state)/1e6, "MB-state")
		b.ReportMetric(float64(past)/1e6, "MB-past")
		b.ReportMetric(float64(past)/float64(state), "past/state")
		b.ReportMetric(float64(kept), "moments")
	}
}

// put writes rows, each a step of 7,919 from the one before.
func put(b *testing.B, w *World, first, count int) {
	b.Helper()
	const rows, step = 100_000, 7919
	require.NoError(b, w.store.Update(context.Background(), func(tx store.Tx) error {
		for i := range count {
			n := (first + i*step) % rows
			if err := tx.Put(fmt.Sprintf("team_%05d\x00\x01sub\x00\x01%04d", n/20, n%20), new([200]byte)); err != nil {
				return err
			}
		}
		return nil
	}))
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// BenchmarkGoingBack goes back to a midnight and to a noon of a year in which
// something happens each day.
func BenchmarkGoingBack(b *testing.B) {
	ctx := context.Background()
	w, err := NewWorld(Config{Start: at("2026-01-05T09:00:00Z")})
	require.NoError(b, err)
	line := NewTimeline(w)
	for day := range 365 {
		team := fmt.Sprintf(`{"team": "t%d", "owner": "ada@acme.test", "country": "US"}`, day)
		_, err := line.Do(ctx, rule.Operator, "account.create_team", []byte(team))
		require.NoError(b, err)
		require.NoError(b, line.AdvanceSpan(ctx, period.Span{Days: 1}))
		if day == 300 {
			line.Mark("autumn")
		}
	}
	for _, place := range []struct {
		name string
		at   Place
	}{
		{"mark", Marked("autumn")},
		{"midnight", At(at("2026-12-24T00:00:00Z"))},
		{"evening", At(at("2026-12-24T20:00:00Z"))},
		{"middle-of-a-month", At(at("2026-05-17T12:00:00Z"))},
	} {
		b.Run(place.name, func(b *testing.B) {
			for b.Loop() {
				_, err := line.Fork(ctx, place.at)
				require.NoError(b, err)
			}
		})
	}
}
