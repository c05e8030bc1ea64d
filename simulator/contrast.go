package simulator

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// Change is one value that two outcomes have in the same place, and not alike.
type Change struct {
	// Path leads to the place, as in "invoice.total".
	Path string `json:"path"`
	A    string `json:"a"`
	B    string `json:"b"`

	a, b any
}

// String says the change, as in "invoice.total: 1200.00 USD, 1300.00 USD".
func (c Change) String() string { return fmt.Sprintf("%s: %s, %s", c.Path, c.A, c.B) }

// contrast lists where two outcomes of a step differ: in whether it was done,
// and in its result, field by field.
func contrast(a, b *Record) []Change {
	if x, y := verdictOf(a), verdictOf(b); x != y {
		return []Change{{Path: "outcome", A: x, B: y, a: x, b: y}}
	}
	var changes []Change
	contrastValues(&changes, "", resultOf(a), resultOf(b))
	return changes
}

// verdictOf says whether a step was done.
func verdictOf(r *Record) string {
	switch {
	case r.Refusal != nil:
		return "refused " + string(r.Refusal.Code)
	case r.Error != "":
		return "error: " + r.Error
	case r.Verb.calls() && r.Result == nil:
		return "not run"
	default:
		return "done"
	}
}

func resultOf(r *Record) any {
	if r.Result == nil {
		return nil
	}
	value, err := decodeJSON(r.Result)
	if err != nil {
		return string(r.Result)
	}
	return value
}

// contrastValues goes through two values of JSON side by side, fields in
// alphabetical order.
func contrastValues(changes *[]Change, path string, a, b any) {
	switch x := a.(type) {
	case map[string]any:
		if y, ok := b.(map[string]any); ok {
			names := maps.Clone(x)
			maps.Copy(names, y)
			for _, name := range slices.Sorted(maps.Keys(names)) {
				contrastValues(changes, join(path, name), field0(x, name), field0(y, name))
			}
			return
		}
	case []any:
		if y, ok := b.([]any); ok {
			if len(x) != len(y) {
				*changes = append(*changes, Change{join(path, "length"), strconv.Itoa(len(x)), strconv.Itoa(len(y)), len(x), len(y)})
			}
			for i := range min(len(x), len(y)) {
				contrastValues(changes, join(path, strconv.Itoa(i)), x[i], y[i])
			}
			return
		}
	}
	if order, ok := order(a, b); ok && order == 0 || same(a, b) {
		return
	}
	*changes = append(*changes, Change{path, show(a), show(b), a, b})
}

// field0 is a field, or the sign that there is none.
func field0(fields map[string]any, name string) any {
	if value, found := fields[name]; found {
		return value
	}
	return absent{}
}

// texts collects every text in a value of JSON.
func texts(raw json.RawMessage, visit func(string)) {
	value, err := decodeJSON(raw)
	if err != nil {
		return
	}
	var walk func(any)
	walk = func(value any) {
		switch value := value.(type) {
		case map[string]any:
			for _, name := range slices.Sorted(maps.Keys(value)) {
				walk(value[name])
			}
		case []any:
			for _, one := range value {
				walk(one)
			}
		case string:
			visit(value)
		}
	}
	walk(value)
}
