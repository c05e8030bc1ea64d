package storetest_test

import (
	"context"
	"errors"

	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/store"
)

var refusalFaults = []fault{
	{"refuses writes in a view", "loses them in silence", withView(writesInView), false},
	{"refuses use after the end of a view", "goes on", withView(immortalView), false},
	{"refuses use after the end of an update", "loses writes in silence", withUpdate(immortalUpdate), false},
	{"refuses use after the end of an update that failed", "loses writes in silence", withUpdate(immortalFailure), false},
	{"refuses a loop that outlives its transaction", "has read all rows before", withTx(scanAhead), false},
	{"refuses an empty key", "loses the row in silence", withTx(takeEmptyKey), false},
	{"refuses an empty key", "deletes nothing in silence", withTx(deleteEmptyKey), false},
	{"refuses a nil value", "takes it for a deletion", withTx(takeNil), false},
	{"goes on in an update that was refused a write", "is spoilt by it", withTx(spoiltByRefusal), false},
}

func writesInView(s *memstore.Store, ctx context.Context, fn work) error {
	return s.View(ctx, func(tx store.Tx) error {
		return fn(&brokenTx{
			Tx:  tx,
			put: func(string, any) error { return nil },
			del: func(string) error { return nil },
		})
	})
}

func immortalView(s *memstore.Store, ctx context.Context, fn work) error {
	return s.View(ctx, func(tx store.Tx) error {
		b, now := &brokenTx{Tx: tx}, &brokenTx{}
		getBase(now, s)
		b.get = func(key string) (any, bool, error) {
			v, found, err := tx.Get(key)
			if errors.Is(err, store.ErrClosed) {
				return now.Get(key)
			}
			return v, found, err
		}
		return fn(b)
	})
}

// deaf returns a transaction whose Put after the end fails in silence.
func deaf(tx store.Tx) *brokenTx {
	return &brokenTx{Tx: tx, put: func(key string, value any) error {
		if err := tx.Put(key, value); !errors.Is(err, store.ErrClosed) {
			return err
		}
		return nil
	}}
}

func immortalUpdate(s *memstore.Store, ctx context.Context, fn work) error {
	return s.Update(ctx, func(tx store.Tx) error { return fn(deaf(tx)) })
}

func immortalFailure(s *memstore.Store, ctx context.Context, fn work) error {
	return s.Update(ctx, func(tx store.Tx) error {
		b := &brokenTx{Tx: tx}
		err := fn(b)
		if err != nil {
			b.put = deaf(tx).put
		}
		return err
	})
}

func scanAhead(b *brokenTx) {
	b.scan = func(r store.Range) loop {
		return func(yield func(store.Row, error) bool) {
			rows, err := collect(b.Tx, r)
			hand(rows, err, yield)
		}
	}
}

func takeEmptyKey(b *brokenTx) {
	b.put = func(key string, value any) error {
		if key == "" {
			return nil
		}
		return b.Tx.Put(key, value)
	}
}

func deleteEmptyKey(b *brokenTx) {
	b.del = func(key string) error {
		if key == "" {
			return nil
		}
		return b.Tx.Delete(key)
	}
}

func takeNil(b *brokenTx) {
	b.put = func(key string, value any) error {
		if value == nil {
			return b.Tx.Delete(key)
		}
		return b.Tx.Put(key, value)
	}
}

func spoiltByRefusal(b *brokenTx) {
	var spoilt error
	b.put = func(key string, value any) error {
		if spoilt == nil {
			spoilt = b.Tx.Put(key, value)
		}
		return spoilt
	}
}
