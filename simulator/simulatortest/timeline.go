package simulatortest

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/simulator"
)

// Timeline is a [simulator.Timeline] in a test: whatever goes wrong ends the test
// and prints what happened around it. It is used by the test's own goroutine.
type Timeline struct {
	tb    testing.TB
	line  *simulator.Timeline
	actor rule.Actor
	log   *log
	jobs  *[]*job
}

// job is what the host does at times of its own.
type job struct {
	every period.Span
	next  time.Time
	do    func()
}

// Start makes a world and a timeline that begins in it, on which the operator
// acts. The zero Config is a world in UTC that begins on 5 January 2026 at nine.
func Start(tb testing.TB, config simulator.Config) *Timeline {
	tb.Helper()
	if config.Start.IsZero() {
		config.Start = time.Date(2026, time.January, 5, 9, 0, 0, 0, time.UTC)
	}
	world, err := simulator.NewWorld(config)
	if err != nil {
		tb.Fatalf("simulatortest: %v", err)
	}
	return At(tb, simulator.NewTimeline(world))
}

// At continues a timeline in a test. The operator acts on it.
func At(tb testing.TB, line *simulator.Timeline) *Timeline {
	tb.Helper()
	t := &Timeline{tb: tb, line: line, actor: rule.Operator, log: &log{}, jobs: new([]*job)}
	if _, err := line.News(tb.Context()); err != nil {
		tb.Fatalf("simulatortest: %v", err)
	}
	return t
}

// As returns the same timeline with a person who acts on it, by their address.
func (t *Timeline) As(email string) *Timeline {
	t.tb.Helper()
	as := *t
	as.actor = rule.ByEmail(email)
	if as.actor.Email() == "" {
		t.fatalf("%q is no address", email)
	}
	return &as
}

// Line returns the timeline itself.
func (t *Timeline) Line() *simulator.Timeline { return t.line }

// Engine returns the engine, to be handed to the host's own code. A rewind puts
// another in its place.
func (t *Timeline) Engine() *seatbook.Engine { return t.line.World().Engine() }

// Clock returns the clock that the engine reads, to be handed to the host's own
// code. A rewind puts another in its place.
func (t *Timeline) Clock() clock.Clock { return t.line.World().Clock() }

// Now returns the present instant.
func (t *Timeline) Now() time.Time { return t.line.Now() }

// Advance goes forward by a span such as "90d", "1y" or "29d23h59m59s".
func (t *Timeline) Advance(span string) {
	t.tb.Helper()
	t.AdvanceTo(t.after(span))
}

// AdvanceTo goes forward to an instant. What is due on the way is done at its own
// instant, the host's jobs too.
func (t *Timeline) AdvanceTo(to time.Time) {
	t.tb.Helper()
	for {
		next := t.nextJob(to)
		if next == nil {
			t.advance(to)
			return
		}
		t.advance(next.next)
		next.do()
		t.hear("")
		next.next = next.every.After(next.next, t.zone())
	}
}

// nextJob returns the job that comes first by an instant, or nil. Of two that
// come at once it is the one that was named first.
func (t *Timeline) nextJob(by time.Time) *job {
	var next *job
	for _, j := range *t.jobs {
		if !j.next.After(by) && (next == nil || j.next.Before(next.next)) {
			next = j
		}
	}
	return next
}

func (t *Timeline) advance(to time.Time) {
	t.tb.Helper()
	err := t.line.Advance(t.tb.Context(), to)
	t.hear("")
	if err != nil {
		t.fatalf("time does not pass until %s: %v", rule.Show(to), err)
	}
}

// Every calls the host's own code each time that a span has passed, for the first
// time a span from now. What is due at that instant is done before.
func (t *Timeline) Every(span string, do func()) {
	t.tb.Helper()
	s := t.span(span)
	if s.IsZero() {
		t.fatalf("a span of no time never passes")
	}
	*t.jobs = append(*t.jobs, &job{every: s, next: s.After(t.Now(), t.zone()), do: do})
}

// Mark names the present.
func (t *Timeline) Mark(name string) { t.line.Mark(name) }

// Rewind goes back to a place: [simulator.Marked], [simulator.At] or
// [simulator.Ago]. The host's jobs go on from there at the instants that they
// would have come at.
func (t *Timeline) Rewind(to simulator.Place) {
	t.tb.Helper()
	if err := t.line.Rewind(t.tb.Context(), to); err != nil {
		t.fatalf("%v", err)
	}
	t.log.until(t.Now())
	for _, j := range *t.jobs {
		for before := j.every.Before(j.next, t.zone()); before.After(t.Now()); before = j.every.Before(j.next, t.zone()) {
			j.next = before
		}
	}
}

// Fork returns a timeline that branches off at a place, for the same actor.
// Neither sees what the other does. The host's jobs stay with the timeline itself.
func (t *Timeline) Fork(from simulator.Place) *Timeline {
	t.tb.Helper()
	line, err := t.line.Fork(t.tb.Context(), from)
	if err != nil {
		t.fatalf("%v", err)
	}
	branch := *t
	branch.line, branch.log, branch.jobs = line, t.log.fork(line.Now()), new([]*job)
	return &branch
}

func (t *Timeline) span(text string) period.Span {
	t.tb.Helper()
	span, err := period.ParseSpan(text)
	if err != nil {
		t.fatalf("%v", err)
	}
	return span
}

func (t *Timeline) after(span string) time.Time {
	t.tb.Helper()
	return t.span(span).After(t.Now(), t.zone())
}

func (t *Timeline) zone() *time.Location { return t.line.World().Zone() }

// hear notes what happened. One command of a name is the test's own, which is
// noted with its outcome.
func (t *Timeline) hear(own string) {
	t.tb.Helper()
	news, err := t.line.News(context.WithoutCancel(t.tb.Context()))
	if err != nil {
		t.fatalf("what happened is not told: %v", err)
	}
	for _, event := range news {
		if event.Kind == seatbook.CommandEvent {
			// What the outside answered the engine writes down by a command too.
			if event.Name != own && !strings.HasPrefix(event.Name, "billing.record_") {
				t.log.command(event, t.zone())
			}
			own = strings.TrimPrefix(own, event.Name)
			continue
		}
		if record, ok := simulator.RecordOf(event, t.zone()); ok {
			t.log.add(record)
		}
	}
}
