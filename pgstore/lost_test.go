package pgstore_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/pgstore"
	"github.com/seatbook/seatbook/pgstore/internal/cluster"
	"github.com/seatbook/seatbook/store"
)

// hangUp ends the sessions of one store, which bears a name of its own, and waits
// until their processes are gone: until then a commit could still be sent.
func hangUp(t *testing.T, name string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), server.URL(cluster.Superuser, cluster.Database, ""))
	require.NoError(t, err)
	defer conn.Close(context.Background()) //nolint:errcheck // nothing hangs on it
	rows, err := conn.Query(t.Context(), "select pid from pg_stat_activity where application_name = $1", name)
	require.NoError(t, err)
	pids, err := pgx.CollectRows(rows, pgx.RowTo[int32])
	require.NoError(t, err)
	require.NotEmpty(t, pids)
	_, err = conn.Exec(t.Context(), "select pg_terminate_backend(pid) from unnest($1::integer[]) as pid", pids)
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		return !slices.ContainsFunc(pids, func(pid int32) bool {
			_, err := os.Stat(fmt.Sprintf("/proc/%d", pid))
			return err == nil
		})
	}, 10*time.Second, 5*time.Millisecond)
}

// sound requires that an update says plainly that nothing is kept, and that it is so.
func sound(t *testing.T, direct *pgstore.Store, err error) {
	t.Helper()
	require.Error(t, err)
	require.NotErrorIs(t, err, pgstore.ErrInDoubt)
	require.ErrorContains(t, err, "nothing is kept")
	require.Equal(t, int64(1), count(t, direct, "n"))
}

// A commit that never went out is not in doubt.
func TestASessionThatEndedBeforeTheCommitIsNotInDoubt(t *testing.T) {
	t.Parallel()
	url := fresh(t, server)
	name := "ended-" + fmt.Sprint(time.Now().UnixNano())
	direct, s := open(t, url), open(t, url+"&application_name="+name)
	direct.Use([]store.Codec{values.Codec()})
	s.Use([]store.Codec{values.Codec()})
	put(t, direct, "n", 1)
	sound(t, direct, s.Update(t.Context(), func(tx store.Tx) error {
		require.NoError(t, add(tx, "n"))
		hangUp(t, name)
		return nil
	}))
	for _, swallows := range []bool{false, true} {
		sound(t, direct, s.Together(t.Context(), func(_ pgx.Tx, joined store.Store) error {
			require.NoError(t, joined.Update(t.Context(), func(tx store.Tx) error { return add(tx, "n") }))
			hangUp(t, name)
			if swallows {
				require.Error(t, joined.Update(t.Context(), func(tx store.Tx) error { return add(tx, "n") }))
			}
			return nil
		}))
	}
}

// The same where the server ends it, because the function takes too long.
func TestATransactionThatWasIdleForTooLongIsNotInDoubt(t *testing.T) {
	t.Parallel()
	s := open(t, fresh(t, server), pgstore.Configure(func(c *pgxpool.Config) {
		c.ConnConfig.RuntimeParams["idle_in_transaction_session_timeout"] = "50ms"
	}))
	s.Use([]store.Codec{values.Codec()})
	put(t, s, "n", 1)
	sound(t, s, s.Update(t.Context(), func(tx store.Tx) error {
		require.NoError(t, add(tx, "n"))
		time.Sleep(400 * time.Millisecond)
		return nil
	}))
}

// A commit whose answer is lost stays in doubt, whether the server has heard all of it
// or a part, which may be enough.
func TestACommitWhoseAnswerIsLostIsInDoubt(t *testing.T) {
	t.Parallel()
	for _, heard := range []bool{false, true} {
		t.Run(fmt.Sprintf("heard %v", heard), func(t *testing.T) {
			t.Parallel()
			url := fresh(t, server)
			p := through(t, server.Dir)
			s := open(t, past(url, p))
			s.Use([]store.Codec{values.Codec()})
			put(t, s, "n", 1)
			p.heard.Store(heard)
			err := s.Update(t.Context(), func(tx store.Tx) error {
				require.NoError(t, add(tx, "n"))
				p.every.Store(1)
				return nil
			})
			p.every.Store(0)
			require.ErrorIs(t, err, pgstore.ErrInDoubt)
			err = s.Together(t.Context(), func(_ pgx.Tx, joined store.Store) error {
				require.NoError(t, joined.Update(t.Context(), func(tx store.Tx) error { return add(tx, "m") }))
				p.every.Store(1)
				return nil
			})
			require.ErrorIs(t, err, pgstore.ErrInDoubt)
		})
	}
}

// waited is an error that the driver takes for one to be tried again.
type waited struct{}

func (waited) Error() string     { return "conn closed" }
func (waited) SafeToRetry() bool { return true }

// unwritten is such an error of the network.
type unwritten struct{ error }

func (unwritten) SafeToRetry() bool { return true }
func (u unwritten) Unwrap() error   { return u.error }

func TestWhatTheServerCannotHaveTaken(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		err  error
		want bool
	}{
		{name: "an idle transaction that was ended was not committed", err: &pgconn.PgError{Severity: "FATAL", Code: "25P03"}, want: true},
		{name: "a session that an administrator ended may have committed", err: &pgconn.PgError{Severity: "FATAL", Code: "57P01"}},
		{name: "a connection that broke off may have carried the commit", err: io.ErrUnexpectedEOF},
		{name: "an answer that was waited for in vain may be that of a commit", err: waited{}},
		{name: "what could not be written was not taken", err: unwritten{&net.OpError{Op: "write", Err: io.ErrClosedPipe}}, want: true},
		{name: "what could not be read may have been done", err: unwritten{&net.OpError{Op: "read", Err: io.EOF}}},
		{name: "no error is no proof"},
	} {
		require.Equal(t, c.want, pgstore.Unheard(c.err), c.name)
	}
}

// Whoever gave up has been told so, and finds nothing done.
func TestTogetherKeepsNothingOnceItsContextIsDone(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	tired := errors.New("the buyer has left")
	err := s.store.Together(ctx, func(tx pgx.Tx, joined store.Store) error {
		if err := s.sell(ctx, tx, joined, 1); err != nil {
			return err
		}
		cancel(tired)
		return nil
	})
	require.ErrorIs(t, err, tired)
	require.ErrorContains(t, err, "nothing is kept")
	require.Zero(t, s.orders(t))
	require.NoError(t, s.RunDue(t.Context()))
	require.Zero(t, s.charges.len())
	require.NoError(t, s.Audit(t.Context()))
}
