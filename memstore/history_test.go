package memstore_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/store"
)

// keys draws short keys of few bytes, so that many are prefixes of others and
// the same ones come again.
var keys = rapid.Custom(func(t *rapid.T) string {
	bytes := rapid.SampledFrom([]byte{0, 1, 'a', 'b', 0x7f, 0x80, 0xfe, 0xff})
	return string(rapid.SliceOfN(bytes, 1, 4).Draw(t, "bytes"))
})

// bounds draws a key, or none.
var bounds = rapid.OneOf(rapid.Just(""), keys)

// held is a value with something behind a pointer, as a digest of pointers
// alone would not see that change.
type held struct {
	Number int
	Names  []string
}

// model is what a store should hold, written down as simply as can be.
type model map[string]held

// rows returns what a scan of r should hand out.
func (m model) rows(r store.Range) (rows []store.Row) {
	for _, key := range slices.Sorted(maps.Keys(m)) {
		if key >= r.From && (r.To == "" || key < r.To) {
			rows = append(rows, store.Row{Key: key, Value: m[key]})
		}
	}
	if r.Reverse {
		slices.Reverse(rows)
	}
	if r.Limit > 0 && r.Limit < len(rows) {
		rows = rows[:r.Limit]
	}
	return rows
}

var errUndone = errors.New("undone on purpose")

// write draws writes, reads and tries, and does them to tx and to m alike. It
// returns what m is afterwards.
func write(t *rapid.T, tx store.Tx, m model, depth int) model {
	m = maps.Clone(m)
	for range rapid.IntRange(0, 8).Draw(t, "steps") {
		switch rapid.IntRange(0, 7).Draw(t, "step") {
		case 0, 1, 2:
			key := keys.Draw(t, "key")
			m[key] = held{Number: rapid.Int().Draw(t, "number"), Names: []string{key}}
			require.NoError(t, tx.Put(key, m[key]))
		case 3, 4:
			key := keys.Draw(t, "key")
			delete(m, key)
			require.NoError(t, tx.Delete(key))
		case 5:
			compareKey(t, tx, m)
		case 6:
			compareRange(t, tx, m)
		case 7:
			if depth < 3 {
				m = attempt(t, tx, m, depth)
			}
		}
	}
	return m
}

func attempt(t *rapid.T, tx store.Tx, m model, depth int) model {
	undone := rapid.Bool().Draw(t, "undone")
	after := m
	err := tx.Try(func(tx store.Tx) error {
		after = write(t, tx, m, depth+1)
		if undone {
			return errUndone
		}
		return nil
	})
	if undone {
		require.Equal(t, errUndone, err)
		return m
	}
	require.NoError(t, err)
	return after
}

func compareKey(t *rapid.T, tx store.Tx, m model) {
	key := keys.Draw(t, "key")
	got, found, err := tx.Get(key)
	require.NoError(t, err)
	want, there := m[key]
	require.Equal(t, there, found, "%q", key)
	if there {
		require.Equal(t, want, got, "%q", key)
	}
}

func compareRange(t *rapid.T, tx store.Tx, m model) {
	r := store.Range{
		From:    bounds.Draw(t, "from"),
		To:      bounds.Draw(t, "to"),
		Reverse: rapid.Bool().Draw(t, "reverse"),
		Limit:   rapid.IntRange(0, 5).Draw(t, "limit"),
	}
	if rapid.Bool().Draw(t, "by prefix") {
		reverse := r.Reverse
		r = store.Prefix(bounds.Draw(t, "prefix"))
		r.Reverse = reverse
	}
	var got []store.Row
	for row, err := range tx.Scan(r) {
		require.NoError(t, err)
		got = append(got, row)
	}
	require.Equal(t, m.rows(r), got, "%+v", r)
}

// digest returns a sum over all rows of s and all they point to.
func digest(t *rapid.T, s *memstore.Store) string {
	return fmt.Sprintf("%x", sha256.Sum256([]byte(strings.Join(dump(t, s), "\n"))))
}

// snapshot is a fork that is kept, with what was in it when it was made.
type snapshot struct {
	fork   *memstore.Store
	digest string
}

// A history goes on in any of several stores, which are forks of each other.
// Forks that are kept apart must be at the end what they were at the time.
func TestNothingThatWasKeptEverChanges(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		stores, models := []*memstore.Store{memstore.New()}, []model{{}}
		var snapshots []snapshot
		for range rapid.IntRange(1, 12).Draw(t, "updates") {
			i := rapid.IntRange(0, len(stores)-1).Draw(t, "store")
			if rapid.IntRange(0, 3).Draw(t, "fork") == 0 {
				stores, models = append(stores, stores[i].Fork()), append(models, models[i])
				i = len(stores) - 1
			}
			models[i] = step(t, stores[i], models[i])
			fork := stores[i].Fork()
			snapshots = append(snapshots, snapshot{fork, digest(t, fork)})
		}
		for i, s := range stores {
			require.NoError(t, s.View(context.Background(), func(tx store.Tx) error {
				for range 5 {
					compareKey(t, tx, models[i])
					compareRange(t, tx, models[i])
				}
				return nil
			}))
			require.Equal(t, len(models[i]), s.Len())
		}
		for i, kept := range snapshots {
			require.Equal(t, kept.digest, digest(t, kept.fork), "snapshot %d has changed", i)
		}
	})
}

// step does one update to s and returns what m is afterwards.
func step(t *rapid.T, s *memstore.Store, m model) model {
	fails := rapid.IntRange(0, 4).Draw(t, "fails") == 0
	after := m
	err := s.Update(context.Background(), func(tx store.Tx) error {
		after = write(t, tx, m, 0)
		if fails {
			return errUndone
		}
		return nil
	})
	if fails {
		require.Equal(t, errUndone, err)
		return m
	}
	require.NoError(t, err)
	return after
}
