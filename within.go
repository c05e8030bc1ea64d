package seatbook

import (
	"context"
	"sync/atomic"

	"github.com/seatbook/seatbook/store"
)

// Within returns the engine with its store replaced by a transaction that the
// host has begun, so that the host's own rows and seatbook's commit together or
// not at all. Charges wait until the host has committed and KeepPromises is called
// on the engine itself. It is valid as long as the transaction is.
func (e *Engine) Within(tx store.Tx) *Engine {
	inner := *e
	inner.store, inner.noted = joined{tx}, new(atomic.Bool)
	inner.payments = nil
	return &inner
}

// joined is a host's transaction in the place of a store.
type joined struct{ tx store.Tx }

// View implements [store.Store].
func (j joined) View(ctx context.Context, fn func(store.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return fn(j.tx)
}

// Update implements [store.Store].
func (j joined) Update(ctx context.Context, fn func(store.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return j.tx.Try(fn)
}
