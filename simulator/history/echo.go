package history

import (
	"slices"
	"strings"

	"github.com/seatbook/seatbook/simulator"
)

// echoed are the types of fields that take what an earlier command had.
var echoed = map[string]bool{"text": true, "address": true}

// echo draws an earlier command about the same thing, whose fields a new one can
// have too, so that what was given is taken back, and what was asked for granted.
// It returns nil where there is none, and at times where there is.
func (c *cast) echo(of *simulator.Signature, t *team) *step {
	if c.beat != nil && c.often(80) {
		return c.before
	}
	if c.often(25) {
		return nil
	}
	var related, similar []*step
	for i := range c.done {
		s := &c.done[i]
		if team := s.field("team"); team != "" && team != t.name {
			continue
		}
		shared := 0
		for _, f := range of.Fields {
			if f.Name != "team" && s.has(f.Name) != nil {
				shared++
			}
		}
		switch {
		case shared > 0 && (kin(of.Name, s.name) || slices.Contains(after[of.Name], s.name)):
			related = append(related, s)
		case shared > 1:
			similar = append(similar, s)
		}
	}
	switch {
	case len(related) > 0:
		return one(c.random, related)
	case len(similar) > 0 && c.often(85):
		return one(c.random, similar)
	default:
		return nil
	}
}

// after are commands that make sense of what others have done, by their names.
var after = map[string][]string{
	"billing.undo": {"billing.reduce_seats", "billing.change_term", "billing.set_auto_renew"},
	"billing.free": {"billing.add_seats", "billing.purchase"},
}

// kin reports whether two commands are about the same thing: their names share
// the words behind the verb, or one is the other taken back.
func kin(one, other string) bool {
	_, one, _ = strings.Cut(one, ".")
	_, other, _ = strings.Cut(other, ".")
	_, what, found := strings.Cut(one, "_")
	_, with, and := strings.Cut(other, "_")
	if found && and && one != other {
		return strings.HasSuffix(what, with) || strings.HasSuffix(with, what)
	}
	return one != other && (strings.HasSuffix(one, other) || strings.HasSuffix(other, one))
}
