package command

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// typed runs a session on lines.
func typed(lines string, args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	code = mainWith(append([]string{"repl"}, args...), strings.NewReader(lines), &out, &err, nil)
	return code, out.String(), err.String()
}

func TestReplReadsLines(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	saved := filepath.Join(dir, "saved.yaml")
	code, stdout, stderr := typed("account.create_team team=acme owner=ada@acme.test\nas ada@acme.test\naccount.invite team=acme email=bob@acme.test\n+8d\n\nsave " + saved)
	require.Equal(t, 0, code, stderr)
	assert.Empty(t, stderr)
	assert.Contains(t, stdout, "account.invitation-end")
	assert.NotContains(t, stdout, "> ", "there is no prompt")
	code, stdout, _ = seatsim("run", "--quiet", saved)
	assert.Equal(t, 0, code, stdout)
	assert.Contains(t, stdout, "3 steps, 3 passed, 0 failed, 8 days simulated")
}

func TestReplExitCodes(t *testing.T) {
	t.Parallel()
	faulty := file(t, "faulty.yaml", "name: x\n")
	cases := []struct {
		name, lines string
		args        []string
		code        int
		stdout      string
		stderr      string
	}{
		{"no lines", "", nil, 0, "", ""},
		{"a refused line", "nonsense\n", nil, 0, "refused: ", ""},
		{"a refused line that matters", "nonsense\n", []string{"--strict"}, 1, "refused: ", ""},
		{"a refused command that matters", "account.create_team team=acme owner=nobody\n", []string{"--strict"}, 1, "refused: ", ""},
		{"a refusal that was wanted", "{do: account.create_team, with: {team: acme, owner: nobody}, fails: invalid}\n", []string{"--strict"}, 0, "refused invalid", ""},
		{"lines after the end", "quit\nnonsense\n", []string{"--strict"}, 0, "", ""},
		{"a line too long", strings.Repeat("x", 2<<20) + "\n+1d\n", []string{"--strict"}, 1, "refused: the line has more than 1048576 bytes\nit is 2026-01-06T09:00:00Z", ""},
		{"a file to go on from", "+1d\n", []string{example}, 0, "it is 2026-03-04T10:00:00Z", ""},
		{"another start and zone", "+0d\n", []string{"--start", "2026-07-01", "--zone", "Europe/Paris"}, 0, "it is 2026-07-01T00:00:00+02:00", ""},
		{"another policy", "rules ACC-6\n", []string{"--set", "invitation-life=3d"}, 0, "invitation-life = 7d (here 3d)", ""},
		{"another policy for a file", "rules ACC-6\n", []string{"--set", "invitation-life=3d", example}, 0, "invitation-life = 7d (here 3d)", ""},
		{"another catalogue", "account.create_team team=a owner=a@b.test\nlicensing.start_trial user=a@b.test product=autocad\n", []string{"--catalog", "../../../../examples/catalog.yaml"}, 0, "start_trial", ""},
		{"a faulty file", "+1d\n", []string{faulty}, 2, "", faulty + ":1:1: the scenario has no \"start\""},
		{"a file that is not there", "", []string{"nowhere.yaml"}, 2, "", "nowhere.yaml:1:1: the file cannot be read"},
		{"a start that is none", "", []string{"--start", "soon"}, 2, "", `"soon" is no instant`},
		{"a zone that is none", "", []string{"--zone", "Europe/Pari"}, 2, "", `the nearest is "Europe/Paris"`},
		{"a parameter that is none", "", []string{"--set", "x=1"}, 2, "", `--set: there is no parameter "x"`},
		{"the help", "", []string{"--help"}, 0, "--strict", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := typed(c.lines, c.args...)
			assert.Equal(t, c.code, code, stdout+stderr)
			assert.Contains(t, stdout, c.stdout)
			assert.Contains(t, stderr, c.stderr)
			if c.stderr == "" {
				assert.Empty(t, stderr)
			}
		})
	}
}

// TestReplGoesOnFromAFile loads a file, adds to it, and writes it elsewhere: it
// still finds its catalogue.
func TestReplGoesOnFromAFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "below"), 0o700))
	catalog, err := os.ReadFile("../../../../examples/catalog.yaml")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "catalog.yaml"), catalog, 0o600))
	from, to := filepath.Join(dir, "from.yaml"), filepath.Join(dir, "below", "to.yaml")
	text := "# kept\nname: x\nstart: 2026-01-05\nzone: Europe/Paris\ncatalog: catalog.yaml\nprove: [audit]\npolicy: {invitation-life: 3d}\nsteps:\n" +
		"  # who\n  - {do: account.create_team, with: {team: acme, owner: ada@acme.test}, note: the first}\n"
	require.NoError(t, os.WriteFile(from, []byte(text), 0o600))
	code, stdout, stderr := typed("+1d\naccount.invite team=acme email=bob@acme.test\nsave "+to+"\nsave "+from+"\n", "--strict", from)
	require.Equal(t, 0, code, stdout+stderr)
	written, err := os.ReadFile(to)
	require.NoError(t, err)
	assert.Contains(t, string(written), "catalog: ../catalog.yaml\n")
	code, _, stderr = seatsim("run", "--quiet", to, from)
	assert.Equal(t, 0, code, stderr)
	back, err := os.ReadFile(from)
	require.NoError(t, err)
	added := "  - after: 1d\n    do: account.invite\n    with: {team: acme, email: bob@acme.test}\n    want: {invitation: {role: user, status: pending, expires: 2026-01-09T00:00:00+01:00}}\n"
	assert.Equal(t, text+added, string(back), "what stood in the file stands in it as it was")
	code, stdout, _ = typed("save "+to+"\n", "--strict")
	assert.Equal(t, 1, code)
	assert.Contains(t, stdout, "there is a file")
}
