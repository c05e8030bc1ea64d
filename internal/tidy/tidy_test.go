package tidy

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestRepository holds every rule against every file of the module.
func TestRepository(t *testing.T) {
	t.Parallel()
	sources, err := Load(os.DirFS(moduleRoot(t)))
	require.NoError(t, err)
	require.NotEmpty(t, sources)

	rules := []struct {
		name  string
		check func([]Source) []Violation
	}{
		{"imports go one way", Imports},
		{"only the engine knows the time and nothing knows chance", Outside},
		{"functions fit a screen", FunctionLengths},
		{"files are about one noun", FileLengths},
		{"packages and exported names are documented", Docs},
		{"nothing runs unasked", Inits},
		{"comments leave no work", Leftovers},
		{"packages are named after what they are about", PackageNames},
	}
	for _, rule := range rules {
		t.Run(rule.name, func(t *testing.T) {
			t.Parallel()
			for _, violation := range rule.check(sources) {
				t.Error(violation)
			}
		})
	}
}

// moduleRoot is the directory of the go.mod above this package.
func moduleRoot(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	require.NoError(t, err)
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		require.NotEqual(t, dir, parent, "there is no go.mod above this package")
		dir = parent
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	text := &fstest.MapFile{Data: []byte("package p\n")}
	root := fstest.MapFS{
		"go.mod":               text,
		"engine.go":            text,
		"README.md":            text,
		"money/amount.go":      text,
		"money/amount_test.go": text,
		"money/testdata/x.go":  text,
		"tools/go.mod":         text,
		"tools/tools.go":       text,
		".bin/x.go":            text,
		"_old/x.go":            text,
		"vendor/x/x.go":        text,
	}
	sources, err := Load(root)
	require.NoError(t, err)
	var paths []string
	for _, s := range sources {
		paths = append(paths, s.Path)
	}
	assert.Equal(t, []string{"engine.go", "money/amount.go", "money/amount_test.go"}, paths)

	root["money/broken.go"] = &fstest.MapFile{Data: []byte("package p\nfunc {")}
	_, err = Load(root)
	assert.ErrorContains(t, err, "money/broken.go:2:")
}

func TestViolationIsWrittenSoThatEditorsFollowIt(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "flex/pack.go:7: is late", Violation{"flex/pack.go", 7, "is late"}.String())
}

func TestImports(t *testing.T) {
	t.Parallel()
	const clock, memdb = "github.com/benbjohnson/clock", "github.com/hashicorp/go-memdb"
	const i18n = "github.com/nicksnyder/go-i18n/v2/i18n"
	cases := []struct {
		from, to string
		ok       bool
	}{
		// Each layer takes the one below it, and not the one above it.
		{"rule", module + "/store", true},
		{"store", module + "/rule", false},
		{"account", module + "/rule", true},
		{"rule", module + "/account", false},
		{"licensing", module + "/account", true},
		{"account", module + "/licensing", false},
		{"flex", module + "/licensing", true},
		{"licensing", module + "/flex", false},
		{"billing", module + "/flex", true},
		{"flex", module + "/billing", false},
		{".", module + "/billing", true},
		{"billing", module, false},
		{"simulator", module, true},
		{".", module + "/simulator", false},
		{"billing", module + "/store", true},
		{"store", module + "/billing", false},
		// A package belongs to the layer it stands in.
		{"store/storetest", module + "/store", true},
		{"store/storetest", module + "/memstore", false},
		{"simulator/cmd/seatsim", module + "/simulator/report", true},
		{".", module + "/simulator/report", false},
		// Leaves are there for everyone but the storage, and need nobody.
		{"rule", module + "/money", true},
		{"simulator", module + "/period", true},
		{"money", "math/bits", true},
		{"money", module + "/period", false},
		{"period", module + "/store", false},
		{"money", "golang.org/x/text/currency", false},
		{"store", module + "/money", false},
		// A backend needs the contract and its own engine.
		{"memstore", module + "/store", true},
		{"memstore", memdb, true},
		{"memstore", module + "/rule", false},
		{"memstore", module + "/money", false},
		{"memstore", "golang.org/x/sync/errgroup", false},
		{"store", memdb, false},
		{"simulator", module + "/memstore", true},
		{".", module + "/memstore", false},
		// Notices are worded outside.
		{"notice", module + "/billing", true},
		{"notice", module, false},
		{"simulator", module + "/notice", true},
		{"billing", module + "/notice", false},
		{"notice", i18n, true},
		{"account", i18n, false},
		// The clock is read by the engine and stepped by the simulator.
		{".", clock, true},
		{"simulator", clock, true},
		{"examples/basics", clock, true},
		{"rule", clock, false},
		{"billing", clock, false},
		{"rule", clock + "ed", true},
		// Examples are written as a host would, and nothing needs them.
		{"examples/basics", module + "/memstore", true},
		{"examples/calendar", "github.com/arran4/golang-ical", true},
		{"simulator/report", "github.com/arran4/golang-ical", false},
		{".", "github.com/arran4/golang-ical", false},
		{"examples/basics", module + "/internal/tidy", false},
		{"simulator", module + "/examples/basics", false},
		// What is internal is a leaf that may take other modules.
		{"rule", module + "/internal/digest", true},
		{"internal/digest", module + "/money", true},
		{"internal/digest", module + "/rule", false},
		{"internal/digest", "golang.org/x/sync/errgroup", true},
		// A nested module is not there for the library.
		{".", module + "/tools", false},
		{".", module + "/pgstore", false},
	}
	for _, c := range cases {
		verb := "may import"
		if !c.ok {
			verb = "may not import"
		}
		t.Run(fmt.Sprintf("%s %s %s", c.from, verb, c.to), func(t *testing.T) {
			t.Parallel()
			s := source(t, c.from+"/x.go", fmt.Sprintf("package x\n\nimport _ %q\n", c.to))
			found := Imports([]Source{s})
			if c.ok {
				assert.Empty(t, found)
				return
			}
			require.Len(t, found, 1)
			assert.Equal(t, 3, found[0].Line)
		})
	}

	t.Run("a test may import anything", func(t *testing.T) {
		t.Parallel()
		assert.Empty(t, Imports([]Source{source(t, "store/x_test.go", "package x\n\nimport _ \""+module+"/billing\"\n")}))
	})
	t.Run("a package outside the layout is told so", func(t *testing.T) {
		t.Parallel()
		found := Imports([]Source{source(t, "misplaced/x.go", "package x\n")})
		require.Len(t, found, 1)
		assert.Contains(t, found[0].What, "no place in the layout")
	})
}

func TestOutside(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, path, imports, body string
		lines                     []int
	}{
		{name: "reading the wall clock", path: "billing/x.go", imports: `"time"`, body: "_ = time.Now()", lines: []int{4}},
		{name: "handing the wall clock on", path: "x.go", imports: `"time"`, body: "_ = time.Now", lines: []int{4}},
		{name: "measuring from the wall clock", path: "x.go", imports: `"time"`, body: "_ = time.Since(time.Time{})", lines: []int{4}},
		{name: "a timer", path: "x.go", imports: `"time"`, body: "<-time.After(time.Second)", lines: []int{4}},
		{name: "a deadline", path: "x.go", imports: `"context"`, body: "_, _ = context.WithTimeout(nil, 1)", lines: []int{4}},
		{name: "a cancellation is no deadline", path: "x.go", imports: `"context"`, body: "_, _ = context.WithCancel(nil)"},
		{name: "another name for the package", path: "x.go", imports: `t "time"`, body: "t.Sleep(1)", lines: []int{4}},
		{name: "a dot before the package", path: "x.go", imports: `. "time"`, body: "Sleep(1)", lines: []int{3}},
		{name: "a name that another package has", path: "x.go", imports: `time "example.org/time"`, body: "_ = time.Now()"},
		{name: "instants and spans", path: "x.go", imports: `"time"`, body: "_ = time.Time{}.After(time.Unix(0, 0).Add(time.Hour))"},
		{name: "another's Now", path: "x.go", imports: `"time"`, body: "var s struct{ Now func() time.Time }\n\t_ = s.Now()"},
		{name: "global randomness", path: "x.go", imports: `"math/rand/v2"`, body: "_ = rand.IntN(3)", lines: []int{4}},
		{name: "global randomness of old", path: "x.go", imports: `"math/rand"`, body: "_ = rand.Intn(3)", lines: []int{4}},
		{name: "randomness with a seed", path: "x.go", imports: `"math/rand/v2"`, body: "_ = rand.New(rand.NewPCG(1, 2)).IntN(3)"},
		{name: "a test", path: "billing/x_test.go", imports: `"time"`, body: "_ = time.Now()"},
		{name: "the progress of the command", path: "simulator/cmd/seatsim/x.go", imports: `"time"`, body: "_ = time.Now()"},
		{name: "the tests of backends", path: "store/storetest/x.go", imports: `"time"`, body: "time.Sleep(1)"},
		{name: "the storage beside the tests of backends", path: "store/x.go", imports: `"time"`, body: "time.Sleep(1)", lines: []int{4}},
		{name: "the simulator beside its command", path: "simulator/x.go", imports: `"time"`, body: "_ = time.Now()", lines: []int{4}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := source(t, c.path, fmt.Sprintf("package x\n\nimport %s; func f() {\n\t%s\n}\n", c.imports, c.body))
			assert.Equal(t, c.lines, lines(Outside([]Source{s})))
		})
	}
}

func TestFunctionLengths(t *testing.T) {
	t.Parallel()
	body := func(lines int) string { return strings.Repeat("\t_ = 0\n", lines) }
	cases := []struct {
		name, path, text string
		lines            []int
	}{
		{name: "70 lines fit", path: "x.go", text: "func f() {\n" + body(68) + "}\n"},
		{name: "71 lines do not", path: "x.go", text: "func f() {\n" + body(69) + "}\n", lines: []int{3}},
		{name: "the comment above does not count", path: "x.go", text: "// f is.\nfunc f() {\n" + body(68) + "}\n"},
		{name: "a comment inside counts", path: "x.go", text: "func f() {\n\t// why\n" + body(68) + "}\n", lines: []int{3}},
		{name: "a signature over several lines counts", path: "x.go", text: "func f(\n\ta int,\n) {\n" + body(67) + "}\n", lines: []int{3}},
		{name: "a method counts as a function", path: "x.go", text: "type a int\nfunc (a) f() {\n" + body(69) + "}\n", lines: []int{4}},
		{name: "a literal of 70 lines fits", path: "x.go", text: "var f = func() {\n" + body(68) + "}\n"},
		{name: "a literal of 71 lines does not", path: "x.go", text: "var f = func() {\n" + body(69) + "}\n", lines: []int{3}},
		{name: "a literal inside is told once, with its function", path: "x.go", text: "func f() {\n_ = func() {\n" + body(69) + "}\n}\n", lines: []int{3}},
		{name: "a test may be longer", path: "x_test.go", text: "func f() {\n" + body(69) + "}\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.lines, lines(FunctionLengths([]Source{source(t, c.path, "package x\n\n"+c.text)})))
		})
	}
}

func TestFileLengths(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, path, text string
		lines            []int
	}{
		{name: "400 lines fit", path: "x.go", text: "package x\n" + strings.Repeat("//\n", 399)},
		{name: "401 lines do not", path: "x.go", text: "package x\n" + strings.Repeat("//\n", 400), lines: []int{401}},
		{name: "a last line without its end counts", path: "x.go", text: "package x\n" + strings.Repeat("//\n", 399) + "//", lines: []int{401}},
		{name: "a test may be longer", path: "x_test.go", text: "package x\n" + strings.Repeat("//\n", 400)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.lines, lines(FileLengths([]Source{source(t, c.path, c.text)})))
		})
	}
}

func TestDocs(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, text string
		lines      []int
	}{
		{name: "a function with a comment", text: "// F is.\nfunc F() {}\n"},
		{name: "a function without", text: "func F() {}\n", lines: []int{3}},
		{name: "a function with a directive alone", text: "//go:noinline\nfunc F() {}\n", lines: []int{4}},
		{name: "a function not exported", text: "func f() {}\n"},
		{name: "a method with a comment", text: "type t int\n\n// T is.\ntype T int\n\n// F is.\nfunc (T) F() {}\n"},
		{name: "a method without", text: "// T is.\ntype T int\n\nfunc (*T) F() {}\n", lines: []int{6}},
		{name: "a method of a generic type without", text: "// T is.\ntype T[A any] int\n\nfunc (*T[A]) F() {}\n", lines: []int{6}},
		{name: "a method of two parameters without", text: "// T is.\ntype T[A, B any] int\n\nfunc (T[A, B]) F() {}\n", lines: []int{6}},
		{name: "a method of a type not exported", text: "type t int\n\nfunc (t) F() {}\n"},
		{name: "a type without", text: "type T int\n", lines: []int{3}},
		{name: "types in a group that has the comment", text: "// These are.\ntype (\n\tT int\n\tu int\n)\n", lines: []int{5}},
		{name: "types in a group with their own", text: "type (\n\t// T is.\n\tT int\n)\n"},
		{name: "constants in a group that has the comment", text: "// These are.\nconst (\n\tA = 1\n\tB = 2\n)\n"},
		{name: "constants in a group without", text: "const (\n\tA = 1\n\tb = 2\n\t// C is.\n\tC = 3\n\tD = 4 // is\n)\n", lines: []int{4}},
		{name: "variables without", text: "var A, b, C = 1, 2, 3\n", lines: []int{3, 3}},
		{name: "a variable not exported", text: "var a = 1\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			text := "// Package x is.\npackage x\n" + c.text
			assert.Equal(t, c.lines, lines(Docs([]Source{source(t, "a/x.go", text)})))
			assert.Empty(t, Docs([]Source{source(t, "a/x_test.go", text)}), "a test needs none")
		})
	}

	t.Run("a package with a comment in one of its files", func(t *testing.T) {
		t.Parallel()
		assert.Empty(t, Docs([]Source{source(t, "a/a.go", "package a\n"), source(t, "a/doc.go", "// Package a is.\npackage a\n")}))
	})
	t.Run("a package with a comment in a test or in another package", func(t *testing.T) {
		t.Parallel()
		found := Docs([]Source{
			source(t, "a/a.go", "\npackage a\n"),
			source(t, "a/a_test.go", "// Package a is.\npackage a\n"),
			source(t, "a/b/b.go", "// Package b is.\npackage b\n"),
		})
		assert.Equal(t, []Violation{{"a/a.go", 2, "package a has no comment in any of its files"}}, found)
	})
	t.Run("a package of tests alone", func(t *testing.T) {
		t.Parallel()
		assert.Empty(t, Docs([]Source{source(t, "a/a_test.go", "package a\n")}))
	})
}

func TestInits(t *testing.T) {
	t.Parallel()
	text := "package x\n\ntype t int\n\nfunc (t) init() {}\n\nfunc initial() {}\n\nfunc init() {}\n"
	assert.Equal(t, []int{9}, lines(Inits([]Source{source(t, "x.go", text)})))
	assert.Empty(t, Inits([]Source{source(t, "x_test.go", text)}), "a test may have one")
}

func TestLeftovers(t *testing.T) {
	t.Parallel()
	word := "TO" + "DO"
	cases := []struct {
		name, text string
		lines      []int
	}{
		{name: "a comment that leaves work", text: "// " + word + ": more\n", lines: []int{3}},
		{name: "the third line of a comment", text: "/*\nIt is,\n" + word + "(ada)\n*/\n", lines: []int{5}},
		{name: "each of the words", text: "// FIX" + "ME\n// X" + "XX\n// HA" + "CK\n", lines: []int{3, 4, 5}},
		{name: "a note in the middle of a line", text: "var a = 1 // as it is, X" + "XX: more\n", lines: []int{3}},
		{name: "the code of no currency", text: "// Codes such as XTS and XXX are left out.\n"},
		{name: "a word that contains one", text: "// MAS" + word + "N and a hack and XX" + "XX\n"},
		{name: "a string", text: "var a = \"" + word + "\"\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, path := range []string{"x.go", "x_test.go"} {
				assert.Equal(t, c.lines, lines(Leftovers([]Source{source(t, path, "package x\n\n"+c.text)})), path)
			}
		})
	}
}

func TestPackageNames(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, path, clause string
		lines              []int
	}{
		{name: "a noun", path: "money/x.go", clause: "money"},
		{name: "a noun that contains an empty name", path: "typeset/x.go", clause: "typeset"},
		{name: "an empty name", path: "util/x.go", clause: "util", lines: []int{1}},
		{name: "an empty name below another", path: "money/models/x.go", clause: "models", lines: []int{1}},
		{name: "an empty name of a directory", path: "helpers/x.go", clause: "main", lines: []int{1}},
		{name: "an empty name of a test", path: "x_test.go", clause: "common_test", lines: []int{1}},
		{name: "an empty name further up", path: "internal/types/money/x.go", clause: "money"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.lines, lines(PackageNames([]Source{source(t, c.path, "package "+c.clause+"\n")})))
		})
	}
}

// source is a file of the given path and text.
func source(t *testing.T, path, text string) Source {
	t.Helper()
	s, err := Parse(strings.TrimPrefix(path, "./"), []byte(text))
	require.NoError(t, err)
	return s
}

// lines are the lines of what was found, nil where nothing was.
func lines(found []Violation) []int {
	var at []int
	for _, v := range found {
		at = append(at, v.Line)
	}
	return at
}
