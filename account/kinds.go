package account

import (
	"slices"

	"github.com/seatbook/seatbook/rule"
)

// known is one kind of the table of notices.
type known struct {
	kind NoticeKind
	// mandatory kinds reach everyone: nobody opts out of them.
	mandatory bool
}

// kinds is the table of notices. A kind that it does not hold can be muted by
// nobody, as nobody has been told of it.
var kinds = []known{
	{InvitationNotice, true},
	{InvitationEndedNotice, false},
	{"product-assigned", false},
	{"new-product", false},
	{"tokens-granted", false},
	{"update-published", false},
	{"order", true},
	{"invoice", true},
	{"credit-memo", true},
	{"renewed", true},
	{"seats-changed", true},
	{"term-changed", true},
	{"auto-renew-changed", true},
	{"payment-failed", true},
	{"stage-changed", true},
	{"renewal-open", false},
	{"renewal-coming", false},
	{"quote-ending", false},
	{"low-balance", false},
	{"tokens-ending", false},
	{"tokens-ended", false},
	{"tokens-short", false},
	{"token-limit", false},
	{"trial-ending", false},
	{"trial-ended", false},
	{"overlap-ending", false},
	{"education-ending", false},
	{"inactive-people", false},
	{MovedNotice, true},
	{AddressNotice, true},
}

// Mandatory reports whether a kind reaches people whatever they prefer, and
// whether it stands in the table of notices at all (ACC-22).
func (k NoticeKind) Mandatory() (mandatory, listed bool) {
	i := slices.IndexFunc(kinds, func(one known) bool { return one.kind == k })
	return i < 0 || kinds[i].mandatory, i >= 0
}

// wants reports whether the person is to get mail of a kind.
func (p Person) wants(kind NoticeKind) bool {
	mandatory, _ := kind.Mandatory()
	return mandatory || !slices.Contains(p.Muted, kind)
}

// prefer returns the kinds that the person has muted after a choice: a kind
// that is switched off is muted, one that is switched on no longer. Mandatory
// kinds cannot be switched off.
func (p Person) prefer(choice map[NoticeKind]bool) ([]NoticeKind, error) {
	muted := slices.Clone(p.Muted)
	named := make([]NoticeKind, 0, len(choice))
	for kind := range choice {
		named = append(named, kind)
	}
	slices.Sort(named)
	for _, kind := range named {
		mandatory, listed := kind.Mandatory()
		switch {
		case !listed:
			return nil, rule.Refusef(rule.Invalid, NoticeRule, "there is no kind of notice %q", string(kind[:min(len(kind), MaxHandle)]))
		case mandatory && !choice[kind]:
			return nil, rule.Refusef(rule.Invalid, NoticeRule, "notices of the kind %s cannot be switched off", kind).With(rule.Fig("kind", string(kind)))
		}
		muted = slices.DeleteFunc(muted, func(k NoticeKind) bool { return k == kind })
		if !choice[kind] {
			muted = append(muted, kind)
		}
	}
	slices.Sort(muted)
	return muted, nil
}
