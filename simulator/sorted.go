package simulator

import (
	"context"
	"iter"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/seatbook/seatbook/store"
)

// inOrder is a ground that has nothing in common with [Memory] but what every store
// promises: a sorted list that a write copies, of values that were written out and
// read back where a codec knows them, and nothing said of how its updates run. What
// is lived through on it shows whether anything rests on the store and not on its
// promises. It is plain and not fast.
type inOrder struct {
	// rows are never changed once they are here, so that a fork costs nothing.
	rows atomic.Pointer[[]store.Row]
	// codecs are shared with the forks.
	codecs *atomic.Pointer[map[string]store.Codec]
	writer writer
}

func newInOrder(rows []store.Row, codecs *atomic.Pointer[map[string]store.Codec]) *inOrder {
	s := &inOrder{codecs: codecs, writer: newWriter()}
	s.rows.Store(&rows)
	return s
}

// ordered returns an empty one.
func ordered() Ground {
	codecs := &atomic.Pointer[map[string]store.Codec]{}
	codecs.Store(&map[string]store.Codec{})
	return newInOrder(nil, codecs)
}

// Fork costs the same however much is kept.
func (s *inOrder) Fork() Ground { return newInOrder(*s.rows.Load(), s.codecs) }

// Use takes the codecs of an engine's tables.
func (s *inOrder) Use(codecs []store.Codec) {
	known := map[string]store.Codec{}
	for _, c := range codecs {
		known[c.Table] = c
	}
	s.codecs.Store(&known)
}

// View runs fn over the rows that the last update left.
func (s *inOrder) View(ctx context.Context, fn func(store.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	t := &listTx{page: &page{rows: *s.rows.Load(), lent: true}}
	defer t.end()
	return fn(t)
}

// Update runs fn over a list that takes the place of the other where it succeeds.
func (s *inOrder) Update(ctx context.Context, fn func(store.Tx) error) error {
	if err := s.writer.take(ctx); err != nil {
		return err
	}
	defer s.writer.back()
	t := &listTx{page: &page{rows: *s.rows.Load(), lent: true}, write: true, codecs: *s.codecs.Load()}
	defer t.end()
	if err := fn(t); err != nil {
		return err
	}
	rows := t.page.rows
	s.rows.Store(&rows)
	return nil
}

// page is the list as a transaction sees it. Lent means that somebody else reads the
// same one, so that a write has to copy it.
type page struct {
	rows []store.Row
	lent bool
}

// listTx is one transaction, or a part of one.
type listTx struct {
	page   *page
	write  bool
	over   bool
	codecs map[string]store.Codec
}

func (t *listTx) end() { t.over = true }

func (p *page) find(key string) (int, bool) {
	return slices.BinarySearchFunc(p.rows, key, func(r store.Row, key string) int { return strings.Compare(r.Key, key) })
}

// own makes the list one that can be changed.
func (p *page) own() {
	if p.lent {
		p.rows, p.lent = slices.Clone(p.rows), false
	}
}

// Get implements [store.Tx].
func (t *listTx) Get(key string) (any, bool, error) {
	if t.over {
		return nil, false, store.ErrClosed
	}
	at, found := t.page.find(key)
	if !found {
		return nil, false, nil
	}
	return t.page.rows[at].Value, true, nil
}

// writable returns why a key cannot be written, or nil.
func (t *listTx) writable(key string) error {
	switch {
	case t.over:
		return store.ErrClosed
	case !t.write:
		return store.ErrReadOnly
	case key == "":
		return store.ErrEmptyKey
	}
	return nil
}

// Put implements [store.Tx].
func (t *listTx) Put(key string, value any) error {
	if err := t.writable(key); err != nil {
		return err
	}
	if value == nil {
		return store.ErrNilValue
	}
	if codec, known := t.codecs[store.TableOf(key)]; known {
		data, err := codec.Encode(value)
		if err != nil {
			return err
		}
		if value, err = codec.Decode(codec.Version, data); err != nil {
			return err
		}
	}
	t.page.own()
	at, found := t.page.find(key)
	if found {
		t.page.rows[at].Value = value
	} else {
		t.page.rows = slices.Insert(t.page.rows, at, store.Row{Key: key, Value: value})
	}
	return nil
}

// Delete implements [store.Tx].
func (t *listTx) Delete(key string) error {
	if err := t.writable(key); err != nil {
		return err
	}
	if at, found := t.page.find(key); found {
		t.page.own()
		t.page.rows = slices.Delete(t.page.rows, at, at+1)
	}
	return nil
}

// Scan implements [store.Tx].
func (t *listTx) Scan(r store.Range) iter.Seq2[store.Row, error] {
	return func(yield func(store.Row, error) bool) {
		if t.over {
			yield(store.Row{}, store.ErrClosed)
			return
		}
		t.page.lent = true // what is written within the loop is not seen by it
		from, _ := t.page.find(r.From)
		to := len(t.page.rows)
		if r.To != "" {
			to, _ = t.page.find(r.To)
		}
		rows := t.page.rows[from:max(from, to)]
		for n := range rows {
			switch {
			case r.Limit > 0 && n >= r.Limit:
				return
			case t.over:
				yield(store.Row{}, store.ErrClosed)
				return
			case r.Reverse:
				n = len(rows) - 1 - n
			}
			if !yield(rows[n], nil) {
				return
			}
		}
	}
}

// Try implements [store.Tx].
func (t *listTx) Try(fn func(store.Tx) error) error {
	if t.over {
		return store.ErrClosed
	}
	before := t.page.rows
	t.page.lent = true
	part := &listTx{page: t.page, write: t.write, codecs: t.codecs}
	kept := false
	defer func() {
		part.end()
		if !kept {
			t.page.rows, t.page.lent = before, true
		}
	}()
	err := fn(part)
	kept = err == nil
	return err
}
