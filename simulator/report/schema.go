package report

import (
	"cmp"
	"path"
	"reflect"
	"strings"

	"github.com/invopop/jsonschema"

	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/simulator"
)

// The data that the reports write. Fields are added under the same version; none
// is taken away or means something else.
type (
	runData struct {
		Version int                 `json:"version"`
		Runs    []*simulator.Result `json:"runs"`
	}
	coverageData struct {
		Version         int `json:"version"`
		Percent         int `json:"percent"`
		BoundaryPercent int `json:"boundary_percent"`
		*simulator.Coverage
	}
	diffData struct {
		Version int `json:"version"`
		*simulator.Diff
		First *simulator.Departure `json:"first" jsonschema:"nullable"`
	}
)

// RunSchema returns the JSON Schema of what [JSON] writes.
func RunSchema() *jsonschema.Schema { return schemaOf(&runData{}, "seatsim run --json") }

// CoverageSchema returns the JSON Schema of what [CoverageJSON] writes.
func CoverageSchema() *jsonschema.Schema {
	return schemaOf(&coverageData{}, "seatsim coverage --json")
}

// DiffSchema returns the JSON Schema of what [DiffJSON] writes.
func DiffSchema() *jsonschema.Schema { return schemaOf(&diffData{}, "seatsim diff --json") }

// PageSchema returns the JSON Schema of the blocks in the page that [HTML] writes,
// one for each run: script elements of the type application/json.
func PageSchema() *jsonschema.Schema {
	schema := schemaOf(&pageRun{}, "seatsim run --html")
	// A row that is null is gone.
	for rows := schema.Definitions["TeamThen"].Properties.Oldest(); rows != nil; rows = rows.Next() {
		if row := rows.Value.AdditionalProperties; row != nil {
			rows.Value.AdditionalProperties = &jsonschema.Schema{OneOf: []*jsonschema.Schema{row, {Type: "null"}}}
		}
	}
	return schema
}

func schemaOf(data any, title string) *jsonschema.Schema { return namer{}.schemaOf(data, title) }

// namer has the types by the names of their definitions. Two packages can each have a
// type of one name, and a reference by that name alone would lead to the wrong one.
type namer map[string]reflect.Type

// name is that of the type, with its package before it where another type has that
// name already.
func (n namer) name(t reflect.Type) string {
	name := t.Name()
	if name == "" || t.PkgPath() == "" {
		return name
	}
	if first, taken := n[name]; taken && first != t {
		name = path.Base(t.PkgPath()) + "." + name
	}
	n[name] = t
	return name
}

func (n namer) schemaOf(data any, title string) *jsonschema.Schema {
	reflector := jsonschema.Reflector{Anonymous: true, AllowAdditionalProperties: true, ExpandedStruct: true, LookupComment: commentOf, Mapper: textOf, Namer: n.name}
	schema := reflector.Reflect(data)
	schema.Title = title
	for name, def := range schema.Definitions {
		nullable(def, n[name])
	}
	return schema
}

// nullable lets pointers that are always written be null, which the types of the
// domain do not say of themselves.
func nullable(def *jsonschema.Schema, t reflect.Type) {
	if t == nil || t.Kind() != reflect.Struct {
		return
	}
	for field := range t.Fields() {
		name, rest, _ := strings.Cut(field.Tag.Get("json"), ",")
		property, ok := def.Properties.Get(name)
		if !ok || field.Type.Kind() != reflect.Pointer || strings.Contains(rest, "omitempty") || property.OneOf != nil {
			continue
		}
		def.Properties.Set(name, &jsonschema.Schema{OneOf: []*jsonschema.Schema{property, {Type: "null"}}})
	}
}

// textOf is the schema of what is written as a text: an amount, or a date.
func textOf(t reflect.Type) *jsonschema.Schema {
	switch t {
	case reflect.TypeFor[money.Amount]():
		return &jsonschema.Schema{Type: "string", Pattern: `^-?[0-9]+(\.[0-9]+)? [A-Z]{3}$`}
	case reflect.TypeFor[period.Date]():
		return &jsonschema.Schema{Type: "string", Format: "date"}
	default:
		return shardText(t)
	}
}

// commentOf describes a field of the data.
func commentOf(t reflect.Type, field string) string {
	name := t.Name() + "." + field
	return cmp.Or(fieldTexts[name], portfolioTexts[name])
}
