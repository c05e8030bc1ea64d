package rule_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/seatbook/seatbook/rule"
)

func TestNearest(t *testing.T) {
	t.Parallel()
	names := []string{"early-renewal", "late-renewal-long", "late-renewal-monthly", "renewal-notice"}
	steps := []string{"do", "ask", "preview", "mark", "fork", "rewind", "at", "after", "by", "with", "want", "fails", "save", "note"}
	cases := []struct {
		name, text string
		candidates []string
		want       string
	}{
		{"is the text itself where it is there", "renewal-notice", names, "renewal-notice"},
		{"forgives a letter left out", "early-renwal", names, "early-renewal"},
		{"forgives a letter too many", "earlly-renewal", names, "early-renewal"},
		{"forgives another letter", "aarly-renewal", names, "early-renewal"},
		{"takes the nearer of two", "late-renewal-lo", names, "late-renewal-long"},
		{"takes the first by alphabet of two as near", "b", []string{"d", "c", "a"}, "a"},
		{"takes the shortest for nothing at all", "", names, "early-renewal"},
		{"is nothing where there is no candidate", "anything", nil, ""},
		{"forgives two letters that changed places", "wiht", steps, "with"}, //nolint:misspell // on purpose
		{"forgives that at the beginning too", "wnat", steps, "want"},       //nolint:misspell // on purpose
		{"forgives that of the only two letters", "od", steps, "do"},
		{"takes the one of the same letters of two as near", "tca", []string{"a", "act", "tcxx"}, "act"},
		{"takes the one with the same first letter of two as near", "mark", []string{"bark", "mars"}, "mars"},
		{"takes the one with more of the letters of two as near", "qbc", []string{"abx", "zbcy"}, "zbcy"},
		{"is blind to large and small letters", "bil-4", []string{"ACC-4", "BIL-1", "BIL-4"}, "BIL-4"},
		{"is not blind to them between two that are alike", "Bil", []string{"BIL", "Bil", "bil"}, "Bil"},
		{"takes an empty candidate", "ab", []string{"", "wxyz"}, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			given := slices.Clone(c.candidates)
			require.Equal(t, c.want, rule.Nearest(c.text, given))
			require.Equal(t, c.candidates, given, "the list is left in its order")
		})
	}
	require.NotPanics(t, func() { rule.Nearest(strings.Repeat("x", 1<<20), []string{strings.Repeat("y", 1<<20), "x"}) })
}

// differ counts, in the plainest way, how many slips make b of a.
func differ(a, b string) int {
	if a == "" || b == "" {
		return len(a) + len(b)
	}
	least := 1 + min(differ(a[1:], b), differ(a, b[1:]), differ(a[1:], b[1:]))
	if a[0] == b[0] {
		least = min(least, differ(a[1:], b[1:]))
	}
	if len(a) > 1 && len(b) > 1 && a[0] == b[1] && a[1] == b[0] {
		least = min(least, 1+differ(a[2:], b[2:]))
	}
	return least
}

func TestNearestIsTheFewestSlipsAway(t *testing.T) {
	t.Parallel()
	word := rapid.StringMatching(`[abc]{0,5}`)
	rapid.Check(t, func(t *rapid.T) {
		text, candidates := word.Draw(t, "text"), rapid.SliceOfN(word, 1, 6).Draw(t, "candidates")
		best := rule.Nearest(text, candidates)
		require.Contains(t, candidates, best)
		for _, one := range candidates {
			require.LessOrEqual(t, differ(text, best), differ(text, one), one)
		}
		shuffled := rapid.Permutation(candidates).Draw(t, "shuffled")
		require.Equal(t, best, rule.Nearest(text, shuffled), "whatever their order")
		require.Equal(t, best, rule.Nearest(strings.ToUpper(text), candidates), "however they are written, as no candidate is large")
	})
}
