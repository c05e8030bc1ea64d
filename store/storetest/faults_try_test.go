package storetest_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/store"
)

var tryFaults = []fault{
	{"keeps a try that succeeds", "undoes every try", withTx(undoEvery), false},
	{"undoes a failed try alone", "undoes nothing", withTx(undoNothing), false},
	{"undoes a failed try alone", "undoes the whole update", withBase(undoAll), false},
	{"undoes a try inside a try alone", "undoes outer tries only", withTx(undoOuterOnly), false},
	{"undoes an outer try with the inner ones that succeeded", "keeps inner tries", withTx(keepInner), false},
	{"undoes a try that panics", "undoes errors only", withTx(undoErrorsOnly), false},
	{"lets the panic of a try go on", "makes it an error", withTx(swallowTryPanic), false},
	{"hands a failed try's error back as it is", "wraps it", withTx(wrapTry), false},
	{"restores a deleted row in a failed try", "forgets deletions", withTx(afterFailure(redelete)), false},
	{"restores a replaced row in a failed try", "deletes what was put", withTx(afterFailure(unput)), false},
	{"restores what the update itself wrote before a failed try", "goes back to the last commit", withBase(undoToBase), false},
	{"scans rightly after an undone try", "scans past what it restored", withTx(scanPastRestored), false},
	{"drops a try that succeeded with the update that failed", "keeps tries for good", withUpdate(keepTries), false},
	{"lets a view try too", "takes a try for a write", withView(refuseTry), false},
}

func undoEvery(b *brokenTx) {
	b.try = func(fn work) error {
		err := b.sound(func(tx store.Tx) error {
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
}

func undoNothing(b *brokenTx) { b.try = func(fn work) error { return fn(b) } }

func undoAll(b *brokenTx, base *memstore.Store) {
	written := map[string]bool{}
	b.put = func(key string, value any) error {
		written[key] = true
		return b.Tx.Put(key, value)
	}
	b.try = func(fn work) error {
		err := b.sound(fn)
		if err != nil {
			toBase(b, base, written)
		}
		return err
	}
}

// toBase gives the written keys what they have in base.
func toBase(b *brokenTx, base *memstore.Store, written map[string]bool) {
	_ = base.View(context.Background(), func(tx store.Tx) error {
		for key := range written {
			if v, found, _ := tx.Get(key); found {
				_ = b.Tx.Put(key, v)
			} else {
				_ = b.Tx.Delete(key)
			}
		}
		return nil
	})
}

func undoToBase(b *brokenTx, base *memstore.Store) {
	written := map[string]bool{}
	depth := 0
	b.put = func(key string, value any) error {
		if depth > 0 {
			written[key] = true
		}
		return b.Tx.Put(key, value)
	}
	b.try = func(fn work) error {
		depth++
		defer func() { depth-- }()
		err := b.sound(fn)
		if err != nil {
			toBase(b, base, written)
		}
		return err
	}
}

func undoOuterOnly(b *brokenTx) {
	depth := 0
	b.try = func(fn work) error {
		depth++
		defer func() { depth-- }()
		if depth > 1 {
			return fn(b)
		}
		return b.sound(fn)
	}
}

func keepInner(b *brokenTx) {
	depth, inner := 0, map[string]any{}
	b.put = func(key string, value any) error {
		if depth > 1 {
			inner[key] = value
		}
		return b.Tx.Put(key, value)
	}
	b.try = func(fn work) error {
		depth++
		defer func() { depth-- }()
		err := b.sound(fn)
		if err != nil && depth == 1 {
			for key, value := range inner {
				_ = b.Tx.Put(key, value)
			}
		}
		return err
	}
}

func undoErrorsOnly(b *brokenTx) {
	b.try = func(fn work) error {
		var panicked any
		err := b.sound(func(tx store.Tx) (err error) {
			panicked = panicOf(func() { err = fn(tx) })
			return err
		})
		if panicked != nil {
			panic(panicked)
		}
		return err
	}
}

func swallowTryPanic(b *brokenTx) {
	b.try = func(fn work) (err error) {
		if panicked := panicOf(func() { err = b.sound(fn) }); panicked != nil {
			return fmt.Errorf("panicked: %v", panicked)
		}
		return err
	}
}

func wrapTry(b *brokenTx) { b.try = func(fn work) error { return wrap(b.sound(fn)) } }

// redelete and unput say what afterFailure does to the keys of a failed try.
const (
	redelete = iota
	unput
)

// afterFailure deletes, once a try has failed, what it had deleted or put.
func afterFailure(what int) func(b *brokenTx) {
	return func(b *brokenTx) {
		depth, doomed := 0, map[string]bool{}
		b.put = func(key string, value any) error {
			if depth > 0 && what == unput {
				doomed[key] = true
			}
			return b.Tx.Put(key, value)
		}
		b.del = func(key string) error {
			if depth > 0 && what == redelete {
				doomed[key] = true
			}
			return b.Tx.Delete(key)
		}
		b.try = func(fn work) error {
			depth++
			defer func() { depth-- }()
			err := b.sound(fn)
			if err != nil {
				for key := range doomed {
					_ = b.Tx.Delete(key)
				}
			}
			return err
		}
	}
}

func scanPastRestored(b *brokenTx) {
	depth, restored := 0, map[string]bool{}
	b.del = func(key string) error {
		if depth > 0 {
			restored[key] = true
		}
		return b.Tx.Delete(key)
	}
	b.try = func(fn work) error {
		depth++
		defer func() { depth-- }()
		return b.sound(fn)
	}
	b.scan = func(r store.Range) loop {
		return func(yield func(store.Row, error) bool) {
			for row, err := range b.Tx.Scan(r) {
				if !restored[row.Key] && !yield(row, err) {
					return
				}
			}
		}
	}
}

func keepTries(s *memstore.Store, ctx context.Context, fn work) error {
	depth, kept := 0, map[string]any{}
	err := s.Update(ctx, func(tx store.Tx) error {
		b := &brokenTx{Tx: tx}
		b.put = func(key string, value any) error {
			if depth > 0 {
				kept[key] = value
			}
			return tx.Put(key, value)
		}
		b.try = func(fn work) error {
			depth++
			defer func() { depth-- }()
			return b.sound(fn)
		}
		return fn(b)
	})
	if err == nil {
		return nil
	}
	return errors.Join(err, s.Update(ctx, func(tx store.Tx) error {
		for key, value := range kept {
			if err := tx.Put(key, value); err != nil {
				return err
			}
		}
		return nil
	}))
}

func refuseTry(s *memstore.Store, ctx context.Context, fn work) error {
	return s.View(ctx, func(tx store.Tx) error {
		return fn(&brokenTx{Tx: tx, try: func(work) error { return store.ErrReadOnly }})
	})
}
