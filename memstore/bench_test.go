package memstore_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/hashicorp/go-memdb"

	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/store"
)

// rawRow and rawSchema are what somebody would write who used go-memdb as its
// documentation shows: one table, found by a string field.
type rawRow struct {
	ID    string
	Value any
}

var rawSchema = &memdb.DBSchema{Tables: map[string]*memdb.TableSchema{
	"rows": {Name: "rows", Indexes: map[string]*memdb.IndexSchema{
		"id": {Name: "id", Unique: true, Indexer: &memdb.StringFieldIndex{Field: "ID"}},
	}},
}}

const benchRows = 100_000

func benchKey(i int) string { return fmt.Sprintf("team_%05d\x00sub\x00%04d", i/20, i%20) }

func benchKeys() []string {
	keys := make([]string, benchRows)
	for i := range keys {
		keys[i] = benchKey(i)
	}
	return keys
}

func filledRaw(b *testing.B, keys []string) *memdb.MemDB {
	db, err := memdb.NewMemDB(rawSchema)
	must(b, err)
	db = db.Snapshot()
	txn := db.Txn(true)
	for i, key := range keys {
		must(b, txn.Insert("rows", &rawRow{ID: key, Value: i}))
	}
	txn.Commit()
	return db
}

func filled(b *testing.B, keys []string) *memstore.Store {
	s := memstore.New()
	must(b, s.Update(context.Background(), func(tx store.Tx) error {
		for i, key := range keys {
			if err := tx.Put(key, i); err != nil {
				return err
			}
		}
		return nil
	}))
	return s
}

func must(b *testing.B, err error) {
	if err != nil {
		b.Fatal(err)
	}
}

func BenchmarkGet(b *testing.B) {
	keys := benchKeys()
	b.Run("raw", func(b *testing.B) {
		txn := filledRaw(b, keys).Txn(false)
		b.ReportAllocs()
		i := 0
		for b.Loop() {
			found, err := txn.First("rows", "id", keys[i*7919%benchRows])
			if err != nil || found == nil {
				b.Fatal(found, err)
			}
			i++
		}
	})
	b.Run("store", func(b *testing.B) {
		s := filled(b, keys)
		b.ReportAllocs()
		must(b, s.View(b.Context(), func(tx store.Tx) error {
			i := 0
			for b.Loop() {
				_, found, err := tx.Get(keys[i*7919%benchRows])
				if err != nil || !found {
					b.Fatal(found, err)
				}
				i++
			}
			return nil
		}))
	})
	b.Run("view", func(b *testing.B) {
		s := filled(b, keys)
		b.ReportAllocs()
		i := 0
		for b.Loop() {
			must(b, s.View(b.Context(), func(tx store.Tx) error {
				_, _, err := tx.Get(keys[i*7919%benchRows])
				return err
			}))
			i++
		}
	})
}

func BenchmarkUpdateOneRow(b *testing.B) { benchmarkUpdate(b, 1, 1) }

func BenchmarkUpdate1000Rows(b *testing.B) { benchmarkUpdate(b, 1000, 1) }

func BenchmarkUpdate1000Spread(b *testing.B) { benchmarkUpdate(b, 1000, 97) }

func benchmarkUpdate(b *testing.B, rows, step int) {
	keys := benchKeys()
	b.Run("raw", func(b *testing.B) {
		db := filledRaw(b, keys)
		b.ReportAllocs()
		i := 0
		for b.Loop() {
			txn := db.Txn(true)
			for range rows {
				must(b, txn.Insert("rows", &rawRow{ID: keys[i%benchRows], Value: "x"}))
				i += step
			}
			txn.Commit()
		}
	})
	b.Run("store", func(b *testing.B) {
		s := filled(b, keys)
		b.ReportAllocs()
		i := 0
		for b.Loop() {
			must(b, s.Update(b.Context(), func(tx store.Tx) error {
				for range rows {
					if err := tx.Put(keys[i%benchRows], "x"); err != nil {
						return err
					}
					i += step
				}
				return nil
			}))
		}
	})
}

// BenchmarkUpdateReadsAndWrites is the shape of a command: every write follows
// a read, ten times.
func BenchmarkUpdateReadsAndWrites(b *testing.B) {
	keys := benchKeys()
	for _, shape := range []struct {
		name string
		try  bool
	}{{"plain", false}, {"try", true}} {
		b.Run(shape.name, func(b *testing.B) {
			s := filled(b, keys)
			b.ReportAllocs()
			i := 0
			work := func(tx store.Tx) error {
				for range 10 {
					i++
					if _, _, err := tx.Get(keys[(i+3)%benchRows]); err != nil {
						return err
					}
					if err := tx.Put(keys[i%benchRows], "x"); err != nil {
						return err
					}
				}
				return nil
			}
			for b.Loop() {
				must(b, s.Update(b.Context(), func(tx store.Tx) error {
					if shape.try {
						return tx.Try(work)
					}
					return work(tx)
				}))
			}
		})
	}
}

func BenchmarkScan100(b *testing.B) {
	keys := benchKeys()
	b.Run("raw", func(b *testing.B) {
		txn := filledRaw(b, keys).Txn(false)
		b.ReportAllocs()
		for b.Loop() {
			it, err := txn.LowerBound("rows", "id", keys[5000])
			must(b, err)
			for range 100 {
				if it.Next() == nil {
					b.Fatal("too few rows")
				}
			}
		}
	})
	for _, way := range []struct {
		name string
		r    store.Range
	}{
		{"store", store.Range{From: keys[5000], Limit: 100}},
		{"backward", store.Range{To: keys[5000], Limit: 100, Reverse: true}},
	} {
		b.Run(way.name, func(b *testing.B) {
			s := filled(b, keys)
			b.ReportAllocs()
			must(b, s.View(b.Context(), func(tx store.Tx) error {
				for b.Loop() {
					n := 0
					for _, err := range tx.Scan(way.r) {
						must(b, err)
						n++
					}
					if n != 100 {
						b.Fatal(n)
					}
				}
				return nil
			}))
		})
	}
}

func BenchmarkFork(b *testing.B) {
	for _, rows := range []int{0, 1000, benchRows} {
		b.Run(fmt.Sprint(rows), func(b *testing.B) {
			s := filled(b, benchKeys()[:rows])
			b.ReportAllocs()
			for b.Loop() {
				s = s.Fork()
			}
		})
	}
}
