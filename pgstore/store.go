package pgstore

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/seatbook/seatbook/store"
)

// View runs fn over one state, that of the first row it reads, as store.Store says.
func (s *Store) View(ctx context.Context, fn func(store.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.counts.views.Add(1)
	l := &line{pool: s.pool}
	t := &tx{store: s, ctx: ctx, dial: l.dial, pending: []string{beginView}, overlay: newOverlay()}
	// Nobody waits for the end of a view: there is nothing that it could say.
	defer func() { go l.hangUp(ctx, t) }()
	defer t.end()
	err := fn(t)
	if t.failed != nil {
		return explained(ctx, t.failed)
	}
	return err
}

// Update runs fn in a serializable transaction, as store.Store says. Where it loses
// against another it is run again, as often as [Attempts] allows; then the error is
// [ErrContended].
//
// An Update inside fn waits for the one it is in if both write the same stream: only
// its context ends that.
func (s *Store) Update(ctx context.Context, fn func(store.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.counts.updates.Add(1)
	q := &queueing{turns: &s.turns}
	defer q.done()
	for attempt := 1; ; attempt++ {
		s.counts.attempts.Add(1)
		err := s.attempt(ctx, fn, q)
		var again *lost
		if !errors.As(err, &again) {
			return err
		}
		if attempt >= s.options.attempts {
			return fmt.Errorf("%w: after %d attempts: %w", ErrContended, attempt, again.why)
		}
		if err := q.wait(ctx, attempt); err != nil {
			return err
		}
	}
}

// lost says that an attempt has kept nothing and may be made again.
type lost struct{ why error }

func (l *lost) Error() string { return "pgstore: another writer was first: " + l.why.Error() }

// attempt runs fn once.
func (s *Store) attempt(ctx context.Context, fn func(store.Tx) error, q *queueing) (err error) {
	l := &line{pool: s.pool}
	t := &tx{
		store: s, ctx: ctx, dial: l.dial, pending: []string{beginUpdate}, overlay: newOverlay(),
		write: true, turn: q.take,
	}
	// Whatever ends fn, be it a panic or runtime.Goexit, passes here.
	defer l.hangUp(ctx, t)
	defer t.end()
	if err = fn(t); err == nil && t.failed == nil {
		if err = ctx.Err(); err == nil {
			err = s.commit(ctx, t, l)
		}
	}
	switch {
	case t.failed == nil || errors.Is(err, ErrInDoubt):
		return err
	case errors.Is(t.failed, errTurn) || Conflict(t.failed):
		// What fn made of it does not count: it may have decided on what never was.
		return &lost{t.failed}
	default:
		return explained(ctx, t.failed)
	}
}

// commit sends what is unsent together with the commit.
func (s *Store) commit(ctx context.Context, t *tx, l *line) error {
	c, err := t.unsent(t.overlay, newOverlay())
	if err != nil {
		return err
	}
	if t.wire == nil && c.rows == 0 {
		return nil // Nothing was read either.
	}
	ctx, stop := s.grace(ctx)
	defer stop()
	kept := false
	err = t.send(ctx, func(b *pgx.Batch) {
		c.queue(b)
		b.Queue(commit).Exec(func(tag pgconn.CommandTag) error {
			kept = tag.String() == "COMMIT"
			return nil
		})
	})
	switch {
	case err == nil && kept:
		l.over = true
		return nil
	case err == nil:
		return t.fail(errors.New("pgstore: the server has undone the transaction instead of committing it"))
	case l.conn == nil || unheard(err) || refused(err):
		return err // It was not sent, or the server said no: nothing is kept.
	default:
		return fmt.Errorf("%w: %w", ErrInDoubt, err)
	}
}

// grace returns a context that ends a while after ctx, so that a commit which was
// sent is heard of.
func (s *Store) grace(ctx context.Context) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	unhook := context.AfterFunc(ctx, func() {
		timer := time.NewTimer(s.options.grace) //nolint:forbidigo // how long a server may take is no time of the domain
		defer timer.Stop()
		select {
		case <-timer.C:
			cancel()
		case <-longer.Done():
		}
	})
	return longer, func() { unhook(); cancel() }
}

// line is a connection of the pool for the length of a transaction.
type line struct {
	pool *pgxpool.Pool
	conn *pgxpool.Conn
	// over says that no transaction is open on it.
	over bool
}

func (l *line) dial(ctx context.Context) (wire, error) {
	conn, err := l.pool.Acquire(ctx)
	if err != nil {
		return nil, fmt.Errorf("no connection: %w", err)
	}
	l.conn = conn
	return conn, nil
}

// hangUp undoes what was not committed and gives the connection back. One on which
// that fails is closed by the pool, and the server undoes it.
func (l *line) hangUp(ctx context.Context, t *tx) {
	if l.conn == nil {
		return
	}
	if !l.over && !l.conn.Conn().IsClosed() && l.conn.Conn().PgConn().TxStatus() != 'I' {
		ctx, stop := t.store.grace(ctx)
		if t.write {
			t.store.counts.roundTrips.Add(1)
		}
		l.conn.Exec(ctx, rollback) //nolint:errcheck // a connection that cannot do it is closed below
		stop()
	}
	l.conn.Release()
}

// queueing is the place of an update among the writers of one stream.
type queueing struct {
	turns *turns
	// held is the stream whose turn it has, wanted the one it has to wait for.
	held, wanted string
	leave        func()
}

// errTurn ends an attempt whose stream somebody else is writing.
var errTurn = errors.New("pgstore: somebody else writes this stream")

// take takes the turn of the first stream that an attempt writes. It never waits
// inside an attempt: what was read before the turn came would be old.
func (q *queueing) take(stream string) error {
	if q.leave != nil {
		return nil
	}
	leave, ok := q.turns.try(stream)
	if !ok {
		q.wanted = stream
		return errTurn
	}
	q.held, q.leave = stream, leave
	return nil
}

// wait waits between two attempts: for the turn, or, where the winner is another
// process, for a moment that is longer and more random each time.
func (q *queueing) wait(ctx context.Context, attempt int) error {
	if q.wanted != "" {
		leave, err := q.turns.enter(ctx, q.wanted)
		if err != nil {
			return err
		}
		q.held, q.leave, q.wanted = q.wanted, leave, ""
		return nil
	}
	timer := time.NewTimer(pause(attempt)) //nolint:forbidigo // another process is no event of this one
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

const (
	shortest = time.Millisecond
	longest  = 200 * time.Millisecond
)

// pause is how long to wait after an attempt: anything up to a bound that doubles with
// each, as far as the longest. Two processes that chose the same wait would meet again.
func pause(attempt int) time.Duration {
	most := min(shortest<<min(attempt-1, 10), longest)
	return rand.N(most) + 1 //nolint:forbidigo // no outcome depends on it
}

func (q *queueing) done() {
	if q.leave != nil {
		q.leave()
	}
}
