package mutant

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	prove = flag.Bool("prove", false, "build with each mutant and run the test that must fail")
	only  = flag.String("only", "", "prove only the mutants whose words match")
)

// root is the module's, from here.
const root = "../.."

// Every mutant finds the words that it changes exactly once, and the test that is
// to find it.
func TestEveryMutantFindsItsPlace(t *testing.T) {
	t.Parallel()
	for _, m := range All() {
		source := read(t, m.File)
		assert.Equal(t, 1, strings.Count(source, m.Old), "%s: %q in %s", m.Does, m.Old, m.File)
		require.NotEqual(t, m.Old, m.New, m.Does)
		files, err := filepath.Glob(filepath.Join(root, m.Package, "*_test.go"))
		require.NoError(t, err)
		known := slices.ContainsFunc(files, func(file string) bool {
			text, err := os.ReadFile(file)
			return err == nil && strings.Contains(string(text), "func "+m.Run+"(")
		})
		assert.True(t, known, "%s: the package %s has no %s", m.Does, m.Package, m.Run)
	}
}

func TestEveryInvariantIsBrokenBySomeMutant(t *testing.T) {
	t.Parallel()
	for _, invariant := range wanted {
		broken := slices.ContainsFunc(All(), func(m Mutant) bool { return slices.Contains(m.Breaks, invariant) })
		require.True(t, broken, "no mutant breaks invariant %d", invariant)
	}
}

// Every mutant is found, and the tests that find them pass without.
func TestEveryMutantIsFound(t *testing.T) {
	if !*prove {
		t.Skip("the proof takes a build for each mutant: go test ./internal/mutant -timeout 60m -args -prove")
	}
	chosen := regexp.MustCompile(*only)
	mutants := slices.DeleteFunc(All(), func(m Mutant) bool { return !chosen.MatchString(m.Does) })
	sound := map[string]bool{}
	for _, m := range mutants {
		if sound[m.Package+m.Run] {
			continue
		}
		output, err := run(t.Context(), m, "")
		require.NoError(t, err, "%s fails with nothing broken:\n%s", m.Run, output)
		sound[m.Package+m.Run] = true
	}
	rows := []string{"invariant\tbroken so that\tfound by"}
	for _, m := range mutants {
		output, err := run(t.Context(), m, overlay(t, m))
		found := m.Run
		if err == nil || !strings.Contains(output, "--- FAIL: "+m.Run) {
			found = "NOBODY"
			t.Errorf("%s (%s): %s does not find it\n%s", m.Does, m.File, m.Run, output)
		}
		t.Logf("%v %s: %s", m.Breaks, m.Does, found)
		rows = append(rows, fmt.Sprintf("%s\t%s\t%s", strings.Trim(fmt.Sprint(m.Breaks), "[]"), m.Does, found))
	}
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	_, err := fmt.Fprintln(w, strings.Join(rows, "\n"))
	require.NoError(t, err)
	require.NoError(t, w.Flush())
	t.Logf("\n%s", table.String())
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, file))
	require.NoError(t, err)
	return string(text)
}

// overlay writes the changed file beside the tree, and returns what says so to
// the go command.
func overlay(t *testing.T, m Mutant) string {
	t.Helper()
	dir := t.TempDir()
	changed, plan := filepath.Join(dir, "changed.go"), filepath.Join(dir, "overlay.json")
	require.NoError(t, os.WriteFile(changed, []byte(strings.Replace(read(t, m.File), m.Old, m.New, 1)), 0o600))
	original, err := filepath.Abs(filepath.Join(root, m.File))
	require.NoError(t, err)
	data, err := json.Marshal(map[string]map[string]string{"Replace": {original: changed}})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(plan, data, 0o600))
	return plan
}

// run runs the test that is to find a mutant. What rapid finds it need not make
// smaller nor keep.
func run(ctx context.Context, m Mutant, overlay string) (string, error) {
	args := []string{"test", "-count=1", "-vet=off", "-run", "^" + m.Run + "$"}
	if overlay != "" {
		args = append(args, "-overlay", overlay)
	}
	args = append(args, "./"+m.Package)
	if m.Package == engine {
		args = append(args, "-rapid.nofailfile", "-rapid.shrinktime=0s")
	}
	command := exec.CommandContext(ctx, "go", args...) //nolint:gosec // the table above and nothing else
	command.Dir = root
	output, err := command.CombinedOutput()
	return string(output), err
}
