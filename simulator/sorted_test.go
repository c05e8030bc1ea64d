package simulator

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/store"
	"github.com/seatbook/seatbook/store/storetest"
)

func TestTheListKeepsEveryPromise(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(*testing.T) store.Store { return ordered() })
	assert.False(t, store.IsSequential(ordered()), "it says nothing of how its updates run")
}

func TestAForkOfTheListIsAListOfItsOwn(t *testing.T) {
	t.Parallel()
	put := func(s store.Store, value string) {
		require.NoError(t, s.Update(t.Context(), func(tx store.Tx) error { return tx.Put("k", value) }))
	}
	got := func(s store.Store) (value any) {
		require.NoError(t, s.View(t.Context(), func(tx store.Tx) (err error) { value, _, err = tx.Get("k"); return err }))
		return value
	}
	one := ordered()
	put(one, "a")
	two := one.Fork()
	put(one, "b")
	put(two, "c")
	assert.Equal(t, []any{"b", "c"}, []any{got(one), got(two)})
}
