package command

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// at returns paths in a new directory, where nothing is but what a test puts there.
func at(t *testing.T) (dir string, path func(name string) string) {
	t.Helper()
	dir = t.TempDir()
	return dir, func(name string) string { return filepath.Join(dir, name) }
}

func put(t *testing.T, path, text string) string {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func has(t *testing.T, path, text string) {
	t.Helper()
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, text, string(got), path)
}

// names are those of the files in a directory.
func names(t *testing.T, dir string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

func TestWhatIsNotWrittenLeavesWhatWasThere(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name string
		code int
		args func(scenario, wrong, kept string) []string
	}{
		{"a second output that cannot be", 2, func(s, _, kept string) []string { return []string{"run", s, "--json", kept, "--junit", "/nowhere/x"} }},
		{"a file with a fault", 2, func(s, _, kept string) []string { return []string{"run", s, "nowhere.yaml", "--json", kept} }},
		{"a directory for sums that is not there", 2, func(s, _, kept string) []string { return []string{"run", s, "--csv", "/nowhere", "--json", kept} }},
		{"an export whose run fails", 1, func(_, wrong, kept string) []string { return []string{"export", wrong, "--out", kept} }},
		{"an export of a mark that is not there", 2, func(s, _, kept string) []string { return []string{"export", s, "--at", "x", "--out", kept} }},
		{"a comparison of a branch that is not there", 2, func(s, _, kept string) []string { return []string{"diff", s, "--branch", "x", "--json", kept} }},
		{"a store that is not there", 2, func(s, _, kept string) []string { return []string{"run", s, "--store", "x:", "--json", kept} }},
		{"shards that do not merge", 2, func(s, _, kept string) []string { return []string{"portfolio", "merge", s, "--out", kept} }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			scenario := file(t, "good.yaml", head)
			wrong := file(t, "wrong.yaml", head+"  - {do: account.create_team, with: {team: acme, owner: ada@acme.test}}\n")
			dir, path := at(t)
			kept := put(t, path("kept"), "precious")
			code, _, stderr := seatsim(c.args(scenario, wrong, kept)...)
			assert.Equal(t, c.code, code, stderr)
			has(t, kept, "precious")
			assert.Equal(t, []string{"kept"}, names(t, dir), "nothing unfinished is left")
		})
	}
}

func TestAnInterruptedRunLeavesWhatWasThere(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	scenario := file(t, "good.yaml", head)
	for _, command := range []string{"run", "coverage", "export --out", "diff --a invitation-life=8d"} {
		dir, path := at(t)
		kept := put(t, path("kept"), "precious")
		flags := "--json"
		if strings.Contains(command, "--out") {
			command, flags = "export", "--out"
		}
		var stdout, stderr bytes.Buffer
		code := (&terminal{Context: ctx, out: &stdout, err: &stderr}).run(append(strings.Fields(command), scenario, flags, kept))
		assert.Equal(t, 1, code, command)
		assert.Equal(t, "seatsim: interrupted\n", stderr.String(), command)
		has(t, kept, "precious")
		assert.Equal(t, []string{"kept"}, names(t, dir))
	}
}

func TestWhatIsGoneOnWithIsAFile(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"portfolio", "--teams", "1"}, {"portfolio", "merge", "x"}, {"generate", "--teams", "1"}} {
		code, stdout, stderr := seatsim(append(args, "--out", "-")...)
		assert.Equal(t, 2, code)
		assert.Empty(t, stdout)
		assert.Equal(t, "seatsim: --out: it takes a file, and not standard output\n", stderr)
	}
	code, _, stderr := seatsim("portfolio", "--teams", "1", "--workload", file(t, "quiet.yaml", quiet), "--out", os.DevNull)
	assert.Equal(t, 2, code)
	assert.Contains(t, stderr, os.DevNull+": ")
}

func TestWhatIsInterruptedSaysSo(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	state := filepath.Join(t.TempDir(), "state.jsonl")
	code, _, stderr := seatsim("export", file(t, "s.yaml", head), "--out", state)
	require.Equal(t, 0, code, stderr)
	on := file(t, "on.yaml", "name: on\nstart: 2026-01-21\nsteps: []\n")
	for says, args := range map[string][]string{
		"interrupted before anything was found": {"generate", "--teams", "1"},
		"interrupted":                           {"run", "--from", state, on},
	} {
		var stdout, stderr bytes.Buffer
		assert.Equal(t, 1, (&terminal{Context: ctx, out: &stdout, err: &stderr}).run(args), says)
		assert.Equal(t, "seatsim: "+says+"\n", stderr.String())
		assert.Empty(t, stdout.String())
	}
}

func TestAnOutputTakesThePlaceOfWhatWasThere(t *testing.T) {
	t.Parallel()
	dir, path := at(t)
	old := put(t, path("old.json"), strings.Repeat("longer than what comes ", 1<<16))
	require.NoError(t, os.Chmod(old, 0o640))
	require.NoError(t, os.Symlink("old.json", path("link.json")))
	require.NoError(t, os.Symlink("new.xml", path("dangling.xml")))
	scenario := file(t, "good.yaml", head)
	code, _, stderr := seatsim("run", scenario, "--json", path("link.json"), "--junit", path("dangling.xml"), "--summary", path("new.md"))
	require.Equal(t, 0, code, stderr)
	assert.Equal(t, []string{"dangling.xml", "link.json", "new.md", "new.xml", "old.json"}, names(t, dir))
	_, piped, _ := seatsim("run", scenario, "--json", "-")
	has(t, old, piped)
	info, err := os.Lstat(path("link.json"))
	require.NoError(t, err)
	assert.Equal(t, os.ModeSymlink, info.Mode().Type(), "a link stays one")
	info, err = os.Stat(old)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o640), info.Mode().Perm(), "who may read it stays")
}
