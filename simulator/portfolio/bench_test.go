package portfolio_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/simulator/portfolio"
)

// A year of one team after the other, on one processor.
func BenchmarkTeamYears(b *testing.B) {
	p, err := portfolio.New(portfolio.Config{Seed: 1, Teams: portfolio.MaxTeams, Years: 1})
	require.NoError(b, err)
	n := 0
	for b.Loop() {
		n++
		_, err := p.Team(b.Context(), n)
		require.NoError(b, err)
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "team-years/s")
}
