package pgstore_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

const start = "2026-01-05T09:00:00Z"

var (
	ada      = rule.ByEmail("ada@acme.test")
	purchase = billing.Purchase{Team: "acme", Product: "maya", Seats: 2, Term: licensing.Annual}
)

// engineOver makes an engine whose clock stands still and whose provider pays.
func engineOver(t testing.TB, s store.Store) (*seatbook.Engine, *stage.Clock) {
	t.Helper()
	clock := stage.NewClock(stage.At(start))
	engine, err := seatbook.New(s, seatbook.Config{Clock: clock, Payments: stage.Pays})
	require.NoError(t, err)
	return engine, clock
}

// do runs a command that must succeed.
func do[R any](t testing.TB, e *seatbook.Engine, actor rule.Actor, c rule.Command[R]) R {
	t.Helper()
	r, err := seatbook.Do(context.Background(), e, actor, c)
	require.NoError(t, err)
	return r
}

// ask answers a query that must be allowed.
func ask[R any](t testing.TB, e *seatbook.Engine, actor rule.Actor, q rule.Query[R]) R {
	t.Helper()
	r, err := seatbook.Ask(context.Background(), e, actor, q)
	require.NoError(t, err)
	return r
}

// team makes a team with an owner who can pay.
func team(t testing.TB, e *seatbook.Engine, handle string, owner rule.Address) {
	t.Helper()
	do(t, e, rule.Operator, account.CreateTeam{Team: handle, Owner: owner, Country: "US"})
	do(t, e, rule.Operator, billing.AddPaymentMethod{User: owner, Kind: billing.Card, Token: "tok_1", Last4: "4242"})
}

// join lets a person join a team.
func join(t testing.TB, e *seatbook.Engine, handle string, user rule.Address) {
	t.Helper()
	do(t, e, rule.Operator, account.Invite{Team: handle, Email: user})
	do(t, e, rule.Operator, account.AcceptInvitation{Team: handle, Email: user})
}

// office is an engine over a fresh schema with one team.
func office(t testing.TB) (*seatbook.Engine, *stage.Clock, string) {
	t.Helper()
	url := fresh(t, server)
	engine, clock := engineOver(t, open(t, url))
	team(t, engine, "acme", "ada@acme.test")
	return engine, clock, url
}
