package pgstore

import (
	iradix "github.com/hashicorp/go-immutable-radix"

	"github.com/seatbook/seatbook/store"
)

// written is what a transaction put under a key and has not sent yet.
type written struct {
	value any
	// gone says that it was deleted.
	gone bool
}

// overlay is what a transaction has written and not sent. It never changes: a write
// makes another one, so a loop and a Try keep the one that they began with.
type overlay struct{ tree *iradix.Tree }

func newOverlay() overlay { return overlay{iradix.New()} }

func (o overlay) with(key string, w *written) overlay {
	tree, _, _ := o.tree.Insert([]byte(key), w)
	return overlay{tree}
}

func (o overlay) get(key string) *written {
	found, _ := o.tree.Get([]byte(key))
	w, _ := found.(*written)
	return w
}

func (o overlay) len() int { return o.tree.Len() }

// since goes through what was written after another state of the overlay, in the
// order of the keys.
func (o overlay) since(before overlay, visit func(key string, w *written) error) error {
	it := o.tree.Root().Iterator()
	for key, found, more := it.Next(); more; key, found, more = it.Next() {
		w, _ := found.(*written)
		if before.get(string(key)) == w {
			continue
		}
		if err := visit(string(key), w); err != nil {
			return err
		}
	}
	return nil
}

// own walks over the rows of a range in an overlay.
type own struct {
	r    store.Range
	step func() ([]byte, any, bool)
	key  string
	row  *written
}

func (o overlay) walk(r store.Range) *own {
	w := &own{r: r}
	if r.Reverse {
		it := o.tree.Root().ReverseIterator()
		if r.To == "" {
			it.SeekPrefix(nil)
		} else {
			it.SeekReverseLowerBound([]byte(r.To))
		}
		w.step = it.Previous
	} else {
		it := o.tree.Root().Iterator()
		it.SeekLowerBound([]byte(r.From))
		w.step = it.Next
	}
	w.next()
	return w
}

// next goes to the next row; row is nil behind the last.
func (w *own) next() {
	w.row = nil
	for {
		key, found, more := w.step()
		if !more {
			return
		}
		w.key = string(key)
		if w.r.Reverse && w.key == w.r.To {
			continue // A backward search begins at its bound and not below it.
		}
		if w.key < w.r.From || w.r.To != "" && w.key >= w.r.To {
			return
		}
		w.row, _ = found.(*written)
		return
	}
}

// gone counts the deleted rows of a range, as far as most.
func (o overlay) gone(r store.Range, most int) (n int) {
	for w := o.walk(r); w.row != nil && n < most; w.next() {
		if w.row.gone {
			n++
		}
	}
	return n
}
