package simulator

import (
	"bytes"
	"context"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/store"
)

// rowsOf are all rows of a store by key, index rows included.
func rowsOf(t *testing.T, s store.Store) map[string]any {
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

// cut is a scenario that ends after so many of its steps.
func (s *Scenario) cut(steps int) *Scenario {
	c := *s
	c.Steps = c.Steps[:steps]
	return &c
}

// otherPolicy moves what is due of almost everything.
var otherPolicy = map[string]string{
	"early-renewal": "60d", "renewal-notice": "20d, 3d", "trial-notice": "2d", "token-end-notice": "100d, 1d", "quote-notice": "2d",
	"overlap-notice": "2d", "education-notice": "9d", "cutover-notice": "1d", "expired-access": "10d", "suspended-long": "5d",
	"usage-notice": "weekly", "late-renewal-long": "10d", "invitation-purge": "30d", "idle-after": "10m", "trial-life": "20d",
	"activity-life": "6mo", "active-window": "10d", "update-age-weekly": "2d", "expiry-alert": "50d", "suspended-monthly": "3d",
}

func eachOfTheLibrary(t *testing.T, do func(t *testing.T, s *Scenario)) {
	t.Helper()
	files, err := filepath.Glob("../examples/scenarios/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	words := vocabulary(t)
	for i, file := range files {
		if testing.Short() && i%8 != 0 {
			continue // the race detector makes ten of each second
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			s, err := Load(file, words)
			require.NoError(t, err)
			do(t, s)
		})
	}
}

// What a scenario ends in, and what it goes through, comes back row by row; and then
// both live on for a year in the same way.
func TestEveryStateOfTheLibraryComesBack(t *testing.T) {
	t.Parallel()
	eachOfTheLibrary(t, func(t *testing.T, s *Scenario) {
		ctx := context.Background()
		for _, steps := range []int{2 * len(s.Steps) / 3, len(s.Steps)} {
			_, line, err := s.cut(steps).live(ctx, RunOptions{}, manner{}, &witness{brief: true})
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
		}
	})
}

// Under other rules the state holds together too, at once and a year later.
func TestEveryStateOfTheLibraryOpensUnderOtherRules(t *testing.T) {
	t.Parallel()
	eachOfTheLibrary(t, func(t *testing.T, s *Scenario) {
		ctx := context.Background()
		_, line, err := s.cut(2*len(s.Steps)/3).live(ctx, RunOptions{}, manner{}, &witness{brief: true})
		require.NoError(t, err)
		back, err := Open(ctx, bytes.NewReader(exported(t, line.World())), Config{Policy: otherPolicy})
		require.NoError(t, err)
		require.NoError(t, back.Engine().Audit(ctx))
		other := NewTimeline(back)
		require.NoError(t, other.Advance(ctx, line.Now().Add(366*24*time.Hour)))
		require.NoError(t, back.Engine().Audit(ctx))
	})
}
