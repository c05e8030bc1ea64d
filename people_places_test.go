package seatbook_test

import (
	"slices"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// cloud is what a team needs to have hubs. Nobody is assigned it here.
const cloud = "sky"

func (m *machine) leaveGroup(t *rapid.T, team, group, user string, actor rule.Actor) {
	c := m.teams[team]
	bad := c.lacks(actor)
	if len(bad) == 0 && !slices.Contains(c.groups[group], user) {
		bad = []rule.Code{rule.NotFound}
	}
	reasons := m.change(team, bad, func(c *crowd) {
		c.groups[group] = slices.DeleteFunc(c.groups[group], func(one string) bool { return one == user })
	})
	answer(m, t, actor, account.RemoveFromGroup{Team: team, Group: group, User: rule.Address(user)}, reasons)
}

func (m *machine) drawLeave(t *rapid.T) {
	m.leaveGroup(t, drawTeam(t), drawn(t, "group", machineGroups...), drawUser(t), drawActor(t))
}

// cloudless returns the refusal of a team whose cloud product has ended.
func (c *crowd) cloudless() []rule.Code {
	for _, b := range c.subs {
		if b.product == cloud && b.live() {
			return nil
		}
	}
	return []rule.Code{rule.NotAssigned}
}

func (m *machine) drawHub(t *rapid.T) {
	team, hub := drawTeam(t), drawn(t, "hub", machineHubs...)
	c := m.teams[team]
	if _, made := c.hubs[hub]; made {
		return
	}
	reasons := m.change(team, c.cloudless(), func(c *crowd) { c.hubs[hub] = []string{} })
	answer(m, t, rule.Operator, account.CreateHub{Team: team, Hub: hub}, reasons)
}

// drawIntoHub adds a member to a hub; strangers are invited elsewhere.
func (m *machine) drawIntoHub(t *rapid.T) {
	team, hub, user := drawTeam(t), drawn(t, "hub", machineHubs...), drawUser(t)
	c := m.teams[team]
	if _, in := c.members[user]; !in {
		return
	}
	bad := c.cloudless()
	if _, made := c.hubs[hub]; !made {
		bad = []rule.Code{rule.NotFound}
	}
	reasons := m.change(team, bad, func(c *crowd) { c.hubs[hub] = with(c.hubs[hub], user) })
	answer(m, t, rule.Operator, account.AddToHub{Team: team, Hub: hub, User: rule.Address(user)}, reasons)
}

func (m *machine) drawOutOfHub(t *rapid.T) {
	team, hub, user := drawTeam(t), drawn(t, "hub", machineHubs...), drawUser(t)
	var bad []rule.Code
	if !slices.Contains(m.teams[team].hubs[hub], user) {
		bad = []rule.Code{rule.NotFound}
	}
	reasons := m.change(team, bad, func(c *crowd) {
		c.hubs[hub] = slices.DeleteFunc(c.hubs[hub], func(one string) bool { return one == user })
	})
	answer(m, t, rule.Operator, account.RemoveFromHub{Team: team, Hub: hub, User: rule.Address(user)}, reasons)
}

// drawTrial starts a trial, which everyone has once of each product.
func (m *machine) drawTrial(t *rapid.T) {
	at := place{drawProduct(t), drawUser(t)}
	bad := (&crowd{}).unknown(nil, []string{at.product})
	if _, used := m.trials[at]; used {
		bad = append(bad, rule.TrialUsed)
	}
	m.touched = with(m.touched, machineTeams[0])
	actor := drawn(t, "actor", rule.Operator, rule.ByEmail(at.user))
	r, ok := answer(m, t, actor, licensing.StartTrial{User: rule.Address(at.user), Product: at.product}, bad)
	if ok {
		m.trials[at] = r.Trial.Ends
	}
}

// recountHubs: only members are in the hubs, and nobody who left stays in one
// (invariant 23).
func (m *machine) recountHubs(t *rapid.T, team string, c *crowd) {
	for hub, users := range c.hubs {
		got := []string{}
		for _, p := range asking(m, t, account.HubQuery{Team: team, Hub: hub}).People {
			got = append(got, p.User)
		}
		require.ElementsMatch(t, users, got, "invariant 23: the people of the hub %s of %s", hub, team)
	}
}

// drawCrew lets a group give its people a product for which the team has no seat
// to spare, and takes it from the group, or somebody out of the group, again.
func (m *machine) drawCrew(t *rapid.T) {
	team, group, product := drawTeam(t), drawn(t, "group", machineGroups...), drawn(t, "product", machineProducts...)
	m.createGroup(t, team, group, nil, rule.Operator)
	held := rapid.Bool().Draw(t, "held before")
	for _, one := range machinePeople {
		if _, in := m.teams[team].members[one]; in && held {
			m.assign(t, team, product, one, "", rule.Operator)
		}
	}
	user := drawUser(t)
	m.ungrant(t, team, product, group, rule.Operator)
	m.joinGroup(t, team, group, user, rule.Operator)
	if !held {
		m.unassign(t, team, product, user, "", rule.Operator)
	}
	m.grant(t, team, product, group, rule.Operator)
	m.recount(t)
	if rapid.Bool().Draw(t, "leaves") {
		m.leaveGroup(t, team, group, user, rule.Operator)
	}
	m.ungrant(t, team, product, group, rule.Operator)
}
