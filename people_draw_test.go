package seatbook_test

import (
	"slices"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

func drawn[T any](t *rapid.T, label string, list ...T) T {
	return rapid.SampledFrom(list).Draw(t, label)
}

func drawTeam(t *rapid.T) string { return drawn(t, "team", machineTeams...) }

func drawUser(t *rapid.T) string { return drawn(t, "user", machinePeople...) }

func drawProduct(t *rapid.T) string {
	return drawn(t, "product", "all", "large", "small", "small", "large", "all", "none")
}

// drawActor is the operator as often as not, so that much is accepted.
func drawActor(t *rapid.T) rule.Actor {
	if rapid.Bool().Draw(t, "operator") {
		return rule.Operator
	}
	return rule.ByEmail(drawn(t, "actor", machinePeople...))
}

// some draws a few words of a list, in its order.
func some(t *rapid.T, label string, list []string, most int) []string {
	chosen := []string{}
	for _, word := range list {
		if len(chosen) < most && rapid.IntRange(0, 2).Draw(t, label) == 0 {
			chosen = append(chosen, word)
		}
	}
	return chosen
}

// drawSub draws a subscription of the team, and sometimes one of another.
func (m *machine) drawSub(t *rapid.T, team string) string {
	var list []string
	for id, b := range m.teams[team].subs {
		if b.product != cloud {
			list = append(list, id)
		}
	}
	slices.SortFunc(list, rule.CompareIDs)
	if len(list) == 0 {
		return "sub-" + team + "-0-0"
	}
	return drawn(t, "subscription", list...)
}

func (m *machine) drawInvite(t *rapid.T) {
	team := drawTeam(t)
	i := asked{role: drawn(t, "role", account.User, account.Guest, account.Secondary, account.SSO, account.Primary, account.User)}
	switch rapid.IntRange(0, 4).Draw(t, "with") {
	case 0:
		i.pin = m.drawSub(t, team)
		if b, known := m.teams[team].subs[i.pin]; known {
			i.products = []string{b.product}
		} else {
			i.products = []string{"small"}
		}
	case 1, 2:
		i.products = some(t, "product", append(slices.Clone(machineProducts), "none"), 2)
		i.groups = some(t, "group", machineGroups, 2)
	}
	m.invite(t, team, drawUser(t), drawActor(t), i)
}

func (m *machine) drawResend(t *rapid.T) { m.resend(t, drawTeam(t), m.drawInvited(t), drawActor(t)) }

func (m *machine) drawRevoke(t *rapid.T) { m.revoke(t, drawTeam(t), m.drawInvited(t), drawActor(t)) }

// drawInvited draws somebody with an unanswered invitation somewhere, if there is one.
func (m *machine) drawInvited(t *rapid.T) string {
	var list []string
	for _, user := range machinePeople {
		for _, team := range machineTeams {
			if i := m.teams[team].invitations[user]; i != nil && !i.accepted && !i.revoked {
				list = append(list, user)
			}
		}
	}
	return drawn(t, "invited", append(list, drawUser(t))...)
}

func (m *machine) drawAccept(t *rapid.T) {
	user := m.drawInvited(t)
	actor := drawn(t, "actor", rule.Operator, rule.ByEmail(user), rule.ByEmail(drawUser(t)))
	m.accept(t, drawTeam(t), user, actor)
}

func (m *machine) drawSecret(t *rapid.T) {
	team, user, secret := drawTeam(t), m.drawInvited(t), "no secret"
	if i := m.teams[team].invitations[user]; i != nil && i.secret != "" {
		secret = i.secret
	}
	m.acceptBy(t, team, user, secret, drawn(t, "actor", rule.Operator, rule.ByEmail(user), rule.ByEmail(drawUser(t))))
}

func (m *machine) drawRole(t *rapid.T) {
	to := drawn(t, "to", account.User, account.Guest, account.Secondary, account.SSO, account.Primary)
	m.role(t, drawTeam(t), drawUser(t), drawActor(t), to)
}

// drawHandOver makes an admin hand the team over, or try to take it.
func (m *machine) drawHandOver(t *rapid.T) {
	team, user := drawTeam(t), drawUser(t)
	m.role(t, team, user, rule.Operator, account.Secondary)
	m.role(t, team, user, rule.ByEmail(drawn(t, "actor", m.teams[team].primary(), user)), account.Primary)
}

// drawFavour lets somebody be invited as an admin by who then is none any more.
func (m *machine) drawFavour(t *rapid.T) {
	team, by, user := drawTeam(t), drawUser(t), drawUser(t)
	m.remove(t, team, user, rule.Operator)
	m.role(t, team, by, rule.Operator, account.Secondary)
	m.invite(t, team, user, rule.ByEmail(by), asked{role: account.Secondary})
	if rapid.Bool().Draw(t, "leaves") {
		m.remove(t, team, by, rule.Operator)
	} else {
		m.role(t, team, by, rule.Operator, account.User)
	}
	m.accept(t, team, user, rule.Operator)
}

func (m *machine) drawRemove(t *rapid.T) { m.remove(t, drawTeam(t), drawUser(t), drawActor(t)) }

func (m *machine) drawGroup(t *rapid.T) {
	m.createGroup(t, drawTeam(t), drawn(t, "group", machineGroups...), some(t, "user", machinePeople, 3), drawActor(t))
}

func (m *machine) drawJoin(t *rapid.T) {
	m.joinGroup(t, drawTeam(t), drawn(t, "group", machineGroups...), drawUser(t), drawActor(t))
}

func (m *machine) drawImport(t *rapid.T) {
	users := append(some(t, "user", machinePeople, 3), drawUser(t))
	m.importPeople(t, drawTeam(t), users, some(t, "product", machineProducts, 2), some(t, "group", machineGroups, 1), drawActor(t))
}

func (m *machine) drawAssign(t *rapid.T) {
	m.assign(t, drawTeam(t), drawProduct(t), drawUser(t), "", drawActor(t))
}

// drawPin pins to a subscription, mostly one of the product.
func (m *machine) drawPin(t *rapid.T) {
	team := drawTeam(t)
	pin, product := m.drawSub(t, team), drawProduct(t)
	if b := m.teams[team].subs[pin]; b.product != "" && product != "none" && rapid.IntRange(0, 3).Draw(t, "other") > 0 {
		product = b.product
	}
	m.assign(t, team, product, drawUser(t), pin, drawActor(t))
}

// drawLoss pins two people to a subscription that has one seat after its next
// renewal, beside others of the same product.
func (m *machine) drawLoss(t *rapid.T) {
	team := drawTeam(t)
	pin, owner := m.drawSub(t, team), rule.ByEmail(m.teams[team].primary())
	b, known := m.teams[team].subs[pin]
	if !known {
		return
	}
	if len(m.teams[team].subs) < most {
		m.purchase(t, team, owner, billing.Purchase{Product: b.product, Seats: 3, Term: licensing.Annual})
	}
	m.assign(t, team, b.product, drawUser(t), pin, rule.Operator)
	m.assign(t, team, b.product, drawUser(t), pin, rule.Operator)
	word(m, t, rule.Operator, billing.ReduceSeats{Subscription: pin, To: 1})
	m.refresh(t)
}

// drawAside asks for a product that a subscription does not give, for somebody
// who is to be pinned to it and gets the product from the team.
func (m *machine) drawAside(t *rapid.T) {
	team, user := drawTeam(t), drawUser(t)
	pin := m.drawSub(t, team)
	b, known := m.teams[team].subs[pin]
	if !known {
		return
	}
	product := drawProduct(t)
	m.invite(t, team, user, rule.Operator, asked{role: account.User, products: []string{b.product}, pin: pin})
	m.setDefaults(t, team, some(t, "product", machineProducts, 2), rule.Operator)
	m.assign(t, team, product, user, pin, rule.Operator)
}

func (m *machine) drawGrant(t *rapid.T) {
	m.grant(t, drawTeam(t), drawProduct(t), drawn(t, "group", machineGroups...), drawActor(t))
}

func (m *machine) drawUnassign(t *rapid.T) {
	team, pin := drawTeam(t), ""
	if rapid.IntRange(0, 3).Draw(t, "pinned") == 0 {
		pin = m.drawSub(t, team)
	}
	m.unassign(t, team, drawProduct(t), drawUser(t), pin, drawActor(t))
}

// drawTokens lets a member use the tokens of a team.
func (m *machine) drawTokens(t *rapid.T) {
	team, user := drawTeam(t), drawUser(t)
	if _, in := m.teams[team].members[user]; !in {
		return
	}
	reasons := m.change(team, nil, func(c *crowd) { c.tokens[user] = true })
	answer(m, t, rule.Operator, flex.Assign{Team: team, User: rule.Address(user), Products: flex.Products{All: true}}, reasons)
}

func (m *machine) drawUngrant(t *rapid.T) {
	m.ungrant(t, drawTeam(t), drawProduct(t), drawn(t, "group", machineGroups...), drawActor(t))
}

func (m *machine) drawDefaults(t *rapid.T) {
	m.setDefaults(t, drawTeam(t), some(t, "product", machineProducts, 2), drawActor(t))
}

// most is how many subscriptions a team has, so that each is in play.
const most = 7

func (m *machine) drawPurchase(t *rapid.T) {
	team := drawTeam(t)
	if len(m.teams[team].subs) == most {
		return
	}
	m.purchase(t, team, drawActor(t), billing.Purchase{
		Product: drawn(t, "product", machineProducts...), Seats: rapid.IntRange(1, 3).Draw(t, "seats"),
		Term: drawn(t, "term", licensing.Monthly, licensing.Annual),
	})
}

func (m *machine) drawMore(t *rapid.T) {
	onSubscription(m, t, func(id string) rule.Command[billing.Renewed] { return billing.AddSeats{Subscription: id, Seats: 1} })
}

func (m *machine) drawFewer(t *rapid.T) {
	onSubscription(m, t, func(id string) rule.Command[billing.SubscriptionResult] {
		return billing.ReduceSeats{Subscription: id, To: 1}
	})
}

func (m *machine) drawRenewal(t *rapid.T) {
	if rapid.Bool().Draw(t, "by hand") {
		onSubscription(m, t, func(id string) rule.Command[billing.Renewed] { return billing.Renew{Subscription: id} })
		return
	}
	on := rapid.Bool().Draw(t, "on")
	onSubscription(m, t, func(id string) rule.Command[billing.SubscriptionResult] {
		return billing.SetAutoRenew{Subscription: id, On: on}
	})
}

// drawEnding pins somebody to a subscription that then is not to renew itself.
func (m *machine) drawEnding(t *rapid.T) {
	team := drawTeam(t)
	id := m.drawSub(t, team)
	m.assign(t, team, m.teams[team].subs[id].product, drawUser(t), id, rule.Operator)
	word(m, t, rule.Operator, billing.SetAutoRenew{Subscription: id, On: false})
	m.refresh(t)
}

// drawLapse lets time pass in which nothing is paid, until what renews itself
// monthly is cancelled.
func (m *machine) drawLapse(t *rapid.T) {
	m.assign(t, drawTeam(t), drawProduct(t), drawUser(t), "", rule.Operator)
	m.declines = true
	m.tick(t, 31*24*time.Hour)
	m.tick(t, 60*24*time.Hour)
	m.declines = false
}

// onSubscription runs a command of billing on a subscription, on billing's word.
func onSubscription[R any](m *machine, t *rapid.T, c func(id string) rule.Command[R]) {
	word(m, t, rule.Operator, c(m.drawSub(t, drawTeam(t))))
	m.refresh(t)
}

// drawCard makes every card stop working, or work again.
func (m *machine) drawCard(*rapid.T) { m.declines = !m.declines }

func (m *machine) drawTime(t *rapid.T) {
	const day = 24 * time.Hour
	m.tick(t, drawn(t, "span", time.Nanosecond, time.Hour, day, 2*day-time.Nanosecond, 2*day, 9*day, 17*day, 40*day))
	if rapid.IntRange(0, 3).Draw(t, "audited") == 0 {
		require.NoError(t, m.engine.Audit(background))
	}
}
