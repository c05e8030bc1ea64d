package simulator

import (
	"reflect"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

var int64Type = reflect.TypeFor[int64]()

// integer reads a whole number for the scenario itself.
func (s *shape) integer(n *yaml.Node) (int64, error) {
	if n.Kind != yaml.ScalarNode {
		n = &yaml.Node{Kind: yaml.ScalarNode, Value: describe(n)}
	}
	if _, err := s.single(n.Value, quoted(n), nil); err != nil {
		return 0, err
	}
	return strconv.ParseInt(n.Value, 10, 64)
}

// policyValue returns a parameter's value as the rules read it: a list in
// brackets, anything else by its literal text.
func policyValue(n *yaml.Node) (value string, ok bool) {
	switch {
	case n.Kind == yaml.ScalarNode:
		return n.Value, !isNull(n)
	case n.Kind != yaml.SequenceNode:
		return "", false
	}
	parts := make([]string, len(n.Content))
	for i, child := range n.Content {
		child = follow(child)
		if child.Kind != yaml.ScalarNode || isNull(child) {
			return "", false
		}
		parts[i] = child.Value
	}
	return "[" + strings.Join(parts, ", ") + "]", true
}

// sentence joins words as a sentence does.
func sentence(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// plain words an error without the name of the package it comes from.
func plain(err error) string {
	text := err.Error()
	for _, name := range []string{"money: ", "period: ", "rule: "} {
		text = strings.ReplaceAll(text, name, "")
	}
	return text
}
