package pgstore

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/seatbook/seatbook/store"
)

// wire is what a transaction sends its statements over: a connection of the pool,
// or the transaction of a host.
type wire interface {
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
}

// tx is one transaction. It begins at the server with the first statement that has
// to be sent.
type tx struct {
	store *Store
	ctx   context.Context
	// dial returns what statements are sent over.
	dial func(context.Context) (wire, error)
	wire wire
	// pending are statements that go before the next one.
	pending []string
	// write says that this is an update, over that its function has returned.
	write, over bool
	// sent says that something was written to the server before the commit.
	sent bool
	// failed is what ended the transaction; nothing is sent after it.
	failed error
	// turn is what the first write waits for; nil where nobody is waited for.
	turn func(stream string) error

	overlay overlay
	levels  []level
	seen    map[string]*seen
	// streams are those that were read, spans the parts of them that were read whole,
	// and read the kinds of what was asked for.
	streams map[string]bool
	spans   map[string]*span
	read    map[byte]map[string]bool
	// loops counts the loops under way. While there is one, nothing is sent that
	// it could see.
	loops int
}

// level is one Try under way.
type level struct {
	// start is what was written and not sent when it began.
	start overlay
	// savepoint says that what was written before it was sent, and a savepoint set.
	savepoint bool
}

// seen is what the server has under a key.
type seen struct {
	found bool
	record
	// value is the decoded record, once somebody asked for it.
	value any
}

// maxSeen is how much a transaction remembers of what it read.
const maxSeen = 50_000

// maxUnsent is how many rows a transaction writes before they are sent.
const maxUnsent = 5_000

// fail ends the transaction and returns why.
func (t *tx) fail(err error) error {
	if t.failed == nil {
		t.failed = err
	}
	return t.failed
}

// send sends statements in one round trip, after what has to go before them.
func (t *tx) send(ctx context.Context, queue func(*pgx.Batch)) error {
	if t.failed != nil {
		return t.failed
	}
	if t.wire == nil {
		w, err := t.dial(ctx)
		if err != nil {
			return t.fail(err)
		}
		t.wire = w
	}
	b := &pgx.Batch{}
	for _, sql := range t.pending {
		b.Queue(sql)
	}
	t.pending = t.pending[:0]
	queue(b)
	t.store.counts.roundTrips.Add(1)
	t.store.counts.statements.Add(int64(b.Len()))
	if t.store.options.sent != nil {
		t.store.options.sent(b)
	}
	if err := t.wire.SendBatch(ctx, b).Close(); err != nil {
		return t.fail(err)
	}
	return nil
}

// Get asks the server once for each key.
func (t *tx) Get(key string) (any, bool, error) {
	if t.over {
		return nil, false, store.ErrClosed
	}
	if w := t.overlay.get(key); w != nil {
		return w.value, !w.gone, t.failed
	}
	if key == "" {
		return nil, false, nil
	}
	known := t.seen[key]
	if known == nil {
		known = t.brought(key)
	}
	if known == nil {
		var err error
		if known, err = t.fetch(key); err != nil {
			return nil, false, err
		}
	}
	return t.valueOf(key, known)
}

// fetch reads one row from the server.
func (t *tx) fetch(key string) (*seen, error) {
	row := &seen{}
	stream, rest := divide(key)
	err := t.send(t.ctx, func(b *pgx.Batch) {
		t.aheadOf(key, b)
		b.Queue(selectOne, []byte(stream), []byte(rest)).QueryRow(func(r pgx.Row) error {
			err := r.Scan(&row.version, &row.record.value, &row.target)
			if errors.Is(err, pgx.ErrNoRows) {
				return nil
			}
			row.found = err == nil
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	t.remember(key, row)
	return row, nil
}

func (t *tx) remember(key string, row *seen) {
	if t.seen == nil || len(t.seen) >= maxSeen {
		t.seen = map[string]*seen{}
	}
	t.seen[key] = row
}

// valueOf returns the value of a row, decoded once.
func (t *tx) valueOf(key string, row *seen) (any, bool, error) {
	if t.failed != nil || !row.found {
		return nil, false, t.failed
	}
	if row.value == nil {
		value, err := t.store.decode(key, row.record)
		if err != nil {
			return nil, false, err
		}
		row.value = value
	}
	return row.value, true, nil
}

// Put keeps the value in memory until it has to be sent.
func (t *tx) Put(key string, value any) error {
	if err := t.writable(key); err != nil {
		return err
	}
	if value == nil {
		return store.ErrNilValue
	}
	return t.note(key, &written{value: value})
}

// Delete notes that the row is gone, whether there is one or not.
func (t *tx) Delete(key string) error {
	if err := t.writable(key); err != nil {
		return err
	}
	return t.note(key, &written{gone: true})
}

// writable returns why key cannot be written, or nil.
func (t *tx) writable(key string) error {
	switch {
	case t.over:
		return store.ErrClosed
	case !t.write:
		return store.ErrReadOnly
	case key == "":
		return store.ErrEmptyKey
	default:
		return t.failed
	}
}

func (t *tx) note(key string, w *written) error {
	if t.turn != nil {
		stream, _ := divide(key)
		if err := t.turn(stream); err != nil {
			return t.fail(err)
		}
		t.turn = nil
	}
	t.overlay = t.overlay.with(key, w)
	if t.overlay.len() >= t.store.options.unsent && t.loops == 0 {
		return t.spill()
	}
	return nil
}

// end closes the transaction for whoever still holds it.
func (t *tx) end() {
	t.over = true
	t.store.habits.learn(t.read)
}
