package notice_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/template"
	"text/template/parse"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/notice"
)

// written is what the code of the module writes: the kinds of notices, each
// with the facts that stand in the functions that name the kind.
type written struct {
	// kinds are the words of the constants, by the name of the constant.
	kinds map[string]account.NoticeKind
	facts map[account.NoticeKind]map[string]bool
	// begun are the facts of the letters that a method called letter begins.
	begun map[string]bool
}

// readCode reads the kinds and the facts out of the source of the packages that
// notices are written in.
func readCode(t *testing.T) written {
	t.Helper()
	w := written{kinds: map[string]account.NoticeKind{}, facts: map[account.NoticeKind]map[string]bool{}, begun: map[string]bool{}}
	var files []*ast.File
	root := os.DirFS("..")
	for _, dir := range []string{"account", "licensing", "flex", "billing", "."} {
		names, err := fs.Glob(root, path.Join(dir, "*.go"))
		require.NoError(t, err)
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			text, err := fs.ReadFile(root, name)
			require.NoError(t, err)
			file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
			require.NoError(t, err)
			files = append(files, file)
		}
	}
	for _, f := range files {
		ast.Inspect(f, w.declares)
		ast.Inspect(f, w.begins)
	}
	for _, f := range files {
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil {
				w.write(fn.Body)
			}
		}
	}
	return w
}

// called is the last name of an expression: Kind of account.Kind.
func called(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

// literal is the text of a string literal.
func literal(e ast.Expr) (string, bool) {
	l, ok := e.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(l.Value)
	return s, err == nil
}

// declares notes the constants that are kinds of notices.
func (w written) declares(n ast.Node) bool {
	spec, ok := n.(*ast.ValueSpec)
	if !ok {
		return true
	}
	for i, value := range spec.Values {
		kind := called(spec.Type) == "NoticeKind"
		if call, ok := value.(*ast.CallExpr); ok && called(call.Fun) == "NoticeKind" {
			kind, value = true, call.Args[0]
		}
		if word, ok := literal(value); ok && kind {
			w.kinds[spec.Names[i].Name] = account.NoticeKind(word)
		}
	}
	return true
}

// begins notes the facts of the letters that a method called letter begins.
func (w written) begins(n ast.Node) bool {
	fn, ok := n.(*ast.FuncDecl)
	if !ok || fn.Recv == nil || fn.Name.Name != "letter" {
		return true
	}
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		if pair, ok := n.(*ast.KeyValueExpr); ok {
			if name, ok := literal(pair.Key); ok {
				w.begun[name] = true
			}
		}
		return true
	})
	return false
}

// write notes the facts that a function writes, for each kind that it names.
func (w written) write(body *ast.BlockStmt) {
	var kinds []account.NoticeKind
	facts := map[string]bool{}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			if kind, ok := w.kinds[n.Name]; ok {
				kinds = append(kinds, kind)
			}
		case *ast.KeyValueExpr: // Facts: map[string]string{"product": product}
			if given, ok := n.Value.(*ast.CompositeLit); ok && called(n.Key) == "Facts" {
				for _, element := range given.Elts {
					if name, ok := literal(element.(*ast.KeyValueExpr).Key); ok {
						facts[name] = true
					}
				}
			}
		case *ast.IndexExpr: // l.Facts["ends"]
			if name, ok := literal(n.Index); ok && called(n.X) == "Facts" {
				facts[name] = true
			}
		case *ast.CallExpr: // letter(LowBalanceNotice, team, "left", left), or a method that begins one
			if of, ok := n.Fun.(*ast.SelectorExpr); ok && of.Sel.Name == "letter" {
				maps.Copy(facts, w.begun)
			}
			if slices.ContainsFunc(n.Args, func(a ast.Expr) bool { return w.kinds[called(a)] != "" }) {
				for _, a := range n.Args {
					if name, ok := literal(a); ok {
						facts[name] = true
					}
				}
			}
		}
		return true
	})
	for _, kind := range kinds {
		if w.facts[kind] == nil {
			w.facts[kind] = map[string]bool{}
		}
		maps.Copy(w.facts[kind], facts)
	}
}

// told are the facts that the texts of a language name, by kind and text.
func told(t *testing.T, language account.Language) map[account.NoticeKind]map[string][]string {
	t.Helper()
	data, err := os.ReadFile(fmt.Sprintf("texts/%s.json", language))
	require.NoError(t, err)
	var file map[account.NoticeKind]map[string]string
	require.NoError(t, json.Unmarshal(data, &file))
	kinds := map[account.NoticeKind]map[string][]string{}
	for kind, texts := range file {
		kinds[kind] = map[string][]string{}
		for name, text := range texts {
			kinds[kind][name] = fields(t, text)
		}
	}
	return kinds
}

// fields are the names behind a dot in a template, each once, in order.
func fields(t *testing.T, text string) []string {
	t.Helper()
	word := func(string) string { return "" }
	parsed, err := template.New("").Funcs(template.FuncMap{"date": word, "list": word, "tokens": word, "people": word}).Parse(text)
	require.NoError(t, err)
	var names []string
	var walk func(n parse.Node)
	walk = func(n parse.Node) {
		switch n := n.(type) {
		case *parse.ListNode:
			if n != nil {
				for _, node := range n.Nodes {
					walk(node)
				}
			}
		case *parse.ActionNode:
			walk(n.Pipe)
		case *parse.IfNode:
			walk(n.Pipe)
			walk(n.List)
			walk(n.ElseList)
		case *parse.PipeNode:
			for _, c := range n.Cmds {
				for _, a := range c.Args {
					walk(a)
				}
			}
		case *parse.FieldNode:
			names = append(names, n.Ident...)
		case *parse.TextNode, *parse.IdentifierNode, *parse.StringNode:
		default:
			require.Failf(t, "the test does not know what this template does", "%T in %s", n, text)
		}
	}
	walk(parsed.Root)
	slices.Sort(names)
	return slices.Compact(names)
}

func TestTheCodeIsRead(t *testing.T) {
	t.Parallel()
	w := readCode(t)
	require.Equal(t, account.InvitationNotice, w.kinds["InvitationNotice"])
	require.GreaterOrEqual(t, len(w.kinds), 9)
	require.Equal(t, []string{"ends", "team"}, slices.Sorted(maps.Keys(w.facts["invitation"])))
	require.Equal(t, []string{"left", "limit"}, slices.Sorted(maps.Keys(w.facts["low-balance"])))
	require.Equal(t, []string{"product"}, slices.Sorted(maps.Keys(w.facts["new-product"])), "by way of a variable")
}

func TestEveryKindInTheCodeHasItsTextsInBothLanguages(t *testing.T) {
	t.Parallel()
	kinds := readCode(t).kinds
	for _, language := range languages {
		texts := told(t, language)
		for name, kind := range kinds {
			require.Contains(t, texts, kind, "%s has no text in %s", name, language)
			require.Equal(t, []string{"body", "subject"}, slices.Sorted(maps.Keys(texts[kind])), "%s in %s", name, language)
		}
	}
	want := slices.Compact(slices.Sorted(maps.Values(kinds)))
	require.Equal(t, want, notice.Kinds(), "the kinds with texts are those that the code writes")
}

func TestNoTextTellsAFactThatNoCodeWrites(t *testing.T) {
	t.Parallel()
	w := readCode(t)
	for _, language := range languages {
		for kind, texts := range told(t, language) {
			if kind == "tokens" || kind == "people" {
				continue // The word for what is counted is filled by the package itself.
			}
			for text, facts := range texts {
				for _, fact := range facts {
					if fact != "team" { // A notice without this fact has its stream.
						require.True(t, w.facts[kind][fact], "%s.%s in %s tells %q, and the code writes %v", kind, text, language, fact, w.facts[kind])
					}
				}
			}
		}
	}
}

func TestTheLanguagesTellTheSame(t *testing.T) {
	t.Parallel()
	all := func(texts map[string][]string) []string {
		facts := slices.Concat(slices.Collect(maps.Values(texts))...)
		slices.Sort(facts)
		return slices.Compact(facts)
	}
	english, french := told(t, account.English), told(t, account.French)
	require.Equal(t, slices.Sorted(maps.Keys(english)), slices.Sorted(maps.Keys(french)))
	for kind := range english {
		require.Equal(t, all(english[kind]), all(french[kind]), kind)
	}
}
