package memstore_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/store"
	"github.com/seatbook/seatbook/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestANewStoreKeepsEveryPromise(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(*testing.T) store.Store { return memstore.New() })
}

func TestAForkKeepsEveryPromise(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(*testing.T) store.Store { return memstore.New().Fork() })
}

// A fork that began with rows and lost them is empty too, but its tree is not
// that of a new store.
func TestAForkThatWasEmptiedKeepsEveryPromise(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) store.Store {
		s := memstore.New()
		set(t, s, "storetest\x00a", 1)
		set(t, s, "storetest\x00b", 2)
		f := s.Fork()
		unset(t, f, "storetest\x00a")
		unset(t, f, "storetest\x00b")
		return f.Fork()
	})
}

func set(t require.TestingT, s *memstore.Store, key string, value any) {
	err := s.Update(context.Background(), func(tx store.Tx) error { return tx.Put(key, value) })
	require.NoError(t, err)
}

func unset(t require.TestingT, s *memstore.Store, key string) {
	err := s.Update(context.Background(), func(tx store.Tx) error { return tx.Delete(key) })
	require.NoError(t, err)
}

// dump returns the rows of s in their order.
func dump(t require.TestingT, s *memstore.Store) (rows []string) {
	err := s.View(context.Background(), func(tx store.Tx) error {
		for row, err := range tx.Scan(store.Range{}) {
			if err != nil {
				return err
			}
			rows = append(rows, fmt.Sprintf("%q=%v", row.Key, row.Value))
		}
		return nil
	})
	require.NoError(t, err)
	return rows
}

func TestForksAndTheirOriginDoNotSeeEachOther(t *testing.T) {
	t.Parallel()
	origin := memstore.New()
	set(t, origin, "a", 1)
	first := origin.Fork()
	set(t, first, "a", 2)
	second := first.Fork()
	set(t, second, "b", 3)
	unset(t, second, "a")
	set(t, origin, "c", 4)
	set(t, first, "d", 5)

	require.Equal(t, []string{`"a"=1`, `"c"=4`}, dump(t, origin))
	require.Equal(t, []string{`"a"=2`, `"d"=5`}, dump(t, first))
	require.Equal(t, []string{`"b"=3`}, dump(t, second))
	require.Equal(t, 2, origin.Len())
	require.Equal(t, 1, second.Len())
	require.Equal(t, 0, memstore.New().Len())
}

func TestAForkInsideAnUpdateHasNothingOfIt(t *testing.T) {
	t.Parallel()
	s := memstore.New()
	set(t, s, "a", 1)
	var fork *memstore.Store
	err := s.Update(t.Context(), func(tx store.Tx) error {
		if err := tx.Put("a", 2); err != nil {
			return err
		}
		fork = s.Fork()
		// The fork has a writer's place of its own.
		set(t, fork, "b", 3)
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, []string{`"a"=2`}, dump(t, s))
	require.Equal(t, []string{`"a"=1`, `"b"=3`}, dump(t, fork))
}

// Every update writes the same number under two keys, so a fork that had half
// of an update would hold two numbers.
func TestForksBesideAWriterHaveWholeUpdates(t *testing.T) {
	t.Parallel()
	s := memstore.New()
	set(t, s, "a", 0)
	set(t, s, "z", 0)
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := range 500 {
			_ = s.Update(context.Background(), func(tx store.Tx) error {
				return errors.Join(tx.Put("a", i), tx.Put("z", i))
			})
		}
	})
	for range 4 {
		wg.Go(func() {
			for range 200 {
				_ = s.Fork().Update(context.Background(), func(tx store.Tx) error {
					a, _, _ := tx.Get("a")
					z, _, _ := tx.Get("z")
					if a != z {
						t.Errorf("a fork holds %v and %v", a, z)
					}
					return tx.Put("fork", true)
				})
			}
		})
	}
	wg.Wait()
	require.Equal(t, []string{`"a"=499`, `"z"=499`}, dump(t, s))
}

func TestAnUpdateWhoseContextEndsInsideItIsNotKept(t *testing.T) {
	t.Parallel()
	s := memstore.New()
	ctx, cancel := context.WithCancel(t.Context())
	err := s.Update(ctx, func(tx store.Tx) error {
		cancel()
		return tx.Put("a", 1)
	})
	require.Equal(t, context.Canceled, err)
	require.Empty(t, dump(t, s))
	set(t, s, "a", 2)
}

func TestAnUpdateThatFailsWithItsContextDoneHandsBackItsOwnError(t *testing.T) {
	t.Parallel()
	failure := errors.New("its own")
	ctx, cancel := context.WithCancel(t.Context())
	err := memstore.New().Update(ctx, func(store.Tx) error {
		cancel()
		return failure
	})
	require.Equal(t, failure, err)
}

func TestAnUpdateInsideAnUpdateEndsWithItsContext(t *testing.T) {
	t.Parallel()
	s := memstore.New()
	err := s.Update(t.Context(), func(tx store.Tx) error {
		short, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		inner := s.Update(short, func(store.Tx) error { return nil })
		require.Equal(t, context.DeadlineExceeded, inner)
		return tx.Put("a", 1)
	})
	require.NoError(t, err)
	require.Equal(t, []string{`"a"=1`}, dump(t, s))
}

func TestAnUpdateWhoseGoroutineEndsInsideItIsNotKept(t *testing.T) {
	t.Parallel()
	s := memstore.New()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = s.Update(context.Background(), func(tx store.Tx) error {
			_ = tx.Put("a", 1)
			runtime.Goexit()
			return nil
		})
	}()
	<-ended
	require.Empty(t, dump(t, s))
	set(t, s, "b", 2)
}

func TestAManyTimesWrittenKeyIsRestoredByAFailedTry(t *testing.T) {
	t.Parallel()
	s := memstore.New()
	set(t, s, "a", 0)
	err := s.Update(t.Context(), func(tx store.Tx) error {
		for round := range 20 {
			require.NoError(t, tx.Put("a", round))
			err := tx.Try(func(tx store.Tx) error {
				for i := range 50 {
					require.NoError(t, tx.Put("a", -i))
					require.NoError(t, tx.Delete("a"))
				}
				return errors.New("undone")
			})
			require.Error(t, err)
			got, _, err := tx.Get("a")
			require.NoError(t, err)
			require.Equal(t, round, got)
		}
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, []string{`"a"=19`}, dump(t, s))
}
