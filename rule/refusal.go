package rule

import (
	"errors"
	"fmt"
	"strings"
)

// Code is the stable word of a refusal. It is an error, so that
// errors.Is(err, rule.TooEarly) asks whether a refusal has this code.
type Code string

// Error returns the word.
func (c Code) Error() string { return string(c) }

// The codes that refusals carry.
const (
	NotPermitted       Code = "not-permitted"
	NotFound           Code = "not-found"
	Invalid            Code = "invalid"
	Conflict           Code = "conflict"
	InvitationExpired  Code = "invitation-expired"
	InvitationUsed     Code = "invitation-used"
	InvitationRevoked  Code = "invitation-revoked"
	InvitationInvalid  Code = "invitation-invalid"
	PrimaryRequired    Code = "primary-required"
	NotSecondary       Code = "not-secondary"
	NoSeats            Code = "no-seats"
	TooEarly           Code = "too-early"
	TooLate            Code = "too-late"
	NotSelfService     Code = "not-self-service"
	NotUpgradable      Code = "not-upgradable"
	PaymentDeclined    Code = "payment-declined"
	InsufficientTokens Code = "insufficient-tokens"
	TokenLimit         Code = "token-limit"
	InsufficientCredit Code = "insufficient-credits"
	NotAssigned        Code = "not-assigned"
	CurrencyMismatch   Code = "currency-mismatch"
	VersionTooOld      Code = "version-too-old"
	TrialUsed          Code = "trial-used"
	TooManyDevices     Code = "too-many-devices"
	DeviceInUse        Code = "device-in-use"
	Parked             Code = "parked"
)

// Codes returns every refusal code, in the order of the book.
func Codes() []Code {
	return []Code{
		NotPermitted, NotFound, Invalid, Conflict, InvitationExpired, InvitationUsed, InvitationRevoked, InvitationInvalid,
		PrimaryRequired, NotSecondary, NoSeats, TooEarly, TooLate, NotSelfService, NotUpgradable, PaymentDeclined,
		InsufficientTokens, TokenLimit, InsufficientCredit, NotAssigned, CurrencyMismatch, VersionTooOld, TrialUsed, TooManyDevices, DeviceInUse, Parked,
	}
}

// Refusal is the error of a command or query that a rule forbids. Nothing was
// changed.
type Refusal struct {
	Code Code
	// Rule is the rule that forbids it.
	Rule *Rule
	// Text says what was refused and why, in words to read aloud.
	Text string
	// Figures are the values that decided.
	Figures []Figure
	// Contact says who can help; empty where the actor can help themselves.
	Contact string
}

// Refuse makes a refusal.
func Refuse(code Code, r *Rule, text string, figures ...Figure) *Refusal {
	return &Refusal{Code: code, Rule: r, Text: text, Figures: figures}
}

// Refusef makes a refusal whose text is made of values.
func Refusef(code Code, r *Rule, format string, args ...any) *Refusal {
	return &Refusal{Code: code, Rule: r, Text: fmt.Sprintf(format, args...)}
}

// With returns the refusal with these figures added.
func (r *Refusal) With(figures ...Figure) *Refusal {
	c := *r
	c.Figures = append(append([]Figure(nil), r.Figures...), figures...)
	return &c
}

// To returns the refusal with whom to contact.
func (r *Refusal) To(contact string) *Refusal {
	c := *r
	c.Contact = contact
	return &c
}

// Error says the text, then the code, the rule and the figures in brackets.
func (r *Refusal) Error() string {
	parts := []string{string(r.Code)}
	if r.Rule != nil {
		parts = append(parts, r.Rule.ID)
	}
	for _, f := range r.Figures {
		parts = append(parts, f.String())
	}
	text := fmt.Sprintf("%s (%s)", r.Text, strings.Join(parts, ", "))
	if r.Contact != "" {
		text += "; contact " + r.Contact
	}
	return text
}

// Is reports whether target is this refusal's code.
func (r *Refusal) Is(target error) bool {
	code, ok := target.(Code)
	return ok && code == r.Code
}

// AsRefusal returns the refusal in err's chain, or nil.
func AsRefusal(err error) *Refusal {
	var r *Refusal
	if errors.As(err, &r) {
		return r
	}
	return nil
}
