package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/period"
)

// A value of a scenario is what JSON has (nil, bool, json.Number, string,
// []any), an object, or a ref.
type (
	// object keeps its fields in the order of the file.
	object []member
	member struct {
		name  string
		value any
	}
	// ref stands for the value saved under a name.
	ref string
)

// reader reads one file by the shapes of the vocabulary.
type reader struct {
	*source
	zone *time.Location
	// knows holds the names that are saved where the reader stands; nil where
	// none can be.
	knows *memory
	// inside names what the reader reads the fields of.
	inside string
}

// into reads a part under its name.
func (r *reader) into(name string, read func()) {
	before := r.inside
	r.inside = name
	read()
	r.inside = before
}

// value reads a node as a value of a shape, and notes what does not fit.
func (r *reader) value(n *yaml.Node, s *shape) any {
	n = follow(n)
	if name, ok := reference(n); ok && r.knows != nil {
		r.saved(n, name)
		return ref(name)
	}
	if isNull(n) && s.nullable {
		return nil
	}
	switch s.kind { //nolint:exhaustive // the others are single values
	case objectShape:
		return r.object(n, s)
	case listShape:
		return r.sequence(n, s)
	case mapShape:
		return r.table(n, s)
	case unionShape:
		return r.union(n, s)
	case anyShape:
		return r.anything(n)
	default:
		return r.scalar(n, s)
	}
}

var referring = regexp.MustCompile(`^\$[A-Za-z_][A-Za-z0-9_-]*$`)

// reference returns the name in a text such as $sub.
func reference(n *yaml.Node) (string, bool) {
	if n.Kind != yaml.ScalarNode || !referring.MatchString(n.Value) {
		return "", false
	}
	return n.Value[1:], true
}

// saved notes a name that no step before this one saves.
func (r *reader) saved(n *yaml.Node, name string) {
	if r.knows.has(name) {
		return
	}
	if names := r.knows.names(); len(names) > 0 {
		r.at(n, "nothing is saved as %q by then%s", name, nearest(name, names))
		return
	}
	r.at(n, "nothing is saved as %q by then: no step before this one has a save", name)
}

// wants notes that a node is not what its place takes.
func (r *reader) wants(n *yaml.Node, s *shape) any {
	r.at(n, "%s belongs here, and this is %s", article(s.called), describe(n))
	return nil
}

func article(called string) string {
	if called == "true or false" || called == "anything" || called == "text" || called == "money" {
		return called
	}
	if strings.ContainsRune("aeiou", rune(called[0])) {
		return "an " + called
	}
	return "a " + called
}

func (r *reader) object(n *yaml.Node, s *shape) any {
	if n.Kind != yaml.MappingNode {
		return r.wants(n, s)
	}
	list := object{}
	for _, p := range pairs(n) {
		f := s.field(p.key.Value)
		if f == nil {
			r.unknown(p.key, s)
			continue
		}
		r.into(f.name, func() { list = append(list, member{f.name, r.value(p.value, f.shape)}) })
	}
	return list
}

// unknown notes a field that an object does not have.
func (r *reader) unknown(key *yaml.Node, s *shape) {
	hint := nearest(key.Value, s.fieldNames())
	if len(s.fields) == 0 {
		hint = ": it has none"
	}
	r.at(key, "there is no field %s in %s%s", quote(key.Value), r.inside, hint)
}

func (r *reader) sequence(n *yaml.Node, s *shape) any {
	if n.Kind != yaml.SequenceNode {
		return r.wants(n, s)
	}
	list := make([]any, len(n.Content))
	for i, child := range n.Content {
		list[i] = r.value(child, s.elem)
	}
	return list
}

func (r *reader) table(n *yaml.Node, s *shape) any {
	if n.Kind != yaml.MappingNode {
		return r.wants(n, s)
	}
	list := object{}
	for _, p := range pairs(n) {
		list = append(list, member{p.key.Value, r.value(p.value, s.elem)})
	}
	return list
}

// union reads a node as the alternative it fits, and where it fits none as the
// first that has its kind, so that the fault is about what was meant.
func (r *reader) union(n *yaml.Node, s *shape) any {
	var likely *shape
	for _, one := range s.either {
		if !one.fits(n) {
			continue
		}
		trial := &reader{source: &source{findings: &findings{}, name: r.name, text: r.text, starts: r.starts}, zone: r.zone, knows: r.knows, inside: r.inside}
		if value := trial.value(n, one); len(trial.findings.list) == 0 {
			return value
		}
		if likely == nil {
			likely = one
		}
	}
	if likely == nil {
		return r.wants(n, s)
	}
	return r.value(n, likely)
}

// fits reports whether the shape is written with this kind of node.
func (s *shape) fits(n *yaml.Node) bool {
	switch s.kind { //nolint:exhaustive // the others are single values
	case listShape:
		return n.Kind == yaml.SequenceNode
	case objectShape, mapShape:
		return n.Kind == yaml.MappingNode
	case anyShape, unionShape:
		return true
	default:
		return n.Kind == yaml.ScalarNode
	}
}

// anything reads a node by what it looks like.
func (r *reader) anything(n *yaml.Node) any {
	switch n.Kind {
	case yaml.MappingNode:
		return r.table(n, &shape{elem: &shape{kind: anyShape, nullable: true}})
	case yaml.SequenceNode:
		return r.sequence(n, &shape{elem: &shape{kind: anyShape, nullable: true}})
	case yaml.ScalarNode, yaml.AliasNode, yaml.DocumentNode:
	}
	switch {
	case isNull(n):
		return nil
	case n.Tag == "!!bool":
		return strings.EqualFold(n.Value, "true")
	case (n.Tag == "!!int" || n.Tag == "!!float") && json.Valid([]byte(n.Value)):
		return json.Number(n.Value)
	default:
		return n.Value
	}
}

// quoted reports whether a scalar stands in quotes or in a block, and so is text.
func quoted(n *yaml.Node) bool {
	return n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0
}

// scalar reads a single value. Its literal text counts, so that 0042 and 1e3
// are texts where texts belong, and a date is one without quotes.
func (r *reader) scalar(n *yaml.Node, s *shape) any {
	if n.Kind != yaml.ScalarNode || isNull(n) {
		return r.wants(n, s)
	}
	value, err := s.single(n.Value, quoted(n), r.zone)
	if err != nil {
		r.at(n, "%v", err)
	}
	return value
}

var (
	digits  = regexp.MustCompile(`^[-+]?(0|[1-9][0-9]*)$`)
	decimal = regexp.MustCompile(`^[-+]?[0-9]+(\.[0-9]+)?$`)
)

// single reads the text of one value.
func (s *shape) single(text string, quoted bool, zone *time.Location) (any, error) {
	if quoted && (s.kind == wholeShape || s.kind == decimalShape || s.kind == flagShape) {
		return nil, fmt.Errorf("%s belongs here, and %s is a text: write it without quotes", article(s.called), quote(text))
	}
	switch s.kind { //nolint:exhaustive // the others are no single values
	case wordShape:
		for _, w := range s.words {
			if w == text {
				return text, nil
			}
		}
		return nil, fmt.Errorf("%s is none of %s%s", quote(text), strings.Join(s.words, ", "), nearest(text, s.words))
	case wholeShape:
		return s.whole(text)
	case decimalShape:
		if !decimal.MatchString(text) {
			return nil, fmt.Errorf("a number belongs here, and this is %s", quote(text))
		}
		return json.Number(strings.TrimPrefix(text, "+")), nil
	case flagShape:
		if text != "true" && text != "false" {
			return nil, fmt.Errorf("true or false belongs here, and this is %s%s", quote(text), meant(text))
		}
		return text == "true", nil
	case instantShape:
		t, err := instant(text, zone)
		if err != nil {
			return nil, err
		}
		return t.UTC().Format(time.RFC3339Nano), nil
	case moneyShape:
		if _, err := money.Parse(text); err != nil {
			return nil, fmt.Errorf("an amount such as 1200.00 USD belongs here: %s", plain(err))
		}
		return text, nil
	case parsedShape:
		if _, err := s.parse(text); err != nil {
			return nil, explain(s, text, err)
		}
		return text, nil
	default:
		return text, nil
	}
}

// meant says which of true and false a word of older YAML stands for.
func meant(text string) string {
	switch strings.ToLower(text) {
	case "yes", "y", "on", "1":
		return "; the nearest is \"true\""
	case "no", "n", "off", "0":
		return "; the nearest is \"false\""
	default:
		return nearest(text, []string{"true", "false"})
	}
}

// whole reads a number that the field's Go type can hold.
func (s *shape) whole(text string) (any, error) {
	if !digits.MatchString(text) {
		return nil, fmt.Errorf("a whole number belongs here, and this is %s", quote(text))
	}
	text = strings.TrimPrefix(text, "+")
	least, most, bits := s.bounds()
	_, err := strconv.ParseInt(text, 10, bits)
	if least == "0" {
		_, err = strconv.ParseUint(text, 10, bits)
	}
	if err != nil {
		return nil, fmt.Errorf("%s is out of range: the field holds %s to %s", quote(text), least, most)
	}
	return json.Number(text), nil
}

// bounds returns the least and the greatest number that the shape's type holds,
// and how many bits it has.
func (s *shape) bounds() (least, most string, bits int) {
	t := s.typ
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	bits = t.Bits()
	if strings.HasPrefix(t.Kind().String(), "uint") {
		return "0", strconv.FormatUint(1<<bits-1, 10), bits
	}
	return strconv.FormatInt(-1<<(bits-1), 10), strconv.FormatInt(1<<(bits-1)-1, 10), bits
}

// instant reads an RFC 3339 instant, or a date as its midnight in the zone.
func instant(text string, zone *time.Location) (time.Time, error) {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		date, notDate := period.ParseDate(text)
		if notDate != nil {
			return time.Time{}, fmt.Errorf("%s is no instant: write RFC 3339, such as 2026-01-05T09:00:00Z, or a date", quote(text))
		}
		t = date.In(zone)
	}
	return t, within(t)
}

var errYears = errors.New("is out of range: instants lie in the years 1 to 9999")

// within reports an instant that JSON and the calendar cannot hold.
func within(t time.Time) error {
	if year := t.UTC().Year(); year < 1 || year > 9999 || t.Year() < 1 || t.Year() > 9999 {
		return fmt.Errorf("the year %d %w", year, errYears)
	}
	// The very first instant stands for none at all in a record.
	if t.IsZero() {
		return fmt.Errorf("the first instant of the year 1 %w", errYears)
	}
	return nil
}

// explain words what is wrong with a text that its own type does not take.
func explain(s *shape, text string, err error) error {
	if s.called == "zone" {
		return fmt.Errorf("there is no time zone %s%s", quote(text), nearest(text, zoneNames()))
	}
	return fmt.Errorf("%s belongs here: %s", article(s.called), plain(err))
}
