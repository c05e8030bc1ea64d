package pgstore

import (
	"fmt"
	"maps"
	"strings"

	"github.com/seatbook/seatbook/store"
)

// Use tells the store the codecs of the tables. An engine does it when it is made.
// A codec without a table is that of keys that belong to none.
func (s *Store) Use(codecs []store.Codec) {
	for {
		before := s.codecs.Load()
		after := map[string]store.Codec{}
		if before != nil {
			after = maps.Clone(*before)
		}
		for _, c := range codecs {
			after[c.Table] = c
		}
		if s.codecs.CompareAndSwap(before, &after) {
			return
		}
	}
}

func (s *Store) codec(table string) (store.Codec, error) {
	if known := s.codecs.Load(); known != nil {
		if c, ok := (*known)[table]; ok {
			return c, nil
		}
	}
	return store.Codec{}, fmt.Errorf("pgstore: nobody has told the codec of the table %q: make the engine, or call Use, first", table)
}

// record is a row as it stands in the table.
type record struct {
	kind    string
	version int32
	value   []byte
	target  []byte
}

// encode turns what was put under a key into what the table keeps. The value of an
// index row is the key of the record it names, in its own stream.
func (s *Store) encode(key string, value any) (record, error) {
	kind := store.TableOf(key)
	if table, index := baseOf(kind); index {
		named, ok := value.(store.Key)
		if !ok {
			return record{}, fmt.Errorf("pgstore: a row of %s holds a key, and not a %T", kind, value)
		}
		return record{kind: kind, value: []byte{}, target: []byte(headOf(table) + string(named))}, nil
	}
	c, err := s.codec(kind)
	if err != nil {
		return record{}, err
	}
	data, err := c.Encode(value)
	if err != nil {
		return record{}, err
	}
	return record{kind: kind, version: int32(c.Version), value: data}, nil //nolint:gosec // versions are small
}

// decode is the way back.
func (s *Store) decode(key string, r record) (any, error) {
	kind := store.TableOf(key)
	if table, index := baseOf(kind); index {
		named, ok := strings.CutPrefix(string(r.target), headOf(table))
		if !ok {
			return nil, fmt.Errorf("pgstore: a row of %s names a record of another table", kind)
		}
		return store.Key(named), nil
	}
	c, err := s.codec(kind)
	if err != nil {
		return nil, err
	}
	return c.Decode(int(r.version), r.value)
}
