package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/seatbook/seatbook/rule"
)

// actor is who takes the step: by name, or by what was saved under a name.
func (l *line) actor(s *Step) (rule.Actor, error) {
	if s.by == "" {
		return s.By, nil
	}
	value, err := l.saved(string(s.by))
	if err != nil {
		return rule.Actor{}, err
	}
	address, _ := value.(string)
	if address == "operator" {
		return rule.Operator, nil
	}
	actor := rule.ByEmail(address)
	if actor.Person() == "" {
		return actor, fmt.Errorf("want somebody who acts, got %s: $%s is neither an e-mail address nor \"operator\"", show(value), string(s.by))
	}
	return actor, nil
}

// args puts the step's fields together, with what was saved in the place of
// names.
func (l *line) args(s *Step) ([]byte, error) {
	value, err := l.resolve(s.with)
	if err != nil {
		return nil, err
	}
	args, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("want fields that can be written, got %w", err)
	}
	if _, err := s.verb.def.Decode(args); err != nil {
		return nil, fmt.Errorf("want fields that fit, got %s", misfit(err))
	}
	return args, nil
}

// misfit says in the words of a scenario that a saved value is of another kind than
// its field.
func misfit(err error) string {
	var wrong *json.UnmarshalTypeError
	if !errors.As(err, &wrong) {
		return err.Error()
	}
	called := map[string]string{"string": "a text", "array": "a list", "object": "a map", "bool": "true or false"}
	kind, _, _ := strings.Cut(wrong.Value, " ")
	if called[kind] == "" {
		called[kind] = "a " + kind
	}
	return fmt.Sprintf("%s in the field %q, which takes another kind of value", called[kind], wrong.Field)
}

func (l *line) resolve(value any) (any, error) {
	switch value := value.(type) {
	case ref:
		return l.saved(string(value))
	case object:
		list := make(object, len(value))
		for i, m := range value {
			resolved, err := l.resolve(m.value)
			if err != nil {
				return nil, err
			}
			list[i] = member{m.name, resolved}
		}
		return list, nil
	case []any:
		list := make([]any, len(value))
		for i := range value {
			resolved, err := l.resolve(value[i])
			if err != nil {
				return nil, err
			}
			list[i] = resolved
		}
		return list, nil
	default:
		return value, nil
	}
}

// saved returns what a name stands for, or why it stands for nothing.
func (l *line) saved(name string) (any, error) {
	value, found := l.timeline.Saved(name)
	if missing, ok := value.(unsaved); ok {
		return nil, fmt.Errorf("want $%s, got nothing: it was not saved, as step %s failed", name, missing.step)
	}
	if !found {
		return nil, fmt.Errorf("want $%s, got nothing: it was not saved", name)
	}
	return value, nil
}
