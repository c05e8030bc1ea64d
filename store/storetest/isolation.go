package storetest

import (
	"context"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/store"
)

func isolation() []Promise {
	return []Promise{
		{"shows a view one state while writers go on", showsOneState},
		{"hides what an update has not finished", hidesUnfinished},
		{"lets readers in while one writer writes and another waits", letsReadersIn},
		{"lets a writer finish while a view goes on", letsWriterFinish},
		{"serialises writers: of 16 goroutines × 50 increments none is lost", serialises},
		{"lets a waiting writer give up with its context", letsWriterGiveUp},
		{"refuses a view whose context is done", refusesDoneView},
		{"refuses an update whose context is done", refusesDoneUpdate},
	}
}

// change puts a row under name from another goroutine.
func change(tb TB, s store.Store, name string, count int64) error {
	tb.Helper()
	return finish(tb, begin(func() error {
		return s.Update(tb.Context(), func(tx store.Tx) error { return tx.Put(key(name), value(count)) })
	}), "an update beside a view does not end")
}

func showsOneState(tb TB, s store.Store) {
	fill(tb, s, "a", "b")
	view(tb, s, func(tx store.Tx) {
		has(tb, tx, "a", 0, "it stood there when the view began")
		require.NoError(tb, change(tb, s, "a", 10))
		require.NoError(tb, change(tb, s, "b", 11))
		require.NoError(tb, change(tb, s, "c", 12))
		has(tb, tx, "a", 0, "the view has read it before")
		has(tb, tx, "b", 1, "the view began before it was changed")
		lacks(tb, tx, "c", "the view began before it was put")
		walks(tb, tx, everything, "the view began before the third was put", "a", "b")
	})
	view(tb, s, func(tx store.Tx) {
		has(tb, tx, "a", 10, "this view began afterwards")
		walks(tb, tx, everything, "this view began afterwards", "a", "b", "c")
	})
}

func hidesUnfinished(tb TB, s store.Store) {
	release := hold(tb, s, "a")
	defer func() { _ = release() }()
	missing := func(want bool) error {
		return s.View(tb.Context(), func(tx store.Tx) error {
			_, found, err := tx.Get(key("a"))
			if err == nil && found == want {
				err = errRefused
			}
			return err
		})
	}
	err := finish(tb, begin(func() error { return missing(true) }), "a view beside an update does not end")
	require.NoError(tb, err, "a view should not see what an update has not finished")
	require.NoError(tb, release())
	require.NoError(tb, missing(false), "a view should see what an update has finished")
}

func letsReadersIn(tb TB, s store.Store) {
	fill(tb, s, "a")
	release := hold(tb, s, "b")
	defer func() { _ = release() }()
	waiting := begin(func() error {
		return s.Update(tb.Context(), func(tx store.Tx) error { return tx.Put(key("b"), value(2)) })
	})
	for range 3 {
		reading := begin(func() error {
			return s.View(tb.Context(), func(tx store.Tx) error {
				_, _, err := tx.Get(key("a"))
				return err
			})
		})
		require.NoError(tb, finish(tb, reading, "a view waits for a writer"))
	}
	require.NoError(tb, release())
	require.NoError(tb, finish(tb, waiting, "the second writer does not end"))
	view(tb, s, func(tx store.Tx) { has(tb, tx, "b", 2, "the waiting writer came last") })
}

func letsWriterFinish(tb TB, s store.Store) {
	fill(tb, s, "a")
	view(tb, s, func(tx store.Tx) {
		has(tb, tx, "a", 0, "it was put before")
		require.NoError(tb, change(tb, s, "a", 10))
	})
}

func serialises(tb TB, s store.Store) {
	const writers, increments = 16, 50
	fill(tb, s, "n")
	done := make([]<-chan error, writers)
	for i := range done {
		done[i] = begin(func() error {
			for range increments {
				if err := s.Update(tb.Context(), increment); err != nil {
					return err
				}
			}
			return nil
		})
	}
	for _, d := range done {
		require.NoError(tb, finish(tb, d, "a writer among others does not end"))
	}
	view(tb, s, func(tx store.Tx) {
		has(tb, tx, "n", writers*increments, "every increment counts")
	})
}

func increment(tx store.Tx) error {
	held, _, err := tx.Get(key("n"))
	if err != nil {
		return err
	}
	// A backend that loses the row fails here by its count and not by a panic.
	n, _ := held.(Value)
	return tx.Put(key("n"), value(n.Count+1))
}

func letsWriterGiveUp(tb TB, s store.Store) {
	release := hold(tb, s, "a")
	defer func() { _ = release() }()
	short, cancel := context.WithTimeout(tb.Context(), 20*time.Millisecond)
	defer cancel()
	waiting := begin(func() error {
		return s.Update(short, func(tx store.Tx) error {
			if err := tx.Put(key("a"), value(2)); err != nil {
				return err
			}
			return tx.Put(key("b"), value(2))
		})
	})
	err := finish(tb, waiting, "a writer waits for longer than its context")
	require.ErrorIs(tb, err, context.DeadlineExceeded, "the context ended the wait")
	require.NoError(tb, release())
	update(tb, s, func(tx store.Tx) {
		has(tb, tx, "a", 1, "the other writer gave up")
		lacks(tb, tx, "b", "the writer gave up")
	})
}

func refusesDoneView(tb TB, s store.Store) {
	done, cancel := context.WithCancel(tb.Context())
	cancel()
	ran := false
	err := s.View(done, func(store.Tx) error { ran = true; return nil })
	require.ErrorIs(tb, err, context.Canceled)
	require.False(tb, ran, "the function should not run")
}

func refusesDoneUpdate(tb TB, s store.Store) {
	done, cancel := context.WithCancel(tb.Context())
	cancel()
	ran := false
	err := s.Update(done, func(store.Tx) error { ran = true; return nil })
	require.ErrorIs(tb, err, context.Canceled)
	require.False(tb, ran, "the function should not run")
}
