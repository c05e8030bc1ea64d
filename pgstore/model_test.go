package pgstore_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/pgstore"
	"github.com/seatbook/seatbook/store"
	"github.com/seatbook/seatbook/store/storetest"
)

// wild draws keys that belong to no table: of few bytes, so that many are prefixes of
// others, some have the mark that ends a stream, and the same ones come again.
var wild = rapid.Custom(func(t *rapid.T) string {
	bytes := rapid.SampledFrom([]byte{0, 1, 'a', 'b', 0x80, 0xff})
	return string(rapid.SliceOfN(bytes, 1, 5).Draw(t, "bytes"))
}).Filter(func(key string) bool { return store.TableOf(key) == "" })

// tame draws keys of records and of index rows in two streams.
var tame = rapid.Custom(func(t *rapid.T) string {
	stream := rapid.SampledFrom([]string{"a", "a1"}).Draw(t, "stream")
	kind := rapid.SampledFrom([]string{"deed", "deed/name"}).Draw(t, "kind")
	return string(store.String(stream) + store.String(kind) + store.Int(rapid.IntRange(0, 9).Draw(t, "number")))
})

var keys = rapid.OneOf(wild, tame)

// deeds is a table of the model's rows.
var deeds = store.NewTable("deed", func(*storetest.Value) (string, store.Key) { return "", "" })

// valueFor draws what is kept under a key: in an index, the key of a record.
func valueFor(t *rapid.T, key string) any {
	n := rapid.IntRange(0, 9).Draw(t, "value")
	if store.TableOf(key) == "deed/name" {
		return store.Int(n)
	}
	return storetest.Value{Count: int64(n)}
}

var errUndone = errors.New("undone on purpose")

// pair is a transaction on PostgreSQL and the same one in memory.
type pair struct {
	*rapid.T
	pg, mem store.Tx
}

// steps draws what to do, does it on both, and compares what they say.
func (p pair) steps(depth int) {
	for range rapid.IntRange(0, 8).Draw(p.T, "steps") {
		switch rapid.IntRange(0, 8).Draw(p.T, "step") {
		case 0, 1, 2:
			key := keys.Draw(p.T, "key")
			v := valueFor(p.T, key)
			require.NoError(p.T, p.pg.Put(key, v))
			require.NoError(p.T, p.mem.Put(key, v))
		case 3:
			key := keys.Draw(p.T, "key")
			require.NoError(p.T, p.pg.Delete(key))
			require.NoError(p.T, p.mem.Delete(key))
		case 4:
			p.get(keys.Draw(p.T, "key"))
		case 5, 6:
			p.scan(depth)
		default:
			if depth < 3 {
				p.try(depth)
			}
		}
	}
}

func (p pair) get(key string) {
	want, there, err := p.mem.Get(key)
	require.NoError(p.T, err)
	got, found, err := p.pg.Get(key)
	require.NoError(p.T, err)
	require.Equal(p.T, there, found, "%q", key)
	require.Equal(p.T, want, got, "%q", key)
}

// scan compares a range, and writes inside the loop at one of the rows.
func (p pair) scan(depth int) {
	r := store.Range{
		From:    rapid.OneOf(rapid.Just(""), wild, tame).Draw(p.T, "from"),
		To:      rapid.OneOf(rapid.Just(""), wild, tame).Draw(p.T, "to"),
		Reverse: rapid.Bool().Draw(p.T, "reverse"),
		Limit:   rapid.IntRange(0, 5).Draw(p.T, "limit"),
	}
	if rapid.Bool().Draw(p.T, "by prefix") {
		prefix := string(store.String("a") + store.String(rapid.SampledFrom([]string{"deed", "deed/name"}).Draw(p.T, "kind")))
		r.From, r.To = store.Prefix(prefix).From, store.Prefix(prefix).To
	}
	want := []store.Row{}
	for row, err := range p.mem.Scan(r) {
		require.NoError(p.T, err)
		want = append(want, row)
	}
	at := rapid.IntRange(0, 12).Draw(p.T, "write at")
	got := []store.Row{}
	for row, err := range p.pg.Scan(r) {
		require.NoError(p.T, err)
		got = append(got, row)
		if len(got) == at && depth < 3 {
			p.try(depth)
		}
	}
	require.Equal(p.T, want, got, "%+v", r)
}

func (p pair) try(depth int) {
	undone := rapid.Bool().Draw(p.T, "undone")
	err := p.pg.Try(func(pg store.Tx) error {
		return p.mem.Try(func(mem store.Tx) error {
			pair{p.T, pg, mem}.steps(depth + 1)
			if undone {
				return errUndone
			}
			return nil
		})
	})
	require.Equal(p.T, undone, errors.Is(err, errUndone))
}

// together runs the same update on both.
func together(t *rapid.T, pg, mem store.Store) {
	undone := rapid.IntRange(0, 4).Draw(t, "undone") == 0
	err := pg.Update(context.Background(), func(ptx store.Tx) error {
		return mem.Update(context.Background(), func(mtx store.Tx) error {
			pair{t, ptx, mtx}.steps(0)
			if undone {
				return errUndone
			}
			return nil
		})
	})
	if undone {
		require.ErrorIs(t, err, errUndone)
	} else {
		require.NoError(t, err)
	}
	require.NoError(t, pg.View(context.Background(), func(ptx store.Tx) error {
		return mem.View(context.Background(), func(mtx store.Tx) error {
			p := pair{t, ptx, mtx}
			for range 3 {
				p.scan(9)
			}
			return nil
		})
	}))
}

// Whatever a history writes, reads and undoes, PostgreSQL holds what memory holds:
// where everything is sent with the commit, and where so little may be unsent that
// every Try becomes a savepoint.
func TestAHistoryComesToTheSameAsInMemory(t *testing.T) {
	t.Parallel()
	for name, unsent := range map[string]int{"at the commit": 1000, "row by row": 1, "in threes": 3} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pg := begin(t, pgstore.Unsent(unsent))
			pg.Use([]store.Codec{values.Codec(), deeds.Codec()})
			rapid.Check(t, func(t *rapid.T) {
				require.NoError(t, empty(pg))
				mem := memstore.New()
				for range rapid.IntRange(1, 5).Draw(t, "updates") {
					together(t, pg, mem)
				}
			})
		})
	}
}

// empty deletes every row.
func empty(s store.Store) error {
	return s.Update(context.Background(), func(tx store.Tx) error {
		for row, err := range tx.Scan(store.Range{}) {
			if err != nil {
				return err
			}
			if err := tx.Delete(row.Key); err != nil {
				return err
			}
		}
		return nil
	})
}
