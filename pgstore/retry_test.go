package pgstore_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/pgstore"
	"github.com/seatbook/seatbook/store"
)

// embrace runs something twice at once, which takes two things in one order and in the
// other. Each waits at its first meeting until both hold one thing.
func embrace(t *testing.T, run func(first, second string, meet func()) error) {
	t.Helper()
	var both, all sync.WaitGroup
	both.Add(2)
	for _, order := range [][2]string{{"a", "b"}, {"b", "a"}} {
		all.Go(func() {
			meet := sync.OnceFunc(func() { both.Done(); both.Wait() })
			if err := run(order[0], order[1], meet); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

// deadlocks counts the errors that say so.
type deadlocks struct{ atomic.Int64 }

func (d *deadlocks) heed(err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Code == "40P01" {
		d.Add(1)
	}
	return err
}

// Two updates that wait for each other's rows: the server undoes one, which is run again.
func TestAnUpdateThatIsDeadlockedIsRunAgain(t *testing.T) {
	t.Parallel()
	one, two := plain(t, pgstore.Unsent(1))
	stores := map[string]*pgstore.Store{"a": one, "b": two}
	var dead deadlocks
	embrace(t, func(first, second string, meet func()) error {
		return stores[first].Update(t.Context(), func(tx store.Tx) error {
			if err := add(tx, first); err != nil {
				return dead.heed(err)
			}
			meet()
			return dead.heed(add(tx, second))
		})
	})
	require.Positive(t, dead.Load(), "the server has found one")
	for _, key := range []string{"a", "b"} {
		require.Equal(t, int64(2), count(t, one, key), "both are kept")
	}
}

// The same with rows of a host.
func TestTogetherIsRunAgainAfterADeadlock(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	_, err := s.Exec(t.Context(), `insert into shop_order values (1, 'a'), (2, 'b')`)
	require.NoError(t, err)
	id := map[string]int{"a": 1, "b": 2}
	var dead deadlocks
	embrace(t, func(first, second string, meet func()) error {
		return s.store.Together(t.Context(), func(tx pgx.Tx, joined store.Store) error {
			for _, product := range []string{first, second} {
				if _, err := tx.Exec(t.Context(), `update shop_order set product = product || '+' where id = $1`, id[product]); err != nil {
					return dead.heed(err)
				}
				meet()
			}
			return nil
		})
	})
	require.Positive(t, dead.Load(), "the server has found one")
	var left int
	require.NoError(t, s.QueryRow(t.Context(), `select count(*) from shop_order where product not in ('a++', 'b++')`).Scan(&left))
	require.Zero(t, left, "both are kept")
}

// Who loses waits for a moment that nobody can foresee, longer each time, and never
// for long.
func TestAPauseIsRandomAndBounded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		attempt int
		most    time.Duration
	}{
		{"is up to a millisecond after the first attempt", 1, time.Millisecond},
		{"is up to two after the second", 2, 2 * time.Millisecond},
		{"is up to 128 after the eighth", 8, 128 * time.Millisecond},
		{"is bounded after the ninth", 9, pgstore.Longest},
		{"is bounded after the hundredth", 100, pgstore.Longest},
		{"is bounded after a billion", 1_000_000_000, pgstore.Longest},
	} {
		seen, longest := map[time.Duration]bool{}, time.Duration(0)
		for range 1000 {
			p := pgstore.Pause(c.attempt)
			require.Positive(t, p, c.name)
			require.LessOrEqual(t, p, c.most, c.name)
			seen[p], longest = true, max(longest, p)
		}
		require.Greater(t, len(seen), 900, "%s, and hardly twice the same", c.name)
		require.Greater(t, longest, c.most/2, "%s, and uses its room", c.name)
	}
}

// Whichever statement of a sale is lost on the way, or its answer, the host's row and
// what it sold stand together or not at all, and an error that is no doubt means not.
func TestASaleIsNeverHalfDoneWhereverTheConnectionIsCut(t *testing.T) {
	t.Parallel()
	for name, heard := range map[string]bool{"the statement is lost": false, "the answer is lost": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openShop(t)
			kept, doubted, failed := 0, 0, 0
			for cut := int64(1); kept < 2; cut++ {
				require.Less(t, cut, int64(100), "a sale has fewer statements")
				p := through(t, server.Dir)
				p.heard.Store(heard)
				behind, err := pgstore.Open(t.Context(), past(s.Config().ConnString(), p))
				require.NoError(t, err)
				engine, err := seatbook.New(behind, seatbook.Config{Clock: stage.NewClock(stage.At(start)), Payments: stage.Provider(s.charges.answer)})
				require.NoError(t, err)
				sale := &shop{s.Pool, engine, behind, s.charges}
				p.seen.Store(0)
				p.every.Store(cut)
				err = behind.Together(t.Context(), func(tx pgx.Tx, joined store.Store) error { return sale.sell(t.Context(), tx, joined, int(cut)) })
				p.every.Store(0)
				behind.Close()
				s.sold(t)
				switch {
				case err == nil:
					kept++
					require.True(t, s.has(t, int(cut)))
				case errors.Is(err, pgstore.ErrInDoubt):
					doubted++
				default:
					failed++
					require.False(t, s.has(t, int(cut)), "%v", err)
				}
			}
			require.Positive(t, doubted)
			require.Greater(t, failed, 3)
			t.Logf("%d failed, %d in doubt, %d kept", failed, doubted, kept)
			require.NoError(t, s.RunDue(t.Context()))
			require.Equal(t, s.sold(t), s.charges.len(), "what was sold is charged, and nothing else")
			require.Equal(t, 2*s.sold(t), s.seats(t))
			require.NoError(t, s.Audit(t.Context()))
		})
	}
}

// sold counts the orders of the shop, and requires that seatbook has as many. Both are
// read at one moment, as the server may still be committing one in doubt.
func (s *shop) sold(t *testing.T) (n int) {
	t.Helper()
	var orders int
	require.NoError(t, s.QueryRow(t.Context(), `select (select count(*) from shop_order),
		(select count(*) from seatbook_record where kind = 'billing.order')`).Scan(&n, &orders))
	require.Equal(t, n, orders, "half of a sale is there")
	return n
}

// has reports whether an order of the shop is there.
func (s *shop) has(t *testing.T, id int) (there bool) {
	t.Helper()
	require.NoError(t, s.QueryRow(t.Context(), `select exists (select 1 from shop_order where id = $1)`, id).Scan(&there))
	return there
}
