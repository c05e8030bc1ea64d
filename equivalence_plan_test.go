package seatbook_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/rule"
)

// adaInBoth is the opening with Ada as an admin of both teams, and with three
// subscriptions of hers that can be aligned, moved and counted for premium.
func adaInBoth() []step {
	op, ada := rule.Operator, rule.ByEmail("ada@acme.test")
	buy := map[string]any{"team": "acme", "product": "small", "seats": 2, "term": "monthly"}
	return append(
		opening(),
		step{actor: op, name: "account.invite", args: map[string]any{"team": "globex", "email": "ada@acme.test", "role": "secondary"}},
		step{actor: op, name: "account.accept_invitation", args: map[string]any{"team": "globex", "email": "ada@acme.test"}},
		step{actor: ada, name: "billing.add_payment_method", args: map[string]any{"kind": "invoice", "token": "terms"}},
		step{actor: ada, name: "billing.purchase", args: buy, after: 3 * 24 * time.Hour},
		step{actor: ada, name: "billing.purchase", args: buy, after: 5 * 24 * time.Hour},
		step{actor: ada, name: "billing.upgrade_plan", args: map[string]any{"team": "acme"}},
	)
}

// planStep draws a command of what a purchaser does with several subscriptions,
// their methods and their team.
func planStep(t *rapid.T) step {
	pick := func(label string, list []string) string { return rapid.SampledFrom(list).Draw(t, label) }
	s := step{
		after: time.Duration(rapid.SampledFrom([]int{0, 3600, 86400, 9 * 86400, 20 * 86400}).Draw(t, "after")) * time.Second,
		n:     rapid.IntRange(0, 9).Draw(t, "n"), actor: rule.Operator,
	}
	count := rapid.IntRange(0, 4).Draw(t, "count")
	s.name = pick("command", []string{
		"billing.align_dates", "billing.align_dates", "billing.move_subscription", "billing.move_subscription", "billing.renew_many", "billing.set_auto_renew_many",
		"billing.remove_payment_method", "billing.set_default_method", "billing.set_subscription_method", "billing.undo", "billing.upgrade_plan",
		"billing.add_seats", "billing.reduce_seats", "billing.change_term", "billing.upgrade", "billing.return", "billing.hand_over", "billing.pay_invoice",
	})
	switch s.name {
	case "billing.add_seats":
		s.ref, s.kind, s.args = "subscription", "subscription", map[string]any{"seats": count}
	case "billing.reduce_seats":
		s.ref, s.kind, s.args = "subscription", "subscription", map[string]any{"to": count}
	case "billing.change_term":
		s.ref, s.kind, s.args = "subscription", "subscription", map[string]any{"term": pick("term", []string{"monthly", "annual"})}
	case "billing.upgrade":
		s.ref, s.kind, s.args = "subscription", "subscription", map[string]any{"to": "large"}
	case "billing.hand_over":
		s.args = map[string]any{"team": pick("team", teamNames), "from": "ada@acme.test", "to": "dan@globex.test"}
	default:
		return billingStep(t, s, pick("team", teamNames), count)
	}
	return s
}

// Aligned, moved, counted and renewed in sets, subscriptions come out the same
// under every worker and in a replay, and hold every invariant on the way.
func TestWorkersChangeNothingOfSetsPlansAndMoves(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		steps := append(adaInBoth(), rapid.SliceOfN(rapid.Custom(planStep), 5, 30).Draw(t, "steps")...)
		answers, digest, e := play(t, steps, workers[0])
		for _, w := range workers[1:] {
			others, other, _ := play(t, steps, w)
			require.Equal(t, answers, others, w.name)
			require.Equal(t, digest, other, w.name)
		}
		again, err := e.Replay(background, memstore.New())
		require.NoError(t, err)
		other, err := again.Digest(background)
		require.NoError(t, err)
		require.Equal(t, digest, other)
	})
}
