package storetest

import "github.com/seatbook/seatbook/store"

func bounds() []Promise {
	return []Promise{
		{"bounds a scan below inclusively and above exclusively", boundsForward},
		{"bounds a backward scan just as a forward one", boundsBackward},
		{"begins and ends between rows", boundsBetween},
		{"walks on where there is no upper end", walksOn},
		{"stops at the limit", stopsAtLimit},
		{"counts the limit from the end when it walks backwards", countsFromEnd},
		{"stops a prefix at its neighbour", stopsPrefix},
		{"yields nothing for an empty or inverted range", yieldsNothing},
	}
}

// neighbours fills s with keys of which some begin with others.
func neighbours(tb TB, s store.Store) {
	tb.Helper()
	fill(tb, s, "a", "a1", "a10", "a2", "b")
}

func boundsForward(tb TB, s store.Store) {
	neighbours(tb, s)
	view(tb, s, func(tx store.Tx) {
		walks(tb, tx, span("a1", "a2"), "from a1 to a2", "a1", "a10")
		walks(tb, tx, span("a1", "a10"), "from a1 to a10", "a1")
		walks(tb, tx, span("a", "a1"), "from a to a1", "a")
		walks(tb, tx, span("a10", "b"), "from a10 to b", "a10", "a2")
	})
}

func boundsBackward(tb TB, s store.Store) {
	neighbours(tb, s)
	view(tb, s, func(tx store.Tx) {
		walks(tb, tx, backward(span("a1", "a2")), "from a2 down to a1", "a10", "a1")
		walks(tb, tx, backward(span("a1", "a10")), "from a10 down to a1", "a1")
		walks(tb, tx, backward(span("a", "a1")), "from a1 down to a", "a")
		walks(tb, tx, backward(span("a10", "b")), "from b down to a10", "a2", "a10")
	})
}

func boundsBetween(tb TB, s store.Store) {
	neighbours(tb, s)
	view(tb, s, func(tx store.Tx) {
		walks(tb, tx, span("a0", "a11"), "no row has a bound as its key", "a1", "a10")
		walks(tb, tx, span("a100", "a3"), "no row has a bound as its key", "a2")
		walks(tb, tx, backward(span("a0", "a11")), "no row has a bound as its key", "a10", "a1")
		walks(tb, tx, backward(span("a100", "a3")), "no row has a bound as its key", "a2")
		walks(tb, tx, span("a11", "a19"), "no row is between these")
		walks(tb, tx, backward(span("a11", "a19")), "no row is between these")
	})
}

func walksOn(tb TB, s store.Store) {
	neighbours(tb, s)
	view(tb, s, func(tx store.Tx) {
		walks(tb, tx, span("a2", ""), "from a2", "a2", "b")
		walks(tb, tx, backward(span("a2", "")), "down to a2", "b", "a2")
		walks(tb, tx, span("b0", ""), "behind the last row")
		walks(tb, tx, store.Range{To: key("a1")}, "up to a1", "a")
		walks(tb, tx, backward(store.Range{To: key("a1")}), "down from a1", "a")
		walks(tb, tx, store.Prefix(""), "without a prefix", "a", "a1", "a10", "a2", "b")
	})
}

func stopsAtLimit(tb TB, s store.Store) {
	neighbours(tb, s)
	view(tb, s, func(tx store.Tx) {
		walks(tb, tx, atMost(1, everything), "one", "a")
		walks(tb, tx, atMost(2, span("a1", "")), "two from a1", "a1", "a10")
		walks(tb, tx, atMost(5, everything), "as many as there are", "a", "a1", "a10", "a2", "b")
		walks(tb, tx, atMost(6, everything), "more than there are", "a", "a1", "a10", "a2", "b")
		walks(tb, tx, atMost(3, span("a1", "a2")), "more than are in the range", "a1", "a10")
		walks(tb, tx, atMost(0, span("a1", "a2")), "no limit", "a1", "a10")
	})
}

func countsFromEnd(tb TB, s store.Store) {
	neighbours(tb, s)
	view(tb, s, func(tx store.Tx) {
		walks(tb, tx, atMost(1, backward(everything)), "the last", "b")
		walks(tb, tx, atMost(2, backward(span("a", "b"))), "the last two below b", "a2", "a10")
		walks(tb, tx, atMost(1, backward(span("a", "a1"))), "the last below a1", "a")
		walks(tb, tx, atMost(6, backward(span("a1", "b"))), "more than are in the range", "a2", "a10", "a1")
	})
}

func stopsPrefix(tb TB, s store.Store) {
	fill(tb, s, "a", "a\xff", "a\xff\xff", "a1", "a1\x00", "a10", "a1\xff", "a2", "b")
	view(tb, s, func(tx store.Tx) {
		walks(tb, tx, store.Prefix(key("a1")), "those with a1", "a1", "a1\x00", "a10", "a1\xff")
		walks(tb, tx, store.Prefix(key("a2")), "those with a2", "a2")
		walks(tb, tx, store.Prefix(key("a\xff")), "those with a high byte", "a\xff", "a\xff\xff")
		walks(tb, tx, backward(store.Prefix(key("a1"))), "those with a1", "a1\xff", "a10", "a1\x00", "a1")
		walks(tb, tx, store.Prefix(key("a3")), "those with a3")
	})
}

func yieldsNothing(tb TB, s store.Store) {
	view(tb, s, func(tx store.Tx) {
		walks(tb, tx, everything, "there is nothing")
		walks(tb, tx, backward(everything), "there is nothing")
	})
	neighbours(tb, s)
	view(tb, s, func(tx store.Tx) {
		for _, r := range []store.Range{span("a1", "a1"), span("a2", "a1"), span("b", "a"), span("a10", "a1")} {
			walks(tb, tx, r, "the range is empty")
			walks(tb, tx, backward(r), "the range is empty")
		}
	})
}
