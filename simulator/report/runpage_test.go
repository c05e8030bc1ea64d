package report

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/simulator"
)

func htmlOf(b *bytes.Buffer, runs []*simulator.Result) error { return HTML(b, runs) }

// ranWithAlbum runs a scenario with its album.
func ranWithAlbum(t *testing.T, text string) *simulator.Result {
	t.Helper()
	s, _ := parsed(t, text)
	r, err := s.Run(t.Context(), simulator.RunOptions{Album: true})
	require.NoError(t, err)
	return r
}

// albumScenario has everything once that an album can show, and a row that goes.
const albumScenario = `name: An album
start: 2026-01-05T09:00:00Z
zone: Europe/Paris
steps:
  - {do: account.create_team, with: {team: acme, owner: ada@acme.test, country: US}}
  - {do: billing.add_payment_method, by: ada@acme.test, with: {kind: card, token: tok_1}}
  - {do: billing.purchase, by: ada@acme.test, with: {team: acme, product: autocad-lt, seats: 2, term: annual}}
  - {do: billing.buy_tokens, by: ada@acme.test, with: {team: acme, tokens: 100}}
  - {do: account.invite, with: {team: acme, email: bob@acme.test}}
  - {mark: here}
  - {after: 1d, do: account.revoke_invitation, with: {team: acme, email: bob@acme.test}}
  - {do: licensing.assign, with: {team: acme, product: nothing, user: ada@acme.test}, fails: not-found}
  - {fork: {from: here, name: other, steps: [{after: 3d, ask: licensing.seats, with: {team: acme, product: autocad-lt}, want: {owned: 3}}]}}
`

// block returns the text of one of the page's blocks of data.
func block(t *testing.T, page, id string) string {
	t.Helper()
	_, text, found := strings.Cut(page, `<script type="application/json" id="`+id+`">`)
	require.True(t, found, id)
	text, _, found = strings.Cut(text, "</script>")
	require.True(t, found, id)
	return text
}

// between returns what stands between two texts.
func between(t *testing.T, page, from, to string) string {
	t.Helper()
	_, text, found := strings.Cut(page, from)
	require.True(t, found, from)
	text, _, found = strings.Cut(text, to)
	require.True(t, found, to)
	return text
}

func TestThePageIsSealed(t *testing.T) {
	t.Parallel()
	page := written(t, htmlOf, []*simulator.Result{story(), ranWithAlbum(t, albumScenario)})
	policy := unescaped(strings.ReplaceAll(between(t, page, `http-equiv="Content-Security-Policy" content="`, `">`), "&#39;", "'"))
	style, script := between(t, page, "<style>", "</style>"), between(t, page, "<script>", "</script>")
	assert.Equal(t, "default-src 'none'; style-src "+hashOf(style)+"; script-src "+hashOf(script)+
		"; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'", policy, "the policy names both by their bytes")
	assert.NotEqual(t, hashOf(style), hashOf(style+" "))
	assert.Equal(t, 1, strings.Count(page, "<style"))
	assert.Equal(t, 4, strings.Count(page, "<script"), "one script, the texts, and the data of each run")
	markup := strings.NewReplacer(script, "", style, "").Replace(page)
	assert.NotRegexp(t, `\s(on\w+|style|src|srcset|action|formaction|poster)=`, regexp.MustCompile(`(?s)<script type="application/json".*?</script>`).ReplaceAllString(markup, ""))
	for _, link := range regexp.MustCompile(`href="([^"]*)"`).FindAllStringSubmatch(markup, -1) {
		assert.True(t, strings.HasPrefix(link[1], "#"), link[1])
	}
	for _, address := range regexp.MustCompile(`(?i)\b(https?|wss?|data|blob):[^\s"]*`).FindAllString(page, -1) {
		assert.Equal(t, "http://www.w3.org/2000/svg", address, "a name and no place to fetch from")
	}
	assert.NotRegexp(t, `@import|url\(|fetch\(|XMLHttpRequest|innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|new Function`, style+script)
}

func TestNamesCannotEndTheirPlace(t *testing.T) {
	t.Parallel()
	nasty := "</script><script>alert(1)</script><!--<img src=x onerror=alert(2)>\"'`{{.}}\u2028\u2029&amp;"
	run := story()
	run.File, run.Name, run.Trouble = nasty, nasty, nasty
	run.Policy = map[string]string{nasty: nasty}
	for i := range run.Records {
		r := &run.Records[i]
		r.Note, r.Branch, r.Actor = nasty, []string{nasty}, nasty
		r.Failures = []string{nasty}
		r.With, _ = json.Marshal(map[string]string{nasty: nasty})
		r.Reasons = []simulator.Reason{{Rule: "ACC-4", Figures: []string{nasty}}}
	}
	run.Rules[0].Text = nasty
	plain, hostile := written(t, htmlOf, []*simulator.Result{story()}), written(t, htmlOf, []*simulator.Result{run})
	for _, tag := range []string{"<script", "</script", "<!--", "<img"} {
		want := strings.Count(plain, tag)
		assert.Equal(t, want, strings.Count(hostile, tag), tag)
	}
	var data pageRun
	require.NoError(t, json.Unmarshal([]byte(block(t, hostile, "run-0-data")), &data))
	assert.Equal(t, nasty, data.Name, "and it is as it was written")
	assert.Equal(t, nasty, data.Events[0].Note)
}

func TestThePageIsTheSameTwice(t *testing.T) {
	t.Parallel()
	one := written(t, htmlOf, []*simulator.Result{ranWithAlbum(t, albumScenario)})
	two := written(t, htmlOf, []*simulator.Result{ranWithAlbum(t, albumScenario)})
	assert.Equal(t, one, two)
}

// pictured is the story with an album in which every kind of row comes and one goes.
func pictured() *simulator.Result {
	run := story()
	price, err := money.Parse("3000.00 USD")
	if err != nil {
		panic(err)
	}
	end := run.Start.AddDate(1, 0, 0)
	main := &simulator.AlbumLine{
		Branch: []string{}, Begins: run.Start, Until: run.End, First: period.Date{Year: 2026, Month: 1, Day: 5}, Last: period.Date{Year: 2026, Month: 2, Day: 1},
		Days: []simulator.AlbumDay{
			{Day: period.Date{Year: 2026, Month: 1, Day: 5}, Teams: map[string]simulator.TeamThen{"acme": {
				People:        map[string]*simulator.PersonThen{"ada@acme.test": {Role: "primary", Status: "active", Products: 1}, "bob@acme.test": {Role: "user", Status: "invited"}},
				Seats:         map[string]*simulator.SeatsThen{"sketch": {Owned: 3, Assigned: 1, Free: 2, Used: 1}},
				Tokens:        &simulator.TokensThen{Bought: 1000, Left: 990, Held: 3, Used: 7},
				Packs:         map[string]*simulator.PackThen{"pack_acme_2": {Tokens: 1000, Left: 990, Expires: end}},
				Subscriptions: map[string]*simulator.SubscriptionThen{"sub_acme_1": {Product: "sketch", Seats: 3, Term: "annual", Status: "active", Starts: run.Start, Ends: end, AutoRenew: true}},
				Invoices:      map[string]*simulator.InvoiceThen{"ivc_acme_1": {Issued: run.Start, Status: "paid", Total: price, Open: money.Zero("USD")}},
			}}},
			{Day: period.Date{Year: 2026, Month: 1, Day: 20}, Teams: map[string]simulator.TeamThen{"acme": {People: map[string]*simulator.PersonThen{"bob@acme.test": nil}}}},
		},
	}
	branch := &simulator.AlbumLine{Branch: []string{"what if"}, Begins: run.Start, Until: run.Start, First: main.First, Last: main.Last, Days: main.Days[:1]}
	run.Album = &simulator.Album{Lines: []*simulator.AlbumLine{main, branch}, Trouble: "one day is missing"}
	return run
}

func TestTheDataOfThePage(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	require.NoError(t, json.Indent(&b, []byte(block(t, written(t, htmlOf, []*simulator.Result{pictured()}), "run-0-data")), "", "  "))
	golden(t, "page.json", b.String()+"\n")
}

func TestAPageOfNothingAndOfOneRunHasNoIndex(t *testing.T) {
	t.Parallel()
	for _, runs := range [][]*simulator.Result{nil, {story()}, {story(), story()}} {
		page := written(t, htmlOf, runs)
		assert.Equal(t, len(runs) > 1, strings.Contains(page, `<table id="index">`))
		assert.Equal(t, len(runs), strings.Count(page, `-data">`))
	}
}

func TestFailedStepsStandOnTop(t *testing.T) {
	t.Parallel()
	page := written(t, htmlOf, []*simulator.Result{story()})
	top, rest, found := strings.Cut(page, `<article id="run"`)
	require.True(t, found)
	assert.Contains(t, top, `<span data-t="wanted">want</span> allowed: false, <span data-t="came">got</span> true`)
	assert.NotContains(t, block(t, rest, "texts"), "want allowed")
	var data pageRun
	require.NoError(t, json.Unmarshal([]byte(block(t, page, "run-0-data")), &data))
	event := regexp.MustCompile(`href="#run-0-event-(\d+)"`).FindStringSubmatch(top)
	require.Len(t, event, 2)
	failed := slices.IndexFunc(data.Events, func(e pageEvent) bool { return len(e.Failures) > 0 })
	assert.Equal(t, event[1], jsonText(t, failed), "the link leads to the event")
	assert.NotContains(t, top, "failures-more")

	many := story()
	for range mostFailures {
		many.Records = append(many.Records, many.Records[failed])
	}
	page = written(t, htmlOf, []*simulator.Result{many})
	assert.Equal(t, mostFailures, strings.Count(page, `<li><a href="#run-0-event-`))
	assert.Contains(t, page, `<p id="failures-more" data-n="1">`)
	broken := story()
	broken.Failed, broken.Records, broken.Trouble = 0, nil, "audit: something does not add up"
	assert.Contains(t, written(t, htmlOf, []*simulator.Result{broken}), "story.yaml: audit: something does not add up")
}

func jsonText(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return string(text)
}

func TestLongResultsAreLeftOut(t *testing.T) {
	t.Parallel()
	run := story()
	fits := `"` + strings.Repeat("x", mostResult-2) + `"`
	run.Records[0].Result, run.Records[1].Result = json.RawMessage(fits), json.RawMessage(`"x`+fits[1:])
	data := pageRunOf(run)
	assert.Equal(t, json.RawMessage(fits), data.Events[0].Result)
	assert.Zero(t, data.Events[0].Cut)
	assert.Nil(t, data.Events[1].Result)
	assert.Equal(t, mostResult+1, data.Events[1].Cut)
}

func TestEveryCitedRuleIsOnThePage(t *testing.T) {
	t.Parallel()
	run := story()
	run.Records[0].Reasons = append(run.Records[0].Reasons, simulator.Reason{Rule: "MON-2"})
	data := pageRunOf(run)
	assert.Equal(t, "MON-2", data.Rules[len(data.Rules)-1].ID, "a rule that the run does not list is pointed at all the same")
	ids := []string{}
	for _, r := range rulesOf([]*simulator.Result{run, ranWithAlbum(t, albumScenario)}) {
		ids = append(ids, r.ID)
	}
	sorted := slices.Clone(ids)
	slices.Sort(sorted)
	assert.Equal(t, len(ids), len(slices.Compact(sorted)), "each is there once")
}

// words are what a text says, in one form or two.
func words(t *testing.T, key string, text any) []string {
	t.Helper()
	if one, ok := text.(string); ok {
		require.NotEmpty(t, strings.TrimSpace(one), key)
		return []string{one}
	}
	list, ok := text.([]any)
	require.True(t, ok && len(list) == 2, "%s is a text, or one for one and one for several", key)
	return []string{words(t, key, list[0])[0], words(t, key, list[1])[0]}
}

func TestEveryTextIsThereInBothLanguages(t *testing.T) {
	t.Parallel()
	holes := regexp.MustCompile(`\{\w+\}`)
	sorted := func(text string) []string { list := holes.FindAllString(text, -1); slices.Sort(list); return list }
	for key, text := range runTexts {
		english, french := words(t, key, text.English), words(t, key, text.French)
		require.Len(t, french, len(english), key)
		for i := range english {
			assert.Equal(t, sorted(english[0]), sorted(english[i]), key)
			assert.Equal(t, sorted(english[0]), sorted(french[i]), key)
		}
	}
}

func TestEveryTextThatIsSaidExistsAndEveryOtherIsGone(t *testing.T) {
	t.Parallel()
	source := pageFile("page.html") + runScript
	said := map[string]bool{}
	for _, form := range []string{`say\("(\w+)"`, `data-t(?:-label|-title)?="(\w+)"`, `\{t "(\w+)"\}`, `(?:fact|data|figure)\("(\w+)"`, `say\([^")]*\? "(\w+)"`, `say\([^")]*\? "\w+" : "(\w+)"`} {
		for _, found := range regexp.MustCompile(form).FindAllStringSubmatch(source, -1) {
			said[found[1]] = true
		}
	}
	// Columns, sections, kinds and outcomes are said by the names they have in the data.
	for _, head := range regexp.MustCompile(`head: \[([^\]]*)\]`).FindAllStringSubmatch(source, -1) {
		for _, name := range regexp.MustCompile(`"#?(\w+)"`).FindAllStringSubmatch(head[1], -1) {
			said[name[1]] = true
		}
	}
	for _, name := range []string{
		"people", "seats", "packs", "subscriptions", "invoices", "totals", "kind_step", "kind_work", "kind_notice", "kind_fact",
		"outcome_passed", "outcome_failed", "outcome_refused",
	} {
		said[name] = true
	}
	for key := range said {
		_, exists := runTexts[key]
		assert.True(t, exists || strings.HasSuffix(key, "_"), "%s is said and does not exist", key)
	}
	for key := range runTexts {
		assert.True(t, said[key], "%s is never said", key)
	}
	_, err := english("no such text")
	require.Error(t, err)
	_, err = english("events")
	require.Error(t, err, "which has two forms")
}

func TestInstantsCarryTheirOwnOffset(t *testing.T) {
	t.Parallel()
	run := ranWithAlbum(t, albumScenario)
	data := pageRunOf(run)
	assert.Equal(t, "2026-01-05T10:00:00+01:00", data.Events[0].At.Format(time.RFC3339), "so that a page needs no table of zones")
	for _, line := range data.Album.Lines {
		assert.Equal(t, 10, line.Begins.Hour())
		assert.Equal(t, 10, line.Until.Hour())
	}
}

func TestAFailureIsToldApart(t *testing.T) {
	t.Parallel()
	side := func(key, text string) pageSide { return pageSide{Known: true, Key: key, Text: text} }
	for text, want := range map[string]pageMiss{
		"want owned: 4, got 5":                         {Want: side("", "owned: 4"), Came: side("", "5")},
		"want it done, got refusal conflict: it is so": {Want: side("it_done", ""), Came: side("refusal_word", " conflict: it is so")},
		"want refusal no-seats, got it done":           {Want: side("refusal_word", " no-seats"), Came: side("it_done", "")},
		"want name: a, got b, got c":                   {},
		"the engine panicked":                          {},
	} {
		want.Text = text
		assert.Equal(t, []pageMiss{want}, missesOf([]string{text}))
	}
}
