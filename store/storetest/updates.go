package storetest

import (
	"errors"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/store"
)

// errRefused is what a promise fails with on purpose.
var errRefused = errors.New("storetest: refused on purpose")

// purpose is what a promise panics with.
const purpose = "storetest: a panic on purpose"

func updates() []Promise {
	return []Promise{
		{"keeps what an update wrote", keepsUpdate},
		{"keeps nothing of an update that fails", dropsFailed},
		{"keeps nothing of an update that panics", dropsPanicked},
		{"hands a failing update's error back as it is", handsBackUpdateError},
		{"hands a failing view's error back as it is", handsBackViewError},
		{"lets the panic of an update go on", passesPanic},
		{"goes on after a panic", outlivesPanic},
		{"sees its own writes", seesOwnWrites},
		{"walks its own writes", walksOwnWrites},
	}
}

func keepsUpdate(tb TB, s store.Store) {
	fill(tb, s, "a", "b")
	view(tb, s, func(tx store.Tx) {
		has(tb, tx, "a", 0, "an update kept it")
		has(tb, tx, "b", 1, "an update kept it")
		walks(tb, tx, everything, "an update kept both", "a", "b")
	})
	update(tb, s, func(tx store.Tx) { has(tb, tx, "a", 0, "the update before kept it") })
}

// spoil does one write of each kind to a store that was filled with a and b.
func spoil(tb TB, tx store.Tx) {
	put(tb, tx, "a", 10)
	remove(tb, tx, "b")
	put(tb, tx, "c", 11)
}

// unspoilt requires that nothing of spoil is left.
func unspoilt(tb TB, s store.Store, why string) {
	tb.Helper()
	view(tb, s, func(tx store.Tx) {
		has(tb, tx, "a", 0, why)
		has(tb, tx, "b", 1, why)
		lacks(tb, tx, "c", why)
		walks(tb, tx, everything, why, "a", "b")
	})
}

func dropsFailed(tb TB, s store.Store) {
	fill(tb, s, "a", "b")
	err := s.Update(tb.Context(), func(tx store.Tx) error {
		spoil(tb, tx)
		return errRefused
	})
	require.ErrorIs(tb, err, errRefused)
	unspoilt(tb, s, "the update that wrote otherwise has failed")
}

func dropsPanicked(tb TB, s store.Store) {
	fill(tb, s, "a", "b")
	caught(func() {
		_ = s.Update(tb.Context(), func(tx store.Tx) error {
			spoil(tb, tx)
			panic(purpose)
		})
	})
	unspoilt(tb, s, "the update that wrote otherwise has panicked")
}

func handsBackUpdateError(tb TB, s store.Store) {
	err := s.Update(tb.Context(), func(store.Tx) error { return errRefused })
	require.True(tb, err == errRefused, "want %v itself, got %#v", errRefused, err)
}

func handsBackViewError(tb TB, s store.Store) {
	err := s.View(tb.Context(), func(store.Tx) error { return errRefused })
	require.True(tb, err == errRefused, "want %v itself, got %#v", errRefused, err)
}

func passesPanic(tb TB, s store.Store) {
	got := caught(func() {
		_ = s.Update(tb.Context(), func(store.Tx) error { panic(purpose) })
	})
	require.Equal(tb, purpose, got, "the panic should go on as it was")
}

func outlivesPanic(tb TB, s store.Store) {
	caught(func() {
		_ = s.Update(tb.Context(), func(store.Tx) error { panic(purpose) })
	})
	caught(func() {
		_ = s.View(tb.Context(), func(store.Tx) error { panic(purpose) })
	})
	done := begin(func() error {
		return s.Update(tb.Context(), func(tx store.Tx) error { return tx.Put(key("a"), value(1)) })
	})
	require.NoError(tb, finish(tb, done, "an update after a panic does not end"))
	view(tb, s, func(tx store.Tx) { has(tb, tx, "a", 1, "it was kept after the panic") })
}

func seesOwnWrites(tb TB, s store.Store) {
	fill(tb, s, "a", "b")
	update(tb, s, func(tx store.Tx) {
		put(tb, tx, "a", 10)
		has(tb, tx, "a", 10, "this update has replaced it")
		remove(tb, tx, "b")
		lacks(tb, tx, "b", "this update has deleted it")
		put(tb, tx, "c", 11)
		has(tb, tx, "c", 11, "this update has put it")
		put(tb, tx, "b", 12)
		has(tb, tx, "b", 12, "this update has put it back")
	})
}

func walksOwnWrites(tb TB, s store.Store) {
	fill(tb, s, "a", "b")
	update(tb, s, func(tx store.Tx) {
		walks(tb, tx, everything, "nothing is written yet", "a", "b")
		spoil(tb, tx)
		walks(tb, tx, everything, "this update has written", "a", "c")
		put(tb, tx, "b", 12)
		walks(tb, tx, backward(everything), "this update has written more", "c", "b", "a")
	})
}
