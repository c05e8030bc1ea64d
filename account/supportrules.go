package account

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/seatbook/seatbook/rule"
)

// The rules of hubs, of support and of the success centre.
var (
	HubRule = rule.Declare("ACC-15", "000, [pub]",
		"Primary and secondary admins with a live subscription of a cloud product create hubs and enter them. People added to a hub who are not in the team are invited as guests, "+
			"and are in the hub once they have accepted. All hubs of a team are listed.",
		HubsPerTeam, HubPeople)
	SupportRule = rule.Declare("ACC-16", "000, 001, 002, 003",
		"A plan gives a level of support, a level gives channels: phone only for advanced and enterprise-priority, which also names a specialist and an account manager. "+
			"A case that an agent answers needs a live subscription, a trial or a token grant; assistant, help and training are for all, and opening a case offers them first. "+
			"The purchaser names who may telephone, sees all cases of the purchase and may delegate; others see their own. A case can be shared with the reseller, and unshared. "+
			"No text holds a card's number.",
		SupportLevels, PhoneUsers, CaseDelegates)
	ResponseRule = rule.Declare("ACC-17", "[pub]",
		"A case's severity from 1 to 3 has a target for the first response, in business hours by the level of support: Monday to Friday, no holidays, in the team's zone.",
		FirstResponseStandard, FirstResponseAdvanced, FirstResponsePriority, BusinessHours)
	SuccessRule = rule.Declare("ACC-18", "000",
		"In a team with a success plan everyone can contact the success manager, set up learning plans and book coaching sessions, which lie in business hours and do not overlap.",
		SuccessPlans, CoachingSession, CoachingAhead)
)

// The parameters of these rules.
var (
	HubsPerTeam = rule.NewCount("hubs-per-team", 10, 1, 1000)
	HubPeople   = rule.NewCount("hub-people", 1000, 1, 100000)

	SupportLevels = rule.NewList("support-levels", "[standard=standard, premium=advanced, maintenance=standard, success=enterprise-priority]", checkPlanLevel)
	PhoneUsers    = rule.NewCount("phone-users", 25, 1, 1000)
	CaseDelegates = rule.NewCount("case-delegates", 25, 1, 1000)

	FirstResponseStandard = rule.NewElapsed("first-response-standard", "[4h, 8h, 16h]", severities)
	FirstResponseAdvanced = rule.NewElapsed("first-response-advanced", "[2h, 4h, 8h]", severities)
	FirstResponsePriority = rule.NewElapsed("first-response-priority", "[1h, 2h, 8h]", severities)
	BusinessHours         = rule.NewHours("business-hours", "09:00-17:00")

	SuccessPlans    = rule.NewList("success-plans", "[success]", nil)
	CoachingSession = rule.NewSpan("coaching-session", "1h")
	CoachingAhead   = rule.NewSpan("coaching-ahead", "1y")
)

// checkPlanLevel says what is wrong with an element of support-levels.
func checkPlanLevel(element string) error {
	plan, level, ok := strings.Cut(element, "=")
	if !ok || plan == "" || !slices.Contains(levels, Level(level)) {
		return fmt.Errorf("%q is no plan with its level, such as premium=advanced; the levels are %s", element, strings.Join(Words(levels), ", "))
	}
	return nil
}

// MaxText is how many bytes a longer text, such as that of a case, can have.
const MaxText = 10000

// checkTexts refuses texts that are too long, that hold what cannot be seen, or
// what looks like a card's number, so that none is ever kept (ACC-16).
func checkTexts(r *rule.Rule, most int, texts ...string) error {
	for _, text := range texts {
		if len(text) > most {
			return rule.Refusef(rule.Invalid, r, "a text can have %d bytes here, not %d", most, len(text))
		}
		if most <= MaxName && !rule.Legible(text) || !utf8.ValidString(text) || strings.ContainsFunc(text, unprinted) {
			return rule.Refuse(rule.Invalid, r, "the text holds control characters, or others that cannot be seen: leave them out")
		}
		if rule.CardLike(text) {
			return rule.Refuse(rule.Invalid, r, "the text holds what looks like a card number, which is never kept: leave it out")
		}
	}
	return nil
}

// unprinted reports control characters other than those that part the lines and
// columns of a longer text. What else cannot be seen often comes along with a text
// that is copied from elsewhere, and harms nobody in one that is no name.
func unprinted(c rune) bool { return unicode.IsControl(c) && !strings.ContainsRune("\r\n\t", c) }
