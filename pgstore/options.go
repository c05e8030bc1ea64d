package pgstore

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/seatbook/seatbook/store"
)

// Option changes how a store works.
type Option func(*options)

type options struct {
	attempts  int
	unsent    int
	grace     time.Duration
	configure func(*pgxpool.Config)
	// sent, where there is one, is told of every batch of statements.
	sent func(*pgx.Batch)
}

// Attempts sets how often an update that loses against others is begun at most; by
// default 100 times. Below 1 counts as 1.
func Attempts(n int) Option { return func(o *options) { o.attempts = max(n, 1) } }

// Grace sets how long a commit that is under way may go on after its context is
// done, by default five seconds, so that its outcome is known. After it the update
// is [ErrInDoubt].
func Grace(d time.Duration) Option { return func(o *options) { o.grace = max(d, 0) } }

// Configure lets the host change the configuration of the pool before it is made:
// its size, TLS, tracing, what runs on each new connection, statement time-outs.
func Configure(fn func(*pgxpool.Config)) Option { return func(o *options) { o.configure = fn } }

// Store is a [store.Store] in PostgreSQL. It is safe for concurrent use.
type Store struct {
	pool *pgxpool.Pool
	// owned says that Close closes the pool.
	owned   bool
	options options
	codecs  atomic.Pointer[map[string]store.Codec]
	turns   turns
	habits  habits
	counts  counts
}

var _ store.Store = (*Store)(nil)

// Open connects to a database whose tables are those of this release; see [Migrate].
// The URL is libpq's, with its parameters for TLS, time-outs and the pool
// (pool_max_conns and others). What it does not say of time-outs is thirty seconds
// for a statement and a minute for a transaction in which nothing happens, so that a
// client that has vanished keeps nobody waiting.
func Open(ctx context.Context, url string, list ...Option) (*Store, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("pgstore: %w", err)
	}
	o := optionsOf(list)
	defaults(config)
	if o.configure != nil {
		o.configure(config)
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("pgstore: %w", err)
	}
	s := &Store{pool: pool, owned: true, options: o}
	if err := s.ready(ctx); err != nil {
		pool.Close()
		return nil, err
	}
	return s, nil
}

// Over makes a store over a pool of the host, which Close leaves open. [Configure]
// has no effect on it.
func Over(ctx context.Context, pool *pgxpool.Pool, list ...Option) (*Store, error) {
	s := &Store{pool: pool, options: optionsOf(list)}
	return s, s.ready(ctx)
}

// Close ends the connections, and waits for transactions under way.
func (s *Store) Close() {
	if s.owned {
		s.pool.Close()
	}
}

func optionsOf(list []Option) options {
	o := options{attempts: 100, unsent: maxUnsent, grace: 5 * time.Second}
	for _, option := range list {
		option(&o)
	}
	return o
}

// defaults sets what the URL leaves open.
func defaults(config *pgxpool.Config) {
	parameters := config.ConnConfig.RuntimeParams
	for name, value := range map[string]string{
		"application_name":                    "seatbook",
		"statement_timeout":                   "30s",
		"idle_in_transaction_session_timeout": "60s",
	} {
		if _, set := parameters[name]; !set {
			parameters[name] = value
		}
	}
	// A statement whose context is done is called off at the server too, so that it
	// holds no lock for longer than anybody waits for it.
	config.ConnConfig.BuildContextWatcherHandler = func(conn *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: conn, DeadlineDelay: time.Second}
	}
}

// ready asks whether the tables are those of this release.
func (s *Store) ready(ctx context.Context) error {
	var version int64
	err := s.pool.QueryRow(ctx, latestVersion).Scan(&version)
	var pg *pgconn.PgError
	switch {
	case errors.As(err, &pg) && pg.Code == undefinedTable:
		return fmt.Errorf("%w: there are none; run Migrate as their owner, and see that search_path names their schema", ErrNotMigrated)
	case err != nil:
		return fmt.Errorf("pgstore: %w", err)
	case version != Version():
		return fmt.Errorf("%w: they are at %d, and this is %d; run Migrate of the same release", ErrNotMigrated, version, Version())
	}
	return nil
}

// InUse reports whether anything is kept.
func (s *Store) InUse(ctx context.Context) (used bool, err error) {
	if err := s.pool.QueryRow(ctx, anyRow).Scan(&used); err != nil {
		return false, fmt.Errorf("pgstore: %w", err)
	}
	return used, nil
}

// Counts is what a store did so far.
type Counts struct {
	// Views and Updates are how many began; Attempts is how often updates were begun,
	// so Attempts - Updates were lost against other writers and run again.
	Views, Updates, Attempts int64
	// RoundTrips is how often something was sent to the server and waited for, and
	// Statements how many statements that were. A connection that sends a statement
	// for the first time prepares it, in a round trip that is not counted.
	RoundTrips, Statements int64
}

type counts struct{ views, updates, attempts, roundTrips, statements atomic.Int64 }

// Counts returns what the store did so far, for the host's metrics.
func (s *Store) Counts() Counts {
	c := &s.counts
	return Counts{
		Views: c.views.Load(), Updates: c.updates.Load(), Attempts: c.attempts.Load(),
		RoundTrips: c.roundTrips.Load(), Statements: c.statements.Load(),
	}
}
