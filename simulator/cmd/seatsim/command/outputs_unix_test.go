//go:build unix

package command

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// asProcess is the command as a process of its own.
func asProcess(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), self, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), asCommand+"=1")
	return cmd
}

// commandIn runs the command in a directory.
func commandIn(t *testing.T, dir string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	cmd := asProcess(t, dir, args...)
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	err := cmd.Run()
	if ended := (*exec.ExitError)(nil); errors.As(err, &ended) {
		code = ended.ExitCode()
	} else {
		require.NoError(t, err)
	}
	return code, out.String(), said.String()
}

func TestAFileIsNotReadAndWritten(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, says string
		args       []string
	}{
		{"a scenario", "--json: s.yaml is read, and would be written over", []string{"run", "s.yaml", "--json", "s.yaml"}},
		{"a scenario by another way", "--html: ./below/../s.yaml is read", []string{"run", "s.yaml", "--html", "./below/../s.yaml"}},
		{"a scenario by a link", "--summary: link.yaml is read", []string{"run", "s.yaml", "--summary", "link.yaml"}},
		{"a scenario by a link to its directory", "--junit: way/s.yaml is read", []string{"run", "s.yaml", "--junit", "way/s.yaml"}},
		{"a scenario by another name", "--json: hard.yaml is read", []string{"run", "s.yaml", "--json", "hard.yaml"}},
		{"a scenario with a fault", "--json: faulty.yaml is read", []string{"run", "faulty.yaml", "--json", "faulty.yaml"}},
		{"the catalogue that a scenario names", "--json: catalog.yaml is read", []string{"run", "sold.yaml", "--json", "catalog.yaml"}},
		{"what is covered", "--json: s.yaml is read", []string{"coverage", "s.yaml", "--json", "s.yaml"}},
		{"what is compared", "--json: s.yaml is read", []string{"diff", "s.yaml", "--a", "invitation-life=8d", "--json", "s.yaml"}},
		{"what is exported", "--out: s.yaml is read", []string{"export", "s.yaml", "--out", "s.yaml"}},
		{"what histories are sold", "--out: catalog.yaml is read", []string{"generate", "--catalog", "catalog.yaml", "--out", "catalog.yaml"}},
		{"how teams live", "--json: work.yaml is read", []string{"portfolio", "--workload", "work.yaml", "--json", "work.yaml", "--out", "none.jsonl"}},
		{"how teams live, as their results", "--out: work.yaml is read", []string{"portfolio", "--workload", "work.yaml", "--out", "work.yaml"}},
		{"two outputs", "--junit: ./new.json is written by --json already", []string{"run", "s.yaml", "--json", "new.json", "--junit", "./new.json"}},
		{"two outputs by a link to what is not there", "--junit: dangling is written by --json already", []string{"run", "s.yaml", "--json", "new.json", "--junit", "dangling"}},
		{"the sums and another output", "--csv: costs.csv is written by --json already", []string{"run", "s.yaml", "--csv", ".", "--json", "costs.csv"}},
	}
	dir, path := at(t)
	put(t, path("s.yaml"), head)
	put(t, path("faulty.yaml"), "name: x\n")
	put(t, path("work.yaml"), quiet)
	put(t, path("catalog.yaml"), "products: [{id: saw, name: Saw, kind: full, prices: [{term: annual, new: 1.00 USD}]}]\n")
	put(t, path("sold.yaml"), "catalog: catalog.yaml\n"+head)
	require.NoError(t, os.Mkdir(path("below"), 0o700))
	require.NoError(t, os.Symlink("s.yaml", path("link.yaml")))
	require.NoError(t, os.Symlink(".", path("way")))
	require.NoError(t, os.Symlink("new.json", path("dangling")))
	require.NoError(t, os.Link(path("s.yaml"), path("hard.yaml")))
	before := names(t, dir)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			// The command names paths as they were typed, so it is run where they lead from.
			code, stdout, stderr := commandIn(t, dir, c.args...)
			assert.Equal(t, 2, code)
			assert.Empty(t, stdout, "nothing ran")
			assert.Contains(t, stderr, "seatsim: "+c.says)
			assert.Equal(t, before, names(t, dir))
			has(t, path("s.yaml"), head)
		})
	}
}

// A process that is interrupted or told to end says so, and 2 stays for what never ran.
func TestAProcessThatIsInterruptedSaysSo(t *testing.T) {
	t.Parallel()
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		for _, args := range [][]string{{"coverage", "--json", "x", example, example, example}, {"portfolio", "--teams", "100000", "--out", "x"}} {
			dir, path := at(t)
			scenario, err := filepath.Abs(example)
			require.NoError(t, err)
			for i := range args {
				if args[i] == example {
					args[i] = scenario
				}
			}
			cmd := asProcess(t, dir, args...)
			var out, said bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, &said
			require.NoError(t, cmd.Start())
			// Both have a file there once they are running, which they do for much longer.
			require.Eventually(t, func() bool { return len(names(t, path("."))) > 0 }, time.Minute, time.Millisecond)
			require.NoError(t, cmd.Process.Signal(signal))
			var ended *exec.ExitError
			require.ErrorAs(t, cmd.Wait(), &ended, args[0])
			assert.Equal(t, exitOtherwise, ended.ExitCode(), args[0])
			assert.Contains(t, said.String(), "seatsim: interrupted", args[0])
			assert.NotContains(t, said.String(), "canceled")
		}
	}
}

func TestADeviceIsWrittenToAsItIs(t *testing.T) {
	t.Parallel()
	scenario := file(t, "good.yaml", head)
	_, want, _ := seatsim("run", scenario, "--json", "-")
	dir, path := at(t)
	code, stdout, stderr := commandIn(t, dir, "run", scenario, "--quiet", "--json", "/dev/stdout", "--junit", "/dev/null", "--summary", "/dev/null")
	assert.Equal(t, 0, code, stderr)
	assert.Contains(t, stdout, want)

	code, _, stderr = commandIn(t, dir, "run", scenario, "--quiet", "--json", "/dev/full")
	assert.Equal(t, 2, code)
	assert.Contains(t, stderr, "--json: write /dev/full: no space left on device")

	// What the shell had standard output lead to is not replaced under it.
	out, err := os.Create(path("out"))
	require.NoError(t, err)
	cmd := asProcess(t, dir, "run", scenario, "--quiet", "--json", "/dev/stdout")
	cmd.Stdout = out
	require.NoError(t, cmd.Run())
	require.NoError(t, out.Close())
	assert.Equal(t, []string{"out"}, names(t, dir))
}
