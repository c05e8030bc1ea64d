package rule

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Unseen reports whether a letter is one that nobody sees where it stands: a
// control character, a mark that turns the direction of writing, a letter of no
// width, the end of a line or paragraph. Two texts that differ by it alone look
// the same, and one with it can look like something else.
//
// The joiner and the non-joiner are not among them: names in Persian and in the
// languages of India are not written without.
func Unseen(r rune) bool {
	return !joins(r) && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

// Legible reports whether a name, or another text of one line, shows all that is
// in it: it is UTF-8 and has nothing [Unseen], and a joiner only between two
// letters that are not Latin.
func Legible(text string) bool {
	if !utf8.ValidString(text) || strings.ContainsFunc(text, Unseen) {
		return false
	}
	before := ' '
	for _, r := range text {
		if joins(r) && !joinable(before) || joins(before) && !joinable(r) {
			return false
		}
		before = r
	}
	return !joins(before)
}

// joins reports the joiner and the non-joiner.
func joins(r rune) bool { return r == '\u200d' || r == '\u200c' }

func joinable(r rune) bool {
	return r > unicode.MaxLatin1 && !joins(r) && !unicode.In(r, unicode.Latin)
}
