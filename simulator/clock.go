package simulator

import (
	"sync"
	"time"

	"github.com/benbjohnson/clock"
)

// Clock is a clock that stands still until it is set. It is safe for
// concurrent use.
//
// It embeds a [clock.Mock] for the rest of the interface, and keeps an instant
// of its own: setting the mock sleeps a millisecond each time, and its timers
// fire out of order. What is due is found in the engine's queue instead.
type Clock struct {
	*clock.Mock

	mu  sync.Mutex
	now time.Time
}

// NewClock returns a clock that shows an instant.
func NewClock(now time.Time) *Clock { return &Clock{Mock: clock.NewMock(), now: now} }

// Now returns the instant that the clock was last set to.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Set moves the clock. No timer fires.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

// Add moves the clock forward. No timer fires.
func (c *Clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Since returns how long ago t was.
func (c *Clock) Since(t time.Time) time.Duration { return c.Now().Sub(t) }

// Until returns how far ahead t is.
func (c *Clock) Until(t time.Time) time.Duration { return t.Sub(c.Now()) }
