package pgstore

import (
	"context"
	"sync"
)

// turns lets the writers of one stream go one after the other within this process.
// It saves work that would be undone and decides nothing: what other processes
// write is found by the database, at the commit.
type turns struct {
	mu sync.Mutex
	of map[string]*turn
}

// turn is the turn of one stream, there as long as somebody has it or waits.
type turn struct {
	free  chan struct{}
	users int
}

// try takes the turn of a stream if nobody has it.
func (q *turns) try(stream string) (leave func(), ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.of[stream] != nil {
		return nil, false
	}
	q.join(stream)
	return func() { q.leave(stream) }, true
}

// enter waits for the turn of a stream, as long as the context lasts.
func (q *turns) enter(ctx context.Context, stream string) (leave func(), err error) {
	q.mu.Lock()
	first := q.of[stream] == nil
	t := q.join(stream)
	q.mu.Unlock()
	if first {
		return func() { q.leave(stream) }, nil
	}
	select {
	case <-t.free:
		return func() { q.leave(stream) }, nil
	case <-ctx.Done():
		q.mu.Lock()
		defer q.mu.Unlock()
		select {
		case <-t.free: // The turn came while the context ended.
			q.pass(stream)
		default:
			q.part(stream)
		}
		return nil, ctx.Err()
	}
}

// join counts one more who has the turn or waits for it.
func (q *turns) join(stream string) *turn {
	t := q.of[stream]
	if t == nil {
		if q.of == nil {
			q.of = map[string]*turn{}
		}
		t = &turn{free: make(chan struct{}, 1)}
		q.of[stream] = t
	}
	t.users++
	return t
}

func (q *turns) part(stream string) {
	if t := q.of[stream]; t.users > 1 {
		t.users--
		return
	}
	delete(q.of, stream)
}

// pass hands the turn on to one of those who wait.
func (q *turns) pass(stream string) {
	if t := q.of[stream]; t.users > 1 {
		t.free <- struct{}{}
	}
	q.part(stream)
}

func (q *turns) leave(stream string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.pass(stream)
}
