package flex_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// share grants shared credits to acme; a contract's end is empty where there is none.
func share(s *stage.Stage, credits int64, contract string) flex.CreditShown {
	s.Helper()
	c := flex.GrantCredits{Team: "acme", Credits: credits}
	if contract != "" {
		c.ContractEnds = stage.At(contract)
	}
	return stage.Do(s, operator, c).Credit
}

// give grants personal credits in acme.
func give(s *stage.Stage, user rule.Address, credits int64) {
	s.Helper()
	stage.Do(s, operator, flex.GrantCredits{Team: "acme", User: user, Credits: credits})
}

func uses(who rule.Actor, credits int64) flex.UseCredits {
	return flex.UseCredits{User: rule.Address(who.Email()), Team: "acme", Service: "render", Credits: credits}
}

func TestPersonalCreditsComeBeforeSharedOnesAndAreNeverCombined(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name                     string
		personal, shared, wanted int64
		kind                     flex.CreditKind
	}{
		{"exactly the personal ones", 5, 100, 5, flex.Personal},
		{"fewer than the personal ones", 5, 100, 1, flex.Personal},
		{"one more than the personal ones", 5, 100, 6, flex.Shared},
		{"exactly the shared ones", 5, 10, 10, flex.Shared},
		{"more than either, though not than both", 5, 10, 11, ""},
		{"more than both", 5, 10, 16, ""},
		{"no personal ones", 0, 10, 10, flex.Shared},
		{"no shared ones", 5, 0, 5, flex.Personal},
		{"none", 0, 0, 1, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-03-02T08:00:00Z", "UTC")
			if c.personal > 0 {
				give(s, "bob@acme.test", c.personal)
			}
			if c.shared > 0 {
				share(s, c.shared, "")
			}
			give(s, "cyd@acme.test", 1000)
			mine := func() []int64 {
				b := stage.Ask(s, bob, flex.CreditsQuery{Team: "acme", User: "bob@acme.test"})
				return []int64{b.Personal, b.Shared}
			}
			if c.kind == "" {
				refused := stage.Refused(s, bob, rule.InsufficientCredit, uses(bob, c.wanted))
				require.Equal(t, "FLX-14", refused.Rule.ID)
				require.Equal(t, []int64{c.personal, c.shared}, mine())
				return
			}
			used := stage.Do(s, bob, uses(bob, c.wanted))
			require.Equal(t, c.kind, used.Kind)
			if c.kind == flex.Personal {
				c.personal -= c.wanted
			} else {
				c.shared -= c.wanted
			}
			require.Equal(t, []int64{c.personal, c.shared}, mine())
			require.Equal(t, []int64{c.personal, c.shared}, []int64{used.Personal, used.Shared})
			s.Audit()
		})
	}
}

func TestSharedCreditsEndWithTheYearOrTheContract(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, start, contract, ends string
		zone                        period.Zone
	}{
		{"twelve months later", "2026-03-02T08:00:00Z", "", "2027-03-02T08:00:00Z", "UTC"},
		{"with a contract that ends sooner", "2026-03-02T08:00:00Z", "2026-06-01T00:00:00Z", "2026-06-01T00:00:00Z", "UTC"},
		{"with a contract that ends a second sooner", "2026-03-02T08:00:00Z", "2027-03-02T07:59:59Z", "2027-03-02T07:59:59Z", "UTC"},
		{"and not with one that ends a second later", "2026-03-02T08:00:00Z", "2027-03-02T08:00:01Z", "2027-03-02T08:00:00Z", "UTC"},
		{"on the 28th after a leap day", "2028-02-29T08:00:00Z", "", "2029-02-28T08:00:00Z", "UTC"},
		{"at the team's own hour", "2026-03-30T06:00:00Z", "", "2027-03-30T06:00:00Z", "Europe/Paris"},
		{"at the team's own hour, over a change of the clock", "2026-03-28T07:00:00Z", "", "2027-03-28T06:00:00Z", "Europe/Paris"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, c.start, c.zone)
			granted := share(s, 10, c.contract)
			require.Equal(t, stage.At(c.ends), *granted.Ends)
			s.At(stage.At(c.ends).Add(-time.Second).Format(time.RFC3339))
			stage.Do(s, bob, uses(bob, 4))
			s.At(c.ends)
			stage.Refused(s, bob, rule.InsufficientCredit, uses(bob, 1))
			require.Zero(t, stage.Ask(s, ada, flex.CreditsQuery{Team: "acme"}).Shared)
			s.Audit()
		})
	}
}

func TestPersonalCreditsDoNotEnd(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	give(s, "bob@acme.test", 5)
	s.At("2036-03-02T08:00:00Z")
	require.Equal(t, flex.Personal, stage.Do(s, bob, uses(bob, 5)).Kind)
	s.Audit()
}

func TestAChargeOfCreditsSpansGrantsOfItsKind(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	share(s, 5, "")
	share(s, 5, "2026-12-01T00:00:00Z")
	stage.Do(s, bob, uses(bob, 7))
	b := stage.Ask(s, ada, flex.CreditsQuery{Team: "acme"})
	require.Len(t, b.Grants, 1, "what ends first was used first")
	require.Equal(t, []int64{3, 2}, []int64{b.Grants[0].Left, b.Grants[0].Used})
	s.Audit()
}

func TestCreditsAreForMembersWithCloudServices(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	share(s, 100, "")
	give(s, "bob@acme.test", 5)
	stage.Do(s, ada, account.WithholdBenefit{Team: "acme", User: "bob@acme.test", Benefit: account.CloudServices})
	stage.Refused(s, bob, rule.NotAssigned, uses(bob, 1))
	stage.Do(s, ada, account.GrantBenefit{Team: "acme", User: "bob@acme.test", Benefit: account.CloudServices})
	stage.Do(s, bob, uses(bob, 1))
	stage.Do(s, ada, account.RemoveMember{Team: "acme", User: "bob@acme.test"})
	stage.Refused(s, bob, rule.NotFound, uses(bob, 1))
	stage.Refused(s, operator, rule.NotAssigned, uses(bob, 1))
	for _, c := range []struct {
		name string
		code rule.Code
		use  flex.UseCredits
	}{
		{"no credits", rule.Invalid, uses(cyd, 0)},
		{"one more than the most", rule.Invalid, uses(cyd, flex.MaxCredits+1)},
		{"no cloud service", rule.Invalid, flex.UseCredits{User: "cyd@acme.test", Team: "acme", Service: "draft", Credits: 1}},
		{"no product", rule.NotFound, flex.UseCredits{User: "cyd@acme.test", Team: "acme", Service: "nothing", Credits: 1}},
	} {
		stage.Refused(s, cyd, c.code, c.use)
	}
	for _, c := range []struct {
		name string
		code rule.Code
		give flex.GrantCredits
	}{
		{"nothing", rule.Invalid, flex.GrantCredits{Team: "acme"}},
		{"too many", rule.Invalid, flex.GrantCredits{Team: "acme", Credits: flex.MaxCredits + 1}},
		{"a contract that ends now", rule.Invalid, flex.GrantCredits{Team: "acme", Credits: 1, ContractEnds: stage.At("2026-03-02T08:00:00Z")}},
		{"a contract of personal ones", rule.Invalid, flex.GrantCredits{Team: "acme", User: "cyd@acme.test", Credits: 1, ContractEnds: stage.At("2027-03-02T08:00:00Z")}},
		{"a stranger", rule.NotFound, flex.GrantCredits{Team: "acme", User: "dan@globex.test", Credits: 1}},
	} {
		stage.Refused(s, operator, c.code, c.give)
	}
	s.Audit()
}

func TestTheUsageOfCreditsIsReportedByDayServicePersonAndKind(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T13:00:00Z", "America/New_York")
	join(s, "acme", "=eve@acme.test", account.User)
	eve := rule.ByEmail("=eve@acme.test")
	share(s, 100, "")
	give(s, "bob@acme.test", 5)
	for _, credits := range []int64{3, 2, 10, 1} {
		stage.Do(s, bob, uses(bob, credits))
	}
	s.At("2026-03-03T04:59:59Z")
	stage.Do(s, bob, uses(bob, 7))
	s.At("2026-03-03T05:00:00Z")
	stage.Do(s, eve, uses(eve, 4))
	q := flex.CreditUsageQuery{Team: "acme", From: stage.At("2026-03-02T00:00:00Z"), To: stage.At("2026-03-04T00:00:00Z")}
	second, third := period.Date{Year: 2026, Month: 3, Day: 2}, period.Date{Year: 2026, Month: 3, Day: 3}
	require.Equal(t, []flex.CreditUsageShown{
		{Day: second, Service: "render", User: "bob@acme.test", Kind: flex.Personal, Credits: 5},
		{Day: second, Service: "render", User: "bob@acme.test", Kind: flex.Shared, Credits: 18},
		{Day: third, Service: "render", User: "=eve@acme.test", Kind: flex.Shared, Credits: 4},
	}, stage.Ask(s, ada, q))
	file := stage.Ask(s, ada, flex.CreditUsageExport(q))
	require.Equal(t, 3, file.Rows)
	require.Equal(t, "\"day\",\"service\",\"user\",\"kind\",\"credits\"\r\n"+
		"\"2026-03-02\",\"render\",\"bob@acme.test\",\"personal\",5\r\n"+
		"\"2026-03-02\",\"render\",\"bob@acme.test\",\"shared\",18\r\n"+
		"\"2026-03-03\",\"render\",\"'=eve@acme.test\",\"shared\",4\r\n", file.CSV)
	q.To = stage.At("2026-03-03T05:00:00Z")
	require.Len(t, stage.Ask(s, ada, q), 2, "half-open")
}
