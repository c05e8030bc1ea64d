package command

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const example = "../../../../examples/scenarios/overlap.yaml"

func seatsim(args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	code = Main(args, &out, &err, nil)
	return code, out.String(), err.String()
}

func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

const head = "name: x\nstart: 2026-01-05\nsteps:\n  - {do: account.create_team, with: {team: acme, owner: ada@acme.test}}\n"

func TestExitCodes(t *testing.T) {
	t.Parallel()
	good := file(t, "good.yaml", head)
	wrong := file(t, "wrong.yaml", head+"  - {do: account.create_team, with: {team: acme, owner: ada@acme.test}}\n  - {mark: a}\n")
	faulty := file(t, "faulty.yaml", head+"  - {do: account.creat_team}\n")
	empty := file(t, "empty.yaml", "")
	cases := []struct {
		name   string
		args   []string
		code   int
		stdout string
		stderr string
	}{
		{"a scenario that comes out", []string{"run", good}, 0, "1 step, 1 passed, 0 failed, 0 days simulated", ""},
		{"the example", []string{"run", example}, 0, "10 steps, 10 passed, 0 failed, 57 days simulated", ""},
		{"a step that comes out otherwise", []string{"run", wrong}, 1, wrong + `:5: step 2 account.create_team: want it done, got refusal conflict: there is a team "acme" already (at 2026-01-05T00:00:00Z; rules `, ""},
		{"one of two files", []string{"run", wrong, good}, 1, "1 step, 1 passed, 0 failed", ""},
		{"a stop at the first", []string{"run", "--fail-fast", wrong}, 1, "3 steps, 1 passed, 1 failed, 1 not run", ""},
		{"a fault", []string{"run", good, faulty}, 2, "", faulty + `:5:10: there is no command "account.creat_team"; the nearest is "account.create_team"` + "\n     5 |   - {do: account.creat_team}\n       |          ^\n"},
		{"an empty file", []string{"run", empty}, 2, "", ":1:1: the file is empty"},
		{"a missing file", []string{"run", "nowhere.yaml"}, 2, "", "nowhere.yaml:1:1: the file cannot be read: no such file or directory"},
		{"no file", []string{"run"}, 2, "", `expected "<file> ..."`},
		{"no command", nil, 2, "", "expected one of"},
		{"an unknown command", []string{"walk"}, 2, "", "unexpected argument walk"},
		{"an unknown flag", []string{"run", "--explian", good}, 2, "", "unknown flag --explian"},
		{"an unknown parameter", []string{"run", "--set", "invitation-lif=3d", good}, 2, "", `seatsim: --set: there is no parameter "invitation-lif"; the nearest is "invitation-life"`},
		{"a value that is not taken", []string{"run", "--set", "invitation-life=long", good}, 2, "", "invitation-life takes a span"},
		{"a setting without a value", []string{"run", "--set", "invitation-life", good}, 2, "", `"invitation-life" is not NAME=VALUE`},
		{"a file for data that cannot be", []string{"run", "--json", "/nowhere/x.json", good}, 2, "", "seatsim: --json: open /nowhere/x.json: no such file or directory"},
		{"a page that cannot be", []string{"run", "--html", "/nowhere/x.html", good}, 2, "", "seatsim: --html: open /nowhere/x.html: no such file or directory"},
		{"two outputs for one place", []string{"run", "--html", "-", "--json", "-", good}, 2, "", "--json and --html: both are standard output, and one can be"},
		{"a page in place of the timeline", []string{"run", "--html", "-", good}, 0, "<!DOCTYPE html>", ""},
		{"a page of what comes out otherwise", []string{"run", "--html", "-", wrong}, 1, "want it done, got refusal conflict", ""},
		{"the help", []string{"--help"}, 0, "Usage: seatsim <command>", ""},
		{"the help of a command", []string{"run", "--help"}, 0, "--set=NAME=VALUE", ""},
		{"the version", []string{"--version"}, 0, "seatsim ", ""},
		{"the rules", []string{"rules"}, 0, "invitation-life = 7d", ""},
		{"the commands", []string{"commands"}, 0, "role?: primary | secondary | sso | user | guest", ""},
		{"random histories", []string{"generate", "--teams", "1"}, 0, "1 team in 1 history", ""},
		{"the help of random histories", []string{"generate", "--help"}, 0, "--seed=1", ""},
		{"random histories of no team", []string{"generate", "--teams", "0"}, 2, "", "seatsim: there can be 1 to 100000 teams, and not 0"},
		{"random histories of no year", []string{"generate", "--years", "0"}, 2, "", "seatsim: they can live 1 to 20 years, and not 0"},
		{"random histories of text", []string{"generate", "--seed", "x"}, 2, "", "--seed: expected a valid 64 bit int"},
		{"random histories with a proof there is none of", []string{"generate", "--prove", "audit,sed"}, 2, "", "seatsim: --prove: there is no proof \"sed\"; the nearest is \"seed\""},
		{"random histories without audits", []string{"generate", "--audit", "0"}, 2, "", "seatsim: --audit: there is a day at least between two audits, and not 0"},
		{"random histories of no catalogue", []string{"generate", "--catalog", "nowhere.yaml"}, 2, "", `the catalogue "nowhere.yaml" cannot be read`},
		{"the schema", []string{"schema"}, 0, `"$schema"`, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := seatsim(c.args...)
			assert.Equal(t, c.code, code)
			assert.Contains(t, stdout, c.stdout)
			assert.Contains(t, stderr, c.stderr)
			if c.stdout == "" {
				assert.Empty(t, stdout, "nothing ran")
			}
			if c.stderr == "" {
				assert.Empty(t, stderr)
			}
		})
	}
}

func TestEveryFaultIsReported(t *testing.T) {
	t.Parallel()
	one := file(t, "one.yaml", head+"  - {do: account.creat_team}\n  - {mrk: a}\n")
	two := file(t, "two.yaml", "")
	code, stdout, stderr := seatsim("run", "--set", "x=1", one, two)
	assert.Equal(t, 2, code)
	assert.Empty(t, stdout)
	for _, want := range []string{"--set: ", one + ":5:10: ", one + ":6:6: ", one + ":6:5: ", two + ":1:1: "} {
		assert.Contains(t, stderr, want)
	}
}

func TestTheSameRunIsTheSameBytes(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"run", example}, {"run", "--explain", example}, {"run", "--json", "-", example}, {"run", "--html", "-", example}} {
		_, one, _ := seatsim(args...)
		_, two, _ := seatsim(args...)
		assert.NotEmpty(t, one)
		assert.Equal(t, one, two)
	}
}

func TestSet(t *testing.T) {
	t.Parallel()
	code, stdout, _ := seatsim("run", "--set", "invitation-life=3d", "--quiet", example)
	assert.Equal(t, 1, code)
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	require.Len(t, lines, 2)
	assert.Contains(t, lines[0], example+":12: step 2 account.invite: want invitation.expires: 2026-01-12T09:00:00Z, got 2026-01-08T09:00:00Z (at 2026-01-05T09:00:00Z; rules ")
	assert.Equal(t, "FAILED  "+example+": 10 steps, 9 passed, 1 failed, 57 days simulated", lines[1])
}

func TestQuietSaysOneLineForAFile(t *testing.T) {
	t.Parallel()
	code, stdout, _ := seatsim("run", "--quiet", example, example)
	assert.Equal(t, 0, code)
	assert.Equal(t, 2, strings.Count(stdout, "\n"))
}

func TestRunAsData(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "run.json")
	code, stdout, _ := seatsim("run", "--json", path, example)
	require.Equal(t, 0, code)
	assert.Contains(t, stdout, "10 passed", "the timeline is still written")
	written, err := os.ReadFile(path)
	require.NoError(t, err)
	_, piped, _ := seatsim("run", "--json", "-", example)
	assert.Equal(t, piped, string(written))

	var data struct {
		Version int
		Runs    []struct {
			Name    string
			Passed  int
			Digest  string
			Records []struct {
				Kind, Step, Name string
				Passed           bool
				Result           map[string]any
				Reasons          []struct {
					Rule    string
					Figures []string
				}
			}
		}
	}
	require.NoError(t, json.Unmarshal(written, &data))
	require.Len(t, data.Runs, 1)
	assert.Equal(t, 10, data.Runs[0].Passed)
	assert.Len(t, data.Runs[0].Digest, 64)
	assert.Equal(t, "account.create_team", data.Runs[0].Records[0].Name)
	assert.NotEmpty(t, data.Runs[0].Records[0].Reasons)
}

func TestListsAsData(t *testing.T) {
	t.Parallel()
	var rules []struct {
		ID, Text, Source string
		Params           []struct{ Name, Type, Default, Bounds string }
	}
	_, stdout, _ := seatsim("rules", "--json")
	require.NoError(t, json.Unmarshal([]byte(stdout), &rules))
	assert.Equal(t, "TIM-1", rules[0].ID)

	var commands []struct {
		Name, Kind, Text, Permission string
		Fields, Result               []struct {
			Name, Type string
			Required   bool
		}
	}
	_, stdout, _ = seatsim("commands", "--json")
	require.NoError(t, json.Unmarshal([]byte(stdout), &commands))
	kinds := map[string]string{}
	for _, c := range commands {
		kinds[c.Name] = c.Kind
	}
	assert.Equal(t, "command", kinds["account.invite"])
	assert.Equal(t, "query", kinds["flex.access"])

	var schema map[string]any
	_, stdout, _ = seatsim("schema")
	require.NoError(t, json.Unmarshal([]byte(stdout), &schema))
	assert.Equal(t, "seatsim scenario", schema["title"])
}

// TestHostileFile runs a file that is far too large: it is refused by its size
// and not read to its end.
func TestHostileFile(t *testing.T) {
	t.Parallel()
	large := file(t, "large.yaml", strings.Repeat("# filler\n", 10<<20/9))
	code, stdout, stderr := seatsim("run", large)
	assert.Equal(t, 2, code)
	assert.Empty(t, stdout)
	assert.Contains(t, stderr, large+":1:1: the file has more than 4194304 bytes")
}

func TestSumsStandBelowTheRunAndInFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	code, stdout, stderr := seatsim("run", "--quiet", "--sums", "--csv", dir, "../../../../examples/scenarios/flex-studio.yaml")
	require.Equal(t, 0, code, stderr)
	assert.Contains(t, stdout, "\n\nCosts by month\n\n")
	assert.Regexp(t, `total    USD +2 +1800\.00 +0\.00 +1800\.00 +1800\.00 +0\.00\n`, stdout)
	assert.Regexp(t, `total +385\n$`, stdout, "as many as the scenario says")
	for name, line := range map[string]string{
		"costs.csv":  `"flex-studio","loom","2026-07","USD",1,600.00,0.00,600.00,600.00,0.00`,
		"tokens.csv": `"flex-studio","loom","ben@loom.test","autocad, revit",9,87`,
	} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		assert.Contains(t, string(text), line+"\r\n")
	}

	code, stdout, _ = seatsim("run", "--quiet", "--sums", "--json", "-", example)
	require.Equal(t, 0, code)
	assert.True(t, json.Valid([]byte(stdout)), "data alone")
	assert.Contains(t, stdout, `"books"`)
	code, _, stderr = seatsim("run", "--quiet", "--csv", filepath.Join(dir, "none"), example)
	assert.Equal(t, 2, code)
	assert.Contains(t, stderr, "--csv: ")
}
