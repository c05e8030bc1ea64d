package storetest_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"

	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/store"
	"github.com/seatbook/seatbook/store/storetest"
)

var updateFaults = []fault{
	{"keeps what an update wrote", "drops every update", withUpdate(dropEvery), false},
	{"keeps nothing of an update that fails", "keeps it all the same", withUpdate(keepFailed), false},
	{"keeps nothing of an update that panics", "keeps it all the same", withUpdate(keepPanicked), false},
	{"hands a failing update's error back as it is", "wraps it", withUpdate(wrapUpdate), false},
	{"hands a failing view's error back as it is", "wraps it", withView(wrapView), false},
	{"lets the panic of an update go on", "makes it an error", withUpdate(swallowPanic), false},
	{"goes on after a panic", "keeps its lock", lockForGood, true},
	{"sees its own writes", "reads what stood before", withBase(getBase), false},
	{"walks its own writes", "walks what stood before", withBase(scanBase), false},
}

func dropEvery(s *memstore.Store, ctx context.Context, fn work) error {
	err := s.Update(ctx, func(tx store.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		return errFault
	})
	if errors.Is(err, errFault) {
		return nil
	}
	return err
}

func keepFailed(s *memstore.Store, ctx context.Context, fn work) error {
	var failed error
	err := s.Update(ctx, func(tx store.Tx) error { failed = fn(tx); return nil })
	return errors.Join(err, failed)
}

func keepPanicked(s *memstore.Store, ctx context.Context, fn work) error {
	var panicked any
	err := s.Update(ctx, func(tx store.Tx) (err error) {
		panicked = panicOf(func() { err = fn(tx) })
		return err
	})
	if panicked != nil {
		panic(panicked)
	}
	return err
}

func wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("wrapped: %w", err)
}

func wrapUpdate(s *memstore.Store, ctx context.Context, fn work) error {
	return wrap(s.Update(ctx, fn))
}

func wrapView(s *memstore.Store, ctx context.Context, fn work) error { return wrap(s.View(ctx, fn)) }

func swallowPanic(s *memstore.Store, ctx context.Context, fn work) (err error) {
	if panicked := panicOf(func() { err = s.Update(ctx, fn) }); panicked != nil {
		return fmt.Errorf("panicked: %v", panicked)
	}
	return err
}

func lockForGood(s *memstore.Store) store.Store {
	lock := make(chan struct{}, 1)
	return broken{view: s.View, update: func(ctx context.Context, fn work) error {
		select {
		case lock <- struct{}{}:
		case <-ctx.Done():
			return ctx.Err()
		}
		err := s.Update(ctx, fn)
		<-lock
		return err
	}}
}

func getBase(b *brokenTx, base *memstore.Store) {
	b.get = func(key string) (v any, found bool, err error) {
		err = base.View(context.Background(), func(tx store.Tx) error {
			v, found, err = tx.Get(key)
			return err
		})
		return v, found, err
	}
}

func scanBase(b *brokenTx, base *memstore.Store) {
	b.scan = func(r store.Range) loop {
		return func(yield func(store.Row, error) bool) {
			_ = base.View(context.Background(), func(tx store.Tx) error {
				tx.Scan(r)(yield)
				return nil
			})
		}
	}
}

var rowFaults = []fault{
	{"finds nothing under a key that was never put", "takes a key for a prefix", withTx(getByPrefix), false},
	{"keeps values as they were put", "keeps 32 bits", withTx(putNarrow), false},
	{"keeps values as they were put", "forgets texts in a scan", withRows(forgetNames), false},
	{"hands out keys as they were put", "mends what is not UTF-8", withRows(mendKeys), false},
	{"hands out keys as they were put", "trims spaces", withTx(trimKeys), false},
	{"replaces what was under the key", "keeps the first value", withTx(putOnce), false},
	{"forgets what was deleted", "deletes nothing", withTx(deleteNothing), false},
	{"forgets what was deleted", "deletes by prefix", withTx(deleteByPrefix), false},
	{"deletes what is not there in peace", "wants it to be there", withTx(deletePresent), false},
}

func getByPrefix(b *brokenTx) {
	b.get = func(key string) (any, bool, error) {
		for row, err := range b.Tx.Scan(store.Prefix(key)) {
			return row.Value, err == nil, err
		}
		return b.Tx.Get(key)
	}
}

func putNarrow(b *brokenTx) {
	b.put = func(key string, value any) error {
		if v, ok := value.(storetest.Value); ok {
			v.Count = int64(int32(v.Count))
			value = v
		}
		return b.Tx.Put(key, value)
	}
}

func forgetNames(_ store.Range, rows []store.Row) []store.Row {
	for i, row := range rows {
		v := row.Value.(storetest.Value)
		v.Name = ""
		rows[i].Value = v
	}
	return rows
}

func mendKeys(_ store.Range, rows []store.Row) []store.Row {
	for i, row := range rows {
		rows[i].Key = strings.ToValidUTF8(row.Key, "\ufffd")
	}
	return rows
}

func trimKeys(b *brokenTx) {
	b.put = func(key string, value any) error { return b.Tx.Put(strings.TrimRight(key, " "), value) }
	b.get = func(key string) (any, bool, error) { return b.Tx.Get(strings.TrimRight(key, " ")) }
}

func putOnce(b *brokenTx) {
	b.put = func(key string, value any) error {
		if _, found, err := b.Tx.Get(key); found || err != nil {
			return err
		}
		return b.Tx.Put(key, value)
	}
}

func deleteNothing(b *brokenTx) { b.del = func(string) error { return nil } }

func deleteByPrefix(b *brokenTx) {
	b.del = func(key string) error {
		for row, err := range b.Tx.Scan(store.Prefix(key)) {
			if err != nil {
				return err
			}
			if err := b.Tx.Delete(row.Key); err != nil {
				return err
			}
		}
		return nil
	}
}

func deletePresent(b *brokenTx) {
	b.del = func(key string) error {
		if _, found, err := b.Tx.Get(key); !found && err == nil {
			return errFault
		}
		return b.Tx.Delete(key)
	}
}

var isolationFaults = []fault{
	{"shows a view one state while writers go on", "reads what stands now", withView(viewNow), false},
	{"hides what an update has not finished", "writes at once", withUpdate(writeAtOnce), false},
	{"lets readers in while one writer writes and another waits", "locks readers out", lockReaders, true},
	{"lets a writer finish while a view goes on", "locks writers out", lockReaders, true},
	{"serialises writers: of 16 goroutines × 50 increments none is lost", "lets the last one win", withUpdate(lastWins), false},
	{"lets a waiting writer give up with its context", "waits on", withUpdate(ignoreUpdateContext), true},
	{"refuses a view whose context is done", "does not look", withView(ignoreViewContext), false},
	{"refuses an update whose context is done", "does not look", withUpdate(ignoreUpdateContext), false},
}

func viewNow(s *memstore.Store, ctx context.Context, fn work) error {
	b := &brokenTx{}
	getBase(b, s)
	scanBase(b, s)
	return fn(b)
}

func writeAtOnce(s *memstore.Store, ctx context.Context, fn work) error {
	return fn(&brokenTx{put: func(key string, value any) error {
		return s.Update(ctx, func(tx store.Tx) error { return tx.Put(key, value) })
	}})
}

func lockReaders(s *memstore.Store) store.Store {
	var lock sync.RWMutex
	return broken{
		view: func(ctx context.Context, fn work) error {
			lock.RLock()
			defer lock.RUnlock()
			return s.View(ctx, fn)
		},
		update: func(ctx context.Context, fn work) error {
			lock.Lock()
			defer lock.Unlock()
			return s.Update(ctx, fn)
		},
	}
}

// lastWins runs updates side by side and writes what they put one after another.
func lastWins(s *memstore.Store, ctx context.Context, fn work) error {
	written := map[string]any{}
	err := s.Fork().Update(ctx, func(tx store.Tx) error {
		return fn(&brokenTx{Tx: tx, put: func(key string, value any) error {
			written[key] = value
			return tx.Put(key, value)
		}})
	})
	if err != nil {
		return err
	}
	runtime.Gosched()
	return s.Update(ctx, func(tx store.Tx) error {
		for key, value := range written {
			if err := tx.Put(key, value); err != nil {
				return err
			}
		}
		return nil
	})
}

func ignoreUpdateContext(s *memstore.Store, ctx context.Context, fn work) error {
	return s.Update(context.WithoutCancel(ctx), fn)
}

func ignoreViewContext(s *memstore.Store, ctx context.Context, fn work) error {
	return s.View(context.WithoutCancel(ctx), fn)
}
