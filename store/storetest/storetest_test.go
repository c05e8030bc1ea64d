package storetest_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
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

var faults = slices.Concat(updateFaults, rowFaults, isolationFaults, orderFaults, boundFaults, loopFaults, tryFaults, refusalFaults)

// recorder takes the place of a *testing.T that is meant to fail.
type recorder struct {
	ctx context.Context

	mu     sync.Mutex
	said   []string
	failed bool
}

func (r *recorder) Helper()                  {}
func (r *recorder) Context() context.Context { return r.ctx }

func (r *recorder) Errorf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failed = true
	r.said = append(r.said, fmt.Sprintf(format, args...))
}

func (r *recorder) FailNow() {
	r.mu.Lock()
	r.failed = true
	r.mu.Unlock()
	runtime.Goexit()
}

// check runs a promise as a test of its own would, and returns the recorder and
// what the promise panicked with.
func check(ctx context.Context, p storetest.Promise, s store.Store) (r *recorder, panicked any) {
	r = &recorder{ctx: ctx}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() { panicked = recover() }()
		p.Check(r, s)
	}()
	<-done
	return r, panicked
}

func promise(t *testing.T, name string) storetest.Promise {
	t.Helper()
	for _, p := range storetest.Promises() {
		if p.Name == name {
			return p
		}
	}
	t.Fatalf("there is no promise %q", name)
	return storetest.Promise{}
}

func TestEveryFaultBreaksItsPromise(t *testing.T) {
	t.Parallel()
	for _, f := range faults {
		t.Run(f.promise+"/"+f.name, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			if f.hangs {
				short, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
				defer cancel()
				ctx = short
			}
			r, panicked := check(ctx, promise(t, f.promise), f.open(memstore.New()))
			require.Nil(t, panicked, "a promise fails and does not panic")
			require.True(t, r.failed, "a backend with this fault should fail")
			said := strings.Join(r.said, "\n")
			require.NotEmpty(t, said, "a promise says how it was broken")
			if !f.hangs {
				require.NotContains(t, said, "gave up waiting", "this fault does not hang")
			}
			t.Log(said)
		})
	}
}

func TestEveryPromiseHasAFaultThatBreaksIt(t *testing.T) {
	t.Parallel()
	promises := storetest.Promises()
	require.GreaterOrEqual(t, len(promises), 28)
	seen := map[string]bool{}
	for _, p := range promises {
		require.False(t, seen[p.Name], "two promises are called %q", p.Name)
		seen[p.Name] = true
		broken := slices.ContainsFunc(faults, func(f fault) bool { return f.promise == p.Name })
		require.True(t, broken, "no fault breaks %q", p.Name)
	}
}

func TestASoundBackendKeepsEveryPromise(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(*testing.T) store.Store { return memstore.New() })
}

// A fault must fail for what it does and not for how it is built in.
func TestAWrapperWithoutAFaultKeepsEveryPromise(t *testing.T) {
	t.Parallel()
	open := withTx(func(*brokenTx) {})
	storetest.Run(t, func(*testing.T) store.Store { return open(memstore.New()) })
}

func TestEveryPromisePassesUnderTheRecorder(t *testing.T) {
	t.Parallel()
	for _, p := range storetest.Promises() {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			r, panicked := check(t.Context(), p, memstore.New())
			require.Nil(t, panicked)
			require.False(t, r.failed, strings.Join(r.said, "\n"))
		})
	}
}
