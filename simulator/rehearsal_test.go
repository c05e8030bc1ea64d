package simulator

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// rehearsals are the steps of a play, in which each stands on those before it.
var rehearsals = []string{
	"{do: account.create_team, with: {team: acme, owner: ada@acme.test, country: US}}",
	"{do: account.invite, with: {team: acme, email: bob@acme.test}, save: {invitation: invitation.id}}",
	"{do: account.accept_invitation, with: {team: acme, email: bob@acme.test}}",
	"{do: billing.add_payment_method, by: ada@acme.test, with: {kind: card, token: tok_1}, save: {card: payment_method.id}}",
	"{after: 1h, do: billing.purchase, by: ada@acme.test, with: {team: acme, product: sketch, seats: 2, term: monthly}, save: {sub: subscription.id}}",
	"{do: billing.buy_tokens, by: ada@acme.test, with: {team: acme, tokens: 100}}",
	"{mark: bought}",
	"{after: 3d, do: licensing.assign, with: {team: acme, product: sketch, user: bob@acme.test}}",
	"{do: licensing.assign, with: {team: acme, product: sketch, user: ada@acme.test}}",
	"{after: 20d, do: simulator.set_payment_outcome, with: {payment_method: $card, outcome: declined}}",
	"{after: 12d, ask: billing.subscription, with: {subscription: $sub}, save: {status: subscription.status}}",
	"{do: billing.add_seats, with: {subscription: $sub, seats: 1}, fails: payment-declined}",
	"{fork: {from: bought, name: other, steps: [{do: billing.add_seats, with: {subscription: $sub, seats: 2}}, {after: 40d, mark: over}]}}",
	"{rewind: bought}",
	"{after: 2d, do: account.invite, with: {team: acme, email: cyd@acme.test}}",
	"{after: 40d, do: billing.set_auto_renew, with: {subscription: $sub, on: false}}",
}

func play(t *testing.T, v *Vocabulary, top string, steps []string) *Scenario {
	t.Helper()
	s, err := Parse("s.yaml", []byte(strings.TrimSuffix(head, "steps:\n")+top+"\nsteps:\n  - "+strings.Join(steps, "\n  - ")+"\n"), v)
	require.NoError(t, err)
	return s
}

// What is rehearsed comes to the same as what is run from the start, whatever was
// kept before it.
func TestWhatIsRehearsedIsWhatIsRun(t *testing.T) {
	t.Parallel()
	v := vocabulary(t)
	const all = "prove: [audit, replay, seed, workers, faults, forks]"
	r := NewRehearsal(RunOptions{})
	try := func(name, top string, steps []string, keep bool) {
		t.Helper()
		s := play(t, v, top, steps)
		want, err := s.Run(t.Context(), RunOptions{})
		require.NoError(t, err)
		got, err := r.Run(t.Context(), s)
		require.NoError(t, err)
		require.Equal(t, want, got, name)
		if keep {
			r.Keep()
		}
	}
	try("the first", all, rehearsals, true)
	for _, n := range []int{7, 11, len(rehearsals) - 1} {
		try(fmt.Sprintf("without step %d", n+1), all, append(append([]string{}, rehearsals[:n]...), rehearsals[n+1:]...), false)
	}
	for n := len(rehearsals); n > 0; n -= 3 {
		try(fmt.Sprintf("the first %d", n), all, rehearsals[:n], n%2 == 0)
	}
	try("all of it after two steps", all, rehearsals, false)
	try("another policy", all+"\npolicy: {invitation-life: 2d}", rehearsals, true)
	try("other proofs", "prove: [workers]\npolicy: {invitation-life: 2d}", rehearsals[:11], false)
	try("none", "policy: {invitation-life: 2d}", rehearsals[:11], false)
	try("another seed", "seed: 7", rehearsals, false)
}

// tolled counts how often a bell was rung in this process.
var tolled atomic.Int64

type toll struct {
	Times int `json:"times"`
}

func (toll) About(*rule.View) (rule.Subject, error) { return rule.Subject{What: "bell"}, nil }

func (toll) Do(s *rule.Scope) (account.Nothing, error) {
	s.Cite(rule.Permissions)
	tolled.Add(1)
	return account.Nothing{}, nil
}

// What two scenarios have in common is run once: up to the first step that differs,
// or else the last.
func TestWhatIsInCommonIsNotRunAgain(t *testing.T) { //nolint:paralleltest // the bell is one for all
	bell := rule.Module{Name: "bell", Commands: []rule.Definition{rule.Does[toll]("bell.toll", account.Operate, "rings a bell")}}
	v, err := NewVocabulary(append(seatbook.Modules(licensing.Sample()), Module(), bell)...)
	require.NoError(t, err)
	const steps = 40
	score := func(at, times int) []string {
		list := make([]string, steps)
		for i := range list {
			list[i] = "{after: 1h, do: bell.toll, with: {times: 1}}"
			if i == at {
				list[i] = fmt.Sprintf("{after: 1h, do: bell.toll, with: {times: %d}}", times)
			}
		}
		return list
	}
	for _, c := range []struct {
		name string
		keep bool
		top  string
		at   int
		rung int64
	}{
		{"the last step", true, "", steps - 1, 1},
		{"a step in the middle", true, "", 10, steps - 10},
		{"the first step", true, "", 0, steps},
		{"nothing", true, "", steps, 1},
		{"the last step of what was not kept", false, "", steps - 1, steps},
		{"the seed", true, "seed: 3", steps, steps},
		{"the policy", true, "policy: {invitation-life: 2d}", steps, steps},
		{"the last step, with three workers", true, "prove: [workers]", steps - 1, 1 + 3},
		{"the last step, with detours", true, "prove: [forks]", steps - 1, 1 + 3*steps},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := NewRehearsal(RunOptions{Modules: []rule.Module{bell}})
			first := ""
			if strings.HasPrefix(c.top, "prove") {
				first = c.top
			}
			_, err := r.Run(t.Context(), play(t, v, first, score(steps, 0)))
			require.NoError(t, err)
			if c.keep {
				r.Keep()
			}
			tolled.Store(0)
			result, err := r.Run(t.Context(), play(t, v, c.top, score(c.at, 2)))
			require.NoError(t, err)
			require.True(t, result.OK())
			assert.Equal(t, c.rung, tolled.Load())
		})
	}
}

// What an earlier step has to save beside is not there to go on from.
func TestAStepThatSavesMoreIsRunAgain(t *testing.T) {
	t.Parallel()
	v := vocabulary(t)
	r := NewRehearsal(RunOptions{})
	steps := append([]string{}, rehearsals[:5]...)
	steps[4] = strings.Replace(steps[4], ", save: {sub: subscription.id}", "", 1)
	_, err := r.Run(t.Context(), play(t, v, "", steps))
	require.NoError(t, err)
	r.Keep()
	result, err := r.Run(t.Context(), play(t, v, "", append(append([]string{}, rehearsals[:5]...), "{after: 1d, do: billing.add_seats, with: {subscription: $sub, seats: 1}}")))
	require.NoError(t, err)
	assert.Empty(t, failures(result))
}
