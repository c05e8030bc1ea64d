package store_test

import (
	"context"
	"errors"
	"iter"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/store"
)

// Desk is the record of these tests: a place in a team's office.
type Desk struct {
	Team string
	// Floor and Number are where it stands.
	Floor  string
	Number int
	// Holder is who sits there, nobody twice in a team; empty is nobody.
	Holder string
	// Rank is the order in which free desks are given away.
	Rank int
}

func (d Desk) key() store.Key { return store.String(d.Floor) + store.Int(d.Number) }

func place(floor string, number int) store.Key { return Desk{Floor: floor, Number: number}.key() }

var (
	desks = store.NewTable("desk", func(d *Desk) (string, store.Key) { return d.Team, d.key() })
	// free is partial: a desk with a holder does not stand in it.
	free = desks.Index("free", func(d *Desk) (store.Key, bool) { return store.Int(d.Rank), d.Holder == "" })
	// holder is partial and unique.
	holder = desks.Unique("holder", func(d *Desk) (store.Key, bool) { return store.String(d.Holder), d.Holder != "" })
	// rank has every desk, and other desks of the same rank.
	rank = desks.Index("rank", func(d *Desk) (store.Key, bool) { return store.Int(d.Rank), true })
)

// lamps is a table without indexes whose name begins as that of desks does.
var lamps = store.NewTable("des", func(l *Lamp) (string, store.Key) { return l.Team, store.String(l.Name) })

// Lamp is a record of another type.
type Lamp struct{ Team, Name string }

// change runs fn in an update that must succeed.
func change(t testing.TB, s store.Store, fn func(tx store.Tx)) {
	t.Helper()
	require.NoError(t, s.Update(context.Background(), func(tx store.Tx) error { fn(tx); return nil }))
}

// look runs fn in a view that must succeed.
func look(t testing.TB, s store.Store, fn func(tx store.Tx)) {
	t.Helper()
	require.NoError(t, s.View(context.Background(), func(tx store.Tx) error { fn(tx); return nil }))
}

// office returns a store that holds these desks.
func office(t testing.TB, list ...Desk) *memstore.Store {
	t.Helper()
	s := memstore.New()
	change(t, s, func(tx store.Tx) {
		for _, d := range list {
			require.NoError(t, desks.Put(tx, d))
		}
	})
	return s
}

// all collects what a scan hands out.
func all[V any](t require.TestingT, rows iter.Seq2[V, error]) []V {
	list := []V{}
	for v, err := range rows {
		require.NoError(t, err)
		list = append(list, v)
	}
	return list
}

// places are where the desks stand, as "floor number".
func places(list []Desk) []string {
	names := []string{}
	for _, d := range list {
		names = append(names, d.Floor+" "+string(rune('0'+d.Number)))
	}
	return names
}

// failed returns the error that ends a scan.
func failed[V any](rows iter.Seq2[V, error]) error {
	for _, err := range rows {
		if err != nil {
			return err
		}
	}
	return nil
}

// watched is a transaction that notes what is written and fails where it is told to.
type watched struct {
	store.Tx
	// writes are the tables of the keys put, with a plus, and deleted, with a minus.
	writes *[]string
	// left is how many calls go well before one fails; negative fails none.
	left *int
}

var errBroken = errors.New("the disk is full")

func watch(tx store.Tx) watched {
	never := -1
	return watched{tx, new([]string), &never}
}

func (w watched) fail() bool {
	if *w.left == 0 {
		return true
	}
	*w.left--
	return false
}

func (w watched) Get(key string) (any, bool, error) {
	if w.fail() {
		return nil, false, errBroken
	}
	return w.Tx.Get(key)
}

func (w watched) Put(key string, value any) error {
	if w.fail() {
		return errBroken
	}
	*w.writes = append(*w.writes, "+"+store.TableOf(key))
	return w.Tx.Put(key, value)
}

func (w watched) Delete(key string) error {
	if w.fail() {
		return errBroken
	}
	*w.writes = append(*w.writes, "-"+store.TableOf(key))
	return w.Tx.Delete(key)
}

func (w watched) Scan(r store.Range) iter.Seq2[store.Row, error] {
	return func(yield func(store.Row, error) bool) {
		if w.fail() {
			yield(store.Row{}, errBroken)
			return
		}
		w.Tx.Scan(r)(yield)
	}
}

// taken returns the writes noted so far, in alphabetical order, and forgets them.
func (w watched) taken() []string {
	list := *w.writes
	*w.writes = nil
	slices.Sort(list)
	return list
}
