package rule_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/rule"
)

func TestALegibleTextShowsAllThatIsInIt(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		legible    bool
	}{
		{"is a plain name", "Ada Lovelace", true},
		{"is empty", "", true},
		{"has accents, put together or not", "Zoë Zoe\u0308", true},
		{"has a non-joiner between Persian letters", "می\u200cخواهم", true},
		{"has a joiner between pictures", "👩\u200d👧", true},
		{"has a joiner between Latin letters", "ac\u200dme", false},
		{"begins with a joiner", "\u200dم", false},
		{"ends with a joiner", "م\u200d", false},
		{"has two joiners in a row", "م\u200d\u200dم", false},
		{"has a letter of no width", "ac\u200bme", false},
		{"has a soft hyphen", "ac\u00adme", false},
		{"turns the direction", "ac\u202eme", false},
		{"isolates a direction", "ac\u2066me", false},
		{"has a mark of byte order", "\ufeffacme", false},
		{"has two lines", "ac\nme", false},
		{"has two paragraphs", "ac\u2029me", false},
		{"has a null", "ac\x00me", false},
		{"has a tag", "ac\U000E0041me", false},
		{"is not UTF-8", "ac\xffme", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.legible, rule.Legible(test.text))
		})
	}
}
