package seatbook_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/benbjohnson/clock"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// office is a team whose owner pays on account.
func office(t *testing.T) *stage.Stage {
	t.Helper()
	s := stage.Begin(t, "2026-01-05T09:00:00Z", seatbook.Config{})
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "acme", Owner: "ada@acme.test", Country: "US"})
	stage.Do(s, ada, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_1"})
	return s
}

func TestAPreviewKeepsNothingAndComesOutExactly(t *testing.T) {
	t.Parallel()
	s := office(t)
	before := s.Digest()
	preview := stage.Do(s, ada, purchase, seatbook.Preview())
	require.Equal(t, before, s.Digest())
	require.Equal(t, billing.InvoicePaid, preview.Invoice.Status)
	real := stage.Do(s, ada, purchase)
	require.Equal(t, preview.Invoice.Total, real.Invoice.Total)
	require.Equal(t, preview.Invoice.Lines, real.Invoice.Lines)
	require.Equal(t, preview.Subscription.Ends, real.Subscription.Ends)
	_, err := seatbook.Do(t.Context(), s.Engine, ada, billing.AddSeats{Subscription: real.Subscription.ID, Seats: 0}, seatbook.Preview())
	require.ErrorIs(t, err, rule.Invalid)
}

func TestAnExplanationNamesTheRulesAndFigures(t *testing.T) {
	t.Parallel()
	s := office(t)
	var why seatbook.Explanation
	bought := stage.Do(s, ada, purchase, seatbook.Explain(&why))
	cited := map[string]string{}
	for _, c := range why.Citations {
		cited[c.Rule.ID] = c.String()
	}
	require.Contains(t, cited, "BIL-2")
	require.Contains(t, cited["TIM-4"], "months 1", "what the payment brought about is explained too")
	_, err := seatbook.Do(t.Context(), s.Engine, bob, billing.Renew{Subscription: bought.Subscription.ID}, seatbook.Explain(&why))
	require.ErrorIs(t, err, rule.NotFound)
	require.Equal(t, "ACC-4", why.Citations[len(why.Citations)-1].Rule.ID)
	_, err = seatbook.Ask(t.Context(), s.Engine, ada, flex.AccessQuery{User: "ada@acme.test", Product: "autocad"}, seatbook.Explain(&why))
	require.NoError(t, err)
	require.NotEmpty(t, why.Citations)
}

func TestAKeyMakesACommandRunOnce(t *testing.T) {
	t.Parallel()
	s := office(t)
	invite := account.Invite{Team: "acme", Email: "bob@acme.test"}
	first := stage.Do(s, ada, invite, seatbook.Idempotent("once"))
	require.NotEmpty(t, first.Secret)
	before := s.Digest()
	again := stage.Do(s, ada, invite, seatbook.Idempotent("once"))
	require.Equal(t, before, s.Digest())
	require.Empty(t, again.Secret, "a secret is not repeated")
	require.Equal(t, first.Invitation, again.Invitation)
	_, err := seatbook.Do(t.Context(), s.Engine, ada, account.Invite{Team: "acme", Email: "eve@acme.test"}, seatbook.Idempotent("once"))
	require.ErrorIs(t, err, rule.Conflict)
	other, err := seatbook.Do(t.Context(), s.Engine, rule.Operator, account.Invite{Team: "acme", Email: "eve@acme.test"}, seatbook.Idempotent("once"))
	require.NoError(t, err, "another actor's key is another key")
	require.NotEmpty(t, other.Secret)
}

func TestTheFormWithoutTypesIsTheSame(t *testing.T) {
	t.Parallel()
	s := office(t)
	_, err := s.Run(ada, "billing.nothing", `{}`)
	require.ErrorIs(t, err, rule.Invalid)
	_, err = s.Run(ada, "billing.purchase", `{"team":"acme","product":"autocad","seets":2}`)
	require.ErrorIs(t, err, rule.Invalid)
	_, err = s.Run(ada, "billing.purchase", `{"team":"acme","product":"autocad","seats":"two","term":"annual"}`)
	require.ErrorIs(t, err, rule.Invalid)
	_, err = s.Run(ada, "billing.purchase", `{"team":"acme","seats":2,"term":"annual"}`)
	require.ErrorIs(t, err, rule.Invalid, "a field is missing")
	out, err := s.Run(ada, "billing.purchase", `{"team":"acme","product":"autocad","seats":2,"term":"annual"}`)
	require.NoError(t, err)
	require.Contains(t, out, `"status":"paid"`)
	result, err := s.Query(t.Context(), ada, "licensing.seats", []byte(`{"team":"acme","product":"autocad"}`))
	require.NoError(t, err)
	require.Equal(t, licensing.Seats{Owned: 2, Free: 2}, result)
}

func TestSeveralQuestionsAtOneInstant(t *testing.T) {
	t.Parallel()
	s := office(t)
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "bob@acme.test"})
	for _, instant := range []string{"2026-01-05T09:00:00Z", "2026-02-05T09:00:00Z"} {
		s.At(instant)
		require.NoError(t, s.Engine.At(t.Context(), func(m *seatbook.Moment) error {
			list, err := seatbook.AskIn(m, ada, account.InvitationsQuery{Team: "acme"})
			if err != nil {
				return err
			}
			notices, err := seatbook.AskIn(m, ada, account.NoticesQuery{Team: "acme"})
			require.Len(t, list, 1)
			require.Equal(t, m.Now().Before(list[0].Expires), len(notices) == 1, "the end of the invitation was told, or not yet")
			return err
		}))
	}
}

// A host runs a command inside a transaction of its own: both are kept or neither.
func TestACommandWithinAHostsTransaction(t *testing.T) {
	t.Parallel()
	s := office(t)
	stage.Do(s, ada, purchase)
	before := s.Digest()
	failed := errors.New("the host's own row failed")
	err := s.Store.Update(t.Context(), func(tx store.Tx) error {
		_, err := seatbook.Do(t.Context(), s.Within(tx), ada, licensing.Assign{Team: "acme", Product: "autocad", User: "ada@acme.test"})
		require.NoError(t, err)
		return failed
	})
	require.ErrorIs(t, err, failed)
	require.Equal(t, before, s.Digest())
	require.NoError(t, s.Store.Update(t.Context(), func(tx store.Tx) error {
		_, err := seatbook.Do(t.Context(), s.Within(tx), ada, billing.BuyTokens{Team: "acme", Tokens: 100})
		require.ErrorIs(t, err, billing.ErrUnanswered, "the charge waits for the host's commit")
		return nil
	}))
	require.NoError(t, s.RunDue(t.Context()))
	require.Equal(t, int64(100), stage.Ask(s, ada, flex.BalanceQuery{Team: "acme"}).Left)
	s.Audit()
}

func TestWhatAHostsTransactionOrderedIsReadAfterItsCommit(t *testing.T) {
	t.Parallel()
	s := office(t)
	buy := billing.BuyTokens{Team: "acme", Tokens: 100}
	var waits billing.TokensBought
	require.NoError(t, s.Store.Update(t.Context(), func(tx store.Tx) (err error) {
		waits, err = seatbook.Do(t.Context(), s.Within(tx), ada, buy, seatbook.Idempotent("order 81"))
		require.ErrorIs(t, err, billing.ErrUnanswered)
		require.Equal(t, billing.InvoiceOpen, waits.Invoice.Status, "what it came to so far, to be written down beside the host's own")
		return nil
	}))
	require.NoError(t, s.KeepPromises(t.Context()))
	bought, err := seatbook.Do(t.Context(), s.Engine, ada, buy, seatbook.Idempotent("order 81"))
	require.NoError(t, err)
	require.Equal(t, billing.InvoicePaid, bought.Invoice.Status)
	require.Equal(t, waits.Invoice.ID, bought.Invoice.ID)
	require.Equal(t, int64(100), bought.Pack.Left)
	require.NoError(t, s.KeepPromises(t.Context()), "there is nothing left to ask")
	require.Equal(t, int64(100), stage.Ask(s, ada, flex.BalanceQuery{Team: "acme"}).Left)
	s.Audit()
}

func TestEventsAreReadFromACursorOn(t *testing.T) {
	t.Parallel()
	s := office(t)
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "bob@acme.test"})
	s.At("2026-01-12T09:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	all, err := s.Events(t.Context(), seatbook.Cursor{}, 100)
	require.NoError(t, err)
	var names []string
	for _, e := range all {
		names = append(names, string(e.Kind)+" "+e.Name)
	}
	require.Equal(t, []string{
		"command account.create_team", "command billing.add_payment_method", "notice invitation", "command account.invite",
		"work account.invitation-end", "notice invitation-ended",
	}, names)
	var paged []seatbook.Event
	var cursor seatbook.Cursor
	for {
		page, err := s.Events(t.Context(), cursor, 1)
		require.NoError(t, err)
		if len(page) == 0 {
			break
		}
		paged = append(paged, page...)
		cursor = page[len(page)-1].Cursor
	}
	require.Equal(t, all, paged)
	refused, err := s.Refusals(t.Context())
	require.NoError(t, err)
	require.Empty(t, refused)
	stage.Refused(s, bob, rule.NotFound, account.RemoveMember{Team: "acme", User: "ada@acme.test"})
	refused, err = s.Refusals(t.Context())
	require.NoError(t, err)
	require.Equal(t, []seatbook.Refused{{Code: rule.NotFound, Rule: "ACC-4", Count: 1}}, refused)
}

func TestTheJournalIsAChainThatHidesPeopleAndSecrets(t *testing.T) {
	t.Parallel()
	s := office(t)
	sent := stage.Do(s, ada, account.Invite{Team: "acme", Email: "Bob Ray <bob@acme.test>"})
	stage.Do(s, bob, account.AcceptInvitation{Team: "acme", Secret: rule.Secret(sent.Secret)})
	entries, err := s.Journal(t.Context(), "acme", 0, 0)
	require.NoError(t, err)
	for i, e := range entries {
		require.Equal(t, int64(i+1), e.Sequence)
		require.NotContains(t, string(e.Args), "bob")
		require.NotContains(t, string(e.Args), "@")
		require.NotContains(t, string(e.Args), sent.Secret)
		if i > 0 {
			require.Equal(t, entries[i-1].Hash, e.Previous)
		}
	}
	require.Len(t, entries[1].Secrets, 1)
	again, err := s.Replay(t.Context(), memstore.New())
	require.NoError(t, err)
	other, err := again.Digest(t.Context())
	require.NoError(t, err)
	require.Equal(t, s.Digest(), other)
}

func TestAnEngineRefusesWhatItCannotRunOn(t *testing.T) {
	t.Parallel()
	_, err := seatbook.New(nil, seatbook.Config{})
	require.Error(t, err)
	_, err = seatbook.New(memstore.New(), seatbook.Config{Policy: map[string]string{"invitation-live": "7d"}})
	require.ErrorContains(t, err, "invitation-life")
	_, err = seatbook.New(memstore.New(), seatbook.Config{Policy: map[string]string{"invitation-life": "a week"}})
	require.Error(t, err)
	_, err = seatbook.New(memstore.New(), seatbook.Config{Modules: []rule.Module{account.Module()}})
	require.Error(t, err, "a module twice")
	_, err = seatbook.New(memstore.New(), seatbook.Config{Catalog: &licensing.Catalog{Products: []licensing.Product{{ID: "Bad Name"}}}})
	require.Error(t, err)
}

// straying is a command that reaches into a stream it does not name.
type straying struct{}

func (straying) About(*rule.View) (rule.Subject, error) {
	return rule.Subject{Touches: []rule.Stream{"globex"}}, nil
}

func (straying) Do(s *rule.Scope) (account.Nothing, error) {
	_, err := account.Members(&s.View, "acme")
	return account.Nothing{}, err
}

func TestAnOperationReachesNoStreamThatItDoesNotName(t *testing.T) {
	t.Parallel()
	module := rule.Module{Name: "stray", Commands: []rule.Definition{rule.Does[straying]("stray.read", account.Operate, "reads what is foreign")}}
	s := stage.Begin(t, "2026-01-05T09:00:00Z", seatbook.Config{Modules: []rule.Module{module}})
	_, err := seatbook.Do(t.Context(), s.Engine, rule.Operator, straying{})
	require.ErrorContains(t, err, "which it does not name")
}

func TestTheLoopDoesWhatIsDueAndEndsWithItsContext(t *testing.T) {
	t.Parallel()
	mock := clock.NewMock()
	mock.Set(stage.At("2026-01-05T09:00:00Z"))
	engine, err := seatbook.New(memstore.New(), seatbook.Config{Clock: mock, Policy: map[string]string{"invitation-life": "90s"}})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	_, err = seatbook.Do(ctx, engine, rule.Operator, account.CreateTeam{Team: "acme", Owner: "ada@acme.test"})
	require.NoError(t, err)
	_, err = seatbook.Do(ctx, engine, ada, account.Invite{Team: "acme", Email: "bob@acme.test"})
	require.NoError(t, err)
	var running sync.WaitGroup
	ended := make(chan error, 1)
	running.Go(func() { ended <- engine.Work(ctx) })
	next, ok, err := engine.NextDue(ctx)
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, stage.At("2026-01-05T09:01:30Z"), next)
	require.Eventually(t, func() bool {
		mock.Add(10 * time.Second)
		next, _, err := engine.NextDue(ctx)
		return err == nil && next.After(stage.At("2026-01-05T09:01:30Z"))
	}, 10*time.Second, time.Millisecond)
	cancel()
	running.Wait()
	require.ErrorIs(t, <-ended, context.Canceled)
}

func TestAChangeOfPolicyStandsInTheJournal(t *testing.T) {
	t.Parallel()
	s := office(t)
	second, err := seatbook.New(s.Store, seatbook.Config{Clock: s.Clock, Policy: map[string]string{"invitation-life": "2d"}})
	require.NoError(t, err)
	for range 2 {
		_, err = seatbook.Do(t.Context(), second, rule.Operator, account.CreateTeam{Team: "globex", Owner: "dan@globex.test"})
	}
	require.ErrorIs(t, err, rule.Conflict)
	entries, err := s.Journal(t.Context(), "!book", 0, 0)
	require.NoError(t, err)
	require.Len(t, entries, 2)
	require.JSONEq(t, `{}`, string(entries[0].Args))
	require.JSONEq(t, `{"invitation-life":"2d"}`, string(entries[1].Args))
	s.Audit()
}
