package pgstore_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/pgstore"
	"github.com/seatbook/seatbook/pgstore/internal/cluster"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
	"github.com/seatbook/seatbook/store/storetest"
)

// own starts a cluster for one test alone, which forces what it commits to the disk.
func own(t *testing.T) *cluster.Cluster {
	t.Helper()
	c, err := cluster.Start(context.Background(), "fsync=on", "synchronous_commit=on")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Stop()) })
	return c
}

// fate is what an update said of itself.
type fate struct {
	key string
	err error
}

// writeOn writes rows until it is told to stop, and returns what became of each.
func writeOn(s *pgstore.Store, name string, stop <-chan struct{}) (list []fate) {
	for i := 0; ; i++ {
		select {
		case <-stop:
			return list
		default:
		}
		key := fmt.Sprintf("%s %d", name, i)
		err := s.Update(context.Background(), func(tx store.Tx) error {
			if err := tx.Put(key, storetest.Value{Count: 1}); err != nil {
				return err
			}
			return tx.Put(key+" too", storetest.Value{Count: 1})
		})
		list = append(list, fate{key, err})
		if err != nil {
			time.Sleep(5 * time.Millisecond)
		}
	}
}

// What an update said holds after the server was killed in the middle of commits: what
// was kept is there, what was not is not, and what is in doubt is there whole or not.
func TestAServerThatIsKilledLosesNothing(t *testing.T) {
	t.Parallel()
	c := own(t)
	s := open(t, fresh(t, c))
	s.Use([]store.Codec{values.Codec()})
	kept, doubted, failed := 0, 0, 0
	for round := range 4 {
		var fates [4][]fate
		var all sync.WaitGroup
		stop := make(chan struct{})
		for i := range fates {
			all.Go(func() { fates[i] = writeOn(s, fmt.Sprintf("round %d writer %d", round, i), stop) })
		}
		time.Sleep(time.Duration(50+rand.IntN(150)) * time.Millisecond)
		require.NoError(t, c.Kill())
		require.NoError(t, c.Restart(t.Context()))
		close(stop)
		all.Wait()
		for _, list := range fates {
			for _, f := range list {
				one, two := count(t, s, f.key), count(t, s, f.key+" too")
				require.Equal(t, one, two, "%s is half there: %v", f.key, f.err)
				switch {
				case f.err == nil:
					kept++
					require.Equal(t, int64(1), one, "%s was kept and is lost", f.key)
				case errors.Is(f.err, pgstore.ErrInDoubt):
					doubted++
				default:
					failed++
					require.Zero(t, one, "%s was not kept and is there: %v", f.key, f.err)
				}
			}
		}
	}
	require.Positive(t, kept)
	require.Positive(t, doubted+failed)
	t.Logf("%d kept, %d in doubt, %d failed", kept, doubted, failed)
}

// persist runs a command under a key until it comes to an answer, as a host does.
func persist[R any](t *testing.T, e *seatbook.Engine, actor rule.Actor, key string, c rule.Command[R]) {
	t.Helper()
	for range 2000 {
		_, err := seatbook.Do(t.Context(), e, actor, c, seatbook.Idempotent(key))
		switch {
		case err == nil:
			return
		case errors.Is(err, billing.ErrUnanswered):
			for range 200 {
				if e.RunDue(t.Context()) == nil {
					break
				}
			}
		case rule.AsRefusal(err) != nil:
			require.NoError(t, err)
		}
		time.Sleep(2 * time.Millisecond)
	}
	t.Fatalf("%s never comes to an answer", key)
}

// story is some commands of all sorts, each under a key.
func story(t *testing.T, e *seatbook.Engine, clock *stage.Clock, rounds int) {
	t.Helper()
	for i := range rounds {
		clock.Set(stage.At(start).Add(time.Duration(i) * time.Minute))
		persist(t, e, ada, fmt.Sprint("tokens ", i), billing.BuyTokens{Team: "acme", Tokens: 100})
		persist(t, e, ada, fmt.Sprint("seats ", i), purchase)
		persist(t, e, ada, fmt.Sprint("assign ", i), licensing.Assign{Team: "acme", Product: purchase.Product, User: "ada@acme.test"})
		persist(t, e, ada, fmt.Sprint("unassign ", i), licensing.Unassign{Team: "acme", Product: purchase.Product, User: "ada@acme.test"})
	}
	for range 200 {
		if e.RunDue(t.Context()) == nil {
			return
		}
	}
}

// told requires that everything of a story came to pass, once.
func told(t *testing.T, e *seatbook.Engine, charges *tally, rounds int) {
	t.Helper()
	require.Equal(t, int64(100*rounds), ask(t, e, ada, flex.BalanceQuery{Team: "acme"}).Left)
	require.Equal(t, licensing.Seats{Owned: 2 * rounds, Free: 2 * rounds}, ask(t, e, ada, licensing.SeatsQuery{Team: "acme", Product: purchase.Product}))
	require.Equal(t, 2*rounds, charges.len(), "every charge was asked for under one key")
	require.NoError(t, e.Audit(t.Context()))
}

// counted is an office whose provider counts.
func counted(t *testing.T, s store.Store) (*seatbook.Engine, *stage.Clock, *tally) {
	t.Helper()
	charges, clock := &tally{keys: map[string]int{}}, stage.NewClock(stage.At(start))
	e, err := seatbook.New(s, seatbook.Config{Clock: clock, Payments: stage.Provider(charges.answer)})
	require.NoError(t, err)
	team(t, e, "acme", "ada@acme.test")
	return e, clock, charges
}

// Commands that are run again under their keys come to pass once, however often the
// server is killed meanwhile.
func TestCommandsOutliveAServerThatIsKilled(t *testing.T) {
	t.Parallel()
	c := own(t)
	e, clock, charges := counted(t, open(t, fresh(t, c)))
	const rounds = 30
	stop, stopped := make(chan struct{}), make(chan error, 1)
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			case <-time.After(time.Duration(100+rand.IntN(200)) * time.Millisecond):
			}
			if err := errors.Join(c.Kill(), c.Restart(context.Background())); err != nil {
				stopped <- err
				return
			}
		}
	}()
	story(t, e, clock, rounds)
	close(stop)
	require.NoError(t, <-stopped)
	told(t, e, charges, rounds)
}

// The same where the network loses every n-th statement, or its answer.
func TestCommandsOutliveANetworkThatCutsEveryNthStatement(t *testing.T) {
	t.Parallel()
	for _, heard := range []bool{false, true} {
		for _, every := range []int64{20, 29, 41} {
			t.Run(fmt.Sprintf("every %d, heard %v", every, heard), func(t *testing.T) {
				t.Parallel()
				p := through(t, server.Dir)
				url := fresh(t, server)
				direct, err := seatbook.New(open(t, url), seatbook.Config{Clock: stage.NewClock(stage.At(start).Add(time.Hour))})
				require.NoError(t, err)
				e, clock, charges := counted(t, open(t, past(url, p)))
				p.heard.Store(heard)
				p.every.Store(every)
				story(t, e, clock, 3)
				require.Positive(t, p.cuts.Load())
				told(t, direct, charges, 3)
			})
		}
	}
}

func escaped(path string) string { return strings.ReplaceAll(path, "/", "%2F") }

// past makes a URL one that leads through a proxy.
func past(url string, p *proxy) string {
	return strings.ReplaceAll(url, escaped(server.Dir), escaped(p.dir))
}

// stale is more than the connections that a pool keeps.
const stale = 20

// A disk that is full is stood in for by a limit on the size of files: PostgreSQL
// leaves such limits to work as a full disk does. What fails leaves nothing, and
// once there is room everything goes on.
func TestADiskThatIsFullLosesNothing(t *testing.T) {
	t.Parallel()
	_, err := exec.LookPath("prlimit")
	require.NoError(t, err, "prlimit is in Debian's util-linux")
	c := own(t)
	s := open(t, fresh(t, c))
	s.Use([]store.Codec{values.Codec()})
	e, clock, charges := counted(t, s)
	story(t, e, clock, 2)
	require.NoError(t, c.Restarted(t.Context(), "--fsize=18874368"))
	// Texts that cannot be made smaller fill the table up.
	text := func() string {
		b := make([]byte, 1500)
		for i := range b {
			b[i] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_"[rand.IntN(64)]
		}
		return string(b)
	}
	fill := func(from int) (n int, err error) {
		for n = from; n < from+100_000; n += 500 {
			err := s.Update(t.Context(), func(tx store.Tx) error {
				for i := range 500 {
					if err := tx.Put(fmt.Sprintf("fill %06d", n+i), storetest.Value{Name: text()}); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return n, err
			}
		}
		return n, nil
	}
	var n int
	for range stale { // The first statements find connections that the restart has closed.
		if n, err = fill(n); err != nil && strings.Contains(err.Error(), "could not extend") {
			break
		}
	}
	require.ErrorContains(t, err, "could not extend")
	require.ErrorContains(t, err, "nothing is kept")
	require.NotErrorIs(t, err, pgstore.ErrInDoubt)
	require.Equal(t, n, rows(t, s, "fill "), "every update that was kept is there, and of the one that failed nothing")
	require.NoError(t, c.Restarted(t.Context()))
	for range stale {
		if err = s.Update(t.Context(), func(tx store.Tx) error { return tx.Put("room", storetest.Value{Count: 1}) }); err == nil {
			break
		}
	}
	require.NoError(t, err)
	require.Equal(t, n, rows(t, s, "fill "))
	told(t, e, charges, 2)
}

// rows counts those whose key begins with a prefix.
func rows(t *testing.T, s store.Store, prefix string) (n int) {
	t.Helper()
	require.NoError(t, s.View(t.Context(), func(tx store.Tx) error {
		n = 0
		for _, err := range tx.Scan(store.Prefix(prefix)) {
			if err != nil {
				return err
			}
			n++
		}
		return nil
	}))
	return n
}
