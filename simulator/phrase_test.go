package simulator

import (
	"context"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// phrased reads one line and returns it as it would stand in a file, or its faults.
func phrased(words *Vocabulary, by, text string) (string, error) {
	src := typed(text)
	n := (&phrase{source: src.source, vocabulary: words}).read(by)
	if err := src.faults(); err != nil {
		return "", err
	}
	written, err := yaml.Marshal(n)
	return strings.TrimSpace(string(written)), err
}

func TestALineIsAStep(t *testing.T) {
	t.Parallel()
	words := vocabulary(t)
	cases := []struct{ name, text, want string }{
		{"a command with its fields", "account.invite team=acme email=bob@acme.test", "{do: account.invite, by: a@b.c, with: {team: acme, email: bob@acme.test}}"},
		{"a query", "  licensing.seats\tteam=acme ", "{ask: licensing.seats, by: a@b.c, with: {team: acme}}"},
		{"no fields", "billing.invoices", "{ask: billing.invoices, by: a@b.c}"},
		{"a preview", "preview billing.add_seats seats=2", "{preview: billing.add_seats, by: a@b.c, with: {seats: 2}}"},
		{"fields in braces", `account.invite {team: acme, email: "B <b@c.d>"}`, `{do: account.invite, by: a@b.c, with: {team: acme, email: "B <b@c.d>"}}`},
		{"braces of their own", "account.invite {}", "{do: account.invite, by: a@b.c}"},
		{"a list, and a text with spaces", `account.invite products=[a, "b c"] email='B <b@c.d>'`, `{do: account.invite, by: a@b.c, with: {products: [a, "b c"], email: 'B <b@c.d>'}}`},
		{"signs that YAML knows, as they stand", "account.invite team=a:b email=#x role=*y", "{do: account.invite, by: a@b.c, with: {team: 'a:b', email: '#x', role: '*y'}}"},
		{"nothing behind the sign, which is an empty text", "account.invite team=", "{do: account.invite, by: a@b.c, with: {team: \"\"}}"},
		{"a whole step, which says who acts", "{do: account.invite, by: operator, with: {team: x}}", "{do: account.invite, by: operator, with: {team: x}}"},
		{"a whole step that does not", "{do: account.invite, note: x}", "{do: account.invite, by: a@b.c, note: x}"},
		{"a step that nobody does", "{mark: a}", "{mark: a}"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := phrased(words, "a@b.c", c.text)
			require.NoError(t, err)
			assert.Equal(t, c.want, got)
		})
	}
}

func TestALineThatIsNone(t *testing.T) {
	t.Parallel()
	words := vocabulary(t)
	cases := []struct{ name, text, want string }{
		{"nothing", "  ", "1:1: there is no step in it"},
		{"a verb alone", "preview", "1:8: the name of a command or a query belongs here"},
		{"a name that is none", " account.invit a=b", `1:2: there is no command or query "account.invit"; the nearest is "account.invite"`},
		{"no field", "account.invite bob", `1:16: "bob" is no field: write NAME=VALUE, with quotes where a value has spaces, or {NAME: VALUE, …}`},
		{"a field twice", "account.invite team=a team=b", `1:23: the field "team" stands twice`},
		{"a list that does not end", "account.invite products=[a", "1:25: this is not YAML"},
		{"braces that do not end", "account.invite {team: a", "1:16: this is not YAML"},
		{"a fault in braces, where it is", "account.invite {team: a, team: b}", `1:26: the key "team" stands twice`},
		{"a fault behind letters of two bytes", "account.invite {team: é, team: b}", `1:26: the key "team" stands twice`},
		{"a tag", "account.invite team=[!!x a]", "the tag \"!!x\" is not taken"},
		{"a verb of files", "mark a", "1:1: mark is written as in a file"},
		{"no text", "account.invite \xff", "1:16: the file is not UTF-8"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := phrased(words, "", c.text)
			require.Error(t, err)
			assert.Contains(t, err.Error(), c.want)
		})
	}
}

// FuzzPhrase reads whatever is typed: it is a step, or has faults that lie in the line.
func FuzzPhrase(f *testing.F) {
	for _, text := range []string{
		"account.invite team=acme email=bob@acme.test", `preview x.y {a: [b, "c"]}`, "{do: account.invite, with: {<<: &a *a}}", "account.invite a='b", "account.invite a=[}b] =", "é.é é=é {",
	} {
		f.Add(text)
	}
	words, err := Everything()
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, text string) {
		_, err := phrased(words, "a@b.c", text)
		var faults Faults
		if err != nil && !errors.As(err, &faults) {
			t.Fatalf("%q: %v", text, err)
		}
		for _, fault := range faults {
			assert.LessOrEqual(t, fault.Column, utf8.RuneCountInString(text)+1)
			assert.LessOrEqual(t, fault.Caret, utf8.RuneCountInString(fault.Excerpt)+1)
		}
	})
}

// What is refused changes nothing, and is told of with the place.
func TestRefusedTurns(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	p := played(t, "mark a", "+ 2d")
	before := digest(t, p.Timeline())
	cases := []struct {
		name string
		do   func() error
		want string
	}{
		{"a field that is none", func() error { return p.Step(ctx, "", "account.invite tem=acme") }, `line:1:16: there is no field "tem" in account.invite; the nearest is "team"`},
		{"a name that nothing has", func() error { return p.Step(ctx, "", "billing.renew subscription=$su") }, `line:1:28: nothing is saved as "su" by then; the nearest is "sub"`},
		{"a value that does not fit", func() error { return p.Step(ctx, "", "billing.renew subscription=$all") }, "want fields that fit"},
		{"time that has been", func() error { return p.Advance(ctx, at("2026-01-05T09:00:00Z")) }, "2026-01-05T09:00:00Z has been: it is 2026-01-07T09:00:00Z"},
		{"time without end", func() error { return p.Advance(ctx, at("9999-12-31T23:59:59Z").AddDate(1, 0, 0)) }, "out of range"},
		{"a way back to the future", func() error { return p.Back(ctx, p.Now()) }, "2026-01-07T09:00:00Z is not before the present, which is 2026-01-07T09:00:00Z"},
		{"a way back behind the beginning", func() error { return p.Back(ctx, at("2026-01-05T08:59:59Z")) }, "the scenario begins at 2026-01-05T09:00:00Z"},
		{"a mark that is none", func() error { return p.Rewind(ctx, "b") }, `nothing is marked as "b" by then; the nearest is "a"`},
		{"a fork from none", func() error { return p.Fork(ctx, "x", "b") }, `nothing is marked as "b"; the nearest is "a"`},
		{"a fork of no name", func() error { return p.Fork(ctx, "", "a") }, "a branch has a name"},
		{"a fork with the name of the main line", func() error { return p.Fork(ctx, MainLine, "a") }, "there is a branch \"main line\" already"},
		{"a branch that is none", func() error { return p.Switch("x") }, `there is no branch "x"; the nearest is "main line"`},
		{"a parameter after the first step", func() error { return p.Set(ctx, "invitation-life", "3d") }, "parameters are set before the first step"},
		{"a parameter that is none", func() error { return p.Set(ctx, "x", "3d") }, "there is no parameter"},
		{"a path that leads nowhere", func() error { return p.Keep("x", "subscription.idd") }, `the nearest is "subscription.id"`},
		{"a name that is none", func() error { return p.Keep("1x", ".") }, `"1x" is no name to save under`},
	}
	for _, c := range cases {
		err := c.do()
		require.Error(t, err, c.name)
		assert.Contains(t, err.Error(), c.want, c.name)
		assert.Equal(t, before, digest(t, p.Timeline()), c.name)
		assert.Equal(t, at("2026-01-07T09:00:00Z"), p.Now(), c.name)
	}
}

// Both sides of where a branch and the main line begin.
func TestTheWayBackEndsAtTheBeginning(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	p := played(t, "+ 2d", "fork late", "+ 2d")
	require.NoError(t, p.Back(ctx, at("2026-01-07T09:00:00Z")), "the branch's first instant")
	turnOf(t, p, "+ 2d")
	require.ErrorContains(t, p.Back(ctx, at("2026-01-07T08:59:59Z")), "the branch begins at 2026-01-07T09:00:00Z")
	require.NoError(t, p.Switch(MainLine))
	require.NoError(t, p.Back(ctx, at("2026-01-05T09:00:00Z")), "the scenario's first instant, behind its steps")
	written(t, p)
}

// What a file leaves empty is null, also when it is written again.
func TestNothingStaysNothing(t *testing.T) {
	t.Parallel()
	p := played(t, "{ask: billing.invoices, with: {team: acme}, want: [{due: }]}", "{ask: billing.invoices, with: {team: acme}, want: [{due: ~}]}")
	assert.Equal(t, 2, strings.Count(written(t, p), "want: [{due: null}]"))
}

// As many turns can be undone as are kept, and no more.
func TestUndoReachesSoFar(t *testing.T) {
	t.Parallel()
	p := played(t)
	for range maxTurns + 1 {
		turnOf(t, p, "+ 1s")
	}
	for range maxTurns {
		turnOf(t, p, "undo")
	}
	_, err := p.Undo()
	require.EqualError(t, err, "there is nothing to undo")
	assert.Equal(t, at("2026-01-05T09:00:01Z"), p.Now())
}

func TestParametersBeforeTheFirstStep(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	p, err := NewPlay("s.yaml", Draft{Name: "x", Start: "2026-01-05T09:00:00Z"}, vocabulary(t))
	require.NoError(t, err)
	turnOf(t, p, "+ 1d")
	require.NoError(t, p.Set(ctx, "invitation-life", "3d"))
	require.NoError(t, p.Set(ctx, "invitation-purge", "9d"))
	assert.Equal(t, at("2026-01-06T09:00:00Z"), p.Now(), "time that went by has gone by")
	text, err := p.Text(ctx, "s.yaml")
	require.NoError(t, err)
	assert.Equal(t, "name: x\nstart: 2026-01-05T09:00:00Z\nseed: 0\npolicy: {invitation-life: 3d, invitation-purge: 9d}\nsteps:\n  - {after: 1d, mark: the end}\n", string(text))
}

// A file that does not come out as written is played all the same, and written
// with what came.
func TestAFileThatComesOutOtherwise(t *testing.T) {
	t.Parallel()
	path := write(t, t.TempDir()+"/s.yaml", head+shop+"  - {ask: licensing.seats, with: {team: acme, product: sketch}, want: {free: 9}}\n"+
		"  - {do: billing.add_seats, with: {subscription: $sub, seats: 0}, save: {more: invoice.id}}\n  - {ask: account.notices, with: {team: $more}}\n"+
		"  - {after: 1d, do: billing.add_seats, with: {subscription: $sub, seats: 1}, fails: invalid}\n")
	p, err := LoadPlay(context.Background(), path, nil, vocabulary(t))
	require.NoError(t, err)
	result, _ := p.Result()
	assert.Equal(t, 4, result.Failed)
	steps := written(t, p)
	assert.Contains(t, steps, "want: {owned: 3, held: 0, assigned: 0, free: 3}")
	assert.Contains(t, steps, "with: {subscription: $sub, seats: 0}, fails: invalid}")
	assert.NotContains(t, steps, "$more", "what came to nothing is left out")
	assert.Contains(t, steps, "  - after: 1d\n    do: billing.add_seats")
}
