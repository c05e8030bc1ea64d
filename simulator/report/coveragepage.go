package report

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"

	"github.com/seatbook/seatbook/simulator"
)

//go:embed coverage.html
var coverageHTML string

//go:embed coverage.css
var coverageCSS string

var coveragePage = template.Must(template.New("coverage").Funcs(template.FuncMap{
	"codes": codes, "fragment": fragment,
}).Parse(coverageHTML))

// CoverageHTML writes what scenarios exercised as one page that needs nothing
// else: no script, no network, its one style sheet named by its hash in the
// page's own security policy.
func CoverageHTML(w io.Writer, c *simulator.Coverage) error {
	hash := sha256.Sum256([]byte(coverageCSS))
	return coveragePage.Execute(w, struct {
		*simulator.Coverage
		Style  template.CSS
		Policy string
		Sums   []sumOf
		Rules  []string
		Sides  []string
		Codes  []string
	}{
		Coverage: c, Style: template.CSS(coverageCSS), //nolint:gosec // it is ours
		Policy: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) + "'; base-uri 'none'; form-action 'none'",
		Sums:   sumsOf(c), Rules: missingRules(c), Sides: missingSides(c), Codes: missingCodes(c),
	})
}
