package memstore

import (
	"fmt"

	"github.com/hashicorp/go-memdb"

	"github.com/seatbook/seatbook/store"
)

// journal is what an update has written, in order. go-memdb has no savepoints:
// a failed Try reads here what it has to write back.
type journal struct {
	db *memdb.MemDB
	// entries has one entry per write.
	entries []entry
	// last is where each key was written last, among the first known entries.
	// It is made when it is first asked, so an update that only writes has none.
	last  map[string]int
	known int
	// base is the state the update began with, nil until it is asked for.
	base *memdb.Txn
}

// entry is one write.
type entry struct {
	// row is what was written; without a value it is a deletion.
	row *row
	// earlier is where the same key was written before, none where it was not.
	// It stands only in the entries that are known.
	earlier int
}

// none is a place that is in no journal.
const none = -1

func (j *journal) empty() bool { return len(j.entries) == 0 }

func (j *journal) add(r *row) { j.entries = append(j.entries, entry{row: r, earlier: none}) }

// latest returns the last row written under key, or nil where there is none.
func (j *journal) latest(key string) *row {
	j.learn()
	at, found := j.last[key]
	if !found {
		return nil
	}
	return j.entries[at].row
}

// learn makes every entry known.
func (j *journal) learn() {
	if j.last == nil {
		j.last = make(map[string]int, len(j.entries))
	}
	for ; j.known < len(j.entries); j.known++ {
		e := &j.entries[j.known]
		if at, found := j.last[e.row.key]; found {
			e.earlier = at
		}
		j.last[e.row.key] = j.known
	}
}

// before returns the state the update began with. Its database still has it:
// no other update can commit while this one runs.
func (j *journal) before() *memdb.Txn {
	if j.base == nil {
		j.base = j.db.Txn(false)
	}
	return j.base
}

// Try needs nothing at its start but the length of the journal. In a view there
// is nothing to undo.
func (t *tx) Try(fn func(store.Tx) error) error {
	if t.over {
		return store.ErrClosed
	}
	start := len(t.written.entries)
	kept := false
	defer func() {
		if !kept {
			t.undo(start)
		}
	}()
	if err := fn(t); err != nil {
		return err
	}
	kept = true
	return nil
}

// undo writes back what stood under each key after the first n writes. That is
// written into the journal like anything else, so that a Try around this one
// can undo it.
func (t *tx) undo(n int) {
	j := &t.written
	if len(j.entries) == n {
		return
	}
	j.learn()
	for _, e := range j.entries[n:] {
		if e.earlier >= n {
			// The first of several writes knows what stood there before.
			continue
		}
		if err := t.restore(e); err != nil {
			panic(fmt.Sprintf("memstore: cannot undo what was written under %q: %v", e.row.key, err))
		}
	}
}

// restore writes back what stood under the key of e before it was written.
func (t *tx) restore(e entry) error {
	var held *row
	if e.earlier != none {
		held = t.written.entries[e.earlier].row
	} else {
		found, err := find(t.written.before(), t.at(e.row.key))
		if err != nil {
			return err
		}
		held = found
	}
	if held == nil || held.deleted() {
		return t.remove(e.row.key)
	}
	return t.insert(held)
}
