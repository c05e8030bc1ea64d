package command

import (
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const library = "../../../../examples/scenarios/*.yaml"

// scenarios are the files of the library.
func scenarios(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(library)
	require.NoError(t, err)
	require.NotEmpty(t, files)
	return files
}

func TestTheLibraryExercisesEveryRule(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := seatsim(append([]string{"coverage", "--rules-only", "--min", "100"}, scenarios(t)...)...)
	assert.Equal(t, 0, code, stderr)
	assert.Contains(t, stdout, "cited (100 %)\n")
	assert.NotContains(t, stdout, "Rules that no step cites")
}

func TestTheLibraryHitsTheBoundaries(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it runs the library some dozens of times")
	}
	code, _, stderr := seatsim(append([]string{"coverage", "--min-boundaries", "95"}, scenarios(t)...)...)
	assert.Equal(t, 0, code, stderr)
}

func TestCoverageAndDiffSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	good := file(t, "good.yaml", head)
	faulty := file(t, "faulty.yaml", head+"  - {do: account.creat_team}\n")
	branched := file(t, "branched.yaml", head+"  - {mark: a}\n  - {fork: {from: a, name: slow, steps: []}}\n")
	cases := []struct {
		name   string
		args   []string
		stderr string
	}{
		{"no file to cover", []string{"coverage"}, `expected "<file> ..."`},
		{"a fault in a file to cover", []string{"coverage", good, faulty}, faulty + `:5:10: there is no command "account.creat_team"; the nearest is "account.create_team"`},
		{"a share below none", []string{"coverage", "--min=-1", good}, "seatsim: --min: -1 is no share: it takes 0 to 100"},
		{"a share above all", []string{"coverage", "--min-boundaries", "101", good}, "seatsim: --min-boundaries: 101 is no share: it takes 0 to 100"},
		{"a share that is no number", []string{"coverage", "--min", "many", good}, "--min"},
		{"boundaries that are left out", []string{"coverage", "--rules-only", "--min-boundaries", "1", good}, "there are no boundaries with --rules-only"},
		{"an unknown rule", []string{"coverage", "--rule", "BIL-66", good}, `seatsim: --rule: there is no rule "BIL-66"; the nearest is "BIL-16"`},
		{"an unknown parameter to cover with", []string{"coverage", "--set", "invitation-lif=3d", good}, `--set: there is no parameter "invitation-lif"; the nearest is "invitation-life"`},
		{"a page that cannot be written", []string{"coverage", "--html", "/nowhere/x.html", good}, "seatsim: --html: open /nowhere/x.html: no such file or directory"},
		{"two flags for one output", []string{"coverage", "--html", "-", "--json", "-", good}, "seatsim: --json and --html: both are standard output, and one can be"},
		{"nothing to compare", []string{"diff", good}, "there is nothing to compare: give --a or --b, or --branch"},
		{"two files", []string{"diff", good, good, "--a", "invitation-life=3d"}, "unexpected argument"},
		{"policies and branches", []string{"diff", branched, "--a", "invitation-life=3d", "--branch", "slow"}, "either two policies are compared or two branches"},
		{"three branches", []string{"diff", branched, "--branch", "slow", "--branch", "slow", "--branch", "slow"}, "two branches at most"},
		{"an unknown branch", []string{"diff", branched, "--branch", "slo"}, `seatsim: there is no branch "slo"; the nearest is "slow"`},
		{"no branch at all", []string{"diff", good, "--branch", "slow"}, `there is no branch "slow": the scenario has none`},
		{"an unknown parameter", []string{"diff", good, "--a", "invitation-lif=3d"}, `seatsim: --a: there is no parameter "invitation-lif"; the nearest is "invitation-life"`},
		{"a value that is not taken", []string{"diff", good, "--b", "invitation-life=long"}, "seatsim: --b: invitation-life takes a span"},
		{"no value", []string{"diff", good, "--b", "invitation-life"}, `--b: "invitation-life" is not NAME=VALUE`},
		{"a fault in a file to compare", []string{"diff", faulty, "--a", "invitation-life=3d"}, ":5:10: "},
		{"data that cannot be written", []string{"diff", good, "--a", "invitation-life=3d", "--json", "/nowhere/x"}, "--json: open /nowhere/x"},
		{"a report that cannot be written", []string{"run", "--junit", "/nowhere/x", good}, "--junit: open /nowhere/x"},
		{"a summary that cannot be written", []string{"run", "--summary", "/nowhere/x", good}, "--summary: open /nowhere/x"},
		{"two schemas", []string{"schema", "--run", "--diff"}, "can't be used together"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := seatsim(c.args...)
			assert.Equal(t, 2, code)
			assert.Empty(t, stdout, "nothing ran")
			assert.Contains(t, stderr, c.stderr)
		})
	}
}

func TestARuleIsMeantHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	code, want, stderr := seatsim("coverage", "--rule", "BIL-4", example)
	require.Equal(t, 0, code, stderr)
	code, got, stderr := seatsim("coverage", "--rule", "bil-4", example)
	require.Equal(t, 0, code, stderr)
	assert.Equal(t, want, got)
	code, _, stderr = seatsim("coverage", "--rule", "bil-66", example)
	assert.Equal(t, 2, code)
	assert.Contains(t, stderr, `there is no rule "bil-66"; the nearest is "BIL-16"`)
}

// TestMin holds both sides of the share against each other: the share that is
// reached exactly, and the next.
func TestMin(t *testing.T) {
	t.Parallel()
	_, stdout, _ := seatsim("coverage", "--json", "-", example)
	var data struct {
		Percent         int
		BoundaryPercent int `json:"boundary_percent"`
		Cited           int
		Rules           []struct{ ID string }
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), &data))
	require.Positive(t, data.Percent)
	require.Less(t, data.Percent, 99)
	require.Positive(t, data.BoundaryPercent)
	for flag, share := range map[string]int{"--min": data.Percent, "--min-boundaries": data.BoundaryPercent} {
		code, _, stderr := seatsim("coverage", flag, number(share), example)
		assert.Equal(t, 0, code)
		assert.Empty(t, stderr)
		code, stdout, stderr := seatsim("coverage", flag, number(share+1), example)
		assert.Equal(t, 1, code)
		assert.Contains(t, stderr, "seatsim: "+flag+" "+number(share+1)+": ")
		assert.Contains(t, stdout, "Rules that no step cites", "it is still shown")
	}
}

func number(n int) string {
	text, err := json.Marshal(n)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func TestCoverageIsWrittenInThreeForms(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	data, page := filepath.Join(folder, "c.json"), filepath.Join(folder, "c.html")
	code, stdout, _ := seatsim("coverage", "--json", data, "--html", page, example)
	require.Equal(t, 0, code)
	assert.Contains(t, stdout, "boundaries  ")
	written, err := os.ReadFile(data)
	require.NoError(t, err)
	assert.True(t, json.Valid(written))
	html, err := os.ReadFile(page)
	require.NoError(t, err)
	assert.Contains(t, string(html), "<!DOCTYPE html>")
	_, again, _ := seatsim("coverage", "--json", "-", example)
	assert.Equal(t, string(written), again, "the same coverage is the same bytes")
}

func TestDiffOfTheExample(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := seatsim("diff", example, "--a", "upgrade-overlap=30d", "--b", "upgrade-overlap=45d", "--b", "invitation-life=7d")
	assert.Equal(t, 0, code, "that they differ is no failure")
	assert.Empty(t, stderr)
	assert.Contains(t, stdout, "First: billing.upgrade\n")
	assert.Contains(t, stdout, "  differs  overlap_ends: a 2026-03-03T10:00:00Z, b 2026-03-18T10:00:00Z\n")
	assert.Contains(t, stdout, "access-days")

	code, stdout, _ = seatsim("diff", example, "--a", "upgrade-overlap=30d")
	assert.Equal(t, 0, code)
	assert.Contains(t, stdout, "No decision differs")

	what := filepath.Join(filepath.Dir(example), "what-if.yaml")
	code, stdout, _ = seatsim("diff", what, "--branch", "five more", "--branch", "not renewed", "--json", "-")
	assert.Equal(t, 0, code)
	var data struct {
		A, B  struct{ Branch string }
		First struct{ What string }
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), &data))
	assert.Equal(t, "five more", data.A.Branch)
	assert.Equal(t, "not renewed", data.B.Branch)
	assert.NotEmpty(t, data.First.What)
}

func TestReportsForCI(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	junit, summary := filepath.Join(folder, "j.xml"), filepath.Join(folder, "s.md")
	code, stdout, _ := seatsim("run", "--set", "invitation-life=3d", "--junit", junit, "--summary", summary, example)
	assert.Equal(t, 1, code)
	assert.Contains(t, stdout, "9 passed, 1 failed", "the timeline is still written")
	text, err := os.ReadFile(junit)
	require.NoError(t, err)
	var report struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Cases    []struct {
			File    string `xml:"file,attr"`
			Line    int    `xml:"line,attr"`
			Failure *struct {
				Message string `xml:"message,attr"`
			} `xml:"failure"`
		} `xml:"testsuite>testcase"`
	}
	require.NoError(t, xml.Unmarshal(text, &report))
	assert.Equal(t, 10, report.Tests)
	assert.Equal(t, 1, report.Failures)
	assert.Equal(t, example, report.Cases[1].File)
	assert.Equal(t, 12, report.Cases[1].Line)
	assert.Contains(t, report.Cases[1].Failure.Message, "want invitation.expires: 2026-01-12T09:00:00Z, got 2026-01-08T09:00:00Z")
	text, err = os.ReadFile(summary)
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(string(text), "## ❌ seatsim: 0 of 1 scenario as written\n"), string(text))

	_, piped, _ := seatsim("run", "--summary", "-", example)
	assert.True(t, strings.HasPrefix(piped, "## ✅ seatsim: 1 of 1 scenario as written\n"), "in place of the timeline: %s", piped)
}

func TestSchemasOfTheData(t *testing.T) {
	t.Parallel()
	for flag, title := range map[string]string{"--run": "seatsim run --json", "--page": "seatsim run --html", "--coverage": "seatsim coverage --json", "--diff": "seatsim diff --json"} {
		code, stdout, _ := seatsim("schema", flag)
		assert.Equal(t, 0, code)
		var schema struct{ Title string }
		require.NoError(t, json.Unmarshal([]byte(stdout), &schema))
		assert.Equal(t, title, schema.Title)
	}
}

func TestCoverageOfOneRuleShowsTheProofs(t *testing.T) {
	t.Parallel()
	overlap := filepath.Join(filepath.Dir(example), "overlap.yaml")
	code, stdout, _ := seatsim("coverage", "--rule", "LIC-7", overlap)
	assert.Equal(t, 0, code)
	assert.Contains(t, stdout, "1 of 1 cited")
	assert.Contains(t, stdout, overlap+":29: step 8 flex.access: allowed true, with 29d23h59m59s false\n")
	assert.NotContains(t, stdout, "ACC-6")
}
