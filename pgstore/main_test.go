package pgstore_test

import (
	"context"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/pgstore"
	"github.com/seatbook/seatbook/pgstore/internal/cluster"
	"github.com/seatbook/seatbook/store"
	"github.com/seatbook/seatbook/store/storetest"
)

// server is the cluster of this run.
var server *cluster.Cluster

func TestMain(m *testing.M) {
	if e, told := errandOf(); told {
		os.Exit(child(e))
	}
	os.Exit(cluster.Main(m, &server))
}

// fresh makes a schema with the tables and returns how the service connects to it.
func fresh(t testing.TB, c *cluster.Cluster) string {
	t.Helper()
	schema, err := c.Schema(context.Background())
	require.NoError(t, err)
	require.NoError(t, pgstore.Migrate(context.Background(), c.URL("seatbook_owner", cluster.Database, schema)))
	return c.URL("seatbook", cluster.Database, schema)
}

// open opens a store over a URL that is closed with the test.
func open(t testing.TB, url string, options ...pgstore.Option) *pgstore.Store {
	t.Helper()
	s, err := pgstore.Open(context.Background(), url, options...)
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return s
}

// begin opens a store over a fresh schema.
func begin(t testing.TB, options ...pgstore.Option) *pgstore.Store {
	t.Helper()
	return open(t, fresh(t, server), options...)
}

// values is the table of the suite's rows, whose keys belong to none.
var values = store.NewTable("", func(*storetest.Value) (string, store.Key) { return "", "" })

func TestThePromisesOfAStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) store.Store {
		s := begin(t)
		s.Use([]store.Codec{values.Codec()})
		return s
	})
}
