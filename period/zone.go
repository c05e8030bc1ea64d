package period

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // A host without a zone database must not refuse its teams' zones.
)

// ErrZone means that a name is not a time zone of the IANA database. It is what
// errors.Is finds in every error of LoadZone, ParseZone and Zone.UnmarshalText.
var ErrZone = errors.New("period: unknown time zone")

// zones keeps each *time.Location by its name. Only names of the database get in, so it stays small.
var zones sync.Map

// LoadZone returns the location of an IANA name such as "Europe/Paris", or "UTC". It
// keeps what it has loaded, so calling it again costs a look-up.
//
// It refuses with ErrZone what is not in the database and what would mean another thing
// on another host: the empty name, "Local" and "localtime". It also refuses "right/…",
// whose clocks count leap seconds and so run apart from everybody else's.
func LoadZone(name string) (*time.Location, error) {
	if loaded, ok := zones.Load(name); ok {
		return loaded.(*time.Location), nil
	}
	switch {
	case name == "":
		return nil, fmt.Errorf(`%w: the name is empty: want an IANA name such as Europe/Paris`, ErrZone)
	case name == "Local" || name == "localtime":
		return nil, fmt.Errorf("%w: %q depends on the host: want an IANA name such as Europe/Paris", ErrZone, name)
	case strings.HasPrefix(name, "right/"):
		return nil, fmt.Errorf("%w: %q counts leap seconds: want the name without right/", ErrZone, name)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("%w %q: %w", ErrZone, name, err)
	}
	zones.Store(name, loc)
	return loc, nil
}

// Zone is the IANA name of a time zone, as it is stored and configured. The empty Zone
// means none has been chosen and stands for UTC. A Zone made by conversion is not
// checked; one that came from ParseZone or UnmarshalText is a zone or empty.
type Zone string

// ParseZone returns the zone of that name, and refuses what LoadZone refuses, the empty name included.
func ParseZone(name string) (Zone, error) {
	if _, err := LoadZone(name); err != nil {
		return "", err
	}
	return Zone(name), nil
}

// Location returns the zone's location: UTC for the empty Zone, and also for a name
// that LoadZone refuses, which only an unchecked conversion can have put there.
func (z Zone) Location() *time.Location {
	if loc, err := LoadZone(string(z)); err == nil {
		return loc
	}
	return time.UTC
}

// UnmarshalText reads a name as ParseZone does. An empty text is the empty Zone, so
// that a value which has none survives being stored.
func (z *Zone) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*z = ""
		return nil
	}
	parsed, err := ParseZone(string(text))
	if err != nil {
		return err
	}
	*z = parsed
	return nil
}

// orUTC is loc, and UTC for nil.
func orUTC(loc *time.Location) *time.Location {
	if loc == nil {
		return time.UTC
	}
	return loc
}
