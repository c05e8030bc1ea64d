package simulator

import (
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// phrase reads a step that stands on one line. Its nodes have the columns of the
// line, so that faults lead to their places.
type phrase struct {
	*source
	vocabulary *Vocabulary
}

// read returns the step as a node. Where there are faults, it is not to be used.
func (p *phrase) read(by string) *yaml.Node {
	if !p.legible() {
		return nil
	}
	text := string(p.text)
	at := skipSpace(text, 0)
	if at == len(text) {
		p.fault(1, 1, "there is no step in it")
		return nil
	}
	var step *yaml.Node
	if text[at] == '{' {
		step = p.fragment(at, len(text))
	} else {
		step = p.short(at)
	}
	if len(p.list) > 0 {
		return nil
	}
	p.actor(step, by)
	return step
}

// actor says who acts where the step does not.
func (p *phrase) actor(step *yaml.Node, by string) {
	calls := false
	for _, one := range pairs(step) {
		calls = calls || Verb(one.key.Value).calls()
		if one.key.Value == "by" {
			return
		}
	}
	if by != "" && calls {
		step.Content = slices.Insert(step.Content, min(2, len(step.Content)), textNode("by"), textNode(by))
	}
}

// short reads a verb, or none, then a name, and then the fields.
func (p *phrase) short(at int) *yaml.Node {
	word, from, to := p.word(at)
	verb := Verb(word)
	switch {
	case verb.calls():
		word, from, to = p.word(to)
	case slices.Contains(stepVerbs, word):
		p.fault(1, p.column(from), "%s is written as in a file, {%s: …}, or as a command of the session", word, word)
		return nil
	case p.vocabulary.queries[word] != nil:
		verb = AskStep
	default:
		verb = DoStep
	}
	if word == "" {
		p.fault(1, p.column(len(p.text)), "the name of a command or a query belongs here")
		return nil
	}
	if p.vocabulary.commands[word] == nil && p.vocabulary.queries[word] == nil {
		names := slices.Concat(p.vocabulary.names(false), p.vocabulary.names(true))
		p.fault(1, p.column(from), "there is no command or query %s%s", quote(word), nearest(word, names))
		return nil
	}
	step := flowOf(string(verb), p.scalar(from, to))
	if with := p.fields(to); with != nil && len(with.Content) > 0 {
		putKey(step, "with", with)
	}
	return step
}

// fields reads {…}, or any number of name=value.
func (p *phrase) fields(at int) *yaml.Node {
	text := string(p.text)
	if at = skipSpace(text, at); at < len(text) && text[at] == '{' {
		return p.fragment(at, len(text))
	}
	with := flow(yaml.MappingNode)
	with.Line, with.Column = 1, p.column(at)
	seen := map[string]bool{}
	for at < len(text) {
		end := at
		for end < len(text) && text[end] != '=' && text[end] != ' ' && text[end] != '\t' {
			end++
		}
		name := text[at:end]
		switch {
		case end == len(text) || text[end] != '=':
			p.fault(1, p.column(at), "%s is no field: write NAME=VALUE, with quotes where a value has spaces, or {NAME: VALUE, …}", quote(name))
			return nil
		case seen[name]:
			p.fault(1, p.column(at), "the field %s stands twice", quote(name))
			return nil
		}
		seen[name] = true
		to := valueEnd(text, end+1)
		with.Content = append(with.Content, p.scalar(at, end), p.value(end+1, to))
		at = skipSpace(text, to)
	}
	return with
}

// value reads what stands behind a field's name: a list, a map or a text in
// quotes as YAML has them, and anything else by its letters.
func (p *phrase) value(from, to int) *yaml.Node {
	if from < to && strings.IndexByte(`[{"'`, p.text[from]) >= 0 {
		return p.fragment(from, to)
	}
	return p.scalar(from, to)
}

// scalar is a part of the line as it stands.
func (p *phrase) scalar(from, to int) *yaml.Node {
	n := plainNode(string(p.text[from:to]))
	if from == to {
		n = &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: yaml.DoubleQuotedStyle}
	}
	n.Line, n.Column = 1, p.column(from)
	return n
}

// fragment reads a part of the line as YAML.
func (p *phrase) fragment(from, to int) *yaml.Node {
	part := &source{findings: p.findings, name: p.name, text: p.text[from:to]}
	before := len(p.list)
	root := part.read()
	for i := before; i < len(p.list); i++ {
		p.list[i].Column += p.column(from) - 1
		p.list[i].Excerpt, p.list[i].Caret = p.excerpt(1, p.list[i].Column)
	}
	if root == nil || len(p.list) > before {
		return flow(yaml.MappingNode)
	}
	root = spelled(root)
	shift(root, p.column(from)-1)
	return root
}

// shift moves what was read from a part of a line to its place in the whole.
func shift(n *yaml.Node, columns int) {
	n.Column += columns
	for _, child := range n.Content {
		shift(child, columns)
	}
}

// word returns the letters up to the next space.
func (p *phrase) word(at int) (word string, from, to int) {
	text := string(p.text)
	from = skipSpace(text, at)
	to = from
	for to < len(text) && text[to] != ' ' && text[to] != '\t' {
		to++
	}
	return text[from:to], from, to
}

// column counts characters from 1.
func (p *phrase) column(offset int) int { return utf8.RuneCount(p.text[:offset]) + 1 }

func skipSpace(text string, at int) int {
	for at < len(text) && (text[at] == ' ' || text[at] == '\t') {
		at++
	}
	return at
}

// valueEnd returns where a value ends: at the first space that is in no quotes and
// no brackets.
func valueEnd(text string, at int) int {
	depth := 0
	var quote byte
	whole := at
	for ; at < len(text); at++ {
		c := text[at]
		switch {
		case quote != 0:
			if c == '\\' && quote == '"' {
				at++
			} else if c == quote {
				quote = 0
			}
		case (c == '"' || c == '\'') && (depth > 0 || at == whole):
			quote = c
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			depth--
		case (c == ' ' || c == '\t') && depth <= 0:
			return at
		}
	}
	return min(at, len(text))
}

// spelled is a copy of a node in which what aliases stand for is written out.
func spelled(n *yaml.Node) *yaml.Node {
	n = follow(n)
	c := *n
	c.Anchor, c.Alias = "", nil
	c.Content = make([]*yaml.Node, len(n.Content))
	for i, child := range n.Content {
		c.Content[i] = spelled(child)
	}
	return &c
}

// flowOf is a map of one key, on one line.
func flowOf(key string, value *yaml.Node) *yaml.Node {
	n := flow(yaml.MappingNode)
	n.Line, n.Column = 1, 1
	putKey(n, key, value)
	return n
}

// parted returns a step without the steps of the branch it begins, and these.
func parted(n *yaml.Node) (*yaml.Node, []*yaml.Node) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		fork := n.Content[i+1]
		if n.Content[i].Value != string(ForkStep) || fork.Kind != yaml.MappingNode {
			continue
		}
		for j := 0; j+1 < len(fork.Content); j += 2 {
			if steps := fork.Content[j+1]; fork.Content[j].Value == "steps" && steps.Kind == yaml.SequenceNode {
				c := *n
				c.Content = append([]*yaml.Node{}, n.Content...)
				with, none := *fork, *steps
				with.Content = append([]*yaml.Node{}, fork.Content...)
				none.Content = nil
				c.Content[i+1], with.Content[j+1] = &with, &none
				return &c, steps.Content
			}
		}
	}
	return n, nil
}
