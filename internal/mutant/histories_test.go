package mutant

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/stretchr/testify/require"
)

const (
	// mostHistories is how many histories it takes at most to find a mutant.
	mostHistories = 40
	// perWorld is how many teams live in one of them.
	perWorld = 5
	// mostSteps is how many steps are left of one at most.
	mostSteps = 10
)

func TestEveryMutantOfHistoriesFindsItsPlace(t *testing.T) {
	t.Parallel()
	require.GreaterOrEqual(t, len(Histories()), 10)
	for _, m := range Histories() {
		require.Equal(t, 1, strings.Count(read(t, m.File), m.Old), "%s: %q in %s", m.Does, m.Old, m.File)
		require.NotEqual(t, m.Old, m.New, m.Does)
	}
}

// Random histories find every mutant and shrink it, to a file that fails with the
// rule broken and passes without.
func TestEveryMutantIsFoundByHistories(t *testing.T) {
	if !*prove {
		t.Skip("the proof takes a build for each mutant: go test ./internal/mutant -timeout 60m -args -prove")
	}
	sound := build(t, "")
	chosen := regexp.MustCompile(*only)
	rows := []string{"invariant\tbroken so that\tfound by\tsteps\tof\ttries"}
	for _, m := range slices.DeleteFunc(Histories(), func(m Mutant) bool { return !chosen.MatchString(m.Does) }) {
		broken, file := build(t, overlay(t, m)), filepath.Join(t.TempDir(), "found.yaml")
		code, output := seatsim(t.Context(), broken, "generate", "--seed", "1", "--teams", strconv.Itoa(mostHistories*perWorld), "--out", file)
		left := regexp.MustCompile(`(?m)^(\d+) steps? of (\d+) (?:is|are) left after (\d+) tries`).FindStringSubmatch(output)
		if code != 1 || left == nil {
			t.Errorf("%s: %d histories do not find it (exit %d)\n%s", m.Does, mostHistories, code, output)
			continue
		}
		steps, err := strconv.Atoi(left[1])
		require.NoError(t, err)
		if steps > mostSteps {
			t.Errorf("%s: %d steps are left\n%s", m.Does, steps, output)
		}
		if code, again := seatsim(t.Context(), broken, "run", file); code != 1 {
			t.Errorf("%s: the file does not fail\n%s", m.Does, again)
		}
		if code, again := seatsim(t.Context(), sound, "run", file); code == 2 || strings.Contains(again, "broken invariant") {
			t.Errorf("%s: the file breaks an invariant with nothing broken\n%s", m.Does, again)
		}
		by := regexp.MustCompile(`history \d+`).FindString(output)
		t.Logf("%v %s: %s", m.Breaks, m.Does, output)
		rows = append(rows, fmt.Sprintf("%s\t%s\t%s\t%s\t%s\t%s", strings.Trim(fmt.Sprint(m.Breaks), "[]"), m.Does, by, left[1], left[2], left[3]))
	}
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	_, err := fmt.Fprintln(w, strings.Join(rows, "\n"))
	require.NoError(t, err)
	require.NoError(t, w.Flush())
	t.Logf("\n%s", table.String())
}

// build builds the command with a mutant, and returns where.
func build(t *testing.T, overlay string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "seatsim")
	args := []string{"build", "-o", program}
	if overlay != "" {
		args = append(args, "-overlay", overlay)
	}
	command := exec.CommandContext(t.Context(), "go", append(args, "./simulator/cmd/seatsim")...) //nolint:gosec // the table and nothing else
	command.Dir = root
	output, err := command.CombinedOutput()
	require.NoError(t, err, "%s", output)
	return program
}

func seatsim(ctx context.Context, program string, args ...string) (code int, output string) {
	command := exec.CommandContext(ctx, program, args...) //nolint:gosec // built above
	text, _ := command.CombinedOutput()
	return command.ProcessState.ExitCode(), string(text)
}
