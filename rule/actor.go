package rule

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/mail"
	"strings"
	"unicode"
)

// Actor is who acts: a person, or the operator, which is the service that
// embeds the engine and may do anything. The zero Actor is nobody and may do
// nothing. Roles are never part of an Actor: they are looked up.
type Actor struct {
	operator bool
	email    string
	person   Person
}

// Operator is the embedding service itself.
var Operator = Actor{operator: true}

// ByEmail is the person with this address. The host has made sure that it is
// them. A text that is no address makes an actor that may do nothing.
func ByEmail(email string) Actor {
	_, address, err := ParseAddress(email)
	if err != nil {
		return Actor{}
	}
	return Actor{email: address, person: PersonOf(address)}
}

// IsOperator reports whether the actor is the embedding service.
func (a Actor) IsOperator() bool { return a.operator }

// Person returns the person's identifier, empty for the operator and for nobody.
func (a Actor) Person() Person { return a.person }

// Email returns the person's address, empty for the operator and for nobody.
func (a Actor) Email() string { return a.email }

// String returns the address, "operator" or "nobody".
func (a Actor) String() string {
	switch {
	case a.operator:
		return "operator"
	case a.email != "":
		return a.email
	default:
		return "nobody"
	}
}

// MaxName is how many bytes a name can have.
const MaxName = 200

// MaxAddress is how many bytes an e-mail address can have.
const MaxAddress = 254

// ParseAddress reads "a@b.c" or "Full Name <a@b.c>" and returns the name, if
// any, and the address trimmed and in lower case (ACC-1, ACC-6).
func ParseAddress(text string) (name, address string, err error) {
	text = strings.TrimSpace(text)
	if plain(text) {
		return "", text, nil
	}
	parsed, err := mail.ParseAddress(text)
	if err != nil || strings.HasSuffix(text, ";") { // a group of addresses is no address
		return "", "", fmt.Errorf("%q is not an e-mail address", clip(text))
	}
	name, address = strings.TrimSpace(parsed.Name), strings.ToLower(parsed.Address)
	again, err := mail.ParseAddress(address)
	if err != nil || again.Address != address || len(address) > MaxAddress || strings.ContainsFunc(parsed.Address, unkept) {
		return "", "", fmt.Errorf("%q is not an e-mail address", clip(text))
	}
	if len(name) > MaxName || !Legible(name) || CardLike(name) {
		return "", "", fmt.Errorf("a name has %d bytes at most, no control characters or others that cannot be seen, and no card number", MaxName)
	}
	return name, address, nil
}

// plain reports whether a text is an address beyond doubt and in its canonical
// form, as almost all are: it spares reading it letter by letter and twice.
func plain(text string) bool {
	at, dot := 0, true // a dot stands neither first nor last in a part, nor beside another
	for i := range len(text) {
		switch c := text[i]; {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '+' && at == 0:
			dot = false
		case c == '.' && !dot:
			dot = true
		case c == '@' && !dot && at == 0:
			at, dot = i, true
		default:
			return false
		}
	}
	return at > 0 && !dot && len(text) <= MaxAddress
}

// unkept reports letters that no address has here: those that cannot be seen, spaces,
// quotes, and those that a change to lower case would turn into a plain letter,
// so that two logins became one.
func unkept(r rune) bool {
	return Unseen(r) || joins(r) || unicode.IsSpace(r) || r == '"' || r > unicode.MaxASCII && unicode.ToLower(r) <= unicode.MaxASCII
}

func clip(s string) string {
	if len(s) > 80 {
		return s[:80] + "…"
	}
	return s
}

// Address is an e-mail address as a command's field holds it, with or without
// a full name before it. In a journal it stands as the person's identifier.
type Address string

// Parts returns the name, the canonical address and the person. An address
// that cannot be read is refused as invalid.
func (a Address) Parts() (name, email string, person Person, err error) {
	name, email, bad := ParseAddress(string(a))
	if bad != nil {
		return "", "", "", Refuse(Invalid, AddressRule, bad.Error())
	}
	return name, email, PersonOf(email), nil
}

// Person returns the person with this address, or "" where it is no address.
func (a Address) Person() Person {
	_, email, err := ParseAddress(string(a))
	if err != nil {
		return ""
	}
	return PersonOf(email)
}

// MarshalText writes the person's identifier, with a plus behind it where a
// full name stood before the address.
func (a Address) MarshalText() ([]byte, error) {
	if a == "" {
		return nil, nil
	}
	name, email, err := ParseAddress(string(a))
	if err != nil {
		return []byte(a), nil //nolint:nilerr // what is no address names nobody and is journalled as it is
	}
	token := string(PersonOf(email))
	if name != "" {
		token += "+"
	}
	return []byte(token), nil
}

// UnmarshalText takes the text as it is.
func (a *Address) UnmarshalText(text []byte) error {
	*a = Address(text)
	return nil
}

// AddressRule is the rule that an unreadable address breaks.
var AddressRule = Declare("ACC-1", "000, 004",
	"One person, one login. E-mail addresses are stored, shown and compared trimmed and in lower case. "+
		"A person may belong to several teams, with one role in each; two logins are two persons, and nothing of one counts for the other.")

// Secret is a word that only its holder knows. Records and journals hold its
// hash alone.
type Secret string

const hashed = "sha256:"

// Hash returns the SHA-256 of the secret in hexadecimal letters, behind a
// prefix that says so.
func (s Secret) Hash() string {
	if strings.HasPrefix(string(s), hashed) {
		return string(s)
	}
	sum := sha256.Sum256([]byte(s))
	return hashed + hex.EncodeToString(sum[:])
}

// IsHash reports whether the text is a hash already, as in a journal. Nobody
// outside may hand one in.
func (s Secret) IsHash() bool { return strings.HasPrefix(string(s), hashed) }

// MarshalText writes the hash.
func (s Secret) MarshalText() ([]byte, error) {
	if s == "" {
		return nil, nil
	}
	return []byte(s.Hash()), nil
}

// UnmarshalText takes the text as it is.
func (s *Secret) UnmarshalText(text []byte) error {
	*s = Secret(text)
	return nil
}
