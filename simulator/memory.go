package simulator

import (
	iradix "github.com/hashicorp/go-immutable-radix"
)

// memory is what a line of steps knows: the names it saved and the marks it
// set. Copying it is O(1) and makes two that know nothing of each other, so a
// mark can keep all that was known by then, however much that is.
type memory struct {
	saves, marks *iradix.Tree
}

func newMemory() memory { return memory{iradix.New(), iradix.New()} }

// save keeps a value under a name, in place of what was there.
func (m *memory) save(name string, value any) {
	m.saves, _, _ = m.saves.Insert([]byte(name), value)
}

func (m *memory) load(name string) (value any, found bool) { return m.saves.Get([]byte(name)) }

func (m *memory) has(name string) bool {
	_, found := m.load(name)
	return found
}

// names returns the names saved, in alphabetical order.
func (m *memory) names() []string { return keysOf(m.saves) }

// mark keeps a place under a name.
func (m *memory) mark(name string, place any) {
	m.marks, _, _ = m.marks.Insert([]byte(name), place)
}

func (m *memory) marked(name string) (place any, found bool) { return m.marks.Get([]byte(name)) }

func (m *memory) markNames() []string { return keysOf(m.marks) }

// keysOf returns the keys of a tree, as many as are worth comparing with a slip.
func keysOf(tree *iradix.Tree) []string {
	const most = 1000
	var list []string
	tree.Root().Walk(func(key []byte, _ any) bool {
		list = append(list, string(key))
		return len(list) >= most
	})
	return list
}
