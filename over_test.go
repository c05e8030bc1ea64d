package seatbook_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// listening is a store that is told the codecs of the tables.
type listening struct {
	store.Store
	codecs []store.Codec
}

func (l *listening) Use(codecs []store.Codec) { l.codecs = codecs }

// An engine over another store has the rules of the first and nothing of its records,
// its clock and its provider.
func TestAnEngineOverAnotherStoreSharesItsRulesAlone(t *testing.T) {
	t.Parallel()
	first := stage.Begin(t, "2026-01-05T09:00:00Z", seatbook.Config{Policy: map[string]string{"invitation-life": "2d"}, Zone: time.FixedZone("here", 3600)})
	found := func(s *stage.Stage) error {
		stage.Do(s, rule.Operator, account.CreateTeam{Team: "acme", Owner: "ada@acme.test", Country: "US"})
		stage.Do(s, ada, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_1"})
		_, err := seatbook.Do(t.Context(), s.Engine, ada, billing.Purchase{Team: "acme", Product: "autocad", Seats: 1, Term: licensing.Annual})
		return err
	}
	require.NoError(t, found(first))

	heard := &listening{Store: memstore.New()}
	later := stage.NewClock(stage.At("2027-06-01T09:00:00Z"))
	engine, err := first.Over(heard, later, stage.Declines, stage.Zeros{})
	require.NoError(t, err)
	second := &stage.Stage{TB: t, Engine: engine, Clock: later}
	assert.Len(t, heard.codecs, len(first.Codecs()))
	assert.Same(t, first.Book(), second.Book())
	require.Error(t, found(second), "its own provider declines")
	invited := stage.Do(second, ada, account.Invite{Team: "acme", Email: "bob@acme.test"})
	assert.Equal(t, later.Now().Add(48*time.Hour), invited.Invitation.Expires.UTC())
	assert.Len(t, stage.Ask(first, ada, licensing.PeopleQuery{Team: "acme"}).People, 1)
	require.NoError(t, first.RunDue(t.Context()))

	_, err = first.Over(nil, nil, nil, nil)
	require.Error(t, err)
	bare, err := first.Over(memstore.New(), nil, nil, nil)
	require.NoError(t, err)
	why := &seatbook.Explanation{}
	_, err = seatbook.Do(t.Context(), bare, rule.Operator, account.CreateTeam{Team: "acme", Owner: "ada@acme.test", Country: "US"}, seatbook.Explain(why))
	require.NoError(t, err)
	assert.WithinDuration(t, time.Now(), why.At, time.Minute, "the wall clock")
}
