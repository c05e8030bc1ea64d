package rule

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"github.com/seatbook/seatbook/store"
)

// Permission names a line of the permission table.
type Permission string

// Subject is whom and what a command or query concerns.
type Subject struct {
	// Team is the team it concerns, empty for what concerns no team.
	Team Stream
	// Person is the person whose own affair it is, empty for what is a team's.
	Person Person
	// Owner is the purchaser of the thing, for permissions that ask for them.
	Owner Person
	// What and Name say what is missing when the actor may not know of it, such
	// as "team" and "acme".
	What, Name string
	// Touches are the streams that it reads or writes. What is due for them is
	// done first.
	Touches []Stream
}

// Command is a change, as a value. R is what it returns.
type Command[R any] interface {
	// About says whom and what the command concerns. It only reads.
	About(*View) (Subject, error)
	// Do makes the change. Where it returns an error nothing of it is kept.
	Do(*Scope) (R, error)
}

// Query is a question, as a value. R is the answer.
type Query[R any] interface {
	// About says whom and what the question concerns.
	About(*View) (Subject, error)
	// Answer answers it. It cannot write.
	Answer(*View) (R, error)
}

// Finisher is a command whose result is known only after the outside has
// answered what it promised.
type Finisher[R any] interface {
	// Finish returns the final result, given the one that Do returned.
	Finish(*View, R) (R, error)
}

// Definition is a command or query as the engine knows it.
type Definition struct {
	// Name is its name in the vocabulary, such as "billing.add_seats".
	Name string
	// Text says in a line what it does.
	Text string
	// Needs is the permission it takes.
	Needs Permission
	// Query reports whether it is a question.
	Query bool
	// Type and Result are the Go types of the struct and of what it returns.
	Type, Result reflect.Type

	// needs are the names of the fields that have to be given, required those
	// among them that cannot be left empty, words those that take a few words.
	needs    []string
	required []required
	words    []worded
	about    func(*View, any) (Subject, error)
	do       func(*Scope, any) (any, error)
	answer   func(*View, any) (any, error)
	finish   func(*View, any, any) (any, error)
}

type required struct {
	index int
	name  string
}

// worded is a field that takes one of a few words.
type worded struct {
	required
	words []string
}

// Does defines the command C under a name.
func Does[C Command[R], R any](name string, needs Permission, text string) Definition {
	d := define[C, R](name, needs, text)
	d.about = func(v *View, c any) (Subject, error) { return c.(C).About(v) } //nolint:forcetypeassert // looked up by this type
	d.do = func(s *Scope, c any) (any, error) { return c.(C).Do(s) }          //nolint:forcetypeassert // looked up by this type
	if _, ok := any(*new(C)).(Finisher[R]); ok {
		d.finish = func(v *View, c, r any) (any, error) { return c.(Finisher[R]).Finish(v, r.(R)) } //nolint:forcetypeassert // checked above
	}
	return d
}

// Answers defines the query Q under a name.
func Answers[Q Query[R], R any](name string, needs Permission, text string) Definition {
	d := define[Q, R](name, needs, text)
	d.Query = true
	d.about = func(v *View, q any) (Subject, error) { return q.(Q).About(v) } //nolint:forcetypeassert // looked up by this type
	d.answer = func(v *View, q any) (any, error) { return q.(Q).Answer(v) }   //nolint:forcetypeassert // looked up by this type
	return d
}

func define[C, R any](name string, needs Permission, text string) Definition {
	d := Definition{Name: name, Text: text, Needs: needs, Type: reflect.TypeFor[C](), Result: reflect.TypeFor[R]()}
	for i := range d.Type.NumField() {
		field := d.Type.Field(i)
		tag, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if !strings.Contains(options, "omit") {
			d.needs = append(d.needs, tag)
		}
		if field.Type.Kind() == reflect.String && !strings.Contains(options, "omitempty") {
			d.required = append(d.required, required{index: i, name: tag})
		}
		if of, ok := reflect.Zero(field.Type).Interface().(interface{ Words() []string }); ok {
			d.words = append(d.words, worded{required{index: i, name: tag}, of.Words()})
		}
	}
	return d
}

// About says whom and what the value concerns. A required field left empty, and
// a word that is none of those a field takes, are refused as invalid.
func (d *Definition) About(v *View, value any) (Subject, error) {
	if len(d.required)+len(d.words) > 0 {
		if err := d.check(reflect.ValueOf(value)); err != nil {
			return Subject{}, err
		}
	}
	return d.about(v, value)
}

func (d *Definition) check(fields reflect.Value) error {
	for _, r := range d.required {
		if fields.Field(r.index).Len() == 0 {
			return Refusef(Invalid, Permissions, "%s needs the field %q", d.Name, r.name)
		}
	}
	for _, w := range d.words {
		word := fields.Field(w.index).String()
		if word != "" && !slices.Contains(w.words, word) {
			return Refusef(Invalid, Permissions, "%s takes none of that as %q: the words are %s", d.Name, w.name, strings.Join(w.words, ", "))
		}
	}
	return nil
}

// Do runs the command.
func (d *Definition) Do(s *Scope, value any) (any, error) { return d.do(s, value) }

// Answer answers the query.
func (d *Definition) Answer(v *View, value any) (any, error) { return d.answer(v, value) }

// Finishes reports whether the command's result is known only after Finish.
func (d *Definition) Finishes() bool { return d.finish != nil }

// Finish returns the final result of a command. Where the command promises
// nothing it is the result itself.
func (d *Definition) Finish(v *View, value, result any) (any, error) {
	if d.finish == nil {
		return result, nil
	}
	return d.finish(v, value, result)
}

// Decode reads the struct from JSON. A field that it does not have, and a value
// that does not fit, are errors.
func (d *Definition) Decode(data []byte) (any, error) {
	return decode(d.Type, data)
}

// Complete refuses as invalid what lacks a field that has to be given, also one
// whose zero would be taken: nobody switches something off by leaving it out.
func (d *Definition) Complete(data []byte) error {
	given := map[string]json.RawMessage{}
	if len(data) > 0 {
		if err := json.Unmarshal(data, &given); err != nil {
			return err
		}
	}
	for _, name := range d.needs {
		if text := string(given[name]); text == "" || text == "null" {
			return Refusef(Invalid, Permissions, "%s needs the field %q", d.Name, name)
		}
	}
	return nil
}

// DecodeResult reads what the command returned from JSON.
func (d *Definition) DecodeResult(data []byte) (any, error) {
	value := reflect.New(d.Result)
	if err := json.Unmarshal(data, value.Interface()); err != nil {
		return nil, fmt.Errorf("%s: %w", d.Name, err)
	}
	return value.Elem().Interface(), nil
}

func decode(t reflect.Type, data []byte) (any, error) {
	value := reflect.New(t)
	if len(data) > 0 {
		decoder := json.NewDecoder(strings.NewReader(string(data)))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(value.Interface()); err != nil {
			return nil, err
		}
		if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
			return nil, errors.New("something stands behind the object")
		}
	}
	return value.Elem().Interface(), nil
}

// Reaction is what a module does when something happened in a module below it.
type Reaction struct {
	Happening reflect.Type
	Do        func(s *Scope, happening any) error
}

// React makes a reaction to one type of happening.
func React[H any](do func(*Scope, H) error) Reaction {
	return Reaction{
		Happening: reflect.TypeFor[H](),
		Do:        func(s *Scope, h any) error { return do(s, h.(H)) }, //nolint:forcetypeassert // looked up by this type
	}
}

// Module is what a domain package hands to the engine.
type Module struct {
	// Name is the package's name, the first part of its commands' names.
	Name     string
	Rules    []*Rule
	Commands []Definition
	Queries  []Definition
	Tables   []store.Described
	Due      []DueWork
	Reacts   []Reaction
	Provides []Provided
	// Authorise decides whether the actor may do what needs the permission. One
	// module of an engine has it.
	Authorise func(*View, Permission, Subject) error
	// Expect lists what must be queued for a stream, told from the records
	// alone. Audits compare it with the queue.
	Expect func(*View, Stream) ([]Item, error)
	// Audit checks the records of a stream against the module's invariants.
	Audit func(*View, Stream) error
	// Checks are the invariants of single records, checked with every command
	// that writes one.
	Checks []Check
}

// Told is a happening that hosts and timelines hear of.
type Told interface {
	// Tell says what happened.
	Tell() Telling
}

// Telling is what a happening says of itself.
type Telling struct {
	// Name says what happened, Facts the rest.
	Name   string
	Stream Stream
	Facts  map[string]string
	// Notice is set for a notice that the host is to send.
	Notice bool
}
