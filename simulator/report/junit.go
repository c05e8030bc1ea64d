package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/seatbook/seatbook/simulator"
)

// The elements of a JUnit report, as CI systems read them.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Skipped  int          `xml:"skipped,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		File     string      `xml:"file,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name    string        `xml:"name,attr"`
		Class   string        `xml:"classname,attr"`
		File    string        `xml:"file,attr"`
		Line    int           `xml:"line,attr,omitempty"`
		Failure *junitFailure `xml:"failure"`
		Error   *junitFailure `xml:"error"`
		Skipped *junitSkipped `xml:"skipped"`
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
	junitSkipped struct {
		Message string `xml:"message,attr"`
	}
)

// JUnit writes runs as a JUnit report: a suite for each scenario, a case for
// each step, with its file and line. A step that came out otherwise is a failure
// that says what was wanted and what came; one that something other than a rule
// ended is an error. What XML cannot hold is replaced. There are no times in it,
// so the same run is the same bytes.
func JUnit(w io.Writer, runs []*simulator.Result) error {
	all := junitSuites{Name: "seatsim", Suites: []junitSuite{}}
	for _, run := range runs {
		suite := suiteOf(run)
		all.Tests, all.Failures = all.Tests+suite.Tests, all.Failures+suite.Failures
		all.Errors, all.Skipped = all.Errors+suite.Errors, all.Skipped+suite.Skipped
		all.Suites = append(all.Suites, suite)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func suiteOf(run *simulator.Result) junitSuite {
	suite := junitSuite{Name: run.Name, File: run.File}
	for i := range run.Records {
		r := &run.Records[i]
		if r.Kind == simulator.StepRecord {
			suite.add(caseOf(run.File, run.Name, r))
		}
	}
	if left := run.Steps - run.Passed - run.Failed; left > 0 {
		suite.add(junitCase{
			Name: "steps not run", Class: run.Name, File: run.File,
			Skipped: &junitSkipped{plural(left, "step") + " not run, as the run ended before"},
		})
	}
	if run.Trouble != "" {
		suite.add(junitCase{
			Name: "the run as a whole", Class: run.Name, File: run.File, Error: &junitFailure{run.Trouble, "trouble", run.Trouble},
		})
	}
	return suite
}

func (s *junitSuite) add(c junitCase) {
	s.Cases = append(s.Cases, c)
	s.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	case c.Skipped != nil:
		s.Skipped++
	}
}

func caseOf(file, suite string, r *simulator.Record) junitCase {
	c := junitCase{Name: fmt.Sprintf("step %s %s", r.Step, r.Title()), Class: suite, File: file, Line: r.Line}
	if r.Passed {
		return c
	}
	failure := &junitFailure{
		Message: strings.Join(r.Failures, "; "), Type: "otherwise",
		Text: strings.Join(r.FailureLines(file), "\n"),
	}
	if r.Error != "" {
		failure.Type, c.Error = "error", failure
		return c
	}
	c.Failure = failure
	return c
}
