package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/store"
)

// Deck is a record with an order of its own, and with a name that is unique.
type Deck struct {
	Ship  string
	Level int
	Name  string
}

var (
	decks  = store.NewTable("deck", func(d *Deck) (string, store.Key) { return d.Ship, store.Int(d.Level) })
	byDeck = decks.Index("name", func(d *Deck) (store.Key, bool) { return store.String(d.Name), d.Name != "" })
	_      = decks.Unique("bridge", func(d *Deck) (store.Key, bool) { return "", d.Name == "bridge" })
)

func TestAddPutsWhatIsNotThereYet(t *testing.T) {
	t.Parallel()
	s := memstore.New()
	table := store.Described(decks)
	require.NoError(t, s.Update(t.Context(), func(tx store.Tx) error {
		row, err := table.Add(tx, Deck{"argo", 1, "bridge"})
		require.NoError(t, err)
		require.Equal(t, "argo", store.StreamOf(row))
		require.Equal(t, "deck", store.TableOf(row))
		value, found, err := tx.Get(row)
		require.NoError(t, err)
		require.True(t, found)
		require.Equal(t, Deck{"argo", 1, "bridge"}, value)
		d, found, err := byDeck.Get(tx, "argo", store.String("bridge"))
		require.NoError(t, err)
		require.True(t, found, "its index rows are there")
		require.Equal(t, 1, d.Level)

		for name, taken := range map[string]Deck{
			"the same row": {"argo", 1, "bridge"}, "another row of that key": {"argo", 1, "keel"}, "the unique key": {"argo", 2, "bridge"},
		} {
			_, err := table.Add(tx, taken)
			require.ErrorIs(t, err, store.ErrTaken, name)
		}
		_, err = table.Add(tx, Deck{"boat", 1, "bridge"})
		require.NoError(t, err, "another stream has keys of its own")
		return nil
	}))
	require.Equal(t, 6, s.Len(), "what was refused left nothing")
}

func TestAddTakesItsOwnTypeAlone(t *testing.T) {
	t.Parallel()
	require.NoError(t, memstore.New().Update(t.Context(), func(tx store.Tx) error {
		for _, value := range []any{nil, "deck", &Deck{}, Lamp{}} {
			_, err := decks.Add(tx, value)
			require.ErrorContains(t, err, "table deck cannot take a ")
		}
		return nil
	}))
	require.ErrorIs(t, memstore.New().View(t.Context(), func(tx store.Tx) error {
		_, err := decks.Add(tx, Deck{Ship: "argo"})
		return err
	}), store.ErrReadOnly)
}
