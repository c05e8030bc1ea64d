package storetest

import (
	"iter"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/store"
)

func refusals() []Promise {
	return []Promise{
		{"refuses writes in a view", refusesWritesInView},
		{"refuses use after the end of a view", refusesAfterView},
		{"refuses use after the end of an update", refusesAfterUpdate},
		{"refuses use after the end of an update that failed", refusesAfterFailure},
		{"refuses a loop that outlives its transaction", refusesOutlivingLoop},
		{"refuses an empty key", refusesEmptyKey},
		{"refuses a nil value", refusesNilValue},
		{"goes on in an update that was refused a write", goesOnAfterRefusal},
	}
}

func refusesWritesInView(tb TB, s store.Store) {
	fill(tb, s, "a")
	view(tb, s, func(tx store.Tx) {
		require.ErrorIs(tb, tx.Put(key("b"), value(1)), store.ErrReadOnly, "a put")
		require.ErrorIs(tb, tx.Delete(key("a")), store.ErrReadOnly, "a delete")
		err := tx.Try(func(tx store.Tx) error { return tx.Put(key("b"), value(1)) })
		require.ErrorIs(tb, err, store.ErrReadOnly, "a put in a try")
	})
	view(tb, s, func(tx store.Tx) { walks(tb, tx, everything, "nothing was written", "a") })
}

func refusesAfterView(tb TB, s store.Store) {
	fill(tb, s, "a")
	var kept store.Tx
	view(tb, s, func(tx store.Tx) { kept = tx })
	over(tb, s, kept)
}

func refusesAfterUpdate(tb TB, s store.Store) {
	fill(tb, s, "a")
	var kept store.Tx
	update(tb, s, func(tx store.Tx) { kept = tx })
	over(tb, s, kept)
}

func refusesAfterFailure(tb TB, s store.Store) {
	fill(tb, s, "a")
	var kept store.Tx
	err := s.Update(tb.Context(), func(tx store.Tx) error { kept = tx; return errRefused })
	require.ErrorIs(tb, err, errRefused)
	over(tb, s, kept)
}

// over requires that tx refuses everything and that s has only the row a.
func over(tb TB, s store.Store, tx store.Tx) {
	tb.Helper()
	_, found, err := tx.Get(key("a"))
	require.ErrorIs(tb, err, store.ErrClosed, "a get")
	require.False(tb, found, "a get")
	require.ErrorIs(tb, tx.Put(key("b"), value(1)), store.ErrClosed, "a put")
	require.ErrorIs(tb, tx.Delete(key("a")), store.ErrClosed, "a delete")
	names, err := scan(tx, everything)
	require.ErrorIs(tb, err, store.ErrClosed, "a scan")
	require.Empty(tb, names, "a scan")
	ran := false
	err = tx.Try(func(store.Tx) error { ran = true; return nil })
	require.ErrorIs(tb, err, store.ErrClosed, "a try")
	require.False(tb, ran, "the function of a refused try should not run")
	view(tb, s, func(tx store.Tx) { walks(tb, tx, everything, "nothing was written", "a") })
}

func refusesOutlivingLoop(tb TB, s store.Store) {
	fill(tb, s, "a", "b", "c")
	outlives(tb, s, everything)
	outlives(tb, s, backward(everything))
}

// outlives begins one loop over r in a view, leaves another for later, and
// requires that both are refused when the view is over.
func outlives(tb TB, s store.Store, r store.Range) {
	tb.Helper()
	var later iter.Seq2[store.Row, error]
	var next func() (store.Row, error, bool)
	stop := func() {}
	defer func() { stop() }()
	view(tb, s, func(tx store.Tx) {
		later = tx.Scan(r)
		next, stop = iter.Pull2(tx.Scan(r))
		_, err, more := next()
		require.NoError(tb, err)
		require.True(tb, more, "there are three rows")
	})
	row, err, _ := next()
	require.ErrorIs(tb, err, store.ErrClosed, "a loop that is under way")
	require.Zero(tb, row, "an error comes with an empty row")
	_, _, more := next()
	require.False(tb, more, "an error ends the loop")
	rounds := 0
	for row, err := range later {
		rounds++
		require.ErrorIs(tb, err, store.ErrClosed, "a loop that had not begun")
		require.Zero(tb, row, "an error comes with an empty row")
	}
	require.Equal(tb, 1, rounds, "an error ends the loop")
}

func refusesEmptyKey(tb TB, s store.Store) {
	update(tb, s, func(tx store.Tx) {
		require.ErrorIs(tb, tx.Put("", value(1)), store.ErrEmptyKey, "a put")
		require.ErrorIs(tb, tx.Delete(""), store.ErrEmptyKey, "a delete")
	})
	view(tb, s, func(tx store.Tx) { walks(tb, tx, everything, "nothing was written") })
}

func refusesNilValue(tb TB, s store.Store) {
	fill(tb, s, "a")
	update(tb, s, func(tx store.Tx) {
		require.ErrorIs(tb, tx.Put(key("a"), nil), store.ErrNilValue, "in place of a row")
		require.ErrorIs(tb, tx.Put(key("b"), nil), store.ErrNilValue, "under a new key")
	})
	view(tb, s, func(tx store.Tx) {
		has(tb, tx, "a", 0, "the refused put changes nothing")
		lacks(tb, tx, "b", "the put was refused")
	})
}

func goesOnAfterRefusal(tb TB, s store.Store) {
	update(tb, s, func(tx store.Tx) {
		put(tb, tx, "a", 1)
		require.Error(tb, tx.Put("", value(1)))
		require.Error(tb, tx.Put(key("b"), nil))
		put(tb, tx, "c", 3)
	})
	view(tb, s, func(tx store.Tx) { walks(tb, tx, everything, "two of four were refused", "a", "c") })
}
