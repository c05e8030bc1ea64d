package storetest

import (
	"encoding/binary"
	"slices"
	"time"

	"github.com/seatbook/seatbook/store"
)

func order() []Promise {
	return []Promise{
		{"orders neighbours a, a1, a10, a2", ordersNeighbours},
		{"orders keys byte by byte, high bytes last", ordersBytes},
		{"orders capitals before small letters", ordersCapitals},
		{"keeps instants before 1970 in order", ordersInstants},
		{"walks backwards", walksBackwards},
	}
}

// ordered puts names, which are in order, the other way round and requires that
// they are walked in order.
func ordered(tb TB, s store.Store, names ...string) {
	tb.Helper()
	back := slices.Clone(names)
	slices.Reverse(back)
	fill(tb, s, back...)
	view(tb, s, func(tx store.Tx) {
		walks(tb, tx, everything, "forwards", names...)
		walks(tb, tx, store.Prefix(KeyPrefix), "forwards by their prefix", names...)
		walks(tb, tx, backward(everything), "backwards", back...)
	})
}

func ordersNeighbours(tb TB, s store.Store) {
	ordered(tb, s, "a", "a1", "a10", "a2")
}

func ordersBytes(tb TB, s store.Store) {
	ordered(tb, s, "a", "a\x00", "a\x00\x00", "a\x00\x01", "a\x01", "a0", "a~", "a\x7f", "a\x80", "a\xfe", "a\xff", "a\xff\x00", "b")
}

func ordersCapitals(tb TB, s store.Store) {
	ordered(tb, s, "A", "B", "Z", "_", "a", "b", "z", "ä")
}

func ordersInstants(tb TB, s store.Store) {
	instants := []time.Time{
		time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(1883, 11, 18, 12, 0, 0, 0, time.UTC),
		time.Date(1969, 12, 31, 23, 59, 59, 0, time.UTC),
		time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(1970, 1, 1, 0, 0, 1, 0, time.UTC),
		time.Date(2026, 2, 28, 9, 0, 0, 0, time.UTC),
		time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC),
	}
	names := make([]string, len(instants))
	for i, at := range instants {
		// With its sign turned round a number sorts as its eight bytes do.
		names[i] = string(binary.BigEndian.AppendUint64(nil, uint64(at.Unix())^1<<63))
	}
	ordered(tb, s, names...)
}

func walksBackwards(tb TB, s store.Store) {
	fill(tb, s, "a", "a1", "a10", "a2", "b")
	view(tb, s, func(tx store.Tx) {
		walks(tb, tx, backward(everything), "all of them", "b", "a2", "a10", "a1", "a")
		walks(tb, tx, backward(store.Prefix(key("a1"))), "those with a prefix", "a10", "a1")
	})
}
