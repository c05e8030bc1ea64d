package seatbook_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/simulator/portfolio"
	"github.com/seatbook/seatbook/store"
)

// A year of thirty teams as portfolios have them, one after the other. The floors are
// raw go-memdb doing the same reads and writes in the same transactions, and making
// the same changes to rows alone.
func BenchmarkTeamYears(b *testing.B) {
	const teams = 30
	var seen *recorder
	prepare := func(around func(store.Store) store.Store) *portfolio.Portfolio {
		p, err := portfolio.New(portfolio.Config{Seed: 1, Teams: teams, Years: 1, Around: around})
		require.NoError(b, err)
		return p
	}
	live := func(p *portfolio.Portfolio, done func()) {
		for n := 1; n <= teams; n++ {
			_, err := p.Team(b.Context(), n)
			require.NoError(b, err)
			done()
		}
	}
	var all, changes [][]operation
	live(prepare(func(s store.Store) store.Store { seen = &recorder{Store: s}; return seen }), func() {
		var writes []operation
		for _, op := range seen.log {
			if op.kind == "put" || op.kind == "delete" || op.kind == "update" {
				writes = append(writes, op)
			}
		}
		all, changes = append(all, seen.log), append(changes, writes)
	})
	perSecond := func(b *testing.B) {
		b.ReportMetric(float64(teams*b.N)/b.Elapsed().Seconds(), "team-years/s")
	}
	b.Run("seatbook", func(b *testing.B) {
		p := prepare(nil)
		b.ReportAllocs()
		for b.Loop() {
			live(p, func() {})
		}
		perSecond(b)
	})
	for _, floor := range []struct {
		name string
		logs [][]operation
	}{{"raw", all}, {"raw changes", changes}} {
		b.Run(floor.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				for _, log := range floor.logs {
					rawRun(b, rawDB(b), log)
				}
			}
			perSecond(b)
		})
	}
	operations, rows := 0, 0
	for i := range all {
		operations, rows = operations+len(all[i]), rows+len(changes[i])
	}
	b.Logf("%d operations and %d changes a team-year", operations/teams, rows/teams)
}

// What is kept in memory of a portfolio, after a hundred teams and after a thousand.
func BenchmarkPortfolioHeap(b *testing.B) {
	for _, teams := range []int{100, 1000} {
		b.Run(fmt.Sprintf("%d teams", teams), func(b *testing.B) {
			p, err := portfolio.New(portfolio.Config{Seed: 1, Teams: teams + 10, Years: 1})
			require.NoError(b, err)
			var after runtime.MemStats
			for b.Loop() {
				require.NoError(b, p.Run(b.Context(), 0, func(t *portfolio.Team) error {
					if t.Team == teams {
						runtime.GC()
						runtime.ReadMemStats(&after)
					}
					return nil
				}))
			}
			b.ReportMetric(float64(after.HeapAlloc)/(1<<20), "MiB")
			b.ReportMetric(float64(teams*b.N)/b.Elapsed().Seconds(), "team-years/s")
		})
	}
}
