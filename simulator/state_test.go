package simulator

import (
	"bytes"
	"path/filepath"
	"testing"
	"time"
	"context"
	"reflect"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"github.com/stretchr/testify/assert"

	"github.com/seatbook/seatbook/store"
	"github.com/seatbook/seatbook/memstore"
)

// rowsOf are all rows of a store by key, index rows included.
func rowsOf(t *testing.T, s *memstore.Store) map[string]any {
	t.Helper()
	rows := map[string]any{}
	require.NoError(t, s.View(t.Context(), func(tx store.Tx) error {
		for row, err := range tx.Scan(store.Range{}) {
			if err != nil {
				return err
			}
			rows[row.Key] = row.Value
		}
		return nil
	}))
	return rows
}

// everyField compares values by all their fields, and instants as instants.
var everyField = cmp.Exporter(func(reflect.Type) bool { return true })

func exported(t *testing.T, w *World) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, w.Engine().Export(t.Context(), &b))
	return b.Bytes()
}

func digestOf(t *testing.T, w *World) string {
	t.Helper()
	d, err := w.Engine().Digest(t.Context())
	require.NoError(t, err)
	return d
}

// What a scenario ends in goes into a file and comes back, row by row; and then
// both live on for a year in the same way.
func TestEveryStateOfTheLibraryComesBack(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../examples/scenarios/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	words := vocabulary(t)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			ctx := context.Background()
			s, err := Load(file, words)
			require.NoError(t, err)
			_, line, err := s.live(ctx, RunOptions{}, manner{}, &witness{brief: true})
			require.NoError(t, err)
			text := exported(t, line.World())
			back, err := Open(ctx, bytes.NewReader(text), Config{})
			require.NoError(t, err)
			assert.Equal(t, string(text), string(exported(t, back)))
			assert.Equal(t, digestOf(t, line.World()), digestOf(t, back))
			require.NoError(t, back.Engine().Audit(ctx))
			assert.Empty(t, cmp.Diff(rowsOf(t, line.World().store), rowsOf(t, back.store), everyField))
			other := NewTimeline(back)
			later := line.Now().Add(366 * 24 * time.Hour)
			require.NoError(t, line.Advance(ctx, later))
			require.NoError(t, other.Advance(ctx, later))
			assert.Equal(t, digestOf(t, line.World()), digestOf(t, other.World()))
			require.NoError(t, other.World().Engine().Audit(ctx))
		})
	}
}
