package simulator

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// Vocabulary is what a scenario can say: the commands and queries of some
// modules, and the parameters of their rules. It is never changed and is safe
// for concurrent use.
type Vocabulary struct {
	commands, queries map[string]*verb
	book              *rule.Book
	catalog           *shape
	// added are the modules beside those of every world.
	added []rule.Module
}

// verb is one command or query with the shapes of what it takes and returns.
type verb struct {
	def          *rule.Definition
	with, result *shape
}

// NewVocabulary makes the vocabulary of some modules.
func NewVocabulary(modules ...rule.Module) (*Vocabulary, error) {
	v := &Vocabulary{commands: map[string]*verb{}, queries: map[string]*verb{}}
	known := shapes{}
	rules := rule.Foundations()
	for _, m := range modules {
		rules = append(rules, m.Rules...)
		v.add(known, v.commands, m.Commands)
		v.add(known, v.queries, m.Queries)
		if !slices.Contains(inEveryWorld(), m.Name) {
			v.added = append(v.added, m)
		}
	}
	book, err := rule.NewBook(rules, nil)
	if err != nil {
		return nil, err
	}
	v.book = book
	v.catalog = known.catalog()
	return v, nil
}

// inEveryWorld names the modules that every world has.
func inEveryWorld() []string {
	names := []string{Module().Name}
	for _, m := range seatbook.Modules(nil) {
		names = append(names, m.Name)
	}
	return names
}

func (v *Vocabulary) add(known shapes, to map[string]*verb, definitions []rule.Definition) {
	for i := range definitions {
		d := &definitions[i]
		to[d.Name] = &verb{def: d, with: known.of(d.Type), result: known.of(d.Result)}
	}
}

// Book returns the rules with the defaults of their parameters.
func (v *Vocabulary) Book() *rule.Book { return v.book }

// names returns the commands, or the queries, in alphabetical order.
func (v *Vocabulary) names(query bool) []string {
	list := v.verbs(query)
	names := make([]string, len(list))
	for i := range list {
		names[i] = list[i].def.Name
	}
	return names
}

func (v *Vocabulary) verbs(query bool) []*verb {
	from := v.commands
	if query {
		from = v.queries
	}
	list := make([]*verb, 0, len(from))
	for _, one := range from {
		list = append(list, one)
	}
	slices.SortFunc(list, func(a, b *verb) int { return cmp.Compare(a.def.Name, b.def.Name) })
	return list
}

// CheckPolicy says what is wrong with a value for a parameter: there is no such
// parameter, or it does not take the value.
func (v *Vocabulary) CheckPolicy(name, value string) error {
	p := v.book.Param(name)
	if p == nil {
		return fmt.Errorf("there is no parameter %s%s", quote(name), nearest(name, v.book.Params()))
	}
	if _, err := p.Parse(value); err != nil {
		return errors.New(plain(err))
	}
	return nil
}

// CheckRule says what is wrong with the identifier of a rule: there is no such rule.
func (v *Vocabulary) CheckRule(id string) error {
	if v.book.Rule(id) != nil {
		return nil
	}
	var ids []string
	for _, r := range v.book.Rules() {
		ids = append(ids, r.ID)
	}
	return fmt.Errorf("there is no rule %s%s", quote(id), nearest(id, ids))
}

// Signature describes one command or query for the reference.
type Signature struct {
	Name string `json:"name"`
	// Kind is "command" or "query".
	Kind string `json:"kind"`
	Text string `json:"text"`
	// Permission is the line of the permission table that it takes.
	Permission rule.Permission  `json:"permission"`
	Fields     []SignatureField `json:"fields"`
	// List is set where the result is a list, whose elements have the fields of Result.
	List   bool             `json:"list"`
	Result []SignatureField `json:"result"`
}

// SignatureField is one field of a command, a query or a result.
type SignatureField struct {
	Name string `json:"name"`
	// Type is the kind of value in words, such as "money" or "list of text".
	Type string `json:"type"`
	// Required fields have to be written; in results every field is present.
	Required bool `json:"required"`
	// Words are the words that a field of the type "word" takes.
	Words []string `json:"words,omitempty"`
	// Fields are those of a map, or of the elements of a list of maps.
	Fields []SignatureField `json:"fields,omitempty"`
}

// Signatures describes every command and then every query, each in alphabetical order.
func (v *Vocabulary) Signatures() []Signature {
	var list []Signature
	for _, query := range []bool{false, true} {
		for _, one := range v.verbs(query) {
			e := Signature{Name: one.def.Name, Kind: "command", Text: one.def.Text, Permission: one.def.Needs}
			if query {
				e.Kind = "query"
			}
			result := one.result
			if result.kind == listShape {
				e.List, result = true, result.elem
			}
			e.Fields, e.Result = signatureFields(one.with, nil), signatureFields(result, nil)
			list = append(list, e)
		}
	}
	return list
}

// signatureFields describes the fields of an object. A type that holds itself is
// not followed a second time.
func signatureFields(s *shape, within []*shape) []SignatureField {
	list := []SignatureField{}
	if slices.Contains(within, s) {
		return list
	}
	within = append(within, s)
	for _, f := range s.fields {
		inner := f.shape
		for inner.elem != nil {
			inner = inner.elem
		}
		e := SignatureField{Name: f.name, Type: f.shape.called, Required: f.required, Words: inner.words}
		if inner.kind == objectShape {
			e.Fields = signatureFields(inner, within)
		}
		list = append(list, e)
	}
	return list
}

// Everything returns the vocabulary of a whole world: the modules of every
// engine and the simulator's own.
func Everything() (*Vocabulary, error) {
	return NewVocabulary(append(seatbook.Modules(licensing.Sample()), Module())...)
}
