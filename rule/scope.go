package rule

import (
	"time"

	"github.com/seatbook/seatbook/store"
)

// Scope is what a command sees: a [View] that can write. What it writes is kept
// all or nothing.
type Scope struct {
	View
	work Work
}

// Work is what an engine does for a running command.
type Work interface {
	// NewID makes an identifier of this kind in a stream.
	NewID(kind string, stream Stream) (string, error)
	// Emit hands a happening to the modules that react to it.
	Emit(s *Scope, happening any) error
	// Queue and Unqueue put an item into the due table and take it out.
	Queue(item Item) error
	Unqueue(item Item) error
	// Promise says that an answer from outside is wanted after the commit.
	Promise(id string)
	// Secret makes a secret that nobody can guess.
	Secret() (Secret, error)
	// Replaying reports whether a journal is being run again.
	Replaying() bool
	// Try runs a part of the command with a state and work of its own, and keeps
	// nothing of it where it fails.
	Try(part func(tx store.Tx, work Work) error) error
}

// NewScope makes the scope of one command. Engines call it; commands are given one.
func NewScope(g *Ground, tx store.Tx, now time.Time, actor Actor, trail *Trail, work Work) *Scope {
	return &Scope{View: *NewView(g, tx, now, actor, trail), work: work}
}

// NewID makes an identifier of this kind in a stream. It derives from the
// stream and its count of operations alone.
func (s *Scope) NewID(kind string, stream Stream) (string, error) { return s.work.NewID(kind, stream) }

// Emit tells the modules above what happened. They react at once, in the
// engine's order, in the same transaction, and may refuse.
func (s *Scope) Emit(happening any) error { return s.work.Emit(s, happening) }

// Queue puts work into the due table: it is done at its instant, before
// anything asked at that instant.
func (s *Scope) Queue(item Item) error { return s.work.Queue(item) }

// Unqueue takes work out of the due table; what is not there is taken out in peace.
func (s *Scope) Unqueue(item Item) error { return s.work.Unqueue(item) }

// Promise says that the outside is to be asked after the commit, under this identifier.
func (s *Scope) Promise(id string) { s.work.Promise(id) }

// Secret makes a secret of 32 random bytes.
func (s *Scope) Secret() (Secret, error) { return s.work.Secret() }

// Replaying reports whether a journal is being run again, in which secrets
// stand as hashes.
func (s *Scope) Replaying() bool { return s.work.Replaying() }

// Try runs a part of the command that is kept all or nothing of its own: where it
// fails, nothing of it is kept, no row, no identifier, no event, no promise, and
// the command can go on. The rules that it cited stay cited.
func (s *Scope) Try(part func(*Scope) error) error {
	return s.work.Try(func(tx store.Tx, work Work) error {
		inner := *s
		inner.tx, inner.work = tx, work
		return part(&inner)
	})
}

// Item is work that is to be done at an instant.
type Item struct {
	// At is the instant.
	At time.Time
	// Kind says what is to be done.
	Kind DueKind
	// Key tells items of one kind and instant apart, in every stream they stand
	// in, and says what they concern.
	Key string
	// Streams are those that the work reads or writes; the item stands in the
	// queue of each, the first being its home.
	Streams []Stream
}

// DueKind names a kind of due work. Among what is due at one instant, lower
// ranks come first.
type DueKind struct {
	Name string
	Rank int
}

// DueWork is a kind of due work with the function that does it.
type DueWork struct {
	Kind DueKind
	// Do does it, at the item's own instant.
	Do func(*Scope, Item) error
	// Charges says that doing it may ask the outside for money, so that a query
	// does not do it.
	Charges bool
}
