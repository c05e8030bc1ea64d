package tidy

import (
	"go/ast"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// chance is what to do instead of drawing from the randomness a whole program shares.
const chance = "draws from what the whole program shares: take a *rand.Rand with a seed"

// outside names the functions that bring in something from outside a replay.
var outside = map[string]struct {
	names   []string
	instead string
}{
	"time": {
		[]string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "NewTimer", "NewTicker", "Tick"},
		"reads the wall clock: now is handed in by the engine",
	},
	"context": {
		[]string{"WithTimeout", "WithTimeoutCause", "WithDeadline", "WithDeadlineCause"},
		"reads the wall clock: a deadline is the caller's to set",
	},
	"math/rand": {
		[]string{
			"ExpFloat64", "Float32", "Float64", "Int", "Int31", "Int31n", "Int63", "Int63n", "Intn",
			"NormFloat64", "Perm", "Read", "Seed", "Shuffle", "Uint32", "Uint64",
		}, chance,
	},
	"math/rand/v2": {
		[]string{
			"ExpFloat64", "Float32", "Float64", "Int", "Int32", "Int32N", "Int64", "Int64N", "IntN", "N",
			"NormFloat64", "Perm", "Shuffle", "Uint", "Uint32", "Uint32N", "Uint64", "Uint64N", "UintN",
		}, chance,
	},
}

// timed are the directories that may use the wall clock: the command of the
// simulator shows its progress, and the tests of backends wait for them.
var timed = []string{"simulator/cmd", "store/storetest"}

// Outside finds uses of the wall clock and of global randomness. Tests may use both.
func Outside(sources []Source) []Violation {
	var found []Violation
	for _, s := range sources {
		free := slices.ContainsFunc(timed, func(dir string) bool { return within(s.dir(), dir) })
		if !s.test() && !free {
			found = append(found, outsideOf(s)...)
		}
	}
	return found
}

func outsideOf(s Source) []Violation {
	var found []Violation
	names := map[string]string{} // by which name the file calls each of the packages
	for _, spec := range s.file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if _, watched := outside[imported]; err != nil || !watched {
			continue
		}
		name := localName(imported, spec.Name)
		if name == "." {
			found = append(found, s.violation(spec.Pos(), "%s is imported with a dot, which hides what comes from it", imported))
		}
		names[name] = imported
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if of, ok := selector.X.(*ast.Ident); ok {
			imported := names[of.Name]
			if rule := outside[imported]; slices.Contains(rule.names, selector.Sel.Name) {
				found = append(found, s.violation(selector.Pos(), "%s.%s %s", imported, selector.Sel.Name, rule.instead))
			}
		}
		return true
	})
	return found
}

var majorVersion = regexp.MustCompile(`^v[0-9]+$`)

// localName is what a file calls an imported package.
func localName(imported string, name *ast.Ident) string {
	if name != nil {
		return name.Name
	}
	if base := path.Base(imported); !majorVersion.MatchString(base) {
		return base
	}
	return path.Base(path.Dir(strings.TrimSuffix(imported, "/")))
}
