package billing

import (
	"fmt"
	"slices"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// maintenancePlan is the plan whose subscriptions are not managed by self-service.
const maintenancePlan = "maintenance"

// standardPlan is the plan of what is bought without naming one.
const standardPlan = "standard"

// Action is something that a purchaser does with a subscription, by the word of
// its command.
type Action string

// The actions.
const (
	AddingSeats      Action = "add_seats"
	ReducingSeats    Action = "reduce_seats"
	Renewing         Action = "renew"
	ChangingTerm     Action = "change_term"
	SettingAutoRenew Action = "set_auto_renew"
	Upgrading        Action = "upgrade"
	Returning        Action = "return"
)

// act is an action with what decides whether it can be done: the countries in
// which it is offered, and what the state of the subscription allows.
type act struct {
	name      Action
	countries rule.List
	stands    func(s Subscription, v *rule.View, team account.Team) error
	// parkedToo is set for what can be done with a parked subscription (BIL-28).
	parkedToo bool
}

var (
	addingSeats      = act{name: AddingSeats, countries: SeatsCountries, stands: whileActive(AddSeatsRule)}
	reducingSeats    = act{name: ReducingSeats, countries: SeatsCountries, stands: whileActive(ReduceSeatsRule)}
	renewing         = act{name: Renewing, countries: SelfServiceCountries, stands: Subscription.renewable}
	changingTerm     = act{name: ChangingTerm, countries: TermCountries, stands: whileActive(ChangeTermRule)}
	settingAutoRenew = act{name: SettingAutoRenew, countries: SelfServiceCountries, stands: whileActive(AutoRenewRule)}
	upgrading        = act{name: Upgrading, countries: SelfServiceCountries, stands: Subscription.hasLarger}
	returning        = act{name: Returning, countries: SelfServiceCountries, stands: Subscription.givesBack, parkedToo: true}
)

// acts are all actions, in the order in which they are shown.
func acts() []act {
	return []act{
		addingSeats, reducingSeats, renewing, changingTerm, settingAutoRenew, upgrading, returning, settingMethod, aligning, moving,
	}
}

// in returns the action with another list of countries.
func (a act) in(countries rule.List) act {
	a.countries = countries
	return a
}

// allows returns nothing where the actor can do the action with a subscription
// now, else the refusal that says why not and whom to contact. It is the one
// answer for the list of actions and for the commands (BIL-1).
func (a act) allows(v *rule.View, s Subscription, team account.Team) error {
	own := rule.Subject{Team: s.Team, Owner: s.Purchaser, What: "subscription", Name: s.ID}
	if err := account.Authorise(v, account.ManageSubscription, own); err != nil {
		return err
	}
	if s.Pending != "" {
		return rule.Refusef(rule.Conflict, PurchaseRule, "the order %s waits for its payment", s.Pending)
	}
	if !s.Parked.IsZero() && !a.parkedToo {
		return parked(s.ID)
	}
	if err := s.selfService(v, team, a.countries); err != nil {
		return err
	}
	return a.stands(s, v, team)
}

// load returns the subscription, with its team, where the actor can do the action
// with it now.
func (a act) load(s *rule.Scope, id string) (Subscription, account.Team, error) {
	sub, err := subscriptionByID(&s.View, id)
	if err != nil {
		return sub, account.Team{}, err
	}
	team, err := account.TeamByHandle(&s.View, sub.Team)
	if err != nil {
		return sub, team, err
	}
	return sub, team, a.allows(&s.View, sub, team)
}

// whileActive refuses, by the action's own rule, what is not active.
func whileActive(by *rule.Rule) func(Subscription, *rule.View, account.Team) error {
	return func(s Subscription, v *rule.View, team account.Team) error {
		if status := s.StatusAt(v, team.Location()); status != Active {
			return rule.Refusef(rule.TooLate, by, "the subscription is %s", status).With(rule.Fig("ended", s.Ends()))
		}
		return nil
	}
}

// hasLarger refuses what is not active, and a product that nothing larger is sold
// for (BIL-12).
func (s Subscription) hasLarger(v *rule.View, team account.Team) error {
	if err := whileActive(UpgradeRule)(s, v, team); err != nil {
		return err
	}
	for _, p := range licensing.CatalogOf(v).Products {
		if _, err := upgradable(v, s.Product, p.ID); err == nil {
			return nil
		} else if rule.AsRefusal(err) == nil {
			return err
		}
	}
	return rule.Refusef(rule.NotUpgradable, UpgradeRule, "nothing larger is sold that %s could be upgraded to", s.Product)
}

// givesBack refuses where no order of the subscription can be returned any more,
// as the return of the last one would (BIL-18).
func (s Subscription) givesBack(v *rule.View, _ account.Team) error {
	var why error
	for o, err := range ordersOf.Scan(v.Tx(), string(s.Team), store.Part{Prefix: store.String(s.ID), Reverse: true}) {
		if err != nil {
			return err
		}
		if !o.Kind.returnable() {
			continue
		}
		switch _, err := o.reversal(v); {
		case err == nil:
			return nil
		case rule.AsRefusal(err) == nil:
			return err
		case why == nil:
			why = err
		}
	}
	if why == nil {
		why = rule.Refuse(rule.TooLate, ReturnRule, "nothing that was ordered for the subscription in this team can be returned")
	}
	return why
}

// selfService refuses what a purchaser cannot do alone for a subscription, with
// the reason and whom to contact (BIL-1). It is decided for each action, which
// has its own list of countries. The operator may do everything.
func (s Subscription) selfService(v *rule.View, team account.Team, countries rule.List) error {
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
	case s.Channel == Sales && !s.SelfService && SelfServiceSales.Of(v) != "on":
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
	contact, err := s.contact(v)
	if err != nil {
		return err
	}
	return rule.Refusef(rule.NotSelfService, SelfServiceRule, "the subscription %s cannot be changed by self-service: %s", s.ID, reason).
		With(rule.Fig("channel", string(s.Channel)), rule.Fig("country", team.Country)).To(contact)
}

func retired(v *rule.View, product string) bool {
	p, err := licensing.ProductOf(v, product)
	return err == nil && p.Retired
}
