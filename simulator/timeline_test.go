package simulator

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// act lives through some days in which people come and go.
func act(t *testing.T, line *Timeline) {
	t.Helper()
	ctx, ada := context.Background(), rule.ByEmail("ada@acme.test")
	do(t, line, ada, "account.invite", `{"team": "acme", "email": "bob@acme.test"}`)
	require.NoError(t, line.AdvanceSpan(ctx, period.Span{Days: 3}))
	do(t, line, rule.Operator, "account.accept_invitation", `{"team": "acme", "email": "bob@acme.test"}`)
	do(t, line, ada, "account.invite", `{"team": "acme", "email": "eve@acme.test"}`)
	require.NoError(t, line.AdvanceSpan(ctx, period.Span{Days: 100}))
	do(t, line, ada, "account.invite", `{"team": "acme", "email": "eve@acme.test"}`)
}

func TestSameStepsMakeTheSameWorld(t *testing.T) {
	t.Parallel()
	one, two, other := world(t, 1), world(t, 1), world(t, 2)
	act(t, one)
	act(t, two)
	act(t, other)
	assert.Equal(t, digest(t, one), digest(t, two))
	assert.NotEqual(t, digest(t, one), digest(t, other), "another seed makes other secrets")
}

func TestRewindIsAsIfNothingHadHappened(t *testing.T) {
	t.Parallel()
	straight, rewound := world(t, 1), world(t, 1)
	act(t, straight)

	rewound.Mark("start")
	rewound.Save("name", "before")
	act(t, rewound)
	rewound.Mark("later")
	require.NoError(t, rewound.Rewind(context.Background(), Marked("start")))
	assert.Equal(t, at("2026-01-05T09:00:00Z"), rewound.Now())
	_, found := rewound.Saved("name")
	assert.False(t, found, "what was saved after the mark is dropped")
	assert.ErrorContains(t, rewound.Rewind(context.Background(), Marked("later")), `nothing is marked as "later"; the nearest is "start"`)
	act(t, rewound)
	assert.Equal(t, digest(t, straight), digest(t, rewound))

	require.NoError(t, rewound.Rewind(context.Background(), Marked("start")), "a mark can be gone back to again")
	act(t, rewound)
	assert.Equal(t, digest(t, straight), digest(t, rewound))
}

func TestForksAreIsolatedBothWays(t *testing.T) {
	t.Parallel()
	line := world(t, 1)
	line.Save("name", "main")
	line.Mark("start")
	untouched := digest(t, line)

	branch, err := line.Fork(context.Background(), Marked("start"))
	require.NoError(t, err)
	assert.Equal(t, untouched, digest(t, branch))
	act(t, branch)
	assert.Equal(t, untouched, digest(t, line), "what a fork does stays in it")
	assert.Equal(t, at("2026-01-05T09:00:00Z"), line.Now())

	act(t, line)
	assert.Equal(t, digest(t, branch), digest(t, line), "a fork makes the same secrets as the line it left")

	branch.Save("name", "branch")
	branch.Mark("end")
	inner, err := branch.Fork(context.Background(), Marked("start"))
	require.NoError(t, err)
	assert.Equal(t, untouched, digest(t, inner), "a fork of a fork begins at its mark")
	value, found := inner.Saved("name")
	assert.True(t, found)
	assert.Equal(t, "main", value)
	_, err = inner.Fork(context.Background(), Marked("end"))
	assert.Error(t, err, "a mark made after the moment is not known in it")

	before := digest(t, branch)
	act(t, inner)
	require.NoError(t, inner.Advance(context.Background(), at("2027-01-01T00:00:00Z")))
	assert.Equal(t, before, digest(t, branch))
	again, err := line.Fork(context.Background(), Marked("start"))
	require.NoError(t, err)
	assert.Equal(t, untouched, digest(t, again), "a mark never changes")
}

func TestAdvance(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	whole, stepwise := world(t, 1), world(t, 1)
	for _, line := range []*Timeline{whole, stepwise} {
		do(t, line, rule.ByEmail("ada@acme.test"), "account.invite", `{"team": "acme", "email": "bob@acme.test"}`)
	}
	end := at("2026-06-01T00:00:00Z")
	require.NoError(t, whole.Advance(ctx, end))
	for stepwise.Now().Before(end) {
		next := stepwise.Now().Add(7 * time.Hour)
		if next.After(end) {
			next = end
		}
		require.NoError(t, stepwise.Advance(ctx, next))
	}
	assert.Equal(t, digest(t, whole), digest(t, stepwise))

	news, err := whole.News(ctx)
	require.NoError(t, err)
	var due []string
	for _, e := range news {
		if record, ok := RecordOf(e, time.UTC); ok && record.Kind == WorkRecord {
			due = append(due, record.At.Format(time.RFC3339)+" "+record.Name)
		}
	}
	assert.Equal(t, []string{"2026-01-12T09:00:00Z account.invitation-end", "2026-04-05T09:00:00Z account.invitation-purge"}, due)
	news, err = whole.News(ctx)
	require.NoError(t, err)
	assert.Empty(t, news, "news is told once")

	assert.ErrorIs(t, whole.Advance(ctx, at("2026-05-01T00:00:00Z")), errBackwards)
	require.NoError(t, whole.Advance(ctx, end), "standing still is no step back")
}

func TestPreviewsAndRefusalsUseUpNoSecret(t *testing.T) {
	t.Parallel()
	ctx, ada := context.Background(), rule.ByEmail("ada@acme.test")
	plain, busy := world(t, 1), world(t, 1)
	_, err := busy.Preview(ctx, ada, "account.invite", []byte(`{"team": "acme", "email": "bob@acme.test"}`))
	require.NoError(t, err)
	_, err = busy.Do(ctx, ada, "account.invite", []byte(`{"team": "acme", "email": "bob@acme.test", "groups": ["none"]}`))
	assert.ErrorIs(t, err, rule.NotFound)
	_, err = busy.Ask(ctx, ada, "account.invitations", []byte(`{"team": "acme"}`))
	require.NoError(t, err)
	act(t, plain)
	act(t, busy)
	assert.Equal(t, digest(t, plain), digest(t, busy))
}

func TestClock(t *testing.T) {
	t.Parallel()
	c := NewClock(at("2026-01-05T09:00:00Z"))
	c.Add(time.Hour)
	assert.Equal(t, at("2026-01-05T10:00:00Z"), c.Now())
	assert.Equal(t, time.Hour, c.Since(at("2026-01-05T09:00:00Z")))
	c.Set(at("2026-01-05T08:00:00Z"))
	assert.Equal(t, time.Hour, c.Until(at("2026-01-05T09:00:00Z")))
}

func TestNewWorldRefusesAWrongPolicy(t *testing.T) {
	t.Parallel()
	_, err := NewWorld(Config{Policy: map[string]string{"invitation-lif": "7d"}})
	assert.ErrorContains(t, err, `the nearest is "invitation-life"`)
}
