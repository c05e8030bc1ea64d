package tidy

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"strings"
)

// Violation is one place that breaks a rule.
type Violation struct {
	// File is the path from the root of the module, with slashes.
	File string
	// Line counts from 1.
	Line int
	// What says which rule is broken, with the figures.
	What string
}

// String gives the violation as file:line: what, which editors can follow.
func (v Violation) String() string {
	return fmt.Sprintf("%s:%d: %s", v.File, v.Line, v.What)
}

// Source is one parsed Go file.
type Source struct {
	// Path is the path from the root of the module, with slashes.
	Path string

	fset *token.FileSet
	file *ast.File
}

// Parse reads the text of one file. The path says where in the module it stands.
func Parse(path string, text []byte) (Source, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return Source{}, err
	}
	return Source{Path: path, fset: fset, file: file}, nil
}

// Load parses every Go file of the module whose root is given. It leaves out
// modules nested in it, testdata, vendor, and whatever begins with a dot or an
// underscore, as the go command does.
func Load(root fs.FS) ([]Source, error) {
	var sources []Source
	err := fs.WalkDir(root, ".", func(p string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			if skipped(root, p) {
				return fs.SkipDir
			}
			return nil
		case path.Ext(p) != ".go":
			return nil
		}
		text, err := fs.ReadFile(root, p)
		if err != nil {
			return err
		}
		source, err := Parse(p, text)
		if err != nil {
			return err
		}
		sources = append(sources, source)
		return nil
	})
	return sources, err
}

func skipped(root fs.FS, dir string) bool {
	if dir == "." {
		return false
	}
	name := path.Base(dir)
	if name == "testdata" || name == "vendor" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") {
		return true
	}
	_, err := fs.Stat(root, path.Join(dir, "go.mod"))
	return err == nil
}

// dir is the directory of the file, "." for the root.
func (s Source) dir() string { return path.Dir(s.Path) }

// test reports whether the file belongs to tests. Most rules leave those alone.
func (s Source) test() bool { return strings.HasSuffix(s.Path, "_test.go") }

// line is the line on which pos stands.
func (s Source) line(pos token.Pos) int { return s.fset.Position(pos).Line }

// violation is a violation at pos.
func (s Source) violation(pos token.Pos, format string, args ...any) Violation {
	return Violation{File: s.Path, Line: s.line(pos), What: fmt.Sprintf(format, args...)}
}

// within reports whether dir is parent or stands below it.
func within(dir, parent string) bool {
	return dir == parent || strings.HasPrefix(dir, parent+"/")
}
