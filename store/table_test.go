package store_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/store"
)

// The desks of the tables below: two floors, of which one's name begins with
// the other's, and a second team with a desk at the same place.
var (
	a1 = Desk{Team: "acme", Floor: "a", Number: 1, Rank: 3}
	a2 = Desk{Team: "acme", Floor: "a", Number: 2, Rank: 1, Holder: "ada"}
	a3 = Desk{Team: "acme", Floor: "a", Number: 3, Rank: -1}
	b1 = Desk{Team: "acme", Floor: "a1", Number: 1, Rank: 3, Holder: "bob"}
	b2 = Desk{Team: "acme", Floor: "a1", Number: 2, Rank: 3}
	z1 = Desk{Team: "acme1", Floor: "a", Number: 1, Rank: 2, Holder: "ada"}
)

func TestARowIsFoundUnderItsKey(t *testing.T) {
	t.Parallel()
	s := office(t, a1, a2, z1)
	look(t, s, func(tx store.Tx) {
		got, found, err := desks.Get(tx, "acme", place("a", 2))
		require.NoError(t, err)
		require.True(t, found)
		require.Equal(t, a2, got)
		for _, none := range []struct {
			stream string
			key    store.Key
		}{{"acme", place("a", 3)}, {"acme", place("a1", 2)}, {"acme", ""}, {"acme1", place("a", 2)}, {"acm", place("a", 2)}, {"", place("a", 2)}} {
			got, found, err := desks.Get(tx, none.stream, none.key)
			require.NoError(t, err)
			require.False(t, found, "%+v", none)
			require.Zero(t, got)
		}
	})
}

func TestARowIsReplacedAndRemoved(t *testing.T) {
	t.Parallel()
	s := office(t, a1, a2, z1)
	change(t, s, func(tx store.Tx) {
		moved := a2
		moved.Rank, moved.Holder = 7, "cyd"
		require.NoError(t, desks.Put(tx, moved))
		require.Equal(t, []Desk{a1, moved}, all(t, desks.Scan(tx, "acme", store.Part{})), "a transaction sees what it has written")
		require.NoError(t, desks.Delete(tx, "acme", place("a", 1)))
		require.NoError(t, desks.Delete(tx, "acme", place("a", 1)), "what is not there is removed in peace")
		require.NoError(t, desks.Delete(tx, "nobody", place("a", 1)))
	})
	look(t, s, func(tx store.Tx) {
		require.Equal(t, []string{"a 2"}, places(all(t, desks.Scan(tx, "acme", store.Part{}))))
		require.Equal(t, []Desk{z1}, all(t, desks.Scan(tx, "acme1", store.Part{})))
	})
}

func TestATableOfOneRowInEachStream(t *testing.T) {
	t.Parallel()
	owners := store.NewTable("owner", func(l *Lamp) (string, store.Key) { return l.Team, "" })
	s := memstore.New()
	change(t, s, func(tx store.Tx) {
		require.NoError(t, owners.Put(tx, Lamp{"acme", "ada"}))
		require.NoError(t, owners.Put(tx, Lamp{"acme", "bob"}))
		require.NoError(t, owners.Put(tx, Lamp{"beta", "una"}))
		require.Equal(t, []Lamp{{"acme", "bob"}}, all(t, owners.Scan(tx, "acme", store.Part{})))
		got, found, err := owners.Get(tx, "beta", "")
		require.NoError(t, err)
		require.True(t, found)
		require.Equal(t, Lamp{"beta", "una"}, got)
	})
}

func TestScan(t *testing.T) {
	t.Parallel()
	s := office(t, b2, a3, z1, a1, b1, a2)
	change(t, s, func(tx store.Tx) {
		require.NoError(t, lamps.Put(tx, Lamp{"acme", "k"}))
	})
	floor := store.String("a")
	cases := []struct {
		name string
		part store.Part
		want []string
	}{
		{"goes through all rows of the stream in the order of their keys", store.Part{}, []string{"a 1", "a 2", "a 3", "a1 1", "a1 2"}},
		{"goes backwards", store.Part{Reverse: true}, []string{"a1 2", "a1 1", "a 3", "a 2", "a 1"}},
		{"stops at the neighbour of a prefix", store.Part{Prefix: floor}, []string{"a 1", "a 2", "a 3"}},
		{"goes backwards from the end of a prefix", store.Part{Prefix: floor, Reverse: true}, []string{"a 3", "a 2", "a 1"}},
		{"begins with From", store.Part{Prefix: floor, From: store.Int(2)}, []string{"a 2", "a 3"}},
		{"begins behind a From that is not there", store.Part{Prefix: store.String("a1"), From: store.Int(0)}, []string{"a1 1", "a1 2"}},
		{"ends before To", store.Part{Prefix: floor, To: store.Int(3)}, []string{"a 1", "a 2"}},
		{"goes from From to To", store.Part{Prefix: floor, From: store.Int(2), To: store.Int(3)}, []string{"a 2"}},
		{"goes backwards from To to From", store.Part{Prefix: floor, From: store.Int(1), To: store.Int(3), Reverse: true}, []string{"a 2", "a 1"}},
		{"finds nothing between equal bounds", store.Part{Prefix: floor, From: store.Int(2), To: store.Int(2)}, []string{}},
		{"finds nothing between bounds that cross", store.Part{Prefix: floor, From: store.Int(3), To: store.Int(1)}, []string{}},
		{"takes From and To without a prefix", store.Part{From: place("a", 3), To: place("a1", 2)}, []string{"a 3", "a1 1"}},
		{"hands out as many as the limit", store.Part{Limit: 2}, []string{"a 1", "a 2"}},
		{"hands out the last ones backwards", store.Part{Limit: 2, Reverse: true}, []string{"a1 2", "a1 1"}},
		{"hands out all below the limit", store.Part{Prefix: floor, Limit: 4}, []string{"a 1", "a 2", "a 3"}},
		{"finds nothing under a prefix that is not there", store.Part{Prefix: store.String("")}, []string{}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			look(t, s, func(tx store.Tx) { require.Equal(t, c.want, places(all(t, desks.Scan(tx, "acme", c.part)))) })
		})
	}
}

func TestIndexScan(t *testing.T) {
	t.Parallel()
	s := office(t, b2, a3, z1, a1, b1, a2)
	cases := []struct {
		name  string
		index *store.Index[Desk]
		part  store.Part
		want  []string
	}{
		{"goes by the index and then by the key", rank, store.Part{}, []string{"a 3", "a 2", "a 1", "a1 1", "a1 2"}},
		{"goes backwards", rank, store.Part{Reverse: true}, []string{"a1 2", "a1 1", "a 1", "a 2", "a 3"}},
		{"leaves out what does not stand in a partial index", free, store.Part{}, []string{"a 3", "a 1", "a1 2"}},
		{"finds the rows of one key", rank, store.Part{Prefix: store.Int(3)}, []string{"a 1", "a1 1", "a1 2"}},
		{"goes on with the key behind a prefix", rank, store.Part{Prefix: store.Int(3), From: store.String("a1")}, []string{"a1 1", "a1 2"}},
		{"goes on to the key behind a prefix", rank, store.Part{Prefix: store.Int(3), To: place("a1", 2)}, []string{"a 1", "a1 1"}},
		{"begins with From", rank, store.Part{From: store.Int(1)}, []string{"a 2", "a 1", "a1 1", "a1 2"}},
		{"ends before To", rank, store.Part{To: store.Int(3)}, []string{"a 3", "a 2"}},
		{"goes backwards between bounds", rank, store.Part{From: store.Int(-1), To: store.Int(3), Reverse: true}, []string{"a 2", "a 3"}},
		{"hands out as many as the limit", rank, store.Part{Limit: 3, Reverse: true}, []string{"a1 2", "a1 1", "a 1"}},
		{"goes by a unique key", holder, store.Part{}, []string{"a 2", "a1 1"}},
		{"goes backwards by a unique key", holder, store.Part{Reverse: true, Limit: 1}, []string{"a1 1"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			look(t, s, func(tx store.Tx) { require.Equal(t, c.want, places(all(t, c.index.Scan(tx, "acme", c.part)))) })
		})
	}
}

func TestIndexGet(t *testing.T) {
	t.Parallel()
	s := office(t, a1, a2, a3, b1, b2, z1)
	look(t, s, func(tx store.Tx) {
		get := func(ix *store.Index[Desk], stream string, key store.Key) (Desk, bool) {
			got, found, err := ix.Get(tx, stream, key)
			require.NoError(t, err)
			has, err := ix.Has(tx, stream, key)
			require.NoError(t, err)
			require.Equal(t, found, has)
			return got, found
		}
		got, found := get(holder, "acme", store.String("ada"))
		require.True(t, found)
		require.Equal(t, a2, got)
		got, found = get(holder, "acme1", store.String("ada"))
		require.True(t, found)
		require.Equal(t, z1, got)
		got, found = get(rank, "acme", store.Int(3))
		require.True(t, found)
		require.Equal(t, a1, got, "the first of several")
		for _, name := range []string{"", "ad", "ada1", "cyd"} {
			got, found = get(holder, "acme", store.String(name))
			require.False(t, found, name)
			require.Zero(t, got)
		}
		_, found = get(free, "acme", store.Int(1))
		require.False(t, found, "the desk of this rank is not free")
	})
}

func TestAUniqueKeyBelongsToOneRowOfAStream(t *testing.T) {
	t.Parallel()
	s := office(t, a1, a2, z1)
	change(t, s, func(tx store.Tx) {
		second := Desk{Team: "acme", Floor: "c", Number: 1, Holder: "ada"}
		err := desks.Put(tx, second)
		require.ErrorIs(t, err, store.ErrTaken)
		require.ErrorContains(t, err, "desk/holder", "the error says which index")

		kept := a2
		kept.Rank = 99
		require.NoError(t, desks.Put(tx, kept), "the same row may keep its key")
		require.NoError(t, desks.Put(tx, kept), "and be written as it is")

		second.Team = "acme2"
		require.NoError(t, desks.Put(tx, second), "another stream has keys of its own")

		kept.Holder = ""
		require.NoError(t, desks.Put(tx, kept))
		second.Team = "acme"
		require.NoError(t, desks.Put(tx, second), "a key that was given up can be taken")
		require.NoError(t, desks.Delete(tx, "acme", place("c", 1)))
		require.NoError(t, desks.Put(tx, a2), "and one of a row that was removed")
		require.NoError(t, desks.Put(tx, a1), "rows outside a partial index share no key")
		require.NoError(t, desks.Put(tx, a3))
	})
}

// A caller may take a refusal for an answer and go on in the same transaction.
func TestARefusedPutWritesNothing(t *testing.T) {
	t.Parallel()
	s := office(t, a1, a2)
	change(t, s, func(tx store.Tx) {
		before := all(t, tx.Scan(store.Range{}))
		taken := a1
		taken.Rank, taken.Holder = 7, "ada"
		require.ErrorIs(t, desks.Put(tx, taken), store.ErrTaken)
		fresh := Desk{Team: "acme", Floor: "c", Number: 1, Rank: 8, Holder: "ada"}
		require.ErrorIs(t, desks.Put(tx, fresh), store.ErrTaken)
		require.Equal(t, before, all(t, tx.Scan(store.Range{})))
	})
	badges := store.NewTable("badge", func(l *Lamp) (string, store.Key) { return l.Team, store.String(l.Name) })
	badges.Index("length", func(l *Lamp) (store.Key, bool) { return store.Int(len(l.Name)), true })
	badges.Unique("initial", func(l *Lamp) (store.Key, bool) { return store.String(l.Name[:1]), true })
	change(t, s, func(tx store.Tx) {
		require.NoError(t, badges.Put(tx, Lamp{"acme", "ada"}))
		before := all(t, tx.Scan(store.Range{}))
		require.ErrorIs(t, badges.Put(tx, Lamp{"acme", "alan"}), store.ErrTaken)
		require.Equal(t, before, all(t, tx.Scan(store.Range{})), "an index that stands before the unique one is not written either")
	})
}

func TestIndexRowsAreWrittenOnlyWhenTheyChange(t *testing.T) {
	t.Parallel()
	s := office(t, a1)
	cases := []struct {
		name   string
		change func(*Desk)
		want   []string
	}{
		{"nothing", func(*Desk) {}, []string{"+desk"}},
		{"the rank of a free desk", func(d *Desk) { d.Rank = 9 }, []string{"+desk", "+desk/free", "+desk/rank", "-desk/free", "-desk/rank"}},
		{"a holder", func(d *Desk) { d.Holder = "eve" }, []string{"+desk", "+desk/holder", "-desk/free"}},
		{"the rank of a taken desk", func(d *Desk) { d.Rank = 2 }, []string{"+desk", "+desk/rank", "-desk/rank"}},
		{"another holder", func(d *Desk) { d.Holder = "tim" }, []string{"+desk", "+desk/holder", "-desk/holder"}},
		{"no holder", func(d *Desk) { d.Holder = "" }, []string{"+desk", "+desk/free", "-desk/holder"}},
	}
	d := a1
	for _, c := range cases {
		c.change(&d)
		change(t, s, func(tx store.Tx) {
			w := watch(tx)
			require.NoError(t, desks.Put(w, d))
			require.Equal(t, c.want, w.taken(), c.name)
		})
	}
	change(t, s, func(tx store.Tx) {
		w := watch(tx)
		require.NoError(t, desks.Put(w, a2))
		require.Equal(t, []string{"+desk", "+desk/holder", "+desk/rank"}, w.taken(), "a new row stands only where it belongs")
		require.NoError(t, desks.Delete(w, "acme", a2.key()))
		require.Equal(t, []string{"-desk", "-desk/holder", "-desk/rank"}, w.taken(), "a row goes with its index rows")
		require.NoError(t, desks.Delete(w, "acme", a2.key()))
		require.Empty(t, w.taken(), "what is not there costs no write")
		require.NoError(t, lamps.Put(w, Lamp{"acme", "k"}))
		require.Equal(t, []string{"+des"}, w.taken(), "a table without indexes writes one row")
	})
}

func TestRowsOfTwoStreamsNeverMix(t *testing.T) {
	t.Parallel()
	streams := []string{"", "a", "a1", "a10", "a\x00", "a\x00\x01", "a\x00\x01desk", "a\x00\xff", "a\x01", "b", "\xff", "\xff\xff"}
	s := memstore.New()
	change(t, s, func(tx store.Tx) {
		for i, stream := range streams {
			require.NoError(t, desks.Put(tx, Desk{Team: stream, Floor: "f", Number: 1, Rank: i}))
			require.NoError(t, desks.Put(tx, Desk{Team: stream, Floor: "f", Number: 2, Rank: i, Holder: "ada"}))
		}
	})
	look(t, s, func(tx store.Tx) {
		for i, stream := range streams {
			for _, rows := range [][]Desk{
				all(t, desks.Scan(tx, stream, store.Part{})), all(t, desks.Scan(tx, stream, store.Part{Reverse: true})), all(t, rank.Scan(tx, stream, store.Part{})),
			} {
				require.Len(t, rows, 2, "%q", stream)
				require.Equal(t, []string{stream, stream}, []string{rows[0].Team, rows[1].Team})
			}
			require.Len(t, all(t, free.Scan(tx, stream, store.Part{})), 1, "%q", stream)
			d, found, err := holder.Get(tx, stream, store.String("ada"))
			require.NoError(t, err)
			require.True(t, found)
			require.Equal(t, i, d.Rank)
		}
	})
}

func TestAScanGoesOnWhileItsRowsAreWritten(t *testing.T) {
	t.Parallel()
	s := office(t, a1, a2, a3, b1, b2)
	change(t, s, func(tx store.Tx) {
		var seen []Desk
		for d, err := range desks.Scan(tx, "acme", store.Part{}) {
			require.NoError(t, err)
			seen = append(seen, d)
			d.Number += 4
			d.Holder = ""
			require.NoError(t, desks.Put(tx, d), "a row behind the one at hand")
		}
		require.Equal(t, []Desk{a1, a2, a3, b1, b2}, seen)
		count := 0
		for d, err := range rank.Scan(tx, "acme", store.Part{}) {
			require.NoError(t, err)
			require.NoError(t, desks.Delete(tx, "acme", d.key()), "the row at hand")
			count++
		}
		require.Equal(t, 10, count)
		require.Empty(t, all(t, tx.Scan(store.Range{})), "nothing is left, no index row either")
	})
}

func TestAScanCanBeLeftEarly(t *testing.T) {
	t.Parallel()
	s := office(t, a1, a2, a3)
	look(t, s, func(tx store.Tx) {
		for d, err := range desks.Scan(tx, "acme", store.Part{}) {
			require.NoError(t, err)
			require.Equal(t, a1, d)
			break
		}
		for d, err := range rank.Scan(tx, "acme", store.Part{}) {
			require.NoError(t, err)
			require.Equal(t, a3, d)
			break
		}
	})
}

func TestARowOfTheWrongTypeIsAnError(t *testing.T) {
	t.Parallel()
	s := office(t, a1, a2)
	row := func(tx store.Tx, table string) (found store.Row) {
		for r, err := range tx.Scan(store.Range{}) {
			require.NoError(t, err)
			if store.TableOf(r.Key) == table {
				return r
			}
		}
		return found
	}
	spoil := func(table string, value any) *memstore.Store {
		f := s.Fork()
		change(t, f, func(tx store.Tx) { require.NoError(t, tx.Put(row(tx, table).Key, value)) })
		return f
	}
	for _, value := range []any{Lamp{"acme", "k"}, &a1, "text", 7} {
		change(t, spoil("desk", value), func(tx store.Tx) {
			says := fmt.Sprintf("table desk holds a %T where a store_test.Desk belongs", value)
			_, found, err := desks.Get(tx, "acme", a1.key())
			require.False(t, found)
			require.ErrorContains(t, err, says)
			require.ErrorContains(t, failed(desks.Scan(tx, "acme", store.Part{})), says)
			require.ErrorContains(t, failed(rank.Scan(tx, "acme", store.Part{})), says)
			_, found, err = rank.Get(tx, "acme", store.Int(a1.Rank))
			require.False(t, found)
			require.ErrorContains(t, err, says)
			require.ErrorContains(t, desks.Put(tx, a1), says, "what its index rows are is not known")
			require.ErrorContains(t, desks.Delete(tx, "acme", a1.key()), says)
		})
	}
	for _, value := range []any{"text", place("a", 9), 7} {
		look(t, spoil("desk/rank", value), func(tx store.Tx) {
			require.ErrorContains(t, failed(rank.Scan(tx, "acme", store.Part{})), "desk/rank", "an index row that names no row: %v", value)
		})
	}
}

func TestAnIndexRowOfTheWrongTypeIsAnErrorInATableOfOneRow(t *testing.T) {
	t.Parallel()
	owners := store.NewTable("owner", func(l *Lamp) (string, store.Key) { return l.Team, "" })
	byName := owners.Index("name", func(l *Lamp) (store.Key, bool) { return store.String(l.Name), true })
	change(t, memstore.New(), func(tx store.Tx) {
		require.NoError(t, owners.Put(tx, Lamp{"acme", "ada"}))
		require.NoError(t, tx.Put(string(store.String("acme")+store.String("owner/name")+store.String("bob")), 7))
		_, found, err := byName.Get(tx, "acme", store.String("bob"))
		require.Error(t, err)
		require.False(t, found)
	})
}

func TestErrorsOfTheBackendArePassedOn(t *testing.T) {
	t.Parallel()
	moved := a2
	moved.Rank, moved.Holder = 8, "eve"
	operations := map[string]func(tx store.Tx) error{
		"get":           func(tx store.Tx) error { _, _, err := desks.Get(tx, "acme", a1.key()); return err },
		"put":           func(tx store.Tx) error { return desks.Put(tx, moved) },
		"put anew":      func(tx store.Tx) error { return desks.Put(tx, b1) },
		"delete":        func(tx store.Tx) error { return desks.Delete(tx, "acme", a2.key()) },
		"scan":          func(tx store.Tx) error { return failed(desks.Scan(tx, "acme", store.Part{})) },
		"scan an index": func(tx store.Tx) error { return failed(rank.Scan(tx, "acme", store.Part{})) },
		"get by index":  func(tx store.Tx) error { _, _, err := holder.Get(tx, "acme", store.String("ada")); return err },
	}
	for name, do := range operations {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := office(t, a1, a2)
			for calls := 0; ; calls++ {
				var err error
				_ = s.Update(context.Background(), func(tx store.Tx) error {
					w := watch(tx)
					*w.left = calls
					err = do(w)
					return errBroken // Nothing is kept, so that the next round begins as this one did.
				})
				if err == nil {
					require.Positive(t, calls, "no call was made at all")
					return
				}
				require.ErrorIs(t, err, errBroken, "after %d calls", calls)
			}
		})
	}
}

func TestAViewCannotWrite(t *testing.T) {
	t.Parallel()
	s := office(t, a1)
	look(t, s, func(tx store.Tx) {
		require.ErrorIs(t, desks.Put(tx, a2), store.ErrReadOnly)
		require.ErrorIs(t, desks.Delete(tx, "acme", a1.key()), store.ErrReadOnly)
	})
}
