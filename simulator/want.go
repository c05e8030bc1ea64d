package simulator

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// want is what a scenario says of a result, or of a part of it.
type want interface {
	// compare notes how what was got differs from what is wanted.
	compare(c *comparison, path string, got any)
}

// The ways to say what is wanted. A map of fields is partial, a list is whole.
type (
	wantValue struct {
		shape *shape
		value any
	}
	wantFields struct{ fields []wantField }
	wantField  struct {
		name string
		want want
	}
	wantList   struct{ elements []want }
	wantHas    struct{ elements []want }
	wantLength struct{ length int64 }
	wantNull   struct{ null bool }
	wantOrder  struct {
		shape *shape
		// above is set for $gt, unset for $lt.
		above bool
		value any
	}
	wantAll struct{ wants []want }
)

var wantKeys = []string{"$has", "$len", "$gt", "$lt", "$null"}

// want reads what is wanted of a result of a shape.
func (r *reader) want(n *yaml.Node, s *shape) want {
	n = follow(n)
	if s.kind == unionShape && len(s.either) > 0 {
		// A result has the shape that its type writes, whatever it reads.
		s = &shape{kind: anyShape, called: s.called, nullable: true}
	}
	if n.Kind == yaml.MappingNode && checks(n) {
		return r.wantChecks(n, s)
	}
	switch {
	case n.Kind == yaml.ScalarNode:
		return wantValue{s, r.wantScalar(n, s)}
	case n.Kind == yaml.SequenceNode && (s.kind == listShape || s.kind == anyShape):
		return wantList{r.wantElements(n, s)}
	case n.Kind == yaml.MappingNode && (s.kind == objectShape || s.kind == mapShape || s.kind == anyShape):
		return r.wantFields(n, s)
	default:
		r.wants(n, s)
		return wantAll{}
	}
}

// wantScalar reads a single value. A result can be empty where a word, an
// amount or an instant could stand.
func (r *reader) wantScalar(n *yaml.Node, s *shape) any {
	if quoted(n) && n.Value == "" {
		switch s.kind { //nolint:exhaustive // the others are never empty
		case wordShape, moneyShape, instantShape, parsedShape:
			return ""
		}
	}
	if s.kind == objectShape || s.kind == mapShape || s.kind == listShape {
		if _, ok := reference(n); !ok && !(isNull(n) && s.nullable) {
			return r.wants(n, s)
		}
	}
	return r.value(n, s)
}

func (s *shape) element() *shape {
	if s.elem != nil {
		return s.elem
	}
	return &shape{kind: anyShape, called: "anything", nullable: true}
}

func (r *reader) wantElements(n *yaml.Node, s *shape) []want {
	list := make([]want, len(n.Content))
	for i, child := range n.Content {
		list[i] = r.want(child, s.element())
	}
	return list
}

func (r *reader) wantFields(n *yaml.Node, s *shape) want {
	var w wantFields
	for _, one := range pairs(n) {
		name := one.key.Value
		inner := s.element()
		if s.kind == objectShape {
			f := s.field(name)
			if f == nil {
				r.unknown(one.key, s)
				continue
			}
			inner = f.shape
		}
		r.into(name, func() { w.fields = append(w.fields, wantField{name, r.want(one.value, inner)}) })
	}
	return w
}

// checks reports whether a map holds checks such as $gt, and not fields.
func checks(n *yaml.Node) bool {
	for _, one := range pairs(n) {
		if strings.HasPrefix(one.key.Value, "$") {
			return true
		}
	}
	return false
}

func (r *reader) wantChecks(n *yaml.Node, s *shape) want {
	var all wantAll
	for _, one := range pairs(n) {
		if w := r.wantCheck(one, s); w != nil {
			all.wants = append(all.wants, w)
		}
	}
	return all
}

func (r *reader) wantCheck(one pair, s *shape) want {
	switch key := one.key.Value; key {
	case "$has":
		if one.value.Kind != yaml.SequenceNode {
			r.at(one.value, "$has takes a list of what is contained, and this is %s", describe(one.value))
			return nil
		}
		if s.kind != listShape && s.kind != anyShape {
			r.at(one.key, "$has is for lists, and this is %s", article(s.called))
			return nil
		}
		return wantHas{r.wantElements(one.value, s)}
	case "$len":
		length, err := (&shape{kind: wholeShape, called: "whole number", typ: int64Type}).integer(one.value)
		switch {
		case err != nil:
			r.at(one.value, "%v", err)
		case length < 0:
			r.at(one.value, "nothing has a length below 0")
		case s.kind != listShape && s.kind != mapShape && s.kind != objectShape && s.kind != textShape && s.kind != anyShape:
			r.at(one.key, "$len is for lists, maps and texts, and this is %s", article(s.called))
		default:
			return wantLength{length}
		}
		return nil
	case "$gt", "$lt":
		if !s.ordered() {
			r.at(one.key, "%s compares numbers, amounts and instants, and this is %s", key, article(s.called))
			return nil
		}
		if isNull(one.value) {
			r.at(one.value, "%s takes a value, and this is nothing", key)
			return nil
		}
		return wantOrder{s, key == "$gt", r.value(one.value, s)}
	case "$null":
		if one.value.Value != "true" && one.value.Value != "false" || quoted(one.value) {
			r.at(one.value, "$null takes true or false, and this is %s", describe(one.value))
			return nil
		}
		return wantNull{one.value.Value == "true"}
	default:
		r.at(one.key, "there is no check %s, and fields do not stand beside checks%s", quote(key), nearest(key, wantKeys))
		return nil
	}
}

// ordered reports whether of two values of the shape one is the greater.
func (s *shape) ordered() bool {
	switch s.kind { //nolint:exhaustive // the others have no order
	case wholeShape, decimalShape, instantShape, moneyShape, anyShape:
		return true
	case parsedShape:
		return s.called == "date"
	default:
		return false
	}
}
