package seatbook

import (
	"encoding/json"
	"time"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Names of streams that belong to the engine itself. No team or person can
// have such a name.
const (
	feedStream     = "!feed"
	wakeStream     = "!wake"
	outsideStream  = "!outside"
	toldStream     = "!told"
	claimStream    = "!claim"
	refusalStream  = "!refused"
	operatorStream = "!operator"
	bookStream     = "!book" // the rule books that came into force, one after the other
)

// Head is what the engine keeps of a stream as a whole.
type Head struct {
	Stream rule.Stream
	// Operations counts the commands and the due work that wrote here.
	Operations int64
	// Sequence is that of the stream's last journal entry.
	Sequence int64
	// Hash is that entry's hash.
	Hash string
	// Last is the instant of the last operation.
	Last time.Time
	// Wake is the earliest instant at which something is due; zero if nothing is.
	Wake time.Time
	// Told is the order of the last transaction that touched it, in a store whose
	// transactions run side by side; zero in any other.
	Told int64
}

var heads = store.NewTable("seatbook.head", func(h *Head) (string, store.Key) { return string(h.Stream), "" })

// queued is one item as it stands in the queue of one stream.
type queued struct {
	Stream rule.Stream
	Item   rule.Item
}

var queue = store.NewTable("seatbook.due", func(q *queued) (string, store.Key) {
	return string(q.Stream), itemKey(q.Item)
})

// itemKey orders what is due by instant, by the rank of its kind, and by key.
func itemKey(i rule.Item) store.Key {
	return store.Time(i.At) + store.Int(i.Kind.Rank) + store.String(i.Kind.Name) + store.String(i.Key)
}

// wake is a stream in the order of the instants at which streams have something due.
type wake struct {
	At     time.Time
	Stream rule.Stream
}

var wakes = store.NewTable("seatbook.wake", func(w *wake) (string, store.Key) {
	return wakeStream, store.Time(w.At) + store.String(w.Stream)
})

// Entry is one command in the journal of one stream. A command that touched
// two streams stands in both under one identifier.
type Entry struct {
	Stream rule.Stream
	// Sequence is gapless in the stream, from 1.
	Sequence int64
	// ID is the command's identifier, the same in every stream it stands in.
	ID string
	// At is when it took effect, Recorded when it was written down.
	At, Recorded time.Time
	// Actor is the person, or "operator".
	Actor string
	// Name and Args are the command as it was given; people stand as their
	// identifiers, secrets as hashes. The journal of a person leaves Args to that
	// of the team, where the command changed one; Sum is their hash in both.
	Name string
	Args json.RawMessage
	Sum  string
	// Key is the idempotency key, if the command had one.
	Key string
	// Secrets are the hashes of the secrets that it made.
	Secrets []string
	// Rules are the identifiers of the rules it cited.
	Rules []string
	// Book is the digest of the rules in force.
	Book string
	// Previous and Hash chain the entries of the stream. The hash leaves out
	// when the entry was recorded.
	Previous, Hash string
}

// UnmarshalJSON reads an entry as it is written. Arguments that were left out are
// none at all, and not the word null.
func (e *Entry) UnmarshalJSON(data []byte) error {
	type plain Entry
	var read plain
	if err := json.Unmarshal(data, &read); err != nil {
		return err
	}
	if string(read.Args) == "null" {
		read.Args = nil
	}
	*e = Entry(read)
	return nil
}

var journal = store.NewTable("seatbook.journal", func(e *Entry) (string, store.Key) {
	return string(e.Stream), store.Int(e.Sequence)
})

// batch is what one transaction told the host, under the store-wide ordinal.
type batch struct {
	Ordinal int64
	Events  []Event
}

var feed = store.NewTable("seatbook.feed", func(b *batch) (string, store.Key) {
	return feedStream, store.Int(b.Ordinal)
})

// remembered is the first answer to a command with an idempotency key.
type remembered struct {
	Actor  string
	Key    string
	Name   string
	Body   string
	Result json.RawMessage
}

var memory = store.NewTable("seatbook.idempotency", func(r *remembered) (string, store.Key) {
	return r.Actor, store.String(r.Key)
})

// promised is a charge or a refund that the outside has not answered yet.
type promised struct {
	ID string
}

var promises = store.NewTable("seatbook.promise", func(p *promised) (string, store.Key) {
	return outsideStream, store.String(p.ID)
})

// inForce is the digest of the rule book that the last command ran under, and
// what the policy sets in it.
type inForce struct {
	Digest string
	Policy map[string]string
}

var books = store.NewTable("seatbook.book", func(*inForce) (string, store.Key) { return bookStream, "" })

func ownTables() []store.Described {
	return []store.Described{heads, queue, wakes, journal, feed, unnumberedTable, claims, memory, promises, refusals, books}
}
