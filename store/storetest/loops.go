package storetest

import (
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/store"
)

func loops() []Promise {
	return []Promise{
		{"walks what stood when the loop began", walksWhatStood},
		{"walks backwards over what stood when the loop began", walksBackOverWhatStood},
		{"begins a loop when it is entered, each time anew", beginsAnew},
		{"lets a loop be left early", leavesEarly},
		{"lets a loop run inside another", nestsLoops},
	}
}

func walksWhatStood(tb TB, s store.Store) {
	disturbed(tb, s, everything, "a", "b", "c", "d")
}

func walksBackOverWhatStood(tb TB, s store.Store) {
	disturbed(tb, s, backward(everything), "d", "c", "b", "a")
}

// disturbed walks over r and writes to all sides at each of the rows.
func disturbed(tb TB, s store.Store, r store.Range, want ...string) {
	tb.Helper()
	fill(tb, s, "a", "b", "c", "d")
	update(tb, s, func(tx store.Tx) {
		var got []string
		for row, err := range tx.Scan(r) {
			require.NoError(tb, err)
			name := strings.TrimPrefix(row.Key, KeyPrefix)
			got = append(got, name)
			require.NotEqual(tb, value(10), row.Value, "%q was replaced inside the loop", name)
			put(tb, tx, "b", 10)
			put(tb, tx, "c", 10)
			remove(tb, tx, "d")
			remove(tb, tx, "a")
			put(tb, tx, "bb", 10)
			put(tb, tx, name+"0", 10)
			put(tb, tx, "e", 10)
		}
		require.Equal(tb, want, got, "the loop sees none of what it writes")
		walks(tb, tx, everything, "the next loop sees all of it", "a0", "b", "b0", "bb", "c", "c0", "d0", "e")
	})
}

func beginsAnew(tb TB, s store.Store) {
	fill(tb, s, "a")
	update(tb, s, func(tx store.Tx) {
		seq := tx.Scan(everything)
		count := func() (n int) {
			for _, err := range seq {
				require.NoError(tb, err)
				n++
			}
			return n
		}
		put(tb, tx, "b", 1)
		require.Equal(tb, 2, count(), "a row put before the loop is entered is in it")
		put(tb, tx, "c", 1)
		require.Equal(tb, 3, count(), "a row put before the loop is entered again is in it")
	})
}

func leavesEarly(tb TB, s store.Store) {
	fill(tb, s, "a", "b", "c")
	update(tb, s, func(tx store.Tx) {
		for _, r := range []store.Range{everything, backward(everything)} {
			// The loop is called as the function it is, because a range
			// statement would panic where it is not left.
			calls := 0
			tx.Scan(r)(func(store.Row, error) bool {
				calls++
				return calls < 2
			})
			require.Equal(tb, 2, calls, "the loop was left at the second row")
		}
		put(tb, tx, "d", 1)
		walks(tb, tx, everything, "the next loop is whole", "a", "b", "c", "d")
	})
}

func nestsLoops(tb TB, s store.Store) {
	fill(tb, s, "a", "b", "c")
	pairs := func(tx store.Tx) (got []string) {
		for outer, err := range tx.Scan(everything) {
			require.NoError(tb, err)
			for inner, err := range tx.Scan(backward(store.Range{To: outer.Key})) {
				require.NoError(tb, err)
				got = append(got, outer.Key[len(KeyPrefix):]+inner.Key[len(KeyPrefix):])
				has(tb, tx, "a", 0, "a row can be read inside a loop")
			}
		}
		return got
	}
	view(tb, s, func(tx store.Tx) {
		require.Equal(tb, []string{"ba", "cb", "ca"}, pairs(tx), "each row with those before it")
	})
	update(tb, s, func(tx store.Tx) {
		put(tb, tx, "d", 1)
		require.Equal(tb, []string{"ba", "cb", "ca", "dc", "db", "da"}, pairs(tx), "each row with those before it")
	})
}
