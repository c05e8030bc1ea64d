package seatbook_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// opened returns an engine over a store that keeps to itself that its updates run
// one after another, with some teams in each of which an invitation ends.
func opened(t *testing.T, teams int, handle func(int) string) (*seatbook.Engine, *stage.Clock, store.Store) {
	t.Helper()
	clock, kept := stage.NewClock(stage.At("2026-01-05T09:00:00Z")), sideBySide{memstore.New()}
	e, err := seatbook.New(kept, seatbook.Config{Clock: clock, Random: stage.Zeros{}})
	require.NoError(t, err)
	for i := range teams {
		team := handle(i)
		_, err := seatbook.Do(t.Context(), e, rule.Operator, account.CreateTeam{Team: team, Owner: rule.Address("ada@" + team + ".test")})
		require.NoError(t, err)
		_, err = seatbook.Do(t.Context(), e, rule.Operator, account.Invite{Team: team, Email: rule.Address("bob@" + team + ".test")})
		require.NoError(t, err)
	}
	return e, clock, kept
}

// backwards names teams against the order in which they are made.
func backwards(i int) string { return fmt.Sprintf("t%03d", 999-i) }

func allEvents(t *testing.T, e *seatbook.Engine) []seatbook.Event {
	t.Helper()
	events, err := e.Events(t.Context(), seatbook.Cursor{}, 100_000)
	require.NoError(t, err)
	return events
}

func TestEventsAreInTheOrderOfTheirTransactions(t *testing.T) {
	t.Parallel()
	e, _, _ := opened(t, 30, backwards)
	var teams []string
	last := seatbook.Cursor{}
	for _, event := range allEvents(t, e) {
		require.True(t, last.Before(event.Cursor))
		last = event.Cursor
		if event.Name == "account.create_team" {
			teams = append(teams, string(event.Streams[0]))
		}
	}
	require.Len(t, teams, 30)
	require.True(t, slices.IsSortedFunc(teams, func(a, b string) int { return strings.Compare(b, a) }), "all at one instant, and teams that share nothing")
}

func TestWhatHasAnOrdinalIsNeverMoved(t *testing.T) {
	t.Parallel()
	e, clock, kept := opened(t, 3, backwards)
	first := allEvents(t, e)
	latest, err := e.Latest(t.Context())
	require.NoError(t, err)
	require.Equal(t, first[len(first)-1].Cursor, latest)

	// Another process, whose clock is an hour behind, commits late.
	behind, err := seatbook.New(kept, seatbook.Config{Clock: stage.NewClock(clock.Now().Add(-time.Hour)), Random: stage.Zeros{}})
	require.NoError(t, err)
	_, err = seatbook.Do(t.Context(), behind, rule.Operator, account.CreateTeam{Team: "aaa", Owner: "ada@aaa.test"})
	require.NoError(t, err)
	_, err = seatbook.Do(t.Context(), behind, rule.Operator, account.Invite{Team: backwards(0), Email: "eve@acme.test"})
	require.NoError(t, err)

	all := allEvents(t, e)
	require.Equal(t, first, all[:len(first)])
	late, err := e.Events(t.Context(), latest, 100)
	require.NoError(t, err)
	require.Equal(t, all[len(first):], late, "a cursor skips nothing")
	require.Equal(t, all, allEvents(t, behind))

	again, err := e.Replay(t.Context(), memstore.New())
	require.NoError(t, err)
	want, err := e.Digest(t.Context())
	require.NoError(t, err)
	got, err := again.Digest(t.Context())
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func TestRefusalsOfManyTeamsAreCountedTogether(t *testing.T) {
	t.Parallel()
	e, _, _ := opened(t, 40, backwards)
	for i := range 40 {
		_, err := seatbook.Do(t.Context(), e, rule.Operator, account.RemoveMember{Team: backwards(i), User: "nobody@acme.test"})
		require.ErrorIs(t, err, rule.NotFound)
	}
	refused, err := e.Refusals(t.Context())
	require.NoError(t, err)
	require.Len(t, refused, 1)
	require.Equal(t, int64(40), refused[0].Count)
}
