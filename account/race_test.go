package account_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/rule"
)

// replayed checks that the journal alone makes the same state.
func replayed(s *stage.Stage) {
	s.Helper()
	again, err := s.Replay(s.Context(), memstore.New())
	require.NoError(s.TB, err)
	digest, err := again.Digest(s.Context())
	require.NoError(s.TB, err)
	require.Equal(s.TB, s.Digest(), digest)
}

// atOnce starts all of them together and returns what each came to.
func atOnce(all ...func() error) []error {
	results := make([]error, len(all))
	start := make(chan struct{})
	var done sync.WaitGroup
	for i, one := range all {
		done.Go(func() {
			<-start
			results[i] = one()
		})
	}
	close(start)
	done.Wait()
	return results
}

// winner returns the one that succeeded; every other came to a code.
func winner(t *testing.T, results []error, code rule.Code) int {
	t.Helper()
	won := -1
	for i, err := range results {
		if err != nil {
			require.ErrorIs(t, err, code)
			continue
		}
		require.Equal(t, -1, won, "two have won")
		won = i
	}
	require.NotEqual(t, -1, won, "nobody has won")
	return won
}

func TestOfTwoAdminsWhoDemoteEachOtherAtOnceOneWins(t *testing.T) {
	t.Parallel()
	for range 20 {
		s := house(t, seatbook.Config{})
		join(s, "acme", "tim@acme.test", account.Secondary)
		tim := rule.ByEmail("tim@acme.test")
		won := winner(t, atOnce(
			func() error {
				return tried(s, sam, account.ChangeRole{Team: "acme", User: "tim@acme.test", Role: account.User})
			},
			func() error {
				return tried(s, tim, account.ChangeRole{Team: "acme", User: "sam@acme.test", Role: account.User})
			},
		), rule.NotPermitted)
		roles := []account.Role{roleOf(s, "acme", "sam@acme.test"), roleOf(s, "acme", "tim@acme.test")}
		require.Equal(t, account.Secondary, roles[won])
		require.Equal(t, account.User, roles[1-won])
		s.Audit()
		replayed(s)
	}
}

func TestOfTwoAdminsWhoRemoveEachOtherAtOnceOneWins(t *testing.T) {
	t.Parallel()
	for range 20 {
		s := house(t, seatbook.Config{})
		join(s, "acme", "tim@acme.test", account.Secondary)
		winner(t, atOnce(
			func() error { return tried(s, sam, account.RemoveMember{Team: "acme", User: "tim@acme.test"}) },
			func() error {
				return tried(s, rule.ByEmail("tim@acme.test"), account.RemoveMember{Team: "acme", User: "sam@acme.test"})
			},
		), rule.NotFound)
		s.Audit()
	}
}

func TestATeamHandedToTwoAtOnceHasOnePrimary(t *testing.T) {
	t.Parallel()
	for range 20 {
		s := house(t, seatbook.Config{})
		join(s, "acme", "tim@acme.test", account.Secondary)
		won := winner(t, atOnce(
			func() error {
				return tried(s, ada, account.ChangeRole{Team: "acme", User: "sam@acme.test", Role: account.Primary})
			},
			func() error {
				return tried(s, ada, account.ChangeRole{Team: "acme", User: "tim@acme.test", Role: account.Primary})
			},
		), rule.NotPermitted)
		require.Equal(t, account.Primary, roleOf(s, "acme", []rule.Address{"sam@acme.test", "tim@acme.test"}[won]))
		s.Audit()
	}
}

func TestAnInvitationAcceptedManyTimesAtOnceIsAcceptedOnce(t *testing.T) {
	t.Parallel()
	for name, code := range map[string]rule.Code{"by address": rule.InvitationUsed, "by secret": rule.InvitationInvalid} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, seatbook.Config{})
			buy(s, "acme", "maya", 1)
			sent := stage.Do(s, ada, account.Invite{Team: "acme", Email: "eve@acme.test", Products: []string{"maya"}})
			accept := account.AcceptInvitation{Team: "acme", Email: "eve@acme.test"}
			if code == rule.InvitationInvalid {
				accept = account.AcceptInvitation{Team: "acme", Secret: rule.Secret(sent.Secret)}
			}
			all := make([]func() error, 16)
			for i := range all {
				all[i] = func() error { return tried(s, eve, accept) }
			}
			winner(t, atOnce(all...), code)
			require.Equal(t, 1, seats(s, "maya").Assigned)
			s.Audit()
			replayed(s)
		})
	}
}

func TestAnInvitationAcceptedAndRevokedAtOnceIsOneOfThem(t *testing.T) {
	t.Parallel()
	for range 20 {
		s := begin(t, seatbook.Config{})
		stage.Do(s, ada, account.Invite{Team: "acme", Email: "eve@acme.test"})
		results := atOnce(
			func() error { return tried(s, eve, account.AcceptInvitation{Team: "acme", Email: "eve@acme.test"}) },
			func() error { return tried(s, ada, account.RevokeInvitation{Team: "acme", Email: "eve@acme.test"}) },
		)
		code := rule.InvitationUsed
		if results[0] != nil {
			code = rule.InvitationRevoked
		}
		winner(t, results, code)
		s.Audit()
	}
}

func TestAnAddressInvitedManyTimesAtOnceHasOneInvitation(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	all := make([]func() error, 32)
	for i := range all {
		all[i] = func() error {
			return tried(s, []rule.Actor{ada, sam, ola, rule.Operator}[i%4], account.Invite{Team: "acme", Email: "eve@acme.test"})
		}
	}
	winner(t, atOnce(all...), rule.Conflict)
	require.Len(t, mail(s, "acme", account.InvitationNotice), 5)
	s.Audit()
}

func TestAHandleTakenByManyAtOnceIsOneTeams(t *testing.T) {
	t.Parallel()
	s := stage.Begin(t, monday, seatbook.Config{})
	all := make([]func() error, 32)
	for i := range all {
		owner := rule.Address(fmt.Sprintf("p%d@acme.test", i))
		all[i] = func() error { return tried(s, rule.Operator, account.CreateTeam{Team: "acme", Owner: owner}) }
	}
	won := winner(t, atOnce(all...), rule.Conflict)
	require.Equal(t, account.Primary, roleOf(s, "acme", rule.Address(fmt.Sprintf("p%d@acme.test", won))))
	s.Audit()
}
