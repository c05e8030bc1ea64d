package account

import (
	"fmt"
	"slices"
	"strings"
)

// Role is what a person is in one team (ACC-2).
type Role string

// The roles, from the highest to the lowest.
const (
	Primary   Role = "primary"
	Secondary Role = "secondary"
	SSO       Role = "sso"
	User      Role = "user"
	Guest     Role = "guest"
)

var roles = []Role{Primary, Secondary, SSO, User, Guest}

// Words returns the words a role is written with.
func (Role) Words() []string { return Words(roles) }

// UnmarshalText takes one of the words.
func (r *Role) UnmarshalText(text []byte) error { return OneOf(r, Role(text), roles) }

// Admin reports whether the role administers the team.
func (r Role) Admin() bool { return r == Primary || r == Secondary || r == SSO }

// Above reports whether the role stands higher than another. Nobody grants, or
// acts on, a role above their own. Secondary and SSO admins stand side by side:
// both appoint both.
func (r Role) Above(other Role) bool { return r.height() > other.height() }

func (r Role) height() int {
	switch r {
	case Primary:
		return 3
	case Secondary, SSO:
		return 2
	case User:
		return 1
	case Guest:
		return 0
	default:
		return -1
	}
}

// Language is the language a person reads.
type Language string

// The languages that notices are written in.
const (
	English Language = "en"
	French  Language = "fr"
)

var languages = []Language{English, French}

// Words returns the words a language is written with.
func (Language) Words() []string { return Words(languages) }

// UnmarshalText takes one of the words.
func (l *Language) UnmarshalText(text []byte) error { return OneOf(l, Language(text), languages) }

// Words turns a list of typed words into plain ones.
func Words[W ~string](list []W) []string {
	all := make([]string, len(list))
	for i, w := range list {
		all[i] = string(w)
	}
	return all
}

// OneOf sets a typed word to one of a list, or says which words there are. The
// empty word stands for one that was not given.
func OneOf[W ~string](to *W, word W, list []W) error {
	if word != "" && !slices.Contains(list, word) {
		return fmt.Errorf("%q is none of %s", string(word), strings.Join(Words(list), ", "))
	}
	*to = word
	return nil
}
