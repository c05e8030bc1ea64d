package billing

import (
	"fmt"
	"slices"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// maintenancePlan is the plan whose subscriptions are not managed by self-service.
const maintenancePlan = "maintenance"

// selfService refuses what a purchaser cannot do alone for a subscription, with
// the reason and whom to contact (BIL-1). It is decided for each action, which
// has its own list of countries. The operator may do everything.
func selfService(v *rule.View, s Subscription, team account.Team, countries rule.List) error {
	if v.Actor().IsOperator() {
		return nil
	}
	v.Cite(SelfServiceRule, rule.Fig("channel", string(s.Channel)), rule.Fig("country", team.Country))
	reason := ""
	switch {
	case s.Channel == Reseller:
		reason = "it was bought from a reseller"
	case s.Channel == LegacyProcessor:
		reason = "it was bought through an older system"
	case s.Channel == Sales && SelfServiceSales.Of(v) != "on":
		reason = "it was bought from sales"
	case s.Plan == maintenancePlan:
		reason = "it is a maintenance plan"
	case team.Country != "" && !slices.Contains(countries.Of(v), team.Country):
		reason = fmt.Sprintf("self-service is not offered in %s", team.Country)
	case retired(v, s.Product):
		reason = "the product is retired"
	default:
		return nil
	}
	contact := "support"
	if s.Channel == Reseller {
		contact = "the reseller"
	}
	return rule.Refusef(rule.NotSelfService, SelfServiceRule, "the subscription %s cannot be changed by self-service: %s", s.ID, reason).
		With(rule.Fig("channel", string(s.Channel)), rule.Fig("country", team.Country)).To(contact)
}

func retired(v *rule.View, product string) bool {
	p, err := licensing.ProductOf(v, product)
	return err == nil && p.Retired
}
