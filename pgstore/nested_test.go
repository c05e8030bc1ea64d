package pgstore_test

import (
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/pgstore"
	"github.com/seatbook/seatbook/store"
)

var errPart = errors.New("failed on purpose")

// nest runs an update inside another one, which writes a row before it and one after
// it. Each fails where it is told to, and try puts the inner one in a Try.
func nest(joined store.Store, t *testing.T, outer, inner, try bool) error {
	return joined.Update(t.Context(), func(tx store.Tx) error {
		if err := add(tx, "before"); err != nil {
			return err
		}
		within := func(store.Tx) error {
			return joined.Update(t.Context(), func(tx store.Tx) error {
				held, _, err := tx.Get("before")
				if err != nil {
					return err
				}
				require.NotNil(t, held, "the inner update sees what the outer one wrote")
				if err := add(tx, "inner"); err != nil || !inner {
					return err
				}
				return errPart
			})
		}
		var err error
		if try {
			err = tx.Try(within)
		} else {
			err = within(tx)
		}
		if inner {
			require.ErrorIs(t, err, errPart)
		} else {
			require.NoError(t, err)
		}
		_, found, err := tx.Get("inner")
		require.NoError(t, err)
		require.Equal(t, !inner, found, "the outer update sees what the inner one left")
		if err := add(tx, "after"); err != nil || !outer {
			return err
		}
		return errPart
	})
}

// What the parts of a host's transaction leave is whole, whichever of them fails.
func TestAnUpdateInsideAnotherIsAPartOfIt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name         string
		outer, inner bool
		kept         []string
	}{
		{name: "both are kept", kept: []string{"after", "before", "inner"}},
		{name: "the inner one fails and is undone alone", inner: true, kept: []string{"after", "before"}},
		{name: "the outer one fails and the inner one is undone with it", outer: true},
		{name: "both fail and neither is kept", outer: true, inner: true},
	} {
		for _, unsent := range []int{1, 100} {
			for _, try := range []bool{false, true} {
				t.Run(c.name, func(t *testing.T) {
					t.Parallel()
					s := begin(t, pgstore.Unsent(unsent))
					s.Use([]store.Codec{values.Codec()})
					require.NoError(t, s.Together(t.Context(), func(_ pgx.Tx, joined store.Store) error {
						err := nest(joined, t, c.outer, c.inner, try)
						require.Equal(t, c.outer, errors.Is(err, errPart), "%v", err)
						return nil // The host keeps what the part left.
					}))
					require.NoError(t, s.View(t.Context(), func(tx store.Tx) error {
						require.Equal(t, c.kept, names(t, tx))
						return nil
					}))
				})
			}
		}
	}
}

// A Try that fails after an update inside it undoes that one too.
func TestATryUndoesTheUpdateInsideIt(t *testing.T) {
	t.Parallel()
	s := begin(t)
	s.Use([]store.Codec{values.Codec()})
	require.NoError(t, s.Together(t.Context(), func(_ pgx.Tx, joined store.Store) error {
		return joined.Update(t.Context(), func(tx store.Tx) error {
			require.ErrorIs(t, tx.Try(func(store.Tx) error {
				require.NoError(t, joined.Update(t.Context(), func(tx store.Tx) error { return add(tx, "inner") }))
				return errPart
			}), errPart)
			return add(tx, "outer")
		})
	}))
	require.Zero(t, count(t, s, "inner"))
	require.Equal(t, int64(1), count(t, s, "outer"))
}

// A loop does not see what is written while it goes on, so nothing can be sent in it.
func TestAnUpdateInsideALoopIsRefusedAfterAWrite(t *testing.T) {
	t.Parallel()
	s := begin(t)
	s.Use([]store.Codec{values.Codec()})
	put(t, s, "a", 1)
	require.NoError(t, s.Together(t.Context(), func(_ pgx.Tx, joined store.Store) error {
		return joined.Update(t.Context(), func(tx store.Tx) error {
			if err := add(tx, "b"); err != nil {
				return err
			}
			for _, err := range tx.Scan(store.Range{}) {
				require.NoError(t, err)
				err = joined.Update(t.Context(), func(tx store.Tx) error { return add(tx, "c") })
				require.ErrorContains(t, err, "in a loop over rows")
			}
			return nil
		})
	}))
	require.Equal(t, int64(1), count(t, s, "b"))
	require.Zero(t, count(t, s, "c"))
}
