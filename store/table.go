package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
)

// ErrTaken is what a Put gets whose unique index key belongs to another row.
var ErrTaken = errors.New("store: the key is taken by another row")

// Table is a typed table over the ordered map. A row's key is the stream it
// belongs to, the table's name, and the row's own key. A Table holds no data:
// it is a description, made once at package level, safe for concurrent use.
//
// Values are kept as they are given. A caller hands a value over with Put and
// never changes what it points to afterwards; a rule that changes a record
// returns a new one.
type Table[V any] struct {
	name    string
	head    Key
	version int
	key     func(*V) (stream string, key Key)
	indexes []*Index[V]
	upcast  func(version int, data []byte) ([]byte, error)
}

// NewTable describes a table. The function tells the stream that a value
// belongs to and its key there.
func NewTable[V any](name string, key func(*V) (stream string, key Key)) *Table[V] {
	return &Table[V]{name: name, head: String(name), version: 1, key: key}
}

// Versioned sets the version that a durable backend writes beside each value,
// and the function that lifts the encoding of an older version to this one.
func (t *Table[V]) Versioned(version int, upcast func(version int, data []byte) ([]byte, error)) *Table[V] {
	t.version, t.upcast = version, upcast
	return t
}

// Index adds a secondary order of the table's rows. The function tells a row's
// key in it, or false where the row does not stand in this index at all.
func (t *Table[V]) Index(name string, key func(*V) (Key, bool)) *Index[V] {
	ix := &Index[V]{table: t, head: String(t.name + "/" + name), key: key}
	t.indexes = append(t.indexes, ix)
	return ix
}

// Unique adds a secondary key that two rows of one stream cannot share: Put
// refuses the second with [ErrTaken].
func (t *Table[V]) Unique(name string, key func(*V) (Key, bool)) *Index[V] {
	ix := t.Index(name, key)
	ix.unique = true
	return ix
}

// Name returns the table's name, which is unique in a store.
func (t *Table[V]) Name() string { return t.name }

func (t *Table[V]) row(stream string, key Key) string { return rowKey(stream, t.head, key, "") }

// Get returns the row with this key, and whether there is one.
func (t *Table[V]) Get(tx Tx, stream string, key Key) (V, bool, error) {
	return t.at(tx, t.row(stream, key))
}

func (t *Table[V]) at(tx Tx, row string) (V, bool, error) {
	var none V
	value, found, err := tx.Get(row)
	if err != nil || !found {
		return none, false, err
	}
	v, ok := value.(V)
	if !ok {
		return none, false, fmt.Errorf("store: table %s holds a %T where a %T belongs", t.name, value, none)
	}
	return v, true, nil
}

// Put keeps v in place of the row with its key, and writes those index rows
// that changed.
func (t *Table[V]) Put(tx Tx, v V) error {
	stream, key := t.key(&v)
	row := t.row(stream, key)
	if len(t.indexes) > 0 {
		old, found, err := t.at(tx, row)
		if err != nil {
			return err
		}
		before := &old
		if !found {
			before = nil
		}
		if err := t.reindex(tx, stream, key, before, &v); err != nil {
			return err
		}
	}
	return tx.Put(row, v)
}

// Add implements [Described].
func (t *Table[V]) Add(tx Tx, value any) (row string, err error) {
	v, ok := value.(V)
	if !ok {
		return "", fmt.Errorf("store: table %s cannot take a %T", t.name, value)
	}
	stream, key := t.key(&v)
	row = t.row(stream, key)
	if _, taken, err := tx.Get(row); err != nil {
		return row, err
	} else if taken {
		return row, fmt.Errorf("%w: %s has it already", ErrTaken, t.name)
	}
	if err := t.reindex(tx, stream, key, nil, &v); err != nil {
		return row, err
	}
	return row, tx.Put(row, v)
}

// Delete removes the row with this key and its index rows; what is not there
// is removed in peace.
func (t *Table[V]) Delete(tx Tx, stream string, key Key) error {
	row := t.row(stream, key)
	if len(t.indexes) > 0 {
		old, found, err := t.at(tx, row)
		if err != nil || !found {
			return err
		}
		if err := t.reindex(tx, stream, key, &old, nil); err != nil {
			return err
		}
	}
	return tx.Delete(row)
}

// reindex writes the index rows that change. Every unique key is looked at before
// the first is written, so that a refused row leaves nothing.
func (t *Table[V]) reindex(tx Tx, stream string, key Key, before, now *V) error {
	for _, ix := range t.indexes {
		was, had := ix.row(stream, key, before)
		is, has := ix.row(stream, key, now)
		if !ix.unique || !has || had && was == is {
			continue
		}
		if _, taken, err := tx.Get(is); err != nil {
			return err
		} else if taken {
			return fmt.Errorf("%w: %s", ErrTaken, TableOf(is))
		}
	}
	for _, ix := range t.indexes {
		was, had := ix.row(stream, key, before)
		is, has := ix.row(stream, key, now)
		if had == has && was == is {
			continue
		}
		if had {
			if err := tx.Delete(was); err != nil {
				return err
			}
		}
		if has {
			if err := tx.Put(is, key); err != nil {
				return err
			}
		}
	}
	return nil
}

// Index is a secondary order of a table's rows.
type Index[V any] struct {
	table  *Table[V]
	head   Key
	key    func(*V) (Key, bool)
	unique bool
}

func (ix *Index[V]) row(stream string, key Key, v *V) (string, bool) {
	if v == nil {
		return "", false
	}
	own, ok := ix.key(v)
	if !ok {
		return "", false
	}
	if ix.unique {
		return rowKey(stream, ix.head, own, ""), true
	}
	return rowKey(stream, ix.head, own, key), true
}

// Get returns the first row with this key in the index, and whether there is one.
func (ix *Index[V]) Get(tx Tx, stream string, key Key) (V, bool, error) {
	for v, err := range ix.Scan(tx, stream, Part{Prefix: key, Limit: 1}) {
		return v, err == nil, err
	}
	var none V
	return none, false, nil
}

// Has reports whether the index has a row with this key, or one that begins with it.
// It does not read the row itself.
func (ix *Index[V]) Has(tx Tx, stream string, key Key) (bool, error) {
	for _, err := range tx.Scan(Part{Prefix: key, Limit: 1}.of(stream, ix.head)) {
		return err == nil, err
	}
	return false, nil
}

// Part says which rows of one stream a scan goes through: those whose key
// begins with Prefix and, after it, is at or after From and before To.
type Part struct {
	Prefix  Key
	From    Key
	To      Key // To is the first key after the part; empty means no upper end.
	Reverse bool
	Limit   int // Limit is how many rows at most; 0 means all.
}

func (p Part) of(stream string, head Key) Range {
	begin := rowKey(stream, head, p.Prefix, "")
	r := Range{From: begin + string(p.From), Reverse: p.Reverse, Limit: p.Limit}
	if p.To != "" {
		r.To = begin + string(p.To)
	} else {
		r.To = after(begin)
	}
	return r
}

// Scan goes through the rows of one stream in the order of their keys.
func (t *Table[V]) Scan(tx Tx, stream string, p Part) iter.Seq2[V, error] {
	return func(yield func(V, error) bool) {
		var none V
		for row, err := range tx.Scan(p.of(stream, t.head)) {
			if err != nil {
				yield(none, err)
				return
			}
			v, ok := row.Value.(V)
			if !ok {
				yield(none, fmt.Errorf("store: table %s holds a %T where a %T belongs", t.name, row.Value, none))
				return
			}
			if !yield(v, nil) {
				return
			}
		}
	}
}

// Scan goes through the rows of one stream in the order of the index.
func (ix *Index[V]) Scan(tx Tx, stream string, p Part) iter.Seq2[V, error] {
	return func(yield func(V, error) bool) {
		var none V
		for row, err := range tx.Scan(p.of(stream, ix.head)) {
			if err != nil {
				yield(none, err)
				return
			}
			key, ok := row.Value.(Key)
			if !ok {
				yield(none, fmt.Errorf("store: %s holds a %T where a key belongs", TableOf(row.Key), row.Value))
				return
			}
			v, found, err := ix.table.Get(tx, stream, key)
			if err == nil && !found {
				if _, named, gone := tx.Get(row.Key); gone == nil && !named {
					continue // the loop itself deleted the row
				}
				err = fmt.Errorf("store: %s names a row that is not there", TableOf(row.Key))
			}
			if !yield(v, err) || err != nil {
				return
			}
		}
	}
}

// Codec turns the values of one table into bytes and back, for backends that
// keep them outside the program's memory, for export, and for digests.
type Codec struct {
	// Table is the name of the table whose values the codec knows.
	Table string
	// Version is written beside each value.
	Version int
	// Encode returns the value as JSON.
	Encode func(value any) ([]byte, error)
	// Decode returns the value that a version of the table wrote as data.
	Decode func(version int, data []byte) (any, error)
}

// Described is a table as its engine knows it: its name, its codec, and how a row
// that the codec decoded comes back into a store.
type Described interface {
	Name() string
	Codec() Codec
	// Add puts a value of the table's type, as a row that is not there yet, and
	// returns its key. A row with that key, or with one of its unique keys, is
	// [ErrTaken].
	Add(tx Tx, value any) (row string, err error)
}

// Codec returns the table's codec. Values are JSON by their exported fields.
func (t *Table[V]) Codec() Codec {
	return Codec{
		Table:   t.name,
		Version: t.version,
		Encode: func(value any) ([]byte, error) {
			v, ok := value.(V)
			if !ok {
				return nil, fmt.Errorf("store: table %s cannot encode a %T", t.name, value)
			}
			return json.Marshal(v)
		},
		Decode: t.decode,
	}
}

func (t *Table[V]) decode(version int, data []byte) (any, error) {
	var v V
	switch {
	case version > t.version:
		return nil, fmt.Errorf("store: table %s is at version %d and cannot read version %d", t.name, t.version, version)
	case version < t.version && t.upcast == nil:
		return nil, fmt.Errorf("store: table %s has no way from version %d to %d", t.name, version, t.version)
	case version < t.version:
		lifted, err := t.upcast(version, data)
		if err != nil {
			return nil, err
		}
		data = lifted
	}
	if err := json.Unmarshal(data, &v); err != nil {
		return nil, fmt.Errorf("store: table %s: %w", t.name, err)
	}
	return v, nil
}
