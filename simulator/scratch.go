package simulator

import (
	"context"
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
	writer writer
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
	return &scratch{writer: newWriter(), now: &leaves{rows: rows}}
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

// read keeps a state from being changed until it is back.
func (s *scratch) read(seen *leaves) {
	s.desk.Lock()
	defer s.desk.Unlock()
	seen.readers++
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
	if err := s.writer.take(ctx); err != nil {
		return err
	}
	defer s.writer.back()
	t := &scratchTx{scratch: s}
	kept := false
	defer func() { // whatever ends fn, be it a panic or runtime.Goexit, passes here
		t.end()
		if !kept {
			s.rewind(0)
		}
		s.keep()
	}()
	err := fn(t)
	if err == nil {
		err = ctx.Err()
	}
	kept = err == nil
	return err
}

// mostUndone is for how many writes of an update the place is kept for the next one.
const mostUndone = 4096

// keep ends an update: what it wrote is what the next one begins with.
func (s *scratch) keep() {
	s.desk.Lock()
	defer s.desk.Unlock()
	s.forget(0)
	if cap(s.undo) > mostUndone {
		s.undo = nil
	}
	s.kept = nil
}
