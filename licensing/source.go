package licensing

import (
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
)

// SourceKind says why a person holds a product.
type SourceKind string

// The reasons to hold a product.
const (
	Personal SourceKind = "personal"
	ByGroup  SourceKind = "group"
	Pinned   SourceKind = "pinned"
	// Default is the reason of who holds what everyone in the team does.
	Default SourceKind = "default"
)

// own reports whether the reason is the person's alone, and not that of a group
// or of the whole team.
func (s Source) own() bool { return s.Kind == Personal || s.Kind == Pinned }

// Source is one reason to hold a product: the group or the subscription it
// comes from, empty for a personal grant or a default from the pool.
type Source struct {
	Kind SourceKind
	From string
}

// common is the refusal to take from one person what a group or the whole team has.
func (h Holding) common() error {
	source := h.Sources[0]
	if source.Kind == Default {
		return rule.Refusef(rule.Conflict, DefaultsRule, "%s comes from the team's defaults and cannot be taken from one member alone", h.Product)
	}
	return rule.Refusef(rule.Conflict, account.GroupRule, "%s comes from a group and cannot be taken from one member alone", h.Product).
		With(rule.Fig("group", source.From))
}
