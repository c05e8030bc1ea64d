package notice_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/notice"
	"github.com/seatbook/seatbook/rule"
)

var update = flag.Bool("update", false, "write testdata/notices.golden anew")

// samples are the facts of each kind, as the code writes them. A kind stands
// here more than once where its text has more than one form.
var samples = []struct {
	kind  account.NoticeKind
	facts map[string]string
}{
	{"invitation", map[string]string{"team": "Acme & Söhne", "ends": "2026-10-07T09:00:00Z"}},
	{"invitation-ended", map[string]string{"invited": "eve@acme.test"}},
	{"product-assigned", map[string]string{"product": "sketch"}},
	{"new-product", map[string]string{"product": "suite"}},
	{"tokens-granted", map[string]string{"products": "all"}},
	{"tokens-granted", map[string]string{"products": "[sketch]"}},
	{"tokens-granted", map[string]string{"products": "[draft, plan, sketch]"}},
	{"trial-ending", map[string]string{"product": "sketch", "ends": "2026-04-01T09:00:00Z", "next": "tokens"}},
	{"trial-ending", map[string]string{"product": "sketch", "ends": "2026-04-01T09:00:00Z", "next": "none"}},
	{"trial-ending", map[string]string{"product": "sketch", "ends": "2026-04-01T09:00:00Z", "next": "seat"}},
	{"trial-ended", map[string]string{"product": "sketch", "ends": "2026-04-01T09:00:00Z", "next": "tokens"}},
	{"trial-ended", map[string]string{"product": "sketch", "ends": "2026-04-01T09:00:00Z", "next": "none"}},
	{"trial-ended", map[string]string{"product": "sketch", "ends": "2026-04-01T09:00:00Z", "next": "seat"}},
	{"trial-ending", map[string]string{"product": "sketch", "ends": "2026-04-01T09:00:00Z", "next": "education"}},
	{"trial-ended", map[string]string{"product": "sketch", "ends": "2026-04-01T09:00:00Z", "next": "education"}},
	{"overlap-ending", map[string]string{"product": "sketch-lt", "next": "sketch", "ends": "2026-03-03T10:00:00Z", "reader": "holder", "people": "2"}},
	{"overlap-ending", map[string]string{"product": "sketch-lt", "next": "sketch", "ends": "2026-03-03T10:00:00Z", "reader": "admin", "people": "1"}},
	{"overlap-ending", map[string]string{"product": "sketch-lt", "next": "sketch", "ends": "2026-04-14T10:00:00+02:00", "reader": "admin", "people": "1200"}},
	{"education-ending", map[string]string{"product": "sketch", "ends": "2027-01-05T09:00:00Z", "renewable": "yes"}},
	{"education-ending", map[string]string{"product": "sketch", "ends": "2027-01-05T10:00:00+01:00", "renewable": "no"}},
	{"update-published", map[string]string{"product": "sketch", "update": "Spring fixes"}},
	{"low-balance", map[string]string{"left": "14", "limit": "20"}},
	{"low-balance", map[string]string{"left": "0", "limit": "1"}},
	{"tokens-ending", map[string]string{"tokens": "1", "ends": "2027-03-01T00:00:00Z"}},
	{"tokens-ending", map[string]string{"tokens": "1000000", "ends": "2027-08-15T21:30:00+05:30"}},
	{"tokens-ended", map[string]string{"tokens": "1"}},
	{"tokens-ended", map[string]string{"tokens": "1234"}},
	{"tokens-short", map[string]string{"product": "sketch"}},
	{"token-limit", map[string]string{"limit": "10", "used": "7", "per": "person", "of": "bob@acme.test", "in": "day", "closed": ""}},
	{"token-limit", map[string]string{"limit": "10", "used": "7", "per": "product", "of": "sketch", "in": "week", "closed": ""}},
	{"token-limit", map[string]string{"limit": "10", "used": "7", "per": "team", "of": "", "in": "month", "closed": ""}},
	{"token-limit", map[string]string{"limit": "10", "used": "7", "per": "person", "of": "bob@acme.test", "in": "day", "closed": "sketch"}},
	{"token-limit", map[string]string{"limit": "10", "used": "7", "per": "team", "of": "", "in": "month", "closed": "sketch"}},
	{"address-available", map[string]string{}},
	{"cutover", map[string]string{"cutover": "2015-03-13T00:00:00Z"}},
	{"order", map[string]string{"order": "ord_acme_3", "kind": "subscription", "product": "sketch"}},
	{"order", map[string]string{"order": "ord_acme_4", "kind": "tokens", "product": ""}},
	{"invoice", map[string]string{"invoice": "ivc_acme_3", "total": "1200.00 USD", "due": ""}},
	{"invoice", map[string]string{"invoice": "ivc_acme_3", "total": "1200.00 USD", "due": "2026-04-01T09:00:00Z"}},
	{"credit-memo", map[string]string{"memo": "memo_acme_5", "total": "1111.23 USD", "left": "0.00 USD", "refunded": ""}},
	{"credit-memo", map[string]string{"memo": "memo_acme_6", "total": "1000.00 USD", "left": "100.01 USD", "refunded": "899.99 USD"}},
	{"renewed", map[string]string{"product": "sketch", "seats": "3", "term": "annual", "ends": "2027-04-01T09:00:00Z"}},
	{"seats-changed", map[string]string{"product": "sketch", "seats": "1", "from": "2026-04-01T09:00:00Z"}},
	{"term-changed", map[string]string{"product": "sketch", "term": "three-year", "from": "2026-04-01T09:00:00Z"}},
	{"auto-renew-changed", map[string]string{"product": "sketch", "on": "false", "ends": "2026-04-01T09:00:00Z"}},
	{"auto-renew-changed", map[string]string{"product": "sketch", "on": "true", "ends": "2026-04-01T09:00:00Z"}},
	{"payment-failed", map[string]string{"product": "sketch", "amount": "900.00 USD", "retry": "2026-04-02T09:00:00Z"}},
	{"payment-failed", map[string]string{"product": "sketch", "amount": "900.00 USD", "retry": ""}},
	{"stage-changed", map[string]string{"product": "sketch", "stage": "expired"}},
	{"stage-changed", map[string]string{"product": "sketch", "stage": "suspended"}},
	{"stage-changed", map[string]string{"product": "sketch", "stage": "cancelled"}},
	{"stage-changed", map[string]string{"product": "sketch", "stage": "active"}},
	{"renewal-open", map[string]string{"product": "sketch", "ends": "2026-04-01T09:00:00Z"}},
	{"renewal-coming", map[string]string{"product": "sketch", "auto_renew": "true", "ends": "2026-04-01T09:00:00Z"}},
	{"renewal-coming", map[string]string{"product": "sketch", "auto_renew": "false", "ends": "2026-04-01T09:00:00Z"}},
	{"quote-ending", map[string]string{"quote": "quo_acme_7", "total": "1200.00 USD", "ends": "2026-04-01T09:00:00Z"}},
	{"inactive-people", map[string]string{"people": "1", "members": "1", "inactive": "30d"}},
	{"inactive-people", map[string]string{"people": "1200", "members": "50000", "inactive": "3mo"}},
	{"inactive-people", map[string]string{"people": "2", "members": "3", "inactive": "12mo"}},
}

var languages = []account.Language{account.English, account.French}

func text(t testing.TB, n account.Notice) notice.Message {
	t.Helper()
	m, err := notice.Text(n)
	require.NoError(t, err)
	return m
}

func TestEveryTextReadsAsAPersonHasReadIt(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, s := range samples {
		for _, l := range languages {
			m := text(t, account.Notice{Stream: "acme", Kind: s.kind, Language: l, Facts: s.facts})
			fmt.Fprintf(&b, "%s %s\n\n%s\n\n%s\n\n----\n", s.kind, l, m.Subject, m.Body)
		}
	}
	const name = "testdata/notices.golden"
	if *update {
		require.NoError(t, os.WriteFile(name, []byte(b.String()), 0o644))
	}
	want, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, string(want), b.String(), "run the test with -update and read what changed")
}

func TestEveryKindHasASample(t *testing.T) {
	t.Parallel()
	shown := map[account.NoticeKind]bool{}
	for _, s := range samples {
		shown[s.kind] = true
	}
	for _, kind := range notice.Kinds() {
		require.True(t, shown[kind], "the golden does not show %s", kind)
	}
}

func TestTheLanguagesSayItDifferently(t *testing.T) {
	t.Parallel()
	for _, s := range samples {
		n := account.Notice{Stream: "acme", Kind: s.kind, Language: account.English, Facts: s.facts}
		english := text(t, n)
		n.Language = account.French
		french := text(t, n)
		require.NotEqual(t, english.Subject, french.Subject, s.kind)
		require.NotEqual(t, english.Body, french.Body, s.kind)
		require.NotContains(t, french.Subject+french.Body, "'", "%s: French has ’ for an apostrophe", s.kind)
	}
}

func TestEveryLanguageOfAPersonIsWritten(t *testing.T) {
	t.Parallel()
	for _, word := range account.Language("").Words() {
		for _, s := range samples {
			text(t, account.Notice{Stream: "acme", Kind: s.kind, Language: account.Language(word), Facts: s.facts})
		}
	}
}

func TestTextsAreShort(t *testing.T) {
	t.Parallel()
	for _, s := range samples {
		for _, l := range languages {
			m := text(t, account.Notice{Stream: "acme", Kind: s.kind, Language: l, Facts: s.facts})
			require.NotContains(t, m.Subject, "\n", "%s %s", s.kind, l)
			require.LessOrEqual(t, len([]rune(m.Subject)), 90, "%s %s: %s", s.kind, l, m.Subject)
			require.LessOrEqual(t, len([]rune(m.Body)), 400, "%s %s: %s", s.kind, l, m.Body)
		}
	}
}

func TestTheTeamIsCalledByItsNameWhereTheNoticeTellsIt(t *testing.T) {
	t.Parallel()
	n := account.Notice{Stream: "acme", Kind: "product-assigned", Facts: map[string]string{"product": "sketch"}}
	require.Contains(t, text(t, n).Body, "The team acme has")
	n.Facts["team"] = "Acme Ltd"
	require.Contains(t, text(t, n).Body, "The team Acme Ltd has")
	require.Equal(t, map[string]string{"product": "sketch", "team": "Acme Ltd"}, n.Facts, "the notice is the caller's")
}

func TestAPersonsStreamIsNoTeam(t *testing.T) {
	t.Parallel()
	n := account.Notice{Kind: "product-assigned", Facts: map[string]string{"product": "sketch"}}
	for _, stream := range []rule.Stream{"", rule.PersonOf("eve@acme.test").Stream()} {
		n.Stream = stream
		_, err := notice.Text(n)
		require.ErrorIs(t, err, notice.ErrFacts, stream)
		require.ErrorContains(t, err, `"team"`)
	}
}

func TestWhatCannotBeWordedIsToldClearly(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		notice account.Notice
		want   error
		says   string
	}{
		{"a kind without a text", account.Notice{Kind: "birthday"}, notice.ErrKind, `"birthday"`},
		{"no kind", account.Notice{}, notice.ErrKind, `""`},
		{"a text that is no kind", account.Notice{Kind: "tokens"}, notice.ErrKind, `"tokens"`},
		{"one of a kind's two texts", account.Notice{Kind: "invitation.subject"}, notice.ErrKind, `"invitation.subject"`},
		{"another language", account.Notice{Kind: "invitation", Language: "de"}, notice.ErrLanguage, `"de"`},
		{"no facts at all", account.Notice{Kind: "low-balance"}, notice.ErrFacts, `low-balance.body`},
		{"a fact that is missing", account.Notice{Kind: "low-balance", Facts: map[string]string{"limit": "3"}}, notice.ErrFacts, `"left"`},
		{"a count that is none", account.Notice{Kind: "tokens-ended", Facts: map[string]string{"tokens": "many"}}, notice.ErrFacts, `"many"`},
		{"a count beyond all bounds", account.Notice{Kind: "tokens-ended", Facts: map[string]string{"tokens": "9223372036854775808"}}, notice.ErrFacts, "9223372036854775808"},
		{"a date that is none", account.Notice{Kind: "invitation", Facts: map[string]string{"ends": "never"}}, notice.ErrFacts, `"never"`},
		{"a date without a zone", account.Notice{Kind: "invitation", Facts: map[string]string{"ends": "2026-10-07T09:00:00"}}, notice.ErrFacts, "2026-10-07T09:00:00"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if c.notice.Stream == "" {
				c.notice.Stream = "acme"
			}
			m, err := notice.Text(c.notice)
			require.ErrorIs(t, err, c.want)
			require.ErrorContains(t, err, c.says)
			require.NotContains(t, m.Subject+m.Body, "no value")
		})
	}
}

func TestAnUnnamedLanguageIsEnglish(t *testing.T) {
	t.Parallel()
	n := account.Notice{Stream: "acme", Kind: "product-assigned", Facts: map[string]string{"product": "sketch"}}
	unnamed := text(t, n)
	n.Language = account.English
	require.Equal(t, text(t, n), unnamed)
}

func TestInstantsAreWrittenAsTheLanguageWritesDates(t *testing.T) {
	t.Parallel()
	cases := []struct{ fact, english, french string }{
		{"2026-01-01T00:00:00Z", "1 January 2026 at 00:00 UTC", "1er janvier 2026 à 00:00 UTC"},
		{"2026-01-02T23:59:59.999999999Z", "2 January 2026 at 23:59 UTC", "2 janvier 2026 à 23:59 UTC"},
		{"2026-02-21T09:05:00Z", "21 February 2026 at 09:05 UTC", "21 février 2026 à 09:05 UTC"},
		{"2028-02-29T12:00:00+09:00", "29 February 2028 at 12:00 UTC+09:00", "29 février 2028 à 12:00 UTC+09:00"},
		{"2026-12-31T23:00:00-03:30", "31 December 2026 at 23:00 UTC-03:30", "31 décembre 2026 à 23:00 UTC-03:30"},
		{"2026-08-01T12:00:00+00:00", "1 August 2026 at 12:00 UTC", "1er août 2026 à 12:00 UTC"},
	}
	for _, c := range cases {
		n := account.Notice{Stream: "acme", Kind: "invitation", Facts: map[string]string{"ends": c.fact}}
		require.Contains(t, text(t, n).Body, "before "+c.english+".")
		n.Language = account.French
		require.Contains(t, text(t, n).Body, "avant le "+c.french+".")
	}
}

func TestEveryMonthHasItsName(t *testing.T) {
	t.Parallel()
	names := map[account.Language][]string{
		account.English: strings.Fields("January February March April May June July August September October November December"),
		account.French:  strings.Fields("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
	}
	for _, l := range languages {
		for i, name := range names[l] {
			facts := map[string]string{"ends": fmt.Sprintf("2026-%02d-15T09:00:00Z", i+1)}
			m := text(t, account.Notice{Stream: "acme", Kind: "invitation", Language: l, Facts: facts})
			require.Contains(t, m.Body, "15 "+name+" 2026")
		}
	}
}

func TestCountsAgreeWithTheirNoun(t *testing.T) {
	t.Parallel()
	const space = "\u00a0" // French parts thousands with a space that no line ends at
	cases := []struct{ fact, english, french string }{
		{"0", "0 tokens", "0 jeton"},
		{"1", "1 token", "1 jeton"},
		{"2", "2 tokens", "2 jetons"},
		{"21", "21 tokens", "21 jetons"},
		{"999", "999 tokens", "999 jetons"},
		{"1000", "1,000 tokens", "1" + space + "000 jetons"},
		{"1000000", "1,000,000 tokens", "1" + space + "000" + space + "000 jetons"},
		{"9223372036854775807", "9,223,372,036,854,775,807 tokens", strings.ReplaceAll("9 223 372 036 854 775 807", " ", space) + " jetons"},
	}
	for _, c := range cases {
		n := account.Notice{Stream: "acme", Kind: "tokens-ended", Facts: map[string]string{"tokens": c.fact}}
		require.Contains(t, text(t, n).Body, "with "+c.english+" unused")
		n.Language = account.French
		require.Contains(t, text(t, n).Body, "restait "+c.french+".")
	}
}

func TestAProductOfTheNameAllIsNotAllProducts(t *testing.T) {
	t.Parallel()
	n := account.Notice{Stream: "acme", Kind: "tokens-granted", Facts: map[string]string{"products": "[all]"}}
	require.Contains(t, text(t, n).Body, "open all.")
	n.Facts["products"] = "all"
	require.Contains(t, text(t, n).Body, "open every product that runs on tokens.")
}

// A name can be chosen by anybody. It stays one piece of one line, and what
// looks like a template is none.
func TestNamesAddNothingToAMail(t *testing.T) {
	t.Parallel()
	n := account.Notice{Stream: "acme", Kind: "invitation", Facts: map[string]string{
		"team": "Acme\r\nBcc: all@acme.test\x1b[2J\u2028{{.ends}} <b>&amp;</b>", "ends": "2026-10-07T09:00:00Z",
	}}
	require.Equal(t, "Acme  Bcc: all@acme.test [2J {{.ends}} <b>&amp;</b> invites you to join", text(t, n).Subject)
}

func TestNoFactMakesTextPanic(t *testing.T) {
	t.Parallel()
	names := rapid.SampledFrom([]string{"team", "ends", "invited", "product", "products", "tokens", "left", "limit"})
	facts := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
		"", "[", "]", "[]", "[, ]", "all", "never", "-1", "-9223372036854775808", "0000-01-01T00:00:00Z", "9999-12-31T23:59:60Z", "2026-01-01T00:00:00+23:59",
	}))
	rapid.Check(t, func(t *rapid.T) {
		n := account.Notice{
			Stream:   rule.Stream(rapid.StringMatching(`~?[a-z]*`).Draw(t, "stream")),
			Kind:     rapid.SampledFrom(notice.Kinds()).Draw(t, "kind"),
			Language: rapid.SampledFrom(languages).Draw(t, "language"),
			Facts:    rapid.MapOf(names, facts).Draw(t, "facts"),
		}
		m, err := notice.Text(n)
		if err != nil {
			require.ErrorIs(t, err, notice.ErrFacts)
			return
		}
		require.NotContains(t, m.Subject, "\n")
		require.NotContains(t, m.Subject+m.Body, "<no value>")
		require.Equal(t, 1, strings.Count(m.Body, "\n\n"), "a name makes no paragraph")
	})
}

func TestTextMayBeAskedByManyAtOnce(t *testing.T) {
	t.Parallel()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for _, s := range samples {
				for _, l := range languages {
					_, err := notice.Text(account.Notice{Stream: "acme", Kind: s.kind, Language: l, Facts: s.facts})
					if err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	all.Wait()
}

func TestKindsAreTheCallersOwn(t *testing.T) {
	t.Parallel()
	first := notice.Kinds()
	require.IsIncreasing(t, first)
	first[0] = "changed"
	require.NotEqual(t, first, notice.Kinds())
}

func BenchmarkText(b *testing.B) {
	n := account.Notice{Stream: "acme", Kind: "tokens-ending", Language: account.French, Facts: samples[9].facts}
	for b.Loop() {
		if _, err := notice.Text(n); err != nil {
			b.Fatal(err)
		}
	}
}
