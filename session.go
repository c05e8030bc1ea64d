package seatbook

import (
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
	heads    map[rule.Stream]*Head
	// changed are the heads to be written; rewake those whose queue changed.
	changed, rewake map[rule.Stream]bool
	// paused are the streams in which an answer from outside must come before
	// anything else that is due.
	paused map[rule.Stream]bool
	// ahead is what is queued first in a stream, read before it is needed.
	ahead map[rule.Stream][]rule.Item
	// reads counts how often that was read: who reads on reads more at a time.
	reads    map[rule.Stream]int
	events   []Event
	promised []string
	// order is its place among the transactions of a store in which they run side
	// by side.
	order int64
}

func (e *Engine) session(tx store.Tx, recorded time.Time) *session {
	return &session{
		engine: e, tx: tx, recorded: recorded,
		heads: map[rule.Stream]*Head{}, changed: map[rule.Stream]bool{}, rewake: map[rule.Stream]bool{}, paused: map[rule.Stream]bool{},
		ahead: map[rule.Stream][]rule.Item{}, reads: map[rule.Stream]int{},
	}
}

// head returns what the engine keeps of the stream, read once.
func (s *session) head(stream rule.Stream) (*Head, error) {
	if h := s.heads[stream]; h != nil {
		return h, nil
	}
	h, found, err := heads.Get(s.tx, string(stream), "")
	if err != nil {
		return nil, err
	}
	if !found {
		h = Head{Stream: stream}
	}
	s.heads[stream] = &h
	return &h, nil
}

// last returns the latest instant recorded in any of the streams.
func (s *session) last(streams []rule.Stream) (time.Time, error) {
	var last time.Time
	for _, stream := range streams {
		h, err := s.head(stream)
		if err != nil {
			return last, err
		}
		if h.Last.After(last) {
			last = h.Last
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
		if _, err := s.head(stream); err != nil {
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
		h := s.heads[stream]
		h.Operations++
		if at.After(h.Last) {
			h.Last = at
		}
		s.changed[stream] = true
	}
	for _, stream := range op.requeued {
		s.rewake[stream] = true
		delete(s.ahead, stream)
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
	h := w.heads[stream]
	if h == nil || !slices.Contains(w.streams, stream) {
		return "", fmt.Errorf("seatbook: %s makes an identifier in the stream %q, which it does not name", w.name, stream)
	}
	of := kind + " " + string(stream)
	if w.ordinals == nil {
		w.ordinals = map[string]int64{}
	}
	w.ordinals[of]++
	return rule.NewID(kind, stream, h.Operations+1, w.ordinals[of]), nil
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
	for stream := range s.rewake {
		s.changed[stream] = true
	}
	s.rank()
	streams := make([]rule.Stream, 0, len(s.changed))
	for stream := range s.changed {
		streams = append(streams, stream)
	}
	slices.Sort(streams)
	for _, stream := range streams {
		h := s.heads[stream]
		if s.rewake[stream] {
			if err := s.wake(h); err != nil {
				return err
			}
		}
		if err := heads.Put(s.tx, *h); err != nil {
			return err
		}
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

// wake moves the stream to the instant at which it next has something due.
func (s *session) wake(h *Head) error {
	next, err := s.first(h.Stream)
	if err != nil {
		return err
	}
	var at time.Time
	if next != nil {
		at = next.At
	}
	if at.Equal(h.Wake) {
		return nil
	}
	if !h.Wake.IsZero() {
		if err := wakes.Delete(s.tx, wakeStream, store.Time(h.Wake)+store.String(h.Stream)); err != nil {
			return err
		}
	}
	h.Wake = at
	if at.IsZero() {
		return nil
	}
	return wakes.Put(s.tx, wake{At: at, Stream: h.Stream})
}

// readAhead is how many queued items are read at a time, at most. The first time
// it is one, as most commands only ask when something is due next.
const readAhead = 64

// first returns what is due first in the stream, or nil.
func (s *session) first(stream rule.Stream) (*rule.Item, error) {
	if list := s.ahead[stream]; len(list) > 0 {
		return &list[0], nil
	}
	var list []rule.Item
	limit := min(readAhead, 1<<(2*min(s.reads[stream], 3)))
	s.reads[stream]++
	for q, err := range queue.Scan(s.tx, string(stream), store.Part{Limit: limit}) {
		if err != nil {
			return nil, err
		}
		list = append(list, q.Item)
	}
	if len(list) == 0 {
		return nil, nil //nolint:nilnil // nothing due is no error
	}
	s.ahead[stream] = list
	return &list[0], nil
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
		s.rewake[stream] = true
		if list := s.ahead[stream]; len(list) > 0 && sameItem(list[0], item) {
			s.ahead[stream] = list[1:]
		}
	}
}
