package account

import (
	"slices"

	"github.com/seatbook/seatbook/rule"
)

// Area is a part of the portal, as the table of ACC-12 names it.
type Area string

// The areas.
const (
	HomeArea           Area = "home"
	ProductsArea       Area = "products-and-services"
	SupportArea        Area = "support"
	ProfileArea        Area = "profile"
	CommunityArea      Area = "community"
	HubsArea           Area = "hubs"
	UserManagementArea Area = "user-management"
	ReportsArea        Area = "reports"
	SettingsArea       Area = "settings"
	BillingArea        Area = "billing-and-orders"
	SuccessArea        Area = "success-centre"
)

// The parts of billing and orders that some see without the others.
const (
	subscriptionsPart = "subscriptions-and-contracts"
	invoicesPart      = "invoices-and-credit-memos"
)

// parts are those of the areas that have any.
var parts = map[Area][]string{
	ProductsArea:  {"all", "updates", "custom-install", "trials"},
	CommunityArea: {"profile", "contributions", "forums", "site-preferences"},
	BillingArea:   {"summary", subscriptionsPart, "quotes", invoicesPart, "order-history", "payment-methods"},
}

var (
	everybodysAreas = []Area{HomeArea, ProductsArea, SupportArea, ProfileArea, CommunityArea}
	adminsAreas     = []Area{HubsArea, UserManagementArea, ReportsArea, SettingsArea}
)

// AreaShown is an area that a person sees.
type AreaShown struct {
	Area Area `json:"area"`
	// Team is the team that the area is about, empty for what is the person's own.
	Team string `json:"team"`
	// Parts are those of the area that the person sees, empty where it has none.
	Parts []string `json:"parts"`
}

// AreasQuery lists the areas that a person sees, the actor where none is named.
type AreasQuery struct {
	User rule.Address `json:"user,omitempty"`
}

func (q AreasQuery) user(v *rule.View) rule.Address {
	if q.User == "" {
		return rule.Address(v.Actor().Email())
	}
	return q.User
}

// About names the person.
func (q AreasQuery) About(v *rule.View) (rule.Subject, error) { return aboutPerson(v, q.user(v)) }

// Answer lists those of the person first, then team by team (ACC-12).
func (q AreasQuery) Answer(v *rule.View) ([]AreaShown, error) {
	person := q.user(v).Person()
	teams, err := TeamsOf(v, person)
	if err != nil {
		return nil, err
	}
	v.Cite(AreaRule, rule.Fig("teams", len(teams)))
	list := []AreaShown{}
	for _, a := range everybodysAreas {
		list = append(list, AreaShown{Area: a, Parts: append([]string{}, parts[a]...)})
	}
	for _, team := range teams {
		m, _, err := MemberOf(v, team, person)
		if err != nil {
			return nil, err
		}
		shown, err := m.areas(v)
		if err != nil {
			return nil, err
		}
		list = append(list, shown...)
	}
	return list, nil
}

// areas are those that a member sees because of their part in the team.
func (m Member) areas(v *rule.View) ([]AreaShown, error) {
	var list []AreaShown
	if m.Role.Admin() {
		v.Cite(AreaRule, rule.Fig("role", string(m.Role)))
		for _, a := range adminsAreas {
			list = append(list, AreaShown{Area: a, Team: string(m.Team), Parts: []string{}})
		}
	}
	billing, err := m.billingParts(v)
	if err != nil {
		return nil, err
	}
	if len(billing) > 0 {
		list = append(list, AreaShown{Area: BillingArea, Team: string(m.Team), Parts: billing})
	}
	success, err := hasSuccess(v, m.Team)
	if err != nil {
		return nil, err
	}
	if success {
		list = append(list, AreaShown{Area: SuccessArea, Team: string(m.Team), Parts: []string{}})
	}
	return list, nil
}

// billingParts are the parts of billing and orders that the member sees: all for
// purchasers, and for others those that they have the permission for.
func (m Member) billingParts(v *rule.View) ([]string, error) {
	held, purchaser, err := permissionsOf(v, m)
	if err != nil || purchaser {
		return append([]string{}, parts[BillingArea]...), err
	}
	var list []string
	if slices.Contains(held, SeeSubscriptions) || m.Role.Admin() {
		list = append(list, subscriptionsPart)
	}
	if slices.Contains(held, SeeInvoices) {
		list = append(list, invoicesPart)
	}
	return list, nil
}
