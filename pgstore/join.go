package pgstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/seatbook/seatbook/store"
)

// Joined is the store inside a transaction of the host. What an update writes there is
// kept when the host commits, together with the host's own rows, or not at all. It
// is used by one goroutine at a time, like the transaction, and as long as that lasts.
//
// A command run in it promises its charges and asks for none: nobody can know yet
// whether the host will commit. After the commit the host lets the engine itself do
// what was promised:
//
//	var bought billing.Purchased
//	err := s.Together(ctx, func(tx pgx.Tx, joined store.Store) error {
//		if _, err := tx.Exec(ctx, `insert into shop_order …`); err != nil {
//			return err
//		}
//		return joined.Update(ctx, func(t store.Tx) (err error) {
//			_, err = seatbook.Do(ctx, engine.Within(t), buyer, billing.Purchase{…})
//			if errors.Is(err, billing.ErrUnanswered) {
//				return nil // The order waits for its charge.
//			}
//			return err
//		})
//	})
//	if err == nil {
//		err = engine.KeepPromises(ctx)
//	}
type Joined struct {
	store *Store
	tx    pgx.Tx
	// checked says that the transaction was found to be serializable.
	checked bool
	// around is the update under way, inside which another one is a part of it.
	around *tx
}

var _ store.Store = (*Joined)(nil)

// Join returns the store inside a transaction of the host, which has to be
// serializable ([ErrIsolation]) and to have the tables of seatbook in its search
// path. The host ends the transaction. Where [Conflict] holds of an error, or of
// that of the host's commit, the transaction lost against another: the host rolls
// back and begins anew. [Store.Together] does that.
func (s *Store) Join(tx pgx.Tx) *Joined { return &Joined{store: s, tx: tx} }

// View runs fn over what the transaction of the host sees, its own writes included.
func (j *Joined) View(ctx context.Context, fn func(store.Tx) error) error {
	return j.run(ctx, &tx{}, fn)
}

// Update runs fn as a part of the host's transaction. It is run once; an error or a
// panic undoes what it wrote and leaves the host's own rows. One inside fn is a part of
// this one: it sees what this one wrote before it, and is undone with it.
func (j *Joined) Update(ctx context.Context, fn func(store.Tx) error) error {
	outer := j.around
	if outer != nil {
		if err := outer.advance(); errors.Is(err, errLoop) {
			return err
		} else if err != nil {
			return explained(ctx, err)
		}
	}
	inner := &tx{write: true, pending: []string{"savepoint " + part}}
	j.around = inner
	defer func() {
		j.around = outer
		if outer != nil {
			outer.forget() // The inner one may have written what the outer one has read.
		}
	}()
	return j.run(ctx, inner, fn)
}

const (
	// part names the savepoint around an update in a host's transaction.
	part = "seatbook_update"
	// undoPart undoes an update and takes its savepoint away: one of the same name
	// around it would be out of reach behind it.
	undoPart = "rollback to savepoint " + part + "; release savepoint " + part
)

func (j *Joined) run(ctx context.Context, t *tx, fn func(store.Tx) error) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := j.check(ctx); err != nil {
		return err
	}
	t.store, t.ctx, t.overlay = j.store, ctx, newOverlay()
	begun := false
	t.dial = func(context.Context) (wire, error) { begun = true; return j.tx, nil }
	kept := false
	defer func() {
		if !kept && begun && t.write {
			again, stop := j.store.grace(ctx)
			defer stop()
			if _, undo := j.tx.Exec(again, undoPart, pgx.QueryExecModeSimpleProtocol); undo != nil && err != nil {
				err = errors.Join(err, undo)
			}
		}
	}()
	defer t.end()
	if err = fn(t); err == nil && t.failed == nil && t.write {
		err = t.flush(ctx)
	}
	if t.failed != nil {
		err = explained(ctx, t.failed)
	}
	kept = err == nil
	return err
}

// advance sends the savepoints of an update and what it wrote so far, before another
// one begins inside it. A loop under way must not see what is sent, and without its
// savepoint a Try could not undo the inner update.
func (t *tx) advance() error {
	switch {
	case t.failed != nil:
		return t.failed
	case t.overlay.len() == 0 && len(t.levels) == 0:
		return t.send(t.ctx, func(*pgx.Batch) {})
	case t.loops > 0:
		return errLoop
	default:
		return t.spill()
	}
}

// errLoop refuses an update that could neither see nor follow the one around it.
var errLoop = errors.New("pgstore: an update inside another one cannot begin in a loop over rows after a write or in a Try")

// flush sends what is unsent, and the end of the part.
func (t *tx) flush(ctx context.Context) error {
	c, err := t.unsent(t.overlay, newOverlay())
	if err != nil || t.wire == nil && c.rows == 0 {
		return err
	}
	return t.send(ctx, func(b *pgx.Batch) {
		c.queue(b)
		b.Queue("release savepoint " + part)
	})
}

// check refuses a transaction in which two of the same kind would not see each other.
func (j *Joined) check(ctx context.Context) error {
	if j.checked {
		return nil
	}
	var level string
	if err := j.tx.QueryRow(ctx, `show transaction_isolation`).Scan(&level); err != nil {
		return explained(ctx, err)
	}
	if level != "serializable" {
		return fmt.Errorf("%w: it is %s", ErrIsolation, level)
	}
	j.checked = true
	return nil
}

// Together runs fn in a serializable transaction, with the store joined to it, and
// commits. Where it loses against another it is run again as a whole, like the
// function of an update, and as often. Where ctx is done when fn returns, nothing is
// kept.
func (s *Store) Together(ctx context.Context, fn func(tx pgx.Tx, joined store.Store) error) error {
	q := &queueing{turns: &s.turns}
	for attempt := 1; ; attempt++ {
		err := s.together(ctx, fn)
		if !Conflict(err) {
			return err
		}
		if attempt >= s.options.attempts {
			return fmt.Errorf("%w: after %d attempts: %w", ErrContended, attempt, err)
		}
		if err := q.wait(ctx, attempt); err != nil {
			return err
		}
	}
}

func (s *Store) together(ctx context.Context, fn func(tx pgx.Tx, joined store.Store) error) error {
	t, err := s.pool.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.Serializable})
	if err != nil {
		return explained(ctx, err)
	}
	later, stop := s.grace(ctx)
	defer stop()
	defer t.Rollback(later) //nolint:errcheck // after a commit there is nothing to undo
	if err := fn(t, s.Join(t)); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return explained(ctx, err) // Whoever asked for it has been told that it did not happen.
	}
	if t.Conn().IsClosed() {
		return explained(ctx, errGone) // fn has not looked at what became of its statements.
	}
	err = t.Commit(later)
	switch {
	case err == nil, errors.Is(err, pgx.ErrTxCommitRollback):
		return err
	case unheard(err) || refused(err):
		return explained(ctx, err)
	default:
		return fmt.Errorf("%w: %w", ErrInDoubt, err)
	}
}
