package tidy

import (
	"go/ast"
	"go/token"
)

// Docs finds packages and exported names without a comment. Tests need none.
func Docs(sources []Source) []Violation {
	var found []Violation
	first := map[string]Source{} // the first file of each package
	told := map[string]bool{}    // the packages with a comment
	var dirs []string
	for _, s := range sources {
		if s.test() {
			continue
		}
		if _, seen := first[s.dir()]; !seen {
			first[s.dir()] = s
			dirs = append(dirs, s.dir())
		}
		told[s.dir()] = told[s.dir()] || says(s.file.Doc)
		found = append(found, docsOf(s)...)
	}
	for _, dir := range dirs {
		if s := first[dir]; !told[dir] {
			found = append(found, s.violation(s.file.Package, "package %s has no comment in any of its files", s.file.Name.Name))
		}
	}
	return found
}

// says reports whether a comment has words, not only directives.
func says(doc *ast.CommentGroup) bool { return doc.Text() != "" }

func docsOf(s Source) []Violation {
	var found []Violation
	for _, decl := range s.file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if exportedFunc(d) && !says(d.Doc) {
				found = append(found, s.violation(d.Type.Func, "%s is exported and has no comment", d.Name.Name))
			}
		case *ast.GenDecl:
			found = append(found, docsOfGroup(s, d)...)
		}
	}
	return found
}

// docsOfGroup looks at a declaration of types, constants or variables. A comment
// over a group speaks for its constants and variables, but not for its types.
func docsOfGroup(s Source, d *ast.GenDecl) []Violation {
	var found []Violation
	for _, spec := range d.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			alone := d.Lparen == token.NoPos
			if spec.Name.IsExported() && !says(spec.Doc) && !(alone && says(d.Doc)) {
				found = append(found, s.violation(spec.Pos(), "%s is exported and has no comment", spec.Name.Name))
			}
		case *ast.ValueSpec:
			if says(d.Doc) || says(spec.Doc) || says(spec.Comment) {
				continue
			}
			for _, name := range spec.Names {
				if name.IsExported() {
					found = append(found, s.violation(name.Pos(), "%s is exported and has no comment", name.Name))
				}
			}
		}
	}
	return found
}

// exportedFunc reports whether a reader of the package's documentation sees f:
// a method of a type that is not exported is seen by nobody.
func exportedFunc(f *ast.FuncDecl) bool {
	if !f.Name.IsExported() {
		return false
	}
	if f.Recv == nil || len(f.Recv.List) == 0 {
		return true
	}
	return ast.IsExported(receiver(f.Recv.List[0].Type))
}

// receiver is the name of the type a method belongs to, without its pointer and type parameters.
func receiver(expr ast.Expr) string {
	switch e := expr.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.ParenExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.IndexListExpr:
		return receiver(e.X)
	}
	return ""
}
