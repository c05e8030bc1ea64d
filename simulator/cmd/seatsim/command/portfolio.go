package command

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/schollz/progressbar/v3"

	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/simulator"
	"github.com/seatbook/seatbook/simulator/portfolio"
)

// portfolioCommand is "seatsim portfolio".
type portfolioCommand struct {
	Run     portfolioRun     `cmd:"" default:"withargs" help:"Let teams live, or go on with it, and sum up what they came to. What is done where nothing else is named."`
	Merge   portfolioMerge   `cmd:"" help:"Put the files of all shards together."`
	Summary portfolioSummary `cmd:"" help:"Sum up a file of results."`
}

// portfolioRun is "seatsim portfolio run".
type portfolioRun struct {
	Teams    int           `default:"10000" help:"How many teams there are in the whole portfolio."`
	Years    int           `default:"1" help:"How many years each of them lives."`
	Seed     int64         `default:"1" help:"What everything follows from, together with the number of a team."`
	Start    string        `default:"2026-01-05" help:"The first day on which a team can be founded."`
	Shard    string        `default:"1/1" help:"Let part I of N live, written I/N. Parts of the same portfolio merge."`
	Out      string        `placeholder:"FILE|DIR" help:"Where the results are written, or gone on with; left out, portfolio-SEED.jsonl, with the shard in its name where there are several. It is a directory, and made where there is none, if it ends in a slash, and with --shard also if it does not end in .jsonl."`
	Workload string        `placeholder:"FILE" help:"How teams live; left out, the built-in one, which is examples/workload.yaml."`
	Catalog  string        `placeholder:"FILE" help:"What is sold; left out, the built-in sample."`
	Set      []string      `placeholder:"NAME=VALUE" sep:"none" help:"Another value of a rule's parameter. May be given again."`
	Workers  int           `default:"0" help:"How many teams live at the same time; 0 is one for each processor. The results are the same."`
	Reports  portfolioData `embed:""`
}

// Help is what "seatsim portfolio run --help" adds.
func (portfolioRun) Help() string {
	return strings.Join([]string{
		"Each team lives in a world of its own, by a workload: so many people, seats and tokens, so many days of work, cards that fail. What it comes to follows from the seed and its number, and not from the shard or from how many live at the same time. " +
			"Worlds are dropped as soon as they are summed up, so memory does not grow with the number of teams.",
		"The results are JSON lines: a header, and a line for each team. Interrupted, the command keeps what is done; the same command goes on, and ends in the same bytes. A file of another portfolio is not written over.",
		"Exits with 0 if all teams are in the file, with 1 if it was interrupted, and with 2 if a flag, a file or a shard is wrong.",
	}, "\n\n")
}

// Run brings the file of results to its end and sums it up.
func (c *portfolioRun) Run(t *terminal) error {
	p, path, made, files := c.ready(t)
	if p == nil {
		return exit(exitFaults)
	}
	if err := c.live(t, p, path, made); err != nil {
		files.abandon()
		return err
	}
	return c.Reports.report(t, partOf(path), files)
}

// check says what is wrong, and runs nothing.
func (c *portfolioRun) check(t *terminal) {
	_, _, _, files := c.ready(t)
	files.abandon()
}

// ready prepares the portfolio, finds the file of its results and opens what the
// summary is written to. It says everything that is wrong with these, and then returns
// no portfolio.
func (c *portfolioRun) ready(t *terminal) (p *portfolio.Portfolio, path string, made bool, files outputs) {
	config, ok := c.config(t)
	path, made = c.path(config.Shard)
	files = append(outputs{{flag: "--out", path: path, elsewhere: true, made: made}}, c.Reports.files()...)
	ok = files.open(t, c.Workload, c.Catalog) && ok
	// What is wrong with a part of it is said already, and that part is as if it were left out.
	p, err := portfolio.New(config)
	if err != nil {
		t.fault(err)
	}
	if err != nil || !ok {
		files.abandon()
		return nil, "", false, nil
	}
	return p, path, made, files
}

// config reads the flags, and says everything that is wrong with them.
func (c *portfolioRun) config(t *terminal) (config portfolio.Config, ok bool) {
	config = portfolio.Config{Seed: c.Seed, Teams: c.Teams, Years: c.Years, Workers: c.Workers}
	ok = true
	check := func(flag string, err error) {
		var list simulator.Faults
		if errors.As(err, &list) {
			t.faults(err)
		} else if err != nil {
			t.fault(fmt.Errorf("%s: %w", flag, err))
		}
		ok = ok && err == nil
	}
	vocabulary, err := simulator.Everything()
	check("--set", err)
	if err == nil {
		policy, fine := policyOf(t, vocabulary, "--set", c.Set)
		config.Policy, ok = policy, ok && fine
	}
	config.Start, err = period.ParseDate(c.Start)
	check("--start", err)
	config.Shard, err = portfolio.ParseShard(c.Shard)
	check("--shard", err)
	var catalog *licensing.Catalog
	if c.Catalog != "" {
		catalog, err = simulator.LoadCatalog(c.Catalog)
		check("--catalog", err)
		config.Catalog = catalog
	}
	switch {
	case c.Workload == "":
	case c.Catalog != "" && catalog == nil:
		check("--workload", portfolio.CheckWorkload(c.Workload))
	default:
		w, err := portfolio.LoadWorkload(c.Workload, catalog)
		check("--workload", err)
		if err == nil {
			config.Workload = &w
		}
	}
	return config, ok
}

// results is what a file of results ends in.
const results = ".jsonl"

// path is where the results are, and whether the directory is made where there is
// none: --out is one where it ends in a slash, and for a shard also where it does not
// look like a file of results. A file that is there is gone on with whatever its name.
func (c *portfolioRun) path(shard portfolio.Shard) (path string, made bool) {
	name := fmt.Sprintf("portfolio-%d%s", c.Seed, results)
	parted := shard != portfolio.Whole && shard != (portfolio.Shard{})
	if parted {
		name = fmt.Sprintf("portfolio-%d-%d-of-%d%s", c.Seed, shard.Index, shard.Of, results)
	}
	if c.Out == "" {
		return name, false
	}
	if info, err := os.Stat(c.Out); err == nil {
		if info.IsDir() {
			return filepath.Join(c.Out, name), false
		}
		return c.Out, false
	}
	if os.IsPathSeparator(c.Out[len(c.Out)-1]) || parted && !strings.HasSuffix(c.Out, results) {
		return filepath.Join(c.Out, name), true
	}
	return c.Out, false
}

// live brings the file of results to its end.
func (c *portfolioRun) live(t *terminal, p *portfolio.Portfolio, path string, made bool) (err error) {
	if made {
		const all = 0o777 // as for whatever one makes by hand
		if err := os.Mkdir(filepath.Dir(path), all); err != nil && !errors.Is(err, os.ErrExist) {
			return fmt.Errorf("--out: %w", err)
		}
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644) //nolint:gosec // results are for all to read
	if err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	defer func() {
		if closed := f.Close(); err == nil {
			err = closed
		}
	}()
	defer collectLess()()
	var last portfolio.Progress
	bar := newBar(t)
	err = p.Resume(t, f, func(now portfolio.Progress) {
		last = now
		bar.show(now)
	})
	bar.clear()
	switch {
	case err != nil && t.Err() != nil:
		return t.interrupted(fmt.Sprintf(": %d of %d teams are in %s; the same command goes on from there", last.Done, last.Teams, path))
	case err != nil:
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// collectLess lets the garbage collector wait for more. Little is alive at any time
// and nearly all is dropped at once, so it would come round all the time. It returns
// what puts it back. Who has set GOGC has decided.
func collectLess() (back func()) {
	const percent = 400
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	before := debug.SetGCPercent(percent)
	return func() { debug.SetGCPercent(before) }
}

// bar shows on a terminal how many teams have lived, how fast, and how long it takes
// yet. Elsewhere it shows nothing.
type bar struct {
	shown *progressbar.ProgressBar
	t     *terminal
}

func newBar(t *terminal) *bar { return &bar{t: t} }

func (b *bar) show(p portfolio.Progress) {
	if _, ok := descriptor(b.t.err); !ok || p.Teams == p.Found {
		return
	}
	if b.shown == nil {
		b.shown = progressbar.NewOptions(p.Teams-p.Found, progressbar.OptionSetWriter(b.t.err), progressbar.OptionSetDescription("teams"),
			progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetItsString("teams"), progressbar.OptionSetPredictTime(true),
			progressbar.OptionThrottle(barEvery), progressbar.OptionClearOnFinish(), progressbar.OptionFullWidth())
	}
	b.shown.Set(p.Done - p.Found) //nolint:errcheck // progress is no result
}

func (b *bar) clear() {
	if b.shown != nil {
		b.shown.Clear() //nolint:errcheck // progress is no result
	}
}
