package account_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/rule"
)

// changes are all commands of the package, each in a state in which it succeeds.
var changes = []struct{ name, args string }{
	{"account.create_team", `{"team":"beta","owner":"una@beta.test"}`},
	{"account.invite", `{"team":"acme","email":"new@acme.test","role":"guest","groups":["ops"]}`},
	{"account.resend_invitation", `{"team":"acme","email":"eve@acme.test"}`},
	{"account.revoke_invitation", `{"team":"acme","email":"eve@acme.test"}`},
	{"account.accept_invitation", `{"team":"acme","email":"eve@acme.test"}`},
	{"account.create_hub", `{"team":"acme","hub":"pier"}`},
	{"account.enter_hub", `{"team":"acme","hub":"dock","user":"bob@acme.test"}`},
	{"account.add_to_hub", `{"team":"acme","hub":"dock","user":"new@home.test"}`},
	{"account.remove_from_hub", `{"team":"acme","hub":"dock","user":"bob@acme.test"}`},
	{"account.open_case", `{"team":"acme","user":"bob@acme.test","subject":"help","channel":"web","despite_offer":true}`},
	{"account.reply_case", `{"case":"cas_acme_14","text":"so"}`},
	{"account.share_case", `{"case":"cas_acme_14"}`},
	{"account.close_case", `{"case":"cas_acme_14"}`},
	{"account.unshare_case", `{"case":"cas_acme_15"}`},
	{"account.name_phone_user", `{"team":"acme","user":"sam@acme.test","purchaser":"ada@acme.test"}`},
	{"account.remove_phone_user", `{"team":"acme","user":"bob@acme.test","purchaser":"ada@acme.test"}`},
	{"account.delegate_cases", `{"team":"acme","user":"sam@acme.test","purchaser":"ada@acme.test"}`},
	{"account.undelegate_cases", `{"team":"acme","user":"bob@acme.test","purchaser":"ada@acme.test"}`},
	{"account.set_up_single_sign_on", `{"team":"acme","domain":"acme.test"}`},
	{"account.set_support_contacts", `{"team":"acme","specialist":"Ines"}`},
	{"account.contact_success_manager", `{"team":"acme","text":"hello"}`},
	{"account.add_learning_plan", `{"team":"acme","title":"first steps"}`},
	{"account.book_coaching", `{"team":"acme","at":"2026-01-06T10:00:00Z"}`},
	{"account.change_role", `{"team":"acme","user":"sam@acme.test","role":"primary"}`},
	{"account.remove_member", `{"team":"acme","user":"bob@acme.test"}`},
	{"account.create_group", `{"team":"acme","group":"art","users":["gus@acme.test"]}`},
	{"account.add_to_group", `{"team":"acme","group":"ops","user":"gus@acme.test"}`},
	{"account.remove_from_group", `{"team":"acme","group":"ops","user":"sam@acme.test"}`},
	{"account.trust_device", `{"user":"sam@acme.test","device":"desk"}`},
	{"account.forget_device", `{"user":"sam@acme.test","device":"lap"}`},
	{"account.set_two_step", `{"user":"sam@acme.test","on":false}`},
	{"account.import", `{"team":"acme","csv":",,ola@acme.test\nno row\n","groups":["ops"]}`},
	{"account.update_profile", `{"user":"sam@acme.test","name":"Sam","zone":"Europe/Paris","notices":{"low-balance":false}}`},
	{"account.confirm_language", `{"user":"sam@acme.test","language":"fr"}`},
	{"account.change_address", `{"user":"sam@acme.test","address":"1 Road"}`},
	{"account.announce_address", `{"team":"acme"}`},
	{"account.cut_over", `{"export":"Mill,mill,C-2,cora@mill.test,,,maya,1,annual,2025-06-01,2026-06-01\n"}`},
	{"account.check_off", `{"user":"moira@mill.test","check":"roles"}`},
	{"account.set_usage_notices", `{"team":"acme","every":"monthly","inactive":"3mo"}`},
	{"account.hide_people", `{"team":"acme","on":true}`},
	{"account.withhold_benefit", `{"team":"acme","user":"gus@acme.test","benefit":"downloads"}`},
	{"account.grant_benefit", `{"team":"acme","user":"gus@acme.test","benefit":"home-use"}`},
}

// busy is a house with an open invitation and a group.
func busy(t testing.TB) *stage.Stage {
	t.Helper()
	s := house(t, seatbook.Config{Policy: map[string]string{"address-self-service": "on", "plan-functions": "[success=single-sign-on]"}})
	helped(s)
	stage.Do(s, ada, account.CreateGroup{Team: "acme", Group: "ops", Users: []rule.Address{"sam@acme.test"}})
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "eve@acme.test"})
	stage.Do(s, ada, account.WithholdBenefit{Team: "acme", User: "gus@acme.test", Benefit: account.HomeUse})
	stage.Do(s, rule.Operator, account.CutOver{Export: "Mill,mill,C-1,moira@mill.test,,,maya,1,annual,2025-06-01,2026-06-01\n"})
	stage.Do(s, rule.Operator, account.SetTwoStep{User: "sam@acme.test", On: true})
	stage.Do(s, rule.Operator, account.TrustDevice{User: "sam@acme.test", Device: "lap"})
	return s
}

func TestEveryCommandOfThePackageIsTriedHere(t *testing.T) {
	t.Parallel()
	var have, want []string
	for _, c := range changes {
		have = append(have, c.name)
	}
	for _, d := range account.Module().Commands {
		want = append(want, d.Name)
	}
	require.ElementsMatch(t, want, have)
}

func TestACommandWithAKeyRunsOnce(t *testing.T) {
	t.Parallel()
	for _, c := range changes {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := busy(t)
			run := func() string {
				r, err := s.Engine.Run(s.Context(), rule.Operator, c.name, []byte(c.args), seatbook.Idempotent("key"))
				require.NoError(t, err)
				var fields map[string]any
				data, err := json.Marshal(r)
				require.NoError(t, err)
				require.NoError(t, json.Unmarshal(data, &fields))
				delete(fields, "secret")
				return fmt.Sprint(fields)
			}
			first, after := run(), s.Digest()
			require.Equal(t, first, run())
			s.At("2026-01-05T09:00:01Z")
			require.Equal(t, first, run())
			require.Equal(t, after, s.Digest())
			_, err := s.Engine.Run(s.Context(), rule.Operator, "account.create_team", []byte(`{"team":"other","owner":"a@b.test"}`), seatbook.Idempotent("key"))
			require.ErrorIs(t, err, rule.Conflict)
			s.Audit()
		})
	}
}

func TestARepeatedCommandWithoutAKeyDoesNoHarm(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]rule.Code{
		"account.create_team":       rule.Conflict,
		"account.invite":            rule.Conflict,
		"account.revoke_invitation": rule.InvitationRevoked,
		"account.accept_invitation": rule.InvitationUsed,
		"account.change_role":       "",
		"account.remove_member":     rule.NotFound,
		"account.create_group":      rule.Conflict,
		"account.add_to_group":      "",
		"account.set_usage_notices": "",
		"account.hide_people":       "",
		"account.remove_from_group": rule.NotFound,
		"account.set_two_step":      "",
		"account.import":            "",
		"account.announce_address":  "",
		"account.cut_over":          "",
		"account.check_off":         "",
		"account.withhold_benefit":  "",
		"account.grant_benefit":     "",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := busy(t)
			for _, c := range changes {
				if c.name != name {
					continue
				}
				_, err := s.Run(rule.Operator, c.name, c.args)
				require.NoError(t, err)
				after := s.Digest()
				_, err = s.Run(rule.Operator, c.name, c.args)
				if want == "" {
					require.NoError(t, err)
				} else {
					require.ErrorIs(t, err, want)
				}
				require.Equal(t, after, s.Digest())
			}
			s.Audit()
		})
	}
}

func TestAPreviewKeepsNothing(t *testing.T) {
	t.Parallel()
	for _, c := range changes {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := busy(t)
			before := s.Digest()
			_, err := s.Engine.Run(s.Context(), rule.Operator, c.name, []byte(c.args), seatbook.Preview())
			require.NoError(t, err)
			require.Equal(t, before, s.Digest())
			_, err = s.Run(rule.Operator, c.name, c.args)
			require.NoError(t, err)
			require.NotEqual(t, before, s.Digest())
			s.Audit()
		})
	}
}

// A citation of the permission table alone would say nothing of the command.
func TestEveryCommandAndQueryCitesARuleOfItsOwn(t *testing.T) {
	t.Parallel()
	for _, c := range changes {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := busy(t)
			var why seatbook.Explanation
			_, err := s.Engine.Run(s.Context(), rule.Operator, c.name, []byte(c.args), seatbook.Explain(&why))
			require.NoError(t, err)
			cites(t, why, "ACC-4")
		})
	}
	for name, args := range map[string]string{
		"account.profile": `{"user":"ada@acme.test"}`, "account.removal": `{"team":"acme","user":"bob@acme.test"}`,
		"account.invitations": `{"team":"acme"}`, "account.notices": `{"team":"acme"}`,
		"account.permissions": `{"team":"acme"}`, "account.areas": `{}`, "account.settings": `{"team":"acme"}`, "account.activity": `{"team":"acme"}`,
		"account.activity_export": `{"team":"acme"}`, "account.benefits": `{"user":"bob@acme.test"}`,
		"account.hubs": `{"team":"acme"}`, "account.hub": `{"team":"acme","hub":"dock"}`, "account.support": `{"team":"acme"}`, "account.cases": `{"team":"acme"}`,
		"account.case": `{"case":"cas_acme_14"}`, "account.success_centre": `{"team":"acme"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := busy(t)
			var why seatbook.Explanation
			_, err := s.Query(s.Context(), ada, name, []byte(args), seatbook.Explain(&why))
			require.NoError(t, err)
			cites(t, why, "ACC-4")
		})
	}
}

func cites(t *testing.T, why seatbook.Explanation, besides string) {
	t.Helper()
	var ids []string
	for _, c := range why.Citations {
		if c.Rule.ID != besides {
			ids = append(ids, c.Rule.ID)
		}
	}
	require.NotEmpty(t, ids)
	require.False(t, why.At.IsZero())
}

func TestARefusalIsExplainedByItsRule(t *testing.T) {
	t.Parallel()
	s := busy(t)
	for _, c := range []struct {
		actor      rule.Actor
		name, args string
		id         string
	}{
		{bob, "account.invite", `{"team":"acme","email":"new@acme.test"}`, "ACC-4"},
		{zoe, "account.invite", `{"team":"acme","email":"new@acme.test"}`, "ACC-4"},
		{ada, "account.invite", `{"team":"acme","email":"new@acme.test","role":"primary"}`, "ACC-2"},
		{ada, "account.invite", `{"team":"acme","email":"bob@acme.test"}`, "ACC-6"},
		{ada, "account.invite", `{"team":"acme","email":"bob"}`, "ACC-1"},
		{ada, "account.change_role", `{"team":"acme","user":"bob@acme.test","role":"primary"}`, "ACC-3"},
		{ada, "account.remove_member", `{"team":"acme","user":"ada@acme.test"}`, "ACC-3"},
		{ada, "account.create_group", `{"team":"acme","group":"ops"}`, "ACC-10"},
	} {
		var why seatbook.Explanation
		_, err := s.Engine.Run(s.Context(), c.actor, c.name, []byte(c.args), seatbook.Explain(&why))
		refusal := rule.AsRefusal(err)
		require.NotNil(t, refusal, c.name)
		require.Equal(t, c.id, refusal.Rule.ID, c.name+c.args)
		require.NotEmpty(t, why.Citations)
		require.Equal(t, refusal.Rule, why.Citations[len(why.Citations)-1].Rule)
	}
}

func TestACommandThatDoesNotFitIsInvalid(t *testing.T) {
	t.Parallel()
	s := busy(t)
	for _, c := range []struct{ name, args string }{
		{"account.invite", `{"team":"acme"}`},
		{"account.invite", `{"email":"new@acme.test"}`},
		{"account.invite", `{"team":"acme","email":"new@acme.test","roll":"user"}`},
		{"account.invite", `{"team":"acme","email":7}`},
		{"account.invite", `{"team":"acme","email":"new@acme.test","role":"boss"}`},
		{"account.invite", `{"team":"acme","email":"new@acme.test"`},
		{"account.change_role", `{"team":"acme","user":"bob@acme.test"}`},
		{"account.accept_invitation", `{"team":"acme"}`},
		{"account.create_team", `{"team":"beta"}`},
		{"account.create_team", `{"team":"beta","owner":"una@beta.test","zone":"Mars/Olympus"}`},
		{"account.create_team", `{"team":"beta","owner":"una@beta.test","language":"tlh"}`},
		{"account.no_such", `{}`},
		{"account.invitations", `{"team":"acme"}`},
	} {
		before := s.Digest()
		_, err := s.Run(rule.Operator, c.name, c.args)
		require.ErrorIs(t, err, rule.Invalid, c.name+c.args)
		require.Equal(t, before, s.Digest())
	}
	s.Audit()
}

func TestAReplayOfTheJournalMakesTheSameState(t *testing.T) {
	t.Parallel()
	s := busy(t)
	var secret string
	for i, c := range changes {
		if strings.Contains(c.name, "revoke") {
			continue
		}
		s.Clock.Set(stage.At(monday).Add(time.Duration(i) * time.Hour))
		r, err := s.Run(rule.Operator, c.name, c.args)
		require.NoError(t, err)
		if c.name == "account.invite" {
			var sent account.InvitationResult
			require.NoError(t, json.Unmarshal([]byte(r), &sent))
			secret = sent.Secret
		}
	}
	s.At("2026-01-12T09:00:00Z")
	before := s.Digest()
	_, err := s.Run(rule.ByEmail("new@acme.test"), "account.accept_invitation", fmt.Sprintf(`{"team":"acme","secret":%q}`, secret))
	require.NoError(t, err)
	require.NotEqual(t, before, s.Digest())
	replayed(s)
}
