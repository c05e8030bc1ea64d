package tidy

import (
	"path"
	"slices"
	"strconv"
	"strings"
)

// module is the path of the module, and so of its root package.
const module = "github.com/seatbook/seatbook"

// layers are the packages that build on each other, the lowest first. A layer
// may import those before it. "." is the root package.
var layers = []string{"store", "rule", "account", "licensing", "flex", "billing", ".", "simulator"}

var (
	// leaves need the standard library alone.
	leaves = []string{"money", "period"}
	// backends need store alone, beside the engine they are built on.
	backends = []string{"memstore"}
)

// reserved are modules of others that only some packages may import.
var reserved = []struct {
	path string
	dirs []string
}{
	{"github.com/arran4/golang-ical", []string{"examples"}},
	{"github.com/benbjohnson/clock", []string{".", "simulator", "examples"}},
	{"github.com/hashicorp/go-memdb", []string{"memstore"}},
	{"github.com/nicksnyder/go-i18n", []string{"notice"}},
}

// Imports finds imports that go against the layout. Tests may import anything.
func Imports(sources []Source) []Violation {
	var found []Violation
	for _, s := range sources {
		if s.test() {
			continue
		}
		from := placeOf(s.dir())
		if from == "" {
			found = append(found, s.violation(s.file.Package, "%s has no place in the layout: give it one in internal/tidy", s.dir()))
			continue
		}
		for _, spec := range s.file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil || mayImport(from, imported) {
				continue
			}
			found = append(found, s.violation(spec.Pos(), "%s may not import %s", s.dir(), imported))
		}
	}
	return found
}

// stage is what tests set up engines with. It takes whatever an engine takes,
// and tests alone take it.
const stage = "internal/stage"

// placeOf is the part of the layout that dir belongs to, empty where it belongs to none.
func placeOf(dir string) string {
	if dir == "." {
		return dir
	}
	if dir == stage {
		return dir
	}
	top, _, _ := strings.Cut(dir, "/")
	known := slices.Concat(layers, leaves, backends, []string{"notice", "internal", "examples"})
	if slices.Contains(known, top) {
		return top
	}
	return ""
}

// mayImport reports whether packages of the place from may import a path.
func mayImport(from, imported string) bool {
	first, _, _ := strings.Cut(imported, "/")
	if !strings.Contains(first, ".") {
		return true
	}
	if !within(imported, module) {
		return mayImportOther(from, imported)
	}
	to := placeOf(path.Clean(strings.TrimPrefix(strings.TrimPrefix(imported, module), "/")))
	switch {
	case to == "" || to == "examples" || to == stage:
		return false
	case from == stage:
		return to != "simulator"
	case from == "examples":
		return to != "internal"
	case slices.Contains(leaves, from):
		return false
	case slices.Contains(backends, from):
		return to == "store"
	case from == "internal":
		return to == "internal" || slices.Contains(leaves, to)
	case from == "store":
		return to == "store"
	case slices.Contains(leaves, to) || to == "internal":
		return true
	case to == "notice" || slices.Contains(backends, to):
		return from == "simulator" || from == to
	case from == "notice":
		return slices.Index(layers, to) < slices.Index(layers, ".")
	}
	// The packages below simulator are one layer, and import each other.
	return slices.Index(layers, to) < slices.Index(layers, from) || to == from && from != "."
}

// mayImportOther reports whether packages of the place from may import a path of another module.
func mayImportOther(from, imported string) bool {
	if slices.Contains(leaves, from) {
		return false
	}
	if from == stage {
		return true
	}
	for _, r := range reserved {
		if within(imported, r.path) {
			return slices.Contains(r.dirs, from)
		}
	}
	return !slices.Contains(backends, from)
}
