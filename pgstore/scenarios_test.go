package pgstore_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/pgstore/internal/worlds"
	"github.com/seatbook/seatbook/simulator"
	"github.com/seatbook/seatbook/simulator/report"
)

// runJSON runs a scenario and returns what seatsim writes as data.
func runJSON(t *testing.T, s *simulator.Scenario, ground func() (simulator.Ground, error)) string {
	t.Helper()
	result, err := s.Run(t.Context(), simulator.RunOptions{Ground: ground, Books: true})
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, report.JSON(&b, []*simulator.Result{result}))
	return b.String()
}

// sameText requires that two texts are the same, and shows the first difference alone.
func sameText(t *testing.T, want, got string) {
	t.Helper()
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(a), len(b)) {
		require.Equal(t, a[i], b[i], "line %d", i+1)
	}
	require.Len(t, b, len(a))
}

// The whole library comes to the same, to the byte, on PostgreSQL as in memory.
func TestTheScenariosComeToTheSameOnPostgreSQL(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../examples/scenarios/*.yaml")
	require.NoError(t, err)
	require.Greater(t, len(files), 150)
	vocabulary, err := simulator.Everything()
	require.NoError(t, err)
	atlas := worlds.NewAtlas(begin(t))
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			s, err := simulator.Load(file, vocabulary)
			require.NoError(t, err)
			sameText(t, runJSON(t, s, nil), runJSON(t, s, atlas.Ground))
		})
	}
}

// What a run proves of itself, it proves on PostgreSQL too: audits, the journal run
// again, workers that are late, a store that breaks at some write, lines gone astray.
func TestTheProofsHoldOnPostgreSQL(t *testing.T) {
	t.Parallel()
	vocabulary, err := simulator.Everything()
	require.NoError(t, err)
	atlas := worlds.NewAtlas(begin(t))
	for _, name := range []string{"first-year", "three-devices", "postal-address"} {
		s, err := simulator.Load("../examples/scenarios/"+name+".yaml", vocabulary)
		require.NoError(t, err)
		s.Prove = simulator.Proofs()
		result, err := s.Run(t.Context(), simulator.RunOptions{Ground: atlas.Ground})
		require.NoError(t, err)
		require.Empty(t, result.Trouble, name)
		require.True(t, result.OK(), name)
	}
}
