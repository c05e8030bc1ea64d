package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/simulator"
)

// covered is a coverage in which everything is there once: hit and not hit.
func covered() *simulator.Coverage {
	proof := &simulator.Evidence{
		File: "a<b>.yaml", Line: 12, Step: "3", Name: "account.accept_invitation", From: "7d", To: "7d1s",
		Path: "outcome", Was: "refused invitation-expired", Would: "done",
	}
	return &simulator.Coverage{
		Files: []simulator.CoveredFile{{File: "a<b>.yaml", Name: "A <script>alert(1)</script>", Passed: 7}, {File: "c.yaml", Name: "C", Passed: 1, Failed: 2}},
		Rules: []simulator.CoveredRule{
			{ID: "TIM-1", Text: "An instant is an instant. And more.", Cited: 9, Files: []string{"a<b>.yaml", "c.yaml"}},
			{
				ID: "ACC-6", Text: "An invitation ends.", Cited: 4, Files: []string{"a<b>.yaml"},
				Refusals: []simulator.CoveredCode{{Code: rule.InvitationExpired, Steps: 2}, {Code: rule.Invalid, Steps: 1}},
				Boundaries: []simulator.Boundary{{
					Param: "invitation-life", Kind: rule.KindSpan, Default: "7d",
					Sides: []simulator.Side{{Side: simulator.Less}, {Side: simulator.More, Hit: true, Proof: proof}},
				}},
			},
			{ID: "FLX-3", Text: "A window is a day."},
		},
		Refusals: []simulator.CoveredCode{{Code: rule.InvitationExpired, Steps: 2}, {Code: rule.TokenLimit}},
		Cited:    2, Sides: 2, Hit: 1, Boundaries: 1,
	}
}

func coverageText(b *bytes.Buffer, c *simulator.Coverage) error { return CoverageText(b, c, false) }
func coverageJSON(b *bytes.Buffer, c *simulator.Coverage) error { return CoverageJSON(b, c) }
func coverageHTMLOf(b *bytes.Buffer, c *simulator.Coverage) error {
	return CoverageHTML(b, c)
}

func TestCoverage(t *testing.T) {
	t.Parallel()
	golden(t, "coverage.txt", written(t, coverageText, covered()))
	golden(t, "coverage-full.txt", written(t, func(b *bytes.Buffer, c *simulator.Coverage) error { return CoverageText(b, c, true) }, covered()))
	golden(t, "coverage.json", written(t, coverageJSON, covered()))
	golden(t, "coverage.html", written(t, coverageHTMLOf, covered()))
}

func TestCoverageOfEverythingSaysNothingIsMissing(t *testing.T) {
	t.Parallel()
	all := covered()
	all.Rules, all.Refusals = all.Rules[:1], all.Refusals[:1]
	all.Cited, all.Sides, all.Hit, all.Boundaries = 1, 0, 0, 0
	golden(t, "coverage-all.txt", written(t, coverageText, all))
}

func TestTheCoveragePageIsSealed(t *testing.T) {
	t.Parallel()
	page := written(t, coverageHTMLOf, covered())
	hash := sha256.Sum256([]byte(coverageStyle))
	assert.Contains(t, page, "<style>"+coverageStyle+"</style>", "the policy names the style sheet by its bytes")
	assert.Contains(t, page, `content="default-src &#39;none&#39;; style-src &#39;sha256-`)
	assert.Contains(t, unescaped(page), base64.StdEncoding.EncodeToString(hash[:]))
	for _, forbidden := range []string{"<script", "http:", "https:", "//", " style=", "onload", "<b>"} {
		assert.NotContains(t, page, forbidden)
	}
}

// unescaped undoes what the template writes for a plus sign in an attribute.
func unescaped(page string) string {
	return string(bytes.ReplaceAll([]byte(page), []byte("&#43;"), []byte("+")))
}

// fits reports where data has what a schema does not describe, or lacks what it requires.
func fits(schema, definitions map[string]any, data any, path string) (faults []string) {
	if ref, ok := schema["$ref"].(string); ok {
		schema, _ = definitions[ref[len("#/$defs/"):]].(map[string]any)
	}
	if one, ok := schema["oneOf"].([]any); ok {
		if data == nil {
			return nil
		}
		first, _ := one[0].(map[string]any)
		return fits(first, definitions, data, path)
	}
	switch data := data.(type) {
	case map[string]any:
		properties, ok := schema["properties"].(map[string]any)
		if !ok {
			return nil
		}
		for name, value := range data {
			inner, ok := properties[name].(map[string]any)
			if !ok {
				faults = append(faults, path+"."+name+" is not described")
				continue
			}
			faults = append(faults, fits(inner, definitions, value, path+"."+name)...)
		}
		required, _ := schema["required"].([]any)
		for _, name := range required {
			if _, ok := data[name.(string)]; !ok { //nolint:forcetypeassert // names are texts
				faults = append(faults, path+" lacks "+name.(string)) //nolint:forcetypeassert // names are texts
			}
		}
	case []any:
		if schema["type"] != nil && schema["type"] != "array" {
			faults = append(faults, path+" is a list")
		}
		items, _ := schema["items"].(map[string]any)
		for _, one := range data {
			faults = append(faults, fits(items, definitions, one, path+"[]")...)
		}
	case nil:
		if schema["type"] != nil {
			faults = append(faults, path+" is null")
		}
	}
	return faults
}

func TestTheDataIsAsItsSchemaSays(t *testing.T) {
	t.Parallel()
	full := covered()
	for i := range full.Rules {
		r := &full.Rules[i]
		r.Files, r.Refusals, r.Boundaries = append([]string{}, r.Files...), append([]simulator.CoveredCode{}, r.Refusals...), append([]simulator.Boundary{}, r.Boundaries...)
	}
	run, err := ran(t, plainScenario)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		schema any
		data   string
	}{
		"run":      {RunSchema(), written(t, jsonOf, []*simulator.Result{run})},
		"page":     {PageSchema(), block(t, written(t, htmlOf, []*simulator.Result{run, ranWithAlbum(t, albumScenario)}), "run-1-data")},
		"coverage": {CoverageSchema(), written(t, coverageJSON, full)},
		"diff":     {DiffSchema(), written(t, diffJSON, differing(t))},
	} {
		text, err := json.Marshal(c.schema)
		require.NoError(t, err)
		var schema map[string]any
		require.NoError(t, json.Unmarshal(text, &schema))
		var data any
		require.NoError(t, json.Unmarshal([]byte(c.data), &data))
		definitions, _ := schema["$defs"].(map[string]any)
		assert.Empty(t, fits(schema, definitions, data, name))
	}
}

func TestEveryFieldOfTheDataIsDescribed(t *testing.T) {
	t.Parallel()
	for _, schema := range []any{RunSchema(), PageSchema(), CoverageSchema(), DiffSchema(), PortfolioSchema(), WorkloadSchema(), ResultsSchema().OneOf[0], ResultsSchema().OneOf[1]} {
		text, err := json.Marshal(schema)
		require.NoError(t, err)
		var read struct {
			Properties map[string]map[string]any `json:"properties"`
			Defs       map[string]struct {
				Properties map[string]map[string]any `json:"properties"`
			} `json:"$defs"`
		}
		require.NoError(t, json.Unmarshal(text, &read))
		described := func(name string, fields map[string]map[string]any) {
			for field, one := range fields {
				shown, err := json.Marshal(one)
				require.NoError(t, err)
				assert.Contains(t, string(shown), `"description"`, "%s.%s", name, field)
			}
		}
		described("", read.Properties)
		for name, one := range read.Defs {
			described(name, one.Properties)
		}
	}
}
