package history

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/simulator"
)

// Config says which histories are made up.
type Config struct {
	// Seed determines everything.
	Seed int64
	// Teams is how many teams there are in all, 1 to [MaxTeams].
	Teams int
	// Years is how many years each lives, 1 to [MaxYears].
	Years int
	// AuditEvery is how much time lies between two audits; 0 is a day.
	AuditEvery time.Duration
	// Prove are the proofs that each history is held against; nil are all.
	Prove []simulator.Proof
	// Catalog is the path of a catalogue from where File stands; empty is the sample.
	Catalog string
	// File is the name under which a history that fails is to be written.
	File string
	// Modules are added to those of every world.
	Modules []rule.Module
	// Progress, where it is set, is called after every history, by one goroutine
	// at a time.
	Progress func(Progress)
}

// The bounds of a [Config], and how many teams share a world at most.
const (
	MaxTeams  = 100_000
	MaxYears  = 20
	PerWorld  = 5
	noCatalog = "the catalogue cannot be used: %w"
)

// Progress is how far a run is.
type Progress struct {
	// Done of All histories are over.
	Done, All int
	// Commands is how many were run in them.
	Commands int
	// Shrinking is set while a history that failed is made smaller: it has Steps steps by now.
	Shrinking bool
	Steps     int
}

// Outcome is what histories came to.
type Outcome struct {
	// Digest identifies the final state: of the one world, or of all in their order.
	Digest string
	// Histories is how many worlds there were; Days how many days were lived in all.
	Histories, Days int
	// Accepted, Refused and Queries count what was run.
	Accepted, Refused, Queries int
	// Refusals counts refusals by their code.
	Refusals map[rule.Code]int
	// Commands counts by name how often each command or query was done, and was refused.
	Commands map[string]Tally
	// Rules are the identifiers of the rules cited, in the order of the book, which has AllRules.
	Rules    []string
	AllRules int
	// Failure is the first history that fails, nil where all hold.
	Failure *Failure
}

// Tally counts what came of a command.
type Tally struct{ Done, Refused int }

// run is one run over all histories.
type run struct {
	config     Config
	vocabulary *simulator.Vocabulary
	catalog    *licensing.Catalog
	products   []product

	mu       sync.Mutex
	progress Progress
}

// Run makes histories up and holds them against every proof. It returns an error
// where the config cannot be used or the context is done, and a failure in the
// outcome otherwise.
func Run(ctx context.Context, config Config) (*Outcome, error) {
	r, err := newRun(config)
	if err != nil {
		return nil, err
	}
	all := (config.Teams + PerWorld - 1) / PerWorld
	r.progress.All = all
	results := make([]*lived, all)
	if err := r.liveAll(ctx, results); err != nil {
		return nil, err
	}
	outcome := r.sum(results)
	for _, one := range results {
		if one != nil && one.class.is() {
			outcome.Failure, err = r.shrink(ctx, one)
			return outcome, err
		}
	}
	return outcome, nil
}

func newRun(config Config) (*run, error) {
	switch {
	case config.Teams < 1 || config.Teams > MaxTeams:
		return nil, fmt.Errorf("there can be 1 to %d teams, and not %d", MaxTeams, config.Teams)
	case config.Years < 1 || config.Years > MaxYears:
		return nil, fmt.Errorf("they can live 1 to %d years, and not %d", MaxYears, config.Years)
	case config.AuditEvery < 0:
		return nil, errors.New("the days between two audits cannot be negative")
	case config.AuditEvery == 0:
		config.AuditEvery = aDay
	}
	vocabulary, err := simulator.NewVocabulary(slices.Concat(seatbook.Modules(licensing.Sample()), []rule.Module{simulator.Module()}, config.Modules)...)
	if err != nil {
		return nil, err
	}
	if config.Prove == nil {
		config.Prove = simulator.Proofs()
	}
	r := &run{config: config, vocabulary: vocabulary}
	s, err := simulator.Parse(config.File, []byte((&story{name: "catalogue", start: time.Unix(0, 0), catalog: config.Catalog}).text(nil)), vocabulary)
	if err != nil {
		return nil, fmt.Errorf(noCatalog, err)
	}
	r.catalog = s.Catalog
	from := r.catalog
	if from == nil {
		from = licensing.Sample()
	}
	if r.products = productsOf(from); len(r.products) == 0 {
		return nil, fmt.Errorf(noCatalog, errors.New("it has no products"))
	}
	if !slices.ContainsFunc(r.products, func(p product) bool { return len(p.terms) > 0 }) {
		return nil, fmt.Errorf(noCatalog, errors.New("nothing in it has a price"))
	}
	return r, nil
}

var (
	teamNames = []string{"acme", "globex", "initech", "umbrella", "hooli"}
	firsts    = []string{"ada", "bob", "cyd", "dan", "eve", "fay", "gil", "hal"}
)

// cast makes the people and teams of one history. Some people may come to be in
// several teams.
func (r *run) cast(random *rand.Rand, teams int) *cast {
	c := &cast{
		random: random, products: r.products, ids: map[string][]identifier{}, kinds: map[string]string{}, known: map[string]bool{},
		saved: map[string]string{}, identified: identifiedBy(r.vocabulary.Signatures()),
	}
	for i := range teams {
		name := teamNames[i]
		owner := firsts[i] + "@" + name + ".test"
		if i > 0 && c.often(30) {
			owner = c.teams[0].owner
		}
		c.teams = append(c.teams, &team{name: name, owner: owner, names: map[string][]string{}})
	}
	for i, first := range firsts {
		c.people = append(c.people, first+"@"+teamNames[i%len(teamNames)]+".test")
	}
	c.wanted = r.wanted(random)
	for _, p := range r.products {
		if p.cloud {
			c.clouds = append(c.clouds, p.id)
		}
	}
	return c
}

// wanted draws the products that the teams of one history mostly buy: of each
// kind that has something particular about it, and one more.
func (r *run) wanted(random *rand.Rand) []product {
	var list []product
	for _, has := range []func(product) bool{
		func(p product) bool { return p.to != "" },
		func(p product) bool { return p.cloud },
		func(p product) bool { return len(p.services) > 0 },
		func(p product) bool { return len(p.results) > 0 },
		func(p product) bool { return len(p.older) > 0 },
		func(product) bool { return true },
	} {
		var such []product
		for _, p := range r.products {
			if len(p.terms) > 0 && has(p) {
				such = append(such, p)
			}
		}
		if len(such) > 0 {
			list = append(list, one(random, such))
		}
	}
	return list
}

// identifiedBy are the keys of results under which there are objects, or lists of
// objects, with an identifier.
func identifiedBy(signatures []simulator.Signature) map[string]bool {
	names := map[string]bool{}
	for i := range signatures {
		for _, f := range signatures[i].Result {
			if slices.ContainsFunc(f.Fields, func(inner simulator.SignatureField) bool { return inner.Name == "id" }) {
				names[strings.TrimSuffix(f.Name, "s")] = true
			}
		}
	}
	// An order's charge has an identifier too, which no result shows: it is the provider's.
	names["charge"] = true
	return names
}

// lived is what one history came to.
type lived struct {
	index  int
	story  *story
	class  class
	result *simulator.Result
	counts Outcome
}

// liveAll lives every history up to the first that fails, on all processors. Which
// that is does not depend on how many there are.
func (r *run) liveAll(ctx context.Context, results []*lived) error {
	var mu sync.Mutex
	var first error
	next, stop := 0, len(results)
	take := func() (int, bool) {
		mu.Lock()
		defer mu.Unlock()
		if next >= stop || first != nil {
			return 0, false
		}
		next++
		return next - 1, true
	}
	var group sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(results)) {
		group.Go(func() {
			for i, ok := take(); ok; i, ok = take() {
				one, err := r.live(ctx, i)
				mu.Lock()
				results[i] = one
				if err != nil && first == nil {
					first = err
				}
				if err == nil && one.class.is() {
					stop = min(stop, i)
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	return first
}

// live makes one history up and tells it again with every proof.
func (r *run) live(ctx context.Context, index int) (*lived, error) {
	teams := min(PerWorld, r.config.Teams-index*PerWorld)
	s, err := r.makeUp(ctx, index, teams)
	if err != nil {
		return nil, err
	}
	one := &lived{index: index, story: s}
	one.result, one.class, err = r.tell(ctx, s, r.config.AuditEvery, r.config.Prove...)
	if err != nil {
		return nil, err
	}
	one.count()
	one.result.Records = nil
	if !one.class.is() {
		one.story = nil // only what fails is looked at again
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.progress.Done++
	r.progress.Commands += one.counts.Accepted + one.counts.Refused
	if r.config.Progress != nil {
		r.config.Progress(r.progress)
	}
	return one, nil
}

func (l *lived) count() {
	l.counts = Outcome{Refusals: map[rule.Code]int{}, Commands: map[string]Tally{}, Days: l.result.Days}
	for i := range l.result.Records {
		record := &l.result.Records[i]
		if record.Kind != simulator.StepRecord || record.Verb == simulator.MarkStep {
			continue
		}
		tally := l.counts.Commands[record.Name]
		switch {
		case record.Verb == simulator.AskStep:
			l.counts.Queries++
		case record.Refusal == nil:
			l.counts.Accepted++
		default:
			l.counts.Refused++
		}
		if record.Refusal != nil {
			tally.Refused++
			l.counts.Refusals[record.Refusal.Code]++
		} else {
			tally.Done++
		}
		l.counts.Commands[record.Name] = tally
	}
}

// sum adds the histories up, in their order.
func (r *run) sum(results []*lived) *Outcome {
	o := &Outcome{Refusals: map[rule.Code]int{}, Commands: map[string]Tally{}, AllRules: len(r.vocabulary.Book().Rules())}
	cited := map[string]bool{}
	digests := sha256.New()
	for _, one := range results {
		if one == nil {
			continue
		}
		o.Histories++
		o.Days += one.counts.Days
		o.Accepted += one.counts.Accepted
		o.Refused += one.counts.Refused
		o.Queries += one.counts.Queries
		for code, n := range one.counts.Refusals {
			o.Refusals[code] += n
		}
		for name, tally := range one.counts.Commands {
			sum := o.Commands[name]
			o.Commands[name] = Tally{sum.Done + tally.Done, sum.Refused + tally.Refused}
		}
		for _, c := range one.result.Rules {
			cited[c.ID] = true
		}
		digests.Write([]byte(one.result.Digest))
		o.Digest = one.result.Digest
	}
	if o.Histories > 1 {
		o.Digest = hex.EncodeToString(digests.Sum(nil))
	}
	for _, known := range r.vocabulary.Book().Rules() {
		if cited[known.ID] {
			o.Rules = append(o.Rules, known.ID)
		}
	}
	return o
}

// Codes returns the codes of the refusals, in alphabetical order.
func (o *Outcome) Codes() []rule.Code { return slices.Sorted(maps.Keys(o.Refusals)) }
