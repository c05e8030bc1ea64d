// Package memstore keeps everything in memory, in one ordered map.
//
// It is the backend seatbook is embedded with, and not a stand-in for another:
// readers never wait, a fork of the whole store costs the same however much is
// in it, and nothing outlives the process. It passes store/storetest.
//
// The map is a radix tree of go-memdb whose nodes are never changed in place,
// so a state that somebody reads stays as it is while writers go on. That holds
// for the rows and not for what they point to: a value is shared by every view
// and every fork that has seen it, which is why store asks that it never
// changes.
package memstore

import (
	"context"
	"fmt"

	"github.com/hashicorp/go-memdb"

	"github.com/seatbook/seatbook/store"
)

// Store is a store.Store in memory. It is safe for concurrent use, and is made
// by New or Fork.
type Store struct {
	db *memdb.MemDB
	// writer holds one token while an update runs. go-memdb has a lock of its
	// own, but a goroutine that waits for that one cannot be called off.
	writer chan struct{}
}

var _ store.Store = (*Store)(nil)

// New returns an empty store.
func New() *Store {
	db, err := memdb.NewMemDB(schema)
	if err != nil {
		panic(fmt.Sprintf("memstore: the schema is refused: %v", err))
	}
	return fork(db)
}

// Fork returns a second store that begins with what this one has kept so far.
// From then on neither sees what the other writes. It costs the same however
// many rows there are, and may be called at any time: an update that is under
// way is not in the fork.
func (s *Store) Fork() *Store { return fork(s.db) }

// fork works on a snapshot even for a new store. A go-memdb database that is
// not a snapshot tells its watchers about every node a commit replaced, which
// takes long beyond 8192 of them, and nobody watches here.
func fork(db *memdb.MemDB) *Store {
	return &Store{db: db.Snapshot(), writer: make(chan struct{}, 1)}
}

// Len returns how many rows the store keeps. It walks through all of them.
func (s *Store) Len() int {
	it, err := s.db.Txn(false).LowerBound(table, byKey)
	if err != nil {
		panic(fmt.Sprintf("memstore: cannot walk the rows: %v", err))
	}
	n := 0
	for it.Next() != nil {
		n++
	}
	return n
}

// View runs fn over the state the last finished update left, as store.Store
// says. It waits for nobody, and fn may begin further views and updates.
func (s *Store) View(ctx context.Context, fn func(store.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	t := newTx(s.db, false)
	defer t.end()
	return fn(t)
}

// Sequential reports that updates run one after another, as [store.Sequential] says.
func (s *Store) Sequential() bool { return true }

// Update runs fn alone among the writers of this store, as store.Store says,
// and runs it once. An update whose context is done when fn returns is not
// kept, and returns the context's error: whoever asked for it has gone.
//
// An Update inside fn waits for the one it is in, which cannot end before it:
// only its context ends that.
func (s *Store) Update(ctx context.Context, fn func(store.Tx) error) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.leave()
	t := newTx(s.db, true)
	// Whatever ends fn, be it a panic or runtime.Goexit, passes here.
	defer t.end()
	if err := fn(t); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	t.txn.Commit()
	return nil
}

// enter waits until no other update runs. The context is asked again at the
// end, because select chooses at random where it is done and the way is free.
func (s *Store) enter(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case s.writer <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := ctx.Err(); err != nil {
		s.leave()
		return err
	}
	return nil
}

func (s *Store) leave() { <-s.writer }
