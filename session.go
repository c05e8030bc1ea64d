package seatbook

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// session is one writing transaction: the heads of the streams it touches,
// what it will tell the host, and what the outside is to be asked after it.
type session struct {
	engine *Engine
	tx     store.Tx
	// recorded is when the host's clock says it happens.
	recorded time.Time
	// lanes are the streams that it has read so far.
	lanes    map[rule.Stream]*lane
	events   []Event
	promised []string
	// order is its place among the transactions of a store in which they run side
	// by side.
	order int64
}

// lane is one stream in a session.
type lane struct {
	// Head is what the engine keeps of the stream.
	Head
	// changed is set where the head is to be written, rewake where the queue changed.
	changed, rewake bool
	// paused is set where an answer from outside must come before anything else that
	// is due.
	paused bool
	// ahead is what is queued first, read before it is needed.
	ahead []rule.Item
	// reads counts how often that was read: who reads on reads more at a time.
	reads int
}

func (e *Engine) session(tx store.Tx, recorded time.Time) *session {
	return &session{engine: e, tx: tx, recorded: recorded, lanes: map[rule.Stream]*lane{}}
}

// lane returns the stream, whose head is read once.
func (s *session) lane(stream rule.Stream) (*lane, error) {
	if l := s.lanes[stream]; l != nil {
		return l, nil
	}
	h, found, err := heads.Get(s.tx, string(stream), "")
	if err != nil {
		return nil, err
	}
	if !found {
		h = Head{Stream: stream}
	}
	l := &lane{Head: h}
	s.lanes[stream] = l
	return l, nil
}

// last returns the latest instant recorded in any of the streams.
func (s *session) last(streams []rule.Stream) (time.Time, error) {
	var last time.Time
	for _, stream := range streams {
		l, err := s.lane(stream)
		if err != nil {
			return last, err
		}
		if l.Last.After(last) {
			last = l.Last
		}
	}
	return last, nil
}

// operation is one command or one piece of due work while it runs.
type operation struct {
	*session
	name     string
	at       time.Time
	streams  []rule.Stream
	written  []rule.Stream
	ordinals map[string]int64
	requeued []rule.Stream
	told     []Event
	asked    []string
	secrets  []string
	given    []string
}

// operate runs fn as one operation over the streams, at an instant. Where fn
// fails, nothing of it is kept: no row, no identifier, no event, no promise.
func (s *session) operate(name string, at time.Time, streams []rule.Stream, fn func(*operation, store.Tx) error) (*operation, error) {
	op := &operation{session: s, name: name, at: at, streams: streams}
	for _, stream := range streams {
		if _, err := s.lane(stream); err != nil {
			return nil, err
		}
	}
	err := s.tx.Try(func(tx store.Tx) error {
		seen := &watched{checks: s.engine.checks}
		g := (&guard{tx: tx, name: name, streams: streams, written: &op.written, watched: seen}).sets()
		if err := fn(op, g); err != nil {
			return err
		}
		if err := seen.hold(rule.NewView(s.engine.ground, g, at, rule.Operator, nil)); err != nil {
			return fmt.Errorf("%s at %s: %w", name, rule.Show(at), err)
		}
		return nil
	})
	if err != nil {
		return op, err
	}
	slices.Sort(op.written)
	for _, stream := range op.written {
		l := s.lanes[stream]
		l.Operations++
		if at.After(l.Last) {
			l.Last = at
		}
		l.changed = true
	}
	for _, stream := range op.requeued {
		l := s.lanes[stream]
		l.rewake, l.ahead = true, nil
	}
	s.events = append(s.events, op.told...)
	s.promised = append(s.promised, op.asked...)
	return op, nil
}

// scope makes what the operation's command sees.
func (op *operation) scope(tx store.Tx, actor rule.Actor, trail *rule.Trail) *rule.Scope {
	return rule.NewScope(op.engine.ground, tx, op.at, actor, trail, &working{operation: op, tx: tx})
}

// working does for a command what [rule.Work] says.
type working struct {
	*operation
	tx store.Tx
	// emitting counts how deep reactions go, so that a circle of them ends.
	emitting int
}

// NewID implements [rule.Work].
func (w *working) NewID(kind string, stream rule.Stream) (string, error) {
	l := w.lanes[stream]
	if l == nil || !slices.Contains(w.streams, stream) {
		return "", fmt.Errorf("seatbook: %s makes an identifier in the stream %q, which it does not name", w.name, stream)
	}
	of := kind + " " + string(stream)
	if w.ordinals == nil {
		w.ordinals = map[string]int64{}
	}
	w.ordinals[of]++
	return rule.NewID(kind, stream, l.Operations+1, w.ordinals[of]), nil
}

const maxEmitting = 16

// Emit implements [rule.Work].
func (w *working) Emit(s *rule.Scope, happening any) error {
	if w.emitting >= maxEmitting {
		return fmt.Errorf("seatbook: reactions to %T go round in a circle", happening)
	}
	w.emitting++
	defer func() { w.emitting-- }()
	if event, ok := tellable(s.Now(), happening); ok {
		w.told = append(w.told, event)
	}
	for _, r := range w.engine.reacts[reflect.TypeOf(happening)] {
		if err := r.Do(s, happening); err != nil {
			return err
		}
	}
	return nil
}

// Queue implements [rule.Work].
func (w *working) Queue(item rule.Item) error {
	if _, known := w.engine.due[item.Kind.Name]; !known {
		return fmt.Errorf("seatbook: no module does the due work %q", item.Kind.Name)
	}
	if err := rule.CheckInstant(item.At); err != nil {
		return err
	}
	for _, stream := range item.Streams {
		if err := queue.Put(w.tx, queued{Stream: stream, Item: item}); err != nil {
			return err
		}
		w.requeued = append(w.requeued, stream)
	}
	return nil
}

// Unqueue implements [rule.Work].
func (w *working) Unqueue(item rule.Item) error {
	for _, stream := range item.Streams {
		if err := queue.Delete(w.tx, string(stream), itemKey(item)); err != nil {
			return err
		}
		w.requeued = append(w.requeued, stream)
	}
	return nil
}

// Promise implements [rule.Work].
func (w *working) Promise(id string) { w.asked = append(w.asked, id) }

// Replaying implements [rule.Work].
func (w *working) Replaying() bool { return w.engine.recording != nil }

// Try implements [rule.Work]. Streams that the part wrote count as written also
// where it fails.
func (w *working) Try(part func(store.Tx, rule.Work) error) error {
	before := *w.operation
	before.ordinals = maps.Clone(w.ordinals)
	err := w.tx.Try(func(tx store.Tx) error {
		return part(tx, &working{operation: w.operation, tx: tx, emitting: w.emitting})
	})
	if err != nil {
		before.written = w.written
		*w.operation = before
	}
	return err
}

// flush writes what the session keeps of its streams, what it tells the host
// and what the outside still owes. It is the session's last act.
func (s *session) flush() error {
	if err := s.noteBook(); err != nil {
		return err
	}
	s.rank()
	if err := s.keepHeads(); err != nil {
		return err
	}
	for _, id := range s.promised {
		if err := promises.Put(s.tx, promised{ID: id}); err != nil {
			return err
		}
	}
	if err := s.claimPromises(); err != nil {
		return err
	}
	return s.publish()
}

// keepHeads writes the heads that changed, and when their streams next have something due.
func (s *session) keepHeads() error {
	for _, l := range s.busy() {
		if l.rewake {
			if err := s.wake(l); err != nil {
				return err
			}
		}
		if err := heads.Put(s.tx, l.Head); err != nil {
			return err
		}
	}
	return nil
}

// busy returns the lanes that have something to be written, in the order of their streams.
func (s *session) busy() []*lane {
	list := make([]*lane, 0, len(s.lanes))
	for _, l := range s.lanes {
		if l.changed || l.rewake {
			list = append(list, l)
		}
	}
	slices.SortFunc(list, func(a, b *lane) int { return cmp.Compare(a.Stream, b.Stream) })
	return list
}

// least returns the first stream in order that was read, empty where none was.
func (s *session) least() rule.Stream {
	var least *lane
	for _, l := range s.lanes {
		if least == nil || l.Stream < least.Stream {
			least = l
		}
	}
	if least == nil {
		return ""
	}
	return least.Stream
}

// wake moves the stream to the instant at which it next has something due.
func (s *session) wake(l *lane) error {
	next, err := s.first(l)
	if err != nil {
		return err
	}
	var at time.Time
	if next != nil {
		at = next.At
	}
	if at.Equal(l.Wake) {
		return nil
	}
	if !l.Wake.IsZero() {
		if err := wakes.Delete(s.tx, wakeStream, store.Time(l.Wake)+store.String(l.Stream)); err != nil {
			return err
		}
	}
	l.Wake = at
	if at.IsZero() {
		return nil
	}
	return wakes.Put(s.tx, wake{At: at, Stream: l.Stream})
}

// readAhead is how many queued items are read at a time, at most. The first time
// it is one, as most commands only ask when something is due next.
const readAhead = 64

// first returns what is due first in the stream, or nil.
func (s *session) first(l *lane) (*rule.Item, error) {
	if len(l.ahead) > 0 {
		return &l.ahead[0], nil
	}
	l.ahead = nil
	limit := min(readAhead, 1<<(2*min(l.reads, 3)))
	l.reads++
	for q, err := range queue.Scan(s.tx, string(l.Stream), store.Part{Limit: limit}) {
		if err != nil {
			return nil, err
		}
		l.ahead = append(l.ahead, q.Item)
	}
	if len(l.ahead) == 0 {
		return nil, nil //nolint:nilnil // nothing due is no error
	}
	return &l.ahead[0], nil
}

// pop takes the first item out of the queues that it stands in.
func (s *session) pop(tx store.Tx, item rule.Item) error {
	for _, stream := range item.Streams {
		if err := queue.Delete(tx, string(stream), itemKey(item)); err != nil {
			return err
		}
	}
	return nil
}

// sameItem reports whether two items are one, as their keys are one.
func sameItem(a, b rule.Item) bool {
	return a.Key == b.Key && a.Kind == b.Kind && a.At.Equal(b.At)
}

// popped forgets the item once it is done.
func (s *session) popped(item rule.Item) {
	for _, stream := range item.Streams {
		l := s.lanes[stream]
		l.rewake = true
		if len(l.ahead) > 0 && sameItem(l.ahead[0], item) {
			l.ahead = l.ahead[1:]
		}
	}
}
