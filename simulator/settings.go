package simulator

import (
	"encoding/json"
	"reflect"
	"slices"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/seatbook/seatbook/licensing"
)

// Slip is something wrong with a value that the form of its file allows.
type Slip struct {
	// Path leads to the value from the top of the file: names of fields, and places
	// in lists from 0. What the file leaves out is shown at what it belongs to.
	Path []any
	// Text says what is wrong.
	Text string
}

// LoadSettings reads a YAML file into what a pointer leads to, as strictly as a
// scenario is read: the fields are those that the type has in JSON, and no others.
// What the file leaves out stays as it is, and so does what does not fit its field.
// Then check says what is wrong with the values; nil checks nothing. The error is
// [Faults], in the order of the lines.
func LoadSettings(path, what string, into any, check func() []Slip) error {
	text, err := readFile(path, false)
	if err != nil {
		return Faults{{File: path, Line: 1, Column: 1, Text: "the file cannot be read: " + err.Error()}}
	}
	return ParseSettings(path, text, what, into, check)
}

// ParseSettings is [LoadSettings] of a text. The file's name is for messages.
func ParseSettings(file string, text []byte, what string, into any, check func() []Slip) error {
	r := &reader{source: &source{findings: &findings{}, name: file, text: text}, zone: time.UTC}
	root := r.read()
	if root == nil {
		return r.faults()
	}
	var value any
	r.into(what, func() { value = r.value(root, shapes{}.of(reflect.TypeOf(into).Elem())) })
	// What does not fit its field is left out; the values beside it are looked at all
	// the same, so that everything is told at once.
	formed := len(r.list) == 0
	data, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(data, into)
	}
	switch {
	case err != nil && formed:
		r.at(root, "%s cannot be read: %v", what, plain(err))
	case err == nil && check != nil:
		wrong := r.places()
		for _, slip := range check() {
			if n := along(root, slip.Path); !holds(n, wrong) {
				r.at(n, "%s", slip.Text)
			}
		}
	}
	return r.faults()
}

// spot is a place in a file.
type spot struct{ line, column int }

// places are where something was found to be wrong so far.
func (f *findings) places() map[spot]bool {
	places := map[spot]bool{}
	for i := range f.list {
		places[spot{f.list[i].Line, f.list[i].Column}] = true
	}
	return places
}

// holds reports whether a node is one of these places or has one in it. What else is
// wrong with such a node may come of that alone.
func holds(n *yaml.Node, places map[spot]bool) bool {
	if len(places) == 0 {
		return false
	}
	return places[spot{n.Line, n.Column}] || slices.ContainsFunc(n.Content, func(in *yaml.Node) bool { return holds(in, places) })
}

// along follows a path as far as the file goes.
func along(n *yaml.Node, path []any) *yaml.Node {
	for _, part := range path {
		next := (*yaml.Node)(nil)
		switch part := part.(type) {
		case string:
			for _, p := range pairs(n) {
				if p.key.Value == part {
					next = p.value
				}
			}
		case int:
			if n.Kind == yaml.SequenceNode && part < len(n.Content) {
				next = follow(n.Content[part])
			}
		}
		if next == nil {
			return n
		}
		n = next
	}
	return n
}

// LoadCatalog reads a catalogue from a file of its own, as a scenario does that
// names one. The error is [Faults].
func LoadCatalog(path string) (*licensing.Catalog, error) {
	text, err := readFile(path, false)
	if err != nil {
		return nil, Faults{{File: path, Line: 1, Column: 1, Text: "the catalogue cannot be read: " + err.Error()}}
	}
	r := &reader{source: &source{findings: &findings{}, name: path, text: text}, zone: time.UTC}
	var catalog *licensing.Catalog
	if root := r.read(); root != nil {
		catalog = r.catalog(root, shapes{}.catalog())
	}
	return catalog, r.faults()
}
