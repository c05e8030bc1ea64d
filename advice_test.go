package seatbook_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/rule"
)

// Whatever an admin could give, a plain user who is refused it is told whom to
// ask for it (ACC-4).
func TestARefusalToAPlainUserNamesWhomToAsk(t *testing.T) {
	t.Parallel()
	admin := "the team's admin ada@acme.test"
	for _, c := range []struct {
		name, actor, command, args, contact string
		query                               bool
		code                                rule.Code
	}{
		{"a product without a right", "bob@acme.test", "flex.open", `{"user": "bob@acme.test", "product": "autocad"}`, admin, false, rule.NotAssigned},
		{"the same in the named team", "bob@acme.test", "flex.open", `{"user": "bob@acme.test", "product": "autocad", "team": "acme"}`, admin, false, rule.NotAssigned},
		{"a guest", "gus@out.test", "flex.open", `{"user": "gus@out.test", "product": "autocad"}`, admin, false, rule.NotAssigned},
		{"the downloads of it", "bob@acme.test", "licensing.downloads", `{"user": "bob@acme.test", "product": "autocad"}`, admin, true, rule.NotAssigned},
		{"to install it", "bob@acme.test", "licensing.install", `{"user": "bob@acme.test", "product": "autocad", "device": "desk"}`, admin, false, rule.NotAssigned},
		{"to work with it at home", "bob@acme.test", "licensing.request_home_use", `{"team": "acme", "user": "bob@acme.test", "product": "autocad"}`, admin, false, rule.NotAssigned},
		{"an agent's help", "bob@acme.test", "account.open_case", `{"team": "acme", "subject": "It fails", "text": "Why?", "severity": 2, "channel": "web", "despite_offer": true}`, admin, false, rule.NotAssigned},
		{"what only admins do", "bob@acme.test", "licensing.assign", `{"team": "acme", "user": "bob@acme.test", "product": "autocad"}`, admin, false, rule.NotPermitted},
		{"somebody in no team", "eve@nowhere.test", "flex.open", `{"user": "eve@nowhere.test", "product": "autocad"}`, "support", false, rule.NotAssigned},
		{"an admin can help themselves", "ada@acme.test", "flex.open", `{"user": "ada@acme.test", "product": "autocad"}`, "", false, rule.NotAssigned},
		{"so can the operator", "", "flex.open", `{"user": "bob@acme.test", "product": "autocad"}`, "", false, rule.NotAssigned},
		{"what is wrong in itself is nobody's to give", "bob@acme.test", "flex.result_price", `{"user": "bob@acme.test", "product": "autocad", "jobs": []}`, "", true, rule.Invalid},
		{"what does not exist is nobody's either", "bob@acme.test", "flex.balance", `{"team": "globex"}`, "", true, rule.NotFound},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := stage.Begin(t, "2026-03-02T09:00:00Z", seatbook.Config{})
			stage.Do(s, rule.Operator, account.CreateTeam{Team: "acme", Owner: "ada@acme.test", Country: "US"})
			for email, role := range map[rule.Address]account.Role{"bob@acme.test": account.User, "gus@out.test": account.Guest} {
				stage.Do(s, rule.Operator, account.Invite{Team: "acme", Email: email, Role: role})
				stage.Do(s, rule.Operator, account.AcceptInvitation{Team: "acme", Email: email})
			}
			actor, run := rule.Operator, s.Engine.Run
			if c.actor != "" {
				actor = rule.ByEmail(c.actor)
			}
			if c.query {
				run = s.Query
			}
			_, err := run(t.Context(), actor, c.command, []byte(c.args))
			require.ErrorIs(t, err, c.code)
			require.Equal(t, c.contact, rule.AsRefusal(err).Contact)
		})
	}
}
