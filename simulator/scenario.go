package simulator

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// Scenario is a file that was read without a fault. It is never changed, and
// can be run any number of times.
type Scenario struct {
	// File is the name it was read under.
	File string
	// Name is what the scenario is called.
	Name string
	// Start is the instant of the first step, in the scenario's zone.
	Start time.Time
	// Zone is the zone of dates, of spans, and of teams that name none.
	Zone *time.Location
	// Seed makes the secrets; the same seed makes the same ones.
	Seed int64
	// Policy sets parameters of rules.
	Policy map[string]string
	// Catalog is what is sold; nil is the built-in sample.
	Catalog *licensing.Catalog
	// From is the file of the export that it begins on; empty where it begins with
	// nothing. Zone, Policy and Catalog are then those of the export where the file
	// does not say otherwise.
	From string
	// Prove names what must hold of the run as a whole.
	Prove []Proof
	// Steps are run in order.
	Steps []Step

	// sold is the file of the catalogue; empty where it has none of its own.
	sold  string
	state *state
}

// Step is one step of a scenario.
type Step struct {
	// Number counts from 1; the steps of a branch have that of their fork before it, as in "7.2".
	Number string
	// Line is where the step stands in the file.
	Line int
	// Verb is what is done.
	Verb Verb
	// Name is that of the command or query, of the mark, or of the branch.
	Name string
	// At is the instant of the step.
	At time.Time
	// By is who acts; nobody where that is a saved value, which is known when the
	// step is taken.
	By rule.Actor
	// Note is a remark for readers.
	Note string
	// From is the mark that a branch starts at, Steps are the branch's.
	From  string
	Steps []Step
	// Fails is the code that the step has to be refused with, or empty.
	Fails rule.Code

	verb *verb
	// by is the name that the actor's address was saved under, empty where it stands
	// in the file.
	by    ref
	with  any
	want  want
	saves []saving
	// open steps take what comes, a refusal too.
	open bool
}

// Verb is what a step does.
type Verb string

// What steps do.
const (
	DoStep      Verb = "do"
	AskStep     Verb = "ask"
	PreviewStep Verb = "preview"
	MarkStep    Verb = "mark"
	ForkStep    Verb = "fork"
	RewindStep  Verb = "rewind"
)

var stepVerbs = []string{"do", "ask", "preview", "mark", "fork", "rewind"}

// calls reports whether the verb runs a command or asks a query.
func (v Verb) calls() bool { return v == DoStep || v == AskStep || v == PreviewStep }

// Load reads a scenario from a file. Everything that is wrong with it is in the
// [Faults] it returns.
func Load(path string, vocabulary *Vocabulary) (*Scenario, error) {
	return LoadFrom(context.Background(), path, "", vocabulary)
}

// readFile reads a file up to one byte more than it can have. A pipe that is
// named on the command line is as good as a file; one that a scenario names, and
// that may never end, is not.
func readFile(path string, regular bool) ([]byte, error) {
	if err := readable(path, regular); err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, reason(err)
	}
	defer f.Close() //nolint:errcheck // nothing was written
	text, err := io.ReadAll(io.LimitReader(f, MaxBytes+1))
	return text, reason(err)
}

// readable says why a file is none that can be read.
func readable(path string, regular bool) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return reason(err)
	case info.IsDir():
		return errors.New("it is a directory")
	case regular && !info.Mode().IsRegular():
		return errors.New("it is no regular file")
	}
	return nil
}

// reason leaves out the path, which stands before the message already.
func reason(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

// Parse reads a scenario. The file's name is for messages, and for finding a
// catalogue or an export that the scenario names by a path.
func Parse(file string, text []byte, vocabulary *Vocabulary) (*Scenario, error) {
	return parse(context.Background(), file, "", text, vocabulary)
}

func parse(ctx context.Context, file, export string, text []byte, vocabulary *Vocabulary) (*Scenario, error) {
	found := &findings{}
	src := &source{findings: found, name: file, text: text}
	root := src.read()
	if root == nil {
		return nil, found.faults()
	}
	p := &parser{
		reader:     &reader{source: src, zone: time.UTC},
		vocabulary: vocabulary,
		scenario:   &Scenario{File: file, Zone: time.UTC, Policy: map[string]string{}},
	}
	p.read(ctx, export, root)
	if err := found.faults(); err != nil {
		return nil, err
	}
	return p.scenario, nil
}

// parser reads a scenario from its nodes.
type parser struct {
	*reader
	vocabulary *Vocabulary
	scenario   *Scenario
}

var headKeys = []string{"name", "start", "zone", "seed", "policy", "catalog", "from", "prove", "steps"}

func (p *parser) read(ctx context.Context, export string, root *yaml.Node) {
	head := p.keys(root, "a scenario", headKeys)
	if head == nil {
		return
	}
	for _, required := range []string{"name", "start", "steps"} {
		if head[required] == nil {
			p.at(root, "the scenario has no %q, which it needs", required)
		}
	}
	from := p.openFrom(export, head["from"])
	if from != nil {
		defer from.file.close()
	}
	// The zone comes next, as dates are read in it wherever they stand.
	if n := head["zone"]; n != nil {
		p.readZone(n)
	} else if from != nil {
		p.zoneOf(from)
	}
	if n := head["name"]; n != nil {
		p.scenario.Name = p.word(n, "name")
	}
	if n := head["seed"]; n != nil {
		if seed, err := (&shape{kind: wholeShape, called: "whole number", typ: int64Type}).integer(n); err != nil {
			p.at(n, "%v", err)
		} else {
			p.scenario.Seed = seed
		}
	}
	if n := head["policy"]; n != nil {
		p.readPolicy(n)
	}
	if n := head["catalog"]; n != nil {
		p.readCatalog(n)
	}
	if n := head["prove"]; n != nil {
		p.readProofs(n)
	}
	steps := &stepper{parser: p}
	if n := head["start"]; n != nil {
		p.scenario.Start, steps.sure = p.instant(n)
		steps.now = p.scenario.Start
		if from != nil && steps.sure {
			p.startsOn(from, n)
		}
	}
	if n := head["steps"]; n != nil {
		p.scenario.Steps = steps.read(n)
	}
	if from != nil && p.faults() == nil {
		p.readFrom(ctx, from)
	}
}

// keys returns the values of a map by key, and notes keys it does not know.
func (p *parser) keys(n *yaml.Node, what string, known []string) map[string]*yaml.Node {
	if n.Kind != yaml.MappingNode {
		p.at(n, "%s is a map with the keys %s, and this is %s", what, sentence(known), describe(n))
		return nil
	}
	values := map[string]*yaml.Node{}
	for _, one := range pairs(n) {
		if !slices.Contains(known, one.key.Value) {
			p.at(one.key, "%s has no key %s%s", what, quote(one.key.Value), nearest(one.key.Value, known))
			continue
		}
		values[one.key.Value] = one.value
	}
	return values
}

// word reads a text that cannot be empty.
func (p *parser) word(n *yaml.Node, what string) string {
	if n.Kind != yaml.ScalarNode || isNull(n) || n.Value == "" {
		p.at(n, "%q takes a text, and this is %s", what, describe(n))
		return ""
	}
	return n.Value
}

func (p *parser) readZone(n *yaml.Node) {
	name := p.word(n, "zone")
	if name == "" {
		return
	}
	zone, err := period.LoadZone(name)
	if err != nil {
		p.at(n, "there is no time zone %s%s", quote(name), nearest(name, zoneNames()))
		return
	}
	p.zone, p.scenario.Zone = zone, zone
}

func (p *parser) instant(n *yaml.Node) (at time.Time, ok bool) {
	if n.Kind != yaml.ScalarNode || isNull(n) {
		p.at(n, "an instant belongs here, and this is %s", describe(n))
		return time.Time{}, false
	}
	at, err := instant(n.Value, p.zone)
	if err != nil {
		p.at(n, "%v", err)
		return time.Time{}, false
	}
	return at.In(p.zone), true
}

// readPolicy reads the values of parameters, which are as text what the rules take.
func (p *parser) readPolicy(n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		p.at(n, "\"policy\" takes a map of parameters, and this is %s", describe(n))
		return
	}
	for _, one := range pairs(n) {
		value, ok := policyValue(one.value)
		if !ok {
			p.at(one.value, "a parameter takes a value or a list of values, and this is %s", describe(one.value))
			continue
		}
		where := one.value
		if p.vocabulary.book.Param(one.key.Value) == nil {
			where = one.key
		}
		if err := p.vocabulary.CheckPolicy(one.key.Value, value); err != nil {
			p.at(where, "%v", err)
			continue
		}
		p.scenario.Policy[one.key.Value] = value
	}
}

// readCatalog reads the catalogue, which stands here or in a file of its own.
func (p *parser) readCatalog(n *yaml.Node) {
	if n.Kind != yaml.ScalarNode {
		p.scenario.Catalog = p.catalog(n, p.vocabulary.catalog)
		return
	}
	name := p.word(n, "catalog")
	if name == "" {
		return
	}
	if filepath.IsAbs(name) {
		p.at(n, "the catalogue %s is named by its whole path: a path is relative to the scenario file", quote(name))
		return
	}
	path := filepath.Join(filepath.Dir(p.name), filepath.FromSlash(name))
	text, err := readFile(path, true)
	if err != nil {
		p.at(n, "the catalogue %s cannot be read: %v", quote(name), err)
		return
	}
	other := &reader{source: &source{findings: p.findings, name: path, text: text}, zone: p.zone}
	p.scenario.sold = path
	if root := other.read(); root != nil {
		p.scenario.Catalog = other.catalog(root, p.vocabulary.catalog)
	}
}

// Files are the files that the scenario was read from: its own, that of its catalogue
// and that of the export it begins on, where it has them.
func (s *Scenario) Files() []string {
	files := []string{s.File}
	for _, path := range []string{s.sold, s.From} {
		if path != "" {
			files = append(files, path)
		}
	}
	return files
}

// With returns the scenario with other values of parameters. The names and
// values are those that [Vocabulary.CheckPolicy] takes.
func (s *Scenario) With(policy map[string]string) *Scenario {
	c := *s
	c.Policy = maps.Clone(s.Policy)
	maps.Copy(c.Policy, policy)
	return &c
}
