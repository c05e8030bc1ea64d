package report

import (
	"html/template"
	"io"

	"github.com/seatbook/seatbook/simulator"
)

var (
	coverageStyle = styleSheet + pageFile("coverage.css")
	coveragePage  = template.Must(template.New("coverage").Funcs(template.FuncMap{
		"codes": codes, "fragment": fragment,
	}).Parse(pageFile("coverage.html")))
)

// CoverageHTML writes what scenarios exercised as one page that needs nothing
// else: no script, no network, its one style sheet named by its hash in the
// page's own security policy.
func CoverageHTML(w io.Writer, c *simulator.Coverage) error {
	return coveragePage.Execute(w, struct {
		*simulator.Coverage
		Style  template.CSS
		Policy string
		Sums   []sumOf
		Rules  []string
		Sides  []string
		Codes  []string
	}{
		Coverage: c, Style: template.CSS(coverageStyle), //nolint:gosec // it is ours
		Policy: "default-src 'none'; style-src " + hashOf(coverageStyle) + "; base-uri 'none'; form-action 'none'",
		Sums:   sumsOf(c), Rules: missingRules(c), Sides: missingSides(c), Codes: missingCodes(c),
	})
}
