// Package store says what seatbook asks of a place to keep things.
//
// A backend is one ordered map from keys to values that are never changed
// after they were put, with transactions. It knows no domain, no table and no
// index: those are built on top of it by [Table]. A backend is finished when
// the suite in store/storetest passes.
//
// Keys are strings compared byte by byte. Every key begins with the stream it
// belongs to (a team or a person), so that an engine that spreads its data over
// machines can do so by the first part of the key.
package store

import (
	"context"
	"errors"
	"iter"
)

var (
	// ErrReadOnly is what a write inside View gets.
	ErrReadOnly = errors.New("store: the transaction is read-only")
	// ErrClosed is what a transaction gets after its function has returned.
	ErrClosed = errors.New("store: the transaction is over")
	// ErrEmptyKey is what a Put or Delete with an empty key gets.
	ErrEmptyKey = errors.New("store: a key cannot be empty")
	// ErrNilValue is what a Put without a value gets.
	ErrNilValue = errors.New("store: a value cannot be nil")
)

// Store is a backend. It is safe for concurrent use.
type Store interface {
	// View runs fn over one state of the store, which no writer changes while
	// fn runs. It returns what fn returns. A done context is refused before fn.
	View(ctx context.Context, fn func(Tx) error) error
	// Update runs fn alone among the writers and keeps what it wrote, all or
	// nothing: an error or a panic of fn leaves the store as it was. The error
	// is returned as it is, and the panic goes on. Waiting for another writer
	// ends with the context. A backend may run fn again after a conflict, so fn
	// has no effect outside the transaction.
	Update(ctx context.Context, fn func(Tx) error) error
}

// Sequential is a Store that says whether its updates run one after another, so
// that a row which all of them write makes none of them wait or run again.
type Sequential interface {
	Store
	Sequential() bool
}

// IsSequential reports whether a store says that its updates run one after another.
func IsSequential(s Store) bool {
	q, ok := s.(Sequential)
	return ok && q.Sequential()
}

// Tx is a transaction. It is used by one goroutine at a time and only until
// the function it was given to returns; afterwards every call gets ErrClosed.
type Tx interface {
	// Get returns the value of key, or nil and false where there is none. It
	// sees what this transaction has written.
	Get(key string) (value any, found bool, err error)
	// Put keeps value under key, in place of what was there. The caller never
	// changes value afterwards. An empty key is ErrEmptyKey, a nil value
	// ErrNilValue.
	Put(key string, value any) error
	// Delete removes key. Removing what is not there does nothing.
	Delete(key string) error
	// Scan goes through the rows of r in the order of their keys. It sees the
	// rows as they stood when the loop began: writing inside the loop is
	// allowed and does not change what the loop sees. An error is handed out
	// with an empty row and ends the loop.
	Scan(r Range) iter.Seq2[Row, error]
	// Try runs fn as a part that can fail alone: where it returns an error or
	// panics, what it wrote is undone and what was written before it stays.
	// The error is returned as it is, and the panic goes on. Tries nest. The
	// Tx that fn is given is the one to use inside it.
	Try(fn func(Tx) error) error
}

// Row is a key with its value.
type Row struct {
	Key   string
	Value any
}

// Range is a part of the ordered map: the keys at or after From and before To.
type Range struct {
	// From is the first key that is in the range.
	From string
	// To is the first key after the range; empty means there is no upper end.
	To string
	// Reverse goes from the last key to the first.
	Reverse bool
	// Limit is how many rows are handed out at most; 0 means all.
	Limit int
}

// Prefix is the range of all keys that begin with p.
func Prefix(p string) Range { return Range{From: p, To: after(p)} }

// after returns the first key behind all those that begin with p, or "" where
// there is none.
func after(p string) string {
	for i := len(p) - 1; i >= 0; i-- {
		if p[i] < 0xff {
			return p[:i] + string([]byte{p[i] + 1})
		}
	}
	return ""
}
