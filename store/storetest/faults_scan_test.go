package storetest_test

import (
	"cmp"
	"slices"
	"strings"

	"github.com/seatbook/seatbook/store"
)

var orderFaults = []fault{
	{"orders neighbours a, a1, a10, a2", "counts a2 before a10", withOrder(shorterFirst), false},
	{"orders keys byte by byte, high bytes last", "takes bytes for signed", withOrder(signed), false},
	{"orders keys byte by byte, high bytes last", "ends keys at a zero byte", withOrder(upToZero), false},
	{"orders capitals before small letters", "folds them", withOrder(folded), false},
	{"keeps instants before 1970 in order", "takes bytes for signed", withOrder(signed), false},
	{"walks backwards", "walks forwards", withRange(neverReverse), false},
	{"walks backwards", "walks backwards in words only", withRows(reverseTwice), false},
}

func shorterFirst(a, b string) int { return cmp.Or(len(a)-len(b), strings.Compare(a, b)) }

func signed(a, b string) int {
	for i := range min(len(a), len(b)) {
		if c := cmp.Compare(int8(a[i]), int8(b[i])); c != 0 {
			return c
		}
	}
	return len(a) - len(b)
}

func upToZero(a, b string) int {
	// The prefix of all keys ends with a zero byte, which does not count.
	cut := func(s string) string {
		if i := strings.IndexByte(s, 0); i >= 0 {
			s = s[i+1:]
		}
		head, _, _ := strings.Cut(s, "\x00")
		return head
	}
	return cmp.Or(strings.Compare(cut(a), cut(b)), strings.Compare(b, a))
}

func folded(a, b string) int {
	return cmp.Or(strings.Compare(strings.ToLower(a), strings.ToLower(b)), strings.Compare(a, b))
}

func neverReverse(r store.Range) store.Range { r.Reverse = false; return r }

func reverseTwice(r store.Range, rows []store.Row) []store.Row {
	if r.Reverse {
		slices.Reverse(rows)
	}
	return rows
}

var boundFaults = []fault{
	{"bounds a scan below inclusively and above exclusively", "takes the end in", withRange(takeEnd(false)), false},
	{"bounds a scan below inclusively and above exclusively", "leaves the beginning out", withRange(leaveBeginning(false)), false},
	{"bounds a backward scan just as a forward one", "takes the end in", withRange(takeEnd(true)), false},
	{"bounds a backward scan just as a forward one", "leaves the beginning out", withRange(leaveBeginning(true)), false},
	{"begins and ends between rows", "wants a row at the beginning", withTx(wantRow), false},
	{"walks on where there is no upper end", "takes no end for an end", withRows(nothingWithoutEnd), false},
	{"stops at the limit", "knows no limit", withRange(noLimit), false},
	{"stops at the limit", "goes one too far", withRange(oneMore), false},
	{"stops at the limit", "takes no limit for nothing", withRows(nothingWithoutLimit), false},
	{"counts the limit from the end when it walks backwards", "counts it from the beginning", withTx(limitFirst), false},
	{"stops a prefix at its neighbour", "takes the neighbour in", withRange(takeEnd(false)), false},
	{"stops a prefix at its neighbour", "knows no upper end", withRange(noEnd), false},
	{"yields nothing for an empty or inverted range", "turns the range round", withRange(turned), false},
}

func takeEnd(reverse bool) func(store.Range) store.Range {
	return func(r store.Range) store.Range {
		if r.Reverse == reverse && r.To != "" {
			r.To += "\x00"
		}
		return r
	}
}

func leaveBeginning(reverse bool) func(store.Range) store.Range {
	return func(r store.Range) store.Range {
		if r.Reverse == reverse && r.From != "" {
			r.From += "\x00"
		}
		return r
	}
}

func wantRow(b *brokenTx) {
	b.scan = func(r store.Range) loop {
		if _, found, _ := b.Tx.Get(r.From); r.From != "" && !found {
			return func(func(store.Row, error) bool) {}
		}
		return b.Tx.Scan(r)
	}
}

func nothingWithoutEnd(r store.Range, rows []store.Row) []store.Row {
	if r.To == "" {
		return nil
	}
	return rows
}

func nothingWithoutLimit(r store.Range, rows []store.Row) []store.Row {
	return rows[:min(r.Limit, len(rows))]
}

func noLimit(r store.Range) store.Range { r.Limit = 0; return r }

func oneMore(r store.Range) store.Range {
	if r.Limit > 0 {
		r.Limit++
	}
	return r
}

func limitFirst(b *brokenTx) {
	b.scan = func(r store.Range) loop {
		return func(yield func(store.Row, error) bool) {
			rows, err := collect(b.Tx, neverReverse(r))
			if r.Reverse {
				slices.Reverse(rows)
			}
			hand(rows, err, yield)
		}
	}
}

func noEnd(r store.Range) store.Range { r.To = ""; return r }

func turned(r store.Range) store.Range {
	if r.To != "" && r.From > r.To {
		r.From, r.To = r.To, r.From
	}
	return r
}

var loopFaults = []fault{
	{"walks what stood when the loop began", "looks for the next row anew", withTx(seekAnew(false)), false},
	{"walks backwards over what stood when the loop began", "looks for the next row anew", withTx(seekAnew(true)), false},
	{"begins a loop when it is entered, each time anew", "begins it when it is asked for", withTx(scanAtOnce), false},
	{"begins a loop when it is entered, each time anew", "runs a loop once", withTx(scanOnce), false},
	{"lets a loop be left early", "goes on", withTx(neverLeave), false},
	{"lets a loop run inside another", "has one cursor", withTx(oneCursor), false},
}

// seekAnew makes loops of one direction look for each row after the last one.
func seekAnew(reverse bool) func(b *brokenTx) {
	return func(b *brokenTx) {
		b.scan = func(r store.Range) loop {
			if r.Reverse != reverse {
				return b.Tx.Scan(r)
			}
			return func(yield func(store.Row, error) bool) {
				r := r
				r.Limit = 1
				for {
					rows, err := collect(b.Tx, r)
					if err != nil || len(rows) == 0 {
						hand(nil, err, yield)
						return
					}
					if !yield(rows[0], nil) {
						return
					}
					if reverse {
						r.To = rows[0].Key
					} else {
						r.From = rows[0].Key + "\x00"
					}
				}
			}
		}
	}
}

func scanAtOnce(b *brokenTx) {
	b.scan = func(r store.Range) loop {
		rows, err := collect(b.Tx, r)
		return func(yield func(store.Row, error) bool) { hand(rows, err, yield) }
	}
}

func scanOnce(b *brokenTx) {
	b.scan = func(r store.Range) loop {
		ran := false
		return func(yield func(store.Row, error) bool) {
			if !ran {
				ran = true
				b.Tx.Scan(r)(yield)
			}
		}
	}
}

func neverLeave(b *brokenTx) {
	b.scan = func(r store.Range) loop {
		return func(yield func(store.Row, error) bool) {
			rows, _ := collect(b.Tx, r)
			for _, row := range rows {
				yield(row, nil)
			}
		}
	}
}

func oneCursor(b *brokenTx) {
	busy := false
	b.scan = func(r store.Range) loop {
		return func(yield func(store.Row, error) bool) {
			if busy {
				yield(store.Row{}, errFault)
				return
			}
			busy = true
			defer func() { busy = false }()
			b.Tx.Scan(r)(yield)
		}
	}
}
