package pgstore_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/pgstore"
	"github.com/seatbook/seatbook/pgstore/internal/cluster"
	"github.com/seatbook/seatbook/store"
	"github.com/seatbook/seatbook/store/storetest"
)

// plain opens a store for rows that belong to no table, and another one over the same
// rows, as a second process would.
func plain(t *testing.T, options ...pgstore.Option) (one, two *pgstore.Store) {
	t.Helper()
	url := fresh(t, server)
	one, two = open(t, url, options...), open(t, url, options...)
	for _, s := range []*pgstore.Store{one, two} {
		s.Use([]store.Codec{values.Codec()})
	}
	return one, two
}

func put(t *testing.T, s store.Store, key string, count int64) {
	t.Helper()
	require.NoError(t, s.Update(t.Context(), func(tx store.Tx) error { return tx.Put(key, storetest.Value{Count: count}) }))
}

func count(t *testing.T, s store.Store, key string) (n int64) {
	t.Helper()
	require.NoError(t, s.View(t.Context(), func(tx store.Tx) error {
		v, _, err := tx.Get(key)
		held, _ := v.(storetest.Value)
		n = held.Count
		return err
	}))
	return n
}

// add reads a row and writes it with one more.
func add(tx store.Tx, key string) error {
	v, _, err := tx.Get(key)
	if err != nil {
		return err
	}
	held, _ := v.(storetest.Value)
	return tx.Put(key, storetest.Value{Count: held.Count + 1})
}

func TestAnUpdateThatLosesToAnotherProcessIsRunAgain(t *testing.T) {
	t.Parallel()
	one, two := plain(t)
	put(t, one, "n", 0)
	runs := 0
	require.NoError(t, one.Update(t.Context(), func(tx store.Tx) error {
		runs++
		if err := add(tx, "n"); err != nil {
			return err
		}
		if runs == 1 {
			return two.Update(t.Context(), func(tx store.Tx) error { return add(tx, "n") })
		}
		return nil
	}))
	require.Equal(t, 2, runs)
	require.Equal(t, int64(2), count(t, one, "n"))
}

// Two updates that read what the other writes, and write different rows, cannot both
// be kept: that no two rows are held at once is decided on rows that nobody locked.
func TestWhatAnUpdateReadIsPartOfItsCommit(t *testing.T) {
	t.Parallel()
	one, two := plain(t)
	onlyIf := func(tx store.Tx, other, mine string) error {
		_, taken, err := tx.Get(other)
		if err != nil || taken {
			return err
		}
		return tx.Put(mine, storetest.Value{Count: 1})
	}
	runs := 0
	require.NoError(t, one.Update(t.Context(), func(tx store.Tx) error {
		runs++
		if err := onlyIf(tx, "b", "a"); err != nil {
			return err
		}
		if runs == 1 {
			return two.Update(t.Context(), func(tx store.Tx) error { return onlyIf(tx, "a", "b") })
		}
		return nil
	}))
	require.Equal(t, 2, runs)
	require.Equal(t, int64(1), count(t, one, "a")+count(t, one, "b"))
}

// An update that decided on a range loses where another process puts a row into it.
func TestARangeThatWasReadIsPartOfTheCommit(t *testing.T) {
	t.Parallel()
	one, two := plain(t)
	runs := 0
	require.NoError(t, one.Update(t.Context(), func(tx store.Tx) error {
		runs++
		n := 0
		for _, err := range tx.Scan(store.Prefix("row")) {
			if err != nil {
				return err
			}
			n++
		}
		if runs == 1 {
			put(t, two, "row 1", 1)
			// The other one has to have read what this one writes, or there is an order
			// in which both stand.
			require.NoError(t, two.Update(t.Context(), func(tx store.Tx) error {
				if _, _, err := tx.Get("sum"); err != nil {
					return err
				}
				return tx.Put("row 2", storetest.Value{Count: 1})
			}))
		}
		return tx.Put("sum", storetest.Value{Count: int64(n)})
	}))
	require.Equal(t, 2, runs)
	require.Equal(t, int64(2), count(t, one, "sum"))
}

func TestAnUpdateGivesUpAfterItsAttempts(t *testing.T) {
	t.Parallel()
	one, two := plain(t, pgstore.Attempts(3))
	put(t, one, "n", 0)
	runs := 0
	err := one.Update(t.Context(), func(tx store.Tx) error {
		runs++
		if err := add(tx, "n"); err != nil {
			return err
		}
		return two.Update(t.Context(), func(tx store.Tx) error { return add(tx, "n") })
	})
	require.ErrorIs(t, err, pgstore.ErrContended)
	require.ErrorContains(t, err, "after 3 attempts")
	require.True(t, pgstore.Conflict(err))
	require.Equal(t, 3, runs)
	require.Equal(t, int64(3), count(t, one, "n"), "nothing of the three is kept")
	counts := one.Counts()
	require.Equal(t, int64(3), counts.Attempts-counts.Updates+1)
}

// What a function makes of a conflict does not count: it may have seen what never was.
func TestAFunctionThatSwallowsAConflictIsRunAgain(t *testing.T) {
	t.Parallel()
	one, two := plain(t)
	put(t, one, "n", 0)
	put(t, one, "m", 0)
	wrong := errors.New("decided on what never was")
	runs := 0
	require.NoError(t, one.Update(t.Context(), func(tx store.Tx) error {
		runs++
		if err := add(tx, "n"); err != nil {
			return err
		}
		if runs > 1 {
			return nil
		}
		require.NoError(t, two.Update(t.Context(), func(tx store.Tx) error {
			if err := add(tx, "n"); err != nil {
				return err
			}
			return add(tx, "m")
		}))
		for i := range 3 * 5000 { // So much that it has to be sent, which finds the conflict.
			if err := tx.Put("row "+string(rune('a'+i%26))+time.Duration(i).String(), storetest.Value{}); err != nil {
				return wrong
			}
		}
		return wrong
	}))
	require.Equal(t, 2, runs)
	require.Equal(t, int64(2), count(t, one, "n"))
}

func TestACancelledUpdateKeepsNothing(t *testing.T) {
	t.Parallel()
	one, _ := plain(t)
	put(t, one, "n", 1)
	ctx, cancel := context.WithCancel(t.Context())
	err := one.Update(ctx, func(tx store.Tx) error {
		require.NoError(t, add(tx, "n"))
		cancel()
		return nil
	})
	require.ErrorIs(t, err, context.Canceled)
	ctx, cancel = context.WithCancel(t.Context())
	err = one.Update(ctx, func(tx store.Tx) error {
		require.NoError(t, add(tx, "n"))
		cancel()
		_, _, err := tx.Get("other")
		return err
	})
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorContains(t, err, "nothing is kept")
	require.Equal(t, int64(1), count(t, one, "n"))
}

// A statement that waits too long is stopped by the server, with an error that says so.
func TestAStatementTimeoutKeepsNothing(t *testing.T) {
	t.Parallel()
	url := fresh(t, server)
	one := open(t, url, pgstore.Configure(func(c *pgxpool.Config) { c.ConnConfig.RuntimeParams["statement_timeout"] = "50ms" }))
	one.Use([]store.Codec{values.Codec()})
	put(t, one, "n", 1)
	// Somebody holds the row, outside of the library.
	pool, err := pgxpool.New(t.Context(), url)
	require.NoError(t, err)
	defer pool.Close()
	tx, err := pool.Begin(t.Context())
	require.NoError(t, err)
	_, err = tx.Exec(t.Context(), "update seatbook_record set value = value")
	require.NoError(t, err)
	err = one.Update(t.Context(), func(tx store.Tx) error { return tx.Put("n", storetest.Value{Count: 2}) })
	require.ErrorContains(t, err, "the server stopped the statement, and nothing is kept")
	require.NoError(t, tx.Rollback(t.Context()))
	require.Equal(t, int64(1), count(t, one, "n"))
	put(t, one, "n", 3)
	require.Equal(t, int64(3), count(t, one, "n"), "the store goes on")
}

// What the host says of connections arrives at the server.
func TestTheHostsSettingsPassThrough(t *testing.T) {
	t.Parallel()
	url := fresh(t, server)
	var seen *pgxpool.Config
	s := open(t, url+"&application_name=portal&pool_max_conns=3&sslmode=prefer", pgstore.Configure(func(c *pgxpool.Config) { seen = c }))
	require.Equal(t, "portal", seen.ConnConfig.RuntimeParams["application_name"])
	require.Equal(t, "30s", seen.ConnConfig.RuntimeParams["statement_timeout"])
	require.Equal(t, int32(3), seen.MaxConns)
	require.NoError(t, s.View(t.Context(), func(tx store.Tx) error { _, _, err := tx.Get("x"); return err }))
	_, err := pgstore.Open(t.Context(), "postgres://seatbook@127.0.0.1:1/seatbook?sslmode=no-such-mode")
	require.ErrorContains(t, err, "sslmode")
	// TLS is asked for, and a server without it is refused instead of talked to in clear.
	_, err = pgstore.Open(t.Context(), "postgres://seatbook@127.0.0.1:1/seatbook?sslmode=verify-full&connect_timeout=1")
	require.Error(t, err)
}

func TestWithoutACodecNothingIsKept(t *testing.T) {
	t.Parallel()
	s := begin(t)
	err := s.Update(t.Context(), func(tx store.Tx) error { return tx.Put("x", storetest.Value{}) })
	require.ErrorContains(t, err, "nobody has told the codec")
}

// The role that the library uses changes rows and nothing else.
func TestTheRoleOfTheServiceIsNotTheOwner(t *testing.T) {
	t.Parallel()
	url := fresh(t, server)
	pool, err := pgxpool.New(t.Context(), url)
	require.NoError(t, err)
	defer pool.Close()
	for _, statement := range []string{
		"create table seatbook_other (x text)", "alter table seatbook_record add column x text", "drop table seatbook_record",
		"truncate seatbook_record", "create index on seatbook_record (kind)",
		"create schema other", "create role other", "copy seatbook_record to program 'true'",
		"alter table seatbook_record owner to seatbook", "create view seatbook_v as select 1",
	} {
		_, err := pool.Exec(t.Context(), statement)
		var pg *pgconn.PgError
		require.ErrorAs(t, err, &pg, statement)
		require.Equal(t, "42501", pg.Code, "%s: %v", statement, err)
	}
	for _, statement := range []string{
		"select * from seatbook_record", "insert into seatbook_record values ('a', 'b', 'c', 1, '{}', null)",
		"update seatbook_record set version = 2", "delete from seatbook_record",
	} {
		_, err := pool.Exec(t.Context(), statement)
		require.NoError(t, err, statement)
	}
}

// The service reads which release the tables are of, and cannot say another one. Nor can
// it where a release before has let it, or a host everybody.
func TestTheRoleOfTheServiceOnlyReadsWhatWasMigrated(t *testing.T) {
	t.Parallel()
	url := fresh(t, server)
	pool, err := pgxpool.New(t.Context(), url)
	require.NoError(t, err)
	defer pool.Close()
	schema := strings.Split(url, "search_path=")[1]
	owner := server.URL("seatbook_owner", cluster.Database, schema)
	for _, grantees := range []string{"", "seatbook", "seatbook, public"} {
		if grantees != "" {
			require.NoError(t, server.Exec(t.Context(), cluster.Database, "grant all on "+schema+".seatbook_migration to "+grantees))
			migrated := make(chan error)
			for range 4 {
				go func() { migrated <- pgstore.Migrate(context.Background(), owner) }()
			}
			for range 4 {
				require.NoError(t, <-migrated)
			}
		}
		for _, statement := range []string{
			"insert into seatbook_migration values (99)", "update seatbook_migration set version = 99",
			"delete from seatbook_migration", "truncate seatbook_migration",
		} {
			_, err := pool.Exec(t.Context(), statement)
			var pg *pgconn.PgError
			require.ErrorAs(t, err, &pg, statement)
			require.Equal(t, "42501", pg.Code, "%s: %v", statement, err)
		}
		s, err := pgstore.Open(t.Context(), url)
		require.NoError(t, err)
		s.Close()
	}
	require.NoError(t, pgstore.Migrate(t.Context(), owner), "the owner still writes it")
}

// Within one process the writers of a stream take turns, so that few are run again.
func TestWritersOfAStreamTakeTurns(t *testing.T) {
	t.Parallel()
	one, _ := plain(t)
	put(t, one, "n", 0)
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for range 20 {
				if err := one.Update(context.Background(), func(tx store.Tx) error { return add(tx, "n") }); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	require.Equal(t, int64(320), count(t, one, "n"))
}

// A server that has no room to remember what was read asks to be asked again.
func TestOutOfRoomIsAConflict(t *testing.T) {
	t.Parallel()
	require.True(t, pgstore.Conflict(fmt.Errorf("wrapped: %w", &pgconn.PgError{Code: "53200"})))
	require.True(t, pgstore.Conflict(&pgconn.PgError{Code: "40001"}))
	require.True(t, pgstore.Conflict(&pgconn.PgError{Code: "40P01"}))
	require.False(t, pgstore.Conflict(&pgconn.PgError{Code: "53100"}))
	require.False(t, pgstore.Conflict(errors.New("40001")))
	require.False(t, pgstore.Conflict(nil))
}
