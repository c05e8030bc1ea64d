// Ownstore puts a store of its own between the engine and the one in memory,
// and counts what passes: a host does the same to add metrics, a cache or a log.
// A backend is any type with View and Update.
package main

import (
	"context"
	"fmt"
	"iter"
	"log"
	"sync/atomic"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// counting is a store that counts the reads and writes of another.
type counting struct {
	store.Store

	reads, writes atomic.Int64
}

// View implements [store.Store].
func (c *counting) View(ctx context.Context, fn func(store.Tx) error) error {
	return c.Store.View(ctx, func(tx store.Tx) error { return fn(&countingTx{tx, c}) })
}

// Update implements [store.Store].
func (c *counting) Update(ctx context.Context, fn func(store.Tx) error) error {
	return c.Store.Update(ctx, func(tx store.Tx) error { return fn(&countingTx{tx, c}) })
}

// countingTx is one transaction of it.
type countingTx struct {
	store.Tx

	counts *counting
}

// Get implements [store.Tx].
func (t *countingTx) Get(key string) (any, bool, error) {
	t.counts.reads.Add(1)
	return t.Tx.Get(key)
}

// Scan implements [store.Tx]. Each scan counts as one read, however long it is.
func (t *countingTx) Scan(r store.Range) iter.Seq2[store.Row, error] {
	t.counts.reads.Add(1)
	return t.Tx.Scan(r)
}

// Put implements [store.Tx].
func (t *countingTx) Put(key string, value any) error {
	t.counts.writes.Add(1)
	return t.Tx.Put(key, value)
}

// Delete implements [store.Tx].
func (t *countingTx) Delete(key string) error {
	t.counts.writes.Add(1)
	return t.Tx.Delete(key)
}

// Try implements [store.Tx]. What is inside is counted too, kept or not.
func (t *countingTx) Try(fn func(store.Tx) error) error {
	return t.Tx.Try(func(tx store.Tx) error { return fn(&countingTx{tx, t.counts}) })
}

func main() {
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	now := clock.NewMock()
	now.Set(time.Date(2026, time.January, 5, 9, 0, 0, 0, time.UTC))
	mine := &counting{Store: memstore.New()}
	engine, err := seatbook.New(mine, seatbook.Config{Clock: now})
	if err != nil {
		return err
	}
	ada := rule.ByEmail("ada@acme.test")

	_, err = seatbook.Do(ctx, engine, rule.Operator, account.CreateTeam{Team: "acme", Owner: "ada@acme.test"})
	mine.tell("a command writes what it changes", err)

	_, err = seatbook.Do(ctx, engine, ada, account.Invite{Team: "acme", Email: "bob@acme.test"}, seatbook.Preview())
	mine.tell("a preview writes, and all of it is undone", err)

	_, err = seatbook.Ask(ctx, engine, ada, flex.AccessQuery{User: "ada@acme.test", Product: "autocad"})
	mine.tell("a query writes nothing", err)

	invitations, err := seatbook.Ask(ctx, engine, ada, account.InvitationsQuery{Team: "acme"})
	mine.tell(fmt.Sprintf("%d invitations are kept", len(invitations)), err)
	return nil
}

// tell prints what has passed since it last did.
func (c *counting) tell(what string, err error) {
	fmt.Printf("%-42s  %3d reads  %3d writes  error: %v\n", what, c.reads.Swap(0), c.writes.Swap(0), err)
}
