package simulator

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/seatbook/seatbook/money"
)

const (
	// maxWants is how many fields of an object are wanted, maxElements how many
	// elements of a list are written out; of longer ones the length is wanted.
	maxWants, maxElements = 5, 3
)

// want says of a step's result what tells whether it came out the same: words,
// amounts, numbers, and until when. What the step itself gave is left out, and so
// are texts and identifiers.
func (w *playWriter) want(e *entry) *yaml.Node {
	got, err := decodeJSON(e.record.Result)
	if err != nil || e.step.verb == nil {
		return nil
	}
	given := map[string]bool{}
	if with, err := decodeJSON(e.record.With); err == nil {
		givenIn(given, "", with)
	}
	a := &asking{given: given, all: e.step.Verb == AskStep, zone: w.play.runner.scenario.Zone}
	n := a.of("", e.step.verb.result, got, 0)
	if n != nil && n.Kind == yaml.MappingNode && len(n.Content) == 0 {
		return nil
	}
	return n
}

// givenIn collects the single values that a step gave, each behind its name.
func givenIn(given map[string]bool, name string, value any) {
	switch value := value.(type) {
	case map[string]any:
		for name, v := range value {
			givenIn(given, name, v)
		}
	case []any:
		for _, v := range value {
			givenIn(given, name, v)
		}
	case string, json.Number:
		given[name+"="+show(value)] = true
	}
}

// asking makes wants of a result.
type asking struct {
	given map[string]bool
	// all asks for what is zero and false too, as the answer to a question is
	// often that.
	all bool
	// zone is that in which instants are written.
	zone *time.Location
}

// of says what is wanted of a part of a result, or nil.
func (a *asking) of(name string, s *shape, got any, depth int) *yaml.Node {
	if got == nil || depth > 2 {
		return nil
	}
	switch s.kind { //nolint:exhaustive // the others say little or are no result's
	case objectShape:
		return a.object(s, got, depth)
	case listShape:
		return a.list(name, s, got, depth)
	case wordShape, moneyShape, wholeShape, decimalShape, flagShape:
		return a.single(name, got, depth)
	default:
		return nil
	}
}

// until reports whether a field is named as the instants are that a customer is told of.
func until(name string) bool {
	last := name[strings.LastIndexByte(name, '_')+1:]
	return slices.Contains([]string{"ends", "expires", "until"}, last)
}

func (a *asking) object(s *shape, got any, depth int) *yaml.Node {
	fields, ok := got.(map[string]any)
	if !ok {
		return nil
	}
	n := flow(yaml.MappingNode)
	for _, f := range s.fields {
		value, found := fields[f.name]
		if !found || len(n.Content) >= 2*maxWants {
			continue
		}
		want := a.of(f.name, f.shape, value, depth+1)
		text, ok := value.(string)
		if ok && f.name == "status" {
			want = a.single(f.name, text, depth+1)
		}
		if at, err := time.Parse(time.RFC3339Nano, text); err == nil && f.shape.kind == instantShape && until(f.name) && !at.IsZero() {
			want = plainNode(local(at, a.zone).Format(time.RFC3339Nano))
		}
		if want != nil {
			putKey(n, f.name, want)
		}
	}
	if len(n.Content) == 0 {
		return nil
	}
	return n
}

func (a *asking) list(name string, s *shape, got any, depth int) *yaml.Node {
	list, ok := got.([]any)
	switch {
	case !ok || depth > 0 && (!a.all || s.elem.kind != objectShape):
		return nil
	case len(list) == 0 || len(list) > maxElements || depth > 0:
		return flowOf("$len", plainNode(strconv.Itoa(len(list))))
	}
	n := flow(yaml.SequenceNode)
	for _, one := range list {
		element := a.of(name, s.elem, one, depth+1)
		if element == nil {
			return flowOf("$len", plainNode(strconv.Itoa(len(list))))
		}
		n.Content = append(n.Content, element)
	}
	return n
}

// single wants a value, where it says something that was not given.
func (a *asking) single(name string, got any, depth int) *yaml.Node {
	text := show(got)
	// At the top of an answer stands what was asked for.
	asked := a.all && depth <= 1
	switch v := got.(type) {
	case bool:
		if !asked {
			return nil
		}
		return plainNode(strconv.FormatBool(v))
	case json.Number:
		if (text == "0" || a.given[name+"="+text]) && !asked {
			return nil
		}
		return plainNode(text)
	case string:
		if v == "" || (a.given[name+"="+v] || nothing(v)) && !asked {
			return nil
		}
		return textNode(v)
	default:
		return nil
	}
}

// nothing reports an amount of zero.
func nothing(text string) bool {
	amount, err := money.Parse(text)
	return err == nil && amount.IsZero()
}
