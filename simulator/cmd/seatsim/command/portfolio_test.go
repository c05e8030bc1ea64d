package command

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/simulator/portfolio"
)

// quiet is a workload of small teams that work little.
const quiet = "sizes: [{people: 1, weight: 1}]\nwork: {weeks: 5}\n"

func TestAPortfolioIsRunAndGoneOnWith(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	workload := file(t, "quiet.yaml", quiet)
	args := []string{"portfolio", "--teams", "3", "--seed", "5", "--workload", workload, "--set", "token-life=2mo", "--out", dir}
	code, stdout, stderr := seatsim(args...)
	require.Equal(t, 0, code, stderr)
	assert.Empty(t, stderr, "nobody looks at the progress")
	assert.Contains(t, stdout, "seed 5: 3 of 3 teams, years each: 1, founded from 2026-01-05 on\n")
	for _, title := range []string{"revenue, USD", "tokens wasted at expiry", "seat-days unused", "shut-offs"} {
		assert.Contains(t, stdout, "\n"+title+" ")
	}
	path := filepath.Join(dir, "portfolio-5.jsonl")
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, 4, strings.Count(string(whole), "\n"))

	require.NoError(t, os.Truncate(path, int64(len(whole)-100)))
	code, again, _ := seatsim(args...)
	require.Equal(t, 0, code)
	assert.Equal(t, stdout, again)
	resumed, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(whole), string(resumed))

	code, _, stderr = seatsim(append(args, "--years", "2")...)
	assert.Equal(t, 2, code)
	assert.Contains(t, stderr, "portfolio-5.jsonl: it belongs to another portfolio: years: 2 and 1")
	kept, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(whole), string(kept))
}

func TestShardsOfAPortfolioMerge(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	workload := file(t, "quiet.yaml", quiet)
	at := func(name string) string { return filepath.Join(dir, name) }
	args := []string{"portfolio", "run", "--teams", "3", "--workload", workload, "--catalog", "../../../../examples/catalog.yaml"}
	code, whole, stderr := seatsim(append(args, "--out", at("whole.jsonl"))...)
	require.Equal(t, 0, code, stderr)
	for _, shard := range []string{"1/2", "2/2"} {
		code, _, stderr := seatsim(append(args, "--out", dir, "--shard", shard)...)
		require.Equal(t, 0, code, stderr)
	}
	one, two := at("portfolio-1-1-of-2.jsonl"), at("portfolio-1-2-of-2.jsonl")
	code, merged, stderr := seatsim("portfolio", "merge", two, one, "--out", at("merged.jsonl"), "--csv", at("teams.csv"))
	require.Equal(t, 0, code, stderr)
	assert.Equal(t, whole, merged)
	a, err := os.ReadFile(at("whole.jsonl"))
	require.NoError(t, err)
	b, err := os.ReadFile(at("merged.jsonl"))
	require.NoError(t, err)
	assert.Equal(t, string(a), string(b))

	text, err := os.ReadFile(at("teams.csv"))
	require.NoError(t, err)
	rows, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 4)
	assert.Equal(t, []string{"team", "founded", "until", "people at the founding"}, rows[0][:4])
	assert.Contains(t, rows[0], "revenue USD")
	assert.Equal(t, "3", rows[3][0])

	code, stdout, _ := seatsim("portfolio", "summary", at("merged.jsonl"), "--json", "-")
	require.Equal(t, 0, code)
	var data struct {
		Version, Teams int
		Money          []struct {
			Name, Total string
			Quantiles   []float64
		}
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), &data))
	assert.Equal(t, 1, data.Version)
	assert.Equal(t, 3, data.Teams)
	assert.Regexp(t, `^[0-9]+\.[0-9]{2} USD$`, data.Money[0].Total)
	assert.Len(t, data.Money[0].Quantiles, 7)

	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	before := len(left)
	for _, c := range []struct {
		says string
		args []string
	}{
		{"1 of 2 shards are given, and the first that is missing is shard 1/2 (teams 1 to 1)", []string{two, "--out", at("no.jsonl")}},
		{"are both shard 1/2 (teams 1 to 1)", []string{one, one, "--out", at("no.jsonl")}},
		{"--out: " + one + " is read, and would be written over", []string{one, two, "--out", one}},
		{"--csv: " + two + " is read, and would be written over", []string{one, two, "--out", at("no.jsonl"), "--csv", two}},
		{"--out: ", []string{one, two, "--out", filepath.Join(dir, "none", "x.jsonl")}},
		{"missing flags: --out", []string{one, two}},
	} {
		code, _, stderr := seatsim(append([]string{"portfolio", "merge"}, c.args...)...)
		assert.Equal(t, 2, code)
		assert.Contains(t, stderr, c.says)
	}
	left, err = os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, left, before, "nothing is written")
}

func TestWhereTheResultsOfAPortfolioAre(t *testing.T) {
	t.Parallel()
	dir, path := at(t)
	there := put(t, path("there"), "")
	whole, shard := portfolio.Whole, portfolio.Shard{Index: 1, Of: 2}
	for _, c := range []struct {
		name, out string
		shard     portfolio.Shard
		want      string
		made      bool
	}{
		{"here where nothing is said", "", whole, "portfolio-7.jsonl", false},
		{"here with the shard in the name", "", shard, "portfolio-7-1-of-2.jsonl", false},
		{"in a directory that is there", dir, whole, path("portfolio-7.jsonl"), false},
		{"in a file of any name", path("new"), whole, path("new"), false},
		{"in a directory, for a shard", path("new"), shard, path("new/portfolio-7-1-of-2.jsonl"), true},
		{"in a file that looks like one, for a shard", path("new.jsonl"), shard, path("new.jsonl"), false},
		{"in a directory that looks like a file", path("new.jsonl") + "/", whole, path("new.jsonl/portfolio-7.jsonl"), true},
		{"in a file that is there, for a shard", there, shard, there, false},
	} {
		got, made := (&portfolioRun{Seed: 7, Out: c.out}).path(c.shard)
		assert.Equal(t, c.want, got, c.name)
		assert.Equal(t, c.made, made, c.name)
	}
	for _, out := range []string{path("there") + "/below/", path("none/below/")} {
		code, _, stderr := seatsim("portfolio", "--teams", "1", "--shard", "1/2", "--out", out)
		assert.Equal(t, 2, code)
		assert.Contains(t, stderr, "seatsim: --out: ", "one directory is made, and not those it would stand in")
	}
	assert.Equal(t, []string{"there"}, names(t, dir))
}

func TestFaultsOfAPortfolio(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	precious := file(t, "precious.txt", "precious")
	workload := file(t, "wrong.yaml", "jions: 3\n")
	catalog := file(t, "catalog.yaml", "products: [{id: A B}]\n")
	for _, c := range []struct {
		says string
		args []string
	}{
		{"there can be 1 to 1000000 teams, and not 0", []string{"--teams", "0"}},
		{"they can live 1 to 20 years, and not 21", []string{"--years", "21"}},
		{"there can be up to 1024 workers, and not -1", []string{"--workers=-1"}},
		{`--shard: "3/2" is no shard: it is written i/n, such as 2/8`, []string{"--shard", "3/2"}},
		{`--start: not a date: "soon"`, []string{"--start", "soon"}},
		{`--set: there is no parameter "token-lif"; the nearest is "token-life"`, []string{"--set", "token-lif=1y"}},
		{workload + `:1:1: there is no field "jions" in a workload; the nearest is "joins"`, []string{"--workload", workload}},
		{catalog + `:1:17: "A B" is no handle of a product`, []string{"--catalog", catalog}},
		{"nowhere.yaml:1:1: the catalogue cannot be read: no such file", []string{"--catalog", "nowhere.yaml"}},
		{"precious.txt: it is no file of this portfolio's results", []string{"--out", precious}},
		{"--out: open ", []string{"--out", filepath.Join(dir, "none", "x.jsonl")}},
		{"--json: ", []string{"--json", filepath.Join(dir, "none", "x.json")}},
		{"--json and --csv: both are standard output", []string{"--json", "-", "--csv", "-"}},
		{"--csv: " + filepath.Join(dir, "x.jsonl") + " is written by --out already", []string{"--out", filepath.Join(dir, "x.jsonl"), "--csv", filepath.Join(dir, "x.jsonl")}},
	} {
		code, stdout, stderr := seatsim(append([]string{"portfolio", "--teams", "1", "--out", filepath.Join(dir, "out.jsonl")}, c.args...)...)
		assert.Equal(t, 2, code, c.says)
		assert.Empty(t, stdout)
		assert.Contains(t, stderr, c.says)
	}
	kept, err := os.ReadFile(precious)
	require.NoError(t, err)
	assert.Equal(t, "precious", string(kept))
	code, _, stderr := seatsim("portfolio", "--set", "x=1", "--shard", "0/1", "--start", "x")
	assert.Equal(t, 2, code)
	assert.Equal(t, 3, strings.Count(stderr, "seatsim: "), "all are reported")
	code, _, stderr = seatsim("portfolio", "summary", precious)
	assert.Equal(t, 2, code)
	assert.Contains(t, stderr, "precious.txt: the last line is cut off")
}

func TestThePortfolioHelpsItself(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"portfolio", "--help"}, {"portfolio", "run", "--help"}, {"portfolio", "merge", "--help"}, {"portfolio", "summary", "--help"}} {
		code, stdout, _ := seatsim(args...)
		assert.Equal(t, 0, code)
		assert.Contains(t, stdout, "Usage: seatsim portfolio")
	}
	_, stdout, _ := seatsim("portfolio", "--help")
	assert.Contains(t, stdout, "--teams=10000", "it says what it takes where no command of its own is named")
	for _, flag := range []string{"--portfolio", "--results", "--workload"} {
		code, stdout, _ := seatsim("schema", flag)
		assert.Equal(t, 0, code)
		assert.True(t, json.Valid([]byte(stdout)))
		assert.Contains(t, stdout, `"title"`)
	}
}

func TestAnInterruptedPortfolioSaysHowToGoOn(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	path := filepath.Join(t.TempDir(), "results.jsonl")
	var stdout, stderr bytes.Buffer
	c := portfolioRun{Teams: 2, Years: 1, Seed: 1, Start: "2026-01-05", Shard: "1/1", Out: path, Workload: file(t, "quiet.yaml", quiet)}
	assert.Equal(t, exit(1), c.Run(&terminal{Context: ctx, out: &stdout, err: &stderr}))
	assert.Empty(t, stdout.String())
	assert.Equal(t, "seatsim: interrupted: 0 of 2 teams are in "+path+"; the same command goes on from there\n", stderr.String())
	begun, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, 1, strings.Count(string(begun), "\n"), "the header alone")
	require.NoError(t, c.Run(&terminal{Context: t.Context(), out: &stdout, err: &stderr}))
	done, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, 3, strings.Count(string(done), "\n"))
	assert.True(t, strings.HasPrefix(string(done), string(begun)))
}
