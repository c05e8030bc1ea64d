package memstore

import (
	"errors"
	"iter"

	"github.com/hashicorp/go-memdb"

	"github.com/seatbook/seatbook/store"
)

// tx is one transaction, and is never used for a second: somebody may still
// hold it, and has to be told that it is over.
type tx struct {
	txn *memdb.Txn
	// write says that this is an update.
	write bool
	// over says that the function of the transaction has returned.
	over bool
	// written is what this update has written so far.
	written journal
	// probe carries the key that is asked for, and args the probe, so that a
	// read allocates neither.
	probe row
	args  [1]any
}

func newTx(db *memdb.MemDB, write bool) *tx {
	t := &tx{txn: db.Txn(write), write: write, written: journal{db: db}}
	t.args[0] = &t.probe
	return t
}

// end closes the transaction and drops what was not committed.
func (t *tx) end() {
	t.over = true
	t.txn.Abort()
}

// at returns the arguments by which go-memdb finds key.
func (t *tx) at(key string) []any {
	t.probe.key = key
	return t.args[:]
}

// Get costs one allocation, which is go-memdb's own.
func (t *tx) Get(key string) (any, bool, error) {
	if t.over {
		return nil, false, store.ErrClosed
	}
	if key == "" {
		// go-memdb takes a search without bytes for one without conditions.
		return nil, false, nil
	}
	r, err := t.row(key)
	if r == nil || r.deleted() {
		return nil, false, err
	}
	return r.value, true, nil
}

// row returns what stands under key, or nil. An update that has written looks
// into its journal and then into the state it began with: a read of its own
// tree would make go-memdb give up all that it may still change in place, and
// copy it again for the next write.
func (t *tx) row(key string) (*row, error) {
	if t.written.empty() {
		return find(t.txn, t.at(key))
	}
	if r := t.written.latest(key); r != nil {
		return r, nil
	}
	return find(t.written.before(), t.at(key))
}

// find returns the row the arguments name, or nil where there is none.
func find(txn *memdb.Txn, args []any) (*row, error) {
	found, err := txn.First(table, byKey, args...)
	if found == nil {
		return nil, err
	}
	return found.(*row), nil
}

// Put shares value with every later view and fork, as store.Tx allows.
func (t *tx) Put(key string, value any) error {
	if err := t.writable(key); err != nil {
		return err
	}
	if value == nil {
		return store.ErrNilValue
	}
	return t.insert(&row{key: key, value: value})
}

// Delete leaves the tree as it is where key is not in it.
func (t *tx) Delete(key string) error {
	if err := t.writable(key); err != nil {
		return err
	}
	return t.remove(key)
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
	}
	return nil
}

func (t *tx) insert(r *row) error {
	t.written.add(r)
	return t.txn.Insert(table, r)
}

func (t *tx) remove(key string) error {
	r := &row{key: key}
	t.written.add(r)
	if err := t.txn.Delete(table, r); err != nil && !errors.Is(err, memdb.ErrNotFound) {
		return err
	}
	return nil
}

// Scan reads the rows one by one while the loop goes on, and looks each time
// whether the transaction is over.
func (t *tx) Scan(r store.Range) iter.Seq2[store.Row, error] {
	return func(yield func(store.Row, error) bool) {
		if t.over {
			yield(store.Row{}, store.ErrClosed)
			return
		}
		rows, err := t.rows(r)
		if err != nil {
			yield(store.Row{}, err)
			return
		}
		for n := 0; r.Limit <= 0 || n < r.Limit; n++ {
			if t.over {
				yield(store.Row{}, store.ErrClosed)
				return
			}
			found := next(rows, r)
			if found == nil || !yield(store.Row{Key: found.key, Value: found.value}, nil) {
				return
			}
		}
	}
}

// rows returns an iterator over the tree as it is now, standing before the
// first row of r. Inside an update go-memdb makes it a copy of the tree.
func (t *tx) rows(r store.Range) (memdb.ResultIterator, error) {
	switch {
	case !r.Reverse && r.From == "":
		return t.txn.Get(table, byKey)
	case !r.Reverse:
		return t.txn.LowerBound(table, byKey, t.at(r.From)...)
	case r.To == "":
		return t.txn.GetReverse(table, byKey)
	default:
		return t.txn.ReverseLowerBound(table, byKey, t.at(r.To)...)
	}
}

// next returns the next row of r, or nil behind the last.
func next(rows memdb.ResultIterator, r store.Range) *row {
	found, _ := rows.Next().(*row)
	if found != nil && r.Reverse && found.key == r.To {
		// A backward search begins at its bound and not below it.
		found, _ = rows.Next().(*row)
	}
	switch {
	case found == nil:
		return nil
	case r.Reverse && found.key < r.From:
		return nil
	case !r.Reverse && r.To != "" && found.key >= r.To:
		return nil
	}
	return found
}
