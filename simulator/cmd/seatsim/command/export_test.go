package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const exporting = head + `  - {at: 2026-01-10, mark: a}
  - {do: account.invite, with: {team: acme, email: bob@acme.test}}
  - {at: 2026-01-20, mark: b}
`

func TestExport(t *testing.T) {
	t.Parallel()
	scenario := file(t, "s.yaml", exporting)
	dir := t.TempDir()
	end, packed, marked := filepath.Join(dir, "end.jsonl"), filepath.Join(dir, "end.jsonl.gz"), filepath.Join(dir, "a.jsonl")
	for _, args := range [][]string{{"--out", end}, {"--out", packed}, {"--at", "a", "--out", marked}} {
		code, stdout, stderr := seatsim(append([]string{"export", scenario}, args...)...)
		require.Zero(t, code, stderr)
		require.Empty(t, stdout)
		require.Empty(t, stderr)
	}
	text, err := os.ReadFile(end)
	require.NoError(t, err)
	assert.Contains(t, string(text), "bob@acme.test")
	code, stdout, _ := seatsim("export", scenario, "--out", "-")
	assert.Zero(t, code)
	assert.Equal(t, string(text), stdout, "the same run is the same bytes")
	less, err := os.ReadFile(marked)
	require.NoError(t, err)
	assert.NotContains(t, string(less), "bob@acme.test")
	assert.Contains(t, string(less), `"at":"2026-01-10T00:00:00Z"`)
	small, err := os.ReadFile(packed)
	require.NoError(t, err)
	assert.Less(t, len(small), len(text)/2)

	on := file(t, "on.yaml", "name: on\nstart: 2026-01-21\nsteps:\n  - {ask: account.invitations, with: {team: acme}, want: {$len: 1}}\n")
	for from, want := range map[string]int{end: 0, packed: 0, marked: 1} {
		code, stdout, stderr := seatsim("run", "--quiet", "--from", from, on)
		assert.Equal(t, want, code, "%s %s", stdout, stderr)
	}
	// What goes on from an export and is exported again is one state with what never stopped.
	code, _, stderr := seatsim("export", "--from", marked, "--out", filepath.Join(dir, "again.jsonl"),
		file(t, "go.yaml", "name: go\nstart: 2026-01-20\nsteps: []\n"))
	assert.Zero(t, code, stderr)
}

func TestWhatCannotBeExported(t *testing.T) {
	t.Parallel()
	scenario := file(t, "s.yaml", exporting)
	wrong := file(t, "wrong.yaml", head+"  - {do: account.create_team, with: {team: acme, owner: ada@acme.test}}\n")
	torn := file(t, "torn.jsonl", `{"format":"seatbook-export"`)
	out := filepath.Join(t.TempDir(), "x.jsonl")
	for _, c := range []struct {
		args   []string
		code   int
		stderr string
	}{
		{[]string{scenario}, 2, "missing flags: --out=FILE"},
		{[]string{scenario, "--out", "/nowhere/x"}, 2, "seatsim: --out: open /nowhere/x"},
		{[]string{scenario, "--out", out, "--at", "c"}, 2, `seatsim: --at: nothing is marked as "c"`},
		{[]string{scenario, "--out", out, "--set", "x=1"}, 2, `there is no parameter "x"`},
		{[]string{scenario, "--out", out, "--from", "none.jsonl"}, 2, "none.jsonl:1:1: the export cannot be opened: no such file or directory"},
		{[]string{scenario, "--out", out, "--from", torn}, 2, torn + ":1:1: the export cannot be opened: line 1 of the export"},
		{[]string{"nowhere.yaml", "--out", out}, 2, "nowhere.yaml:1:1: the file cannot be read"},
		{[]string{wrong, "--out", out}, 1, "want it done, got refusal conflict"},
	} {
		code, stdout, stderr := seatsim(append([]string{"export"}, c.args...)...)
		assert.Equal(t, c.code, code, strings.Join(c.args, " "))
		assert.Empty(t, stdout)
		assert.Contains(t, stderr, c.stderr)
	}
}

func TestRunFromSaysWhereTheStartIsWrong(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "x.jsonl")
	code, _, stderr := seatsim("export", file(t, "s.yaml", exporting), "--out", out)
	require.Zero(t, code, stderr)
	early := file(t, "early.yaml", "name: on\nstart: 2026-01-19\nsteps: []\n")
	code, _, stderr = seatsim("run", "--from", out, early)
	assert.Equal(t, 2, code)
	assert.Contains(t, stderr, early+":2:8: 2026-01-19 is before the instant of the export ")
	assert.Contains(t, stderr, "     2 | start: 2026-01-19\n")
}
