package storetest_test

import (
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/store"
)

// fault is a backend that breaks one promise.
type fault struct {
	// promise is the name of the promise.
	promise string
	// name completes the sentence "a backend that …".
	name string
	// open returns the backend, made of s, which is sound.
	open func(s *memstore.Store) store.Store
	// hangs says that the fault is to wait where it should not.
	hangs bool
}

// errFault is what a fault fails with that should not fail.
var errFault = errors.New("a fault")

type (
	work   = func(store.Tx) error
	runner = func(ctx context.Context, fn work) error
	loop   = iter.Seq2[store.Row, error]
)

// broken is a backend whose view and update can be replaced.
type broken struct {
	view, update runner
}

func (b broken) View(ctx context.Context, fn work) error   { return b.view(ctx, fn) }
func (b broken) Update(ctx context.Context, fn work) error { return b.update(ctx, fn) }

// brokenTx is a transaction of which parts can be replaced: those that are not
// nil.
type brokenTx struct {
	store.Tx
	get  func(key string) (any, bool, error)
	put  func(key string, value any) error
	del  func(key string) error
	scan func(r store.Range) loop
	try  func(fn work) error
}

func (b *brokenTx) Get(key string) (any, bool, error) {
	if b.get != nil {
		return b.get(key)
	}
	return b.Tx.Get(key)
}

func (b *brokenTx) Put(key string, value any) error {
	if b.put != nil {
		return b.put(key, value)
	}
	return b.Tx.Put(key, value)
}

func (b *brokenTx) Delete(key string) error {
	if b.del != nil {
		return b.del(key)
	}
	return b.Tx.Delete(key)
}

func (b *brokenTx) Scan(r store.Range) loop {
	if b.scan != nil {
		return b.scan(r)
	}
	return b.Tx.Scan(r)
}

func (b *brokenTx) Try(fn work) error {
	if b.try != nil {
		return b.try(fn)
	}
	return b.sound(fn)
}

// sound is a Try without a fault of its own, inside which the other faults stay.
func (b *brokenTx) sound(fn work) error {
	return b.Tx.Try(func(store.Tx) error { return fn(b) })
}

// withUpdate breaks Update.
func withUpdate(update func(s *memstore.Store, ctx context.Context, fn work) error) func(*memstore.Store) store.Store {
	return func(s *memstore.Store) store.Store {
		return broken{view: s.View, update: func(ctx context.Context, fn work) error { return update(s, ctx, fn) }}
	}
}

// withView breaks View.
func withView(view func(s *memstore.Store, ctx context.Context, fn work) error) func(*memstore.Store) store.Store {
	return func(s *memstore.Store) store.Store {
		return broken{update: s.Update, view: func(ctx context.Context, fn work) error { return view(s, ctx, fn) }}
	}
}

// withTx breaks the transactions of views and updates alike.
func withTx(spoil func(b *brokenTx)) func(*memstore.Store) store.Store {
	return func(s *memstore.Store) store.Store {
		spoilt := func(run runner) runner {
			return func(ctx context.Context, fn work) error {
				return run(ctx, func(tx store.Tx) error {
					b := &brokenTx{Tx: tx}
					spoil(b)
					return fn(b)
				})
			}
		}
		return broken{view: spoilt(s.View), update: spoilt(s.Update)}
	}
}

// withBase breaks the transactions of updates by means of the state that the
// update began with.
func withBase(spoil func(b *brokenTx, base *memstore.Store)) func(*memstore.Store) store.Store {
	return withUpdate(func(s *memstore.Store, ctx context.Context, fn work) error {
		return s.Update(ctx, func(tx store.Tx) error {
			b := &brokenTx{Tx: tx}
			spoil(b, s.Fork())
			return fn(b)
		})
	})
}

// withRange breaks Scan by changing the range.
func withRange(change func(r store.Range) store.Range) func(*memstore.Store) store.Store {
	return withTx(func(b *brokenTx) {
		b.scan = func(r store.Range) loop { return b.Tx.Scan(change(r)) }
	})
}

// withRows breaks Scan by changing what it hands out.
func withRows(change func(r store.Range, rows []store.Row) []store.Row) func(*memstore.Store) store.Store {
	return withTx(func(b *brokenTx) {
		b.scan = func(r store.Range) loop {
			return func(yield func(store.Row, error) bool) {
				rows, err := collect(b.Tx, r)
				hand(change(r, rows), err, yield)
			}
		}
	})
}

// withOrder breaks the order of keys.
func withOrder(compare func(a, b string) int) func(*memstore.Store) store.Store {
	return withTx(func(b *brokenTx) {
		b.scan = func(r store.Range) loop {
			return func(yield func(store.Row, error) bool) {
				rows, err := collect(b.Tx, store.Range{})
				rows = slices.DeleteFunc(rows, func(row store.Row) bool {
					return compare(row.Key, r.From) < 0 || r.To != "" && compare(row.Key, r.To) >= 0
				})
				slices.SortStableFunc(rows, func(a, b store.Row) int { return compare(a.Key, b.Key) })
				if r.Reverse {
					slices.Reverse(rows)
				}
				if r.Limit > 0 && r.Limit < len(rows) {
					rows = rows[:r.Limit]
				}
				hand(rows, err, yield)
			}
		}
	})
}

// collect returns the rows of r at once.
func collect(tx store.Tx, r store.Range) (rows []store.Row, err error) {
	for row, err := range tx.Scan(r) {
		if err != nil {
			return rows, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// hand hands out rows and then err.
func hand(rows []store.Row, err error, yield func(store.Row, error) bool) {
	for _, row := range rows {
		if !yield(row, nil) {
			return
		}
	}
	if err != nil {
		yield(store.Row{}, err)
	}
}

// panicOf runs fn and returns what it panicked with, or nil.
func panicOf(fn func()) (panicked any) {
	defer func() { panicked = recover() }()
	fn()
	return nil
}
