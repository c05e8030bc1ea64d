package history

import (
	"slices"

	"github.com/seatbook/seatbook/simulator"
)

// field is one field of a command, or of a map in one. Its value is a string, a
// bool, an int64, a ref, a map of bools, a list, or an object.
type field struct {
	name  string
	value any
	// optional fields may be left out.
	optional bool
}

// list is a list of values, object a map of them in their order.
type (
	list   []any
	object []field
)

// ref is the name under which an identifier was saved.
type ref string

// resolved puts identifiers in the place of the names they are saved under.
func resolved(value any, ids map[string]string) any {
	switch value := value.(type) {
	case ref:
		return ids[string(value)]
	case list:
		all := make([]any, len(value))
		for i := range value {
			all[i] = resolved(value[i], ids)
		}
		return all
	case object:
		fields := make(map[string]any, len(value))
		for _, f := range value {
			fields[f.name] = resolved(f.value, ids)
		}
		return fields
	default:
		return value
	}
}

// names visits every name that a value uses.
func names(value any, visit func(name string)) {
	switch value := value.(type) {
	case ref:
		visit(string(value))
	case list:
		for _, element := range value {
			names(element, visit)
		}
	case object:
		for _, f := range value {
			names(f.value, visit)
		}
	}
}

// drafted is a value as a draft has it.
func drafted(value any) any {
	switch value := value.(type) {
	case ref:
		return simulator.Ref(value)
	case list:
		all := make([]any, len(value))
		for i := range value {
			all[i] = drafted(value[i])
		}
		return all
	case object:
		fields := make([]simulator.DraftField, len(value))
		for i, f := range value {
			fields[i] = simulator.DraftField{Name: f.name, Value: drafted(f.value)}
		}
		return fields
	default:
		return value
	}
}

// without leaves out of a value what uses a name that is gone. It reports false
// where nothing is left of it.
func without(value any, gone map[string]bool) (any, bool) {
	switch value := value.(type) {
	case ref:
		return value, !gone[string(value)]
	case list:
		var rest list
		for _, element := range value {
			if element, left := without(element, gone); left {
				rest = append(rest, element)
			}
		}
		return rest, len(rest) > 0
	case object:
		return value.without(gone)
	default:
		return value, true
	}
}

// without leaves fields out as far as they can be.
func (o object) without(gone map[string]bool) (object, bool) {
	rest := make(object, 0, len(o))
	for _, f := range o {
		value, left := without(f.value, gone)
		if !left && !f.optional {
			return nil, false
		}
		if left {
			rest = append(rest, field{f.name, value, f.optional})
		}
	}
	return rest, true
}

// lesser returns what is less than a value, the least first: numbers, lists with
// fewer elements, maps with fewer fields, and both with less in them.
func lesser(value any) []any {
	var less []any
	switch value := value.(type) {
	case int64:
		for _, n := range []int64{1, 2, 10, 50, 100, value / 2, value - 1} {
			if n > 0 && n < value && !slices.Contains(less, any(n)) {
				less = append(less, n)
			}
		}
	case list:
		for i := range value {
			if len(value) > 1 {
				less = append(less, list{value[i]})
			}
		}
		for i := range value {
			if len(value) > 2 {
				less = append(less, slices.Delete(slices.Clone(value), i, i+1))
			}
		}
		for i := range value {
			for _, element := range lesser(value[i]) {
				less = append(less, slices.Replace(slices.Clone(value), i, i+1, element))
			}
		}
	case object:
		for i := range value {
			if value[i].optional {
				less = append(less, slices.Delete(slices.Clone(value), i, i+1))
			}
			for _, inner := range lesser(value[i].value) {
				o := slices.Clone(value)
				o[i].value = inner
				less = append(less, o)
			}
		}
	}
	return less
}
