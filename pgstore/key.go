package pgstore

import (
	"strings"

	"github.com/seatbook/seatbook/store"
)

// mark ends the first part of a key, the stream.
const mark = "\x00\x01"

// divide splits a key behind its stream. The mark stays with the stream: so the
// order of (stream, rest) is that of the whole key, also for keys without a mark.
func divide(key string) (stream, rest string) {
	if i := strings.Index(key, mark); i >= 0 {
		return key[:i+len(mark)], key[i+len(mark):]
	}
	return key, ""
}

// following is the first key after this one.
func following(key string) string { return key + "\x00" }

// baseOf returns the table that an index belongs to, and whether the kind of a
// row is that of an index.
func baseOf(kind string) (table string, index bool) {
	i := strings.LastIndexByte(kind, '/')
	if i < 0 {
		return kind, false
	}
	return kind[:i], true
}

// headOf is how the keys of a table begin behind the stream.
func headOf(table string) string { return string(store.String(table)) }
