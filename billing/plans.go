package billing

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// The plans that are known by name, standardPlan and maintenancePlan beside them.
const (
	premiumPlan = "premium"
	successPlan = "success"
)

var plansKnown = []string{standardPlan, premiumPlan, maintenancePlan, successPlan}

// checkPlanFunction says what is wrong with an element of plan-functions.
func checkPlanFunction(element string) error {
	plan, function, ok := strings.Cut(element, "=")
	if !ok || plan == "" || function == "" {
		return fmt.Errorf("%q is no plan with a function that it opens, such as premium=single-sign-on", element)
	}
	return nil
}

// functionsOf returns the functions of administration that a plan opens, by the
// parameter plan-functions.
func functionsOf(v *rule.View, plan string) []string {
	list := []string{}
	for _, element := range PlanFunctions.Of(v) {
		if name, function, _ := strings.Cut(element, "="); name == plan {
			list = append(list, function)
		}
	}
	return list
}

// PlansQuery asks which plans there are, what each opens, and which the team has.
type PlansQuery struct {
	Team string `json:"team"`
}

// PlanShown is a plan with what it opens.
type PlanShown struct {
	Plan string `json:"plan"`
	// Held is whether the team has a live subscription with it.
	Held bool `json:"held"`
	// Support is the level of support, with its channels.
	Support  account.Level     `json:"support"`
	Channels []account.Channel `json:"channels"`
	// SuccessCentre is whether it opens the success centre.
	SuccessCentre bool `json:"success_centre"`
	// Functions are those of administration that it opens beside what all have.
	Functions []string `json:"functions"`
	// Eligible is how many seats a premium plan takes now; 0 for the others.
	Eligible int `json:"eligible"`
	// Prices are those of a seat of the plan by itself, empty for those that come
	// with a product.
	Prices []licensing.Price `json:"prices"`
}

// About names the team.
func (q PlansQuery) About(v *rule.View) (rule.Subject, error) { return account.AboutTeam(v, q.Team) }

// Answer lists them (BIL-13, ACC-16, ACC-18).
func (q PlansQuery) Answer(v *rule.View) ([]PlanShown, error) {
	bought, err := plans{}.Bought(v, rule.Stream(q.Team))
	if err != nil {
		return nil, err
	}
	_, seats, err := eligible(v, rule.Stream(q.Team))
	if err != nil {
		return nil, err
	}
	v.Cite(PremiumRule, rule.Fig("eligible seats", seats))
	list := []PlanShown{}
	for _, name := range plansKnown {
		level := account.LevelOf(v, name)
		shown := PlanShown{
			Plan: name, Support: level, Channels: level.Channels(), SuccessCentre: slices.Contains(account.SuccessPlans.Of(v), name),
			Functions: functionsOf(v, name), Prices: []licensing.Price{},
			Held: slices.ContainsFunc(bought, func(b account.Bought) bool { return b.Live && b.Plan == name }),
		}
		if name == premiumPlan {
			shown.Eligible = seats
			shown.Prices = append(shown.Prices, licensing.CatalogOf(v).Premium.Prices...)
		}
		list = append(list, shown)
	}
	return list, nil
}

// Opens implements [account.Plans].
func (plans) Opens(v *rule.View, team rule.Stream, function string) (bool, error) {
	bought, err := plans{}.Bought(v, team)
	if err != nil {
		return false, err
	}
	for _, b := range bought {
		if b.Live && slices.Contains(functionsOf(v, b.Plan), function) {
			v.Cite(PremiumRule, rule.Fig("plan", b.Plan), rule.Fig("function", function))
			return true, nil
		}
	}
	v.Cite(PremiumRule, rule.Fig("function", function))
	return false, nil
}
