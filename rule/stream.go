package rule

import (
	"cmp"
	"crypto/sha256"
	"encoding/base32"
	"strconv"
	"strings"

	"github.com/seatbook/seatbook/store"
)

// Stream is a team or a person: the unit in which things are ordered, settled,
// journalled and kept apart. A team's stream is its handle, a person's is its
// [Person] identifier, which begins with a tilde.
type Stream string

// Person is a person's identifier. It derives from the e-mail address and says
// nothing of it to a reader, so records and journals can name people without
// holding their addresses.
type Person string

// Stream returns the person's own stream.
func (p Person) Stream() Stream { return Stream(p) }

var letters = base32.NewEncoding("abcdefghijkmnpqrstuvwxyz23456789").WithPadding(base32.NoPadding)

// PersonOf returns the identifier of the person with this canonical address.
func PersonOf(email string) Person {
	sum := sha256.Sum256([]byte("seatbook person " + email))
	return Person("~" + letters.EncodeToString(sum[:10]))
}

// IsPerson reports whether the stream is a person's.
func (s Stream) IsPerson() bool { return strings.HasPrefix(string(s), "~") }

// NewID builds an identifier: what it names, the stream it belongs to, which
// operation of that stream made it, and which of that operation's it is. So a
// replay and a fork make the same identifiers, and a refusal uses none up.
func NewID(kind string, stream Stream, operation, ordinal int64) string {
	b := make([]byte, 0, len(kind)+len(stream)+12)
	b = append(b, kind...)
	b = append(b, '_')
	b = append(b, stream...)
	b = append(b, '_')
	b = strconv.AppendInt(b, operation, 10)
	if ordinal > 1 {
		b = append(b, '.')
		b = strconv.AppendInt(b, ordinal, 10)
	}
	return string(b)
}

// OrderOfID returns the operation and the ordinal that an identifier carries, by
// which identifiers of one stream stand in the order they were made.
func OrderOfID(id string) (operation, ordinal int64) {
	head, tail, several := strings.Cut(id[strings.LastIndexByte(id, '_')+1:], ".")
	operation, _ = strconv.ParseInt(head, 10, 64)
	if several { // most identifiers have no ordinal, and parsing none would cost an error
		ordinal, _ = strconv.ParseInt(tail, 10, 64)
	}
	if ordinal == 0 {
		ordinal = 1
	}
	return operation, ordinal
}

// CompareIDs orders identifiers of one stream as they were made.
func CompareIDs(a, b string) int {
	opA, nA := OrderOfID(a)
	opB, nB := OrderOfID(b)
	return cmp.Or(cmp.Compare(opA, opB), cmp.Compare(nA, nB), strings.Compare(a, b))
}

// IDKey is a key by which identifiers of one stream stand as they were made.
func IDKey(id string) store.Key {
	operation, ordinal := OrderOfID(id)
	return store.Int(operation) + store.Int(ordinal) + store.String(id)
}

// StreamOfID returns the stream that an identifier of this kind carries, and
// false where the text is no such identifier.
func StreamOfID(kind, id string) (Stream, bool) {
	rest, ok := strings.CutPrefix(id, kind+"_")
	if !ok {
		return "", false
	}
	i := strings.LastIndexByte(rest, '_')
	if i <= 0 {
		return "", false
	}
	operation, ordinal := OrderOfID(id)
	if operation < 1 || NewID(kind, Stream(rest[:i]), operation, ordinal) != id {
		return "", false
	}
	return Stream(rest[:i]), true
}
