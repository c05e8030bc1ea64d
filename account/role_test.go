package account_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

func TestWhoMakesATeamIsItsPrimaryAdmin(t *testing.T) {
	t.Parallel()
	s := stage.Begin(t, monday, seatbook.Config{})
	made := stage.Do(s, rule.Operator, account.CreateTeam{
		Team: "acme", Owner: "Ada Byron <ADA@acme.test>", Name: "Acme Ltd", Country: "FR", Zone: "Europe/Paris", Language: account.French,
	})
	require.Equal(t, account.TeamShown{
		Team: "acme", Name: "Acme Ltd", Country: "FR", Zone: "Europe/Paris", Language: account.French, Primary: "ada@acme.test",
	}, made.Team)
	require.Equal(t, account.Primary, roleOf(s, "acme", "ada@acme.test"))
	s.Audit()
}

func TestATeamTakesWhatIsLeftOutFromTheEngine(t *testing.T) {
	t.Parallel()
	s := stage.Begin(t, monday, seatbook.Config{Zone: period.Zone("Asia/Tokyo").Location()})
	made := stage.Do(s, rule.Operator, account.CreateTeam{Team: "acme", Owner: "ada@acme.test"})
	require.Equal(t, account.TeamShown{
		Team: "acme", Name: "acme", Country: "", Zone: "Asia/Tokyo", Language: account.English, Primary: "ada@acme.test",
	}, made.Team)
	s.Audit()
}

func TestATeamIsMade(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		team account.CreateTeam
		code rule.Code
	}{
		{"with a handle of one letter", account.CreateTeam{Team: "a"}, ""},
		{"with a handle of 64 letters", account.CreateTeam{Team: strings.Repeat("a", 64)}, ""},
		{"but not with one of 65", account.CreateTeam{Team: strings.Repeat("a", 65)}, rule.Invalid},
		{"but not with an empty one", account.CreateTeam{Team: ""}, rule.Invalid},
		{"with hyphens and digits", account.CreateTeam{Team: "a-1"}, ""},
		{"but not with a capital", account.CreateTeam{Team: "Beta"}, rule.Invalid},
		{"but not with the mark of a person", account.CreateTeam{Team: "~beta"}, rule.Invalid},
		{"but not with the mark of the engine", account.CreateTeam{Team: "!feed"}, rule.Invalid},
		{"but not with an underscore", account.CreateTeam{Team: "be_ta"}, rule.Invalid},
		{"but not with a handle that is taken", account.CreateTeam{Team: "acme"}, rule.Conflict},
		{"with a name of 200 bytes", account.CreateTeam{Team: "beta", Name: strings.Repeat("n", 200)}, ""},
		{"but not with one of 201", account.CreateTeam{Team: "beta", Name: strings.Repeat("n", 201)}, rule.Invalid},
		{"in a country of two capitals", account.CreateTeam{Team: "beta", Country: "FR"}, ""},
		{"but not in one of small letters", account.CreateTeam{Team: "beta", Country: "fr"}, rule.Invalid},
		{"but not in one of three letters", account.CreateTeam{Team: "beta", Country: "FRA"}, rule.Invalid},
		{"but not in one of digits", account.CreateTeam{Team: "beta", Country: "F1"}, rule.Invalid},
		{"but not in a zone that there is not", account.CreateTeam{Team: "beta", Zone: "Europe/Atlantis"}, rule.Invalid},
		{"but not in a language that nobody writes", account.CreateTeam{Team: "beta", Language: "tlh"}, rule.Invalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, seatbook.Config{})
			c.team.Owner = "una@beta.test"
			if c.code == "" {
				require.Equal(t, "una@beta.test", stage.Do(s, rule.Operator, c.team).Team.Primary)
			} else {
				stage.Refused(s, rule.Operator, c.code, c.team)
			}
			s.Audit()
		})
	}
}

func TestAnInvitationNamesARoleButNotThePrimary(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		role   account.Role
		joined account.Role
		code   rule.Code
	}{
		{"secondary", account.Secondary, account.Secondary, ""},
		{"sso", account.SSO, account.SSO, ""},
		{"user", account.User, account.User, ""},
		{"guest", account.Guest, account.Guest, ""},
		{"none, which is user", "", account.User, ""},
		{"primary", account.Primary, "", rule.Invalid},
		{"a word that is none", "boss", "", rule.Invalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, seatbook.Config{})
			invite := account.Invite{Team: "acme", Email: "eve@acme.test", Role: c.role}
			if c.code != "" {
				stage.Refused(s, ada, c.code, invite)
				stage.Refused(s, rule.Operator, c.code, invite)
				s.Audit()
				return
			}
			require.Equal(t, c.joined, stage.Do(s, ada, invite).Invitation.Role)
			require.Equal(t, c.joined, stage.Do(s, rule.ByEmail("eve@acme.test"), account.AcceptInvitation{Team: "acme", Email: "eve@acme.test"}).Member.Role)
			s.Audit()
		})
	}
}

func TestOnlyASecondaryAdminBecomesPrimary(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		actor rule.Actor
		user  rule.Address
		code  rule.Code
	}{
		{"a secondary, by the primary", ada, "sam@acme.test", ""},
		{"a secondary, by the operator", rule.Operator, "sam@acme.test", ""},
		{"an SSO admin is not secondary", ada, "ola@acme.test", rule.NotSecondary},
		{"a user is not secondary", ada, "bob@acme.test", rule.NotSecondary},
		{"a guest is not secondary", ada, "gus@acme.test", rule.NotSecondary},
		{"a user is not secondary to the operator either", rule.Operator, "bob@acme.test", rule.NotSecondary},
		{"a secondary does not take it", sam, "sam@acme.test", rule.NotPermitted},
		{"an SSO admin does not give it", ola, "sam@acme.test", rule.NotPermitted},
		{"a user does not take it", bob, "bob@acme.test", rule.NotPermitted},
		{"who is not in the team does not get it", ada, "eve@acme.test", rule.NotFound},
		{"who is of another team does not get it", ada, "zoe@gamma.test", rule.NotFound},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := house(t, seatbook.Config{})
			stage.Do(s, rule.Operator, account.CreateTeam{Team: "gamma", Owner: "zoe@gamma.test"})
			hand := account.ChangeRole{Team: "acme", User: c.user, Role: account.Primary}
			if c.code != "" {
				stage.Refused(s, c.actor, c.code, hand)
				require.Equal(t, account.Primary, roleOf(s, "acme", "ada@acme.test"))
			} else {
				require.Equal(t, account.Primary, stage.Do(s, c.actor, hand).Member.Role)
				require.Equal(t, account.Secondary, roleOf(s, "acme", "ada@acme.test"))
				stage.Refused(s, ada, rule.NotPermitted, account.ChangeRole{Team: "acme", User: "ada@acme.test", Role: account.Primary})
			}
			s.Audit()
		})
	}
}

func TestAHandOverTwiceChangesNothingTheSecondTime(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	hand := account.ChangeRole{Team: "acme", User: "sam@acme.test", Role: account.Primary}
	stage.Do(s, ada, hand)
	before := s.Digest()
	stage.Do(s, rule.Operator, hand)
	require.Equal(t, before, s.Digest())
	stage.Do(s, sam, account.ChangeRole{Team: "acme", User: "ada@acme.test", Role: account.Primary})
	require.Equal(t, account.Secondary, roleOf(s, "acme", "sam@acme.test"))
	s.Audit()
}

func TestThePrimaryIsNeitherDemotedNorRemovedWhilePrimary(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	for _, actor := range []rule.Actor{ada, sam, ola, rule.Operator} {
		for _, role := range []account.Role{account.Secondary, account.SSO, account.User, account.Guest} {
			stage.Refused(s, actor, rule.PrimaryRequired, account.ChangeRole{Team: "acme", User: "ada@acme.test", Role: role})
		}
		stage.Refused(s, actor, rule.PrimaryRequired, account.RemoveMember{Team: "acme", User: "ada@acme.test"})
	}
	for _, actor := range []rule.Actor{bob, gus} {
		stage.Refused(s, actor, rule.NotPermitted, account.ChangeRole{Team: "acme", User: "ada@acme.test", Role: account.User})
		stage.Refused(s, actor, rule.NotPermitted, account.RemoveMember{Team: "acme", User: "ada@acme.test"})
	}
	stage.Refused(s, ada, rule.Conflict, account.Invite{Team: "acme", Email: "ada@acme.test", Role: account.Guest})
	stage.Refused(s, ada, rule.Conflict, account.Invite{Team: "acme", Email: "ada@acme.test"})
	require.Equal(t, account.Primary, roleOf(s, "acme", "ada@acme.test"))
	s.Audit()
	stage.Do(s, ada, account.ChangeRole{Team: "acme", User: "sam@acme.test", Role: account.Primary})
	stage.Do(s, sam, account.RemoveMember{Team: "acme", User: "ada@acme.test"})
	s.Audit()
}

func TestThePrimaryOfAnEmptyTeamCannotHandItToNobody(t *testing.T) {
	t.Parallel()
	s := begin(t, seatbook.Config{})
	stage.Refused(s, ada, rule.PrimaryRequired, account.RemoveMember{Team: "acme", User: "ada@acme.test"})
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "sam@acme.test", Role: account.Secondary})
	stage.Refused(s, ada, rule.NotFound, account.ChangeRole{Team: "acme", User: "sam@acme.test", Role: account.Primary})
	s.Audit()
}

// appointments are who may give which role, by the lines "add/remove people"
// and "appoint secondary/SSO admins" of the permission table.
func TestAdminsAppointAdmins(t *testing.T) {
	t.Parallel()
	admins := map[string]rule.Actor{"primary": ada, "secondary": sam, "sso": ola, "operator": rule.Operator}
	for name, actor := range admins {
		for _, role := range []account.Role{account.Secondary, account.SSO, account.User, account.Guest} {
			t.Run(name+" gives "+string(role), func(t *testing.T) {
				t.Parallel()
				s := house(t, seatbook.Config{})
				require.Equal(t, role, stage.Do(s, actor, account.ChangeRole{Team: "acme", User: "bob@acme.test", Role: role}).Member.Role)
				require.Equal(t, role, stage.Do(s, actor, account.Invite{Team: "acme", Email: "eve@acme.test", Role: role}).Invitation.Role)
				stage.Do(s, actor, account.RevokeInvitation{Team: "acme", Email: "eve@acme.test"})
				stage.Do(s, actor, account.RemoveMember{Team: "acme", User: "bob@acme.test"})
				s.Audit()
			})
		}
	}
	for name, actor := range map[string]rule.Actor{"user": bob, "guest": gus} {
		t.Run(name+" gives none", func(t *testing.T) {
			t.Parallel()
			s := house(t, seatbook.Config{})
			join(s, "acme", "tim@acme.test", account.User)
			for _, role := range []account.Role{account.Secondary, account.SSO, account.User, account.Guest} {
				stage.Refused(s, actor, rule.NotPermitted, account.ChangeRole{Team: "acme", User: "tim@acme.test", Role: role})
				stage.Refused(s, actor, rule.NotPermitted, account.Invite{Team: "acme", Email: "eve@acme.test", Role: role})
			}
			s.Audit()
		})
	}
}

func TestAGuestWhoIsMadeAnAdminIsNoGuestAnyMore(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Do(s, ada, account.ChangeRole{Team: "acme", User: "gus@acme.test", Role: account.Secondary})
	stage.Do(s, gus, account.Invite{Team: "acme", Email: "eve@acme.test"})
	stage.Do(s, ada, account.ChangeRole{Team: "acme", User: "gus@acme.test", Role: account.Guest})
	stage.Refused(s, gus, rule.NotPermitted, account.Invite{Team: "acme", Email: "tim@acme.test"})
	s.Audit()
}

func TestARoleThatIsNoneIsInvalid(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	for _, actor := range []rule.Actor{ada, rule.Operator} {
		stage.Refused(s, actor, rule.Invalid, account.ChangeRole{Team: "acme", User: "bob@acme.test", Role: "boss"})
		stage.Refused(s, actor, rule.Invalid, account.ChangeRole{Team: "acme", User: "bob@acme.test"})
		_, err := s.Run(actor, "account.change_role", `{"team":"acme","user":"bob@acme.test","role":"boss"}`)
		require.ErrorIs(t, err, rule.Invalid)
	}
	s.Audit()
}

func TestOnlyAdminsAddPeopleAndNobodyMakesTeamsForThemselves(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "gamma", Owner: "zoe@gamma.test"})
	for _, actor := range []rule.Actor{ada, sam, ola, bob, gus, zoe, nobody, rule.ByEmail("new@home.test")} {
		stage.Refused(s, actor, rule.NotPermitted, account.CreateTeam{Team: "mine", Owner: rule.Address("me@home.test")})
	}
	for _, actor := range []rule.Actor{bob, gus} {
		refusal := stage.Refused(s, actor, rule.NotPermitted, account.Invite{Team: "acme", Email: "eve@acme.test"})
		require.Contains(t, refusal.Contact, "ada@acme.test")
		require.Contains(t, refusal.Text, "manage-people")
		refusal = stage.Refused(s, actor, rule.NotPermitted, licensing.Assign{Team: "acme", Product: "maya", User: "eve@acme.test"})
		require.Contains(t, refusal.Contact, "ada@acme.test")
		refusal = stage.Refused(s, actor, rule.NotPermitted, account.CreateTeam{Team: "mine", Owner: "me@home.test"})
		require.Contains(t, refusal.Contact, "ada@acme.test")
	}
	s.Audit()
}

func TestTheContactIsThePrimaryOfTheDay(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Do(s, ada, account.ChangeRole{Team: "acme", User: "sam@acme.test", Role: account.Primary})
	refusal := stage.Refused(s, bob, rule.NotPermitted, account.Invite{Team: "acme", Email: "eve@acme.test"})
	require.Contains(t, refusal.Contact, "sam@acme.test")
	require.NotContains(t, refusal.Contact, "ada@acme.test")
	refusal = stage.Refused(s, ola, rule.NotPermitted, account.ChangeRole{Team: "acme", User: "ada@acme.test", Role: account.Primary})
	require.Equal(t, "support", refusal.Contact)
	require.Contains(t, refusal.Text, "hand-over-primary")
}
