package simulator

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxNamed is how many identifiers of one result are given names.
const maxNamed = 20

// name gives names to the identifiers and the secrets in the result of a step, so
// that later steps can use them without writing them out. The same identifier
// keeps its name.
func (l *playLine) name(e *entry) []saving {
	if !e.step.Verb.calls() || e.step.Verb == PreviewStep || e.record.Result == nil {
		return nil
	}
	got, err := decodeJSON(e.record.Result)
	if err != nil {
		return nil
	}
	for _, save := range e.step.saves {
		if value, found := save.follow(got); found {
			l.remember(save, value)
		}
	}
	c := &christening{line: l}
	c.walk(nil, kindOf(e.step.Name), got)
	return c.saves
}

// identifies reports whether a field has what only one thing has: an identifier or
// a secret.
func identifies(field, text string) bool {
	return field == "id" && strings.Count(text, "_") >= 2 || field == "secret" && text != ""
}

// remember notes under which name an identifier is saved.
func (l *playLine) remember(save saving, value any) {
	text, ok := value.(string)
	if ok && len(save.path) > 0 && identifies(save.path[len(save.path)-1], text) {
		l.named.save(text, save.name)
	}
}

// kindOf names what a command or a query is about: "billing.invoices" is about an
// invoice.
func kindOf(name string) string {
	_, what, _ := strings.Cut(name, ".")
	if _, thing, found := strings.Cut(what, "_"); found {
		what = thing
	}
	return strings.TrimSuffix(what, "s")
}

// christening gives names to what a result has.
type christening struct {
	line  *playLine
	saves []saving
}

func (c *christening) walk(path []string, key string, value any) {
	switch value := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			text, ok := value[name].(string)
			switch {
			case ok && name == "id" && identifies(name, text):
				c.give(append(path, name), key, text)
			case ok && identifies(name, text):
				c.give(append(path, name), name, text)
			case !ok:
				c.walk(append(path, name), name, value[name])
			}
		}
	case []any:
		for i, one := range value {
			c.walk(append(path, strconv.Itoa(i)), strings.TrimSuffix(key, "s"), one)
		}
	}
}

// give names a text, where it has no name on this line.
func (c *christening) give(path []string, kind, text string) {
	l := c.line
	if _, found := l.nameOf(text); found || len(c.saves) >= maxNamed || !savable.MatchString(kind) {
		return
	}
	name := kind
	for n := 2; l.known.has(name); n++ {
		name = kind + strconv.Itoa(n)
	}
	l.timeline.Save(name, text)
	l.known.save(name, step0{})
	l.named.save(text, name)
	c.saves = append(c.saves, saving{name: name, path: slices.Clone(path), text: strings.Join(path, ".")})
}

// nameOf returns the name under which a text is saved on the line at the present.
func (l *playLine) nameOf(text string) (string, bool) {
	value, found := l.named.load(text)
	name, ok := value.(string)
	if !found || !ok {
		return "", false
	}
	saved, found := l.timeline.Saved(name)
	return name, found && saved == any(text)
}

// rename puts names in the place of identifiers and secrets that a step writes out.
func (l *playLine) rename(step *yaml.Node) {
	for _, one := range pairs(step) {
		if one.key.Value == "with" {
			l.renameIn(one.value)
		}
	}
}

func (l *playLine) renameIn(n *yaml.Node) {
	if n.Kind == yaml.ScalarNode {
		if name, found := l.nameOf(n.Value); found {
			n.Value, n.Style, n.Tag = "$"+name, 0, "!!str"
		}
	}
	for i, child := range n.Content {
		if n.Kind != yaml.MappingNode || i%2 == 1 {
			l.renameIn(child)
		}
	}
}

// Keep saves a part of the last result under a name, as "save" does in a file. The
// path is as there: subscription.id, 0.id, or a dot for the whole.
func (p *Play) Keep(name, path string) error {
	l := p.current
	i := len(l.entries) - 1
	for i >= 0 && l.entries[i].record.Result == nil {
		i--
	}
	alive := l.alive()
	if i < 0 || !slices.Contains(alive, l.entries[i]) {
		return errors.New("there is no result to keep a part of")
	}
	if !savable.MatchString(name) {
		return fmt.Errorf("%s is no name to save under: it takes letters, digits, _ and -, and begins with a letter", quote(name))
	}
	got, err := decodeJSON(l.entries[i].record.Result)
	if err != nil {
		return err
	}
	save := saving{name: name, path: splitPath(path), text: path, asked: true}
	value, found := save.follow(got)
	if !found {
		return fmt.Errorf("there is nothing at %s in the result of %s%s", quote(path), l.entries[i].step.Name, nearest(path, pathsOf("", got)))
	}
	before := p.turn("keep " + name)
	e := *l.entries[i]
	e.saves = append(slices.Clone(e.saves), save)
	l.timeline.Save(name, value)
	l.known.save(name, step0{})
	l.remember(save, value)
	l.entries = slices.Clone(l.entries)
	l.entries[i] = &e
	p.keep(before)
	return nil
}

// Paths returns the paths of the parts of the last result.
func (p *Play) Paths() []string {
	for _, e := range slices.Backward(p.current.entries) {
		if e.record.Result == nil {
			continue
		}
		if got, err := decodeJSON(e.record.Result); err == nil {
			return pathsOf("", got)
		}
	}
	return nil
}

// pathsOf lists the paths of single values, as many as are worth comparing with a slip.
func pathsOf(path string, value any) []string {
	const most = 200
	var list []string
	switch value := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			list = append(list, pathsOf(join(path, name), value[name])...)
		}
	case []any:
		for i, one := range value[:min(len(value), most)] {
			list = append(list, pathsOf(join(path, strconv.Itoa(i)), one)...)
		}
	default:
		return []string{path}
	}
	return list[:min(len(list), most)]
}
