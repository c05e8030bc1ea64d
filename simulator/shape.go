package simulator

import (
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// form of a value as a scenario writes it.
type shapeKind int

const (
	anyShape shapeKind = iota
	textShape
	wordShape
	wholeShape
	decimalShape
	flagShape
	instantShape
	moneyShape
	// parsedShape is a text that its own type reads: a span, a date, a zone.
	parsedShape
	listShape
	mapShape
	objectShape
	unionShape
)

// shape is what may be written for a Go type, or compared with a result of it.
// One model serves the decoder, the comparison of results, the JSON Schema and
// the reference, so that they cannot differ.
type shape struct {
	kind shapeKind
	typ  reflect.Type
	// called is the kind of value in words.
	called string
	// nullable is set where JSON may hold null.
	nullable bool
	// words are those that a word can be.
	words []string
	// elem is the shape of a list's or a map's elements.
	elem *shape
	// fields are those of an object, in the order of the struct.
	fields []field
	// either are the shapes of a union.
	either []*shape
}

// field is one named part of an object.
type field struct {
	name  string
	shape *shape
	// required fields have to be written in a command.
	required bool
}

// fieldNames returns the names of an object's fields.
func (s *shape) fieldNames() []string {
	names := make([]string, len(s.fields))
	for i, f := range s.fields {
		names[i] = f.name
	}
	return names
}

// field returns the field with a name, or nil.
func (s *shape) field(name string) *field {
	for i := range s.fields {
		if s.fields[i].name == name {
			return &s.fields[i]
		}
	}
	return nil
}

var (
	textReader = reflect.TypeFor[encoding.TextUnmarshaler]()
	jsonReader = reflect.TypeFor[json.Unmarshaler]()
	jsonWriter = reflect.TypeFor[json.Marshaler]()
)

// called says what the types that have a text of their own are called.
var called = map[reflect.Type]string{
	reflect.TypeFor[money.Amount]():  "money",
	reflect.TypeFor[money.Percent](): "percent",
	reflect.TypeFor[period.Span]():   "span",
	reflect.TypeFor[period.Date]():   "date",
	reflect.TypeFor[period.Zone]():   "zone",
	reflect.TypeFor[rule.Address]():  "address",
	reflect.TypeFor[rule.Secret]():   "secret",
	reflect.TypeFor[rule.Private]():  "private text",
}

// shapes are the shapes of types, each made once.
type shapes map[reflect.Type]*shape

// of returns the shape of a type.
func (known shapes) of(t reflect.Type) *shape {
	if s := known[t]; s != nil {
		return s
	}
	s := &shape{typ: t}
	known[t] = s // before what it is made of, as a type may hold itself
	switch {
	case t.Kind() == reflect.Pointer:
		*s = *known.of(t.Elem())
		s.nullable = true
	case t == reflect.TypeFor[time.Time]():
		s.kind, s.called = instantShape, "instant"
	case t == reflect.TypeFor[money.Amount]():
		s.kind, s.called = moneyShape, called[t]
	case wordsOf(t) != nil:
		s.kind, s.called, s.words = wordShape, "word", wordsOf(t)
	case alternativesOf(t) != nil:
		known.union(s, alternativesOf(t))
	case reflect.PointerTo(t).Implements(textReader):
		s.kind, s.called = parsedShape, called[t]
		if s.called == "" {
			s.called = strings.ToLower(t.Name())
		}
	case reflect.PointerTo(t).Implements(jsonReader), t.Implements(jsonWriter):
		s.kind, s.called, s.nullable = anyShape, "anything", true
	default:
		known.plain(s)
	}
	return s
}

// plain fills in the shape of a type that has no say in how it is written.
func (known shapes) plain(s *shape) {
	t := s.typ
	switch t.Kind() { //nolint:exhaustive // what is left out is in no command, and taken as it comes
	case reflect.String:
		s.kind, s.called = textShape, "text"
	case reflect.Bool:
		s.kind, s.called = flagShape, "true or false"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		s.kind, s.called = wholeShape, "whole number"
	case reflect.Float32, reflect.Float64:
		s.kind, s.called = decimalShape, "number"
	case reflect.Slice, reflect.Array:
		s.kind, s.elem, s.nullable = listShape, known.of(t.Elem()), true
		s.called = "list of " + s.elem.called
	case reflect.Map:
		s.kind, s.elem, s.nullable = mapShape, known.of(t.Elem()), true
		s.called = "map of " + s.elem.called
	case reflect.Struct:
		s.kind, s.called = objectShape, "map"
		known.object(s, t)
	default:
		s.kind, s.called, s.nullable = anyShape, "anything", true
	}
}

// object adds the fields of a struct under the names that JSON has for them.
func (known shapes) object(s *shape, t reflect.Type) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		inner := f.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		switch {
		case f.Anonymous && name == "" && inner.Kind() == reflect.Struct:
			known.object(s, inner)
			continue
		case !f.IsExported() || name == "-":
			continue
		case name == "":
			name = f.Name
		}
		list := strings.Split(options, ",")
		optional := slices.Contains(list, "omitempty") || slices.Contains(list, "omitzero") || f.Type.Kind() == reflect.Pointer
		s.fields = append(s.fields, field{name: name, shape: known.of(f.Type), required: !optional})
	}
}

// union fills in the shape of a type that can be written in several ways.
func (known shapes) union(s *shape, alternatives []any) {
	s.kind = unionShape
	var names []string
	for _, one := range alternatives {
		either := known.of(reflect.TypeOf(one))
		s.either = append(s.either, either)
		names = append(names, either.called)
	}
	s.called = strings.Join(names, " or ")
}

// wordsOf returns the words of an enumerated type, or nil.
func wordsOf(t reflect.Type) []string {
	if t.Kind() == reflect.Interface {
		return nil
	}
	if w, ok := reflect.Zero(t).Interface().(interface{ Words() []string }); ok {
		return w.Words()
	}
	return nil
}

// alternativesOf returns values of the types a union is written as, or nil.
func alternativesOf(t reflect.Type) []any {
	if t.Kind() == reflect.Interface {
		return nil
	}
	if u, ok := reflect.Zero(t).Interface().(interface{ Alternatives() []any }); ok {
		return u.Alternatives()
	}
	return nil
}

// parse reads a text of a parsed shape with its own type.
func (s *shape) parse(text string) (any, error) {
	t := s.typ
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	v := reflect.New(t)
	reader, ok := v.Interface().(encoding.TextUnmarshaler)
	if !ok {
		return text, nil
	}
	if err := reader.UnmarshalText([]byte(text)); err != nil {
		return nil, err
	}
	return v.Elem().Interface(), nil
}
