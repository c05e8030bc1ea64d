package report

import (
	"cmp"
	"reflect"

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

func schemaOf(data any, title string) *jsonschema.Schema {
	reflector := jsonschema.Reflector{Anonymous: true, AllowAdditionalProperties: true, ExpandedStruct: true, LookupComment: commentOf, Mapper: textOf}
	schema := reflector.Reflect(data)
	schema.Title = title
	return schema
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
