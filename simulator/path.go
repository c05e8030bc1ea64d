package simulator

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// saving is one name that a step saves, and the path to its value in the result.
type saving struct {
	name string
	path []string
	text string
	// asked is set for one that somebody asked for.
	asked bool
}

var savable = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)

// readSaves reads what a step saves, and checks the paths against the result.
func (p *stepper) readSaves(n *yaml.Node, result *shape) []saving {
	if n.Kind != yaml.MappingNode {
		p.at(n, "\"save\" takes a map of names and the paths of what they save, and this is %s", describe(n))
		return nil
	}
	var saves []saving
	for _, one := range pairs(n) {
		name := one.key.Value
		if !savable.MatchString(name) {
			p.at(one.key, "%s is no name to save under: it takes letters, digits, _ and -, and begins with a letter", quote(name))
			continue
		}
		p.memory.save(name, step0{})
		if text := p.word(one.value, name); text != "" {
			path := splitPath(text)
			p.checkPath(one.value, text, path, result)
			saves = append(saves, saving{name, path, text, true})
		}
	}
	return saves
}

// splitPath cuts a path into its parts; "." is the whole and has none.
func splitPath(text string) []string {
	if text == "." {
		return nil
	}
	return strings.Split(text, ".")
}

// checkPath notes a path that no result of the shape has.
func (p *stepper) checkPath(n *yaml.Node, text string, path []string, s *shape) {
	for _, part := range path {
		switch s.kind { //nolint:exhaustive // the others have no parts
		case objectShape:
			f := s.field(part)
			if f == nil {
				p.at(n, "there is no field %s on the way of %s%s", quote(part), quote(text), nearest(part, s.fieldNames()))
				return
			}
			s = f.shape
		case listShape:
			if _, ok := listIndex(part); !ok {
				p.at(n, "%s in %s is no number, and this part of the result is a list", quote(part), quote(text))
				return
			}
			s = s.elem
		case mapShape:
			s = s.elem
		case anyShape, unionShape:
			return
		default:
			p.at(n, "%s in %s leads nowhere: what is before it is %s", quote(part), quote(text), article(s.called))
			return
		}
	}
}

func listIndex(part string) (int, bool) {
	n, err := strconv.Atoi(part)
	return n, err == nil && n >= 0 && strconv.Itoa(n) == part
}

// follow returns what the path leads to in a result, and whether it is there.
func (s saving) follow(result any) (any, bool) {
	for _, part := range s.path {
		switch of := result.(type) {
		case map[string]any:
			value, found := of[part]
			if !found {
				return nil, false
			}
			result = value
		case []any:
			i, ok := listIndex(part)
			if !ok || i >= len(of) {
				return nil, false
			}
			result = of[i]
		default:
			return nil, false
		}
	}
	return result, true
}

// decodeJSON reads JSON with numbers as they are written.
func decodeJSON(text []byte) (any, error) {
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.UseNumber()
	var value any
	err := decoder.Decode(&value)
	return value, err
}
