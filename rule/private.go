package rule

import "strings"

// Private is a text that says something of a person, such as their name, as a
// command's field holds it. In a journal it stands as its hash, and the text
// itself in the person's own records, from where a replay takes it.
type Private string

// Hash returns what stands for the text in a journal.
func (p Private) Hash() string { return Secret(p).Hash() }

// IsHash reports whether the text is a hash already, as in a journal. Nobody
// outside may hand one in.
func (p Private) IsHash() bool { return strings.HasPrefix(string(p), hashed) }

// MarshalText writes the hash.
func (p Private) MarshalText() ([]byte, error) { return Secret(p).MarshalText() }

// UnmarshalText takes the text as it is.
func (p *Private) UnmarshalText(text []byte) error {
	*p = Private(text)
	return nil
}

// Restorable is a command whose journalled form lacks more than the addresses
// in its fields: it puts back what it lacks from the records of the engine whose
// journal is run again. The function turns the identifier of a person that a
// journal has into their address.
type Restorable interface {
	Restore(v *View, address func(Address) (Address, error)) (any, error)
}

var quoting = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// Named is an address with a full name before it, where there is one.
func Named(name, email string) Address {
	if name == "" {
		return Address(email)
	}
	return Address(`"` + quoting.Replace(name) + `" <` + email + `>`)
}
