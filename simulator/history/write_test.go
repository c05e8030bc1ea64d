package history_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/simulator"
	"github.com/seatbook/seatbook/simulator/history"
)

// What is written is a scenario that runs, the same each time, and another one for
// another place or seed.
func TestAHistoryIsWrittenAsAScenario(t *testing.T) {
	t.Parallel()
	write := func(seed int64, index int) string {
		text, err := history.Write(t.Context(), history.Config{Seed: seed, Teams: 1, Years: 1}, index)
		require.NoError(t, err)
		return string(text)
	}
	first := write(1, 0)
	require.Equal(t, first, write(1, 0))
	require.NotEqual(t, first, write(1, 1))
	require.NotEqual(t, first, write(2, 0))
	vocabulary, err := simulator.Everything()
	require.NoError(t, err)
	s, err := simulator.Parse("history.yaml", []byte(first), vocabulary)
	require.NoError(t, err)
	require.Greater(t, len(s.Steps), 50)
	_, err = history.Write(t.Context(), history.Config{Teams: 0, Years: 1}, 0)
	require.ErrorContains(t, err, "there can be 1 to")
}
