package seatbook_test

import (
	"fmt"
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

// renewing is a hundred teams with a hundred subscriptions each, all of which
// renew themselves at one instant.
func renewing(b *testing.B) (*stage.Stage, time.Time) {
	b.Helper()
	s := stage.Begin(b, "2026-01-05T09:00:00Z", seatbook.Config{})
	const teams, each = 100, 100
	for t := range teams {
		team, owner := fmt.Sprintf("team-%d", t), rule.Address(fmt.Sprintf("owner@team-%d.test", t))
		stage.Do(s, rule.Operator, account.CreateTeam{Team: team, Owner: owner, Country: "US"})
		stage.Do(s, rule.Operator, billing.AddPaymentMethod{User: owner, Kind: billing.Card, Token: "tok_1", Last4: "4242"})
		for range each {
			stage.Do(s, rule.Operator, billing.Purchase{Team: team, Product: "autocad-lt", Seats: 1, Term: licensing.Annual})
		}
	}
	ends := s.Clock.Now().AddDate(1, 0, 0)
	s.Clock.Set(ends.Add(-time.Second))
	require.NoError(b, s.RunDue(b.Context()))
	return s, ends
}

// Ten thousand subscriptions are renewed at one instant: ordered, invoiced,
// charged, recorded and told. The floor is raw go-memdb writing the same rows in
// the same transactions, and reading none.
func BenchmarkTenThousandRenewals(b *testing.B) {
	s, ends := renewing(b)
	base := s.Store
	run := func(r *recorder) {
		engine, err := seatbook.New(r, seatbook.Config{Clock: s.Clock, Payments: stage.Pays})
		require.NoError(b, err)
		s.Clock.Set(ends)
		require.NoError(b, engine.RunDue(b.Context()))
	}
	seen := &recorder{Store: base.Fork()}
	run(seen)
	var writes []operation
	counts := map[string]int{}
	for _, op := range seen.log {
		counts[op.kind]++
		if op.kind == "put" || op.kind == "delete" || op.kind == "update" {
			writes = append(writes, op)
		}
	}
	b.Run("seatbook", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			fork := base.Fork()
			engine, err := seatbook.New(fork, seatbook.Config{Clock: s.Clock, Payments: stage.Pays})
			require.NoError(b, err)
			s.Clock.Set(ends)
			b.StartTimer()
			require.NoError(b, engine.RunDue(b.Context()))
		}
	})
	raw := rawCopy(b, base)
	b.Run("raw writes", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			db := raw.Snapshot()
			b.StartTimer()
			rawRun(b, db, writes)
		}
	})
	b.Logf("%d rows written and %d deleted in %d transactions, %d rows read and %d scans", counts["put"], counts["delete"], counts["update"], counts["get"], counts["scan"])
}
