package account_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

func benefitsOf(s *stage.Stage, actor rule.Actor, q account.BenefitsQuery) map[account.Benefit]bool {
	s.Helper()
	has := map[account.Benefit]bool{}
	for _, b := range stage.Ask(s, actor, q) {
		has[b.Benefit] = b.Granted
	}
	return has
}

func TestAllBenefitsAreGrantedAtFirst(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	for _, q := range []account.BenefitsQuery{{User: "bob@acme.test"}, {User: "bob@acme.test", Team: "acme"}} {
		has := benefitsOf(s, bob, q)
		require.Len(t, has, 6)
		for b, yes := range has {
			require.True(t, yes, b)
		}
	}
}

func TestABenefitIsWithheldAndGrantedByPerson(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	withhold := account.WithholdBenefit{Team: "acme", User: "bob@acme.test", Benefit: account.CloudServices}
	before := s.Digest()
	stage.Do(s, ada, account.GrantBenefit(withhold))
	require.Equal(t, before, s.Digest(), "granting what is granted changes nothing")
	stage.Do(s, sam, withhold)
	after := s.Digest()
	stage.Do(s, sam, withhold)
	require.Equal(t, after, s.Digest(), "withholding what is withheld changes nothing")
	require.False(t, benefitsOf(s, ada, account.BenefitsQuery{User: "bob@acme.test"})[account.CloudServices])
	require.True(t, benefitsOf(s, ada, account.BenefitsQuery{User: "gus@acme.test"})[account.CloudServices], "nobody else's is")
	stage.Do(s, ada, account.GrantBenefit(withhold))
	require.True(t, benefitsOf(s, bob, account.BenefitsQuery{User: "bob@acme.test"})[account.CloudServices])
	stage.Refused(s, bob, rule.NotPermitted, withhold)
	refusal := stage.Refused(s, ola, rule.NotPermitted, account.WithholdBenefit{Team: "acme", User: "ada@acme.test", Benefit: account.Downloads})
	require.Contains(t, refusal.Text, "hand-over-primary", "an admin may appoint admins, and is not told otherwise")
	stage.Refused(s, ada, rule.NotFound, account.WithholdBenefit{Team: "acme", User: "zoe@gamma.test", Benefit: account.Downloads})
	stage.Refused(s, ada, rule.Invalid, account.WithholdBenefit{Team: "acme", User: "bob@acme.test", Benefit: "lunch"})
	s.Audit()
}

func TestWhoLeavesComesBackWithAllBenefits(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Do(s, ada, account.WithholdBenefit{Team: "acme", User: "bob@acme.test", Benefit: account.Downloads})
	stage.Do(s, ada, account.RemoveMember{Team: "acme", User: "bob@acme.test"})
	join(s, "acme", "bob@acme.test", account.User)
	require.True(t, benefitsOf(s, ada, account.BenefitsQuery{User: "bob@acme.test"})[account.Downloads])
	s.Audit()
}

func TestWithheldDownloadsAreRefused(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "beta", Owner: "una@beta.test", Country: "US"})
	join(s, "beta", "bob@acme.test", account.User)
	buy(s, "acme", "maya", 1)
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "maya", User: "bob@acme.test"})
	q := licensing.DownloadsQuery{User: "bob@acme.test", Product: "maya"}
	require.NotEmpty(t, stage.Ask(s, bob, q))
	stage.Do(s, ada, account.WithholdBenefit{Team: "acme", User: "bob@acme.test", Benefit: account.Downloads})
	_, err := seatbook.Ask(s.Context(), s.Engine, bob, q)
	require.ErrorIs(t, err, rule.NotPermitted)
	require.Equal(t, "the team's admin ada@acme.test", rule.AsRefusal(err).Contact)
	require.Equal(t, account.BenefitRule, rule.AsRefusal(err).Rule)
	require.Empty(t, stage.Ask(s, bob, licensing.AvailableQuery{User: "bob@acme.test"}))
	require.NotEmpty(t, stage.Ask(s, bob, licensing.TilesQuery{User: "bob@acme.test"}), "the product is still theirs to use")
	_, err = seatbook.Ask(s.Context(), s.Engine, bob, licensing.DownloadsQuery{User: "bob@acme.test", Product: "revit"})
	require.ErrorIs(t, err, rule.NotAssigned, "without any right")

	buy(s, "beta", "maya", 1)
	stage.Do(s, rule.Operator, licensing.Assign{Team: "beta", Product: "maya", User: "bob@acme.test"})
	require.NotEmpty(t, stage.Ask(s, bob, q), "another team grants them")
	require.NotEmpty(t, stage.Ask(s, bob, licensing.AvailableQuery{User: "bob@acme.test"}))
	s.Audit()
}
