package pgstore_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/pgstore/internal/worlds"
	"github.com/seatbook/seatbook/simulator"
	"github.com/seatbook/seatbook/simulator/history"
	"github.com/seatbook/seatbook/store"
)

var commands = flag.Int("commands", 500, "how many random commands are run on PostgreSQL and in memory; 10000 is the full test")

// watched is a ground that notes, after each transaction that wrote, a digest of every
// stream which that changed.
type watched struct {
	simulator.Ground
	codecs map[string]store.Codec
	notes  *[]string
}

func watch(g simulator.Ground) *watched {
	return &watched{Ground: g, codecs: map[string]store.Codec{}, notes: new([]string)}
}

// Use keeps the codecs, by which rows are written out.
func (w *watched) Use(codecs []store.Codec) {
	for _, c := range codecs {
		w.codecs[c.Table] = c
	}
	if durable, ok := w.Ground.(interface{ Use([]store.Codec) }); ok {
		durable.Use(codecs)
	}
}

// Update implements [store.Store].
func (w *watched) Update(ctx context.Context, fn func(store.Tx) error) error {
	var touched map[string]bool
	err := w.Ground.Update(ctx, func(tx store.Tx) error {
		touched = map[string]bool{}
		return fn(&toucher{tx, touched})
	})
	if err != nil {
		*w.notes = append(*w.notes, "error: "+err.Error())
		return err
	}
	for _, stream := range slices.Sorted(maps.Keys(touched)) {
		digest, err := w.digest(ctx, stream)
		if err != nil {
			return err
		}
		*w.notes = append(*w.notes, fmt.Sprintf("%q %s", stream, digest))
	}
	return nil
}

// digest sums the rows of a stream up: all of a team's or a person's, the last ones
// of those in which everything is noted.
func (w *watched) digest(ctx context.Context, stream string) (string, error) {
	h := sha256.New()
	r := store.Prefix(string(store.String(stream)))
	if strings.HasPrefix(stream, "!") {
		r.Reverse, r.Limit = true, 8
	}
	err := w.View(ctx, func(tx store.Tx) error {
		for row, err := range tx.Scan(r) {
			if err != nil {
				return err
			}
			table := store.TableOf(row.Key)
			if key, index := row.Value.(store.Key); index {
				fmt.Fprintf(h, "%q %q\n", row.Key, key) //nolint:errcheck // a hash never fails
				continue
			}
			data, err := w.codecs[table].Encode(row.Value)
			if err != nil {
				return err
			}
			fmt.Fprintf(h, "%q %s\n", row.Key, data) //nolint:errcheck // a hash never fails
		}
		return nil
	})
	return hex.EncodeToString(h.Sum(nil)), err
}

// toucher notes the streams that a transaction writes.
type toucher struct {
	store.Tx
	touched map[string]bool
}

func (t *toucher) Put(key string, value any) error {
	t.touched[store.StreamOf(key)] = true
	return t.Tx.Put(key, value)
}

func (t *toucher) Delete(key string) error {
	t.touched[store.StreamOf(key)] = true
	return t.Tx.Delete(key)
}

func (t *toucher) Try(fn func(store.Tx) error) error {
	return t.Tx.Try(func(tx store.Tx) error { return fn(&toucher{tx, t.touched}) })
}

// Random commands come to the same on PostgreSQL as in memory: each answer, each
// refusal, and after each transaction every stream that it changed.
func TestRandomCommandsComeToTheSameAsInMemory(t *testing.T) {
	t.Parallel()
	vocabulary, err := simulator.Everything()
	require.NoError(t, err)
	atlas := worlds.NewAtlas(begin(t))
	done, transactions := 0, 0
	for index := 0; done < *commands; index++ {
		text, err := history.Write(t.Context(), history.Config{Seed: 6, Teams: 2, Years: 1}, index)
		require.NoError(t, err)
		s, err := simulator.Parse("history.yaml", text, vocabulary)
		require.NoError(t, err)
		done += len(s.Steps)
		var notes [2][]string
		var texts [2]string
		for i, ground := range []func() (simulator.Ground, error){
			func() (simulator.Ground, error) { return simulator.Memory(), nil }, atlas.Ground,
		} {
			texts[i] = runJSON(t, s, func() (simulator.Ground, error) {
				g, err := ground()
				if err != nil {
					return nil, err
				}
				w := watch(g)
				w.notes = &notes[i]
				return w, nil
			})
		}
		for i := range min(len(notes[0]), len(notes[1])) {
			require.Equal(t, notes[0][i], notes[1][i], "history %d, note %d", index, i)
		}
		require.Equal(t, len(notes[0]), len(notes[1]))
		sameText(t, texts[0], texts[1])
		transactions += len(notes[0])
	}
	require.Positive(t, transactions)
	t.Logf("%d commands, %d changed streams compared", done, transactions)
}
