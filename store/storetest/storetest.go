// Package storetest says what a backend promises, and checks it.
//
// A backend is finished when [Run] passes. Each [Promise] completes the
// sentence "a backend …" and has a fresh store for itself. The promises ask for
// nothing that store.Store does not say: an update may be run again after a
// conflict, and a value may have been written out and read back.
package storetest

import (
	"context"
	"slices"
	"testing"

	"github.com/seatbook/seatbook/store"
)

// KeyPrefix is what every key begins with that a promise writes. A durable
// backend registers a codec of [Value] for it.
const KeyPrefix = "storetest\x00"

// Value is the only type a promise keeps. Its texts are valid UTF-8 without
// zero bytes, so any codec will do that gives back what it was given.
type Value struct {
	// Name is a text, empty in most values.
	Name string
	// Count is any integer, the smallest and the largest among them.
	Count int64
	// Open is there so that a value has a field of two states.
	Open bool
}

// TB is the part of *testing.T that a promise uses. FailNow ends the goroutine
// that calls it, as that of *testing.T does.
type TB interface {
	Helper()
	Context() context.Context
	Errorf(format string, args ...any)
	FailNow()
}

// Promise is one thing every backend does.
type Promise struct {
	// Name completes the sentence "a backend …".
	Name string
	// Check fails tb where the backend breaks the promise. It wants a store
	// that nothing was put into, and nobody else uses it meanwhile.
	Check func(tb TB, s store.Store)
}

// Promises returns all promises, in an order that reads well.
func Promises() []Promise {
	return slices.Concat(updates(), rows(), isolation(), order(), bounds(), loops(), tries(), refusals())
}

// Run checks every promise in a parallel subtest of its own. open returns an
// empty store each time, and has t clean up behind it where that is needed.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	t.Helper()
	for _, p := range Promises() {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			p.Check(t, open(t))
		})
	}
}
