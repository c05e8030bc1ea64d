package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/pgstore"
	"github.com/seatbook/seatbook/pgstore/internal/cluster"
	"github.com/seatbook/seatbook/simulator/cmd/seatsim/command"
	"github.com/seatbook/seatbook/store"
)

var server *cluster.Cluster

func TestMain(m *testing.M) { os.Exit(cluster.Main(m, &server)) }

// seatsim runs the command with its stores.
func seatsim(args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	code = command.Main(args, &out, &err, stores())
	return code, out.String(), err.String()
}

// database makes a schema and returns how a role connects to it.
func database(t *testing.T, role string) string {
	t.Helper()
	schema, err := server.Schema(t.Context())
	require.NoError(t, err)
	return server.URL(role, cluster.Database, schema)
}

// inUse reports whether anything is kept.
func inUse(t *testing.T, url string) bool {
	t.Helper()
	s, err := pgstore.Open(t.Context(), url)
	require.NoError(t, err)
	defer s.Close()
	used, err := s.InUse(t.Context())
	require.NoError(t, err)
	return used
}

// The command makes the tables where it may, writes what it writes in memory, and
// leaves nothing. It can be run again.
func TestScenariosComeToTheSameOnPostgreSQL(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../../examples/scenarios/f*.yaml")
	require.NoError(t, err)
	require.Greater(t, len(files), 2)
	url := database(t, "seatbook_owner")
	_, want, _ := seatsim(append([]string{"run", "--json", "-"}, files...)...)
	for range 2 {
		code, got, stderr := seatsim(append([]string{"run", "--store", url, "--json", "-"}, files...)...)
		require.Equal(t, 0, code, stderr)
		require.Equal(t, want, got)
		require.False(t, inUse(t, url))
	}
}

func TestADatabaseInUseIsRefused(t *testing.T) {
	t.Parallel()
	url := database(t, "seatbook_owner")
	require.NoError(t, pgstore.Migrate(t.Context(), url))
	s, err := pgstore.Open(t.Context(), url)
	require.NoError(t, err)
	defer s.Close()
	table := store.NewTable("lamp", func(*struct{}) (string, store.Key) { return "hall", "" })
	s.Use([]store.Codec{table.Codec()})
	require.NoError(t, s.Update(t.Context(), func(tx store.Tx) error { return table.Put(tx, struct{}{}) }))
	code, _, stderr := seatsim("run", "--store", url, "../../../examples/scenarios/overlap.yaml")
	require.Equal(t, 2, code)
	require.Contains(t, stderr, "the database is in use")
	require.NoError(t, s.View(t.Context(), func(tx store.Tx) error {
		_, found, err := table.Get(tx, "hall", "")
		require.True(t, found, "what was there is there")
		return err
	}))
}

func TestADatabaseThatCannotBeHadIsAFault(t *testing.T) {
	t.Parallel()
	code, _, stderr := seatsim("run", "--store", database(t, "seatbook"), "../../../examples/scenarios/overlap.yaml")
	require.Equal(t, 2, code)
	require.Contains(t, stderr, "run Migrate as their owner")
	code, _, stderr = seatsim("run", "--store", "postgres://nobody@127.0.0.1:1/none?connect_timeout=1", "../../../examples/scenarios/overlap.yaml")
	require.Equal(t, 2, code)
	require.Contains(t, stderr, "--store: pgstore: ")
}
