package simulator

import (
	"github.com/invopop/jsonschema"

	"github.com/seatbook/seatbook/rule"
)

// Schema returns the JSON Schema of scenario files, for editors that complete
// and check as one writes. It is made of the same shapes as the decoder.
func (v *Vocabulary) Schema() *jsonschema.Schema {
	s := &schemer{vocabulary: v, defs: jsonschema.Definitions{}, names: map[*shape]string{}}
	s.basics()
	s.defs["step"] = s.step()
	s.defs["fork"] = s.fork()
	root := object0("a scenario: a year of an account, step by step")
	root.Version = jsonschema.Version
	root.Title = "seatsim scenario"
	root.Required = []string{"name", "start", "steps"}
	root.Properties.Set("name", text("what the scenario is called"))
	root.Properties.Set("start", to("instant"))
	root.Properties.Set("zone", text("the IANA name of a time zone, for dates and spans; left out, UTC"))
	root.Properties.Set("seed", &jsonschema.Schema{Type: "integer", Description: "the same file with the same seed is the same bytes out"})
	root.Properties.Set("policy", s.policy())
	root.Properties.Set("catalog", &jsonschema.Schema{
		Description: "what is sold: here, or in a file whose path is relative to this one; left out, the sample",
		AnyOf:       []*jsonschema.Schema{{Type: "string"}, s.value(v.catalog, false)},
	})
	root.Properties.Set("from", text("the file of an exported state that it begins on, relative to this one; left out, it begins with nothing"))
	root.Properties.Set("prove", &jsonschema.Schema{
		Type: "array", Items: words(proofNames()), Description: "what must hold of the run as a whole, beside its steps",
	})
	root.Properties.Set("steps", &jsonschema.Schema{Type: "array", Items: to("step")})
	root.Definitions = s.defs
	return root
}

// schemer makes one schema. Objects become definitions, each once.
type schemer struct {
	vocabulary *Vocabulary
	defs       jsonschema.Definitions
	names      map[*shape]string
}

func to(name string) *jsonschema.Schema { return &jsonschema.Schema{Ref: "#/$defs/" + name} }

func text(description string) *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", Description: description}
}

func either(schemas ...*jsonschema.Schema) *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: schemas}
}

func words(list []string) *jsonschema.Schema {
	s := &jsonschema.Schema{}
	for _, w := range list {
		s.Enum = append(s.Enum, w)
	}
	return s
}

// object0 is an object that has no fields yet, and no others later.
func object0(description string) *jsonschema.Schema {
	return &jsonschema.Schema{
		Type: "object", Description: description, Properties: jsonschema.NewProperties(), AdditionalProperties: jsonschema.FalseSchema,
	}
}

// basics defines what the rest refers to.
func (s *schemer) basics() {
	s.defs["text"] = either(&jsonschema.Schema{Type: "string"}, &jsonschema.Schema{Type: "number"}, &jsonschema.Schema{Type: "boolean"})
	s.defs["instant"] = &jsonschema.Schema{
		Type: "string", Pattern: `^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}([.,][0-9]+)?(Z|[-+][0-9]{2}:[0-9]{2}))?$`,
		Description: "an RFC 3339 instant, or a date, which is its midnight in the scenario's zone",
	}
	s.defs["money"] = &jsonschema.Schema{Type: "string", Pattern: `^-?[0-9]+(\.[0-9]+)? +[A-Z]{3}$`, Description: "an amount such as 1200.00 USD"}
	s.defs["span"] = &jsonschema.Schema{
		Type: "string", Pattern: `^([0-9]+y)?([0-9]+mo)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+(\.[0-9]+)?s)?$`, MinLength: one(),
		Description: "a span such as 90d, 12h, 3mo or 29d23h59m59s",
	}
	s.defs["saved"] = &jsonschema.Schema{Type: "string", Pattern: referring.String(), Description: "what was saved under a name"}
	checks := object0("checks of a value")
	checks.MinProperties = one()
	checks.Properties.Set("$has", &jsonschema.Schema{Type: "array", Description: "the list has these among others"})
	checks.Properties.Set("$len", &jsonschema.Schema{Type: "integer", Minimum: "0", Description: "the list has so many elements"})
	checks.Properties.Set("$gt", &jsonschema.Schema{Description: "the value is greater"})
	checks.Properties.Set("$lt", &jsonschema.Schema{Description: "the value is less"})
	checks.Properties.Set("$null", &jsonschema.Schema{Type: "boolean", Description: "the value is null, or is not"})
	s.defs["checks"] = checks
}

func one() *uint64 { n := uint64(1); return &n }

func (s *schemer) policy() *jsonschema.Schema {
	policy := object0("other values of the rules' parameters")
	for _, name := range s.vocabulary.book.Params() {
		p := s.vocabulary.book.Param(name)
		policy.Properties.Set(name, &jsonschema.Schema{
			Description: p.Rule + ": a " + string(p.Kind) + ", " + p.Bounds, Default: p.Default,
			AnyOf: []*jsonschema.Schema{to("text"), {Type: "array", Items: to("text")}},
		})
	}
	return policy
}

func (s *schemer) fork() *jsonschema.Schema {
	fork := object0("a branch that begins at a mark")
	fork.Required = forkKeys
	fork.Properties.Set("from", text("the mark it begins at"))
	fork.Properties.Set("name", text("what the branch is called"))
	fork.Properties.Set("steps", &jsonschema.Schema{Type: "array", Items: to("step")})
	return fork
}

// step defines a step: one verb, and what its command takes and returns.
func (s *schemer) step() *jsonschema.Schema {
	step := object0("one step")
	for _, verb := range stepVerbs {
		step.OneOf = append(step.OneOf, &jsonschema.Schema{Required: []string{verb}})
	}
	step.Not = &jsonschema.Schema{Required: []string{"at", "after"}}
	var codes []string
	for _, code := range rule.Codes() {
		codes = append(codes, string(code))
	}
	describe := func(s *jsonschema.Schema, description string) *jsonschema.Schema {
		s.Description = description
		return s
	}
	step.Properties.Set("do", describe(words(s.vocabulary.names(false)), "the command to run"))
	step.Properties.Set("ask", describe(words(s.vocabulary.names(true)), "the query to ask; it changes nothing"))
	step.Properties.Set("preview", describe(words(s.vocabulary.names(false)), "the command to run, keeping nothing"))
	step.Properties.Set("mark", text("names the present"))
	step.Properties.Set("fork", to("fork"))
	step.Properties.Set("rewind", text("drops everything after the mark"))
	step.Properties.Set("at", to("instant"))
	step.Properties.Set("after", to("span"))
	step.Properties.Set("by", text("who acts: an e-mail address, operator, or $name of a saved address; left out, the operator"))
	step.Properties.Set("with", &jsonschema.Schema{Description: "the fields of the command or query"})
	step.Properties.Set("want", &jsonschema.Schema{Description: "what the result has to be, as far as it is written"})
	step.Properties.Set("fails", describe(words(codes), "the code that it has to be refused with"))
	step.Properties.Set("save", &jsonschema.Schema{
		Type: "object", Description: "names for parts of the result, by their paths; later steps write $name",
		PropertyNames: &jsonschema.Schema{Pattern: savable.String()}, AdditionalProperties: &jsonschema.Schema{Type: "string"},
	})
	step.Properties.Set("note", text("a remark for readers"))
	for _, query := range []bool{false, true} {
		for _, verb := range s.vocabulary.verbs(query) {
			step.AllOf = append(step.AllOf, s.call(verb, query))
		}
	}
	return step
}

// call says what a step with a certain command or query takes and returns.
func (s *schemer) call(v *verb, query bool) *jsonschema.Schema {
	named := func(key string) *jsonschema.Schema {
		properties := jsonschema.NewProperties()
		properties.Set(key, &jsonschema.Schema{Const: v.def.Name})
		return &jsonschema.Schema{Properties: properties, Required: []string{key}}
	}
	when := named("ask")
	if !query {
		when = either(named("do"), named("preview"))
	}
	then := jsonschema.NewProperties()
	then.Set("with", &jsonschema.Schema{Description: v.def.Text, AllOf: []*jsonschema.Schema{s.fields(v.with, true)}})
	then.Set("want", s.wanted(v.result))
	return &jsonschema.Schema{If: when, Then: &jsonschema.Schema{Properties: then}}
}
