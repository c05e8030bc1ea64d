package storetest

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/store"
)

// patience is how long a backend may take for what it should do at once. Only
// a backend that hangs makes anybody wait that long.
const patience = 10 * time.Second

// key returns the key a promise calls name.
func key(name string) string { return KeyPrefix + name }

// span returns the range between two names, where an empty from is the first
// key of all and an empty to is no end.
func span(from, to string) store.Range {
	r := store.Range{From: key(from)}
	if to != "" {
		r.To = key(to)
	}
	return r
}

// backward returns r from its other end.
func backward(r store.Range) store.Range {
	r.Reverse = true
	return r
}

// atMost returns r with a limit.
func atMost(n int, r store.Range) store.Range {
	r.Limit = n
	return r
}

// everything is the range without bounds.
var everything = store.Range{}

func value(count int64) Value { return Value{Count: count} }

// update runs fn as an update that must succeed.
func update(tb TB, s store.Store, fn func(tx store.Tx)) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), patience)
	defer cancel()
	err := s.Update(ctx, func(tx store.Tx) error { fn(tx); return nil })
	require.NoError(tb, err, "the update should succeed")
}

// view runs fn as a view that must succeed.
func view(tb TB, s store.Store, fn func(tx store.Tx)) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), patience)
	defer cancel()
	err := s.View(ctx, func(tx store.Tx) error { fn(tx); return nil })
	require.NoError(tb, err, "the view should succeed")
}

// fill puts a row under each name, with its place among them as the count.
func fill(tb TB, s store.Store, names ...string) {
	tb.Helper()
	update(tb, s, func(tx store.Tx) {
		for i, name := range names {
			put(tb, tx, name, int64(i))
		}
	})
}

func put(tb TB, tx store.Tx, name string, count int64) {
	tb.Helper()
	require.NoError(tb, tx.Put(key(name), value(count)), "put %q", name)
}

func remove(tb TB, tx store.Tx, name string) {
	tb.Helper()
	require.NoError(tb, tx.Delete(key(name)), "delete %q", name)
}

// has requires that name holds count.
func has(tb TB, tx store.Tx, name string, count int64, why string) {
	tb.Helper()
	got, found, err := tx.Get(key(name))
	require.NoError(tb, err, "get %q", name)
	require.True(tb, found, "%q is missing: %s", name, why)
	require.Equal(tb, value(count), got, "%q: %s", name, why)
}

// lacks requires that there is nothing under name.
func lacks(tb TB, tx store.Tx, name, why string) {
	tb.Helper()
	got, found, err := tx.Get(key(name))
	require.NoError(tb, err, "get %q", name)
	require.False(tb, found, "%q is there: %s", name, why)
	require.Nil(tb, got, "%q is missing and has a value: %s", name, why)
}

// walks requires that the rows of r are those of names, in that order.
func walks(tb TB, tx store.Tx, r store.Range, why string, names ...string) {
	tb.Helper()
	got, err := scan(tx, r)
	require.NoError(tb, err, why)
	if len(names) == 0 {
		require.Empty(tb, got, why)
		return
	}
	require.Equal(tb, names, got, why)
}

// scan returns the names of the rows of r.
func scan(tx store.Tx, r store.Range) ([]string, error) {
	var names []string
	for row, err := range tx.Scan(r) {
		if err != nil {
			return names, err
		}
		names = append(names, strings.TrimPrefix(row.Key, KeyPrefix))
	}
	return names, nil
}

// caught runs fn and returns what it panicked with, or nil.
func caught(fn func()) (panicked any) {
	defer func() { panicked = recover() }()
	fn()
	return nil
}

// begin runs fn in a goroutine of its own and returns where its error arrives.
func begin(fn func() error) <-chan error {
	done := make(chan error, 1)
	go func() { done <- fn() }()
	return done
}

// finish returns what arrives at done, and fails tb if nothing does.
func finish(tb TB, done <-chan error, what string) error {
	tb.Helper()
	late, cancel := context.WithTimeout(tb.Context(), patience)
	defer cancel()
	select {
	case err := <-done:
		return err
	case <-late.Done():
		tb.Errorf("gave up waiting: %s", what)
		tb.FailNow()
		return nil
	}
}

// hold begins an update that puts a row under name and stays in it until
// release is called, which returns the error of that update. Calling release
// twice does no harm.
func hold(tb TB, s store.Store, name string) (release func() error) {
	tb.Helper()
	inside, leave := make(chan error, 1), make(chan struct{})
	var once sync.Once
	enter := func(err error) { once.Do(func() { inside <- err }) }
	done := begin(func() error {
		return s.Update(tb.Context(), func(tx store.Tx) error {
			if err := tx.Put(key(name), value(1)); err != nil {
				enter(err)
				return err
			}
			enter(nil)
			<-leave
			return nil
		})
	})
	var leaving sync.Once
	var err error
	release = func() error {
		leaving.Do(func() {
			close(leave)
			err = finish(tb, done, "an update that was let go does not end")
		})
		return err
	}
	require.NoError(tb, finish(tb, inside, "an update alone does not begin"), "the update should write")
	return release
}
