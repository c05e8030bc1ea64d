package seatbook_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

var (
	bea = rule.ByEmail("bea@acme.test")
	sam = rule.ByEmail("sam@acme.test")
	gus = rule.ByEmail("gus@acme.test")
	pia = rule.ByEmail("pia@acme.test")
	dan = rule.ByEmail("dan@globex.test")
	eve = rule.ByEmail("eve@globex.test")
)

// world is two teams that have nothing to do with each other. What {name} stands
// for in an attempt is in named.
type world struct {
	*stage.Stage
	named map[string]string
}

// join brings a person into a team.
func join(s *stage.Stage, team, email string, role account.Role) {
	stage.Do(s, rule.Operator, account.Invite{Team: team, Email: rule.Address(email), Role: role})
	stage.Do(s, rule.Operator, account.AcceptInvitation{Team: team, Email: rule.Address(email)})
}

// twoTeams builds acme, with a member of every kind, and globex with something
// of everything that an attempt could be made on.
func twoTeams(t *testing.T) world {
	t.Helper()
	s := stage.Begin(t, "2026-01-05T09:00:00Z", seatbook.Config{})
	w := world{s, map[string]string{}}
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "acme", Owner: "ada@acme.test", Country: "US"})
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "globex", Owner: "dan@globex.test", Country: "US"})
	join(s, "acme", "bea@acme.test", account.Secondary)
	join(s, "acme", "sam@acme.test", account.SSO)
	join(s, "acme", "bob@acme.test", account.User)
	join(s, "acme", "pia@acme.test", account.User)
	join(s, "acme", "gus@acme.test", account.Guest)
	join(s, "globex", "eve@globex.test", account.User)
	for team, owner := range map[string]rule.Actor{"acme": ada, "globex": dan} {
		w.named[team+".method"] = stage.Do(s, owner, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_" + team}).PaymentMethod.ID
		bought := stage.Do(s, owner, billing.Purchase{Team: team, Product: "autocad", Seats: 3, Term: licensing.Annual})
		w.named[team+".subscription"], w.named[team+".invoice"] = bought.Subscription.ID, bought.Invoice.ID
		w.named[team+".pack"] = stage.Do(s, owner, billing.BuyTokens{Team: team, Tokens: 100}).Pack.ID
		stage.Do(s, owner, billing.Purchase{Team: team, Product: "construction-cloud", Seats: 1, Term: licensing.Annual})
		stage.Do(s, owner, account.CreateHub{Team: team, Hub: team + "-dock"})
		stage.Do(s, owner, account.CreateGroup{Team: team, Group: team + "-crew"})
	}
	stage.Do(s, ada, billing.AppointPayer{Team: "acme", User: "pia@acme.test"})
	stage.Do(s, dan, licensing.Assign{Team: "globex", Product: "autocad", User: "eve@globex.test"})
	w.named["globex.session"] = stage.Do(s, eve, flex.Open{User: "eve@globex.test", Product: "autocad"}).Session.ID
	opened := stage.Do(s, eve, account.OpenCase{Team: "globex", Subject: "help", Channel: account.Web, DespiteOffer: true})
	w.named["globex.case"] = opened.Case.ID
	w.named["globex.secret"] = stage.Do(s, dan, account.Invite{Team: "globex", Email: "ivy@globex.test"}).Secret
	w.named["acme.secret"] = stage.Do(s, ada, account.Invite{Team: "acme", Email: "jon@acme.test"}).Secret
	w.named["acme.hash"] = rule.Secret(w.named["acme.secret"]).Hash()
	require.NoError(t, s.RunDue(t.Context()))
	return w
}

// attempt is what somebody tries who may not.
type attempt struct {
	name  string
	actor rule.Actor
	// do is the command or query.
	do   string
	args string
	code rule.Code
	rule string
}

// refuses makes every attempt and checks that it is refused by the code and the
// rule, and that nothing has changed.
func (w world) refuses(t *testing.T, attempts []attempt) {
	t.Helper()
	before := w.Digest()
	for _, a := range attempts {
		t.Run(a.name, func(t *testing.T) {
			args := a.args
			for name, id := range w.named {
				args = strings.ReplaceAll(args, "{"+name+"}", id)
			}
			_, command := w.Definition(a.do, false)
			var err error
			if command {
				_, err = w.Engine.Run(t.Context(), a.actor, a.do, []byte(args))
			} else {
				_, err = w.Query(t.Context(), a.actor, a.do, []byte(args))
			}
			after := w.Digest()
			was := before
			before = after
			require.Equal(t, was, after, "the attempt changed something")
			refusal := rule.AsRefusal(err)
			require.NotNil(t, refusal, "%v", err)
			require.Equal(t, a.code, refusal.Code, "%v", err)
			require.Equal(t, a.rule, refusal.Rule.ID, "%v", err)
		})
	}
	w.Audit()
}

// What belongs to a team that one is not in answers like what does not exist.
func TestWhatIsForeignDoesNotExist(t *testing.T) {
	t.Parallel()
	w := twoTeams(t)
	foreign := []struct{ do, args string }{
		{"account.invite", `{"team":"globex","email":"bob@acme.test"}`},
		{"account.resend_invitation", `{"team":"globex","email":"ivy@globex.test"}`},
		{"account.revoke_invitation", `{"team":"globex","email":"ivy@globex.test"}`},
		{"account.accept_invitation", `{"team":"globex","email":"ivy@globex.test"}`},
		{"account.change_role", `{"team":"globex","user":"eve@globex.test","role":"secondary"}`},
		{"account.remove_member", `{"team":"globex","user":"eve@globex.test"}`},
		{"account.create_group", `{"team":"globex","group":"mine"}`},
		{"account.add_to_group", `{"team":"globex","group":"globex-crew","user":"ada@acme.test"}`},
		{"account.import", `{"team":"globex","csv":"A,B,a@b.test"}`},
		{"account.update_profile", `{"user":"eve@globex.test","name":"Mallory"}`},
		{"account.confirm_language", `{"user":"eve@globex.test","language":"fr"}`},
		{"account.set_usage_notices", `{"team":"globex","every":"weekly"}`},
		{"account.grant_benefit", `{"team":"globex","user":"eve@globex.test","benefit":"downloads"}`},
		{"account.withhold_benefit", `{"team":"globex","user":"eve@globex.test","benefit":"downloads"}`},
		{"account.create_hub", `{"team":"globex","hub":"mine"}`},
		{"account.enter_hub", `{"team":"globex","hub":"globex-dock"}`},
		{"account.add_to_hub", `{"team":"globex","hub":"globex-dock","user":"ada@acme.test"}`},
		{"account.remove_from_hub", `{"team":"globex","hub":"globex-dock","user":"dan@globex.test"}`},
		{"account.open_case", `{"team":"globex","subject":"help","channel":"web","despite_offer":true}`},
		{"account.reply_case", `{"case":"{globex.case}","text":"so"}`},
		{"account.close_case", `{"case":"{globex.case}"}`},
		{"account.share_case", `{"case":"{globex.case}"}`},
		{"account.unshare_case", `{"case":"{globex.case}"}`},
		{"account.name_phone_user", `{"team":"globex","user":"eve@globex.test"}`},
		{"account.delegate_cases", `{"team":"globex","user":"eve@globex.test","purchaser":"dan@globex.test"}`},
		{"account.book_coaching", `{"team":"globex","at":"2026-02-02T10:00:00Z"}`},
		{"account.removal", `{"team":"globex","user":"eve@globex.test"}`},
		{"account.profile", `{"user":"eve@globex.test"}`},
		{"account.invitations", `{"team":"globex"}`},
		{"account.notices", `{"team":"globex"}`},
		{"account.notices", `{"user":"eve@globex.test"}`},
		{"account.permissions", `{"team":"globex"}`},
		{"account.areas", `{"user":"eve@globex.test"}`},
		{"account.settings", `{"team":"globex"}`},
		{"account.activity", `{"team":"globex"}`},
		{"account.activity_export", `{"team":"globex"}`},
		{"account.benefits", `{"team":"globex","user":"eve@globex.test"}`},
		{"account.hubs", `{"team":"globex"}`},
		{"account.hub", `{"team":"globex","hub":"globex-dock"}`},
		{"account.support", `{"team":"globex"}`},
		{"account.cases", `{"team":"globex"}`},
		{"account.cases", `{"user":"eve@globex.test"}`},
		{"account.case", `{"case":"{globex.case}"}`},
		{"account.success_centre", `{"team":"globex"}`},
		{"licensing.assign", `{"team":"globex","product":"autocad","user":"ada@acme.test"}`},
		{"licensing.assign", `{"team":"globex","product":"autocad","group":"globex-crew"}`},
		{"licensing.unassign", `{"team":"globex","product":"autocad","user":"eve@globex.test"}`},
		{"licensing.start_trial", `{"user":"eve@globex.test","product":"maya"}`},
		{"licensing.download", `{"user":"eve@globex.test","product":"autocad"}`},
		{"licensing.set_defaults", `{"team":"globex","products":["autocad"]}`},
		{"licensing.withhold_service", `{"team":"globex","user":"eve@globex.test","product":"autocad","service":"web"}`},
		{"licensing.grant_update", `{"team":"globex","product":"autocad","update":"x","users":["eve@globex.test"]}`},
		{"licensing.set_update_policy", `{"team":"globex","every":"off"}`},
		{"licensing.create_package", `{"user":"eve@globex.test","products":["autocad"]}`},
		{"licensing.create_deployment", `{"team":"globex","products":["autocad"]}`},
		{"licensing.downloads", `{"user":"eve@globex.test","product":"autocad"}`},
		{"licensing.tiles", `{"user":"eve@globex.test"}`},
		{"licensing.available", `{"user":"eve@globex.test"}`},
		{"licensing.seats", `{"team":"globex","product":"autocad"}`},
		{"licensing.people", `{"team":"globex"}`},
		{"licensing.products", `{"team":"globex"}`},
		{"licensing.groups", `{"team":"globex"}`},
		{"licensing.home", `{"user":"eve@globex.test"}`},
		{"licensing.defaults", `{"team":"globex"}`},
		{"licensing.services", `{"team":"globex","user":"eve@globex.test","product":"autocad"}`},
		{"licensing.trials", `{"user":"eve@globex.test"}`},
		{"licensing.trial_downloads", `{"team":"globex","from":"2026-01-01T00:00:00Z","to":"2026-02-01T00:00:00Z"}`},
		{"licensing.updates", `{"user":"eve@globex.test"}`},
		{"licensing.packages", `{"user":"eve@globex.test"}`},
		{"licensing.deployments", `{"team":"globex"}`},
		{"flex.assign", `{"team":"globex","user":"eve@globex.test","products":"all"}`},
		{"flex.set_defaults", `{"team":"globex","products":["autocad"]}`},
		{"flex.open", `{"user":"eve@globex.test","product":"autocad"}`},
		{"flex.activity", `{"session":"{globex.session}"}`},
		{"flex.close", `{"session":"{globex.session}"}`},
		{"flex.transfer", `{"pack":"{globex.pack}","to":"acme"}`},
		{"flex.access", `{"user":"eve@globex.test","product":"autocad"}`},
		{"flex.balance", `{"team":"globex"}`},
		{"flex.usage", `{"team":"globex","from":"2026-01-01T00:00:00Z","to":"2026-02-01T00:00:00Z"}`},
		{"flex.seat_usage", `{"team":"globex","from":"2026-01-01T00:00:00Z","to":"2026-02-01T00:00:00Z"}`},
		{"flex.seat_usage_export", `{"team":"globex","from":"2026-01-01T00:00:00Z","to":"2026-02-01T00:00:00Z"}`},
		{"flex.token_usage", `{"team":"globex","from":"2026-01-01T00:00:00Z","to":"2026-02-01T00:00:00Z"}`},
		{"flex.token_usage_export", `{"team":"globex","from":"2026-01-01T00:00:00Z","to":"2026-02-01T00:00:00Z"}`},
		{"licensing.trial_downloads_export", `{"team":"globex","from":"2026-01-01T00:00:00Z","to":"2026-02-01T00:00:00Z"}`},
		{"licensing.people_products", `{"team":"globex"}`},
		{"licensing.people_products_export", `{"team":"globex"}`},
		{"account.hide_people", `{"team":"globex","on":true}`},
		{"billing.add_payment_method", `{"team":"globex","kind":"card","token":"tok_x"}`},
		{"billing.add_payment_method", `{"user":"dan@globex.test","kind":"card","token":"tok_x"}`},
		{"billing.purchase", `{"team":"globex","product":"autocad","seats":1,"term":"annual"}`},
		{"billing.purchase", `{"team":"acme","product":"autocad","seats":1,"term":"annual","payment_method":"{globex.method}"}`},
		{"billing.buy_tokens", `{"team":"globex","tokens":100}`},
		{"billing.buy_tokens", `{"team":"acme","tokens":100,"payment_method":"{globex.method}"}`},
		{"billing.add_seats", `{"subscription":"{globex.subscription}","seats":1}`},
		{"billing.reduce_seats", `{"subscription":"{globex.subscription}","to":1}`},
		{"billing.renew", `{"subscription":"{globex.subscription}"}`},
		{"billing.change_term", `{"subscription":"{globex.subscription}","term":"monthly"}`},
		{"billing.set_auto_renew", `{"subscription":"{globex.subscription}","on":false}`},
		{"billing.upgrade", `{"subscription":"{globex.subscription}","to":"aec-collection"}`},
		{"billing.subscription", `{"subscription":"{globex.subscription}"}`},
		{"billing.upgrade_guidance", `{"subscription":"{globex.subscription}"}`},
		{"billing.invoices", `{"team":"globex"}`},
		{"billing.appoint_payer", `{"team":"globex","user":"eve@globex.test"}`},
		{"billing.dismiss_payer", `{"team":"globex","user":"eve@globex.test","purchaser":"dan@globex.test"}`},
		{"billing.hand_over", `{"team":"globex","to":"dan@globex.test","from":"dan@globex.test"}`},
		{"licensing.assign", `{"team":"acme","product":"autocad","user":"bob@acme.test","subscription":"{globex.subscription}"}`},
		{"licensing.assign", `{"team":"acme","product":"autocad","group":"globex-crew"}`},
		{"licensing.people", `{"team":"acme","subscription":"{globex.subscription}"}`},
		{"licensing.people", `{"team":"acme","group":"globex-crew"}`},
		{"licensing.products", `{"team":"acme","group":"globex-crew"}`},
		{"account.invite", `{"team":"acme","email":"new@acme.test","groups":["globex-crew"]}`},
		{"account.invite", `{"team":"acme","email":"new@acme.test","products":["autocad"],"subscription":"{globex.subscription}"}`},
		{"account.create_group", `{"team":"acme","group":"mixed","users":["eve@globex.test"]}`},
		{"account.add_to_group", `{"team":"acme","group":"acme-crew","user":"eve@globex.test"}`},
		{"account.change_role", `{"team":"acme","user":"eve@globex.test","role":"guest"}`},
		{"account.hub", `{"team":"acme","hub":"globex-dock"}`},
		{"account.enter_hub", `{"team":"acme","hub":"globex-dock"}`},
		{"flex.transfer", `{"pack":"{acme.pack}","to":"globex"}`},
	}
	var attempts []attempt
	for i, f := range foreign {
		attempts = append(attempts, attempt{fmt.Sprintf("%s %d", f.do, i), ada, f.do, f.args, rule.NotFound, "ACC-4"})
	}
	w.refuses(t, attempts)
}

// Nobody gets further than their role lets them, whichever way they take.
func TestNobodyRisesByThemselves(t *testing.T) {
	t.Parallel()
	w := twoTeams(t)
	const (
		refused = rule.NotPermitted
		unknown = rule.NotFound
		invalid = rule.Invalid
		primary = rule.PrimaryRequired
	)
	w.refuses(t, []attempt{
		{"an admin invites a primary", ada, "account.invite", `{"team":"acme","email":"x@acme.test","role":"primary"}`, invalid, "ACC-2"},
		{"the operator invites a primary", rule.Operator, "account.invite", `{"team":"acme","email":"x@acme.test","role":"primary"}`, invalid, "ACC-2"},
		{"a user invites an admin", bob, "account.invite", `{"team":"acme","email":"x@acme.test","role":"secondary"}`, refused, "ACC-4"},
		{"a user invites a user", bob, "account.invite", `{"team":"acme","email":"x@acme.test"}`, refused, "ACC-4"},
		{"a user imports people", bob, "account.import", `{"team":"acme","csv":"A,B,x@acme.test"}`, refused, "ACC-4"},
		{"an import names a role", ada, "account.import", `{"team":"acme","csv":"A,B,x@acme.test","role":"secondary"}`, invalid, "ACC-4"},
		{"a guest makes a group", gus, "account.create_group", `{"team":"acme","group":"g"}`, refused, "ACC-4"},
		{"a user joins a group", bob, "account.add_to_group", `{"team":"acme","group":"acme-crew","user":"bob@acme.test"}`, refused, "ACC-4"},
		{"a profile names a role", bob, "account.update_profile", `{"user":"bob@acme.test","role":"primary"}`, invalid, "ACC-4"},
		{"a user changes an admin's profile", bob, "account.update_profile", `{"user":"ada@acme.test","name":"Mallory"}`, refused, "ACC-4"},
		{"an admin changes a user's profile", ada, "account.update_profile", `{"user":"bob@acme.test","name":"Mallory"}`, refused, "ACC-4"},
		{"a user becomes admin", bob, "account.change_role", `{"team":"acme","user":"bob@acme.test","role":"secondary"}`, refused, "ACC-4"},
		{"a guest becomes a user", gus, "account.change_role", `{"team":"acme","user":"gus@acme.test","role":"user"}`, refused, "ACC-4"},
		{"a secondary becomes primary", bea, "account.change_role", `{"team":"acme","user":"bea@acme.test","role":"primary"}`, refused, "ACC-4"},
		{"an SSO admin becomes primary", sam, "account.change_role", `{"team":"acme","user":"sam@acme.test","role":"primary"}`, refused, "ACC-4"},
		{"an SSO admin makes a secondary primary", sam, "account.change_role", `{"team":"acme","user":"bea@acme.test","role":"primary"}`, refused, "ACC-4"},
		{"a payer becomes admin", pia, "account.change_role", `{"team":"acme","user":"pia@acme.test","role":"sso"}`, refused, "ACC-4"},
		{"a user is made primary", ada, "account.change_role", `{"team":"acme","user":"bob@acme.test","role":"primary"}`, rule.NotSecondary, "ACC-3"},
		{"an SSO admin is made primary", ada, "account.change_role", `{"team":"acme","user":"sam@acme.test","role":"primary"}`, rule.NotSecondary, "ACC-3"},
		{"a guest is made primary by the operator", rule.Operator, "account.change_role", `{"team":"acme","user":"gus@acme.test","role":"primary"}`, rule.NotSecondary, "ACC-3"},
		{"a role that there is not", ada, "account.change_role", `{"team":"acme","user":"bob@acme.test","role":"owner"}`, invalid, "ACC-4"},

		{"the primary is removed by a secondary", bea, "account.remove_member", `{"team":"acme","user":"ada@acme.test"}`, primary, "ACC-3"},
		{"the primary is removed by an SSO admin", sam, "account.remove_member", `{"team":"acme","user":"ada@acme.test"}`, primary, "ACC-3"},
		{"the primary is removed by a user", bob, "account.remove_member", `{"team":"acme","user":"ada@acme.test"}`, refused, "ACC-4"},
		{"the primary leaves", ada, "account.remove_member", `{"team":"acme","user":"ada@acme.test"}`, primary, "ACC-3"},
		{"the primary is removed by the operator", rule.Operator, "account.remove_member", `{"team":"acme","user":"ada@acme.test"}`, primary, "ACC-3"},
		{"the primary steps down", ada, "account.change_role", `{"team":"acme","user":"ada@acme.test","role":"secondary"}`, primary, "ACC-3"},
		{"the primary is made a guest by a secondary", bea, "account.change_role", `{"team":"acme","user":"ada@acme.test","role":"guest"}`, primary, "ACC-3"},
		{"the primary is made a user by the operator", rule.Operator, "account.change_role", `{"team":"acme","user":"ada@acme.test","role":"user"}`, primary, "ACC-3"},
		{"the primary is invited again with a lower role", bea, "account.invite", `{"team":"acme","email":"ada@acme.test","role":"guest"}`, rule.Conflict, "ACC-6"},
		{"the primary is invited again in capital letters", bea, "account.invite", `{"team":"acme","email":" ADA@Acme.Test ","role":"guest"}`, rule.Conflict, "ACC-6"},
		{"a user leaves by themselves", bob, "account.remove_member", `{"team":"acme","user":"bob@acme.test"}`, refused, "ACC-4"},
		{"a member accepts an invitation of old", bob, "account.accept_invitation", `{"team":"acme","email":"bob@acme.test"}`, rule.InvitationUsed, "ACC-6"},

		{"a member accepts for another", bob, "account.accept_invitation", `{"team":"acme","email":"jon@acme.test"}`, refused, "ACC-4"},
		{"a stranger accepts for another", eve, "account.accept_invitation", `{"team":"acme","email":"jon@acme.test"}`, unknown, "ACC-4"},
		{"who looks the same accepts for another", rule.ByEmail("jоn@acme.test"), "account.accept_invitation", `{"team":"acme","email":"jon@acme.test"}`, unknown, "ACC-4"},
		{"who looks the same accepts for themselves", rule.ByEmail("jоn@acme.test"), "account.accept_invitation", `{"team":"acme","email":"jоn@acme.test"}`, unknown, "ACC-4"},
		{"who was not invited accepts", rule.ByEmail("kim@acme.test"), "account.accept_invitation", `{"team":"acme","email":"kim@acme.test"}`, unknown, "ACC-4"},
		{"nobody accepts", rule.Actor{}, "account.accept_invitation", `{"team":"acme","email":"jon@acme.test"}`, unknown, "ACC-4"},
		{"a stranger has the secret of another", eve, "account.accept_invitation", `{"team":"acme","secret":"{acme.secret}"}`, rule.InvitationInvalid, "ACC-6"},
		{"a member has the secret of another", bob, "account.accept_invitation", `{"team":"acme","secret":"{acme.secret}"}`, rule.InvitationInvalid, "ACC-6"},
		{"a secret is guessed", eve, "account.accept_invitation", `{"team":"acme","secret":"00000000000000000000000000000000"}`, rule.InvitationInvalid, "ACC-6"},
		{"a secret is another team's", rule.ByEmail("ivy@globex.test"), "account.accept_invitation", `{"team":"acme","secret":"{globex.secret}"}`, rule.InvitationInvalid, "ACC-6"},
		{"a secret is its hash", rule.ByEmail("jon@acme.test"), "account.accept_invitation", `{"team":"acme","secret":"` + "{acme.hash}" + `"}`, rule.InvitationInvalid, "ACC-6"},
		{"a secret of a team that there is not", eve, "account.accept_invitation", `{"team":"nowhere","secret":"x"}`, rule.InvitationInvalid, "ACC-6"},
		{"a user sends an invitation again", bob, "account.resend_invitation", `{"team":"acme","email":"jon@acme.test"}`, refused, "ACC-4"},
		{"a payer revokes an invitation", pia, "account.revoke_invitation", `{"team":"acme","email":"jon@acme.test"}`, refused, "ACC-4"},

		{"a user makes a hub", bob, "account.create_hub", `{"team":"acme","hub":"mine"}`, refused, "ACC-4"},
		{"an SSO admin makes a hub", sam, "account.create_hub", `{"team":"acme","hub":"mine"}`, refused, "ACC-4"},
		{"a user enters a hub without being in it", bob, "account.enter_hub", `{"team":"acme","hub":"acme-dock"}`, refused, "ACC-4"},
		{"an admin enters a hub as another", bea, "account.enter_hub", `{"team":"acme","hub":"acme-dock","user":"ada@acme.test"}`, refused, "ACC-15"},
		{"a user adds to a hub", bob, "account.add_to_hub", `{"team":"acme","hub":"acme-dock","user":"bob@acme.test"}`, refused, "ACC-4"},

		{"a user assigns to themselves", bob, "licensing.assign", `{"team":"acme","product":"autocad","user":"bob@acme.test"}`, refused, "ACC-4"},
		{"a payer grants themselves tokens", pia, "flex.assign", `{"team":"acme","user":"pia@acme.test","products":"all"}`, refused, "ACC-4"},
		{"a guest sees the people", gus, "licensing.people", `{"team":"acme"}`, refused, "ACC-4"},
		{"a user sees what others hold", bob, "licensing.products", `{"team":"acme"}`, refused, "ACC-4"},
		{"a payer sees invitations", pia, "account.invitations", `{"team":"acme"}`, refused, "ACC-4"},
		{"a user sees another's notices", bob, "account.notices", `{"user":"ada@acme.test"}`, refused, "ACC-4"},
		{"a user sees the activity", bob, "account.activity", `{"team":"acme"}`, refused, "ACC-4"},
		{"a user opens as another", bob, "flex.open", `{"user":"ada@acme.test","product":"autocad"}`, refused, "ACC-4"},
		{"an admin opens as a user", ada, "flex.open", `{"user":"bob@acme.test","product":"autocad"}`, refused, "ACC-4"},
		{"an admin downloads as a user", ada, "licensing.download", `{"user":"bob@acme.test","product":"autocad"}`, refused, "ACC-4"},
		{"an admin starts a user's trial", ada, "licensing.start_trial", `{"user":"bob@acme.test","product":"maya"}`, refused, "ACC-4"},

		{"a user buys for the team", bob, "billing.purchase", `{"team":"acme","product":"autocad","seats":1,"term":"annual"}`, refused, "ACC-4"},
		{"an SSO admin buys for the team", sam, "billing.buy_tokens", `{"team":"acme","tokens":100}`, refused, "ACC-4"},
		{"a payer buys tokens", pia, "billing.buy_tokens", `{"team":"acme","tokens":100}`, refused, "ACC-4"},
		{"a secondary adds seats to another's subscription", bea, "billing.add_seats", `{"subscription":"{acme.subscription}","seats":1}`, refused, "ACC-4"},
		{"a payer renews", pia, "billing.renew", `{"subscription":"{acme.subscription}"}`, refused, "ACC-4"},
		{"a payer reduces seats", pia, "billing.reduce_seats", `{"subscription":"{acme.subscription}","to":1}`, refused, "ACC-4"},
		{"a secondary switches another's renewal off", bea, "billing.set_auto_renew", `{"subscription":"{acme.subscription}","on":false}`, refused, "ACC-4"},
		{"an SSO admin sees a subscription", sam, "billing.subscription", `{"subscription":"{acme.subscription}"}`, refused, "ACC-4"},
		{"a payer sees a subscription", pia, "billing.subscription", `{"subscription":"{acme.subscription}"}`, refused, "ACC-4"},
		{"a secondary sees the invoices", bea, "billing.invoices", `{"team":"acme"}`, refused, "ACC-4"},
		{"a secondary moves another's pack", bea, "flex.transfer", `{"pack":"{acme.pack}","to":"globex"}`, refused, "ACC-4"},
		{"a payer appoints a payer", pia, "billing.appoint_payer", `{"team":"acme","user":"bob@acme.test"}`, refused, "ACC-4"},
		{"a payer appoints in the purchaser's name", pia, "billing.appoint_payer", `{"team":"acme","user":"bob@acme.test","purchaser":"ada@acme.test"}`, refused, "ACC-4"},
		{"a secondary takes another's purchases", bea, "billing.hand_over", `{"team":"acme","to":"bea@acme.test","from":"ada@acme.test"}`, refused, "ACC-4"},
		{"who bought nothing hands over", bea, "billing.hand_over", `{"team":"acme","to":"ada@acme.test"}`, refused, "ACC-4"},
		{"a purchaser hands over to a user", ada, "billing.hand_over", `{"team":"acme","to":"bob@acme.test"}`, invalid, "ACC-5"},
		{"a purchaser hands over to a stranger", ada, "billing.hand_over", `{"team":"acme","to":"eve@globex.test"}`, unknown, "ACC-4"},
		{"a purchaser hands over to themselves", ada, "billing.hand_over", `{"team":"acme","to":"ada@acme.test"}`, invalid, "ACC-5"},
		{"a user delegates the purchaser's cases to themselves", bob, "account.delegate_cases", `{"team":"acme","user":"bob@acme.test","purchaser":"ada@acme.test"}`, refused, "ACC-4"},
		{"a guest adds a payment method", gus, "billing.add_payment_method", `{"kind":"card","token":"tok_g"}`, refused, "ACC-4"},
		{"an admin adds a payment method for another", ada, "billing.add_payment_method", `{"user":"bob@acme.test","kind":"card","token":"tok_x"}`, unknown, "ACC-4"},

		{"a person acts as the operator", ada, "account.create_team", `{"team":"mine","owner":"ada@acme.test"}`, refused, "ACC-4"},
		{"a person answers for the provider", ada, "billing.record_charge", `{"charge":"x","outcome":"ok"}`, unknown, "ACC-4"},
		{"a person announces updates", ada, "licensing.announce_updates", `{"team":"acme"}`, refused, "ACC-4"},
		{"a person names support contacts", ada, "account.set_support_contacts", `{"team":"acme"}`, refused, "ACC-4"},
		{"nobody asks", rule.Actor{}, "licensing.people", `{"team":"acme"}`, unknown, "ACC-4"},
		{"nobody invites", rule.ByEmail("no address"), "account.invite", `{"team":"acme","email":"x@acme.test"}`, unknown, "ACC-4"},
	})
}

// What is too much, too long, or not what it looks like, is refused.
func TestWhatIsTooMuchIsRefused(t *testing.T) {
	t.Parallel()
	w := twoTeams(t)
	const (
		invalid = rule.Invalid
		card    = "4242 4242 4242 4242"
		most    = `9223372036854775807`
		over    = `9223372036854775808`
	)
	long := strings.Repeat("x", 20_000)
	var rows, groups strings.Builder
	for i := range 5001 {
		fmt.Fprintf(&rows, `A,B,p%d@acme.test\n`, i)
		fmt.Fprintf(&groups, `"p%d@acme.test",`, i)
	}
	attempts := []attempt{
		{"an import of 5,001 rows", ada, "account.import", `{"team":"acme","csv":"` + rows.String() + `"}`, invalid, "ACC-8"},
		{"an import of nobody", ada, "account.import", `{"team":"acme","csv":"\n\n"}`, invalid, "ACC-8"},
		{"an import of five million letters", ada, "account.import", `{"team":"acme","csv":"` + strings.Repeat("x", 5<<20) + `"}`, invalid, "ACC-8"},
		{"an import that is a journal's", ada, "account.import", `{"team":"acme","csv":"roster:\n1 per_00"}`, invalid, "ACC-8"},
		{"a group of 5,001 people", ada, "account.create_group", `{"team":"acme","group":"g","users":[` + strings.TrimSuffix(groups.String(), ",") + `]}`, invalid, "ACC-10"},
		{"201 products", ada, "account.invite", `{"team":"acme","email":"x@acme.test","products":["autocad"` + strings.Repeat(`,"autocad"`, 200) + `]}`, invalid, "ACC-6"},
		{"a page of 201", ada, "licensing.people", `{"team":"acme","limit":201}`, invalid, "ACC-11"},
		{"a page of less than none", ada, "licensing.groups", `{"team":"acme","limit":-1}`, invalid, "ACC-11"},
		{"a page of everything", ada, "licensing.products", `{"team":"acme","limit":` + most + `}`, invalid, "ACC-11"},
		{"a search of 20,000 letters", ada, "licensing.people", `{"team":"acme","search":"` + long + `"}`, invalid, "ACC-11"},
		{"a report of ten thousand years", ada, "flex.usage", `{"team":"acme","from":"0001-01-01T00:00:00Z","to":"9999-12-31T00:00:00Z"}`, invalid, "FLX-12"},
		{"a report backwards", ada, "licensing.trial_downloads", `{"team":"acme","from":"2026-02-01T00:00:00Z","to":"2026-01-01T00:00:00Z"}`, invalid, "REP-4"},

		{"no seats", ada, "billing.purchase", `{"team":"acme","product":"autocad","seats":0,"term":"annual"}`, invalid, "BIL-2"},
		{"seats below none", ada, "billing.purchase", `{"team":"acme","product":"autocad","seats":-1,"term":"annual"}`, invalid, "BIL-2"},
		{"as many seats as a number can have", ada, "billing.purchase", `{"team":"acme","product":"autocad","seats":` + most + `,"term":"annual"}`, invalid, "BIL-2"},
		{"more seats than a number can have", ada, "billing.purchase", `{"team":"acme","product":"autocad","seats":` + over + `,"term":"annual"}`, invalid, "ACC-4"},
		{"half a seat", ada, "billing.purchase", `{"team":"acme","product":"autocad","seats":0.5,"term":"annual"}`, invalid, "ACC-4"},
		{"seats added below none", ada, "billing.add_seats", `{"subscription":"{acme.subscription}","seats":-3}`, invalid, "BIL-4"},
		{"seats added without end", ada, "billing.add_seats", `{"subscription":"{acme.subscription}","seats":` + most + `}`, invalid, "BIL-4"},
		{"seats reduced to none", ada, "billing.reduce_seats", `{"subscription":"{acme.subscription}","to":0}`, invalid, "BIL-5"},
		{"tokens below none", ada, "billing.buy_tokens", `{"team":"acme","tokens":-100}`, invalid, "BIL-23"},
		{"tokens without end", ada, "billing.buy_tokens", `{"team":"acme","tokens":` + most + `}`, invalid, "BIL-23"},
		{"a severity of 4", ada, "account.open_case", `{"team":"acme","subject":"help","channel":"web","severity":4,"despite_offer":true}`, invalid, "ACC-17"},

		{"a team's name of 20,000 letters", rule.Operator, "account.create_team", `{"team":"t","owner":"x@t.test","name":"` + long + `"}`, invalid, "ACC-2"},
		{"a handle with a capital", rule.Operator, "account.create_team", `{"team":"Acme","owner":"x@t.test"}`, invalid, "ACC-2"},
		{"a handle that looks like another", rule.Operator, "account.create_team", `{"team":"аcme","owner":"x@t.test"}`, invalid, "ACC-2"},
		{"a handle that is a person's stream", rule.Operator, "account.create_team", `{"team":"~abc","owner":"x@t.test"}`, invalid, "ACC-2"},
		{"no handle", rule.Operator, "account.create_team", `{"team":"","owner":"x@t.test"}`, invalid, "ACC-4"},
		{"a handle that is taken", rule.Operator, "account.create_team", `{"team":"acme","owner":"x@t.test"}`, rule.Conflict, "ACC-2"},
		{"a person's name of 20,000 letters", bob, "account.update_profile", `{"user":"bob@acme.test","name":"` + long + `"}`, invalid, "ACC-14"},
		{"a group's name of 20,000 letters", ada, "account.create_group", `{"team":"acme","group":"` + long + `"}`, invalid, "ACC-10"},
		{"a hub's name of 20,000 letters", ada, "account.create_hub", `{"team":"acme","hub":"h","name":"` + long + `"}`, invalid, "ACC-15"},
		{"a case of 20,000 letters", ada, "account.open_case", `{"team":"acme","subject":"help","text":"` + long + `","channel":"web","despite_offer":true}`, invalid, "ACC-16"},
		{"an address of 20,000 letters", ada, "account.invite", `{"team":"acme","email":"` + long + `@acme.test"}`, invalid, "ACC-1"},
		{"a token of 20,000 letters", ada, "billing.add_payment_method", `{"kind":"card","token":"` + long + `"}`, invalid, "BIL-11"},

		{"two addresses", ada, "account.invite", `{"team":"acme","email":"x@acme.test, y@acme.test"}`, invalid, "ACC-1"},
		{"an address that folds into another", ada, "account.invite", `{"team":"acme","email":"\u212Aim@acme.test"}`, invalid, "ACC-1"},
		{"an address with a line break", ada, "account.invite", `{"team":"acme","email":"x@acme.test\r\nBcc: y@acme.test"}`, invalid, "ACC-1"},
		{"no address", ada, "account.invite", `{"team":"acme","email":""}`, invalid, "ACC-4"},
		{"last4 with five", ada, "billing.add_payment_method", `{"kind":"card","token":"tok","last4":"42424"}`, invalid, "BIL-11"},
	}
	for name, letter := range map[string]string{
		"a control character": "\\u0007", "a line break": "\\n", "a null": "\\u0000", "a change of direction": "\\u202e", "an isolate": "\\u2066", "a letter of no width": "\\u200b", "a mark of byte order": "\\ufeff", "a paragraph": "\\u2029", "a tag": "\\udb40\\udc41",
	} {
		attempts = append(
			attempts,
			attempt{name + " in a person's name", bob, "account.update_profile", `{"user":"bob@acme.test","name":"B` + letter + `ob"}`, invalid, "ACC-14"},
			attempt{name + " in the name before an address", ada, "account.invite", `{"team":"acme","email":"B` + letter + `ob <x@acme.test>"}`, invalid, "ACC-1"},
			attempt{name + " in an address", ada, "account.invite", `{"team":"acme","email":"b` + letter + `ob@acme.test"}`, invalid, "ACC-1"},
			attempt{name + " in a group's name", ada, "account.create_group", `{"team":"acme","group":"cr` + letter + `ew"}`, invalid, "ACC-10"},
			attempt{name + " in a hub's name", ada, "account.create_hub", `{"team":"acme","hub":"h","name":"do` + letter + `ck"}`, invalid, "ACC-15"},
			attempt{name + " in a team's name", rule.Operator, "account.create_team", `{"team":"t","owner":"x@t.test","name":"Ac` + letter + `me"}`, invalid, "ACC-2"},
			attempt{name + " in a handle", rule.Operator, "account.create_team", `{"team":"ac` + letter + `me","owner":"x@t.test"}`, invalid, "ACC-2"},
		)
	}
	for _, text := range []string{card, "4242-4242-4242-4242", "4242424242424242", "my card is 4242 4242 4242 4242 12/30"} {
		attempts = append(
			attempts,
			attempt{"a token like " + text, ada, "billing.add_payment_method", `{"kind":"card","token":"` + text + `"}`, invalid, "BIL-11"},
			attempt{"a person's name like " + text, bob, "account.update_profile", `{"user":"bob@acme.test","name":"` + text + `"}`, invalid, "ACC-14"},
			attempt{"a name before an address like " + text, ada, "account.invite", `{"team":"acme","email":"` + `\"` + text + `\" <x@acme.test>"}`, invalid, "ACC-1"},
			attempt{"a group's name like " + text, ada, "account.create_group", `{"team":"acme","group":"` + text + `"}`, invalid, "ACC-10"},
			attempt{"a team's name like " + text, rule.Operator, "account.create_team", `{"team":"t","owner":"x@t.test","name":"` + text + `"}`, invalid, "ACC-2"},
			attempt{"a hub's name like " + text, ada, "account.create_hub", `{"team":"acme","hub":"h","name":"` + text + `"}`, invalid, "ACC-15"},
			attempt{"a case's subject like " + text, ada, "account.open_case", `{"team":"acme","subject":"` + text + `","channel":"web","despite_offer":true}`, invalid, "ACC-16"},
			attempt{"a case's text like " + text, ada, "account.open_case", `{"team":"acme","subject":"help","text":"` + text + `","channel":"web","despite_offer":true}`, invalid, "ACC-16"},
			attempt{"a reply like " + text, eve, "account.reply_case", `{"case":"{globex.case}","text":"` + text + `"}`, invalid, "ACC-16"},
			attempt{"a plan like " + text, ada, "billing.purchase", `{"team":"acme","product":"autocad","seats":1,"term":"annual","plan":"` + text + `"}`, invalid, "BIL-2"},
			attempt{"a specialist like " + text, rule.Operator, "account.set_support_contacts", `{"team":"acme","specialist":"` + text + `"}`, invalid, "ACC-16"},
			attempt{"a channel like " + text, ada, "account.open_case", `{"team":"acme","subject":"help","channel":"` + text + `","despite_offer":true}`, invalid, "ACC-4"},
		)
	}
	w.refuses(t, attempts)
}

// A key belongs to its actor: nobody gets at the answer of another by it, and a
// command is not run twice by its own.
func TestAKeyOfAnotherOpensNothing(t *testing.T) {
	t.Parallel()
	w := twoTeams(t)
	invite := account.Invite{Team: "acme", Email: "new@acme.test"}
	first := stage.Do(w.Stage, ada, invite, seatbook.Idempotent("k"))
	require.NotEmpty(t, first.Secret)
	before := w.Digest()
	do := func(actor rule.Actor, command account.Invite) error {
		_, err := seatbook.Do(t.Context(), w.Engine, actor, command, seatbook.Idempotent("k"))
		require.Equal(t, before, w.Digest())
		return err
	}
	require.ErrorIs(t, do(eve, invite), rule.NotFound, "a stranger with the key")
	require.ErrorIs(t, do(bob, invite), rule.NotPermitted, "a user with the key")
	require.ErrorIs(t, do(rule.Actor{}, invite), rule.NotFound, "nobody with the key")
	require.ErrorIs(t, do(bea, invite), rule.Conflict, "another admin with the key: the invitation is open")
	require.ErrorIs(t, do(ada, account.Invite{Team: "acme", Email: "other@acme.test"}), rule.Conflict, "the same key for something else")
	require.ErrorIs(t, do(ada, account.Invite{Team: "acme", Email: "new@acme.test", Role: account.Secondary}), rule.Conflict, "the same key for a higher role")
	again := stage.Do(w.Stage, ada, invite, seatbook.Idempotent("k"))
	require.Empty(t, again.Secret, "a secret is not repeated")
	require.Equal(t, first.Invitation, again.Invitation)
	require.Equal(t, before, w.Digest())
	stage.Do(w.Stage, rule.ByEmail("new@acme.test"), account.AcceptInvitation{Team: "acme", Secret: rule.Secret(first.Secret)})
	stage.Refused(w.Stage, rule.ByEmail("new@acme.test"), rule.InvitationInvalid, account.AcceptInvitation{Team: "acme", Secret: rule.Secret(first.Secret)})
	stage.Do(w.Stage, ada, account.RemoveMember{Team: "acme", User: "new@acme.test"})
	again = stage.Do(w.Stage, ada, invite, seatbook.Idempotent("k"))
	require.Empty(t, again.Secret, "the answer of old brings nobody back")
	stage.Refused(w.Stage, rule.ByEmail("new@acme.test"), rule.InvitationInvalid, account.AcceptInvitation{Team: "acme", Secret: rule.Secret(first.Secret)})
	w.Audit()
}

// Who has lost a right cannot use what they got by it before.
func TestWhatWasLostIsLost(t *testing.T) {
	t.Parallel()
	w := twoTeams(t)
	s := w.Stage
	secret := stage.Do(s, bea, account.Invite{Team: "acme", Email: "kim@acme.test", Role: account.Secondary}).Secret
	stage.Do(s, ada, account.ChangeRole{Team: "acme", User: "bea@acme.test", Role: account.User})
	joined := stage.Do(s, rule.ByEmail("kim@acme.test"), account.AcceptInvitation{Team: "acme", Secret: rule.Secret(secret)})
	require.Equal(t, account.User, joined.Member.Role, "who is no admin any more brings in no admin")
	stage.Refused(s, bea, rule.NotPermitted, account.ChangeRole{Team: "acme", User: "bea@acme.test", Role: account.Secondary})
	stage.Refused(s, bea, rule.NotPermitted, account.Invite{Team: "acme", Email: "new@acme.test"})

	old := stage.Do(s, ada, account.Invite{Team: "acme", Email: "leo@acme.test"}).Secret
	stage.Do(s, ada, account.ResendInvitation{Team: "acme", Email: "leo@acme.test"})
	leo := rule.ByEmail("leo@acme.test")
	stage.Refused(s, leo, rule.InvitationInvalid, account.AcceptInvitation{Team: "acme", Secret: rule.Secret(old)})
	stage.Do(s, ada, account.RevokeInvitation{Team: "acme", Email: "leo@acme.test"})
	stage.Refused(s, leo, rule.InvitationRevoked, account.AcceptInvitation{Team: "acme", Email: "leo@acme.test"})

	stage.Do(s, ada, billing.DismissPayer{Team: "acme", User: "pia@acme.test"})
	_, err := seatbook.Ask(t.Context(), s.Engine, pia, billing.InvoicesQuery{Team: "acme"})
	require.ErrorIs(t, err, rule.NotPermitted)

	stage.Do(s, dan, account.RemoveMember{Team: "globex", User: "eve@globex.test"})
	for _, query := range []string{"account.case", "account.reply_case", "account.close_case"} {
		args := `{"case":"` + w.named["globex.case"] + `","text":"so"}`
		if query != "account.reply_case" {
			args = `{"case":"` + w.named["globex.case"] + `"}`
		}
		if query == "account.case" {
			_, err = s.Query(t.Context(), eve, query, []byte(args))
		} else {
			_, err = s.Engine.Run(t.Context(), eve, query, []byte(args))
		}
		require.ErrorIs(t, err, rule.NotFound, query)
	}
	stage.Refused(s, eve, rule.NotAssigned, flex.Open{User: "eve@globex.test", Product: "autocad"})
	stage.Refused(s, eve, rule.NotFound, flex.Open{User: "eve@globex.test", Product: "autocad", Team: "globex"})
	w.Audit()
}

// A team sends so many invitations a day and no more, whichever way they are sent.
func TestMassInvitingIsBounded(t *testing.T) {
	t.Parallel()
	s := stage.Begin(t, "2026-01-05T22:00:00Z", seatbook.Config{Policy: map[string]string{"invites-per-day": "5"}})
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "acme", Owner: "ada@acme.test", Country: "US"})
	for i := range 3 {
		stage.Do(s, ada, account.Invite{Team: "acme", Email: rule.Address(fmt.Sprintf("p%d@acme.test", i))})
	}
	stage.Do(s, ada, account.ResendInvitation{Team: "acme", Email: "p0@acme.test"})
	stage.Do(s, ada, account.RevokeInvitation{Team: "acme", Email: "p1@acme.test"})
	refusal := stage.Refused(s, ada, rule.Invalid, account.Import{Team: "acme", CSV: "A,B,x@acme.test\nC,D,y@acme.test"})
	require.Equal(t, "ACC-6", refusal.Rule.ID)
	stage.Do(s, ada, account.Import{Team: "acme", CSV: "A,B,x@acme.test"})
	for _, email := range []rule.Address{"p0@acme.test", "x@acme.test"} {
		stage.Refused(s, ada, rule.Invalid, account.ResendInvitation{Team: "acme", Email: email})
	}
	stage.Refused(s, ada, rule.Invalid, account.Invite{Team: "acme", Email: "z@acme.test"})
	stage.Refused(s, rule.Operator, rule.Invalid, account.Invite{Team: "acme", Email: "z@acme.test"})
	s.At("2026-01-05T23:59:59Z")
	stage.Refused(s, ada, rule.Invalid, account.Invite{Team: "acme", Email: "z@acme.test"})
	s.At("2026-01-06T00:00:00Z")
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "z@acme.test"})
	s.Audit()
}
