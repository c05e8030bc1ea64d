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

// Timeline walks a world through time. Whatever is due on the way is done at its
// own instant. It can mark a moment, go back to it or to any instant that it has
// passed, and branch off from there.
//
// It is used by one goroutine at a time; timelines that branched off from one
// another are independent, and each can have its own.
//
// Each midnight on the way, by the clock of the world's zone, is kept: those of
// the last 31 days, those that ended a month, and every mark. Going back to one
// of them costs the same however much has happened since and however much there
// is. Another instant is reached from the last of them that lies before it, by
// doing again what the journal says.
type Timeline struct {
	world  *World
	memory memory
	past   past
	// heard is the place up to which events were handed out.
	heard seatbook.Cursor
	// kept is the place in the events at which a midnight was last kept.
	kept   seatbook.Cursor
	family *family
	name   string
	closed bool
}

// NewTimeline returns a timeline that begins at the world's present.
func NewTimeline(world *World) *Timeline {
	t := &Timeline{world: world, memory: newMemory(), family: newFamily(), name: MainLine, heard: world.config.heard, kept: world.config.heard}
	t.family.lines[MainLine] = t
	t.past.keep(t.moment(""))
	return t
}

// moment is the present, to be gone back to.
func (t *Timeline) moment(mark string) *moment {
	return &moment{snapshot: t.world.snapshot(), mark: mark, memory: t.memory, heard: t.heard}
}

// World returns the world at the present. A rewind puts another in its place.
func (t *Timeline) World() *World { return t.world }

// Now returns the present instant.
func (t *Timeline) Now() time.Time { return t.world.clock.Now() }

var errBackwards = errors.New("simulator: time never goes back, but by a rewind")

// ErrClosed is what a timeline gives that was closed.
var ErrClosed = errors.New("simulator: the timeline is closed")

// Advance goes to an instant. What is due by then, the instant itself included,
// is done on the way, each thing at its own instant.
func (t *Timeline) Advance(ctx context.Context, to time.Time) error {
	if t.closed {
		return ErrClosed
	}
	if to.Before(t.Now()) {
		return fmt.Errorf("%w: %s is before %s", errBackwards, rule.Show(to), rule.Show(t.Now()))
	}
	for {
		due, ok, err := t.world.engine.NextDue(ctx)
		if err != nil {
			return err
		}
		more := ok && !due.After(to)
		// From here on nothing changes before what is due next: one midnight of those
		// in between is enough.
		night := t.midnight()
		if more && night.Before(due) || !more && !night.After(to) {
			if err := t.keep(ctx, night.In(to.Location())); err != nil {
				return err
			}
		}
		if !more {
			t.world.clock.Set(to)
			return t.world.engine.RunDue(ctx)
		}
		if err := t.world.work(ctx, due.In(to.Location())); err != nil {
			return err
		}
	}
}

// midnight is the present, where that is one, or else the next.
func (t *Timeline) midnight() time.Time {
	now, zone := t.Now(), t.world.Zone()
	day := period.DateOf(now, zone)
	for night := day.In(zone); ; night = day.In(zone) {
		if !night.Before(now) {
			return night
		}
		day = day.AddDays(1)
	}
}

// keep goes to a midnight and keeps the world as it is then, where anything has
// changed since that was last done.
func (t *Timeline) keep(ctx context.Context, night time.Time) error {
	t.world.clock.Set(night)
	latest, err := t.world.engine.Latest(ctx)
	if err != nil || latest == t.kept {
		return err
	}
	t.kept = latest
	t.past.thin(night, t.world.Zone(), t.memory)
	t.past.keep(t.moment(""))
	return nil
}

// AdvanceSpan goes forward by a span, whose years, months and days are those of
// the world's zone.
func (t *Timeline) AdvanceSpan(ctx context.Context, span period.Span) error {
	return t.Advance(ctx, span.After(t.Now(), t.world.Zone()))
}

// Do runs a command by its name, with its fields as JSON, at the present.
func (t *Timeline) Do(ctx context.Context, actor rule.Actor, name string, args []byte, options ...seatbook.Option) (any, error) {
	if t.closed {
		return nil, ErrClosed
	}
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
	if t.closed {
		return nil, ErrClosed
	}
	defer func(before rand.ChaCha8) { t.world.secrets.restore(before) }(t.world.secrets.state())
	return t.world.engine.Run(ctx, actor, name, args, append(options, seatbook.Preview())...)
}

// Ask answers a query by its name, with its fields as JSON, at the present.
func (t *Timeline) Ask(ctx context.Context, actor rule.Actor, name string, args []byte, options ...seatbook.Option) (any, error) {
	if t.closed {
		return nil, ErrClosed
	}
	return t.world.engine.Query(ctx, actor, name, args, options...)
}

// Save keeps a value under a name. Marks, rewinds and forks carry it like the
// world itself.
func (t *Timeline) Save(name string, value any) {
	if t.closed {
		return
	}
	t.memory.save(name, value)
	t.past.learn(t.Now(), t.memory)
}

// Saved returns what was saved under a name.
func (t *Timeline) Saved(name string) (value any, found bool) { return t.memory.load(name) }

// Mark names the present. A name that is used again names the later moment.
func (t *Timeline) Mark(name string) {
	if t.closed {
		return
	}
	m := t.moment(name)
	t.past.keep(m)
	t.memory.mark(name, m)
	t.past.learn(t.Now(), t.memory)
}

// Marks returns the names of the marks in alphabetical order.
func (t *Timeline) Marks() []string { return t.memory.markNames() }

// Rewind goes back to a place. Everything after it is dropped, later marks and
// names included. It refuses a mark that is not there and an instant that lies
// ahead, or before the timeline's beginning; nothing has changed then.
func (t *Timeline) Rewind(ctx context.Context, to Place) error {
	there, err := t.at(ctx, to)
	if err != nil {
		return err
	}
	t.world, t.memory, t.past, t.heard, t.kept = there.world, there.memory, there.past, there.heard, there.kept
	return nil
}

// Fork returns a timeline without a name that branches off at a place, with what
// was saved and marked by then. Neither sees what the other does afterwards. It
// refuses what [Timeline.Rewind] refuses.
func (t *Timeline) Fork(ctx context.Context, from Place) (*Timeline, error) { return t.at(ctx, from) }

// at returns a timeline that goes on from a place.
func (t *Timeline) at(ctx context.Context, p Place) (*Timeline, error) {
	if t.closed {
		return nil, ErrClosed
	}
	if p.marked {
		place, found := t.memory.marked(p.mark)
		m, ok := place.(*moment)
		if !found || !ok {
			return nil, fmt.Errorf("simulator: nothing is marked as %q%s", p.mark, nearest(p.mark, t.memory.markNames()))
		}
		branch := t.from(m)
		branch.memory.mark(p.mark, m)
		branch.past.learn(m.now, branch.memory)
		return branch, nil
	}
	at := p.instant(t.Now(), t.world.Zone())
	begin := t.past.kept[0].now
	switch {
	case at.Equal(t.Now()):
		return t.from(t.moment("")), nil
	case at.After(t.Now()):
		return nil, fmt.Errorf("simulator: %s lies ahead: it is %s", rule.Show(at), rule.Show(t.Now()))
	case at.Before(begin):
		return nil, fmt.Errorf("simulator: %s lies before the beginning, %s", rule.Show(at), rule.Show(begin))
	}
	return t.again(ctx, at)
}

// from returns a timeline that goes on from a moment.
func (t *Timeline) from(m *moment) *Timeline {
	return &Timeline{world: m.world(t.world.config), memory: m.memory, past: t.past.until(m), heard: m.heard, family: t.family}
}

// again returns a timeline that goes on from an instant of the past: from the
// last moment kept before it, by doing again what was done up to it.
func (t *Timeline) again(ctx context.Context, at time.Time) (*Timeline, error) {
	m := t.past.before(at)
	store := m.store.Fork()
	_, made, err := t.world.engine.ReplayOnto(ctx, store, at)
	if err != nil {
		return nil, err
	}
	random := &secrets{stream: m.stream}
	if err := random.skip(made); err != nil {
		return nil, err
	}
	world, err := newWorld(t.world.config, store, m.now, random, t.world.mould)
	if err != nil {
		return nil, err
	}
	branch := &Timeline{world: world, memory: t.past.knew(at), past: t.past.by(at), family: t.family}
	if err := branch.Advance(ctx, at.In(t.Now().Location())); err != nil {
		return nil, err
	}
	branch.heard, err = world.engine.Latest(ctx)
	return branch, err
}

// eventsAtOnce is how many events are read in one go.
const eventsAtOnce = 1000

// News returns what happened since it was last asked, in order.
//
// A timeline that went back to an instant which nobody had marked has heard all
// that happened by then.
func (t *Timeline) News(ctx context.Context) ([]seatbook.Event, error) {
	if t.closed {
		return nil, ErrClosed
	}
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
