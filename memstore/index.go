package memstore

import (
	"fmt"
	"unsafe"

	"github.com/hashicorp/go-memdb"
)

const (
	table = "rows"
	// byKey has the name go-memdb wants for the index it knows rows by.
	byKey = "id"
)

// schema is shared by all stores, which only read it.
var schema = &memdb.DBSchema{
	Tables: map[string]*memdb.TableSchema{
		table: {
			Name: table,
			Indexes: map[string]*memdb.IndexSchema{
				byKey: {Name: byKey, Unique: true, Indexer: keyIndexer{}},
			},
		},
	},
}

// row is what the tree holds. It is never changed once it is in there.
type row struct {
	key string
	// value is nil only in a journal, where it stands for a row that is gone.
	value any
}

func (r *row) deleted() bool { return r.value == nil }

// keyIndexer orders rows by the bytes of their keys and nothing else. The
// indexers of go-memdb end a string with a zero byte, which would put a row
// whose key has bytes of zero among its neighbours.
type keyIndexer struct{}

// FromObject returns the key of a *row.
func (keyIndexer) FromObject(raw any) (bool, []byte, error) {
	r, ok := raw.(*row)
	if !ok {
		return false, nil, fmt.Errorf("memstore: %T is not a row", raw)
	}
	return true, keyBytes(r.key), nil
}

// FromArgs returns the key of the *row that is the only argument. A pointer
// goes into an interface without being copied, a string does not.
func (keyIndexer) FromArgs(args ...any) ([]byte, error) {
	if len(args) != 1 {
		return nil, fmt.Errorf("memstore: %d arguments where one key is wanted", len(args))
	}
	r, ok := args[0].(*row)
	if !ok {
		return nil, fmt.Errorf("memstore: %T is not a row", args[0])
	}
	return keyBytes(r.key), nil
}

// keyBytes returns the bytes of key without copying them. The tree keeps them
// and never writes to them: it copies a prefix before it joins or extends one.
func keyBytes(key string) []byte {
	return unsafe.Slice(unsafe.StringData(key), len(key))
}
