package rule

import (
	"strings"
	"unicode/utf8"
)

// Storable reports whether every store keeps a text as it is: it is UTF-8 and has
// no zero byte. The engine refuses commands with other texts.
func Storable(text string) bool {
	return utf8.ValidString(text) && !strings.Contains(text, "\x00")
}

// File is a text that is read and not kept, such as a list of people: who reads it
// says in its own words what is wrong with it.
type File interface{ ReadNotKept() }
