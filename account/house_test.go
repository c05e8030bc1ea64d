package account_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

const monday = "2026-01-05T09:00:00Z"

// The people of the team acme, one for each role, and who is not in it.
var (
	ada    = rule.ByEmail("ada@acme.test")
	sam    = rule.ByEmail("sam@acme.test")
	ola    = rule.ByEmail("ola@acme.test")
	bob    = rule.ByEmail("bob@acme.test")
	gus    = rule.ByEmail("gus@acme.test")
	zoe    = rule.ByEmail("zoe@gamma.test")
	nobody = rule.Actor{}
)

// begin makes the team acme, whose primary admin is ada.
func begin(t testing.TB, config seatbook.Config) *stage.Stage {
	t.Helper()
	s := stage.Begin(t, monday, config)
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "acme", Owner: "ada@acme.test", Country: "US"})
	return s
}

// house makes the team acme with a secondary admin, an SSO admin, a user and a guest.
func house(t testing.TB, config seatbook.Config) *stage.Stage {
	t.Helper()
	s := begin(t, config)
	join(s, "acme", "sam@acme.test", account.Secondary)
	join(s, "acme", "ola@acme.test", account.SSO)
	join(s, "acme", "bob@acme.test", account.User)
	join(s, "acme", "gus@acme.test", account.Guest)
	return s
}

// join brings a person into a team.
func join(s *stage.Stage, team string, email rule.Address, role account.Role) {
	s.Helper()
	stage.Do(s, rule.Operator, account.Invite{Team: team, Email: email, Role: role})
	stage.Do(s, rule.Operator, account.AcceptInvitation{Team: team, Email: email})
}

// buy buys seats for a year with the operator's word.
func buy(s *stage.Stage, team, product string, seats int) string {
	s.Helper()
	stage.Do(s, rule.Operator, billing.AddPaymentMethod{Team: team, Kind: billing.Card, Token: "tok_1", Last4: "4242"})
	return stage.Do(s, rule.Operator, billing.Purchase{Team: team, Product: product, Seats: seats, Term: licensing.Annual}).Subscription.ID
}

// roleOf reads a member's role out of the explanation of a command that is not kept.
func roleOf(s *stage.Stage, team string, email rule.Address) account.Role {
	s.Helper()
	var why seatbook.Explanation
	change := account.ChangeRole{Team: team, User: email, Role: account.Guest}
	_, _ = seatbook.Do(s.Context(), s.Engine, rule.Operator, change, seatbook.Preview(), seatbook.Explain(&why))
	for _, c := range why.Citations {
		if c.Rule == account.PrimaryRule {
			require.Equal(s.TB, "role", c.Figures[0].Name)
			return account.Role(rule.Show(c.Figures[0].Value))
		}
	}
	return ""
}

// invitationOf returns the team's invitation of an address, and whether there is one.
func invitationOf(s *stage.Stage, team, email string) (account.InvitationShown, bool) {
	s.Helper()
	for _, i := range stage.Ask(s, rule.Operator, account.InvitationsQuery{Team: team}) {
		if i.Email == email {
			return i, true
		}
	}
	return account.InvitationShown{}, false
}

// mail returns the notices of a kind in a team, as "recipient language".
func mail(s *stage.Stage, team string, kind account.NoticeKind) []string {
	s.Helper()
	list := []string{}
	for _, n := range stage.Ask(s, rule.Operator, account.NoticesQuery{Team: team}) {
		if n.Kind == kind {
			list = append(list, n.To+" "+string(n.Language))
		}
	}
	return list
}

// local is the instant at which the clocks of a zone show something.
func local(t testing.TB, zone, text string) string {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	require.NoError(t, err)
	at, err := time.ParseInLocation("2006-01-02T15:04:05", text, loc)
	require.NoError(t, err)
	return at.UTC().Format(time.RFC3339)
}

// tried runs a command whose refusal is one of the possible outcomes.
func tried[R any](s *stage.Stage, actor rule.Actor, c rule.Command[R]) error {
	_, err := seatbook.Do(context.Background(), s.Engine, actor, c)
	return err
}
