package simulator

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/seatbook/seatbook/store"
	"github.com/seatbook/seatbook/store/storetest"
)

func TestTheScratchKeepsEveryPromise(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(*testing.T) store.Store { return Scratch() })
	assert.True(t, store.IsSequential(Scratch()))
}

func TestAForkOfTheScratchKeepsEveryPromise(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) store.Store {
		s := Scratch()
		for _, key := range []string{"storetest\x00a", "storetest\x00b"} {
			require.NoError(t, s.Update(t.Context(), func(tx store.Tx) error { return tx.Put(key, 1) }))
			require.NoError(t, s.Fork().Update(t.Context(), func(tx store.Tx) error { return tx.Put(key, 2) }))
			require.NoError(t, s.Update(t.Context(), func(tx store.Tx) error { return tx.Delete(key) }))
		}
		return s.Fork()
	})
}

// twins are the scratch and the list, to which the same is done.
type twins struct {
	*rapid.T

	scratch, list Ground
}

var errUndone = errors.New("undone on purpose")

// rowsIn are the rows of a range, or why there are none.
func rowsIn(tx store.Tx, r store.Range) (rows []string) {
	for row, err := range tx.Scan(r) {
		rows = append(rows, fmt.Sprint(row, err))
	}
	return rows
}

func allRows(t require.TestingT, s store.Store) (rows []string) {
	require.NoError(t, s.View(context.Background(), func(tx store.Tx) error { rows = rowsIn(tx, store.Range{}); return nil }))
	return rows
}

func (t twins) key() string {
	return strings.Repeat("k", rapid.IntRange(1, 3).Draw(t.T, "length")) + rapid.SampledFrom([]string{"", "\x00", "a", "b", "\xff"}).Draw(t.T, "end")
}

func (t twins) bound() string {
	if rapid.Bool().Draw(t.T, "bounded") {
		return t.key()
	}
	return ""
}

// write draws reads, writes, loops that write and tries, and does them to both.
func (t twins) write(a, b store.Tx, depth int) {
	both := func(do func(store.Tx) any) { require.Equal(t, do(b), do(a)) }
	for n := range rapid.IntRange(0, 12).Draw(t.T, "steps") {
		switch key := t.key(); rapid.IntRange(0, 7).Draw(t.T, "step") {
		case 0, 1:
			both(func(tx store.Tx) any { return tx.Put(key, n) })
		case 2:
			both(func(tx store.Tx) any { return tx.Delete(key) })
		case 3:
			both(func(tx store.Tx) any { v, found, err := tx.Get(key); return fmt.Sprint(v, found, err) })
		case 4:
			r := store.Range{From: t.bound(), To: t.bound(), Reverse: rapid.Bool().Draw(t.T, "reverse"), Limit: rapid.IntRange(0, 4).Draw(t.T, "limit")}
			both(func(tx store.Tx) any { return rowsIn(tx, r) })
		case 5:
			both(func(tx store.Tx) (seen any) {
				var rows []string
				for row, err := range tx.Scan(store.Range{}) {
					rows = append(rows, fmt.Sprint(row, err))
					require.NoError(t, tx.Delete(row.Key))
					require.NoError(t, tx.Put(row.Key+"+", n))
				}
				return rows
			})
		case 6:
			t.many(a, b)
		case 7:
			require.Equal(t, allRows(t, t.list), allRows(t, t.scratch), "what others see of an update that runs")
			if depth < 3 {
				t.part(a, b, depth)
			}
		}
	}
}

// many writes or takes away so many rows that the tree grows and shrinks by whole nodes.
func (t twins) many(a, b store.Tx) {
	from, count, step := rapid.IntRange(0, 400).Draw(t.T, "from"), rapid.IntRange(1, 400).Draw(t.T, "count"), rapid.IntRange(1, 3).Draw(t.T, "every")
	put := rapid.Bool().Draw(t.T, "put")
	for n := from; n < from+count; n += step {
		key := fmt.Sprintf("m%04d", n)
		if put {
			require.NoError(t, a.Put(key, n))
			require.NoError(t, b.Put(key, n))
			continue
		}
		require.NoError(t, a.Delete(key))
		require.NoError(t, b.Delete(key))
	}
}

func (t twins) part(a, b store.Tx, depth int) {
	var outcome error
	if rapid.Bool().Draw(t.T, "undone") {
		outcome = errUndone
	}
	require.Equal(t, outcome, a.Try(func(a store.Tx) error {
		require.Equal(t, outcome, b.Try(func(b store.Tx) error { t.write(a, b, depth+1); return outcome }))
		return outcome
	}))
}

// Whatever is done to it, and whoever reads or forks it meanwhile, the scratch shows
// what the list shows.
func TestTheScratchIsAsGoodAsTheList(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		t := twins{rt, Scratch(), ordered()}
		type fork struct {
			Ground
			rows []string
		}
		var forks []fork
		for range rapid.IntRange(1, 10).Draw(t.T, "updates") {
			var outcome error
			if rapid.IntRange(0, 4).Draw(t.T, "fails") == 0 {
				outcome = errUndone
			}
			err := t.scratch.Update(context.Background(), func(a store.Tx) error {
				require.Equal(t, outcome, t.list.Update(context.Background(), func(b store.Tx) error { t.write(a, b, 0); return outcome }))
				return outcome
			})
			require.Equal(t, outcome, err)
			require.Equal(t, allRows(t, t.list), allRows(t, t.scratch))
			forks = append(forks, fork{t.scratch.Fork(), allRows(t, t.scratch)})
			if rapid.Bool().Draw(t.T, "onto the fork") {
				t.scratch = t.scratch.Fork()
			}
		}
		for _, f := range forks {
			require.Equal(t, f.rows, allRows(t, f), "a fork has changed")
		}
	})
}

// Readers beside a writer see one state each: as many rows as some update left.
func TestTheScratchIsReadWhileItIsWritten(t *testing.T) {
	t.Parallel()
	s := Scratch()
	const updates, each = 200, 5
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for seen := 0; seen < updates*each; {
				rows := allRows(t, s)
				later := len(allRows(t, s.Fork()))
				assert.True(t, slices.IsSorted(rows))
				assert.NoError(t, s.View(t.Context(), func(tx store.Tx) error { return tx.Try(func(store.Tx) error { return nil }) }))
				assert.True(t, len(rows)%each == 0 && later%each == 0, "half an update: %d, %d", len(rows), later)
				assert.True(t, seen <= len(rows) && len(rows) <= later, "from %d to %d to %d", seen, len(rows), later)
				seen = len(rows)
			}
		})
	}
	for n := range updates {
		assert.NoError(t, s.Update(t.Context(), func(tx store.Tx) error {
			for i := range each {
				if err := tx.Put(fmt.Sprintf("%04d", n*each+i), n); err != nil {
					return err
				}
			}
			return nil
		}))
		assert.Equal(t, errUndone, s.Update(t.Context(), func(tx store.Tx) error {
			for row, err := range tx.Scan(store.Range{}) {
				assert.NoError(t, err)
				if err := tx.Delete(row.Key); err != nil {
					return err
				}
			}
			return errUndone
		}))
	}
	group.Wait()
}
