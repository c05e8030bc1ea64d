package account

import (
	"fmt"
	"maps"
	"slices"

	"github.com/seatbook/seatbook/rule"
)

// The permissions, one for each line of the table of ACC-4.
const (
	// ManagePeople covers people, invitations and views, groups, product and
	// token access, defaults, balances and reports.
	ManagePeople rule.Permission = "manage-people"
	// AppointAdmins covers appointing secondary and SSO admins.
	AppointAdmins rule.Permission = "appoint-admins"
	// HandOverPrimary covers handing the team to another primary admin.
	HandOverPrimary rule.Permission = "hand-over-primary"
	// SetUpSignOn covers setting up single sign-on.
	SetUpSignOn rule.Permission = "set-up-sign-on"
	// SeeSubscriptions covers subscriptions, contracts and renewal dates. Lists that
	// name no team are everyone's own: they hold what one sees in each of one's teams.
	SeeSubscriptions rule.Permission = "see-subscriptions"
	// SeeSubscriptionReport covers the report on subscriptions and contracts.
	SeeSubscriptionReport rule.Permission = "see-subscription-report"
	// Buy covers buying for the team.
	Buy rule.Permission = "buy"
	// ManageSubscription covers seats, term, renewal and upgrade of a
	// subscription, for its purchaser.
	ManageSubscription rule.Permission = "manage-subscription"
	// SeeInvoices covers seeing and paying invoices.
	SeeInvoices rule.Permission = "see-invoices"
	// MovePacks covers moving token packs between teams, for their purchaser.
	MovePacks rule.Permission = "move-packs"
	// AppointPayers covers appointing payers of one's own invoices and dismissing them.
	AppointPayers rule.Permission = "appoint-payers"
	// Own covers a person's own downloads, trials, launches, access and notices.
	Own rule.Permission = "own-affairs"
	// OwnPaymentMethods covers a person's own payment methods.
	OwnPaymentMethods rule.Permission = "own-payment-methods"
	// OwnOrPeople is one's own access, or for admins that of the team's people.
	OwnOrPeople rule.Permission = "own-access"
	// CreateHubs covers hubs, and adding people to them.
	CreateHubs rule.Permission = "create-hubs"
	// EnterHubs is CreateHubs, and whoever was added to the hub.
	EnterHubs rule.Permission = "enter-hubs"
	// SupportCases covers one's own cases, and those of purchases that one made or
	// that were delegated to one.
	SupportCases rule.Permission = "support-cases"
	// ManageSupport covers naming who may telephone and delegating the cases of
	// the purchase, for its purchaser.
	ManageSupport rule.Permission = "manage-support"
	// SuccessAffairs covers the success centre, for everyone in a team that has one.
	SuccessAffairs rule.Permission = "success-centre"
	// Operate is for the embedding service alone.
	Operate rule.Permission = "operate"
)

// grant is one line of the permission table.
type grant struct {
	// roles have the permission over everything in their team.
	roles []Role
	// self gives it to everyone over their own affairs, and notGuests to
	// everyone but guests.
	self, notGuests bool
	// owner gives it to the purchaser of the thing itself.
	owner bool
	// purchaser gives it to whoever bought anything in the team.
	purchaser bool
	// payer gives it to whom a purchaser in the team appointed payer.
	payer bool
}

// table is the permission table of ACC-4. What it does not hold is denied.
var table = map[rule.Permission]grant{
	ManagePeople:          {roles: []Role{Primary, Secondary, SSO}},
	AppointAdmins:         {roles: []Role{Primary, Secondary, SSO}},
	HandOverPrimary:       {roles: []Role{Primary}},
	SetUpSignOn:           {roles: []Role{Primary, SSO}},
	SeeSubscriptions:      {roles: []Role{Primary, Secondary}, purchaser: true, self: true},
	SeeSubscriptionReport: {roles: []Role{Primary, Secondary, SSO}, purchaser: true},
	Buy:                   {roles: []Role{Primary, Secondary}, purchaser: true, self: true},
	ManageSubscription:    {owner: true},
	SeeInvoices:           {purchaser: true, payer: true, self: true},
	AppointPayers:         {owner: true},
	MovePacks:             {owner: true},
	Own:                   {self: true},
	OwnPaymentMethods:     {self: true, notGuests: true},
	OwnOrPeople:           {roles: []Role{Primary, Secondary, SSO}, self: true},
	CreateHubs:            {roles: []Role{Primary, Secondary}},
	EnterHubs:             {roles: []Role{Primary, Secondary}, self: true},
	SupportCases:          {self: true},
	ManageSupport:         {owner: true},
	SuccessAffairs:        {self: true},
	Operate:               {},
}

// permissions are those of the table, in alphabetical order.
var permissions = slices.Sorted(maps.Keys(table))

// Purchases is what account asks of the module that sells: whether a person
// bought something of a team that is still theirs to manage (ACC-5).
type Purchases interface {
	// IsPurchaser reports whether the person bought anything in the team.
	IsPurchaser(v *rule.View, team rule.Stream, person rule.Person) (bool, error)
	// OwnsLive reports whether the person is the purchaser of a live subscription.
	OwnsLive(v *rule.View, team rule.Stream, person rule.Person) (bool, error)
	// IsPayer reports whether a purchaser in the team appointed the person payer.
	IsPayer(v *rule.View, team rule.Stream, person rule.Person) (bool, error)
	// Paying returns everyone who is the one or the other in the team.
	Paying(v *rule.View, team rule.Stream) ([]rule.Person, error)
}

// PurchaseService answers [Purchases].
var PurchaseService = rule.NewService[Purchases]("account.Purchases")

// Authorise decides by the table of ACC-4 whether the actor may do what needs a
// permission. Who has no part in the subject's team is told that the thing does
// not exist; a member who lacks the permission is told its name and whom to ask.
func Authorise(v *rule.View, need rule.Permission, s rule.Subject) error {
	actor := v.Actor()
	if actor.IsOperator() {
		v.Cite(rule.Permissions, rule.Fig("permission", string(need)), rule.Fig("actor", "operator"))
		return nil
	}
	g, known := table[need]
	switch {
	case actor.Person() == "" && s.What != "":
		return rule.Missing(s.What, s.Name)
	case !known || actor.Person() == "":
		return notPermitted(v, need, "")
	}
	if s.Team == "" {
		return authorisePerson(v, need, s)
	}
	member, in, err := members.Get(v.Tx(), string(s.Team), memberKey(actor.Person()))
	switch {
	case err != nil:
		return err
	case !in:
		return rule.Missing(s.What, s.Name)
	}
	ok := g.allows(member, s)
	if !ok && g.purchaser {
		if ok, err = PurchaseService.Of(v).IsPurchaser(v, s.Team, actor.Person()); err != nil {
			return err
		}
	}
	if !ok && g.payer {
		if ok, err = PurchaseService.Of(v).IsPayer(v, s.Team, actor.Person()); err != nil {
			return err
		}
	}
	if !ok {
		return notPermitted(v, need, s.Team)
	}
	v.Cite(rule.Permissions, rule.Fig("permission", string(need)), rule.Fig("role", string(member.Role)))
	return nil
}

// allows decides by the member's role and by whose the thing is.
func (g grant) allows(m Member, s rule.Subject) bool {
	switch {
	case slices.Contains(g.roles, m.Role):
		return true
	case g.owner && s.Owner == m.Person:
		return true
	default:
		return g.self && s.Person == m.Person && !(g.notGuests && m.Role == Guest)
	}
}

// authorisePerson decides over what belongs to a person and to no team: it is
// theirs, and where the permission has roles, also that of who administers a
// team the person is in.
func authorisePerson(v *rule.View, need rule.Permission, s rule.Subject) error {
	g, actor := table[need], v.Actor().Person()
	if s.Person == "" || !g.self {
		return notPermitted(v, need, "")
	}
	teams, err := TeamsOf(v, s.Person)
	if err != nil {
		return err
	}
	var shared rule.Stream
	guestOnly := len(teams) > 0
	for _, team := range teams {
		member, in, err := members.Get(v.Tx(), string(team), memberKey(actor))
		if err != nil {
			return err
		}
		if !in {
			continue
		}
		shared = team
		guestOnly = guestOnly && member.Role == Guest
		if slices.Contains(g.roles, member.Role) {
			v.Cite(rule.Permissions, rule.Fig("permission", string(need)), rule.Fig("role", string(member.Role)))
			return nil
		}
	}
	switch {
	case s.Person == actor && !(g.notGuests && guestOnly):
		v.Cite(rule.Permissions, rule.Fig("permission", string(need)), rule.Fig("role", "self"))
		return nil
	case s.Person == actor || shared != "":
		return notPermitted(v, need, shared)
	default:
		return rule.Missing(s.What, s.Name)
	}
}

func notPermitted(v *rule.View, need rule.Permission, team rule.Stream) error {
	refusal := rule.Refusef(rule.NotPermitted, rule.Permissions, "%s lacks the permission %s", v.Actor(), need)
	contact, err := Contact(v, team)
	if err != nil {
		return err
	}
	return refusal.To(contact)
}

// Contact says who can help the actor in a team: the primary admin, or support
// for whoever is an admin, or where there is no team.
func Contact(v *rule.View, team rule.Stream) (string, error) {
	if team == "" && v.Actor().IsOperator() {
		return "support", nil
	}
	if team == "" {
		own, err := plainTeam(v)
		if err != nil || own == "" {
			return "support", err
		}
		team = own
	}
	t, found, err := teams.Get(v.Tx(), string(team), "")
	if err != nil || !found {
		return "support", err
	}
	member, in, err := members.Get(v.Tx(), string(team), memberKey(v.Actor().Person()))
	if err != nil || !in || member.Role.Admin() {
		return "support", err
	}
	email, err := EmailOf(v, t.Primary)
	return fmt.Sprintf("the team's admin %s", email), err
}

// plainTeam returns the first team in which the actor is no admin, so that there
// is an admin of theirs to ask.
func plainTeam(v *rule.View) (rule.Stream, error) {
	teams, err := TeamsOf(v, v.Actor().Person())
	if err != nil {
		return "", err
	}
	for _, team := range teams {
		m, in, err := MemberOf(v, team, v.Actor().Person())
		if err != nil {
			return "", err
		}
		if in && !m.Role.Admin() {
			return team, nil
		}
	}
	return "", nil
}
