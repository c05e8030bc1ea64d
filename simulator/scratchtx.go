package simulator

import (
	"iter"

	"github.com/seatbook/seatbook/store"
)

// scratchTx is one transaction.
type scratchTx struct {
	scratch *scratch
	// rows are those of a view, nil in an update.
	rows *leaves
	over bool
}

func (t *scratchTx) end() { t.over = true }

// state is what is read now. In an update nobody else changes it.
func (t *scratchTx) state() *leaves {
	if t.rows != nil {
		return t.rows
	}
	return t.scratch.now
}

// Get implements [store.Tx].
func (t *scratchTx) Get(key string) (value any, found bool, err error) {
	if t.over {
		return nil, false, store.ErrClosed
	}
	value, found = t.state().rows.Get(key)
	return value, found, nil
}

// writable returns why a key cannot be written, or nil.
func (t *scratchTx) writable(key string) error {
	switch {
	case t.over:
		return store.ErrClosed
	case t.rows != nil:
		return store.ErrReadOnly
	case key == "":
		return store.ErrEmptyKey
	}
	return nil
}

// Put implements [store.Tx].
func (t *scratchTx) Put(key string, value any) error {
	if err := t.writable(key); err != nil {
		return err
	}
	if value == nil {
		return store.ErrNilValue
	}
	t.scratch.write(key, value)
	return nil
}

// Delete implements [store.Tx].
func (t *scratchTx) Delete(key string) error {
	if err := t.writable(key); err != nil {
		return err
	}
	t.scratch.write(key, nil)
	return nil
}

// Scan reads the rows as they are now, whatever is written within the loop.
func (t *scratchTx) Scan(r store.Range) iter.Seq2[store.Row, error] {
	return func(yield func(store.Row, error) bool) {
		if t.over {
			yield(store.Row{}, store.ErrClosed)
			return
		}
		seen := t.state()
		t.scratch.read(seen)
		defer t.scratch.back(seen)
		n := 0
		row := func(key string, value any) bool {
			switch {
			case r.Reverse && key == r.To:
				return true // a backward search begins at its bound and not below it
			case r.Reverse && key < r.From, !r.Reverse && r.To != "" && key >= r.To:
				return false
			case t.over:
				yield(store.Row{}, store.ErrClosed)
				return false
			}
			n++
			return yield(store.Row{Key: key, Value: value}, nil) && n != r.Limit
		}
		switch {
		case !r.Reverse:
			seen.rows.Ascend(r.From, row)
		case r.To == "":
			seen.rows.Reverse(row)
		default:
			seen.rows.Descend(r.To, row)
		}
	}
}

// Try needs nothing at its start but how much was written before.
func (t *scratchTx) Try(fn func(store.Tx) error) error {
	if t.over {
		return store.ErrClosed
	}
	if t.rows != nil {
		return fn(t) // in a view there is nothing to undo
	}
	start := len(t.scratch.undo)
	kept := false
	defer func() {
		if !kept {
			t.scratch.rewind(start)
		}
	}()
	err := fn(t)
	kept = err == nil
	return err
}
