package command

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/simulator"
	"github.com/seatbook/seatbook/simulator/history"
	"github.com/seatbook/seatbook/simulator/report"
)

// generateCommand is "seatsim generate".
type generateCommand struct {
	Seed    int64    `default:"1" help:"What everything follows from: the same seed makes the same bytes."`
	Teams   int      `default:"10" help:"How many teams there are. Up to five share a world."`
	Years   int      `default:"1" help:"How many years each of them lives."`
	Catalog string   `placeholder:"FILE" help:"What is sold; left out, the built-in sample."`
	Audit   int      `default:"1" placeholder:"DAYS" help:"Audit the whole state after so many simulated days."`
	Prove   []string `placeholder:"PROOF" help:"Hold each history against these proofs alone; left out, all of them."`
	Out     string   `placeholder:"FILE" help:"Where a history that fails is written to; left out, generate-SEED.yaml."`

	// modules are added in tests.
	modules []rule.Module
}

// Help is what "seatsim generate --help" adds.
func (generateCommand) Help() string {
	return strings.Join([]string{
		"Random teams live through random years, by all commands and queries there are. Every command and all due work is checked as ever. " +
			"On top of that each history is held against these proofs, all of them unless --prove names some:",
		"audit: the whole state adds up after every simulated day, or as often as --audit says. replay: the journal that is run again ends in the same state. " +
			"seed: the same steps with the same seed come to the same. stores: on a store of another kind every answer, refusal and state is the same. workers: a late worker, one that does all at once, and one that comes once a day end as a prompt one does. " +
			"faults: a store that breaks at a write of every command is left as it was. forks: what is done on branches and what is rewound is as if it had never been.",
		"A history that fails is made smaller, blocks of steps first, then spans, then quantities, and written as a scenario, which \"seatsim run\" fails in the same way. " +
			"What is smaller goes on from the nearest snapshot before the first step that differs.",
		"Exits with 0 if everything holds, with 1 if something does not or it was interrupted, and with 2 if a flag is wrong.",
	}, "\n\n")
}

// Run makes histories up and tells what they came to.
func (c *generateCommand) Run(t *terminal) error {
	if c.Audit < 1 {
		return fmt.Errorf("--audit: there is a day at least between two audits, and not %d", c.Audit)
	}
	proofs, err := c.proofs()
	if err != nil {
		return err
	}
	out := c.Out
	if out == "" {
		out = fmt.Sprintf("generate-%d.yaml", c.Seed)
	}
	catalog, err := c.catalog(out)
	if err != nil {
		return err
	}
	// A place that nobody named is looked at when there is something to write.
	files := outputs{{flag: "--out", path: c.Out, elsewhere: true}}
	if !files.open(t, c.Catalog) {
		return exit(exitFaults)
	}
	shown := newGauge(t)
	outcome, err := history.Run(t, history.Config{
		Seed: c.Seed, Teams: c.Teams, Years: c.Years, AuditEvery: time.Duration(c.Audit) * 24 * time.Hour,
		Prove: proofs, Catalog: catalog, File: out, Modules: c.modules, Progress: shown.show(),
	})
	shown.clear()
	switch {
	case t.Err() != nil && err != nil:
		return t.interrupted(" before anything was found")
	case err != nil:
		return err
	case outcome.Failure != nil:
		return c.failed(t, outcome.Failure, out)
	}
	_, err = io.WriteString(t.out, c.told(outcome))
	return err
}

// proofs are what each history is held against, nil for all.
func (c *generateCommand) proofs() ([]simulator.Proof, error) {
	var names []string
	for _, p := range simulator.Proofs() {
		names = append(names, string(p))
	}
	var proofs []simulator.Proof
	for _, name := range c.Prove {
		if !slices.Contains(names, name) {
			text := fmt.Sprintf("--prove: there is no proof %q", name)
			if best := rule.Nearest(name, names); best != "" {
				text += fmt.Sprintf("; the nearest is %q", best)
			}
			return nil, errors.New(text)
		}
		proofs = append(proofs, simulator.Proof(name))
	}
	return proofs, nil
}

// catalog returns the catalogue's path as a scenario in the output file names it.
func (c *generateCommand) catalog(out string) (string, error) {
	if c.Catalog == "" {
		return "", nil
	}
	from, err := filepath.Abs(filepath.Dir(out))
	if err != nil {
		return "", err
	}
	to, err := filepath.Abs(c.Catalog)
	if err != nil {
		return "", err
	}
	path, err := filepath.Rel(from, to)
	return filepath.ToSlash(path), err
}

// failed writes the history that fails, and says what to do with it.
func (c *generateCommand) failed(t *terminal, f *history.Failure, out string) error {
	files := outputs{{flag: "--out", path: out, write: func(w io.Writer) error {
		_, err := w.Write(f.Scenario)
		return err
	}}}
	if !files.open(t, c.Catalog) {
		return exit(exitFaults)
	}
	if err := files.done(); err != nil {
		return err
	}
	early := ""
	if f.Interrupted {
		early = ", interrupted"
	}
	if _, err := fmt.Fprintf(t.out, "FAILED  history %d: %s\n%s of %d %s left after %d tries%s: seatsim run %s\n",
		f.History, f.Says, count(f.Steps, "step"), f.From, map[bool]string{true: "is", false: "are"}[f.Steps == 1], f.Tries, early, out); err != nil {
		return err
	}
	return exit(exitOtherwise)
}

// told is what is printed where everything holds.
func (c *generateCommand) told(o *history.Outcome) string {
	var b strings.Builder
	fmt.Fprintf(&b, "seed %d: %s in %s, %d days in all\n", c.Seed, count(c.Teams, "team"), count(o.Histories, "history"), o.Days)
	fmt.Fprintf(&b, "%d commands accepted, %d refused, %d queries\n", o.Accepted, o.Refused, o.Queries)
	var refusals []string
	for _, code := range o.Codes() {
		refusals = append(refusals, fmt.Sprintf("%s %d", code, o.Refusals[code]))
	}
	b.WriteString("refusals:\n")
	b.WriteString(report.Indented(strings.Join(refusals, ", "), "    "))
	fmt.Fprintf(&b, "%d of %d rules cited\n", len(o.Rules), o.AllRules)
	fmt.Fprintf(&b, "held: %s\n", strings.Join(c.held(), ", "))
	fmt.Fprintf(&b, "digest %s\n", o.Digest)
	return b.String()
}

// holds says what each proof is about.
var holds = map[simulator.Proof]string{
	simulator.ReplayProof: "replay", simulator.SeedProof: "the same seed", simulator.StoresProof: "another store",
	simulator.WorkersProof: "late = prompt = day by day = all at once",
	simulator.FaultsProof:  "a store that breaks", simulator.ForksProof: "branches and rewinds",
}

// held is what all histories were held against.
func (c *generateCommand) held() []string {
	held := []string{"each command"}
	for _, p := range simulator.Proofs() {
		switch {
		case len(c.Prove) > 0 && !slices.Contains(c.Prove, string(p)):
		case p == simulator.AuditProof && c.Audit == 1:
			held = append(held, "audit every day")
		case p == simulator.AuditProof:
			held = append(held, "audit every "+count(c.Audit, "day"))
		default:
			held = append(held, holds[p])
		}
	}
	return held
}

func count(n int, of string) string {
	if n == 1 {
		return "1 " + of
	}
	if stem, found := strings.CutSuffix(of, "y"); found && !slices.Contains([]string{"day"}, of) {
		return fmt.Sprintf("%d %sies", n, stem)
	}
	return fmt.Sprintf("%d %ss", n, of)
}

// gauge shows how far a run is, on a terminal.
type gauge struct{ w io.Writer }

func newGauge(t *terminal) *gauge {
	c := &gauge{}
	if _, ok := descriptor(t.err); ok {
		c.w = t.err
	}
	return c
}

// show returns what is called as the run goes on, nil where nobody looks.
func (c *gauge) show() func(history.Progress) {
	if c.w == nil {
		return nil
	}
	started := time.Now()
	return func(p history.Progress) {
		text := fmt.Sprintf("%d of %d histories, %d commands", p.Done, p.All, p.Commands)
		if p.Done > 0 && p.Done < p.All {
			left := time.Since(started) / time.Duration(p.Done) * time.Duration(p.All-p.Done)
			text += ", about " + left.Round(time.Second).String() + " left"
		}
		if p.Shrinking {
			text = fmt.Sprintf("one fails; %s are left of it", count(p.Steps, "step"))
		}
		fmt.Fprintf(c.w, "\r\x1b[K%s", text) //nolint:errcheck // progress is no result
	}
}

func (c *gauge) clear() {
	if c.w != nil {
		fmt.Fprint(c.w, "\r\x1b[K") //nolint:errcheck // progress is no result
	}
}
