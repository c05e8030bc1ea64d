package report

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/seatbook/seatbook/simulator"
)

//go:embed page
var pageFiles embed.FS

// pageFile is a part of the page, which is there because it was embedded.
func pageFile(name string) string {
	text, err := pageFiles.ReadFile("page/" + name)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// pageScripts are the parts of the page's one script, in the order in which they
// use each other.
var pageScripts = []string{"dom.js", "words.js", "state.js", "chart.js", "rows.js", "beside.js", "days.js", "detail.js", "timeline.js", "main.js"}

// styleSheet is what all pages look like.
var styleSheet = pageFile("style.css")

var (
	runStyle  = styleSheet + pageFile("page.css")
	runScript = scriptOf(pageScripts)
	runTexts  = textsOf(pageFile("texts.json"))
	runPage   = template.Must(template.New("run").Funcs(template.FuncMap{"t": english}).Parse(pageFile("page.html")))
)

// scriptOf puts the parts of a script into a scope of their own.
func scriptOf(parts []string) string {
	var b strings.Builder
	b.WriteString("\"use strict\";\n(() => {\n")
	for _, name := range parts {
		b.WriteString(pageFile(name))
	}
	b.WriteString("})();\n")
	return b.String()
}

// pageText is a text of the page in each language: one text, or one for one thing
// and one for several.
type pageText struct {
	English any `json:"en"`
	French  any `json:"fr"`
}

func textsOf(file string) map[string]pageText {
	texts := map[string]pageText{}
	if err := json.Unmarshal([]byte(file), &texts); err != nil {
		panic(err)
	}
	return texts
}

// english is the text that the page has until its script knows better.
func english(key string) (string, error) {
	text, ok := runTexts[key].English.(string)
	if !ok {
		return "", fmt.Errorf("report: the page has no text %q", key)
	}
	return text, nil
}

// hashOf names an embedded text in a security policy.
func hashOf(text string) string {
	hash := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) + "'"
}

// mostFailures is how many failed steps stand at the top of the page. Its timeline
// has them all.
const mostFailures = 100

// HTML writes runs as one page that needs nothing else: no network, and no script
// or style but its own, each named by its hash in the page's security policy. Runs
// that were made with their album are shown day by day too.
func HTML(w io.Writer, runs []*simulator.Result) error {
	page := struct {
		Policy, Title string
		Style         template.CSS
		Script, Texts template.JS
		Data          []template.JS
		Runs          []*simulator.Result
		Failures      []pageFailure
		More          int
		Troubles      []string
		Rules         []simulator.CitedRule
	}{
		Policy: "default-src 'none'; style-src " + hashOf(runStyle) + "; script-src " + hashOf(runScript) +
			"; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
		Title: titleOf(runs), Style: template.CSS(runStyle), Script: template.JS(runScript), //nolint:gosec // they are ours
		Runs: runs, Failures: failuresOf(runs), Rules: rulesOf(runs),
	}
	if len(page.Failures) > mostFailures {
		page.More, page.Failures = len(page.Failures)-mostFailures, page.Failures[:mostFailures]
	}
	texts, err := json.Marshal(runTexts)
	if err != nil {
		return err
	}
	page.Texts = template.JS(texts) //nolint:gosec // it is ours
	for _, r := range runs {
		if r.Trouble != "" {
			page.Troubles = append(page.Troubles, r.File+": "+r.Trouble)
		}
		// Marshal escapes what could end the block: <, > and &, and U+2028 and U+2029.
		data, err := json.Marshal(pageRunOf(r))
		if err != nil {
			return err
		}
		page.Data = append(page.Data, template.JS(data)) //nolint:gosec // it is data, with everything escaped that could end it
	}
	return runPage.Execute(w, page)
}

func titleOf(runs []*simulator.Result) string {
	if len(runs) == 1 {
		return runs[0].Name + " · seatsim"
	}
	return plural(len(runs), "scenario") + " · seatsim"
}
