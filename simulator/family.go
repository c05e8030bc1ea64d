package simulator

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
)

// family is the timelines that branched off from one another and have names. It
// is safe for concurrent use.
type family struct {
	mu    sync.Mutex
	lines map[string]*Timeline
}

func newFamily() *family { return &family{lines: map[string]*Timeline{}} }

func (f *family) enter(name string, t *Timeline) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if name == "" {
		return fmt.Errorf("simulator: a branch has a name")
	}
	if f.lines[name] != nil {
		return fmt.Errorf("simulator: there is a branch %s already", quote(name))
	}
	f.lines[name], t.name = t, name
	return nil
}

func (f *family) leave(t *Timeline) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.lines[t.name] == t {
		delete(f.lines, t.name)
	}
}

func (f *family) names() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Sorted(maps.Keys(f.lines))
}

func (f *family) named(name string) (*Timeline, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	t, found := f.lines[name]
	return t, found
}

// Branch is [Timeline.Fork] with a name, which no other open timeline that
// branched off from the same one has. It is known to all of them.
func (t *Timeline) Branch(ctx context.Context, name string, from Place) (*Timeline, error) {
	branch, err := t.Fork(ctx, from)
	if err != nil {
		return nil, err
	}
	if err := t.family.enter(name, branch); err != nil {
		return nil, err
	}
	return branch, nil
}

// Name returns the name of the timeline: [MainLine] for the first, nothing for a
// fork without one.
func (t *Timeline) Name() string { return t.name }

// Branches returns the names of the open timelines that branched off from one
// another, the main line included, in alphabetical order.
func (t *Timeline) Branches() []string { return t.family.names() }

// Branched returns the open timeline of a name.
func (t *Timeline) Branched(name string) (*Timeline, bool) { return t.family.named(name) }

// Close lets go of what the timeline keeps of its past, and of its name. Those
// that branched off from it go on. Its world stays as it is; the timeline itself
// gives [ErrClosed] from then on. Closing it twice does nothing.
func (t *Timeline) Close() {
	if t.closed {
		return
	}
	t.family.leave(t)
	t.closed, t.past, t.memory = true, past{}, newMemory()
}
