package tidy

import (
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strings"
)

const (
	// maxFunction is how many lines a function has at most, from func to its closing brace.
	maxFunction = 70
	// maxFile is how many lines a file has at most.
	maxFile = 400
)

// FunctionLengths finds functions that do not fit a screen. Tests may be longer.
func FunctionLengths(sources []Source) []Violation {
	var found []Violation
	for _, s := range sources {
		if s.test() {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			name := "a function literal"
			switch f := n.(type) {
			case *ast.FuncDecl:
				name = f.Name.Name
			case *ast.FuncLit:
			default:
				return true
			}
			lines := s.line(n.End()-1) - s.line(funcPos(n)) + 1
			if lines > maxFunction {
				found = append(found, s.violation(funcPos(n), "%s has %d lines, more than %d", name, lines, maxFunction))
			}
			return false // what stands inside is shorter
		})
	}
	return found
}

// funcPos is where the word func of a function stands, below its comment.
func funcPos(n ast.Node) token.Pos {
	if f, ok := n.(*ast.FuncDecl); ok {
		return f.Type.Func
	}
	return n.Pos()
}

// FileLengths finds files that are too long to be about one noun. Tests may be longer.
func FileLengths(sources []Source) []Violation {
	var found []Violation
	for _, s := range sources {
		lines := s.fset.File(s.file.FileStart).LineCount()
		if !s.test() && lines > maxFile {
			found = append(found, Violation{s.Path, lines, fmt.Sprintf("the file has %d lines, more than %d", lines, maxFile)})
		}
	}
	return found
}

// Inits finds init functions: what a program does is said where it starts.
func Inits(sources []Source) []Violation {
	var found []Violation
	for _, s := range sources {
		for _, decl := range s.file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if ok && !s.test() && f.Recv == nil && f.Name.Name == "init" {
				found = append(found, s.violation(f.Type.Func, "an init function runs unasked: wire it in the root package"))
			}
		}
	}
	return found
}

// leftForLater matches a line that leaves work. XXX is also a currency, so it
// counts only where it opens the line or calls somebody.
var leftForLater = regexp.MustCompile(`\b(TODO|FIXME|HACK)\b|\bXXX[:(]|^\W*XXX\b`)

// Leftovers finds comments that leave work for later, in tests too.
func Leftovers(sources []Source) []Violation {
	var found []Violation
	for _, s := range sources {
		for _, group := range s.file.Comments {
			for _, comment := range group.List {
				for i, text := range strings.Split(comment.Text, "\n") {
					if leftForLater.MatchString(text) {
						found = append(found, Violation{s.Path, s.line(comment.Pos()) + i, "a comment leaves work for later: do it or file it"})
					}
				}
			}
		}
	}
	return found
}

var emptyNames = []string{"common", "helper", "helpers", "misc", "models", "types", "util", "utils"}

// PackageNames finds packages that are not named after what they are about.
func PackageNames(sources []Source) []Violation {
	var found []Violation
	for _, s := range sources {
		name := strings.TrimSuffix(s.file.Name.Name, "_test")
		if slices.Contains(emptyNames, name) || slices.Contains(emptyNames, path.Base(s.dir())) {
			found = append(found, s.violation(s.file.Package, "package %s in %s is named after nothing in particular", name, s.dir()))
		}
	}
	return found
}
