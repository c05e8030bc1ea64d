package simulator

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/period"
)

// played begins a play over the shop of the other tests.
func played(t *testing.T, lines ...string) *Play {
	t.Helper()
	path := write(t, filepath.Join(t.TempDir(), "head.yaml"), head+shop)
	p, err := LoadPlay(context.Background(), path, nil, vocabulary(t))
	require.NoError(t, err)
	for _, line := range lines {
		turnOf(t, p, line)
	}
	return p
}

// turnOf does one thing: a step, or what begins with a word of its own.
func turnOf(t *testing.T, p *Play, line string) {
	t.Helper()
	ctx := context.Background()
	word, rest, _ := strings.Cut(line, " ")
	var err error
	switch word {
	case "+":
		span, bad := period.ParseSpan(rest)
		require.NoError(t, bad)
		err = p.AdvanceSpan(ctx, span)
	case "mark":
		err = p.Mark(ctx, rest)
	case "rewind":
		err = p.Rewind(ctx, rest)
	case "back":
		err = p.Back(ctx, at(rest))
	case "fork":
		name, from, _ := strings.Cut(rest, " from ")
		err = p.Fork(ctx, name, from)
	case "switch":
		err = p.Switch(rest)
	case "undo":
		_, err = p.Undo()
	case "keep":
		name, path, _ := strings.Cut(rest, "=")
		err = p.Keep(name, path)
	default:
		err = p.Step(ctx, "ada@acme.test", line)
	}
	require.NoError(t, err, line)
}

// file writes a play and returns what is below "steps:", after a run of it that
// comes out as written and in the same state.
func written(t *testing.T, p *Play) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "out.yaml")
	text, err := p.Text(context.Background(), path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, text, 0o600))
	s, err := Load(path, vocabulary(t))
	require.NoError(t, err)
	r, err := s.Run(context.Background(), RunOptions{})
	require.NoError(t, err)
	require.Empty(t, failures(r))
	require.True(t, r.OK())
	main := p.lines[0]
	assert.Equal(t, digest(t, main.timeline), r.Digest, "the file ends in the state of the play")
	assert.Equal(t, main.timeline.Now().UTC(), s.end(r).UTC())
	_, steps, found := strings.Cut(string(text), "steps:\n")
	require.True(t, found)
	return steps
}

// end is the instant at which the main line ends.
func (s *Scenario) end(r *Result) time.Time {
	end := s.Start
	for _, record := range r.Records {
		if record.Kind == StepRecord && len(record.Branch) == 0 {
			end = record.At
		}
	}
	return end
}

func TestAPlayIsWrittenAsAScenario(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name  string
		lines []string
		want  string
	}{
		{
			"steps with what came out",
			[]string{"account.invite team=acme email=bob@acme.test", "+ 3d", "billing.add_seats subscription=$sub seats=2"},
			`  - do: account.invite
    by: ada@acme.test
    with: {team: acme, email: bob@acme.test}
    want: {invitation: {role: user, status: pending, expires: 2026-01-12T09:00:00Z}}
  - after: 3d
    do: billing.add_seats
    by: ada@acme.test
    with: {subscription: $sub, seats: 2}
    want: {subscription: {seats: 5, term: monthly, ends: 2026-02-05T09:00:00Z, status: active, renewal_seats: 5}, invoice: {status: paid, total: 180.65 USD}, order: {kind: seats, status: completed}}
`,
		},
		{
			"a refusal, by its code",
			[]string{"billing.add_seats subscription=$sub seats=0"},
			"  - {do: billing.add_seats, by: ada@acme.test, with: {subscription: $sub, seats: 0}, fails: invalid}\n",
		},
		{
			"names for identifiers and secrets that a line writes out, where they are used",
			[]string{"account.invite team=acme email=bob@acme.test", "{do: account.resend_invitation, by: operator, with: {team: acme, email: bob@acme.test}}", "{do: account.accept_invitation, by: operator, with: {team: acme, secret: $secret2}}", "billing.set_auto_renew subscription=sub_acme_3 on=false"},
			`  - do: account.invite
    by: ada@acme.test
    with: {team: acme, email: bob@acme.test}
    want: {invitation: {role: user, status: pending, expires: 2026-01-12T09:00:00Z}}
  - do: account.resend_invitation
    by: operator
    with: {team: acme, email: bob@acme.test}
    want: {invitation: {role: user, status: pending, expires: 2026-01-12T09:00:00Z}}
    save: {secret2: secret}
  - {do: account.accept_invitation, by: operator, with: {team: acme, secret: $secret2}, want: {member: {role: user}}}
  - do: billing.set_auto_renew
    by: ada@acme.test
    with: {subscription: $sub, on: false}
    want: {subscription: {seats: 3, term: monthly, ends: 2026-02-05T09:00:00Z, status: active, renewal_seats: 3}}
`,
		},
		{
			"a name that somebody asks for, at the step that it comes from",
			[]string{"billing.invoices team=acme", "keep first=0.id", "+ 1d", "billing.invoices team=acme"},
			`  - {ask: billing.invoices, by: ada@acme.test, with: {team: acme}, want: [{status: paid, total: 300.00 USD, lines: {$len: 1}}], save: {first: 0.id}}
  - {after: 1d, ask: billing.invoices, by: ada@acme.test, with: {team: acme}, want: [{status: paid, total: 300.00 USD, lines: {$len: 1}}]}
`,
		},
		{
			"an answer that is empty, zero or false",
			[]string{"flex.access user=ada@acme.test product=sketch", "account.invitations team=acme"},
			`  - {ask: flex.access, by: ada@acme.test, with: {user: ada@acme.test, product: sketch}, want: {allowed: false, source: none}}
  - {ask: account.invitations, by: ada@acme.test, with: {team: acme}, want: {$len: 0}}
`,
		},
		{
			"what a line wants, as it wants it",
			[]string{"{ask: licensing.seats, with: {team: acme, product: sketch}, want: {free: {$gt: 2}}, note: three are free}"},
			"  - {ask: licensing.seats, by: ada@acme.test, with: {team: acme, product: sketch}, want: {free: {$gt: 2}}, note: three are free}\n",
		},
		{
			"and otherwise what came",
			[]string{"{ask: licensing.seats, with: {team: acme, product: sketch}, want: {free: 9}}"},
			"  - {ask: licensing.seats, by: ada@acme.test, with: {team: acme, product: sketch}, want: {owned: 3, held: 0, assigned: 0, free: 3}}\n",
		},
		{"time at the end", []string{"+ 36h"}, "  - {at: 2026-01-06T21:00:00Z, mark: the end}\n"},
		{"no time that was gone back from", []string{"+ 36h", "back 2026-01-06T09:00:00Z"}, "  - {after: 1d, mark: the end}\n"},
		{"no trace of what was undone", []string{"billing.reduce_seats subscription=$sub to=1", "+ 1d", "mark x", "undo", "undo", "undo"}, ""},
		{
			"a way back, with a mark where it leads",
			[]string{"+ 2d", "licensing.assign team=acme product=sketch user=ada@acme.test", "+ 2d", "back 2026-01-06T09:00:00Z", "licensing.seats team=acme product=sketch"},
			`  - {after: 1d, mark: 2026-01-06T09:00:00Z}
  - after: 1d
    do: licensing.assign
    by: ada@acme.test
    with: {team: acme, product: sketch, user: ada@acme.test}
    want: {assignment: {status: assigned}}
  - {rewind: 2026-01-06T09:00:00Z}
  - {ask: licensing.seats, by: ada@acme.test, with: {team: acme, product: sketch}, want: {owned: 3, held: 0, assigned: 0, free: 3}}
`,
		},
		{
			"a name that was asked for after the instant that one goes back to",
			[]string{"billing.subscription subscription=$sub", "+ 2d", "keep which=subscription.id", "back 2026-01-06T09:00:00Z", "billing.reduce_seats subscription=$which to=2"},
			`  - ask: billing.subscription
    by: ada@acme.test
    with: {subscription: $sub}
    want: {subscription: {seats: 3, term: monthly, ends: 2026-02-05T09:00:00Z, status: active, renewal_seats: 3}}
    save: {which: subscription.id}
  - after: 1d
    do: billing.reduce_seats
    by: ada@acme.test
    with: {subscription: $which, to: 2}
    want: {subscription: {seats: 3, term: monthly, ends: 2026-02-05T09:00:00Z, status: active, renewal_seats: 2}}
`,
		},
		{
			"time after a way back to a mark",
			[]string{"mark a", "+ 5d", "mark b", "rewind a", "+ 2d", "account.invitations team=acme"},
			`  - {mark: a}
  - {after: 5d, mark: b}
  - {rewind: a}
  - {after: 2d, ask: account.invitations, by: ada@acme.test, with: {team: acme}, want: {$len: 0}}
`,
		},
		{
			"an identifier whose name stands for another by then",
			[]string{"billing.invoices team=acme", "keep sub=0.id", "preview billing.reduce_seats subscription=sub_acme_3 to=2"},
			`  - {ask: billing.invoices, by: ada@acme.test, with: {team: acme}, want: [{status: paid, total: 300.00 USD, lines: {$len: 1}}], save: {sub: 0.id}}
  - preview: billing.reduce_seats
    by: ada@acme.test
    with: {subscription: sub_acme_3, to: 2}
    want: {subscription: {seats: 3, term: monthly, ends: 2026-02-05T09:00:00Z, status: active, renewal_seats: 2}}
`,
		},
		{
			"branches in their forks",
			[]string{"fork late", "+ 40d", "billing.subscription subscription=$sub", "switch main line", "mark now", "fork less from now", "billing.reduce_seats subscription=$sub to=1", "fork lesser", "+ 1d", "switch less", "+ 2d"},
			`  - {mark: late}
  - fork:
      from: late
      name: late
      steps:
        - after: 40d
          ask: billing.subscription
          by: ada@acme.test
          with: {subscription: $sub}
          want: {subscription: {seats: 3, term: monthly, ends: 2026-03-05T09:00:00Z, status: active, renewal_seats: 3}}
  - {mark: now}
  - fork:
      from: now
      name: less
      steps:
        - do: billing.reduce_seats
          by: ada@acme.test
          with: {subscription: $sub, to: 1}
          want: {subscription: {seats: 3, term: monthly, ends: 2026-02-05T09:00:00Z, status: active, renewal_seats: 1}}
        - {mark: lesser}
        - fork:
            from: lesser
            name: lesser
            steps:
              - {after: 1d, mark: the end}
        - {after: 2d, mark: the end}
`,
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			before := written(t, played(t))
			assert.Equal(t, c.want, strings.TrimPrefix(written(t, played(t, c.lines...)), before))
		})
	}
}
