package seatbook_test

import (
	"bytes"
	"encoding/json"
	"io"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/store"
)

// exportedPeople make about 100,000 records, those of the journal included.
const exportedPeople = 5_600

// recordsOf are the values of all tables in the order of their keys.
func recordsOf(b *testing.B, s *memstore.Store) (values []any) {
	b.Helper()
	require.NoError(b, s.View(b.Context(), func(tx store.Tx) error {
		for row, err := range tx.Scan(store.Range{}) {
			if err != nil {
				return err
			}
			if !strings.Contains(store.TableOf(row.Key), "/") {
				values = append(values, row.Value)
			}
		}
		return nil
	}))
	return values
}

// BenchmarkExport writes a large team and reads it back, beside encoding/json doing
// the same to the same values one by one, and nothing else.
func BenchmarkExport(b *testing.B) {
	state := grown(exportedPeople)[exportedPeople]
	s, _ := large(b, state)
	values := recordsOf(b, state)
	text := exportOf(b, s.Engine)
	encoded := make([][]byte, len(values))
	b.Run("write", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			require.NoError(b, s.Export(b.Context(), io.Discard))
		}
		b.ReportMetric(float64(len(values)), "records")
	})
	b.Run("write/json", func(b *testing.B) {
		for b.Loop() {
			for i, v := range values {
				data, err := json.Marshal(v)
				require.NoError(b, err)
				encoded[i] = data
			}
		}
	})
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			_, err := seatbook.Import(b.Context(), bytes.NewReader(text), memstore.New(), seatbook.Config{})
			require.NoError(b, err)
		}
	})
	b.Run("read/json", func(b *testing.B) {
		for b.Loop() {
			for i, v := range values {
				require.NoError(b, json.Unmarshal(encoded[i], reflect.New(reflect.TypeOf(v)).Interface()))
			}
		}
	})
}
