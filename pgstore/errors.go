package pgstore

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/jackc/pgx/v5/pgconn"
)

var (
	// ErrInDoubt is what an update gets whose connection was lost while its commit
	// was under way: it was kept, or it was not. Every other error means that
	// nothing was kept. So does the loss of a connection that is found before anything
	// of the commit is sent, and that is another error.
	ErrInDoubt = errors.New("pgstore: the connection was lost while committing, and whether it was kept is not known")
	// ErrContended is what an update gets that lost against other writers as often
	// as it may. Nothing was kept.
	ErrContended = errors.New("pgstore: other writers were first each time")
	// ErrIsolation is what a joined transaction gets that is not serializable.
	ErrIsolation = errors.New("pgstore: the transaction to join is not serializable")
	// ErrNotMigrated is what Open gets from a database whose tables are not those of
	// this release.
	ErrNotMigrated = errors.New("pgstore: the tables are not those of this release")
)

// States of SQL, as in the appendix of PostgreSQL's manual.
const (
	serializationFailure = "40001"
	deadlockDetected     = "40P01"
	completionUnknown    = "40003"
	outOfMemory          = "53200"
	undefinedTable       = "42P01"
	uniqueViolation      = "23505"
	duplicateTable       = "42P07"
	internalError        = "XX000"
	queryCanceled        = "57014"
	idleInTransaction    = "25P03"
)

// Conflict reports whether an error says that a transaction lost against another, or
// found no room beside others, and may be run again as a whole. A host that joins its
// own transactions asks it.
func Conflict(err error) bool {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return false
	}
	// The server remembers what serializable transactions have read until those beside
	// them have ended, and has room for so much; see max_pred_locks_per_transaction.
	return pg.Code == serializationFailure || pg.Code == deadlockDetected || pg.Code == outOfMemory
}

// refused reports whether the server itself answered that it does not do it, so
// that the connection lives and the transaction was undone.
func refused(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.SeverityUnlocalized == "ERROR" && pg.Code != completionUnknown
}

// unheard reports whether it is certain that the server never took the statement which
// failed: not a byte of it could be written, or the server ended the session because
// nothing came in its transaction for too long. Any other end of a connection may have
// come after the statement was done. SafeToRetry alone does not say it, because an
// answer that was waited for on a connection that broke off is safe by it too.
func unheard(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == idleInTransaction
	}
	var network *net.OpError
	return errors.As(err, &network) && network.Op == "write" && pgconn.SafeToRetry(err)
}

// errGone says that the connection was known to be lost before the commit was sent.
var errGone = errors.New("it was closed")

// explained says what became of a transaction that failed before its commit.
func explained(ctx context.Context, err error) error {
	var pg *pgconn.PgError
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("pgstore: given up, and nothing is kept: %w", context.Cause(ctx))
	case !errors.As(err, &pg):
		return fmt.Errorf("pgstore: the connection was lost before the commit, and nothing is kept: %w", err)
	case pg.Code == queryCanceled:
		return fmt.Errorf("pgstore: the server stopped the statement, and nothing is kept: %w", err)
	default:
		return fmt.Errorf("pgstore: nothing is kept: %w", err)
	}
}
