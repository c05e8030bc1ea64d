package account

import (
	"slices"
	"strings"
	"time"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Security is how a person's login is secured. Who has switched nothing on has
// no such row. The host signs people in, and asks here whether for a second step.
type Security struct {
	Person rule.Person
	// TwoStep is since when a second step is asked for at sign-in.
	TwoStep time.Time
	// Trusted are the devices on which it is not, in the order of their handles.
	Trusted []TrustedDevice
}

// TrustedDevice is a device on which a person is asked for no second step.
type TrustedDevice struct {
	// Handle is the person's own name for it.
	Handle string
	Since  time.Time
}

var securities = store.NewTable("account.security", func(s *Security) (string, store.Key) { return string(s.Person), "" })

// MaxTrusted is how many devices a person can trust.
const MaxTrusted = 20

// SetTwoStep switches the second step of a person's sign-in on or off.
type SetTwoStep struct {
	User rule.Address `json:"user"`
	On   bool         `json:"on"`
}

// TrustDevice trusts a device: on it no second step is asked for.
type TrustDevice struct {
	User rule.Address `json:"user"`
	// Device is the person's own handle for it, 1 to 64 of a-z, 0-9 and hyphens.
	Device string `json:"device"`
}

// ForgetDevice no longer trusts a device.
type ForgetDevice struct {
	User   rule.Address `json:"user"`
	Device string       `json:"device"`
}

// SecurityShown is how a login is secured, as results show it.
type SecurityShown struct {
	TwoStep bool `json:"two_step"`
	// Trusted are in the order of their handles.
	Trusted []TrustedShown `json:"trusted"`
}

// TrustedShown is a trusted device as results show it.
type TrustedShown struct {
	Device string    `json:"device"`
	Since  time.Time `json:"since"`
}

// SecurityResult is the result of commands that change how a login is secured.
type SecurityResult struct {
	Security SecurityShown `json:"security"`
}

// About names the person.
func (c SetTwoStep) About(v *rule.View) (rule.Subject, error) { return aboutSelf(v, c.User) }

// About names the person.
func (c TrustDevice) About(v *rule.View) (rule.Subject, error) { return aboutSelf(v, c.User) }

// About names the person.
func (c ForgetDevice) About(v *rule.View) (rule.Subject, error) { return aboutSelf(v, c.User) }

// Do switches it (ACC-14). Setting what is set changes nothing. With the
// second step goes all trust, so that it is not there by itself when the step
// comes back.
func (c SetTwoStep) Do(s *rule.Scope) (SecurityResult, error) {
	kept, err := securityOf(s, c.User)
	if err != nil {
		return SecurityResult{}, err
	}
	s.Cite(ProfileRule, rule.Fig("two-step", c.On), rule.Fig("trusted", len(kept.Trusted)))
	switch {
	case c.On != kept.TwoStep.IsZero():
		return SecurityResult{kept.shown()}, nil
	case !c.On:
		return SecurityResult{Security{}.shown()}, securities.Delete(s.Tx(), string(kept.Person), "")
	}
	kept.TwoStep = s.Now()
	return kept.keep(s)
}

// Do trusts the device while the second step is on, as there is nothing to spare
// without it (ACC-14). Trusting it again leaves it as it is.
func (c TrustDevice) Do(s *rule.Scope) (SecurityResult, error) {
	kept, err := securityOf(s, c.User)
	if err != nil {
		return SecurityResult{}, err
	}
	if err := CheckHandle("device", c.Device); err != nil {
		return SecurityResult{}, err
	}
	s.Cite(ProfileRule, rule.Fig("two-step", !kept.TwoStep.IsZero()), rule.Fig("trusted", len(kept.Trusted)))
	at, trusted := kept.find(c.Device)
	switch {
	case rule.CardLike(c.Device):
		return SecurityResult{}, rule.Refuse(rule.Invalid, ProfileRule, "a device's name cannot hold what may be a card number")
	case kept.TwoStep.IsZero():
		return SecurityResult{}, rule.Refuse(rule.Conflict, ProfileRule, "a device is trusted where a second step is asked for at sign-in: switch that on first")
	case trusted:
		return SecurityResult{kept.shown()}, nil
	case len(kept.Trusted) >= MaxTrusted:
		return SecurityResult{}, rule.Refusef(rule.Conflict, ProfileRule, "a person trusts %d devices at most", MaxTrusted).With(rule.Fig("trusted", len(kept.Trusted)))
	}
	kept.Trusted = slices.Insert(slices.Clone(kept.Trusted), at, TrustedDevice{Handle: c.Device, Since: s.Now()})
	return kept.keep(s)
}

// Do forgets the device (ACC-14).
func (c ForgetDevice) Do(s *rule.Scope) (SecurityResult, error) {
	kept, err := securityOf(s, c.User)
	if err != nil {
		return SecurityResult{}, err
	}
	s.Cite(ProfileRule, rule.Fig("trusted", len(kept.Trusted)))
	at, trusted := kept.find(c.Device)
	if !trusted {
		return SecurityResult{}, rule.Missing("device", c.Device)
	}
	kept.Trusted = slices.Delete(slices.Clone(kept.Trusted), at, at+1)
	return kept.keep(s)
}

// securityOf returns how a person's login is secured, and makes the login of who
// has none.
func securityOf(s *rule.Scope, user rule.Address) (Security, error) {
	p, err := EnsureLogin(s, user)
	if err != nil {
		return Security{}, err
	}
	kept, found, err := securities.Get(s.Tx(), string(p.ID), "")
	if !found {
		kept = Security{Person: p.ID}
	}
	return kept, err
}

// find returns where a device stands or would stand, and whether it does.
func (k Security) find(device string) (at int, trusted bool) {
	return slices.BinarySearchFunc(k.Trusted, device, func(d TrustedDevice, handle string) int { return strings.Compare(d.Handle, handle) })
}

func (k Security) keep(s *rule.Scope) (SecurityResult, error) {
	return SecurityResult{k.shown()}, securities.Put(s.Tx(), k)
}

func (k Security) shown() SecurityShown {
	shown := SecurityShown{TwoStep: !k.TwoStep.IsZero(), Trusted: []TrustedShown{}}
	for _, d := range k.Trusted {
		shown.Trusted = append(shown.Trusted, TrustedShown{Device: d.Handle, Since: d.Since})
	}
	return shown
}
