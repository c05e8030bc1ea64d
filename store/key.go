package store

import (
	"encoding/binary"
	"strings"
	"time"
)

// Key is a part of a key, encoded so that comparing bytes compares values.
// Parts are joined with +: the order of the whole is the order of the first
// part, then of the second. No part is a prefix of another of its kind, so a
// key of fewer parts is a prefix that finds exactly the keys that go on with it.
type Key string

// String encodes s. The end mark is below every character, so "a" comes before
// "a1" and "a1" before "a10"; a zero byte inside s is escaped.
func String[S ~string](s S) Key { return Key(escaped(string(s)) + end) }

// end marks the end of a string.
const end = "\x00\x01"

// escaped returns s with its zero bytes escaped.
func escaped(s string) string {
	if strings.IndexByte(s, 0) < 0 {
		return s
	}
	return strings.ReplaceAll(s, "\x00", "\x00\xff")
}

// rowKey is String(stream) + head + own + more, made in one go.
func rowKey(stream string, head, own, more Key) string {
	return escaped(stream) + end + string(head) + string(own) + string(more)
}

// Int encodes n in eight bytes; negative numbers come first.
func Int[N ~int | ~int32 | ~int64](n N) Key {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(int64(n))^(1<<63)) //nolint:gosec // the bits are wanted, not the number
	return Key(b[:])
}

// Time encodes an instant in twelve bytes, whatever its zone. Instants before
// 1970 and the zero time keep their order.
func Time(t time.Time) Key {
	var b [12]byte
	binary.BigEndian.PutUint64(b[:8], uint64(t.Unix())^(1<<63)) //nolint:gosec // the bits are wanted, not the number
	binary.BigEndian.PutUint32(b[8:], uint32(t.Nanosecond()))   //nolint:gosec // below 1e9
	return Key(b[:])
}

// StreamOf returns the first part of a row's key: the stream it belongs to.
func StreamOf(key string) string {
	first, _, _ := strings.Cut(key, end)
	return plain(first)
}

// TableOf returns the second part of a row's key: the table it belongs to, or
// the table and the name of an index with a slash between them.
func TableOf(key string) string {
	_, rest, _ := strings.Cut(key, end)
	second, _, _ := strings.Cut(rest, end)
	return plain(second)
}

// plain undoes the escape of zero bytes.
func plain(part string) string {
	if strings.IndexByte(part, 0) < 0 {
		return part
	}
	return strings.ReplaceAll(part, "\x00\xff", "\x00")
}
