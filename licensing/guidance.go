package licensing

import (
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
)

// Change is what replaces what a person works with.
type Change string

// The changes that guidance is given for.
const (
	Upgraded      Change = "upgrade"
	SeatToTokens  Change = "seat-to-tokens"
	TokensToSeat  Change = "tokens-to-seat"
	TrialToSeat   Change = "trial-to-seat"
	TrialToTokens Change = "trial-to-tokens"
)

var changes = []Change{Upgraded, SeatToTokens, TokensToSeat, TrialToSeat, TrialToTokens}

// Words returns the words a change is written with.
func (Change) Words() []string { return account.Words(changes) }

// UnmarshalText takes one of the words.
func (c *Change) UnmarshalText(text []byte) error { return account.OneOf(c, Change(text), changes) }

// SoldBy is the channel by which the new product was bought.
type SoldBy string

// The channels.
const (
	SoldDirect   SoldBy = "direct"
	SoldBySales  SoldBy = "sales"
	SoldResold   SoldBy = "reseller"
	SoldByLegacy SoldBy = "legacy-processor"
)

var soldBy = []SoldBy{SoldDirect, SoldBySales, SoldResold, SoldByLegacy}

// Words returns the words a channel is written with.
func (SoldBy) Words() []string { return account.Words(soldBy) }

// UnmarshalText takes one of the words.
func (c *SoldBy) UnmarshalText(text []byte) error { return account.OneOf(c, SoldBy(text), soldBy) }

// IncorrectSerial is the error that a serial number gives which should have
// been updated and was not, or the other way round.
const IncorrectSerial = "incorrect serial number"

// Guidance is what people have to do with what is installed.
type Guidance struct {
	// Reinstall reports whether the software must be installed again.
	Reinstall bool `json:"reinstall"`
	// UpdateSerial reports whether the serial number must be updated, and Error
	// is what a wrong one gives; empty where there is none to update.
	UpdateSerial bool   `json:"update_serial"`
	Error        string `json:"error"`
	// Rules are the identifiers of the rules that decided.
	Rules []string `json:"rules"`
}

// UpgradeGuidanceQuery asks whether anything must be installed again, or a
// serial number updated, after an upgrade or another change. Anyone may ask.
type UpgradeGuidanceQuery struct {
	// Change is what happens; left out, an upgrade.
	Change Change `json:"change,omitempty"`
	// FromSuite says that an upgrade leaves a suite, Lapsed that the suite's
	// subscription has lapsed.
	FromSuite bool `json:"from_suite,omitempty"`
	Lapsed    bool `json:"lapsed,omitempty"`
	// Channel is how the new product was bought; left out, directly.
	Channel SoldBy `json:"channel,omitempty"`
	// Standalone says that the old product was bought by itself, and Release is
	// the year of the release that is installed.
	Standalone bool `json:"standalone,omitempty"`
	Release    int  `json:"release,omitempty"`
	// Product and Installed are what is installed, for changes that are no
	// upgrade; nothing installed must be installed.
	Product   string `json:"product,omitempty"`
	Installed string `json:"installed,omitempty"`
}

// About names the actor: the question concerns nobody else.
func (q UpgradeGuidanceQuery) About(v *rule.View) (rule.Subject, error) {
	person := v.Actor().Person()
	if person == "" {
		return rule.Subject{}, nil
	}
	streams, err := account.Concerns(v, person)
	return rule.Subject{Person: person, Touches: streams}, err
}

// Answer guides (LIC-7, LIC-15).
func (q UpgradeGuidanceQuery) Answer(v *rule.View) (Guidance, error) {
	if q.Change != "" && q.Change != Upgraded {
		return q.replaced(v)
	}
	const latest = 9999
	switch {
	case q.FromSuite && q.Standalone:
		return Guidance{}, rule.Refuse(rule.Invalid, OverlapRule, "what was bought standalone was not bought in a suite")
	case q.Standalone && (q.Release < 1 || q.Release > latest):
		return Guidance{}, rule.Refuse(rule.Invalid, OverlapRule, "what was bought standalone is told with the year of its release")
	case q.Lapsed && !q.FromSuite:
		return Guidance{}, rule.Refuse(rule.Invalid, OverlapRule, "only a suite's subscription is asked for as lapsed")
	}
	g := Guide(q, SerialRelease.Of(v))
	v.Cite(OverlapRule, rule.Fig("from suite", q.FromSuite), rule.Fig("lapsed", q.Lapsed), rule.Fig("channel", string(q.Channel)),
		rule.Fig("standalone", q.Standalone), rule.Fig("release", q.Release), rule.Fig("serial-release", SerialRelease.Of(v)))
	g.Rules = v.Cited()
	return g, nil
}

// Guide decides what an upgrade asks for. In general that is nothing. The serial
// number is updated where a release up to the one given was bought standalone.
// The software is installed again where the new product was bought by sales or
// a reseller, and the old one was a suite whose subscription has lapsed.
func Guide(q UpgradeGuidanceQuery, serialRelease int) Guidance {
	g := Guidance{
		Reinstall:    (q.Channel == SoldBySales || q.Channel == SoldResold) && q.FromSuite && q.Lapsed,
		UpdateSerial: q.Standalone && q.Release <= serialRelease,
	}
	if g.UpdateSerial {
		g.Error = IncorrectSerial
	}
	return g
}

// replaced decides for a seat that replaces tokens, the other way, and after a
// trial: what is installed and supported stays.
func (q UpgradeGuidanceQuery) replaced(v *rule.View) (Guidance, error) {
	p, err := ProductOf(v, q.Product)
	if err != nil {
		return Guidance{}, err
	}
	refused := CheckRelease(v, p, q.Installed)
	if refused != nil && rule.AsRefusal(refused) == nil {
		return Guidance{}, refused
	}
	supported := q.Installed != "" && refused == nil
	v.Cite(KeepInstalledRule, rule.Fig("change", string(q.Change)), rule.Fig("installed", q.Installed), rule.Fig("supported", supported))
	return Guidance{Reinstall: !supported, Rules: v.Cited()}, nil
}
