package pgstore

import (
	"iter"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/seatbook/seatbook/store"
)

// How many rows are read at a time: few at first, as most loops end early, then more.
const (
	firstPage = 64
	maxPage   = 1024
)

// Scan reads page by page while the loop goes on. The server shows every page as of
// the beginning of the transaction, and what this one writes meanwhile is in another
// overlay and not sent, so the loop sees none of it.
func (t *tx) Scan(r store.Range) iter.Seq2[store.Row, error] {
	return func(yield func(store.Row, error) bool) {
		if t.over {
			yield(store.Row{}, store.ErrClosed)
			return
		}
		t.loops++
		defer func() { t.loops-- }()
		w := t.walk(r)
		for n := 0; r.Limit <= 0 || n < r.Limit; n++ {
			row, found, err := w.next()
			if err != nil {
				yield(store.Row{}, err)
				return
			}
			if !found || !yield(row, nil) {
				return
			}
		}
	}
}

// walk merges what the transaction has written with what the server has.
type walk struct {
	t   *tx
	own *own
	// rest is the range that the server was not asked for yet.
	rest store.Range
	page []kept
	size int
	done bool
}

// kept is a row of the server.
type kept struct {
	key string
	row *seen
}

func (t *tx) walk(r store.Range) *walk {
	w := &walk{t: t, own: t.overlay.walk(r), rest: r, size: firstPage}
	if r.Limit > 0 {
		w.size = min(r.Limit+t.overlay.gone(r, firstPage), maxPage)
	}
	w.done = r.To != "" && r.From >= r.To
	return w
}

// next returns the next row of the two.
func (w *walk) next() (store.Row, bool, error) {
	for {
		if w.t.over {
			return store.Row{}, false, store.ErrClosed
		}
		if err := w.fill(); err != nil {
			return store.Row{}, false, err
		}
		mine, order := w.own.row != nil, 0
		switch {
		case !mine && len(w.page) == 0:
			return store.Row{}, false, nil
		case !mine:
			order = 1
		case len(w.page) == 0:
			order = -1
		default:
			order = strings.Compare(w.own.key, w.page[0].key)
			if w.rest.Reverse {
				order = -order
			}
		}
		if order > 0 {
			k := w.page[0]
			w.page = w.page[1:]
			value, _, err := w.t.valueOf(k.key, k.row)
			return store.Row{Key: k.key, Value: value}, err == nil, err
		}
		if order == 0 {
			w.page = w.page[1:]
		}
		key, row := w.own.key, w.own.row
		w.own.next()
		if !row.gone {
			return store.Row{Key: key, Value: row.value}, true, w.t.failed
		}
	}
}

// fill reads the next page where the last one is used up.
func (w *walk) fill() error {
	if len(w.page) > 0 || w.done {
		return nil
	}
	if page, all := w.t.page(w.rest); all {
		w.page, w.done = page, true
		return nil
	}
	sql, args, joined := query(w.rest, w.size)
	err := w.t.send(w.t.ctx, func(b *pgx.Batch) {
		if w.rest.Limit != 0 || w.rest.To != "" {
			w.t.aheadOf(w.rest.From, b)
		}
		b.Queue(sql, args...).Query(func(rows pgx.Rows) error { return w.read(rows, joined) })
	})
	if err != nil {
		return err
	}
	if len(w.page) < w.size {
		w.done = true
	} else if last := w.page[len(w.page)-1].key; w.rest.Reverse {
		w.rest.To = last
	} else {
		w.rest.From = following(last)
	}
	w.size = min(w.size*4, maxPage)
	return nil
}

// read takes the rows of a page in, and those that an index names. All of them are
// remembered.
func (w *walk) read(rows pgx.Rows, joined bool) error {
	for rows.Next() {
		var stream, key, value []byte
		var version *int32
		row := &seen{found: true}
		into := []any{&stream, &key, &row.version, &row.record.value, &row.target}
		if joined {
			into = append(into, &version, &value)
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		k := kept{key: string(stream) + string(key), row: row}
		w.page = append(w.page, k)
		w.t.remember(k.key, row)
		named := string(stream) + string(row.target)
		if version != nil && w.t.seen[named] == nil {
			w.t.remember(named, &seen{found: true, record: record{version: *version, value: value}})
		}
	}
	return nil
}

// query chooses the statement for a range.
func query(r store.Range, limit int) (sql string, args []any, joined bool) {
	fromStream, from := divide(r.From)
	toStream, to := divide(r.To)
	choose := func(ahead, back string) string {
		if r.Reverse {
			return back
		}
		return ahead
	}
	switch {
	case r.To == "":
		return choose(forwardToEnd, backwardFromEnd), []any{[]byte(fromStream), []byte(from), limit}, false
	case fromStream != toStream:
		return choose(forward, backward), []any{[]byte(fromStream), []byte(from), []byte(toStream), []byte(to), limit}, false
	}
	args = []any{[]byte(fromStream), []byte(from), []byte(to), limit}
	if _, index := baseOf(store.TableOf(r.From)); index {
		return choose(forwardInIndex, backwardInIndex), args, true
	}
	return choose(forwardInStream, backwardInStream), args, false
}
