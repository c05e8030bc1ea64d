package simulator

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// Timeline walks a world through time. Whatever is due on the way is done at
// its own instant. It can mark a moment, go back to it, and branch off from it.
// It is used by one goroutine at a time; timelines that branched off from one
// another are independent, and each can have its own.
type Timeline struct {
	world  *World
	memory memory
	// heard is the place up to which events were handed out.
	heard seatbook.Cursor
}

// NewTimeline returns a timeline that begins at the world's present.
func NewTimeline(world *World) *Timeline { return &Timeline{world: world, memory: newMemory()} }

// moment is what a mark keeps: the world and what the timeline knew of it.
type moment struct {
	snapshot
	memory memory
	heard  seatbook.Cursor
}

// World returns the world at the present. A rewind puts another in its place.
func (t *Timeline) World() *World { return t.world }

// Now returns the present instant.
func (t *Timeline) Now() time.Time { return t.world.clock.Now() }

var errBackwards = errors.New("simulator: time never goes back, but to a mark")

// Advance goes to an instant. What is due by then, the instant itself included,
// is done on the way, each thing at its own instant.
func (t *Timeline) Advance(ctx context.Context, to time.Time) error {
	if to.Before(t.Now()) {
		return fmt.Errorf("%w: %s is before %s", errBackwards, rule.Show(to), rule.Show(t.Now()))
	}
	engine, clock := t.world.engine, t.world.clock
	var last time.Time
	for {
		due, ok, err := engine.NextDue(ctx)
		if err != nil {
			return err
		}
		if !ok || due.After(to) {
			break
		}
		if !due.After(last) {
			return fmt.Errorf("simulator: what is due at %s does not get done", rule.Show(due))
		}
		last = due
		if due.After(clock.Now()) {
			clock.Set(due.In(to.Location()))
		}
		if err := engine.RunDue(ctx); err != nil {
			return err
		}
	}
	clock.Set(to)
	return engine.RunDue(ctx)
}

// AdvanceSpan goes forward by a span, whose years, months and days are those of
// the world's zone.
func (t *Timeline) AdvanceSpan(ctx context.Context, span period.Span) error {
	return t.Advance(ctx, span.After(t.Now(), t.world.config.Zone))
}

// Do runs a command by its name, with its fields as JSON, at the present.
func (t *Timeline) Do(ctx context.Context, actor rule.Actor, name string, args []byte, options ...seatbook.Option) (any, error) {
	before := t.world.secrets.state()
	result, err := t.world.engine.Run(ctx, actor, name, args, options...)
	if err != nil {
		t.world.secrets.restore(before)
	}
	return result, err
}

// Preview runs a command like [Timeline.Do] and keeps nothing of it. Not even
// the secrets to come are others.
func (t *Timeline) Preview(ctx context.Context, actor rule.Actor, name string, args []byte, options ...seatbook.Option) (any, error) {
	defer func(before rand.ChaCha8) { t.world.secrets.restore(before) }(t.world.secrets.state())
	return t.world.engine.Run(ctx, actor, name, args, append(options, seatbook.Preview())...)
}

// Ask answers a query by its name, with its fields as JSON, at the present.
func (t *Timeline) Ask(ctx context.Context, actor rule.Actor, name string, args []byte, options ...seatbook.Option) (any, error) {
	return t.world.engine.Query(ctx, actor, name, args, options...)
}

// Save keeps a value under a name. Marks, rewinds and forks carry it like the
// world itself.
func (t *Timeline) Save(name string, value any) { t.memory.save(name, value) }

// Saved returns what was saved under a name.
func (t *Timeline) Saved(name string) (value any, found bool) { return t.memory.load(name) }

// Mark names the present. A name that is used again names the later moment.
func (t *Timeline) Mark(name string) {
	t.memory.mark(name, t.present())
}

// present returns the present moment, to be restored.
func (t *Timeline) present() moment {
	return moment{snapshot: t.world.snapshot(), memory: t.memory, heard: t.heard}
}

// restore goes to a moment.
func (t *Timeline) restore(m moment) {
	t.world = m.world(t.world.config)
	t.memory, t.heard = m.memory, m.heard
}

// Rewind goes back to a mark. Everything after it is dropped, later marks and
// names included.
func (t *Timeline) Rewind(name string) error {
	m, err := t.at(name)
	if err != nil {
		return err
	}
	t.goOn(name, m)
	return nil
}

// Fork returns a timeline that branches off at a mark, with what was saved and
// marked by then. Neither sees what the other does afterwards.
func (t *Timeline) Fork(name string) (*Timeline, error) {
	m, err := t.at(name)
	if err != nil {
		return nil, err
	}
	branch := &Timeline{world: t.world}
	branch.goOn(name, m)
	return branch, nil
}

func (t *Timeline) at(name string) (moment, error) {
	place, found := t.memory.marked(name)
	m, ok := place.(moment)
	if !found || !ok {
		return moment{}, fmt.Errorf("simulator: nothing is marked as %q%s", name, nearest(name, t.memory.markNames()))
	}
	return m, nil
}

// goOn continues from a moment, which stays marked.
func (t *Timeline) goOn(name string, m moment) {
	t.restore(m)
	t.memory.mark(name, m)
}

// eventsAtOnce is how many events are read in one go.
const eventsAtOnce = 1000

// News returns what happened since it was last asked, in order.
func (t *Timeline) News(ctx context.Context) ([]seatbook.Event, error) {
	var news []seatbook.Event
	for {
		events, err := t.world.engine.Events(ctx, t.heard, eventsAtOnce)
		if err != nil || len(events) == 0 {
			return news, err
		}
		news = append(news, events...)
		t.heard = events[len(events)-1].Cursor
	}
}

// Digest identifies the state of the world: two that came to the same have the
// same digest.
func (t *Timeline) Digest(ctx context.Context) (string, error) { return t.world.engine.Digest(ctx) }
