package simulator

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

var (
	yamlAt     = regexp.MustCompile(`^yaml: (?:line ([0-9]+): )?`)
	yamlAnchor = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)
)

// garbled notes that the text is no YAML, where the library says.
func (s *source) garbled(err error) {
	text := err.Error()
	match := yamlAt.FindStringSubmatch(text)
	line, column := 1, 1
	if match != nil {
		text = text[len(match[0]):]
		if n, err := strconv.Atoi(match[1]); err == nil {
			s.index()
			line = min(max(n, 1), len(s.starts))
		}
	}
	if anchor := yamlAnchor.FindStringSubmatch(text); anchor != nil {
		if i := bytes.Index(s.text, []byte("*"+anchor[1])); i >= 0 {
			line, column = s.place(i)
		}
		s.fault(line, column, "the alias *%s stands for no anchor before it", anchor[1])
		return
	}
	if strings.HasPrefix(text, "exceeded max depth") {
		s.fault(line, column, "lists and maps are nested deeper than %d levels", MaxDepth)
		return
	}
	s.fault(line, column, "this is not YAML: %s", text)
}

// form is what is known of a node and all below it, aliases included.
type form struct {
	// height is how many levels there are, size how many values.
	height, size int
	done         bool
}

// former checks the form of a document: what has to hold of any file, whatever
// it says.
type former struct {
	*source
	forms map[*yaml.Node]*form
	fatal bool
}

// wellFormed notes what no file may have, and reports whether the document can
// be walked through at all.
func (s *source) wellFormed(root *yaml.Node) bool {
	f := &former{source: s, forms: map[*yaml.Node]*form{}}
	f.form(root, 1)
	return !f.fatal
}

// form looks at a node at a depth. Aliases only point backwards, so everything
// an alias stands for has been looked at, or is what the alias stands in.
func (f *former) form(n *yaml.Node, depth int) form {
	if n.Kind == yaml.AliasNode {
		return f.alias(n, depth)
	}
	own := &form{height: 1, size: 1}
	f.forms[n] = own
	if depth > MaxDepth {
		if !f.fatal {
			f.at(n, "lists and maps are nested deeper than %d levels", MaxDepth)
		}
		f.fatal = true
		return *own
	}
	if n.Style&yaml.TaggedStyle != 0 {
		f.at(n, "the tag %s is not taken: write the value without it", quote(n.Tag))
	}
	if n.Kind == yaml.MappingNode {
		f.keys(n)
	}
	for _, child := range n.Content {
		if f.fatal {
			break
		}
		below := f.form(child, depth+1)
		own.height = max(own.height, below.height+1)
		own.size = min(own.size+below.size, MaxValues+1)
	}
	if own.size > MaxValues && !f.fatal {
		f.at(n, "aliases make this more than %d values", MaxValues)
		f.fatal = true
	}
	own.done = true
	return *own
}

func (f *former) alias(n *yaml.Node, depth int) form {
	target := f.forms[n.Alias]
	switch {
	case target == nil || !target.done:
		f.at(n, "the alias *%s stands for what it is a part of", n.Value)
		f.fatal = true
		return form{height: 1, size: 1}
	case depth+target.height-1 > MaxDepth:
		f.at(n, "lists and maps are nested deeper than %d levels", MaxDepth)
		f.fatal = true
	}
	return *target
}

// keys checks that the keys of a map are plain words, each once.
func (f *former) keys(n *yaml.Node) {
	lines := make(map[string]int, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		switch {
		case key.Kind != yaml.ScalarNode:
			f.at(key, "a key is a word, and this is %s", describe(key))
		case key.Tag == "!!merge":
			f.at(key, "the merge key << is not taken: write the fields out")
		case lines[key.Value] > 0:
			f.at(key, "the key %s stands twice; first in line %d", quote(key.Value), lines[key.Value])
		default:
			lines[key.Value] = key.Line
		}
	}
}

// describe says in words what kind of value a node is.
func describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a map"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "an alias"
	case yaml.ScalarNode, yaml.DocumentNode:
		if isNull(n) {
			return "nothing"
		}
	}
	return quote(n.Value)
}

// isNull reports whether the node is an empty value, null or ~.
func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// follow returns what an alias stands for, and any other node itself.
func follow(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// pair is one key of a map with its value.
type pair struct {
	key, value *yaml.Node
}

// pairs returns the keys of a map, each once, in the order of the file.
func pairs(n *yaml.Node) []pair {
	list := make([]pair, 0, len(n.Content)/2)
	seen := make(map[string]bool, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode || key.Tag == "!!merge" || seen[key.Value] {
			continue // noted by wellFormed
		}
		seen[key.Value] = true
		list = append(list, pair{key, follow(n.Content[i+1])})
	}
	return list
}
