package seatbook

import (
	"fmt"
	"iter"
	"slices"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// guard is the state as one operation sees it: the streams that it named, and
// no other. That keeps the promise on which settling rests, that an operation
// depends on nothing that was not settled before it.
type guard struct {
	tx   store.Tx
	name string
	// streams are those named; written are those among them that were changed,
	// nil where nothing may be written.
	streams []rule.Stream
	written *[]rule.Stream
	// named and wrote are the same as sets, where there are many.
	named, wrote map[rule.Stream]bool
	// watched are the records whose invariants are to be checked, nil where
	// nothing may be written.
	watched *watched
}

// few is how many streams are looked through faster than a set is asked.
const few = 32

// sets makes sets of what would take long to look through.
func (g *guard) sets() *guard {
	if len(g.streams) <= few {
		return g
	}
	g.named, g.wrote = make(map[rule.Stream]bool, len(g.streams)), map[rule.Stream]bool{}
	for _, stream := range g.streams {
		g.named[stream] = true
	}
	return g
}

func (g *guard) names(stream rule.Stream) bool {
	if g.named != nil {
		return g.named[stream]
	}
	return slices.Contains(g.streams, stream)
}

// note keeps in mind that the stream was changed.
func (g *guard) note(stream rule.Stream) {
	if g.wrote != nil {
		if g.wrote[stream] {
			return
		}
		g.wrote[stream] = true
	} else if slices.Contains(*g.written, stream) {
		return
	}
	*g.written = append(*g.written, stream)
}

// openTables are those of a person's own stream that may be read from anywhere.
// Whoever writes them names the person and all their teams, so that whatever
// is due in a team and reads them is done before they change.
var openTables = []string{"account.person", "licensing.trial", "licensing.education", "billing.method", "billing.method/default"}

func (g *guard) check(key string, writes bool) error {
	stream := rule.Stream(store.StreamOf(key))
	if !g.names(stream) {
		if !writes && slices.Contains(openTables, store.TableOf(key)) {
			return nil
		}
		return fmt.Errorf("seatbook: %s reaches into the stream %q of %s, which it does not name", g.name, stream, store.TableOf(key))
	}
	if writes && g.written == nil {
		return store.ErrReadOnly
	}
	if writes {
		g.note(stream)
	}
	return nil
}

// Get implements [store.Tx].
func (g *guard) Get(key string) (any, bool, error) {
	if err := g.check(key, false); err != nil {
		return nil, false, err
	}
	return g.tx.Get(key)
}

// Put implements [store.Tx].
func (g *guard) Put(key string, value any) error {
	if err := g.check(key, true); err != nil {
		return err
	}
	if err := g.watched.before(g.tx, key); err != nil {
		return err
	}
	return g.tx.Put(key, value)
}

// Delete implements [store.Tx].
func (g *guard) Delete(key string) error {
	if err := g.check(key, true); err != nil {
		return err
	}
	if err := g.watched.before(g.tx, key); err != nil {
		return err
	}
	return g.tx.Delete(key)
}

// Scan implements [store.Tx].
func (g *guard) Scan(r store.Range) iter.Seq2[store.Row, error] {
	if err := g.check(r.From, false); err != nil {
		return func(yield func(store.Row, error) bool) { yield(store.Row{}, err) }
	}
	return g.tx.Scan(r)
}

// Try implements [store.Tx].
func (g *guard) Try(fn func(store.Tx) error) error {
	return g.tx.Try(func(tx store.Tx) error {
		inner := *g
		inner.tx = tx
		return fn(&inner)
	})
}
