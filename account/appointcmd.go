package account

import (
	"slices"

	"github.com/seatbook/seatbook/rule"
)

// NamePhoneUser lets a member telephone the support for what a purchaser bought.
type NamePhoneUser struct {
	Team string       `json:"team"`
	User rule.Address `json:"user"`
	// Purchaser is whose purchases are meant; left out, the actor's.
	Purchaser rule.Address `json:"purchaser,omitempty"`
}

// PhoneUsersResult is the result of commands that name who may telephone.
type PhoneUsersResult struct {
	PhoneUsers AppointmentShown `json:"phone_users"`
}

// About names the team and its purchaser.
func (c NamePhoneUser) About(v *rule.View) (rule.Subject, error) {
	return aboutPurchase(v, c.Team, c.User, c.Purchaser)
}

// Do names the member, where a plan of the purchaser has the phone (ACC-16).
func (c NamePhoneUser) Do(s *rule.Scope) (PhoneUsersResult, error) {
	purchaser, err := purchaserMeant(&s.View, c.Purchaser)
	if err != nil {
		return PhoneUsersResult{}, err
	}
	bought, err := PlanService.Of(&s.View).Bought(&s.View, rule.Stream(c.Team))
	if err != nil {
		return PhoneUsersResult{}, err
	}
	phone := slices.ContainsFunc(bought, func(b Bought) bool {
		return b.Live && b.Purchaser == purchaser && slices.Contains(levelOf(&s.View, b.Plan).Channels(), Phone)
	})
	if !phone {
		return PhoneUsersResult{}, rule.Refusef(rule.NotAssigned, SupportRule, "no live subscription of the purchaser has a plan with support by phone, which is for %s and %s",
			Advanced, EnterprisePriority)
	}
	shown, err := appoint(s, Appointment{Team: rule.Stream(c.Team), As: asPhoneUser}, c.User, c.Purchaser, true)
	return PhoneUsersResult{shown}, err
}

// RemovePhoneUser no longer lets a person telephone the support.
type RemovePhoneUser struct {
	Team      string       `json:"team"`
	User      rule.Address `json:"user"`
	Purchaser rule.Address `json:"purchaser,omitempty"`
}

// About names the team and its purchaser.
func (c RemovePhoneUser) About(v *rule.View) (rule.Subject, error) {
	return aboutPurchase(v, c.Team, c.User, c.Purchaser)
}

// Do takes the name off the list; who is not on it is taken off in peace.
func (c RemovePhoneUser) Do(s *rule.Scope) (PhoneUsersResult, error) {
	shown, err := appoint(s, Appointment{Team: rule.Stream(c.Team), As: asPhoneUser}, c.User, c.Purchaser, false)
	return PhoneUsersResult{shown}, err
}

// DelegateCases lets a member see and answer all cases of what a purchaser bought.
type DelegateCases struct {
	Team string       `json:"team"`
	User rule.Address `json:"user"`
	// Purchaser is whose purchases are meant; left out, the actor's.
	Purchaser rule.Address `json:"purchaser,omitempty"`
}

// DelegatesResult is the result of commands that delegate cases.
type DelegatesResult struct {
	Delegates AppointmentShown `json:"delegates"`
}

// About names the team and its purchaser.
func (c DelegateCases) About(v *rule.View) (rule.Subject, error) {
	return aboutPurchase(v, c.Team, c.User, c.Purchaser)
}

// Do delegates (ACC-16).
func (c DelegateCases) Do(s *rule.Scope) (DelegatesResult, error) {
	shown, err := appoint(s, Appointment{Team: rule.Stream(c.Team), As: asDelegate}, c.User, c.Purchaser, true)
	return DelegatesResult{shown}, err
}

// UndelegateCases takes that back.
type UndelegateCases struct {
	Team      string       `json:"team"`
	User      rule.Address `json:"user"`
	Purchaser rule.Address `json:"purchaser,omitempty"`
}

// About names the team and its purchaser.
func (c UndelegateCases) About(v *rule.View) (rule.Subject, error) {
	return aboutPurchase(v, c.Team, c.User, c.Purchaser)
}

// Do takes it back; from who has nothing, in peace.
func (c UndelegateCases) Do(s *rule.Scope) (DelegatesResult, error) {
	shown, err := appoint(s, Appointment{Team: rule.Stream(c.Team), As: asDelegate}, c.User, c.Purchaser, false)
	return DelegatesResult{shown}, err
}
