//go:build unix

package command

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The commands of the document are run as they stand there, for fewer teams.
func TestTheShardsOfTheDocumentMerge(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../../../docs/scenarios.md")
	require.NoError(t, err)
	_, section, _ := strings.Cut(string(text), "## Whole portfolios")
	_, block, _ := strings.Cut(section, "```sh\n")
	block, _, _ = strings.Cut(block, "```")
	dir, path := at(t)
	few := strings.NewReplacer("--teams 200", "--teams 2", "--teams 10000", "--teams 3")
	for line := range strings.Lines(few.Replace(block)) {
		args := strings.Fields(strings.TrimPrefix(line, "go run ./simulator/cmd/seatsim"))
		for i, arg := range args {
			if strings.Contains(arg, "*") {
				files, err := filepath.Glob(path(arg))
				require.NoError(t, err)
				args = slices.Replace(args, i, i+1, files...)
				break
			}
		}
		code, _, stderr := commandIn(t, dir, args...)
		require.Equal(t, 0, code, line+stderr)
	}
	assert.Equal(t, []string{"portfolio-1-1-of-2.jsonl", "portfolio-1-2-of-2.jsonl"}, names(t, path("results")))
	assert.Equal(t, []string{"all.jsonl", "portfolio-1.jsonl", "results", "summary.json", "teams.csv"}, names(t, dir))
}
