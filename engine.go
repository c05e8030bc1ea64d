package seatbook

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"reflect"
	"sync/atomic"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Config is what an engine is made with. The zero Config is usable: the wall
// clock, the default of every rule, the sample catalogue, no payment provider.
type Config struct {
	// Clock tells the time. It is read once for each command.
	Clock clock.Clock
	// Policy sets parameters of rules by name, as written in docs/rules.md.
	Policy map[string]string
	// Catalog is what is sold. Nil is the built-in sample.
	Catalog *licensing.Catalog
	// Zone is the zone of teams that name none. Nil is UTC.
	Zone *time.Location
	// Payments charges cards. Nil leaves every charge unanswered until one is
	// recorded by billing.RecordCharge.
	Payments billing.Payments
	// Taxes tells what tax a customer pays. Nil is that of the catalogue, which by
	// default has none.
	Taxes billing.Taxes
	// Modules are added to the four that the engine has.
	Modules []rule.Module
	// Random is where secrets come from. Nil is crypto/rand.
	Random io.Reader
}

// Modules returns the domain modules of every engine, from the lowest to the
// highest. Reactions run in this order.
func Modules(catalog *licensing.Catalog) []rule.Module {
	return []rule.Module{account.Module(), licensing.Module(catalog), flex.Module(), billing.Module()}
}

// Engine runs commands and queries over a store. It is safe for concurrent use.
type Engine struct {
	store    store.Store
	clock    clock.Clock
	payments billing.Payments
	random   io.Reader
	ground   *rule.Ground
	modules  []rule.Module
	byName   map[string]*rule.Definition
	byType   map[reflect.Type]*rule.Definition
	due      map[string]rule.DueWork
	reacts   map[reflect.Type][]rule.Reaction
	codecs   map[string]store.Codec
	tables   map[string]store.Described
	checks   map[string][]rule.Check
	catalog  *licensing.Catalog
	// authorise is the one place where rights are decided.
	authorise func(*rule.View, rule.Permission, rule.Subject) error
	// sequential is set where the store's updates run one after another, and ticks
	// orders them where they do not.
	sequential bool
	ticks      *ticks
	// noted is set once the rule book in force stands in the journal.
	noted *atomic.Bool
	// recording is the journal that is run again, nil while none is.
	recording *recording
}

// New makes an engine over a store. It refuses a policy that names an unknown
// parameter or gives one a value it does not take, and modules that clash.
func New(s store.Store, config Config) (*Engine, error) {
	if s == nil {
		return nil, errNoStore
	}
	catalog := config.Catalog
	if catalog == nil {
		catalog = licensing.Sample()
	}
	catalog = catalog.Clone()
	if faults := catalog.Check(); len(faults) > 0 {
		return nil, fmt.Errorf("seatbook: the catalogue has %d faults, the first: %w", len(faults), faults[0])
	}
	e := &Engine{
		sequential: store.IsSequential(s), ticks: new(ticks),
		store:   s,
		modules: append(Modules(catalog), config.Modules...),
		byName:  map[string]*rule.Definition{}, byType: map[reflect.Type]*rule.Definition{},
		due: map[string]rule.DueWork{}, reacts: map[reflect.Type][]rule.Reaction{}, codecs: map[string]store.Codec{}, checks: map[string][]rule.Check{},
		tables: map[string]store.Described{}, catalog: catalog,
		ground: &rule.Ground{Zone: config.Zone, Services: map[any]any{}}, noted: new(atomic.Bool),
	}
	if e.ground.Zone == nil {
		e.ground.Zone = time.UTC
	}
	rules := rule.Foundations()
	for _, m := range e.modules {
		rules = append(rules, m.Rules...)
		if err := e.compose(m); err != nil {
			return nil, err
		}
	}
	e.ground.Services[billing.TaxService] = billing.TaxesOf(catalog)
	if config.Taxes != nil {
		e.ground.Services[billing.TaxService] = config.Taxes
	}
	e.ground.Services[account.LogService] = account.Log(journals{e})
	for _, t := range ownTables() {
		e.codecs[t.Name()], e.tables[t.Name()] = t.Codec(), t
	}
	book, err := rule.NewBook(rules, config.Policy)
	if err != nil {
		return nil, err
	}
	e.ground.Book = book
	e.stand(config.Clock, config.Payments, config.Random)
	return e, nil
}

// Over returns an engine with the modules, the catalogue and the rule book of this
// one over another store, with a clock, a provider and a source of secrets of its own,
// which are as in [Config]. What never changes is shared, so that it costs next to
// nothing: a host with many stores makes one engine and puts it over each.
func (e *Engine) Over(s store.Store, now clock.Clock, payments billing.Payments, random io.Reader) (*Engine, error) {
	if s == nil {
		return nil, errNoStore
	}
	other := e.over(s)
	other.ticks, other.recording = new(ticks), nil
	other.stand(now, payments, random)
	return other, nil
}

var errNoStore = errors.New("seatbook: an engine needs a store")

// stand puts the engine beside what is not its own.
func (e *Engine) stand(now clock.Clock, payments billing.Payments, random io.Reader) {
	e.clock, e.payments, e.random = now, payments, random
	if e.clock == nil {
		e.clock = clock.New()
	}
	if e.random == nil {
		e.random = rand.Reader
	}
	if durable, ok := e.store.(interface{ Use(codecs []store.Codec) }); ok {
		durable.Use(e.Codecs())
	}
}

// compose adds one module to the engine.
func (e *Engine) compose(m rule.Module) error {
	for _, d := range append(append([]rule.Definition{}, m.Commands...), m.Queries...) {
		if e.byName[d.Name] != nil && e.byName[d.Name].Query == d.Query {
			return fmt.Errorf("seatbook: %s is defined twice", d.Name)
		}
		e.byName[nameOf(d.Name, d.Query)] = &d
		e.byType[d.Type] = &d
	}
	for _, w := range m.Due {
		if _, twice := e.due[w.Kind.Name]; twice {
			return fmt.Errorf("seatbook: the due work %s is defined twice", w.Kind.Name)
		}
		e.due[w.Kind.Name] = w
	}
	for _, r := range m.Reacts {
		e.reacts[r.Happening] = append(e.reacts[r.Happening], r)
	}
	for _, p := range m.Provides {
		if p.Many {
			list, _ := e.ground.Services[p.Service].([]any)
			e.ground.Services[p.Service] = append(list, p.Answer)
			continue
		}
		e.ground.Services[p.Service] = p.Answer
	}
	for _, t := range m.Tables {
		if _, twice := e.codecs[t.Name()]; twice {
			return fmt.Errorf("seatbook: the table %s is defined twice", t.Name())
		}
		e.codecs[t.Name()], e.tables[t.Name()] = t.Codec(), t
	}
	for _, c := range m.Checks {
		e.checks[c.Table] = append(e.checks[c.Table], c)
	}
	if m.Authorise != nil {
		e.authorise = m.Authorise
	}
	return nil
}

// nameOf tells a query from a command of the same name.
func nameOf(name string, query bool) string {
	if query {
		return name + "?"
	}
	return name
}

// Book returns the rules and the parameters in force.
func (e *Engine) Book() *rule.Book { return e.ground.Book }

// Definition returns the command, or the query, with this name.
func (e *Engine) Definition(name string, query bool) (*rule.Definition, bool) {
	d, ok := e.byName[nameOf(name, query)]
	return d, ok
}

// Definitions returns every command and query in the order of the modules,
// commands before queries.
func (e *Engine) Definitions() []rule.Definition {
	var list []rule.Definition
	for _, m := range e.modules {
		list = append(append(list, m.Commands...), m.Queries...)
	}
	return list
}

// Codecs returns the codecs of all tables, for backends that keep bytes.
func (e *Engine) Codecs() []store.Codec {
	var list []store.Codec
	for _, m := range e.modules {
		for _, t := range m.Tables {
			list = append(list, t.Codec())
		}
	}
	for _, t := range ownTables() {
		list = append(list, t.Codec())
	}
	return list
}

// now reads the clock, once for each command.
func (e *Engine) now() time.Time { return e.clock.Now().UTC().Round(0) }
