package storetest

import (
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/store"
)

func tries() []Promise {
	return []Promise{
		{"keeps a try that succeeds", keepsTry},
		{"undoes a failed try alone", undoesTry},
		{"undoes a try inside a try alone", undoesInnerTry},
		{"undoes an outer try with the inner ones that succeeded", undoesOuterTry},
		{"undoes a try that panics", undoesPanickedTry},
		{"lets the panic of a try go on", passesTryPanic},
		{"hands a failed try's error back as it is", handsBackTryError},
		{"restores a deleted row in a failed try", restoresDeleted},
		{"restores a replaced row in a failed try", restoresReplaced},
		{"restores what the update itself wrote before a failed try", restoresOwnWrites},
		{"scans rightly after an undone try", scansAfterTry},
		{"drops a try that succeeded with the update that failed", dropsTryWithUpdate},
		{"lets a view try too", triesInView},
	}
}

// try runs fn as a try that must succeed.
func try(tb TB, tx store.Tx, fn func(tx store.Tx)) {
	tb.Helper()
	require.NoError(tb, tx.Try(func(tx store.Tx) error { fn(tx); return nil }), "the try should succeed")
}

// failing runs fn as a try that fails.
func failing(tb TB, tx store.Tx, fn func(tx store.Tx)) {
	tb.Helper()
	err := tx.Try(func(tx store.Tx) error { fn(tx); return errRefused })
	require.ErrorIs(tb, err, errRefused, "the try should fail")
}

func keepsTry(tb TB, s store.Store) {
	update(tb, s, func(tx store.Tx) {
		try(tb, tx, func(tx store.Tx) {
			put(tb, tx, "a", 1)
			try(tb, tx, func(tx store.Tx) { put(tb, tx, "b", 2) })
		})
		has(tb, tx, "a", 1, "the try succeeded")
	})
	view(tb, s, func(tx store.Tx) { walks(tb, tx, everything, "both tries succeeded", "a", "b") })
}

func undoesTry(tb TB, s store.Store) {
	update(tb, s, func(tx store.Tx) {
		put(tb, tx, "a", 1)
		failing(tb, tx, func(tx store.Tx) {
			put(tb, tx, "b", 2)
			has(tb, tx, "b", 2, "the try has not failed yet")
		})
		lacks(tb, tx, "b", "the try that put it failed")
		has(tb, tx, "a", 1, "it was put before the try")
		put(tb, tx, "c", 3)
	})
	view(tb, s, func(tx store.Tx) { walks(tb, tx, everything, "only the try failed", "a", "c") })
}

func undoesInnerTry(tb TB, s store.Store) {
	update(tb, s, func(tx store.Tx) {
		try(tb, tx, func(tx store.Tx) {
			put(tb, tx, "a", 1)
			failing(tb, tx, func(tx store.Tx) {
				put(tb, tx, "a", 10)
				put(tb, tx, "b", 2)
			})
			has(tb, tx, "a", 1, "the inner try that replaced it failed")
			lacks(tb, tx, "b", "the inner try that put it failed")
			put(tb, tx, "c", 3)
		})
	})
	view(tb, s, func(tx store.Tx) {
		walks(tb, tx, everything, "only the inner try failed", "a", "c")
		has(tb, tx, "a", 1, "the inner try that replaced it failed")
	})
}

func undoesOuterTry(tb TB, s store.Store) {
	fill(tb, s, "a")
	update(tb, s, func(tx store.Tx) {
		put(tb, tx, "b", 1)
		failing(tb, tx, func(tx store.Tx) {
			try(tb, tx, func(tx store.Tx) {
				put(tb, tx, "a", 10)
				remove(tb, tx, "b")
				put(tb, tx, "c", 2)
			})
			put(tb, tx, "a", 11)
			try(tb, tx, func(tx store.Tx) { put(tb, tx, "d", 3) })
			failing(tb, tx, func(tx store.Tx) { put(tb, tx, "a", 12) })
		})
		has(tb, tx, "a", 0, "the outer try failed")
		has(tb, tx, "b", 1, "the outer try failed")
		lacks(tb, tx, "c", "the outer try failed")
	})
	view(tb, s, func(tx store.Tx) { walks(tb, tx, everything, "the outer try failed", "a", "b") })
}

func undoesPanickedTry(tb TB, s store.Store) {
	fill(tb, s, "a", "b")
	update(tb, s, func(tx store.Tx) {
		put(tb, tx, "d", 3)
		caught(func() {
			_ = tx.Try(func(tx store.Tx) error { spoil(tb, tx); panic(purpose) })
		})
		has(tb, tx, "a", 0, "the try that replaced it panicked")
		walks(tb, tx, everything, "the try panicked", "a", "b", "d")
	})
	view(tb, s, func(tx store.Tx) { walks(tb, tx, everything, "the update was kept", "a", "b", "d") })
}

func passesTryPanic(tb TB, s store.Store) {
	update(tb, s, func(tx store.Tx) {
		got := caught(func() { _ = tx.Try(func(store.Tx) error { panic(purpose) }) })
		require.Equal(tb, purpose, got, "the panic should go on as it was")
	})
}

func handsBackTryError(tb TB, s store.Store) {
	update(tb, s, func(tx store.Tx) {
		err := tx.Try(func(tx store.Tx) error { put(tb, tx, "a", 1); return errRefused })
		require.True(tb, err == errRefused, "want %v itself, got %#v", errRefused, err)
	})
}

func restoresDeleted(tb TB, s store.Store) {
	fill(tb, s, "a", "b")
	update(tb, s, func(tx store.Tx) {
		failing(tb, tx, func(tx store.Tx) {
			remove(tb, tx, "b")
			remove(tb, tx, "b")
			lacks(tb, tx, "b", "the try has not failed yet")
		})
		has(tb, tx, "b", 1, "the try that deleted it failed")
	})
	view(tb, s, func(tx store.Tx) { has(tb, tx, "b", 1, "the try that deleted it failed") })
}

func restoresReplaced(tb TB, s store.Store) {
	fill(tb, s, "a", "b")
	update(tb, s, func(tx store.Tx) {
		failing(tb, tx, func(tx store.Tx) {
			put(tb, tx, "b", 10)
			remove(tb, tx, "b")
			put(tb, tx, "b", 11)
		})
		has(tb, tx, "b", 1, "the try that replaced it failed")
	})
	view(tb, s, func(tx store.Tx) { has(tb, tx, "b", 1, "the try that replaced it failed") })
}

func restoresOwnWrites(tb TB, s store.Store) {
	fill(tb, s, "a", "b", "c")
	update(tb, s, func(tx store.Tx) {
		put(tb, tx, "a", 10)
		remove(tb, tx, "b")
		for range 3 {
			failing(tb, tx, func(tx store.Tx) {
				remove(tb, tx, "a")
				put(tb, tx, "b", 11)
				put(tb, tx, "c", 12)
			})
		}
		has(tb, tx, "a", 10, "the update put it before the try")
		lacks(tb, tx, "b", "the update deleted it before the try")
	})
	view(tb, s, func(tx store.Tx) {
		has(tb, tx, "a", 10, "the update put it before the try")
		walks(tb, tx, everything, "the tries failed", "a", "c")
	})
}

func scansAfterTry(tb TB, s store.Store) {
	neighbours(tb, s)
	update(tb, s, func(tx store.Tx) {
		failing(tb, tx, func(tx store.Tx) {
			remove(tb, tx, "a1")
			put(tb, tx, "a11", 1)
			put(tb, tx, "a2", 10)
			walks(tb, tx, everything, "the try has not failed yet", "a", "a10", "a11", "a2", "b")
		})
		walks(tb, tx, everything, "the try failed", "a", "a1", "a10", "a2", "b")
		walks(tb, tx, backward(span("a1", "b")), "the try failed", "a2", "a10", "a1")
		for row, err := range tx.Scan(store.Prefix(key("a2"))) {
			require.NoError(tb, err)
			require.Equal(tb, value(3), row.Value, "the try that replaced it failed")
		}
	})
}

func dropsTryWithUpdate(tb TB, s store.Store) {
	fill(tb, s, "a", "b")
	err := s.Update(tb.Context(), func(tx store.Tx) error {
		try(tb, tx, func(tx store.Tx) { spoil(tb, tx) })
		return errRefused
	})
	require.ErrorIs(tb, err, errRefused)
	unspoilt(tb, s, "the update around the try failed")
}

func triesInView(tb TB, s store.Store) {
	fill(tb, s, "a")
	view(tb, s, func(tx store.Tx) {
		try(tb, tx, func(tx store.Tx) { has(tb, tx, "a", 0, "a try in a view can read") })
		failing(tb, tx, func(tx store.Tx) { has(tb, tx, "a", 0, "a try in a view can read") })
		has(tb, tx, "a", 0, "a failed try in a view changes nothing")
	})
}
