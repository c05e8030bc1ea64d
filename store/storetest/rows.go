package storetest

import (
	"math"
	"slices"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/store"
)

func rows() []Promise {
	return []Promise{
		{"finds nothing under a key that was never put", findsNothing},
		{"keeps values as they were put", keepsValues},
		{"hands out keys as they were put", keepsKeys},
		{"replaces what was under the key", replaces},
		{"forgets what was deleted", forgets},
		{"deletes what is not there in peace", deletesInPeace},
	}
}

func findsNothing(tb TB, s store.Store) {
	view(tb, s, func(tx store.Tx) { lacks(tb, tx, "a", "nothing was ever put") })
	fill(tb, s, "a1", "a10")
	for _, name := range []string{"a", "a100", "a11", "b", "A1", "a1\x00", ""} {
		view(tb, s, func(tx store.Tx) { lacks(tb, tx, name, "only its neighbours were put") })
		update(tb, s, func(tx store.Tx) { lacks(tb, tx, name, "only its neighbours were put") })
	}
	view(tb, s, func(tx store.Tx) {
		_, found, err := tx.Get("")
		require.NoError(tb, err)
		require.False(tb, found, "no row has an empty key")
	})
}

func keepsValues(tb TB, s store.Store) {
	values := map[string]Value{
		"zero":     {},
		"smallest": {Count: math.MinInt64},
		"largest":  {Count: math.MaxInt64},
		"text":     {Name: "Zoë's \"team\" <1>\n漢字 🙂", Count: -1, Open: true},
	}
	update(tb, s, func(tx store.Tx) {
		for name, v := range values {
			require.NoError(tb, tx.Put(key(name), v))
		}
	})
	view(tb, s, func(tx store.Tx) {
		for name, want := range values {
			got, found, err := tx.Get(key(name))
			require.NoError(tb, err)
			require.True(tb, found)
			require.Equal(tb, want, got, "got under %q", name)
			for row, err := range tx.Scan(store.Prefix(key(name))) {
				require.NoError(tb, err)
				require.Equal(tb, want, row.Value, "walked over %q", name)
			}
		}
	})
}

func keepsKeys(tb TB, s store.Store) {
	names := []string{"\x00", "\x00\x00", " a ", "A", "a", "a\x00", "a\x00b", "é", "\xff", "\xff\x00\xfe"}
	slices.Sort(names)
	fill(tb, s, names...)
	view(tb, s, func(tx store.Tx) {
		walks(tb, tx, everything, "these were put", names...)
		for i, name := range names {
			has(tb, tx, name, int64(i), "every key is a row of its own")
		}
	})
}

func replaces(tb TB, s store.Store) {
	fill(tb, s, "a", "b")
	update(tb, s, func(tx store.Tx) { put(tb, tx, "a", 10) })
	view(tb, s, func(tx store.Tx) {
		has(tb, tx, "a", 10, "it was replaced")
		has(tb, tx, "b", 1, "its neighbour was replaced")
		walks(tb, tx, everything, "a key has one row", "a", "b")
	})
}

func forgets(tb TB, s store.Store) {
	fill(tb, s, "a", "a1", "b")
	update(tb, s, func(tx store.Tx) { remove(tb, tx, "a") })
	view(tb, s, func(tx store.Tx) {
		lacks(tb, tx, "a", "it was deleted")
		has(tb, tx, "a1", 1, "only its neighbour was deleted")
		walks(tb, tx, everything, "one was deleted", "a1", "b")
	})
	update(tb, s, func(tx store.Tx) { put(tb, tx, "a", 10) })
	view(tb, s, func(tx store.Tx) { has(tb, tx, "a", 10, "it was put anew") })
}

func deletesInPeace(tb TB, s store.Store) {
	fill(tb, s, "a1")
	update(tb, s, func(tx store.Tx) {
		remove(tb, tx, "a")
		remove(tb, tx, "z")
		remove(tb, tx, "z")
		put(tb, tx, "b", 1)
	})
	view(tb, s, func(tx store.Tx) { walks(tb, tx, everything, "nothing of these was deleted", "a1", "b") })
}
