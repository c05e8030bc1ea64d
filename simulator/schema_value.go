package simulator

import (
	"encoding/json"
	"strings"

	"github.com/invopop/jsonschema"
)

// define makes a definition of an object and returns a reference to it.
func (s *schemer) define(sh *shape, prefix string, make func() *jsonschema.Schema) *jsonschema.Schema {
	name := prefix + strings.TrimPrefix(strings.ReplaceAll(sh.typ.String(), "*", ""), "[]")
	if _, made := s.defs[name]; !made {
		s.defs[name] = &jsonschema.Schema{} // before what it is made of, as a type may hold itself
		s.defs[name] = make()
	}
	return to(name)
}

// fields is the schema of an object.
func (s *schemer) fields(sh *shape, saved bool) *jsonschema.Schema {
	return s.define(sh, "", func() *jsonschema.Schema {
		o := object0("")
		for _, f := range sh.fields {
			o.Properties.Set(f.name, s.value(f.shape, saved))
		}
		return o
	})
}

// value is the schema of what may be written for a shape; saved says whether a
// saved name can stand anywhere in it.
func (s *schemer) value(sh *shape, saved bool) *jsonschema.Schema {
	var schema *jsonschema.Schema
	switch sh.kind { //nolint:exhaustive // the others are single values
	case objectShape:
		schema = s.fields(sh, saved)
	case listShape:
		schema = &jsonschema.Schema{Type: "array", Items: s.value(sh.elem, saved)}
	case mapShape:
		schema = &jsonschema.Schema{Type: "object", AdditionalProperties: s.value(sh.elem, saved)}
	case unionShape:
		schema = &jsonschema.Schema{}
		for _, one := range sh.either {
			schema.AnyOf = append(schema.AnyOf, s.value(one, saved))
		}
	default:
		schema = sh.schema()
	}
	var others []*jsonschema.Schema
	if saved && sh.kind != textShape && sh.kind != parsedShape && sh.kind != anyShape {
		others = append(others, to("saved"))
	}
	if sh.nullable && sh.kind != anyShape {
		others = append(others, &jsonschema.Schema{Type: "null"})
	}
	if others == nil {
		return schema
	}
	return either(append([]*jsonschema.Schema{schema}, others...)...)
}

// schema is that of a single value.
func (s *shape) schema() *jsonschema.Schema {
	switch s.kind { //nolint:exhaustive // the others are made of several
	case textShape:
		return to("text")
	case wordShape:
		return words(s.words)
	case wholeShape:
		least, most, _ := s.bounds()
		return &jsonschema.Schema{Type: "integer", Minimum: json.Number(least), Maximum: json.Number(most)}
	case decimalShape:
		return &jsonschema.Schema{Type: "number"}
	case flagShape:
		return &jsonschema.Schema{Type: "boolean"}
	case instantShape:
		return to("instant")
	case moneyShape:
		return to("money")
	case parsedShape:
		return text(s.called)
	default:
		return &jsonschema.Schema{}
	}
}

// wanted is the schema of what may be said of a result of a shape.
func (s *schemer) wanted(sh *shape) *jsonschema.Schema {
	var schema *jsonschema.Schema
	switch sh.kind { //nolint:exhaustive // the others are single values
	case objectShape:
		schema = s.define(sh, "want.", func() *jsonschema.Schema {
			o := object0("")
			for _, f := range sh.fields {
				o.Properties.Set(f.name, s.wanted(f.shape))
			}
			return o
		})
	case listShape:
		schema = &jsonschema.Schema{Type: "array", Items: s.wanted(sh.elem)}
	case mapShape:
		schema = &jsonschema.Schema{Type: "object", AdditionalProperties: s.wanted(sh.elem)}
	case unionShape, anyShape:
		return &jsonschema.Schema{}
	default:
		schema = either(sh.schema(), words([]string{""}))
	}
	all := []*jsonschema.Schema{schema, to("checks"), to("saved")}
	if sh.nullable {
		all = append(all, &jsonschema.Schema{Type: "null"})
	}
	return either(all...)
}
