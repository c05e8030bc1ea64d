package seatbook_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/benbjohnson/clock"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

func TestAClaimIsOfOneWorkerUntilItEnds(t *testing.T) {
	t.Parallel()
	e, clock, _ := opened(t, 0, backwards)
	claim := func(by string, wanted ...string) []string {
		t.Helper()
		mine, err := e.Claim(t.Context(), by, wanted...)
		require.NoError(t, err)
		slices.Sort(mine)
		return mine
	}
	require.Equal(t, []string{"a", "b"}, claim("one", "a", "b"))
	require.Equal(t, []string{"c"}, claim("two", "a", "b", "c"))
	require.Equal(t, []string{"a"}, claim("one", "a"), "its own it can claim again")
	clock.Set(clock.Now().Add(time.Minute - 1))
	require.Empty(t, claim("three", "a", "b", "c"))
	clock.Set(clock.Now().Add(1))
	require.Equal(t, []string{"a", "b", "c"}, claim("three", "a", "b", "c"), "a minute later they are free")
	require.Empty(t, claim("one", "a"))
}

func TestWhatADeadWorkerClaimedIsDoneByAnother(t *testing.T) {
	t.Parallel()
	e, clock, _ := opened(t, 3, backwards)
	clock.Set(clock.Now().Add(7 * 24 * time.Hour))
	mine, err := e.Claim(t.Context(), "dead", backwards(0), backwards(1))
	require.NoError(t, err)
	require.Len(t, mine, 2)
	did, err := e.Round(t.Context(), "alive")
	require.NoError(t, err)
	require.True(t, did)
	require.Equal(t, 1, ended(t, e))
	did, err = e.Round(t.Context(), "alive")
	require.NoError(t, err)
	require.False(t, did)
	clock.Set(clock.Now().Add(time.Minute))
	did, err = e.Round(t.Context(), "alive")
	require.NoError(t, err)
	require.True(t, did)
	require.Equal(t, 3, ended(t, e))
	require.NoError(t, e.Audit(t.Context()))
}

// ended is how many invitations have ended, by the events.
func ended(t *testing.T, e *seatbook.Engine) (n int) {
	t.Helper()
	for _, event := range allEvents(t, e) {
		if event.Kind == seatbook.WorkEvent && event.Name == "account.invitation-end" {
			n++
		}
	}
	return n
}

func TestManyWorkersDoEverythingOnce(t *testing.T) {
	t.Parallel()
	e, clock, _ := opened(t, 300, backwards)
	clock.Set(clock.Now().Add(7 * 24 * time.Hour))
	var done sync.WaitGroup
	for i := range 8 {
		done.Go(func() {
			for {
				did, err := e.Round(t.Context(), fmt.Sprint(i))
				if err != nil || !did {
					if err != nil {
						t.Error(err)
					}
					return
				}
			}
		})
	}
	done.Wait()
	_, err := e.Round(t.Context(), "last") // what was claimed by those that were still at work
	require.NoError(t, err)
	require.Equal(t, 300, ended(t, e))
	require.NoError(t, e.Audit(t.Context()))
}

// silence is a provider that answers nothing, and counts how often it is asked.
type silence struct {
	stage.Till
	mu    sync.Mutex
	asked map[string]int
	// says makes it answer.
	says bool
}

func (p *silence) Charge(_ context.Context, c billing.Charge) (billing.Answer, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked[c.ID]++
	if p.says {
		return billing.Answer{Outcome: billing.Paid}, nil
	}
	return billing.Answer{}, errors.New("the line is dead")
}

func (p *silence) times() (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, times := range p.asked {
		n += times
	}
	return n
}

func (p *silence) answers() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.says = true
}

// trading is a team with a payment method, over a store whose updates run side by side.
func trading(t *testing.T, p billing.Payments) (*seatbook.Engine, *stage.Clock) {
	t.Helper()
	c := stage.NewClock(stage.At("2026-01-05T09:00:00Z"))
	e, err := seatbook.New(sideBySide{memstore.New()}, seatbook.Config{Clock: c, Payments: p, Random: stage.Zeros{}})
	require.NoError(t, err)
	for _, run := range []func() error{
		func() error {
			_, err := seatbook.Do(t.Context(), e, rule.Operator, account.CreateTeam{Team: "acme", Owner: "ada@acme.test", Country: "US"})
			return err
		},
		func() error {
			_, err := seatbook.Do(t.Context(), e, ada, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok"})
			return err
		},
	} {
		require.NoError(t, run())
	}
	return e, c
}

// Who promises a question asks it, and for a minute nobody else does; then it is
// asked again, once a minute, until there is an answer.
func TestAQuestionIsAskedByOneAtATime(t *testing.T) {
	t.Parallel()
	p := &silence{asked: map[string]int{}}
	e, c := trading(t, p)
	_, err := seatbook.Do(t.Context(), e, ada, billing.Purchase{Team: "acme", Product: "autocad", Seats: 1, Term: licensing.Annual})
	require.ErrorIs(t, err, billing.ErrUnanswered)
	require.Equal(t, 1, p.times())
	round := func(worker string) {
		t.Helper()
		_, err := e.Round(t.Context(), worker)
		require.NoError(t, err)
	}
	c.Set(c.Now().Add(time.Minute - 1))
	round("one")
	require.Equal(t, 1, p.times(), "the command may be asking still")
	c.Set(c.Now().Add(1))
	round("one")
	require.Equal(t, 2, p.times())
	round("one")
	round("two")
	require.Equal(t, 2, p.times(), "not even the worker that asked asks at every turn")
	p.answers()
	require.NoError(t, e.RunDue(t.Context()))
	require.Equal(t, 3, p.times(), "RunDue asks whatever is claimed")
	c.Set(c.Now().Add(time.Minute))
	round("two")
	require.Equal(t, 3, p.times(), "what is answered is not asked again")
	require.NoError(t, e.Audit(t.Context()))
}

// A question that somebody asks and that is not answered keeps no other stream
// waiting, and what a worker promises is asked by it alone.
func TestAQuestionKeepsNobodyElseWaiting(t *testing.T) {
	t.Parallel()
	p := &silence{asked: map[string]int{}}
	e, c := trading(t, p)
	_, err := seatbook.Do(t.Context(), e, rule.Operator, account.CreateTeam{Team: "globex", Owner: "dan@globex.test"})
	require.NoError(t, err)
	_, err = seatbook.Do(t.Context(), e, rule.ByEmail("dan@globex.test"), account.Invite{Team: "globex", Email: "eve@globex.test"})
	require.NoError(t, err)
	c.Set(c.Now().Add(7*24*time.Hour - time.Second))
	_, err = seatbook.Do(t.Context(), e, ada, billing.Purchase{Team: "acme", Product: "autocad", Seats: 1, Term: licensing.Annual})
	require.ErrorIs(t, err, billing.ErrUnanswered)
	c.Set(c.Now().Add(time.Second))
	did, err := e.Round(t.Context(), "one")
	require.NoError(t, err)
	require.True(t, did)
	require.Equal(t, 1, ended(t, e), "the invitation of the other team has ended")
	require.Equal(t, 1, p.times())

	p.answers()
	c.Set(c.Now().Add(time.Minute))
	_, err = e.Round(t.Context(), "one")
	require.NoError(t, err)
	require.Equal(t, 2, p.times())
	c.Set(c.Now().AddDate(1, 0, 0)) // The renewal is due.
	var done sync.WaitGroup
	for i := range 8 {
		done.Go(func() {
			if _, err := e.Round(t.Context(), fmt.Sprint(i)); err != nil {
				t.Error(err)
			}
		})
	}
	done.Wait()
	require.Equal(t, 3, p.times(), "one of eight workers asked for the money of the renewal")
	require.NoError(t, e.Audit(t.Context()))
}

// slow is a provider that takes its time, by the clock that the engine reads.
type slow struct {
	stage.Till
	clock *stage.Clock
	// beside is run in the middle of each charge.
	beside func()
}

func (p *slow) Charge(_ context.Context, _ billing.Charge) (billing.Answer, error) {
	p.clock.Set(p.clock.Now().Add(10 * time.Second))
	p.beside()
	return billing.Answer{Outcome: billing.Paid}, nil
}

// A worker whose provider is slow keeps its claims as long as it is at work.
func TestASlowWorkerKeepsItsClaims(t *testing.T) {
	t.Parallel()
	c := stage.NewClock(stage.At("2026-01-05T09:00:00Z"))
	p := &slow{clock: c, beside: func() {}}
	e, err := seatbook.New(sideBySide{memstore.New()}, seatbook.Config{Clock: c, Payments: p, Random: stage.Zeros{}})
	require.NoError(t, err)
	const teams = 40
	for i := range teams {
		owner := rule.Address(fmt.Sprintf("u%d@acme.test", i))
		_, err := seatbook.Do(t.Context(), e, rule.Operator, account.CreateTeam{Team: fmt.Sprintf("team-%d", i), Owner: owner, Country: "US"})
		require.NoError(t, err)
		_, err = seatbook.Do(t.Context(), e, rule.ByEmail(string(owner)), billing.AddPaymentMethod{Kind: billing.Card, Token: "tok"})
		require.NoError(t, err)
		_, err = seatbook.Do(t.Context(), e, rule.ByEmail(string(owner)), billing.Purchase{Team: fmt.Sprintf("team-%d", i), Product: "autocad", Seats: 1, Term: licensing.Annual})
		require.NoError(t, err)
	}
	c.Set(c.Now().AddDate(1, 0, 1))
	rivals := 0
	p.beside = func() {
		waiting, err := e.Waiting(t.Context())
		if err != nil {
			t.Error(err)
		}
		stolen, err := e.Claim(t.Context(), "rival", waiting...)
		if err != nil {
			t.Error(err)
		}
		rivals += len(stolen)
	}
	_, err = e.Round(t.Context(), "slow")
	require.NoError(t, err)
	require.Zero(t, rivals, "what waits for the slow worker is claimed by it")
	waiting, err := e.Waiting(t.Context())
	require.NoError(t, err)
	require.Empty(t, waiting)
}

// torn is a store whose connection is lost so many times.
type torn struct {
	store.Store
	left atomic.Int64
}

func (s *torn) View(ctx context.Context, fn func(store.Tx) error) error {
	if s.left.Add(-1) >= 0 {
		return errBroken
	}
	return s.Store.View(ctx, fn)
}

func TestTheLoopOutlivesALostConnection(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		times int64
		ends  bool
	}{
		{"lost once", 1, false},
		{"lost five times in a row", 5, false},
		{"lost six times in a row", 6, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			mock := clock.NewMock()
			mock.Set(stage.At("2026-01-05T09:00:00Z"))
			kept := &torn{Store: memstore.New()}
			e, err := seatbook.New(kept, seatbook.Config{Clock: mock, Policy: map[string]string{"invitation-life": "1h"}})
			require.NoError(t, err)
			_, err = seatbook.Do(t.Context(), e, rule.Operator, account.CreateTeam{Team: "acme", Owner: "ada@acme.test"})
			require.NoError(t, err)
			_, err = seatbook.Do(t.Context(), e, ada, account.Invite{Team: "acme", Email: "bob@acme.test"})
			require.NoError(t, err)
			mock.Set(stage.At("2026-01-05T10:00:00Z"))
			kept.left.Store(c.times)
			ctx, stop := context.WithCancel(t.Context())
			result := make(chan error, 1)
			go func() { result <- e.Work(ctx) }()
			var came error
			require.Eventually(t, func() bool {
				mock.Add(time.Second)
				select {
				case came = <-result:
					return true
				default:
					return kept.left.Load() < 0 && ended(t, e) == 1
				}
			}, 20*time.Second, time.Millisecond)
			stop()
			if c.ends {
				require.ErrorIs(t, came, errBroken)
				return
			}
			require.NoError(t, came)
			require.ErrorIs(t, <-result, context.Canceled)
		})
	}
}
