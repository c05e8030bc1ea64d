package report

import (
	"bytes"
	"encoding/xml"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/simulator"
)

// written is what a report writes.
func written[T any](t *testing.T, report func(*bytes.Buffer, T) error, data T) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, report(&b, data))
	return b.String()
}

func junit(b *bytes.Buffer, runs []*simulator.Result) error   { return JUnit(b, runs) }
func summary(b *bytes.Buffer, runs []*simulator.Result) error { return Summary(b, runs) }

// hostile is a run whose texts are made to break what they are written into.
func hostile() *simulator.Result {
	r := story()
	r.Name, r.File = "a|b\x00 `c` <script>]]>&\x1b[31m\xff\ufffe", "x|y\n.yaml"
	r.Trouble = "the final state has no digest:\x07 <b>"
	r.Records[0].Passed, r.Records[0].Error = false, "panicked"
	r.Records[0].Failures = []string{"want it done, got the error:\x01 \"quoted\" 'too' ]]> <x>\nand | a line"}
	r.Passed, r.Failed = 5, 2
	return r
}

func TestJUnitAndSummary(t *testing.T) {
	t.Parallel()
	good := &simulator.Result{File: "good.yaml", Name: "Good", Steps: 1, Passed: 1, Days: 3, Records: []simulator.Record{
		{Kind: simulator.StepRecord, Step: "1", Line: 4, Verb: simulator.MarkStep, Name: "a", Passed: true},
	}}
	runs := []*simulator.Result{good, story(), hostile()}
	golden(t, "junit.xml", written(t, junit, runs))
	golden(t, "summary.md", written(t, summary, runs))
	golden(t, "summary-good.md", written(t, summary, runs[:1]))
}

func TestJUnitIsXMLWhateverTheScenarioSays(t *testing.T) {
	t.Parallel()
	text := written(t, junit, []*simulator.Result{hostile()})
	var suites junitSuites
	require.NoError(t, xml.Unmarshal([]byte(text), &suites))
	for _, r := range text {
		assert.True(t, r == '\n' || r >= ' ' && r != 0xFFFE && r != 0xFFFF, "%U", r)
	}
	require.Len(t, suites.Suites, 1)
	suite := suites.Suites[0]
	assert.Equal(t, 9, suite.Tests, "the steps that were run, those that were not as one, and the run as a whole")
	assert.Len(t, suite.Cases, suite.Tests)
	assert.Equal(t, []int{1, 2, 1}, []int{suite.Failures, suite.Errors, suite.Skipped})
	assert.Equal(t, []int{9, 1, 2, 1}, []int{suites.Tests, suites.Failures, suites.Errors, suites.Skipped})
	assert.Contains(t, suite.Cases[0].Error.Message, "\ufffd \"quoted\" 'too' ]]> <x>", "what can be kept is kept")
}

func TestJUnitSaysWhereAStepFailed(t *testing.T) {
	t.Parallel()
	var suites junitSuites
	require.NoError(t, xml.Unmarshal([]byte(written(t, junit, []*simulator.Result{story()})), &suites))
	var failed []junitCase
	for _, c := range suites.Suites[0].Cases {
		if c.Failure != nil {
			failed = append(failed, c)
		}
	}
	require.Len(t, failed, 1)
	assert.Equal(t, "step 5.1 flex.access", failed[0].Name)
	assert.Equal(t, "story.yaml", failed[0].File)
	assert.Equal(t, 14, failed[0].Line)
	assert.Equal(t, "want allowed: false, got true; want source: none, got seat", failed[0].Failure.Message)
}

func TestJUnitOfNothing(t *testing.T) {
	t.Parallel()
	assert.Equal(t, xml.Header+`<testsuites name="seatsim" tests="0" failures="0" errors="0" skipped="0"></testsuites>`+"\n", written(t, junit, []*simulator.Result(nil)))
}

func TestNothingInASummaryIsMarkdown(t *testing.T) {
	t.Parallel()
	assert.Equal(t, `a\|b \`+"`"+`c\`+"`"+` &lt;script\>\]\]\>&amp;\[31m`, strings.TrimRight(markdown("a|b `c` <script>]]>&\x1b[31m"), "\ufffd"))
	assert.Equal(t, `\!\[x\]\(y\) \@all \$z\$ \# \* \_ \~ \{\} \\`, markdown("![x](y)\n@all $z$ # * _ ~ {} \\"))
}
