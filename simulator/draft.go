package simulator

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/seatbook/seatbook/rule"
)

// Draft is a scenario that a program writes. It is checked when it is read, by
// [Parse].
type Draft struct {
	// Remarks stand above the scenario, each on lines of its own.
	Remarks []string
	Name    string
	// Start is the first instant as a file has it: RFC 3339, or a date in the zone.
	Start string
	// Zone is an IANA name; empty is UTC.
	Zone   string
	Seed   int64
	Policy map[string]string
	// Catalog is the path of a catalogue, from the scenario's file; empty is the sample.
	Catalog string
	Prove   []Proof
	Steps   []DraftStep
}

// DraftStep is one step of a draft.
type DraftStep struct {
	// After is a span from the step before; empty is the same instant.
	After string
	Verb  Verb
	Name  string
	// By is who acts; empty is the operator.
	By   string
	With []DraftField
	// Save has names, and the paths of what they save.
	Save  []DraftField
	Fails rule.Code
}

// DraftField is a name with a value: a string, a bool, a whole number, a [Ref], a
// list of strings or of such values, a map of bools, or one of fields.
type DraftField struct {
	Name  string
	Value any
}

// Ref stands for what was saved under a name, as $sub does in a file.
type Ref string

// Text writes the scenario, a line for each step.
func (d *Draft) Text() string {
	f := file{remarks: d.Remarks}
	f.set("name", textNode(d.Name))
	f.set("start", plainNode(d.Start))
	if d.Zone != "" {
		f.set("zone", textNode(d.Zone))
	}
	f.set("seed", plainNode(strconv.FormatInt(d.Seed, 10)))
	if len(d.Policy) > 0 {
		f.set("policy", policyNode(d.Policy))
	}
	if d.Catalog != "" {
		f.set("catalog", textNode(d.Catalog))
	}
	if len(d.Prove) > 0 {
		list := flow(yaml.SequenceNode)
		for _, proof := range d.Prove {
			list.Content = append(list.Content, textNode(string(proof)))
		}
		f.set("prove", list)
	}
	for i := range d.Steps {
		f.steps = append(f.steps, d.Steps[i].node())
	}
	return string(f.text())
}

func policyNode(policy map[string]string) *yaml.Node {
	n := flow(yaml.MappingNode)
	for _, name := range slices.Sorted(maps.Keys(policy)) {
		putKey(n, name, textNode(policy[name]))
	}
	return n
}

func (s *DraftStep) node() *yaml.Node {
	n := flow(yaml.MappingNode)
	if s.After != "" {
		putKey(n, "after", plainNode(s.After))
	}
	putKey(n, string(s.Verb), textNode(s.Name))
	if s.By != "" {
		putKey(n, "by", textNode(s.By))
	}
	if len(s.With) > 0 {
		putKey(n, "with", fieldsNode(s.With))
	}
	if len(s.Save) > 0 {
		putKey(n, "save", fieldsNode(s.Save))
	}
	if s.Fails != "" {
		putKey(n, "fails", textNode(string(s.Fails)))
	}
	return n
}

func fieldsNode(fields []DraftField) *yaml.Node {
	n := flow(yaml.MappingNode)
	for _, f := range fields {
		putKey(n, f.Name, valueNode(f.Value))
	}
	return n
}

// valueNode is a value as a scenario has it.
func valueNode(value any) *yaml.Node {
	switch value := value.(type) {
	case string:
		return textNode(value)
	case Ref:
		return plainNode("$" + string(value))
	case []string:
		n := flow(yaml.SequenceNode)
		for _, text := range value {
			n.Content = append(n.Content, textNode(text))
		}
		return n
	case []any:
		n := flow(yaml.SequenceNode)
		for _, element := range value {
			n.Content = append(n.Content, valueNode(element))
		}
		return n
	case []DraftField:
		return fieldsNode(value)
	case map[string]bool:
		n := flow(yaml.MappingNode)
		for _, name := range slices.Sorted(maps.Keys(value)) {
			putKey(n, name, plainNode(strconv.FormatBool(value[name])))
		}
		return n
	default:
		return plainNode(fmt.Sprint(value))
	}
}

// putKey adds a key to a map.
func putKey(n *yaml.Node, key string, value *yaml.Node) {
	n.Content = append(n.Content, textNode(key), value)
}

// flow is an empty list or map that is written on one line.
func flow(kind yaml.Kind) *yaml.Node { return &yaml.Node{Kind: kind, Style: yaml.FlowStyle} }

// textNode is a text, in quotes where it would be something else without them.
func textNode(text string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Value: strings.ToValidUTF8(text, "\uFFFD"), Tag: "!!str"}
	if strings.ContainsAny(text, "\n\r\u0085\u2028\u2029") {
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

// plainNode is a value that is written as it stands: a number, an instant, a span.
func plainNode(text string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Value: strings.ToValidUTF8(text, "\uFFFD")}
	n.Tag = n.ShortTag()
	return n
}

// file is a scenario while it is written.
type file struct {
	remarks []string
	head    []pair
	steps   []*yaml.Node
}

// set gives a key of the head a value, in the place of the one it has.
func (f *file) set(key string, value *yaml.Node) {
	for i := range f.head {
		if f.head[i].key.Value == key {
			f.head[i].value = value
			return
		}
	}
	f.head = append(f.head, pair{textNode(key), value})
}

// text writes the file. What holds it in memory was read from a file or made to
// be one, so that there is nothing that cannot be written.
func (f *file) text() []byte {
	var b bytes.Buffer
	for _, remark := range f.remarks {
		for line := range strings.SplitSeq(remark, "\n") {
			b.WriteString(strings.TrimRight("# "+line, " ") + "\n")
		}
	}
	root := &yaml.Node{Kind: yaml.MappingNode}
	for _, p := range f.head {
		root.Content = append(root.Content, p.key, p.value)
	}
	root.Content = append(root.Content, textNode("steps"), &yaml.Node{Kind: yaml.SequenceNode, Content: f.steps})
	encoder := yaml.NewEncoder(&b)
	encoder.SetIndent(2)
	if err := encoder.Encode(veiled(root)); err != nil {
		panic(fmt.Sprintf("simulator: a scenario that cannot be written: %v", err))
	}
	return veiledColon.ReplaceAll(b.Bytes(), []byte("$1:"))
}

// The library puts whatever has a colon into quotes where it stands in braces. An
// instant needs none, so its colons are something else until it is written.
const veil = "\uE000"

var (
	plainInstant = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[-+][0-9]{2}:[0-9]{2})$`)
	veiledColon  = regexp.MustCompile(`([0-9]{2})` + veil)
)

// veiled is a copy of a node whose instants have no colons.
func veiled(n *yaml.Node) *yaml.Node {
	c := *n
	if n.Kind == yaml.ScalarNode && !quoted(n) && plainInstant.MatchString(n.Value) {
		c.Value, c.Tag = strings.ReplaceAll(n.Value, ":", veil), ""
	}
	if isNull(n) {
		// What is left empty would be an empty text.
		c.Value = "null"
	}
	c.Content = make([]*yaml.Node, len(n.Content))
	for i, child := range n.Content {
		c.Content[i] = veiled(child)
	}
	return &c
}
