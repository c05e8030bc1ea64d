package console

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/seatbook/seatbook/simulator"
)

// Complete returns what can stand at the cursor, which is behind pos characters of
// the line: the line before it, the words that can come next, and the line behind
// it. It depends on the session and the text alone, but for names of files.
func (s *Session) Complete(line string, pos int) (head string, words []string, tail string) {
	runes := []rune(line)
	pos = min(max(pos, 0), len(runes))
	text, tail := string(runes[:pos]), string(runes[pos:])
	partial, candidates := s.next(text)
	for _, word := range candidates {
		if strings.HasPrefix(word, partial) && !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	return strings.TrimSuffix(text, partial), words, tail
}

// next returns the word that is being written, and those that it can become.
func (s *Session) next(text string) (partial string, words []string) {
	text = strings.TrimLeft(text, " \t")
	if strings.HasPrefix(text, "{") {
		return s.nextInStep(text)
	}
	word, rest, behind := strings.Cut(text, " ")
	if !behind {
		return text, s.firstWords(text)
	}
	rest = strings.TrimLeft(rest, " ")
	if signature, found := s.signatures[word]; found {
		return s.nextField(signature, rest)
	}
	switch word {
	case "do", "ask", "preview":
		return s.nextSpoken(word, rest)
	case "keep":
		name, path, found := strings.Cut(rest, "=")
		if !found {
			return name, nil
		}
		return path, s.play.Paths()
	case "fork":
		if _, from, found := strings.Cut(rest, " from "); found {
			return from, s.play.Marks()
		}
		return rest, nil
	case "save", "load":
		path := strings.TrimPrefix(rest, "over ")
		return path, files(path)
	}
	return rest, s.behind(word)
}

// behind returns what can stand behind a word of the session.
func (s *Session) behind(word string) []string {
	switch word {
	case "rewind":
		return s.play.Marks()
	case "switch":
		return s.play.Branches()
	case "as":
		return append(s.seen.people(), "operator")
	case "set":
		return suffixed(s.config.Vocabulary.Book().Params(), "=")
	case "rules":
		var ids []string
		for _, r := range s.config.Vocabulary.Book().Rules() {
			ids = append(ids, r.ID)
		}
		return ids
	case "help":
		return append(verbNames(), s.names("")...)
	default:
		return nil
	}
}

func suffixed(words []string, suffix string) []string {
	list := make([]string, len(words))
	for i, word := range words {
		list[i] = word + suffix
	}
	return list
}

// verbNames returns the words of the session that have letters.
func verbNames() []string {
	var names []string
	for _, v := range verbs() {
		if v.name != "+" {
			names = append(names, v.name)
		}
	}
	return names
}

// firstWords returns what a line can begin with. Commands are offered by their
// module until that is written.
func (s *Session) firstWords(text string) []string {
	if strings.Contains(text, ".") {
		return suffixed(s.names(""), " ")
	}
	var words []string
	for _, v := range verbs() {
		switch {
		case v.args == "" || v.name == "+":
			words = append(words, v.name)
		default:
			words = append(words, v.name+" ")
		}
	}
	return append(words, s.modules("")...)
}

func (s *Session) modules(kind string) []string {
	var words []string
	for _, name := range s.names(kind) {
		module, _, _ := strings.Cut(name, ".")
		if !slices.Contains(words, module+".") {
			words = append(words, module+".")
		}
	}
	return words
}

// names returns the commands, the queries, or both, in alphabetical order.
func (s *Session) names(kind string) []string {
	var names []string
	for name, signature := range s.signatures {
		if kind == "" || signature.Kind == kind {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// nextSpoken completes what stands behind "do", "ask" or "preview".
func (s *Session) nextSpoken(verb, rest string) (string, []string) {
	kind := "command"
	if verb == "ask" {
		kind = "query"
	}
	name, fields, behind := strings.Cut(rest, " ")
	switch {
	case behind:
		return s.nextField(s.signatures[name], strings.TrimLeft(fields, " "))
	case strings.Contains(name, "."):
		return name, suffixed(s.names(kind), " ")
	default:
		return name, s.modules(kind)
	}
}

// nextField completes the fields of a command or a query.
func (s *Session) nextField(signature simulator.Signature, text string) (string, []string) {
	short := !strings.HasPrefix(text, "{")
	at := spotOf(text, short)
	return at.partial, s.atSpot(at, signature.Fields, at.path())
}

// stepKeys are the keys of a step that is written as in a file.
var stepKeys = []string{"do", "ask", "preview", "mark", "rewind", "at", "after", "by", "with", "want", "fails", "save", "note"}

// nextInStep completes a step that is written as in a file.
func (s *Session) nextInStep(text string) (string, []string) {
	at := spotOf(text, false)
	path := at.path()
	if len(at.levels) < 2 || len(path) == 0 {
		return at.partial, suffixed(stepKeys, ": ")
	}
	given := at.levels[1].given
	switch path[0] {
	case "do", "preview":
		return at.partial, s.names("command")
	case "ask":
		return at.partial, s.names("query")
	case "rewind":
		return at.partial, s.play.Marks()
	case "by":
		return at.partial, s.seen.people()
	case "with", "want":
		signature := s.signatures[given["do"]+given["ask"]+given["preview"]]
		if path[0] == "want" {
			return at.partial, s.atSpot(at, signature.Result, path[1:])
		}
		return at.partial, s.atSpot(at, signature.Fields, path[1:])
	default:
		return at.partial, nil
	}
}

// atSpot returns the fields, or the values, that can stand somewhere.
func (s *Session) atSpot(at spot, fields []simulator.SignatureField, path []string) []string {
	var last *simulator.SignatureField
	for _, name := range path {
		i := slices.IndexFunc(fields, func(f simulator.SignatureField) bool { return f.Name == name })
		if i < 0 {
			return nil
		}
		last = &fields[i]
		fields = last.Fields
	}
	if !at.atKey() {
		if last == nil {
			return nil
		}
		return s.valuesOf(*last, at.partial)
	}
	sign := ": "
	if at.inner().short {
		sign = "="
	}
	var required, optional []string
	for _, f := range fields {
		if _, given := at.inner().given[f.Name]; given {
			continue
		}
		if f.Required {
			required = append(required, f.Name+sign)
		} else {
			optional = append(optional, f.Name+sign)
		}
	}
	return append(required, optional...)
}

// valuesOf returns the values that are known for a field.
func (s *Session) valuesOf(f simulator.SignatureField, partial string) []string {
	var words []string
	switch {
	case len(f.Words) > 0:
		words = f.Words
	case f.Type == "true or false":
		words = []string{"true", "false"}
	case strings.Contains(f.Name, "product") || f.Type == "product":
		words = s.seen.products
	case f.Name == "team":
		words = s.seen.teams()
	case strings.Contains(f.Type, "address"):
		words = s.seen.people()
	}
	if len(words) > 0 && !strings.HasPrefix(partial, "$") {
		return words
	}
	var own, others []string
	for _, v := range s.play.Saved() {
		if strings.HasPrefix(v.Name, f.Name) {
			own = append(own, "$"+v.Name)
		} else {
			others = append(others, "$"+v.Name)
		}
	}
	if strings.HasPrefix(partial, "$") {
		return append(own, others...)
	}
	return own
}

// files returns the names of files that begin so.
func files(path string) []string {
	if strings.ContainsAny(path, `*?[\`) {
		return nil
	}
	found, err := filepath.Glob(path + "*")
	if err != nil {
		return nil
	}
	return found
}
