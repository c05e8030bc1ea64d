package account_test

import (
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

func TestOpeningACaseOffersFirstWhatNeedsNoAgent(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	plan(s, "acme", "maya", "", billing.Direct)
	ask := asks("It will not start")
	ask.DespiteOffer = false
	before := s.Digest()
	offered := stage.Do(s, bob, ask)
	require.True(t, offered.Offered)
	require.Nil(t, offered.Case)
	require.Equal(t, []account.Channel{account.Assistant, account.Browse, account.Training}, offered.Offers)
	require.Equal(t, before, s.Digest(), "an offer changes nothing")
	ask.DespiteOffer = true
	require.Equal(t, account.CaseOpen, caseOf(s, bob, ask).Status)
	s.Audit()
}

func TestAnAgentsHelpNeedsSomethingToRestOn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		gives func(*stage.Stage)
		at    string
		level account.Level
	}{
		{"a subscription of the team", func(s *stage.Stage) { plan(s, "acme", "maya", "standard", billing.Direct) }, "2027-01-05T08:59:59Z", account.Standard},
		{"which has not ended", func(s *stage.Stage) { plan(s, "acme", "maya", "standard", billing.Direct) }, "2027-01-05T09:00:00Z", ""},
		{"by a plan with a higher level", func(s *stage.Stage) { plan(s, "acme", "maya", "premium", billing.Direct) }, monday, account.Advanced},
		{"by a plan without a level", func(s *stage.Stage) { plan(s, "acme", "maya", "other", billing.Direct) }, monday, account.Basic},
		{"a trial of the person", func(s *stage.Stage) { stage.Do(s, bob, licensing.StartTrial{User: "bob@acme.test", Product: "maya"}) }, "2026-02-04T08:59:59Z", account.Basic},
		{"which is running", func(s *stage.Stage) { stage.Do(s, bob, licensing.StartTrial{User: "bob@acme.test", Product: "maya"}) }, "2026-02-04T09:00:00Z", ""},
		{"which is not somebody else's", func(s *stage.Stage) { stage.Do(s, gus, licensing.StartTrial{User: "gus@acme.test", Product: "maya"}) }, monday, ""},
		{"a token grant", func(s *stage.Stage) {
			stage.Do(s, ada, flex.Assign{Team: "acme", User: "bob@acme.test", Products: flex.Products{All: true}})
		}, monday, account.Basic},
		{"the token defaults of the team", func(s *stage.Stage) {
			stage.Do(s, ada, flex.SetDefaults{Team: "acme", Products: flex.Products{All: true}})
		}, monday, account.Basic},
		{"and not nothing", func(*stage.Stage) {}, monday, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := house(t, seatbook.Config{})
			c.gives(s)
			s.At(c.at)
			support := stage.Ask(s, bob, account.SupportQuery{Team: "acme"})
			if c.level == "" {
				require.Equal(t, account.NoLevel, support.Level)
				require.Len(t, support.Channels, 3)
				stage.Refused(s, bob, rule.NotAssigned, asks("help"))
			} else {
				require.Equal(t, c.level, support.Level)
				require.Equal(t, c.level, caseOf(s, bob, asks("help")).Level)
			}
			s.Audit()
		})
	}
}

func TestALevelOpensChannels(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, plan string
		channel    account.Channel
		code       rule.Code
	}{
		{"e-mail with basic", "other", account.Email, ""},
		{"no chat with basic", "other", account.Chat, rule.NotAssigned},
		{"chat with standard", "standard", account.Chat, ""},
		{"remote help with standard", "standard", account.Remote, ""},
		{"no phone with standard", "standard", account.Phone, rule.NotAssigned},
		{"no phone with maintenance", "maintenance", account.Phone, rule.NotAssigned},
		{"the phone with advanced", "premium", account.Phone, ""},
		{"the phone with enterprise-priority", "success", account.Phone, ""},
		{"no case for the assistant", "success", account.Assistant, rule.Invalid},
		{"no case for training", "success", account.Training, rule.Invalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := house(t, seatbook.Config{})
			plan(s, "acme", "maya", c.plan, billing.Direct)
			ask := asks("help")
			ask.Channel = c.channel
			if c.code != "" {
				stage.Refused(s, ada, c.code, ask)
			} else {
				require.Equal(t, c.channel, caseOf(s, ada, ask).Channel)
			}
			s.Audit()
		})
	}
}

func TestThePurchaserNamesWhoTelephones(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{Policy: map[string]string{"phone-users": "2"}})
	name := account.NamePhoneUser{Team: "acme", User: "bob@acme.test"}
	stage.Refused(s, ada, rule.NotPermitted, name)
	plan(s, "acme", "revit", "standard", billing.Direct)
	stage.Refused(s, ada, rule.NotAssigned, name)
	plan(s, "acme", "maya", "premium", billing.Direct)
	call := asks("It is urgent")
	call.Channel = account.Phone
	refusal := stage.Refused(s, bob, rule.NotPermitted, call)
	require.Equal(t, "the purchaser ada@acme.test", refusal.Contact)
	require.False(t, stage.Ask(s, bob, account.SupportQuery{Team: "acme"}).MayPhone)
	stage.Refused(s, sam, rule.NotPermitted, name)
	stage.Refused(s, ada, rule.NotFound, account.NamePhoneUser{Team: "acme", User: "eve@acme.test"})
	require.Equal(t, []string{"bob@acme.test"}, stage.Do(s, ada, name).PhoneUsers.Users)
	require.True(t, stage.Ask(s, bob, account.SupportQuery{Team: "acme"}).MayPhone)
	require.Equal(t, account.Advanced, caseOf(s, bob, call).Level)
	stage.Do(s, rule.Operator, account.NamePhoneUser{Team: "acme", User: "gus@acme.test", Purchaser: "ada@acme.test"})
	stage.Refused(s, ada, rule.Conflict, account.NamePhoneUser{Team: "acme", User: "sam@acme.test"})
	require.Len(t, stage.Do(s, ada, name).PhoneUsers.Users, 2, "who is named stays so")
	stage.Do(s, ada, account.RemovePhoneUser{Team: "acme", User: "bob@acme.test"})
	stage.Refused(s, bob, rule.NotPermitted, call)
	s.Audit()
}

func TestAWithheldBenefitClosesItsChannel(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	plan(s, "acme", "maya", "premium", billing.Direct)
	stage.Do(s, ada, account.NamePhoneUser{Team: "acme", User: "bob@acme.test"})
	stage.Do(s, ada, account.WithholdBenefit{Team: "acme", User: "bob@acme.test", Benefit: account.PhoneSupport})
	call := asks("help")
	call.Channel = account.Phone
	require.Equal(t, "ACC-23", stage.Refused(s, bob, rule.NotAssigned, call).Rule.ID)
	caseOf(s, bob, asks("help"))
	stage.Do(s, ada, account.WithholdBenefit{Team: "acme", User: "bob@acme.test", Benefit: account.WebSupport})
	stage.Refused(s, bob, rule.NotAssigned, asks("help"))
	stage.Do(s, ada, account.GrantBenefit{Team: "acme", User: "bob@acme.test", Benefit: account.PhoneSupport})
	caseOf(s, bob, call)
	s.Audit()
}

func TestEnterprisePriorityNamesItsPeople(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ plan, specialist string }{{"success", "Ines Roy"}, {"premium", ""}} {
		s := house(t, seatbook.Config{})
		plan(s, "acme", "maya", c.plan, billing.Direct)
		stage.Do(s, rule.Operator, account.SetSupportContacts{Team: "acme", Specialist: "Ines Roy", AccountManager: "Max Poe"})
		require.Equal(t, c.specialist, stage.Ask(s, bob, account.SupportQuery{Team: "acme"}).Specialist)
		s.Audit()
	}
}
