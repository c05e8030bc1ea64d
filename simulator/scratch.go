package simulator

import (
	"context"
	"iter"
	"sync"

	"github.com/tidwall/btree"

	"github.com/seatbook/seatbook/store"
)

// Scratch returns an empty ground in memory for a world that is lived through once,
// from its beginning to its end. It keeps every promise that [Memory] keeps. It
// changes its rows in place, which takes a fraction of the time and the memory, and
// copies of them only what somebody still reads or has forked: a world that is often
// gone back in is better off on [Memory].
func Scratch() Ground { return newScratch(new(btree.Map[string, any])) }

// scratch is a B-tree that is changed in place as long as nobody else reads it, and
// what undoes the changes.
type scratch struct {
	// writer holds one token while an update runs.
	writer chan struct{}
	// desk is held while the rows are changed, and while somebody takes or gives back
	// a state of them to read.
	desk sync.Mutex
	now  *leaves
	// undo says, while an update runs, what stood under the keys that it wrote.
	undo []undone
	// kept is the state that the update began with, once somebody has asked for it.
	kept *leaves
}

// leaves are the rows in one state, and how many read them.
type leaves struct {
	rows    *btree.Map[string, any]
	readers int
}

// undone is what stood under a key before it was written; nil is nothing.
type undone struct {
	key   string
	value any
}

func newScratch(rows *btree.Map[string, any]) *scratch {
	return &scratch{writer: make(chan struct{}, 1), now: &leaves{rows: rows}}
}

// Sequential reports that updates run one after another, as [store.Sequential] says.
func (s *scratch) Sequential() bool { return true }

// Fork costs the same however much is kept.
func (s *scratch) Fork() Ground {
	from := s.lend()
	defer s.back(from)
	s.desk.Lock()
	defer s.desk.Unlock()
	return newScratch(from.rows.Copy())
}

// lend hands out what the last update left, which stays as it is until it is back.
func (s *scratch) lend() *leaves {
	s.desk.Lock()
	defer s.desk.Unlock()
	lent := s.now
	if len(s.undo) > 0 {
		if s.kept == nil {
			s.kept = &leaves{rows: s.now.rows.Copy()}
			revert(s.kept.rows, s.undo)
		}
		lent = s.kept
	}
	lent.readers++
	return lent
}

func (s *scratch) back(lent *leaves) {
	s.desk.Lock()
	defer s.desk.Unlock()
	lent.readers--
}

// write puts a value under a key, or takes away what is there where it is nil.
func (s *scratch) write(key string, value any) {
	s.desk.Lock()
	defer s.desk.Unlock()
	if s.now.readers > 0 {
		s.now = &leaves{rows: s.now.rows.Copy()}
	}
	s.undo = append(s.undo, undone{key, set(s.now.rows, key, value)})
}

// rewind undoes all but the first so many writes of the update.
func (s *scratch) rewind(to int) {
	s.desk.Lock()
	defer s.desk.Unlock()
	if len(s.undo) == to {
		return
	}
	if s.now.readers > 0 {
		s.now = &leaves{rows: s.now.rows.Copy()}
	}
	revert(s.now.rows, s.undo[to:])
	s.forget(to)
}

// forget drops what would undo all but the first so many writes.
func (s *scratch) forget(to int) {
	clear(s.undo[to:]) // what stood there is not kept alive
	s.undo = s.undo[:to]
}

// set returns what stood under the key before.
func set(rows *btree.Map[string, any], key string, value any) (before any) {
	if value == nil {
		before, _ = rows.Delete(key)
		return before
	}
	before, _ = rows.Set(key, value)
	return before
}

// revert undoes writes, the last one first.
func revert(rows *btree.Map[string, any], writes []undone) {
	for i := len(writes) - 1; i >= 0; i-- {
		set(rows, writes[i].key, writes[i].value)
	}
}

// View runs fn over what the last update left. It waits for nobody, and fn may begin
// further views and updates.
func (s *scratch) View(ctx context.Context, fn func(store.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	lent := s.lend()
	defer s.back(lent)
	t := &scratchTx{scratch: s, rows: lent}
	defer t.end()
	return fn(t)
}

// Update runs fn alone among the writers, and once.
func (s *scratch) Update(ctx context.Context, fn func(store.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case s.writer <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-s.writer }()
	t := &scratchTx{scratch: s}
	kept := false
	defer func() { // whatever ends fn, be it a panic or runtime.Goexit, passes here
		t.end()
		if !kept {
			s.rewind(0)
		}
		s.keep()
	}()
	err := ctx.Err()
	if err == nil {
		err = fn(t)
	}
	if err == nil {
		err = ctx.Err()
	}
	kept = err == nil
	return err
}

// keep ends an update: what it wrote is what the next one begins with.
func (s *scratch) keep() {
	s.desk.Lock()
	defer s.desk.Unlock()
	s.forget(0)
	s.kept = nil
}

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

// read keeps a state from being changed until it is back.
func (s *scratch) read(seen *leaves) {
	s.desk.Lock()
	defer s.desk.Unlock()
	seen.readers++
}

// Try needs nothing at its start but how much was written before.
func (t *scratchTx) Try(fn func(store.Tx) error) error {
	if t.over {
		return store.ErrClosed
	}
	start := len(t.scratch.undo)
	kept := t.rows != nil // in a view there is nothing to undo
	defer func() {
		if !kept {
			t.scratch.rewind(start)
		}
	}()
	err := fn(t)
	kept = kept || err == nil
	return err
}
