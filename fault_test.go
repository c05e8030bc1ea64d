package seatbook_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

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

var errBroken = errors.New("the store broke")

// breaking is a store that fails at its n-th write, and at every one after it.
type breaking struct {
	store.Store
	left int
}

func (b *breaking) Update(ctx context.Context, fn func(store.Tx) error) error {
	return b.Store.Update(ctx, func(tx store.Tx) error { return fn(&brittle{tx, b}) })
}

type brittle struct {
	store.Tx
	b *breaking
}

func (t *brittle) spend() error {
	if t.b.left == 0 {
		return errBroken
	}
	t.b.left--
	return nil
}

func (t *brittle) Put(key string, value any) error {
	if err := t.spend(); err != nil {
		return err
	}
	return t.Tx.Put(key, value)
}

func (t *brittle) Delete(key string) error {
	if err := t.spend(); err != nil {
		return err
	}
	return t.Tx.Delete(key)
}

func (t *brittle) Try(fn func(store.Tx) error) error {
	return t.Tx.Try(func(tx store.Tx) error { return fn(&brittle{tx, t.b}) })
}

// A store that fails at any write of a command leaves nothing of the command.
func TestAStoreThatBreaksAtAnyWriteLeavesNothing(t *testing.T) {
	t.Parallel()
	policy := map[string]string{"net-terms": "1y"} // What is on account stays unpaid throughout.
	s := stage.Begin(t, "2026-01-05T09:00:00Z", seatbook.Config{Policy: policy})
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "acme", Owner: "ada@acme.test", Country: "US"})
	stage.Do(s, ada, billing.AddPaymentMethod{Kind: billing.OnInvoice, Token: "tok_1"})
	sub := stage.Do(s, ada, billing.Purchase{Team: "acme", Product: "autocad-lt", Seats: 3, Term: licensing.Monthly}).Subscription.ID
	stage.Do(s, ada, billing.BuyTokens{Team: "acme", Tokens: 100})
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "autocad-lt", User: "ada@acme.test"})
	stage.Do(s, ada, flex.Assign{Team: "acme", User: "ada@acme.test", Products: flex.Products{All: true}})
	commands := map[string]string{
		"account.invite":       `{"team":"acme","email":"Bob <bob@acme.test>","products":["autocad-lt"]}`,
		"account.create_group": `{"team":"acme","group":"crew","users":["ada@acme.test"]}`,
		"licensing.unassign":   `{"team":"acme","product":"autocad-lt","user":"ada@acme.test"}`,
		"billing.add_seats":    `{"subscription":"` + sub + `","seats":2}`,
		"billing.upgrade":      `{"subscription":"` + sub + `","to":"autocad"}`,
		"billing.buy_tokens":   `{"team":"acme","tokens":100}`,
		"flex.open":            `{"user":"ada@acme.test","product":"maya"}`,
	}
	for name, args := range commands {
		for _, later := range []string{"2026-01-06T09:00:00Z", "2026-02-20T09:00:00Z"} {
			before := s.Digest()
			for writes := 0; ; writes++ {
				base := s.Store.Fork()
				broken := &breaking{Store: base, left: writes}
				engine, err := seatbook.New(broken, seatbook.Config{Clock: s.Clock, Policy: policy})
				require.NoError(t, err)
				s.At(later)
				_, err = engine.Run(t.Context(), ada, name, []byte(args))
				if err == nil {
					require.Positive(t, writes, "%s wrote nothing", name)
					break
				}
				require.ErrorIs(t, err, errBroken, "%s after %d writes", name, writes)
				require.Equal(t, before, digestOf(t, base), "%s left something after %d writes", name, writes)
			}
			s.At("2026-01-05T09:00:00Z")
		}
	}
}

func digestOf(t *testing.T, s *memstore.Store) string {
	t.Helper()
	engine, err := seatbook.New(s, seatbook.Config{})
	require.NoError(t, err)
	digest, err := engine.Digest(t.Context())
	require.NoError(t, err)
	return digest
}
