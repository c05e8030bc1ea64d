package account_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/notice"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

func TestAProfileIsChangedPieceByPiece(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	before := stage.Ask(s, bob, account.ProfileQuery{})
	require.Equal(t, account.English, before.Language)
	require.Equal(t, "UTC", before.Zone)
	require.True(t, before.ConfirmLanguage)
	stage.Do(s, bob, account.UpdateProfile{User: "bob@acme.test", Name: "Bob Ray", Zone: "Europe/Paris"})
	stage.Do(s, bob, account.UpdateProfile{User: "bob@acme.test", Language: account.French})
	p := stage.Ask(s, bob, account.ProfileQuery{User: "bob@acme.test"})
	require.Equal(t, "Bob Ray", p.Name)
	require.Equal(t, "Europe/Paris", p.Zone)
	require.Equal(t, account.French, p.Language)
	require.False(t, p.ConfirmLanguage, "who chooses a language has confirmed it")
	stage.Do(s, ada, licensing.StartTrial{User: "ada@acme.test", Product: "maya"})
	s.Audit()
}

func TestAProfileIsOnesOwnAffair(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	change := account.UpdateProfile{User: "bob@acme.test", Name: "Bob"}
	stage.Refused(s, ada, rule.NotPermitted, change)
	stage.Refused(s, zoe, rule.NotFound, change)
	stage.Refused(s, nobody, rule.NotFound, change)
	stage.Do(s, rule.Operator, change)
	stage.Do(s, gus, account.UpdateProfile{User: "gus@acme.test", Name: "Gus"})
	s.Audit()
}

func TestWhatAProfileTakes(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	long := strings.Repeat("n", account.MaxName)
	for _, c := range []struct {
		name   string
		change account.UpdateProfile
		ok     bool
	}{
		{"takes the longest name", account.UpdateProfile{Name: rule.Private(long)}, true},
		{"refuses a name that is a byte longer", account.UpdateProfile{Name: rule.Private(long + "n")}, false},
		{"refuses control characters in a name", account.UpdateProfile{Name: "a\nb"}, false},
		{"refuses a hash for a name", account.UpdateProfile{Name: rule.Private(rule.Private("x").Hash())}, false},
		{"refuses a zone that is none", account.UpdateProfile{Zone: period.Zone("Mars/Base")}, false},
		{"refuses a language that nothing is written in", account.UpdateProfile{Language: "de"}, false},
		{"takes a kind that can be switched off", account.UpdateProfile{Notices: map[account.NoticeKind]bool{"low-balance": false}}, true},
		{"refuses to switch off a mandatory kind", account.UpdateProfile{Notices: map[account.NoticeKind]bool{"invoice": false}}, false},
		{"takes a mandatory kind that stays on", account.UpdateProfile{Notices: map[account.NoticeKind]bool{"invoice": true}}, true},
		{"refuses a kind that there is not", account.UpdateProfile{Notices: map[account.NoticeKind]bool{"birthday": false}}, false},
	} {
		c.change.User = "bob@acme.test"
		if err := tried(s, bob, c.change); c.ok {
			require.NoError(t, err, c.name)
		} else {
			require.ErrorIs(t, err, rule.Invalid, c.name)
		}
	}
	s.Audit()
}

func TestTheLanguageIsConfirmedAndNothingWaitsForIt(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Do(s, bob, licensing.StartTrial{User: "bob@acme.test", Product: "maya"})
	require.True(t, stage.Ask(s, bob, account.ProfileQuery{}).ConfirmLanguage)
	stage.Do(s, bob, account.ConfirmLanguage{User: "bob@acme.test"})
	require.False(t, stage.Ask(s, bob, account.ProfileQuery{}).ConfirmLanguage)
	stage.Do(s, bob, account.ConfirmLanguage{User: "bob@acme.test", Language: account.French})
	require.Equal(t, account.French, stage.Ask(s, bob, account.ProfileQuery{}).Language)
	stage.Refused(s, ada, rule.NotPermitted, account.ConfirmLanguage{User: "bob@acme.test"})
	s.Audit()
}

func TestATrialRunsInThePersonsZone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, start, ends string
		zone              period.Zone
	}{
		{"thirty days of 24 hours in UTC", "2026-03-10T09:00:00Z", "2026-04-09T09:00:00Z", ""},
		{"an hour less where the clocks go forward", "2026-03-10T09:00:00Z", "2026-04-09T08:00:00Z", "Europe/Paris"},
		{"an hour more where they go back", "2026-10-10T09:00:00Z", "2026-11-09T10:00:00Z", "Europe/Paris"},
		{"no hour less where there is no change between", "2026-01-10T09:00:00Z", "2026-02-09T09:00:00Z", "Europe/Paris"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := house(t, seatbook.Config{})
			s.At(c.start)
			if c.zone != "" {
				stage.Do(s, bob, account.UpdateProfile{User: "bob@acme.test", Zone: c.zone})
			}
			trial := stage.Do(s, bob, licensing.StartTrial{User: "bob@acme.test", Product: "robot"}).Trial
			ends := stage.At(c.ends)
			require.Equal(t, ends, trial.Ends)
			stage.Do(s, bob, account.UpdateProfile{User: "bob@acme.test", Zone: "Asia/Tokyo"})
			s.Clock.Set(ends.Add(-1))
			require.Equal(t, licensing.OnTrial, source(s, "bob@acme.test", "robot"), "a change of zone moves no end")
			s.Clock.Set(ends)
			require.Equal(t, licensing.None, source(s, "bob@acme.test", "robot"))
			s.Audit()
		})
	}
}

func TestThePostalAddressIsNotChangedByPeopleUnlessThatIsSwitchedOn(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	change := account.ChangeAddress{User: "bob@acme.test", Address: "1 Harbour Road, Perth"}
	refusal := stage.Refused(s, bob, rule.NotSelfService, change)
	require.Equal(t, account.ProfileRule, refusal.Rule)
	require.Equal(t, "support, or your reseller", refusal.Contact)
	stage.Refused(s, rule.Operator, rule.Invalid, account.AnnounceAddress{Team: "acme"})
	stage.Do(s, rule.Operator, change)
	require.Equal(t, "1 Harbour Road, Perth", stage.Ask(s, bob, account.ProfileQuery{}).Address)

	on, err := seatbook.New(s.Store, seatbook.Config{Clock: s.Clock, Payments: stage.Pays, Policy: map[string]string{"address-self-service": "on"}})
	require.NoError(t, err)
	s.Engine = on
	require.Equal(t, account.Announced{Told: 5}, stage.Do(s, rule.Operator, account.AnnounceAddress{Team: "acme"}))
	require.Equal(t, account.Announced{}, stage.Do(s, rule.Operator, account.AnnounceAddress{Team: "acme"}), "nobody is told twice")
	require.Len(t, mail(s, "acme", account.AddressNotice), 5)
	stage.Refused(s, ada, rule.NotPermitted, account.AnnounceAddress{Team: "acme"})
	stage.Do(s, bob, account.ChangeAddress{User: "bob@acme.test", Address: "2 Harbour Road, Perth"})
	require.Equal(t, "2 Harbour Road, Perth", stage.Ask(s, bob, account.ProfileQuery{}).Address)
	stage.Refused(s, ada, rule.NotPermitted, change)
	for _, c := range []struct {
		text string
		ok   bool
	}{{strings.Repeat("a", account.MaxPostal), true}, {strings.Repeat("a", account.MaxPostal+1), false}, {"a\nb", false}, {" a", false}} {
		err := tried(s, bob, account.ChangeAddress{User: "bob@acme.test", Address: rule.Private(c.text)})
		require.Equal(t, c.ok, err == nil)
	}
	s.Audit()
}

func TestWhoIsInTwoTeamsIsToldOfTheAddressOnce(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{Policy: map[string]string{"address-self-service": "on"}})
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "gamma", Owner: "zoe@gamma.test"})
	join(s, "gamma", "bob@acme.test", account.User)
	require.Equal(t, 5, stage.Do(s, rule.Operator, account.AnnounceAddress{Team: "acme"}).Told)
	require.Equal(t, 1, stage.Do(s, rule.Operator, account.AnnounceAddress{Team: "gamma"}).Told)
	require.Equal(t, []string{"zoe@gamma.test en"}, mail(s, "gamma", account.AddressNotice))
	s.Audit()
}

func TestPreferencesAreHonouredUnlessAKindIsMandatory(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	buy(s, "acme", "maya", 2)
	stage.Do(s, bob, account.UpdateProfile{User: "bob@acme.test", Notices: map[account.NoticeKind]bool{licensing.AssignedNotice: false}})
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "maya", User: "bob@acme.test"})
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "maya", User: "gus@acme.test"})
	require.Equal(t, []string{"gus@acme.test en"}, mail(s, "acme", licensing.AssignedNotice))
	stage.Do(s, ada, licensing.Unassign{Team: "acme", Product: "maya", User: "bob@acme.test"})
	stage.Do(s, bob, account.UpdateProfile{User: "bob@acme.test", Notices: map[account.NoticeKind]bool{licensing.AssignedNotice: true}})
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "maya", User: "bob@acme.test"})
	require.Equal(t, []string{"gus@acme.test en", "bob@acme.test en"}, mail(s, "acme", licensing.AssignedNotice))
	s.Audit()
}

func TestWhoMutesAKindIsTheOnlyOneNotTold(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Do(s, rule.Operator, billing.AddPaymentMethod{Team: "acme", Kind: billing.Card, Token: "tok_1", Last4: "4242"})
	stage.Do(s, rule.Operator, billing.BuyTokens{Team: "acme", Tokens: 100})
	stage.Do(s, sam, account.UpdateProfile{User: "sam@acme.test", Notices: map[account.NoticeKind]bool{flex.TokensEndedNotice: false}})
	s.At("2027-01-05T09:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	require.ElementsMatch(t, []string{"ada@acme.test en", "ola@acme.test en"}, mail(s, "acme", flex.TokensEndedNotice))
	s.Audit()
}

func TestEveryKindThatIsWrittenStandsInTheTable(t *testing.T) {
	t.Parallel()
	for _, kind := range notice.Kinds() {
		_, listed := kind.Mandatory()
		require.True(t, listed, "%s stands in no table of notices", kind)
	}
	for kind, want := range map[account.NoticeKind]bool{
		"invitation": true, "invitation-ended": false, "product-assigned": false, "new-product": false, "tokens-granted": false, "update-published": false,
		"order": true, "invoice": true, "credit-memo": true, "renewed": true, "seats-changed": true, "term-changed": true, "auto-renew-changed": true,
		"payment-failed": true, "stage-changed": true, "renewal-open": false, "renewal-coming": false, "quote-ending": false, "low-balance": false,
		"tokens-ending": false, "tokens-ended": false, "tokens-short": false, "token-limit": false, "trial-ending": false, "trial-ended": false,
		"overlap-ending": false, "education-ending": false, "inactive-people": false, "cutover": true, "address-available": true,
	} {
		mandatory, listed := kind.Mandatory()
		require.True(t, listed, kind)
		require.Equal(t, want, mandatory, kind)
	}
}
