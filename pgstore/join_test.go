package pgstore_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/pgstore"
	"github.com/seatbook/seatbook/pgstore/internal/cluster"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
	"github.com/seatbook/seatbook/store/storetest"
)

// shop is a host with a table of its own beside those of seatbook.
type shop struct {
	*pgxpool.Pool
	*seatbook.Engine
	store   *pgstore.Store
	charges *tally
}

// tally is a provider that counts what it charges.
type tally struct {
	mu   sync.Mutex
	keys map[string]int
}

func (c *tally) answer(charge billing.Charge) (billing.Answer, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.keys[charge.ID]++
	return billing.Answer{Outcome: billing.Paid}, nil
}

func (c *tally) len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.keys)
}

func openShop(t *testing.T) *shop {
	t.Helper()
	schema, err := server.Schema(t.Context())
	require.NoError(t, err)
	require.NoError(t, pgstore.Migrate(t.Context(), server.URL("seatbook_owner", cluster.Database, schema)))
	pool, err := pgxpool.New(t.Context(), server.URL("seatbook_owner", cluster.Database, schema))
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	_, err = pool.Exec(t.Context(), `create table shop_order (id integer primary key, product text not null)`)
	require.NoError(t, err)
	s, err := pgstore.Over(t.Context(), pool)
	require.NoError(t, err)
	charges := &tally{keys: map[string]int{}}
	engine, err := seatbook.New(s, seatbook.Config{Clock: stage.NewClock(stage.At(start)), Payments: stage.Provider(charges.answer)})
	require.NoError(t, err)
	team(t, engine, "acme", "ada@acme.test")
	return &shop{pool, engine, s, charges}
}

// sell writes the shop's row and buys, in one transaction of the shop.
func (s *shop) sell(ctx context.Context, tx pgx.Tx, joined store.Store, id int) error {
	if _, err := tx.Exec(ctx, `insert into shop_order (id, product) values ($1, $2)`, id, purchase.Product); err != nil {
		return err
	}
	return joined.Update(ctx, func(t store.Tx) error {
		_, err := seatbook.Do(ctx, s.Within(t), ada, purchase)
		if errors.Is(err, billing.ErrUnanswered) {
			return nil // The order waits for its charge.
		}
		return err
	})
}

func (s *shop) orders(t *testing.T) (n int) {
	t.Helper()
	require.NoError(t, s.QueryRow(t.Context(), `select count(*) from shop_order`).Scan(&n))
	return n
}

func (s *shop) seats(t *testing.T) int {
	t.Helper()
	return ask(t, s.Engine, ada, licensing.SeatsQuery{Team: "acme", Product: purchase.Product}).Owned
}

func TestTheHostsRowAndWhatItSoldAreKeptTogether(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	err := s.store.Together(t.Context(), func(tx pgx.Tx, joined store.Store) error {
		if err := s.sell(t.Context(), tx, joined, 1); err != nil {
			return err
		}
		require.Zero(t, s.charges.len(), "the charge waits for the host's commit")
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, 1, s.orders(t))
	require.Zero(t, s.seats(t), "nothing is granted before the charge")
	require.NoError(t, s.RunDue(t.Context()))
	require.Equal(t, 1, s.charges.len())
	require.Equal(t, 2, s.seats(t))
	require.NoError(t, s.Audit(t.Context()))
}

func TestNeitherIsKeptWhereTheHostRollsBack(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	before, err := s.Digest(t.Context())
	require.NoError(t, err)
	failed := errors.New("the shop changed its mind")
	err = s.store.Together(t.Context(), func(tx pgx.Tx, joined store.Store) error {
		require.NoError(t, s.sell(t.Context(), tx, joined, 1))
		return failed
	})
	require.ErrorIs(t, err, failed)
	require.NoError(t, s.RunDue(t.Context()))
	require.Zero(t, s.orders(t))
	require.Zero(t, s.charges.len())
	after, err := s.Digest(t.Context())
	require.NoError(t, err)
	require.Equal(t, before, after)
}

// What a rule refuses leaves the host's transaction as it was: the host decides.
func TestARefusalLeavesTheHostsRow(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	require.NoError(t, s.store.Together(t.Context(), func(tx pgx.Tx, joined store.Store) error {
		if _, err := tx.Exec(t.Context(), `insert into shop_order (id, product) values (1, 'none')`); err != nil {
			return err
		}
		err := joined.Update(t.Context(), func(tx store.Tx) error {
			_, err := seatbook.Do(t.Context(), s.Within(tx), ada, licensing.Assign{Team: "acme", Product: "maya", User: "ada@acme.test"})
			return err
		})
		require.ErrorIs(t, err, rule.NoSeats)
		return nil
	}))
	require.Equal(t, 1, s.orders(t))
	require.NoError(t, s.Audit(t.Context()))
}

func TestAJoinedStoreSeesWhatItWroteAndUndoesAPart(t *testing.T) {
	t.Parallel()
	s := begin(t, pgstore.Unsent(2))
	s.Use([]store.Codec{values.Codec()})
	failed := errors.New("failed on purpose")
	put := func(tx store.Tx, keys ...string) error {
		for _, key := range keys {
			if err := tx.Put(key, storetest.Value{Name: key}); err != nil {
				return err
			}
		}
		return nil
	}
	require.NoError(t, s.Together(t.Context(), func(_ pgx.Tx, joined store.Store) error {
		require.NoError(t, joined.Update(t.Context(), func(tx store.Tx) error { return put(tx, "a", "b", "c") }))
		require.ErrorIs(t, joined.Update(t.Context(), func(tx store.Tx) error {
			require.NoError(t, put(tx, "d", "e", "f"))
			return failed
		}), failed)
		func() {
			defer func() { require.Equal(t, failed, recover()) }()
			_ = joined.Update(t.Context(), func(tx store.Tx) error {
				require.NoError(t, put(tx, "g", "h", "i"))
				panic(failed)
			})
		}()
		return joined.View(t.Context(), func(tx store.Tx) error {
			require.Equal(t, []string{"a", "b", "c"}, names(t, tx))
			require.ErrorIs(t, tx.Put("z", storetest.Value{}), store.ErrReadOnly)
			return nil
		})
	}))
	require.NoError(t, s.View(t.Context(), func(tx store.Tx) error {
		require.Equal(t, []string{"a", "b", "c"}, names(t, tx))
		return nil
	}))
}

// names returns the keys of every row.
func names(t *testing.T, tx store.Tx) (list []string) {
	t.Helper()
	for row, err := range tx.Scan(store.Range{}) {
		require.NoError(t, err)
		list = append(list, row.Key)
	}
	return list
}

func TestATransactionToJoinIsSerializable(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	for _, level := range []pgx.TxIsoLevel{pgx.ReadCommitted, pgx.RepeatableRead} {
		tx, err := s.BeginTx(t.Context(), pgx.TxOptions{IsoLevel: level})
		require.NoError(t, err)
		err = s.store.Join(tx).Update(t.Context(), func(store.Tx) error { return nil })
		require.ErrorIs(t, err, pgstore.ErrIsolation)
		require.ErrorContains(t, err, string(level))
		require.NoError(t, tx.Rollback(t.Context()))
	}
}

// Two hosts that sell the last seat at once: the one that loses begins anew and finds
// that there is none.
func TestTogetherIsRunAgainWhereItLost(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	do(t, s.Engine, ada, purchase)
	for _, user := range []rule.Address{"bob@acme.test", "cyd@acme.test"} {
		join(t, s.Engine, "acme", user)
	}
	do(t, s.Engine, ada, licensing.Assign{Team: "acme", Product: purchase.Product, User: "ada@acme.test"})
	var gate, done sync.WaitGroup
	gate.Add(2)
	codes := make([]error, 2)
	for i, user := range []rule.Address{"bob@acme.test", "cyd@acme.test"} {
		done.Go(func() {
			first := true
			codes[i] = s.store.Together(t.Context(), func(_ pgx.Tx, joined store.Store) error {
				return joined.Update(t.Context(), func(tx store.Tx) error {
					_, err := seatbook.Do(t.Context(), s.Within(tx), ada, licensing.Assign{Team: "acme", Product: purchase.Product, User: user})
					if first { // Both have read before either commits.
						first = false
						gate.Done()
						gate.Wait()
					}
					return err
				})
			})
		})
	}
	done.Wait()
	won, lost := codes[0], codes[1]
	if won != nil {
		won, lost = lost, won
	}
	require.NoError(t, won)
	require.ErrorIs(t, lost, rule.NoSeats)
	require.NoError(t, s.Audit(t.Context()))
}

// A transaction that began before others and commits after them is told after them:
// whoever reads the events with a cursor meets it.
func TestACursorNeverSkipsALateCommit(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	do(t, s.Engine, ada, purchase)
	team(t, s.Engine, "globex", "gil@globex.test")
	inside, leave := make(chan struct{}), make(chan struct{})
	late := make(chan error, 1)
	go func() {
		first := true
		late <- s.store.Together(context.Background(), func(_ pgx.Tx, joined store.Store) error {
			err := joined.Update(context.Background(), func(tx store.Tx) error {
				_, err := seatbook.Do(context.Background(), s.Within(tx), ada, licensing.Assign{Team: "acme", Product: purchase.Product, User: "ada@acme.test"})
				return err
			})
			if first {
				first = false
				close(inside)
				<-leave
			}
			return err
		})
	}()
	<-inside
	join(t, s.Engine, "globex", "hal@globex.test")
	seen, err := s.Events(t.Context(), seatbook.Cursor{}, 1000)
	require.NoError(t, err)
	require.Contains(t, eventNames(seen), "account.accept_invitation")
	require.NotContains(t, eventNames(seen), "licensing.assign")
	close(leave)
	require.NoError(t, <-late)
	news, err := s.Events(t.Context(), seen[len(seen)-1].Cursor, 1000)
	require.NoError(t, err)
	require.Contains(t, eventNames(news), "licensing.assign")
	require.NotContains(t, eventNames(news), "account.accept_invitation")
	require.NoError(t, s.Audit(t.Context()))
}

func eventNames(list []seatbook.Event) (names []string) {
	for _, e := range list {
		names = append(names, e.Name)
	}
	return names
}
