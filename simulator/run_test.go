package simulator

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shop is a team with a card, a subscription and tokens.
const shop = `  - {do: account.create_team, with: {team: acme, owner: ada@acme.test, country: US}}
  - {do: billing.add_payment_method, by: ada@acme.test, with: {kind: card, token: tok_1}, save: {card: payment_method.id}}
  - {do: billing.purchase, by: ada@acme.test, with: {team: acme, product: sketch, seats: 3, term: monthly}, save: {sub: subscription.id, all: .}}
`

func TestTheExampleRuns(t *testing.T) {
	t.Parallel()
	s, err := Load("../examples/scenarios/overlap.yaml", vocabulary(t))
	require.NoError(t, err)
	r, err := s.Run(context.Background(), RunOptions{})
	require.NoError(t, err)
	assert.Empty(t, failures(r))
	assert.True(t, r.OK())
	assert.Equal(t, 10, r.Passed)
	assert.Equal(t, 57, r.Days)
}

// TestEveryExampleComesOut keeps the promise that the examples hold only
// scenarios that pass.
// Who acts can be a saved value, and a map has a length too.
func TestWhoActsCanBeSaved(t *testing.T) {
	t.Parallel()
	result := run(t, `  - {do: account.create_team, with: {team: acme, owner: ada@acme.test}}
  - {do: account.invite, by: ada@acme.test, with: {team: acme, email: dan@acme.test}, save: {dan: invitation.email}}
  - {do: account.accept_invitation, by: $dan, with: {team: acme, email: $dan}, want: {member: {$len: 3}}}
`)
	require.Equal(t, result.Steps, result.Passed, "%v", result.Records)
}

func TestEveryExampleComesOut(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../examples/scenarios/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			s, err := Load(file, vocabulary(t))
			require.NoError(t, err)
			r, err := s.Run(context.Background(), RunOptions{})
			require.NoError(t, err)
			assert.Empty(t, failures(r))
			assert.True(t, r.OK())
		})
	}
}

func TestRunsAreTheSameToTheByte(t *testing.T) {
	t.Parallel()
	steps := shop + "  - {do: account.invite, by: ada@acme.test, with: {team: acme, email: bob@acme.test}}\n  - {after: 1y, ask: billing.invoices, with: {team: acme}}\n"
	one, err := json.Marshal(run(t, steps))
	require.NoError(t, err)
	two, err := json.Marshal(run(t, steps))
	require.NoError(t, err)
	assert.Equal(t, string(one), string(two))

	seeded := parsed(t, "seed: 7\n"+head+steps)
	other, err := seeded.Run(context.Background(), RunOptions{})
	require.NoError(t, err)
	text, err := json.Marshal(other)
	require.NoError(t, err)
	assert.NotEqual(t, string(one), string(text))
}

func TestFailures(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, steps string
		want        []string
	}{
		{"a result that differs in two places", "  - {ask: billing.subscription, with: {subscription: $sub}, want: {subscription: {seats: 4, status: ended, term: monthly}}}", []string{
			"4: want subscription.seats: 4, got 3", "4: want subscription.status: ended, got active",
		}},
		{"a refusal that nobody wanted", "  - {do: billing.renew, by: bob@acme.test, with: {subscription: $sub}}", []string{
			`4: want it done, got refusal not-found: there is no subscription "sub_acme_3"`,
		}},
		{"another refusal than the one wanted", "  - {do: billing.renew, by: bob@acme.test, with: {subscription: $sub}, fails: not-permitted}", []string{
			`4: want refusal not-permitted, got refusal not-found: there is no subscription "sub_acme_3"`,
		}},
		{"a refusal that does not come", "  - {ask: billing.subscription, with: {subscription: $sub}, fails: not-found}", []string{"4: want refusal not-found, got it done"}},
		{"a field left out", "  - {do: billing.renew, fails: invalid}\n  - {do: billing.renew}", []string{
			`5: want it done, got refusal invalid: billing.renew needs the field "subscription"`,
		}},
		{"a saved value that does not fit", "  - {do: billing.add_seats, with: {subscription: $sub, seats: $sub}}", []string{
			`4: want fields that fit, got a text in the field "seats", which takes another kind of value`,
		}},
		{"a saved value that nobody is", "  - {do: billing.renew, by: $sub, with: {subscription: $sub}}", []string{
			`4: want somebody who acts, got sub_acme_3: $sub is neither an e-mail address nor "operator"`,
		}},
		{"a name that a failed step should have saved", "  - {do: billing.renew, save: {sub: subscription.id}}\n  - {ask: billing.subscription, with: {subscription: $sub}}\n" +
			"  - {ask: billing.subscription, with: {subscription: x}, fails: not-found}\n  - {ask: account.notices, with: {team: acme}, want: {$has: [{to: $sub}]}}", []string{
			`4: want it done, got refusal invalid: billing.renew needs the field "subscription"`,
			"5: want $sub, got nothing: it was not saved, as step 4 failed",
			"7: want $sub, got nothing: it was not saved, as step 4 failed",
		}},
		{"a path that is not there at run time", "  - {ask: billing.invoices, with: {team: acme}, save: {second: 1.id, first: 0.id}}\n  - {ask: account.notices, with: {team: $second}}", []string{
			"4: want 1.id to save as second, got nothing there", "5: want $second, got nothing: it was not saved, as step 4 failed",
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.want, failures(run(t, shop+c.steps+"\n")))
		})
	}
}

func TestAFailureLineLeadsToItsPlace(t *testing.T) {
	t.Parallel()
	r := run(t, shop+`  - {mark: bought}
  - fork:
      from: bought
      name: what if
      steps:
        - {after: 1d, do: billing.add_seats, with: {subscription: $sub, seats: -1}}
`)
	var lines []string
	for _, record := range r.Records {
		lines = append(lines, record.FailureLines("s.yaml")...)
	}
	require.Len(t, lines, 1)
	assert.Regexp(t, `^s\.yaml:16: step 5\.1 billing\.add_seats: want it done, got refusal invalid: .+ \(at 2026-01-06T09:00:00Z; rules ACC-4, BIL-4; branch what if\)$`, lines[0])
}

func TestFailFastStopsEverywhere(t *testing.T) {
	t.Parallel()
	steps := shop + "  - {mark: a}\n  - {fork: {from: a, name: b, steps: [{do: billing.renew}, {mark: c}]}}\n  - {mark: d}\n"
	s := parsed(t, head+steps)
	r, err := s.Run(context.Background(), RunOptions{FailFast: true})
	require.NoError(t, err)
	assert.Equal(t, 8, r.Steps)
	assert.Equal(t, 5, r.Passed)
	assert.Equal(t, 1, r.Failed)
	r, err = s.Run(context.Background(), RunOptions{})
	require.NoError(t, err)
	assert.Equal(t, 7, r.Passed)
	assert.Equal(t, 1, r.Failed)
}

func TestBranchesAndRewinds(t *testing.T) {
	t.Parallel()
	r := run(t, shop+`  - {mark: bought}
  - {after: 10d, do: billing.add_seats, with: {subscription: $sub, seats: 1}, want: {subscription: {seats: 4}}}
  - fork:
      from: bought
      name: more
      steps:
        - {ask: billing.subscription, with: {subscription: $sub}, want: {subscription: {seats: 3}}}
        - {at: 2026-01-06T09:00:00Z, do: billing.add_seats, with: {subscription: $sub, seats: 5}, want: {subscription: {seats: 8}}, save: {sub: invoice.id}}
        - {mark: grown}
        - {fork: {from: grown, name: less, steps: [{do: billing.reduce_seats, with: {subscription: sub_acme_3, to: 1}}]}}
        - {ask: billing.subscription, with: {subscription: sub_acme_3}, want: {subscription: {seats: 8, renewal_seats: 8}}}
  - {ask: billing.subscription, with: {subscription: $sub}, want: {subscription: {seats: 4}}}
  - {rewind: bought}
  - {ask: billing.subscription, with: {subscription: $sub}, want: {subscription: {seats: 3}}}
  - {after: 1d, preview: billing.add_seats, with: {subscription: $sub, seats: 2}, want: {subscription: {seats: 5}}}
  - {ask: billing.subscription, with: {subscription: $sub}, want: {subscription: {seats: 3}}}
`)
	assert.Empty(t, failures(r))
	plain := run(t, shop+"  - {after: 1d, mark: x}\n")
	assert.Equal(t, plain.Digest, r.Digest, "branches, previews, queries and what was rewound leave no trace")
}

func TestTimeBringsWhatIsDue(t *testing.T) {
	t.Parallel()
	r := run(t, shop+"  - {after: 70d, mark: x}\n")
	var due []string
	for _, record := range r.Records {
		if record.Kind == WorkRecord && record.Name == "billing.renewal" {
			assert.Equal(t, "4", record.Step, "what is due stands before the step it comes before")
			due = append(due, record.At.Format("2006-01-02T15:04"))
		}
	}
	assert.Equal(t, []string{"2026-02-05T09:00", "2026-03-05T09:00"}, due)
}

func TestPaymentOutcomes(t *testing.T) {
	t.Parallel()
	r := run(t, shop+`  - {do: simulator.set_payment_outcome, with: {payment_method: $card, outcome: declined}, want: {}}
  - {do: billing.add_seats, with: {subscription: $sub, seats: 1}, fails: payment-declined}
  - {mark: declined}
  - fork:
      from: declined
      name: unpaid
      steps:
        - {at: 2026-02-10T09:00:00Z, ask: billing.subscription, with: {subscription: $sub}, want: {subscription: {status: expired, ends: 2026-02-05T09:00:00Z}}}
  - {after: 1d, do: simulator.set_payment_outcome, with: {payment_method: $card, outcome: ok}}
  - {at: 2026-02-10T09:00:00Z, ask: billing.subscription, with: {subscription: $sub}, want: {subscription: {status: active, ends: 2026-03-05T09:00:00Z}}}
  - {do: simulator.set_payment_outcome, with: {payment_method: pay_nobody_1, outcome: ok}, fails: not-found}
  - {do: simulator.set_payment_outcome, with: {payment_method: nothing, outcome: ok}, fails: not-found}
  - {do: simulator.set_payment_outcome, by: ada@acme.test, with: {payment_method: $card, outcome: ok}, fails: not-permitted}
  - {do: simulator.set_payment_outcome, by: ada@acme.test, with: {payment_method: pay_nobody_1, outcome: ok}, fails: not-permitted}
`)
	assert.Empty(t, failures(r))
}

func TestAStateThatCannotBeWrittenDownIsTold(t *testing.T) {
	t.Parallel()
	s := parsed(t, strings.Replace(head, "2026-01-05", "9999-12-20", 1)+shop)
	r, err := s.Run(context.Background(), RunOptions{})
	require.NoError(t, err)
	assert.False(t, r.OK())
}

func TestDatesAreMidnightInTheZone(t *testing.T) {
	t.Parallel()
	text := strings.Replace(head, "start: 2026-01-05T09:00:00Z", "start: 2026-03-28\nzone: Europe/Paris", 1)
	s := parsed(t, text+`  - {do: account.create_team, with: {team: acme, owner: ada@acme.test}, want: {team: {zone: Europe/Paris}}}
  - {at: 2026-03-29, mark: gap}
  - {after: 1d, mark: civil day}
  - {after: 24h, mark: elapsed day}
`)
	assert.Equal(t, "2026-03-28T00:00:00+01:00", s.Steps[0].At.Format("2006-01-02T15:04:05Z07:00"))
	assert.Equal(t, "2026-03-30T00:00:00+02:00", s.Steps[2].At.Format("2006-01-02T15:04:05Z07:00"))
	assert.Equal(t, "2026-03-31T00:00:00+02:00", s.Steps[3].At.Format("2006-01-02T15:04:05Z07:00"))
	r, err := s.Run(context.Background(), RunOptions{})
	require.NoError(t, err)
	assert.Empty(t, failures(r))
	assert.Equal(t, 3, r.Days)
}

func TestOtherParameters(t *testing.T) {
	t.Parallel()
	steps := "  - {do: account.create_team, with: {team: acme, owner: ada@acme.test}}\n" +
		"  - {do: account.invite, with: {team: acme, email: b@acme.test}, want: {invitation: {expires: 2026-01-08T09:00:00Z}}}\n"
	s := parsed(t, "policy: {invitation-life: 1d}\n"+head+steps)
	r, err := s.With(map[string]string{"invitation-life": "3d"}).Run(context.Background(), RunOptions{})
	require.NoError(t, err)
	assert.Empty(t, failures(r))
	assert.Equal(t, map[string]string{"invitation-life": "3d"}, r.Policy)
	r, err = s.Run(context.Background(), RunOptions{})
	require.NoError(t, err)
	assert.Equal(t, []string{"2: want invitation.expires: 2026-01-08T09:00:00Z, got 2026-01-06T09:00:00Z"}, failures(r))
}

func TestARunEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := parsed(t, head+shop).Run(ctx, RunOptions{})
	assert.ErrorIs(t, err, context.Canceled)
}
