package command

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// judge holds data against a JSON Schema, by the keywords that the schemas of the
// command have. One that it does not know is a fault, so that none is passed over.
type judge struct {
	definitions map[string]any
	keywords    map[string]keyword
}

// keyword is what a keyword asks of a value: the faults.
type keyword func(j judge, schema map[string]any, asked, value any, path string) []string

// keywords says what each keyword asks of a value. Those without a function ask for
// nothing, or are looked at with another one.
func keywords() map[string]keyword {
	return map[string]keyword{
		"$schema": nil, "$id": nil, "$defs": nil, "title": nil, "description": nil, "format": nil, "contentEncoding": nil,
		"$ref": func(j judge, _ map[string]any, asked, value any, path string) []string {
			to, ok := j.definitions[strings.TrimPrefix(asked.(string), "#/$defs/")] //nolint:forcetypeassert // a reference is a text
			if !ok {
				return []string{fmt.Sprintf("%s: there is no %s", path, asked)}
			}
			return j.faults(to, value, path)
		},
		"type": func(_ judge, _ map[string]any, asked, value any, path string) []string {
			if kind := kindOf(value); asked != kind && (asked != "number" || kind != "integer") {
				return []string{fmt.Sprintf("%s: it is %s, and %s is wanted", path, kind, asked)}
			}
			return nil
		},
		"pattern": func(_ judge, _ map[string]any, asked, value any, path string) []string {
			if text, ok := value.(string); ok && !regexp.MustCompile(asked.(string)).MatchString(text) { //nolint:forcetypeassert // a pattern is a text
				return []string{fmt.Sprintf("%s: %q does not fit %s", path, text, asked)}
			}
			return nil
		},
		"enum": func(_ judge, _ map[string]any, asked, value any, path string) []string {
			if !slices.Contains(asked.([]any), value) { //nolint:forcetypeassert // an enumeration is a list
				return []string{fmt.Sprintf("%s: %v is none of %v", path, value, asked)}
			}
			return nil
		},
		"oneOf": judge.oneOf,
		"required": func(_ judge, _ map[string]any, asked, value any, path string) (faults []string) {
			fields, ok := value.(map[string]any)
			for _, name := range asked.([]any) { //nolint:forcetypeassert // what is required is a list
				if _, found := fields[name.(string)]; ok && !found { //nolint:forcetypeassert // names are texts
					faults = append(faults, fmt.Sprintf("%s: %s is missing", path, name))
				}
			}
			return faults
		},
		"properties": judge.fields,
		"additionalProperties": func(j judge, schema map[string]any, asked, value any, path string) []string {
			if schema["properties"] != nil {
				return nil
			}
			return j.fields(map[string]any{"additionalProperties": asked}, map[string]any{}, value, path)
		},
		"items": func(j judge, _ map[string]any, asked, value any, path string) (faults []string) {
			list, _ := value.([]any)
			for i, one := range list {
				faults = append(faults, j.faults(asked, one, fmt.Sprintf("%s[%d]", path, i))...)
			}
			return faults
		},
	}
}

func (j judge) fields(schema map[string]any, asked, value any, path string) (faults []string) {
	named, _ := asked.(map[string]any)
	fields, _ := value.(map[string]any)
	for name, one := range fields {
		of, known := named[name]
		if !known {
			of = schema["additionalProperties"]
		}
		if of == nil {
			faults = append(faults, fmt.Sprintf("%s: %s is not described", path, name))
			continue
		}
		faults = append(faults, j.faults(of, one, path+"."+name)...)
	}
	return faults
}

func (j judge) oneOf(_ map[string]any, asked, value any, path string) []string {
	var all []string
	fits := 0
	for _, one := range asked.([]any) { //nolint:forcetypeassert // alternatives are a list
		faults := j.faults(one, value, path)
		all = append(all, faults...)
		if len(faults) == 0 {
			fits++
		}
	}
	if fits != 1 {
		return append([]string{fmt.Sprintf("%s: it fits %d of %d alternatives", path, fits, len(asked.([]any)))}, all...) //nolint:forcetypeassert // as above
	}
	return nil
}

func (j judge) faults(schema, value any, path string) (faults []string) {
	if taken, ok := schema.(bool); ok {
		if !taken {
			return []string{path + ": nothing is taken here"}
		}
		return nil
	}
	asked, _ := schema.(map[string]any)
	for name, of := range asked {
		ask, known := j.keywords[name]
		switch {
		case !known:
			faults = append(faults, fmt.Sprintf("%s: there is no keyword %q", path, name))
		case ask != nil:
			faults = append(faults, ask(j, asked, of, value, path)...)
		}
	}
	return faults
}

func kindOf(value any) string {
	switch value := value.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case float64:
		if value == float64(int64(value)) {
			return "integer"
		}
		return "number"
	case []any:
		return "array"
	default:
		return "object"
	}
}

// judged holds data against the schema that the command prints.
func judged(t *testing.T, data []byte, flags ...string) []string {
	t.Helper()
	code, stdout, stderr := seatsim(append([]string{"schema"}, flags...)...)
	require.Equal(t, 0, code, stderr)
	var schema map[string]any
	require.NoError(t, json.Unmarshal([]byte(stdout), &schema))
	var value any
	require.NoError(t, json.Unmarshal(data, &value))
	definitions, _ := schema["$defs"].(map[string]any)
	return judge{definitions, keywords()}.faults(schema, value, "")
}

func TestWhatAPortfolioReadsAndWritesFitsItsSchemas(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../../../examples/workload.yaml")
	require.NoError(t, err)
	var workload any
	require.NoError(t, yaml.Unmarshal(text, &workload))
	data, err := json.Marshal(workload)
	require.NoError(t, err)
	assert.Empty(t, judged(t, data, "--workload"))
	assert.NotEmpty(t, judged(t, []byte(`{"seats": {"terms": [{"term": {"term": "annual"}}]}}`), "--workload"), "a term is a word")

	out := filepath.Join(t.TempDir(), "results.jsonl")
	code, stdout, stderr := seatsim("portfolio", "--teams", "3", "--workload", file(t, "quiet.yaml", quiet), "--set", "invitation-life=8d", "--out", out, "--json", "-")
	require.Equal(t, 0, code, stderr)
	assert.Empty(t, judged(t, []byte(stdout), "--portfolio"))
	results, err := os.ReadFile(out)
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(results)), "\n")
	require.Len(t, lines, 4)
	for i, line := range lines {
		assert.Empty(t, judged(t, []byte(line), "--results"), "line %d", i+1)
	}
}

func TestWhatTheOtherCommandsWriteFitsItsSchema(t *testing.T) {
	t.Parallel()
	for flag, args := range map[string][]string{
		"--run":      {"run", "--json", "-", "--sums", example},
		"--coverage": {"coverage", "--json", "-", "--rule", "BIL-8", example},
		"--diff":     {"diff", "--json", "-", "--a", "upgrade-overlap=45d", example},
	} {
		code, stdout, stderr := seatsim(args...)
		require.Equal(t, 0, code, stderr)
		assert.Empty(t, judged(t, []byte(stdout), flag), flag)
	}
}
