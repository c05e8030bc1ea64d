// Package stage sets up an engine for tests: a store in memory, a clock that
// stands still until it is set, and a payment provider that a test scripts.
// Tests alone import it.
package stage

import (
	"context"
	"encoding/json"
	"sync"
	"testing"
	"time"

	"github.com/benbjohnson/clock"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/rule"
)

// Clock stands still until it is set. Its timers are those of clock.Mock.
type Clock struct {
	*clock.Mock
	mu  sync.Mutex
	now time.Time
}

// NewClock makes a clock that shows an instant.
func NewClock(now time.Time) *Clock { return &Clock{Mock: clock.NewMock(), now: now} }

// Now returns what the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Set makes the clock show another instant, also an earlier one.
func (c *Clock) Set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
}

// Provider is a payment provider made of a function.
type Provider func(billing.Charge) (billing.Answer, error)

// Charge implements [billing.Payments].
func (p Provider) Charge(_ context.Context, c billing.Charge) (billing.Answer, error) { return p(c) }

// Refund implements [billing.Payments]: the money goes back.
func (Provider) Refund(_ context.Context, r billing.Refund) (billing.Answer, error) {
	return billing.Answer{Outcome: billing.Paid, Reference: "back " + r.ID}, nil
}

// Till is a provider that answers refunds by a function too.
type Till struct {
	Provider
	Refunds func(billing.Refund) (billing.Answer, error)
}

// Refund implements [billing.Payments].
func (t Till) Refund(_ context.Context, r billing.Refund) (billing.Answer, error) {
	return t.Refunds(r)
}

// Pays is a provider that says yes to everything.
var Pays = Provider(func(billing.Charge) (billing.Answer, error) {
	return billing.Answer{Outcome: billing.Paid}, nil
})

// Declines is a provider that says no to everything.
var Declines = Provider(func(billing.Charge) (billing.Answer, error) {
	return billing.Answer{Outcome: billing.Declined}, nil
})

// Zeros is a source of secrets that are all the same.
type Zeros struct{}

// Read fills p with nothing but zeros.
func (Zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// At reads an instant; a test's literal that is none panics.
func At(text string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		panic(err)
	}
	return t
}

// Stage is an engine with its clock and store.
type Stage struct {
	testing.TB
	*seatbook.Engine
	Clock *Clock
	Store *memstore.Store
}

// Begin makes an engine at an instant. Charges are paid unless the config says
// otherwise.
func Begin(t testing.TB, start string, config seatbook.Config) *Stage {
	t.Helper()
	s := &Stage{TB: t, Clock: NewClock(At(start)), Store: memstore.New()}
	config.Clock = s.Clock
	if config.Payments == nil {
		config.Payments = Pays
	}
	engine, err := seatbook.New(s.Store, config)
	require.NoError(t, err)
	s.Engine = engine
	return s
}

// At sets the clock.
func (s *Stage) At(text string) *Stage {
	s.Clock.Set(At(text))
	return s
}

// Run runs a command by name with its fields as JSON and returns the result as
// JSON, or the refusal.
func (s *Stage) Run(actor rule.Actor, name, args string) (string, error) {
	s.Helper()
	result, err := s.Engine.Run(s.Context(), actor, name, []byte(args))
	if err != nil {
		return "", err
	}
	data, err := json.Marshal(result)
	require.NoError(s.TB, err)
	return string(data), nil
}

// Digest returns the digest of the whole state.
func (s *Stage) Digest() string {
	s.Helper()
	digest, err := s.Engine.Digest(s.Context())
	require.NoError(s.TB, err)
	return digest
}

// Audit checks every invariant.
func (s *Stage) Audit() {
	s.Helper()
	require.NoError(s.TB, s.Engine.Audit(s.Context()))
}

// Do runs a command that must succeed.
func Do[R any](s *Stage, actor rule.Actor, c rule.Command[R], options ...seatbook.Option) R {
	s.Helper()
	r, err := seatbook.Do(s.Context(), s.Engine, actor, c, options...)
	require.NoError(s.TB, err)
	return r
}

// Ask answers a query that must be allowed.
func Ask[R any](s *Stage, actor rule.Actor, q rule.Query[R], options ...seatbook.Option) R {
	s.Helper()
	r, err := seatbook.Ask(s.Context(), s.Engine, actor, q, options...)
	require.NoError(s.TB, err)
	return r
}

// Refused runs a command that must be refused with a code, and returns the
// refusal. Nothing of it may be kept.
func Refused[R any](s *Stage, actor rule.Actor, code rule.Code, c rule.Command[R]) *rule.Refusal {
	s.Helper()
	require.NoError(s.TB, s.RunDue(s.Context()))
	before := s.Digest()
	_, err := seatbook.Do(s.Context(), s.Engine, actor, c)
	require.ErrorIs(s.TB, err, code)
	require.Equal(s.TB, before, s.Digest(), "a refused command changed something")
	return rule.AsRefusal(err)
}
