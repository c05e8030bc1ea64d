package account_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

func TestAnAddressIsOnePersonHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		written rule.Address
	}{
		{"in lower case", "bob@acme.test"},
		{"in capitals", "BOB@ACME.TEST"},
		{"between blanks", "  \tbob@acme.test \n"},
		{"behind a name", "Bob Ray <bob@acme.test>"},
		{"behind a quoted name", `"Ray, Bob" <Bob@Acme.Test>`},
		{"in brackets alone", "<bob@acme.test>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, seatbook.Config{})
			sent := stage.Do(s, ada, account.Invite{Team: "acme", Email: c.written})
			require.Equal(t, "bob@acme.test", sent.Invitation.Email)
			stage.Refused(s, ada, rule.Conflict, account.Invite{Team: "acme", Email: "bob@acme.test"})
			joined := stage.Do(s, bob, account.AcceptInvitation{Team: "acme", Email: "Bob@acme.TEST"})
			require.Equal(t, account.MemberShown{User: "bob@acme.test", Team: "acme", Role: account.User}, joined.Member)
			require.Equal(t, []string{"bob@acme.test en"}, mail(s, "acme", account.InvitationNotice))
			s.Audit()
		})
	}
}

func TestATextThatIsNoAddressIsRefusedAsInvalid(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		written rule.Address
		code    rule.Code
	}{
		{"without an at", "bob", rule.Invalid},
		{"with two ats", "bob@acme@test", rule.Invalid},
		{"of blanks", "   ", rule.Invalid},
		{"that is empty", "", rule.Invalid},
		{"with a blank inside", `"bob ray"@acme.test`, rule.Invalid},
		{"with a zero byte", "bob\x00@acme.test", rule.Invalid},
		{"that lists two", "bob@acme.test, eve@acme.test", rule.Invalid},
		{"of 255 bytes", rule.Address(strings.Repeat("a", 255-len("@acme.test")) + "@acme.test"), rule.Invalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, seatbook.Config{})
			stage.Refused(s, ada, c.code, account.Invite{Team: "acme", Email: c.written})
			stage.Refused(s, rule.Operator, c.code, account.CreateTeam{Team: "beta", Owner: c.written})
			stage.Refused(s, ada, c.code, account.ChangeRole{Team: "acme", User: c.written, Role: account.User})
			stage.Refused(s, ada, c.code, account.RemoveMember{Team: "acme", User: c.written})
			stage.Refused(s, ada, c.code, account.CreateGroup{Team: "acme", Group: "ops", Users: []rule.Address{c.written}})
			s.Audit()
		})
	}
}

func TestAnAddressHas254BytesAtMost(t *testing.T) {
	t.Parallel()
	s := begin(t, seatbook.Config{})
	longest := strings.Repeat("a", rule.MaxAddress-len("@acme.test")) + "@acme.test"
	sent := stage.Do(s, ada, account.Invite{Team: "acme", Email: rule.Address(longest)})
	require.Equal(t, longest, sent.Invitation.Email)
	s.Audit()
}

func TestANameBeforeAnAddressHasABound(t *testing.T) {
	t.Parallel()
	s := begin(t, seatbook.Config{})
	name := strings.Repeat("n", account.MaxName)
	stage.Do(s, ada, account.Invite{Team: "acme", Email: rule.Address(name + " <bob@acme.test>")})
	stage.Refused(s, ada, rule.Invalid, account.Invite{Team: "acme", Email: rule.Address(name + "n <eve@acme.test>")})
}

func TestTwoLoginsAreTwoPersons(t *testing.T) {
	t.Parallel()
	s := begin(t, seatbook.Config{})
	buy(s, "acme", "maya", 2)
	join(s, "acme", "bob@acme.test", account.User)
	join(s, "acme", "bob@home.test", account.User)
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "maya", User: "bob@acme.test"})
	require.Len(t, stage.Ask(s, bob, licensing.TilesQuery{User: "bob@acme.test"}), 1)
	require.Empty(t, stage.Ask(s, rule.ByEmail("bob@home.test"), licensing.TilesQuery{User: "bob@home.test"}))
	stage.Do(s, bob, licensing.StartTrial{User: "bob@acme.test", Product: "revit"})
	stage.Do(s, rule.ByEmail("bob@home.test"), licensing.StartTrial{User: "bob@home.test", Product: "revit"})
	stage.Do(s, ada, account.RemoveMember{Team: "acme", User: "bob@acme.test"})
	require.Equal(t, account.User, roleOf(s, "acme", "bob@home.test"))
	s.Audit()
}

func TestAPersonHasOneRoleInEachOfSeveralTeams(t *testing.T) {
	t.Parallel()
	s := begin(t, seatbook.Config{})
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "beta", Owner: "bob@acme.test"})
	join(s, "acme", "bob@acme.test", account.Guest)
	require.Equal(t, account.Guest, roleOf(s, "acme", "bob@acme.test"))
	require.Equal(t, account.Primary, roleOf(s, "beta", "bob@acme.test"))
	stage.Do(s, bob, account.Invite{Team: "beta", Email: "eve@beta.test"})
	stage.Refused(s, bob, rule.NotPermitted, account.Invite{Team: "acme", Email: "eve@beta.test"})
	stage.Do(s, ada, account.RemoveMember{Team: "acme", User: "bob@acme.test"})
	require.Equal(t, account.Primary, roleOf(s, "beta", "bob@acme.test"))
	s.Audit()
}
