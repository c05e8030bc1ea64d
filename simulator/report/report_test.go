package report

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/simulator"
)

var update = flag.Bool("update", false, "write the goldens anew")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o750))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), got, "run the test with -update and read what changed")
}

// story is a run in which everything happens that a timeline can show.
func story() *simulator.Result {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic(err)
	}
	at := func(month time.Month, day, hour, minute int) time.Time {
		return time.Date(2026, month, day, hour, minute, 0, 0, paris)
	}
	bob := string(rule.PersonOf("bob@acme.test"))
	step := func(number string, line int, at time.Time, actor, name, with, result string) simulator.Record {
		r := simulator.Record{
			Kind: simulator.StepRecord, Step: number, Line: line, At: at, Verb: simulator.DoStep, Name: name, Actor: actor, Passed: true,
			With: json.RawMessage(with), Reasons: []simulator.Reason{{Rule: "ACC-4", Figures: []string{"permission buy", "role primary"}}},
		}
		if result != "" {
			r.Result = json.RawMessage(result)
		}
		return r
	}
	bought := step("1", 7, at(1, 5, 9, 0), "ada@acme.test", "billing.purchase", `{"team":"acme","product":"sketch","seats":3,"term":"annual"}`,
		`{"subscription":{"id":"sub_acme_1","status":"active","ends":"2027-01-05T08:00:00Z"},"invoice":{"status":"paid","total":"3000.00 USD","open":"0.00 USD"}}`)
	bought.Reasons = append(bought.Reasons, simulator.Reason{Rule: "BIL-3", Figures: []string{"price 1000.00 USD"}}, simulator.Reason{Rule: "BIL-3", Figures: []string{"seats 3"}})
	tokens := step("2", 8, at(1, 5, 9, 0), "ada@acme.test", "billing.buy_tokens", `{"team":"acme","tokens":1000}`, `{"pack":{"tokens":1000,"left":1000},"invoice":{"status":"open","total":"30.00 USD","open":"30.00 USD"}}`)
	tokens.Note = "on account"
	mark := simulator.Record{Kind: simulator.StepRecord, Step: "3", Line: 9, At: at(1, 5, 9, 0), Verb: simulator.MarkStep, Name: "spring", Passed: true}
	var windows []simulator.Record
	for day := range 5 {
		windows = append(windows, simulator.Record{
			Kind: simulator.WorkRecord, Step: "4", Line: 10, At: at(1, 6+day, 9, 0), Name: "flex.window-end", Actor: "time", Streams: []rule.Stream{"acme"}, Subject: bob,
			Reasons: []simulator.Reason{{Rule: "FLX-3", Figures: []string{"user " + bob}}},
		})
	}
	notice := func(to string) simulator.Record {
		return simulator.Record{Kind: simulator.NoticeRecord, Step: "4", Line: 10, At: at(2, 1, 10, 30), Name: "low-balance", Facts: map[string]string{"to": to}}
	}
	fact := simulator.Record{
		Kind: simulator.FactRecord, Step: "4", Line: 10, At: at(2, 1, 10, 30), Name: "renewed", Streams: []rule.Stream{"acme"},
		Facts: map[string]string{"ends": "2028-01-05T08:00:00Z", "by": bob},
	}
	refused := step("4", 10, at(2, 1, 10, 30), "bob@acme.test", "billing.renew", `{"subscription":"sub_acme_1"}`, "")
	refused.Refusal = &simulator.Refused{Code: rule.NotPermitted, Rule: "ACC-4", Text: "bob@acme.test lacks the permission manage-subscription"}
	wrong := step("5.1", 14, at(1, 6, 9, 0), "operator", "flex.access", `{"user":"bob@acme.test","product":"sketch"}`, `{"allowed":true,"source":"seat","until":"2027-01-05T08:00:00Z","rules":[]}`)
	wrong.Verb, wrong.Branch, wrong.Passed = simulator.AskStep, []string{"what if"}, false
	wrong.Failures = []string{"want allowed: false, got true", "want source: none, got seat"}
	fork := simulator.Record{Kind: simulator.StepRecord, Step: "5", Line: 11, At: at(2, 1, 10, 30), Verb: simulator.ForkStep, Name: "what if", Passed: true}
	hidden := step("6", 15, at(2, 1, 10, 30), "operator", "account.create_team", `{"team":"x\u001b[31m","owner":"a@x.test"}`, `{}`)
	hidden.Verb = simulator.PreviewStep
	records := append([]simulator.Record{bought, tokens, mark}, windows...)
	records = append(records, notice("ada@acme.test"), notice("bob@acme.test"), fact, refused, fork, wrong, hidden)
	return &simulator.Result{
		File: "story.yaml", Name: "A story", Zone: "Europe/Paris", Seed: 3, Policy: map[string]string{"invitation-life": "3d"},
		Start: at(1, 5, 9, 0), End: at(2, 1, 10, 30), Days: 27, Steps: 8, Passed: 6, Failed: 1, Records: records,
		Rules: []simulator.CitedRule{
			{ID: "ACC-4", Text: "Who may do what is one table, deny by default. Who lacks a permission is refused."},
			{ID: "BIL-3", Text: "A price is " + strings.Repeat("a very long matter ", 20), Params: []simulator.Value{{Name: "proration", Value: "day"}}},
			{ID: "FLX-3", Text: "A window is a day."},
		},
	}
}

func timeline(t *testing.T, o Options) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, Timeline(&b, story(), o))
	return b.String()
}

func TestTimeline(t *testing.T) {
	t.Parallel()
	golden(t, "plain.txt", timeline(t, Options{}))
	golden(t, "plain-explained.txt", timeline(t, Options{Explain: true}))
	golden(t, "terminal.txt", timeline(t, Options{Width: 110}))
	golden(t, "terminal-narrow.txt", timeline(t, Options{Width: 60}))
	golden(t, "terminal-explained.txt", timeline(t, Options{Width: 110, Explain: true}))
	golden(t, "quiet.txt", timeline(t, Options{Quiet: true}))
}

func TestColoursAreForTerminalsAlone(t *testing.T) {
	t.Parallel()
	assert.Equal(t, timeline(t, Options{}), timeline(t, Options{Color: true}))
	assert.NotContains(t, timeline(t, Options{Width: 100}), "\x1b", "neither ours nor what a scenario smuggles in")
	colored := timeline(t, Options{Width: 110, Color: true})
	assert.Contains(t, colored, "\x1b[31m✗")
	assert.Equal(t, timeline(t, Options{Width: 110}), plain(colored), "colours change no text")
}

// plain takes the colours out of a text.
func plain(text string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, "\x1b[")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		_, text, _ = strings.Cut(after, "m")
	}
}

func TestWallTimeIsForTerminalsAlone(t *testing.T) {
	t.Parallel()
	assert.Contains(t, timeline(t, Options{Width: 100, Took: 12 * time.Millisecond}), "27 days simulated in 12ms\n")
	assert.Contains(t, timeline(t, Options{}), "27 days simulated\n")
}

func TestJSON(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	require.NoError(t, JSON(&b, []*simulator.Result{story()}))
	var data struct {
		Version int                 `json:"version"`
		Runs    []*simulator.Result `json:"runs"`
	}
	require.NoError(t, json.Unmarshal(b.Bytes(), &data))
	assert.Equal(t, FormatVersion, data.Version)
	require.Len(t, data.Runs, 1)
	assert.Len(t, data.Runs[0].Records, len(story().Records))

	b.Reset()
	require.NoError(t, JSON(&b, nil))
	assert.Equal(t, "{\n  \"version\": 1,\n  \"runs\": []\n}\n", b.String())
}

func TestReadable(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2026-01-05T00:00:00Z":      "2026-01-05",
		"2026-01-05T09:30:00Z":      "2026-01-05 09:30",
		"2026-01-05T09:30:01Z":      "2026-01-05 09:30:01",
		"2026-01-05T09:30:01.5Z":    "2026-01-05 09:30:01.5",
		"0001-01-01T00:00:00Z":      "",
		"words\nover\x1b two lines": "words over two lines",
	} {
		assert.Equal(t, want, readable(text, time.UTC))
	}
}
